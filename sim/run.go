package sim

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/semaphore"
)

// Pool is the cores that simulations share.
type Pool struct {
	workers int
	tokens  *semaphore.Weighted
}

// NewPool returns a pool of so many workers, at least one.
func NewPool(workers int) *Pool {
	workers = max(1, workers)
	return &Pool{workers: workers, tokens: semaphore.NewWeighted(int64(workers))}
}

// Workers returns the size of the pool.
func (p *Pool) Workers() int { return p.workers }

// Config is one unit of simulation: a workload on its platforms, once.
type Config struct {
	Workload Workload
	// Platforms are what functions run on, and On says which, by function;
	// where On is nil, all run on the first.
	Platforms []Platform
	On        []PlatformID
	Window    Window
	Key       RunKey
	// Follow says what follows from the ends of requests, and where it makes actors, what
	// else happens; nil: nothing.
	Follow FollowerFactory
	// Pool is where the run takes its cores from; nil: it takes one.
	Pool *Pool
	// Observers is called once for each worker that takes part, from one
	// goroutine at a time. The caller merges what they saw.
	Observers func() []Observer

	// general keeps to the general path, and coupled puts all functions in one
	// shard: the twins that shortcuts are tested against.
	general, coupled bool
	most             int // in place of crowdMost, where it is above 0
}

// Summary is what a run was, next to what its observers saw.
type Summary struct {
	// Observers are those of each worker. Which worker saw what is not
	// determined; sums over all of them are.
	Observers [][]Observer
	Arrivals  int64 // of requests, those that the simulation made too; pings apart
	// Clamped counts the durations of services, phases and resumes that are at
	// the bound, Longest: what was drawn beyond it was taken as that.
	Clamped int64
	Shards  int
	// Coupled is true where functions ran in one shard because an account
	// limit that binds joins them.
	Coupled bool

	plain, left int  // shards that took the plain path, and those that left it before their end
	joint       int  // shards that took the joint path
	closer      bool // the account limit was certified by a closer look at some seconds
}

// Run simulates one unit. It returns an error where the configuration or an
// invocation makes no sense, a source fails, or ctx is done.
//
// Where an account limit is set, the run first takes it not to bind, and sums
// the largest concurrency of each shard in each second. Where a sum passes the
// limit, those seconds are looked at in hundredths, and only if a sum still
// does, the functions of that platform run again, coupled.
func Run(ctx context.Context, c Config) (Summary, error) {
	if err := c.validate(); err != nil {
		return Summary{}, err
	}
	if c.Pool == nil {
		c.Pool = NewPool(1)
	}
	enforced := make([]bool, len(c.Platforms))
	coupled := false
	for {
		r := newRun(&c, enforced, c.Observers)
		sum, err := r.execute(ctx)
		sum.Coupled = coupled
		var crowd *Crowd
		if errors.As(err, &crowd) && r.uncertified(enforced) {
			coupled = true // the limit that was taken not to bind may keep them fewer
			continue
		}
		if err != nil {
			return sum, err
		}
		binding, err := r.binding(ctx)
		if err != nil || len(binding) == 0 {
			sum.closer = r.looked
			if err == nil && c.Follow != nil {
				c.Follow.Ran(r.followers)
			}
			return sum, err
		}
		for _, k := range binding {
			enforced[k] = true
		}
		coupled = true
	}
}

func (c *Config) validate() error {
	n := len(c.Workload.Functions())
	switch {
	case n == 0:
		return errors.New("simulating: the workload has no functions")
	case n > maxFunctions:
		return fmt.Errorf("simulating: the workload has %d functions, want at most %d", n, maxFunctions)
	case c.Window.Warmup < 0 || c.Window.Horizon <= c.Window.Warmup || c.Window.Horizon > Longest:
		return fmt.Errorf("simulating: the window [%d, %d) ns is empty or out of range", c.Window.Warmup, c.Window.Horizon)
	case len(c.Platforms) == 0 || len(c.Platforms) > math.MaxUint16:
		return fmt.Errorf("simulating: there are %d platforms, want 1 to %d", len(c.Platforms), math.MaxUint16)
	case c.On != nil && len(c.On) != n:
		return fmt.Errorf("simulating: %d functions have a platform, want all %d", len(c.On), n)
	}
	for f, k := range c.On {
		if int(k) >= len(c.Platforms) {
			return fmt.Errorf("simulating: function %d runs on platform %d of %d", f, k, len(c.Platforms))
		}
	}
	for k := range c.Platforms {
		if err := c.Platforms[k].validate(); err != nil {
			return fmt.Errorf("simulating: platform %d: %w", k, err)
		}
	}
	functions := c.Workload.Functions()
	for f := range functions {
		k := PlatformID(0)
		if c.On != nil {
			k = c.On[f]
		}
		if err := c.checkTold(&functions[f], k); err != nil {
			return fmt.Errorf("simulating: %s: %w", functions[f].ID(), err)
		}
		if err := checkError(&functions[f]); err != nil {
			return fmt.Errorf("simulating: %s: %w", functions[f].ID(), err)
		}
		if functions[f].Outside {
			continue
		}
		if err := c.Platforms[k].checkInit(functions[f].Init); err != nil {
			return fmt.Errorf("simulating: %s: %w", functions[f].ID(), err)
		}
		if err := c.Platforms[k].checkInitErrors(&functions[f]); err != nil {
			return fmt.Errorf("simulating: %s: %w", functions[f].ID(), err)
		}
	}
	if err := checkPatience(functions); err != nil {
		return err
	}
	if c.Follow == nil {
		return nil
	}
	for _, set := range c.Follow.Joined() {
		for _, f := range set {
			if int(f) >= n {
				return fmt.Errorf("simulating: the follower joins function %d of %d", f, n)
			}
		}
	}
	return nil
}

// checkTold refuses a function of which an actor is to be told, where it cannot be.
func (c *Config) checkTold(f *Function, k PlatformID) error {
	switch {
	case !f.Outside && !f.Open:
	case f.Outside && f.Open:
		return errors.New("it is outside, where nothing is served, and open")
	case c.Follow == nil:
		return errors.New("it is outside or open, and the run has no actor")
	case f.Open && c.Platforms[k].Server != nil:
		if _, ok := c.Platforms[k].Server.(OpenFactory); !ok {
			return fmt.Errorf("it is open, and platform %d has servers, which end services by themselves", k)
		}
	}
	return nil
}

func (p *Platform) validate() error {
	switch {
	case p.KeepAlive == nil:
		return errors.New("it has no keep-alive policy")
	case p.Dispatch == QueueDispatch && p.Scaling == nil:
		return errors.New("it has queue dispatch and no scaling policy")
	case p.Limit.Ramp.Burst > 0 && p.Limit.Ramp.Period > maxTime/Time(p.Limit.Ramp.Burst):
		return fmt.Errorf("a ramp of %d in %d ns is out of range", p.Limit.Ramp.Burst, p.Limit.Ramp.Period)
	case !p.Limit.Requests.Fits(p.Limit.Account) || !p.Limit.Requests.Fits(p.Limit.Function):
		return fmt.Errorf("%d requests in %d ns for each of %d and %d at a time are out of range", p.Limit.Requests.Burst, p.Limit.Requests.Period, p.Limit.Account, p.Limit.Function)
	case p.Limit.QueueStarts != 0 && (!(p.Limit.QueueStarts > 0) || p.Dispatch != QueueDispatch):
		return fmt.Errorf("a request may wait for %v mean starts, want it above 0, with queue dispatch", p.Limit.QueueStarts)
	}
	if err := p.checkInit(p.Init); err != nil {
		return err
	}
	if p.MilliGPU < 0 {
		return fmt.Errorf("an instance has %d thousandths of a GPU, want 0 or more", p.MilliGPU)
	}
	if err := p.Cluster.validate(); err != nil {
		return err
	}
	if err := p.checkShared(); err != nil {
		return err
	}
	if err := p.validateBalance(); err != nil {
		return err
	}
	for _, l := range []struct {
		name  string
		value int
	}{
		{"concurrency", p.Concurrency}, {"account limit", p.Limit.Account}, {"function limit", p.Limit.Function},
		{"instance limit", p.Limit.Instances}, {"limit of the fleet", p.Limit.Fleet}, {"queue limit", p.Limit.Queue}, {"ramp's burst", p.Limit.Ramp.Burst},
	} {
		if l.value < 0 || l.value > math.MaxInt32 {
			return fmt.Errorf("the %s is %d, want 0 to %d", l.name, l.value, math.MaxInt32)
		}
	}
	return nil
}

// run is one pass over the parts of a partition.
type run struct {
	config    *Config
	plan      *partition
	enforced  []bool      // by platform: its account limit is enforced
	grids     []*peakGrid // by platform: where its account limit is to be certified
	observers func() []Observer

	followers []Follower // by part, where something follows

	next   atomic.Int64 // the next part
	mu     sync.Mutex
	sum    Summary
	peaks  []*peaks // by platform
	looked bool     // at some seconds closer
	failed int      // the lowest part that failed
	err    error
}

// newRun readies a pass. A platform whose functions share a part has its
// account limit enforced there. For others, where it is not enforced it is to
// be certified; for one function alone too, since that is the fast way.
func newRun(c *Config, enforced []bool, observers func() []Observer) *run {
	r := &run{config: c, plan: newPartition(c, enforced), enforced: slices.Clone(enforced), observers: observers,
		grids: make([]*peakGrid, len(c.Platforms)), peaks: make([]*peaks, len(c.Platforms))}
	if c.Follow != nil {
		r.followers = make([]Follower, len(r.plan.parts))
	}
	for k := range c.Platforms {
		switch {
		case c.Platforms[k].Limit.Account == 0 || enforced[k]:
		case r.plan.inOnePart(PlatformID(k)):
			r.enforced[k] = true
		default:
			r.grids[k] = wholeSeconds(c.Window.Horizon)
		}
	}
	return r
}

// execute runs all parts.
func (r *run) execute(ctx context.Context) (Summary, error) {
	tokens := r.config.Pool.tokens
	if err := tokens.Acquire(ctx, 1); err != nil {
		return Summary{}, err
	}
	var helpers sync.WaitGroup
	r.work(ctx, func() {
		if !tokens.TryAcquire(1) {
			return
		}
		helpers.Go(func() {
			defer tokens.Release(1)
			r.work(ctx, func() {})
		})
	})
	tokens.Release(1)
	helpers.Wait()
	r.sum.Shards = len(r.plan.parts)
	return r.sum, r.err
}

// work is one worker: it runs parts until there are none. Before each it calls
// offer, which may send for another worker while there is more to do.
func (r *run) work(ctx context.Context, offer func()) {
	part, ok := r.take()
	if !ok {
		return
	}
	s := r.newWorker()
	for ; ok; part, ok = r.take() {
		if r.next.Load() < int64(len(r.plan.parts)) {
			offer()
		}
		if err := s.guarded(ctx, r.plan.parts[part], r.plan); err != nil {
			r.fail(part, err)
			break
		}
		if r.followers != nil {
			r.followers[part] = s.heard
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sum.Arrivals += s.arrivals
	r.sum.Clamped += s.clamped
	r.sum.plain += s.plainShards
	r.sum.left += s.leftPlain
	r.sum.joint += s.jointShards
	for k := range s.accounts {
		switch p := s.accounts[k].peaks; {
		case p == nil:
		case r.peaks[k] == nil:
			r.peaks[k] = p
		default:
			r.peaks[k].add(p)
		}
	}
}

// refusal is what a contract's other side must not do, thrown from where no
// error can be returned.
type refusal struct{ error }

// guarded runs a part and makes an error of a panic, which can come out of a
// policy, a source or an observer, and would end the process from a worker.
func (s *shard) guarded(ctx context.Context, part []uint32, plan *partition) (err error) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case refusal:
			err = fmt.Errorf("simulating: %w", p.error)
		default:
			err = fmt.Errorf("simulating %s: panic: %v\n%s", plan.functions[part[0]].ID(), p, debug.Stack())
		}
	}()
	return s.run(ctx, part, plan)
}

func (r *run) take() (int, bool) {
	k := r.next.Add(1) - 1
	return int(k), k < int64(len(r.plan.parts))
}

func (r *run) newWorker() *shard {
	r.mu.Lock()
	defer r.mu.Unlock()
	list := r.observers()
	r.sum.Observers = append(r.sum.Observers, list)
	s := newShard(r.config, r.plan, list, r.enforced)
	for k, g := range r.grids {
		if g != nil {
			l := &s.config.Platforms[k].Limit
			s.accounts[k].peaks = newPeaks(g, l.Requests.times(l.Account))
		}
	}
	return s
}

// fail keeps the error of the lowest part and lets no further part begin.
func (r *run) fail(part int, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err == nil || part < r.failed {
		r.failed, r.err = part, err
	}
	r.next.Store(int64(len(r.plan.parts)))
}
