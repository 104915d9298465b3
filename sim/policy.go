package sim

// Scope says what one policy object sees and acts on. Functions that share a
// policy object run in one shard.
type Scope uint8

// The scopes.
const (
	ScopeDeployment Scope = iota // one object a deployment
	ScopeApp                     // one object an application
	ScopeOwner                   // one object for all applications of an owner; of functions that state none, an application
	ScopeAccount                 // one object for all functions on the platform
)

var scopeNames = [...]string{"deployment", "app", "owner", "account"}

// String returns the scope's name as `coldcurve list policies` prints it.
func (s Scope) String() string { return scopeNames[s] }

// Group is what one policy object is made for.
type Group struct {
	// Functions are the indices of the functions in the scope, ascending.
	Functions []uint32
	// All are all functions of the workload.
	All []Function
	// Memory is the MiB of an instance of the scope's first deployment.
	Memory int64
	// Key is what random draws of the policy are keyed by.
	Key RunKey
}

// View is what a policy may see when it is asked: the past and the present of
// the deployment concerned, and of its scope. It is valid during the call.
type View struct{ d *deployment }

// Of returns the view of the deployment of another function of the policy's scope, by its
// index: one that runs on the platform, not one that is Outside.
func (v View) Of(function uint32) View {
	s := v.d.shard
	return View{&s.deps[s.fns[s.local[function]].dep]}
}

// Function returns the index of the deployment's first function.
func (v View) Function() uint32 { return v.d.first }

// Memory returns the MiB of an instance of the deployment.
func (v View) Memory() int64 { return v.d.memory }

// Concurrency returns how many requests an instance serves at a time.
func (v View) Concurrency() int { return int(v.d.concurrency) }

// Idle returns the number of idle instances; an instance about which the
// policy is being asked does not count.
func (v View) Idle() int { return v.d.idleCount() }

// Held returns the number of instances that are paused or demoted; one about
// which the policy is being asked does not count.
func (v View) Held() int { return v.d.held.len() }

// Busy returns the number of instances that serve a request, or initialise
// for one that is bound to them.
func (v View) Busy() int { return int(v.d.busy) }

// Initialising returns the number of instances that initialise with no
// request bound to them.
func (v View) Initialising() int { return v.d.warming.len() }

// Waiting returns the number of requests that wait for an instance.
func (v View) Waiting() int { return v.d.waiting.len() + int(v.d.lined) }

// InFlight returns the number of requests of the policy's scope that have
// arrived and not ended, pings included.
func (v View) InFlight() int { return int(v.d.group.inFlight) }

// StopNow as Decision.Until stops the instance at once, before any arrival
// at the same time.
const StopNow Time = -1

// AsKeepAlive as Scale.Until or Action.Until lets an instance that is started ahead
// stay as its keep-alive says, from when it is ready.
const AsKeepAlive Time = -2

// Fate is what happens to an idle instance at the end of its keep-alive.
type Fate uint8

const (
	// Stop ends it.
	Stop Fate = iota
	// Pause freezes it: what serves next waits for Platform.Resume.
	Pause
	// Demote leaves the phases of its initialisation before a layer: what
	// serves next waits for the rest.
	Demote
)

// Stage is what is left of an instance.
type Stage uint8

// The stages.
const (
	Whole Stage = iota
	Paused
	Demoted
	// Shared: it belongs to no function, but to its platform's SharedPool, and has gone
	// through the phases before a layer. Its Life names the first function that it could serve.
	Shared
)

// Decision is what a keep-alive policy says of an instance that became idle.
type Decision struct {
	// Until is how long the instance stays idle before it stops, as an
	// absolute time. It still serves an arrival at exactly that time.
	// StopNow stops it at once, Never keeps it.
	Until Time
	// Then is what happens at Until. Where the instance does not stop, the
	// policy is asked again, about the stage that begins.
	Then Fate
	// Share, with Demote, gives it to the SharedPool that the policy is; the functions of
	// its runtime may take it, and those of others where Layer is PhaseRuntime or before.
	Share bool
	// Layer is, with Demote, the first phase of its initialisation that the
	// instance has to go through again; Memory, with Pause or Demote, the MiB
	// that it holds from then on, 0 for what it held.
	Layer  Phase
	Memory int64
	// PrewarmFrom, where it is > 0, starts an instance of the deployment at
	// that time, unless a request arrives before or an instance is there. The
	// newest decision of a deployment replaces the ones before it.
	PrewarmFrom Time
	// PrewarmUntil is how long that instance stays if no request uses it.
	PrewarmUntil Time
}

// KeepAlive says how long an instance stays warm.
type KeepAlive interface {
	// Idle is asked when the last request of an instance has ended, and when a
	// stage of it begins that an earlier answer asked for.
	Idle(v View, in Instance, now Time) Decision
}

// FixedKeepAlive is a KeepAlive that always decides the same: to stop an
// instance when it has been idle for a fixed time. The kernel then need not ask.
type FixedKeepAlive interface {
	KeepAlive
	// Fixed returns that time, 0 or more: Idle's Until less now; Never where
	// Until is Never.
	Fixed() Time
}

// ArrivalListener is a policy that wants to see each arrival of its scope,
// before the request is admitted; v.InFlight does not count it yet.
type ArrivalListener interface {
	Arrived(v View, now Time)
}

// OfflineKeepAlive is a bound, not a policy: it knows how long each instance
// will be idle before its next use. Its deployments reuse the most recent
// instance whatever the platform says, and Idle is never asked.
type OfflineKeepAlive interface {
	KeepAlive
	// Keep reports whether an idle gap of that length is bridged. A gap that
	// is not bridged holds no instance at all, and the request after it, which is
	// asked about once, is cold.
	Keep(v View, gap Time) bool
	// Prewarm reports whether each initialisation is timed to end just when
	// its request arrives.
	Prewarm() bool
}

// KeepAliveFactory makes the keep-alive policies of a run.
type KeepAliveFactory interface {
	Scope() Scope
	New(g Group) KeepAlive
}

// Action is what a prewarm policy wants done now.
type Action struct {
	// Provisioned is the standing floor from now on: that many instances of
	// the deployment never stop, whatever keep-alive says.
	Provisioned int
	// Pings is how many requests to send now, all at the same time, so that
	// each takes another instance.
	Pings int
	// PingService is the service time of each ping.
	PingService Time
	// Start is how many instances to start now beyond those that are there.
	Start int
	// Until is how long a started instance stays if no request uses it, as an
	// absolute time, or AsKeepAlive.
	Until Time
	// Next is when to be asked again; Never: not again.
	Next Time
}

// Prewarm starts instances before they are needed.
type Prewarm interface {
	// Tick is asked at time 0, and then whenever its last answer said. What
	// is started at time 0 is ready at time 0.
	Tick(v View, now Time) Action
}

// PrewarmFactory makes the prewarm policies of a run, one a deployment.
type PrewarmFactory interface {
	New(g Group) Prewarm
}

// Scaling says how many instances to start.
type Scaling interface {
	// Start is asked when a request finds no free slot; the request is
	// counted in v.Waiting. It returns how many instances to start.
	Start(v View, now Time) int
}

// ScalingFactory makes the scaling policies of a run, one a deployment.
type ScalingFactory interface {
	New(g Group) Scaling
}
