package clients

import (
	"testing"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/backoff"
)

const s = sim.Second

// Each way to end is in the set of its word alone; an answer and the end of the run
// are in none.
func TestOn(t *testing.T) {
	for end, want := range map[sim.Outcome]On{
		{Status: sim.Completed}: 0, {Status: sim.Unfinished}: 0, {Status: sim.TimedOut}: OnTimeout, {Status: sim.Abandoned}: OnTimeout, {Status: sim.Rejected}: OnRejected,
		{Status: sim.Failed, Failure: sim.ByFunction}: OnFailed, {Status: sim.Failed, Failure: sim.ByInit}: OnFailed, {Status: sim.Failed, Failure: sim.ByServer}: OnFailed,
		{Status: sim.Failed, Failure: sim.ByNode}: OnNode,
	} {
		for on := On(0); on < 16; on++ {
			if got := on&way(&end) != 0; got != (on&want != 0) {
				t.Errorf("status %d, %s, set %04b: %v", end.Status, end.Failure, on, got)
			}
		}
	}
}

// A retry is the same request once more: its service, its row and its key, one
// attempt on, after the whole backoff.
func TestRetryAsksTheSame(t *testing.T) {
	f := NewRetries([]Client{{}, {Retries: 2, Backoff: backoff.Backoff{First: s, Factor: 2}, On: OnTimeout}}, make([]sim.Function, 2), sim.RunKey{}).New()
	e := sim.End{Outcome: sim.Outcome{Arrival: 5, Function: 1, Attempt: 1, Status: sim.Abandoned}, Now: 10 * s, Service: 7, Key: 11, Attr: 17}
	want := sim.Arrival{Invocation: sim.Invocation{Arrival: 12 * s, Service: 7, Function: 1, Attr: 17}, Key: 11, Attempt: 2}
	if got := after(f, e); len(got) != 1 || got[0] != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	for name, change := range map[string]func(*sim.End){
		"no attempt is left":     func(e *sim.End) { e.Attempt = 2 },
		"it was answered":        func(e *sim.End) { e.Status = sim.Completed },
		"a client without":       func(e *sim.End) { e.Function = 0 },
		"what it does not retry": func(e *sim.End) { e.Status = sim.Rejected },
		"twenty years on":        func(e *sim.End) { e.Now = 2 * sim.Longest },
	} {
		e := e
		change(&e)
		if got := after(f, e); len(got) != 0 {
			t.Errorf("%s: %+v", name, got)
		}
	}
	if NewRetries([]Client{{Timeout: s}}, make([]sim.Function, 1), sim.RunKey{}) != nil {
		t.Error("something follows where no client asks again")
	}
}

// Full jitter is uniform over the backoff, and the same whenever the attempt ends.
func TestFullJitter(t *testing.T) {
	f := NewRetries([]Client{{Retries: 9, Backoff: backoff.Backoff{First: s, Factor: 2, Jitter: backoff.Full}, On: OnRejected}}, []sim.Function{{Name: "f"}}, sim.RunKey{Seed: 3}).New()
	wait := func(key uint64, attempt uint16, now sim.Time) sim.Time {
		return after(f, sim.End{Outcome: sim.Outcome{Status: sim.Rejected, Attempt: attempt}, Now: now, Key: key})[0].Arrival - now
	}
	const n = 10_000
	for attempt, most := range []sim.Time{s, 2 * s, 4 * s} {
		var sum, square float64
		for k := range uint64(n) {
			w := wait(k, uint16(attempt), 0)
			if w < 0 || w > most {
				t.Fatalf("attempt %d waits %d ns, want 0 to %d", attempt, w, most)
			}
			if again := wait(k, uint16(attempt), 12345); again != w {
				t.Fatalf("attempt %d waits %d ns at one time, %d at another", attempt, w, again)
			}
			x := float64(w) / float64(most)
			sum, square = sum+x, square+x*x
		}
		// Means of 1/2 and 1/3, with deviations of √(1/12n) and √(4/45n): four of them.
		if mean, second := sum/n, square/n; mean < 0.4884 || mean > 0.5116 || second < 0.3214 || second > 0.3453 {
			t.Errorf("attempt %d: mean %v and mean square %v of the backoff", attempt, mean, second)
		}
	}
	if wait(1, 0, 0)*2 == wait(1, 1, 0) {
		t.Error("two attempts draw the same")
	}
}

// after returns what arrives after an end.
func after(f sim.Follower, e sim.End) []sim.Arrival {
	var next sim.Next
	f.Ended(e, &next)
	return next.Arrivals()
}
