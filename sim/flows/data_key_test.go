package flows

import (
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// keyed is a store whose data key a key service of 50 ms is asked for.
func (s *stage) keyed(v Service, k DataKey) int32 {
	kms := Service{Name: "kms", Behind: None, Ops: []Op{{Name: "encrypt", First: constant(50), Meter: s.meter("requests")}}}
	u := asks(s.service(kms), 0)
	u.Overhead, u.Key = true, &k
	v.Before = append(v.Before, u)
	return s.service(v)
}

// A table's key is used again for five minutes from its last use ("after five minutes of
// inactivity", DynamoDB's guide), a queue's for five minutes from when it was fetched (its
// data key reuse period). A call a minute for an hour, the first at 0: the table's key is
// fetched once, the queue's at 0, 5, 10 … 55 min, 12 times, and each time by two calls
// where its service makes two: 1 + 60 ÷ 5 × 2 = 24. Without a period it is fetched by each.
func TestDataKeyIsUsedAgain(t *testing.T) {
	for _, tt := range []struct {
		key  DataKey
		want int64
	}{
		{DataKey{Calls: []int{1}, For: 5 * sim.Minute, Idle: true}, 1},
		{DataKey{Calls: []int{1}, For: 5 * sim.Minute}, 12},
		{DataKey{Calls: []int{2}, For: 5 * sim.Minute}, 24},
		{DataKey{Calls: []int{1}, For: 59 * sim.Second, Idle: true}, 60},
		{DataKey{Calls: []int{1}}, 60},
		{DataKey{Calls: []int{0}, For: sim.Minute}, 0},
	} {
		s := newStage()
		v := s.keyed(aStore(constant(5), nil), tt.key)
		f := s.function(Function{Name: "f", Uses: []Use{asks(v, 0)}})
		s.called(f, every(sim.Minute, 60)...)
		a, tape := s.bothWays(t)
		if got := a.used(0, Overhead); got != tt.want {
			t.Errorf("%+v: %d calls of the key service, want %d", tt.key, got, tt.want)
		}
		slow := int64(0)
		for _, o := range of(tape, f) {
			if o.End-o.Start > millis(5) {
				slow++
			}
		}
		if each := int64(max(1, tt.key.Calls[0])); slow != tt.want/each {
			t.Errorf("%+v: %d calls waited for the key, want %d", tt.key, slow, tt.want/each)
		}
	}
}

// Principals do not share a key: two functions that call a table once a minute fetch one
// each. Where each op has its own, who writes and reads fetches two.
func TestDataKeysAreOfPrincipals(t *testing.T) {
	for _, tt := range []struct {
		apart bool
		want  int64
	}{{false, 2}, {true, 4}} {
		s := newStage()
		v := s.keyed(aStore(constant(5), nil), DataKey{Calls: []int{1, 1}, For: sim.Hour, Apart: tt.apart})
		for k, name := range []string{"f", "g"} {
			own := Owner(k + 1)
			read, write := asks(v, 0), asks(v, 1)
			read.Owner, write.Owner = own, own
			f := s.function(Function{Name: name, Owner: own, Uses: []Use{read, write}})
			s.called(f, every(sim.Minute, 30)...)
		}
		a, _ := s.bothWays(t)
		if got := a.used(0, Overhead); got != tt.want {
			t.Errorf("apart %v: %d calls of the key service, want %d", tt.apart, got, tt.want)
		}
	}
}

// A key that could not be fetched is not held: while the key service fails, each call of
// the table asks it, and fails.
func TestDataKeyThatFailsIsNotHeld(t *testing.T) {
	s := newStage()
	v := s.keyed(aStore(constant(5), nil), DataKey{Calls: []int{1}, For: sim.Hour})
	s.g.Services[s.g.Services[v].Before[0].Service].Ops[0].Error = 1
	f := s.function(Function{Name: "f", Uses: []Use{asks(v, 0)}})
	s.called(f, every(sim.Minute, 10)...)
	a, _ := s.bothWays(t)
	if got := a.counts.services[s.g.Services[v].Before[0].Service].Failed; got != 10 {
		t.Errorf("%d calls of the key service failed, want 10", got)
	}
	if n := a.counts.services[v]; n.Calls != 10 || n.Failed != 10 || n.Latency.N != 0 {
		t.Errorf("%d calls reached the table, and %d failed, want 10 each", n.Calls, n.Failed)
	}
}

// What does not get in asks for no key: of ten calls a minute apart, each with a key of its own, a
// table that is out for five minutes fails five, which ask for none; one that lets one call in, and tries that
// again twice at once, throttles nine. A call that fails when it was let in has asked, once for
// all its tries.
func TestWhatDoesNotGetInAsksForNoKey(t *testing.T) {
	for _, tt := range []struct {
		name  string
		error float64
		limit *Bucket
		out   bool
		want  int64
	}{
		{"all get in", 0, nil, false, 10},
		{"an outage", 0, nil, true, 5},
		{"a limit", 0, &Bucket{Burst: 1, Rate: 1.0 / 3600}, false, 1},
		{"failures", 1, nil, false, 10},
	} {
		s := newStage()
		store := aStore(constant(5), nil)
		store.Ops[0].Error, store.Ops[0].Limit = tt.error, tt.limit
		store.Retry = Retry{On: OnThrottled | OnFailed, Attempts: 2}
		v := s.keyed(store, DataKey{Calls: []int{1}})
		if tt.out {
			s.g.Outages = []Outage{{Services: []int32{v}, From: 0, To: 5*sim.Minute - 1, Part: 1}}
		}
		f := s.function(Function{Name: "f", Uses: []Use{asks(v, 0)}})
		s.called(f, every(sim.Minute, 10)...)
		a, _ := s.bothWays(t)
		if got := a.used(0, Overhead); got != tt.want {
			t.Errorf("%s: %d calls of the key service, want %d", tt.name, got, tt.want)
		}
	}
}

// AWS's formula for a queue is R = B ÷ D × (2P + C). One producer and one consumer, a
// message a minute for an hour, a reuse period of five minutes: 3,600 ÷ 300 × (2 + 1) = 36.
func TestDataKeysOfAQueue(t *testing.T) {
	b := newBuilder(60 * sim.Minute)
	f := b.function("f", after(ms))
	trigger := b.calls("q", f)
	b.sqs(trigger, Queue{Batch: 1, Visibility: sim.Minute})
	key := asks(b.service("keys", Op{Name: "encrypt"}), 0)
	queue := &b.g.Services[trigger.Queue.Service]
	calls := make([]int, len(queue.Ops))
	calls[trigger.Queue.Send], calls[trigger.Queue.Receive] = 2, 1
	key.Overhead, key.Key = true, &DataKey{Calls: calls, For: 5 * sim.Minute, Apart: true}
	queue.Before = []Use{key}
	tally, _ := b.runAll(t, config{arrivals: [][]sim.Time{every(sim.Minute, 60)}})
	if n := used(&b.g, tally, "keys encrypt", Overhead); n != 36 {
		t.Errorf("%d calls of the key service, want 36", n)
	}
}
