package logs

import (
	"bytes"
	"io"
	"slices"
)

// readCSVLog reads CSV with a header, one request a row. Columns are found by the field
// map, or without one by the names of a field map themselves, among them those of
// package traces (arrival_s, service_s, function), and by those of Lambda measurements.
func readCSVLog(r *reader, in io.Reader) error {
	var columns []*fieldName
	var unfit problem // the header's, of each row
	return r.rows(in, func(names [][]byte) problem {
		columns = r.fields.columns(names)
		unfit = unfitHeader(columns)
		return ""
	}, func(cells [][]byte) problem {
		if unfit != "" {
			return unfit
		}
		return r.record(columns, cells)
	})
}

// unfitHeader says why no row can be read by a header's columns; "" where they can.
func unfitHeader(columns []*fieldName) problem {
	if !slices.ContainsFunc(columns, func(f *fieldName) bool { return f != nil }) {
		return "found a header without a column of the field map, expected time, duration_ms, function or others"
	}
	for i, f := range columns {
		if f != nil && slices.ContainsFunc(columns[:i], func(g *fieldName) bool { return g != nil && g.name == f.name }) {
			return problem("found a header with two columns for " + f.name + ", expected one")
		}
	}
	return ""
}

// record takes a row.
func (r *reader) record(columns []*fieldName, cells [][]byte) problem {
	if len(cells) != len(columns) {
		return "found a row with another number of fields than the header, expected as many"
	}
	e := r.begin()
	for i, f := range columns {
		cell := cells[i]
		if f == nil || len(cell) == 0 || string(cell) == "null" {
			continue
		}
		if f.is == fieldFunction {
			e.function = cell
		} else if p := r.jsonField(e, f, cell); p != "" {
			return p
		}
	}
	return r.fielded(e)
}

// columns says what each column of a header is; nil: nothing.
func (f *Fields) columns(names [][]byte) []*fieldName {
	out := make([]*fieldName, min(len(names), columnsMost))
	for i := range out {
		out[i] = f.find(names[i])
		if out[i] == nil && len(f.paths) == 0 {
			out[i] = measured(names[i])
		}
	}
	return out
}

// measuredNames are the columns of invocations measured on Lambda, as
// pacslab/serverless-performance-modeling publishes them.
var measuredNames = [][2]string{{"client_start_time", "time"}, {"aws_duration", "duration_ms"}, {"aws_billed_duration", "billed_ms"}, {"is_cold", "cold"}}

func measured(name []byte) *fieldName {
	for _, m := range measuredNames {
		if string(name) == m[0] {
			return new(Fields).find([]byte(m[1]))
		}
	}
	return nil
}

// isTable reports whether a line is a header of CSV: of the field map's columns one, and
// without a map a duration or a time, and another.
func (f *Fields) isTable(line []byte) bool {
	separator := separatorOf(line)
	if bytes.IndexByte(line, separator) < 0 && len(f.paths) == 0 {
		return false
	}
	known, timed := 0, false
	for _, c := range f.columns(cells(slices.Clone(line), separator, nil)) {
		if c == nil {
			continue
		}
		known++
		timed = timed || c.is == fieldTime || c.is == fieldEnd || c.is == fieldDuration || c.is == fieldArrival
	}
	if len(f.paths) > 0 {
		return known > 0
	}
	return known > 1 && timed
}
