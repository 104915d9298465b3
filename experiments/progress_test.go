package experiments

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/sim"
)

// TestLeft: at a steady rate, the time that is said to be left is the time that it
// takes from then on, whatever an earlier run has left behind.
func TestLeft(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		clock := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		p := &Progress{Now: func() time.Time { return clock }}
		kept := rapid.Int64Range(0, 1<<40).Draw(t, "kept")
		todo := rapid.Int64Range(1, 1<<40).Draw(t, "todo")
		each := time.Duration(rapid.Int64Range(1, 100).Draw(t, "ns each"))
		p.expected.Store(kept + todo)
		p.seen.Store(kept)
		if _, ok := p.Left(); ok {
			t.Fatal("there is a rate before the run")
		}
		clock = clock.Add(rapid.SampledFrom([]time.Duration{0, time.Hour}).Draw(t, "reading what was kept"))
		p.begin()
		clock = clock.Add(time.Duration(rapid.IntRange(0, 5).Draw(t, "before the first")))
		if _, ok := p.Left(); ok {
			t.Fatal("there is a rate before the first is done")
		}
		clock = *p.began.Load()
		for done := int64(0); done < todo; {
			more := rapid.Int64Range(1, todo-done).Draw(t, "more")
			done += more
			p.seen.Add(more)
			clock = clock.Add(time.Duration(more) * each)
			want := time.Duration(todo-done) * each
			got, ok := p.Left()
			if off := (got - want).Abs(); !ok || off > want/1e9+time.Nanosecond {
				t.Fatalf("%d of %d done: %v left (%v), want %v", done, todo, got, ok, want)
			}
		}
	})
}

// TestLeftOfAll: where an earlier run left all units, nothing is left, at once.
func TestLeftOfAll(t *testing.T) {
	p := new(Progress)
	p.expected.Store(7)
	p.seen.Store(7)
	p.begin()
	if left, ok := p.Left(); left != 0 || !ok {
		t.Errorf("%v left, %v", left, ok)
	}
}

// TestLeftAfterResume: a run goes on with two of four equal units, of which each takes a
// minute of the clock.
func TestLeftAfterResume(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	units := finishedUnits(t, dir)
	remove(t, units[2], units[3])
	p := smallPlan(t)
	f, err := p.openFolder(RunOptions{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	clock := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	progress := &Progress{Now: func() time.Time { return clock }}
	r := &runner{store: f.store, pool: sim.NewPool(1), progress: progress, summaries: map[string]*results.Replication{}}
	todo := r.ready(p.units, f.Partial)
	if done, total := progress.Units(); len(todo) != 2 || done != 2 || total != 4 {
		t.Fatalf("%d of %d units are done, %d to do", done, total, len(todo))
	}
	for i, want := range []time.Duration{time.Minute, 0} {
		clock = clock.Add(time.Minute)
		if err := r.run(context.Background(), todo[i]); err != nil {
			t.Fatal(err)
		}
		if left, ok := progress.Left(); left != want || !ok {
			t.Errorf("after unit %d: %v left (%v), want %v", i+1, left, ok, want)
		}
	}
}
