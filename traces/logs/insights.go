package logs

import (
	"bytes"
	"io"
	"slices"

	"github.com/coldcurve/coldcurve/internal/decimal"
	"github.com/coldcurve/coldcurve/sim"
)

// readInsights reads results of CloudWatch Logs Insights over Lambda logs:
//
//	{"results":[[{"field":"@timestamp","value":"2026-10-01 09:00:05.123"},{"field":"@message","value":"REPORT …"}]],"status":"Complete"}
//	[{"@timestamp":"2026-10-01 09:00:05.123","@message":"REPORT …"}]
//	@timestamp,@message
//
// from aws logs get-query-results, and from the console in JSON and CSV. A row
// without its message is read by the fields that Insights finds in reports.
func readInsights(r *reader, in io.Reader) error {
	in, isJSON, err := startsJSON(in)
	if err != nil {
		return err
	}
	v := &insight{r: r}
	if isJSON {
		return r.readObjects(in, "results", valueMost, v.value)
	}
	var columns []string
	return r.rows(in, func(names [][]byte) problem {
		for _, n := range names {
			columns = append(columns, string(n))
		}
		return ""
	}, func(fields [][]byte) problem {
		v.begin()
		for i := range min(len(fields), len(columns)) {
			if p := v.set(columns[i], fields[i]); p != "" {
				return p
			}
		}
		return v.add()
	})
}

// insight gathers a row.
type insight struct {
	r       *reader
	e       entry
	h       head
	kind    []byte
	message []byte
}

func (v *insight) begin() { v.e, v.h, v.kind, v.message = entry{}, head{}, nil, nil }

// value takes a row: a list of fields, or an object.
func (v *insight) value(b []byte) problem {
	v.begin()
	if len(b) > 0 && b[0] == '[' {
		fields := newWalk(b, '[')
		for fields.next(true) {
			var name, value []byte
			w := newWalk(fields.value, '{')
			for w.next(false) {
				switch string(w.key) {
				case "field":
					name = scalar(w.value)
				case "value":
					value = w.value
				}
			}
			if p := v.member(string(name), value); p != "" {
				return p
			}
		}
		if fields.broken {
			return brokenObject
		}
		return v.add()
	}
	w := newWalk(b, '{')
	for w.next(false) {
		if p := v.member(string(w.key), w.value); p != "" {
			return p
		}
	}
	if w.broken {
		return brokenObject
	}
	return v.add()
}

// member takes a field of JSON; only the message may have escapes.
func (v *insight) member(name string, value []byte) problem {
	if len(value) == 0 {
		return ""
	}
	if name == "@message" {
		return v.set(name, v.r.text(0, value))
	}
	return v.set(name, scalar(value))
}

// set takes a field. What is empty stands on rows of other kinds.
func (v *insight) set(name string, b []byte) problem {
	if len(b) == 0 || string(b) == "null" {
		return ""
	}
	e, ok := &v.e, true
	switch name {
	case "@timestamp":
		c, _, isISO := iso(b)
		if !isISO {
			if c, ok = epoch(b); !ok {
				return "@timestamp: found no time, expected 2006-01-02 15:04:05.000"
			}
		}
		c.zoned = true // Insights writes UTC
		v.h.clock, v.h.timed = c, true
	case "@message":
		v.message = b
	case "@type":
		v.kind = b
	case "@requestId":
		e.key = digest(b)
	case "@log":
		v.h.group = b
		if i := bytes.IndexByte(b, ':'); i >= 0 { // the account's number
			v.h.group = b[i+1:]
		}
	case "@logStream":
		v.h.stream = b
	case "@duration":
		e.duration, ok = e.number(b, 6, millisMax*sim.Millisecond, hasDuration)
	case "@billedDuration":
		e.billed, ok = e.number(b, 0, millisMax, hasBilled)
	case "@initDuration":
		e.init, ok = e.number(b, 6, millisMax*sim.Millisecond, hasInit)
	case "@memorySize":
		e.memory, ok = megabytes(b)
		e.has |= hasMemory
	case "@maxMemoryUsed":
		e.used, ok = megabytes(b)
	}
	if !ok {
		return "found a field of a report that is no number in its range, expected numbers ≥ 0"
	}
	return ""
}

// megabytes reads a memory size as Insights writes it, 128 MB as 1.28E8.
func megabytes(b []byte) (int64, bool) {
	n, ok := decimal.Scaled(b, 0)
	if n >= memoryMax {
		n /= 1_000_000
	}
	return n, ok && n < memoryMax
}

// add takes the row.
func (v *insight) add() problem {
	r := v.r
	if v.message != nil {
		return r.message(v.message, v.h)
	}
	if v.e.has&hasDuration == 0 || v.kind != nil && string(v.kind) != "REPORT" {
		return ""
	}
	e := r.begin()
	*e = v.e
	e.has |= hasCold
	e.cold = e.has&hasInit != 0
	e.function = v.h.function()
	if v.h.timed {
		if p := e.setTime(v.h.clock, true); p != "" {
			return p
		}
	}
	return r.add(r, e)
}

// isInsightsHeader reports whether a line names columns of Insights.
func isInsightsHeader(line []byte) bool {
	names := cells(slices.Clone(line), separatorOf(line), nil)
	for _, n := range names {
		switch string(n) {
		case "@message", "@duration", "@billedDuration":
			return true
		}
	}
	return false
}
