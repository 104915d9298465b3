package logs

import (
	"bytes"
	"io"

	"github.com/coldcurve/coldcurve/internal/decimal"
	"github.com/coldcurve/coldcurve/sim"
)

// fieldDepth is how deep objects are looked into for a field.
const fieldDepth = 8

// readJSONLines reads JSON objects, one a line or in a list.
func readJSONLines(r *reader, in io.Reader) error {
	return r.readObjects(in, "", valueMost, r.jsonRequest)
}

func (r *reader) jsonRequest(b []byte) problem {
	e := r.begin()
	if p := r.jsonObject(e, b, r.scratch[0][:0], 0); p != "" {
		return p
	}
	return r.fielded(e)
}

// fielded adds a request that was read by the field map.
func (r *reader) fielded(e *entry) problem {
	if e.has == 0 && len(e.function) == 0 {
		return "found none of the fields of the field map, expected time, duration_ms, function or others"
	}
	if e.has&hasInit != 0 {
		e.cold = true
		e.has |= hasCold
	}
	return r.add(r, e)
}

// jsonObject takes the fields of an object whose names are prefixed by path.
func (r *reader) jsonObject(e *entry, b, path []byte, depth int) problem {
	w := newWalk(b, '{')
	for w.next(false) {
		whole := append(path, w.key...)
		if f := r.fields.find(whole); f != nil {
			if string(w.value) == "null" {
				continue
			}
			if p := r.jsonField(e, f, w.value); p != "" {
				return p
			}
		} else if w.value[0] == '{' && depth < fieldDepth {
			if p := r.jsonObject(e, w.value, append(whole, '.'), depth+1); p != "" {
				return p
			}
		}
		if depth == 0 {
			r.scratch[0] = whole[:0]
		}
	}
	if w.broken {
		return brokenObject
	}
	return ""
}

// jsonField takes one field.
func (r *reader) jsonField(e *entry, f *fieldName, v []byte) problem {
	ok := true
	switch f.is {
	case fieldTime, fieldEnd:
		c, _, isISO := iso(scalar(v))
		if !isISO {
			if c, ok = epoch(scalar(v)); !ok {
				return "time: found no time, expected ISO 8601 or a Unix time"
			}
		}
		return e.setTime(c, f.is == fieldEnd)
	case fieldArrival:
		return r.arrival(e, scalar(v))
	case fieldFunction:
		if e.function, ok = r.unquoted(1, v); !ok {
			return "function: found no string, expected a name"
		}
	case fieldDuration:
		e.duration, ok = e.number(scalar(v), f.scale, millisMax*sim.Millisecond, hasDuration)
	case fieldInit:
		e.init, ok = e.number(scalar(v), f.scale, millisMax*sim.Millisecond, hasInit)
	case fieldBilled:
		e.billed, ok = e.number(scalar(v), 0, millisMax, hasBilled)
	case fieldMemory:
		e.memory, ok = e.number(scalar(v), 0, memoryMax, hasMemory)
	case fieldCold:
		return e.coldness(scalar(v))
	case fieldStatus:
		return e.anyStatus(scalar(v))
	}
	if !ok {
		return "found a field of durations or sizes that is no number in its range, expected a number ≥ 0"
	}
	return ""
}

// arrival reads seconds from the start of a trace, which has no date, or of 1970.
func (r *reader) arrival(e *entry, v []byte) problem {
	at, ok := decimal.Scaled(v, 9)
	if !ok {
		return "arrival_s: found no number, expected seconds ≥ 0"
	}
	if at < timeMin*second {
		r.counts[countUndated]++
		at += anyDay * dayLength
	}
	return e.setTime(clock{at, true}, false)
}

// coldness reads whether a request was cold.
func (e *entry) coldness(v []byte) problem {
	switch {
	case string(v) == "1", bytes.EqualFold(v, []byte("true")):
		e.cold = true
	case string(v) == "0", bytes.EqualFold(v, []byte("false")):
	default:
		return "cold: found something else than true or false, expected one of them"
	}
	e.has |= hasCold
	return ""
}

// anyStatus reads an HTTP status or a word.
func (e *entry) anyStatus(v []byte) problem {
	if len(v) > 0 && v[0]-'0' <= 9 {
		return e.status(v)
	}
	e.label(v)
	return ""
}
