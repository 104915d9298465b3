package policies

import (
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// Modal starts a container for each input that finds no room, as per-request does, and
// keeps a buffer of further containers beyond those that are busy, while any is.
// Of the idle ones the oldest are held, which suits a platform that uses those first
// (reuse = "oldest" or "least-loaded"). Who is idle beyond that stops by the keep-alive,
// Modal's scaledown window; min_containers is a prewarm of provisioned ones, max_containers is limit.instances.
type Modal struct {
	Buffer int           `toml:"buffer" default:"0" help:"containers beyond those that are busy, while a request is there"`
	Every  spec.Duration `toml:"every" default:"1s" help:"time between two looks while a request is there"`
}

var _ sim.ScalingFactory = Modal{}

// About describes the policy.
func (Modal) About() Entry {
	return Entry{
		Name: "modal", Help: "a container for each request that finds no room, and a buffer beyond the busy ones while any is", Control: Tenant,
		Source: "modal.com/docs/guide/scale: min, max and buffer containers, none unless set; scaledown window 60 s, 2 s to 20 min [V]; decisions are made frequently by the same page, every second is assumed",
	}
}

// Check refuses a negative buffer.
func (p Modal) Check(n *spec.Node) error {
	if err := checkCounts(n, 0, named[int]{"buffer", p.Buffer}); err != nil {
		return err
	}
	return checkPeriods(n, named[spec.Duration]{"every", p.Every})
}

// New returns the policy, which holds no state.
func (p Modal) New(sim.Group) sim.Scaling { return modal{buffer: p.Buffer, every: sim.Time(p.Every)} }

type modal struct {
	buffer int
	every  sim.Time
	PerRequest
}

var _ sim.TickingScaling = modal{}

// Tick holds the buffer while a request is there.
func (m modal) Tick(v sim.View, now sim.Time) sim.Scale {
	if v.Present() == 0 {
		return sim.Scale{Next: sim.Never}
	}
	wanted := v.Busy() + missing(v.Waiting(), v.Concurrency(), 0) + m.buffer
	return sim.Scale{Wanted: wanted, Hold: true, Until: sim.AsKeepAlive, Next: nextTick(now, m.every)}
}
