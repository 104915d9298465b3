package logs

import (
	"io"
	"strings"

	"github.com/coldcurve/coldcurve/internal/decimal"
	"github.com/coldcurve/coldcurve/sim"
)

// readOTLP reads OTLP JSON: {"resourceSpans":[{"resource":…,"scopeSpans":[{"spans":[…]}]}]},
// one document or one a line. Of a resource's spans those are invocations that
// have faas.invocation_id (older: faas.execution), faas.trigger or
// faas.coldstart; where none has, its server and consumer spans, if the
// resource has faas.name. Semantic conventions v1.44.
func readOTLP(r *reader, in io.Reader) error {
	return newDocument(in).each(r.ctx, r, &spans{r: r})
}

// spans handles a document of spans.
type spans struct {
	r       *reader
	name    []byte // faas.name of the resource
	service []byte // its service.name
	memory  int64  // MiB; 0: unknown
	old     bool   // memory was in MiB
}

// object implements handler.
func (s *spans) object(b []byte) error {
	w := newWalk(b, '{')
	for w.next(false) {
		if !s.lists(string(w.key)) {
			continue
		}
		items := newWalk(w.value, '[')
		for items.next(true) {
			s.r.event++
			if err := s.item("", items.value); err != nil {
				return err
			}
		}
	}
	if w.broken {
		s.r.event++
		return s.r.skip(brokenObject)
	}
	return nil
}

// lists implements handler.
func (s *spans) lists(key string) bool { return key == "resourceSpans" }

// member implements handler.
func (s *spans) member(string, []byte) {}

// item implements handler: the spans of a resource.
func (s *spans) item(_ string, b []byte) error {
	s.name, s.service, s.memory, s.old = nil, nil, 0, false
	w := newWalk(b, '{')
	for w.next(false) {
		if string(w.key) == "resource" {
			s.resource(w.value)
		}
	}
	if w.broken {
		return s.r.skip(brokenObject)
	}
	marked := false
	s.each(b, func(span []byte) error {
		marked = marked || isInvocation(span)
		return nil
	})
	return s.each(b, func(span []byte) error { return s.span(span, marked) })
}

// each calls take for every span of a resource.
func (s *spans) each(b []byte, take func([]byte) error) error {
	w := newWalk(b, '{')
	for w.next(false) {
		if k := string(w.key); k != "scopeSpans" && k != "instrumentationLibrarySpans" {
			continue
		}
		scopes := newWalk(w.value, '[')
		for scopes.next(true) {
			scope := newWalk(scopes.value, '{')
			for scope.next(false) {
				if string(scope.key) != "spans" {
					continue
				}
				list := newWalk(scope.value, '[')
				for list.next(true) {
					if err := take(list.value); err != nil {
						return err
					}
				}
			}
		}
	}
	return nil
}

// attributes calls take for every attribute of a list.
func attributes(list []byte, take func(key string, kind string, v []byte)) {
	w := newWalk(list, '[')
	for w.next(true) {
		var key, value []byte
		a := newWalk(w.value, '{')
		for a.next(false) {
			switch string(a.key) {
			case "key":
				key = scalar(a.value)
			case "value":
				value = a.value
			}
		}
		if v := newWalk(value, '{'); v.next(false) {
			take(string(key), string(v.key), v.value)
		}
	}
}

// resource takes the attributes of a resource.
func (s *spans) resource(b []byte) {
	w := newWalk(b, '{')
	for w.next(false) {
		if string(w.key) != "attributes" {
			continue
		}
		attributes(w.value, func(key, kind string, v []byte) {
			switch key {
			case "faas.name":
				s.name, _ = unquote(nil, v)
			case "service.name":
				s.service, _ = unquote(nil, v)
			case "faas.max_memory":
				s.memory, s.old = mebibytes(scalar(v))
			}
		})
	}
}

// mebibytes reads faas.max_memory: bytes; below 1 MiB it is what older
// instrumentation wrote, MiB. Bytes are rounded up.
func mebibytes(b []byte) (mib int64, old bool) {
	n, ok := decimal.Scaled(b, 0)
	switch {
	case !ok || n >= memoryMax<<20:
		return 0, false
	case n < 1<<20:
		return n, n > 0
	}
	return (n + 1<<20 - 1) >> 20, false
}

// isInvocation reports whether a span has an attribute of an invocation.
func isInvocation(span []byte) (found bool) {
	w := newWalk(span, '{')
	for w.next(false) {
		if string(w.key) != "attributes" {
			continue
		}
		attributes(w.value, func(key, _ string, _ []byte) {
			switch key {
			case "faas.invocation_id", "faas.execution", "faas.trigger", "faas.coldstart":
				found = true
			}
		})
	}
	return found
}

// span takes one span.
func (s *spans) span(b []byte, marked bool) error {
	e := s.r.begin()
	var start, end, kind []byte
	w := newWalk(b, '{')
	for w.next(false) {
		switch string(w.key) {
		case "startTimeUnixNano":
			start = scalar(w.value)
		case "endTimeUnixNano":
			end = scalar(w.value)
		case "kind":
			kind = scalar(w.value)
		case "attributes":
			s.attributes(e, w.value)
		case "status":
			e.spanStatus(w.value)
		}
	}
	if w.broken {
		return s.r.skip("found a broken span, expected a JSON object")
	}
	if !s.counts(b, kind, marked) {
		s.r.collector.counts[countBatch]++
		return nil
	}
	if p := e.spanTimes(start, end); p != "" {
		return s.r.skip(p)
	}
	s.complete(e)
	if p := s.r.add(s.r, e); p != "" {
		return s.r.skip(p)
	}
	return nil
}

// counts reports whether a span is an invocation. A client's span is the
// caller's side of one.
func (s *spans) counts(span, kind []byte, marked bool) bool {
	if marked {
		return isInvocation(span) && string(kind) != "3" && string(kind) != "SPAN_KIND_CLIENT"
	}
	switch string(kind) {
	case "2", "5", "SPAN_KIND_SERVER", "SPAN_KIND_CONSUMER":
		if len(s.name) > 0 {
			s.r.collector.counts[countResource]++
			return true
		}
	}
	return false
}

// attributes takes the attributes of a span.
func (s *spans) attributes(e *entry, list []byte) {
	attributes(list, func(key, _ string, v []byte) {
		switch key {
		case "faas.name":
			e.function, _ = unquote(nil, v)
		case "faas.coldstart":
			e.cold = string(scalar(v)) == "true"
			e.has |= hasCold
		case "faas.trigger":
			e.trigger = trigger(scalar(v))
		case "faas.max_memory":
			s.memory, s.old = mebibytes(scalar(v))
		case "http.response.status_code", "http.status_code":
			if e.status(scalar(v)) != "" {
				return // not a status: the span's own tells
			}
		}
	})
}

// trigger returns a value of faas.trigger; another is other.
func trigger(b []byte) string {
	for _, t := range []string{"datasource", "http", "pubsub", "timer"} {
		if string(b) == t {
			return t
		}
	}
	return "other"
}

// spanStatus reads the status of a span: code 2 is an error.
func (e *entry) spanStatus(b []byte) {
	w := newWalk(b, '{')
	for w.next(false) {
		if v := string(scalar(w.value)); string(w.key) == "code" && (v == "2" || v == "STATUS_CODE_ERROR") {
			e.outcome = failed
		}
		if string(w.key) == "message" && strings.Contains(strings.ToLower(string(w.value)), "timed out") {
			e.outcome = timedOut
		}
	}
}

// spanTimes reads start and end.
func (e *entry) spanTimes(start, end []byte) problem {
	from, ok := decimal.Scaled(start, 0)
	if !ok {
		return "startTimeUnixNano: found no number, expected Unix nanoseconds"
	}
	to, ok := decimal.Scaled(end, 0)
	if !ok || to < from || to-from >= millisMax*sim.Millisecond {
		return "endTimeUnixNano: found no number, or one before the start, expected Unix nanoseconds"
	}
	e.duration = to - from
	e.has |= hasDuration
	return e.setTime(clock{from, true}, false)
}

// complete adds what the resource says.
func (s *spans) complete(e *entry) {
	if len(e.function) == 0 {
		e.function = s.name
	}
	if len(e.function) == 0 {
		e.function = s.service
	}
	if s.memory > 0 {
		e.memory = s.memory
		e.has |= hasMemory
		if s.old {
			s.r.collector.counts[countMiB]++
		}
	}
}
