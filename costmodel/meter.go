package costmodel

import (
	"cmp"
	"fmt"
	"math/big"
	"slices"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// Meter counts, in integers, what a tariff bills. It observes a run; where its
// rule needs them it is a sim.InitObserver, a sim.LifeObserver and a
// sim.ActivityObserver too.
type Meter interface {
	sim.WarmObserver
	// Merge adds what another meter of the same tariff and MeterConfig
	// counted. The order of merging changes nothing.
	Merge(Meter)
	// Usage returns what was counted so far.
	Usage() Usage
}

// MeterConfig is the run that a meter observes.
type MeterConfig struct {
	Functions []sim.Function
	Window    sim.Window
	Epoch     sim.Time // when time 0 is, in ns since 1970-01-01T00:00:00Z: what tells an hour of the day
	Platform  sim.Platform
	VCPU      int64 // thousandths of a vCPU of an instance; 0: the tariff's default
	Ephemeral int64 // MiB of ephemeral storage of each function; 0: what is included
}

// memoryOf returns the MiB that a function is configured with.
func (c *MeterConfig) memoryOf(f int) int64 {
	if m := c.Functions[f].Memory; m > 0 {
		return m
	}
	return c.Platform.Memory
}

// measured tells whether the request belongs to the window and is one that a
// provider may bill: its service began. What was rejected, or gave up while it
// waited, ran no code.
func measured(w sim.Window, o *sim.Outcome) bool {
	return o.Within(w) && o.Started && o.Status != sim.Rejected
}

// within returns the part of a run, which is in the order of arrival, that
// arrived in the window.
func within(w sim.Window, run []sim.Invocation) []sim.Invocation {
	if n := len(run); run[0].Arrival >= w.Warmup && run[n-1].Arrival < w.Horizon {
		return run
	}
	from, _ := slices.BinarySearchFunc(run, w.Warmup, arrivesAt)
	to, _ := slices.BinarySearchFunc(run, w.Horizon, arrivesAt)
	return run[from:max(from, to)]
}

func arrivesAt(inv sim.Invocation, t sim.Time) int { return cmp.Compare(inv.Arrival, t) }

// rule is a way of metering, as a tariff configures it.
type rule interface {
	meters() []meterInfo
	check(n *spec.Node) error
	newMeter(c MeterConfig) (Meter, error)
}

// meterInfo describes a meter of a rule.
type meterInfo struct {
	name, unit, help string
}

func (m meterInfo) dimension() string {
	u, _ := findUnit(m.unit)
	return u.dimension
}

func meterNames(list []meterInfo) []string {
	names := make([]string, len(list))
	for i, m := range list {
		names[i] = m.name
	}
	return names
}

// rules are the ways of metering by the name that a tariff gives.
var rules = []struct {
	name, help string
	blank      func() rule
}{
	{"active", "the stretches in which an instance starts or serves at least one request", func() rule { return new(activeRule) }},
	{"invocation", "memory × duration of each invocation", func() rule { return new(invocationRule) }},
	{"lifetime", "the whole life of each instance", func() rule { return new(lifetimeRule) }},
	{"nodes", "the time of a cluster's nodes, by type", func() rule { return new(nodesRule) }},
	{"supplied", "nothing is counted; the user gives all quantities", func() rule { return new(suppliedRule) }},
}

// RuleHelp says in a line what the tariff's rule meters.
func (t *Tariff) RuleHelp() string {
	for _, r := range rules {
		if r.name == t.Rule {
			return r.help
		}
	}
	return ""
}

func ruleNames() []string {
	names := make([]string, len(rules))
	for i, r := range rules {
		names[i] = r.name
	}
	return names
}

// memoryRule is how configured memory becomes billed memory.
type memoryRule struct {
	Min   spec.Size   `toml:"min" help:"less is raised to this, the smallest that can be configured"`
	Max   spec.Size   `toml:"max" help:"the largest that can be configured; 0: no bound"`
	Step  spec.Size   `toml:"step" default:"1MB" help:"rounded up to a multiple of this"`
	Cap   bool        `toml:"cap" help:"more than max is billed as max, rather than refused"`
	Sizes []spec.Size `toml:"sizes" help:"the sizes there are, ascending: the smallest that fits is billed"`
	// Ignored is for what is rented whole.
	Ignored bool `toml:"ignored" help:"memory is not billed, and a function need have no size"`
}

func (r *memoryRule) check(n *spec.Node) error {
	n = n.Get("memory")
	if n == nil { // nothing is said: any memory, as it is
		return nil
	}
	for i, s := range r.Sizes {
		if _, whole := s.MiB(); !whole || s == 0 || i > 0 && s <= r.Sizes[i-1] {
			return n.Get("sizes").Errorf("found %s, want ascending sizes in whole MB", s)
		}
	}
	for _, k := range []struct {
		name string
		size spec.Size
	}{{"min", r.Min}, {"max", r.Max}, {"step", r.Step}} {
		if _, whole := k.size.MiB(); !whole {
			return n.Get(k.name).Errorf("found %s, want whole MB", k.size)
		}
	}
	switch {
	case r.Ignored && (r.Min > 0 || r.Max > 0 || r.Cap || len(r.Sizes) > 0):
		return n.Get("ignored").Errorf("found ignored = true beside sizes, want one of them")
	case r.Step == 0:
		return n.Get("step").Errorf("found 0, want at least 1MB")
	case r.Max > 0 && r.Max < r.Min:
		return n.Get("max").Errorf("found %s, which is below min = %s", r.Max, r.Min)
	case r.Cap && r.Max == 0:
		return n.Get("cap").Errorf("found cap = true without max")
	case len(r.Sizes) > 0 && (r.Min > 0 || r.Max > 0):
		return n.Get("sizes").Errorf("found sizes beside min or max, want one of them")
	}
	return nil
}

// billed returns the MiB that are billed for the configured ones, and false
// where the provider does not offer so much.
func (r *memoryRule) billed(mib int64) (int64, bool) {
	if r.Ignored {
		return max(0, mib), true
	}
	if len(r.Sizes) > 0 {
		for _, s := range r.Sizes {
			if n, _ := s.MiB(); mib <= n {
				return n, true
			}
		}
		n, _ := r.Sizes[len(r.Sizes)-1].MiB()
		return n, false
	}
	least, _ := r.Min.MiB()
	most, _ := r.Max.MiB()
	step, _ := r.Step.MiB()
	mib = max(least, (mib+step-1)/step*step)
	if most > 0 && mib > most {
		return most, r.Cap
	}
	return mib, true
}

// table returns the billed MiB of each function.
func (r *memoryRule) table(c *MeterConfig) ([]int64, error) {
	t := make([]int64, len(c.Functions))
	for i := range c.Functions {
		mib := c.memoryOf(i)
		if mib <= 0 && !r.Ignored {
			return nil, fmt.Errorf("function %s has no memory size, and the platform has no default", c.Functions[i].ID())
		}
		var ok bool
		if t[i], ok = r.billed(mib); !ok {
			return nil, fmt.Errorf("function %s has %d MB of memory, the provider offers at most %d MB", c.Functions[i].ID(), mib, t[i])
		}
	}
	return t, nil
}

// vcpuRule is how many vCPUs an instance has where the run does not say.
type vcpuRule struct {
	Count Amount    `toml:"count" help:"vCPUs of an instance, whatever its memory"`
	Per   spec.Size `toml:"per" help:"one vCPU for each so much memory"`
}

func (r *vcpuRule) check(n *spec.Node) error {
	n = n.Get("vcpu")
	if n == nil {
		return nil
	}
	if (r.Per > 0) == !r.Count.IsZero() {
		return n.Errorf("want either count or per, above 0")
	}
	if r.Count.Exponent < -3 || r.Count.NumDigits() > 9 {
		return n.Get("count").Errorf("found %s, want thousandths of a vCPU at the finest", r.Count.Text('f'))
	}
	if _, whole := r.Per.MiB(); !whole {
		return n.Get("per").Errorf("found %s, want whole MB", r.Per)
	}
	return nil
}

// vcpus is how many vCPUs the instances of a run have.
type vcpus struct {
	milli int64 // thousandths, of each; where per is 0
	per   int64 // one for each so many MiB
}

// of returns them: what the run is configured with, in thousandths, before what
// the rule says.
func (r *vcpuRule) of(configured int64) vcpus {
	if configured > 0 {
		return vcpus{milli: configured}
	}
	per, _ := r.Per.MiB()
	milli, _ := mul(&r.Count.Decimal, thousand()).Int64()
	return vcpus{milli, per}
}

// at returns the thousandths of a vCPU of an instance of that much memory, to
// the nearest.
func (v *vcpus) at(mib int64) int64 {
	if v.per > 0 {
		return (2000*mib + v.per) / (2 * v.per)
	}
	return v.milli
}

// stretch is how a stretch of time is rounded. Rounding comes first, the cut
// to the window last, so that the usage of two adjoining windows adds up to
// that of both.
type stretch struct {
	quantum, minimum sim.Time
}

// clip returns the part of the billed stretch [from, …) that lies in the window.
func (s stretch) clip(w sim.Window, from, to sim.Time) sim.Time {
	if to <= from {
		return 0
	}
	return w.Clip(from, from+s.round(to-from))
}

func (s stretch) round(d sim.Time) sim.Time {
	if d = max(d, s.minimum); s.quantum > 1 {
		d = (d + s.quantum - 1) / s.quantum * s.quantum
	}
	return d
}

// times returns n × factor.
func times(n sim.Wide, factor int64) *big.Int {
	return new(big.Int).Mul(n.Big(), big.NewInt(factor))
}

func count(n uint64) *big.Int { return new(big.Int).SetUint64(n) }

// suppliedRule counts nothing.
type suppliedRule struct{}

func (*suppliedRule) meters() []meterInfo                 { return nil }
func (*suppliedRule) check(*spec.Node) error              { return nil }
func (*suppliedRule) newMeter(MeterConfig) (Meter, error) { return suppliedMeter{}, nil }

type suppliedMeter struct{}

func (suppliedMeter) Requests([]sim.Outcome) {}
func (suppliedMeter) Warm([]sim.Invocation)  {}
func (suppliedMeter) Merge(Meter)            {}
func (suppliedMeter) Usage() Usage           { return Usage{} }
