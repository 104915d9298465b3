package policies

import (
	"math"
	"slices"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// AIBrixAPA is the pod autoscaler of AIBrix (APA): ⌈ready pods × measured ÷ target⌉ where
// the measurement, the average sum of the window over those that are ready, is outside the band around the target,
// at most the double and at least half of those that are ready; down to the most of
// the cooldown. Requests that wait for an instance count to those that are ready. The
// last pod stays; a larger minimum is a prewarm of provisioned ones. A pod that goes
// takes no more requests and ends those that it has. Keep-alive is not asked.
type AIBrixAPA struct {
	Metric   string        `toml:"metric" default:"kv" help:"what is measured of a pod: \"kv\", the part of its KV blocks that requests hold, or \"requests\", those that it has"`
	Target   float64       `toml:"target" default:"0.5" help:"of the measurement"`
	Up       float64       `toml:"up" default:"0.1" help:"band above the target, as a part of it, in which nothing changes"`
	DownBand float64       `toml:"down" default:"0.1" help:"band below the target, likewise"`
	Window   spec.Duration `toml:"window" default:"3m" help:"of the average"`
	Cooldown spec.Duration `toml:"cooldown" default:"5m" help:"of scaling down: the most that was wanted in it counts"`
	Every    spec.Duration `toml:"every" default:"10s" help:"time between two looks"`
}

var _ sim.ScalingFactory = AIBrixAPA{}

// About describes the policy.
func (AIBrixAPA) About() Entry {
	return Entry{
		Name: "aibrix-apa", Help: "AIBrix's pod autoscaler: an average of pods within a band around its target", Control: Operator,
		Source: "vllm-project/aibrix: podautoscaler/algorithm/apa.go, context.go: band 10 %, rates 2 and 2, cooldown down 300 s, stable window 180 s [V]; the panic window of 60 s is of its KPA, which is knative here; a look every 10 s, the most of the cooldown and the target are assumed",
	}
}

// Check refuses targets and windows that are none.
func (p AIBrixAPA) Check(n *spec.Node) error {
	switch p.Metric {
	case "requests":
		if err := checkTargets(n, named[float64]{"target", p.Target}); err != nil {
			return err
		}
	case "kv":
		if !(p.Target >= 0.001 && p.Target <= 1) {
			return at(n, "target").Errorf("found %v, want a part from 0.001 to 1", p.Target)
		}
	default:
		return at(n, "metric").Errorf("found %q, want \"kv\" or \"requests\"", p.Metric)
	}
	if err := checkParts(n, named[float64]{"up", p.Up}, named[float64]{"down", p.DownBand}); err != nil {
		return err
	}
	if err := checkPeriods(n, named[spec.Duration]{"every", p.Every}); err != nil {
		return err
	}
	if err := checkLooks(n, "window", p.Window, p.Every); err != nil {
		return err
	}
	return checkLooks(n, "cooldown", p.Cooldown, p.Every)
}

// New returns the policy of a deployment.
func (p AIBrixAPA) New(sim.Group) sim.Scaling { return &aibrix{AIBrixAPA: p} }

type aibrix struct {
	first
	AIBrixAPA
	measured []sample // of the window
	said     []advice // of the cooldown
}

// sample is the sum of a measurement over the pods at a time.
type sample struct {
	at    sim.Time
	value float64
}

var _ sim.TickingScaling = (*aibrix)(nil)

// Tick measures, at the times of looks. It sleeps while one pod has nothing to do.
func (a *aibrix) Tick(v sim.View, now sim.Time) sim.Scale {
	next := nextTick(now, sim.Time(a.Every))
	current := v.Instances()
	if current == 0 || !ticksAt(now, sim.Time(a.Every)) {
		return alone(max(1, current), next)
	}
	n := ready(v, now)
	if n == 0 {
		return alone(current, next)
	}
	a.measured = append(a.measured, sample{now, a.measure(v, now)})
	sum := 0.0
	a.measured = slices.DeleteFunc(a.measured, func(m sample) bool { return m.at < now && m.at <= now-sim.Time(a.Window) })
	for _, m := range a.measured {
		sum += m.value
	}
	wanted := a.desired(float64(n), current, sum/float64(len(a.measured))/float64(n)/a.Target)
	a.said = since(append(a.said, advice{now, wanted}), now-sim.Time(a.Cooldown))
	if wanted < current {
		for _, s := range a.said {
			wanted = max(wanted, s.pods)
		}
		wanted = min(wanted, current)
	}
	if current == 1 && wanted == 1 && v.Present() == 0 && sum == 0 {
		a.measured, a.said = a.measured[:0], a.said[:0]
		return alone(1, sim.Never)
	}
	return alone(wanted, next)
}

// measure returns the sum over the pods that are ready.
func (a *aibrix) measure(v sim.View, now sim.Time) float64 {
	sum := 0.0
	if a.Metric == "requests" {
		sum = float64(v.Waiting())
	}
	for i := range v.Instances() {
		switch r := v.Replica(i); {
		case !r.Ready(now):
		case a.Metric == "requests":
			sum += float64(r.InFlight())
		default:
			sum += r.Gauge(now).Used()
		}
	}
	return sum
}

// desired applies the rule to those that are ready, at a ratio of measured to target.
func (a *aibrix) desired(pods float64, current int, ratio float64) int {
	switch {
	case ratio > 1+a.Up+1e-9:
		return max(current, int(min(roundUp(float64(pods*ratio)), math.Ceil(2*pods))))
	case ratio < 1-a.DownBand-1e-9:
		return max(1, int(max(roundUp(float64(pods*ratio)), math.Floor(pods/2))))
	}
	return current
}
