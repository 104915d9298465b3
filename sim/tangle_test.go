package sim

import (
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// tangles makes actors that do a bit of everything, by the keys of what they are told:
// no two actors of a load differ but in what they have been told.
type tangles struct {
	groups    [][]uint32 // functions that call each other
	functions []Function
	timeouts  bool // each function has one: a service may be left to it
	unit      Time
	salt      uint64
	shift     int    // of the keys that they make: 62 leaves four of them
	most      uint64 // generations of what follows

	mu     sync.Mutex
	made   int
	shards []Follower // of the pass that counts
}

func (g *tangles) Joined() [][]uint32 { return g.groups }

func (g *tangles) New() Follower {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.made++
	return &tangle{tangles: g, groupOf: g.groupsOf()}
}

func (g *tangles) Ran(shards []Follower) { g.shards = shards }

func (g *tangles) groupsOf() map[uint32][]uint32 {
	of := map[uint32][]uint32{}
	for _, set := range g.groups {
		var inside []uint32
		for _, f := range set {
			if !g.functions[f].Outside {
				inside = append(inside, f)
			}
		}
		for _, f := range set {
			of[f] = inside
		}
	}
	return of
}

// tangle is such an actor.
type tangle struct {
	*tangles
	groupOf map[uint32][]uint32
	open    []Handle // services that began, by their number − 1
	made    []int    // ends of each request that it made
	timers  int
	due     int
	told    []string
}

// firstMade is the Attr of the first request that a tangle makes; a load's are lower.
const firstMade = 1 << 20

// A Parent, and a timer's Ref, is the generation, the function that it is of, and the
// number of the service that it answers to.
func family(generation uint64, f uint32, service int) uint64 {
	return generation<<40 | uint64(f)<<32 | uint64(service)
}

func (g *tangle) pick(key uint64, what uint64, of int) int {
	return int(mix(mix(key+g.salt)+what*golden) % uint64(of))
}

func (g *tangle) wait(key, what uint64, most int) Time {
	return Time(g.pick(key, what, most+1)) * g.unit
}

// arrive makes a request at some function of a group.
func (g *tangle) arrive(now Time, key, generation uint64, f uint32, service int, n *Next) {
	inside := g.groupOf[f]
	if len(inside) == 0 || generation > g.most {
		return
	}
	to := inside[g.pick(key, 1, len(inside))]
	n.Arrive(Arrival{
		Invocation: Invocation{Arrival: now + g.wait(key, 2, 3), Service: g.wait(key, 3, 6), Function: to, Attr: uint32(firstMade + len(g.made))},
		Key:        MadeKey(key, to, uint32(generation)) >> g.shift, Parent: family(generation, to, service), Counts: Counts(g.pick(key, 4, 3)),
	})
	g.made = append(g.made, 0)
}

func (g *tangle) wake(now Time, key, ref uint64, n *Next) {
	g.timers++
	n.Wake(Timer{At: now + g.wait(key, 5, 4), Key: MadeKey(key, 7, uint32(ref>>40)) >> g.shift, Ref: ref})
}

func (g *tangle) leave(now Time, key uint64, service int, n *Next) {
	status := Completed
	if g.pick(key, 6, 4) == 0 {
		status = Failed
	}
	n.Leave(Leave{Request: g.open[service-1], At: now + g.wait(key, 7, 5), Status: status})
}

func (g *tangle) Arrived(a Arrived, n *Next) {
	g.told = append(g.told, fmt.Sprintf("%+v", a))
	key := MadeKey(uint64(a.Function), 0, a.Ordinal)
	if g.pick(key, 8, 3) > 0 {
		g.arrive(a.Arrival, key, 1, a.Function, 0, n)
	}
	if g.pick(key, 9, 2) > 0 {
		g.wake(a.Arrival, key, family(1, a.Function, 0), n)
	}
}

func (g *tangle) Due(now Time, t Timer, n *Next) {
	g.due++
	g.told = append(g.told, fmt.Sprintf("%d %+v", now, t))
	generation, f, service := t.Ref>>40, uint32(t.Ref>>32)&0xff, int(uint32(t.Ref))
	switch g.pick(t.Key, 10, 4) {
	case 0:
		if generation < g.most {
			g.wake(now, t.Key, family(generation+1, f, service), n)
			return
		}
	case 1:
		g.arrive(now, t.Key, generation+1, f, 0, n)
	}
	if service > 0 {
		g.leave(now, t.Key, service, n)
	}
}

func (*tangle) Computed(Computed, *Next) {}

func (g *tangle) Began(b Began, n *Next) {
	g.open = append(g.open, b.Request)
	b.Request = Handle{}
	g.told = append(g.told, fmt.Sprintf("%+v", b))
	service, generation, key := len(g.open), b.Parent>>40, b.Key+uint64(b.Attempt)
	switch g.pick(key, 11, 5) {
	case 0:
		if g.timeouts {
			return
		}
	case 1:
		g.wake(b.Now, key, family(generation, b.Function, service), n)
		return
	case 2:
		if generation < g.most {
			g.arrive(b.Now, key, generation+1, b.Function, service, n)
			return
		}
	case 3:
		g.leave(b.Now, key+1, service, n) // and again
	}
	g.leave(b.Now, key, service, n)
}

func (g *tangle) Ended(e End, n *Next) {
	e.Request, e.Limit = Handle{}, NoLimit // of which the twin knows nothing: TestLimitMet
	g.told = append(g.told, fmt.Sprintf("%+v", e))
	if e.Attr >= firstMade {
		g.made[e.Attr-firstMade]++
	}
	generation, service, key := e.Parent>>40, int(uint32(e.Parent)), e.Key+uint64(e.Attempt)
	switch g.pick(key, 12, 4) {
	case 0:
		if e.Attempt < 2 && e.Status != Unfinished {
			n.Arrive(Arrival{Invocation: Invocation{Arrival: e.Now + g.wait(key, 13, 3), Service: e.Service, Function: e.Function, Attr: uint32(firstMade + len(g.made))},
				Key: e.Key, Parent: e.Parent, Attempt: e.Attempt + 1, Counts: e.Counts})
			g.made = append(g.made, 0)
			return
		}
	case 1:
		g.arrive(e.Now, key, generation+1, e.Function, 0, n)
	}
	if service > 0 {
		g.leave(e.Now, key, service, n)
	}
}

// tangle draws which functions of a load are outside or open, and who acts in it.
func (t drawer) tangle(l *list, groups [][]uint32, p *Platform) *tangles {
	g := &tangles{groups: groups, unit: t.unit, salt: uint64(t.int("salt", 0, 1<<30)), shift: rapid.SampledFrom([]int{0, 0, 62}).Draw(t.T, "shift"), most: uint64(t.int("generations", 0, 4)), timeouts: true}
	for f := range l.functions {
		fn := &l.functions[f]
		switch t.int("told", 0, 3) {
		case 0:
			fn.Outside = true
		case 1, 2:
			fn.Open = true
		}
		if fn.Outside || fn.Open {
			fn.Error = 0 // who acts says how they end
		}
		g.timeouts = g.timeouts && (fn.Timeout > 0 || p.Timeout > 0)
		for k := range l.invocations[f] {
			l.invocations[f][k].Attr = uint32(k)
		}
	}
	g.functions = l.functions
	return g
}

// whole reports what of a run of tangles is lost.
func (g *tangles) lost() string {
	for _, f := range g.shards {
		a := f.(*tangle)
		if a.due != a.timers {
			return fmt.Sprintf("%d timers were set, %d came", a.timers, a.due)
		}
		for k, ends := range a.made {
			if ends != 1 {
				return fmt.Sprintf("request %d ended %d times", k, ends)
			}
		}
	}
	return ""
}

// allOf is all functions of a load in one group.
func (l *list) allOf() [][]uint32 {
	all := make([]uint32, len(l.functions))
	for f := range all {
		all[f] = uint32(f)
	}
	return [][]uint32{all}
}

// Lazy equals eager, where an actor acts: it is told the same by both, and observers
// are.
func TestActorsEqualTwin(t *testing.T) {
	var runs, stuck, begun, timers, retried, again int
	met := func() bool { return stuck <= runs/3 && begun >= runs && timers >= runs && retried*again > 0 }
	oftener(t, 5, met, func(r *rapid.T) {
		t := drawer{r, 1}
		l := t.load()
		p := t.platform()
		g := t.tangle(l, l.allOf(), &p)
		c := Config{Workload: l, Platforms: []Platform{p}, Window: t.window(), Key: RunKey{Seed: 7}, Follow: g}
		want, waits := actTwin(c, l)
		told := g.shards[0].(*tangle).told
		before := g.made
		got, _ := replay(t, c)
		runs++
		again += g.made - before - 1
		if lost := g.lost(); lost != "" {
			t.Fatal(lost)
		}
		if waits { // what waits for ever ends when all else has, expiries and idle events too: these differ
			stuck++
			return
		}
		a := g.shards[0].(*tangle)
		begun += len(a.open)
		timers += a.timers
		for _, o := range want.outcomes {
			if o.Retried {
				retried++
			}
		}
		if d := cmp.Diff(told, a.told); d != "" {
			t.Fatalf("the actor is told: twin −, kernel +:\n%s", d)
		}
		if d := want.diff(got); d != "" {
			t.Fatalf("twin − kernel +: %s", d)
		}
	})
	t.Logf("%d runs, of which %d got stuck and %d passes more were run; %d services, %d timers, %d retries", runs, stuck, again, begun, timers, retried)
}

// groups draws which functions of a load call each other.
func (t drawer) groups(l *list) [][]uint32 {
	groups := make([][]uint32, 2)
	for f := range l.functions {
		k := t.int("group", 0, 1)
		groups[k] = append(groups[k], uint32(f))
	}
	return groups
}
