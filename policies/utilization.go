package policies

import (
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// Utilization is an autoscaler that holds averages at their targets: it wants
// ⌈CPU in use ÷ target⌉ instances, or ⌈requests ÷ (target × concurrency)⌉ where
// that is more. CPU is known where instances have a shared server. Between its
// looks a request that finds no free slot starts an instance, as per-request does. Who is
// wanted stays, and who is idle beyond that stops by the keep-alive. An average is over the
// whole window from the first request on, in which there was nothing before that.
//
// That is the rule of Kubernetes' horizontal autoscaler (wanted = ⌈instances ×
// measured ÷ target⌉, without its tolerance of a tenth), of Cloud Run and of
// Knative outside its panic mode.
type Utilization struct {
	CPU         float64       `toml:"cpu" default:"0.6" help:"target: the part of all CPU that is in use, on average; 0: CPU is not looked at"`
	Concurrency float64       `toml:"concurrency" default:"0.6" help:"target: the part of all slots that requests have or wait for, on average; 0: slots are not looked at"`
	Window      spec.Duration `toml:"window" default:"60s" help:"how far the averages go back"`
	Every       spec.Duration `toml:"every" default:"5s" help:"time between two looks"`
}

var _ sim.ScalingFactory = Utilization{}

// looks bounds how many looks a window can have.
const looks = 10_000

// About describes the policy.
func (Utilization) About() Entry {
	return Entry{
		Name: "utilization", Help: "as many instances as hold CPU and slots at their targets, on average over a window", Control: Provider,
		Source: "Cloud Run: 60 % of CPU and of the concurrency over a minute [V]; Kubernetes' HorizontalPodAutoscaler [M]; Cloud Run looks every 5 s by an older page [V]",
	}
}

// Check refuses targets that are no parts, and windows that looks do not fill.
func (p Utilization) Check(n *spec.Node) error {
	for _, target := range []struct {
		key   string
		value float64
	}{{"cpu", p.CPU}, {"concurrency", p.Concurrency}} {
		if !(target.value == 0 || target.value >= 0.001 && target.value <= 1) {
			return n.Get(target.key).Errorf("found %v, want a part from 0.001 to 1, or 0", target.value)
		}
	}
	if p.CPU == 0 && p.Concurrency == 0 {
		return n.Errorf("both targets are 0, want one that is not")
	}
	if err := checkPeriods(n, named[spec.Duration]{"every", p.Every}); err != nil {
		return err
	}
	if p.Window < p.Every || p.Window/p.Every > looks {
		at := n.Get("window")
		if at == nil {
			at = n.Get("every")
		}
		return at.Errorf("found a window of %s and %s between two looks, want one look to %d in a window", p.Window, p.Every, looks)
	}
	return nil
}

// New returns the policy of a deployment.
func (p Utilization) New(sim.Group) sim.Scaling { return &utilization{target: p} }

type utilization struct {
	target Utilization
	PerRequest
	past []look // the oldest first, at least a window's; none while nothing is there
}

// look is what was there at a time.
type look struct {
	at       sim.Time
	requests uint64   // ns × requests
	used     sim.Time // ns of instances with all of their CPU in use
}

var _ sim.TickingScaling = (*utilization)(nil)

// Tick looks at the averages over the window.
func (u *utilization) Tick(v sim.View, now sim.Time) sim.Scale {
	l, window := look{now, v.RequestTime(now), v.Load(now)}, sim.Time(u.target.Window)
	u.past = append(u.past, l)
	for len(u.past) > 2 && now-u.past[1].at >= window {
		u.past = append(u.past[:0], u.past[1:]...)
	}
	s := sim.Scale{Wanted: v.Instances(), Hold: true, Until: sim.AsKeepAlive, Next: after(now, sim.Time(u.target.Every))}
	first := u.past[0]
	if now == first.at {
		return s // the first request starts what it needs
	}
	over := float64(max(window, now-first.at))
	s.Wanted = max(instances(float64(l.used-first.used)/over, u.target.CPU),
		instances(float64(l.requests-first.requests)/over, u.target.Concurrency*float64(v.Concurrency())))
	if s.Wanted == 0 && v.Instances() == 0 {
		u.past, s.Next = u.past[:0], sim.Never
	}
	return s
}

// instances returns ⌈load ÷ target⌉, 0 where there is no target.
func instances(load, target float64) int {
	if target == 0 {
		return 0
	}
	return whole(load / target)
}
