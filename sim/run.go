package sim

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime/debug"
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

// Config is one unit of simulation: a workload on a platform, once.
type Config struct {
	Workload Workload
	Platform Platform
	Window   Window
	Key      RunKey
	// Pool is where the run takes its cores from; nil: it takes one.
	Pool *Pool
	// Observers is called once for each worker that takes part, from one
	// goroutine at a time. The caller merges what they saw.
	Observers func() []Observer

	// general keeps to the general path: the twin that shortcuts are tested against.
	general bool
}

// Summary is what a run was, next to what its observers saw.
type Summary struct {
	// Observers are those of each worker. Which worker saw what is not
	// determined; sums over all of them are.
	Observers [][]Observer
	Arrivals  int64
	Shards    int
	// Coupled is true where the functions ran in one shard because a limit
	// or a policy joins them.
	Coupled bool
}

// Run simulates one unit. It returns an error where the configuration or an
// invocation makes no sense, a source fails, or ctx is done.
//
// Where an account limit is set, the run first takes it not to bind and sums
// each shard's largest concurrency in each one-second bucket; only if a sum
// passes the limit do the functions run again, coupled.
func Run(ctx context.Context, c Config) (Summary, error) {
	if err := c.validate(); err != nil {
		return Summary{}, err
	}
	if c.Pool == nil {
		c.Pool = NewPool(1)
	}
	r := &run{config: &c, plan: newPartition(&c.Platform, c.Workload.Functions(), false)}
	sum, within, err := r.execute(ctx)
	if err != nil || within {
		return sum, err
	}
	r = &run{config: &c, plan: newPartition(&c.Platform, c.Workload.Functions(), true), account: c.Platform.Limit.Account}
	sum, _, err = r.execute(ctx)
	sum.Coupled = true
	return sum, err
}

func (c *Config) validate() error {
	p := &c.Platform
	switch n := len(c.Workload.Functions()); {
	case n == 0:
		return errors.New("simulating: the workload has no functions")
	case n > maxFunctions:
		return fmt.Errorf("simulating: the workload has %d functions, want at most %d", n, maxFunctions)
	case c.Window.Warmup < 0 || c.Window.Horizon <= c.Window.Warmup || c.Window.Horizon > maxTime:
		return fmt.Errorf("simulating: the window [%d, %d) ns is empty or out of range", c.Window.Warmup, c.Window.Horizon)
	case p.KeepAlive == nil:
		return errors.New("simulating: the platform has no keep-alive policy")
	case p.Dispatch == QueueDispatch && p.Scaling == nil:
		return errors.New("simulating: a platform with queue dispatch has no scaling policy")
	case p.Limit.Ramp.Burst > 0 && p.Limit.Ramp.Period > maxTime/Time(p.Limit.Ramp.Burst):
		return fmt.Errorf("simulating: a ramp of %d in %d ns is out of range", p.Limit.Ramp.Burst, p.Limit.Ramp.Period)
	}
	for _, l := range []struct {
		name  string
		value int
	}{
		{"concurrency", p.Concurrency}, {"account limit", p.Limit.Account}, {"function limit", p.Limit.Function},
		{"instance limit", p.Limit.Instances}, {"queue limit", p.Limit.Queue}, {"ramp's burst", p.Limit.Ramp.Burst},
	} {
		if l.value < 0 || l.value > math.MaxInt32 {
			return fmt.Errorf("simulating: the %s is %d, want 0 to %d", l.name, l.value, math.MaxInt32)
		}
	}
	return nil
}

// run is one pass over the parts of a partition.
type run struct {
	config  *Config
	plan    *partition
	account int // the limit to enforce; 0: none, and peaks are recorded where the platform has one

	next   atomic.Int64 // the next part
	mu     sync.Mutex
	sum    Summary
	peaks  *peaks
	failed int // the lowest part that failed
	err    error
}

// execute runs all parts and reports whether the account limit was kept.
func (r *run) execute(ctx context.Context) (Summary, bool, error) {
	tokens := r.config.Pool.tokens
	if err := tokens.Acquire(ctx, 1); err != nil {
		return Summary{}, false, err
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
	within := r.peaks == nil || r.peaks.within(r.config.Platform.Limit.Account)
	return r.sum, within, r.err
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
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sum.Arrivals += s.arrivals
	if s.peaks != nil {
		if r.peaks == nil {
			r.peaks = s.peaks
		} else {
			r.peaks.add(s.peaks)
		}
	}
}

// guarded runs a part and makes an error of a panic, which can come out of a
// policy, a source or an observer, and would end the process from a worker.
func (s *shard) guarded(ctx context.Context, part []uint32, plan *partition) (err error) {
	defer func() {
		if p := recover(); p != nil {
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
	list := r.config.Observers()
	r.sum.Observers = append(r.sum.Observers, list)
	s := newShard(r.config, r.plan, list, r.account)
	s.general = r.config.general
	if r.account == 0 && r.config.Platform.Limit.Account > 0 {
		s.peaks = newPeaks(r.config.Window.Horizon)
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
