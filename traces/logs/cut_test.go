package logs

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/coldcurve/coldcurve/sim"
)

// What lies outside the time that is asked for is left out, and so is what has
// no time; the span that is said is the length. By hand: arrivals are 1.25 s
// before the ends at 12:00:02.250 of the 1st, 2nd and 3rd.
func TestCutAndSpan(t *testing.T) {
	text := reportLine(1, "02.250", "1000.00") + reportLine(2, "02.250", "1000.00") + reportLine(3, "02.250", "1000.00") +
		"REPORT RequestId: u\tDuration: 1 ms\tBilled Duration: 9 ms\tMemory Size: 512 MB\n"
	at := func(day int) time.Time { return time.Date(2026, 10, day, 12, 0, 1, 0, time.UTC) }
	for _, c := range []struct {
		from, to time.Time
		want     int64
	}{
		{time.Time{}, time.Time{}, 4},
		{at(1), time.Time{}, 3},
		{at(1).Add(1), time.Time{}, 2},
		{time.Time{}, at(3), 2},
		{at(2).AddDate(0, -1, 0), at(2).Add(1), 2},
	} {
		w, _ := newStore(t)
		p := read(t, "x", text, Options{From: c.from, To: c.to, Store: w, TempDir: t.TempDir(), Span: 30 * sim.Day})
		if p.Requests != c.want || p.Length != 30*sim.Day {
			t.Errorf("from %v to %v: %d requests of %d ns, want %d of 30 days", c.from, c.to, p.Requests, p.Length, c.want)
		}
	}
	// By its arrivals the log is of 3 days, of a second where there is one: never more than the window that is cut.
	for _, c := range []struct {
		from, to time.Time
		want     sim.Time
	}{
		{at(1), time.Time{}, 3 * sim.Day},
		{at(1), at(4), 3 * sim.Day},
		{at(1), at(3).Add(1), 2*sim.Day + 1},
		{at(1), at(3).Add(time.Hour), 2*sim.Day + sim.Hour},
		{at(2), at(2).Add(1), 1},
		{at(2), at(2).Add(time.Hour), sim.Second},
	} {
		w, _ := newStore(t)
		p := read(t, "x", text, Options{From: c.from, To: c.to, Store: w, TempDir: t.TempDir()})
		if p.Length != c.want {
			t.Errorf("from %v to %v: a log of %v (%s), want %v", c.from, c.to, time.Duration(p.Length), p.LengthOf, time.Duration(c.want))
		}
	}
	for want, o := range map[string]Options{
		"reading logs: found 3d that they are said to be of, expected at most the 1d from 2026-10-01T12:00:01Z to 2026-10-02T12:00:01Z that are asked for": {From: at(1), To: at(2), Span: 3 * sim.Day},
		"reading logs: found arrivals over 2d0.000000001s, expected them within the 1d that the logs are said to be of":                                    {Span: sim.Day},
		"reading logs: found the end 2026-10-01T12:00:01Z at or before the beginning 2026-10-02T12:00:01Z, expected it after":                              {From: at(2), To: at(1)},
	} {
		o.Store, _ = newStore(t)
		o.TempDir = t.TempDir()
		if _, err := Read(context.Background(), []File{{Name: "x", R: strings.NewReader(text)}}, o); err == nil || err.Error() != want {
			t.Errorf("%v\nwant %s", err, want)
		}
	}
}
