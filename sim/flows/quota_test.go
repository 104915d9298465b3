package flows

import (
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// refusals is how often a limit has refused what was asked, of whomever.
func refusals(g *Graph, tally *Tally, of, what string) (n uint64) {
	for _, r := range tally.Refused {
		if l := g.Limits()[r.Limit]; l.Of == of && l.What == what {
			n += r.N
		}
	}
	return n
}

// Two gateways of an account share 2 requests a second with a burst of 3. Each is asked
// every 100 ms from 0 to 9.9 s: ⌊3 + 2 × 9.9⌋ = 22 of the 200 are admitted, of both
// together. Apart, each admits 22.
func TestAccountIsShared(t *testing.T) {
	for _, shared := range []bool{true, false} {
		b := newBuilder(100 * second)
		limit := func() *Bucket {
			return &Bucket{Burst: 3, Rate: 2, Quota: Quota{Of: "gateways in here", What: "requests", Each: "account"}}
		}
		first, second2 := limit(), limit()
		if shared {
			second2 = first
		}
		f := b.function("f", after(ms))
		b.gateway(b.calls("one", f), first)
		b.gateway(b.calls("two", f), second2)
		tally, _ := b.runAll(t, config{arrivals: [][]sim.Time{times(100, 100*ms), times(100, 100*ms)}})
		one, two := tally.Triggers[0].Succeeded, tally.Triggers[1].Succeeded
		want := uint64(22)
		if !shared {
			want = 44
		}
		if one+two != want || one == 0 || two == 0 {
			t.Errorf("shared %v: %d and %d are admitted, want %d of both", shared, one, two, want)
		}
		if n := refusals(&b.g, tally, "gateways in here", "requests"); n != 200-want {
			t.Errorf("shared %v: the limit has refused %d, want %d", shared, n, 200-want)
		}
	}
}

// One execution at a time, of 1 s: of two flows that share that the second ends after
// 2 s; where each has its own, after 1 s.
func TestExecutionsAreShared(t *testing.T) {
	for _, shared := range []bool{true, false} {
		b := newBuilder(100 * second)
		room := &Slots{N: 1}
		for _, name := range []string{"a", "b"} {
			e := b.express()
			e.Start, e.StartSync, e.State = nil, nil, nil
			if e.Concurrent = room; !shared {
				e.Concurrent = &Slots{N: 1}
			}
			w := step(WaitStep, "wait")
			w.Wait = after(second)
			flow := b.flow(name, e)
			b.main(flow, w)
			b.trigger("t"+name, flow)
		}
		tally, _ := b.run(t, config{arrivals: [][]sim.Time{{0}, {0}}})
		first, last := tally.Flows[0].Latency.Max, tally.Flows[1].Latency.Max
		if want := map[bool]sim.Time{true: 2 * second, false: second}[shared]; max(first, last) != want || min(first, last) != second {
			t.Errorf("shared %v: they take %d and %d, want %d at most", shared, first, last, want)
		}
		if peak := tally.Limits[0].Peak; shared && peak != 2 {
			t.Errorf("%d at a time are asked, want 2", peak)
		}
	}
}

// A queue takes 10 receives a second, and a burst of one. Of 30 messages that are there at
// 0 the k-th is received at k × 100 ms, however many poll; 29 receives are refused once.
func TestReceivesAreLimited(t *testing.T) {
	b := newBuilder(100 * second)
	f := b.function("f", after(ms))
	b.sqs(b.calls("q", f), Queue{Batch: 1, Visibility: sim.Minute})
	q := b.g.Triggers[0].Queue
	q.PerReceive = 1
	b.g.Services[q.Service].Ops[q.Receive].Limit = &Bucket{Burst: 1, Rate: 10}
	tally, requests := b.runAll(t, config{arrivals: [][]sim.Time{make([]sim.Time, 30)}})
	if len(requests) != 30 {
		t.Fatalf("%d requests, want 30", len(requests))
	}
	for k := range requests {
		if want := sim.Time(k) * 100 * ms; requests[k].Arrival < want || requests[k].Arrival > want+sim.Time(k) { // each to the next ns
			t.Errorf("the %d. is received at %d, want %d", k, requests[k].Arrival, want)
		}
	}
	if n := refusals(&b.g, tally, "q", "receive"); n != 29 {
		t.Errorf("%d receives are refused, want 29", n)
	}
	if d := tally.Triggers[0]; d.Deleted != 30 {
		t.Errorf("%d are deleted, want 30", d.Deleted)
	}
}

// One delete a second, of 5 pollers with batches of one that take 1 ms: the k-th of ten
// messages is deleted at k s, and nobody polls before what it received is deleted: the
// 6th is received when the first poller is free again, after its delete at 0 … so at 0,
// 1, 2, 3, 4 s the five of the beginning, and each receives its next then.
func TestDeletesAreLimited(t *testing.T) {
	b := newBuilder(100 * second)
	f := b.function("f", after(ms))
	b.sqs(b.calls("q", f), Queue{Batch: 1, Visibility: sim.Minute})
	q := b.g.Triggers[0].Queue
	q.PerReceive = 1
	q.Pollers.Grow = 0
	b.g.Services[q.Service].Ops[q.Delete].Limit = &Bucket{Burst: 1, Rate: 1}
	tally, requests := b.runAll(t, config{arrivals: [][]sim.Time{make([]sim.Time, 10)}})
	for k := range requests {
		requests[k].Arrival -= requests[k].Arrival % ms // a limit lets through at the next ns
	}
	// The first is done at 1 ms, deleted then; its poller's next is received at 1 ms, done at 2 ms. The others
	// are deleted at 1.001, 2.001 … s: the 7th is received at 1.001 s, the 8th at 2.001 s, the 9th at 3.001, the 10th at 4.001.
	if got, want := starts(requests, uint32(f), second), "0 0 0 0 0 0.001 1.001 2.001 3.001 4.001"; got != want {
		t.Errorf("starts at %s, want %s", got, want)
	}
	if n := refusals(&b.g, tally, "q", "delete"); n != 9 {
		t.Errorf("%d deletes are refused, want 9", n)
	}
	if d := tally.Triggers[0]; d.Deleted != 10 || d.Received != 10 {
		t.Errorf("%d are deleted of %d received, want 10", d.Deleted, d.Received)
	}
	// The last has ended 1 ms after its receipt at 4.001 s, though it is deleted at 9.001 s.
	if took := tally.Triggers[0].Latency.Max; took/ms != 4002 {
		t.Errorf("the last takes %d ns, want 4.002 s: to its end, not to its delete", took)
	}
}

// A gateway takes 1000 bytes: of records of 500 and 1500 bytes, each a half, the large fail,
// are named, and start and cost nothing.
func TestPayloadsAreLimited(t *testing.T) {
	b := newBuilder(10_000 * second)
	f := b.function("f", after(ms))
	api := b.gateway(b.calls("api", f), nil)
	api.Record = halves{500, 1500}
	b.g.Services[api.HTTP.Service].Ops[0].Most = &Most{Bytes: 1000}
	tally, _ := b.runAll(t, config{arrivals: [][]sim.Time{times(1000, second)}})
	h, refused := tally.Triggers[0], refusals(&b.g, tally, "gateway", "request")
	if h.Failed != refused || h.Started != 1000-refused || refused < 400 || refused > 600 {
		t.Errorf("%d are refused, %d failed and %d started", refused, h.Failed, h.Started)
	}
	if n := used(&b.g, tally, "gateway request", Work); n != 1000-refused {
		t.Errorf("%d are billed, want %d", n, 1000-refused)
	}
	if peak := tally.Limits[0].Peak; peak != 1500 {
		t.Errorf("the largest is %d bytes, want 1500", peak)
	}
}

// A function takes 1000 bytes of who waits and 100 of who does not, and answers with 1000
// at most.
func TestCallsAreLimited(t *testing.T) {
	for _, c := range []struct {
		input, output int64
		async         bool
		fails         bool
	}{
		{1000, 1000, false, false},
		{1001, 10, false, true},
		{10, 1001, false, true},
		{100, 1001, true, false},
		{101, 10, true, true},
	} {
		b := newBuilder(100 * second)
		k := b.function("f", after(ms))
		f := &b.g.Functions[k]
		f.Sync, f.Async, f.Output = &Most{Bytes: 1000}, &Most{Bytes: 100}, fixedBytes(c.output)
		if c.async {
			flow := b.flow("main", b.express())
			s := callOf("call", int32(k))
			s.Async, s.Input = true, fixedBytes(c.input)
			b.main(flow, s)
			b.trigger("t", flow)
		} else {
			b.gateway(b.calls("api", k), nil).Record = fixedBytes(c.input)
		}
		tally, requests := b.run(t, config{arrivals: [][]sim.Time{{0}}})
		refused := uint64(0)
		for _, r := range tally.Refused {
			refused += r.N
		}
		if want := map[bool]uint64{true: 1, false: 0}[c.fails]; refused != want {
			t.Errorf("%+v: refused %d, want %d", c, refused, want)
		}
		late := c.output > 1000 && c.fails // it has run, and what it answers is not taken
		began := 0
		for _, r := range requests {
			if r.Function == uint32(k) {
				began++
			}
		}
		if want := map[bool]int{true: 0, false: 1}[c.fails && !late]; began != want {
			t.Errorf("%+v: %d requests at the function, want %d", c, began, want)
		}
		h := &tally.Triggers[0]
		if h.Outside.Failed != 0 && !c.fails || !c.async && c.fails && (h.Outside.Failed != 1 || h.Outside.Throttled != 0) {
			t.Errorf("%+v: its caller sees %+v", c, h.Outside)
		}
		if c.async && h.Behind.Failed != refused {
			t.Errorf("%+v: %d fail behind, want %d", c, h.Behind.Failed, refused)
		}
		if r := tally.Refused; c.fails && (r[0].Kind != RefusedFunction || r[0].Index != k) {
			t.Errorf("%+v: refused by %+v, want by the function", c, r[0])
		}
	}
}

// halves is one of two sizes, each a half.
type halves [2]int64

func (h halves) Sample(u float64) int64 {
	if u < 0.5 {
		return h[0]
	}
	return h[1]
}
