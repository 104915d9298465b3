package clients

import (
	"slices"

	"github.com/coldcurve/coldcurve/sim"
)

// Retries makes the retries of a run, as its sim.FollowerFactory.
type Retries struct {
	functions []retrying
	budgeted  bool // some client has a quota
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
	if !slices.ContainsFunc(list, func(c Client) bool { return c.asks() }) {
		return nil
	}
	r := &Retries{functions: make([]retrying, len(list))}
	for i := range list {
		r.functions[i] = retrying{list[i], sim.NewStream(key, sim.PurposeBackoff, functions[i].Key())}
		r.budgeted = r.budgeted || list[i].Quota.Tokens > 0
	}
	return r
}

// Joined implements sim.FollowerFactory: a retry stays with its function, and so does a
// quota.
func (r *Retries) Joined() [][]uint32 { return nil }

// New implements sim.FollowerFactory. It keeps nothing but what quotas lack.
func (r *Retries) New() sim.Follower {
	f := &follower{of: r}
	if r.budgeted {
		f.budgets = budgets{}
	}
	return f
}

// Ran implements sim.FollowerFactory.
func (r *Retries) Ran([]sim.Follower) {}

// follower makes the retries of a shard.
type follower struct {
	of      *Retries
	budgets budgets // nil: no client has a quota
}

// past is what a retry has behind it, and carries as its parent: no other knows of it.
type past struct {
	rejected uint16 // attempts that were, where these count by themselves
	cost     uint16 // what it took of its quota itself
}

func pastOf(parent uint64) past { return past{uint16(parent), uint16(parent >> 16)} }
func (p past) parent() uint64   { return uint64(p.rejected) | uint64(p.cost)<<16 }

// apart reports whether retries after rejections count by themselves.
func (c *Client) apart() bool { return c.Throttled != nil && c.Throttled.Retries != Shared }

// tooOld reports whether an attempt so long after the first comes too late.
func (c *Client) tooOld(age sim.Time) bool { return c.MaxAge > 0 && age > c.MaxAge }

// Ended makes the retry of a request that its client asks again.
func (f *follower) Ended(e sim.End, next *sim.Next) {
	c := &f.of.functions[e.Function]
	p := pastOf(e.Parent)
	if e.Status == sim.Completed && c.Quota.Tokens > 0 {
		f.answered(c, &e, p)
	}
	how := way(&e.Outcome)
	if how&c.On == 0 {
		return
	}
	n, most, b := int(e.Attempt), c.Retries, &c.Backoff
	if c.apart() {
		n -= int(p.rejected)
	}
	if how == OnRejected && c.Throttled != nil {
		b = &c.Throttled.Backoff
		if c.apart() {
			n, most = int(p.rejected), c.Throttled.Retries
			p.rejected++
		}
	}
	if n >= most {
		return
	}
	wait := b.Wait(n, func(k int) float64 { return c.draws.Attempt(uint64(int(e.Attempt) - n + k)).Uniform(e.Key) })
	at := e.Now + wait
	if at > forgotten || c.tooOld(at-e.Arrival+e.Earlier) {
		return
	}
	if c.Quota.Tokens > 0 {
		cost := c.Quota.cost(how)
		if !f.budgets.take(&c.Quota, c.Quota.bucketOf(e.Function, e.Key), cost) {
			return
		}
		p.cost = uint16(cost)
	}
	next.Arrive(sim.Arrival{
		Invocation: sim.Invocation{Arrival: at, Service: e.Service, Function: e.Function, Attr: e.Attr},
		Key:        e.Key, Parent: p.parent(), Attempt: e.Attempt + 1, Counts: e.Counts,
	})
}

// answered brings back to a quota what an answer is worth.
func (f *follower) answered(c *retrying, e *sim.End, p past) {
	n := c.Quota.Success
	if e.Attempt > 0 {
		n = int(p.cost)
	}
	f.budgets.giveBack(c.Quota.bucketOf(e.Function, e.Key), n)
}
