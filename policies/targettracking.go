package policies

import (
	"math"
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// TargetTracking is Application Auto Scaling by target tracking, as SageMaker and ECS use it, on any
// of four measures: CloudWatch takes a measurement of each period, per instance that is in service; an alarm goes off when
// enough of them in a row are above the target, another when enough are below nine
// tenths of it, and then ⌈in service × last measurement ÷ target⌉ instances are wanted,
// for as long as the alarm stands.
//
// From zero, which inference components can have, there is nothing to measure: a step
// alarm of its own adds an instance when a request in a period of it found none in
// service. A platform turns these requests away: limit = { over = "queue", queue_wait =
// "1ms" }. Whoever keeps one always has a prewarm of provisioned ones. An instance
// that goes takes no more requests and ends those that it has; until release is over it takes them as before, where one without
// a copy would turn them away. Keep-alive is not asked.
type TargetTracking struct {
	Metric     string        `toml:"metric" default:"invocations" help:"what is measured of an instance, on average: \"invocations\" a minute; \"concurrency\", requests at the same time; \"slots\", the part of its slots that requests have or wait for; \"cpu\", the part of its CPU that is in use"`
	Target     float64       `toml:"target" required:"true" help:"of the measurement"`
	Period     spec.Duration `toml:"period" default:"1m" help:"of a measurement; 10s for high-resolution metrics"`
	OutPoints  int           `toml:"out_points" default:"3" help:"measurements in a row above the target that add instances"`
	InPoints   int           `toml:"in_points" default:"15" help:"measurements in a row below in_ratio × target that take instances away; 90 of 10s"`
	InRatio    float64       `toml:"in_ratio" default:"0.9" help:"the part of the target below which a measurement has to be"`
	InCooldown spec.Duration `toml:"in_cooldown" default:"5m" help:"time after instances were taken away in which no more are"`
	FromZero   spec.Duration `toml:"from_zero" default:"1m" help:"period of the alarm that adds the first instance"`
	Release    spec.Duration `toml:"release" default:"0s" help:"time from taking an instance away until it stops, and is no longer billed"`
}

var _ sim.ScalingFactory = TargetTracking{}

// About describes the policy.
func (TargetTracking) About() Entry {
	return Entry{
		Name: "target-tracking", Help: "Application Auto Scaling on a measure: CloudWatch alarms of 3 and 15 minutes, and a step alarm from zero", Control: Tenant,
		Example: `target = 70`, // invocations a minute, as in the documentation
		Source:  "Application Auto Scaling: capacity × measure ÷ target, cooldown 300 s for SageMaker and ECS, scaling out goes on in its cooldown where more is wanted [V]; 3 of 3 minutes above, 15 of 15 below 90 % [S]; step alarm of 60 s from zero, in SageMaker's example [V]; release: 12 min from no copies to no instances, measured on one endpoint of inference components (ml.g5.xlarge), documented nowhere [S]",
	}
}

// tracked are the measures.
var tracked = []string{"concurrency", "cpu", "invocations", "slots"}

// Check refuses what no alarm can be made of.
func (p TargetTracking) Check(n *spec.Node) error {
	if !slices.Contains(tracked, p.Metric) {
		return at(n, "metric").Errorf("found %q, want one of: %s", p.Metric, strings.Join(tracked, ", "))
	}
	if err := checkTargets(n, named[float64]{"target", p.Target}); err != nil {
		return err
	}
	if err := checkAlarms(n, p.OutPoints, p.InPoints, p.InRatio); err != nil {
		return err
	}
	return checkPeriods(n, named[spec.Duration]{"period", p.Period}, named[spec.Duration]{"from_zero", p.FromZero})
}

// New returns the policy of a deployment.
func (p TargetTracking) New(sim.Group) sim.Scaling {
	return &targetTracking{TargetTracking: p, failed: sim.Never, went: math.MinInt64, leave: sim.Never}
}

type targetTracking struct {
	TargetTracking
	alarms
	last   reading  // when the period that is measured began
	failed sim.Time // when the first request found no instance in service; Never: none has since the alarm last looked
	went   sim.Time // when instances were taken away last
	leave  sim.Time // when they stop; Never: none are to
	left   int      // how many are to be then
}

var _ sim.TickingScaling = (*targetTracking)(nil)

// Start starts nobody: an alarm has to go off.
func (m *targetTracking) Start(v sim.View, now sim.Time) int {
	if m.failed > now && !anyReady(v, now) { // asked for every request that finds no slot
		m.failed = now
	}
	return 0
}

// Tick takes measurements and follows the alarms, each at its times. It sleeps while
// there are no instances and nobody has asked for one.
func (m *targetTracking) Tick(v sim.View, now sim.Time) sim.Scale {
	wanted := v.Instances()
	if now >= m.leave {
		wanted, m.leave = min(wanted, m.left), sim.Never
	}
	if m.failed < now && ticksAt(now, sim.Time(m.FromZero)) { // what fails now is of the next period
		wanted, m.failed = max(1, wanted), sim.Never
	}
	if ticksAt(now, sim.Time(m.Period)) {
		wanted = m.follow(v, now, wanted)
	}
	if wanted == 0 && m.failed == sim.Never {
		m.alarms = alarms{}
		return alone(0, sim.Never)
	}
	next := min(nextTick(now, sim.Time(m.Period)), nextTick(now, sim.Time(m.FromZero)))
	return alone(wanted, min(next, m.leave))
}

// follow takes the measurement of a period that ends now, and does what the alarms say.
func (m *targetTracking) follow(v sim.View, now sim.Time, wanted int) int {
	before := m.last
	m.last = reading{mark{now, v.RequestTime(now)}, v.Arrived(), v.Load(now)}
	n := ready(v, now)
	if n == 0 || now == before.at {
		m.alarms = alarms{}
		return wanted
	}
	sum := m.sum(before, v.Concurrency())
	m.measure(sum/float64(n), m.Target, m.InRatio)
	track := whole(sum / m.Target)
	switch {
	case track > wanted && m.above >= m.OutPoints:
		m.leave = sim.Never
		return track
	case track < wanted && m.leave == sim.Never && m.below >= m.InPoints && cooled(m.went, m.InCooldown, now):
		m.went = now
		if m.Release == 0 {
			return track
		}
		m.leave, m.left = after(now, sim.Time(m.Release)), track
	}
	return wanted
}

// reading is what the measures are taken from.
type reading struct {
	mark
	arrived uint64   // requests
	used    sim.Time // of all CPU of an instance
}

// sum is the measure of all instances together over a period. The reading before may be older: then
// nobody was there until this period.
func (m *targetTracking) sum(before reading, slots int) float64 {
	over := float64(m.Period)
	switch requests := float64(m.last.requests-before.requests) / over; m.Metric {
	case "invocations":
		return float64(m.last.arrived-before.arrived) * float64(sim.Minute) / float64(m.Period)
	case "cpu":
		return float64(m.last.used-before.used) / over
	case "slots":
		return requests / float64(max(1, slots))
	default:
		return requests
	}
}
