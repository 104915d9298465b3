package traces

import (
	"cmp"
	"slices"

	"github.com/coldcurve/coldcurve/sim/tokens"
)

// TokenStatistics describe what the requests of a trace ask of a language model.
type TokenStatistics struct {
	Requests      int64 // that have tokens
	Input, Output TokenColumn
	BlockTokens   int32 // of a block; 0 where none is named, or functions differ
	Blocks        int64 // that requests name
	Repeats       int64 // of these, how many were named before
	Conversations ConversationStatistics
}

// TokenColumn describes a column of tokens. Quantiles are nearest-rank.
type TokenColumn struct {
	Sum                     int64
	Mean                    float64
	P50, P90, P99, Min, Max int32
}

// ConversationStatistics describe conversations as the blocks show them: a request
// follows another of its function, if the last block that it repeats of any
// is the other's last or last but one (which is its last full one), no request before
// it followed that, and its input is longer.
type ConversationStatistics struct {
	Count   int64   // conversations of two turns or more
	Turns   int64   // requests in these
	Longest int64   // turns of the longest
	Growth  float64 // mean tokens by which the input grows from turn to turn; 0 where there is none
}

// tokenStat gathers TokenStatistics, function by function.
type tokenStat struct {
	out           TokenStatistics
	input, output map[int32]int64
	seen          idSet
	ends          map[uint32]*turn // by the blocks that a next turn would repeat last
	growth        int64
	steps         int64
}

// turn is a request that may be followed.
type turn struct {
	input    int32
	number   int64 // in its conversation, from 1
	followed bool
}

func newTokenStat() *tokenStat {
	return &tokenStat{input: map[int32]int64{}, output: map[int32]int64{}, seen: idSet{}}
}

// begin begins a function.
func (s *tokenStat) begin(q *requests) {
	if s.ends = map[uint32]*turn{}; len(q.ids) == 0 {
		return
	}
	switch {
	case s.out.Blocks == 0:
		s.out.BlockTokens = q.extent
	case s.out.BlockTokens != q.extent:
		s.out.BlockTokens = 0
	}
}

// add takes a request.
func (s *tokenStat) add(r *tokens.Request) {
	s.out.Requests++
	s.input[r.Input]++
	s.output[r.Output]++
	s.out.Blocks += int64(len(r.Blocks))
	repeated := -1 // the last block that was there before
	for i, id := range r.Blocks {
		if !s.seen.add(id) {
			s.out.Repeats++
			repeated = i
		}
	}
	if n := len(r.Blocks); n > 0 {
		s.follow(r, repeated, n)
	}
}

// follow finds the turn before a request.
func (s *tokenStat) follow(r *tokens.Request, repeated, n int) {
	own := &turn{input: r.Input, number: 1}
	if repeated >= 0 {
		if before := s.ends[r.Blocks[repeated]]; before != nil && !before.followed && r.Input > before.input {
			before.followed = true
			own.number = before.number + 1
			s.growth += int64(r.Input - before.input)
			s.steps++
			c := &s.out.Conversations
			if c.Turns++; own.number == 2 {
				c.Count++
				c.Turns++
			}
			c.Longest = max(c.Longest, own.number)
		}
	}
	for _, id := range r.Blocks[max(0, n-2):] {
		if s.ends[id] == nil { // else many go on from there: it is no conversation's own
			s.ends[id] = own
		}
	}
}

// end returns the statistics; nil where no request has tokens.
func (s *tokenStat) end() *TokenStatistics {
	if s.out.Requests == 0 {
		return nil
	}
	s.out.Input, s.out.Output = columnOf(s.input, s.out.Requests), columnOf(s.output, s.out.Requests)
	if s.steps > 0 {
		s.out.Conversations.Growth = float64(s.growth) / float64(s.steps)
	}
	return &s.out
}

// columnOf describes n numbers, of which each came so often.
func columnOf(counts map[int32]int64, n int64) (c TokenColumn) {
	type value struct {
		v     int32
		count int64
	}
	var sorted []value
	for v, count := range counts {
		sorted = append(sorted, value{v, count})
		c.Sum += int64(v) * count
	}
	slices.SortFunc(sorted, func(a, b value) int { return cmp.Compare(a.v, b.v) })
	c.Mean = float64(c.Sum) / float64(n)
	c.Min, c.Max = sorted[0].v, sorted[len(sorted)-1].v
	for _, q := range []struct {
		percent int64
		to      *int32
	}{{50, &c.P50}, {90, &c.P90}, {99, &c.P99}} {
		rank := (n*q.percent + 99) / 100
		for i := 0; rank > 0; i++ {
			rank -= sorted[i].count
			*q.to = sorted[i].v
		}
	}
	return c
}

// idSet is a set of ids in pages of 4 kB.
type idSet map[uint32]*[512]uint64

// add reports whether the id is new.
func (s idSet) add(id uint32) bool {
	page := s[id>>15]
	if page == nil {
		page = new([512]uint64)
		s[id>>15] = page
	}
	word, bit := &page[id>>6&511], uint64(1)<<(id&63)
	is := *word&bit != 0
	*word |= bit
	return !is
}
