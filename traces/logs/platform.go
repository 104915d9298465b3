package logs

import (
	"bytes"
	"math"

	"github.com/coldcurve/coldcurve/internal/decimal"
	"github.com/coldcurve/coldcurve/sim"
)

var platformType = []byte(`"platform.`)

// platform reads a JSON record of the Lambda platform,
//
//	{"time":…,"type":"platform.report","record":{"metrics":{"durationMs":693.92,…},"status":"success"}}
//
// Of other types platform.initStart is looked at, for the function's name, and
// platform.initReport. A report of Managed Instances has durationMs alone.
func (r *reader) platform(b []byte, h head) problem {
	if !bytes.Contains(b, platformType) {
		return ""
	}
	var kind, record, at []byte
	w := newWalk(b, '{')
	for w.next(false) {
		switch string(w.key) {
		case "type":
			kind = scalar(w.value)
		case "record":
			record = w.value
		case "time":
			at = w.value
		}
	}
	switch string(kind) {
	case "platform.initStart":
		r.initStart(record)
	case "platform.initReport":
		return r.platformInit(record, at, h)
	case "platform.report":
		if w.broken {
			return "platform.report: found broken JSON, expected an object"
		}
		return r.platformReport(record, at, h)
	}
	return ""
}

// initStart takes a function's name for the lines that follow. A file in which
// functions mix says more than one, and then none.
func (r *reader) initStart(record []byte) {
	w := newWalk(record, '{')
	for w.next(false) {
		name, ok := unquote(nil, w.value)
		if string(w.key) != "functionName" || !ok || len(name) == 0 || r.mixed {
			continue
		}
		if len(r.name) > 0 && !bytes.Equal(r.name, name) {
			r.name, r.mixed = nil, true
			continue
		}
		r.name = append([]byte(nil), name...)
	}
}

func (r *reader) platformReport(record, at []byte, h head) problem {
	e := r.begin()
	e.has |= hasCold
	if p := e.platformTime(at, h); p != "" {
		return p
	}
	w := newWalk(record, '{')
	for w.next(false) {
		switch string(w.key) {
		case "metrics":
			if p := e.metrics(w.value); p != "" {
				return p
			}
		case "status":
			e.label(scalar(w.value))
		case "requestId":
			e.key = digest(scalar(w.value))
		}
	}
	if w.broken || e.has&hasDuration == 0 {
		return "platform.report: found no durationMs, expected record.metrics.durationMs"
	}
	if e.has&(hasBilled|hasMemory|hasInit|hasRestore) == 0 {
		r.counts[countManaged]++
		e.managed = true
		e.has &^= hasCold // they say nothing of cold starts either
	}
	e.cold = e.has&(hasInit|hasRestore) != 0
	e.function = h.function()
	return r.add(r, e)
}

// platformTime prefers the record's own time, which is that of the report.
func (e *entry) platformTime(at []byte, h head) problem {
	if len(at) > 0 {
		c, _, ok := iso(scalar(at))
		if !ok {
			return "time: found no time, expected RFC 3339"
		}
		return e.setTime(c, true)
	}
	if h.timed {
		return e.setTime(h.clock, true)
	}
	return ""
}

// metrics reads the metrics of a report.
func (e *entry) metrics(b []byte) problem {
	w := newWalk(b, '{')
	for w.next(false) {
		ok := true
		switch string(w.key) {
		case "durationMs":
			e.duration, ok = e.number(w.value, 6, millisMax*sim.Millisecond, hasDuration)
		case "initDurationMs":
			e.init, ok = e.number(w.value, 6, millisMax*sim.Millisecond, hasInit)
		case "restoreDurationMs":
			e.restore, ok = e.number(w.value, 6, millisMax*sim.Millisecond, hasRestore)
		case "billedDurationMs":
			e.billed, ok = e.number(w.value, 0, millisMax, hasBilled)
		case "billedRestoreDurationMs":
			e.billedRestore, ok = e.number(w.value, 0, millisMax, hasBilledRestore)
		case "memorySizeMB":
			if e.memory, ok = e.number(w.value, 0, memoryMax, hasMemory); ok && e.memory == 0 {
				return "platform.report: memorySizeMB is 0, expected 1 or more"
			}
		case "maxMemoryUsedMB":
			e.used, ok = e.number(w.value, 0, memoryMax, 0)
		}
		if !ok {
			return "platform.report: found a metric that is no number in its range, expected numbers ≥ 0"
		}
	}
	if w.broken {
		return "platform.report: found no metrics, expected an object"
	}
	return ""
}

// number reads a JSON number ≥ 0 and below most, times 10^scale.
func (e *entry) number(b []byte, scale int, most int64, bit has) (int64, bool) {
	n, ok := decimal.Scaled(b, scale)
	if !ok || most < math.MaxInt64 && n >= most {
		return 0, false
	}
	e.has |= bit
	return n, true
}
