package sim

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// lastOf routes to the newest that has room.
type lastOf struct{}

func (lastOf) New(Group) Routing                { return lastOf{} }
func (lastOf) Route(c Candidates, now Time) int { return c.Len() - 1 }

// witness routes to the newest, and notes who had room, with how many requests.
type witness struct{ notes *[][]int }

func (s witness) New(Group) Routing { return s }

func (s witness) Route(c Candidates, now Time) int {
	note := []int{int(now)}
	for i := range c.Len() {
		r := c.Replica(i)
		if g := r.Gauge(now); g.Running != r.InFlight() {
			panic("slots run what is in flight")
		}
		note = append(note, int(r.Ordinal()), r.InFlight())
	}
	*s.notes = append(*s.notes, note)
	return c.Len() - 1
}

// Two slots each, 10 to start. At 0 instance 0 starts, and has the request at 10
// without a choice; at 20 it is the only one, with a slot left; at 30 it is full, and 1
// starts, ready at 40. At 50 it has a slot, which is taken; at 120 the one on 0 has
// ended at 110, the one on 1 of 40 at 115, and both have room.
func TestRouted(t *testing.T) {
	var notes [][]int
	p := Platform{Concurrency: 2, Init: Init{{Phase: PhaseSandbox, Duration: Constant(10)}}, Scaling: perRequest{}, Routing: witness{&notes}}
	staysOf(t, p, [2]Time{0, 100}, [2]Time{20, 1000}, [2]Time{30, 75}, [2]Time{50, 1000}, [2]Time{120, 5})
	want := [][]int{{20, 0, 1}, {50, 1, 1}, {120, 0, 1, 1, 1}}
	if diff := cmp.Diff(want, notes); diff != "" {
		t.Errorf("−want +got:\n%s", diff)
	}
}

// picky is a server that refuses a request beside another one.
type picky struct {
	busy bool
	id   uint32
	end  Time
}

func (*picky) New(Group) Server { return &picky{end: Never} }

func (p *picky) Offer(now Time, r ServerRequest) bool {
	if p.busy {
		return false
	}
	*p = picky{true, r.ID, now + r.Service}
	return true
}

func (p *picky) Next() Time { return p.end }

func (p *picky) Advance(_ Time, ended []ServerEnd) []ServerEnd {
	ended = append(ended, ServerEnd{ID: p.id})
	*p = picky{end: Never}
	return ended
}

func (p *picky) Withdraw(Time, uint32) Serving { *p = picky{end: Never}; return Serving{} }

// Where the server of the one that was chosen refuses, another is asked for; where all
// refuse, the request waits for who is free first.
func TestRoutedAndRefused(t *testing.T) {
	p := Platform{Concurrency: 9, Routing: lastOf{}, Server: &picky{}, Scaling: scripted{100_000, []int{2}}}
	p.Limit.Instances, p.Limit.Over = 2, QueueOver
	p.Dispatch, p.KeepAlive = QueueDispatch, window(100_000)
	calls := []Invocation{{Arrival: 1, Service: 50}, {Arrival: 2, Service: 90}, {Arrival: 3, Service: 7}, {Arrival: 4, Service: 7}}
	l := &list{functions: []Function{{Name: "f"}}, invocations: [][]Invocation{calls}}
	got, _ := replay(t, Config{Workload: l, Window: Window{Horizon: 10_000}, Platforms: []Platform{p}})
	var ends []Time
	for _, o := range got.outcomes {
		ends = append(ends, o.End)
	}
	slices.Sort(ends)
	if want := []Time{51, 58, 65, 92}; !slices.Equal(ends, want) {
		t.Errorf("ended at %v, want %v", ends, want)
	}
}

// The autoscaler starts two at 1, wants one from 101 on, and lets the other one be: the
// request at 110 finds the wanted one alone, and that at 120, when it has no slot left, the other.
func TestRoutedAndNotWanted(t *testing.T) {
	var notes [][]int
	p := Platform{Concurrency: 2, Scaling: scripted{100, []int{2, 1}}, Routing: witness{&notes}}
	staysOf(t, p, [2]Time{1, 1000}, [2]Time{110, 1000}, [2]Time{120, 1000})
	want := [][]int{{110, 0, 1}, {120, 1, 0}}
	if diff := cmp.Diff(want, notes); diff != "" {
		t.Errorf("−want +got:\n%s", diff)
	}
}
