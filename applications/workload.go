package applications

import (
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/flows"
	"github.com/coldcurve/coldcurve/sim/tokens"
	"github.com/coldcurve/coldcurve/workloads"
)

// workload is what arrives at an application from outside: at the function of each
// trigger that has arrivals. Its functions get what the simulation makes.
type workload struct {
	functions []sim.Function
	arrivals  []workloads.Process // of each function; nil: none
	horizon   sim.Time
	tokens    tokens.Columns // nil: no function has tokens
	slower    []float64      // of what the server of each function does; nil: 1 of each, as is 0
}

// Slower returns how many times as long all takes that the platform's server does for a
// function, by function, where that says how long requests take; nil: nowhere longer.
func (w *workload) Slower() []float64 { return w.slower }

var (
	_ sim.Workload  = (*workload)(nil)
	_ tokens.Source = (*workload)(nil)
)

// mostExpected is the largest expected number of arrivals at a trigger: their ordinals
// have 32 bits, and the number drawn scatters about the expected one.
const mostExpected = 4e9

// workload makes the functions of the kernel and the arrivals at triggers.
func (c *compiler) workload() (*workload, error) {
	w := &workload{horizon: c.o.Window.Horizon}
	if w.horizon <= 0 || w.horizon > sim.Longest {
		if c.o.Platforms != nil && c.o.Window != (sim.Window{}) {
			return nil, fmt.Errorf("the horizon of an application is %d ns, want it above 0 and at most %d", w.horizon, sim.Longest)
		}
	}
	for i := range c.file.Functions {
		f, err := c.simFunction(i)
		if err != nil {
			return nil, err
		}
		w.functions, w.arrivals = append(w.functions, f), append(w.arrivals, nil)
	}
	for i := range c.file.Triggers {
		t := &c.file.Triggers[i]
		process, err := arrivalsOf(t, c.o.Scale)
		if err != nil {
			return nil, c.at("trigger", i, "schedule").Errorf("%w", err)
		}
		f := sim.Function{Name: t.Name, Trigger: t.way(), Outside: true}
		if process != nil {
			if f.Weight = process.Expected(w.horizon); f.Weight > mostExpected {
				return nil, c.at("trigger", i, "arrivals").Errorf("there are %.3g arrivals to the horizon, want at most 4·10⁹", f.Weight)
			}
		}
		w.functions, w.arrivals = append(w.functions, f), append(w.arrivals, process)
	}
	c.weigh(w.functions)
	w.slower = c.slower()
	var err error
	w.tokens, err = c.columns()
	return w, err
}

// arrivalsOf is what arrives at a trigger from outside, so many times as much as the file
// says; nil: nothing.
func arrivalsOf(t *triggerSpec, scale float64) (workloads.Process, error) {
	if s := t.Schedule; s != nil {
		return workloads.NewPeriodic(sim.Time(s.Every), sim.Time(s.Offset), 0)
	}
	if t.Arrivals.Process != nil && scale > 0 && scale != 1 {
		return t.Arrivals.Process.Scaled(scale), nil
	}
	return t.Arrivals.Process, nil
}

// way is how a trigger starts, in a word.
func (t *triggerSpec) way() string {
	switch {
	case t.HTTP != nil:
		return "http"
	case t.Queue != nil:
		return "queue"
	case t.Stream != nil:
		return "stream"
	case t.Schedule != nil:
		return "schedule"
	case t.Object != nil:
		return "object"
	case t.Bus != nil:
		return "bus"
	case t.Async != nil:
		return "async"
	}
	return "direct"
}

// simFunction is a function as the kernel knows it.
func (c *compiler) simFunction(i int) (sim.Function, error) {
	f, g := &c.file.Functions[i], &c.g.Functions[i]
	memory, _ := f.Memory.MiB()
	out := sim.Function{Name: f.Name, Runtime: f.Runtime, Memory: memory, Timeout: sim.Time(f.Timeout), Init: f.Init.Init, Open: len(g.Uses) > 0 || g.State != nil}
	g.Shares = out.Open && c.on[i] >= 0 && c.o.Platforms[c.on[i]].Shares
	if f.ColdService.Sampler != nil {
		if out.Cold = f.ColdService.Sampler; g.Factor > 0 {
			out.Cold = scaled{out.Cold, g.Factor}
		}
		out.Cold = plus(out.Cold, g.Add)
	}
	for _, add := range c.coldAdds {
		if add.function != i {
			continue
		}
		if out.Cold != nil {
			out.Cold = plus(out.Cold, add.delay)
			continue
		}
		if out.Init == nil && c.on[i] >= 0 {
			out.Init = c.o.Platforms[c.on[i]].Init
		}
		out.Init = withDependencies(out.Init, add.delay)
	}
	return out, nil
}

// withDependencies is an initialisation with a time more in the function's own set-up.
func withDependencies(init sim.Init, delay flows.Delay) sim.Init {
	out := slices.Clone(init)
	for i := range out {
		if out[i].Phase == sim.PhaseDependencies {
			out[i].Duration = plus(out[i].Duration, delay)
			return out
		}
	}
	at := 0
	for at < len(out) && out[at].Phase < sim.PhaseDependencies {
		at++
	}
	return slices.Insert(out, at, sim.PhaseSampler{Phase: sim.PhaseDependencies, Duration: delay})
}

// weigh estimates how often each function is called, so that shards are balanced: as
// often as what can reach it arrives.
func (c *compiler) weigh(functions []sim.Function) {
	for i := range c.file.Triggers {
		weight := functions[len(c.file.Functions)+i].Weight
		for n := range c.reaches(named{triggerClass, i}) {
			if n.class == functionClass {
				functions[n.index].Weight += weight
			}
		}
	}
}

// reaches is all that something starts, over others too.
func (c *compiler) reaches(from named) map[named]bool {
	seen := map[named]bool{from: true}
	for queue := []named{from}; len(queue) > 0; queue = queue[1:] {
		for _, name := range c.startedBy(queue[0]) {
			if n, ok := c.names[name]; ok && !seen[n] {
				seen[n] = true
				queue = append(queue, n)
			}
		}
	}
	return seen
}

// startedBy names what something starts itself.
func (a *Application) startedBy(n named) (list []string) {
	use := func(u *useSpec) {
		if u != nil {
			list = append(list, u.Call, u.Send, u.Store)
		}
	}
	switch n.class {
	case triggerClass:
		t := &a.file.Triggers[n.index]
		list = append(append(list, t.Start), t.deads()...)
		if t.Object != nil {
			list = append(list, t.Object.Store)
		}
		if t.HTTP != nil && t.HTTP.Auth != nil {
			list = append(list, t.HTTP.Auth.Call)
		}
		if t.HTTP != nil {
			use(t.HTTP.DNS)
		}
	case storeClass:
		list = append(list, a.file.Stores[n.index].Feeds)
	case functionClass:
		for i := range a.file.Functions[n.index].Uses {
			use(&a.file.Functions[n.index].Uses[i])
		}
	case flowClass:
		for k := range a.file.Flows[n.index].Steps {
			x := &a.file.Flows[n.index].Steps[k]
			list = append(list, x.Call)
			if x.Send != nil {
				list = append(list, x.Send.To)
			}
			if x.Route != nil {
				list = append(list, x.Route.To...)
				if x.Route.Cache != nil {
					use(x.Route.Cache.Lookup)
				}
			}
			for u := range x.Use {
				use(&x.Use[u])
			}
		}
	}
	return list
}

// Functions implements sim.Workload.
func (w *workload) Functions() []sim.Function { return w.functions }

// Tokens implements tokens.Source.
func (w *workload) Tokens() tokens.Columns { return w.tokens }

var errNoHorizon = errors.New("an application without a horizon cannot be run")

// Open implements sim.Workload.
func (w *workload) Open(key sim.RunKey, set []uint32) (sim.Source, error) {
	if w.horizon <= 0 {
		return nil, errNoHorizon
	}
	var sources []sim.Source
	for i, f := range set {
		if int(f) >= len(w.functions) || i > 0 && f <= set[i-1] {
			return nil, fmt.Errorf("opening function %d of an application of %d, want them ascending", f, len(w.functions))
		}
		if p := w.arrivals[f]; p != nil {
			sources = append(sources, &source{arrivals: p.Start(key, w.functions[f].Key()), horizon: w.horizon, function: f})
		}
	}
	return sim.Merge(sources), nil
}

// source is the arrivals at one trigger.
type source struct {
	arrivals workloads.Generator
	horizon  sim.Time
	function uint32
	n        uint64
	done     bool
}

// Next implements sim.Source.
func (s *source) Next(buf []sim.Invocation) (int, error) {
	if s.done {
		return 0, io.EOF
	}
	n := s.arrivals.Fill(buf, s.horizon)
	s.done = n < len(buf)
	if s.n += uint64(n); s.n > math.MaxUint32 {
		return 0, fmt.Errorf("more than 2^32 arrivals at a trigger")
	}
	for i := range buf[:n] {
		buf[i].Service, buf[i].Function, buf[i].Attr = 0, s.function, 0
	}
	if n == 0 && s.done {
		return 0, io.EOF
	}
	return n, nil
}
