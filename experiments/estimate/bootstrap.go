package estimate

import (
	"fmt"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/results/stat"
	"github.com/coldcurve/coldcurve/sim"
)

const (
	leastDays = 3   // of a log, for a bootstrap
	resamples = 400 // of the days
)

func enoughDays(l *load) bool { return len(l.days) >= leastDays }

// bootstrap draws the days of a log with replacement, prices the sum of their
// usage as a month, and returns the 2.5 % and 97.5 % quantiles of the totals
// (Efron 1979, percentile method). It takes one day for as good as the next:
// weekdays are not told from weekends, nor does it know of growth.
func bootstrap(s *subject, parts []costmodel.Usage, seed uint64) (*Interval, error) {
	stream := sim.NewStream(sim.RunKey{Seed: seed}, sim.PurposeSample, sim.HashName("bootstrap"))
	totals, err := stat.Bootstrap(len(parts), resamples, stream.Uniform, func(drawn []int) (float64, error) {
		var usage costmodel.Usage
		var length sim.Time
		for _, d := range drawn {
			var err error
			if usage, err = usage.Merge(parts[d]); err != nil {
				return 0, err
			}
			length += s.load.days[d].Length()
		}
		bill, err := s.tariff.Bill(usage, costmodel.SpanMonth, length)
		if err != nil {
			return 0, err
		}
		total, _ := s.rates.In(&bill.Total, bill.Currency)
		return costmodel.Float(total), nil
	})
	if err != nil {
		return nil, err
	}
	low, high := stat.Percentiles(totals, stat.Level)
	of := fmt.Sprintf("bootstrap over the %d days of the log: another month of such days", len(parts))
	if length := s.load.days[0].Length(); length > 36*sim.Hour {
		of = fmt.Sprintf("bootstrap over %d stretches of the log, of %s each: another month of such stretches", len(parts), Clock(length))
	}
	return &Interval{low, high, of}, nil
}
