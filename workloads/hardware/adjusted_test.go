package hardware

import (
	"testing"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim/servers"
)

// An adjusted profile is the one that its Spec asks for, whatever the first was.
func TestAdjusted(t *testing.T) {
	ns := func(n spec.Duration) *spec.Duration { return &n }
	first := shape(t, "h100", 1, "llama-3.1-8b")
	first.Engine, first.Host, first.DecodeScale, first.Blocks = "vllm-0.12", ns(5e6), 2, 900
	s := first
	s.Host, s.PerRequest, s.Front = nil, ns(31e3), ns(7e6)
	s.PrefillScale, s.DecodeScale, s.Blocks = 1.3, 0.8, 700
	want, got := mustNew(t, s), mustNew(t, first).Adjusted(s)
	if got.Blocks != want.Blocks || got.Front != want.Front {
		t.Errorf("%d blocks and a front of %d, want %d and %d", got.Blocks, got.Front, want.Blocks, want.Front)
	}
	mixed := decodes(9, 300)
	mixed.Tokens, mixed.Chunks, mixed.Prefill, mixed.Square = 9+512, 1, 512, 512*512
	for _, step := range []*servers.Step{decodes(1, 100), decodes(64, 2000), mixed} {
		if g, w := got.Time(step), want.Time(step); g != w {
			t.Errorf("%+v: %d ns, want %d", step, g, w)
		}
	}
	if mustNew(t, first).Adjusted(Spec{}).Blocks != 900 {
		t.Error("0 blocks does not keep those of the profile")
	}
}
