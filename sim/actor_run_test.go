package sim

import (
	"cmp"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// passes makes actors that each invocation of a trigger makes call a function, whose
// service takes as long as the invocation's, and notes who was made and who counted.
type passes struct {
	joined [][]uint32
	call   map[uint32]uint32 // of a trigger
	made   []*caller
	ran    [][]Follower
}

func (p *passes) Joined() [][]uint32 { return p.joined }
func (p *passes) Ran(s []Follower)   { p.ran = append(p.ran, s) }
func (p *passes) New() Follower {
	p.made = append(p.made, &caller{passes: p})
	return p.made[len(p.made)-1]
}

type caller struct {
	*passes
	ended int
}

func (c *caller) Arrived(a Arrived, n *Next) {
	n.Arrive(Arrival{Invocation: Invocation{Arrival: a.Arrival, Service: a.Service, Function: c.call[a.Function]}, Key: uint64(a.Ordinal)})
}
func (*caller) Due(Time, Timer, *Next)    {}
func (*caller) Began(b Began, n *Next)    { n.Leave(Leave{Request: b.Request, At: b.Now + b.Service}) }
func (*caller) Computed(Computed, *Next)  {}
func (c *caller) Ended(e End, next *Next) { c.ended++ }

// Two applications on a platform with an account limit, and one on another. Each runs
// by itself, until the limit is found to bind: then those of the platform run again,
// with new actors, and those of the pass that counts are told to have run.
func TestPassesOfActors(t *testing.T) {
	l := &list{functions: []Function{{Name: "s", Outside: true}, {Name: "f", Open: true}, {Name: "t", Outside: true}, {Name: "g", Open: true}, {Name: "u", Outside: true}, {Name: "h"}},
		invocations: [][]Invocation{
			{{Arrival: 0, Service: Second}, {Arrival: 20 * Second, Service: Second}}, nil,
			{{Arrival: Second / 2, Service: Second, Function: 2}, {Arrival: 20*Second + Second/2, Service: Second / 4, Function: 2}}, nil,
			{{Arrival: Second / 4, Service: Second, Function: 4}}, nil,
		}}
	follow := func() *passes {
		return &passes{joined: [][]uint32{{0, 1}, {2, 3}, {4, 5}}, call: map[uint32]uint32{0: 1, 2: 3, 4: 5}}
	}
	run := func(limit int, p *passes) (*tape, Summary) {
		return replay(t, Config{Workload: l, On: []PlatformID{0, 0, 0, 0, 0, 1}, Follow: p, Window: Window{Horizon: Minute}, // u is outside: its platform is none
			Platforms: []Platform{{KeepAlive: window(Never), Limit: Limit{Account: limit, Over: QueueOver}}, {KeepAlive: window(Never), Limit: Limit{Account: 1, Over: QueueOver}}}})
	}
	ended := func(list []Follower) (n []int) {
		for _, f := range list {
			n = append(n, f.(*caller).ended)
		}
		slices.Sort(n)
		return n
	}

	bound := follow()
	got, sum := run(1, bound)
	starts := map[uint32]Time{}
	for _, o := range got.outcomes {
		if o.Arrival < 20*Second {
			starts[o.Function] = o.Start
		}
		if want := map[uint32]PlatformID{1: 0, 3: 0, 5: 1}[o.Function]; o.Platform != want {
			t.Errorf("function %d ran on platform %d, want %d", o.Function, o.Platform, want)
		}
	}
	if !sum.Coupled || sum.Shards != 2 || starts[1] != 0 || starts[3] != Second || starts[5] != Second/4 || len(got.outcomes) != 5 {
		t.Errorf("%+v, starts %v: want g to wait for f, and h for nobody", sum, starts)
	}
	if len(bound.made) != 3+3+2 || len(bound.ran) != 1 || !slices.Equal(ended(bound.ran[0]), []int{1, 4}) {
		t.Errorf("%d actors were made, %d times it is said who ran: %v requests ended", len(bound.made), len(bound.ran), ended(bound.ran[0]))
	}
	for _, f := range bound.ran[0] {
		if slices.Contains(bound.made[:3+3], f.(*caller)) {
			t.Error("an actor of the first pass, or of the closer look at it, counts")
		}
	}

	// At 20.5 s one has ended and the other begins, in one second but not at one time.
	l.invocations[0] = []Invocation{{Arrival: 20 * Second, Service: Second / 4}}
	l.invocations[2] = []Invocation{{Arrival: 20*Second + Second/2, Service: Second / 4, Function: 2}}
	closer := follow()
	_, sum = run(1, closer)
	if sum.Coupled || !sum.closer || len(closer.made) != 3+3 || len(closer.ran) != 1 {
		t.Fatalf("%+v, %d actors: want a closer look to certify the limit", sum, len(closer.made))
	}
	for _, f := range closer.ran[0] {
		if !slices.Contains(closer.made[:3], f.(*caller)) {
			t.Error("an actor of the closer look counts, whose observers do not")
		}
	}
}

// Whatever random actors do on whatever platforms side by side: each request that they
// make ends once for them and once for observers, each timer comes, no account limit
// is passed, and any number of workers tells the same.
func TestRandomActorsLoseNothing(t *testing.T) {
	var runs, stuck, coupled, begun int
	rapid.Check(t, func(r *rapid.T) {
		t := drawer{r, rapid.SampledFrom([]Time{1, Second / 3}).Draw(r, "scale")}
		l := t.load()
		platforms := []Platform{t.platform(), t.platform(), t.platform()}
		for k := range platforms {
			platforms[k].Limit.Fleet = t.int("fleet", 0, 3)
			platforms[k].Limit.Account = t.int("room", 0, 5)
		}
		on := make([]PlatformID, len(l.functions))
		for f := range on {
			on[f] = PlatformID(t.int("platform", 0, 2))
		}
		g := t.tangle(l, t.groups(l), &Platform{}) // a timeout of its own, or none
		c := Config{Workload: l, Platforms: platforms, On: on, Window: t.window(), Key: RunKey{Seed: 7}, Follow: g, Pool: NewPool(3)}
		got, sum := replay(t, c)
		runs++
		if sum.Coupled {
			coupled++
		}
		if lost := g.lost(); lost != "" {
			t.Fatal(lost)
		}
		made, told := 0, 0
		for _, f := range g.shards {
			made += len(f.(*tangle).made)
			begun += len(f.(*tangle).open)
		}
		waited := false
		for f, invs := range l.invocations {
			for _, v := range invs {
				if !l.functions[f].Outside && v.Arrival < c.Window.Horizon {
					made++
				}
			}
		}
		for _, o := range got.outcomes {
			if o.Flags&Ping == 0 {
				told++
			}
			if o.Platform != on[o.Function] || l.functions[o.Function].Outside {
				t.Fatalf("function %d has %+v", o.Function, o)
			}
			waited = waited || o.Status == Unfinished
		}
		if told != made || sum.Arrivals != int64(made) {
			t.Fatalf("%d requests arrived, %d are told of, %d are said to have arrived", made, told, sum.Arrivals)
		}
		for k := range platforms {
			if most, limit := mostAt(got.outcomes, PlatformID(k)), platforms[k].Limit.Account; limit > 0 && most > limit {
				t.Fatalf("%d requests are served at a time on platform %d, whose limit is %d", most, k, limit)
			}
		}
		if waited {
			stuck++
		}
		c.Pool = NewPool(1)
		again, _ := replay(t, c)
		if d := again.diff(got); d != "" {
			t.Fatalf("one worker − three +: %s", d)
		}
	})
	t.Logf("%d runs, of which %d got stuck and %d ran again, coupled; %d services", runs, stuck, coupled, begun)
	if begun < runs || coupled == 0 {
		t.Error("the test tests too little")
	}
}

// mostAt returns how many requests a platform serves at a time at most.
func mostAt(outcomes []Outcome, k PlatformID) (most int) {
	type turn struct {
		at Time
		by int
	}
	var turns []turn
	for _, o := range outcomes {
		if o.Platform == k && o.Started {
			turns = append(turns, turn{o.Start, 1}, turn{o.End, -1})
		}
	}
	slices.SortFunc(turns, func(a, b turn) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.by, b.by)) })
	n := 0
	for _, x := range turns {
		n += x.by
		most = max(most, n)
	}
	return most
}

// onTick is an autoscaler that starts what it wants when it is asked every 10 ns, and
// nothing for a request; it notes when it is asked.
type onTick struct {
	wanted int
	asked  []Time
}

func (o *onTick) New(Group) Scaling  { return o }
func (*onTick) Start(View, Time) int { return 0 }
func (o *onTick) Tick(_ View, now Time) Scale {
	o.asked = append(o.asked, now)
	return Scale{Wanted: o.wanted, Until: AsKeepAlive, Next: now + 10}
}

// What is under way after the horizon, at 100, has an autoscaler as before: it is asked
// while a request is there, and no more. One that does nothing for who waits is asked a
// thousand times.
func TestAutoscalerAfterTheHorizon(t *testing.T) {
	run := func(wanted int) (*onTick, string) {
		scaling := &onTick{wanted: wanted}
		s := &script{joined: [][]uint32{{0, 1}}}
		s.arrived = func(a Arrived, n *Next) { n.Wake(Timer{At: 155}) }
		s.due = func(now Time, _ Timer, n *Next) {
			a := at(now, 1, 1)
			a.Service = 4
			n.Arrive(a)
		}
		l := &list{functions: []Function{{Name: "t", Outside: true}, {Name: "f"}}, invocations: [][]Invocation{{{Arrival: 5}}, nil}}
		told, _ := play(t, s, Config{Window: Window{Horizon: 100}, Platforms: []Platform{{Dispatch: QueueDispatch, Scaling: scaling, KeepAlive: window(Never),
			Init: Init{{Phase: PhaseRuntime, Duration: Constant(12)}}, Limit: Limit{Over: QueueOver}}}}, l)
		return scaling, told
	}
	scaling, told := run(1)
	same(t, `
5: f0: invocation 0
155: timer 0 of 0
171: f1: 1 completed`, told)
	if !slices.Equal(scaling.asked, []Time{155, 165}) {
		t.Errorf("asked at %v, want 155 and 165", scaling.asked)
	}
	scaling, told = run(0)
	same(t, `
5: f0: invocation 0
155: timer 0 of 0
10155: f1: 1 unfinished`, told)
	if n := len(scaling.asked); n != 1000 || scaling.asked[n-1] != 155+999*10 {
		t.Errorf("asked %d times, want 1000", n)
	}
}
