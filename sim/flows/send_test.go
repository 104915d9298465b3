package flows

import (
	"testing"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/backoff"
)

func sendOf(name string, s Send) Step {
	p := step(SendStep, name)
	p.Send = &s
	return p
}

// A step sends three messages to a queue, whose send takes 10 ms, and goes on; they are
// billed to the step, and what they start to the trigger of what came from outside.
func TestSendByHand(t *testing.T) {
	b := newBuilder(100 * second)
	f := b.function("f", after(50*ms))
	flow := b.flow("flow", nothing())
	b.main(flow, sendOf("send", Send{Trigger: 1, Service: None, Count: 3, Size: fixed(65 << 10)}), wait("pause", after(second)))
	b.trigger("outside", flow)
	b.sqs(b.calls("q", f), Queue{Batch: 10, Visibility: sim.Minute})
	b.g.Services[b.g.Triggers[1].Queue.Service].Ops[0].First = after(10 * ms)
	tally, requests := b.runAll(t, config{arrivals: [][]sim.Time{{0}}})
	if l := tally.Flows[flow].Latency; l.Max != second+10*ms {
		t.Errorf("the flow took %d", l.Max)
	}
	if got, want := starts(requests, uint32(f), ms), "10"; got != want {
		t.Errorf("starts at %s, want %s", got, want)
	}
	sent := uint64(0)
	for _, u := range tally.Used {
		if b.g.Meters[u.Meter].Name == "q send" {
			if sent += u.N.Lo; u.Trigger != 0 || b.g.Owners[u.Owner] != "flow/send" || u.Cause != Work {
				t.Errorf("sends are counted for trigger %d, %s, %v", u.Trigger, b.g.Owners[u.Owner], u.Cause)
			}
		}
	}
	if sent != 6 { // 65 KB are two chunks of 64
		t.Errorf("%d sends billed, want 6", sent)
	}
	if q := tally.Triggers[1]; q.Sent != 3 || q.Deleted != 3 || q.Arrived != 0 {
		t.Errorf("%+v", q)
	}
	for _, c := range tally.Calls {
		if c.Trigger != 0 || b.g.Owners[c.Owner] != "trigger q" || c.N != 1 {
			t.Errorf("%+v", c)
		}
	}
}

// A message to a store stays there. Half of the executions send one more.
func TestSendToStore(t *testing.T) {
	const n = 10_000
	b := newBuilder(n * second)
	store := b.parked()
	flow := b.flow("flow", nothing())
	b.main(flow, sendOf("send", Send{Trigger: None, Service: store, Op: 0, Count: 1.5}))
	b.trigger("outside", flow)
	tally, _ := b.runAll(t, config{arrivals: [][]sim.Time{times(n, second)}})
	near(t, "messages", float64(tally.Services[store].Calls)/n, 1.5, 0.02)
	if tally.Flows[flow].Succeeded != n {
		t.Errorf("%+v", tally.Flows[flow])
	}
}

// A queue that takes one message a second turns the others away: the step fails as
// throttled, and its retrier asks again; the first that is billed is work: what was turned away was not.
func TestSendIsThrottled(t *testing.T) {
	b := newBuilder(100 * second)
	flow := b.flow("flow", nothing())
	s := sendOf("send", Send{Trigger: 1, Service: None, Count: 1})
	s.Retry = []Retry{{On: OnThrottled, Attempts: 5, Backoff: backoff.Backoff{First: second, Factor: 1}}}
	b.main(flow, s)
	b.trigger("outside", flow)
	b.sqs(b.calls("q", b.function("f", after(ms))), Queue{Batch: 10, Visibility: sim.Minute})
	b.g.Services[b.g.Triggers[1].Queue.Service].Ops[0].Limit = &Bucket{Burst: 1, Rate: 1}
	tally, _ := b.runAll(t, config{arrivals: [][]sim.Time{make([]sim.Time, 3)}})
	if got := tally.Flows[flow]; got.Succeeded != 3 || got.Latency.Max != 2*second {
		t.Errorf("%+v", got)
	}
	if work, again := used(&b.g, tally, "q send", Work), used(&b.g, tally, "q send", Again); work != 3 || again != 0 {
		t.Errorf("%d sends, %d again, want 3 and none", work, again)
	}
	if q := tally.Triggers[1]; q.Sent != 3 || q.Throttled != 0 || q.Deleted != 3 {
		t.Errorf("%+v", q)
	}
}

// A function sends a message to an HTTP trigger's caller, and does not wait for the answer.
func TestFunctionSends(t *testing.T) {
	b := newBuilder(100 * second)
	f, slow := b.function("f", after(50*ms)), b.function("slow", after(20*second))
	store := b.parked()
	b.calls("outside", f)
	b.gateway(b.calls("api", slow), nil)
	b.g.Functions[f].Uses = []Use{
		{Service: None, Function: None, Flow: None, Count: 2, Probability: 1, SkipOnHit: None, Send: &Send{Trigger: 1, Service: None, Count: 1}},
		{Service: None, Function: None, Flow: None, Count: 1, Probability: 1, SkipOnHit: None, Send: &Send{Trigger: None, Service: store, Count: 1}},
	}
	tally, _ := b.runAll(t, config{arrivals: [][]sim.Time{{0}}})
	if x := tally.Triggers[0]; x.Succeeded != 1 || x.Latency.Max != 50*ms {
		t.Errorf("%+v", x)
	}
	if x := tally.Triggers[1]; x.Sent != 2 || x.Succeeded != 2 || x.Inner.Max != 20*second+10*ms {
		t.Errorf("%+v", x)
	}
	if tally.Services[store].Calls != 1 {
		t.Errorf("%d messages stay", tally.Services[store].Calls)
	}
}

// Three sends at once, each exponential with a mean of 1 s: the step waits for the last,
// 1 + 1/2 + 1/3 s on average.
func TestSendWaitsForTheLast(t *testing.T) {
	const n = 50_000
	b := newBuilder(n * 10 * second)
	store := b.parked()
	b.g.Services[store].Ops[0].First = exponential(second)
	flow := b.flow("flow", nothing())
	b.main(flow, sendOf("send", Send{Trigger: None, Service: store, Op: 0, Count: 3}))
	b.trigger("outside", flow)
	tally, _ := b.runAll(t, config{arrivals: [][]sim.Time{times(n, 10*second)}})
	near(t, "mean of the last of three", tally.Flows[flow].Latency.Sum.Float()/float64(tally.Flows[flow].Latency.N)/float64(second), 11.0/6, 0.01)
}
