package policies

import (
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// LLMDSaturation is the rule by saturation of llm-d's workload-variant autoscaler (WVA): a
// replica is saturated where requests hold a part of its KV blocks, or so many
// wait in its line. One is added where those that are not saturated have too little to
// spare on average, or none is left, and one is taken away where the load of these, on one
// fewer of them, would leave enough to spare. Nothing is added while a replica
// initialises. What waits for an instance is in nobody's line.
//
// At zero, which it goes to where that is allowed and nobody came for a while, it looks
// far more often, and the first request starts one. A replica that goes takes no more
// requests and ends those that it has. Keep-alive is not asked.
type LLMDSaturation struct {
	KV         float64       `toml:"kv" default:"0.8" help:"a replica is saturated where requests hold that part of its KV blocks"`
	Queue      float64       `toml:"queue" default:"5" help:"or where that many wait in its line"`
	SpareKV    float64       `toml:"spare_kv" default:"0.1" help:"what is to be left to kv on average"`
	SpareQueue float64       `toml:"spare_queue" default:"3" help:"what is to be left to queue on average"`
	Every      spec.Duration `toml:"every" default:"30s" help:"time between two looks"`
	AtZero     spec.Duration `toml:"at_zero" default:"100ms" help:"time between two looks while there is no replica"`
	Retention  spec.Duration `toml:"retention" default:"0s" help:"time without a request after which all go; 0: one always stays"`
}

var _ sim.ScalingFactory = LLMDSaturation{}

// About describes the policy.
func (LLMDSaturation) About() Entry {
	return Entry{
		Name: "llm-d-saturation", Help: "llm-d's variant autoscaler: one replica more or less by what KV blocks and lines have to spare", Control: Operator,
		Source: "llm-d workload-variant-autoscaler b08b1c7: thresholds 0.80 and 5, spare 0.10 and 3, none added while one starts, 100 ms at zero [V]; it takes the peak of a minute, here it is what each look sees; a look every 30 s is assumed",
	}
}

// Check refuses thresholds that are none.
func (p LLMDSaturation) Check(n *spec.Node) error {
	if err := checkParts(n, named[float64]{"kv", p.KV}, named[float64]{"spare_kv", p.SpareKV}); err != nil {
		return err
	}
	for _, key := range []named[float64]{{"queue", p.Queue}, {"spare_queue", p.SpareQueue}} {
		if !(key.value >= 0 && key.value <= maxInstances) {
			return at(n, key.key).Errorf("found %v, want 0 to %d requests", key.value, maxInstances)
		}
	}
	return checkPeriods(n, named[spec.Duration]{"every", p.Every}, named[spec.Duration]{"at_zero", p.AtZero})
}

// New returns the policy of a deployment.
func (p LLMDSaturation) New(sim.Group) sim.Scaling { return &llmd{LLMDSaturation: p} }

type llmd struct {
	nobody
	LLMDSaturation
	arrived uint64   // by the last look
	asked   sim.Time // the last look that saw a request
}

var _ sim.TickingScaling = (*llmd)(nil)

// Tick looks.
func (l *llmd) Tick(v sim.View, now sim.Time) sim.Scale {
	if v.Present() > 0 || v.Arrived() != l.arrived {
		l.arrived, l.asked = v.Arrived(), now
	}
	current := v.Instances()
	every := sim.Time(l.Every)
	switch {
	case current > 0 && !ticksAt(now, every):
		return alone(current, nextTick(now, every))
	case current == 0 && v.Present() == 0:
		return alone(0, sim.Never)
	case current == 0 && !ticksAt(now, sim.Time(l.AtZero)):
		return alone(0, nextTick(now, sim.Time(l.AtZero)))
	case current == 0:
		return alone(1, nextTick(now, every))
	case v.Present() == 0 && l.Retention > 0 && now-l.asked >= sim.Time(l.Retention):
		return alone(0, sim.Never)
	}
	return alone(l.saturation(v, now), nextTick(now, every))
}

// saturation returns how many replicas there are to be.
func (l *llmd) saturation(v sim.View, now sim.Time) int {
	current := v.Instances()
	starting, n, kv, queue := false, 0, 0.0, 0.0
	for i := range current {
		r := v.Replica(i)
		if !r.Ready(now) {
			starting = true
			continue
		}
		g := r.Gauge(now)
		if used, line := g.Used(), float64(g.Waiting); used < l.KV && line < l.Queue {
			n++
			kv += used
			queue += line
		}
	}
	switch {
	case n == 0 || !l.spares(kv, queue, n):
		if starting {
			return current
		}
		return current + 1
	case n > 1 && !starting && l.spares(kv, queue, n-1):
		return current - 1
	}
	return current
}

// spares reports whether a load leaves enough on n replicas.
func (l *llmd) spares(kv, queue float64, n int) bool {
	const rounding = 1e-9
	return l.KV-kv/float64(n) >= l.SpareKV-rounding && l.Queue-queue/float64(n) >= l.SpareQueue-rounding
}
