package serve

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/experiments"
)

// A bound on a column that none of the plans has is a mistake, and names those there are;
// what a client gives up is 0 where none does.
func TestBoundOnWhatNoPlanHas(t *testing.T) {
	for _, text := range []string{"goodput_per_s >= 1", "load_hit_ratio >= 10%"} {
		change := func(s *Settings) { s.SLO, s.Replications = bounds(t, text), 1 }
		_, estimated := Run(context.Background(), chats(change), false)
		_, optimized := Optimize(context.Background(), chats(change))
		for _, err := range []error{estimated, optimized} {
			var input *experiments.InputError
			if !errors.As(err, &input) || !strings.Contains(err.Error(), "no plan here has; these are there: arrivals, ") {
				t.Errorf("%s: %v", text, err)
			}
		}
	}
	change := func(s *Settings) { s.SLO, s.Replications = bounds(t, "abandoned <= 0"), 1 }
	if e := run(t, chats(change), false); e.Unserved() != "" {
		t.Error(e.Unserved())
	}
	if a, err := Optimize(context.Background(), chats(change)); err != nil || a.Best == nil {
		t.Errorf("%+v, %v", a, err)
	}
}
