package logs

import (
	"testing"
	"time"

	"github.com/coldcurve/coldcurve/sim"
)

// How much time a log is of, by hand: the last arrival less the first, and one
// of the unit of which at least half have an arrival.
func TestSpan(t *testing.T) {
	start := time.Date(2026, 10, 1, 3, 0, 7, 0, time.UTC) // a Thursday
	every := func(n int, gap time.Duration) (at []time.Time) {
		for i := range n {
			at = append(at, start.Add(time.Duration(i)*gap))
		}
		return at
	}
	burst := func(n, days int) (at []time.Time) {
		for d := range days {
			for range n {
				at = append(at, start.Add(time.Duration(d)*24*time.Hour))
			}
		}
		return at
	}
	const hour, day, week = time.Hour, 24 * time.Hour, 7 * 24 * time.Hour
	for name, c := range map[string]struct {
		at   []time.Time
		want time.Duration
	}{
		"one request":            {every(1, 0), time.Second},
		"every 100 ms":           {every(600, 100*time.Millisecond), 59*time.Second + 900*time.Millisecond + time.Second},
		"every other second":     {every(100, 2*time.Second), 198*time.Second + time.Second}, // 100 of 199
		"every third second":     {every(100, 3*time.Second), 297*time.Second + time.Minute}, // 100 of 298, 6 of 6
		"24 hourly":              {every(24, hour), 24 * hour},
		"30 daily":               {every(30, day), 30 * day},
		"30 daily bursts":        {burst(1000, 30), 30 * day},
		"weekdays of two weeks":  {append(every(2, day), every(9, day)[4:]...), 8*day + day}, // 7 of 9 days
		"five over four weeks":   {every(5, week), 4*week + week},
		"one every three weeks":  {every(3, 3*week), 6*week + 3*week}, // 3 of 7 weeks: the mean gap
		"one in the next minute": {[]time.Time{start, start.Add(59 * time.Second)}, 59*time.Second + time.Minute},
		// 23:00 on a Sunday and 1:00 on the Monday after are of two weeks, two
		// days, and two of three hours.
		"around midnight": {[]time.Time{time.Date(2026, 10, 4, 23, 0, 0, 0, time.UTC), time.Date(2026, 10, 5, 1, 0, 0, 0, time.UTC)}, 3 * hour},
	} {
		var s span
		for _, at := range c.at {
			s.add(at.UnixNano())
		}
		if got, of := s.length(); got != sim.Time(c.want) {
			t.Errorf("%s: %v, want %v (%s)", name, time.Duration(got), c.want, of)
		}
	}
}

// Weeks begin on Mondays, also before 1970.
func TestWeeks(t *testing.T) {
	week := &bins[len(bins)-1]
	sunday, monday := time.Date(1969, 12, 28, 23, 59, 59, 0, time.UTC), time.Date(1969, 12, 29, 0, 0, 0, 0, time.UTC)
	if a, b := week.of(sunday.UnixNano()), week.of(monday.UnixNano()); b != a+1 {
		t.Errorf("a Sunday is in week %d, the Monday after in %d", a, b)
	}
	if a, b := week.of(monday.UnixNano()), week.of(monday.AddDate(0, 0, 6).UnixNano()); a != b {
		t.Errorf("a Monday is in week %d, the Sunday after in %d", a, b)
	}
}
