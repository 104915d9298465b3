package sim

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// apartServer serves each request for its own time, as slots do.
type apartServer struct {
	slots int
	ends  []struct {
		at Time
		id uint32
	}
}

type apart struct{ slots int }

func (a apart) New(Group) Server { return &apartServer{slots: a.slots} }

func (s *apartServer) Offer(now Time, r ServerRequest) bool {
	if len(s.ends) == s.slots {
		return false
	}
	s.ends = append(s.ends, struct {
		at Time
		id uint32
	}{now + r.Service, r.ID})
	return true
}

func (s *apartServer) Next() Time {
	next := Never
	for _, e := range s.ends {
		next = min(next, e.at)
	}
	return next
}

func (s *apartServer) Advance(now Time, ended []ServerEnd) []ServerEnd {
	left := s.ends[:0]
	for _, e := range s.ends {
		if e.at <= now {
			ended = append(ended, ServerEnd{ID: e.id, Status: Completed})
		} else {
			left = append(left, e)
		}
	}
	s.ends = left
	return ended
}

func (s *apartServer) Withdraw(_ Time, id uint32) Serving {
	for i, e := range s.ends {
		if e.id == id {
			s.ends = slices.Delete(s.ends, i, i+1)
			return Serving{}
		}
	}
	panic("a request is withdrawn that is not there")
}

// backwards is a server that tells of ends in the order opposite to offers.
type backwards struct{ apartServer }

type backwardsOf int

func (n backwardsOf) New(Group) Server { return &backwards{apartServer{slots: int(n)}} }
func (b *backwards) Advance(now Time, ended []ServerEnd) []ServerEnd {
	ended = b.apartServer.Advance(now, ended)
	slices.Reverse(ended)
	return ended
}

// Requests that leave a server at the same time leave in the order of functions,
// and within one in that of arrival, whatever order the server tells.
func TestServersEndsAreInOrder(t *testing.T) {
	j := &journal{}
	l := &list{functions: []Function{{Name: "a", App: "x"}, {Name: "b", App: "x"}}, invocations: [][]Invocation{
		{{Arrival: 1, Service: 4}, {Arrival: 2, Service: 3}}, {{Arrival: 0, Service: 5, Function: 1}}}}
	replay(t, Config{Workload: l, Window: Window{Horizon: 50}, Follow: j, Platforms: []Platform{{KeepAlive: window(0), Unit: PerApp, Concurrency: 9, Server: backwardsOf(9)}}})
	want := []string{"  5  f0: request 0 is completed", "  5  f0: request 1 is completed", "  5  f1: request 0 is completed, cold, initialised for 0"}
	if !slices.Equal(j.lines, want) {
		t.Errorf("%q, want %q", j.lines, want)
	}
}

// A request that a provisioned instance's server refused, and nothing else
// takes, has never been on that instance.
func TestRefusedIsRejected(t *testing.T) {
	l := &list{functions: []Function{{Name: "f"}}, invocations: [][]Invocation{{{Arrival: 1, Service: 9}, {Arrival: 2, Service: 9}}}}
	got, _ := replay(t, Config{Workload: l, Window: Window{Horizon: 50}, Platforms: []Platform{{KeepAlive: window(0), Concurrency: 9, Server: apart{1},
		Limit: Limit{Instances: 1}, Prewarm: ticking{every: 100, floor: []int{1}, unit: 1}}}})
	if o := got.outcomes[0]; o.Status != Completed || o.Flags != Provisioned {
		t.Errorf("the first is %+v, want it completed on the provisioned instance", o)
	}
	if o := got.outcomes[1]; o.Status != Rejected || o.Flags != 0 || o.Init != 0 {
		t.Errorf("the second is %+v, want it rejected, on no instance", o)
	}
}

// A server whose requests share nothing does what slots do, whatever else the
// platform has: limits, timeouts on both clocks, prewarms, recycling. (No two
// things happen at the same time here: of requests that end together, slots
// free the first function's first, servers the older instance's.)
func TestServerEqualsSlots(t *testing.T) {
	served := 0
	rapid.Check(t, func(r *rapid.T) {
		t := drawer{r, Second}
		l := t.load()
		jitter := NewStream(RunKey{Seed: rapid.Uint64().Draw(r, "jitter")}, PurposeArrival, 1)
		n := uint64(0)
		stray := func(x *Time) {
			n++
			*x += Time(jitter.Uniform(n) * float64(Millisecond))
		}
		for f := range l.functions {
			if l.functions[f].Timeout > 0 {
				stray(&l.functions[f].Timeout)
			}
			for k := range l.invocations[f] {
				v := &l.invocations[f][k]
				stray(&v.Arrival)
				stray(&v.Service)
			}
			slices.SortFunc(l.invocations[f], func(a, b Invocation) int { return int(a.Arrival - b.Arrival) })
		}
		p := t.platform()
		if p.Cluster != nil {
			p.Cluster.SharedCPU = false // a server says by itself how long it serves
		}
		if p.Prewarm != nil { // pings of one tick end together
			ticks := p.Prewarm.(ticking)
			ticks.pings = 0
			p.Prewarm = ticks
		}
		for k := range p.Init {
			p.Init[k].Duration = uniformTo(3 * Second)
		}
		c := Config{Workload: l, Platforms: []Platform{p}, Window: t.window(), Key: RunKey{Seed: 7}}
		want, _ := replay(t, c)
		c.Platforms = []Platform{p}
		c.Platforms[0].Server = apart{max(1, p.Concurrency)}
		if p.Concurrency > 1 && t.bool("the server says when it is full") {
			c.Platforms[0].Concurrency = 100
		}
		if c.Platforms[0].Concurrency != p.Concurrency && p.Dispatch == QueueDispatch {
			c.Platforms[0].Concurrency = p.Concurrency // scaling goes by it
		}
		got, _ := replay(t, c)
		if d := want.diff(got); d != "" {
			t.Fatalf("slots − server +: %s", d)
		}
		served += len(want.lives)
	})
	if served == 0 {
		t.Error("nothing was served")
	}
}
