package policies

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/simtest"
)

// layered is a load of functions of 256 MiB. An initialisation takes 1 s for the sandbox,
// 2 s for the runtime and 4 s for the function's own set-up; a request 1 s.
func layered(runtimes string, arrivals ...[]float64) *simtest.Load {
	l := &simtest.Load{}
	for f, times := range arrivals {
		var requests []sim.Invocation
		for _, t := range times {
			requests = append(requests, sim.Invocation{Arrival: seconds(t), Service: sim.Second, Function: uint32(f)})
		}
		l.Add(sim.Function{Name: fmt.Sprint("f", f), Memory: 256, Runtime: runtimes[f : f+1], Init: sim.Init{
			{Phase: sim.PhaseSandbox, Duration: sim.Constant(sim.Second)},
			{Phase: sim.PhaseRuntime, Duration: sim.Constant(2 * sim.Second)},
			{Phase: sim.PhaseDependencies, Duration: sim.Constant(4 * sim.Second)},
		}}, requests)
	}
	return l
}

// stages lists the lives as "function stage created-stopped MiB", a shared one by the
// phase that it goes on from; a life that the run's end cut has no end.
func (t *tape) stages() (list []string) {
	for _, l := range t.Lives {
		who := fmt.Sprintf("f%d", l.Deployment)
		if l.Stage == sim.Shared {
			who = fmt.Sprintf("f%d's %v", l.Deployment, l.Layer)
		} else if l.Layer > 0 {
			who += fmt.Sprintf(" from %v", l.Layer)
		}
		stop := fmt.Sprint(float64(l.Stopped) / 1e9)
		if l.Flags&sim.Live != 0 {
			stop = ""
		}
		list = append(list, fmt.Sprintf("%s %v-%s %d", who, float64(l.Created)/1e9, stop, l.Memory))
	}
	return list
}

// waits lists how long each request waited, in seconds, in the order of arrival.
func (t *tape) waits() (list []float64) {
	for _, o := range t.Requests {
		list = append(list, float64(o.Start-o.Arrival)/1e9)
	}
	return list
}

// TestStemCells: a timeline of OpenWhisk's pool, worked by hand. Functions f0 and f1 are
// of runtime a, f2 of b, which has no cells. Nothing is kept once it is idle, so that
// every request starts an instance. Checks are at 600 s, 1200 s and 1800 s, since there
// is no jitter; a cell stays for 120 s, and then until the next check.
//
//	   0 two cells stand, ready: their time ends at 120, so the check at 600 removes them
//	 100 f0: takes one, 4 s to go; another is begun, ready at 103, to go at 600 too
//	 105 f0 has ended (100 + 4 + 1)
//	 200 f2: cold, 7 s: of runtime b, so that it counts for no cell; ends at 208
//	 300 f0, f1 at once: each takes one; two are begun, ready at 303
//	 301 f1: none is ready; cold, 7 s, ends at 309; counted
//	 302 f0: cold as well, ends at 310; counted
//	 303 two are ready again: their time ends at 423
//	 500 f1: takes one, begins another, ready at 503; its time ends at 623, after the check
//	     of 600: it goes at 1200
//	 600 check: one of the two is gone (423), the other (623) stays; two cold starts ask
//	     for max(1, 2 ÷ 1 × 1) = 2: one is started, ready at 603, its time ends at 723: 1200
//	1200 check: both are gone. No cold start since: min, 1, is started, ready at 1203; its
//	     time ends at 1323, so that it goes at 1800
//	1300 f0 takes it, another is begun, ready at 1303, goes at 1800
//	1301 f0, f0, f0, f0, f0 five times: cold, counted, ends at 1309
//	1800 check: the one is gone; five ask for min(max(1, 5), 4) = 4, which stay to the end
func TestStemCells(t *testing.T) {
	pool, err := Pool(table(t, `{ name = "stem-cells", jitter = "0s", cells = [{ runtime = "a", memory = "256MB" }] }`))
	if err != nil {
		t.Fatal(err)
	}
	load := layered("aab", []float64{100, 300, 302, 1300, 1301, 1301, 1301, 1301, 1301}, []float64{300, 301, 500}, []float64{200})
	c := sim.Config{
		Workload: load, Window: sim.Window{Horizon: 1900 * sim.Second},
		Platforms: []sim.Platform{{KeepAlive: NoKeepAlive{}, Pool: pool}},
	}
	got := run(t, c)
	// In the order of arrival, at one time of the function.
	if diff := cmp.Diff([]float64{4, 7, 4, 4, 7, 7, 4, 4, 7, 7, 7, 7, 7}, got.waits()); diff != "" {
		t.Errorf("waits − want + got:\n%s", diff)
	}
	want := []string{
		"f0's dependencies 0-100 256", "f0's dependencies 0-300 256",
		"f0 from dependencies 100-105 256", "f0's dependencies 100-300 256",
		"f2 200-208 256",
		"f0 from dependencies 300-305 256", "f0's dependencies 300-500 256", "f0's dependencies 300-600 256", "f1 from dependencies 300-305 256",
		"f1 301-309 256", "f0 302-310 256",
		"f0's dependencies 500-1200 256", "f1 from dependencies 500-505 256",
		"f0's dependencies 600-1200 256",
		"f0's dependencies 1200-1300 256",
		"f0 from dependencies 1300-1305 256", "f0's dependencies 1300-1800 256",
		"f0 1301-1309 256", "f0 1301-1309 256", "f0 1301-1309 256", "f0 1301-1309 256", "f0 1301-1309 256",
		"f0's dependencies 1800- 256", "f0's dependencies 1800- 256", "f0's dependencies 1800- 256", "f0's dependencies 1800- 256",
	}
	if diff := cmp.Diff(want, got.stages()); diff != "" {
		t.Errorf("lives − want + got:\n%s", diff)
	}
}

// The largest cell is found wherever it stands.
func TestLargestStemCell(t *testing.T) {
	for _, sizes := range [][]string{{"2GB", "512MB", "1GB"}, {"512MB", "2GB", "1GB"}, {"512MB", "1GB", "2GB"}, {"2GB"}} {
		cells := make([]string, len(sizes))
		for i, size := range sizes {
			cells[i] = `{ memory = "` + size + `" }`
		}
		pool, err := Pool(table(t, `{ name = "stem-cells", cells = [`+strings.Join(cells, ", ")+`] }`))
		if err != nil {
			t.Fatal(err)
		}
		if mib := pool.(interface{ Largest() int64 }).Largest(); mib != 2048 {
			t.Errorf("of %v the largest has %d MiB, want 2048", sizes, mib)
		}
	}
}
