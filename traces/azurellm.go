package traces

import (
	"context"
	"time"

	"github.com/coldcurve/coldcurve/internal/decimal"
	"github.com/coldcurve/coldcurve/sim"
)

// readAzureLLM reads TIMESTAMP,ContextTokens,GeneratedTokens, as Azure's traces of
// 2023 and 2024 have them. A time is a date and a time of day with any number of
// decimals, or none where they are 0, and with an offset or in UTC.
func readAzureLLM(ctx context.Context, l *lineReader, sink *rowSink) error {
	const want = "TIMESTAMP,ContextTokens,GeneratedTokens"
	header, err := l.header(want)
	if err != nil {
		return err
	}
	at, err := l.columns(header, []string{"TIMESTAMP", "ContextTokens", "GeneratedTokens"}, nil, sink.request)
	if err != nil {
		return err
	}
	var s splitter
	name := []byte(modelName)
	return sink.each(ctx, l, func(line []byte, v *row) error {
		fields, err := l.fields(&s, line, len(header))
		if err != nil {
			return err
		}
		*v = row{name: name}
		var ok bool
		if v.arrival, ok = timestamp(fields[at[0]]); !ok {
			return l.bad("times that are not dates", "TIMESTAMP: found %s, expected a date and time from 1980 to 2251, such as 2023-11-16 18:15:46.6805900 or 2024-05-10 00:00:00+00:00", excerpt(fields[at[0]]))
		}
		if v.tokens.Input, err = l.count("ContextTokens", fields[at[1]]); err != nil {
			return err
		}
		v.tokens.Output, err = l.count("GeneratedTokens", fields[at[2]])
		return err
	})
}

// timestamp reads a date and a time of day, with or without decimals and an offset
// (Z or ±hh:mm; without, UTC), as nanoseconds since 1970.
func timestamp(b []byte) (sim.Time, bool) {
	const plain = "0000-00-00 00:00:00"
	if len(b) < len(plain) || b[4] != '-' || b[7] != '-' || b[10] != ' ' && b[10] != 'T' || b[13] != ':' || b[16] != ':' {
		return 0, false
	}
	var part [6]int // year, month, day, hour, minute, second
	for i, at := range [6][2]int{{0, 4}, {5, 7}, {8, 10}, {11, 13}, {14, 16}, {17, 19}} {
		n, ok := decimal.Count(b[at[0]:at[1]])
		if !ok {
			return 0, false
		}
		part[i] = int(n)
	}
	day := time.Date(part[0], time.Month(part[1]), part[2], 0, 0, 0, 0, time.UTC)
	if part[0] < 1980 || part[0] > 2251 || day.Day() != part[2] || int(day.Month()) != part[1] || part[3] > 23 || part[4] > 59 || part[5] > 60 {
		return 0, false
	}
	t := (day.Unix() + int64(part[3]*3600+part[4]*60+part[5])) * sim.Second
	fraction, offset, ok := splitOffset(b[len(plain):])
	if !ok {
		return 0, false
	}
	if len(fraction) > 0 {
		n, ok := decimal.Scaled(fraction, secondPlaces)
		if !ok || len(fraction) == 1 || fraction[0] != '.' || n > sim.Second {
			return 0, false
		}
		t += n
	}
	return t - offset, true
}

// splitOffset cuts what follows the seconds.
func splitOffset(b []byte) (fraction []byte, offset sim.Time, ok bool) {
	n := len(b)
	if n > 0 && b[n-1] == 'Z' {
		return b[:n-1], 0, true
	}
	if n < 6 || b[n-3] != ':' || b[n-6] != '+' && b[n-6] != '-' {
		return b, 0, true
	}
	hours, ok := decimal.Count(b[n-5 : n-3])
	minutes, also := decimal.Count(b[n-2:])
	if !ok || !also || hours > 23 || minutes > 59 {
		return nil, 0, false
	}
	offset = hours*sim.Hour + minutes*sim.Minute
	if b[n-6] == '-' {
		offset = -offset
	}
	return b[:n-6], offset, true
}
