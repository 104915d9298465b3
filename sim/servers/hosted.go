package servers

import (
	"fmt"
	"slices"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/tokens"
)

// Hosted is a language model that a provider serves by the token, behind an
// interface: how it does so is not known, only how long it takes until the first
// token, and from one to the next. Requests do not slow each other; what they share
// is the account of their deployment, with its limits and its cache of prompts.
//
// The tokens that a model makes are first those of its reasoning, which are billed
// and not shown, and then those of the answer:
//
//	first token = arrival + First
//	first token of the answer = first token + reasoning × Each
//	end = first token + (reasoning + answer − 1) × Each
type Hosted struct {
	Columns tokens.Columns // what the requests ask
	First   sim.Sampler    // time to the first token, whether it is shown or not
	Each    sim.Sampler    // time from one token to the next, of a request

	// InputRatio and OutputRatio are how many tokens of this model one of Columns is,
	// > 0; 0: one. Products are rounded up. Every number of tokens below is of this model.
	InputRatio, OutputRatio Millionths
	// Reasoning is how many tokens of a request are not shown; nil: ReasoningRatio
	// times those that are, rounded up.
	Reasoning      Counts
	ReasoningRatio Millionths

	Limits *Limits      // nil: none
	Cache  *PromptCache // nil: none
	// Hit and Write are the parts of an input, rounded down, that are read from the
	// cache and written to it, of requests that Cache cannot tell about: where there is
	// none, or they name no blocks. Hit + Write ≤ Whole.
	Hit, Write Millionths

	Batch *BatchTimes // nil: requests are answered as they come
}

// Counts is a distribution of whole numbers ≥ 1, by its quantiles.
type Counts interface{ Count(u float64) int32 }

// BatchTimes is when a batch has its answers, all at once, in place of First and Each.
type BatchTimes struct {
	// Within is what the provider promises, > 0. What would take longer expires then:
	// it fails, and is not billed.
	Within     sim.Time
	Completion sim.Sampler // nil: Within
}

var _ sim.SharingFactory = Hosted{}

// New returns the server of an instance that shares with no other.
func (h Hosted) New(g sim.Group) sim.Server { return h.Sharing(g).New(g) }

// Sharing returns the factory of a deployment: one account.
func (h Hosted) Sharing(sim.Group) sim.ServerFactory {
	if h.Columns == nil || h.Batch == nil && (h.First == nil || h.Each == nil) {
		panic(fmt.Sprintf("a hosted model lacks something: %+v", h))
	}
	for _, ratio := range []*Millionths{&h.InputRatio, &h.OutputRatio} {
		if *ratio == 0 {
			*ratio = Whole
		}
	}
	a := &hostedAccount{Hosted: h}
	if h.Limits != nil {
		a.limiter = newLimiter(h.Limits)
	}
	if h.Cache != nil {
		a.prompts = newPrompts(h.Cache)
	}
	return a
}

// hostedAccount is what the instances of a deployment share.
type hostedAccount struct {
	Hosted
	limiter *limiter
	prompts *prompts
}

func (a *hostedAccount) New(g sim.Group) sim.Server { return &hosted{hostedAccount: a, group: g} }

type hosted struct {
	*hostedAccount
	group sim.Group
	jobs  []answer // by end, the first last
}

// answer is a request that is being answered.
type answer struct {
	id          uint32
	status      sim.Status
	hour, batch bool
	begun       sim.Time
	first       sim.Time // when its first token is there, which need not be shown
	each        sim.Time
	end         sim.Time
	reserved    int64 // of the limits on output

	input, cached, written uint32
	hidden, shown          uint32 // tokens of its reasoning and of its answer
}

// made is how many tokens are made for it.
func (a *answer) made() uint32 { return a.hidden + a.shown }

// Offer takes every request; one that is over a limit is rejected at once.
func (h *hosted) Offer(now sim.Time, r sim.ServerRequest) bool {
	a := answer{id: r.ID, begun: now, first: now, end: now}
	if !r.Ping {
		h.answer(&a, now, r)
	}
	i, _ := slices.BinarySearchFunc(h.jobs, a, func(x, y answer) int {
		if x.end <= y.end {
			return 1 // of two that end together the one that came first does first
		}
		return -1
	})
	h.jobs = slices.Insert(h.jobs, i, a)
	return true
}

// answer says what becomes of a request.
func (h *hosted) answer(a *answer, now sim.Time, r sim.ServerRequest) {
	key := h.group.All[r.Function].Key()
	uniform := func(p sim.Purpose) float64 {
		return sim.NewStream(h.group.Key, p, key).Attempt(uint64(r.Attempt)).Uniform(r.Key)
	}
	draw := func(p sim.Purpose, s sim.Sampler) sim.Time {
		return max(0, min(s.Sample(uniform(p)), sim.Longest))
	}
	ask := h.Columns.Tokens(r.Function, r.Attr, r.Key)
	a.input = uint32(h.InputRatio.atLeast(int64(max(0, ask.Input))))
	a.shown = uint32(h.OutputRatio.atLeast(int64(max(0, ask.Output))))
	if h.Reasoning != nil {
		a.hidden = uint32(h.Reasoning.Count(uniform(sim.PurposeReasoning)))
	} else {
		a.hidden = uint32(h.ReasoningRatio.atLeast(int64(a.shown)))
	}
	hits, named := h.cached(a, now, &ask)
	if h.limiter != nil {
		var ok bool
		if a.reserved, ok = h.limiter.admit(now, int64(a.input), int64(a.cached), int64(a.made())); !ok {
			a.status = sim.Rejected
			return
		}
	}
	switch b := h.Batch; {
	case b == nil:
		a.first = now + draw(sim.PurposeService, h.First)
		a.each = draw(sim.PurposePace, h.Each)
		steps := sim.Time(max(1, a.made()))
		a.end = a.first + min(a.each, sim.Longest/steps)*(steps-1)
	default:
		a.batch = true
		took := b.Within
		if b.Completion != nil {
			took = draw(sim.PurposeService, b.Completion)
		}
		if took > b.Within {
			took, a.status = b.Within, sim.Failed
		}
		a.end = now + took
		a.first = a.end
	}
	if named > 0 {
		h.prompts.use(now, a.first, &ask, hits, named)
	}
}

// cached says what of a request's input is read from the cache, and what is
// written to it; where its blocks are kept it returns how many are there, and how
// many it names.
func (h *hosted) cached(a *answer, now sim.Time, ask *tokens.Request) (hits, named int64) {
	input := int64(a.input)
	if p := h.prompts; p != nil {
		a.hour = p.Lifetime >= hour
		if input < p.Least {
			return 0, 0
		}
		hits, named = p.found(now, ask)
		if named > 0 {
			step := max(1, p.Step)
			cached := min(h.InputRatio.of(hits*int64(ask.Extent)), input-1) / step * step
			if cached < p.Least {
				cached = 0
			}
			written := min(h.InputRatio.of(named*int64(ask.Extent)), input)
			if written < p.Least {
				return 0, 0
			}
			a.cached, a.written = uint32(cached), uint32(max(0, written-cached))
			return hits, named
		}
	}
	a.cached, a.written = uint32(h.Hit.of(input)), uint32(h.Write.of(input))
	return 0, 0
}

// Next returns when the next request ends.
func (h *hosted) Next() sim.Time {
	if len(h.jobs) == 0 {
		return sim.Never
	}
	return h.jobs[len(h.jobs)-1].end
}

// Advance ends the requests that have all of their tokens.
func (h *hosted) Advance(now sim.Time, ended []sim.ServerEnd) []sim.ServerEnd {
	for n := len(h.jobs); n > 0 && h.jobs[n-1].end <= now; n-- {
		a := &h.jobs[n-1]
		e := sim.ServerEnd{ID: a.id, Status: a.status}
		if a.status == sim.Completed {
			e.Serving = a.serving(a.made())
			h.settle(now, a, a.made())
		}
		ended = append(ended, e)
		h.jobs = h.jobs[:n-1]
	}
	return ended
}

// Withdraw takes a request out: it got the tokens that were there by then. Of a
// batch nothing is known before its end.
func (h *hosted) Withdraw(now sim.Time, id uint32) sim.Serving {
	i := slices.IndexFunc(h.jobs, func(a answer) bool { return a.id == id })
	a := h.jobs[i]
	h.jobs = slices.Delete(h.jobs, i, i+1)
	if a.batch || a.status == sim.Rejected {
		return sim.Serving{}
	}
	made := a.made()
	switch {
	case now < a.first:
		made = 0
	case a.each > 0:
		made = uint32(min(sim.Time(made), (now-a.first)/a.each+1))
	}
	h.settle(now, &a, made)
	return a.serving(made)
}

func (h *hosted) settle(now sim.Time, a *answer, made uint32) {
	if h.limiter != nil && a.input > 0 {
		h.limiter.settle(now, a.begun, a.reserved, int64(made))
	}
}

// serving is what is told of a request for which so many tokens were made.
func (a *answer) serving(made uint32) sim.Serving {
	s := sim.Serving{
		Queued: a.begun, Scheduled: a.begun, Input: a.input, Cached: a.cached, Written: a.written, Hour: a.hour && a.written > 0, Batch: a.batch,
		Reasoning: min(made, a.hidden),
	}
	if s.Output = made - s.Reasoning; s.Output > 0 {
		s.First = a.first
		if !a.batch {
			s.First += sim.Time(a.hidden) * min(a.each, sim.Longest/sim.Time(a.made()))
		}
	}
	return s
}
