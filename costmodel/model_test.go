package costmodel

import (
	"testing"
	"time"

	"github.com/coldcurve/coldcurve/sim"
)

// A day of DeepSeek V4 Flash by the hour of each request, as its tariff has it:
// with 0.15 and 0.6 USD a million tokens in and out off its peak hours. What is
// read from the cache has its own price; requests outside the window, pings and
// those that failed are nobody's bill, and those that a timeout cut off are.
func TestModelMeterByTheHour(t *testing.T) {
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	x, err := c.Tariff("deepseek-v4-flash")
	if err != nil {
		t.Fatal(err)
	}
	if len(x.Hours) == 0 {
		t.Fatal("the tariff has no hours")
	}
	epoch := time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC).UnixNano()
	window := sim.Window{Warmup: sim.Hour, Horizon: sim.Day}
	meter := func() Meter {
		m, err := x.NewMeter(MeterConfig{Window: window, Epoch: epoch})
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	request := func(at sim.Time, status sim.Status, flags sim.Flags, input, cached, output uint32) sim.Served {
		return sim.Served{Outcome: sim.Outcome{Arrival: at, Status: status, Flags: flags}, Serving: sim.Serving{Input: input, Cached: cached, Output: output}}
	}
	one, other := meter(), meter()
	off, peak := sim.Time(-1), sim.Time(-1) // hours of the day of either price
	for h := sim.Time(23); h >= 1; h-- {
		if x.hoursAt(h*sim.Hour) == 0 {
			off = h * sim.Hour
		} else {
			peak = h * sim.Hour
		}
	}
	if off < 0 || peak < 0 {
		t.Fatal("all hours have one price")
	}
	one.(sim.ServedObserver).Served([]sim.Served{
		request(off, sim.Completed, 0, 1000, 0, 100),
		request(0, sim.Completed, 0, 1<<20, 0, 1<<20),      // in the warm-up
		request(off, sim.Completed, sim.Ping, 1<<20, 0, 1), // a ping
		request(off, sim.Failed, 0, 1<<20, 0, 0),           // never served
		request(off, sim.TimedOut, 0, 50, 0, 5),            // cut off
		request(off, sim.Abandoned, 0, 200, 0, 20),         // its client gave up
	})
	none := request(off, sim.Completed, 0, 1<<20, 0, 1<<20)
	none.Counts = sim.NotCounted // of what came in the warm-up
	one.(sim.ServedObserver).Served([]sim.Served{none})
	late := request(peak, sim.Completed, 0, 10, 4, 7)
	late.Arrival, late.Counts = peak+sim.Day, sim.Counted // a day after the window, of what came in it
	other.(sim.ServedObserver).Served([]sim.Served{late})
	one.Merge(other)
	for class, want := range [2]map[string]int64{
		{"input_tokens": 1250, "output_tokens": 125, "cached_input_tokens": 0},
		{"input_tokens": 6, "output_tokens": 7, "cached_input_tokens": 4},
	} {
		prefix := ""
		if class == 1 {
			prefix = x.classPrefix(x.tokenClass(&TokenRequest{Input: 10}, x.hoursAt(peak)))
		}
		for name, n := range want {
			u := one.Usage()
			i := u.index(prefix + name)
			if i < 0 && n == 0 {
				continue
			}
			if i < 0 || u[i].Quantity.Int64() != n {
				t.Errorf("%s%s: usage is %v, want %d", prefix, name, u, n)
			}
		}
	}
}
