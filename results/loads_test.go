package results

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/coldcurve/coldcurve/sim"
)

// from is where the contents of phases came from, bit by bit: 1 + the store, in
// four bits a phase.
func from(image, weights int) sim.Sources {
	return sim.Sources(image)<<(4*sim.PhaseImage) | sim.Sources(weights)<<(4*sim.PhaseWeights)
}

// storing returns the record of starts that loaded as given, by two workers.
func storing(t *testing.T, names []string, lives ...sim.Life) *Replication {
	t.Helper()
	var both [2]*Recorder
	for k := range both {
		r, err := NewRecorder(Config{Window: handWindow, Functions: handFunctions, Stores: names})
		if err != nil {
			t.Fatal(err)
		}
		both[k] = r
	}
	for i, l := range lives {
		if l.Created == 0 {
			l.Created = s(11)
		}
		l.Ready, l.Stopped = l.Created+s(1), l.Created+s(2)
		both[i%2].Lives([]sim.Life{l})
	}
	if err := both[0].Merge(both[1]); err != nil {
		t.Fatal(err)
	}
	return finish(t, both[0])
}

// TestLoads: what was loaded from where, of starts in the window, ahead of
// requests and of later stages too, by whichever worker.
func TestLoads(t *testing.T) {
	r := storing(t, []string{"memory", "registry"},
		sim.Life{Sources: from(1, 2)}, sim.Life{Sources: from(1, 2)}, sim.Life{Sources: from(2, 1)},
		sim.Life{Sources: from(0, 1), Flags: sim.Prewarmed}, sim.Life{Sources: from(0, 2), Flags: sim.Later},
		sim.Life{}, sim.Life{Created: s(1), Sources: from(1, 1)}, // before the window
	)
	want := []Load{{"image", "memory", 2}, {"image", "registry", 1}, {"weights", "memory", 2}, {"weights", "registry", 3}}
	if diff := cmp.Diff(want, r.Loads); diff != "" {
		t.Error(diff)
	}
	if got := loadRatio(r.Loads).Float(); got != 0.5 { // 4 of 8
		t.Errorf("%v of the loads did not come from the registry, want half", got)
	}
	var b bytes.Buffer
	if err := r.Encode(&b); err != nil {
		t.Fatal(err)
	}
	read, err := Decode(&b)
	if err != nil || cmp.Diff(want, read.Loads) != "" {
		t.Errorf("kept and read again: %v, error %v", read.Loads, err)
	}
	one := storing(t, []string{"registry"}, sim.Life{Sources: from(1, 0)})
	if got := loadRatio(one.Loads).Float(); got != 0 {
		t.Errorf("with one store, %v of the loads did not come from it", got)
	}
}

// TestLoadsInTheReport: over the replications of a cell, with a table and a
// column only where anything was loaded.
func TestLoadsInTheReport(t *testing.T) {
	names := []string{"memory", "registry"}
	cell := func(name string, reps ...*Replication) Cell {
		return Cell{Platform: name, Functions: handFunctions, Replications: reps}
	}
	loading := cell("p", storing(t, names, sim.Life{Sources: from(0, 1)}, sim.Life{Sources: from(0, 1)}, sim.Life{Sources: from(0, 2)}),
		storing(t, names, sim.Life{Sources: from(0, 2)}, sim.Life{Sources: from(1, 0)}))
	for _, c := range []struct {
		set    *Set
		want   []reportLoad
		column bool
	}{
		{&Set{Cells: []Cell{loading, cell("q", storing(t, nil, sim.Life{}))}}, []reportLoad{
			{"weights", "memory", "2", 50}, {"weights", "registry", "2", 50}, {"image", "memory", "1", 100}, {"image", "registry", "0", 0},
		}, true},
		{&Set{Cells: []Cell{cell("q", storing(t, nil, sim.Life{}))}}, nil, false},
	} {
		rows, err := c.set.Rows()
		if err != nil {
			t.Fatal(err)
		}
		var got []reportLoad
		for _, l := range c.set.reportStarts(c.set.detailOfCells(rows)) {
			got = append(got, l.Loads...)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("got %v, want %v", got, c.want)
		}
		var csv bytes.Buffer
		if err := c.set.Render(&csv, "csv"); err != nil {
			t.Fatal(err)
		}
		if has := strings.Contains(csv.String(), "load_hit_ratio"); has != c.column {
			t.Errorf("a column of hits: %v, want %v", has, c.column)
		}
	}
}
