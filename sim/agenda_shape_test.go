package sim

import (
	"context"
	"testing"
)

// However many are busy, few of them are kept in order: that is what makes the
// agenda fast. 64 at once are parted in halves, and of thousands about a
// sixteenth at most is sorted at a time, up to the bound of a slice.
func TestAgendaKeepsFewInOrder(t *testing.T) {
	var a agenda
	a.reset()
	inOrder := func() int { return len(a.row) - a.hi }
	for k := range agendaMany - 1 {
		a.add(serving{at: Time(10 + k), id: instanceID(k)})
	}
	if len(a.far) != 0 || inOrder() != agendaMany-1 || a.edge != Never {
		t.Fatalf("%d far and %d in order, want none and %d", len(a.far), inOrder(), agendaMany-1)
	}
	a.add(serving{at: 5, id: 63})
	if len(a.far) != agendaMany/2 || inOrder() != agendaMany/2 || a.edge != a.far[0].at {
		t.Fatalf("%d far from %d on and %d in order, want halves", len(a.far), a.edge, inOrder())
	}
	a.reset()
	if a.edge != Never || a.due(1000) {
		t.Fatal("an agenda that was reset holds something")
	}
	stream := NewStream(RunKey{Seed: 8}, PurposeService, 1)
	now, most := Time(0), 0
	for k := range uint64(60_000) {
		now += 1000
		for a.due(now) {
			a.pass()
			a.drop()
		}
		a.add(serving{at: now + Time(stream.Uniform(k)*1e7), id: instanceID(k)})
		if k > 20_000 {
			most = max(most, inOrder())
		}
	}
	if n := a.busy(); n < 4000 || n > 6000 { // 5,000 on average
		t.Fatalf("%d are busy", n)
	}
	if most > 2*agendaSlice {
		t.Errorf("%d were in order at a time, want a slice's worth", most)
	}
}

// The peak of a crowd counts those far ahead, too: a hundred busy ones, and one
// more on a warm instance.
func TestPeakOfACrowd(t *testing.T) {
	l := &list{functions: []Function{{Name: "f"}}, invocations: [][]Invocation{nil}}
	l.invocations[0] = append(l.invocations[0], Invocation{Service: 1})
	for k := range Time(100) {
		l.invocations[0] = append(l.invocations[0], Invocation{Arrival: 5, Service: Second + 1000*k})
	}
	l.invocations[0] = append(l.invocations[0], Invocation{Arrival: 2 * Second, Service: 3 * Second}) // when all are idle
	for k := range Time(90) {
		l.invocations[0] = append(l.invocations[0], Invocation{Arrival: 3*Second + k, Service: Second / 2})
	}
	c := Config{Workload: l, Window: Window{Horizon: 5 * Second}, Pool: NewPool(1), Platforms: []Platform{{KeepAlive: fixed{window(Never)}, Limit: Limit{Account: 9}}}}
	pass := newRun(&c, []bool{false}, func() []Observer { return nil })
	if _, err := pass.execute(context.Background()); err != nil {
		t.Fatal(err)
	}
	for s, want := range []int64{100, 100, 1, 91, 1, 1} {
		if got := values(&pass.peaks[0].total)[s]; got != want {
			t.Errorf("second %d: %d at a time, want %d", s, got, want)
		}
	}
}

// pauseAtOnce pauses an instance when it is idle, and keeps it so.
type pauseAtOnce struct{}

func (pauseAtOnce) Scope() Scope          { return ScopeDeployment }
func (p pauseAtOnce) New(Group) KeepAlive { return p }
func (pauseAtOnce) Idle(_ View, in Instance, now Time) Decision {
	if in.Stage() == Whole {
		return Decision{Until: now, Then: Pause}
	}
	return Decision{Until: Never}
}

// The second slot of an instance that was woken opens when it serves again.
func TestWokenSlotsOpen(t *testing.T) {
	l := &list{functions: []Function{{Name: "f"}}, invocations: [][]Invocation{{{Service: 1}, {Arrival: 10, Service: 9}, {Arrival: 13, Service: 1}}}}
	got, _ := replay(t, Config{Workload: l, Window: Window{Horizon: 100}, Platforms: []Platform{{KeepAlive: pauseAtOnce{}, Concurrency: 2, Resume: Constant(2)}}})
	if o := got.outcomes[1]; o.Start != 12 || o.Init != 2 {
		t.Errorf("the second starts at %d after an init of %d, want at 12 after 2", o.Start, o.Init)
	}
	if o := got.outcomes[2]; o.Start != 13 || o.Flags&Cold != 0 {
		t.Errorf("the third starts at %d, cold %v; want at 13 beside the second", o.Start, o.Flags&Cold != 0)
	}
}
