package logs

import (
	"bytes"
	"io"

	"github.com/coldcurve/coldcurve/internal/decimal"
)

// head is what stands before the message on an exported line.
type head struct {
	clock
	timed    bool
	dateless bool   // at is a time of day, ns since midnight UTC
	stream   []byte // log stream; may be empty
	group    []byte // log group; may be empty
}

// readCloudWatch reads lines of Lambda logs.
func readCloudWatch(r *reader, in io.Reader) error {
	return r.each(in, r.cloudWatchLine)
}

// cloudWatchLine reads a line as it was exported: the message, after a time, a
// log group and a log stream if it has them, in any order.
func (r *reader) cloudWatchLine(line []byte) problem {
	if len(line) > len(reportPrefix) && string(line[:len(reportPrefix)]) == string(reportPrefix) {
		return r.report(line[len(reportPrefix):], head{})
	}
	if len(line) == 0 {
		return ""
	}
	var h head
	message := line
	if startsHead(line[0]) {
		message = splitHead(line, &h)
	}
	return r.message(message, h)
}

// startsHead reports whether what stands before a message can begin so.
func startsHead(c byte) bool {
	switch c {
	case '/', '"', '|', '[', '(', '+', '-':
		return true
	}
	return c-'0' <= 9
}

// isBracketed reports whether a time in brackets begins; a list does otherwise.
func isBracketed(b []byte) bool { return len(b) > 1 && b[0] == '[' && b[1]-'0' <= 9 }

// splitHead reads what stands before the message, and returns the message.
func splitHead(b []byte, h *head) []byte {
	for range 6 {
		i := 0
		for i < len(b) && (b[i] == ' ' || b[i] == '\t' || b[i] == ',' || b[i] == '"' || b[i] == '|' || b[i] == ']' || isBracketed(b[i:])) {
			i++
		}
		b = b[i:]
		if len(b) == 0 || !startsHead(b[0]) {
			return b
		}
		n := h.take(b)
		if n == 0 {
			return b
		}
		b = b[n:]
	}
	return bytes.TrimLeft(b, " \t,\"|]")
}

// take reads one part of a head, and returns its length; 0: it is none.
func (h *head) take(b []byte) int {
	if b[0] == '/' {
		if n := word(b); !h.timed || bytes.HasPrefix(b, lambdaGroup) {
			h.group = b[:n]
			return n
		}
		return 0
	}
	if b[0]-'0' > 9 { // an offset by itself: of the time before it
		sec, n := zoneMark(b)
		if n > 0 && h.timed && !h.zoned {
			h.at, h.zoned = h.at-sec*second, true
		}
		return n
	}
	if c, n, ok := iso(b); ok && !h.timed {
		h.clock, h.timed = c, true
		return n
	}
	if at, n, ok := timeOfDay(b); ok && !h.timed {
		sec, next, zoned, ok := offset(b, n)
		if ok && zoned {
			at, n = at-sec*second, next
		}
		h.clock, h.timed, h.dateless = clock{at, ok && zoned}, true, true
		return n
	}
	n := word(b)
	if len(b) > 11 && b[4] == '/' && b[7] == '/' && b[10] == '/' && bytes.IndexByte(b[:n], '[') > 0 {
		h.stream = b[:n]
		return n
	}
	if at, ok := decimal.Count(b[:n]); ok && n == 13 && !h.timed {
		h.clock, h.timed = clock{at * 1_000_000, true}, true
		return n
	}
	return 0
}

// word is where the first word ends.
func word(b []byte) int {
	for i, c := range b {
		if c == ' ' || c == '\t' || c == ',' || c == '"' {
			return i
		}
	}
	return len(b)
}

var lambdaGroup = []byte("/aws/lambda/")

// function is the name of the function whose log group or stream it is. A
// stream of a group of the user's own is YYYY/MM/DD/name[version][id].
func (h *head) function() []byte {
	if len(h.stream) > 11 {
		name := h.stream[11:]
		if i := bytes.IndexByte(name, '['); i > 0 {
			return name[:i]
		}
	}
	return groupFunction(h.group)
}

// groupFunction is the name of a log group without its path.
func groupFunction(group []byte) []byte {
	if name, ok := bytes.CutPrefix(group, lambdaGroup); ok {
		return name
	}
	return bytes.TrimLeft(group, "/")
}

// message reads a message of a Lambda log; what is no report is passed over.
func (r *reader) message(b []byte, h head) problem {
	if h.timed {
		r.calendar.date(&h)
	}
	b = bytes.TrimLeft(b, " \t\n\"")
	switch {
	case len(b) == 0:
	case b[0] == '{':
		return r.platform(b, h)
	case bytes.HasPrefix(b, reportPrefix):
		return r.report(b[len(reportPrefix):], h)
	case bytes.HasPrefix(b, initReportPrefix):
		return r.initReport(b[len(initReportPrefix):], h)
	case b[0] == 'R', b[0] == 'X', b[0] == 'S', b[0] == 'E', b[0] == 'I':
	case bytes.Contains(b, reportPrefix):
		r.counts[countEmbedded]++
	}
	return ""
}

// report reads what follows "REPORT RequestId: ".
func (r *reader) report(b []byte, h head) problem {
	e := r.begin()
	if p := parseReport(b, e); p != "" {
		return p
	}
	e.function = h.function()
	if h.timed {
		if p := e.setTime(h.clock, true); p != "" {
			return p
		}
		if h.dateless {
			r.counts[countDateless]++
		}
	}
	return r.add(r, e)
}

var platformStarts = [][]byte{reportPrefix, []byte("START RequestId: "), []byte("END RequestId: "),
	[]byte("INIT_START Runtime Version: "), initReportPrefix}

// isPlatform reports whether a line is one of the Lambda platform.
func isPlatform(line []byte) bool {
	var h head
	b := splitHead(line, &h)
	for _, s := range platformStarts {
		if bytes.HasPrefix(b, s) {
			return true
		}
	}
	if len(b) == 0 || b[0] != '{' || !bytes.Contains(b, platformType) {
		return false
	}
	w := newWalk(b, '{')
	for w.next(false) {
		if string(w.key) == "type" && bytes.HasPrefix(w.value, platformType) {
			return !w.broken
		}
	}
	return false
}
