package sim

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// journal writes down what the kernel does, in the order in which it does it: a
// line whenever a policy is asked, a request arrives or one has ended; and at
// the end a line for each instance.
type journal struct{ lines []string }

func (j *journal) note(now Time, format string, a ...any) {
	j.lines = append(j.lines, fmt.Sprintf("%3d  ", now)+fmt.Sprintf(format, a...))
}

// keeper asks another policy and notes what it says.
type keeper struct {
	KeepAlive
	j *journal
}

func (k keeper) Arrived(v View, now Time) { k.j.note(now, "f%d: a request arrives", v.Function()) }

func (k keeper) Idle(v View, in Instance, now Time) Decision {
	d := k.KeepAlive.Idle(v, in, now)
	text := fmt.Sprint("idle until ", d.Until)
	if d.PrewarmFrom > 0 {
		text += fmt.Sprintf(", another from %d to %d", d.PrewarmFrom, d.PrewarmUntil)
	}
	k.j.note(now, "f%d: the instance of %d is %s", v.Function(), in.Created(), text)
	return d
}

// noted makes a platform's policies note what they are asked.
type noted struct {
	KeepAliveFactory
	j *journal
}

func (n noted) New(g Group) KeepAlive { return keeper{n.KeepAliveFactory.New(g), n.j} }

type notedScaling struct{ j *journal }

func (n notedScaling) New(Group) Scaling { return n }
func (n notedScaling) Start(v View, now Time) int {
	k := perRequest{}.Start(v, now)
	n.j.note(now, "f%d: %d wait, %d instances are coming: start %d", v.Function(), v.Waiting(), v.Initialising(), k)
	return k
}

type notedTicks struct {
	j       *journal
	actions map[Time]Action
}

func (n notedTicks) New(Group) Prewarm { return n }
func (n notedTicks) Tick(v View, now Time) Action {
	a := n.actions[now]
	n.j.note(now, "f%d: tick: %d provisioned, %d pings, %d to start", v.Function(), a.Provisioned, a.Pings, a.Start)
	return a
}

// Joined, New and Ended make a journal a follower, since that is told of ends
// as they happen.
func (j *journal) Joined() [][]uint32 { return nil }
func (j *journal) New() Follower      { return j }
func (*journal) Ran([]Follower)       {}

func (j *journal) Ended(e End, next *Next) {
	text := [...]string{"is completed", "times out", "is rejected", "fails", "is abandoned"}[e.Status]
	if e.Flags&Cold != 0 {
		text += fmt.Sprintf(", cold, initialised for %d", e.Init)
	}
	if e.Flags&Provisioned != 0 {
		text += ", provisioned"
	}
	if wait := e.Start - e.Arrival - e.Init; e.Started && wait > 0 {
		text += fmt.Sprintf(", waited %d for a place", wait)
	}
	j.note(e.Now, "f%d: request %d %s", e.Function, e.Ordinal, text)
}

// timeline runs requests, given as arrival and service by function, and returns
// the journal.
func timeline(t *testing.T, p Platform, patience Time, actions map[Time]Action, requests ...[][2]Time) string {
	t.Helper()
	j := &journal{}
	p.KeepAlive, p.Scaling = noted{p.KeepAlive, j}, notedScaling{j}
	if actions != nil {
		p.Prewarm = notedTicks{j, actions}
	}
	l := &list{}
	for f, of := range requests {
		l.functions = append(l.functions, Function{Name: fmt.Sprint("f", f), Patience: patience})
		var invs []Invocation
		for _, r := range of {
			invs = append(invs, Invocation{Arrival: r[0], Service: r[1], Function: uint32(f)})
		}
		l.invocations = append(l.invocations, invs)
	}
	all := &tape{}
	if _, err := Run(context.Background(), Config{Workload: l, Platforms: []Platform{p}, Window: Window{Horizon: 100}, Follow: j, coupled: true,
		Observers: func() []Observer { return []Observer{all} }}); err != nil {
		t.Fatal(err)
	}
	all.sort()
	for _, x := range all.lives {
		stopped := fmt.Sprint("stopped at ", x.Stopped)
		if x.Flags&Live != 0 {
			stopped = "lives on"
		}
		j.lines = append(j.lines, fmt.Sprintf("f%d: started at %d, ready at %d, %s; served %d, idle for %d", x.Deployment, x.Created, x.Ready, stopped, x.Served, x.Idle))
	}
	return strings.Join(j.lines, "\n")
}

// The order of events, worked out by hand: what happens at the same time
// happens in the order of its class, and then of functions.
func TestTimelines(t *testing.T) {
	boot := func(n Time) Init { return Init{{Phase: PhaseRuntime, Duration: Constant(n)}} }
	for _, c := range []struct {
		name     string
		platform Platform
		patience Time
		actions  map[Time]Action
		requests [][][2]Time
		want     string
	}{
		{
			name:     "a cold start, a warm one, and an instance that has gone",
			platform: Platform{KeepAlive: window(10), Init: boot(2)},
			requests: [][][2]Time{{{0, 1}, {5, 1}, {30, 1}}},
			want: `
  0  f0: a request arrives
  3  f0: request 0 is completed, cold, initialised for 2
  3  f0: the instance of 0 is idle until 13
  5  f0: a request arrives
  6  f0: request 1 is completed
  6  f0: the instance of 0 is idle until 16
 30  f0: a request arrives
 33  f0: request 2 is completed, cold, initialised for 2
 33  f0: the instance of 30 is idle until 43
f0: started at 0, ready at 2, stopped at 16; served 2, idle for 12
f0: started at 30, ready at 32, stopped at 43; served 1, idle for 10`,
		},
		{
			// An instance that is free at a time serves what arrives then, and one
			// whose window ends at a time still does.
			name:     "at the same time",
			platform: Platform{KeepAlive: window(2)},
			requests: [][][2]Time{{{0, 1}, {3, 2}, {5, 1}}},
			want: `
  0  f0: a request arrives
  1  f0: request 0 is completed, cold, initialised for 0
  1  f0: the instance of 0 is idle until 3
  3  f0: a request arrives
  5  f0: request 1 is completed
  5  f0: the instance of 0 is idle until 7
  5  f0: a request arrives
  6  f0: request 2 is completed
  6  f0: the instance of 0 is idle until 8
f0: started at 0, ready at 0, stopped at 8; served 3, idle for 4`,
		},
		{
			// At 4 the first instance is ready and takes the request of 0; for the
			// other one an instance is on its way, so that no third is started.
			name:     "a queue",
			platform: Platform{KeepAlive: window(10), Init: boot(4), Dispatch: QueueDispatch},
			requests: [][][2]Time{{{0, 2}, {1, 2}}},
			want: `
  0  f0: a request arrives
  0  f0: 1 wait, 0 instances are coming: start 1
  1  f0: a request arrives
  1  f0: 2 wait, 1 instances are coming: start 1
  4  f0: 1 wait, 1 instances are coming: start 0
  6  f0: request 0 is completed, cold, initialised for 4
  6  f0: the instance of 0 is idle until 16
  7  f0: request 1 is completed, cold, initialised for 4
  7  f0: the instance of 1 is idle until 17
f0: started at 0, ready at 4, stopped at 16; served 1, idle for 10
f0: started at 1, ready at 5, stopped at 17; served 1, idle for 10`,
		},
		{
			name:     "a limit that queues",
			platform: Platform{KeepAlive: window(10), Limit: Limit{Function: 1, Over: QueueOver}},
			requests: [][][2]Time{{{0, 3}, {1, 3}}},
			want: `
  0  f0: a request arrives
  1  f0: a request arrives
  3  f0: request 0 is completed, cold, initialised for 0
  6  f0: request 1 is completed, waited 2 for a place
  6  f0: the instance of 0 is idle until 16
f0: started at 0, ready at 0, stopped at 16; served 2, idle for 10`,
		},
		{
			name:     "a limit that rejects",
			platform: Platform{KeepAlive: window(10), Limit: Limit{Function: 1}},
			requests: [][][2]Time{{{0, 3}, {1, 3}, {3, 1}}},
			want: `
  0  f0: a request arrives
  1  f0: a request arrives
  1  f0: request 1 is rejected
  3  f0: request 0 is completed, cold, initialised for 0
  3  f0: the instance of 0 is idle until 13
  3  f0: a request arrives
  4  f0: request 2 is completed
  4  f0: the instance of 0 is idle until 14
f0: started at 0, ready at 0, stopped at 14; served 2, idle for 10`,
		},
		{
			// A token in 4: at 0 there is one, at 4 and at 8 another.
			name:     "a ramp",
			platform: Platform{KeepAlive: window(0), Limit: Limit{Ramp: Ramp{Burst: 1, Period: 4}, Over: QueueOver}},
			requests: [][][2]Time{{{0, 10}, {1, 10}, {2, 10}}},
			want: `
  0  f0: a request arrives
  1  f0: a request arrives
  2  f0: a request arrives
 10  f0: request 0 is completed, cold, initialised for 0
 10  f0: the instance of 0 is idle until 10
 14  f0: request 1 is completed, cold, initialised for 0, waited 3 for a place
 14  f0: the instance of 4 is idle until 14
 18  f0: request 2 is completed, cold, initialised for 0, waited 6 for a place
 18  f0: the instance of 8 is idle until 18
f0: started at 0, ready at 0, stopped at 10; served 1, idle for 0
f0: started at 4, ready at 4, stopped at 14; served 1, idle for 0
f0: started at 8, ready at 8, stopped at 18; served 1, idle for 0`,
		},
		{
			// 3 tokens in 7: the fourth start has to wait for a third of 7, to the
			// next whole ns: 3; the fifth for two thirds: 5.
			name:     "a ramp that does not divide evenly",
			platform: Platform{KeepAlive: window(0), Limit: Limit{Ramp: Ramp{Burst: 3, Period: 7}, Over: QueueOver}},
			requests: [][][2]Time{{{0, 20}, {0, 20}, {0, 20}, {0, 20}, {0, 20}}},
			want: `
  0  f0: a request arrives
  0  f0: a request arrives
  0  f0: a request arrives
  0  f0: a request arrives
  0  f0: a request arrives
 20  f0: request 0 is completed, cold, initialised for 0
 20  f0: the instance of 0 is idle until 20
 20  f0: request 1 is completed, cold, initialised for 0
 20  f0: the instance of 0 is idle until 20
 20  f0: request 2 is completed, cold, initialised for 0
 20  f0: the instance of 0 is idle until 20
 23  f0: request 3 is completed, cold, initialised for 0, waited 3 for a place
 23  f0: the instance of 3 is idle until 23
 25  f0: request 4 is completed, cold, initialised for 0, waited 5 for a place
 25  f0: the instance of 5 is idle until 25
f0: started at 0, ready at 0, stopped at 20; served 1, idle for 0
f0: started at 0, ready at 0, stopped at 20; served 1, idle for 0
f0: started at 0, ready at 0, stopped at 20; served 1, idle for 0
f0: started at 3, ready at 3, stopped at 23; served 1, idle for 0
f0: started at 5, ready at 5, stopped at 25; served 1, idle for 0`,
		},
		{
			name:     "a timeout of the handler",
			platform: Platform{KeepAlive: window(1), Init: boot(2), Timeout: 3},
			requests: [][][2]Time{{{0, 5}, {10, 3}}},
			want: `
  0  f0: a request arrives
  5  f0: request 0 times out, cold, initialised for 2
  5  f0: the instance of 0 is idle until 6
 10  f0: a request arrives
 15  f0: request 1 is completed, cold, initialised for 2
 15  f0: the instance of 10 is idle until 16
f0: started at 0, ready at 2, stopped at 6; served 1, idle for 1
f0: started at 10, ready at 12, stopped at 16; served 1, idle for 1`,
		},
		{
			// It times out at 1, and its instance is free when it is ready, at 2.
			name:     "a timeout of the request",
			platform: Platform{KeepAlive: window(1), Init: boot(2), Timeout: 1, TimeoutClock: RequestClock},
			requests: [][][2]Time{{{0, 5}}},
			want: `
  0  f0: a request arrives
  1  f0: request 0 times out, cold, initialised for 2
  2  f0: the instance of 0 is idle until 3
f0: started at 0, ready at 2, stopped at 3; served 1, idle for 1`,
		},
		{
			// At 5 it is as old as it may be, and still takes a request; at 6 it has gone.
			name:     "recycling",
			platform: Platform{KeepAlive: window(10), MaxLifetime: 5},
			requests: [][][2]Time{{{0, 1}, {5, 1}, {7, 1}}},
			want: `
  0  f0: a request arrives
  1  f0: request 0 is completed, cold, initialised for 0
  1  f0: the instance of 0 is idle until 11
  5  f0: a request arrives
  6  f0: request 1 is completed
  6  f0: the instance of 0 is idle until 16
  7  f0: a request arrives
  8  f0: request 2 is completed, cold, initialised for 0
  8  f0: the instance of 7 is idle until 18
f0: started at 0, ready at 0, stopped at 6; served 2, idle for 4
f0: started at 7, ready at 7, stopped at 12; served 1, idle for 4`,
		},
		{
			// What is provisioned at 0 is ready at 0. At 10 both are too many; one
			// of them serves until 12.
			name:     "a floor",
			platform: Platform{KeepAlive: window(10), Init: boot(3)},
			actions:  map[Time]Action{0: {Provisioned: 2, Next: 10}, 10: {Next: Never}},
			requests: [][][2]Time{{{1, 2}, {9, 3}}},
			want: `
  0  f0: tick: 2 provisioned, 0 pings, 0 to start
  1  f0: a request arrives
  3  f0: request 0 is completed, provisioned
  9  f0: a request arrives
 10  f0: tick: 0 provisioned, 0 pings, 0 to start
 12  f0: request 1 is completed, provisioned
f0: started at 0, ready at 0, stopped at 10; served 0, idle for 10
f0: started at 0, ready at 0, stopped at 12; served 2, idle for 7`,
		},
		{
			// A floor asks for room as every start does: of four instances two fit,
			// and of these one a token.
			name:     "a floor under a ramp and a limit",
			platform: Platform{KeepAlive: window(10), Limit: Limit{Instances: 2, Ramp: Ramp{Burst: 1, Period: 6}}},
			actions:  map[Time]Action{0: {Next: 10}, 10: {Provisioned: 4, Next: 20}, 20: {Next: Never}},
			requests: [][][2]Time{{}},
			want: `
  0  f0: tick: 0 provisioned, 0 pings, 0 to start
 10  f0: tick: 4 provisioned, 0 pings, 0 to start
 20  f0: tick: 0 provisioned, 0 pings, 0 to start
f0: started at 10, ready at 10, stopped at 20; served 0, idle for 10
f0: started at 16, ready at 16, stopped at 20; served 0, idle for 4`,
		},
		{
			// Two pings at a time take two instances.
			name:     "a ping",
			platform: Platform{KeepAlive: window(4)},
			actions:  map[Time]Action{0: {Pings: 2, PingService: 1, Next: Never}},
			requests: [][][2]Time{{{2, 1}}},
			want: `
  0  f0: tick: 0 provisioned, 2 pings, 0 to start
  0  f0: a request arrives
  0  f0: a request arrives
  1  f0: the instance of 0 is idle until 5
  1  f0: the instance of 0 is idle until 5
  2  f0: a request arrives
  3  f0: request 0 is completed
  3  f0: the instance of 0 is idle until 7
f0: started at 0, ready at 0, stopped at 5; served 1, idle for 4
f0: started at 0, ready at 0, stopped at 7; served 2, idle for 5`,
		},
		{
			// The instance planned for 6 initialises until 8, when a request finds
			// it. What that plans in turn, for 14, is there for nobody.
			name:     "a plan",
			platform: Platform{KeepAlive: planning{stay: 0, away: 5, again: 4}, Init: boot(2)},
			requests: [][][2]Time{{{0, 1}, {10, 1}}},
			want: `
  0  f0: a request arrives
  3  f0: request 0 is completed, cold, initialised for 2
  3  f0: the instance of 0 is idle until 3, another from 8 to 12
 10  f0: a request arrives
 11  f0: request 1 is completed
 11  f0: the instance of 8 is idle until 11, another from 16 to 20
f0: started at 0, ready at 2, stopped at 3; served 1, idle for 0
f0: started at 8, ready at 10, stopped at 11; served 1, idle for 0
f0: started at 16, ready at 18, stopped at 20; served 0, idle for 2`,
		},
		{
			// The place that is free at 4 goes to who came first, which is f1.
			name:     "an account's line",
			platform: Platform{KeepAlive: window(10), Limit: Limit{Account: 1, Over: QueueOver}},
			requests: [][][2]Time{{{0, 4}, {2, 1}, {3, 1}}, {{1, 2}}},
			want: `
  0  f0: a request arrives
  1  f1: a request arrives
  2  f0: a request arrives
  3  f0: a request arrives
  4  f0: request 0 is completed, cold, initialised for 0
  4  f0: the instance of 0 is idle until 14
  6  f1: request 0 is completed, cold, initialised for 0, waited 3 for a place
  6  f1: the instance of 4 is idle until 16
  7  f0: request 1 is completed, waited 4 for a place
  8  f0: request 2 is completed, waited 4 for a place
  8  f0: the instance of 0 is idle until 18
f0: started at 0, ready at 0, stopped at 18; served 3, idle for 12
f1: started at 4, ready at 4, stopped at 16; served 1, idle for 10`,
		},
		{
			// The keep-alive of the first ends at 6, just before what it planned for
			// then: there is no instance any more, so that one is started.
			name:     "a plan at the end of a keep-alive",
			platform: Platform{KeepAlive: planning{stay: 5, away: 5, again: 4}},
			requests: [][][2]Time{{{0, 1}}},
			want: `
  0  f0: a request arrives
  1  f0: request 0 is completed, cold, initialised for 0
  1  f0: the instance of 0 is idle until 6, another from 6 to 10
f0: started at 0, ready at 0, stopped at 6; served 1, idle for 5
f0: started at 6, ready at 6, stopped at 10; served 0, idle for 4`,
		},
		{
			// f1 came before the second of f0, but its one instance is busy until 9:
			// at 4 f0's goes on with its own, without a moment of idleness.
			name:     "an account's line, and who stands aside",
			platform: Platform{KeepAlive: window(-1), Limit: Limit{Account: 2, Instances: 1, Over: QueueOver}},
			requests: [][][2]Time{{{0, 4}, {3, 1}}, {{1, 8}, {2, 1}}},
			want: `
  0  f0: a request arrives
  1  f1: a request arrives
  2  f1: a request arrives
  3  f0: a request arrives
  4  f0: request 0 is completed, cold, initialised for 0
  5  f0: request 1 is completed, waited 1 for a place
  5  f0: the instance of 0 is idle until -1
  9  f1: request 0 is completed, cold, initialised for 0
 10  f1: request 1 is completed, waited 7 for a place
 10  f1: the instance of 1 is idle until -1
f0: started at 0, ready at 0, stopped at 5; served 2, idle for 0
f1: started at 1, ready at 1, stopped at 10; served 2, idle for 0`,
		},
		{
			// f1 came before the second of f0, and the instance that was started for
			// it at 5 is on its way: at 14 the place is its.
			name:     "an account's line, and whose instance is coming",
			platform: Platform{KeepAlive: window(-1), Init: boot(10), Limit: Limit{Account: 1, Instances: 1, Over: QueueOver}},
			actions:  map[Time]Action{0: {Next: 5}, 5: {Start: 1, Until: 90, Next: Never}},
			requests: [][][2]Time{{{0, 4}, {13, 1}}, {{12, 1}}},
			want: `
  0  f0: tick: 0 provisioned, 0 pings, 0 to start
  0  f1: tick: 0 provisioned, 0 pings, 0 to start
  0  f0: a request arrives
  5  f0: tick: 0 provisioned, 0 pings, 1 to start
  5  f1: tick: 0 provisioned, 0 pings, 1 to start
 12  f1: a request arrives
 13  f0: a request arrives
 14  f0: request 0 is completed, cold, initialised for 10
 14  f0: the instance of 0 is idle until -1
 16  f1: request 0 is completed, cold, initialised for 3
 16  f1: the instance of 5 is idle until -1
 27  f0: request 1 is completed, cold, initialised for 10, waited 3 for a place
 27  f0: the instance of 16 is idle until -1
f0: started at 0, ready at 10, stopped at 14; served 1, idle for 0
f0: started at 16, ready at 26, stopped at 27; served 1, idle for 0
f1: started at 5, ready at 15, stopped at 16; served 1, idle for 0`,
		},
		{
			// f1 came before the second of f0 and may start an instance: at 4 the
			// place is its, and f0's instance, idle, stops.
			name:     "an account's line, and who may start",
			platform: Platform{KeepAlive: window(-1), Limit: Limit{Account: 1, Instances: 1, Over: QueueOver}},
			requests: [][][2]Time{{{0, 4}, {3, 1}}, {{2, 1}}},
			want: `
  0  f0: a request arrives
  2  f1: a request arrives
  3  f0: a request arrives
  4  f0: request 0 is completed, cold, initialised for 0
  4  f0: the instance of 0 is idle until -1
  5  f1: request 0 is completed, cold, initialised for 0, waited 2 for a place
  5  f1: the instance of 4 is idle until -1
  6  f0: request 1 is completed, cold, initialised for 0, waited 2 for a place
  6  f0: the instance of 5 is idle until -1
f0: started at 0, ready at 0, stopped at 4; served 1, idle for 0
f0: started at 5, ready at 5, stopped at 6; served 1, idle for 0
f1: started at 4, ready at 4, stopped at 5; served 1, idle for 0`,
		},
		{
			// f1 came before the second of f0 and may start an instance: at 4 the
			// place is its, and f0's instance, idle, stops.
			name:     "an account's line, and who may start where no limit is",
			platform: Platform{KeepAlive: window(-1), Limit: Limit{Account: 1, Over: QueueOver}},
			requests: [][][2]Time{{{0, 4}, {3, 1}}, {{2, 1}}},
			want: `
  0  f0: a request arrives
  2  f1: a request arrives
  3  f0: a request arrives
  4  f0: request 0 is completed, cold, initialised for 0
  4  f0: the instance of 0 is idle until -1
  5  f1: request 0 is completed, cold, initialised for 0, waited 2 for a place
  5  f1: the instance of 4 is idle until -1
  6  f0: request 1 is completed, cold, initialised for 0, waited 2 for a place
  6  f0: the instance of 5 is idle until -1
f0: started at 0, ready at 0, stopped at 4; served 1, idle for 0
f0: started at 5, ready at 5, stopped at 6; served 1, idle for 0
f1: started at 4, ready at 4, stopped at 5; served 1, idle for 0`,
		},
		{
			// f1's instance is paused since 1, and may be woken: at 4 the place is its,
			// and f0's instance is paused in turn, until the place is free again.
			name:     "an account's line, and whose instance is held",
			platform: Platform{KeepAlive: pauseAtOnce{}, Resume: Constant(1), Limit: Limit{Account: 1, Instances: 1, Over: QueueOver}},
			requests: [][][2]Time{{{1, 3}, {3, 1}}, {{0, 1}, {2, 1}}},
			want: `
  0  f1: a request arrives
  1  f1: request 0 is completed, cold, initialised for 0
  1  f1: the instance of 0 is idle until 1
  1  f0: a request arrives
  1  f1: the instance of 0 is idle until 9223372036854775807
  2  f1: a request arrives
  3  f0: a request arrives
  4  f0: request 0 is completed, cold, initialised for 0
  4  f0: the instance of 1 is idle until 4
  4  f0: the instance of 1 is idle until 9223372036854775807
  6  f1: request 1 is completed, cold, initialised for 1, waited 2 for a place
  6  f1: the instance of 0 is idle until 6
  6  f1: the instance of 0 is idle until 9223372036854775807
  8  f0: request 1 is completed, cold, initialised for 1, waited 3 for a place
  8  f0: the instance of 1 is idle until 8
  8  f0: the instance of 1 is idle until 9223372036854775807
f0: started at 1, ready at 1, stopped at 4; served 1, idle for 0
f0: started at 4, ready at 4, stopped at 6; served 0, idle for 2
f0: started at 6, ready at 7, stopped at 8; served 1, idle for 0
f0: started at 8, ready at 8, lives on; served 0, idle for 92
f1: started at 0, ready at 0, stopped at 1; served 1, idle for 0
f1: started at 1, ready at 1, stopped at 4; served 0, idle for 3
f1: started at 4, ready at 5, stopped at 6; served 1, idle for 0
f1: started at 6, ready at 6, lives on; served 0, idle for 94`,
		},
		{
			// As before, but the ramp has no token for f1 until 6, when its first
			// took one at 0: f0 goes on, and f1 gets its token and the place at 6.
			name:     "an account's line, and who has no token",
			platform: Platform{KeepAlive: window(-1), Limit: Limit{Account: 2, Ramp: Ramp{Burst: 1, Period: 6}, Over: QueueOver}},
			requests: [][][2]Time{{{0, 4}, {3, 1}}, {{0, 5}, {2, 1}}},
			want: `
  0  f0: a request arrives
  0  f1: a request arrives
  2  f1: a request arrives
  3  f0: a request arrives
  4  f0: request 0 is completed, cold, initialised for 0
  5  f0: request 1 is completed, waited 1 for a place
  5  f0: the instance of 0 is idle until -1
  5  f1: request 0 is completed, cold, initialised for 0
  6  f1: request 1 is completed, waited 3 for a place
  6  f1: the instance of 0 is idle until -1
f0: started at 0, ready at 0, stopped at 5; served 2, idle for 0
f1: started at 0, ready at 0, stopped at 6; served 2, idle for 0`,
		},
		{
			// The second slot of the instance opens when it is ready, at 2: too late
			// for the request of 1, in time for that of 3, which finds two with a
			// free slot and takes the one used last.
			name:     "two slots",
			platform: Platform{KeepAlive: window(5), Init: boot(2), Concurrency: 2},
			requests: [][][2]Time{{{0, 6}, {1, 1}, {3, 1}}},
			want: `
  0  f0: a request arrives
  1  f0: a request arrives
  3  f0: a request arrives
  4  f0: request 1 is completed, cold, initialised for 2
  4  f0: request 2 is completed
  4  f0: the instance of 1 is idle until 9
  8  f0: request 0 is completed, cold, initialised for 2
  8  f0: the instance of 0 is idle until 13
f0: started at 0, ready at 2, stopped at 13; served 1, idle for 5
f0: started at 1, ready at 3, stopped at 9; served 2, idle for 5`,
		},
		{
			// The first is served until 9, for nobody from 3 on; the second leaves the
			// line at 4, so that the third, which may wait until 11, is served at 9.
			name:     "a client in a line",
			platform: Platform{KeepAlive: window(10), Limit: Limit{Function: 1, Over: QueueOver}},
			patience: 3,
			requests: [][][2]Time{{{0, 9}, {1, 1}, {8, 2}}},
			want: `
  0  f0: a request arrives
  1  f0: a request arrives
  3  f0: request 0 is abandoned, cold, initialised for 0
  4  f0: request 1 is abandoned
  8  f0: a request arrives
 11  f0: request 2 is completed, waited 1 for a place
 11  f0: the instance of 0 is idle until 21
f0: started at 0, ready at 0, stopped at 21; served 2, idle for 10`,
		},
		{
			// The request of 1 is served from 3 on, and its client gives up at 4: the
			// slot is free for that of 2, whose client goes at 5.
			name:     "clients of a slot, cancelled",
			platform: Platform{KeepAlive: window(10), Limit: Limit{Function: 1, Over: QueueOver}, Abandoned: Cancel},
			patience: 3,
			requests: [][][2]Time{{{0, 3}, {1, 3}, {2, 2}, {5, 1}}},
			want: `
  0  f0: a request arrives
  1  f0: a request arrives
  2  f0: a request arrives
  3  f0: request 0 is completed, cold, initialised for 0
  4  f0: request 1 is abandoned, waited 2 for a place
  5  f0: a request arrives
  5  f0: request 2 is abandoned, waited 2 for a place
  6  f0: request 3 is completed
  6  f0: the instance of 0 is idle until 16
f0: started at 0, ready at 0, stopped at 16; served 4, idle for 10`,
		},
		{
			// The client goes at 3, and the instance goes on until 5: the request of 4
			// is bound to it, and its client goes at 7 as it is served.
			name:     "clients of an instance, cancelled",
			platform: Platform{KeepAlive: window(10), Init: boot(5), Abandoned: Cancel},
			patience: 3,
			requests: [][][2]Time{{{0, 1}, {4, 3}}},
			want: `
  0  f0: a request arrives
  3  f0: request 0 is abandoned, cold, initialised for 5
  4  f0: a request arrives
  7  f0: request 1 is abandoned, cold, initialised for 1
  7  f0: the instance of 0 is idle until 17
f0: started at 0, ready at 5, stopped at 17; served 1, idle for 10`,
		},
		{
			// With nobody bound to it, it is idle when it is ready.
			name:     "a client of an instance, cancelled, and nobody comes",
			platform: Platform{KeepAlive: window(10), Init: boot(5), Abandoned: Cancel},
			patience: 3,
			requests: [][][2]Time{{{0, 1}}},
			want: `
  0  f0: a request arrives
  3  f0: request 0 is abandoned, cold, initialised for 5
  5  f0: the instance of 0 is idle until 15
f0: started at 0, ready at 5, stopped at 15; served 0, idle for 10`,
		},
		{
			// The first is served from 5 to 6 for nobody, the second from 9 to 12:
			// while the one instance is taken, the other is started.
			name:     "clients of an instance, served",
			platform: Platform{KeepAlive: window(10), Init: boot(5)},
			patience: 3,
			requests: [][][2]Time{{{0, 1}, {4, 3}, {6, 3}}},
			want: `
  0  f0: a request arrives
  3  f0: request 0 is abandoned, cold, initialised for 5
  4  f0: a request arrives
  6  f0: the instance of 0 is idle until 16
  6  f0: a request arrives
  7  f0: request 1 is abandoned, cold, initialised for 5
  9  f0: request 2 is completed
  9  f0: the instance of 0 is idle until 19
 12  f0: the instance of 4 is idle until 22
f0: started at 0, ready at 5, stopped at 19; served 2, idle for 10
f0: started at 4, ready at 9, stopped at 22; served 1, idle for 10`,
		},
		{
			// The platform answers at 3, with its timeout, as the client would give up;
			// with less patience the client is first.
			name:     "a client and a timeout",
			platform: Platform{KeepAlive: window(10), Init: boot(2), Timeout: 3, TimeoutClock: RequestClock},
			patience: 3,
			requests: [][][2]Time{{{0, 9}}},
			want: `
  0  f0: a request arrives
  3  f0: request 0 times out, cold, initialised for 2
  3  f0: the instance of 0 is idle until 13
f0: started at 0, ready at 2, stopped at 13; served 1, idle for 10`,
		},
		{
			// The client goes at 3, and the platform cuts the request off at 5.
			name:     "a client that goes before the timeout",
			platform: Platform{KeepAlive: window(10), Init: boot(2), Timeout: 3},
			patience: 3,
			requests: [][][2]Time{{{0, 9}}},
			want: `
  0  f0: a request arrives
  3  f0: request 0 is abandoned, cold, initialised for 2
  5  f0: the instance of 0 is idle until 15
f0: started at 0, ready at 2, stopped at 15; served 1, idle for 10`,
		},
		{
			name:     "functions at the same time",
			platform: Platform{KeepAlive: window(0)},
			requests: [][][2]Time{{{5, 1}, {6, 0}}, {{5, 1}}, {{6, 0}}},
			want: `
  5  f0: a request arrives
  5  f1: a request arrives
  6  f0: request 0 is completed, cold, initialised for 0
  6  f0: the instance of 5 is idle until 6
  6  f1: request 0 is completed, cold, initialised for 0
  6  f1: the instance of 5 is idle until 6
  6  f0: a request arrives
  6  f0: request 1 is completed
  6  f0: the instance of 5 is idle until 6
  6  f2: a request arrives
  6  f2: request 0 is completed, cold, initialised for 0
  6  f2: the instance of 6 is idle until 6
f0: started at 5, ready at 5, stopped at 6; served 2, idle for 0
f1: started at 5, ready at 5, stopped at 6; served 1, idle for 0
f2: started at 6, ready at 6, stopped at 6; served 1, idle for 0`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := timeline(t, c.platform, c.patience, c.actions, c.requests...)
			if d := cmp.Diff(strings.Split(strings.TrimPrefix(c.want, "\n"), "\n"), strings.Split(got, "\n")); d != "" {
				t.Errorf("by hand −, kernel +:\n%s", d)
			}
		})
	}
}
