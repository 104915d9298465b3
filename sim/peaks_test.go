package sim

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/coldcurve/coldcurve/internal/sparse"
)

// inFlight returns the largest number of requests of a function that are there
// at a time of [from, to): as it begins, or when one of them arrives. What ends
// at a time has left before another arrives then.
func inFlight(outcomes []Outcome, from, to Time) (most int64) {
	there := func(t Time, ordinal uint32) (n int64) {
		for _, o := range outcomes {
			if (o.Arrival < t || o.Arrival == t && o.Ordinal < ordinal) && o.End > t {
				n++
			}
		}
		return n
	}
	most = there(from, 0)
	for _, o := range outcomes {
		if o.Arrival >= from && o.Arrival < to {
			most = max(most, there(o.Arrival, o.Ordinal)+1)
		}
	}
	return most
}

// values returns a curve as an array.
func values(c *sparse.Curve) (v []int64) {
	for r := range c.Runs() {
		for range r.To - r.From {
			v = append(v, r.Level+r.Part)
		}
	}
	return v
}

// In each second the recorded peak of a function is the largest number of its
// requests that are there at a time, and never less: on the plain path and the
// general one, over gaps and stretches of many seconds, in hundredths too.
func TestPeaksAreTheLargest(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		t := drawer{r, rapid.SampledFrom([]Time{Second / 40, Second / 3, Second}).Draw(r, "scale")}
		l := &list{functions: []Function{{Name: "f"}, {Name: "g"}}, invocations: make([][]Invocation, 2)}
		for f := range l.functions {
			at := t.time("first", 9)
			for range t.int("invocations", 0, 30) {
				at += t.time("gap", 5)
				l.invocations[f] = append(l.invocations[f], Invocation{Arrival: at, Service: t.time("service", 9) + Time(t.int("ns", 0, 1)), Function: uint32(f)})
			}
		}
		c := Config{Workload: l, Window: Window{Horizon: t.unit + t.time("horizon", 200)}, general: t.bool("general"), Pool: NewPool(1),
			Platforms: []Platform{{KeepAlive: fixed{window(3 * t.unit)}, Limit: Limit{Account: 1}}}}
		all := &tape{}
		pass := newRun(&c, []bool{false}, func() []Observer { return []Observer{all} })
		grid := pass.grids[0]
		parts := Time(1)
		if t.bool("closer") {
			var some []int
			for s := range grid.seconds {
				if t.int("looked at", 0, 2) == 0 {
					some = append(some, s)
				}
			}
			grid, parts = grid.closer(some, nil), peakParts
			pass.grids[0] = grid
		}
		if _, err := pass.execute(context.Background()); err != nil {
			t.Fatal(err)
		}
		bucket := 0
		total := values(&pass.peaks[0].total)
		for s := range grid.seconds {
			if grid.parts > 1 && !slices.Contains(grid.some, s) {
				continue // not looked at
			}
			for p := range parts {
				from := Time(s)*Second + p*Second/parts
				to := from + Second/parts
				if s == grid.seconds-1 && p == parts-1 {
					to = maxTime
				}
				want := int64(0)
				for f := range l.functions {
					var mine []Outcome
					for _, o := range all.outcomes {
						if o.Function == uint32(f) {
							mine = append(mine, o)
						}
					}
					want += inFlight(mine, from, to)
				}
				// What leaves just as a bucket begins is counted in it: it is there
				// until those of the same time have gone.
				got := total[bucket]
				slack := int64(0)
				for _, o := range all.outcomes {
					if o.End == from && o.Arrival < from {
						slack++
					}
				}
				if got < want || got > want+slack {
					t.Fatalf("bucket %d from %d to %d ns: recorded %d, there are %d (%d leave as it begins)", bucket, from, to, got, want, slack)
				}
				bucket++
			}
		}
		if bucket != grid.buckets() {
			t.Fatalf("%d buckets, counted %d", grid.buckets(), bucket)
		}
	})
}

// Two functions that are busy in the same seconds and never at the same time: a
// limit of one is not passed. The seconds alone do not say so, their hundredths do.
func TestCloserLook(t *testing.T) {
	l := &list{functions: []Function{{Name: "a"}, {Name: "b"}}, invocations: make([][]Invocation, 2)}
	for s := range Time(10) {
		l.invocations[0] = append(l.invocations[0], Invocation{Arrival: s * Second, Service: Second / 4})
		l.invocations[1] = append(l.invocations[1], Invocation{Arrival: s*Second + Second/2, Service: Second / 4, Function: 1})
	}
	for _, c := range []struct {
		name            string
		shift           Time // of the second function
		coupled, closer bool
		rejected        int
	}{
		{"apart", 0, false, true, 0},
		{"one meets another", -Second/4 - 1, true, false, 10},
		{"in other seconds", 10 * Second, false, false, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			shifted := &list{functions: l.functions, invocations: [][]Invocation{l.invocations[0], nil}}
			for _, v := range l.invocations[1] {
				v.Arrival += c.shift
				shifted.invocations[1] = append(shifted.invocations[1], v)
			}
			got, sum := replay(t, Config{Workload: shifted, Window: Window{Horizon: Minute}, Platforms: []Platform{{KeepAlive: window(Second), Limit: Limit{Account: 1}}}})
			rejected := 0
			for _, o := range got.outcomes {
				if o.Status == Rejected {
					rejected++
				}
			}
			if sum.Coupled != c.coupled || sum.closer != c.closer || rejected != c.rejected {
				t.Errorf("coupled %v, by a closer look %v, %d rejected; want %v, %v, %d", sum.Coupled, sum.closer, rejected, c.coupled, c.closer, c.rejected)
			}
		})
	}
}

// One function that asks for more than its account has does not starve another:
// who came first is served first. With a limit of 4 and requests of 10 s, 0.4 a
// second are served; at 100 s there are 60 of the other function before ours,
// which waits for 150 s, give or take the end of one of four.
func TestAccountDoesNotStarve(t *testing.T) {
	l := &list{functions: []Function{{Name: "a"}, {Name: "b"}}, invocations: make([][]Invocation, 2)}
	for s := range Time(3600) {
		l.invocations[0] = append(l.invocations[0], Invocation{Arrival: s * Second, Service: 10 * Second})
	}
	l.invocations[1] = []Invocation{{Arrival: 100 * Second, Service: 10 * Second, Function: 1}}
	got, _ := replay(t, Config{Workload: l, Window: Window{Horizon: Hour}, Platforms: []Platform{{KeepAlive: window(10 * Minute), Limit: Limit{Account: 4, Over: QueueOver}}}})
	last := Time(-1)
	for _, o := range got.outcomes {
		if o.Function == 1 {
			if wait := o.Start - o.Arrival; wait < 145*Second || wait > 155*Second {
				t.Errorf("b waits for %v s, want 150", float64(wait)/1e9)
			}
			continue
		}
		if o.Start < last {
			t.Fatal(fmt.Sprint("a's requests are not served in the order of their arrival: ", o))
		}
		last = o.Start
	}
}
