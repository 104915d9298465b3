package logs

import (
	"bytes"
	"io"

	"github.com/coldcurve/coldcurve/internal/decimal"
)

// readCloudWatchText reads what aws logs filter-log-events and get-log-events write with
// --output text: the members of an event by name, parted by tabs. A message that ends in
// a line break has its time on the next line:
//
//	EVENTS\t<eventId>\t<ingestionTime>\t<logStreamName>\t<message>
//	\t<timestamp>
//
// get-log-events has neither eventId nor logStreamName.
func readCloudWatchText(r *reader, in io.Reader) error {
	t := &eventText{r: r}
	if err := r.each(in, t.line); err != nil {
		return err
	}
	if p := t.flush(); p != "" {
		return r.skip(p)
	}
	return nil
}

var eventsMark = []byte("EVENTS\t")

// eventText holds an event whose time is still to come.
type eventText struct {
	r       *reader
	open    bool
	message []byte
	stream  []byte
	written clock // when it was ingested, which is a little later
}

func (t *eventText) line(b []byte) problem {
	rest, ok := bytes.CutPrefix(b, eventsMark)
	if !ok {
		if at, ok := lastTime(b); ok && t.open {
			return t.take(at)
		}
		return ""
	}
	p := t.flush()
	t.begin(rest)
	if at, ok := lastTime(t.message); ok {
		t.message = t.message[:len(t.message)-14]
		if q := t.take(at); p == "" {
			p = q
		}
	}
	return p
}

// begin takes what stands before a message, and the message.
func (t *eventText) begin(b []byte) {
	t.open, t.stream, t.written = true, t.stream[:0], clock{}
	for range 3 {
		word := b[:upTo(b, '\t')]
		n, isNumber := decimal.Count(word)
		if _, isStream := streamDay(word); isStream {
			t.stream = append(t.stream[:0], word...)
		} else if isNumber && len(word) == 13 {
			t.written = clock{n * 1_000_000, true}
		} else if len(word) < 20 || len(bytes.Trim(word, "0123456789")) > 0 { // no eventId
			break
		}
		b = b[min(len(word)+1, len(b)):]
	}
	t.message = append(t.message[:0], b...)
}

// lastTime reads a tab and a Unix time in ms at the end of a line.
func lastTime(b []byte) (clock, bool) {
	i := len(b) - 14
	if i < 0 || b[i] != '\t' {
		return clock{}, false
	}
	n, ok := decimal.Count(b[i+1:])
	return clock{n * 1_000_000, true}, ok
}

// flush takes an event whose own time did not come.
func (t *eventText) flush() problem {
	if !t.open {
		return ""
	}
	return t.take(t.written)
}

func (t *eventText) take(at clock) problem {
	t.open = false
	return t.r.message(t.message, head{clock: at, timed: at.at != 0, stream: t.stream})
}
