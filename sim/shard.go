package sim

import (
	"context"
	"errors"
	"fmt"
	"io"
)

// Batch sizes: an outcome batch and a source buffer of 12 kB each stay in the
// first-level cache together with a shard's own state.
const (
	sourceBatch  = 512
	outcomeBatch = 256
	recordBatch  = 64
)

// maxTime bounds arrivals and durations of a source, so that the sum of any
// two is a Time.
const maxTime Time = 1 << 61

// function is what a shard keeps of a function for each of its invocations.
type function struct {
	id      uint32
	dep     uint32 // local index
	ordinal uint32 // of its next invocation
	hasCold bool   // its cold requests have a service time of their own
	timeout Time
}

// startSpec is what a cold start of a function needs.
type startSpec struct {
	init Init
	cold Sampler
	key  uint64
}

// shard runs one set of functions that nothing outside it can influence. A
// worker uses one shard after another on the same memory.
type shard struct {
	config    *Config
	platform  *Platform
	window    Window
	all       []Function
	local     []uint32 // function index → local index, of the functions in the shard
	fns       []function
	starts    []startSpec // of each of fns
	deps      []deployment
	instances []instance
	births    []birth // of each of instances
	free      []uint32
	queue     queue
	now       Time
	inFlight  int32    // requests being initialised for or served
	present   int32    // requests that have arrived and not ended
	peaks     *peaks   // nil where there is no account limit to certify
	account   int32    // the account limit to enforce; 0: none
	blocked   []uint32 // deployments that the account limit holds back, in order

	fromStart  bool // the reuse rule takes the first on a shelf
	byCreation bool // shelves are in the order of creation

	single    bool // one slot an instance and nothing ever waits for another's end
	unlimited bool // no limit on requests

	plain   plain
	general bool // never take the plain path

	input      []Invocation
	outcomes   *[outcomeBatch]Outcome
	recorded   int // of outcomes
	lives      []Life
	activities []Activity
	observers  observers
	arrivals   int64
	touched    Time // keeps the loads of touch
}

// observers are a worker's observers by what they want.
type observers struct {
	requests   []Observer
	lives      []LifeObserver
	activities []ActivityObserver
	shards     []ShardObserver
}

func sortObservers(list []Observer) observers {
	o := observers{requests: list}
	for _, x := range list {
		if l, ok := x.(LifeObserver); ok {
			o.lives = append(o.lives, l)
		}
		if a, ok := x.(ActivityObserver); ok {
			o.activities = append(o.activities, a)
		}
		if s, ok := x.(ShardObserver); ok {
			o.shards = append(o.shards, s)
		}
	}
	return o
}

// newShard readies a worker; account is the account limit to enforce.
func newShard(c *Config, plan *partition, list []Observer, account int) *shard {
	p := &c.Platform
	limited := p.Limit.Function > 0 || p.Limit.Instances > 0 || p.Limit.Ramp != Ramp{} || account > 0
	return &shard{
		account:    int32(account),
		fromStart:  p.Reuse == Oldest || p.Reuse == LeastRecent,
		byCreation: p.Reuse == Oldest || p.Reuse == Newest,
		single:     p.Concurrency <= 1 && p.Dispatch == BoundDispatch && (!limited || p.Limit.Over == RejectOver),
		unlimited:  p.Limit.Function == 0 && account == 0,
		config:     c,
		platform:   &c.Platform,
		window:     c.Window,
		all:        plan.functions,
		local:      make([]uint32, len(plan.functions)),
		input:      make([]Invocation, sourceBatch),
		outcomes:   new([outcomeBatch]Outcome),
		lives:      make([]Life, 0, recordBatch),
		activities: make([]Activity, 0, recordBatch),
		observers:  sortObservers(list),
	}
}

// run runs the functions of one part of the partition.
func (s *shard) run(ctx context.Context, part []uint32, plan *partition) (err error) {
	s.setUp(part, plan)
	s.plain.on = s.plainFor()
	s.plain.busy.reset()
	source, err := s.config.Workload.Open(s.config.Key, part)
	if err != nil {
		return fmt.Errorf("opening the invocations of %s: %w", s.all[part[0]].ID(), err)
	}
	defer func() { err = errors.Join(err, closeSource(source)) }()
	if err := s.replay(ctx, source); err != nil {
		return err
	}
	s.finish()
	for _, o := range s.observers.shards {
		o.ShardDone(part)
	}
	return nil
}

// replay merges the arrivals of the source with the queue of pending events.
func (s *shard) replay(ctx context.Context, source Source) error {
	for {
		n, err := source.Next(s.input)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("reading invocations: %w", err)
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		batch := s.input[:n]
		if s.plain.on {
			batch = batch[s.replayPlain(batch):]
		}
		for i := range batch {
			if i%lookAhead == 0 && len(s.fns) > 1 {
				s.touch(batch[i:min(i+lookAhead, len(batch))])
			}
			inv := &batch[i]
			if inv.Arrival >= s.window.Horizon {
				return nil
			}
			if inv.Arrival < s.now || uint64(inv.Service) > uint64(maxTime) {
				return s.refuse(inv)
			}
			for s.queue.due(inv.Arrival) {
				s.step()
			}
			s.now = inv.Arrival
			s.arrive(inv)
		}
	}
}

// lookAhead is how many invocations touch looks at: what they need stays in
// the first-level cache until they are reached.
const lookAhead = 64

// touch reads what the next invocations of many functions will need. Its loads
// do not depend on each other, so the cache misses that would stall each
// invocation in turn overlap.
func (s *shard) touch(batch []Invocation) {
	var sum Time
	for i := range batch {
		d := &s.deps[s.fns[s.local[batch[i].Function]].dep]
		sum += d.earliest + d.planUntil + d.memory
		if ids := d.idle.all(); len(ids) > 0 {
			sum += s.instances[ids[len(ids)-1]].idle
		}
	}
	s.touched = sum
}

func (s *shard) refuse(inv *Invocation) error {
	name := s.all[inv.Function].ID()
	if inv.Arrival < s.now {
		return fmt.Errorf("invocation of %s arrives at %d ns, after one at %d ns was read: arrivals must not go backwards", name, inv.Arrival, s.now)
	}
	return fmt.Errorf("invocation of %s has a service time of %d ns, want 0 to %d", name, inv.Service, maxTime)
}

// step takes the next event from the queue and carries it out.
func (s *shard) step() {
	e := s.queue.pop()
	s.now = e.at
	switch e.class() {
	case classCompletion:
		s.complete(&s.deps[e.gen], e.ref, e.at)
	case classReady:
		s.becomeReady(e)
	case classDeadline:
		s.deadline(e)
	case classPrewarm:
		s.startPlanned(e)
	case classTick:
		s.tick(&s.deps[e.ref])
	}
}

// finish lets what is under way end, after the last arrival.
func (s *shard) finish() {
	if s.plain.on {
		s.leavePlain(&s.deps[0])
	}
	for len(s.queue.heap) > 0 {
		s.step()
	}
	for k := range s.deps {
		s.close(&s.deps[k])
	}
	if s.peaks != nil {
		s.peaks.end()
	}
	s.flushOutcomes()
	s.flushLives()
	s.flushActivities()
}

// close ends a deployment at the end of the run. What of it depends on when
// that was depends on the deployment alone, not on others in the shard.
func (s *shard) close(d *deployment) {
	horizon := s.window.Horizon
	for d.waiting.len() > 0 {
		w := d.waiting.pop()
		s.emit(&w, horizon, horizon, 0, Unfinished, 0, false)
	}
	for _, id := range d.idle.all() {
		in := &s.instances[id]
		if d.offline != nil {
			s.stop(d, id, in.idleSince) // never used again: the bound held it no longer
			continue
		}
		if in.until > horizon {
			in.flags |= Live
		}
		s.stop(d, id, min(in.until, max(horizon, in.idleSince)))
	}
	for _, id := range d.floor.all() {
		in := &s.instances[id]
		in.flags |= Live
		s.stop(d, id, max(horizon, in.idleSince))
	}
}

func (s *shard) flushOutcomes() {
	if s.recorded == 0 {
		return
	}
	for _, o := range s.observers.requests {
		o.Requests(s.outcomes[:s.recorded])
	}
	s.recorded = 0
}

func (s *shard) flushLives() {
	if len(s.lives) == 0 {
		return
	}
	for _, o := range s.observers.lives {
		o.Lives(s.lives)
	}
	s.lives = s.lives[:0]
}

func (s *shard) flushActivities() {
	if len(s.activities) == 0 {
		return
	}
	for _, o := range s.observers.activities {
		o.Activities(s.activities)
	}
	s.activities = s.activities[:0]
}
