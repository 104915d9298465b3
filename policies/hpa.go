package policies

import (
	"math"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// HPA is Kubernetes' horizontal pod autoscaler, as KServe's RawDeployment uses it: at
// each sync ⌈ready pods × measured ÷ target⌉, of several targets the most, unless that
// is within the tolerance; up at once, by 4 pods or to the double in 15 s, and down to
// the most that it recommended in the stabilisation window.
//
// Pods that are not ready have told nothing: where there are too few they count as idle,
// and where that would turn the answer round nothing changes; else only those that are
// ready count. Requests that wait for an instance count to those that are
// ready. A pod that goes takes no more requests and ends those that it has. The last
// one stays; a larger minimum is a prewarm of provisioned ones. Keep-alive is not
// asked.
type HPA struct {
	CPU       float64       `toml:"cpu" default:"0.8" help:"target: the part of all CPU that is in use, on average since the last sync; 0: CPU is not looked at"`
	Requests  float64       `toml:"requests" default:"0" help:"target: requests a pod has, those that wait for one too, on average over the pods that are ready; 0: requests are not looked at"`
	Tolerance float64       `toml:"tolerance" default:"0.1" help:"how far from a target, as a part of it, nothing changes"`
	Every     spec.Duration `toml:"every" default:"15s" help:"time between two syncs"`
	Down      spec.Duration `toml:"down" default:"5m" help:"stabilisation window of scaling down: the most of its recommendations counts"`
	Pods      int           `toml:"pods" default:"4" help:"pods that may be added in 15 s, or as many as there are, whichever is more"`
}

var _ sim.ScalingFactory = HPA{}

// growth is the period of the limit on scaling up, and its ratio.
const growth = 15 * sim.Second

// About describes the policy.
func (HPA) About() Entry {
	return Entry{
		Name: "hpa", Help: "Kubernetes' horizontal pod autoscaler: averages of pods at their targets, up at once, down after five minutes", Control: Operator,
		Source: "Kubernetes: sync 15 s, tolerance 0.1, up 0 s and 100 % or 4 pods in 15 s, down 300 s, pods that are not ready (replica_calculator.go, HPA behavior) [V], as which all that initialise are taken [M]; KServe RawDeployment: the same, 80 % of CPU [V]",
	}
}

// Check refuses targets that are none.
func (p HPA) Check(n *spec.Node) error {
	if p.CPU == 0 && p.Requests == 0 {
		return n.Errorf("both targets are 0, want one that is not")
	}
	if p.CPU != 0 && !(p.CPU >= 0.001 && p.CPU <= 1) {
		return at(n, "cpu").Errorf("found %v, want a part from 0.001 to 1, or 0", p.CPU)
	}
	if p.Requests != 0 {
		if err := checkTargets(n, named[float64]{"requests", p.Requests}); err != nil {
			return err
		}
	}
	if err := checkParts(n, named[float64]{"tolerance", p.Tolerance}); err != nil {
		return err
	}
	if err := checkCounts(n, 1, named[int]{"pods", p.Pods}); err != nil {
		return err
	}
	if err := checkPeriods(n, named[spec.Duration]{"every", p.Every}); err != nil {
		return err
	}
	return checkLooks(n, "down", p.Down, p.Every)
}

// New returns the policy of a deployment.
func (p HPA) New(sim.Group) sim.Scaling {
	return &hpa{HPA: p, behaviour: behaviour{down: sim.Time(p.Down), atLeast: p.Pods}}
}

type hpa struct {
	first
	HPA
	behaviour
	last sim.Time // sync of
	used sim.Time // by then
	seen bool
}

var _ sim.TickingScaling = (*hpa)(nil)

// Tick syncs, at the times of syncs. It sleeps while one pod has nothing to do.
func (h *hpa) Tick(v sim.View, now sim.Time) sim.Scale {
	next := nextTick(now, sim.Time(h.Every))
	current := v.Instances()
	switch {
	case current == 0:
		return alone(1, next)
	case !ticksAt(now, sim.Time(h.Every)):
		return alone(current, next)
	}
	wanted := h.settle(now, current, h.desired(v, now))
	if wanted == 1 && current == 1 && v.Present() == 0 && h.quiet() {
		h.seen, next = false, sim.Never
	}
	return alone(wanted, next)
}

// desired is the most that one of the targets asks for.
func (h *hpa) desired(v sim.View, now sim.Time) int {
	p := pods{current: v.Instances(), ready: ready(v, now), tolerance: h.Tolerance}
	desired := 0
	if h.Requests > 0 {
		sum := v.Waiting()
		for i := range v.Instances() {
			if r := v.Replica(i); r.Ready(now) {
				sum += r.InFlight()
			}
		}
		desired = p.desired(float64(sum) / h.Requests)
	}
	if h.CPU > 0 {
		used := v.Load(now)
		if h.seen && now > h.last {
			desired = max(desired, p.desired(float64(used-h.used)/float64(now-h.last)/h.CPU))
		} else {
			desired = max(desired, p.current)
		}
		h.last, h.used, h.seen = now, used, true
	}
	return desired
}

// pods are those of a deployment when the autoscaler looks.
type pods struct {
	current, ready int
	tolerance      float64
}

// desired returns how many pods a measured sum asks for, in units of the target.
func (p pods) desired(sum float64) int {
	if p.ready == 0 {
		return p.current // there is no measurement
	}
	counted := p.ready
	if sum > float64(p.ready) {
		counted = p.current
	}
	ratio := sum / float64(counted)
	if p.tolerates(ratio) || counted > p.ready && ratio < 1 {
		return p.current
	}
	return whole(sum)
}

func (p pods) tolerates(ratio float64) bool { return math.Abs(1-ratio) <= p.tolerance+1e-9 }

// behaviour is how the autoscaler follows its recommendations: up at once, within what
// may be added, and down to the most of a window, where all of the period's start may go.
type behaviour struct {
	down    sim.Time
	atLeast int      // may be added in a period
	steps   bool     // of 1, 4, 8, 16, … without regard to the period
	said    []advice // of the window, the oldest first
	changed []advice // pods that came in the period, likewise; below 0 those that went
}

// advice is a number of pods at a time.
type advice struct {
	at   sim.Time
	pods int
}

// settle takes a recommendation down and returns what is to be, 1 or more: the last pod
// stays, and counts to nothing that went.
func (b *behaviour) settle(now sim.Time, current, desired int) int {
	desired = max(1, desired)
	if len(b.said) == 0 {
		b.said = append(b.said, advice{now, current})
	}
	b.said = since(append(b.said, advice{now, desired}), now-b.down)
	b.changed = since(b.changed, now-growth)
	most := desired
	for _, a := range b.said {
		most = max(most, a.pods)
	}
	if desired <= current {
		wanted := min(current, most)
		if wanted < current {
			b.changed = append(b.changed, advice{now, wanted - current})
		}
		return wanted
	}
	if b.steps {
		return min(desired, max(4, 2*current))
	}
	before := current
	for _, a := range b.changed {
		before -= a.pods
	}
	wanted := max(current, min(desired, max(before+b.atLeast, 2*before)))
	if wanted > current {
		b.changed = append(b.changed, advice{now, wanted - current})
	}
	return wanted
}

// quiet reports whether what was said asks for one pod at most.
func (b *behaviour) quiet() bool {
	for _, a := range b.said {
		if a.pods > 1 {
			return false
		}
	}
	return true
}

// since leaves what is later than a time.
func since(list []advice, t sim.Time) []advice {
	i := 0
	for i < len(list) && list[i].at <= t {
		i++
	}
	return append(list[:0], list[i:]...)
}
