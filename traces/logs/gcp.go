package logs

import (
	"bytes"
	"io"
	"slices"

	"github.com/coldcurve/coldcurve/internal/decimal"
	"github.com/coldcurve/coldcurve/sim"
)

// readGCP reads entries of Google Cloud Logging in JSON, as gcloud logging read
// --format=json, the Logs Explorer and sinks write them:
//
//	{"httpRequest":{"latency":"0.101234567s","requestMethod":"GET","requestUrl":"…","status":200},
//	 "resource":{"type":"cloud_run_revision","labels":{"service_name":"f"}},"timestamp":"…Z","insertId":"…"}
//
// The timestamp is that of the arrival. The latency is from the request's first byte
// to the answer's last: on Cloud Run it includes the wait for an instance that
// starts, and no field says that one did. Functions of the first generation write
// "Function execution took 123 ms" when they end.
func readGCP(r *reader, in io.Reader) error {
	return r.readObjects(in, "entries", valueMost, r.gcpEntry)
}

func (r *reader) gcpEntry(b []byte) problem {
	var request, resource, at, text []byte
	e := r.begin()
	w := newWalk(b, '{')
	for w.next(false) {
		switch string(w.key) {
		case "httpRequest":
			request = w.value
		case "resource":
			resource = w.value
		case "timestamp":
			at = w.value
		case "insertId":
			e.key = digest(w.value)
		case "textPayload":
			text = w.value
		case "jsonPayload":
			if r.gcpOwn(w.value) {
				return ""
			}
		}
	}
	if w.broken {
		return brokenObject
	}
	ended := false
	switch {
	case request != nil:
		if p := r.gcpRequest(e, request); p != "" {
			return p
		}
		if e.has == 0 && e.trigger == "" {
			return "" // served from a cache
		}
	case r.tookText(e, text):
		ended = true
	default:
		return "" // another log's
	}
	if name := r.gcpService(resource); len(name) > 0 {
		e.function, e.route = name, false
	}
	c, _, ok := iso(scalar(at))
	if !ok {
		return "timestamp: found no time, expected RFC 3339"
	}
	if p := e.setTime(c, ended); p != "" {
		return p
	}
	return r.add(r, e)
}

// gcpRequest reads an entry's httpRequest.
func (r *reader) gcpRequest(e *entry, b []byte) problem {
	var method, url []byte
	w := newWalk(b, '{')
	for w.next(false) {
		switch string(w.key) {
		case "latency":
			d, ok := seconds(scalar(w.value))
			if !ok {
				return "latency: found no time, expected seconds with their unit, as in 0.101234567s"
			}
			e.duration = d
			e.has |= hasDuration
		case "requestMethod":
			method = r.text(0, w.value)
		case "requestUrl":
			url = r.text(1, w.value)
		case "status":
			if p := e.status(scalar(w.value)); p != "" {
				return p
			}
		case "cacheHit":
			if string(w.value) == "true" {
				r.counts[countCached]++
				*e = entry{}
				return ""
			}
		}
	}
	if w.broken {
		return brokenObject
	}
	e.trigger = "http"
	e.function, e.route = r.joined(method, url), true
	return ""
}

// joined is a method and a path or URL as one text. Both may be buffers of the reader.
func (r *reader) joined(method, path []byte) []byte {
	r.path = append(append(append(r.path[:0], method...), ' '), path...)
	if len(method) == 0 {
		return r.path[1:]
	}
	return r.path
}

// seconds reads 0.101234567s, or the same in parts: {"seconds":0,"nanos":101234567}.
func seconds(b []byte) (sim.Time, bool) {
	if len(b) > 0 && b[0] == '{' {
		total := int64(0)
		w := newWalk(b, '{')
		for w.next(false) {
			scale := 0
			if string(w.key) == "seconds" {
				scale = 9
			}
			n, ok := decimal.Scaled(scalar(w.value), scale)
			if !ok || n >= millisMax*sim.Millisecond {
				return 0, false
			}
			total += n
		}
		return total, !w.broken && total < millisMax*sim.Millisecond
	}
	number, ok := bytes.CutSuffix(b, []byte("s"))
	if !ok {
		return 0, false
	}
	d, ok := decimal.Scaled(number, 9)
	return d, ok && d < millisMax*sim.Millisecond
}

// gcpService is the name of the service or function that an entry's resource is;
// of a load balancer there is none, and the route stands for it.
func (r *reader) gcpService(b []byte) []byte {
	w := newWalk(b, '{')
	for w.next(false) {
		if string(w.key) != "labels" {
			continue
		}
		labels := newWalk(w.value, '{')
		for labels.next(false) {
			switch string(labels.key) {
			case "service_name", "function_name", "module_id":
				return r.text(0, labels.value)
			}
		}
	}
	return nil
}

// notServed are the statusDetails of requests that reached no backend.
var notServed = []string{"body_denied_by_security_policy", "denied_by_security_policy", "failed_to_connect_to_backend", "failed_to_pick_backend",
	"handled_by_identity_aware_proxy", "request_loop_detected", "secure_url_rejected", "unsupported_method"}

// gcpOwn reports whether a load balancer says that it answered by itself, and counts it.
func (r *reader) gcpOwn(b []byte) bool {
	w := newWalk(b, '{')
	for w.next(false) {
		if string(w.key) != "statusDetails" {
			continue
		}
		details := string(scalar(w.value))
		if details == "response_from_cache" {
			r.counts[countCached]++
			return true
		}
		if slices.Contains(notServed, details) {
			r.counts[countOwn]++
			return true
		}
	}
	return false
}

var tookPrefix = []byte("Function execution took ")

// tookText reads "Function execution took 123 ms, finished with status: 'ok'" (or
// status code: 200).
func (r *reader) tookText(e *entry, v []byte) bool {
	text := r.text(0, v)
	rest, ok := bytes.CutPrefix(text, tookPrefix)
	if !ok {
		return false
	}
	number := rest[:upTo(rest, ' ')]
	d, ok := decimal.Scaled(number, 6)
	if !ok || d >= millisMax*sim.Millisecond || !bytes.HasPrefix(rest[len(number):], []byte(" ms")) {
		return false
	}
	e.duration = d
	e.has |= hasDuration
	switch {
	case bytes.Contains(rest, []byte("'timeout'")):
		e.outcome = timedOut
	case bytes.Contains(rest, []byte("'error'")), bytes.Contains(rest, []byte("'crash'")), bytes.Contains(rest, []byte("code: 5")):
		e.outcome = failed
	}
	return true
}

// isGCP reports whether an object is a request's entry of Google Cloud Logging.
func isGCP(b []byte) bool {
	request, entry := false, false
	w := newWalk(b, '{')
	for w.next(false) {
		switch string(w.key) {
		case "httpRequest":
			request = w.value[0] == '{'
		case "textPayload":
			request = request || bytes.Contains(w.value, tookPrefix)
		case "insertId", "logName", "resource":
			entry = true
		}
	}
	return request && entry
}
