package servers

import (
	"fmt"
	"math"

	"github.com/coldcurve/coldcurve/sim"
)

// Speculation is drafts of some tokens that each decode verifies in one pass: it
// keeps those before the first that is wrong, and makes one more. Each token is
// right with the same probability α, by itself, so that a pass makes
// (1 − α^{k+1}) ÷ (1 − α) tokens of k drafted in the mean (Leviathan et al., ICML
// 2023, equation 1).
type Speculation struct {
	Tokens     int64   // of a draft, ≥ 0; 0: there are none
	Acceptance float64 // α, in [0, 1]
	// A draft takes as many passes as it has tokens, of Drafter, which also goes
	// through the prompts, or of Pass ≥ 0 each where there is none.
	Drafter Timer
	Pass    sim.Time
}

// MostDrafted is how many tokens a draft has at most.
const MostDrafted = 64

func (s *Speculation) check(scheduler Scheduler) error {
	switch {
	case s.Tokens < 0 || s.Tokens > MostDrafted:
		return fmt.Errorf("drafts of %d tokens, want 0 to %d", s.Tokens, MostDrafted)
	case !(s.Acceptance >= 0 && s.Acceptance <= 1):
		return fmt.Errorf("drafted tokens are right with probability %v, want 0 to 1", s.Acceptance)
	case s.Pass < 0:
		return fmt.Errorf("%d ns for a token of a draft, want ≥ 0", s.Pass)
	case s.Tokens > 0 && scheduler != V1:
		return fmt.Errorf("drafts under the scheduler %s, want %s", scheduler, V1)
	}
	return nil
}

// Mean returns the tokens that a pass makes of a draft of all its tokens.
func (s *Speculation) Mean() float64 {
	if s.Acceptance == 1 {
		return float64(s.Tokens + 1)
	}
	return (1 - math.Pow(s.Acceptance, float64(s.Tokens+1))) / (1 - s.Acceptance)
}

// gain returns how many tokens a request gets of a pass over n tokens, the first
// of them its last known one, at a place among its tokens. Whether the token of a
// place is drafted right is drawn by the request's key and the place, and asked
// once at most: whatever else the engine does, a request sees the same.
func (s *Speculation) gain(luck sim.Stream, place, n int64) int64 {
	got := int64(1)
	for got < n && luck.Uniform(uint64(place+got)) < s.Acceptance {
		got++
	}
	return got
}

// luck returns the stream of a request's places.
func (e *engine) luck(r *sim.ServerRequest) sim.Stream {
	if e.Speculation.Tokens == 0 {
		return sim.Stream{}
	}
	of := sim.NewStream(e.group.Key, sim.PurposeDraft, e.group.All[r.Function].Key())
	return sim.NewStream(e.group.Key, sim.PurposeDraft, of.Attempt(uint64(r.Attempt)).Bits(r.Key))
}

// draft is what a running request has of the step: tokens of the pass, the blocks
// that it then holds, and the tokens that it gets.
type draft struct{ n, held, gain int64 }

// proceedDrafts is proceed where decodes verify drafts: in order, each is given
// its last token and its draft, as far as the budget and its longest end go. The
// slots of tokens that turn out wrong stay its own, for those that come in their
// place.
func (e *engine) proceedDrafts() (budget int64, preempted bool) {
	r, f := &e.running, &e.flight
	f.skipped, f.drafts, f.step = 0, f.drafts[:0], Step{}
	f.made, f.longest, f.ending = 0, 0, false
	budget = e.MaxTokens
	k := 0
pass:
	for k < len(r.seats) && budget > 0 {
		s := r.seats[k]
		q := &e.seqs.all[s.seq]
		d := draft{n: min(q.known-q.computed, budget)}
		computed := q.computed
		if s.end != catchingUp {
			computed = r.tick - s.off
			d.n = min(1+e.Speculation.Tokens, max(1, e.most-1-computed), budget)
		}
		had := max(q.held, blocksFor(computed, e.size))
		d.held = max(had, blocksFor(computed+d.n, e.size))
		for {
			if d.held-had <= e.memory.free {
				e.memory.take(d.held - had)
				break
			}
			v := e.victim()
			preempted = true
			if v < k {
				budget += f.drafts[v].n
				e.seqs.all[r.seats[v].seq].held = f.drafts[v].held
				f.drafts = append(f.drafts[:v], f.drafts[v+1:]...)
			}
			e.preempt(v, v < k)
			if v == k {
				break pass
			}
			if v < k {
				k--
			}
		}
		if s.end == catchingUp {
			q.held = 0 // as many as its tokens need
			e.chunk(s.seq, d.n)
		} else {
			q.sure = computed + 1
			e.memory.register(q, fullBlocks(q.sure, e.size), e.size)
			d.gain = min(e.Speculation.gain(q.luck, computed, d.n), q.end()-1-computed)
		}
		f.drafts = append(f.drafts, d)
		budget -= d.n
		k++
	}
	for i, s := range r.seats[:k] {
		if s.end == catchingUp {
			continue
		}
		d := &f.drafts[i]
		f.step.verify(r.tick-s.off, d.n)
		f.made += d.gain
		f.longest = max(f.longest, d.n-1)
		f.ending = f.ending || s.end-d.gain <= r.tick
	}
	f.skipped = len(r.seats) - k
	return budget, preempted
}

// verify counts a request that has so many tokens computed and verifies n: to the
// hardware one that decodes, with more tokens. Each of them has logits.
func (s *Step) verify(before, n int64) {
	s.Tokens += n
	s.Sequences += n
	s.Decodes++
	s.KV += before + n
	s.MaxKV = max(s.MaxKV, before+n)
}

// draftTime returns how long the drafts of the step take.
func (e *engine) draftTime() sim.Time {
	f := &e.flight
	if e.drafter == nil {
		return times(f.longest, e.Speculation.Pass)
	}
	var t sim.Time
	s := &e.work.parts[0]
	if f.step.Chunks > 0 {
		*s = Step{Tokens: f.step.Prefill, Sequences: f.step.Chunks, Chunks: f.step.Chunks, Prefill: f.step.Prefill, Context: f.step.Context, Square: f.step.Square}
		t = e.drafter.Time(s)
	}
	if f.longest > 0 {
		*s = Step{Tokens: f.step.Decodes, Sequences: f.step.Decodes, Decodes: f.step.Decodes, KV: f.step.KV, MaxKV: f.step.MaxKV}
		_, t = e.drafter.Run(s, f.longest, t, sim.Never-2)
	}
	return t
}

// times returns n times d, or the last time that there is.
func times(n int64, d sim.Time) sim.Time {
	if n == 1 {
		return d
	}
	if d > 0 && n > int64(sim.Never-1)/int64(d) {
		return sim.Never - 1
	}
	return sim.Time(n) * d
}

// acceptDrafts gives the decodes of the step that lands the tokens that they got beyond
// the one that each tick is.
func (e *engine) acceptDrafts() {
	r := &e.running
	for k, d := range e.flight.drafts {
		s := &r.seats[k]
		if s.end == catchingUp {
			continue
		}
		e.seqs.all[s.seq].held = d.held
		if d.gain > 1 {
			r.count(s, -1)
			s.off -= d.gain - 1
			s.end -= d.gain - 1
			r.count(s, 1)
		}
	}
	r.recount()
}
