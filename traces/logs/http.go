package logs

import (
	"bytes"
	"io"

	"github.com/coldcurve/coldcurve/internal/decimal"
	"github.com/coldcurve/coldcurve/sim"
)

// The fields of the common log format, by their distance from the time, which may
// stand behind a virtual host or a name with spaces:
//
//	[vhost] host ident user [02/Jan/2006:15:04:05 -0700] "GET /path HTTP/1.1" status bytes ["referrer" "agent" …]
const (
	httpRequest = 1
	httpStatus  = 2
	httpBytes   = 3
	httpAgent   = 5 // of the combined format
	httpFrom    = 2 // the first field that can be the time
	httpTo      = 8
	httpLeast   = 4  // fields from the time on
	httpMost    = 28 // fields looked at
)

// readHTTP reads the common and combined log formats. A duration behind them is
// told by its form.
func readHTTP(r *reader, in io.Reader) error {
	return r.each(in, r.httpLine)
}

// clfFields cuts a line into its fields from the time on, or returns nil.
func clfFields(line []byte, f *[httpMost][]byte) ([][]byte, clock) {
	n := min(quotedFields(line, f[:]), httpMost)
	for i := httpFrom; i+httpLeast <= n && i < httpTo; i++ {
		if len(f[i]) < 26 {
			continue
		}
		if c, ok := clf(f[i]); ok {
			return f[i:n], c
		}
	}
	return nil, clock{}
}

// isHTTP reports whether a line is in the common log format.
func isHTTP(line []byte) bool {
	var all [httpMost][]byte
	f, _ := clfFields(line, &all)
	return f != nil && new(entry).status(f[httpStatus]) == ""
}

func (r *reader) httpLine(line []byte) problem {
	if len(line) == 0 {
		return ""
	}
	var all [httpMost][]byte
	f, c := clfFields(line, &all)
	if f == nil {
		return "found no time between fields, expected the common log format: … [02/Jan/2006:15:04:05 -0700] \"request\" status bytes"
	}
	e := r.begin()
	e.trigger, e.coarse = "http", true
	ended := false
	if len(f) > httpLeast {
		ended = r.served(e, f)
	}
	if p := e.setTime(c, ended); p != "" {
		return p
	}
	if p := e.status(f[httpStatus]); p != "" {
		return p
	}
	return r.request(f[httpRequest])
}

// served reads how long a request was served, if the line says so, and reports
// whether its time is the end. nginx writes seconds with three decimals
// ($request_time) and the time of the end; Apache whole µs (%D) and the time of
// the arrival. Of several fields the first with decimals is taken, or the only
// whole number: two are Apache's bytes in and out.
func (r *reader) served(e *entry, f [][]byte) (ended bool) {
	rest := f[httpBytes+1:]
	if !looksTimed(rest[0]) { // the referrer
		if rest = nil; len(f) > httpAgent+1 {
			rest = f[httpAgent+1:]
		}
	}
	var whole []byte
	wholes := 0
	for i, b := range rest {
		b = unlabelled(b)
		if ms, ok := bytes.CutSuffix(b, []byte("ms")); ok { // Traefik's last field
			if i == len(rest)-1 && r.span(e, ms, 6) {
				return false
			}
			continue
		}
		if at := bytes.IndexByte(b, '/'); at > 0 && isWhole(b[:at]) && isWhole(b[at+1:]) { // %T/%D
			if r.span(e, b[at+1:], 3) {
				r.counts[countWhole]++
			}
			return false
		}
		if isWhole(b) {
			whole = b
			wholes++
		} else if len(b) > 0 && b[0]-'0' <= 9 && bytes.IndexByte(b, '.') > 0 && r.span(e, b, 9) {
			r.counts[countDecimals]++
			return true
		}
	}
	if wholes == 1 && r.span(e, whole, 3) {
		r.counts[countWhole]++
	}
	return false
}

// span takes a duration; not ok: it is none, or longer than a day, as a Unix time is.
func (r *reader) span(e *entry, b []byte, scale int) bool {
	d, ok := decimal.Scaled(b, scale)
	if !ok || d > sim.Day {
		return false
	}
	e.duration = d
	e.has |= hasDuration
	return true
}

// looksTimed reports whether a field is a number, with a unit or label if it has them.
func looksTimed(b []byte) bool {
	b = bytes.TrimSuffix(unlabelled(b), []byte("ms"))
	for _, c := range b {
		if c-'0' > 9 && c != '.' && c != '/' {
			return false
		}
	}
	return len(b) > 0 && b[0]-'0' <= 9
}

func isWhole(b []byte) bool {
	_, ok := decimal.Count(b)
	return ok
}

// unlabelled returns a field without the label of a duration.
func unlabelled(b []byte) []byte {
	for _, label := range []string{"rt=", "request_time="} {
		if len(b) > len(label) && string(b[:len(label)]) == label {
			return bytes.Trim(b[len(label):], `"`)
		}
	}
	return b
}
