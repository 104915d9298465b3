package clients

import (
	"slices"

	"github.com/coldcurve/coldcurve/sim"
)

// Retries makes the retries of a run, as its sim.FollowerFactory.
type Retries struct {
	functions []retrying
}

// forgotten is when nobody asks again any more, which only time-outs and backoffs
// of years reach: no workload is longer than half of it.
const forgotten = 2 * sim.Longest

// retrying is a function's client and what it draws from.
type retrying struct {
	Client
	draws sim.Stream
}

var _ sim.FollowerFactory = (*Retries)(nil)

// NewRetries returns the retries of one run. list has the client of each function.
// It returns nil where no client retries: nothing follows then.
func NewRetries(list []Client, functions []sim.Function, key sim.RunKey) sim.FollowerFactory {
	if !slices.ContainsFunc(list, func(c Client) bool { return c.Retries > 0 }) {
		return nil
	}
	r := &Retries{make([]retrying, len(list))}
	for i := range list {
		r.functions[i] = retrying{list[i], sim.NewStream(key, sim.PurposeBackoff, functions[i].Key())}
	}
	return r
}

// Joined implements sim.FollowerFactory: a retry stays with its function.
func (r *Retries) Joined() [][]uint32 { return nil }

// New implements sim.FollowerFactory. It keeps nothing, so all shards share it.
func (r *Retries) New() sim.Follower { return r }

// Ran implements sim.FollowerFactory.
func (r *Retries) Ran([]sim.Follower) {}

// Ended makes the retry of a request that its client asks again.
func (r *Retries) Ended(e sim.End, next *sim.Next) {
	c := &r.functions[e.Function]
	if int(e.Attempt) >= c.Retries || !c.On.holds(e.Status) {
		return
	}
	wait := c.backoff(int(e.Attempt))
	if c.Jitter == FullJitter {
		wait = sim.Time(float64(wait) * c.draws.Attempt(uint64(e.Attempt)).Uniform(e.Key))
	}
	if e.Now+wait > forgotten {
		return
	}
	next.Arrive(sim.Arrival{
		Invocation: sim.Invocation{Arrival: e.Now + wait, Service: e.Service, Function: e.Function, Attr: e.Attr},
		Key:        e.Key, Parent: e.Parent, Attempt: e.Attempt + 1, Counts: e.Counts,
	})
}
