package experiments

import (
	"context"
	"errors"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/clients"
)

// Unit is one simulation: a workload on its platforms, once, seen by a recorder
// and by meters.
type Unit struct {
	Workload  sim.Workload
	Platforms []sim.Platform
	On        []sim.PlatformID // what each function runs on; nil: the first
	Window    sim.Window
	Epoch     sim.Time // when time 0 is, in ns since 1970-01-01T00:00:00Z
	Goodput   results.Goodput
	Stores    []string // names of the platforms' stores, nearest first
	Key       sim.RunKey
	// Clients are those of each function, whose Patience is their Timeout; nil:
	// none gives up or asks again.
	Clients []clients.Client
	// Follow says what follows from the ends of requests, in place of Clients; nil: they do.
	Follow sim.FollowerFactory
	// Meters makes the meters of one worker: each time the same ones in the
	// same order, that have counted nothing.
	Meters func() ([]costmodel.Meter, error)
	// Sums asks for sums and quantiles alone: no series over time, and no peak
	// of instances. The memory that a run takes does then not grow with its window.
	Sums bool
	// Busy, where it is set, is told when requests were served.
	Busy *Busy
	// Blocks, where it is set, makes what counts requests by block of the window.
	Blocks func() *results.BlocksRecorder
}

// observation is what one worker sees of a unit.
type observation struct {
	recorder *results.Recorder
	meters   []costmodel.Meter
	busy     *Busy                   // nil: nobody watches
	blocks   *results.BlocksRecorder // nil: nobody asks
}

// observe returns an observation that has seen nothing.
func (u *Unit) observe() (*observation, error) {
	newRecorder := results.NewRecorder
	if u.Sums {
		newRecorder = results.NewSumsRecorder
	}
	concurrency := 0
	for i := range u.Platforms {
		concurrency = max(concurrency, u.Platforms[i].Concurrency)
	}
	recorder, err := newRecorder(results.Config{
		Window: u.Window, Epoch: u.Epoch, Functions: u.Workload.Functions(), Concurrency: concurrency, Goodput: u.Goodput,
		Stores: u.Stores, Clients: u.Clients != nil,
	})
	if err != nil {
		return nil, err
	}
	meters, err := u.Meters()
	o := &observation{recorder: recorder, meters: meters}
	if u.Busy != nil {
		o.busy = new(Busy)
	}
	if u.Blocks != nil {
		o.blocks = u.Blocks()
	}
	return o, err
}

func (o *observation) observers(also []sim.Observer) []sim.Observer {
	list := append([]sim.Observer{o.recorder.Observer()}, also...)
	for _, m := range o.meters {
		list = append(list, m)
	}
	if o.busy != nil {
		list = append(list, o.busy)
	}
	if o.blocks != nil {
		list = append(list, o.blocks)
	}
	return list
}

// Run simulates the unit on cores of the pool (nil: one core), and returns its
// record without bills, and the meters with what all workers counted. The
// observers in also are shared by the workers; where a limit binds and the run
// is made again, they are told again.
func (u *Unit) Run(ctx context.Context, pool *sim.Pool, also ...sim.Observer) (*results.Replication, []costmodel.Meter, error) {
	var seen []*observation
	var failed error
	platforms, err := u.rehearsed(ctx, pool)
	if err != nil {
		return nil, nil, err
	}
	sum, err := sim.Run(ctx, sim.Config{
		Workload: u.Workload, Platforms: platforms, On: u.On, Window: u.Window, Key: u.Key, Pool: pool, Follow: u.follow(),
		Observers: func() []sim.Observer {
			o, err := u.observe()
			if err != nil {
				failed = err
				return nil
			}
			seen = append(seen, o)
			for _, a := range also {
				if a, ok := a.(Onlooker); ok {
					a.Begin()
				}
			}
			return o.observers(also)
		},
	})
	if err := errors.Join(failed, err); err != nil {
		return nil, nil, err
	}
	// A run whose account limit binds is made again: the last workers are of
	// the pass that counts.
	last := seen[len(seen)-len(sum.Observers):]
	if u.Busy != nil {
		u.Busy.spans = nil
		for _, o := range last {
			u.Busy.spans = append(u.Busy.spans, o.busy.spans...)
		}
	}
	r, meters, err := merge(last)
	if err == nil {
		r.Clamped = uint64(sum.Clamped)
	}
	return r, meters, err
}

// merge adds up what the workers saw.
func merge(seen []*observation) (*results.Replication, []costmodel.Meter, error) {
	all := seen[0]
	for _, o := range seen[1:] {
		if err := all.recorder.Merge(o.recorder); err != nil {
			return nil, nil, err
		}
		for i, m := range all.meters {
			m.Merge(o.meters[i])
		}
		if all.blocks != nil {
			if err := all.blocks.Merge(o.blocks); err != nil {
				return nil, nil, err
			}
		}
	}
	r, err := all.recorder.Finish()
	if err == nil && all.blocks != nil {
		r.Blocks = all.blocks.Finish()
	}
	return r, all.meters, err
}

// Watch simulates the unit as Run does, without its records and meters, and returns what
// an observer of each worker of the pass that counts has seen.
func (u *Unit) Watch(ctx context.Context, pool *sim.Pool, observer func() sim.Observer, also ...sim.Observer) ([]sim.Observer, error) {
	platforms, err := u.rehearsed(ctx, pool)
	if err != nil {
		return nil, err
	}
	sum, err := sim.Run(ctx, sim.Config{
		Workload: u.Workload, Platforms: platforms, On: u.On, Window: u.Window, Key: u.Key, Pool: pool, Follow: u.follow(),
		Observers: func() []sim.Observer { return append([]sim.Observer{observer()}, also...) },
	})
	if err != nil {
		return nil, err
	}
	var seen []sim.Observer
	for _, worker := range sum.Observers {
		seen = append(seen, worker[0])
	}
	return seen, nil
}
