package main

import (
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/workloads/hardware/tables"
)

func measurementsDir(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("COLDCURVE_DATA")
	if dir == "" {
		t.Skip("COLDCURVE_DATA does not say where the measurements are")
	}
	return dir
}

func shipped(t *testing.T, name string) *tables.File {
	t.Helper()
	r, err := os.Open(filepath.Join("..", "gpus", name))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	f, err := tables.Read(name, r)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// TestShipped makes the tables anew: what ships is what this command writes.
func TestShipped(t *testing.T) {
	dir := measurementsDir(t)
	for _, s := range sources {
		f, err := s.file(dir, Tolerance)
		if err != nil {
			t.Fatal(err)
		}
		if f.Text() != shipped(t, s.out).Text() {
			t.Errorf("%s is not what is made of the measurements: go run ./workloads/hardware/tabulate", s.out)
		}
	}
	files, err := filepath.Glob("../gpus/*.gz")
	if err != nil || len(files) != len(sources) {
		t.Errorf("%d files ship, of %d sources; %v", len(files), len(sources), err)
	}
}

// TestBound holds every measurement to what ships, by the line between what stayed:
// within the tolerance, and what rounding to four digits adds twice.
func TestBound(t *testing.T) {
	dir := measurementsDir(t)
	const digits = 0.0005
	for _, s := range sources {
		full, err := s.file(dir, 0)
		if err != nil {
			t.Fatal(err)
		}
		f := shipped(t, s.out)
		kept, all := 0, 0
		for i, b := range full.Blocks {
			if b.Name != f.Blocks[i].Name || len(b.Rows) != len(f.Blocks[i].Rows) {
				t.Fatalf("%s: block %q has %d rows, shipped %q has %d", s.out, b.Name, len(b.Rows), f.Blocks[i].Name, len(f.Blocks[i].Rows))
			}
			for j, r := range b.Rows {
				y := f.Blocks[i].Rows[j].Y
				for k, want := range r.Y {
					if math.IsNaN(want) {
						continue
					}
					all++
					if !math.IsNaN(y[k]) {
						kept++
					}
					if got := between(b.X, y, k); math.Abs(got/want-1) > Tolerance+2*digits {
						t.Fatalf("%s, %s %v at %v: %v µs measured, %v from what ships", s.out, b.Name, r.Keys, b.X[k], want, got)
					}
				}
			}
		}
		t.Logf("%s: %d of %d measurements ship", s.out, kept, all)
	}
}

// between returns the value at a point of the axis from what a row has.
func between(x, y []float64, at int) float64 {
	low, high := at, at
	for math.IsNaN(y[low]) {
		low--
	}
	for math.IsNaN(y[high]) {
		high++
	}
	if low == high {
		return y[at]
	}
	return y[low] + (x[at]-x[low])*(y[high]-y[low])/(x[high]-x[low])
}

func TestThin(t *testing.T) {
	n := math.NaN()
	for _, c := range []struct {
		name    string
		x, y    []float64
		want    []float64
		allowed float64
	}{
		{"a straight line: its ends", []float64{1, 2, 3, 4}, []float64{10, 20, 30, 40}, []float64{10, n, n, 40}, 0.03},
		{"a corner stays", []float64{1, 2, 3, 4}, []float64{10, 10, 20, 30}, []float64{10, 10, n, 30}, 0.03},
		{"2 % off goes, within 3 %", []float64{1, 2, 3}, []float64{10, 10.2, 10}, []float64{10, n, 10}, 0.03},
		{"4 % off stays", []float64{1, 2, 3}, []float64{10, 10.4, 10}, []float64{10, 10.4, 10}, 0.03},
		{"what was not measured is no corner", []float64{1, 2, 3, 4}, []float64{10, n, 30, 40}, []float64{10, n, n, 40}, 0.03},
		{"no tolerance keeps what is not straight", []float64{1, 2, 3}, []float64{10, 10.01, 10}, []float64{10, 10.01, 10}, 0},
	} {
		y := slices.Clone(c.y)
		thinRow(c.x, y, c.allowed)
		if !slices.EqualFunc(y, c.want, func(a, b float64) bool { return a == b || math.IsNaN(a) && math.IsNaN(b) }) {
			t.Errorf("%s: %v, want %v", c.name, y, c.want)
		}
	}
}

// TestMeans sees that what was measured twice counts once.
func TestMeans(t *testing.T) {
	m := &measurements{words: [][]string{{"8", "1"}, {"8", "2"}, {"8", "1"}, {"9", "2"}}, us: []float64{1, 5, 3, 7}}
	b, err := m.block("a", []string{"n"}, "m", 1)
	if err != nil {
		t.Fatal(err)
	}
	f := tables.File{Blocks: []tables.Block{*b}}
	if got, want := f.Text(), "block a\nkeys n\naxis m 1 2\n8 : 2 5\n9 : - 7\n"; got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

// TestBadMeasurements sees what is said of a file that is not as it should be.
func TestBadMeasurements(t *testing.T) {
	if err := run("", t.TempDir()); err == nil || !strings.Contains(err.Error(), "COLDCURVE_DATA is not set") {
		t.Errorf("found %v", err)
	}
	if err := run(t.TempDir(), t.TempDir()); err == nil || !strings.Contains(err.Error(), "a100.kernels.gz") {
		t.Errorf("found %v", err)
	}
}
