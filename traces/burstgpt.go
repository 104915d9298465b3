package traces

import (
	"context"

	"github.com/coldcurve/coldcurve/internal/decimal"
	"github.com/coldcurve/coldcurve/sim"
)

// readBurstGPT reads Timestamp,Model,Request tokens,Response tokens,Total tokens,Log
// Type, with Session ID and Elapsed time besides in version 3, which are passed over:
// columns are found by name. Times are seconds from midnight of the first day. A
// function is a log type of a model, which is its app.
//
// Rules: a request that has no request or no response tokens failed, and is left
// out and counted. A total that is not the sum of the two is counted, and not used.
func readBurstGPT(ctx context.Context, l *lineReader, sink *rowSink) error {
	const (
		failed = "a row without request or response tokens, a failure: left out"
		total  = "a row whose total is not the sum of its tokens: the total is not used"
	)
	header, err := l.header("Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type")
	if err != nil {
		return err
	}
	at, err := l.columns(header, []string{"Timestamp", "Model", "Request tokens", "Response tokens", "Total tokens", "Log Type"}, []string{"Session ID", "Elapsed time"}, sink.request)
	if err != nil {
		return err
	}
	var s splitter
	first := sim.Longest
	err = sink.each(ctx, l, func(line []byte, v *row) error {
		fields, err := l.fields(&s, line, len(header))
		if err != nil {
			return err
		}
		*v = row{app: fields[at[1]], name: fields[at[5]]}
		var ok bool
		if v.arrival, ok = decimal.Scaled(fields[at[0]], secondPlaces); !ok {
			return l.notSeconds("Timestamp", fields[at[0]])
		}
		in, ok := whole(fields[at[2]])
		if !ok {
			return l.notTokens("Request tokens", fields[at[2]])
		}
		out, ok := whole(fields[at[3]])
		if !ok {
			return l.notTokens("Response tokens", fields[at[3]])
		}
		if all, ok := whole(fields[at[4]]); !ok {
			return l.notTokens("Total tokens", fields[at[4]])
		} else if all != in+out {
			sink.request.report.apply(total, 1)
		}
		if in == 0 || out == 0 {
			sink.request.report.apply(failed, 1)
			v.left = true
			return nil
		}
		if v.tokens.Input, err = l.count("Request tokens", fields[at[2]]); err != nil {
			return err
		}
		first = min(first, v.arrival)
		v.tokens.Output, err = l.count("Response tokens", fields[at[3]])
		return err
	})
	if first > sim.Day && first < sim.Longest {
		sink.request.report.note("its first request comes at %s: a start there leaves out the empty time before", seconds(first))
	}
	return err
}

// notTokens is the error for a number of tokens that may be 0.
func (l *lineReader) notTokens(column string, cell []byte) error {
	return l.bad(badTokens, "%s: found %s, expected a whole number of tokens ≥ 0", column, excerpt(cell))
}
