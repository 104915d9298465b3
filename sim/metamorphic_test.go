package sim

import (
	"context"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// wants is what an observer of the metamorphic test asks to be told of, besides
// requests.
type wants struct{ warm, inits, lives, activities bool }

// observer returns a tape that asks for just that.
func (w wants) observer(t *tape) Observer {
	var o Observer = onlyRequests{t}
	switch {
	case w.warm && w.inits && w.lives && w.activities:
		o = struct {
			onlyRequests
			warmRuns
			initWaits
			wholeLives
			stretches
		}{onlyRequests{t}, warmRuns{t}, initWaits{t}, wholeLives{t}, stretches{t}}
	case w.warm && w.inits && w.lives:
		o = struct {
			onlyRequests
			warmRuns
			initWaits
			wholeLives
		}{onlyRequests{t}, warmRuns{t}, initWaits{t}, wholeLives{t}}
	case w.inits && w.lives && w.activities:
		o = struct {
			onlyRequests
			initWaits
			wholeLives
			stretches
		}{onlyRequests{t}, initWaits{t}, wholeLives{t}, stretches{t}}
	case w.lives:
		o = struct {
			onlyRequests
			wholeLives
		}{onlyRequests{t}, wholeLives{t}}
	case w.warm:
		o = struct {
			onlyRequests
			warmRuns
		}{onlyRequests{t}, warmRuns{t}}
	}
	return o
}

type (
	onlyRequests struct{ tape *tape }
	warmRuns     struct{ tape *tape }
	initWaits    struct{ tape *tape }
	wholeLives   struct{ tape *tape }
	stretches    struct{ tape *tape }
)

func (o onlyRequests) Requests(b []Outcome) { o.tape.Requests(b) }
func (o initWaits) Inits(b []InitWait)      { o.tape.Inits(b) }
func (o wholeLives) Lives(b []Life)         { o.tape.Lives(b) }
func (o stretches) Activities(b []Activity) { o.tape.Activities(b) }

// Warm notes the outcomes that a run stands for. It knows no ordinals: an
// invocation's Attr is its ordinal here.
func (o warmRuns) Warm(run []Invocation) {
	o.tape.warm += len(run)
	for _, v := range run {
		o.tape.outcomes = append(o.tape.outcomes, Outcome{Arrival: v.Arrival, Start: v.Arrival, End: v.Arrival + v.Service,
			Function: v.Function, Ordinal: v.Attr, Started: true})
	}
}

// taken counts the ways that the metamorphic test's runs took.
type taken struct{ plain, left, joint, rejected, general, certified, enforced, warm, cold, acted, stuck int }

// One load under many configurations of the kernel gives one result: on the
// plain path and the general one, each function by itself and all coupled, the
// account limit certified or enforced, on one worker and on several, with and
// without each observer.
func TestConfigurationsAgree(t *testing.T) {
	var n taken
	for _, kind := range []struct {
		name string
		draw func(t drawer, l *list) Platform
		acts bool
		met  func(n taken) bool // by this kind and those before it
	}{
		{"any", func(t drawer, _ *list) Platform { return t.platform() }, false, func(n taken) bool { return n.general*n.cold > 0 }},
		{"plain", func(t drawer, _ *list) Platform { return t.plain() }, false, func(n taken) bool { return n.plain*n.warm > 0 }},
		{"crowd", func(t drawer, l *list) Platform {
			t.crowd(l)
			return t.plain()
		}, false, func(n taken) bool { return n.left > 0 }},
		{"account", func(t drawer, l *list) Platform {
			p := t.platform()
			p.Limit.Account = t.int("room", 1, 30)
			return p
		}, false, func(n taken) bool { return n.enforced*n.certified > 0 }},
		{"joint", func(t drawer, l *list) Platform {
			t.throng(l)
			p := t.plain()
			p.Reuse = rapid.SampledFrom([]Reuse{MostRecent, Newest}).Draw(t.T, "of idle ones")
			p.MaxLifetime, p.KeepAlive = 0, fixed{window(t.time("window", 20))}
			p.Limit.Account, p.Limit.Over = t.int("room", 1, 6)*t.int("rooms", 1, 40), RejectOver
			if t.bool("rated") {
				p.Limit.Requests = Ramp{Burst: 1, Period: Time(t.int("in", 1, 300)) * t.unit}
			}
			return p
		}, false, func(n taken) bool { return n.joint*n.rejected > 0 }},
		{"rated", func(t drawer, _ *list) Platform {
			p := t.platform()
			p.Limit.Account = t.int("room", 20, 30) // of which few are ever taken
			p.Limit.Requests = Ramp{Burst: 1, Period: Time(t.int("in", 1, 300)) * t.unit}
			return p
		}, false, func(taken) bool { return true }},
		{"actors", func(t drawer, _ *list) Platform {
			p := t.platform()
			p.Limit.Account = t.int("room", 0, 30)
			return p
		}, true, func(n taken) bool { return n.acted > 0 && n.stuck*10 <= n.acted }},
	} {
		t.Run(kind.name, func(t *testing.T) {
			oftener(t, 1, func() bool { return kind.met(n) }, func(r *rapid.T) {
				t := drawer{r, rapid.SampledFrom([]Time{1, Second, Second / 3, Second / 40}).Draw(r, "scale")}
				l := t.load()
				p := kind.draw(t, l)
				for f := range l.invocations {
					for k := range l.invocations[f] {
						l.invocations[f][k].Attr = uint32(k)
					}
				}
				var follow FollowerFactory
				if kind.acts {
					follow = t.tangle(l, t.groups(l), &p)
				}
				agree(t, l, p, follow, &n)
			})
		})
	}
	t.Logf("taken: %+v", n)
}

// agree runs a load under all configurations, and counts what they were.
func agree(t drawer, l *list, p Platform, follow FollowerFactory, n *taken) {
	c := Config{Workload: l, Platforms: []Platform{p}, Window: t.window(), Key: RunKey{Seed: 7}, Follow: follow, general: true, coupled: true}
	want, _ := observed(t, c, wants{inits: true, lives: true, activities: true})
	if follow != nil && slices.ContainsFunc(want.outcomes, func(o Outcome) bool { return o.Status == Unfinished }) {
		n.stuck++ // what waits for ever ends when all of its shard has
		return
	}
	for _, general := range []bool{false, true} {
		for _, coupled := range []bool{false, true} {
			for _, w := range []wants{{}, {warm: true}, {lives: true}, {warm: true, inits: true, lives: true}, {true, true, true, true}} {
				c.general, c.coupled, c.Pool = general, coupled, NewPool(1+len(want.outcomes)%3)
				got, sum := observed(t, c, w)
				if d := want.only(w).diff(got); d != "" {
					t.Fatalf("general %v, coupled %v, workers %d, observer of %+v: want − got +: %s", general, coupled, c.Pool.Workers(), w, d)
				}
				requests := int64(0)
				for _, o := range got.outcomes {
					if o.Flags&Ping == 0 {
						requests++
					}
				}
				switch {
				case sum.Arrivals != requests:
					t.Fatalf("%d requests are said to have arrived, %d were told", sum.Arrivals, requests)
				case general && sum.plain+sum.joint > 0:
					t.Fatal("the general path was asked for, and another one taken")
				case coupled && sum.Shards > 1:
					t.Fatal("one shard was asked for, and there are more")
				}
				n.plain += sum.plain
				n.joint += sum.joint
				if sum.joint > 0 {
					for _, o := range got.outcomes {
						if o.Status == Rejected {
							n.rejected++
						}
					}
				}
				n.left += sum.left
				n.general += sum.Shards - sum.plain - sum.joint
				n.warm += got.warm
				n.cold += len(got.inits)
				if g, ok := follow.(*tangles); ok {
					if lost := g.lost(); lost != "" || len(g.shards) != sum.Shards {
						t.Fatalf("%d actors of %d shards, %s", len(g.shards), sum.Shards, lost)
					}
					n.acted++
				}
				switch {
				case p.Limit.Account == 0 || coupled || len(l.functions) == 1:
				case sum.Coupled:
					n.enforced++
				default:
					n.certified++
				}
			}
		}
	}
}

// only leaves out what an observer has not asked for.
func (t *tape) only(w wants) *tape {
	seen := *t
	if !w.inits {
		seen.inits = nil
	}
	if !w.lives {
		seen.lives = nil
	}
	if !w.activities {
		seen.activities = nil
	}
	return &seen
}

// observed runs a workload and returns the sorted records of all workers.
func observed(t drawer, c Config, w wants) (*tape, Summary) {
	var tapes []*tape
	c.Observers = func() []Observer {
		tapes = append(tapes, &tape{})
		return []Observer{w.observer(tapes[len(tapes)-1])}
	}
	sum, err := Run(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	all := &tape{}
	for _, w := range tapes[len(tapes)-len(sum.Observers):] {
		all.add(w)
	}
	all.sort()
	return all, sum
}
