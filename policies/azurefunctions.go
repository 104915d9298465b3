package policies

import (
	"slices"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// AzureFunctions is the target-based scaling of Azure Functions: at each look ⌈length of the event
// source ÷ target executions per instance⌉ instances are wanted, of which so many may be added at a
// time. The length is the number of requests that are there, those that are served too. The
// target is the trigger's; over HTTP it is the platform's concurrency, on the Flex
// Consumption plan 4 with 512 MB, 16 with 2,048 MB, 32 with 4,096 MB, and 1 in Python.
//
// Over HTTP the first request starts the first instance; any other trigger waits for a look. How
// often the scale controller looks is published as the rate of new instances on the Consumption
// plan alone, 1 s over HTTP and 30 s else, so every has no default. When it takes an
// instance away is not published: those beyond what is wanted stop by the keep-alive.
//
// On Flex Consumption a function is a deployment (those over HTTP are one), on Consumption an app
// is: where several of its functions ask, Azure adds up, which is what is there of all together here.
// A partitioned source has no more instances than partitions: limit.instances.
type AzureFunctions struct {
	Trigger string        `toml:"trigger" default:"http" help:"what starts executions: http, service-bus, service-bus-sessions, service-bus-batch, storage-queue, event-hubs, kafka, cosmos-db"`
	Target  float64       `toml:"target" default:"0" help:"executions an instance is to have; 0: the trigger's default, over HTTP the platform's concurrency"`
	Step    int           `toml:"step" default:"0" help:"instances that may be added at a look; 0: 1 over HTTP, 4 else"`
	Every   spec.Duration `toml:"every" required:"true" help:"time between two looks: on the Consumption plan 1s over HTTP and 30s else, on others not published"`
}

var _ sim.ScalingFactory = AzureFunctions{}

// azureTargets are the target executions per instance of the triggers that state one.
var azureTargets = map[string]float64{
	"service-bus":          16,   // maxConcurrentCalls
	"service-bus-sessions": 8,    // maxConcurrentSessions
	"service-bus-batch":    1000, // maxMessageBatchSize
	"storage-queue":        16,   // batchSize
	"event-hubs":           100,  // maxEventBatchSize, from version 6 on; 10 before
	"kafka":                1000, // lagThreshold
	"cosmos-db":            100,  // maxItemsPerInvocation
}

const overHTTP = "http"

// About describes the policy.
func (AzureFunctions) About() Entry {
	return Entry{
		Name: "azure-functions", Help: "Azure Functions' target-based scaling: what is there ÷ target executions an instance, by trigger", Control: Tenant,
		Example: `every = "1s"`,
		Source:  "azure-docs: functions-target-based-scaling (length ÷ target, four at a time, targets of triggers), functions-concurrency (HTTP by instance size), event-driven-scaling (new instances once a second over HTTP, once in 30 s else) [V]; one at a time over HTTP is assumed, when instances go is not published",
	}
}

// Check refuses triggers that are none, targets and periods.
func (p AzureFunctions) Check(n *spec.Node) error {
	if _, ok := azureTargets[p.Trigger]; !ok && p.Trigger != overHTTP {
		known := []string{overHTTP}
		for name := range azureTargets {
			known = append(known, name)
		}
		slices.Sort(known)
		return at(n, "trigger").Errorf("%s", spec.Unknown("trigger", p.Trigger, known))
	}
	if p.Target != 0 {
		if err := checkTargets(n, named[float64]{"target", p.Target}); err != nil {
			return err
		}
	}
	if err := checkCounts(n, 0, named[int]{"step", p.Step}); err != nil {
		return err
	}
	return checkPeriods(n, named[spec.Duration]{"every", p.Every})
}

// New returns the policy of a deployment.
func (p AzureFunctions) New(sim.Group) sim.Scaling {
	a := &azureFunctions{http: p.Trigger == overHTTP, target: p.Target, step: p.Step, every: sim.Time(p.Every)}
	if a.target == 0 {
		a.target = azureTargets[p.Trigger]
	}
	if a.step == 0 {
		a.step = 4
		if a.http {
			a.step = 1
		}
	}
	return a
}

type azureFunctions struct {
	http   bool
	target float64 // 0: the concurrency
	step   int
	every  sim.Time
}

var _ sim.TickingScaling = (*azureFunctions)(nil)

// Start starts the first instance, over HTTP.
func (a *azureFunctions) Start(v sim.View, now sim.Time) int {
	if !a.http {
		return 0
	}
	return first{}.Start(v, now)
}

// Tick looks. It sleeps while nobody is there.
func (a *azureFunctions) Tick(v sim.View, now sim.Time) sim.Scale {
	s := sim.Scale{Wanted: v.Instances(), Hold: true, Until: sim.AsKeepAlive, Next: nextTick(now, a.every)}
	if !ticksAt(now, a.every) {
		return s
	}
	target := a.target
	if target == 0 {
		target = float64(max(1, v.Concurrency()))
	}
	s.Wanted = min(whole(float64(v.Present())/target), v.Instances()+a.step)
	if v.Present() == 0 {
		s.Next = sim.Never
	}
	return s
}
