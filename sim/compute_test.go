package sim

import (
	"testing"
)

// apartOpen serves each request for its own time, and requests to open functions too.
type apartOpen struct{}

func (apartOpen) New(Group) Server { return &lenient{apartServer{slots: 100}} }
func (apartOpen) ServesOpen()      {}

// lenient gives back what it has not got.
type lenient struct{ apartServer }

func (s *lenient) Withdraw(now Time, id uint32) Serving {
	for _, e := range s.ends {
		if e.id == id {
			return s.apartServer.Withdraw(now, id)
		}
	}
	return Serving{}
}

// computing is a script of a trigger (f0) whose requests at a function (f1) compute for
// their own time, wait for 3 ns, compute for 2 ns more and are done.
func computing() *script {
	open := map[uint64]Handle{}
	second := map[uint64]bool{}
	s := &script{joined: [][]uint32{{0, 1}}}
	s.arrived = func(a Arrived, next *Next) {
		q := at(a.Arrival, 1, uint64(a.Ordinal)+1)
		q.Service, q.Parent = a.Service, q.Key
		next.Arrive(q)
	}
	s.began = func(b Began, next *Next) {
		open[b.Key] = b.Request
		next.Compute(Compute{b.Request, b.Service})
	}
	s.computed = func(c Computed, next *Next) {
		if second[c.Parent] {
			next.Leave(Leave{Request: c.Request, At: c.Now})
			return
		}
		second[c.Parent] = true
		next.Wake(Timer{At: c.Now + 3, Key: c.Parent, Ref: c.Parent})
	}
	s.due = func(_ Time, timer Timer, next *Next) { next.Compute(Compute{open[timer.Ref], 2}) }
	return s
}

// An initialisation takes 5 ns. The first request begins on its instance at 15, the
// second, on the same one, with the third at 20: 4, 6 and 1 ns, 3 of waiting, 2 more.
func TestServersComputeByHand(t *testing.T) {
	l := &list{functions: []Function{{Name: "t", Outside: true}, {Name: "f", Open: true}},
		invocations: [][]Invocation{{{Arrival: 10, Service: 4}, {Arrival: 20, Service: 6}, {Arrival: 20, Service: 1}}, nil}}
	told, got := play(t, computing(), Config{Platforms: []Platform{{
		KeepAlive: window(Never), Concurrency: 8, Server: apartOpen{}, Init: Init{{Phase: PhaseRuntime, Duration: Constant(5)}},
	}}}, l)
	same(t, `
10: f0: invocation 0
15: f1: 1 begins on 0, cold, first
19: computed 1
20: f0: invocation 1
20: f0: invocation 2
20: f1: 2 begins on 0
20: f1: 3 begins on 0
21: computed 3
22: timer 1 of 1
24: computed 1
24: f1: 1 completed
24: timer 3 of 3
26: computed 2
26: computed 3
26: f1: 3 completed
29: timer 2 of 2
31: computed 2
31: f1: 2 completed`, told)
	for i, want := range []Time{24 - 15, 31 - 20, 26 - 20} {
		if o := got.outcomes[i]; o.End-o.Start != want {
			t.Errorf("outcome %d: served for %d, want %d", i, o.End-o.Start, want)
		}
	}
}

// A timeout of 8 ns comes while the second request computes (20 to 26, then 29 to 31):
// the server gives it back, and nobody is told that it computed.
func TestTimeoutsEndWhatComputes(t *testing.T) {
	l := &list{functions: []Function{{Name: "t", Outside: true}, {Name: "f", Open: true, Timeout: 10}},
		invocations: [][]Invocation{{{Arrival: 20, Service: 6}, {Arrival: 40, Service: 50}}, nil}}
	told, _ := play(t, computing(), Config{Platforms: []Platform{{KeepAlive: window(Never), Concurrency: 8, Server: apartOpen{}}}}, l)
	same(t, `
20: f0: invocation 0
20: f1: 1 begins on 0, cold, first
26: computed 1
29: timer 1 of 1
30: f1: 1 timed out
40: f0: invocation 1
40: f1: 2 begins on 0
50: f1: 2 timed out`, told)
}

// A request that computes is not asked for more before it has: at once, or later.
func TestOneThingAtATime(t *testing.T) {
	l := &list{functions: []Function{{Name: "t", Outside: true}, {Name: "f", Open: true}}, invocations: [][]Invocation{{{Arrival: 10, Service: 4}}, nil}}
	c := Config{Platforms: []Platform{{KeepAlive: window(Never), Concurrency: 8, Server: apartOpen{}}}, Workload: l, Window: Window{Horizon: 100}}
	twice := computing()
	twice.began = func(b Began, next *Next) {
		next.Compute(Compute{b.Request, b.Service})
		next.Compute(Compute{b.Request, b.Service})
	}
	later := computing()
	began := later.began
	later.began = func(b Began, next *Next) {
		began(b, next)
		next.Wake(Timer{At: b.Now + 1, Key: b.Key, Ref: b.Key}) // it asks for more
	}
	for want, s := range map[string]*script{
		"a service of f at 10 ns asks for service for a request that computes already, want one thing at a time":            twice,
		"a timer in the shard of t at 11 ns asks for service for a request that computes already, want one thing at a time": later,
	} {
		c.Follow = s
		refused(t, c, want)
	}
}
