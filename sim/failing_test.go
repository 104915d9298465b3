package sim

import (
	"math"
	"testing"
)

// Of 40,000 services of 100 a part of 0.25 fails: 10,000, with a deviation of
// √(40000 × 0.25 × 0.75) = 87; five of them. One that fails takes 7, what has served it is
// free then, and all others take as long as ever.
func TestFailing(t *testing.T) {
	l := &list{functions: []Function{{Name: "f", Error: 0.25, ErrorTime: Constant(7)}}, invocations: [][]Invocation{evenly(0, 0, 1000, 100, 40000)}}
	got, _ := replay(t, Config{Workload: l, Window: Window{Horizon: Second}, Platforms: []Platform{{KeepAlive: window(Never)}}})
	n := statuses(got.outcomes)
	if math.Abs(float64(n[Failed])-10000) > 5*87 || n[Completed]+n[Failed] != 40000 {
		t.Errorf("%d failed and %d were completed, want 10000 and 30000", n[Failed], n[Completed])
	}
	for _, o := range got.outcomes {
		if took := o.End - o.Start; o.Status == Failed && took != 7 || o.Status == Completed && took != 100 || !o.Started {
			t.Fatalf("%+v took %d", o, took)
		}
	}
}

// A service that would fail at 9 is cut off at a timeout of 5, and is no failure; all
// that fail by 3 do, with or without a server, and whichever comes first.
func TestFailingAndTimeout(t *testing.T) {
	for _, c := range []struct {
		error, timeout Time
		want           Status
		end            Time
	}{{9, 5, TimedOut, 5}, {3, 5, Failed, 3}, {5, 5, Failed, 5}} {
		for name, server := range map[string]ServerFactory{"slots": nil, "a server": quota(9)} {
			l := &list{functions: []Function{{Name: "f", Error: 1, ErrorTime: Constant(c.error), Timeout: c.timeout}}, invocations: [][]Invocation{{{Service: 4}}}}
			got, _ := replay(t, Config{Workload: l, Window: Window{Horizon: 50}, Platforms: []Platform{{KeepAlive: window(0), Concurrency: 9, Server: server}}})
			if o := got.outcomes[0]; o.Status != c.want || o.End != c.end {
				t.Errorf("%s: an error after %d, a timeout of %d: status %d at %d, want %d at %d", name, c.error, c.timeout, o.Status, o.End, c.want, c.end)
			}
		}
	}
}

// What is no part, and what nobody can be told of, is refused.
func TestErrorRefused(t *testing.T) {
	for name, f := range map[string]Function{"negative": {Error: -0.1}, "above 1": {Error: 1.1}, "no number": {Error: math.NaN()}} {
		f.Name = "f"
		c := Config{Workload: &list{functions: []Function{f}, invocations: [][]Invocation{nil}}, Window: Window{Horizon: 1}, Platforms: []Platform{{KeepAlive: window(0)}}}
		if c.validate() == nil {
			t.Errorf("a part of failures that is %s is taken", name)
		}
	}
}
