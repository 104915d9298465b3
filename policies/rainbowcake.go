package policies

import (
	"math"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// RainbowCake keeps an instance in three layers. Idle for a while it gives up what is
// its function's own, and any function of its runtime may take it; idle for a while more
// it gives up the runtime, and any function may; then it stops. How long each layer stays
// follows from its last arrivals: those of the function, of its runtime, of all. With a
// mean m of n of them, (now − the oldest) ÷ n,
//
//	quantile = ⌈−m · ln(1 − q)⌉ s, which by the exponential distribution the next arrival does not exceed
//	β        = ⌈α · startup ÷ ((1 − α) · memory)⌉ s, startup in s, memory in MiB
//	stay     = quantile, at least min and at most β
//
// β is max where no startup has been measured, and min where it is below that. The
// startup of a layer is what the last initialisation took that went through it: from
// dependencies on, from the image to the runtime, and before.
//
// A quantile after each arrival a layer is started ahead, where none is there: the
// function's own as Decision.PrewarmFrom, the others by the pool.
type RainbowCake struct {
	Alpha    float64       `toml:"alpha" default:"0.996" help:"weight of the startup against memory × time, above 0 and below 1 [V]"`
	Samples  int           `toml:"samples" default:"6" help:"arrivals of a layer that are looked at, 1 … 1000 [V]"`
	Recent   spec.Duration `toml:"recent" default:"24h" help:"older arrivals are forgotten [V]"`
	Quantile float64       `toml:"quantile" default:"0.8" help:"of the times between arrivals that a layer bridges, above 0 and below 1 [V]"`
	Min      spec.Duration `toml:"min" default:"60s" help:"the shortest stay in a layer [V]"`
	Max      spec.Duration `toml:"max" default:"600s" help:"the longest, where no startup has been measured [V]"`
	Language spec.Size     `toml:"language_memory" default:"32MB" help:"that a language layer holds, no more than the instance; the paper measures it, this is a choice"`
	Bare     spec.Size     `toml:"bare_memory" default:"2MB" help:"that a bare layer holds [V]"`
	Prewarm  bool          `toml:"prewarm" default:"true" help:"start a layer ahead of the next arrival [V]"`
}

// About describes the policy.
func (RainbowCake) About() Entry {
	return Entry{
		Name: "rainbowcake", Help: "an idle instance becomes one of its runtime, for all functions of it, then a bare one for all", Control: Operator, Starts: true,
		Source: "RainbowCake (ASPLOS'24), ContainerPool, Distribution and History of its repository [V]; what startup and memory of a layer are, and that min holds where β is below it [M]",
	}
}

// Check refuses parameters out of range.
func (p RainbowCake) Check(n *spec.Node) error {
	for _, f := range []named[float64]{{"alpha", p.Alpha}, {"quantile", p.Quantile}} {
		if !(f.value > 0 && f.value < 1) {
			return at(n, f.key).Errorf("found %v, want a number above 0 and below 1", f.value)
		}
	}
	if p.Samples < 1 || p.Samples > 1000 {
		return at(n, "samples").Errorf("found %d, want 1 to 1000", p.Samples)
	}
	if p.Min <= 0 {
		return at(n, "min").Errorf("found %s, want more than 0s", p.Min)
	}
	if p.Max < p.Min {
		return at(n, "max").Errorf("found %s, want min, %s, or more", p.Max, p.Min)
	}
	for _, s := range []named[spec.Size]{{"language_memory", p.Language}, {"bare_memory", p.Bare}} {
		if mib, whole := s.value.MiB(); !whole || mib < 1 {
			return at(n, s.key).Errorf("found %s, want whole MB, 1 or more", s.value)
		}
	}
	return nil
}

// Scope says that the functions on a platform share a policy object.
func (RainbowCake) Scope() sim.Scope { return sim.ScopeAccount }

// Pools says that its policies are pools.
func (RainbowCake) Pools() {}

// New returns the policy of a platform.
func (p RainbowCake) New(sim.Group) sim.KeepAlive {
	r := &rainbow{RainbowCake: p, user: map[uint32]*layer{}, language: map[string]*layer{}, bare: &layer{due: sim.Never}}
	r.languageMiB, _ = p.Language.MiB()
	r.bareMiB, _ = p.Bare.MiB()
	return r
}

type rainbow struct {
	RainbowCake
	languageMiB, bareMiB int64
	user                 map[uint32]*layer // by deployment
	language             map[string]*layer // by runtime
	runtimes             []string          // of language, in the order of their first arrivals
	bare                 *layer
	start                []sim.Cell // the last answer
}

// layer is what is known of those who could use one.
type layer struct {
	arrivals []sim.Time
	startup  sim.Time // that was measured last; 0: none
	due      sim.Time // when one is started ahead; Never: none
}

var (
	_ sim.SharedPool      = (*rainbow)(nil)
	_ sim.PoolTimer       = (*rainbow)(nil)
	_ sim.ArrivalListener = (*rainbow)(nil)
)

// of returns the layers that an instance of a deployment has.
func (r *rainbow) of(v sim.View) (user, language *layer) {
	user, ok := r.user[v.Function()]
	if !ok {
		user = &layer{due: sim.Never}
		r.user[v.Function()] = user
	}
	language, ok = r.language[v.Runtime()]
	if !ok {
		language = &layer{due: sim.Never}
		r.language[v.Runtime()] = language
		r.runtimes = append(r.runtimes, v.Runtime())
	}
	return user, language
}

// Arrived notes an arrival in all of its layers.
func (r *rainbow) Arrived(v sim.View, now sim.Time) {
	user, language := r.of(v)
	for _, l := range []*layer{user, language, r.bare} {
		if l.arrivals = append(l.arrivals, now); len(l.arrivals) > r.Samples {
			l.arrivals = l.arrivals[1:]
		}
		l.due = sim.Never
		if q := r.quantile(l, now); q > 0 && r.Prewarm {
			l.due = after(now, q)
		}
	}
}

// quantile returns how long the next arrival of a layer takes at most, as a rule.
func (r *rainbow) quantile(l *layer, now sim.Time) sim.Time {
	for len(l.arrivals) > 0 && now-l.arrivals[0] > sim.Time(r.Recent) {
		l.arrivals = l.arrivals[1:]
	}
	if len(l.arrivals) == 0 {
		return 0
	}
	mean := float64(now-l.arrivals[0]) / float64(len(l.arrivals))
	return wholeSeconds(-mean * math.Log(1-r.Quantile))
}

// stay returns how long an instance stays in a layer that holds so many MiB.
func (r *rainbow) stay(l *layer, mib int64, now sim.Time) sim.Time {
	beta := sim.Time(r.Max)
	if l.startup > 0 {
		beta = wholeSeconds(r.Alpha * float64(l.startup) / ((1 - r.Alpha) * float64(max(1, mib))))
	}
	return max(sim.Time(r.Min), min(r.quantile(l, now), beta))
}

// wholeSeconds rounds up to them.
func wholeSeconds(ns float64) sim.Time {
	return nanoseconds(roundUp(ns/float64(sim.Second)) * float64(sim.Second))
}

// Idle lets an instance pass from one layer to the next.
func (r *rainbow) Idle(v sim.View, in sim.Instance, now sim.Time) sim.Decision {
	if in.Stage() == sim.Whole {
		return r.idleUser(v, in, now)
	}
	if in.Layer() == sim.PhaseDependencies {
		_, language := r.of(v)
		return sim.Decision{Until: after(now, r.stay(language, in.Memory(), now)), Then: sim.Demote, Layer: sim.PhaseImage, Memory: min(r.bareMiB, in.Memory())}
	}
	return sim.Decision{Until: after(now, r.stay(r.bare, in.Memory(), now))}
}

func (r *rainbow) idleUser(v sim.View, in sim.Instance, now sim.Time) sim.Decision {
	user, language := r.of(v)
	r.measure(user, in, sim.PhaseDependencies, sim.NumPhases)
	r.measure(language, in, sim.PhaseImage, sim.PhaseDependencies)
	r.measure(r.bare, in, 0, sim.PhaseImage)
	stay := r.stay(user, in.Memory(), now)
	d := sim.Decision{Until: after(now, stay), Then: sim.Demote, Share: true, Layer: sim.PhaseDependencies, Memory: min(r.languageMiB, in.Memory())}
	if user.due > now && user.due < sim.Never {
		d.PrewarmFrom, d.PrewarmUntil = user.due, after(user.due, stay)
	}
	return d
}

// measure notes what a layer took to start, where the instance has gone through it.
func (r *rainbow) measure(l *layer, in sim.Instance, from, to sim.Phase) {
	var sum sim.Time
	for p := from; p < to; p++ {
		sum = after(sum, in.Took(p))
	}
	if sum > 0 {
		l.startup = sum
	}
}

// Tick starts the layers ahead whose time has come.
func (r *rainbow) Tick(v sim.PoolView, now sim.Time) sim.PoolAction {
	r.start = r.start[:0]
	for _, runtime := range r.runtimes {
		r.ahead(v, r.language[runtime], sim.Cell{Layer: sim.PhaseDependencies, Runtime: runtime, Memory: r.languageMiB}, now)
	}
	r.ahead(v, r.bare, sim.Cell{Layer: sim.PhaseImage, Memory: r.bareMiB}, now)
	return sim.PoolAction{Start: r.start, Next: r.Due(now)}
}

func (r *rainbow) ahead(v sim.PoolView, l *layer, c sim.Cell, now sim.Time) {
	if l.due > now {
		return
	}
	l.due = sim.Never
	if v.Count(c) == 0 {
		r.start = append(r.start, c)
	}
}

// Due is when the next of those layers is started.
func (r *rainbow) Due(sim.Time) sim.Time {
	due := r.bare.due
	for _, runtime := range r.runtimes {
		due = min(due, r.language[runtime].due)
	}
	return due
}

// Started starts nothing: what is taken comes back when it is idle.
func (r *rainbow) Started(sim.PoolView, sim.Started, sim.Time) []sim.Cell { return nil }
