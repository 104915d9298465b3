package flows

import (
	"context"
	"errors"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/backoff"
	"github.com/coldcurve/coldcurve/sim/simtest"
)

// exceeds runs a graph whose one trigger has an arrival at each of the first seconds, and
// returns why the run ends.
func (b *builder) exceeds(t *testing.T, arrivals int) *Excess {
	t.Helper()
	var load simtest.Load
	for k := range b.g.Functions {
		load.Add(sim.Function{Name: b.g.Functions[k].Name, Open: b.g.Functions[k].Uses != nil}, nil)
	}
	n := uint32(len(b.g.Functions))
	b.g.Triggers[0].Function = int32(n)
	var all []sim.Invocation
	for k := range arrivals {
		all = append(all, sim.Invocation{Arrival: sim.Time(k+1) * second, Function: n})
	}
	load.Add(sim.Function{Name: "trigger", Outside: true}, all)
	_, err := sim.Run(context.Background(), sim.Config{
		Workload: &load, Platforms: []sim.Platform{anyNumber}, Window: sim.Window{Horizon: b.g.Horizon}, Follow: New(&b.g, sim.RunKey{}), Observers: func() []sim.Observer { return nil },
	})
	var e *Excess
	if err != nil && !errors.As(err, &e) {
		t.Fatalf("the run ends with: %v", err)
	}
	return e
}

// TestExcess: what goes round without an end, or has no bound, ends the run with an
// error that names it; one less is no fault.
func TestExcess(t *testing.T) {
	low := bounds{steps: 10, live: 4, places: 6, items: 5}
	for _, c := range []struct {
		name     string
		arrivals int
		build    func(b *builder)
		want     string // of the error; "": none
	}{
		{"as many steps as there may be", 1, func(b *builder) {
			b.main(b.flow("main", nothing()), step(PassStep, "a"), choice("c", Case{EnteredMore: 4, Next: None}, Case{Otherwise: true, Next: first}))
		}, ""},
		{"one more", 1, func(b *builder) {
			b.main(b.flow("main", nothing()), step(PassStep, "a"), choice("c", Case{EnteredMore: 5, Next: None}, Case{Otherwise: true, Next: first}))
		}, `x.toml:7: step "a" of flow "main": more than 10 steps of an execution, 1 s after the start`},
		{"a size that is never passed", 1, func(b *builder) {
			b.main(b.flow("main", nothing()), step(PassStep, "a"), choice("c", Case{SizeAbove: 1 << 40, Next: None}, Case{Otherwise: true, Next: first}))
		}, `x.toml:7: step "a" of flow "main": more than 10 steps of an execution, 1 s after the start`},
		{"a failure that is caught by its own step", 1, func(b *builder) {
			f := b.function("f", after(0))
			b.g.Functions[f].Error = 1
			s := callOf("s", f)
			s.Catch = []Catch{{OnAny, first}}
			b.main(b.flow("main", nothing()), s)
		}, `x.toml:7: step "s" of flow "main": more than 10 steps of an execution, 1 s after the start`},
		{"retries are steps", 1, func(b *builder) {
			f := b.function("f", after(0))
			b.g.Functions[f].Error = 1
			s := callOf("s", f)
			s.Retry = []Retry{{On: OnAny, Attempts: 10, Backoff: backoff.Backoff{Factor: 1}}}
			b.main(b.flow("main", nothing()), s)
		}, `x.toml:7: step "s" of flow "main": more than 10 steps of an execution, 1 s after the start`},
		{"each execution has its own steps", 3, func(b *builder) {
			b.main(b.flow("main", nothing()), step(PassStep, "a"), step(PassStep, "b"), step(PassStep, "c"), step(PassStep, "d"))
		}, ""},
		{"five items, three at a time", 1, func(b *builder) {
			f := b.flow("main", nothing())
			m := mapOf("m", 5, b.list(f, step(PassStep, "i")))
			m.Map.Concurrency = 3
			b.main(f, m)
		}, ""},
		{"six items", 1, func(b *builder) {
			f := b.flow("main", nothing())
			m := mapOf("m", 6, b.list(f, step(PassStep, "i")))
			m.Map.Concurrency = 3
			b.main(f, m)
		}, `x.toml:7: step "m" of flow "main": more than 5 items of a map, 1 s after the start`},
		{"four items at a time", 1, func(b *builder) {
			f := b.flow("main", nothing())
			b.main(f, mapOf("m", 4, b.list(f, wait("i", after(second)))))
		}, `x.toml:7: step "m" of flow "main": more than 4 executions, branches and items at a time, 1 s after the start`},
		{"four executions at a time", 4, func(b *builder) { b.main(b.flow("main", nothing()), wait("w", after(3500*ms))) }, ""},
		{"five executions at a time", 5, func(b *builder) { b.main(b.flow("main", nothing()), wait("w", after(4500*ms))) },
			`x.toml:9: flow "main": more than 4 executions, branches and items at a time, 5 s after the start`},
		{"five calls at a time", 5, func(b *builder) {
			s := callOf("s", b.function("f", after(4500*ms)))
			s.Async = true
			b.main(b.flow("main", nothing()), s)
		}, `x.toml:8: function "f": more than 4 calls at a time, 5 s after the start`},
		{"messages", 8, func(b *builder) {
			e := nothing()
			e.Concurrent = &Slots{N: 1}
			b.main(b.flow("main", e), wait("w", after(100*second)))
		}, `x.toml:10: trigger "in": more than 6 messages at a time, 7 s after the start`},
		{"starts that wait", 2, func(b *builder) {
			f, e := b.flow("main", nothing()), nothing()
			e.Concurrent = &Slots{N: 1}
			sub := b.flow("sub", e)
			b.main(sub, wait("w", after(100*second)))
			s := step(CallStep, "s")
			s.SubFlow, s.Async = sub, true
			m := mapOf("m", 5, b.list(f, s))
			m.Map.Concurrency = 1
			b.main(f, m)
		}, `x.toml:11: flow "sub": more than 6 starts that wait at a time, 2 s after the start`},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBuilder(1000 * second)
			b.g.most = low
			c.build(b)
			b.trigger("in", 0)
			for k := range b.g.Steps {
				b.g.Steps[k].Line = "x.toml:7"
			}
			for k := range b.g.Functions {
				b.g.Functions[k].Line = "x.toml:8"
			}
			b.g.Flows[0].Line, b.g.Triggers[0].Line = "x.toml:9", "x.toml:10"
			if len(b.g.Flows) > 1 {
				b.g.Flows[1].Line = "x.toml:11"
			}
			want := c.want
			if want != "" {
				want += ": want a way out that is taken sooner, fewer items, fewer arrivals, or a limit on how many run at a time"
			}
			switch e := b.exceeds(t, c.arrivals); {
			case want == "" && e != nil:
				t.Errorf("ends with %v, want no error", e)
			case want != "" && (e == nil || e.Error() != want):
				t.Errorf("ends with\n%v, want\n%s", e, want)
			}
		})
	}
}
