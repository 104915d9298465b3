package policies

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/coldcurve/coldcurve/sim"
)

func rainbowed(t *testing.T, params string, horizon float64, load sim.Workload) *tape {
	t.Helper()
	keep, err := KeepAlive(table(t, `{ name = "rainbowcake", min = "10s", `+params+` }`))
	if err != nil {
		t.Fatal(err)
	}
	return run(t, sim.Config{Workload: load, Window: sim.Window{Horizon: seconds(horizon)}, Platforms: []sim.Platform{{KeepAlive: keep}}})
}

// TestRainbowCake: a timeline of three functions of two runtimes, worked by hand: f0 and
// f1 are of a, f2 of b. A start takes 1 s, 2 s of the runtime and 4 s of the function.
// −ln(1 − 0.8) is 1.60944 and α ÷ (1 − α) is 249, so that β of a function's own layer is
// ⌈249 · 4 ÷ 256⌉ = 4 s, below min, 10 s, which holds then; of a language layer
// ⌈249 · 2 ÷ 32⌉ = 16 s; of a bare one ⌈249 · 1 ÷ 2⌉ = 125 s.
//
//	  0 f0: cold, 7 s; ends at 8, stays 10 s
//	 18 it is one of a: of one arrival, at 0, the mean is 18: ⌈28.97⌉, at most 16 s: 34
//	 20 f1 takes it: 4 s; ends at 25, stays until 35
//	 35 it is one of a until 51 (17.5 · 1.60944 is 28.2)
//	 40 f2: that is of another runtime; cold, 7 s; ends at 48, stays until 58
//	 51 a's is bare: of three arrivals, 51 ÷ 3 = 17, ⌈27.36⌉ = 28 s: until 79
//	 58 f2's is one of b until 74
//	 60 f0: none of a is left; the bare one: 2 + 4 s; ends at 67, stays until 77
//	 70 f2: b's: 4 s; ends at 75, stays until 85
//	 77 f0's is one of a until 93
//	 80 f0 takes it, 4 s, ends at 85, until 95; f1 at once is cold, 7 s, ends at 88, until 98
//	 85 f2's is one of b until 101
//	 95 f0's is one of a until 111, and at 98 f1's until 114
//	101 b's is bare: of the last six arrivals, 20 … 80: 81 ÷ 6 = 13.5, ⌈21.73⌉ = 22 s: 123
//	111 a's first is bare: 91 ÷ 6 = 15.17, ⌈24.41⌉ = 25 s: 136
//	114 a's second is bare: 94 ÷ 6 = 15.67, ⌈25.21⌉ = 26 s: 140
func TestRainbowCake(t *testing.T) {
	got := rainbowed(t, `prewarm = false`, 200, layered("aab", []float64{0, 60, 80}, []float64{20, 80}, []float64{40, 70}))
	if diff := cmp.Diff([]float64{7, 4, 7, 6, 4, 4, 7}, got.waits()); diff != "" {
		t.Errorf("waits − want + got:\n%s", diff)
	}
	want := []string{
		"f0 0-18 256", "f0's dependencies 18-20 32", "f1 from dependencies 20-35 256", "f0's dependencies 35-51 32",
		"f2 40-58 256", "f0's image 51-60 2", "f2's dependencies 58-70 32", "f0 from image 60-77 256",
		"f2 from dependencies 70-85 256", "f0's dependencies 77-80 32", "f0 from dependencies 80-95 256", "f1 80-98 256",
		"f2's dependencies 85-101 32", "f0's dependencies 95-111 32", "f0's dependencies 98-114 32",
		"f0's image 101-123 2", "f0's image 111-136 2", "f0's image 114-140 2",
	}
	if diff := cmp.Diff(want, got.stages()); diff != "" {
		t.Errorf("lives − want + got:\n%s", diff)
	}
}

// A start takes as long as the phases that are left, and is one though none takes any time: of
// requests 15 min apart each finds its function's instance gone on to a layer, and is cold, as
// with no instance at all.
func TestRainbowCakeStartsWithoutTime(t *testing.T) {
	colds, _ := replayed(t, `{ name = "rainbowcake", prewarm = false }`, 60, []float64{0, 15, 30})
	if want := []float64{0, 900, 1800}; !slices.Equal(colds, want) {
		t.Errorf("cold at %v, want %v", colds, want)
	}
}

// TestRainbowCakeAhead: of two arrivals, at 0 and 100, the mean at 100 is 50 s: 81 s later
// each layer that is not there is started.
//
//	  8 f0 has ended; until 18, one of a until 34; bare, 34 · 1.60944 = ⌈54.7⌉ = 55 s: 89
//	100 cold: 107; ended at 108, until 118, one of a until 134, bare: 67 · 1.60944 =
//	    ⌈107.8⌉ = 108 s: 242
//	181 none is idle: one of f0 is started, and ready at 188, until 181 + 10 = 191. None
//	    is of a: one is started, ready at 184, and stays 16 s; then it is bare until after
//	    the end. A bare one is there.
func TestRainbowCakeAhead(t *testing.T) {
	got := rainbowed(t, `prewarm = true`, 240, layered("a", []float64{0, 100}))
	want := []string{
		"f0 0-18 256", "f0's dependencies 18-34 32", "f0's image 34-89 2",
		"f0 100-118 256", "f0's dependencies 118-134 32", "f0's image 134- 2",
		"f0 181-191 256", "f0's dependencies 181-200 32", "f0's image 200- 2",
	}
	if diff := cmp.Diff(want, got.stages()); diff != "" {
		t.Errorf("lives − want + got:\n%s", diff)
	}
}

// A snapshot is a function's own: who restores one goes on from a bare layer at most.
func TestRestoredShareNoRuntime(t *testing.T) {
	load := layered("aa", []float64{0}, []float64{20})
	init := load.Functions()[1].Init
	load.Functions()[1].Init = sim.Init{init[0], {Phase: sim.PhaseRestore, Duration: sim.Constant(sim.Second / 2)}}
	got := rainbowed(t, `prewarm = false`, 100, load)
	// 20: f0's is one of a from 18 to 34: not for f1, which is cold: 1 + 0.5 s.
	if diff := cmp.Diff([]float64{7, 1.5}, got.waits()); diff != "" {
		t.Errorf("waits − want + got:\n%s", diff)
	}
}
