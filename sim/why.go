package sim

// StopCause is why an instance stopped.
type StopCause uint8

// The causes of a stop.
const (
	NotStopped  StopCause = iota // it had not at the horizon, or this stage of its life is not the last
	Expired                      // its keep-alive or its age was over
	Evicted                      // another needed its room on a node
	ScaledIn                     // an autoscaler let it go, or a floor is lower
	NodeFailed                   // with its node
	NodeDrained                  // for the sake of its node
	InitFailed                   // its initialisation failed
	numStopCauses
)

// NumStopCauses is how many there are.
const NumStopCauses = int(numStopCauses)

var stopNames = [NumStopCauses]string{"not stopped", "expired", "evicted", "scaled in", "node failed", "node drained", "initialisation failed"}

// String returns the cause as tables have it.
func (c StopCause) String() string { return stopNames[c] }

// ColdCause is why a cold request found no instance: what made the deployment start, or
// wake, the one that it waited for. Where as many instances have been there at a time as
// there are with the one that starts, the reason is why that many are no more.
type ColdCause uint8

// The causes of a cold start.
const (
	NotCold          ColdCause = iota
	FirstUse                   // the deployment has not had an instance before
	Burst                      // it has not had so many at a time
	AfterExpiry                // they were as many, until the keep-alive of one was over
	AfterEviction              // until one was evicted
	AfterScaleIn               // until an autoscaler let one go
	AfterOutage                // until a node failed or was drained
	AfterPause                 // it is there, and was paused or demoted
	AfterInitFailure           // until the initialisation of one failed
	numColdCauses
)

// NumColdCauses is how many there are, NotCold too.
const NumColdCauses = int(numColdCauses)

var coldNames = [NumColdCauses]string{"not cold", "first use", "burst", "expiry", "eviction", "scale-in", "outage", "pause", "init failure"}

// String returns the cause as tables have it.
func (c ColdCause) String() string { return coldNames[c] }

// afterStop is what a start is for that takes the place of an instance which stopped so.
var afterStop = [NumStopCauses]ColdCause{NotStopped: Burst, Expired: AfterExpiry, Evicted: AfterEviction, ScaledIn: AfterScaleIn, NodeFailed: AfterOutage, NodeDrained: AfterOutage, InitFailed: AfterInitFailure}

// gains counts an instance that starts among those that may serve, and returns why there
// was none in its place.
func (d *deployment) gains() ColdCause {
	n := d.standing
	d.standing++
	if int(n) < len(d.left) {
		return afterStop[d.left[n]]
	}
	d.left = append(d.left, NotStopped)
	if n == 0 {
		return FirstUse
	}
	return Burst
}

// loses counts one out that stops, or takes no more requests. What has expired without
// being looked at has left before: the caller has settled it.
func (d *deployment) loses(why StopCause) {
	d.standing--
	d.left[d.standing] = why
}

// FailCause is what made a request end as Failed.
type FailCause uint8

// The causes of a failure.
const (
	NotFailed  FailCause = iota
	ByFunction           // its service failed, or its actor said so
	ByInit               // the initialisation that it was bound to failed
	ByNode               // its node failed, where it was served or waited
	ByServer             // the server of its instance could not serve it
	numFailCauses
)

// NumFailCauses is how many there are, NotFailed too.
const NumFailCauses = int(numFailCauses)

var failNames = [NumFailCauses]string{"not failed", "function", "initialisation", "node", "server"}

// String returns the cause as tables have it.
func (c FailCause) String() string { return failNames[c] }

// failureOf returns why a request has failed that ends now.
func (s *shard) failureOf(r *request) FailCause {
	switch {
	case r.status != Failed:
		return NotFailed
	case s.failsBy != NotFailed:
		return s.failsBy
	case r.instance != noInstance && s.broken(r.instance):
		return ByInit
	}
	return ByFunction
}
