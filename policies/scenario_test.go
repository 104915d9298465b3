package policies

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/coldcurve/coldcurve/sim"
)

// TestScenarios has every number worked by hand. A request takes 1 s, and 2 s
// more where it is cold; memory is 2 GiB; times are seconds.
func TestScenarios(t *testing.T) {
	for _, test := range []struct {
		name, keepAlive, prewarm string
		arrivals                 [][]float64
		colds                    []float64
		spans                    []string
	}{
		{
			name: "none: every request is cold, every instance ends with it", keepAlive: `{ name = "none" }`,
			arrivals: [][]float64{{0, 3, 10}},
			colds:    []float64{0, 3, 10},
			spans:    []string{"f0 0-3", "f0 3-6", "f0 10-13"},
		},
		{
			// Ends at 3; 13 is the very end of the window, still warm, and ends at
			// 14; 25 is 11 later, cold, ends at 28 and is kept until 38.
			name: "fixed", keepAlive: `{ name = "fixed", window = "10s" }`,
			arrivals: [][]float64{{0, 13, 25}},
			colds:    []float64{0, 25},
			spans:    []string{"f0 0-24", "f0 25-38"},
		},
		{
			// A window of 0 serves an arrival at the time of the finish; none does not.
			name: "fixed, of no length", keepAlive: `{ name = "fixed", window = "0s" }`,
			arrivals: [][]float64{{0, 3, 5}},
			colds:    []float64{0, 5},
			spans:    []string{"f0 0-4", "f0 5-8"},
		},
		{
			// Ends at 3, is kept until 13, and used then; from 14 until 24, used at 20; from 21
			// until 31, but is 25 old at 25. 40 is cold, ends at 43, and goes at 53, 13 old.
			name: "drawn, of constants", keepAlive: `{ name = "drawn", idle = "10s", age = "25s" }`,
			arrivals: [][]float64{{0, 13, 20, 40}},
			colds:    []float64{0, 40},
			spans:    []string{"f0 0-25", "f0 40-53"},
		},
		{
			// It is 2 old while it serves: it goes when that has ended, before an arrival then.
			name: "drawn, older than its age", keepAlive: `{ name = "drawn", age = "2s" }`,
			arrivals: [][]float64{{0, 3, 10}},
			colds:    []float64{0, 3, 10},
			spans:    []string{"f0 0-3", "f0 3-6", "f0 10-13"},
		},
		{
			// Two at once make the record high of the concurrency; no more colds.
			name: "forever", keepAlive: `{ name = "forever" }`,
			arrivals: [][]float64{{0, 100, 100, 1900, 1900}},
			colds:    []float64{0, 100},
			spans:    []string{"f0 0-", "f0 100-"},
		},
		{
			// 3.6 USD/(GiB·h) × 2 GiB = 0.002 USD/s; 0.02 USD are 10 s: as fixed, 10 s.
			name: "break-even", keepAlive: `{ name = "break-even", holding = 3.6, cold_start = 0.02 }`,
			arrivals: [][]float64{{0, 13, 25}},
			colds:    []float64{0, 25},
			spans:    []string{"f0 0-24", "f0 25-38"},
		},
		{
			// The gap 3 → 12 is 9 < 10: bridged. 13 → 23 is 10: not, and nothing is
			// held; nor is anything after the last request.
			name: "offline-keepalive, by its window", keepAlive: `{ name = "offline-keepalive", window = "10s" }`,
			arrivals: [][]float64{{0, 12, 23}},
			colds:    []float64{0, 23},
			spans:    []string{"f0 0-13", "f0 23-26"},
		},
		{
			name: "offline-keepalive, by both prices: the same 10 s", keepAlive: `{ name = "offline-keepalive", holding = 3.6, cold_start = 0.02 }`,
			arrivals: [][]float64{{0, 12, 23}},
			colds:    []float64{0, 23},
			spans:    []string{"f0 0-13", "f0 23-26"},
		},
		{
			// Initialising for 2 s before each arrival, and ending with its service.
			name: "offline-prewarm", keepAlive: `{ name = "offline-prewarm" }`,
			arrivals: [][]float64{{5, 20}},
			spans:    []string{"f0 3-6", "f0 18-21"},
		},
		{
			// One stands from time 0 and never stops; the second of two at once is
			// cold and on demand, and is not kept.
			name: "provisioned", keepAlive: `{ name = "none" }`, prewarm: `{ name = "provisioned", count = 1 }`,
			arrivals: [][]float64{{1, 1, 50}},
			colds:    []float64{1},
			spans:    []string{"f0 0-", "f0 1-4"},
		},
		{
			// Two pings at 0 start two instances, kept by the two of 300. Two of the
			// three requests at 307 find them and end at 308, the third is cold and
			// ends at 310. The pings of 600 take the two that were used last: the other
			// stops at 708.
			name: "ping more often than the window is long", keepAlive: `{ name = "fixed", window = "400s" }`,
			prewarm:  `{ name = "ping", every = "300s", count = 2 }`,
			arrivals: [][]float64{{307, 307, 307, 1600}},
			colds:    []float64{307},
			spans:    []string{"f0 0-708", "f0 0-", "f0 307-"},
		},
		{
			// The first ping's instance stops at 102.1. 200 is cold and ends at 203; its
			// instance takes the ping of 300, the request of 350 (warm), and stops 100
			// after 351. Each later ping is cold: its instance lasts for 2 + 0.1 + 100.
			name: "ping less often than the window is long", keepAlive: `{ name = "fixed", window = "100s" }`,
			prewarm:  `{ name = "ping", every = "300s" }`,
			arrivals: [][]float64{{200, 350}},
			colds:    []float64{200},
			spans:    []string{"f0 0-102.1", "f0 200-451", "f0 600-702.1", "f0 900-1002.1", "f0 1200-1302.1", "f0 1500-1602.1", "f0 1800-1902.1"},
		},
		{
			// No history at 3: kept for 4 h. 333 ends the idle time 330 (bin 5): head
			// 5 → 300 × 0.9 = 270, tail 6 → 360 × 1.1 = 396. Finish 334: stop, start at
			// 604, keep until 730; 664 finds it, ends at 665 and adds another 330. 865
			// is early (planned for 935): cold, ends at 868, idle time 200 (bin 3): head
			// 3 → 162, tail 6 → 396. Started at 1030, kept until 1264; 1268 is late:
			// cold, ends at 1271, idle time 400 (bin 6): head 3 → 162, tail 7 → 462.
			// Started at 1433, kept until 1733.
			name: "hybrid-histogram", keepAlive: `{ name = "hybrid-histogram" }`,
			arrivals: [][]float64{{0, 333, 664, 865, 1268}},
			colds:    []float64{0, 865, 1268},
			spans:    []string{"f0 0-334", "f0 604-665", "f0 865-868", "f0 1030-1264", "f0 1268-1271", "f0 1433-1733"},
		},
		{
			// The same, but what starts at 1030 stays for the whole tail, until 1426:
			// 1268 finds it and ends at 1269, idle time 400 (bin 6). Started at 1431,
			// kept for 462 until 1893.
			name: "hybrid-histogram, as dslab reads it", keepAlive: `{ name = "hybrid-histogram", reading = "dslab" }`,
			arrivals: [][]float64{{0, 333, 664, 865, 1268}},
			colds:    []float64{0, 865},
			spans:    []string{"f0 0-334", "f0 604-665", "f0 865-868", "f0 1030-1269", "f0 1431-1893"},
		},
		{
			// Idle times 5 and 51 lie in bin 0: the head is 0, so the instance stays,
			// for a tail of 1 min × 1.1 = 66 after 61, until 127. 128 is cold, ends at
			// 131; its idle time 67 moves the tail to 2 min × 1.1 = 132.
			name: "hybrid-histogram, busy", keepAlive: `{ name = "hybrid-histogram" }`,
			arrivals: [][]float64{{0, 8, 60, 128}},
			colds:    []float64{0, 128},
			spans:    []string{"f0 0-127", "f0 128-263"},
		},
		{
			// A range of 100: kept from 3 until 103. 603 is cold and ends at 606; its
			// idle time of 600 is beyond the range and alone: forecast 600, start
			// 600 × 0.85 = 510 after, keep for 600 × 0.3 = 180. Started at 1116, kept
			// until 1296; 1206 finds it, ends at 1207. Started at 1717, kept until 1897.
			name: "hybrid-histogram, forecast", keepAlive: `{ name = "hybrid-histogram", range = "100s", bin = "10s" }`,
			arrivals: [][]float64{{0, 603, 1206}},
			colds:    []float64{0, 603},
			spans:    []string{"f0 0-103", "f0 603-606", "f0 1116-1207", "f0 1717-1897"},
		},
		{
			// Two functions of one app share its idle times: f1's arrival at 333 ends
			// the 330 since f0's finish. f1 is cold, ends at 336, is started again at
			// 606 and kept until 732. f0 is still kept from 3: 666 is warm (idle time
			// 330), ends at 667, is started again at 937 and kept until 1063.
			name: "hybrid-histogram, per application", keepAlive: `{ name = "hybrid-histogram" }`,
			arrivals: [][]float64{{0, 666}, {333}},
			colds:    []float64{0, 333},
			spans:    []string{"f0 0-667", "f1 333-336", "f1 606-732", "f0 937-1063"},
		},
		{
			// Requests that overlap end no idle time: 0 ends at 3, 2 ends at 5 (cold),
			// so 245 ends the app's only idle time, 240 (bin 4): 4 → 216, 5 → 330. Its
			// instance (the one used last) stops at 246, the other stays for 4 h.
			name: "hybrid-histogram, overlapping", keepAlive: `{ name = "hybrid-histogram" }`,
			arrivals: [][]float64{{0, 2, 245}},
			colds:    []float64{0, 2},
			spans:    []string{"f0 0-", "f0 2-246"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := sim.Config{Workload: newLoad(test.arrivals...), Platforms: make([]sim.Platform, 1), Window: sim.Window{Horizon: 2000 * sim.Second}}
			var err error
			if c.Platforms[0].KeepAlive, err = KeepAlive(table(t, test.keepAlive)); err != nil {
				t.Fatal(err)
			}
			if test.prewarm != "" {
				if c.Platforms[0].Prewarm, err = Prewarm(table(t, test.prewarm)); err != nil {
					t.Fatal(err)
				}
			}
			got := run(t, c)
			if diff := cmp.Diff(test.colds, got.colds(), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("cold requests (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.spans, got.spans()); diff != "" {
				t.Errorf("instances (-want +got):\n%s", diff)
			}
		})
	}
}

// TestPingsAreRequests: 7 schedules of 2 pings in 2000 s, billed and apart
// from the requests.
func TestPingsAreRequests(t *testing.T) {
	got := run(t, sim.Config{
		Workload: newLoad([]float64{10}), Window: sim.Window{Horizon: 2000 * sim.Second},
		Platforms: []sim.Platform{{KeepAlive: Forever{}, Prewarm: Ping{Every: 300e9, Count: 2, Service: 100e6}}},
	})
	pings := 0
	for _, o := range got.Requests {
		if o.Flags&sim.Ping == 0 {
			continue
		}
		pings++
		if o.Arrival%(300*sim.Second) != 0 || o.End-o.Start != 100*sim.Millisecond {
			t.Errorf("a ping at %d ns took %d ns, want multiples of 300 s and 100 ms", o.Arrival, o.End-o.Start)
		}
	}
	if pings != 14 || len(got.Requests) != 15 {
		t.Errorf("%d pings of %d requests, want 14 of 15", pings, len(got.Requests))
	}
}

// TestPerRequest works max(0, ⌈waiting ÷ concurrency⌉ − initialising) by hand.
func TestPerRequest(t *testing.T) {
	for _, test := range []struct{ waiting, concurrency, initialising, want int }{
		{1, 1, 0, 1},   // a bound request
		{3, 1, 1, 2},   // one is coming
		{3, 2, 0, 2},   // ⌈1.5⌉
		{80, 80, 0, 1}, // all fit in one
		{81, 80, 1, 1}, // one more than is coming
		{1, 80, 2, 0},  // more are coming than are needed
		{0, 1, 0, 0},   // nothing waits
		{2, 0, 0, 2},   // a concurrency of 0 counts as 1
	} {
		if got := missing(test.waiting, test.concurrency, test.initialising); got != test.want {
			t.Errorf("%+v: got %d", test, got)
		}
	}
	// Three at once, two to an instance, whichever slot is free first: the first
	// and the third start one each.
	got := run(t, sim.Config{
		Workload: newLoad([]float64{0, 0, 0}), Window: sim.Window{Horizon: 100 * sim.Second},
		Platforms: []sim.Platform{{KeepAlive: NoKeepAlive{}, Concurrency: 2, Dispatch: sim.QueueDispatch}},
	})
	if diff := cmp.Diff([]string{"f0 0-3", "f0 0-3"}, got.spans()); diff != "" {
		t.Errorf("instances (-want +got):\n%s", diff)
	}
}
