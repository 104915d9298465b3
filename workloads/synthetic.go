package workloads

import (
	"fmt"
	"io"
	"math"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/clients"
)

// Synthetic is the workload of functions with arrival processes. It may be
// used from several goroutines.
type Synthetic struct {
	horizon   sim.Time
	functions []sim.Function
	loads     []load // of each function
	groups    []group
}

// load is what a function's arrivals are drawn from.
type load struct {
	key   uint64  // of its streams
	share float64 // of its group's rate, in (0, 1]
	group uint32
	ids   idRange // of its blocks of tokens
}

// group is what the functions of one FunctionSpec have in common.
type group struct {
	arrivals Process
	service  Sampler         // nil: 0
	client   *client         // nil: its requests have no tokens
	caller   *clients.Client // nil: the functions state none
}

var _ sim.Workload = (*Synthetic)(nil)

// maxExpected is the largest expected number of invocations of a function:
// ordinals have 32 bits, and the number drawn scatters about the expected one.
const maxExpected = 4e9

// New returns the workload of the functions up to the horizon, in (0, sim.Longest].
func New(functions []FunctionSpec, horizon sim.Time) (*Synthetic, error) {
	if horizon <= 0 || horizon > maxDuration {
		return nil, fmt.Errorf("the horizon of a synthetic workload is %v, want it above 0 and at most %v", spec.Duration(horizon), spec.Duration(maxDuration))
	}
	if len(functions) == 0 {
		return nil, errNoFunctions
	}
	s := &Synthetic{horizon: horizon}
	for i := range functions {
		if err := functions[i].check(); err != nil {
			return nil, err
		}
		if err := s.add(&functions[i]); err != nil {
			return nil, err
		}
	}
	if err := s.checkNames(functions); err != nil {
		return nil, err
	}
	if err := s.number(functions); err != nil {
		return nil, err
	}
	return s, nil
}

// add appends the functions of one spec.
func (s *Synthetic) add(f *FunctionSpec) error {
	names := f.names()
	shares := f.shares(len(names))
	base := f.function()
	index := uint32(len(s.groups))
	g := group{arrivals: f.Arrivals.Process, service: f.Service.Sampler, caller: f.Client.Client()}
	turns := 1.0
	if f.Tokens != nil {
		g.client = newClient(f.Tokens)
		turns = g.client.meanTurn
	}
	s.groups = append(s.groups, g)
	for i, name := range names {
		fn := base
		fn.Name = name
		share := 1.0
		if shares != nil {
			share = shares[i]
		}
		if i == 0 || shares != nil {
			starts := f.Arrivals.Scaled(share).Expected(s.horizon)
			base.Weight = starts * turns
			if base.Weight > maxExpected {
				return f.errorf("arrivals", "function %q has %.3g invocations to the horizon, want at most 4·10⁹", name, base.Weight)
			}
			if g.client != nil && starts > 0.9*float64(g.client.conversations()) {
				return f.errorf("arrivals", "function %q has %.3g conversations of up to %d turns to the horizon, want at most %.3g", name, starts, g.client.most, 0.9*float64(g.client.conversations()))
			}
		}
		fn.Weight = base.Weight
		s.functions = append(s.functions, fn)
		s.loads = append(s.loads, load{key: fn.Key(), share: share, group: index})
	}
	return nil
}

// shares returns what the popularity makes of the rate; nil: all of it for each.
func (f *FunctionSpec) shares(n int) []float64 {
	if f.Popularity == nil {
		return nil
	}
	return Zipf(n, f.Popularity.Zipf)
}

// checkNames refuses two functions of one name: they would draw the same numbers.
func (s *Synthetic) checkNames(specs []FunctionSpec) error {
	type id struct{ app, name string }
	seen := make(map[id]struct{}, len(s.functions))
	for i := range s.functions {
		f := &s.functions[i]
		k := id{f.App, f.Name}
		if k.app == "" {
			k.app = k.name
		}
		if _, twice := seen[k]; twice {
			return specs[s.loads[i].group].errorf("name", "a second function %q, want names that differ within an app", f.ID())
		}
		seen[k] = struct{}{}
	}
	return nil
}

// Functions lists the functions, in the order of the specs.
func (s *Synthetic) Functions() []sim.Function { return s.functions }

// Client returns how the clients of a function behave, where it states it; else nil.
func (s *Synthetic) Client(function uint32) *clients.Client {
	return s.groups[s.loads[function].group].caller
}

// Horizon returns the time before which all invocations arrive.
func (s *Synthetic) Horizon() sim.Time { return s.horizon }

// Open returns the invocations of the functions of a set, for one replication.
func (s *Synthetic) Open(key sim.RunKey, set []uint32) (sim.Source, error) {
	for i, f := range set {
		if int(f) >= len(s.functions) {
			return nil, fmt.Errorf("opening function %d of a workload of %d", f, len(s.functions))
		}
		if i > 0 && f <= set[i-1] {
			return nil, fmt.Errorf("opening function %d after %d, want them ascending", f, set[i-1])
		}
	}
	switch len(set) {
	case 0:
		return empty{}, nil
	case 1:
		return s.open(key, set[0]), nil
	}
	sources := make([]sim.Source, len(set))
	for i, f := range set {
		sources[i] = s.open(key, f)
	}
	return sim.Merge(sources), nil
}

func (s *Synthetic) open(key sim.RunKey, function uint32) sim.Source {
	l := &s.loads[function]
	g := &s.groups[l.group]
	arrivals := g.arrivals
	if l.share != 1 {
		arrivals = arrivals.Scaled(l.share)
	}
	if g.client != nil {
		return &conversations{
			client: g.client, draws: newDraws(key, l.key), service: g.service, uniforms: sim.NewStream(key, sim.PurposeService, l.key),
			horizon: s.horizon, function: function, arrivals: arrivals.Start(key, l.key),
		}
	}
	return &source{
		arrivals: arrivals.Start(key, l.key),
		service:  g.service,
		uniforms: sim.NewStream(key, sim.PurposeService, l.key),
		horizon:  s.horizon,
		function: function,
	}
}

// empty is the source of no function.
type empty struct{}

func (empty) Next([]sim.Invocation) (int, error) { return 0, io.EOF }

// source yields the invocations of one function. The service of ordinal k is
// the quantile of uniform k.
type source struct {
	arrivals Generator
	service  Sampler
	uniforms sim.Stream
	ordinal  uint64
	horizon  sim.Time
	function uint32
	done     bool
}

// Next implements sim.Source.
func (s *source) Next(buf []sim.Invocation) (int, error) {
	if s.done {
		return 0, io.EOF
	}
	n := s.arrivals.Fill(buf, s.horizon)
	s.done = n < len(buf)
	if s.ordinal+uint64(n) > math.MaxUint32 {
		return 0, fmt.Errorf("function %d has more than 2^32 invocations", s.function)
	}
	s.serve(buf[:n])
	s.ordinal += uint64(n)
	if n == 0 && s.done {
		return 0, io.EOF
	}
	return n, nil
}

// serve sets all but the arrivals. The commonest samplers have loops of their
// own: a call by way of the interface costs as much as their draw.
func (s *source) serve(batch []sim.Invocation) {
	uniforms, ordinal, function := s.uniforms, s.ordinal, s.function
	switch d := s.service.(type) {
	case Constant:
		for i := range batch {
			batch[i].Service, batch[i].Function, batch[i].Attr = d.value, function, 0
		}
	case Exponential:
		for i := range batch {
			service := d.Sample(uniforms.Uniform(ordinal + uint64(i)))
			batch[i].Service, batch[i].Function, batch[i].Attr = service, function, 0
		}
	default:
		for i := range batch {
			service := d.Sample(uniforms.Uniform(ordinal + uint64(i)))
			batch[i].Service, batch[i].Function, batch[i].Attr = service, function, 0
		}
	}
}
