package policies

import (
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// CloudRun is Cloud Run's autoscaler. Of two drivers the larger counts: ⌈vCPUs in use ÷ (vCPUs of an
// instance × the CPU target)⌉ and ⌈requests at the same time ÷ (the concurrency × its target)⌉, each on
// average over a minute. That is the mechanism of utilization, at Cloud Run's numbers. Beside it Cloud Run
// scales on demand: a request that finds no free slot starts an instance, as per-request does, and so
// does the first. Who is idle beyond what is wanted stops by the keep-alive, and so does the last.
//
// At the maximum of instances (limit.instances) a request waits for 3.5 × the mean start or
// 10 s, whichever is more, and is then answered with 429: that is limit.queue_wait.
type CloudRun struct {
	CPU         float64       `toml:"cpu" default:"0.6" help:"target: the part of all CPU that is in use, on average; 0: CPU is not looked at"`
	Concurrency float64       `toml:"concurrency" default:"0.6" help:"target: the part of all slots that requests have or wait for, on average; 0: slots are not looked at"`
	Window      spec.Duration `toml:"window" default:"60s" help:"how far the averages go back"`
	Every       spec.Duration `toml:"every" default:"5s" help:"time between two looks"`
}

var _ sim.ScalingFactory = CloudRun{}

// About describes the policy.
func (CloudRun) About() Entry {
	return Entry{
		Name: "cloud-run", Help: "Cloud Run's two drivers, CPU and concurrency at 60 % over a minute, and an instance on demand", Control: Provider,
		Source: "cloud.google.com/run/docs/about-instance-autoscaling: both drivers, their rounding up and their targets, a minute [V]; a look every 5 s by an older edition of the page [V]; when on demand an instance is started is not said: where no slot is free is assumed [M]",
	}
}

// Check refuses targets that are no parts, and windows that looks do not fill.
func (p CloudRun) Check(n *spec.Node) error { return Utilization(p).Check(n) }

// New returns the policy of a deployment.
func (p CloudRun) New(g sim.Group) sim.Scaling { return Utilization(p).New(g) }
