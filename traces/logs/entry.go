package logs

import "github.com/coldcurve/coldcurve/sim"

// problem is what is wrong with a line: what was found and expected, without
// any of its content. It is also what such lines are counted by.
type problem string

// has says what an entry has.
type has uint16

const (
	hasTime has = 1 << iota
	hasDuration
	hasInit
	hasRestore
	hasBilled
	hasBilledRestore
	hasMemory
	hasCold // whether it was cold is known
)

// entry is one request, as a format's reader found it. Slices are valid until
// the next one.
type entry struct {
	has      has
	key      uint64 // a hash of what names the request; 0: nothing does
	function []byte // its name, or method and path; empty: unknown
	route    bool   // function is method and path, to be made a template
	trigger  string

	at       int64 // Unix ns
	ended    bool  // at is when the request ended, not when it arrived
	zoneless bool  // at had no zone
	coarse   bool  // at is in whole seconds

	duration, init, restore sim.Time // < 2^53 ns
	billed, billedRestore   int64    // ms
	memory, used            int64    // MiB; used 0: unknown
	cold                    bool
	managed                 bool // of Lambda Managed Instances
	outcome                 outcome
}

// outcome is how a request ended.
type outcome uint8

const (
	succeeded outcome = iota
	failed
	timedOut
)

// The largest values taken: a longer duration, 115 days, is a broken line.
const (
	millisMax = 10_000_000_000
	memoryMax = 1 << 20
)

// setTime sets when a request arrived or ended.
func (e *entry) setTime(c clock, ended bool) problem {
	if !c.sane() {
		return "time: found a year outside 2000 to 2099, expected the time of a request"
	}
	e.at, e.ended, e.zoneless = c.at, ended, !c.zoned
	e.has |= hasTime
	return ""
}

// arrival is when a request with a time arrived. What ran before the end of a
// Lambda invocation is its initialisation or restore and its duration.
func (e *entry) arrival() int64 {
	if e.ended {
		return e.at - e.duration - e.init - e.restore
	}
	return e.at
}

// label takes a word for an outcome, as platforms write it.
func (e *entry) label(b []byte) {
	switch string(b) {
	case "error", "failure", "failed", "ERROR", "Error", "STATUS_CODE_ERROR":
		e.outcome = failed
	case "timeout", "timed_out", "TIMEOUT", "Timeout":
		e.outcome = timedOut
	}
}
