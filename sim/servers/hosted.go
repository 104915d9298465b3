package servers

import (
	"fmt"
	"slices"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/tokens"
)

// Hosted is a language model that a provider serves by the token, behind an
// interface: how it does so is not known, only how long it takes until the first
// token, and from one to the next. Requests do not see each other.
type Hosted struct {
	Columns tokens.Columns // what the requests ask
	First   sim.Sampler    // time to the first token
	Each    sim.Sampler    // time from one token to the next, of a request
}

var _ sim.ServerFactory = Hosted{}

// New returns the server of an instance.
func (h Hosted) New(g sim.Group) sim.Server {
	if h.Columns == nil || h.First == nil || h.Each == nil {
		panic(fmt.Sprintf("a hosted model lacks something: %+v", h))
	}
	return &hosted{Hosted: h, group: g}
}

type hosted struct {
	Hosted
	group sim.Group
	jobs  []answer // by end, the first last
}

// answer is a request that is being answered.
type answer struct {
	id              uint32
	begun, first    sim.Time
	each            sim.Time
	end             sim.Time
	input, produced uint32
}

// Offer takes every request.
func (h *hosted) Offer(now sim.Time, r sim.ServerRequest) bool {
	a := answer{id: r.ID, begun: now, first: now, end: now}
	if !r.Ping {
		key := h.group.All[r.Function].Key()
		draw := func(p sim.Purpose, s sim.Sampler) sim.Time {
			return max(0, min(s.Sample(sim.NewStream(h.group.Key, p, key).Attempt(uint64(r.Attempt)).Uniform(r.Key)), sim.Longest))
		}
		t := h.Columns.Tokens(r.Function, r.Attr, r.Key)
		a.input, a.produced = uint32(max(0, t.Input)), uint32(max(0, t.Output))
		a.first = now + draw(sim.PurposeService, h.First)
		a.each = draw(sim.PurposePace, h.Each)
		a.end = a.first + min(a.each, sim.Longest/sim.Time(max(1, a.produced)))*sim.Time(max(1, a.produced)-1)
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
		ended = append(ended, sim.ServerEnd{ID: a.id, Status: sim.Completed, Serving: a.serving(a.produced)})
		h.jobs = h.jobs[:n-1]
	}
	return ended
}

// Withdraw takes a request out: it got the tokens that were there by then.
func (h *hosted) Withdraw(now sim.Time, id uint32) sim.Serving {
	i := slices.IndexFunc(h.jobs, func(a answer) bool { return a.id == id })
	a := h.jobs[i]
	h.jobs = slices.Delete(h.jobs, i, i+1)
	switch {
	case now < a.first:
		return a.serving(0)
	case a.each == 0:
		return a.serving(a.produced)
	}
	return a.serving(uint32(min(sim.Time(a.produced), (now-a.first)/a.each+1)))
}

func (a *answer) serving(output uint32) sim.Serving {
	s := sim.Serving{Queued: a.begun, Scheduled: a.begun, Input: a.input, Output: output}
	if output > 0 {
		s.First = a.first
	}
	return s
}
