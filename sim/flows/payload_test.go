package flows

import (
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// object makes a trigger one of objects that are written to a store, which calls a function
// that answers nobody.
func (b *builder) object(t *Trigger, size int64) *Trigger {
	b.meter("none")
	t.Record = fixed(size)
	t.Write = &Use{Service: b.service("bucket", Op{Name: "write", Writes: true}), Op: 0, Function: None, Flow: None, Count: 1, Probability: 1, SkipOnHit: None}
	t.Async = lambdaAsync()
	return t
}

func (b *builder) refused(tally *Tally) (n uint64) {
	for _, r := range tally.Refused {
		n += r.N
	}
	return n
}

// An object of 5 MB starts a function that takes 1 MB of who does not wait: what it is told of
// the object is 1 KB (AWS, the structure of S3's events). What it does takes by the object.
func TestObjectIsNoPayload(t *testing.T) {
	b := newBuilder(100 * second)
	f := b.function("f", after(ms))
	b.g.Functions[f].Async, b.g.Functions[f].Sync, b.g.Functions[f].PerByte = &Most{Bytes: 1 << 20}, &Most{Bytes: 6 << 20}, 1
	b.object(b.calls("upload", f), 5<<20)
	tally, requests := b.runAll(t, config{arrivals: [][]sim.Time{times(10, second)}})
	if n := tally.Triggers[0]; n.Succeeded != 10 || b.refused(tally) != 0 {
		t.Fatalf("%d of 10 succeed, %d are refused", n.Succeeded, b.refused(tally))
	}
	if took := requests[0].End - requests[0].Start; took != ms+5<<20 {
		t.Errorf("it takes %d ns, want 1 ms and 1 ns a byte of the object", took)
	}
	if peak := tally.Limits[1].Peak; peak != 1<<10 {
		t.Errorf("the largest call is of %d bytes, want 1024", peak)
	}
}

// A flow that an object starts carries the notice: of an engine that carries 256 KB none of
// its executions is too large, and one of its own input of 300 KB is.
func TestObjectIsNoPayloadOfAFlow(t *testing.T) {
	for _, own := range []bool{false, true} {
		b := newBuilder(100 * second)
		f := b.function("f", after(ms))
		e := nothing()
		e.Payload = &Most{Bytes: 256 << 10}
		flow := b.flow("main", e)
		b.main(flow, callOf("call", f))
		if own {
			b.g.Flows[flow].Input = fixed(300 << 10)
		}
		trigger := &b.g.Triggers[b.trigger("upload", flow)]
		b.object(trigger, 5<<20)
		trigger.Async = nil
		tally, _ := b.runAll(t, config{arrivals: [][]sim.Time{times(10, second)}})
		want := uint64(10)
		if own {
			want = 0
		}
		if n := tally.Flows[flow].Succeeded; n != want {
			t.Errorf("own input %v: %d executions succeed, want %d", own, n, want)
		}
	}
}

// The dead letter of a call for an object is the notice, not the object: a queue takes it.
func TestObjectIsNoDeadLetter(t *testing.T) {
	b := newBuilder(1000 * second)
	b.object(b.calls("upload", b.fails("f", after(ms))), 5<<20)
	b.meter("none")
	parked := b.service("parked", Op{Name: "send", Writes: true, ByBytes: true, Most: &Most{Bytes: 1 << 20}})
	b.g.Triggers[0].Async.Dead = &Send{Trigger: None, Service: parked, Op: 0, Count: 1}
	tally, _ := b.runAll(t, config{arrivals: [][]sim.Time{{0}}})
	if n := used(&b.g, tally, "parked send", Failure); n != 1<<10 {
		t.Errorf("%d bytes are sent to where the dead go, want 1024", n)
	}
}

// A request of 100 KB at a function that reads a secret of at most 64 KB, writes an item of at
// most 400 KB, calls another function, starts a flow and sends a message, none of which says a
// size: nobody has said that the request goes along, and none of it fails. Of what is said to
// be too large all does.
func TestSizeThatIsNotGivenIsNoPayload(t *testing.T) {
	for _, c := range []struct {
		name  string
		given Bytes
		want  uint64
	}{{"not given", nil, 20}, {"given", fixed(100 << 10), 0}} {
		kinds := map[string]func(b *builder) Use{
			"read": func(b *builder) Use {
				return Use{Service: b.service("secrets", Op{Name: "read", Most: &Most{Bytes: 64 << 10}}), Function: None, Flow: None}
			},
			"a limited read": func(b *builder) Use {
				return Use{Service: b.service("secrets", Op{Name: "read", Most: &Most{Bytes: 64 << 10}, Limit: &Bucket{Burst: 1000, Rate: 1000}}), Function: None, Flow: None}
			},
			"call": func(b *builder) Use {
				g := b.function("g", after(ms))
				b.g.Functions[g].Sync = &Most{Bytes: 64 << 10}
				return Use{Service: None, Function: g, Flow: None}
			},
			"flow": func(b *builder) Use {
				e := nothing()
				e.Payload = &Most{Bytes: 64 << 10}
				flow := b.flow("sub", e)
				b.main(flow, callOf("call", b.function("h", after(ms))))
				return Use{Service: None, Function: None, Flow: flow}
			},
			"send": func(b *builder) Use {
				b.sqs(b.calls("q", b.function("k", after(ms))), Queue{Batch: 1, Visibility: sim.Minute})
				q := b.g.Triggers[1].Queue
				b.g.Services[q.Service].Ops[q.Send].Most = &Most{Bytes: 64 << 10}
				return Use{Service: None, Function: None, Flow: None, Send: &Send{Trigger: 1, Service: None, Op: None, Count: 1}}
			},
		}
		for name, use := range kinds {
			b := newBuilder(100 * second)
			b.meter("none")
			f := b.function("f", after(ms))
			b.calls("t", f).Record = fixed(100 << 10)
			u := use(b)
			u.Count, u.Probability, u.SkipOnHit, u.Size = 1, 1, None, c.given
			b.g.Functions[f].Uses = []Use{u}
			tally, _ := b.run(t, config{arrivals: [][]sim.Time{times(20, second), nil}[:len(b.g.Triggers)]})
			if n := tally.Triggers[0].Succeeded; n != c.want {
				t.Errorf("%s, size %s: %d of 20 succeed, want %d", name, c.name, n, c.want)
			}
		}
	}
}

// An orchestrator that carries 256 KB does not take a start with 300 KB (AWS, StartExecution):
// nothing is started, entered or billed, and who starts it sees a failure.
func TestStartThatIsTooLarge(t *testing.T) {
	b := newBuilder(100 * second)
	e := b.standard()
	e.Payload = &Most{Bytes: 256 << 10}
	flow := b.flow("main", e)
	b.main(flow, callOf("call", b.function("f", after(ms))))
	b.g.Triggers[b.trigger("t", flow)].Record = halves{200 << 10, 300 << 10}
	tally, _ := b.run(t, config{arrivals: [][]sim.Time{times(100, second)}})
	refused, f := b.refused(tally), tally.Flows[flow]
	if refused < 30 || refused > 70 || f.Started != 100-refused || f.Failed != 0 || tally.Steps[0].Entered != 100-refused {
		t.Errorf("%d of 100 are refused, %d started, %d failed, %d enter the step", refused, f.Started, f.Failed, tally.Steps[0].Entered)
	}
	if n := tally.Triggers[0].Outside; n.Failed != refused || n.Done != 100-refused {
		t.Errorf("%d are refused, of what came %+v", refused, n)
	}
	if n := tally.Triggers[0]; n.Started != 100-refused || n.Rejected != refused || n.Failed != 0 {
		t.Errorf("of 100 starts %d are, %d are turned away and %d fail, want %d, %d, 0", n.Started, n.Rejected, n.Failed, 100-refused, refused)
	}
	for _, u := range tally.Used {
		if u.N.Lo%(100-refused) != 0 {
			t.Errorf("%d of %s are billed, for %d executions", u.N.Lo, b.g.Meters[u.Meter].Name, 100-refused)
		}
	}
}

// Lambda answers an asynchronous call of more than it takes with 413 at once, and keeps
// nothing: it is not tried again, and is not in flight.
func TestAsyncCallThatIsTooLarge(t *testing.T) {
	b := newBuilder(1000 * second)
	f := b.function("f", after(ms))
	b.g.Functions[f].Async = &Most{Bytes: 1 << 20}
	trigger := b.calls("t", f)
	trigger.Async, trigger.Record = lambdaAsync(), fixed(2<<20)
	tally, _ := b.runAll(t, config{arrivals: [][]sim.Time{times(10, second)}})
	if n := tally.Triggers[0]; n.Lost != 10 || n.Received != 0 || n.InFlight != 0 || n.Outside.Failed != 10 || b.refused(tally) != 10 {
		t.Errorf("%d are lost, %d delivered, %d in flight, %d refused, want 10, 0, 0, 10", n.Lost, n.Received, n.InFlight, b.refused(tally))
	}
}

// What is too large starts nothing and is no start, whoever asks: of records of 100 and 300
// KB, each a half, the small start a flow, or a function, that takes 256 KB, and the others are
// turned away.
func TestStartThatIsTooLargeIsNone(t *testing.T) {
	for name, starts := range map[string]func(b *builder, tr *Trigger){
		"bus":    func(_ *builder, tr *Trigger) { tr.Bus = &Bus{Service: None, Match: 1, MaxAge: sim.Day} },
		"stream": func(_ *builder, tr *Trigger) { tr.Stream = &Stream{Service: None, Shards: 1, Batch: 1, Pipe: None} },
		"http":   func(_ *builder, tr *Trigger) { tr.HTTP = &HTTP{Service: None} },
		"queue":  func(b *builder, tr *Trigger) { b.sqs(tr, Queue{Batch: 1, Receives: 1, Visibility: sim.Minute}) },
		"plain":  func(*builder, *Trigger) {},
	} {
		for _, whole := range []bool{true, false} {
			b := newBuilder(1000 * second)
			f := b.function("f", after(ms))
			if whole {
				e := nothing()
				e.Payload = &Most{Bytes: 256 << 10}
				flow := b.flow("flow", e)
				b.main(flow, step(PassStep, "pass"))
				b.trigger("t", flow)
			} else {
				b.g.Functions[f].Sync, b.g.Functions[f].Async = &Most{Bytes: 256 << 10}, &Most{Bytes: 256 << 10}
				b.calls("t", f)
			}
			tr := &b.g.Triggers[0]
			tr.Record = halves{100 << 10, 300 << 10}
			starts(b, tr)
			tally, _ := b.runAll(t, config{arrivals: [][]sim.Time{times(40, second)}})
			n, refused := tally.Triggers[0], b.refused(tally)
			if refused < 10 || refused > 30 || n.Started != 40-refused || n.Rejected != refused || n.Outside.Done != 40-refused || n.Outside.Failed != refused {
				t.Errorf("%s, a flow %v: %d are refused; %d start, %d are turned away, of what came %+v", name, whole, refused, n.Started, n.Rejected, n.Outside)
			}
		}
	}
}
