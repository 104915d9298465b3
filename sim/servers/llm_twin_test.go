package servers

import (
	"fmt"
	"slices"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/tokens"
)

// twinEngine is the engine the slow way: a step at a time, a block at a time, a
// hash at a time, as the rules are told (vLLM 0.19, v1/core). It shares no code
// with the engine.
type twinEngine struct {
	LLM
	whole   tokens.Columns // what requests ask in all, where Columns are a part of it; nil: they are not
	brought bool           // requests come with all of their tokens computed but the last
	now     sim.Time
	at      sim.Time
	flying  bool
	lands   sim.Time
	arrived int

	coming  []*twinRequest // before the engine
	waiting []*twinRequest
	running []*twinRequest
	aborted []*twinRequest
	planned []*twinRequest // of the step under way, with plan tokens each

	refs  []int             // by block
	hash  []twinKey         // by block; zero: none
	free  []int             // the least recently used first
	cache map[twinKey][]int // blocks by hash, in the order in which they got it

	run                          sim.RunKey // of draws
	functions                    []sim.Function
	made, longest                int // of the step under way: tokens that requests get, of the longest draft
	drafted                      int // tokens that were drafted and right
	ended                        []sim.ServerEnd
	work                         []sim.Work
	step                         Step
	caught                       int64
	evictions, preemptions, hits int
}

type twinKey struct {
	kind  int // 1: shared, 2: of a request alone
	id    uint64
	place int
}

type twinRequest struct {
	id       uint32
	uid      uint64
	ask      tokens.Request
	whole    tokens.Request // of which its blocks are
	loaded   int            // tokens that it brings
	enters   sim.Time
	number   int
	known    int
	computed int
	plan     int
	blocks   []int
	gone     bool
	began    bool
	gap      bool // it has tokens to compute that it did not make in the step before
	gain     int  // tokens that it gets of the step
	place    uint64
	serving  sim.Serving
}

func newTwin(c LLM) *twinEngine {
	t := &twinEngine{LLM: c, cache: map[twinKey][]int{}}
	if t.BlockSize == 0 {
		t.BlockSize = 16
	}
	n := int(c.Blocks)
	if c.Scheduler == V1 {
		n-- // the null block
	}
	t.refs, t.hash = make([]int, n), make([]twinKey, n)
	for b := range n {
		t.free = append(t.free, b)
	}
	return t
}

func (t *twinEngine) usable() int { return len(t.refs) }
func (t *twinEngine) spare() int  { return int(t.Watermark * float64(t.Blocks)) }
func (t *twinEngine) needed(tokens int) int {
	n := 0
	for n*int(t.BlockSize) < tokens {
		n++
	}
	return n
}

// key is the hash of a request's block.
func (t *twinEngine) key(r *twinRequest, block int) twinKey {
	ask := r.whole
	size, ext, ids := int(t.BlockSize), int(ask.Extent), len(ask.Blocks)
	if ids > 0 {
		// Tokens that the ids cover: of the prompt alone, unless there are
		// more ids than that has extents.
		covered := ids * ext
		extents := 0
		for extents*ext < int(ask.Input) {
			extents++
		}
		if ids > extents {
			covered = min(covered, int(ask.Input+ask.Output))
		} else {
			covered = min(covered, int(ask.Input))
		}
		if (block+1)*size <= covered {
			// The extent in which its last token is, and its place among the
			// blocks that end there.
			k := 0
			for (k+1)*ext < (block+1)*size {
				k++
			}
			place := 0
			for b := block; b > 0 && b*size > k*ext; b-- {
				place++
			}
			return twinKey{1, uint64(ask.Blocks[k]), place}
		}
	}
	return twinKey{2, r.uid, block}
}

func (t *twinEngine) pop() int {
	b := t.free[0]
	t.free = t.free[1:]
	if k := t.hash[b]; k.kind != 0 {
		list := t.cache[k]
		list = slices.DeleteFunc(slices.Clone(list), func(x int) bool { return x == b })
		if len(list) == 0 {
			delete(t.cache, k)
		} else {
			t.cache[k] = list
		}
		t.hash[b] = twinKey{}
		t.evictions++
	}
	t.refs[b] = 1
	return b
}

func (t *twinEngine) give(r *twinRequest) {
	for k := len(r.blocks) - 1; k >= 0; k-- {
		b := r.blocks[k]
		if t.refs[b]--; t.refs[b] == 0 {
			t.free = append(t.free, b)
		}
	}
	r.blocks = nil
}

// allocate gives a running request blocks for its next n tokens, if there are.
func (t *twinEngine) allocate(r *twinRequest, n int) bool {
	need := t.needed(r.computed+n) - len(r.blocks)
	if need > len(t.free) {
		return false
	}
	for range need {
		r.blocks = append(r.blocks, t.pop())
	}
	if !t.NoPrefixCache && t.Scheduler == V1 {
		for b := range r.blocks {
			if full := (b+1)*int(t.BlockSize) <= min(r.computed+n, r.known); full && t.hash[r.blocks[b]].kind == 0 {
				k := t.key(r, b)
				t.hash[r.blocks[b]] = k
				t.cache[k] = append(t.cache[k], r.blocks[b])
			}
		}
	}
	return true
}

func (t *twinEngine) Offer(now sim.Time, q sim.ServerRequest) bool {
	t.advance(now)
	r := &twinRequest{id: q.ID, uid: uint64(q.Key), ask: t.Columns.Tokens(q.Function, q.Attr, q.Key), enters: now + t.Front}
	r.known, r.whole = int(r.ask.Input), r.ask
	if t.Speculation.Tokens > 0 {
		r.place = sim.NewStream(t.run, sim.PurposeDraft, t.functions[q.Function].Key()).Attempt(uint64(q.Attempt)).Bits(q.Key)
	}
	if t.whole != nil {
		r.whole = t.whole.Tokens(q.Function, q.Attr, q.Key)
	}
	if t.brought {
		r.loaded = r.known - 1
	}
	r.serving.Input = uint32(r.ask.Input)
	total := int(r.ask.Input) + int(r.ask.Output) - 1
	room := t.usable()
	if t.Scheduler == PrefillFirst {
		room -= t.spare()
	}
	if r.ask.Input < 1 || r.ask.Output < 1 || t.needed(total) > room || t.Scheduler == PrefillFirst && total > int(t.MaxTokens) {
		t.ended = append(t.ended, sim.ServerEnd{ID: r.id, Status: sim.Failed})
		return true
	}
	t.coming = append(t.coming, r)
	t.advance(now)
	return true
}

func (t *twinEngine) Next() sim.Time {
	next := sim.Never
	switch {
	case len(t.ended) > 0:
		return t.now
	case t.flying:
		next = t.lands
	case len(t.running)+len(t.waiting) > 0:
		next = t.at + 1
	}
	if len(t.coming) > 0 {
		next = min(next, t.coming[0].enters)
	}
	return next
}

func (t *twinEngine) Advance(now sim.Time, ended []sim.ServerEnd) []sim.ServerEnd {
	t.advance(now)
	ended = append(ended, t.ended...)
	t.ended = nil
	return ended
}

func (t *twinEngine) advance(now sim.Time) {
	for len(t.coming) > 0 && t.coming[0].enters <= now {
		r := t.coming[0]
		t.steps(r.enters)
		if !t.flying && len(t.running)+len(t.waiting) == 0 {
			t.at = r.enters
		}
		t.coming = t.coming[1:]
		r.serving.Queued = r.enters
		t.arrived++
		r.number = t.arrived
		t.line(r, false)
	}
	t.steps(now)
	t.now = now
}

// line puts a request in line, at the front under first come, first served if
// it was preempted.
func (t *twinEngine) line(r *twinRequest, preempted bool) {
	switch {
	case t.Priority:
		t.waiting = append(t.waiting, r)
		slices.SortStableFunc(t.waiting, func(a, b *twinRequest) int {
			if a.ask.Priority != b.ask.Priority {
				return int(a.ask.Priority) - int(b.ask.Priority)
			}
			return a.number - b.number
		})
	case preempted:
		t.waiting = slices.Insert(t.waiting, 0, r)
	default:
		t.waiting = append(t.waiting, r)
	}
}

func (t *twinEngine) steps(now sim.Time) {
	for {
		if t.flying {
			if t.lands > now {
				return
			}
			t.land()
			continue
		}
		if t.at >= now || len(t.running)+len(t.waiting) == 0 {
			return
		}
		t.compose()
	}
}

func (t *twinEngine) compose() {
	t.step, t.caught, t.planned, t.made, t.longest = Step{}, 0, nil, 0, 0
	for len(t.planned) == 0 {
		if t.Scheduler == PrefillFirst {
			t.composeV0()
		} else {
			t.composeV1()
		}
	}
	for _, r := range t.planned {
		r.gain = 0
		switch {
		case r.plan > 1 && !r.gap: // a draft: one token after the other, until one is wrong
			t.step.Decodes++
			t.step.KV += int64(r.computed + r.plan)
			t.step.MaxKV = max(t.step.MaxKV, int64(r.computed+r.plan))
			t.step.Sequences += int64(r.plan - 1)
			t.longest = max(t.longest, r.plan-1)
			for place := r.known; place < r.known+r.plan-1; place++ {
				right := sim.NewStream(t.run, sim.PurposeDraft, r.place).Uniform(uint64(place)) < t.Speculation.Acceptance
				if !right || r.known+r.gain+1 == int(r.ask.Input+r.ask.Output) {
					break
				}
				r.gain++
				t.drafted++
			}
		case r.plan == 1:
			t.step.Decodes++
			t.step.KV += int64(r.computed + 1)
			t.step.MaxKV = max(t.step.MaxKV, int64(r.computed+1))
		default:
			t.step.Chunks++
			t.step.Prefill += int64(r.plan)
			t.step.Context += int64(r.plan * r.computed)
			t.step.Square += int64(r.plan * r.plan)
		}
		if r.gap {
			t.caught += int64(r.plan)
		}
		t.step.Tokens += int64(r.plan)
		if r.computed+r.plan >= r.known {
			t.step.Sequences++
			r.gain++
			t.made += r.gain
		}
	}
	t.flying, t.lands = true, t.at+t.Timer.Time(&t.step)+t.draftTime()
}

// draftTime is a pass of the prompts, and one for each token of the longest draft,
// with contexts that grow.
func (t *twinEngine) draftTime() sim.Time {
	d := t.Speculation.Drafter
	if d == nil {
		return sim.Time(t.longest) * t.Speculation.Pass
	}
	var sum sim.Time
	if s := t.step; s.Chunks > 0 {
		sum += d.Time(&Step{Tokens: s.Prefill, Sequences: s.Chunks, Chunks: s.Chunks, Prefill: s.Prefill, Context: s.Context, Square: s.Square})
	}
	for k := range int64(t.longest) {
		n := t.step.Decodes
		sum += d.Time(&Step{Tokens: n, Sequences: n, Decodes: n, KV: t.step.KV + k*n, MaxKV: t.step.MaxKV + k})
	}
	return sum
}

func (t *twinEngine) composeV1() {
	budget := int(t.MaxTokens)
	preempted := false
pass:
	for k := 0; k < len(t.running) && budget > 0; k++ {
		r := t.running[k]
		n := min(r.known-r.computed, budget)
		if !r.gap && t.Speculation.Tokens > 0 {
			n = min(1+int(t.Speculation.Tokens), max(1, t.usable()*int(t.BlockSize)-r.computed), budget)
		}
		for !t.allocate(r, n) {
			v := len(t.running) - 1
			if t.Priority {
				for j, x := range t.running {
					if y := t.running[v]; x.ask.Priority > y.ask.Priority || x.ask.Priority == y.ask.Priority && x.number > y.number {
						v = j
					}
				}
			}
			x := t.running[v]
			t.running = slices.Delete(t.running, v, v+1)
			if j := slices.Index(t.planned, x); j >= 0 {
				budget += x.plan
				t.planned = slices.Delete(t.planned, j, j+1)
				k--
			}
			t.preempt(x)
			preempted = true
			if x == r {
				break pass
			}
		}
		r.plan = n
		budget -= n
		t.planned = append(t.planned, r)
	}
	if preempted {
		return
	}
	for len(t.waiting) > 0 && budget > 0 && len(t.running) < int(t.MaxSequences) {
		r := t.waiting[0]
		var hits []int
		freeHits := 0
		for b := 0; !t.NoPrefixCache && (b+1)*int(t.BlockSize) <= r.known-1; b++ {
			list := t.cache[t.key(r, b)]
			if len(list) == 0 {
				break
			}
			hits = append(hits, list[0])
			if t.refs[list[0]] == 0 {
				freeHits++
			}
		}
		spare := 0
		if len(t.running) > 0 {
			spare = t.spare()
		}
		if t.needed(r.known)-len(hits)+freeHits+spare > len(t.free) {
			break
		}
		for _, b := range hits {
			if t.refs[b] == 0 {
				t.free = slices.DeleteFunc(t.free, func(x int) bool { return x == b })
			}
			t.refs[b]++
		}
		t.hits += len(hits)
		r.blocks = hits
		r.computed = max(len(hits)*int(t.BlockSize), r.loaded)
		n := min(r.known-r.computed, budget)
		if !t.allocate(r, n) {
			panic("the whole sequence fits, its chunk does not")
		}
		t.waiting = t.waiting[1:]
		t.seat(r, n)
		budget -= n
	}
}

func (t *twinEngine) seat(r *twinRequest, n int) {
	if !r.began {
		r.began = true
		r.serving.Scheduled, r.serving.Cached = t.at, uint32(r.computed)
	}
	r.gap, r.loaded = r.loaded == 0, 0
	r.plan = n
	t.running = append(t.running, r)
	t.planned = append(t.planned, r)
}

func (t *twinEngine) preempt(r *twinRequest) {
	t.give(r)
	r.computed = 0
	r.serving.Preempted++
	t.preemptions++
	t.line(r, true)
}

func (t *twinEngine) composeV0() {
	longest := 0
	for len(t.waiting) > 0 && len(t.running) < int(t.MaxSequences) {
		r := t.waiting[0]
		longest = max(longest, r.known)
		if (len(t.planned)+1)*longest > int(t.MaxTokens) || t.needed(r.known)+t.spare() > len(t.free) {
			break
		}
		t.allocate(r, r.known)
		t.waiting = t.waiting[1:]
		t.seat(r, r.known)
	}
	if len(t.planned) > 0 {
		return
	}
	for k := 0; k < len(t.running); k++ {
		r := t.running[k]
		for !t.allocate(r, 1) {
			x := t.running[len(t.running)-1]
			t.running = t.running[:len(t.running)-1]
			t.preempt(x)
			if x == r {
				return
			}
		}
		r.plan = 1
		t.planned = append(t.planned, r)
	}
}

func (t *twinEngine) land() {
	w := sim.Work{From: t.at, To: t.lands, Steps: 1, Input: t.caught, Output: int64(t.made), Held: int64(t.usable() - len(t.free)), Blocks: int64(t.usable())}
	if s := t.step; s.Chunks > 0 {
		// A mixed step is shared in the proportion of its parts alone.
		others := s.Tokens - s.Prefill
		prompts := Step{Tokens: s.Prefill, Chunks: s.Chunks, Prefill: s.Prefill, Context: s.Context, Square: s.Square, Sequences: max(0, s.Sequences-others)}
		w.Prefill = t.lands - t.at
		if s.Decodes > 0 {
			w.Prefill = t.Timer.Time(&prompts)
			decodes := Step{Tokens: others, Decodes: s.Decodes, KV: s.KV, MaxKV: s.MaxKV, Sequences: min(s.Sequences, others)}
			w.Prefill = (t.lands - t.at) * w.Prefill / (w.Prefill + t.Timer.Time(&decodes))
		}
	}
	if m, ok := t.Timer.(Measured); ok && m.Beyond(&t.step) {
		w.Beyond = t.lands - t.at
	}
	t.work = append(t.work, w)
	t.at, t.flying = t.lands, false
	var left []*twinRequest
	for _, r := range t.planned {
		if r.computed+r.plan < r.known {
			r.computed += r.plan
			continue
		}
		r.gap = false
		r.computed = r.known + r.gain - 1 // what was wrong is not
		r.known += r.gain
		if r.serving.First == 0 && !r.gone {
			r.serving.First = t.at
		}
		r.serving.Output = uint32(r.known - int(r.ask.Input))
		if r.serving.Output == uint32(r.ask.Output) {
			t.give(r)
			left = append(left, r)
			if !r.gone {
				t.ended = append(t.ended, sim.ServerEnd{ID: r.id, Status: sim.Completed, Serving: r.serving})
			}
		}
	}
	for _, r := range t.aborted {
		if !slices.Contains(left, r) {
			t.give(r)
			left = append(left, r)
		}
	}
	t.aborted = nil
	t.running = slices.DeleteFunc(t.running, func(r *twinRequest) bool { return slices.Contains(left, r) })
}

func (t *twinEngine) Withdraw(now sim.Time, id uint32) sim.Serving {
	t.advance(now)
	if k := slices.IndexFunc(t.ended, func(e sim.ServerEnd) bool { return e.ID == id }); k >= 0 {
		s := t.ended[k].Serving
		t.ended = slices.Delete(t.ended, k, k+1)
		return s
	}
	is := func(r *twinRequest) bool { return r.id == id && !r.gone }
	for _, list := range []*[]*twinRequest{&t.coming, &t.waiting} {
		if k := slices.IndexFunc(*list, is); k >= 0 {
			s := (*list)[k].serving
			*list = slices.Delete(*list, k, k+1)
			return s
		}
	}
	k := slices.IndexFunc(t.running, is)
	if k < 0 {
		panic(fmt.Sprintf("request %d is not there", id))
	}
	r := t.running[k]
	s := r.serving
	r.gone = true
	if t.flying {
		t.aborted = append(t.aborted, r)
	} else {
		t.give(r)
		t.running = slices.Delete(t.running, k, k+1)
	}
	return s
}
