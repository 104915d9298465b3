package policies

import (
	"math"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// Knative is Knative Serving's pod autoscaler (KPA), as KServe's serverless mode uses
// it: ⌈requests that are there on average ÷ target⌉ pods, over the stable window or, while
// it panics, over the panic window where that is more, and never fewer than it has
// panicked to. It panics where the panic window asks for twice the ready pods, until it
// has not for a stable window. A look starts 1,000 times the ready pods at most, and
// leaves half of them. The first request starts the first pod; the last one goes
// when the window has been empty for the grace period.
//
// Averages are exact, where Knative adds up samples of each second. A pod that goes takes
// no more requests and ends those that it has. Keep-alive is not asked.
type Knative struct {
	Target         float64       `toml:"target" default:"100" help:"requests a pod can have: containerConcurrency, or the default where that is not set"`
	Utilization    float64       `toml:"utilization" default:"0.7" help:"the part of the target that a pod is to have on average"`
	Window         spec.Duration `toml:"window" default:"60s" help:"stable window"`
	PanicWindow    spec.Duration `toml:"panic_window" default:"6s" help:"panic window"`
	PanicThreshold float64       `toml:"panic_threshold" default:"2" help:"it panics where the panic window asks for that many times the pods that are ready"`
	Grace          spec.Duration `toml:"grace" default:"30s" help:"how long the last pod stays when none is asked for"`
	Every          spec.Duration `toml:"every" default:"2s" help:"time between two looks"`
}

var _ sim.ScalingFactory = Knative{}

// About describes the policy.
func (Knative) About() Entry {
	return Entry{
		Name: "knative", Help: "Knative's pod autoscaler: requests on average over a stable and a panic window, down to none", Control: Operator,
		Source: "knative/serving 98e5ef90: autoscaler.go, multiscaler.go, kpa/scaler.go, config-autoscaler.yaml [V]",
	}
}

// The bounds of what a look changes: max-scale-up-rate and max-scale-down-rate.
const (
	knativeUp   = 1000
	knativeDown = 2
)

// Check refuses windows and targets that are none.
func (p Knative) Check(n *spec.Node) error {
	if err := checkTargets(n, named[float64]{"target", p.Target}, named[float64]{"panic_threshold", p.PanicThreshold}); err != nil {
		return err
	}
	if !(p.Utilization >= 0.001 && p.Utilization <= 1) {
		return at(n, "utilization").Errorf("found %v, want a part from 0.001 to 1", p.Utilization)
	}
	if err := checkPeriods(n, named[spec.Duration]{"every", p.Every}); err != nil {
		return err
	}
	if p.PanicWindow < p.Every || p.Window < p.PanicWindow {
		return n.Errorf("found a window of %s, a panic window of %s and %s between two looks, want none shorter than the next", p.Window, p.PanicWindow, p.Every)
	}
	return checkLooks(n, "window", p.Window, p.Every)
}

// New returns the policy of a deployment.
func (p Knative) New(sim.Group) sim.Scaling { return &knative{Knative: p, panicked: -1, empty: -1} }

type knative struct {
	first
	Knative
	trail
	panicked sim.Time // the last look that had reason to; −1: it does not panic
	most     int      // pods that it has panicked to
	empty    sim.Time // the first look that asked for none; −1: the last one did not
}

var _ sim.TickingScaling = (*knative)(nil)

// Tick looks. It sleeps while there are no pods.
func (k *knative) Tick(v sim.View, now sim.Time) sim.Scale {
	next := nextTick(now, sim.Time(k.Every))
	k.note(v, now, sim.Time(k.Window))
	if !ticksAt(now, sim.Time(k.Every)) {
		return alone(max(1, v.Instances()), next)
	}
	wanted := k.wanted(v, now)
	if wanted > 0 {
		k.empty = -1
		return alone(wanted, next)
	}
	if k.empty < 0 {
		k.empty = now
	}
	if now-k.empty < sim.Time(k.Grace) {
		return alone(1, next)
	}
	k.past, k.panicked, k.empty = k.past[:0], -1, -1
	return alone(0, sim.Never)
}

// wanted is what both windows ask for.
func (k *knative) wanted(v sim.View, now sim.Time) int {
	pods := float64(max(1, ready(v, now)))
	target := k.Target * k.Utilization
	least, most := math.Floor(pods/knativeDown), pods*knativeUp
	stable := math.Ceil(k.mean(now, sim.Time(k.Window))/target - 1e-9)
	urgent := math.Ceil(k.mean(now, sim.Time(k.PanicWindow))/target - 1e-9)
	switch {
	case urgent/pods >= k.PanicThreshold:
		if k.panicked < 0 {
			k.most = 0
		}
		k.panicked = now
	case k.panicked >= 0 && k.panicked+sim.Time(k.Window) < now:
		k.panicked = -1
	}
	want := int(max(least, min(stable, most)))
	if k.panicked < 0 {
		return want
	}
	k.most = max(k.most, want, int(max(least, min(urgent, most))))
	return k.most
}

// trail keeps what averages of the requests that are there need.
type trail struct{ past []mark }

// mark is the integral of the requests at a time.
type mark struct {
	at       sim.Time
	requests uint64 // ns × requests
}

// note takes down a look, and forgets those before the last one that a window needs.
func (t *trail) note(v sim.View, now, window sim.Time) {
	t.past = append(t.past, mark{now, v.RequestTime(now)})
	i := 0
	for i+1 < len(t.past) && now-t.past[i+1].at >= window {
		i++
	}
	t.past = append(t.past[:0], t.past[i:]...)
}

// mean returns how many requests there were since the last look that is a window ago
// or more, or else since the first; 0 at the first.
func (t *trail) mean(now, window sim.Time) float64 {
	last := t.past[len(t.past)-1]
	i := 0
	for i+1 < len(t.past) && now-t.past[i+1].at >= window {
		i++
	}
	if first := t.past[i]; first.at < now {
		return float64(last.requests-first.requests) / float64(now-first.at)
	}
	return 0
}
