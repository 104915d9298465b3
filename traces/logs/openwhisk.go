package logs

import (
	"bufio"
	"bytes"
	"io"

	"github.com/coldcurve/coldcurve/internal/decimal"
	"github.com/coldcurve/coldcurve/sim"
)

// readOpenWhisk reads activations of OpenWhisk in JSON, as wsk activation get, the REST
// API and the database have them:
//
//	{"activationId":"…","name":"f","start":1759309205000,"end":1759309205132,"duration":132,
//	 "annotations":[{"key":"initTime","value":7},{"key":"limits","value":{"memory":256}}],"response":{"status":"success"}}
//
// The start is that of the run, after any wait. The duration, in ms, includes the
// initialisation (initTime), which is taken off.
func readOpenWhisk(r *reader, in io.Reader) error {
	body := bufio.NewReaderSize(in, peekMost)
	for { // wsk writes "ok: got activation …" before the object
		b, err := body.Peek(len(activationSaid))
		if err != nil && err != io.EOF {
			return err
		}
		if !bytes.Equal(b, activationSaid) {
			break
		}
		if _, err := body.ReadSlice('\n'); err != nil {
			break
		}
	}
	return r.readObjects(body, "", valueMost, r.activation)
}

var activationSaid = []byte("ok: got activation")

// activation takes one.
func (r *reader) activation(b []byte) problem {
	e := r.begin()
	e.has |= hasCold
	var start, end, duration []byte
	var sequence bool
	w := newWalk(b, '{')
	for w.next(false) {
		switch string(w.key) {
		case "activationId":
			e.key = digest(scalar(w.value))
		case "name":
			e.function = r.text(1, w.value)
		case "start":
			start = scalar(w.value)
		case "end":
			end = scalar(w.value)
		case "duration":
			duration = scalar(w.value)
		case "annotations":
			p := problem("")
			if sequence, p = r.annotations(e, w.value); p != "" {
				return p
			}
		case "response":
			e.response(w.value)
		case "statusCode": // of the list's summaries
			e.whiskStatus(scalar(w.value))
		}
	}
	switch {
	case w.broken:
		return brokenObject
	case sequence:
		r.counts[countSequence]++
		return ""
	}
	from, ok := epoch(start)
	if !ok {
		return "start: found no number, expected a Unix time in ms"
	}
	if p := e.setTime(from, false); p != "" {
		return p
	}
	if p := e.ran(from.at, end, duration); p != "" {
		return p
	}
	return r.add(r, e)
}

// annotations reads what stands in an activation's annotations, and reports whether it
// is a sequence's.
func (r *reader) annotations(e *entry, list []byte) (sequence bool, _ problem) {
	items := newWalk(list, '[')
	for items.next(true) {
		var key, value []byte
		w := newWalk(items.value, '{')
		for w.next(false) {
			switch string(w.key) {
			case "key":
				key = scalar(w.value)
			case "value":
				value = w.value
			}
		}
		ok := true
		switch string(key) {
		case "initTime":
			if e.init, ok = e.number(scalar(value), 6, millisMax*sim.Millisecond, hasInit); !ok {
				return false, "initTime: found no number of ms, expected one"
			}
			e.cold = true
		case "kind":
			sequence = string(scalar(value)) == "sequence"
		case "timeout":
			if string(value) == "true" {
				e.outcome = timedOut
			}
		case "limits":
			limits := newWalk(value, '{')
			for limits.next(false) {
				if string(limits.key) != "memory" {
					continue
				}
				if e.memory, ok = e.number(scalar(limits.value), 0, memoryMax, hasMemory); !ok {
					return false, "limits.memory: found no number of MB, expected one"
				}
			}
		}
	}
	return sequence, ""
}

// ran takes the duration, or what lies between start and end, less the initialisation.
func (e *entry) ran(from int64, end, duration []byte) problem {
	d, ok := decimal.Scaled(duration, 6)
	if duration == nil {
		var to clock
		if to, ok = epoch(end); ok && to.at > 0 {
			d = to.at - from
		}
	}
	if !ok || d < 0 || d >= millisMax*sim.Millisecond {
		return "duration: found no number of ms, expected one, or an end after the start"
	}
	if e.duration = d - e.init; e.duration < 0 {
		return "initTime: found one longer than the duration, which includes it"
	}
	e.has |= hasDuration
	return ""
}

// response reads the status of an activation.
func (e *entry) response(b []byte) {
	w := newWalk(b, '{')
	for w.next(false) {
		switch v := scalar(w.value); string(w.key) {
		case "statusCode":
			e.whiskStatus(v)
		case "status":
			if string(v) != "success" && e.outcome == succeeded {
				e.outcome = failed
			}
		}
	}
}

// whiskStatus reads 0 success, 1 application error, 2 action developer error, 3 whisk
// internal error.
func (e *entry) whiskStatus(v []byte) {
	if string(v) != "0" && e.outcome == succeeded {
		e.outcome = failed
	}
}
