package traces

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/internal/decimal"
)

// The columns of csv and the fields of jsonl.
var (
	requiredNames = []string{"arrival_s", "service_s", "function"}
	optionalNames = []string{"app", "owner", "trigger", "memory_mb", "timeout_s"}
)

// readCSV reads our own plain format: a header, then one row an invocation in
// the order of arrival. Columns are found by name.
//
//	arrival_s, service_s   decimal seconds ≥ 0; digits beyond the nanosecond are rounded
//	function               its name, unique within its app and owner
//	app, owner, trigger    may be left out or empty
//	memory_mb, timeout_s   may be left out or empty: the platform's default
//
// Trigger, memory_mb and timeout_s may be given in the first row of a function
// only; a later row must not differ. A column of another name is refused;
// under Lenient it is passed over. Quoting is RFC 4180's, on one line.
func readCSV(ctx context.Context, l *lineReader, sink *rowSink) error {
	header, err := l.header(strings.Join(requiredNames, ",") + " …")
	if err != nil {
		return err
	}
	at, err := l.columns(header, requiredNames, optionalNames, sink.request)
	if err != nil {
		return err
	}
	var s splitter
	arrival, service, function := at[0], at[1], at[2]
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
		return l.times(fields[arrival], fields[service], v)
	})
}

// times reads arrival_s and service_s.
func (l *lineReader) times(arrival, service []byte, v *row) error {
	var ok bool
	if v.arrival, ok = decimal.Scaled(arrival, secondPlaces); !ok {
		return l.bad("times that are not numbers", "arrival_s: found %s, expected seconds ≥ 0", excerpt(arrival))
	}
	if v.service, ok = decimal.Scaled(service, secondPlaces); !ok {
		return l.bad("times that are not numbers", "service_s: found %s, expected seconds ≥ 0", excerpt(service))
	}
	return nil
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
