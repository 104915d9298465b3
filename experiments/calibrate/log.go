package calibrate

import (
	"errors"
	"fmt"
	"reflect"
	"slices"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/tokens"
)

// Request is a request as an engine logged it.
type Request struct {
	Line int // in the log
	// Arrival, First and Last are ns from the first arrival of the log on, on one
	// clock: when it came, and when its first and its last token were there.
	Arrival, First, Last sim.Time
	Asked                tokens.Request

	queued sim.Time // when the engine has put it in line, by the engine's clock
	timed  bool     // the log says so
}

// Log is what an engine logged, in the order of arrival.
type Log struct {
	Name     string // as the user wrote it
	Digest   string // hexadecimal SHA-256 of its text
	Form     string
	Requests []Request
	// OtherClock says that arrivals were on another clock than tokens, and were
	// put onto theirs as if the quickest request had come into line at once.
	OtherClock bool
	// Offset is what was added to arrivals for that, ns.
	Offset    sim.Time
	Passed    int // spans that are of no request for tokens
	Tokenless int // requests that made no token: they were aborted, or failed
	Twice     int // records that stood before, word for word, with the id of their request

	ids   map[string]int // of requests, to their places in Requests while it is read
	chain tokens.Chain   // of the blocks that they name
}

// Notes say what of the log was left out.
func (l *Log) Notes() (list []string) {
	for _, n := range []struct {
		count int
		what  string
	}{
		{l.Passed, "spans of no request for tokens, passed over"},
		{l.Tokenless, "requests that made no token, passed over; what they took of the engine is in the times of others"},
		{l.Twice, "records of a request that stood before, passed over"},
	} {
		if n.count > 0 {
			list = append(list, fmt.Sprintf("%s: %s: %d", l.Name, n.what, n.count))
		}
	}
	return list
}

// admit takes a request, once: id is what the log calls it, nil where it has no
// name. Another of the same name is an error.
func (l *Log) admit(id any, r Request) error {
	name, named := text(id)
	if i, stood := l.ids[name]; named && stood {
		if !l.Requests[i].same(&r) {
			return fmt.Errorf("found the request %s with other values than in line %d, expected each once", spec.Quote(name), l.Requests[i].Line)
		}
		l.Twice++
		return nil
	}
	if problem := l.chain.Add(r.Asked.Blocks); problem != "" {
		return errors.New("blocks: " + problem)
	}
	if named {
		if l.ids == nil {
			l.ids = map[string]int{}
		}
		l.ids[name] = len(l.Requests)
	}
	l.Requests = append(l.Requests, r)
	return nil
}

// same tells whether two records say the same, wherever they stand.
func (r *Request) same(q *Request) bool {
	a, b := *r, *q
	equal := slices.Equal(a.Asked.Blocks, b.Asked.Blocks)
	a.Asked.Blocks, b.Asked.Blocks = nil, nil
	a.Line, b.Line = 0, 0
	return equal && reflect.DeepEqual(a, b)
}

// sameClock bounds how far from its place in line an arrival on the same clock
// can be.
const sameClock = 10 * sim.Second

// align puts all times onto one clock, from the first arrival on, and refuses
// those that go backwards.
func (l *Log) align() error {
	if err := l.setOffset(); err != nil {
		return err
	}
	for i := range l.Requests {
		r := &l.Requests[i]
		r.Arrival += l.Offset
		switch {
		case r.timed && r.queued < r.Arrival:
			return l.bad(r.Line, "found a place in line %s before the arrival, expected it after", spec.Duration(r.Arrival-r.queued))
		case r.timed && r.First < r.queued:
			return l.bad(r.Line, "found the first token %s before the request was in line, expected it after", spec.Duration(r.queued-r.First))
		case r.First <= r.Arrival:
			return l.bad(r.Line, "found the first token %s before the arrival, expected it after; where arrivals are on another clock, the log must say when requests came into line (queued)", spec.Duration(r.Arrival-r.First))
		case r.Last < r.First:
			return l.bad(r.Line, "found the last token %s before the first, expected it after", spec.Duration(r.First-r.Last))
		case r.Asked.Output > 1 && r.Last == r.First:
			return l.bad(r.Line, "found all %d tokens at once, expected the last one after the first", r.Asked.Output)
		}
	}
	slices.SortStableFunc(l.Requests, func(a, b Request) int { return int(max(-1, min(1, a.Arrival-b.Arrival))) })
	if len(l.Requests) == 0 {
		return nil
	}
	for i, start := 0, l.Requests[0].Arrival; i < len(l.Requests); i++ {
		r := &l.Requests[i]
		r.Arrival, r.First, r.Last = r.Arrival-start, r.First-start, r.Last-start
	}
	return nil
}

// setOffset tells by the times in line whether arrivals are on another clock.
func (l *Log) setOffset() error {
	least := sim.Never
	for i := range l.Requests {
		if r := &l.Requests[i]; r.timed {
			least = min(least, r.queued-r.Arrival)
		}
	}
	if least == sim.Never || -sameClock < least && least < sameClock && least >= 0 {
		return nil
	}
	l.OtherClock, l.Offset = true, least
	for i := range l.Requests {
		if r := &l.Requests[i]; !r.timed {
			return l.bad(r.Line, "found no time in line (queued), expected one as in other rows: arrivals are on another clock")
		}
	}
	return nil
}

// bad is an error of a line of the log.
func (l *Log) bad(line int, format string, a ...any) error {
	return fmt.Errorf("%s:%d: %w", l.Name, line, fmt.Errorf(format, a...))
}

// NamesBlocks reports whether the log says which requests begin alike.
func (l *Log) NamesBlocks() bool {
	return slices.ContainsFunc(l.Requests, func(r Request) bool { return len(r.Asked.Blocks) > 0 })
}

// Tokens implements tokens.Columns, row by row.
func (l *Log) Tokens(_, attr uint32, _ uint64) tokens.Request { return l.Requests[attr].Asked }

// times are those of a request: to the first token, a token after it, to the
// last, s. TPOT is NaN where there was one token alone.
type times [metrics]float64

// The metrics of a request.
const (
	ttft = iota
	tpot
	e2e
	metrics
)

// metricNames are how they are shown.
var metricNames = [metrics]string{"TTFT", "TPOT", "E2E"}

// measured returns what the engine took for a request.
func (r *Request) measured() times { return timesOf(r.Arrival, r.First, r.Last, r.Asked.Output) }
