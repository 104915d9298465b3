package results

import (
	"encoding/json"
	"errors"

	"github.com/coldcurve/coldcurve/sim"
)

// Traffic is the requests of users over time, in the buckets of Series: what they asked
// and sent by when it arrived, what they were answered by when that was. All of it is by
// time, whichever cohort it belongs to.
type Traffic struct {
	Offered  []uint64 // requests of users: first attempts
	Sent     []uint64 // attempts
	Answered []uint64 // goodput: requests of users that were answered while somebody waited for it
}

func newTraffic(buckets int) *Traffic {
	return &Traffic{make([]uint64, buckets), make([]uint64, buckets), make([]uint64, buckets)}
}

// add counts a batch of attempts.
func (t *Traffic) add(g *grid, batch []sim.Outcome) {
	for i := range batch {
		o := &batch[i]
		if o.Flags&sim.Ping != 0 {
			continue
		}
		if g.window.Contains(o.Arrival) {
			b := g.of(o.Arrival)
			t.Sent[b]++
			if o.Attempt == 0 {
				t.Offered[b]++
			}
		}
		if o.Status == sim.Completed && g.window.Contains(o.End) {
			t.Answered[g.of(o.End)]++
		}
	}
}

// warm counts a run of warm requests, which have one attempt each.
func (t *Traffic) warm(g *grid, run []sim.Invocation) {
	for i := range run {
		v := &run[i]
		if g.window.Contains(v.Arrival) {
			b := g.of(v.Arrival)
			t.Sent[b]++
			t.Offered[b]++
		}
		if end := v.Arrival + v.Service; g.window.Contains(end) {
			t.Answered[g.of(end)]++
		}
	}
}

func (t *Traffic) merge(o *Traffic) {
	if t == nil {
		return
	}
	for b := range t.Sent {
		t.Offered[b] += o.Offered[b]
		t.Sent[b] += o.Sent[b]
		t.Answered[b] += o.Answered[b]
	}
}

// check refuses columns that are not of so many buckets.
func (t *Traffic) check(buckets int) error {
	if t != nil && (len(t.Offered) != buckets || len(t.Sent) != buckets || len(t.Answered) != buckets) {
		return errors.New("reading a unit: the columns of its users' requests over time differ in length from its time series")
	}
	return nil
}

// trafficJSON is a Traffic in a unit's file, packed as seriesJSON is.
type trafficJSON struct{ Offered, Sent, Answered []byte }

// MarshalJSON writes the columns without loss.
func (t Traffic) MarshalJSON() ([]byte, error) {
	return json.Marshal(trafficJSON{pack(t.Offered), pack(t.Sent), pack(t.Answered)})
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (t *Traffic) UnmarshalJSON(data []byte) error {
	var in trafficJSON
	if err := json.Unmarshal(data, &in); err != nil {
		return err
	}
	return errors.Join(unpack(in.Offered, &t.Offered), unpack(in.Sent, &t.Sent), unpack(in.Answered, &t.Answered))
}
