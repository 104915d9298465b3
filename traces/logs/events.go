package logs

import (
	"bytes"
	"io"

	"github.com/coldcurve/coldcurve/internal/decimal"
)

// readCloudWatchJSON reads what the aws command line and subscriptions wrap
// log lines in:
//
//	{"events":[{"timestamp":1700000000000,"message":"REPORT …","logStreamName":"…"}]}
//	{"messageType":"DATA_MESSAGE","logGroup":"/aws/lambda/f","logStream":"…","logEvents":[…]}
//	{"awslogs":{"data":"H4sI…"}}, {"Records":[{"kinesis":{"data":"H4sI…"}}]}, {"records":[{"data":"H4sI…"}]}
//	[{"time":"…","type":"platform.report","record":{…}}]
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
		case "timestamp":
			h.at, sane = decimal.Scaled(scalar(w.value), 6)
			h.timed, h.zoned = true, true
		case "message":
			var ok bool
			if w.value[0] == '{' {
				message = w.value // a JSON message that was not put in a string
			} else if message, ok = v.r.unquoted(0, w.value); !ok {
				return v.r.skip("message: found no string, expected one")
			}
		case "logStreamName":
			if name, ok := unquote(nil, w.value); ok {
				h.stream = name
			}
		case "logGroupName":
			if name, ok := unquote(nil, w.value); ok {
				h.group = name
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
	case !sane:
		return v.r.skip("timestamp: found no number, expected Unix milliseconds")
	case platform:
		message = b
	}
	if p := v.r.message(message, h); p != "" {
		return v.r.skip(p)
	}
	return nil
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
