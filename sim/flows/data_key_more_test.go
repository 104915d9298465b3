package flows

import (
	"math"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// encrypts lets a service ask a key service for its data key.
func (b *builder) encrypts(service int32, keys Op, k DataKey) (kms int32) {
	kms = b.service("keys", keys)
	u := asks(kms, 0)
	u.Overhead, u.Key = true, &k
	b.g.Services[service].Before = append(b.g.Services[service].Before, u)
	return kms
}

// Who sends to a stream from outside does not share the key of who reads it: a record a
// minute for an hour, a key that is used again for five minutes: the puts fetch it at 0, 5
// … 55 min, 12 times, and the reads, which follow each put, 12 times.
func TestWhoSendsFromOutsideHasAKeyOfItsOwn(t *testing.T) {
	b := newBuilder(sim.Hour)
	trigger := b.kinesis(b.calls("s", b.function("f", after(ms))), Stream{Batch: 1, Shards: 1, Parallel: 1})
	kms := b.encrypts(trigger.Stream.Service, Op{Name: "encrypt"}, DataKey{Calls: []int{1, 1}, For: 5 * sim.Minute})
	tally, _ := b.runAll(t, config{arrivals: [][]sim.Time{every(sim.Minute, 60)}})
	if n := tally.Services[kms].Calls; n != 24 {
		t.Errorf("%d calls of the key service, want 24", n)
	}
}

// A key that fails is not held for those that nobody waits for either: of 60 receives, a
// minute apart, each asks for it, and goes on without it.
func TestKeyBesideThatFailsIsNotHeld(t *testing.T) {
	b := newBuilder(sim.Hour)
	trigger := b.sqs(b.calls("q", b.function("f", after(ms))), Queue{Batch: 1, Visibility: sim.Minute})
	calls := make([]int, len(b.g.Services[trigger.Queue.Service].Ops))
	calls[trigger.Queue.Receive] = 1
	kms := b.encrypts(trigger.Queue.Service, Op{Name: "encrypt", First: after(50 * ms), Error: 1}, DataKey{Calls: calls, For: sim.Hour, Apart: true})
	tally, _ := b.runAll(t, config{arrivals: [][]sim.Time{every(sim.Minute, 60)}})
	if n, got := tally.Services[kms], tally.Triggers[0].Deleted; n.Calls != 60 || n.Failed != 60 || got != 60 {
		t.Errorf("the key was asked for %d times, %d in vain, and %d messages were received, want 60 each", n.Calls, n.Failed, got)
	}
}

// A key that was fetched is held though the call then fails: a table fails each of 10 calls,
// and the key is fetched once. A firewall that refuses them stands before the key, whichever
// is named first: none is fetched.
func TestOtherFailuresDropNoKey(t *testing.T) {
	for _, walled := range []bool{false, true} {
		s := newStage()
		v := aStore(constant(5), nil)
		v.Ops[0].Error = 1
		wall := asks(s.service(Service{Name: "wall", Behind: None, Ops: []Op{{Name: "inspect", First: constant(2), Meter: None, Error: 1}}}), 0)
		store := s.keyed(v, DataKey{Calls: []int{1}, For: sim.Hour})
		wantKeys, wantCalls := int64(1), uint64(10)
		if walled {
			s.g.Services[store].Before = append(s.g.Services[store].Before, wall)
			wantKeys, wantCalls = 0, 0
		}
		s.called(s.function(Function{Name: "f", Uses: []Use{asks(store, 0)}}), every(sim.Minute, 10)...)
		a, _ := s.bothWays(t)
		if got := a.used(0, Overhead); got != wantKeys {
			t.Errorf("walled %v: %d calls of the key service, want %d", walled, got, wantKeys)
		}
		if got := a.counts.services[store].Calls; got != wantCalls {
			t.Errorf("walled %v: %d calls reached the table, want %d", walled, got, wantCalls)
		}
	}
}

// One that could not fetch a key takes nobody else's: its fetch lasts 10 s and fails, the key
// would have been used for 5. Who comes at 6 s fetches it in its turn, and it is not
// forgotten at 10 s, when the first has failed: who comes at 10.5 s uses it.
func TestAFailureDropsItsOwnKey(t *testing.T) {
	s := newStage()
	v := s.keyed(aStore(constant(5), nil), DataKey{Calls: []int{1}, For: 5 * sim.Second})
	kms := s.g.Services[v].Before[0].Service
	s.g.Services[kms].Ops[0].First = constant(1)
	s.g.Outages = []Outage{{Of: "keys", Services: []int32{kms}, From: 0, To: sim.Second, Part: 1, After: 10 * sim.Second}}
	f := s.function(Function{Name: "f", Uses: []Use{asks(v, 0)}})
	s.called(f, 0, 6*sim.Second, 10*sim.Second+500*sim.Millisecond)
	a, _ := s.bothWays(t)
	if n := a.counts.services[kms]; n.Calls != 2 || n.Failed != 1 {
		t.Errorf("the key service was asked %d times, %d in vain, want 2 and 1", n.Calls, n.Failed)
	}
}

// Deletes draw apart: half of the calls for their keys fail, of 200 about 100, within four
// standard deviations of √(200 ÷ 4) = 7.
func TestDeletesDrawApart(t *testing.T) {
	b := newBuilder(sim.Hour)
	trigger := b.sqs(b.calls("q", b.function("f", after(ms))), Queue{Batch: 1, Visibility: sim.Minute})
	calls := make([]int, len(b.g.Services[trigger.Queue.Service].Ops))
	calls[trigger.Queue.Delete] = 1
	kms := b.encrypts(trigger.Queue.Service, Op{Name: "encrypt", Error: 0.5}, DataKey{Calls: calls})
	tally, _ := b.runAll(t, config{arrivals: [][]sim.Time{every(sim.Second, 200)}})
	if n := tally.Services[kms]; n.Calls != 200 || math.Abs(float64(n.Failed)-100) > 28 {
		t.Errorf("%d of %d calls of the key service failed, want about 100 of 200", n.Failed, n.Calls)
	}
}

// What feeds a stream does not share the key of who reads it either: a write a minute for an
// hour fetches 12 times for the put and 12 times for the read.
func TestWhatFeedsHasAKeyOfItsOwn(t *testing.T) {
	b := newBuilder(sim.Hour)
	trigger := b.kinesis(b.calls("s", b.function("f", after(ms))), Stream{Batch: 1, Shards: 1, Parallel: 1})
	kms := b.encrypts(trigger.Stream.Service, Op{Name: "encrypt"}, DataKey{Calls: []int{1, 1}, For: 5 * sim.Minute})
	table := b.service("table", Op{Name: "write", Writes: true})
	b.g.Services[table].Feeds = &Send{Trigger: 0, Service: None, Count: 1}
	w := b.function("w", after(ms))
	b.g.Functions[w].Uses = []Use{asks(table, 0)}
	b.calls("writes", w)
	tally, _ := b.runAll(t, config{arrivals: [][]sim.Time{nil, every(sim.Minute, 60)}})
	if n := tally.Services[kms].Calls; n != 24 {
		t.Errorf("%d calls of the key service, want 24", n)
	}
}
