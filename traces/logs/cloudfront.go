package logs

import (
	"bytes"
	"io"
	"strings"

	"github.com/coldcurve/coldcurve/internal/decimal"
	"github.com/coldcurve/coldcurve/sim"
)

// readCloudFront reads standard logs of CloudFront: tab-separated, with the names of
// their fields in a line at the top.
//
//	#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status … x-edge-result-type … time-taken …
//
// The time, UTC, is when the answer was sent; time-taken, in s, is from the request's
// arrival at the edge to then, with the way to the origin and to the viewer. What the
// edge answered from its cache or by itself no origin served.
func readCloudFront(r *reader, in io.Reader) error {
	v := &edge{r: r}
	return r.each(in, v.line)
}

// edge holds where the fields stand.
type edge struct {
	r      *reader
	known  bool
	fields [edgeFields]int
}

const (
	edgeDate = iota
	edgeTime
	edgeMethod
	edgePath
	edgeStatus
	edgeResult
	edgeID
	edgeTaken
	edgeFields
)

var edgeNames = [edgeFields]string{"date", "time", "cs-method", "cs-uri-stem", "sc-status", "x-edge-result-type", "x-edge-request-id", "time-taken"}

var fieldsPrefix = []byte("#Fields:")

// header takes the line with the names.
func (v *edge) header(names string) problem {
	for k := range v.fields {
		v.fields[k] = -1
	}
	for i, name := range strings.Fields(names) {
		for k, known := range edgeNames {
			if name == known {
				v.fields[k] = i
			}
		}
	}
	v.known = v.fields[edgeDate] >= 0 && v.fields[edgeTime] >= 0 && v.fields[edgePath] >= 0
	if !v.known {
		return "#Fields: found no date, time or cs-uri-stem, expected a standard log of CloudFront"
	}
	return ""
}

func (v *edge) line(b []byte) problem {
	if names, ok := bytes.CutPrefix(b, fieldsPrefix); ok {
		return v.header(string(names))
	}
	if len(b) == 0 || b[0] == '#' {
		return ""
	}
	if !v.known {
		return "found a line before #Fields:, expected the names of the fields first"
	}
	var f [edgeFields][]byte
	for i := 0; ; i++ {
		end := upTo(b, '\t')
		for k, at := range v.fields {
			if at == i {
				f[k] = b[:end]
			}
		}
		if end == len(b) {
			break
		}
		b = b[end+1:]
	}
	return v.request(f)
}

func (v *edge) request(f [edgeFields][]byte) problem {
	r := v.r
	switch string(f[edgeResult]) {
	case "Hit":
		r.counts[countCached]++
		return ""
	case "Redirect", "LimitExceeded", "CapacityExceeded":
		r.counts[countOwn]++
		return ""
	}
	e := r.begin()
	e.trigger, e.coarse = "http", true
	if len(f[edgeID]) > 1 {
		e.key = digest(f[edgeID])
	}
	if len(f[edgeDate]) != 10 || len(f[edgeTime]) != 8 {
		return "date, time: found no time, expected 2006-01-02 and 15:04:05"
	}
	var at [19]byte
	copy(at[:], f[edgeDate])
	at[10] = 'T'
	copy(at[11:], f[edgeTime])
	c, _, ok := iso(at[:])
	if !ok {
		return "date, time: found no time, expected 2006-01-02 and 15:04:05"
	}
	c.zoned = true
	if p := e.setTime(c, true); p != "" {
		return p
	}
	if t := f[edgeTaken]; len(t) > 0 && string(t) != "-" {
		if e.duration, ok = decimal.Scaled(t, 9); !ok || e.duration >= millisMax*sim.Millisecond {
			return "time-taken: found no number of seconds, expected one, as in 0.101"
		}
		e.has |= hasDuration
	}
	if s := f[edgeStatus]; len(s) > 0 && string(s) != "000" { // 000: the viewer closed the connection
		if p := e.status(s); p != "" {
			return p
		}
	}
	e.function, e.route = r.joined(f[edgeMethod], f[edgePath]), true
	return r.add(r, e)
}

// isCloudFront reports whether a file begins as a standard log of CloudFront does.
func isCloudFront(sample []byte) bool {
	line := firstLine(sample)
	if bytes.HasPrefix(line, []byte("#Version:")) {
		line = firstLine(sample[bytes.IndexByte(sample, '\n')+1:])
	}
	return bytes.HasPrefix(line, fieldsPrefix) && bytes.Contains(line, []byte("x-edge-"))
}
