package experiments

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// small is an experiment of four units that take no time.
const small = `title = "small"
replications = 2
[workload]
horizon = "1h"
[[workload.function]]
name = "f"
memory = "512MB"
arrivals = { process = "poisson", rate = "0.2/s" }
service = { dist = "exponential", mean = "1s" }
[[platform]]
name = "p"
preset = "aws-lambda"
[sweep.grid]
"platform.p.keepalive" = [{ label = "1m", name = "fixed", window = "1m" }, { label = "none", name = "none" }]
[output]
plots = []
`

func smallPlan(t *testing.T, sets ...string) *Plan {
	t.Helper()
	e, err := Parse("small.toml", []byte(small), sets...)
	if err != nil {
		t.Fatal(err)
	}
	p, err := Prepare(context.Background(), e, Env{})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestResume: whatever state a killed run left its folders in, the same command
// gives the same bytes, and leaves nothing beside them.
func TestResume(t *testing.T) {
	whole := runInto(t, smallPlan(t), filepath.Join(t.TempDir(), "whole"), 1)
	finished := t.TempDir()
	finishedUnits(t, filepath.Join(finished, "out"))
	for _, row := range []struct {
		name string
		// left makes the state, from the units of a whole run and its folder.
		left func(t *testing.T, partial, dir string, units []string)
	}{
		{"nothing", func(t *testing.T, partial, dir string, units []string) {
			remove(t, partial, dir)
		}},
		{"all units, and no folder yet", func(t *testing.T, partial, dir string, units []string) {
			remove(t, dir)
		}},
		{"a unit that was being written", func(t *testing.T, partial, dir string, units []string) {
			remove(t, dir, units[0])
			write(t, filepath.Join(partial, "units", ".writing-123"), "coldcurve-unit 1 half of")
		}},
		{"a unit cut off, as by a full disk", func(t *testing.T, partial, dir string, units []string) {
			remove(t, dir)
			data := read(t, units[1])
			write(t, units[1], data[:len(data)/2])
		}},
		{"a unit with a flipped bit", func(t *testing.T, partial, dir string, units []string) {
			remove(t, dir)
			data := []byte(read(t, units[1]))
			data[len(data)-20] ^= 4
			write(t, units[1], string(data))
		}},
		{"a unit that is empty", func(t *testing.T, partial, dir string, units []string) {
			remove(t, dir)
			write(t, units[0], "")
		}},
		{"a unit under the name of another", func(t *testing.T, partial, dir string, units []string) {
			remove(t, dir)
			write(t, units[0], read(t, units[1]))
		}},
		{"a folder half written", func(t *testing.T, partial, dir string, units []string) {
			remove(t, dir)
			if err := os.Mkdir(filepath.Join(partial, "folder"), 0o777); err != nil {
				t.Fatal(err)
			}
			write(t, filepath.Join(partial, "folder", "cells.csv"), "half")
		}},
		{"the old folder put aside, the new one not in place", func(t *testing.T, partial, dir string, units []string) {
			if err := os.Rename(dir, filepath.Join(partial, "old")); err != nil {
				t.Fatal(err)
			}
		}},
		{"the new folder in place, the partial one not removed", func(t *testing.T, partial, dir string, units []string) {}},
	} {
		t.Run(row.name, func(t *testing.T) {
			copied := t.TempDir()
			if err := os.CopyFS(copied, os.DirFS(finished)); err != nil {
				t.Fatal(err)
			}
			dir := filepath.Join(copied, "out")
			units := unitFiles(t, dir+".partial")
			row.left(t, dir+".partial", dir, units)
			got := runInto(t, smallPlan(t), dir, 2)
			if diff := cmp.Diff(whole, got); diff != "" {
				t.Errorf("(-whole +resumed):\n%s", diff)
			}
			if _, err := os.Stat(dir + ".partial"); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("the partial folder is left: %v", err)
			}
		})
	}
}

// finishedUnits makes the partial folder of a run whose units are all done,
// and its result folder; it returns the units' files.
func finishedUnits(t *testing.T, dir string) []string {
	t.Helper()
	p := smallPlan(t)
	runInto(t, p, dir, 1)
	f, err := p.openFolder(RunOptions{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := p.runUnits(context.Background(), f, RunOptions{Workers: 1, Progress: new(Progress)}); err != nil {
		t.Fatal(err)
	}
	return unitFiles(t, f.Partial)
}

// unitFiles returns the files of the four units in a partial folder.
func unitFiles(t *testing.T, partial string) []string {
	t.Helper()
	units, err := filepath.Glob(filepath.Join(partial, "units", "*"))
	if err != nil || len(units) != 4 {
		t.Fatalf("%d units, %v; want 4", len(units), err)
	}
	return units
}

// TestKeepsUnits: a unit that is whole is not simulated again.
func TestKeepsUnits(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	units := finishedUnits(t, dir)
	old := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, u := range units {
		if err := os.Chtimes(u, old, old); err != nil {
			t.Fatal(err)
		}
	}
	remove(t, units[2])
	p := smallPlan(t)
	f, err := p.openFolder(RunOptions{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.runUnits(context.Background(), f, RunOptions{Workers: 2, Progress: new(Progress)}); err != nil {
		t.Fatal(err)
	}
	for _, u := range units {
		info, err := os.Stat(u)
		if err != nil {
			t.Fatal(err)
		}
		if again := !info.ModTime().Equal(old); again != (u == units[2]) {
			t.Errorf("unit %s made again: %v", filepath.Base(u), again)
		}
	}
}

// TestOtherBuild: a unit of another build of the program is not taken, since a
// policy may have changed without a new model version.
func TestOtherBuild(t *testing.T) {
	s := store{dir: t.TempDir(), build: "one"}
	p := smallPlan(t)
	u := p.units[0]
	rep, err := u.simulate(context.Background(), nil, new(Progress).start(u))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.save(u.id, rep); err != nil {
		t.Fatal(err)
	}
	if _, err := s.summary(u.id); err != nil {
		t.Errorf("the unit is not there: %v", err)
	}
	if _, err := (store{s.dir, "two"}).summary(u.id); !errors.Is(err, errDamaged) {
		t.Errorf("another build takes the unit: %v", err)
	}
}

// TestOutputFolder: what a run may replace.
func TestOutputFolder(t *testing.T) {
	for _, row := range []struct {
		name  string
		there func(t *testing.T, dir string)
		force bool
		want  string // of the message, after the folder's name; empty: it may
	}{
		{"nothing", func(t *testing.T, dir string) {}, false, ""},
		{"an empty folder", func(t *testing.T, dir string) { mkdir(t, dir) }, false, ""},
		{"the same experiment", func(t *testing.T, dir string) { runInto(t, smallPlan(t), dir, 1) }, false, ""},
		{"another experiment", func(t *testing.T, dir string) { runInto(t, smallPlan(t, "seed=2"), dir, 1) }, false,
			" holds the results of another experiment, \"small\":\n  seed: 2 → 1\nchoose another with -o, or replace it with --force"},
		{"keys of another experiment", func(t *testing.T, dir string) {
			runInto(t, smallPlan(t, "platform.p.limit.account=7", "workload.function.f.memory=1GB", "replications=1"), dir, 1)
		}, false, " holds the results of another experiment, \"small\":\n  replications: 1 → 2\n  workload.function.f.memory: \"1GB\" → \"512MB\"\n" +
			"  platform.p.limit.account: 7 → 1000\nchoose another with -o, or replace it with --force"},
		{"a folder whose experiment is damaged", func(t *testing.T, dir string) {
			runInto(t, smallPlan(t, "seed=2", "platform.p.limit.account=7"), dir, 1)
			write(t, filepath.Join(dir, "experiment.toml"), "seed = 3")
		}, false, " holds the results of another experiment, \"small\":\n  seed: 2 → 1\n  experiment.toml: damaged: its keys cannot be told → kept\n  experiment hash: "},
		{"another experiment, by force", func(t *testing.T, dir string) { runInto(t, smallPlan(t, "seed=2"), dir, 1) }, true, ""},
		{"somebody's files", func(t *testing.T, dir string) { mkdir(t, dir); write(t, filepath.Join(dir, "thesis.tex"), "x") }, false,
			" is there and is no result folder"},
		{"somebody's files, by force", func(t *testing.T, dir string) { mkdir(t, dir); write(t, filepath.Join(dir, "thesis.tex"), "x") }, true,
			" is there and is no result folder"},
		{"somebody's manifest, by force", func(t *testing.T, dir string) {
			mkdir(t, dir)
			write(t, filepath.Join(dir, "manifest.json"), `{"name": "app"}`)
		}, true, " is there, and of its manifest.json: it is damaged, changed or no manifest of ours: its content does not have the digest that its last line states; choose another with -o"},
	} {
		t.Run(row.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "out")
			row.there(t, dir)
			_, err := smallPlan(t).Run(context.Background(), RunOptions{Dir: dir, Workers: 1, Force: row.force})
			if row.want == "" {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			var input *InputError
			if !errors.As(err, &input) {
				t.Fatalf("got %v, want an InputError", err)
			}
			if want := "output folder " + dir + row.want; len(err.Error()) < len(want) || err.Error()[:len(want)] != want {
				t.Errorf("got %q, want it to begin with %q", err, want)
			}
		})
	}
}

func remove(t *testing.T, paths ...string) {
	t.Helper()
	for _, p := range paths {
		if err := os.RemoveAll(p); err != nil {
			t.Fatal(err)
		}
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func mkdir(t *testing.T, dir string) {
	t.Helper()
	if err := os.Mkdir(dir, 0o777); err != nil {
		t.Fatal(err)
	}
}
