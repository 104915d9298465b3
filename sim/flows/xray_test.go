package flows

import (
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// A trace of ServiBench's event processing, API → Lambda → SNS → Lambda → SQS, composed
// from its parts, in ms: the gateway 2, Lambda's start of each function 10, what each
// does itself 1, the publish 29, from the topic to Lambda 11, the dwell time 32, the
// send 25, and 4 from the function's end to the attempt's. X-Ray has 125 in all, from
// the first segment's begin to the last one's end; the gateway has its answer at 43 or,
// with what ends the first function, at 47.
func TestTraceOfFiveServices(t *testing.T) {
	b := newBuilder(sim.Hour)
	b.meter("none")
	gateway := b.service("gateway", Op{Name: "request", First: after(2 * ms), Writes: true})
	topic := b.service("topic", Op{Name: "publish", First: after(29 * ms), Writes: true})
	queue := b.service("queue", Op{Name: "send", First: after(25 * ms), Writes: true})
	ingest := b.function("ingest", after(ms))
	format := b.function("format", after(ms))
	http := b.calls("api", ingest)
	http.HTTP = &HTTP{Service: gateway, Op: 0}
	delivery := b.calls("events", format)
	delivery.Bus = &Bus{Service: topic, Put: 0, Match: 1, Retry: doubling(3, second, 0)}
	delivery.Latency = after(11*ms + 32*ms)
	none := Use{Service: None, Function: None, Flow: None, Count: 1, Probability: 1, SkipOnHit: None}
	publish, send := none, none
	publish.Send = &Send{Trigger: 1, Service: None, Count: 1}
	send.Send = &Send{Trigger: None, Service: queue, Count: 1}
	for f, u := range map[int32]Use{ingest: publish, format: send} {
		b.g.Functions[f].Add, b.g.Functions[f].Uses = after(10*ms), []Use{u}
	}
	tally, requests := b.runAll(t, config{arrivals: [][]sim.Time{{0}, {}}})
	last := sim.Time(0)
	for _, r := range requests {
		last = max(last, r.End)
	}
	if got := last + 4*ms; got != 125*ms {
		t.Errorf("the trace takes %d ns, want 125 ms", got)
	}
	if got := tally.Triggers[0].Latency.Max; got != 42*ms {
		t.Errorf("the API answers after %d ns, want 2 + 10 + 1 + 29 ms", got)
	}
	if got := tally.Services[queue].Calls; got != 1 {
		t.Errorf("%d sends, want 1", got)
	}
}
