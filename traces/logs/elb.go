package logs

import "io"

// The fields of a classic load balancer's access log, by place, from
// https://docs.aws.amazon.com/elasticloadbalancing/latest/classic/access-log-collection.html
const (
	elbTime    = 0 // when the request was received
	elbTarget  = 3
	elbTimes   = 4 // request_processing_time, backend_processing_time, response_processing_time
	elbStatus  = 7
	elbRequest = 11
	elbLeast   = 12
)

// readELB reads access logs of a Classic Load Balancer. The duration is
// backend_processing_time.
func readELB(r *reader, in io.Reader) error {
	return r.each(in, r.elbLine)
}

// isELB reports whether a line is one of a classic load balancer: a time and three
// processing times.
func isELB(line []byte) bool {
	if len(line) < 20 || line[0]-'0' > 9 {
		return false
	}
	var f [elbLeast][]byte
	if quotedFields(line, f[:]) < elbLeast {
		return false
	}
	if _, n, ok := iso(f[elbTime]); !ok || n != len(f[elbTime]) {
		return false
	}
	var e entry
	_, p := e.processing(f[elbTimes : elbTimes+3])
	return p == "" && e.status(f[elbStatus]) == ""
}

func (r *reader) elbLine(line []byte) problem {
	if len(line) == 0 {
		return ""
	}
	var f [elbLeast][]byte
	if quotedFields(line, f[:]) < elbLeast {
		return "found fewer than 12 fields, expected an access log of a Classic Load Balancer"
	}
	if answered(f[elbTarget], f[elbTimes+1]) {
		r.counts[countOwn]++
		return ""
	}
	e := r.begin()
	e.trigger, e.key = "http", digest(line)
	if _, p := e.processing(f[elbTimes : elbTimes+3]); p != "" {
		return p
	}
	if e.has&hasDuration == 0 {
		r.counts[countNoTarget]++
	}
	c, _, ok := iso(f[elbTime])
	if !ok {
		return "time: found no time, expected ISO 8601"
	}
	if p := e.setTime(c, false); p != "" {
		return p
	}
	if p := e.status(f[elbStatus]); p != "" {
		return p
	}
	return r.request(f[elbRequest])
}
