package traces

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/coldcurve/coldcurve/internal/decimal"
	"github.com/coldcurve/coldcurve/sim"
)

// writeTables writes a synthetic trace as the three tables of azure2019, a set
// a day.
func (s *synthetic) writeTables(ctx context.Context, dir string) error {
	days := int((s.minutes + 1439) / 1440)
	counts := make([]*drawnCounter, len(s.functions))
	for f := range counts {
		counts[f] = s.counter(uint32(f))
	}
	for d := 1; d <= days; d++ {
		from, to := int64(d-1)*1440, min(int64(d)*1440, s.minutes)
		sums, err := s.writeCounts(ctx, dir, d, counts, from, to)
		if err != nil {
			return err
		}
		if err := s.writeDurations(dir, d, sums); err != nil {
			return err
		}
		if err := s.writeMemory(dir, d, sums); err != nil {
			return err
		}
	}
	return nil
}

// writeTable writes one table: a header, and what rows appends for each function.
func (s *synthetic) writeTable(dir string, which, day int, header string, row func(b []byte, f int) ([]byte, error)) error {
	out, err := createSink(filepath.Join(dir, azureTables[which].official+dayName(day)+".csv.gz"), Destination{})
	if err != nil {
		return err
	}
	b := append([]byte(header), '\n')
	for f := 0; ; f++ {
		if _, err = out.Write(b); err != nil {
			err = fmt.Errorf("writing %s: %w", out.name, err)
		}
		if err != nil || f == len(s.functions) {
			return out.lacksMore(out.finish(err))
		}
		if b, err = row(b[:0], f); err != nil {
			return out.lacksMore(out.finish(err))
		}
	}
}

func (s *synthetic) writeCounts(ctx context.Context, dir string, day int, counts []*drawnCounter, from, to int64) ([]int64, error) {
	header := []byte("HashOwner,HashApp,HashFunction,Trigger")
	for m := from; m < to; m++ {
		header = fmt.Appendf(header, ",%d", m-from+1)
	}
	sums := make([]int64, len(s.functions))
	err := s.writeTable(dir, 0, day, string(header), func(b []byte, i int) ([]byte, error) {
		f := &s.functions[i]
		b = fmt.Appendf(b, "%s,%s,%s,%s", f.Owner, f.App, f.Name, f.Trigger)
		for m := from; m < to; m++ {
			n := counts[i].count(m)
			sums[i] += n
			b = fmt.Appendf(b, ",%d", n)
		}
		return append(b, '\n'), ctx.Err()
	})
	return sums, err
}

func (s *synthetic) writeDurations(dir string, day int, sums []int64) error {
	const header = "HashOwner,HashApp,HashFunction,Average,Count,Minimum,Maximum,percentile_Average_0,percentile_Average_1,percentile_Average_25," +
		"percentile_Average_50,percentile_Average_75,percentile_Average_99,percentile_Average_100"
	return s.writeTable(dir, 1, day, header, func(b []byte, i int) ([]byte, error) {
		f, q := &s.functions[i], &s.shapes[i].durations
		b = fmt.Appendf(b, "%s,%s,%s,", f.Owner, f.App, f.Name)
		b = fmt.Appendf(decimal.Append(b, sim.Time(q.mean()), milliPlaces), ",%d", sums[i])
		b = decimal.Append(append(b, ','), q.at[0], milliPlaces)
		b = decimal.Append(append(b, ','), q.at[6], milliPlaces)
		for _, d := range q.at {
			b = decimal.Append(append(b, ','), d, milliPlaces)
		}
		return append(b, '\n'), nil
	})
}

// memorySpread are the percentiles 1, 5, 25, 50, 75, 95, 99 and 100 of an
// app's memory over its average, a narrow spread as that of the real table.
var memorySpread = [8]float64{0.85, 0.9, 0.97, 1, 1.03, 1.08, 1.12, 1.2}

func (s *synthetic) writeMemory(dir string, day int, sums []int64) error {
	const header = "HashOwner,HashApp,SampleCount,AverageAllocatedMb,AverageAllocatedMb_pct1,AverageAllocatedMb_pct5,AverageAllocatedMb_pct25," +
		"AverageAllocatedMb_pct50,AverageAllocatedMb_pct75,AverageAllocatedMb_pct95,AverageAllocatedMb_pct99,AverageAllocatedMb_pct100"
	samples := map[string]int64{}
	for i := range s.functions {
		samples[s.functions[i].App] += sums[i]
	}
	written := map[string]bool{}
	return s.writeTable(dir, 2, day, header, func(b []byte, i int) ([]byte, error) {
		f := &s.functions[i]
		if written[f.App] {
			return b, nil
		}
		written[f.App] = true
		b = fmt.Appendf(b, "%s,%s,%d,%d", f.Owner, f.App, max(1, samples[f.App]), f.Memory)
		for _, x := range memorySpread {
			b = fmt.Appendf(b, ",%d", max(1, int64(float64(f.Memory)*x)))
		}
		return append(b, '\n'), nil
	})
}
