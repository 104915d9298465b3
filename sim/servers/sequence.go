package servers

import (
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/tokens"
)

// sequence is a request in an engine: tokens that are known, the prompt and
// those made, of which so many are computed. While it decodes, one after the
// other, its seat says where it is.
type sequence struct {
	id       uint32
	gone     bool // taken back while a step that it is part of goes on
	began    bool // it has been part of a step
	ask      tokens.Request
	luck     sim.Stream // of its drafts
	known    int64      // before it decodes
	computed int64      // or scheduled to be, likewise
	loaded   int64      // of them, that it brings when it is first admitted
	arrival  int64      // its number in the order of arrival, from 1; 0: it is on its way into the line
	place    int32      // in line; −1: it is not there

	shared int64  // full blocks that its ids name
	found  int64  // of its blocks those that others, or itself, can find
	held   int64  // blocks that it has, where drafts took more than its tokens fill
	sure   int64  // tokens that it knew in its last step with a draft: those found right in it are in no cache before the next; 0: it had none
	holds  []hold // how it holds these
	tail   int32  // the run that it made known last
	own    int32  // extent of the blocks after the shared ones

	queued, scheduled, first sim.Time
	cached, preempted        int64
}

// end returns how many tokens are known when the last one is made.
func (r *sequence) end() int64 { return int64(r.ask.Input) + int64(r.ask.Output) }

// serving returns what is to be told of the request when so many tokens are known.
func (r *sequence) serving(known int64) sim.Serving {
	return sim.Serving{
		Queued: r.queued, Scheduled: r.scheduled, First: r.first, Input: uint32(r.ask.Input), Output: uint32(known - int64(r.ask.Input)),
		Cached: uint32(r.cached), Preempted: uint32(r.preempted),
	}
}

// sequences are records of requests, found by the names that the kernel gave.
type sequences struct {
	all   []sequence
	spare []int32
	names index
}

// add returns the place of a new record, whose lists have the room of an old one's.
func (s *sequences) add(id uint32) int32 {
	var i int32
	if n := len(s.spare); n > 0 {
		i = s.spare[n-1]
		s.spare = s.spare[:n-1]
	} else {
		s.all = append(s.all, sequence{})
		i = int32(len(s.all) - 1)
	}
	s.all[i] = sequence{id: id, place: none, tail: none, own: none, holds: s.all[i].holds[:0]}
	s.names.put(id, i)
	return i
}

// unname gives up the name of a request, which another may have from now on.
func (s *sequences) unname(i int32) { s.names.remove(s.all[i].id) }

// drop gives a record back.
func (s *sequences) drop(i int32) {
	s.all[i].ask.Blocks = nil
	s.spare = append(s.spare, i)
}
