package results

import (
	"math"
	"runtime"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/coldcurve/coldcurve/sim"
)

// handSums is the hand-worked scenario as a recorder of sums saw it.
func handSums(t *testing.T) *Recorder {
	t.Helper()
	r, err := NewSumsRecorder(Config{Window: handWindow, Functions: handFunctions, Concurrency: 1})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestSumsAreThoseOfTheWhole: a recorder of sums finishes what the whole one
// does, but for the series and the peak, which are undefined; and so do two of
// them that are merged.
func TestSumsAreThoseOfTheWhole(t *testing.T) {
	want := handUnit(t)
	want.Bills, want.Series, want.Instances.Peak = nil, Series{}, Ratio{}
	one := handSums(t)
	one.Requests(handRequests())
	one.Lives(handLives())
	requests, lives := handSums(t), handSums(t)
	requests.Requests(handRequests())
	lives.Lives(handLives())
	if err := requests.Merge(lives); err != nil {
		t.Fatal(err)
	}
	for name, r := range map[string]*Recorder{"one": one, "merged": requests} {
		got := finish(t, r)
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(Histogram{})); diff != "" {
			t.Errorf("%s (-whole +sums):\n%s", name, diff)
		}
		if peak := got.Values(nil)[metricIndex("instances_peak")]; !math.IsNaN(peak) {
			t.Errorf("%s: the peak is %v, want none", name, peak)
		}
	}
}

// TestSumsAndWholeDoNotMerge: their curves differ in length.
func TestSumsAndWholeDoNotMerge(t *testing.T) {
	if newRecorder(t, 1).Merge(handSums(t)) == nil || handSums(t).Merge(newRecorder(t, 1)) == nil {
		t.Error("they were merged")
	}
	if _, err := NewSumsRecorder(Config{Window: sim.Window{Warmup: s(1), Horizon: s(1)}}); err == nil {
		t.Error("an empty window was taken")
	}
}

// TestSumsOfALongWindowAreSmall: a year takes what a day does, about 100 kB of
// a series of at most 1,440 buckets; its seconds took 500 MB.
func TestSumsOfALongWindowAreSmall(t *testing.T) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	r, err := NewSumsRecorder(Config{Window: sim.Window{Horizon: 365 * sim.Day}, Functions: handFunctions})
	if err != nil {
		t.Fatal(err)
	}
	r.Lives([]sim.Life{{Created: 0, Ready: s(1), Stopped: 300 * sim.Day}})
	runtime.ReadMemStats(&after)
	if took := after.TotalAlloc - before.TotalAlloc; took > 1<<20 {
		t.Errorf("a year takes %d bytes, want less than 1 MiB", took)
	}
}
