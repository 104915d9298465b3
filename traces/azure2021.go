package traces

import (
	"context"

	"github.com/coldcurve/coldcurve/internal/decimal"
)

// readAzure2021 reads app,func,end_timestamp,duration: seconds with any number
// of digits. The arrival is end − duration, in exact decimals, rounded to the
// nanosecond.
//
// Rules: rows are in the order of start. A start up to 1 µs before the one of
// the row before, or before 0, is the rounding of the floats that were
// printed, and is moved to it and counted; more than that is refused.
func readAzure2021(ctx context.Context, l *lineReader, sink *rowSink) error {
	const want = "app,func,end_timestamp,duration"
	header, err := l.header(want)
	if err != nil {
		return err
	}
	at, err := l.columns(header, []string{"app", "func", "end_timestamp", "duration"}, nil, sink.request)
	if err != nil {
		return err
	}
	sink.tolerance = jitter
	var s splitter
	return sink.each(ctx, l, func(line []byte, v *row) error {
		fields, err := l.fields(&s, line, len(header))
		if err != nil {
			return err
		}
		v.app, v.name = fields[at[0]], fields[at[1]]
		end, ok := decimal.Parse(fields[at[2]])
		if !ok {
			return l.bad("times that are not numbers", "end_timestamp: found %s, expected seconds ≥ 0", excerpt(fields[at[2]]))
		}
		duration, ok := decimal.Parse(fields[at[3]])
		if !ok {
			return l.bad("times that are not numbers", "duration: found %s, expected seconds ≥ 0", excerpt(fields[at[3]]))
		}
		start, after := end.Minus(duration)
		if v.arrival, ok = start.Scaled(secondPlaces); ok {
			v.service, ok = duration.Scaled(secondPlaces)
		}
		if !ok {
			return l.bad("times out of range", "found a time beyond 292 years, expected less")
		}
		if !after && v.arrival > jitter {
			return l.bad("starts before 0", "found a start %s before 0 (end_timestamp − duration), expected a start ≥ 0", seconds(v.arrival))
		}
		if !after && v.arrival > 0 {
			sink.request.report.apply("a start up to 1 µs before 0, the rounding of floats: moved to 0", 1)
			v.arrival = 0
		}
		return nil
	})
}
