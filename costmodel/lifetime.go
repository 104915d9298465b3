package costmodel

import (
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// lifetimeRule bills the whole life of an instance, idle or not, by what it
// has (Cloud Run instance-based, IBM Code Engine, Fargate) or by its time alone
// (a rented machine, or GPUs: Tariff.WithGPUs). Where CPU is billed by what is
// active of it (Cloudflare Containers), it is counted for the stretches in which the instance starts or serves, each rounded by itself.
type lifetimeRule struct {
	Quantum spec.Duration `toml:"quantum" required:"true" help:"a life is rounded up to a multiple of this"`
	Minimum spec.Duration `toml:"minimum" help:"a life is billed as at least this"`
	From    phase         `toml:"from" default:"sandbox" help:"the phase of the initialisation with which billing begins"`
	Memory  memoryRule    `toml:"memory"`
	VCPU    vcpuRule      `toml:"vcpu"`
	Active  bool          `toml:"cpu_active" help:"CPU is billed while an instance starts or serves, not for its whole life"`
}

func (*lifetimeRule) meters() []meterInfo {
	return []meterInfo{
		{"requests", "1", "requests whose service began, pings included"},
		{"instance_time", "ns", "life of instances"},
		{"instance_cpu", "mvCPU-ns", "life × vCPUs of instances, or what is active of it"},
		{"instance_memory", "MiB-ns", "life × billed memory of instances"},
	}
}

func (r *lifetimeRule) check(n *spec.Node) error {
	if r.Quantum <= 0 {
		return n.Get("quantum").Errorf("found %s, want more than 0", r.Quantum)
	}
	if err := r.VCPU.check(n); err != nil {
		return err
	}
	return r.Memory.check(n)
}

func (r *lifetimeRule) newMeter(c MeterConfig) (Meter, error) {
	if _, err := r.Memory.table(&c); err != nil {
		return nil, err
	}
	m := lifetimeMeter{
		rule: r, vcpu: r.VCPU.of(c.VCPU), requests: requests{window: c.Window},
		stretch: stretch{quantum: sim.Time(r.Quantum), minimum: sim.Time(r.Minimum)},
	}
	if r.Active {
		return &activeCPUMeter{lifetimeMeter: m}, nil
	}
	return &m, nil
}

type lifetimeMeter struct {
	requests
	rule    *lifetimeRule
	vcpu    vcpus
	stretch stretch
	life    partedTime
}

// Lives counts the lives of instances.
func (m *lifetimeMeter) Lives(batch []sim.Life) {
	for i := range batch {
		l := &batch[i]
		if l.Stage == sim.Shared {
			continue // nobody's instance is on nobody's bill
		}
		mib, _ := m.rule.Memory.billed(l.Memory)
		m.life.addLife(m.vcpu.at(mib), mib, m.stretch, m.window, l, l.Created+m.rule.From.before(l))
	}
}

// Merge adds what another meter counted.
func (m *lifetimeMeter) Merge(other Meter) {
	o := other.(*lifetimeMeter)
	m.requests.merge(o.requests)
	m.life.merge(o.life)
}

// Usage returns what was counted.
func (m *lifetimeMeter) Usage() Usage {
	t := &m.life
	return slices.Concat(
		Usage{{"requests", "1", count(m.all)}},
		withParts("instance_time", "ns", t.all.time, t.starting.time, t.idle.time, partNames),
		withParts("instance_cpu", "mvCPU-ns", t.all.cpu, t.starting.cpu, t.idle.cpu, partNames),
		withParts("instance_memory", "MiB-ns", t.all.memory, t.starting.memory, t.idle.memory, partNames),
	)
}

// activeCPUMeter is a lifetimeMeter that counts the CPU of active stretches. It
// is a type of its own, so that other rules are not told of activities.
type activeCPUMeter struct {
	lifetimeMeter
	active partedTime
}

// Activities counts the CPU of active stretches.
func (m *activeCPUMeter) Activities(batch []sim.Activity) {
	for i := range batch {
		a := &batch[i]
		mib, _ := m.rule.Memory.billed(a.Memory)
		m.active.addActivity(m.vcpu.at(mib), mib, m.stretch, m.window, a, a.From+a.Before)
	}
}

// Merge adds what another meter counted.
func (m *activeCPUMeter) Merge(other Meter) {
	o := other.(*activeCPUMeter)
	m.lifetimeMeter.Merge(&o.lifetimeMeter)
	m.active.merge(o.active)
}

// Usage returns what was counted.
func (m *activeCPUMeter) Usage() Usage {
	u := slices.DeleteFunc(m.lifetimeMeter.Usage(), func(e Entry) bool { return strings.HasPrefix(e.Meter, "instance_cpu") })
	return append(u, withParts("instance_cpu", "mvCPU-ns", m.active.all.cpu, m.active.starting.cpu, sim.Wide{}, activeParts)...)
}
