package flows

import (
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// Arrivals end at 10 s, and an answer takes 3 s and the gateway's 10 ms. Of requests at
// 1, 2, 6.9, 7 and 9 s the first is before the window. The answers of the others are at
// 5.01, 9.91, 10.01 and 12.01 s: two of them are late. A window that ends a little later,
// when the third is answered, is over then too.
func TestAnswersAfterTheWindow(t *testing.T) {
	at := []sim.Time{second, 2 * second, 6900 * ms, 7 * second, 9 * second}
	for horizon, want := range map[sim.Time]uint64{10 * second: 2, 10010 * ms: 2, 10011 * ms: 1} {
		b := newBuilder(horizon)
		b.g.Warmup = 1500 * ms
		b.gateway(b.calls("api", b.function("f", after(3*second))), nil)
		tally, _ := b.runAll(t, config{arrivals: [][]sim.Time{at}})
		if n := tally.Triggers[0]; n.Late != want || n.Outside.Done != 4 {
			t.Errorf("horizon %d: %d of %d answers are late, want %d of 4", horizon, n.Late, n.Outside.Done, want)
		}
	}
}

// What fails after the window, or has never ended, is no late answer.
func TestLateAreDone(t *testing.T) {
	b := newBuilder(10 * second)
	b.gateway(b.calls("api", b.fails("f", after(3*second))), nil)
	tally, _ := b.runAll(t, config{arrivals: [][]sim.Time{{9 * second}}})
	if n := tally.Triggers[0]; n.Late != 0 || n.Outside.Failed != 1 {
		t.Errorf("%+v", n)
	}
	a := newActor(&b.g, sim.RunKey{})
	a.came(&a.counts.triggers[0], &lineage{trigger: 0, counted: true}, came{arrived: 9 * second, ended: 11 * second, fate: unfinished})
	if n := a.counts.triggers[0]; n.Late != 0 {
		t.Errorf("%d are late, want none", n.Late)
	}
}
