package sim

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// standing is a policy that after an arrival has an instance or two of the next function
// of its scope stand by, after a while or at once, and after an end two of its own.
type standing struct {
	unit  Time
	scope Scope
}

func (p standing) Scope() Scope          { return p.scope }
func (p standing) New(g Group) KeepAlive { return &stander{standing: p, g: g} }

type stander struct {
	standing
	g     Group
	plans []stand
}

type stand struct {
	at   Time
	what Standby
}

func (p *stander) Arrived(v View, now Time) {
	next := p.g.Functions[(slices.Index(p.g.Functions, v.Function())+1)%len(p.g.Functions)]
	p.plans = append(p.plans, stand{now + Time(v.Busy()%3)*p.unit, Standby{Function: next, Instances: 1 + int(now/p.unit%2), Until: now + Time(4+now/p.unit%5)*p.unit}})
}

func (p *stander) Idle(v View, in Instance, now Time) Decision {
	p.plans = append(p.plans, stand{now + Time(now/p.unit%4)*p.unit, Standby{Function: v.Function(), Instances: 2 + v.Idle()%2, Until: now + 6*p.unit}})
	d := Decision{Until: now + Time(in.Served()%4)*p.unit, PrewarmFrom: now + 1, PrewarmUntil: now + 2}
	if in.Stage() == Whole && in.Served()%3 == 2 {
		d.Until, d.Then = now+2*p.unit, Pause
	}
	return d
}

func (p *stander) Next() Time {
	next := Never
	for _, s := range p.plans {
		next = min(next, s.at)
	}
	return next
}

func (p *stander) StandBy(_ View, now Time, wanted []Standby) []Standby {
	p.plans = slices.DeleteFunc(p.plans, func(s stand) bool {
		if s.at <= now {
			wanted = append(wanted, s.what)
		}
		return s.at <= now
	})
	return wanted
}

// What stands by, against the twin: on any platform, of a deployment or of all.
func TestStandByEqualsTwin(t *testing.T) {
	prewarmed, served := 0, 0
	oftener(t, 5, func() bool { return prewarmed*served > 0 }, func(r *rapid.T) {
		t := drawer{r, 1}
		l, p := t.load(), t.platform()
		p.KeepAlive = standing{t.unit, rapid.SampledFrom([]Scope{ScopeDeployment, ScopeAccount}).Draw(r, "scope")}
		c := Config{Workload: l, Platforms: []Platform{p}, Window: t.window(), Key: RunKey{Seed: 7}}
		want := runTwin(c, l)
		got, _ := replay(t, c)
		if d := want.diff(got); d != "" {
			t.Fatalf("twin − kernel +: %s", d)
		}
		for _, l := range got.lives {
			if l.Flags&Prewarmed != 0 {
				prewarmed++
				served += int(l.Served)
			}
		}
	})
	t.Logf("%d stood by and served %d requests", prewarmed, served)
}

// scripted says at what times it wants what, from its second arrival on one earlier, and
// notes when it was asked.
type scriptedStand struct {
	plans  []stand
	second []stand
	asked  *[]Time
	heard  int
}

func (p scriptedStand) Scope() Scope        { return ScopeAccount }
func (p scriptedStand) New(Group) KeepAlive { return &p }

func (p *scriptedStand) Arrived(View, Time) {
	if p.heard++; p.heard == 2 {
		p.plans = p.second
	}
}
func (p *scriptedStand) Idle(_ View, _ Instance, now Time) Decision { return Decision{Until: now} }

func (p *scriptedStand) Next() Time {
	if len(p.plans) == 0 {
		return Never
	}
	return p.plans[0].at
}

func (p *scriptedStand) StandBy(_ View, now Time, wanted []Standby) []Standby {
	*p.asked = append(*p.asked, now)
	wanted = append(wanted, p.plans[0].what)
	p.plans = p.plans[1:]
	return wanted
}

// At first f1 is to stand by from 9 on; as f0's second request arrives at 1 this becomes
// 3, and the 9 is forgotten: started then, ready at 5, there until 8. At 6 it is asked to
// stay until 12, so the request at 10 is warm, ends at 11 and leaves none. At 20 two
// are wanted of f0, of which one is busy from 19 to 22: another is started, which stays
// until 25.
func TestStandByTimeline(t *testing.T) {
	var asked []Time
	l := &list{functions: []Function{{Name: "f0"}, {Name: "f1"}}, invocations: [][]Invocation{{{Arrival: 0, Service: 1}, {Arrival: 1, Service: 1}, {Arrival: 19, Service: 1}}, {{Arrival: 10, Service: 1, Function: 1}}}}
	p := scriptedStand{asked: &asked, plans: []stand{{9, Standby{1, 1, 20}}},
		second: []stand{{3, Standby{1, 1, 8}}, {6, Standby{1, 1, 12}}, {20, Standby{0, 2, 25}}}}
	got, _ := replay(t, Config{Workload: l, Window: Window{Horizon: 100}, Platforms: []Platform{{KeepAlive: p, Scaling: perRequest{}, Init: Init{{Phase: PhaseRuntime, Duration: Constant(2)}}}}})
	if want := []Time{3, 6, 20}; !slices.Equal(asked, want) {
		t.Errorf("asked at %d, want at %d", asked, want)
	}
	var lives [][3]Time
	for _, l := range got.lives {
		lives = append(lives, [3]Time{Time(l.Deployment), l.Created, l.Stopped})
	}
	slices.SortFunc(lives, func(a, b [3]Time) int { return slices.Compare(a[:], b[:]) })
	if want := [][3]Time{{0, 0, 3}, {0, 1, 4}, {0, 19, 22}, {0, 20, 25}, {1, 3, 11}}; !slices.Equal(lives, want) {
		t.Errorf("function, start and stop are %d, want %d", lives, want)
	}
}

// viewing is a policy of each application that is asked once, at 10 and the number of its first
// function, and notes of whom its view is.
type viewing struct{ saw map[Time]uint32 }

func (viewing) Scope() Scope            { return ScopeApp }
func (p viewing) New(g Group) KeepAlive { return &viewer{viewing: p, next: 10 + Time(g.Functions[0])} }

type viewer struct {
	viewing
	next Time
}

func (*viewer) Arrived(View, Time)                         {}
func (*viewer) Idle(_ View, _ Instance, now Time) Decision { return Decision{Until: now} }
func (p *viewer) Next() Time                               { return p.next }

func (p *viewer) StandBy(v View, now Time, wanted []Standby) []Standby {
	p.saw[now], p.next = v.Function(), Never
	return wanted
}

// Three applications share nodes, and so a shard: the policy of each sees its own first function.
func TestStandByViewsItsOwnScope(t *testing.T) {
	p := viewing{map[Time]uint32{}}
	l := &list{functions: []Function{{Name: "f0", App: "a", Memory: 1}, {Name: "f1", App: "b", Memory: 1}, {Name: "f2", App: "b", Memory: 1}, {Name: "f3", App: "c", Memory: 1}}, invocations: make([][]Invocation, 4)}
	replay(t, Config{Workload: l, Window: Window{Horizon: 100}, Platforms: []Platform{{KeepAlive: p, Scaling: perRequest{}, Cluster: &Cluster{Nodes: []Node{{Memory: 100}}, Placement: firstNode{}}}}})
	if want := map[Time]uint32{10: 0, 11: 1, 13: 3}; !maps.Equal(p.saw, want) {
		t.Errorf("the views are of %v, want %v", p.saw, want)
	}
}

// Who wants to be asked again at the time at which it is asked, what is not its own, or
// what has passed, is told so.
func TestStandByIsRefused(t *testing.T) {
	for want, plans := range map[string][]stand{
		"wants to be asked again at 3 ns, want later than now":    {{3, Standby{0, 1, 8}}, {3, Standby{0, 1, 9}}},
		"wants 1 instances of function 7 to stand by from 3 to 8": {{3, Standby{7, 1, 8}}},
		"wants 1 instances of function 0 to stand by from 3 to 2": {{3, Standby{0, 1, 2}}},
	} {
		l := &list{functions: []Function{{Name: "f0"}}, invocations: [][]Invocation{{{Arrival: 0, Service: 1}}}}
		_, err := Run(context.Background(), Config{Workload: l, Window: Window{Horizon: 100}, Observers: func() []Observer { return nil }, Platforms: []Platform{{Scaling: perRequest{}, KeepAlive: scriptedStand{asked: new([]Time), plans: plans}}}})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}
