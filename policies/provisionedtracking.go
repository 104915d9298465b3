package policies

import (
	"math"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// ProvisionedTargetTracking is provisioned concurrency that Application Auto Scaling
// holds at a utilisation: the part of the allocated instances that serve requests, on
// average over a period. When enough periods in a row are above the target, or enough
// below InRatio of it,
//
//	⌈allocated × utilisation ÷ target⌉
//
// instances are wanted, between Min and Max, and again after each further period
// for as long as that is so. What is wanted is begun as fast as the provider allocates
// and takes as long as an instance takes to start; only then it counts as allocated.
// Who is too many stops when it is idle.
//
// Deviations. The utilisation is that of looks a period apart, at which requests on
// instances on demand count as well, up to all that is allocated: where a burst has
// started some, the floor may seem fuller than it is. CloudWatch has no measurement of a
// minute without requests, so that nobody goes while it is silent; here it is 0, unless
// HoldInSilence: then a period in which no look found a request begins the row anew. An
// instance that a limit of the platform holds back counts as allocated.
type ProvisionedTargetTracking struct {
	Min           int           `toml:"min" default:"1" help:"instances of each deployment that always stand, ≥ 1"`
	Max           int           `toml:"max" required:"true" help:"instances of each deployment that stand at most, ≥ min"`
	Target        float64       `toml:"target" default:"0.7" help:"part of the allocated instances that are to serve requests, 0.1 to 1"`
	Period        spec.Duration `toml:"period" default:"1m" help:"of a measurement; a whole number of looks"`
	OutPoints     int           `toml:"out_points" default:"3" help:"measurements in a row above the target that add instances"`
	InPoints      int           `toml:"in_points" default:"15" help:"measurements in a row below in_ratio × target that take instances away"`
	InRatio       float64       `toml:"in_ratio" default:"0.9" help:"the part of the target below which a measurement has to be"`
	OutCooldown   spec.Duration `toml:"out_cooldown" default:"0s" help:"time after instances were added in which no more are"`
	InCooldown    spec.Duration `toml:"in_cooldown" default:"0s" help:"time after instances were taken away in which no more are"`
	HoldInSilence bool          `toml:"hold_in_silence" default:"false" help:"a period without a request has no measurement, so that nobody is taken away then"`
	Look          spec.Duration `toml:"look" default:"1s" help:"time between two looks at how many instances serve requests"`
	Allocation
}

// About describes the policy.
func (ProvisionedTargetTracking) About() Entry {
	return Entry{
		Name: "provisioned-target-tracking", Help: "provisioned concurrency at a utilisation (Application Auto Scaling): alarms of 3 and 15 minutes", Control: Tenant,
		Example: "max = 100",
		Source:  "Application Auto Scaling on ProvisionedConcurrencyUtilization: target 0.7, average of a minute, cooldowns 0 s [V]; 3 of 3 minutes above, 15 of 15 below [S]; below 0.9 of the target, 6,000 allocated a minute [M]; nobody goes in silence, by one tenant's report [S]",
	}
}

// Check refuses what no alarm can be made of.
func (p ProvisionedTargetTracking) Check(n *spec.Node) error {
	if err := checkCounts(n, 1, named[int]{"min", p.Min}); err != nil {
		return err
	}
	if err := checkCounts(n, p.Min, named[int]{"max", p.Max}); err != nil {
		return err
	}
	if !(p.Target >= 0.1 && p.Target <= 1) {
		return at(n, "target").Errorf("found %v, want a utilisation from 0.1 to 1", p.Target)
	}
	if err := checkAlarms(n, p.OutPoints, p.InPoints, p.InRatio); err != nil {
		return err
	}
	if err := checkInterval(n, "period", p.Period, p.Look); err != nil {
		return err
	}
	return p.check(n)
}

var _ Standing = ProvisionedTargetTracking{}

// Standing returns the least that always stand.
func (p ProvisionedTargetTracking) Standing() int { return p.Min }

// Floor returns the most instances of each deployment that stand: a tariff asks.
func (p ProvisionedTargetTracking) Floor() int { return p.Max }

// New returns the policy of a deployment.
func (p ProvisionedTargetTracking) New(sim.Group) sim.Prewarm {
	return &tracking{p: p, floor: newAllocator(p.Allocation, p.Min), out: math.MinInt64, in: math.MinInt64}
}

type tracking struct {
	p     ProvisionedTargetTracking
	floor allocator
	looks interval
	alarms
	out sim.Time // when instances were added last
	in  sim.Time // when they were taken away last
}

var _ sim.Prewarm = (*tracking)(nil)

// Tick looks, follows the alarms at the end of a period, and goes on allocating.
func (t *tracking) Tick(v sim.View, now sim.Time) sim.Action {
	look := sim.Time(t.p.Look)
	if now > 0 && ticksAt(now, look) {
		allocated := max(0, t.floor.have-v.Initialising())
		if allocated > 0 {
			t.looks.add(min(1, float64(v.Busy())/float64(allocated)))
		}
		if ticksAt(now, sim.Time(t.p.Period)) {
			t.follow(allocated, now)
		}
	}
	more := t.floor.until(now)
	return sim.Action{Provisioned: t.floor.have, Next: min(nextTick(now, look), more)}
}

// follow takes the measurement of a period that ends now, and does what the alarms say.
func (t *tracking) follow(allocated int, now sim.Time) {
	silent := t.looks.n == 0 || t.p.HoldInSilence && t.looks.peak == 0
	u := t.looks.end(Mean)
	if silent {
		t.alarms = alarms{}
	} else {
		t.measure(u, t.p.Target, t.p.InRatio)
	}
	want := max(t.p.Min, min(t.p.Max, whole(float64(allocated)*u/t.p.Target)))
	switch {
	case want > t.floor.want && t.above >= t.p.OutPoints && cooled(t.out, t.p.OutCooldown, now):
		t.floor.want, t.out = want, now
	case want < t.floor.want && t.below >= t.p.InPoints && cooled(t.in, t.p.InCooldown, now):
		t.floor.want, t.in = want, now
	}
}
