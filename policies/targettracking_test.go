package policies

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/servers"
)

// component is an endpoint of inference components: whoever finds no instance in service
// is turned away, an instance takes 300 s to come into service and then any number.
func component() sim.Platform {
	return sim.Platform{Concurrency: 1000, Reuse: sim.LeastLoaded, Init: initOf(300), Limit: sim.Limit{QueueWait: sim.Millisecond}}
}

// The request of 0 is turned away, and so is that of 200. The alarm of the minute adds an instance
// at 60, in service at 360, which serves the request of 370. Each minute that ends from 360
// on has a measurement below 63: that of 1200 is the fifteenth, and says 0, so the
// instance goes then, 20 minutes after the request that woke it, and 14 after the one
// that it served. With the 12 minutes that SageMaker takes to give it back, it
// is billed until 1920: 32 minutes after the first request.
func TestSageMakerWakes(t *testing.T) {
	load := [][2]float64{{0, 10}, {200, 10}, {370, 10}}
	got := scaled(t, `{ name = "target-tracking", target = 70 }`, component(), load...)
	wantSpans(t, got, "f0 60-1200")
	var statuses []sim.Status
	for _, r := range got.Requests {
		statuses = append(statuses, r.Status)
	}
	if diff := cmp.Diff([]sim.Status{sim.Rejected, sim.Rejected, sim.Completed}, statuses); diff != "" {
		t.Errorf("−want +got:\n%s", diff)
	}
	got = scaled(t, `{ name = "target-tracking", target = 70, release = "12m" }`, component(), load...)
	wantSpans(t, got, "f0 60-1920")
}

// Five requests an hour do not hold it: each minute is below 63, also those with a request. That of 0 is
// turned away and wakes it, that of 720 is served, and the fifteenth minute from 360 on ends at 1200; so that
// that of 1440 finds none, and is the next that wakes it. With a target of 1 a minute with a request is not
// below 0.9, and fifteen in a row that are end only at 1680, when they began at 840; those of 1440 and 2160 begin them anew, from 2280 on to 3120.
func TestSageMakerIsNotHeldBySparseRequests(t *testing.T) {
	load := [][2]float64{{0, 10}, {720.5, 10}, {1440.5, 10}, {2160.5, 10}}
	got := scaled(t, `{ name = "target-tracking", target = 70 }`, component(), load...)
	wantSpans(t, got, "f0 60-1200", "f0 1500-2640")
	got = scaled(t, `{ name = "target-tracking", target = 1 }`, component(), load...)
	wantSpans(t, got, "f0 60-3120")
}

// The alarm from zero looks every seven minutes, at 420, 840, 1260 … The instance of 420 is in service at 720 and has one
// slot: the second of the two requests of 1300 is turned away, though one is in service, which is not what that alarm
// counts. The fifteenth minute below is that of 1560, and nobody is there from then on.
func TestFromZeroCountsWhoFoundNoneInService(t *testing.T) {
	p := component()
	p.Concurrency = 1
	got := scaled(t, `{ name = "target-tracking", target = 70, from_zero = "7m" }`, p, [2]float64{0, 10}, [2]float64{1300, 10}, [2]float64{1301, 10})
	wantSpans(t, got, "f0 420-1560")
	if n := len(slices.DeleteFunc(got.Requests, func(r sim.Outcome) bool { return r.Status != sim.Rejected })); n != 2 {
		t.Errorf("%d are turned away, want those of 0 and 1301", n)
	}
	// Every ten minutes, and one measurement below takes an instance away: that of 600 is in service at 900, and goes
	// then. The request of 700 found it initialising, so that another is added at 1200, which goes at 1500.
	got = scaled(t, `{ name = "target-tracking", target = 70, from_zero = "10m", in_points = 1 }`, component(), [2]float64{0, 10}, [2]float64{700, 10})
	wantSpans(t, got, "f0 600-900", "f0 1200-1500")
}

// As long as somebody asks once a minute, one instance is wanted: ⌈1 ÷ 70⌉. The last
// request is that of 1210, and the minute after it, to 1320, is the first with none.
func TestSageMakerStaysWhileAsked(t *testing.T) {
	load := [][2]float64{{0, 1}}
	for i := range 15 {
		load = append(load, [2]float64{370 + 60*float64(i), 1})
	}
	wantSpans(t, scaled(t, `{ name = "target-tracking", target = 70 }`, component(), load...), "f0 60-1320")
}

// One that always stands, and from 65 to 900 two requests a second of 1 s each, 120 a minute. The
// minutes that end at 120 (110 of them), 180 and 240 are above 70: ⌈120 ÷ 70⌉ = 2. The second is in
// service at 540; then it is 60 a minute each, below 63: the minutes that end at 540 … 1380 are 15,
// but ⌈120 ÷ 70⌉ are two until 900, and none at 1380, when one goes, since the other always stands.
func TestSageMakerTargetTracking(t *testing.T) {
	var load [][2]float64
	for at := 65.0; at < 900; at += 0.5 {
		load = append(load, [2]float64{at, 1})
	}
	p := component()
	p.Prewarm = Provisioned{Count: 1}
	wantSpans(t, scaled(t, `{ name = "target-tracking", target = 70 }`, p, load...), "f0 0-", "f0 240-1380")
	// Two requests run at the same time. High-resolution metrics of 10 s: from 70 on 2 > 1.5, at 100
	// the third: ⌈2 ÷ 1.5⌉ = 2. In service at 400, they have one each, below 1.35; 90 measurements from that of
	// 400 on end at 1290.
	got := scaled(t, `{ name = "target-tracking", metric = "concurrency", target = 1.5, period = "10s", in_points = 90 }`, p, load...)
	wantSpans(t, got, "f0 0-", "f0 100-1290")
}

// 200 a minute until 600: the minutes that end at 60, 120 and 180 are above 70, ⌈200 ÷ 70⌉ = 3: two start
// at 180, in service at 210. Then 100 a minute until 1500, 33 each, below 63 from the minute that ends at
// 660 on; that of 1500 is the fifteenth, ⌈100 ÷ 70⌉ = 2, one goes. Then 60 a minute: at 1560 it is ⌈60 ÷ 70⌉ = 1, but
// for 300 s nobody goes, until 1800.
func TestSageMakerCooldown(t *testing.T) {
	var load [][2]float64
	for _, part := range [][3]float64{{0.25, 600, 0.3}, {600.25, 1500, 0.6}, {1500.25, 2500, 1}} {
		for at := part[0]; at < part[1]; at += part[2] {
			load = append(load, [2]float64{at, 0.1})
		}
	}
	p := component()
	p.Init, p.Prewarm = initOf(30), Provisioned{Count: 1}
	wantSpans(t, scaled(t, `{ name = "target-tracking", target = 70 }`, p, load...), "f0 0-", "f0 180-1500", "f0 180-1800")
	wantSpans(t, scaled(t, `{ name = "target-tracking", target = 70, in_cooldown = "0s" }`, p, load...), "f0 0-", "f0 180-1500", "f0 180-1560")
}

// Two requests a second from 65 on are 120 a minute, in halves of one as well: those that end at
// 90 (100 a minute), 120 and 150 are above 70.
func TestSageMakerInvocationsAreAMinute(t *testing.T) {
	var load [][2]float64
	for at := 65.0; at < 300; at += 0.5 {
		load = append(load, [2]float64{at, 1})
	}
	p := component()
	p.Prewarm = Provisioned{Count: 1}
	wantStarts(t, scaled(t, `{ name = "target-tracking", target = 70, period = "30s", in_points = 90 }`, p, load...), 0, 150)
}

// As above one is to go at 1380, and to be given back at 2100. From 1500 to 2500 there are 200 a minute, 100 each: the
// minutes that end at 1560, 1620 and 1680 ask for ⌈200 ÷ 70⌉ = 3. One more starts, and nobody goes: three
// have 66.7 each until 2500, and the fifteenth minute below, at 3360, lets them go after the hour's end.
func TestSageMakerStaysWhenMoreAreWanted(t *testing.T) {
	var load [][2]float64
	for _, part := range [][3]float64{{65, 900, 0.5}, {1500.1, 2500, 0.3}} {
		for at := part[0]; at < part[1]; at += part[2] {
			load = append(load, [2]float64{at, 0.1})
		}
	}
	p := component()
	p.Prewarm = Provisioned{Count: 1}
	wantSpans(t, scaled(t, `{ name = "target-tracking", target = 70, release = "12m" }`, p, load...), "f0 0-", "f0 240-", "f0 1680-")
}

// The load of TestSageMakerTargetTracking, two requests at the same time from 65 to 900, by other measures. Of four
// slots they have a half: 0.46 in the minute that ends at 120, and then 0.5, above 0.3. The third such minute ends
// at 240: ⌈0.5 ÷ 0.3⌉ = 2. From 540 on it is 0.25 each, below 0.27, but two are wanted until 900; the fifteenth such minute
// ends at 1380. With CPU for a fifth of their time they use 0.4 of a vCPU, and of 0.25 the same follows.
func TestTargetTrackingMeasures(t *testing.T) {
	var load [][2]float64
	for at := 65.0; at < 900; at += 0.5 {
		load = append(load, [2]float64{at, 1})
	}
	p := component()
	p.Prewarm, p.Concurrency = Provisioned{Count: 1}, 4
	wantSpans(t, scaled(t, `{ name = "target-tracking", metric = "slots", target = 0.3 }`, p, load...), "f0 0-", "f0 240-1380")
	wantSpans(t, scaled(t, `{ name = "target-tracking", metric = "slots", target = 0.6 }`, p, load...), "f0 0-")
	p.Server = servers.Shared{MilliCPU: 1000, MilliShare: 200}
	wantSpans(t, scaled(t, `{ name = "target-tracking", metric = "cpu", target = 0.25 }`, p, load...), "f0 0-", "f0 240-1380")
	wantSpans(t, scaled(t, `{ name = "target-tracking", metric = "cpu", target = 0.45 }`, p, load...), "f0 0-")
}
