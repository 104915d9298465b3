package costmodel

import (
	"fmt"
	"slices"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// invocationRule bills each invocation for its own duration, rounded up, times
// its function's memory: AWS Lambda, Azure Functions Consumption.
//
// A cold request's initialisation is billed with it where the provider bills
// init: it is added before the duration is rounded, less the phases that come
// before the provider's clock starts. An initialisation of a provisioned
// instance is billed by itself, and so is every one on a platform whose
// requests are not bound to an instance of their own. What a provider starts
// ahead of requests of its own accord is not billed; a request that waits for
// such an instance pays for what it waited, less the phases not billed.
type invocationRule struct {
	Quantum   spec.Duration `toml:"quantum" required:"true" help:"a duration is rounded up to a multiple of this"`
	Minimum   spec.Duration `toml:"minimum" help:"a duration is billed as at least this"`
	Init      bool          `toml:"init" help:"initialisation is billed"`
	InitFrom  phase         `toml:"init_from" default:"sandbox" help:"the first phase of an initialisation that is billed"`
	Memory    memoryRule    `toml:"memory"`
	MHz       []int64       `toml:"mhz" help:"the clock that goes with each of memory.sizes, where it is billed"`
	Ephemeral spec.Size     `toml:"ephemeral" default:"512MB" help:"ephemeral storage that is included"`
	Standing  spec.Duration `toml:"standing" default:"5m" help:"the standing time of provisioned instances is rounded up to a multiple of this"`
}

func (r *invocationRule) meters() []meterInfo {
	list := []meterInfo{
		{"requests", "1", "invocations whose service began, pings included"},
		{"provisioned_requests", "1", "the same, on provisioned instances"},
		{"duration", "MiB-ms", "billed duration × billed memory"},
		{"provisioned_duration", "MiB-ms", "the same, on provisioned instances"},
		{"provisioned_standing", "MiB-ns", "standing time of provisioned instances × billed memory"},
		{"ephemeral", "MiB-ms", "billed duration × ephemeral storage beyond what is included"},
	}
	if len(r.MHz) > 0 {
		list = append(list, meterInfo{"clock", "MHz-ms", "billed duration × MHz of the function's size"})
	}
	return list
}

// clock returns the MHz of a billed memory size; 0 where they are not billed.
func (r *invocationRule) clock(mib int64) int64 {
	for i, s := range r.Memory.Sizes {
		if n, _ := s.MiB(); n == mib && len(r.MHz) > 0 {
			return r.MHz[i]
		}
	}
	return 0
}

func (r *invocationRule) check(n *spec.Node) error {
	switch {
	case r.Quantum <= 0 || sim.Time(r.Quantum)%sim.Millisecond != 0:
		return n.Get("quantum").Errorf("found %s, want whole milliseconds above 0", r.Quantum)
	case r.Minimum%r.Quantum != 0:
		return n.Get("minimum").Errorf("found %s, want a multiple of quantum = %s", r.Minimum, r.Quantum)
	case len(r.MHz) > 0 && len(r.MHz) != len(r.Memory.Sizes):
		return n.Get("mhz").Errorf("found %d clocks, want one for each of %d memory.sizes", len(r.MHz), len(r.Memory.Sizes))
	case slices.ContainsFunc(r.MHz, func(c int64) bool { return c <= 0 || c > 1_000_000 }):
		return n.Get("mhz").Errorf("found %d, want MHz from 1 to 1000000", r.MHz)
	}
	return r.Memory.check(n)
}

func (r *invocationRule) newMeter(c MeterConfig) (Meter, error) {
	memory, err := r.Memory.table(&c)
	if err != nil {
		return nil, err
	}
	m := &invocationMeter{
		rule: r, window: c.Window, memory: memory,
		divider: newDivider(int64(r.Quantum)), up: uint64(r.Quantum) - 1, least: uint64(r.Minimum / r.Quantum),
		initByRequest: r.Init && c.Platform.Dispatch == sim.BoundDispatch,
		standing:      newStanding(stretch{quantum: sim.Time(r.Standing)}, c.Window),
	}
	if len(r.MHz) > 0 {
		for _, mib := range memory {
			m.clock = append(m.clock, r.clock(mib))
		}
	}
	if c.Ephemeral > 0 {
		included, _ := r.Ephemeral.MiB()
		if m.extra = c.Ephemeral - included; m.extra < 0 {
			return nil, fmt.Errorf("%d MB of ephemeral storage, the provider offers at least %d MB", c.Ephemeral, included)
		}
	}
	return m, nil
}

// invocationMeter counts durations in quanta; Usage makes milliseconds of them.
type invocationMeter struct {
	rule          *invocationRule
	window        sim.Window
	memory        []int64 // billed MiB, by function
	clock         []int64 // MHz, by function; nil where they are not billed
	divider       divider // by the quantum
	up            uint64  // quantum − 1
	least         uint64  // minimum ÷ quantum
	initByRequest bool
	extra         int64 // MiB of ephemeral storage beyond what is included

	onDemand, provisioned billed
	cycles                sim.Wide // MHz × quanta
	standing              *standing
}

// billed is what is billed at one rate.
type billed struct {
	requests uint64
	quanta   sim.Wide // without memory, for ephemeral storage
	memory   sim.Wide // MiB × quanta
}

// run adds quanta of a function of that much memory.
func (b *billed) run(mib int64, quanta uint64) {
	b.quanta.Add(int64(quanta))
	b.memory.AddProduct(mib, int64(quanta))
}

func (b *billed) merge(o *billed) {
	b.requests += o.requests
	b.quanta.AddWide(o.quanta)
	b.memory.AddWide(o.memory)
}

// longestBatch bounds what is summed in one word: a duration has at most
// 2^63 ÷ 10^6 quanta.
const longestBatch = 1 << 16

// Requests adds the durations of a run of requests of one function in single
// words, and multiplies by memory once a run.
func (m *invocationMeter) Requests(batch []sim.Outcome) {
	for len(batch) > longestBatch {
		m.add(batch[:longestBatch])
		batch = batch[longestBatch:]
	}
	if len(batch) > 0 {
		m.add(batch)
	}
}

// add is the hot loop. What it uses lies in locals, the sums too.
func (m *invocationMeter) add(batch []sim.Outcome) {
	first, length := m.window.Warmup, uint64(m.window.Length())
	divider, up, least, memory := m.divider, m.up, m.least, m.memory
	function := batch[0].Function
	var sum, floor billed
	var run, floorRun uint64 // quanta of the run, and of those on provisioned instances
	for i := range batch {
		o := &batch[i]
		if o.Function != function {
			sum.run(memory[function], run-floorRun)
			if floorRun > 0 {
				floor.run(memory[function], floorRun)
			}
			if m.clock != nil {
				m.cycles.AddProduct(m.clock[function], int64(run))
			}
			function, run, floorRun = o.Function, 0, 0
		}
		in := uint64(o.Arrival-first) < length
		if o.Counts != sim.ByArrival {
			in = o.Counts == sim.Counted
		}
		if !in || !o.Started || o.Status == sim.Rejected {
			continue // as measured says
		}
		if o.Init != 0 && m.waited(o) {
			continue // Inits bills it
		}
		d := uint64(o.End - o.Start)
		q := max(divider.divide(d+up), least)
		sum.requests++
		run += q
		if o.Flags&sim.Provisioned != 0 {
			floor.requests++
			floorRun += q
		}
	}
	sum.run(memory[function], run-floorRun)
	floor.run(memory[function], floorRun)
	if m.clock != nil {
		m.cycles.AddProduct(m.clock[function], int64(run))
	}
	sum.requests -= floor.requests
	m.onDemand.merge(&sum)
	m.provisioned.merge(&floor)
}

// Warm adds the durations of a run of warm requests.
func (m *invocationMeter) Warm(run []sim.Invocation) {
	run = within(m.window, run)
	if len(run) == 0 {
		return
	}
	divider, up, least := m.divider, m.up, m.least
	function := run[0].Function
	var quanta uint64
	for i := range run {
		quanta += max(divider.divide(uint64(run[i].Service)+up), least)
	}
	m.onDemand.requests += uint64(len(run))
	m.onDemand.run(m.memory[function], quanta)
	if m.clock != nil {
		m.cycles.AddProduct(m.clock[function], int64(quanta))
	}
}

// waited reports whether a request is billed for what it waited.
func (m *invocationMeter) waited(o *sim.Outcome) bool {
	return m.initByRequest && o.Flags&sim.Provisioned == 0
}

// Inits adds the requests that waited for an initialisation: their duration
// and, where the initialisation was their own, those of its phases that the
// provider's clock sees. It is billed once, whoever waited for it too.
func (m *invocationMeter) Inits(batch []sim.InitWait) {
	for i := range batch {
		w := &batch[i]
		if !m.waited(&w.Outcome) || !measured(m.window, &w.Outcome) {
			continue
		}
		d := w.End - w.Start
		if w.Own {
			for _, t := range w.Phases[m.rule.InitFrom.Phase:] {
				d += t
			}
		}
		q := max(m.divider.divide(uint64(d)+m.up), m.least)
		m.onDemand.requests++
		m.onDemand.run(m.memory[w.Function], q)
		if m.clock != nil {
			m.cycles.AddProduct(m.clock[w.Function], int64(q))
		}
	}
}

// Lives counts the standing time of provisioned instances, and the
// initialisations that no request is billed for.
func (m *invocationMeter) Lives(batch []sim.Life) {
	for i := range batch {
		l := &batch[i]
		if l.Stage == sim.Shared {
			continue // nobody's instance is on nobody's bill
		}
		floor := l.Flags&sim.Provisioned != 0
		mib, _ := m.rule.Memory.billed(l.Memory)
		if floor {
			m.standing.add(l, mib)
		}
		if !m.rule.Init || m.initByRequest && !floor || !m.window.Contains(l.Created) {
			continue
		}
		b := &m.onDemand
		if floor {
			b = &m.provisioned
		}
		quanta := m.divider.divide(uint64(m.rule.InitFrom.rest(l)) + m.up)
		b.run(mib, quanta)
		m.cycles.AddProduct(m.rule.clock(mib), int64(quanta))
	}
}

// Merge adds what another meter counted.
func (m *invocationMeter) Merge(other Meter) {
	o := other.(*invocationMeter)
	m.onDemand.merge(&o.onDemand)
	m.provisioned.merge(&o.provisioned)
	m.cycles.AddWide(o.cycles)
	m.standing.merge(o.standing)
}

// Usage returns what was counted.
func (m *invocationMeter) Usage() Usage {
	ms := int64(m.rule.Quantum) / sim.Millisecond
	both := m.onDemand.quanta
	both.AddWide(m.provisioned.quanta)
	u := Usage{
		{"requests", "1", count(m.onDemand.requests)},
		{"provisioned_requests", "1", count(m.provisioned.requests)},
		{"duration", "MiB-ms", times(m.onDemand.memory, ms)},
		{"provisioned_duration", "MiB-ms", times(m.provisioned.memory, ms)},
		{"provisioned_standing", "MiB-ns", m.standing.total()},
		{"ephemeral", "MiB-ms", times(both, ms*m.extra)},
	}
	if m.clock != nil {
		u = append(u, Entry{"clock", "MHz-ms", times(m.cycles, ms)})
	}
	return u
}
