package results

import (
	"math/bits"

	"github.com/coldcurve/coldcurve/sim"
)

// Goodput is what a request must meet to count: bounds on its times, 0 where
// there is none.
type Goodput struct {
	TTFT, TPOT, E2E sim.Time
}

// Serving is what the servers of language models told of a unit. Requests are
// those of the cohort that were served to their end; what servers did is cut to
// the window, in proportion where it lies across an edge of it.
type Serving struct {
	TTFT      *Histogram // from arrival to the first token
	TPOT      *Histogram // (end − first token) ÷ (output tokens − 1), of those with more than one that were no batch
	Queueing  *Histogram // from its place in the line of its server to the first step
	Input     uint64     // tokens of prompts
	Cached    uint64     // of these, found in the prefix cache
	Written   uint64     // others of these, written to a provider's cache
	Output    uint64     // tokens made, and shown
	Reasoning uint64     // tokens made before, and not shown
	Preempted uint64     // times that a request was put back

	// Of any request, in the window:
	Prompts uint64 // tokens of the prompts of those whose first token was there in it
	Good    uint64 // those that ended in it, and met the Goodput
	Bounded bool   // there is a Goodput to meet

	Busy    sim.Wide // ns × servers in steps
	Prefill sim.Wide // of these, the part that prompts took
	Beyond  sim.Wide // of these, the part of passes whose times are extrapolated
	Steps   uint64
	In      uint64   // tokens of prompts that steps went through
	Out     uint64   // tokens that steps made
	Held    sim.Wide // blocks × ns, over Busy
	Blocks  uint64   // of an engine, the most that one has
	Engines uint64   // of a server, the most that one has; each has steps and blocks of its own

	Swaps    uint64   // models or adapters that were loaded, and there in the window
	SwapTime sim.Wide // ns that these took, whenever they began
}

// servingRecorder gathers a Serving.
type servingRecorder struct {
	window sim.Window
	good   Goodput
	all    *Serving // nil until something is told
}

func newServingRecorder(w sim.Window, g Goodput) servingRecorder {
	return servingRecorder{window: w, good: g}
}

var (
	_ sim.ServedObserver = (*Recorder)(nil)
	_ sim.WorkObserver   = (*Recorder)(nil)
)

// Served counts requests that servers tell more of.
func (r *Recorder) Served(batch []sim.Served) {
	for i := range batch {
		if v := &batch[i]; v.Flags&sim.Ping == 0 {
			r.serving.one(v)
		}
	}
}

func (r *servingRecorder) one(v *sim.Served) {
	s := r.begun()
	if v.First > 0 && r.window.Contains(v.First) {
		s.Prompts += uint64(v.Input)
	}
	if v.Status != sim.Completed {
		return
	}
	ttft, tpot := v.First-v.Arrival, sim.Time(0)
	stream := v.Output > 1 && !v.Batch // else no token comes after another
	if stream {
		n := sim.Time(v.Output - 1)
		tpot = (v.End - v.First + n/2) / n
	}
	within := func(t, bound sim.Time) bool { return bound == 0 || t <= bound }
	if r.window.Contains(v.End) && within(ttft, r.good.TTFT) && within(tpot, r.good.TPOT) && within(v.End-v.Arrival, r.good.E2E) {
		s.Good++
	}
	if !v.Within(r.window) {
		return
	}
	s.TTFT.Record(ttft)
	s.Queueing.Record(v.Scheduled - v.Queued)
	if stream {
		s.TPOT.Record(tpot)
	}
	s.Input += uint64(v.Input)
	s.Cached += uint64(v.Cached)
	s.Written += uint64(v.Written)
	s.Output += uint64(v.Output)
	s.Reasoning += uint64(v.Reasoning)
	s.Preempted += uint64(v.Preempted)
}

// Works adds what servers did.
func (r *Recorder) Works(batch []sim.Work) {
	for i := range batch {
		r.serving.work(&batch[i])
	}
}

func (r *servingRecorder) work(w *sim.Work) {
	s := r.begun()
	s.Blocks = max(s.Blocks, uint64(w.Blocks))
	s.Engines = max(s.Engines, 1, uint64(w.Engines))
	if w.Swaps > 0 && r.window.Contains(w.To) {
		s.Swaps += uint64(w.Swaps)
		s.SwapTime.Add(w.To - w.From)
	}
	within, length := r.window.Clip(w.From, w.To), w.To-w.From
	if within == 0 {
		return
	}
	share := func(n int64) uint64 {
		if within == length {
			return uint64(n)
		}
		hi, lo := bits.Mul64(uint64(n), uint64(within))
		q, _ := bits.Div64(hi, lo, uint64(length)) // n × within ÷ length ≤ n
		return q
	}
	s.Busy.Add(within - sim.Time(share(w.Others)))
	s.Prefill.Add(sim.Time(share(w.Prefill)))
	s.Beyond.Add(sim.Time(share(w.Beyond)))
	s.Steps += share(w.Steps)
	s.In += share(w.Input)
	s.Out += share(w.Output)
	s.Held.AddProduct(w.Held, within)
}

func (r *servingRecorder) merge(o *servingRecorder) {
	if o.all == nil {
		return
	}
	s, t := r.begun(), o.all
	s.TTFT.Merge(t.TTFT)
	s.TPOT.Merge(t.TPOT)
	s.Queueing.Merge(t.Queueing)
	s.Input += t.Input
	s.Cached += t.Cached
	s.Written += t.Written
	s.Output += t.Output
	s.Reasoning += t.Reasoning
	s.Preempted += t.Preempted
	s.Prompts += t.Prompts
	s.Good += t.Good
	s.Busy.AddWide(t.Busy)
	s.Prefill.AddWide(t.Prefill)
	s.Beyond.AddWide(t.Beyond)
	s.Steps += t.Steps
	s.In += t.In
	s.Out += t.Out
	s.Held.AddWide(t.Held)
	s.Blocks = max(s.Blocks, t.Blocks)
	s.Engines = max(s.Engines, t.Engines)
	s.Swaps += t.Swaps
	s.SwapTime.AddWide(t.SwapTime)
}

// begun returns the record, and makes it where nothing was told before: most
// units have no such servers.
func (r *servingRecorder) begun() *Serving {
	if r.all == nil {
		r.all = &Serving{Bounded: r.good != Goodput{}, TTFT: new(Histogram), TPOT: new(Histogram), Queueing: new(Histogram)}
	}
	return r.all
}
