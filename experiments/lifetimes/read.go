package lifetimes

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/traces"
)

// maxText bounds a log's text, bytes.
const maxText = 1 << 30

// FieldNames are what a log must have, or may: when a request arrived or ended, and for how
// long its instance was busy; the instance; and whether it was cold.
func FieldNames() []string {
	return []string{"arrival", "end", "duration", "duration_ms", "instance", "cold"}
}

// Fields says which column of a log has what.
type Fields map[string]string

// ParseFields reads a field map, as in "arrival=ts,instance=logStream". Without one the
// columns have the names themselves.
func ParseFields(text string) (Fields, error) {
	f := Fields{}
	if text == "" {
		for _, name := range FieldNames() {
			f[name] = name
		}
		return f, nil
	}
	for _, pair := range strings.Split(text, ",") {
		name, column, ok := strings.Cut(pair, "=")
		switch {
		case !ok || column == "":
			return nil, fmt.Errorf("field map: found %q, expected name=column, as in arrival=ts", pair)
		case !slices.Contains(FieldNames(), name):
			return nil, fmt.Errorf("field map: %s", spec.Unknown("name", name, FieldNames()))
		case f[name] != "":
			return nil, fmt.Errorf("field map: found %s twice, expected it once", name)
		}
		f[name] = column
	}
	return f, nil
}

// Read reads a log in CSV with a header, or in JSON lines, plain or compressed. name is
// what errors call it.
func Read(in io.Reader, name string, fields Fields) (*Log, error) {
	text, err := traces.Decompress(in, name)
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(io.LimitReader(text, maxText+1))
	if err = errors.Join(err, text.Close()); err != nil {
		return nil, err
	}
	if len(b) > maxText {
		return nil, fmt.Errorf("reading %s: found more than %d bytes, expected a shorter log, a part of it", name, maxText)
	}
	l := &Log{Name: name}
	b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	if first := bytes.TrimLeft(b, " \t\r\n"); len(first) > 0 && first[0] == '{' {
		err = l.readJSON(b, fields)
	} else {
		err = l.readCSV(b, fields)
	}
	if err != nil {
		return nil, err
	}
	if len(l.Uses) == 0 {
		return nil, l.bad(1, "found no requests, expected some")
	}
	slices.SortStableFunc(l.Uses, func(a, b Use) int {
		switch {
		case a.Arrival < b.Arrival:
			return -1
		case a.Arrival > b.Arrival:
			return 1
		}
		return 0
	})
	return l, l.check()
}

// check refuses an instance that is cold again, and counts requests that overlap: an
// instance may serve several at a time, and those that wait for its start are all cold.
func (l *Log) check() error {
	type busy struct {
		line int // of its first request
		end  float64
	}
	of := map[string]busy{}
	for i := range l.Uses {
		u := &l.Uses[i]
		b, there := of[u.Instance]
		switch {
		case !there:
			b = busy{u.Line, u.End}
		case u.Arrival < b.end-rounding:
			if l.overlaps++; l.overlaps == 1 {
				l.overlapLine = u.Line
			}
		case u.Cold:
			return l.bad(u.Line, "found the instance %s cold after its first request (line %d), expected it cold at its first alone", spec.Quote(u.Instance), b.line)
		}
		b.end = max(b.end, u.End)
		of[u.Instance] = b
	}
	return nil
}

// rounding is by how many seconds times may differ that are of one moment: logs round them.
const rounding = 0.01

func (l *Log) bad(line int, format string, args ...any) error {
	return fmt.Errorf("%s:%d: "+format, append([]any{l.Name, line}, args...)...)
}

func (l *Log) readCSV(b []byte, fields Fields) error {
	r := csv.NewReader(bytes.NewReader(b))
	header, err := r.Read()
	if err == io.EOF {
		return l.bad(1, "found an empty log, expected requests under a header")
	}
	if err != nil {
		return l.badCSV(err)
	}
	l.columns = true
	column := map[string]int{}
	used := slices.Collect(maps.Values(fields))
	for i, h := range header {
		h = strings.TrimSpace(h)
		if _, twice := column[h]; twice && slices.Contains(used, h) {
			return l.bad(1, "found the column %s twice, expected it once", spec.Quote(h))
		}
		column[h] = i
	}
	for {
		row, err := r.Read()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return l.badCSV(err)
		}
		line, _ := r.FieldPos(0)
		if err := l.add(line, fields, func(name string) (string, bool) {
			i, ok := column[name]
			if !ok {
				return "", false
			}
			return strings.TrimSpace(row[i]), true
		}); err != nil {
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

func (l *Log) readJSON(b []byte, fields Fields) error {
	for i, text := range bytes.Split(b, []byte("\n")) {
		if len(bytes.TrimSpace(text)) == 0 {
			continue
		}
		d := json.NewDecoder(bytes.NewReader(text))
		d.UseNumber()
		var v map[string]any
		if err := d.Decode(&v); err != nil {
			return l.bad(i+1, "found broken JSON: %w; expected an object a line", err)
		}
		if err := l.add(i+1, fields, func(name string) (string, bool) {
			x, ok := v[name]
			if !ok || x == nil {
				return "", ok
			}
			return fmt.Sprint(x), true
		}); err != nil {
			return err
		}
	}
	return nil
}

// add takes a request, of which get returns what a column has.
func (l *Log) add(line int, fields Fields, get func(column string) (string, bool)) error {
	of := func(name string) (text string, column string, ok bool) {
		if column = fields[name]; column == "" {
			return "", name, false
		}
		text, ok = get(column)
		return text, column, ok && text != ""
	}
	u := Use{Line: line}
	var err error
	seconds := func(name string) (x float64, ok bool) {
		text, column, ok := of(name)
		if !ok || err != nil {
			return 0, false
		}
		if x, err = instant(text); err != nil {
			err = l.bad(line, "%s: %w", column, err)
		}
		return x, err == nil
	}
	arrival, hasArrival := seconds("arrival")
	end, hasEnd := seconds("end")
	duration, hasDuration := seconds("duration")
	if ms, ok := seconds("duration_ms"); ok {
		if hasDuration && math.Abs(duration-ms/1000) > rounding {
			return l.bad(line, "found a duration of %.3f s and one of %.3f s, expected the same: --fields says which column is meant", duration, ms/1000)
		}
		if !hasDuration {
			duration, hasDuration = ms/1000, true
		}
	}
	switch {
	case err != nil:
		return err
	case hasArrival && hasEnd && hasDuration && math.Abs(arrival+duration-end) > rounding:
		return l.bad(line, "found an end at %.3f s, expected it at %.3f s, arrival and duration: --fields says which two columns are meant", end, arrival+duration)
	case hasArrival && hasEnd:
		u.Arrival, u.End = arrival, end
	case hasArrival && hasDuration:
		u.Arrival, u.End = arrival, arrival+duration
	case hasEnd && hasDuration:
		u.Arrival, u.End = end-duration, end
	default:
		return l.bad(line, "found less than two of arrival, end and duration (or duration_ms), expected two: --fields says which columns they are")
	}
	if u.End < u.Arrival {
		return l.bad(line, "found an end %.3f s before the arrival, expected it after", u.Arrival-u.End)
	}
	var ok bool
	if u.Instance, _, ok = of("instance"); !ok {
		return l.bad(line, "found no instance, expected a name for each: a log stream, an id of the environment; --fields says which column it is")
	}
	if fields["cold"] == "" {
		return l.bad(line, "found no column for cold, expected whether a request was (or for how long it initialised): --fields says which column it is")
	}
	if _, there := get(fields["cold"]); !there && l.columns {
		return l.bad(line, "found no column %q, expected whether a request was cold, or for how long it initialised", fields["cold"])
	}
	text, column, _ := of("cold")
	if u.Cold, err = isCold(text); err != nil {
		return l.bad(line, "%s: %w", column, err)
	}
	l.Uses = append(l.Uses, u)
	return nil
}

// isCold reads whether a request was cold: a word, or how long it initialised.
func isCold(text string) (bool, error) {
	switch strings.ToLower(text) {
	case "", "false", "no":
		return false, nil
	case "true", "yes":
		return true, nil
	}
	x, err := strconv.ParseFloat(text, 64)
	if err != nil || !(x >= 0) {
		return false, fmt.Errorf("found %s, expected true or false, or how long it initialised, ≥ 0 (nothing: it was warm)", spec.Quote(text))
	}
	return x > 0, nil
}

// instant reads a time: seconds from any beginning, or a date and time; or a duration.
func instant(text string) (float64, error) {
	if x, err := strconv.ParseFloat(text, 64); err == nil && x >= 0 && x < 1e10 {
		return x, nil
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02 15:04:05.999999999"} {
		if t, err := time.Parse(layout, text); err == nil {
			return float64(t.UnixNano()) / 1e9, nil
		}
	}
	return 0, fmt.Errorf("found %s, expected seconds ≥ 0, or a time as in 2026-11-26T10:00:00.25Z or 2026-11-26 10:00:00.25", spec.Quote(text))
}
