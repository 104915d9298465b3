package flows

import (
	"testing"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/backoff"
)

// gateway makes a trigger one behind a gateway that takes 10 ms and waits for 29 s.
func (b *builder) gateway(t *Trigger, limit *Bucket) *Trigger {
	b.meter("none")
	t.HTTP = &HTTP{Service: b.service("gateway", Op{Name: "request", First: after(10 * ms), Limit: limit}), Timeout: 29 * second}
	return t
}

// A request takes 10 ms at the gateway and 50 at the function.
func TestGatewayByHand(t *testing.T) {
	b := newBuilder(100 * second)
	f := b.function("f", after(50*ms))
	b.gateway(b.calls("api", f), nil)
	tally, _ := b.runAll(t, config{arrivals: [][]sim.Time{times(7, second)}})
	h := tally.Triggers[0]
	if h.Succeeded != 7 || h.Started != 7 || h.Latency.Min != 60*ms || h.Latency.Max != 60*ms {
		t.Errorf("%+v", h)
	}
	if n := used(&b.g, tally, "gateway request", Work); n != 7 {
		t.Errorf("%d requests billed, want 7", n)
	}
}

// Two a second, with a burst of three: of five at once two are turned away. Their
// callers ask again after 1 s, and are let in; those that do not ask again are not.
func TestGatewayThrottles(t *testing.T) {
	for _, again := range []bool{false, true} {
		b := newBuilder(100 * second)
		api := b.gateway(b.calls("api", b.function("f", after(50*ms))), &Bucket{Burst: 3, Rate: 2})
		if again {
			api.HTTP.Client = &Retry{On: OnThrottled, Attempts: 1, Backoff: backoff.Backoff{First: second, Factor: 2}}
		}
		tally, _ := b.runAll(t, config{arrivals: [][]sim.Time{make([]sim.Time, 5)}})
		h := tally.Triggers[0]
		if !again && (h.Succeeded != 3 || h.Throttled != 2 || h.Started != 3 || used(&b.g, tally, "gateway request", Work) != 3) {
			t.Errorf("without retries: %+v", h)
		}
		if again && (h.Succeeded != 5 || h.Throttled != 0 || h.Latency.Max != second+60*ms || used(&b.g, tally, "gateway request", Work) != 5) {
			t.Errorf("with retries: %+v", h)
		}
	}
}

// The gateway gives up after 29 s; what runs goes on, for 40 s.
func TestGatewayTimesOut(t *testing.T) {
	b := newBuilder(100 * second)
	b.gateway(b.calls("api", b.function("f", after(40*second))), nil)
	b.g.Triggers[0].HTTP.Client = &Retry{On: OnTimeout, Attempts: 1, Backoff: backoff.Backoff{First: second, Factor: 2}}
	tally, requests := b.runAll(t, config{arrivals: [][]sim.Time{{second, 2 * second}}})
	if got, want := starts(requests, 0, ms), "1010 2010 31010#1 32010#1"; got != want {
		t.Errorf("starts at %s, want %s", got, want)
	}
	if h := tally.Triggers[0]; h.TimedOut != 2 || h.Succeeded != 0 {
		t.Errorf("%+v", h)
	}
	var busy sim.Wide
	for _, c := range tally.Calls {
		busy.AddWide(c.Busy)
	}
	if busy.Lo != 160*uint64(second) {
		t.Errorf("busy for %v, want 160 s", busy)
	}
}

// A caller asks again 1, 2 and 4 s after a failure, and then no more.
func TestCallerRetriesByHand(t *testing.T) {
	b := newBuilder(100 * second)
	b.gateway(b.calls("api", b.fails("f", after(40*ms))), nil)
	b.g.Triggers[0].HTTP.Client = &Retry{On: OnFailed, Attempts: 3, Backoff: backoff.Backoff{First: second, Factor: 2}}
	tally, requests := b.runAll(t, config{arrivals: [][]sim.Time{{0}}})
	if got, want := starts(requests, 0, ms), "10 1060#1 3110#2 7160#3"; got != want {
		t.Errorf("starts at %s, want %s", got, want)
	}
	if h := tally.Triggers[0]; h.Failed != 1 || h.Started != 4 {
		t.Errorf("%+v", h)
	}
}

// A flow that a caller starts again draws anew: of those that fail with 1/2 and are asked for
// up to 20 times none is left, and attempts are geometric.
func TestCallerOfFlowDrawsAgain(t *testing.T) {
	b := newBuilder(100_000 * second)
	f := b.function("f", after(40*ms))
	b.g.Functions[f].Error = 0.5
	flow := b.flow("flow", nothing())
	b.main(flow, callOf("call", f))
	b.trigger("api", flow)
	b.gateway(&b.g.Triggers[0], nil).HTTP.Client = &Retry{On: OnFailed, Attempts: 20, Backoff: backoff.Backoff{First: second, Factor: 1}}
	const n = 10_000
	tally, _ := b.runAll(t, config{arrivals: [][]sim.Time{times(n, second)}})
	near(t, "attempts of a request", float64(tally.Triggers[0].Started)/n, 2, 0.05)
	if tally.Triggers[0].Succeeded != n {
		t.Errorf("%d succeeded of %d", tally.Triggers[0].Succeeded, n)
	}
}

// The authorizer is a function of 20 ms. Its answer for a key holds for 300 s: of
// requests at 0, 100, 299 and 301 s it is asked for the first and the last. Without
// keys each is asked for.
func TestAuthorizerByHand(t *testing.T) {
	for _, c := range []struct {
		keys *Keys
		want string
		min  sim.Time
	}{{&Keys{Popularity: []float64{1}}, "10 301010", 60 * ms}, {nil, "10 100010 299010 301010", 80 * ms}} {
		b := newBuilder(1000 * second)
		auth, f := b.function("auth", after(20*ms)), b.function("f", after(50*ms))
		api := b.gateway(b.calls("api", f), nil)
		api.Keys = c.keys
		api.HTTP.Authorizer = &Use{Service: None, Function: auth, Flow: None, Count: 1, Probability: 1, SkipOnHit: None, Owner: api.Owner}
		api.HTTP.Remember = 300 * second
		tally, requests := b.runAll(t, config{arrivals: [][]sim.Time{{0, 100 * second, 299 * second, 301 * second}}})
		if got := starts(requests, uint32(auth), ms); got != c.want {
			t.Errorf("the authorizer is asked at %s, want %s", got, c.want)
		}
		if h := tally.Triggers[0]; h.Succeeded != 4 || h.Latency.Min != c.min || h.Latency.Max != 80*ms {
			t.Errorf("%+v", h)
		}
	}
}

// Who is denied reaches nothing and does not ask again.
func TestAuthorizerDenies(t *testing.T) {
	b := newBuilder(1000 * second)
	auth, f := b.fails("auth", after(20*ms)), b.function("f", after(50*ms))
	api := b.gateway(b.calls("api", f), nil)
	api.HTTP.Authorizer = &Use{Service: None, Function: auth, Flow: None, Count: 1, Probability: 1, SkipOnHit: None, Owner: api.Owner}
	api.HTTP.Client = &Retry{On: OnAny, Attempts: 9, Backoff: backoff.Backoff{First: second, Factor: 1}}
	tally, requests := b.runAll(t, config{arrivals: [][]sim.Time{{0}}})
	if h := tally.Triggers[0]; h.Failed != 1 || h.Started != 0 || len(requests) != 1 {
		t.Errorf("%+v, %d requests", h, len(requests))
	}
}

// A name is asked for first, by a tenth of requests.
func TestNamesAreAskedFor(t *testing.T) {
	b := newBuilder(100_000 * second)
	api := b.gateway(b.calls("api", b.function("f", after(50*ms))), nil)
	names := b.service("names", Op{Name: "query", First: after(5 * ms)})
	api.HTTP.DNS = &Use{Service: names, Op: 0, Function: None, Flow: None, Count: 1, Probability: 0.1, SkipOnHit: None, Owner: api.Owner}
	const n = 10_000
	tally, _ := b.runAll(t, config{arrivals: [][]sim.Time{times(n, second)}})
	asked := used(&b.g, tally, "names query", Work)
	near(t, "names asked for", float64(asked), n/10, 0.1)
	if h := tally.Triggers[0]; h.Succeeded != n || h.Latency.Min != 60*ms || h.Latency.Max != 65*ms || h.Latency.Sum.Lo != uint64(n*60*ms)+asked*uint64(5*ms) {
		t.Errorf("%+v", h)
	}
}

// What its platform turns away is a 429 to the caller.
func TestPlatformTurnsAway(t *testing.T) {
	b := newBuilder(100 * second)
	b.gateway(b.calls("api", b.function("f", after(50*ms))), nil)
	p := anyNumber
	p.Limit = sim.Limit{Function: 2, Over: sim.RejectOver}
	tally, _ := b.runAll(t, config{arrivals: [][]sim.Time{make([]sim.Time, 5)}, platforms: []sim.Platform{p}})
	if h := tally.Triggers[0]; h.Succeeded != 2 || h.Throttled != 3 || h.Started != 2 || h.Rejected != 3 {
		t.Errorf("%+v", h)
	}
}

// A caller 80 ms away: the way there and back is in its latency, once, and the answer
// of 5,000 bytes leaves the gateway's place.
func TestCallerFarAway(t *testing.T) {
	b := newBuilder(100 * second)
	b.g.Places = append(b.g.Places, "far")
	b.meter("none")
	egress := b.meter("egress")
	b.g.Hops = []Hop{{Egress: None}, {RTT: after(80 * ms), Egress: egress}, {RTT: after(80 * ms), Egress: None}, {Egress: None}}
	f := b.function("f", after(50*ms))
	b.g.Functions[f].Output = fixed(5000)
	b.gateway(b.calls("api", f), nil).Place = 1
	b.g.Services[0].Ops[0].Writes = true
	tally, _ := b.runAll(t, config{arrivals: [][]sim.Time{times(3, second)}})
	if h := tally.Triggers[0]; h.Latency.Min != 140*ms || h.Latency.Max != 140*ms {
		t.Errorf("%+v", h.Latency)
	}
	if n := used(&b.g, tally, "egress", Work); n != 15_000 {
		t.Errorf("%d bytes leave, want 15,000", n)
	}
}

// A caller 80 ms away, 1 µs a byte there and 2 back, asks a flow without a gateway: 1,000 bytes
// and 5,000 are 80 + 1 + 50 + 10 = 141 ms, and each place pays for what it sends. Who is
// answered at the start waits for the way alone, 81 ms, and nothing comes back; who asks another
// flow that is that far away, for the same as a caller of it.
func TestFlowFarAway(t *testing.T) {
	for _, x := range []struct {
		name        string
		begun, deep bool
		latency     sim.Time
		there, back uint64
	}{
		{"asked", false, false, 141 * ms, 3000, 15_000},
		{"answered at the start", true, false, 81 * ms, 3000, 0},
		{"a flow in a flow", false, true, 141 * ms, 3000, 15_000},
	} {
		b := newBuilder(100 * second)
		b.g.Places = append(b.g.Places, "far")
		b.meter("none")
		there, back := b.meter("there"), b.meter("back")
		b.g.Hops = []Hop{{Egress: None}, {RTT: after(80 * ms), PerByte: 2e3, Egress: back}, {RTT: after(80 * ms), PerByte: 1e3, Egress: there}, {Egress: None}}
		f := b.function("f", after(50*ms))
		b.g.Functions[f].Output = fixed(5000)
		flow := b.flow("flow", nothing())
		b.g.Flows[flow].First = b.list(flow, callOf("call", f))
		if x.deep {
			e := nothing()
			e.Place = 1
			outer, in := b.flow("outer", e), step(CallStep, "in")
			in.SubFlow = flow
			b.g.Flows[outer].First = b.list(outer, in)
			flow = outer
		}
		c := b.calls("api", None)
		c.Start, c.Place = Target{Function: None, Flow: flow}, 1
		c.HTTP = &HTTP{Service: None, Begun: x.begun}
		tally, _ := b.runAll(t, config{arrivals: [][]sim.Time{times(3, second)}})
		if h := tally.Triggers[0]; h.Succeeded != 3 || h.Latency.Min != x.latency || h.Latency.Max != x.latency {
			t.Errorf("%s: %d in %d to %d, want 3 in %d", x.name, h.Succeeded, h.Latency.Min, h.Latency.Max, x.latency)
		}
		if out, in := used(&b.g, tally, "there", Work), used(&b.g, tally, "back", Work); out != x.there || in != x.back {
			t.Errorf("%s: %d bytes leave the caller's place and %d the flow's, want %d and %d", x.name, out, in, x.there, x.back)
		}
	}
}
