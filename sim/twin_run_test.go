package sim

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// diff says what two sorted tapes do not have in common.
func (t *tape) diff(o *tape) string {
	if d := cmp.Diff(t.outcomes, o.outcomes); d != "" {
		return "outcomes:\n" + d
	}
	if d := cmp.Diff(t.inits, o.inits); d != "" {
		return "inits:\n" + d
	}
	if d := cmp.Diff(t.lives, o.lives); d != "" {
		return "lives:\n" + d
	}
	if d := cmp.Diff(t.activities, o.activities); d != "" {
		return "activities:\n" + d
	}
	return ""
}

// Lazy equals eager: the kernel against its twin.
func TestKernelEqualsTwin(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		t := drawer{r, 1}
		l := t.load()
		c := Config{Workload: l, Platforms: []Platform{t.platform()}, Window: t.window(), Key: RunKey{Seed: 7}}
		want := runTwin(c, l)
		got, _ := replay(t, c)
		if d := want.diff(got); d != "" {
			t.Fatalf("twin − kernel +: %s", d)
		}
	})
}
