package calibrate

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"time"

	"github.com/coldcurve/coldcurve/internal/decimal"
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/traces"
)

// maxText bounds a log's text, bytes.
const maxText = 1 << 30

// Read reads a log, plain or compressed; name is what errors call it. Without
// fields its form is told by its first record: an engine's log (arrival_time,
// input_toks …), spans of OpenTelemetry, or CSV and JSON lines with the names of
// [FieldNames]. Every record must be right: an error names file and line.
func Read(in io.Reader, name string, fields Fields) (*Log, error) {
	text, err := traces.Decompress(in, name)
	if err != nil {
		return nil, err // which names the file, as the next does
	}
	b, err := io.ReadAll(io.LimitReader(text, maxText+1))
	if err = errors.Join(err, text.Close()); err != nil {
		return nil, err
	}
	if len(b) > maxText {
		return nil, fmt.Errorf("reading %s: found more than %d bytes, expected a shorter log, a part of it", name, maxText)
	}
	sum := sha256.Sum256(b)
	l := &Log{Name: name, Digest: hex.EncodeToString(sum[:])}
	b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	switch first := bytes.TrimLeft(b, " \t\r\n"); {
	case len(first) == 0:
		return nil, l.bad(1, "found an empty log, expected requests")
	case first[0] == '{' || first[0] == '[':
		err = l.readJSON(b, fields)
	default:
		err = l.readCSV(b, fields)
	}
	if err == nil {
		err = l.align()
	}
	if err != nil {
		return nil, err
	}
	return l, nil
}

// readCSV reads rows under a header.
func (l *Log) readCSV(b []byte, fields Fields) error {
	l.Form = "CSV"
	r := csv.NewReader(bytes.NewReader(b))
	header, err := r.Read()
	if err != nil {
		return l.badCSV(err)
	}
	if err := fields.complete(); err != nil {
		return l.bad(1, "%w", err)
	}
	column := map[string]int{}
	for i, h := range header {
		h = strings.TrimSpace(h)
		if _, twice := column[h]; twice {
			return l.bad(1, "found the column %s twice, expected it once", spec.Quote(h))
		}
		column[h] = i
	}
	for _, f := range fields.list() {
		if _, ok := column[f.path]; !ok && f.wanted() {
			return l.bad(1, "%s: found no column %q in the header, %s", f.name, f.path, expectedFields)
		}
	}
	for {
		row, err := r.Read()
		if err == io.EOF {
			return nil
		}
		if err != nil && !errors.Is(err, csv.ErrFieldCount) {
			return l.badCSV(err)
		}
		line, _ := r.FieldPos(0)
		if err != nil {
			return l.bad(line, "found %d cells, expected %d as in the header", len(row), len(header))
		}
		get := func(path string) any {
			if i, ok := column[path]; ok && strings.TrimSpace(row[i]) != "" {
				return json.Number(strings.TrimSpace(row[i]))
			}
			return nil
		}
		if err := l.add(line, fields, get); err != nil {
			return err
		}
	}
}

func (l *Log) badCSV(err error) error {
	var p *csv.ParseError
	if errors.As(err, &p) {
		return l.bad(p.Line, "found broken CSV: %w", p.Err)
	}
	return fmt.Errorf("reading %s: %w", l.Name, err)
}

// readJSON reads objects, one after the other, or in lists.
func (l *Log) readJSON(b []byte, fields Fields) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	lines := &lineCounter{text: b}
	var take func(line int, v map[string]any) error
	for {
		var v any
		err := d.Decode(&v)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			var s *json.SyntaxError
			switch {
			case errors.As(err, &s):
				return l.bad(lines.at(s.Offset-1), "found broken JSON: %w", err)
			default:
				return l.bad(lines.at(int64(len(bytes.TrimRight(b, " \t\r\n")))), "found JSON that does not end: %w", err)
			}
		}
		line := lines.at(d.InputOffset() - 1)
		items, isList := v.([]any)
		if !isList {
			items = []any{v}
		}
		for _, item := range items {
			object, ok := item.(map[string]any)
			if !ok {
				return l.bad(line, "found %s, expected a JSON object", spec.Quote(fmt.Sprint(item)))
			}
			if take == nil {
				if take, err = l.form(line, object, fields); err != nil {
					return err
				}
			}
			if err := take(line, object); err != nil {
				return err
			}
		}
	}
}

// lineCounter tells the lines of ascending places in a text.
type lineCounter struct {
	text []byte
	seen int
	line int
}

func (c *lineCounter) at(offset int64) int {
	to := max(c.seen, min(len(c.text), int(offset)))
	c.line += bytes.Count(c.text[c.seen:to], []byte("\n"))
	c.seen = to
	return c.line + 1
}

// form tells by an object what a log is, and returns what takes its objects.
func (l *Log) form(line int, v map[string]any, fields Fields) (func(int, map[string]any) error, error) {
	_, resource := v["resourceSpans"]
	_, attributes := v["attributes"]
	if _, span := v["startTimeUnixNano"]; span { // it may have none
		attributes = true
	}
	_, arrivalTime := v["arrival_time"]
	_, arrival := v["arrival"]
	flat := func(f Fields) func(int, map[string]any) error {
		return func(line int, v map[string]any) error {
			return l.add(line, f, func(path string) any { return at(v, path) })
		}
	}
	switch {
	case len(fields.paths) > 0:
		l.Form = "JSON with a field map"
		return flat(fields), fields.complete()
	case resource:
		l.Form = "OTLP JSON"
		return l.otlp, nil
	case attributes:
		l.Form = "spans of OpenTelemetry"
		return l.span, nil
	case arrivalTime:
		l.Form = "an engine's log of requests"
		return flat(engineFields()), nil
	case arrival:
		l.Form = "JSON lines"
		return flat(fields), nil
	}
	return nil, l.bad(line, `found an object of another form, expected "arrival_time" (an engine's log), "resourceSpans" or "attributes" (OpenTelemetry), "arrival", or a field map by --fields`)
}

// at follows a dotted path into an object; a key may have dots itself.
func at(v map[string]any, path string) any {
	if x, ok := v[path]; ok {
		return x
	}
	for i, c := range path {
		if c != '.' {
			continue
		}
		if inner, ok := v[path[:i]].(map[string]any); ok {
			if x := at(inner, path[i+1:]); x != nil {
				return x
			}
		}
	}
	return nil
}

// add takes a request, of which get returns what stands at a path: a number, a
// text, a list; nil: nothing.
func (l *Log) add(line int, fields Fields, get func(path string) any) error {
	r := Request{Line: line}
	var err error
	when := func(name string) (sim.Time, bool) {
		v := get(fields.path(name))
		if v == nil || err != nil {
			return 0, false
		}
		var t sim.Time
		if t, err = instant(v); err != nil {
			err = l.bad(line, "%s: %w", fields.path(name), err)
		}
		return t, err == nil
	}
	count := func(name string) int32 {
		v := get(fields.path(name))
		if err != nil {
			return 0
		}
		n, ok := whole(v)
		switch {
		case v == nil:
			err = l.bad(line, "found no %s, expected tokens", fields.path(name))
		case !ok || n < 1 || n > math.MaxInt32:
			err = l.bad(line, "%s: found %s, expected a whole number of tokens from 1 to %d", fields.path(name), spec.Quote(fmt.Sprint(v)), math.MaxInt32)
		}
		return int32(n)
	}
	arrival, ok := when(fieldArrival)
	if !ok && err == nil {
		err = l.bad(line, "found no %s, expected when the request arrived", fields.path(fieldArrival))
	}
	r.Arrival = arrival
	r.Asked.Input = count(fieldInput)
	if n, ok := whole(get(fields.path(fieldOutput))); ok && n == 0 && err == nil {
		l.Tokenless++
		return nil
	}
	r.Asked.Output = count(fieldOutput)
	r.queued, r.timed = when(fieldQueued)
	var hasFirst, hasLast bool
	if r.First, hasFirst = when(fieldFirst); !hasFirst {
		r.First, hasFirst = when(fieldTTFT)
		r.First += arrival
	}
	if r.Last, hasLast = when(fieldLast); !hasLast {
		r.Last, hasLast = when(fieldE2E)
		r.Last += arrival
	}
	switch {
	case err != nil:
		return err
	case !hasFirst:
		return l.bad(line, "found no %s, expected when the first token was there: without it prefills and decodes cannot be told apart", fields.either(fieldFirst, fieldTTFT))
	case !hasLast:
		return l.bad(line, "found no %s, expected when the last token was there", fields.either(fieldLast, fieldE2E))
	}
	if blocks := get(fields.path(fieldBlocks)); blocks != nil {
		if r.Asked.Blocks, ok = ids(blocks); !ok {
			return l.bad(line, "%s: found %s, expected whole numbers below 2^32, a list of them or, in CSV, with spaces between", fields.path(fieldBlocks), spec.Quote(fmt.Sprint(blocks)))
		}
		r.Asked.Extent = blockTokens
		if all := int64(r.Asked.Input) + int64(r.Asked.Output); int64(len(r.Asked.Blocks)-1)*blockTokens >= all {
			return l.bad(line, "found %d blocks of %d tokens, expected no more than hold %d tokens", len(r.Asked.Blocks), blockTokens, all)
		}
	}
	if err := l.admit(get(requestID), r); err != nil {
		return l.bad(line, "%w", err)
	}
	return nil
}

// requestID is what an engine's log calls a request by.
const requestID = "request_id"

// blockTokens is how many tokens a block of an engine's log has.
const blockTokens = 16

// ids reads the ids of blocks: a list, or a text with spaces between.
func ids(v any) ([]uint32, bool) {
	list, ok := v.([]any)
	if !ok {
		s, ok := text(v)
		if !ok {
			return nil, false
		}
		for _, word := range strings.Fields(s) {
			list = append(list, word)
		}
	}
	var out []uint32
	for _, x := range list {
		n, ok := whole(x)
		if !ok || n < 0 || n > math.MaxUint32 {
			return nil, false
		}
		out = append(out, uint32(n))
	}
	return out, true
}

// text returns a number or a text as it is written.
func text(v any) (string, bool) {
	switch v := v.(type) {
	case json.Number:
		return v.String(), true
	case string:
		return v, true
	}
	return "", false
}

// whole reads a whole number, which may be written as a decimal.
func whole(v any) (int64, bool) {
	s, ok := text(v)
	if !ok {
		return 0, false
	}
	n, ok := decimal.Scaled([]byte(s), 9)
	return n / sim.Second, ok && n%sim.Second == 0
}

// instant reads a time: seconds from any beginning, or a date and time.
func instant(v any) (sim.Time, error) {
	s, ok := text(v)
	if ok {
		if n, ok := decimal.Scaled([]byte(s), 9); ok {
			return n, nil
		}
		if t, err := time.Parse(time.RFC3339Nano, s); err == nil && t.Year() > 1970 && t.Year() < 2200 {
			return sim.Time(t.UnixNano()), nil
		}
	}
	return 0, fmt.Errorf("found %s, expected seconds ≥ 0 and below 292 years, or a time as in 2026-11-26T10:00:00.25Z", spec.Quote(fmt.Sprint(v)))
}
