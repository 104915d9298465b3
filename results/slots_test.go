package results

import (
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// TestSlotsSettle: fifty slots of a second. What arrives in the first ten takes 9 s, and from
// then on 1 and 2 s in turn by fives, so that the batch means are 9, 9, 1, 2, 1, 2, 1, 2, 1, 2:
// MSER-5 leaves two batches out, and the window begins at 10 s. A request that fails, a ping,
// and one of another worker or after the horizon change nothing.
func TestSlotsSettle(t *testing.T) {
	const horizon = 50 * sim.Second
	outcome := func(at, latency sim.Time) sim.Outcome {
		return sim.Outcome{Arrival: at, Start: at, End: at + latency, Started: true}
	}
	latency := func(slot int) sim.Time {
		switch {
		case slot < 10:
			return 9 * sim.Second
		case slot/5%2 == 0:
			return sim.Second
		}
		return 2 * sim.Second
	}
	a, b := NewSlots(horizon, 50), NewSlots(horizon, 50)
	for slot := 49; slot >= 0; slot-- { // in whichever order they are told
		at := sim.Time(slot) * sim.Second
		a.Requests([]sim.Outcome{outcome(at, latency(slot)+sim.Millisecond)})
		b.Warm([]sim.Invocation{{Arrival: at + sim.Second - 1, Service: latency(slot) - sim.Millisecond}})
		failed, ping := outcome(at, 1000*sim.Second), outcome(at, 1000*sim.Second)
		failed.Status, ping.Flags = sim.Failed, sim.Ping
		b.Requests([]sim.Outcome{failed, ping})
	}
	b.Requests([]sim.Outcome{outcome(horizon, 1000*sim.Second)})
	if err := a.Merge(b); err != nil {
		t.Fatal(err)
	}
	if from, ok := a.Settled(); from != 10*sim.Second || !ok {
		t.Errorf("got %v, %v, want 10 s", from, ok)
	}
	if err := a.Merge(NewSlots(horizon, 49)); err == nil {
		t.Error("slots of another length are merged")
	}
	few := NewSlots(horizon, 50)
	for slot := range 49 {
		few.Requests([]sim.Outcome{outcome(sim.Time(slot)*sim.Second, sim.Second)})
	}
	if _, ok := few.Settled(); ok {
		t.Error("forty-nine slots are enough")
	}
	few.Requests([]sim.Outcome{outcome(49*sim.Second, sim.Second)})
	if from, ok := few.Settled(); from != 0 || !ok {
		t.Errorf("of constant ones: got %v, %v", from, ok)
	}
}
