package policies

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/coldcurve/coldcurve/sim"
)

// Two stand, and each has a request from 30.5 to 750.5. Utilisation, by the minute that ends:
//
//	60            30 looks of 60 at 1: 0.5
//	120, 180      1
//	240           1, the third above 0.7: ⌈2 × 1 ÷ 0.7⌉ = 3; another begins, ready at 242.5
//	300           2 looks at 1, 58 at 2 of 3: 0.678, neither above 0.7 nor below 0.63
//	360 … 720     2 of 3
//	780           30 looks of 60 at 2 of 3: 0.333, the first below
//	840 … 1560    0
//	1620          0, the fifteenth: ⌈3 × 0 ÷ 0.7⌉ = 0, but two always stand: one goes, of those the one used last
func TestProvisionedTargetTracking(t *testing.T) {
	load := [][2]float64{{30.5, 720}, {30.5, 720}}
	got := prewarmed(t, `{ name = "provisioned-target-tracking", min = 2, max = 10 }`, 2.5, load...)
	wantSpans(t, got, "f0 0-", "f0 0-1620", "f0 240-")
	if len(got.colds()) > 0 {
		t.Errorf("cold: %v, want none", got.colds())
	}
	// Where a silent minute has no measurement, that of 780 is the only one below, and nobody goes.
	got = prewarmed(t, `{ name = "provisioned-target-tracking", min = 2, max = 10, hold_in_silence = true }`, 2.5, load...)
	wantSpans(t, got, "f0 0-", "f0 0-", "f0 240-")
	// Two alarms of other lengths: above at 120, so that ⌈2 ÷ 0.7⌉ = 3; at 180 it is (2 + 58 × ⅔) ÷ 60; below at 780 and 840.
	got = prewarmed(t, `{ name = "provisioned-target-tracking", min = 2, max = 10, out_points = 1, in_points = 2 }`, 2.5, load...)
	wantSpans(t, got, "f0 0-", "f0 0-840", "f0 120-")
}

// Four stand, with a request each from 30.5 to 630.5: at 240 ⌈4 ÷ 0.7⌉ = 6. Two are allocated a minute: the first begins at
// 240, the second at 270, ready at 242.5 and 272.5. The minute to 300 has 2 looks at 1, 30 at 4 of 5 and 28 at 4 of 6:
// 0.744, the fourth above: ⌈6 × 0.744 ÷ 0.7⌉ = 7, and the seventh may begin at once, since 270 is half a minute ago. From
// 360 on it is about 4 of 7. In a cooldown of two minutes nobody is added at 300, and 4 of 6 is not above at 360.
func TestProvisionedAllocation(t *testing.T) {
	load := [][2]float64{{30.5, 600}, {30.5, 600}, {30.5, 600}, {30.5, 600}}
	policy := `{ name = "provisioned-target-tracking", min = 4, max = 10, allocation = 2`
	wantStarts(t, prewarmed(t, policy+` }`, 2.5, load...), 0, 0, 0, 0, 240, 270, 300)
	wantStarts(t, prewarmed(t, policy+`, out_cooldown = "2m" }`, 2.5, load...), 0, 0, 0, 0, 240, 270)
	wantStarts(t, prewarmed(t, `{ name = "provisioned-target-tracking", min = 4, max = 5 }`, 2.5, load...), 0, 0, 0, 0, 240)
	// As fast as it can be: 6,000 a minute are 10 ms each.
	wantStarts(t, prewarmed(t, `{ name = "provisioned-target-tracking", min = 4, max = 6 }`, 2.5, load...), 0, 0, 0, 0, 240, 240.01)
}

// What initialises is not allocated yet. As at first, but a start takes 50.5 s: the minute to 300 has 50 looks at 2 of 2 and 10 at
// 2 of 3, 0.944, the fourth above: ⌈3 × 0.944 ÷ 0.7⌉ = 5, two more. Until 350.5 they are not allocated: 2 of 3 is not above.
func TestProvisionedInitialising(t *testing.T) {
	got := prewarmed(t, `{ name = "provisioned-target-tracking", min = 2, max = 10 }`, 50.5, [2]float64{30.5, 720}, [2]float64{30.5, 720})
	wantStarts(t, got, 0, 0, 240, 300, 300.01)
}

// Ten are allocated, half are busy: the second minute below says ⌈10 × 0.5 ÷ 0.7⌉ = 8 at 2 min. A fifth of 8 would be
// ⌈8 × 0.2 ÷ 0.7⌉ = 3 from 3 min on, but in a cooldown of 5 min only from 7 min on.
func TestProvisionedInCooldown(t *testing.T) {
	p, err := Prewarm(table(t, `{ name = "provisioned-target-tracking", max = 10, in_points = 2, in_cooldown = "5m" }`))
	if err != nil {
		t.Fatal(err)
	}
	policy := p.New(sim.Group{}).(*tracking)
	policy.floor.want, policy.floor.have = 10, 10
	var wanted []int
	for minute, u := range []float64{0.5, 0.5, 0.2, 0.2, 0.2, 0.2, 0.2} {
		policy.looks.add(u)
		now := sim.Time(minute+1) * sim.Minute
		policy.follow(policy.floor.have, now)
		policy.floor.until(now)
		wanted = append(wanted, policy.floor.have)
	}
	if diff := cmp.Diff([]int{10, 8, 8, 8, 8, 8, 3}, wanted); diff != "" {
		t.Errorf("wanted after each minute (−want +got):\n%s", diff)
	}
}

// One stands at first, two from 100 on, none from 300 and every 500 on, one from 500 and every 500 on.
func TestProvisionedSchedule(t *testing.T) {
	got := prewarmed(t, `{ name = "provisioned-schedule", count = 1, times = [
		{ at = "100s", count = 2 }, { at = "300s", every = "500s", count = 0 }, { at = "500s", every = "500s", count = 1 } ] }`, 2,
		[2]float64{50, 1}, [2]float64{400, 1}, [2]float64{600, 1})
	wantSpans(t, got, "f0 0-300", "f0 100-300", "f0 400-403", "f0 500-800", "f0 1000-1300", "f0 1500-1800")
	if diff := cmp.Diff([]float64{400}, got.colds()); diff != "" {
		t.Errorf("cold requests (−want +got):\n%s", diff)
	}
	// What a time 0 says stood before; one a second is allocated; of two at a time the later counts.
	got = prewarmed(t, `{ name = "provisioned-schedule", allocation = 60, times = [
		{ at = "0s", count = 2 }, { at = "10s", count = 7 }, { at = "10s", count = 5 } ] }`, 2)
	wantStarts(t, got, 0, 0, 10, 11, 12)
}

// A tariff is asked about the most that stand.
func TestFloors(t *testing.T) {
	for src, want := range map[string]int{
		`{ name = "provisioned", count = 3 }`:                                                  3,
		`{ name = "provisioned-target-tracking", max = 7 }`:                                    7,
		`{ name = "provisioned-schedule", count = 4, times = [{ at = "1h", count = 2 }] }`:     4,
		`{ name = "provisioned-schedule", times = [{ at = "0s", every = "24h", count = 6 }] }`: 6,
		`{ name = "forecast-ewma", max = 5 }`:                                                  5,
		`{ name = "forecast-holt" }`:                                                           1000,
	} {
		p, err := Prewarm(table(t, src))
		if err != nil {
			t.Fatal(err)
		}
		if f, ok := p.(interface{ Floor() int }); !ok || f.Floor() != want {
			t.Errorf("%s: want a floor of %d", src, want)
		}
	}
}
