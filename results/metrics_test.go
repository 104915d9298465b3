package results

import (
	"strings"
	"testing"
)

// TestWhichWayIsBetter: what is served is better where there is more of it, what is
// waited for, lost, held or paid where there is less.
func TestWhichWayIsBetter(t *testing.T) {
	more := map[string]bool{}
	for _, name := range []string{"invocations", "completed", "user_answered", "user_success_ratio", "input_tokens", "output_tokens", "prefix_hit_ratio", "input_tokens_per_s", "output_tokens_per_s", "goodput_per_s", "load_hit_ratio"} {
		more[name] = true
	}
	for _, m := range Metrics() {
		if (m.Better > 0) != more[m.Name] {
			t.Errorf("%s: better is %+d", m.Name, m.Better)
		}
	}
}

// TestQuantilesAreOfHistograms: two that differ by less than a histogram's error
// cannot be told apart, of every column that is a quantile and of no other.
func TestQuantilesAreOfHistograms(t *testing.T) {
	for i, m := range Metrics() {
		a, b := answerRow("a", 1, 1, 1), answerRow("b", 1, 1, 1)
		a.Stats[i], b.Stats[i] = statOf(i, []float64{1}), statOf(i, []float64{1.01})
		quantile := strings.Contains(m.Name, "_p") && strings.HasSuffix(m.Name, "_s") && m.Unit == "s"
		if got := below(&a, &b, m.Name); got == quantile {
			t.Errorf("%s: 1 is below 1.01: %v", m.Name, got)
		}
	}
}
