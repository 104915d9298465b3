package sim

import (
	"context"
	"testing"
)

// evenly are requests to a function from a time on, each so long after the one before.
func evenly(f uint32, from, gap, service Time, n int) (list []Invocation) {
	for k := range n {
		list = append(list, Invocation{Arrival: from + Time(k)*gap, Service: service, Function: f})
	}
	return list
}

func statuses(outcomes []Outcome) (n [Unfinished + 1]int) {
	for i := range outcomes {
		n[outcomes[i].Status]++
	}
	return n
}

// A bucket holds 100 × 10 tokens, and 1,000 come a second. Of 1,200 requests a second, one
// each 1/1200 s, the bucket loses 200 a second: it is empty after 5 s, when 6,000 have
// come. In 8 s 1,000 + 8 × 1,000 = 9,000 of 9,600 come through: 600 are rejected, to one
// request. Each takes 50 ms, so that 60 are there at a time, of 100 that may be.
func TestRequestsInATime(t *testing.T) {
	l := &list{functions: []Function{{Name: "f"}}, invocations: [][]Invocation{evenly(0, 0, Second/1200, 50*Millisecond, 9600)}}
	for name, limit := range map[string]Limit{
		"of an account":             {Account: 100, Requests: Ramp{Burst: 10, Period: Second}},
		"of a function":             {Function: 100, Requests: Ramp{Burst: 10, Period: Second}},
		"that wait over its limits": {Account: 100, Requests: Ramp{Burst: 10, Period: Second}, Over: QueueOver},
	} {
		got, _ := replay(t, Config{Workload: l, Window: Window{Horizon: 10 * Second}, Platforms: []Platform{{KeepAlive: window(Never), Limit: limit}}})
		n := statuses(got.outcomes)
		if n[Completed] < 8999 || n[Completed] > 9001 || n[Completed]+n[Rejected] != 9600 {
			t.Errorf("requests %s: %d came through and %d were rejected, want 9000 and 600", name, n[Completed], n[Rejected])
		}
		for i, o := range got.outcomes {
			if o.Status == Rejected && o.Arrival < 4990*Millisecond {
				t.Fatalf("requests %s: the one at %d ns, number %d, is rejected, before the bucket is empty", name, o.Arrival, i)
			}
		}
	}
}

// Two functions of an account whose bucket holds 10 × 10 tokens and gets 100 a second.
// 60 requests to one and 60 to the other within 20 ms are 120, of 101 tokens, and the run
// is coupled: 19 are rejected. With 60 at the begin of a second and 60 near the end of the
// next, whole seconds would say that 60 may still be missing when the others come; by
// hundredths they are not, and functions run apart.
func TestRateIsCertified(t *testing.T) {
	for _, c := range []struct {
		name            string
		first, second   Time
		coupled, closer bool
		rejected        int
	}{
		{"at once", 990 * Millisecond, 1000 * Millisecond, true, false, 19},
		{"a second apart", 0, 1900 * Millisecond, false, true, 0},
		{"many seconds apart", 0, 5 * Second, false, false, 0},
	} {
		l := &list{functions: []Function{{Name: "f"}, {Name: "g"}}, invocations: [][]Invocation{
			evenly(0, c.first, Millisecond/6, 0, 60), evenly(1, c.second, Millisecond/6, 0, 60)}}
		got := &tape{}
		sum, err := Run(context.Background(), Config{Workload: l, Window: Window{Horizon: 10 * Second}, Observers: func() []Observer { *got = tape{}; return []Observer{got} },
			Platforms: []Platform{{KeepAlive: window(Never), Limit: Limit{Account: 10, Requests: Ramp{Burst: 10, Period: Second}}}}})
		if err != nil {
			t.Fatal(err)
		}
		if n := statuses(got.outcomes); n[Rejected] != c.rejected || sum.Coupled != c.coupled || sum.closer != c.closer {
			t.Errorf("%s: %d rejected, coupled %v, looked at closer %v; want %d, %v, %v", c.name, n[Rejected], sum.Coupled, sum.closer, c.rejected, c.coupled, c.closer)
		}
	}
}

// A floor of which each instance brings 2 requests in 10 s, and requests of 0.1 s. It is 2:
//
//	at 0, 1, 2, 3 s  by the floor, whose bucket of 4 is refilled by 2 in 5 s:
//	                 3, 2.4, 1.8 and 1.2 are left
//	at 3.1 s         of 1.24 by the floor; 0.24 is left
//	at 4.2 s         0.68: on demand, cold, though both of the floor are idle
//	at 5.0 s         1.0: by the floor
//	at 5.3 s         0.12: on demand, by the instance of 4.2 s, which is warm
//	at 6 s           it becomes 1, whose bucket of 2 has 0.4 in it
//	at 12 s          it becomes 3: 1.6, and 4 of the two that come
//	at 12.5 s, and 0.01 and 0.02 later, of 5.9, 4.906 and 3.912: all three are busy
//	at 12.61, 12.62  of 2.966 and 1.972: by the floor
//	at 12.63 s       0.978: on demand
func TestFloorBringsRequests(t *testing.T) {
	at := []Time{0, 1000, 2000, 3000, 3100, 4200, 5000, 5300, 12500, 12510, 12520, 12610, 12620, 12630}
	l := &list{functions: []Function{{Name: "f"}}, invocations: [][]Invocation{nil}}
	for _, ms := range at {
		l.invocations[0] = append(l.invocations[0], Invocation{Arrival: ms * Millisecond, Service: 100 * Millisecond})
	}
	for _, c := range []struct {
		name  string
		limit Limit
		flags string // of each request: p of the floor, c cold, w warm
	}{
		{"rejects", Limit{Account: 100, Requests: Ramp{Burst: 2, Period: 10 * Second}}, "pppppcpwpppppw"},
		{"waits", Limit{Account: 100, Requests: Ramp{Burst: 2, Period: 10 * Second}, Over: QueueOver}, "pppppppppppppp"},
		{"no bound", Limit{Account: 100}, "pppppppppppppp"},
	} {
		got, _ := replay(t, Config{Workload: l, Window: Window{Horizon: 18 * Second},
			Platforms: []Platform{{KeepAlive: window(Never), Prewarm: ticking{every: 6 * Second, floor: []int{2, 1, 3}, unit: 1}, Limit: c.limit}}})
		flags := ""
		for _, o := range got.outcomes {
			switch {
			case o.Flags&Provisioned != 0:
				flags += "p"
			case o.Flags&Cold != 0:
				flags += "c"
			default:
				flags += "w"
			}
		}
		if flags != c.flags {
			t.Errorf("%s: found %s, want %s", c.name, flags, c.flags)
		}
	}
}

// What a function's bound turns away takes nothing of its account's: of six requests at
// once to one function and four to another, each of which lets 2 through, in an account
// that lets 6 through, four come through. Had the others taken tokens, none would be left
// for the second function.
func TestFunctionsBoundComesFirst(t *testing.T) {
	l := &list{functions: []Function{{Name: "a", App: "x"}, {Name: "b"}}, invocations: [][]Invocation{evenly(0, 0, 0, 1, 6), evenly(1, 0, 0, 1, 4)}}
	got, _ := replay(t, Config{Workload: l, Window: Window{Horizon: 10}, coupled: true,
		Platforms: []Platform{{KeepAlive: window(Never), Limit: Limit{Account: 3, Function: 1, Requests: Ramp{Burst: 2, Period: 1000}, Over: QueueOver}}}})
	through := [2]int{}
	for _, o := range got.outcomes {
		if o.Status == Completed {
			through[o.Function]++
		}
	}
	if through != [2]int{2, 2} {
		t.Errorf("%v came through, want 2 and 2", through)
	}
}
