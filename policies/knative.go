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
// leaves half of them. The first request starts the first pods at once.
//
// The last one goes when the stable window is empty, and the activator has been in the
// path of requests for the grace period: it is where the pods that are ready have not the
// burst capacity beyond the requests of the panic window, which one pod has not by
// default; and at the latest from when the window is empty.
//
// Averages are exact, where Knative adds up samples of each second. Requests wait in one
// line whether the activator is in the path or not: there are no lines of single pods, which
// is the same where a pod takes any number of requests. A pod that goes takes no more requests and
// ends those that it has. An autoscaler that starts again, and then panics, is not modelled. Keep-alive is not asked.
type Knative struct {
	Target         float64       `toml:"target" default:"100" help:"requests a pod can have: containerConcurrency, or the default where that is not set"`
	Utilization    float64       `toml:"utilization" default:"0.7" help:"the part of the target that a pod is to have on average"`
	Window         spec.Duration `toml:"window" default:"60s" help:"stable window"`
	PanicWindow    spec.Duration `toml:"panic_window" default:"6s" help:"panic window"`
	PanicThreshold float64       `toml:"panic_threshold" default:"2" help:"it panics where the panic window asks for that many times the pods that are ready"`
	Burst          float64       `toml:"burst" default:"211" help:"target burst capacity: requests that ready pods are to have room for, or else the activator is in the path; 0: it never is for that, -1: always"`
	Grace          spec.Duration `toml:"grace" default:"30s" help:"how long the activator is in the path before the last pod goes"`
	Retention      spec.Duration `toml:"retention" default:"0s" help:"how long the last pod stays at least when none is asked for"`
	Delay          spec.Duration `toml:"delay" default:"0s" help:"scale-down delay: the most that was asked for in that time counts"`
	Activation     int           `toml:"activation" default:"1" help:"activation scale: pods that there are at least while any is asked for"`
	Every          spec.Duration `toml:"every" default:"2s" help:"time between two looks"`
}

var _ sim.ScalingFactory = Knative{}

// About describes the policy.
func (Knative) About() Entry {
	return Entry{
		Name: "knative", Help: "Knative's pod autoscaler: requests on average over a stable and a panic window, down to none", Control: Operator,
		Source: "knative/serving 98e5ef90: autoscaler.go, multiscaler.go, config-autoscaler.yaml; kpa/scaler.go, whose grace runs from when the activator is in the path (00f85baa) [V]",
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
	if !(p.Burst == -1 || p.Burst >= 0 && p.Burst <= maxInstances) {
		return at(n, "burst").Errorf("found %v, want 0 to %d requests, or -1", p.Burst, maxInstances)
	}
	if err := checkCounts(n, 1, named[int]{"activation", p.Activation}); err != nil {
		return err
	}
	if err := checkLooks(n, "delay", p.Delay, p.Every); err != nil {
		return err
	}
	return checkLooks(n, "window", p.Window, p.Every)
}

// New returns the policy of a deployment.
func (p Knative) New(sim.Group) sim.Scaling {
	return &knative{Knative: p, panicked: -1, empty: -1, proxied: -1}
}

type knative struct {
	Knative
	trail
	panicked sim.Time // the last look that had reason to; −1: it does not panic
	most     int      // pods that it has panicked to
	empty    sim.Time // the first look that asked for none; −1: the last one did not
	proxied  sim.Time // since when the activator is in the path; −1: it is not
	said     []advice // of the delay, the oldest first
}

var _ sim.TickingScaling = (*knative)(nil)

// Start activates where there is no pod.
func (k *knative) Start(v sim.View, _ sim.Time) int {
	if v.Instances() > 0 {
		return 0
	}
	return k.Activation
}

// Tick looks. It sleeps while there are no pods.
func (k *knative) Tick(v sim.View, now sim.Time) sim.Scale {
	next := nextTick(now, sim.Time(k.Every))
	k.note(v, now, sim.Time(k.Window))
	if !ticksAt(now, sim.Time(k.Every)) {
		return alone(max(1, v.Instances()), next)
	}
	k.proxy(v, now)
	wanted := k.delayed(k.wanted(v, now), now)
	if wanted > 0 {
		k.empty = -1
		return alone(wanted, next)
	}
	if k.empty < 0 {
		k.empty = now
	}
	if !k.mayLeave(now) {
		return alone(1, next)
	}
	k.past, k.said, k.panicked, k.empty, k.proxied = k.past[:0], k.said[:0], -1, -1, -1
	return alone(0, sim.Never)
}

// proxy notes whether the activator is in the path of requests: whether the excess burst
// capacity is negative, ⌊ready × target − burst − requests of the panic window⌋.
func (k *knative) proxy(v sim.View, now sim.Time) {
	excess := math.Floor(float64(float64(ready(v, now))*k.Target) - k.Burst - k.mean(now, sim.Time(k.PanicWindow)))
	switch {
	case k.Burst < 0 || k.Burst > 0 && excess < 0:
		if k.proxied < 0 {
			k.proxied = now
		}
	default:
		k.proxied = -1
	}
}

// mayLeave reports whether the last pod goes, of which none has been wanted since empty.
func (k *knative) mayLeave(now sim.Time) bool {
	since := k.empty // from then on the activator is in the path
	if k.proxied >= 0 {
		since = min(since, k.proxied)
	}
	return now-since >= sim.Time(k.Grace) && now-k.empty >= sim.Time(k.Retention)
}

// delayed is the most that was wanted within the scale-down delay.
func (k *knative) delayed(wanted int, now sim.Time) int {
	if k.Delay == 0 {
		return wanted
	}
	k.said = since(append(k.said, advice{now, wanted}), now-sim.Time(k.Delay))
	for _, a := range k.said {
		wanted = max(wanted, a.pods)
	}
	return wanted
}

// wanted is what both windows ask for.
func (k *knative) wanted(v sim.View, now sim.Time) int {
	pods := float64(max(1, ready(v, now)))
	target := k.Target * k.Utilization
	least, most := math.Floor(pods/knativeDown), pods*knativeUp
	stable := roundUp(k.mean(now, sim.Time(k.Window)) / target)
	urgent := roundUp(k.mean(now, sim.Time(k.PanicWindow)) / target)
	switch {
	case urgent/pods >= k.PanicThreshold:
		if k.panicked < 0 {
			k.most = 0
		}
		k.panicked = now
	case k.panicked >= 0 && k.panicked+sim.Time(k.Window) < now:
		k.panicked = -1
	}
	want := k.activated(stable, int(max(least, min(stable, most))))
	if k.panicked < 0 {
		return want
	}
	k.most = max(k.most, want, k.activated(urgent, int(max(least, min(urgent, most)))))
	return k.most
}

// activated is never less than the activation scale where any pod is asked for.
func (k *knative) activated(asked float64, want int) int {
	if asked > 0 {
		return max(k.Activation, want)
	}
	return want
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
