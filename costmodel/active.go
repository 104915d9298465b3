package costmodel

import (
	"slices"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// activeRule bills an instance while it starts or serves at least one request,
// however many it serves at a time: Cloud Run (request-based), Azure Functions
// Flex Consumption. Provisioned instances (minimum instances, always-ready
// ones) are counted apart, and so is the time that they are idle.
//
// Each maximal stretch is rounded by itself. The initialisation that begins one
// belongs to it where start-up is billed (Cloud Run); where execution alone is
// (Flex) the stretch begins after it, and an initialisation that no request
// follows is not billed at all. A GPU goes with its instance: active_time.
//
// Azure Container Apps bills replicas above the minimum as active for as long
// as they run (whole), and those of the minimum by what they do.
type activeRule struct {
	Quantum spec.Duration `toml:"quantum" required:"true" help:"a stretch is rounded up to a multiple of this"`
	Minimum spec.Duration `toml:"minimum" help:"a stretch is billed as at least this"`
	Init    bool          `toml:"init" required:"true" help:"the initialisation that begins a stretch is billed with it"`
	Whole   bool          `toml:"whole" help:"instances that are not provisioned are active for their whole life, idle or not"`
	Memory  memoryRule    `toml:"memory"`
	VCPU    vcpuRule      `toml:"vcpu"`
}

func (*activeRule) meters() []meterInfo {
	return []meterInfo{
		{"requests", "1", "requests whose service began, pings included"},
		{"provisioned_requests", "1", "the same, on provisioned instances"},
		{"active_time", "ns", "active time"},
		{"active_cpu", "mvCPU-ns", "active time × vCPUs"},
		{"active_memory", "MiB-ns", "active time × billed memory"},
		{"provisioned_active_time", "ns", "active time of provisioned instances"},
		{"provisioned_active_cpu", "mvCPU-ns", "active time × vCPUs of provisioned instances"},
		{"provisioned_active_memory", "MiB-ns", "active time × billed memory of provisioned instances"},
		{"provisioned_idle_cpu", "mvCPU-ns", "idle time × vCPUs of provisioned instances"},
		{"provisioned_idle_memory", "MiB-ns", "idle time × billed memory of provisioned instances"},
		{"provisioned_standing", "MiB-ns", "whole life × billed memory of provisioned instances"},
	}
}

func (r *activeRule) check(n *spec.Node) error {
	if r.Quantum <= 0 {
		return n.Get("quantum").Errorf("found %s, want more than 0", r.Quantum)
	}
	if err := r.VCPU.check(n); err != nil {
		return err
	}
	return r.Memory.check(n)
}

func (r *activeRule) newMeter(c MeterConfig) (Meter, error) {
	if _, err := r.Memory.table(&c); err != nil {
		return nil, err
	}
	return &activeMeter{
		rule: r, vcpu: r.VCPU.of(c.VCPU), requests: requests{window: c.Window},
		stretch: stretch{quantum: sim.Time(r.Quantum), minimum: sim.Time(r.Minimum)},
	}, nil
}

type activeMeter struct {
	requests
	rule    *activeRule
	vcpu    vcpus
	stretch stretch

	active, provisionedActive partedTime
	idle, standing            instanceTime
}

// instanceTime is time × size of instances.
type instanceTime struct {
	time   sim.Wide // ns
	cpu    sim.Wide // thousandths of a vCPU × ns
	memory sim.Wide // MiB × ns
}

func (t *instanceTime) add(milli, mib int64, d sim.Time) {
	t.time.Add(d)
	t.cpu.AddProduct(milli, d)
	t.memory.AddProduct(mib, d)
}

func (t *instanceTime) merge(o instanceTime) {
	t.time.AddWide(o.time)
	t.cpu.AddWide(o.cpu)
	t.memory.AddWide(o.memory)
}

// size returns the thousandths of a vCPU and the MiB that are billed.
func (m *activeMeter) size(memory int64) (milli, mib int64) {
	mib, _ = m.rule.Memory.billed(memory)
	return m.vcpu.at(mib), mib
}

// Activities counts active time.
func (m *activeMeter) Activities(batch []sim.Activity) {
	for i := range batch {
		a := &batch[i]
		if m.rule.Whole && a.Flags&sim.Provisioned == 0 {
			continue // its Life is billed
		}
		from := a.From + a.Before
		if !m.rule.Init {
			from = a.From + a.Init
		}
		t := &m.active
		if a.Flags&sim.Provisioned != 0 {
			t = &m.provisionedActive
		}
		milli, mib := m.size(a.Memory)
		t.addActivity(milli, mib, m.stretch, m.window, a, from)
	}
}

// Lives counts the idle and the whole time of provisioned instances, and the
// lives of others where these are billed whole.
func (m *activeMeter) Lives(batch []sim.Life) {
	for i := range batch {
		l := &batch[i]
		if l.Stage == sim.Shared {
			continue // nobody's instance is on nobody's bill
		}
		milli, mib := m.size(l.Memory)
		if l.Flags&sim.Provisioned == 0 {
			if m.rule.Whole {
				m.active.addLife(milli, mib, m.stretch, m.window, l, m.begin(l))
			}
			continue
		}
		m.idle.add(milli, mib, l.Idle)
		m.standing.add(milli, mib, m.window.Clip(l.Created, l.Stopped))
	}
}

// begin returns when the billing of a life begins.
func (m *activeMeter) begin(l *sim.Life) sim.Time {
	if m.rule.Init {
		return l.Created + phase{sim.PhaseSandbox}.before(l)
	}
	return l.Ready
}

// Merge adds what another meter counted.
func (m *activeMeter) Merge(other Meter) {
	o := other.(*activeMeter)
	m.requests.merge(o.requests)
	m.active.merge(o.active)
	m.provisionedActive.merge(o.provisionedActive)
	m.idle.merge(o.idle)
	m.standing.merge(o.standing)
}

// Usage returns what was counted.
func (m *activeMeter) Usage() Usage {
	parts, provisioned := []string{Serving}, []string{Serving}
	if m.rule.Init {
		parts, provisioned = activeParts, activeParts
	}
	if m.rule.Whole {
		parts = append(slices.Clip(parts), Idle)
	}
	idle := []string{Idle}
	a, p := &m.active, &m.provisionedActive
	return slices.Concat(
		Usage{{"requests", "1", count(m.all - m.provisioned)}, {"provisioned_requests", "1", count(m.provisioned)}},
		withParts("active_time", "ns", a.all.time, a.starting.time, a.idle.time, parts),
		withParts("active_cpu", "mvCPU-ns", a.all.cpu, a.starting.cpu, a.idle.cpu, parts),
		withParts("active_memory", "MiB-ns", a.all.memory, a.starting.memory, a.idle.memory, parts),
		withParts("provisioned_active_time", "ns", p.all.time, p.starting.time, p.idle.time, provisioned),
		withParts("provisioned_active_cpu", "mvCPU-ns", p.all.cpu, p.starting.cpu, p.idle.cpu, provisioned),
		withParts("provisioned_active_memory", "MiB-ns", p.all.memory, p.starting.memory, p.idle.memory, provisioned),
		withParts("provisioned_idle_cpu", "mvCPU-ns", m.idle.cpu, sim.Wide{}, m.idle.cpu, idle),
		withParts("provisioned_idle_memory", "MiB-ns", m.idle.memory, sim.Wide{}, m.idle.memory, idle),
		Usage{{"provisioned_standing", "MiB-ns", m.standing.memory.Big()}},
	)
}
