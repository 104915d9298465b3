package results

import "testing"

// TestWhichWayIsBetter: what is served is better where there is more of it, what is
// waited for, lost, held or paid where there is less.
func TestWhichWayIsBetter(t *testing.T) {
	more := map[string]bool{}
	for _, name := range []string{"invocations", "completed", "input_tokens", "output_tokens", "prefix_hit_ratio", "input_tokens_per_s", "output_tokens_per_s", "goodput_per_s"} {
		more[name] = true
	}
	for _, m := range Metrics() {
		if (m.Better > 0) != more[m.Name] {
			t.Errorf("%s: better is %+d", m.Name, m.Better)
		}
	}
}
