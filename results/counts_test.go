package results

import (
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// What follows from what arrived in the window counts whenever it arrives, and what
// follows from the warm-up does not. What is by time, the series and busy instances,
// goes by time. The window is from 10 s to 20 s.
func TestWhatCounts(t *testing.T) {
	r, err := NewRecorder(Config{Window: handWindow, Functions: []sim.Function{{Name: "f"}}, Clients: true})
	if err != nil {
		t.Fatal(err)
	}
	out := func(arrival, end float64, c sim.Counts) sim.Outcome {
		return sim.Outcome{Arrival: s(arrival), Start: s(arrival), End: s(end), Started: true, Counts: c}
	}
	batch := []sim.Outcome{
		out(9, 10, sim.ByArrival), out(12, 13, sim.ByArrival),
		out(13, 15, sim.NotCounted), // as nothing but load
		out(30, 34, sim.Counted),    // 4 s
		out(5, 8, sim.Counted),      // 3 s
	}
	batch = append(batch, sim.Outcome{Arrival: s(40), Start: s(41), End: s(44), Init: s(1), Flags: sim.Cold, Started: true, Counts: sim.Counted}) // 4 s
	r.Requests(batch)
	for _, o := range batch {
		r.Served([]sim.Served{{Outcome: o, Serving: sim.Serving{Input: 10, Output: 1, First: o.End}}})
	}
	rep, err := r.Finish()
	if err != nil {
		t.Fatal(err)
	}
	values := rep.Values(nil)
	for name, want := range map[string]float64{
		"arrivals": 4, "completed": 4, "cold_starts": 1, "latency_mean_s": (1 + 4 + 3 + 4) / 4., "latency_max_s": 4,
		"user_requests": 4, "user_answered": 4, "attempts": 4,
	} {
		if got := values[metricIndex(name)]; got != want {
			t.Errorf("%s = %v, want %v", name, got, want)
		}
	}
	if rep.Serving.Input != 40 {
		t.Errorf("%d tokens in, want 40", rep.Serving.Input)
	}
	var in uint64
	for _, n := range rep.Series.Arrivals {
		in += n
	}
	if in != 1 {
		t.Errorf("the series has %d arrivals, want the one in the window that counts", in)
	}
}
