package policies

import (
	"testing"

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
