package policies

import (
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// ProvisionedSchedule is provisioned concurrency by the clock, as scheduled scaling of
// Application Auto Scaling sets it:
//
//	prewarm = { name = "provisioned-schedule", times = [
//	  { at = "8h", every = "24h", count = 20 },
//	  { at = "18h", every = "24h", count = 2 },
//	] }
//
// Times are from the start of the run on. From each on its count of instances stands,
// until another time says otherwise; of two at the same time the later in the list counts.
// What stands at time 0 was there before; later ones are begun at their time, as
// fast as the provider allocates, and take as long as an instance takes to start.
type ProvisionedSchedule struct {
	Count int              `toml:"count" default:"0" help:"instances of each deployment that stand before the first time, ≥ 0"`
	Times []ScheduledCount `toml:"times" required:"true" help:"when how many stand: tables of at, count and, where it repeats, every; of two at the same time the later in the list counts"`
	Allocation
}

// ScheduledCount is a time of a schedule.
type ScheduledCount struct {
	At    spec.Duration `toml:"at" required:"true" help:"from the start of the run on, ≥ 0"`
	Every spec.Duration `toml:"every" default:"0s" help:"after which it repeats, such as 24h; 0s: never"`
	Count int           `toml:"count" required:"true" help:"instances of each deployment that stand from then on, ≥ 0"`
}

// About describes the policy.
func (ProvisionedSchedule) About() Entry {
	return Entry{
		Name: "provisioned-schedule", Help: "provisioned concurrency by the clock", Control: Tenant,
		Example: `times = [{ at = "1h", every = "24h", count = 3 }, { at = "90m", count = 0 }]`,
		Source:  "Application Auto Scaling, scheduled scaling of provisioned concurrency; 6,000 allocated a minute [M]",
	}
}

var _ Standing = ProvisionedSchedule{}

// Standing returns the largest count: its time comes.
func (p ProvisionedSchedule) Standing() int { return p.Floor() }

// Check refuses times that are none.
func (p ProvisionedSchedule) Check(n *spec.Node) error {
	if err := checkCounts(n, 0, named[int]{"count", p.Count}); err != nil {
		return err
	}
	if len(p.Times) == 0 {
		return at(n, "times").Errorf(`found no time, want tables such as { at = "8h", every = "24h", count = 20 }`)
	}
	for i, e := range p.Times {
		entry := n.Get("times").Items()[i]
		if e.Every != 0 && e.Every < shortestPeriod {
			return at(entry, "every").Errorf("found %s, want 1ms or more, or 0s", e.Every)
		}
		if err := checkCounts(entry, 0, named[int]{"count", e.Count}); err != nil {
			return err
		}
	}
	return p.check(n)
}

// Floor returns the most instances of each deployment that stand: a tariff asks.
func (p ProvisionedSchedule) Floor() int {
	most := p.Count
	for _, e := range p.Times {
		most = max(most, e.Count)
	}
	return most
}

// New returns the policy of a deployment.
func (p ProvisionedSchedule) New(sim.Group) sim.Prewarm {
	return &schedule{times: p.Times, floor: newAllocator(p.Allocation, p.countAt0())}
}

// countAt0 is what stands at the start.
func (p ProvisionedSchedule) countAt0() int {
	count := p.Count
	for _, e := range p.Times {
		if e.At == 0 {
			count = e.Count
		}
	}
	return count
}

type schedule struct {
	times []ScheduledCount
	floor allocator
}

var _ sim.Prewarm = (*schedule)(nil)

// Tick follows the schedule.
func (s *schedule) Tick(_ sim.View, now sim.Time) sim.Action {
	next := sim.Never
	for _, e := range s.times {
		if e.now(now) {
			s.floor.want = e.Count
		}
		next = min(next, e.next(now))
	}
	more := s.floor.until(now)
	return sim.Action{Provisioned: s.floor.have, Next: min(next, more)}
}

// now reports whether it is one of the times.
func (e ScheduledCount) now(t sim.Time) bool {
	since := t - sim.Time(e.At)
	return since == 0 || since > 0 && e.Every > 0 && since%sim.Time(e.Every) == 0
}

// next returns the first time after t; Never: there is none.
func (e ScheduledCount) next(t sim.Time) sim.Time {
	at, every := sim.Time(e.At), sim.Time(e.Every)
	switch {
	case t < at:
		return at
	case every == 0:
		return sim.Never
	}
	return after(t-(t-at)%every, every)
}
