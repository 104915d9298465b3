package logs

import "io"

// The fields of the common log format, and of the combined one, which adds two
// that are not looked at:
//
//	host ident user [02/Jan/2006:15:04:05 -0700] "GET /path HTTP/1.1" status bytes "referrer" "agent"
const (
	httpTime    = 3
	httpRequest = 4
	httpStatus  = 5
	httpLeast   = 7
)

// readHTTP reads the common and combined log formats.
func readHTTP(r *reader, in io.Reader) error {
	return r.each(in, r.httpLine)
}

// isHTTP reports whether a line is in the common log format.
func isHTTP(line []byte) bool {
	var f [httpLeast][]byte
	if quotedFields(line, f[:]) < httpLeast {
		return false
	}
	_, ok := clf(f[httpTime])
	return ok && new(entry).status(f[httpStatus]) == ""
}

func (r *reader) httpLine(line []byte) problem {
	if len(line) == 0 {
		return ""
	}
	var f [httpLeast][]byte
	if quotedFields(line, f[:]) < httpLeast {
		return "found fewer than 7 fields, expected the common log format"
	}
	e := r.begin()
	e.trigger, e.coarse = "http", true
	c, ok := clf(f[httpTime])
	if !ok {
		return "time: found no time, expected [02/Jan/2006:15:04:05 -0700]"
	}
	if p := e.setTime(c, false); p != "" {
		return p
	}
	if p := e.status(f[httpStatus]); p != "" {
		return p
	}
	return r.request(f[httpRequest])
}
