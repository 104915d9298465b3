package simtest

import (
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// Each observer wants just its own records: one more would take its users'
// runs off the kernel's plain path unseen.
func TestObserversWantNoMore(t *testing.T) {
	type wants struct{ lives, activities, inits, warm, shards bool }
	for _, test := range []struct {
		name string
		o    sim.Observer
		want wants
	}{
		{"LifeObserver", &LifeObserver{}, wants{lives: true}},
		{"ActivityObserver", &ActivityObserver{}, wants{lives: true, activities: true}},
		{"FullObserver", &FullObserver{}, wants{lives: true, activities: true, inits: true}},
	} {
		var got wants
		_, got.lives = test.o.(sim.LifeObserver)
		_, got.activities = test.o.(sim.ActivityObserver)
		_, got.inits = test.o.(sim.InitObserver)
		_, got.warm = test.o.(sim.WarmObserver)
		_, got.shards = test.o.(sim.ShardObserver)
		if got != test.want {
			t.Errorf("%s wants %+v, should want %+v", test.name, got, test.want)
		}
	}
}
