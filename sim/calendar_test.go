package sim

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// A calendar counts what a list does that is looked through each time, whatever lies
// between its days and years.
func TestCalendarCounts(t *testing.T) {
	const day, year = Time(1) << calendarDay, Time(1) << (calendarDay + calendarBits)
	var c calendar
	rapid.Check(t, func(t *rapid.T) {
		c.reset()
		var ends []Time
		now := Time(0)
		step := rapid.SampledFrom([]Time{1, day, 100 * day, year, 50 * year, 5000 * year, 20_000 * year})
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			if len(ends) > 0 && rapid.Bool().Draw(t, "to an end, or just before") {
				now = max(now, rapid.SampledFrom(ends).Draw(t, "of")-Time(rapid.IntRange(0, 1).Draw(t, "before")))
			} else {
				now += rapid.Int64Range(0, step.Draw(t, "step")).Draw(t, "now")
			}
			ends = slices.DeleteFunc(ends, func(at Time) bool { return at <= now })
			if got := c.at(now); got != len(ends) {
				t.Fatalf("at %d it counts %d, want %d", now, got, len(ends))
			}
			for range rapid.IntRange(0, 3).Draw(t, "begin") {
				at := now + rapid.Int64Range(0, step.Draw(t, "span")).Draw(t, "service")
				if rapid.IntRange(0, 3).Draw(t, "on the last day of its year") == 0 {
					at = (at/year+1)*year - 1
				}
				ends = append(ends, at)
				c.add(at)
			}
		}
	})
}
