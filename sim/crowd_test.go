package sim

import (
	"context"
	"errors"
	"testing"
)

// A burst of more than a run can hold is refused, on both paths, for those that are
// served and those that wait; as many as it can hold are not.
func TestCrowdIsRefused(t *testing.T) {
	burst := func(n int) *list {
		l := &list{functions: []Function{{Name: "f"}}, invocations: [][]Invocation{nil}}
		for range n {
			l.invocations[0] = append(l.invocations[0], Invocation{Arrival: 3 * Second, Service: Second})
		}
		return l
	}
	for _, c := range []struct {
		what    string
		limit   Limit
		general bool
	}{
		{"instances", Limit{}, false}, {"requests", Limit{}, true},
		{"requests", Limit{Function: 2, Over: QueueOver}, true},
	} {
		for n, wrong := range map[int]bool{50: false, 51: true} {
			_, err := Run(context.Background(), Config{Workload: burst(n), Platforms: []Platform{{KeepAlive: window(0), Limit: c.limit}}, Window: Window{Horizon: Minute},
				general: c.general, most: 50, Observers: func() []Observer { return nil }})
			var crowd *Crowd
			if (err != nil) != wrong || wrong && (!errors.As(err, &crowd) || crowd.What != c.what || crowd.At != 3*Second || crowd.Function != "f" || crowd.Most != 50) {
				t.Errorf("%d at a time, %s, general %v: error %v", n, c.what, c.general, err)
			}
		}
	}
}

// An account limit that is taken not to bind may be what keeps a crowd away: two
// functions of 100 requests each at once, of which the limit lets 10 in.
func TestCrowdUnderAnAccountLimit(t *testing.T) {
	l := &list{functions: []Function{{Name: "f"}, {Name: "g"}}, invocations: make([][]Invocation, 2)}
	for k := range Time(200) {
		l.invocations[k%2] = append(l.invocations[k%2], Invocation{Arrival: 3 * Second, Service: Second, Function: uint32(k % 2)})
	}
	got, sum := replay(t, Config{Workload: l, Platforms: []Platform{{KeepAlive: window(0), Limit: Limit{Account: 10}}}, Window: Window{Horizon: Minute}, most: 50})
	served := 0
	for _, o := range got.outcomes {
		if o.Status == Completed {
			served++
		}
	}
	if served != 10 || len(got.outcomes) != 200 || !sum.Coupled {
		t.Errorf("%d of %d served, coupled %v; want 10 of 200, coupled", served, len(got.outcomes), sum.Coupled)
	}
}
