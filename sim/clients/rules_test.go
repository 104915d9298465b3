package clients

import (
	"slices"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/backoff"
)

// lives lets the attempts of one request end in the given ways, each as it arrives, and
// returns when they arrived, in seconds; the last end may be followed by another.
func lives(c Client, ends ...sim.Status) (at []sim.Time) {
	f := NewRetries([]Client{c}, make([]sim.Function, 1), sim.RunKey{}).New()
	e := sim.End{}
	for _, status := range ends {
		e.Status = status
		e.Now = e.Arrival
		got := after(f, e)
		if len(got) == 0 {
			return at
		}
		a := got[0]
		at = append(at, a.Arrival/s)
		e = sim.End{Outcome: sim.Outcome{Arrival: a.Arrival, Earlier: a.Arrival, Attempt: a.Attempt}, Key: a.Key, Parent: a.Parent}
	}
	return at
}

func repeat(status sim.Status, n int) []sim.Status { return slices.Repeat([]sim.Status{status}, n) }

// What a platform does with a call that nobody waits for (AWS Lambda): after an error
// two more attempts, after 1 and 2 minutes; after a throttle as many as come within the
// age of the event, 1 s, 2 s, 4 s … to 5 minutes apart.
func TestRulesByHand(t *testing.T) {
	call := Client{Retries: 2, Backoff: backoff.Backoff{First: sim.Minute, Factor: 2}, On: OnTimeout | OnRejected | OnFailed, MaxAge: 6 * sim.Hour,
		Throttled: &Throttled{Retries: MostRetries, Backoff: backoff.Backoff{First: s, Factor: 2, Cap: 5 * sim.Minute}}}
	sdk := Client{Retries: 2, Backoff: backoff.Backoff{First: 2 * s, Factor: 2}, On: OnTimeout | OnRejected,
		Throttled: &Throttled{Retries: Shared, Backoff: backoff.Backoff{First: 10 * s, Factor: 2}}}
	for _, c := range []struct {
		name   string
		client Client
		ends   []sim.Status
		want   []sim.Time
	}{
		{"errors: after 1 min and 2 min, and no more", call, repeat(sim.Failed, 9), []sim.Time{60, 180}},
		{"a throttle between them counts by itself: 60, 61, 61 + 120", call, []sim.Status{sim.Failed, sim.Rejected, sim.TimedOut, sim.Failed}, []sim.Time{60, 61, 181}},
		{"an error between throttles leaves their backoff as it is: 1, 1 + 2, 3 + 60, 63 + 4", call, []sim.Status{sim.Rejected, sim.Rejected, sim.Failed, sim.Rejected}, []sim.Time{1, 3, 63, 67}},
		{"retries that count together, each with its backoff: 2, 2 + 20", sdk, []sim.Status{sim.Abandoned, sim.Rejected, sim.Abandoned}, []sim.Time{2, 22}},
		{"and the other way round: 10, 10 + 4", sdk, []sim.Status{sim.Rejected, sim.Abandoned, sim.Rejected}, []sim.Time{10, 14}},
		{"what is not asked again after", sdk, []sim.Status{sim.Failed}, nil},
	} {
		if got := lives(c.client, c.ends...); !slices.Equal(got, c.want) {
			t.Errorf("%s: attempts at %v s, want %v", c.name, got, c.want)
		}
	}

	// 1 + 2 + … + 256 = 511 s after nine throttles; then one each 300 s, the last not
	// after 21600 s: 70 more, at 511 + 70 × 300 = 21511 s.
	got := lives(call, repeat(sim.Rejected, 99)...)
	if len(got) != 79 || got[8] != 511 || got[78] != 21511 {
		t.Errorf("throttled for ever: %d attempts more, the 9th at %d s and the last at %d s, want 79, 511 and 21511", len(got), got[8], got[len(got)-1])
	}
}

// A bucket of 10: a retry after a throttle takes 4, after a time-out 6. Two throttled
// requests take 8, and neither a third nor a time-out is asked again. An answer to a
// first attempt brings 1 back, and one to a retry its 4: then a time-out is, and a
// throttled request is not. No bucket holds more than 10.
func TestQuotaByHand(t *testing.T) {
	c := Client{Retries: 5, Backoff: backoff.Backoff{First: s, Factor: 1}, On: OnTimeout | OnRejected, Quota: Quota{Tokens: 10, Rejected: 4, Timeout: 6, Success: 1}}
	f := NewRetries([]Client{c}, make([]sim.Function, 1), sim.RunKey{}).New()
	ends := func(status sim.Status, attempt uint16, parent uint64) (uint64, bool) {
		got := after(f, sim.End{Outcome: sim.Outcome{Status: status, Attempt: attempt}, Parent: parent})
		if len(got) == 0 {
			return 0, false
		}
		return got[0].Parent, true
	}
	var paid uint64
	for k, step := range []struct {
		status  sim.Status
		attempt uint16
		again   bool
	}{
		{sim.Completed, 0, false}, // full as it is
		{sim.Rejected, 0, true},   // 6 left
		{sim.Rejected, 0, true},   // 2
		{sim.Rejected, 0, false},
		{sim.Abandoned, 0, false},
		{sim.Completed, 0, false}, // 3
		{sim.Completed, 1, false}, // 7: what that retry took
		{sim.Abandoned, 0, true},  // 1
		{sim.Rejected, 0, false},
	} {
		parent := uint64(0)
		if step.attempt > 0 {
			parent = paid
		}
		got, again := ends(step.status, step.attempt, parent)
		if again != step.again {
			t.Errorf("step %d: asked again is %v, want %v", k, again, step.again)
		}
		if step.status == sim.Rejected && again {
			paid = got
		}
	}
}

// A retry after a node's failure takes what one after any failure takes: of a bucket of 10, 4 each,
// where a time-out would take 3.
func TestQuotaAfterNodeFailure(t *testing.T) {
	c := Client{Retries: 5, Backoff: backoff.Backoff{First: s, Factor: 1}, On: OnFailed | OnNode | OnTimeout, Quota: Quota{Tokens: 10, Rejected: 1, Failed: 4, Timeout: 3}}
	for _, causes := range [][]sim.FailCause{{sim.ByNode, sim.ByNode, sim.ByNode}, {sim.ByFunction, sim.ByNode, sim.ByNode}, {sim.ByNode, sim.ByNode, sim.ByInit}} {
		f := NewRetries([]Client{c}, make([]sim.Function, 1), sim.RunKey{}).New()
		for k, cause := range causes {
			again := len(after(f, sim.End{Outcome: sim.Outcome{Status: sim.Failed, Failure: cause}})) > 0
			if want := k < 2; again != want {
				t.Errorf("%v: failure %d is asked again: %v, want %v", causes, k, again, want)
			}
		}
	}
}

// Two clients have a bucket each: the requests of one, by their keys, do not use up that
// of the other.
func TestQuotaOfClients(t *testing.T) {
	c := Client{Retries: 1, Backoff: backoff.Backoff{First: s, Factor: 1}, On: OnRejected, Quota: Quota{Tokens: 3, Rejected: 1, Clients: 2}}
	f := NewRetries([]Client{c}, make([]sim.Function, 1), sim.RunKey{}).New()
	again := map[uint64]int{}
	for key := range uint64(1000) {
		if len(after(f, sim.End{Outcome: sim.Outcome{Status: sim.Rejected}, Key: key})) > 0 {
			again[sim.Mixed(key)%2]++
		}
	}
	if again[0] != 3 || again[1] != 3 {
		t.Errorf("the clients asked %d and %d times again, want 3 each", again[0], again[1])
	}
}
