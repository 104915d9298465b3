package policies

import (
	"testing"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/servers"
)

// One request is there all the time, a second from 10 on: with 4 slots an instance and a target of 0.6 there is room for
// 2.4. At 40 there come eight more, ten in all, for 200 s. The first instance has two free slots, six wait:
// ⌈6 ÷ 4⌉ = 2 start on demand, at 40.
//   - The average of a minute at 45 is (10 × 1 + 30 × 2 + 5 × 10) ÷ 45 = 2.67: ⌈2.67 ÷ 2.4⌉ = 2 of the three that are there.
//   - 60: (10 + 60 + 200) ÷ 60 = 4.5: two. 75: since 15 (25 × 2 + 35 × 10) ÷ 60 = 6.7: three.
//   - 80: (20 × 2 + 40 × 10) ÷ 60 = 7.33, ⌈3.06⌉: four. One starts.
//   - 95: (5 × 2 + 55 × 10) ÷ 60 = 9.33, ⌈3.89⌉: four; 100: 10, ⌈4.17⌉: five. One starts.
func TestCloudRunConcurrency(t *testing.T) {
	p := sim.Platform{Concurrency: 4, Reuse: sim.LeastLoaded, Init: initOf(1), KeepAlive: Forever{}}
	requests := append([][2]float64{{0, 300}, {10, 300}}, times(8, 40, 200)...)
	wantStarts(t, scaled(t, `{ name = "cloud-run" }`, p, requests...), 0, 40, 40, 80, 100)
}

// The same requests with CPU for a tenth of their time, of one vCPU: 0.1 of each. The concurrency of 20 is never short, 10 ÷ 12.
// When they are ten they use all of it: at 75 the minute since 15 has 25 × 0.2 + 35 × 1 = 40 of 60 s, ⌈0.667 ÷ 0.6⌉ = 2;
// at 70 it has 30 × 0.2 + 30 = 36: one. With two, on whom nothing new comes, it stays at 1: two.
func TestCloudRunCPU(t *testing.T) {
	p := sim.Platform{Concurrency: 20, Reuse: sim.LeastLoaded, KeepAlive: Forever{}, Server: servers.Shared{MilliCPU: 1000, MilliShare: 100}, Init: sim.Init{}}
	requests := append([][2]float64{{0, 300}, {10, 300}}, times(8, 40, 200)...)
	got := scaled(t, `{ name = "cloud-run" }`, p, requests...)
	wantStarts(t, got, 0, 75)
}

// The fifth instance of TestCloudRunConcurrency, of 100, is ready at 101 and gets no request. It is wanted until the average is below
// 9.6: at 245 it is (55 × 10 + 5 × 2) ÷ 60 = 9.33. So a keep-alive of 30 s does not stop it before, and
// it goes then. Where the eight end at 102, at 105 it is (57 × 10 + 3 × 2) ÷ 60 = 9.6, four: it is wanted no more, and goes by its
// keep-alive of 5 min, 300 s after it was ready.
func TestCloudRunKeepsWhoIsWanted(t *testing.T) {
	for _, test := range []struct {
		service, keep, want float64
	}{{200, 30, 245}, {62, 300, 401}} {
		p := sim.Platform{Concurrency: 4, Reuse: sim.LeastLoaded, Init: initOf(1), KeepAlive: Fixed{Window: spec.Duration(seconds(test.keep))}}
		requests := append([][2]float64{{0, 300}, {10, 300}}, times(8, 40, test.service)...)
		got := scaled(t, `{ name = "cloud-run" }`, p, requests...)
		for _, l := range got.Lives {
			if l.Created == seconds(100) && l.Stopped != seconds(test.want) {
				t.Errorf("with a keep-alive of %v s the fifth stops at %v, want %v", test.keep, float64(l.Stopped)/1e9, test.want)
			}
		}
		if len(got.Lives) < 5 {
			t.Errorf("%d instances, want five: %v", len(got.Lives), got.spans())
		}
	}
}

// One vCPU, all of which each request uses, 10 s at 0 and some at 1000, when nothing has been there for long: a minute
// before 1040 has 36 s of use of 60, ⌈0.6 ÷ 0.6⌉ = 1, or 38 s, ⌈0.633 ÷ 0.6⌉ = 2, which are wanted from then on. Of the
// 10 s, over the first minute too, one is wanted, though all of the time so far was used.
func TestCloudRunAfterNothing(t *testing.T) {
	p := sim.Platform{Concurrency: 20, KeepAlive: Fixed{Window: 30e9}, Server: servers.Shared{MilliCPU: 1000, MilliShare: 1000}, Init: sim.Init{}}
	wantStarts(t, scaled(t, `{ name = "cloud-run" }`, p, [2]float64{0, 10}, [2]float64{1000, 36}), 0, 1000)
	wantStarts(t, scaled(t, `{ name = "cloud-run" }`, p, [2]float64{0, 10}, [2]float64{1000, 38}), 0, 1000, 1040)
}
