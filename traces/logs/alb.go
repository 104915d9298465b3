package logs

import (
	"bytes"
	"io"

	"github.com/coldcurve/coldcurve/internal/decimal"
	"github.com/coldcurve/coldcurve/sim"
)

// The fields of a load balancer's access log that are looked at, by place, from
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html
const (
	albTime      = 1 // when the response was generated
	albTarget    = 4
	albTimes     = 5 // request_processing_time, target_processing_time, response_processing_time
	albELBStatus = 8
	albRequest   = 12
	albCreation  = 21
	albLeast     = 13 // fields of the oldest lines
	albMost      = 22 // fields looked at
)

// readALB reads access logs of an Application Load Balancer. The duration is
// target_processing_time: from the request's sending to the start of the
// response's headers.
func readALB(r *reader, in io.Reader) error {
	return r.each(in, r.albLine)
}

// quotedFields cuts a line at its spaces, but not in "quotes" or [brackets],
// and returns how many fields it has; only the first len(to) are kept.
func quotedFields(b []byte, to [][]byte) (n int) {
	for i := 0; i < len(b); {
		if b[i] == ' ' {
			i++
			continue
		}
		from, end := i, 0
		switch b[i] {
		case '"':
			from++
			end = from + quoteEnd(b[from:])
			i = end + 1
		case '[':
			from++
			end = from + upTo(b[from:], ']')
			i = end + 1
		default:
			end = i + upTo(b[i:], ' ')
			i = end
		}
		if n < len(to) {
			to[n] = b[from:end]
		}
		n++
	}
	return n
}

func upTo(b []byte, c byte) int {
	if i := bytes.IndexByte(b, c); i >= 0 {
		return i
	}
	return len(b)
}

// quoteEnd is where a quoted field ends; servers write \" within one.
func quoteEnd(b []byte) int {
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case '"':
			return i
		case '\\':
			i++
		}
	}
	return len(b)
}

var albTypes = []string{"http", "https", "h2", "grpcs", "ws", "wss"}

// isALB reports whether a line is one of a load balancer.
func isALB(line []byte) bool {
	i := upTo(line, ' ')
	for _, t := range albTypes {
		if string(line[:i]) == t && i < len(line) {
			_, n, ok := iso(line[i+1:])
			return ok && i+1+n < len(line) && line[i+1+n] == ' '
		}
	}
	return false
}

func (r *reader) albLine(line []byte) problem {
	if len(line) == 0 {
		return ""
	}
	var f [albMost][]byte
	n := quotedFields(line, f[:])
	if n < albLeast {
		return "found fewer than 13 fields, expected an access log of an Application Load Balancer"
	}
	if answered(f[albTarget], f[albTimes+1]) {
		r.counts[countOwn]++
		return ""
	}
	e := r.begin()
	e.trigger, e.key = "http", digest(line)
	if p := e.albTimes(r, f[:min(n, albMost)]); p != "" {
		return p
	}
	if p := e.status(f[albELBStatus]); p != "" {
		return p
	}
	return r.request(f[albRequest])
}

// answered reports whether a balancer answered by itself: no target stands on the
// line, and none took time. A function as a target has a time but no address.
func answered(target, processing []byte) bool {
	return string(target) == "-" && string(processing) == "-1"
}

// albTimes reads the durations and the arrival.
func (e *entry) albTimes(r *reader, f [][]byte) problem {
	whole, p := e.processing(f[albTimes : albTimes+3])
	if p != "" {
		return p
	}
	if e.has&hasDuration == 0 {
		r.counts[countNoTarget]++
	}
	if len(f) > albCreation {
		if c, _, ok := iso(f[albCreation]); ok {
			return e.setTime(c, false)
		}
	}
	c, _, ok := iso(f[albTime])
	if !ok {
		return "time: found no time, expected ISO 8601"
	}
	c.at -= whole
	return e.setTime(c, false)
}

// processing reads the times in which a balancer took a request, its target
// answered it, and the balancer sent the answer, and returns their sum.
func (e *entry) processing(f [][]byte) (whole sim.Time, _ problem) {
	for i, b := range f {
		if string(b) == "-1" {
			continue
		}
		d, ok := decimal.Scaled(b, 9)
		if !ok || d >= millisMax*sim.Millisecond {
			return 0, "processing times: found no number, expected seconds ≥ 0, or -1"
		}
		whole += d
		if i == 1 {
			e.duration = d
			e.has |= hasDuration
		}
	}
	return whole, ""
}

// status reads an HTTP status.
func (e *entry) status(b []byte) problem {
	if len(b) == 1 && b[0] == '-' {
		return ""
	}
	n, ok := decimal.Count(b)
	if !ok || n > 999 {
		return "status: found no number of three digits, expected an HTTP status"
	}
	if n >= 500 {
		e.outcome = failed
	}
	return ""
}

// request adds an entry whose function is a request line: METHOD path HTTP/1.1.
func (r *reader) request(b []byte) problem {
	e := &r.entry
	e.route = true
	method := upTo(b, ' ')
	if method == len(b) || method == 0 {
		e.function = []byte("OTHER {id}") // a broken request line, or "-"
		return r.add(r, e)
	}
	path := b[method+1:]
	e.function = b[:method+1+upTo(path, ' ')]
	return r.add(r, e)
}
