package experiments

import (
	"context"
	"path/filepath"
	"slices"
	"testing"

	"github.com/coldcurve/coldcurve/results"
)

// leftBy simulates the first n units of a plan into a folder, as a run that
// was killed then; it returns the units' files.
func leftBy(t *testing.T, p *Plan, dir string, n int) []string {
	t.Helper()
	f, err := p.openFolder(RunOptions{Dir: dir, Command: "coldcurve run " + p.Title})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var files []string
	for _, u := range p.units[:n] {
		r := &runner{store: f.store, progress: new(Progress), summaries: map[string]*results.Replication{}}
		if err := r.run(context.Background(), u); err != nil {
			t.Fatal(err)
		}
		files = append(files, f.store.path(u.id))
	}
	return files
}

// unitsIn lists the units in a partial folder.
func unitsIn(t *testing.T, partial string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(partial, "units", "*"))
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// TestUnitsOfAnotherExperiment: a run into the folder of one that was
// interrupted leaves its units, those that both have too; and takes what it can
// use. When all are done nothing is left.
func TestUnitsOfAnotherExperiment(t *testing.T) {
	for _, row := range []struct {
		name, set string
		shared    int // units of the interrupted run that the other has, too
	}{
		{"another seed", "seed=2", 0},
		{"fewer replications", "replications=1", 2},
		{"more replications", "replications=3", 3},
	} {
		t.Run(row.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "out")
			first := smallPlan(t)
			kept := leftBy(t, first, dir, 3)
			other := smallPlan(t, row.set)
			shared := 0
			for _, u := range other.units {
				if slices.Contains(kept, filepath.Join(dir+".partial", "units", u.id)) {
					shared++
				}
			}
			if shared != row.shared {
				t.Fatalf("%d units are shared, want %d: the case tests nothing", shared, row.shared)
			}
			runInto(t, other, dir, 1)
			got := unitsIn(t, dir+".partial")
			for _, file := range kept {
				if !slices.Contains(got, file) {
					t.Errorf("the other run removed %s", file)
				}
			}
			for _, file := range got { // one that both have may have come
				if !slices.ContainsFunc(first.units, func(u *unit) bool { return u.id == filepath.Base(file) }) {
					t.Errorf("the other run left its own %s", file)
				}
			}
			if _, err := first.Run(context.Background(), RunOptions{Dir: dir, Workers: 1, Force: true}); err != nil {
				t.Fatal(err)
			}
			if left, _ := filepath.Glob(dir + "*"); !slices.Equal(left, []string{dir}) {
				t.Errorf("these are left: %q", left)
			}
		})
	}
}

// TestClaimsThatCannotBeRead: they might be for any unit, so that none goes.
func TestClaimsThatCannotBeRead(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	kept := leftBy(t, smallPlan(t), dir, 3)
	write(t, filepath.Join(dir+".partial", "plans", "torn.json"), `{"title":`)
	runInto(t, smallPlan(t), dir, 1)
	if got := unitsIn(t, dir+".partial"); len(got) != 4 || !slices.Contains(got, kept[0]) {
		t.Errorf("these units are there: %q, want all four", got)
	}
}

// TestNothingFinished: a run that was interrupted before its first unit leaves
// nothing, and what another has left stays.
func TestNothingFinished(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	dir := filepath.Join(t.TempDir(), "out")
	stop := func() {
		t.Helper()
		if _, err := smallPlan(t, "seed=9").Run(ctx, RunOptions{Dir: dir, Workers: 1}); err == nil {
			t.Fatal("the run was not interrupted")
		}
	}
	stop()
	if left, _ := filepath.Glob(dir + "*"); len(left) > 0 {
		t.Errorf("these are left: %q", left)
	}
	kept := leftBy(t, smallPlan(t), dir, 2)
	slices.Sort(kept)
	stop()
	if got := unitsIn(t, dir+".partial"); !slices.Equal(got, kept) {
		t.Errorf("these units are there: %q, want %q", got, kept)
	}
	if plans, _ := filepath.Glob(filepath.Join(dir+".partial", "plans", "*")); len(plans) != 1 {
		t.Errorf("these plans are there: %q, want the one with units", plans)
	}
}
