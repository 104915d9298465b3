package logs

import (
	"bytes"
)

// detect tells a format by a sample. Formats with a header are told by it. Else a
// line of the Lambda platform decides: functions may print anything, also lines of
// the other formats.
func (r *reader) detect(sample []byte) string {
	if name := r.detectHeader(sample); name != "" {
		return name
	}
	first := ""
	for rest := sample; len(rest) > 0; {
		line := rest
		if i := bytes.IndexByte(rest, '\n'); i >= 0 {
			line, rest = rest[:i], rest[i+1:]
		} else {
			rest = nil
		}
		switch name := detectLine(line); {
		case name == "cloudwatch", name == "cloudwatch-text":
			return name
		case first == "":
			first = name
		}
	}
	if start := space(sample, 0); isJSON(sample[start:]) {
		if len(r.fields.paths) > 0 {
			return "jsonl" // that is what a field map is for
		}
		if name := detectDocument(sample[start:]); name != "" {
			return name
		}
	}
	if first == "" && r.fields.isTable(firstLine(sample)) {
		return "csv"
	}
	return first
}

// detectHeader tells the formats whose first line nothing else begins with.
func (r *reader) detectHeader(sample []byte) string {
	line := firstLine(sample)
	switch {
	case isCloudFront(sample):
		return "cloudfront"
	case bytes.HasPrefix(line, activationSaid):
		return "openwhisk"
	case len(line) == 0 || line[0] == '{' || line[0] == '[':
		return ""
	case len(r.fields.paths) > 0:
		if r.fields.isTable(line) {
			return "csv"
		}
	case isInsightsHeader(line):
		return "cloudwatch-insights"
	case isTelemetryHeader(line):
		return "app-insights"
	}
	return ""
}

// detectLine tells the format of a line.
func detectLine(line []byte) string {
	object := len(line) > 0 && line[0] == '{' // whose strings may hold lines of any format
	switch {
	case isPlatform(line):
		return "cloudwatch"
	case object:
	case bytes.HasPrefix(line, eventsMark):
		return "cloudwatch-text"
	case isALB(line):
		return "alb"
	case isELB(line):
		return "elb"
	case isHTTP(line):
		return "http"
	case isExecuted(line):
		return "azure-functions"
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

// detectDocument tells the format of JSON by its first object that has names which
// one format alone has; of plain requests by the names of a field map.
func detectDocument(b []byte) string {
	plain := ""
	for {
		for len(b) > 0 && (b[0] == '[' || b[0] == ',' || b[0] <= ' ') {
			b = b[1:]
		}
		if len(b) == 0 || b[0] != '{' {
			return plain
		}
		switch name := detectObject(b); name {
		case "jsonl":
			plain = name
		case "":
		default:
			return name
		}
		end := nestedEnd(b, 0)
		if end < 0 {
			return plain
		}
		b = b[end:]
	}
}

// detectObject tells the format of an object by the names at its top. It may be cut off.
func detectObject(b []byte) string {
	w := newWalk(b, '{')
	var names []string
	message, timestamp := false, false
	whole := false
	for {
		w.i = space(w.b, w.i)
		if w.broken || w.i >= len(w.b) || w.b[w.i] == '}' || !w.name() || w.i >= len(w.b) {
			whole = !w.broken && w.i < len(w.b) && w.b[w.i] == '}'
			break
		}
		rest := w.b[w.i:]
		names = append(names, string(w.key))
		switch string(w.key) {
		case "resourceSpans":
			return "otlp"
		case "tables":
			if rest[0] == '[' && hasName(rest, "columns") {
				return "app-insights"
			}
		case "rows":
			if rest[0] == '[' && contains(names, "columns") {
				return "app-insights"
			}
		case "results":
			if rest[0] == '[' && bytes.Contains(rest, []byte(`"field"`)) {
				return "cloudwatch-insights"
			}
		case "@ptr", "@duration", "@billedDuration":
			return "cloudwatch-insights"
		case "events", "logEvents", "Records":
			if rest[0] == '[' {
				return "cloudwatch-json"
			}
		case "records":
			if rest[0] == '[' && !hasName(rest, "DurationMs") {
				return "cloudwatch-json"
			}
			if rest[0] == '[' {
				return "app-insights"
			}
		case "entries":
			if rest[0] == '[' && hasName(rest, "httpRequest") {
				return "gcp"
			}
		case "awslogs", "messageType":
			return "cloudwatch-json"
		case "activationId":
			return "openwhisk"
		case "requestTime", "requestTimeEpoch":
			return "api-gateway"
		case "request":
			if rest[0] == '{' && contains(names, "timestamp") && hasName(rest, "resultCode") {
				return "app-insights"
			}
		case "message", "@message", "log", "line", "_raw":
			message = true
		case "timestamp", "@timestamp", "ingestionTime", "eventId", "logStreamName", "date", "time", "_time":
			timestamp = true
		case "attributes", "_source", "content", "result":
			message, timestamp = true, true
		case "data", "hits":
			message, timestamp = true, true
		case "type":
			if bytes.HasPrefix(rest, []byte(`"platform.`)) {
				return "cloudwatch-json"
			}
		}
		end := valueEnd(w.b, w.i)
		if end < 0 {
			break
		}
		w.i = space(w.b, end)
		if w.i < len(w.b) && w.b[w.i] == ',' {
			w.i++
		}
	}
	seen := b[:min(w.i, len(b))]
	if !whole {
		seen = b
	}
	return told(b, seen, names, message && timestamp)
}

// told tells by all the names of an object.
func told(b, seen []byte, names []string, event bool) string {
	switch {
	case contains(names, "httpRequest") || contains(names, "textPayload"):
		if isGCP(b) {
			return "gcp"
		}
		return ""
	case isTelemetry(names):
		return "app-insights"
	case event && contains(names, "@message") && contains(names, "@timestamp"):
		return "cloudwatch-insights"
	case event && (bytes.Contains(seen, reportPrefix) || bytes.Contains(seen, initReportPrefix) || bytes.Contains(seen, []byte("platform.report"))):
		return "cloudwatch-json"
	}
	known := 0
	for _, n := range names {
		if new(Fields).find([]byte(n)) != nil {
			known++
		}
	}
	if known > 0 {
		return "jsonl"
	}
	return ""
}

// isJSON reports whether a text begins with an object, or a list of lists or objects.
func isJSON(b []byte) bool {
	for len(b) > 0 && b[0] == '[' {
		b = b[1+space(b[1:], 0):]
	}
	return len(b) > 0 && b[0] == '{'
}

func contains(names []string, name string) bool {
	for _, n := range names {
		if n == name {
			return true
		}
	}
	return false
}

// hasName reports whether the first MiB or less of a value has a member of that name.
func hasName(b []byte, name string) bool {
	return bytes.Contains(b, []byte(`"`+name+`"`))
}
