package estimate

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/sim"
)

// Fault says why a plan does not serve the load.
type Fault struct {
	Reason string `json:"reason"`
	// Quota is the limit on concurrent requests that would do, and Total the
	// bill then; 0 where no quota would.
	Quota int    `json:"quota,omitempty"`
	Total string `json:"total,omitempty"`

	totals  []float64 // of the bills then, in the currency of comparison
	rejects bool      // a quota is the reason
}

// fault looks whether a plan serves every request, and no longer after it came
// than it takes. outcomes are those of its likely load. nil: it does.
func (s *subject) fault(row *results.Row) *Fault {
	if why := cmp.Or(s.beyondQuota(), s.neverReady()); why != "" {
		return &Fault{Reason: why}
	}
	if lost := defined(row, "error_ratio"); lost > 0 {
		f := &Fault{Reason: fmt.Sprintf("it fails %s of the requests", Percent(lost))}
		if cut := defined(row, "timed_out"); cut > 0 && s.platform.Sim.Timeout > 0 {
			f.Reason = fmt.Sprintf("%s cuts off %s of the requests", s.cutoff(), Percent(cut/defined(row, "arrivals")))
		}
		limit := s.quota()
		if rejected := defined(row, "rejected"); rejected > 0 && limit > 0 {
			f.Reason = fmt.Sprintf("a quota of %d concurrent requests rejects %s of them", limit, Percent(rejected/defined(row, "arrivals")))
			f.rejects = true
		}
		return f
	}
	if why := s.queue(row); why != "" {
		return &Fault{Reason: why}
	}
	return nil
}

// unreserved is what of an account's quota on Lambda provisioned concurrency
// leaves to functions that have none.
const unreserved = 100

// beyondQuota says that there are more standing instances than the account's
// quota on concurrent requests lets be provisioned; "" where there are not.
func (s *subject) beyondQuota() string {
	quota := s.platform.Sim.Limit.Account
	if quota == 0 || s.provisioned*len(s.functions) <= max(0, quota-unreserved) {
		return ""
	}
	all := fmt.Sprintf("%d are asked for", s.provisioned)
	if n := len(s.functions); n > 1 {
		all = fmt.Sprintf("%d for each of %d functions are asked for", s.provisioned, n)
	}
	return fmt.Sprintf("of a quota of %d concurrent requests %d can be provisioned, since %d stay for functions without: %s",
		quota, max(0, quota-unreserved), unreserved, all)
}

// queue says that a plan cannot keep up with its load; "" where it can.
// Requests that wait for an instance wait longer and longer where these
// cannot, over a short window as over a long one.
func (s *subject) queue(row *results.Row) string {
	wait := defined(row, "wait_mean_s") - defined(row, "cold_ratio")*defined(row, "init_mean_s")
	if wait <= min(longWait, max(shortWait, float64(s.load.window.Length())/float64(sim.Second)/20)) {
		return ""
	}
	return fmt.Sprintf("its instances cannot keep up: requests wait %s on average, and longer the longer it runs", Seconds(wait))
}

// defined returns the mean of a column, 0 where it has none.
func defined(row *results.Row, name string) float64 {
	x, _ := row.Stat(name)
	if math.IsNaN(x.Mean) {
		return 0
	}
	return x.Mean
}

// faults looks at the plans of trials that have run.
func (r *runner) faults(ctx context.Context, trials []trial) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(max(1, r.options.Workers))
	for i := range trials {
		t := &trials[i]
		if t.skipped != nil {
			continue
		}
		row := rowOf(t.likely, nil)
		if t.fault = t.subjects[likely].fault(&row); t.fault != nil {
			g.Go(func() error { return r.quota(ctx, t) })
		}
	}
	return g.Wait()
}

// Mean waits beyond what is taken for a queue that grows, in seconds: over a
// window of twenty minutes and more, and of less than two.
const (
	longWait  = 60
	shortWait = 5
)

// quotaStep is what quotas are rounded up to.
const quotaStep = 100

// quota finds the limit on concurrent requests under which no replication
// would have rejected one, and the bill then.
func (r *runner) quota(ctx context.Context, t *trial) error {
	s := t.subjects[likely]
	if s.quota() == 0 {
		return nil
	}
	free := *s
	platform := *s.platform
	free.platform = &platform
	free.platform.Sim.Limit.Account = 0
	if err := free.provision(r.in); err != nil { // as many as the load would have
		return err
	}
	most := free.provisioned * len(free.functions)
	var bills []*outcome
	for n := range t.likely {
		var c concurrency
		o, err := free.run(ctx, r.in.key(n), simulation{also: &c})
		if err != nil {
			return err
		}
		most, bills = max(most, c.peak()), append(bills, o)
	}
	if row := rowOf(bills, nil); free.fault(&row) != nil {
		return nil // it is not for want of a quota
	}
	if s.provisioned > 0 {
		most = max(most, s.provisioned*len(s.functions)+unreserved)
	}
	t.fault.Quota = (most + quotaStep - 1) / quotaStep * quotaStep
	bill, err := free.bill(median(bills))
	if err != nil {
		return err
	}
	t.fault.totals = totalsOf(bills)
	t.fault.Total = Amount{s.rates.Currency(bill.Currency), median(bills).total}.String()
	return nil
}

// text says it in a clause.
func (f *Fault) text() string {
	if f.Quota == 0 {
		return f.Reason
	}
	return fmt.Sprintf("%s; it takes one of %d (--account-limit), and then costs %s", f.Reason, f.Quota, f.Total)
}

// concurrency finds the largest number of requests that are under way at once,
// of all functions and whatever limit there is not.
type concurrency struct {
	from, to []sim.Time
}

// Requests implements sim.Observer.
func (c *concurrency) Requests(batch []sim.Outcome) {
	for i := range batch {
		if o := &batch[i]; o.Started {
			c.from, c.to = append(c.from, o.Arrival), append(c.to, o.End)
		}
	}
}

// peak returns it. One that ends when another arrives is over.
func (c *concurrency) peak() (most int) {
	slices.Sort(c.from)
	slices.Sort(c.to)
	ended := 0
	for arrived, at := range c.from {
		for ended < len(c.to) && c.to[ended] <= at {
			ended++
		}
		most = max(most, arrived+1-ended)
	}
	return most
}
