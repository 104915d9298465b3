package estimate

import "testing"

func TestUnbroken(t *testing.T) {
	for s, want := range map[string]string{
		"69.7 ms": "69.7\u00a0ms", "1.08 %": "1.08\u00a0%", "4789.67 USD": "4789.67\u00a0USD", "steps B ±15 %, start C": "steps B ±15\u00a0%, start C",
		"modal-l4, 8 GPUs": "modal-l4, 8 GPUs", "1 hour": "1 hour", "2 starts": "2 starts", "": "",
	} {
		if got := unbroken(s); got != want {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
	}
}
