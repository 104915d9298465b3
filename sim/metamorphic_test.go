package sim

import (
	"context"
	"fmt"
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

// One load under many configurations of the kernel gives one result: on the
// plain path and the general one, each function by itself and all coupled, the
// account limit certified or enforced, on one worker and on several, with and
// without each observer.
func TestConfigurationsAgree(t *testing.T) {
	var taken struct{ plain, left, general, certified, enforced, warm, cold int }
	rapid.Check(t, func(r *rapid.T) {
		t := drawer{r, rapid.SampledFrom([]Time{1, Second, Second / 3, Second / 40}).Draw(r, "scale")}
		l := t.load()
		c := Config{Workload: l, Platforms: []Platform{t.platform()}, Window: t.window(), Key: RunKey{Seed: 7}, general: true, coupled: true}
		if t.bool("plain") {
			c.Platforms[0] = t.plain()
			if t.bool("crowd") {
				t.crowd(l)
			}
		}
		for f := range l.invocations {
			for k := range l.invocations[f] {
				l.invocations[f][k].Attr = uint32(k)
			}
		}
		want, _ := observed(t, c, wants{inits: true, lives: true, activities: true})
		want.level(c.Window.Horizon)
		for _, general := range []bool{false, true} {
			for _, coupled := range []bool{false, true} {
				for _, w := range []wants{{}, {warm: true}, {lives: true}, {warm: true, inits: true, lives: true}, {true, true, true, true}} {
					c.general, c.coupled, c.Pool = general, coupled, NewPool(1+len(want.outcomes)%3)
					got, sum := observed(t, c, w)
					got.level(c.Window.Horizon)
					seen := *want
					if !w.inits {
						seen.inits = nil
					}
					if !w.lives {
						seen.lives = nil
					}
					if !w.activities {
						seen.activities = nil
					}
					if d := seen.diff(got); d != "" {
						t.Fatalf("general %v, coupled %v, workers %d, observer of %+v: want − got +: %s", general, coupled, c.Pool.Workers(), w, d)
					}
					switch {
					case general && sum.plain > 0:
						t.Fatal("the general path was asked for, and the plain one taken")
					case coupled && sum.Shards > 1:
						t.Fatal("one shard was asked for, and there are more")
					}
					taken.plain += sum.plain
					taken.general += sum.Shards - sum.plain
					taken.warm += got.warm
					if c.Platforms[0].Limit.Account > 0 && !coupled && len(l.functions) > 1 {
						if sum.Coupled {
							taken.enforced++
						} else {
							taken.certified++
						}
					}
					taken.left += sum.left
					taken.cold += len(got.inits)
				}
			}
		}
	})
	t.Logf("taken: %+v", taken)
	if s := fmt.Sprintf("%+v", taken); taken.plain*taken.left*taken.general*taken.certified*taken.enforced*taken.warm*taken.cold == 0 {
		t.Errorf("a path was never taken, so that the test tests nothing: %s", s)
	}
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
