package logs

import (
	"bytes"
	"io"
)

// readCloudWatchJSON reads what the aws command line and subscriptions wrap
// log lines in:
//
//	{"events":[{"timestamp":1700000000000,"message":"REPORT …","logStreamName":"…"}]}
//	{"messageType":"DATA_MESSAGE","logGroup":"/aws/lambda/f","logStream":"…","logEvents":[…]}
//	{"awslogs":{"data":"H4sI…"}}, {"Records":[{"kinesis":{"data":"H4sI…"}}]}, {"records":[{"data":"H4sI…"}]}
//	[{"time":"…","type":"platform.report","record":{…}}]
//
// and what shippers make of an event, with the time in ISO 8601 or as a Unix time:
//
//	{"timestamp":"2026-10-01T09:00:05.123Z","message":"REPORT …","log_group":"…"}
//	{"attributes":{"timestamp":"…","message":"…"}}, {"_source":{"@timestamp":"…","message":"…"}}
func readCloudWatchJSON(r *reader, in io.Reader) error {
	return newDocument(in).each(r.ctx, r, &events{r: r})
}

// events handles a document of log events.
type events struct {
	r      *reader
	group  []byte
	stream []byte
	late   bool // events were taken before a group was named
	depth  int  // of payloads within payloads
	nested int  // of events within objects
}

// object implements handler: names first, wherever they stand, then events.
func (v *events) object(b []byte) error {
	v.group, v.stream, v.late = nil, nil, false
	var lists [][]byte
	single := true
	w := newWalk(b, '{')
	for w.next(false) {
		switch key := string(w.key); {
		case v.lists(key):
			lists, single = append(lists, w.value), false
		case (key == "data" || key == "hits") && w.value[0] == '[':
			lists, single = append(lists, w.value), false
		case key == "hits" && w.value[0] == '{' && v.nested < fieldDepth:
			v.nested++
			err := v.object(w.value)
			v.nested--
			if err != nil {
				return err
			}
			single = false
		case key == "awslogs":
			single = false
			v.r.event++
			if err := v.payload(w.value); err != nil {
				return err
			}
		default:
			v.member(key, w.value)
		}
	}
	if w.broken {
		v.r.event++
		return v.r.skip(brokenObject)
	}
	for _, list := range lists {
		items := newWalk(list, '[')
		for items.next(true) {
			v.r.event++
			if err := v.item("", items.value); err != nil {
				return err
			}
		}
	}
	if single {
		v.r.event++
		return v.item("", b)
	}
	return nil
}

// lists implements handler.
func (v *events) lists(key string) bool {
	switch key {
	case "events", "logEvents", "Records", "records":
		return true
	}
	return false
}

// member implements handler.
func (v *events) member(key string, b []byte) {
	name, ok := unquote(nil, b)
	if !ok {
		return
	}
	switch key {
	case "logGroup":
		v.group = append(v.group[:0], name...)
		if v.late {
			v.r.counts[countGroupLate]++
		}
	case "logStream":
		v.stream = append(v.stream[:0], name...)
	}
}

// item implements handler: an event, a record that holds a payload, or a
// record of the platform itself.
func (v *events) item(_ string, b []byte) error {
	v.late = v.late || v.group == nil
	h := head{group: v.group, stream: v.stream}
	var message []byte
	platform, sane := false, true
	w := newWalk(b, '{')
	for w.next(false) {
		switch string(w.key) {
		case "timestamp", "@timestamp":
			sane = h.stamped(scalar(w.value))
		case "date", "time", "_time":
			h.stamped(scalar(w.value)) // what is no time is another thing
		case "message", "log", "line", "_raw":
			var ok bool
			if w.value[0] == '{' {
				message = w.value // a JSON message that was not put in a string
			} else if message, ok = v.r.unquoted(0, w.value); !ok {
				return v.r.skip("message: found no string, expected one")
			}
		case "logStreamName", "logStream", "log_stream", "@logStream":
			if name, ok := unquote(nil, w.value); ok {
				h.stream = name
			}
		case "logGroupName", "logGroup", "log_group", "@log":
			if name, ok := unquote(nil, w.value); ok {
				h.group = name
			}
		case "attributes", "_source", "content", "result":
			if w.value[0] == '{' && v.nested < fieldDepth {
				v.nested++
				err := v.item("", w.value)
				v.nested--
				if err != nil {
					return err
				}
			}
		case "kinesis", "data":
			if err := v.payload(w.value); err != nil {
				return err
			}
		case "type":
			platform = bytes.HasPrefix(w.value, platformType)
		}
	}
	switch {
	case w.broken:
		return v.r.skip(brokenObject)
	case platform:
		message = b
	case message == nil:
		return nil
	case !sane:
		return v.r.skip("timestamp: found no time, expected a Unix time or ISO 8601")
	}
	if p := v.r.message(message, h); p != "" {
		return v.r.skip(p)
	}
	return nil
}

// stamped takes the time of an event, and reports whether it is one.
func (h *head) stamped(b []byte) bool {
	c, _, ok := iso(b)
	if !ok {
		c, ok = epoch(b)
	}
	if ok {
		h.clock, h.timed = c, true
	}
	return ok
}

// payload reads "H4sI…", or an object whose data is that.
func (v *events) payload(b []byte) error {
	if len(b) > 0 && b[0] == '{' {
		w := newWalk(b, '{')
		for w.next(false) {
			if string(w.key) == "data" {
				return v.payload(w.value)
			}
		}
		return nil
	}
	data, ok := unquote(nil, b)
	if !ok || !bytes.HasPrefix(data, gzipBase64) || v.depth > 0 {
		return nil
	}
	out, err := inflate(data)
	if err != nil {
		return v.r.skip("data: found base64 that cannot be decompressed, expected that of a gzip payload of up to 16 MiB")
	}
	inner := &events{r: v.r, depth: v.depth + 1}
	return newDocument(bytes.NewReader(out)).each(v.r.ctx, v.r, inner)
}
