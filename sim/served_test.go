package sim

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// telling is a server of slots that tells a token for each ns of service.
type telling struct {
	apartServer
	last  Time
	works []Work
	began map[uint32]Time
}

type tellingOf int

func (n tellingOf) New(Group) Server {
	return &telling{apartServer: apartServer{slots: int(n)}, began: map[uint32]Time{}}
}

func (s *telling) Offer(now Time, r ServerRequest) bool {
	if !s.apartServer.Offer(now, r) {
		return false
	}
	s.began[r.ID] = now
	return true
}

func (s *telling) tell(now Time, id uint32) Serving {
	s.works = append(s.works, Work{From: s.last, To: now, Steps: int64(now - s.last)})
	s.last = now
	return Serving{Scheduled: s.began[id], First: s.began[id] + 1, Input: 7, Output: uint32(now - s.began[id])}
}

func (s *telling) Advance(now Time, ended []ServerEnd) []ServerEnd {
	ended = s.apartServer.Advance(now, ended)
	for i := range ended {
		ended[i].Serving = s.tell(now, ended[i].ID)
	}
	return ended
}

func (s *telling) Withdraw(now Time, id uint32) Serving {
	s.apartServer.Withdraw(now, id)
	return s.tell(now, id)
}

func (s *telling) Work(list []Work) []Work {
	list = append(list, s.works...)
	s.works = s.works[:0]
	return list
}

// servedTape keeps what servers tell.
type servedTape struct {
	tape
	served []Served
	works  []Work
}

func (t *servedTape) Served(b []Served) { t.served = append(t.served, b...) }
func (t *servedTape) Works(b []Work)    { t.works = append(t.works, b...) }

// What a server tells of a request goes to those who ask, beside its outcome,
// also where a timeout ended it; what it did, with its deployment and platform.
func TestServedAreTold(t *testing.T) {
	const n = 3 * recordBatch
	calls := make([]Invocation, n)
	for i := range calls {
		calls[i] = Invocation{Arrival: Time(10 * i), Service: 4, Function: 1}
	}
	calls[n-1].Service = 9 // longer than the timeout
	l := &list{functions: []Function{{Name: "never"}, {Name: "f", Timeout: 6}}, invocations: [][]Invocation{nil, calls}}
	got := &servedTape{}
	c := Config{Workload: l, Window: Window{Horizon: Second}, Platforms: []Platform{{KeepAlive: window(100), Concurrency: 1, Server: tellingOf(1)}},
		Observers: func() []Observer { return []Observer{got} }}
	if _, err := Run(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	if len(got.served) != n || len(got.outcomes) != n || len(got.works) != n {
		t.Fatalf("%d served, %d outcomes, %d works, want %d of each", len(got.served), len(got.outcomes), len(got.works), n)
	}
	for i, v := range got.served {
		at, status, length := Time(10*i), Completed, Time(4)
		if i == n-1 {
			status, length = TimedOut, 6
		}
		want := Served{Outcome: got.outcomes[i], Serving: Serving{Scheduled: at, First: at + 1, Input: 7, Output: uint32(length)}}
		if d := cmp.Diff(want, v); d != "" || v.Status != status || v.Arrival != at || v.End != at+length {
			t.Fatalf("request %d (- want, + got):\n%s", i, d)
		}
		from := Time(0)
		if i > 0 {
			from = at - 6
		}
		if w := (Work{From: from, To: at + length, Steps: int64(at + length - from), Deployment: 1}); got.works[i] != w {
			t.Fatalf("work %d is %+v, want %+v", i, got.works[i], w)
		}
	}
}

// A server that tells nothing of a request's tokens leaves no second record.
func TestNothingIsServedWithoutTokens(t *testing.T) {
	l := &list{functions: []Function{{Name: "f"}}, invocations: [][]Invocation{{{Arrival: 1, Service: 9}}}}
	got := &servedTape{}
	c := Config{Workload: l, Window: Window{Horizon: 50}, Platforms: []Platform{{KeepAlive: window(100), Concurrency: 1, Server: apart{1}}},
		Observers: func() []Observer { return []Observer{got} }}
	if _, err := Run(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	if len(got.outcomes) != 1 || got.served != nil || got.works != nil {
		t.Errorf("%d outcomes, %v, %v: want one outcome alone", len(got.outcomes), got.served, got.works)
	}
}
