// Package policies holds the policies that a platform can be given: when an
// idle instance stops (keep-alive), what is started before it is needed
// (prewarm), how many instances there are for waiting requests (scaling), which
// of them serves a request (routing), and of a cluster on which node one starts
// (placement) and which idle one leaves for it (eviction).
//
// # Model
//
// A policy is named in an experiment by a table, whose other keys are its
// parameters:
//
//	keepalive = { name = "fixed", window = "10m" }
//
// The pipeline:
//
//  1. KeepAlive, Prewarm, Scaling, Routing, Placement and Eviction look the name up in the registry
//     (registry.go) and decode the parameters strictly into the policy's
//     struct. The decoded struct is the factory that sim.Platform wants; it is
//     immutable and may be used by many runs at the same time.
//  2. For each group of its scope (a deployment, an app, the account) the
//     kernel asks the factory for a policy object. It may hold state; one
//     goroutine uses it.
//  3. At fixed points the kernel asks the object, with a view of the past and
//     the present. It answers with a value and has no other effect: it reads no
//     clock and draws no random number but from a sim.Stream keyed by the run,
//     the function and the time of the question.
//
// Durations are nanoseconds of virtual time, memory is MiB, money is USD.
//
// # Autoscalers
//
// A scaling policy that is a sim.TickingScaling is asked at times of its own, which
// are multiples of its period, and says how many instances there should be; ticks.go is
// what they share. Those that alone decide who stays drain who is too many and hold who
// is wanted; others start instances and leave stopping them to the keep-alive. hpa.go
// has the rules of Kubernetes' autoscaler, in which KEDA and Azure Container Apps end
// too; utilization.go those of Cloud Run, which is that at its numbers. Each is tested by a timeline that its test has worked by hand.
//
// # Clusters
//
// A placement that is a sim.Balancer sends each request to a node, whose line it waits in;
// sends.go has what those share, ring.go the ring of consistent hashing.
// A platform has one placement policy, a node one eviction policy, which ranks an instance
// when it becomes idle. Those of FaasCache share a clock (clock.go), bin packing and load
// balancing what counts as room (nodes.go).
//
// # Training
//
// SPES and Defuse count for days before they decide otherwise than by a fixed window: in
// which minutes each function of an application was invoked (activity.go). SPES's categories
// are in spescategory.go, its trials of strategies in spesassign.go, what it predicts in
// spespredict.go; Defuse's sets in dependencies.go. They are sim.PlanningKeepAlives, as
// IceBreaker is.
//
// # Floors
//
// A prewarm policy that stands by a floor sets how many instances of a deployment never
// stop. Floors by a forecast look at what is in demand (demand.go), forecast the next
// interval from the series so far (forecast.go and a file a method), and round up; floors
// that a provider allocates do so one after the other (allocation.go).
//
// # Pools
//
// Instances that belong to no function are a pool's: stem cells (stemcells.go), or what a
// keep-alive policy that is a pool has let go, layer by layer (rainbowcake.go).
//
// # Adding a policy
//
// One file and one line: a struct whose tagged fields are the parameters, each
// with a help text, with the methods About, New and (for keep-alive) Scope, and
// a line anywhere in its list in registry.go. About gives a name that no other
// policy of the list has, a line of help, who controls it, where it is from, and
// an example where a parameter has no default. A Check method, where there is
// one, refuses parameters that make no sense. The listing, every experiment, and
// the conformance tests then know it. The example of this package is a whole
// policy, and the README has its file.
//
// Or a script in Starlark, which an experiment names in place of a policy of the
// registry: package script has its model, docs/policies/writing.md what both ways are
// asked, see and answer. Package starter writes the files that either begins as.
//
// # Who controls it, and bounds
//
// Each entry says who controls it. A tenant cannot set a provider's
// keep-alive. Entries with the control Bound are no policies at all: they know
// the future. offline-keepalive bounds policies that start instances on demand
// alone, at its own window or prices, and no others; offline-belady and offline-relaxed
// bound them in a memory, by a rehearsal (rehearsal.go) of which occupancy.go has the
// rules; bounds are named offline-… and
// compared with an operator's cost (holding × idle + price × cold starts),
// never with a tenant's bill.
//
// # Evidence
//
// Entry.Source grades what it says by the letters of Marks.
//
// # Left out
//
// Delays between an event and the measurement that shows it.
package policies
