package policies

import (
	"sort"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// RunPodQueueDelay is RunPod's scaling by queue delay: where there is no worker the
// first request adds one, and then each request that has waited for longer than the
// delay, less those workers that initialise already. Workers stop by the keep-alive,
// RunPod's idle timeout.
type RunPodQueueDelay struct {
	Delay spec.Duration `toml:"delay" default:"4s" help:"how long a request waits until a worker is added for it"`
}

var _ sim.ScalingFactory = RunPodQueueDelay{}

// About describes the policy.
func (RunPodQueueDelay) About() Entry {
	return Entry{
		Name: "runpod-queue-delay", Help: "a worker for each request that has waited longer than a delay, and for the first where there is none", Control: Tenant,
		Source: "RunPod's endpoint settings: the first request adds one worker, others only after waiting for the delay, 4 s; idle timeout 5 s, at most 3 workers [V]; that each adds one, less those that initialise, is a reading of it",
	}
}

// Check refuses a delay that is none.
func (p RunPodQueueDelay) Check(n *spec.Node) error {
	return checkPeriods(n, named[spec.Duration]{"delay", p.Delay})
}

// New returns the policy, which holds no state.
func (p RunPodQueueDelay) New(sim.Group) sim.Scaling { return p }

var _ sim.TickingScaling = RunPodQueueDelay{}

// Start adds the first worker.
func (p RunPodQueueDelay) Start(v sim.View, _ sim.Time) int {
	if v.Instances() == 0 {
		return 1
	}
	return 0
}

// Tick adds workers for those that have waited too long, and comes back when the
// next one will have.
func (p RunPodQueueDelay) Tick(v sim.View, now sim.Time) sim.Scale {
	delay := sim.Time(p.Delay)
	late := sort.Search(v.Waiting(), func(i int) bool { return now-v.Since(i) < delay })
	s := sim.Scale{Wanted: v.Instances() + missing(late, v.Concurrency(), v.Initialising()), Until: sim.AsKeepAlive, Next: sim.Never}
	if v.Waiting() > 0 {
		s.Next = after(now, delay) // there may have been no room
	}
	if late < v.Waiting() {
		s.Next = min(s.Next, after(v.Since(late), delay))
	}
	return s
}

// RunPodRequestCount is RunPod's scaling by request count: ⌈(requests that wait + that
// are served) ÷ value⌉ workers. Workers stop by the keep-alive.
type RunPodRequestCount struct {
	Value float64 `toml:"value" default:"4" help:"requests a worker is to have, waiting ones too"`
}

var _ sim.ScalingFactory = RunPodRequestCount{}

// About describes the policy.
func (RunPodRequestCount) About() Entry {
	return Entry{
		Name: "runpod-request-count", Help: "⌈(requests that wait + that are served) ÷ value⌉ workers", Control: Tenant,
		Source: "RunPod's endpoint settings: the formula; its API's default is 4 [V]",
	}
}

// Check refuses a value that nothing can be divided by.
func (p RunPodRequestCount) Check(n *spec.Node) error {
	return checkTargets(n, named[float64]{"value", p.Value})
}

// New returns the policy, which holds no state.
func (p RunPodRequestCount) New(sim.Group) sim.Scaling { return p }

var _ sim.TickingScaling = RunPodRequestCount{}

// Start adds the workers that are missing.
func (p RunPodRequestCount) Start(v sim.View, _ sim.Time) int {
	return max(0, whole(float64(v.Present())/p.Value)-v.Instances())
}

// Tick is asked with each request, for those too that find a free slot.
func (p RunPodRequestCount) Tick(v sim.View, now sim.Time) sim.Scale {
	return sim.Scale{Wanted: v.Instances() + p.Start(v, now), Until: sim.AsKeepAlive, Next: sim.Never}
}
