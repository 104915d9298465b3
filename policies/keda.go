package policies

import (
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// KEDA scales by an event source, here the requests that are there, waiting and
// served: from none to one at the poll that sees any, to none at the poll at which
// none was seen for the cooldown, and between these, at the syncs of the horizontal
// autoscaler that it drives, to ⌈requests ÷ target⌉ by the rules of hpa for an external
// metric: whether pods are ready is no matter there. A pod that goes takes no more
// requests and ends those that it has. Keep-alive is not asked.
type KEDA struct {
	Target    float64       `toml:"target" default:"2" help:"requests a pod is to have, waiting ones too"`
	Poll      spec.Duration `toml:"poll" default:"30s" help:"time between two looks whether there is anything to do"`
	Cooldown  spec.Duration `toml:"cooldown" default:"5m" help:"how long after the last look that saw a request the last pods go"`
	Tolerance float64       `toml:"tolerance" default:"0.1" help:"how far from the target, as a part of it, nothing changes"`
	Every     spec.Duration `toml:"every" default:"15s" help:"time between two syncs of the horizontal autoscaler"`
	Down      spec.Duration `toml:"down" default:"5m" help:"stabilisation window of scaling down: the most of its recommendations counts"`
}

var _ sim.ScalingFactory = KEDA{}

// About describes the policy.
func (KEDA) About() Entry {
	return Entry{
		Name: "keda", Help: "KEDA on the requests that are there: polls from and to none, Kubernetes' autoscaler between", Control: Operator,
		Source: "KEDA: polling interval 30 s, cooldown 300 s, activation by itself and the rest by the HPA [V]; KServe's examples poll every 5 s, with a cooldown of 120 s and a target of 2 [V]",
	}
}

// Check refuses targets and periods that are none.
func (p KEDA) Check(n *spec.Node) error {
	if err := checkTargets(n, named[float64]{"target", p.Target}); err != nil {
		return err
	}
	if err := checkParts(n, named[float64]{"tolerance", p.Tolerance}); err != nil {
		return err
	}
	if err := checkPeriods(n, named[spec.Duration]{"poll", p.Poll}, named[spec.Duration]{"every", p.Every}); err != nil {
		return err
	}
	return checkLooks(n, "down", p.Down, p.Every)
}

// New returns the policy of a deployment.
func (p KEDA) New(sim.Group) sim.Scaling {
	return &keda{KEDA: p, behaviour: behaviour{down: sim.Time(p.Down), atLeast: 4}}
}

type keda struct {
	nobody
	KEDA
	behaviour
	seen sim.Time // the last poll that saw a request
}

var _ sim.TickingScaling = (*keda)(nil)

// Tick polls and syncs, each at its times. It sleeps while nobody is there.
func (k *keda) Tick(v sim.View, now sim.Time) sim.Scale {
	current, poll, every := v.Instances(), sim.Time(k.Poll), sim.Time(k.Every)
	wanted := current
	if current > 0 && ticksAt(now, every) {
		p := pods{current, current, k.Tolerance}
		wanted = k.settle(now, current, p.desired(float64(v.Present())/k.Target))
	}
	if ticksAt(now, poll) {
		switch {
		case v.Present() > 0:
			k.seen = now
			wanted = max(1, wanted)
		case now-k.seen >= sim.Time(k.Cooldown):
			wanted = 0
		}
	}
	if wanted == 0 && v.Present() == 0 {
		return alone(0, sim.Never)
	}
	return alone(wanted, min(nextTick(now, poll), nextTick(now, every)))
}
