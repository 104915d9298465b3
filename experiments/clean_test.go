package experiments

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/coldcurve/coldcurve/internal/folder"
)

// TestLeftovers: what is left is listed by run, and removed, but for what is in
// use and what no run wrote.
func TestLeftovers(t *testing.T) {
	at := t.TempDir()
	first, other := smallPlan(t), smallPlan(t, "seed=2")
	leftBy(t, first, filepath.Join(at, "out"), 3)
	leftBy(t, other, filepath.Join(at, "out"), 1)
	write(t, filepath.Join(at, "out.partial", plansName, strings.Repeat("0", 64)+".json"), "damaged")
	mkdir(t, filepath.Join(at, "here"))
	mkdir(t, filepath.Join(at, "here", ".coldcurve.partial"))
	leftBy(t, first, filepath.Join(at, "here"), 2)
	stray := leftBy(t, first, filepath.Join(at, "stray"), 2)
	remove(t, filepath.Join(at, "stray.partial", plansName))
	held := leftBy(t, first, filepath.Join(at, "busy"), 1)
	busy, err := first.openFolder(RunOptions{Dir: filepath.Join(at, "busy")})
	if err != nil {
		t.Fatal(err)
	}
	mkdir(t, filepath.Join(at, "film.partial"))
	write(t, filepath.Join(at, "film.partial", "film.mkv"), "x")

	left, err := Leftovers(at)
	if err != nil {
		t.Fatal(err)
	}
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	plan := func(done int) LeftPlan {
		return LeftPlan{Title: "small", Experiment: "small.toml", Command: "coldcurve run small", Folder: here, Done: done, Total: 4}
	}
	var got []Leftover
	for _, l := range left {
		if l.Bytes <= 0 {
			t.Errorf("%s has %d bytes", l.Dir, l.Bytes)
		}
		l.Dir, l.Bytes = filepath.Base(filepath.Dir(l.Dir))+"/"+filepath.Base(l.Dir), 0
		got = append(got, l)
	}
	base := filepath.Base(at)
	want := []Leftover{
		{Dir: base + "/busy.partial", InUse: true, Plans: []LeftPlan{{Title: "small", Experiment: "small.toml", Folder: here, Done: 1, Total: 4}}},
		{Dir: "here/.coldcurve.partial", Plans: []LeftPlan{plan(2)}},
		{Dir: base + "/out.partial", Plans: []LeftPlan{plan(1), plan(3)}},
		{Dir: base + "/stray.partial", Stray: len(stray)},
	}
	if diff := cmp.Diff(want, got, cmp.Transformer("sorted", func(p []LeftPlan) map[int]LeftPlan {
		m := map[int]LeftPlan{}
		for _, x := range p {
			m[x.Done] = x
		}
		return m
	})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if one, err := Leftovers(filepath.Join(at, "out")); err != nil || len(one) != 1 || one[0].Dir != filepath.Join(at, "out.partial") {
		t.Errorf("of one folder: %v, %v", one, err)
	}

	write(t, filepath.Join(at, "stray.partial", unitsName, "thesis.txt"), "x")
	for i := range left {
		err := left[i].Remove()
		var used *folder.InUse
		switch filepath.Base(left[i].Dir) {
		case "busy.partial":
			if !errors.As(err, &used) {
				t.Errorf("in use: got %v", err)
			}
		case "stray.partial":
			if err == nil {
				t.Error("the user's file was removed")
			}
		default:
			if _, gone := os.Stat(left[i].Dir); err != nil || !errors.Is(gone, os.ErrNotExist) {
				t.Errorf("%s: %v, %v", left[i].Dir, err, gone)
			}
		}
	}
	for _, path := range []string{held[0], filepath.Join(at, "stray.partial", unitsName, "thesis.txt"), filepath.Join(at, "film.partial", "film.mkv")} {
		if _, err := os.Stat(path); err != nil {
			t.Error(err)
		}
	}
	if err := busy.Close(); err != nil {
		t.Error(err)
	}
}
