package logs

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/traces"
)

// Format is a format of logs.
type Format struct {
	Name string
	Help string // one line
	Has  string // what its lines say
	read func(*reader, io.Reader) error
}

// Formats lists the formats by name.
func Formats() []Format {
	return []Format{
		{"alb", "access logs of AWS Application Load Balancers",
			"arrival, duration (to the response's headers), route; no memory, no cold starts", readALB},
		{"cloudwatch", "lines of Lambda logs: REPORT and JSON platform.report, with or without a leading time and log stream",
			"duration, init, restore, memory, billed duration; end and function only where the line or file has them", readCloudWatch},
		{"cloudwatch-json", "Lambda logs in JSON: aws logs filter-log-events and get-log-events, subscription payloads, Telemetry API batches",
			"as cloudwatch, with the time of each event, and its function from the log group", readCloudWatchJSON},
		{"http", "the common and combined log formats of web servers",
			"arrival in whole seconds, route; no duration, no memory, no cold starts", readHTTP},
		{"jsonl", "one JSON object a line, with a field map",
			"what the field map names", readJSONLines},
		{"otlp", "OpenTelemetry spans in OTLP JSON, with faas.* attributes",
			"arrival, duration, function, faas.max_memory, faas.coldstart; no init duration", readOTLP},
	}
}

// findFormat returns the format of that name.
func findFormat(name string) (*Format, error) {
	var names []string
	for _, f := range Formats() {
		if f.Name == name {
			return &f, nil
		}
		names = append(names, f.Name)
	}
	hint := ""
	if near, ok := spec.Nearest(name, names); ok {
		hint = fmt.Sprintf("; did you mean %q?", near)
	}
	return nil, fmt.Errorf("reading logs: unknown format %q, expected one of %s%s", name, strings.Join(names, ", "), hint)
}

// sampleMost is how much of a file its format is told by.
const sampleMost = 1 << 20

// open finds the format of a file. An empty file has none.
func (r *reader) open(in io.Reader, name string) (*Format, io.Reader, error) {
	body := bufio.NewReaderSize(in, sampleMost)
	sample, err := body.Peek(sampleMost)
	if err != nil && err != io.EOF {
		return nil, nil, err
	}
	whole := err == io.EOF
	if len(bytes.TrimSpace(sample)) == 0 && whole {
		return nil, nil, nil
	}
	if bytes.HasPrefix(bytes.TrimSpace(sample), gzipBase64) {
		body = bufio.NewReaderSize(newPayloads(body, r.file), sampleMost)
		if sample, err = body.Peek(sampleMost); err != nil && err != io.EOF {
			return nil, nil, err
		}
	}
	if bytes.HasPrefix(sample, []byte("\xef\xbb\xbf")) {
		body.Discard(3)
		sample = sample[3:]
	}
	if name == "" {
		if name = detect(sample); len(r.fields.paths) > 0 && sample[space(sample, 0)] == '{' {
			name = "jsonl" // that is what a field map is for
		}
		if name == "" {
			return nil, nil, &traces.Malformed{File: r.file, Problem: "found no line of a log format in its first MiB, expected one of " + formatNames() + "; name its format"}
		}
	}
	f, err := findFormat(name)
	return f, body, err
}

func formatNames() string {
	var names []string
	for _, f := range Formats() {
		names = append(names, f.Name)
	}
	return strings.Join(names, ", ")
}

// detect tells a format by a sample. A line of the Lambda platform decides
// first: functions may print anything, also lines of the other formats.
func detect(sample []byte) string {
	first := ""
	for rest := sample; len(rest) > 0; {
		line := rest
		if i := bytes.IndexByte(rest, '\n'); i >= 0 {
			line, rest = rest[:i], rest[i+1:]
		} else {
			rest = nil
		}
		switch name := detectLine(line); {
		case name == "cloudwatch":
			return name
		case first == "":
			first = name
		}
	}
	start := space(sample, 0)
	if start < len(sample) && (sample[start] == '{' || sample[start] == '[') {
		if name := detectDocument(sample[start:]); name != "" {
			return name
		}
	}
	return first
}

// detectLine tells the format of a line.
func detectLine(line []byte) string {
	if isPlatform(line) {
		return "cloudwatch"
	}
	if isALB(line) {
		return "alb"
	}
	if isHTTP(line) {
		return "http"
	}
	if w := newWalk(line, '{'); w.next(false) {
		for !w.broken && w.next(false) {
		}
		if !w.broken {
			return "jsonl"
		}
	}
	return ""
}

// detectDocument tells the format of JSON by the names at its top.
func detectDocument(b []byte) string {
	for len(b) > 0 && (b[0] == '[' || b[0] == ' ' || b[0] == '\n' || b[0] == '\r' || b[0] == '\t') {
		b = b[1:]
	}
	w := newWalk(b, '{')
	message, timestamp := false, false
	for {
		w.i = space(w.b, w.i)
		if w.broken || w.i >= len(w.b) || w.b[w.i] == '}' || !w.name() {
			return ""
		}
		switch string(w.key) {
		case "resourceSpans":
			return "otlp"
		case "events", "logEvents", "Records", "records":
			if w.i < len(w.b) && w.b[w.i] == '[' {
				return "cloudwatch-json"
			}
		case "awslogs", "messageType":
			return "cloudwatch-json"
		case "message":
			message = true
		case "timestamp", "ingestionTime", "eventId", "logStreamName":
			timestamp = true
		case "type":
			if bytes.HasPrefix(w.b[w.i:], []byte(`"platform.`)) {
				return "cloudwatch-json"
			}
		}
		end := valueEnd(w.b, w.i)
		if end < 0 {
			return ""
		}
		w.i = space(w.b, end)
		if w.i < len(w.b) && w.b[w.i] == ',' {
			w.i++
		} else if message && timestamp && bytes.Contains(b[:w.i], reportPrefix[:len("REPORT RequestId")]) {
			return "cloudwatch-json"
		}
	}
}
