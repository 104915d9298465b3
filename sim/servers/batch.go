package servers

import (
	"fmt"

	"github.com/coldcurve/coldcurve/sim"
)

// Batch is dynamic batching, as model servers of one forward pass a request have
// it: requests gather, and go through together when there are Size of them, or
// when the first has waited for Wait. One batch is served at a time; while it is,
// others gather. All of a batch end with it.
type Batch struct {
	Size int      // requests of a batch at most, ≥ 1
	Wait sim.Time // ≥ 0: how long a request waits for others
	// A batch of n takes Table[n−1], or where there is no table Base + n × Each.
	Base, Each sim.Time // ≥ 0
	Table      []sim.Time
}

var _ sim.ServerFactory = Batch{}

// Check says what is wrong with the parameters; nil where nothing is.
func (b Batch) Check() error {
	switch {
	case b.Size < 1:
		return fmt.Errorf("batches of %d, want ≥ 1", b.Size)
	case b.Wait < 0:
		return fmt.Errorf("a wait of %d ns, want ≥ 0", b.Wait)
	case b.Base < 0 || b.Each < 0:
		return fmt.Errorf("a batch takes %d + n × %d ns, want both ≥ 0", b.Base, b.Each)
	case len(b.Table) > 0 && (b.Base != 0 || b.Each != 0):
		return fmt.Errorf("a batch takes a base and a time for each, and what a table says: want one of them")
	case len(b.Table) > 0 && len(b.Table) < b.Size:
		return fmt.Errorf("a table of %d times for batches of up to %d, want one for each size", len(b.Table), b.Size)
	}
	for n, t := range b.Table {
		if t < 0 {
			return fmt.Errorf("a batch of %d takes %d ns, want ≥ 0", n+1, t)
		}
	}
	return nil
}

// New returns the server of an instance. The parameters must pass Check.
func (b Batch) New(sim.Group) sim.Server {
	if err := b.Check(); err != nil {
		panic(err)
	}
	return &batch{Batch: b}
}

// batch is the state of a Batch. A batch that begins because the first request
// has waited is of all who have come by then, at that very ns too: it is made up
// when the clock has passed it.
type batch struct {
	Batch
	gathered []gathered // not yet served, in the order of arrival
	served   []uint32   // the batch under way
	busy     bool
	ends     sim.Time // of the batch under way, or of the one before
}

type gathered struct {
	id uint32
	at sim.Time
}

var _ sim.Server = (*batch)(nil)

// Offer takes every request.
func (b *batch) Offer(now sim.Time, r sim.ServerRequest) bool {
	b.settle(now)
	b.gathered = append(b.gathered, gathered{r.ID, now})
	b.settle(now)
	return true
}

// due returns when the next batch may begin, and whether it is full then: who
// comes at that ns is no part of it any more.
func (b *batch) due() (at sim.Time, full bool) {
	if len(b.gathered) >= b.Size {
		return max(b.ends, b.gathered[b.Size-1].at), true
	}
	return max(b.ends, after(b.gathered[0].at, b.Wait)), false
}

// settle begins the batch that is due, unless one is under way that has not been
// told: then it begins when that is.
func (b *batch) settle(now sim.Time) {
	if b.busy || len(b.gathered) == 0 {
		return
	}
	at, full := b.due()
	if at > now || at == now && !full {
		return
	}
	n := min(b.Size, len(b.gathered))
	for _, g := range b.gathered[:n] {
		b.served = append(b.served, g.id)
	}
	b.gathered = append(b.gathered[:0], b.gathered[n:]...)
	b.busy, b.ends = true, after(at, b.time(n))
}

// time returns how long a batch of n takes.
func (b *batch) time(n int) sim.Time {
	if len(b.Table) > 0 {
		return b.Table[n-1]
	}
	if b.Each > (sim.Never-1)/sim.Time(n) {
		return sim.Never - 1
	}
	return after(b.Base, sim.Time(n)*b.Each)
}

// Next returns when the batch under way ends, or the ns after one begins.
func (b *batch) Next() sim.Time {
	switch {
	case b.busy:
		return b.ends
	case len(b.gathered) > 0:
		at, full := b.due()
		if full {
			return at
		}
		return past(at)
	}
	return sim.Never
}

// Advance ends the batch whose time has come.
func (b *batch) Advance(now sim.Time, ended []sim.ServerEnd) []sim.ServerEnd {
	b.settle(now)
	for b.busy && b.ends <= now {
		for _, id := range b.served {
			ended = append(ended, sim.ServerEnd{ID: id, Status: sim.Completed})
		}
		b.served, b.busy = b.served[:0], false
		b.settle(now)
	}
	return ended
}

// Withdraw takes a request out. A batch under way goes on as long without it.
func (b *batch) Withdraw(now sim.Time, id uint32) sim.Serving {
	b.settle(now)
	for k, g := range b.gathered {
		if g.id == id {
			b.gathered = append(b.gathered[:k], b.gathered[k+1:]...)
			return sim.Serving{}
		}
	}
	for k, s := range b.served {
		if s == id {
			b.served = append(b.served[:k], b.served[k+1:]...)
			return sim.Serving{}
		}
	}
	panic("a request is taken back that the batch does not hold")
}
