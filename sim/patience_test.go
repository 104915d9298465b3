package sim

import (
	"context"
	"strings"
	"testing"
)

// Clients that give up are not for the plain path, which would take this load:
// that without them does.
func TestPlainPathRefusesPatience(t *testing.T) {
	for _, patience := range []Time{0, 3} {
		l := &list{functions: []Function{{Name: "f", Patience: patience}}, invocations: [][]Invocation{{{Arrival: 1, Service: 9}}}}
		all := &tape{}
		sum, err := Run(context.Background(), Config{Workload: l, Window: Window{Horizon: 50}, Platforms: []Platform{{KeepAlive: window(5)}}, Observers: func() []Observer { return []Observer{onlyRequests{all}} }})
		if err != nil {
			t.Fatal(err)
		}
		want, plain := Completed, 1
		if patience > 0 {
			want, plain = Abandoned, 0
		}
		if o := all.outcomes[0]; o.Status != want || o.End != 10 || sum.plain != plain {
			t.Errorf("patience of %d: %+v, %d on the plain path", patience, o, sum.plain)
		}
	}
}

// A patience that is no time is refused, and named.
func TestPatienceIsATime(t *testing.T) {
	for _, patience := range []Time{-1, Longest + 1} {
		l := &list{functions: []Function{{Name: "f", Patience: patience}}, invocations: [][]Invocation{nil}}
		_, err := Run(context.Background(), Config{Workload: l, Window: Window{Horizon: 50}, Platforms: []Platform{{KeepAlive: window(5)}}, Observers: func() []Observer { return nil }})
		if err == nil || !strings.Contains(err.Error(), "the patience of f is ") {
			t.Errorf("a patience of %d ns: error %v", patience, err)
		}
	}
}
