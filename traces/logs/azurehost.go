package logs

import (
	"bytes"
	"io"

	"github.com/coldcurve/coldcurve/internal/decimal"
	"github.com/coldcurve/coldcurve/sim"
)

// executedMark is what a line of the Azure Functions host has.
var executedMark = []byte("Executed '")

// readAzureHost reads logs of the Azure Functions host:
//
//	2026-10-01T09:00:05.123 [Information] Executed 'Functions.f' (Succeeded, Id=…, Duration=596ms)
//
// The line is written when the function ends. Older hosts wrote no duration.
func readAzureHost(r *reader, in io.Reader) error {
	return r.each(in, func(line []byte) problem {
		at := bytes.Index(line, executedMark)
		if at < 0 {
			return ""
		}
		head := bytes.TrimLeft(line[:at], "[ \t\"")
		if _, _, ok := iso(head); !ok {
			head = nil
		}
		return r.executed(line[at:], head)
	})
}

// executed reads what the host says of an execution. at is its end, or nothing.
func (r *reader) executed(b, at []byte) problem {
	b = b[bytes.Index(b, executedMark)+len(executedMark):]
	name, rest, ok := bytes.Cut(b, []byte("'"))
	if !ok {
		return "Executed: found no name of a function in quotes, expected one"
	}
	status := bytes.HasPrefix(rest, []byte(" (Failed"))
	if !status && !bytes.HasPrefix(rest, []byte(" (Succeeded")) {
		return "" // the host quotes other things
	}
	e := r.begin()
	if status {
		e.outcome = failed
	}
	if _, id, ok := bytes.Cut(rest, []byte("Id=")); ok {
		if end := bytes.IndexAny(id, ",)"); end > 0 {
			e.key = digest(id[:end])
		}
	}
	if _, d, ok := bytes.Cut(rest, []byte("Duration=")); ok {
		number, _, _ := bytes.Cut(d, []byte("ms"))
		if e.duration, ok = e.number(number, 6, millisMax*sim.Millisecond, hasDuration); !ok {
			return "Duration: found no number of ms, expected one, as in 596ms"
		}
	}
	if at != nil {
		c, ok := telemetryTime(at)
		if !ok {
			return "timestamp: found no time, expected ISO 8601"
		}
		if p := e.setTime(c, true); p != "" {
			return p
		}
	}
	e.function = bytes.TrimPrefix(name, []byte("Functions."))
	return r.add(r, e)
}

// isExecuted reports whether a line is one of the host's.
func isExecuted(line []byte) bool {
	_, rest, ok := bytes.Cut(line, executedMark)
	if !ok {
		return false
	}
	_, rest, ok = bytes.Cut(rest, []byte("' ("))
	return ok && (bytes.HasPrefix(rest, []byte("Succeeded, Id=")) || bytes.HasPrefix(rest, []byte("Failed, Id="))) && decimalDuration(rest)
}

// decimalDuration reports whether what the host says ends as it does.
func decimalDuration(b []byte) bool {
	_, d, ok := bytes.Cut(b, []byte("Duration="))
	if !ok {
		return true
	}
	number, _, ok := bytes.Cut(d, []byte("ms)"))
	_, isNumber := decimal.Parse(number)
	return ok && isNumber
}
