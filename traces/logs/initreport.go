package logs

import (
	"bytes"

	"github.com/coldcurve/coldcurve/internal/decimal"
	"github.com/coldcurve/coldcurve/sim"
)

// FailedInits are initialisations that failed or timed out before an
// invocation, and what they cost: since 2025-08-01 Lambda bills each, rounded up
// to 1 ms, at the function's memory size then, which is that of its next report.
// No report of an invocation has them.
type FailedInits struct {
	Count    int64
	BilledMS int64    // sum; 0 for those that were free
	MiBMS    sim.Wide // sum of memory size × what is billed; 0 where the log has no memory size
}

// failedInits are those of an account, as long as it is not known what those
// without a time cost.
type failedInits struct {
	billed, free, unknown FailedInits
}

func (f *FailedInits) add(o FailedInits) {
	f.Count += o.Count
	f.BilledMS += o.BilledMS
	f.MiBMS.AddWide(o.MiBMS)
}

// at is what they cost at a memory size.
func (f FailedInits) at(memory int64) FailedInits {
	f.MiBMS = sim.Wide{}
	f.MiBMS.AddProduct(f.BilledMS, memory)
	return f
}

// at is what they cost at a memory size.
func (f *failedInits) at(memory int64) failedInits {
	return failedInits{f.billed.at(memory), f.free.at(memory), f.unknown.at(memory)}
}

func (f *failedInits) merge(o failedInits) {
	f.billed.add(o.billed)
	f.free.add(o.free)
	f.unknown.add(o.unknown)
}

var initReportPrefix = []byte("INIT_REPORT Init Duration: ")

// initsBilled is 2025-08-01, Unix s: from then on initialisations are billed.
const initsBilled = 1_754_006_400

// initReport reads what follows "INIT_REPORT Init Duration: ":
//
//	9999.47 ms\tPhase: init\tStatus: timeout\tError Type: …
//
// Initialisations that succeeded stand in the reports of invocations, or are
// those of provisioned concurrency and snapshots. In Phase: invoke they are part of
// an invocation's duration.
func (r *reader) initReport(b []byte, h head) problem {
	const none = "INIT_REPORT: found no number of ms, expected one, as in 488.22 ms"
	i := bytes.IndexByte(b, ' ')
	if i < 0 || !unit(b[i:], " ms") {
		return none
	}
	d, ok := decimal.Scaled(b[:i], 6)
	if !ok || d >= millisMax*sim.Millisecond {
		return none
	}
	status := []byte("?")
	if at := bytes.Index(b, []byte("Status: ")); at >= 0 {
		status = b[at+len("Status: "):]
		status = status[:word(status)]
	}
	e := r.begin()
	if h.timed {
		if p := e.setTime(h.clock, true); p != "" {
			return p
		}
	}
	return r.initFailed(e, d, bytes.Contains(b, []byte("Phase: invoke")), status, h)
}

// platformInit reads the record of a platform.initReport.
func (r *reader) platformInit(record, at []byte, h head) problem {
	e := r.begin()
	if p := e.platformTime(at, h); p != "" {
		return p
	}
	var status []byte
	invoke := false
	w := newWalk(record, '{')
	for w.next(false) {
		switch string(w.key) {
		case "phase":
			invoke = string(scalar(w.value)) == "invoke"
		case "status":
			status = scalar(w.value)
		case "metrics":
			if p := e.metrics(w.value); p != "" {
				return p
			}
		}
	}
	if w.broken || e.has&hasDuration == 0 {
		return "platform.initReport: found no durationMs, expected record.metrics.durationMs"
	}
	return r.initFailed(e, e.duration, invoke, status, h)
}

// initFailed counts an initialisation by its status. e has its time.
func (r *reader) initFailed(e *entry, d sim.Time, invoke bool, status []byte, h head) problem {
	e.label(bytes.TrimRight(status, "\r\n\""))
	if e.outcome == succeeded {
		return ""
	}
	if invoke {
		r.counts[countInitInvoke]++
		return ""
	}
	e.duration = d
	if r.initAgain(e, h) {
		return ""
	}
	missing := r.profile.Missing.Function // it is no request
	e.function = h.function()
	f, p := r.collector.function(r, e)
	r.profile.Missing.Function = missing
	if p != "" {
		return p
	}
	if r.outside(e) {
		r.collector.counts[countOutside]++
		return ""
	}
	waiting := &r.accounts[f].waiting
	cost := FailedInits{Count: 1, BilledMS: ceil(d, 1)}
	switch {
	case e.has&hasTime == 0:
		waiting.unknown.add(cost)
	case e.at < initsBilled*second:
		waiting.free.add(FailedInits{Count: 1})
	default:
		waiting.billed.add(cost)
	}
	return ""
}

// place gives the failed initialisations since the last report the memory size
// of this one.
func (a *account) place(memory int64) {
	a.memory = memory
	if a.waiting != (failedInits{}) {
		a.inits.merge(a.waiting.at(memory))
		a.waiting = failedInits{}
	}
}

// initAgain reports whether the line was read before. It names no request: with a
// time its stream and duration tell, without one only a copy that follows it.
func (r *reader) initAgain(e *entry, h head) bool {
	e.key = digest(h.stream)
	last := r.lastInit
	r.lastInit = e.print()
	again := last == r.lastInit
	if e.has&hasTime != 0 {
		again = r.repeats.seen(e) || again && r.untimedInit
	}
	r.untimedInit = e.has&hasTime == 0
	if again {
		r.collector.counts[countRepeat]++
	}
	return again
}

// lonely counts the failed initialisations of functions without a request,
// whose memory size is not known.
func (c *collector) lonely() {
	for _, a := range c.accounts {
		if a != nil && a.Requests == 0 {
			c.counts[countInitAlone] += a.waiting.billed.Count + a.waiting.free.Count + a.waiting.unknown.Count
		}
	}
}

// failed is what the failed initialisations of an account cost. One without a
// time was free where the function's own reports say that its initialisations were.
func (a *account) failed() FailedInits {
	a.place(a.memory) // no report follows the last ones
	out := a.inits.billed
	out.add(a.inits.free)
	unknown := a.inits.unknown
	free, billed := false, false
	for _, u := range a.Billed {
		rule := u.Rules & allRules
		free = free || rule == Ceil1 || rule == Ceil100
		billed = billed || rule == Ceil1Init || rule == Ceil100Init
	}
	if free && !billed {
		unknown.BilledMS, unknown.MiBMS = 0, sim.Wide{}
	}
	out.add(unknown)
	return out
}
