package traces

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/internal/decimal"
)

// The columns of csv and the fields of jsonl. service_s is required where there
// are no tokens.
var (
	requiredNames = []string{"arrival_s", "service_s", "function"}
	optionalNames = []string{"app", "owner", "trigger", "memory_mb", "timeout_s", inputName, outputName, priorityName}
)

// readCSV reads our own plain format: a header, then one row an invocation in
// the order of arrival. Columns are found by name.
//
//	arrival_s, service_s   decimal seconds ≥ 0; digits beyond the nanosecond are rounded
//	function               its name, unique within its app and owner
//	app, owner, trigger    may be left out or empty
//	memory_mb, timeout_s   may be left out or empty: the platform's default
//	input_tokens,          of a request to a language model, ≥ 1: in all rows of a
//	output_tokens          function or in none; without service_s it is 0
//	priority               the smaller is served first; may be left out or empty: 0
//
// Trigger, memory_mb and timeout_s may be given in the first row of a function
// only; a later row must not differ. A column of another name is refused;
// under Lenient it is passed over. Quoting is RFC 4180's, on one line.
func readCSV(ctx context.Context, l *lineReader, sink *rowSink) error {
	header, err := l.header(strings.Join(requiredNames, ",") + " …")
	if err != nil {
		return err
	}
	at, err := l.rowColumns(header, sink.request)
	if err != nil {
		return err
	}
	var s splitter
	arrival, service, function := at[0], at[1], at[2]
	var none []byte
	cell := func(fields [][]byte, column int) []byte {
		if c := at[column]; c >= 0 {
			return fields[c]
		}
		return none
	}
	asks := at[8] >= 0 || at[9] >= 0 || at[10] >= 0
	return sink.each(ctx, l, func(line []byte, v *row) error {
		fields, err := l.fields(&s, line, len(header))
		if err != nil {
			return err
		}
		v.name = fields[function]
		for i, to := range []*[]byte{&v.app, &v.owner, &v.trigger, &v.memory, &v.timeout} {
			if c := at[3+i]; c >= 0 {
				*to = fields[c]
			}
		}
		v.hasTrigger, v.hasMemory, v.hasLimit = at[5] >= 0, at[6] >= 0, at[7] >= 0
		if asks {
			if err := l.setTokens(cell(fields, 8), cell(fields, 9), cell(fields, 10), v); err != nil {
				return err
			}
		}
		if service < 0 || len(fields[service]) == 0 && v.tokens.Input > 0 {
			return l.arrival(fields[arrival], v)
		}
		return l.times(fields[arrival], fields[service], v)
	})
}

// rowColumns finds the columns of csv.
func (l *lineReader) rowColumns(header [][]byte, r *request) ([]int, error) {
	for _, name := range header {
		if string(name) == inputName {
			at, err := l.columns(header, []string{requiredNames[0], requiredNames[2]}, slices.Insert(slices.Clone(optionalNames), 0, requiredNames[1]), r)
			if err == nil {
				at[1], at[2] = at[2], at[1]
			}
			return at, err
		}
	}
	return l.columns(header, requiredNames, optionalNames, r)
}

// arrival reads arrival_s of a row without a service.
func (l *lineReader) arrival(cell []byte, v *row) error {
	var ok bool
	if v.arrival, ok = decimal.Scaled(cell, secondPlaces); !ok {
		return l.notSeconds("arrival_s", cell)
	}
	v.service = 0
	return nil
}

// times reads arrival_s and service_s.
func (l *lineReader) times(arrival, service []byte, v *row) error {
	var ok bool
	if v.arrival, ok = decimal.Scaled(arrival, secondPlaces); !ok {
		return l.notSeconds("arrival_s", arrival)
	}
	if v.service, ok = decimal.Scaled(service, secondPlaces); !ok {
		return l.notSeconds("service_s", service)
	}
	return nil
}

// notSeconds says what is wrong with a time.
func (l *lineReader) notSeconds(column string, cell []byte) error {
	if _, ok := decimal.Parse(cell); ok {
		return l.bad("times out of range", "%s: found %s, more seconds than there are in 292 years; expected seconds, not parts of one", column, excerpt(cell))
	}
	return l.bad("times that are not numbers", "%s: found %s, expected seconds ≥ 0", column, excerpt(cell))
}

// fields splits a row and checks how many there are.
func (l *lineReader) fields(s *splitter, line []byte, want int) ([][]byte, error) {
	fields, problem := s.split(line)
	if problem != "" {
		return nil, l.bad("broken quoting", "%s", problem)
	}
	if len(fields) != want {
		return nil, l.bad("rows of another length", "found %d fields, expected %d as in the header", len(fields), want)
	}
	return fields, nil
}

// columns finds the columns of a header by name: the place of each required
// and then each optional one, −1 where it is not there.
func (l *lineReader) columns(header [][]byte, required, optional []string, r *request) ([]int, error) {
	known := slices.Concat(required, optional)
	at := make([]int, len(known))
	for i := range at {
		at[i] = -1
	}
	for c, name := range header {
		i := slices.Index(known, string(name))
		switch {
		case i >= 0 && at[i] >= 0:
			return nil, l.bad("", "found the column %s twice, expected it once", excerpt(name))
		case i >= 0:
			at[i] = c
		case !r.Lenient:
			return nil, l.bad("", "found the column %s, expected some of %s", excerpt(name), strings.Join(known, ", "))
		default:
			r.report.apply(fmt.Sprintf("the column %s is not known: passed over", excerpt(name)), 1)
		}
	}
	for i, name := range required {
		if at[i] < 0 {
			return nil, l.bad("", "found no column %q in the header, expected %s", name, strings.Join(required, ", "))
		}
	}
	return at, nil
}
