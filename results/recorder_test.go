package results

import (
	"bytes"
	"fmt"
	"math"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/sim"
)

// s is a time in seconds.
func s(x float64) sim.Time { return sim.Time(math.Round(x * second)) }

// The hand-worked scenario: the window is [10 s, 20 s). Functions a (512 MiB)
// and b (1024 MiB) are of app X, c (256 MiB) is of app Y.
//
//	   arrives  starts  ends   init
//	a     5       5     12           before the window, but serves within it
//	a    10      12     13      2    cold
//	a    14      14     15
//	a    19.5    19.5   21           ends after the window
//	b    11                          rejected
//	b    12      13     16      1    cold, timed out while served
//	c    15      16     18      1    cold, failed
//	c    17             19           timed out while it waited
//	c    11      11     11.5         a ping
//	c    20      20     20.5         after the window
//
//	instance  created  ready  stopped  in the window: all  init  busy            idle
//	a1          4        5     18                      8    0    2 + 1 = 3        5
//	a2         10       12     lives (25)             10    2    1 + 0.5 = 1.5    6.5
//	b1         12       13     16                      4    1    3                0
//	c1          9       10     lives (25)             10    0    0.5              9.5
//	c2         15       16     18.5                    3.5  1    2                0.5
//	                                                  35.5  4   10               21.5
var (
	handWindow    = sim.Window{Warmup: 10 * sim.Second, Horizon: 20 * sim.Second}
	handFunctions = []sim.Function{{Name: "a", App: "X", Memory: 512}, {Name: "b", App: "X", Memory: 1024}, {Name: "c", App: "Y", Memory: 256}}
)

func handRequests() []sim.Outcome {
	return []sim.Outcome{
		{Arrival: s(5), Start: s(5), End: s(12), Started: true},
		{Arrival: s(10), Start: s(12), End: s(13), Init: s(2), Flags: sim.Cold, Started: true},
		{Arrival: s(14), Start: s(14), End: s(15), Started: true},
		{Arrival: s(19.5), Start: s(19.5), End: s(21), Started: true},
		{Function: 1, Arrival: s(11), Start: s(11), End: s(11), Status: sim.Rejected},
		{Function: 1, Arrival: s(12), Start: s(13), End: s(16), Init: s(1), Flags: sim.Cold, Status: sim.TimedOut, Started: true},
		{Function: 2, Arrival: s(15), Start: s(16), End: s(18), Init: s(1), Flags: sim.Cold, Status: sim.Failed, Started: true},
		{Function: 2, Arrival: s(17), Start: s(19), End: s(19), Status: sim.TimedOut},
		{Function: 2, Arrival: s(11), Start: s(11), End: s(11.5), Flags: sim.Ping, Started: true},
		{Function: 2, Arrival: s(20), Start: s(20), End: s(20.5), Started: true},
	}
}

func handLives() []sim.Life {
	phases := func(x float64) (p [sim.NumPhases]sim.Time) {
		p[sim.PhaseSandbox], p[sim.PhaseRuntime] = s(x/4), s(x*3/4)
		return p
	}
	return []sim.Life{
		{Created: s(4), Ready: s(5), Stopped: s(18), Idle: s(5), Memory: 512, Phases: phases(1)},
		{Created: s(10), Ready: s(12), Stopped: s(25), Idle: s(6.5), Memory: 512, Phases: phases(2), Flags: sim.Live},
		{Deployment: 1, Created: s(12), Ready: s(13), Stopped: s(16), Memory: 1024, Phases: phases(1)},
		{Deployment: 2, Created: s(9), Ready: s(10), Stopped: s(25), Idle: s(9.5), Memory: 256, Phases: phases(1), Flags: sim.Live | sim.Prewarmed},
		{Deployment: 2, Created: s(15), Ready: s(16), Stopped: s(18.5), Idle: s(0.5), Memory: 256, Phases: phases(1)},
	}
}

func newRecorder(t testing.TB, concurrency int) *Recorder {
	t.Helper()
	r, err := NewRecorder(Config{Window: handWindow, Functions: handFunctions, Concurrency: concurrency})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func finish(t testing.TB, r *Recorder) *Replication {
	t.Helper()
	rep, err := r.Finish()
	if err != nil {
		t.Fatal(err)
	}
	return rep
}

func handUnit(t testing.TB) *Replication {
	t.Helper()
	r := newRecorder(t, 1)
	r.Requests(handRequests())
	r.Lives(handLives())
	r.ShardDone([]uint32{0, 1, 2})
	rep := finish(t, r)
	rep.Bills = []costmodel.Bill{{Tariff: "t", Currency: "USD", Span: costmodel.SpanRun, Total: decimal(t, "2.50")}}
	return rep
}

func TestEachColumnOfTheHandWorkedScenario(t *testing.T) {
	set := &Set{Cells: []Cell{{Platform: "p", Functions: handFunctions, Replications: []*Replication{handUnit(t)}}}}
	rows, err := set.Rows()
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]float64{
		"arrivals": 7, "invocations": 5, "completed": 3, "rejected": 1, "timed_out": 2, "failed": 1, "in_flight": 0,
		"attempts": 7, "cold_starts": 3,
		"cold_ratio": 3.0 / 5,
		// X has (1 + 1) of (3 + 1) cold, Y 1 of 1; ⌈0.75 · 2⌉ = 2: the larger.
		"app_cold_ratio_p75": 1,
		// 3, 1 and 1.5 s; ⌈0.5 · 3⌉ = 2: the second of them.
		"latency_mean_s": 5.5 / 3, "latency_p50_s": 1.5,
		"latency_p90_s": 3, "latency_p95_s": 3, "latency_p99_s": 3, "latency_p999_s": 3, "latency_max_s": 3,
		"wait_mean_s": (2 + 1 + 1) / 5.0, "init_mean_s": (2 + 1 + 1) / 3.0,
		"load_hit_ratio": nan, // nothing came through stores
		"instances_mean": 3.55,
		"instances_peak": 5, // all of them, in [15 s, 16 s)
		"busy_mean":      1, "idle_mean": 2.15,
		"instance_lifespan_mean_s": (14 + 4 + 3.5) / 3, // a1, b1, c2
		"pool_wasted_gib_s":        nan,                // every instance is a function's
		"layer_starts":             nan,
		"wasted_gib_s":             (512*11.5 + 256*10) / 1024,
		"cost":                     2.5,
		"cost_per_million":         2.5 / 5 * 1e6,
		"error_ratio":              4.0 / 7,
	}
	for i, m := range requestMetrics {
		w, known := want[m.Name]
		tolerance := 1e-12
		if strings.HasPrefix(m.Name, "latency_p") {
			tolerance = RelativeError
		}
		got := rows[0].Stats[i]
		if !known || differ(got.Mean, w, tolerance*w) && !(math.IsNaN(got.Mean) && math.IsNaN(w)) {
			t.Errorf("%s: got %v, want %v", m.Name, got.Mean, w)
		}
		if !math.IsNaN(got.Half) {
			t.Errorf("%s: one replication has an interval of ± %v", m.Name, got.Half)
		}
	}
	if len(want) != len(requestMetrics) {
		t.Errorf("%d columns were worked out, there are %d", len(want), len(requestMetrics))
	}
}

func TestColumnsStandAsDocumented(t *testing.T) {
	want := []string{"arrivals", "invocations", "completed", "rejected", "timed_out", "failed", "in_flight", "attempts", "cold_starts", "cold_ratio",
		"app_cold_ratio_p75", "latency_mean_s", "latency_p50_s", "latency_p90_s", "latency_p95_s", "latency_p99_s", "latency_p999_s", "latency_max_s",
		"wait_mean_s", "init_mean_s", "load_hit_ratio", "instances_mean", "instances_peak", "busy_mean", "idle_mean", "instance_lifespan_mean_s", "wasted_gib_s",
		"pool_wasted_gib_s", "layer_starts", "cost", "cost_per_million", "error_ratio", "instance_starts", "starts_ahead",
		"abandoned", "user_requests", "user_answered", "user_failed", "user_gave_up", "user_success_ratio", "attempts_mean", "user_latency_mean_s",
		"user_latency_p50_s", "user_latency_p90_s", "user_latency_p95_s", "user_latency_p99_s", "user_latency_p999_s", "user_latency_max_s",
		"cost_starting", "cost_serving", "cost_idle",
		"ttft_mean_s", "ttft_p50_s", "ttft_p90_s", "ttft_p99_s", "tpot_mean_s", "tpot_p50_s", "tpot_p90_s", "tpot_p99_s", "queueing_mean_s", "queueing_p99_s",
		"input_tokens", "output_tokens", "reasoning_tokens", "cache_write_tokens", "prefix_hit_ratio", "preemptions", "swaps", "swap_mean_s", "input_tokens_per_s", "output_tokens_per_s", "goodput_per_s",
		"gpu_utilization", "kv_utilization", "extrapolated_ratio", "cost_per_million_input_tokens", "cost_per_million_output_tokens",
		"energy_kwh", "energy_per_token_j", "energy_bounded_ratio",
		"nodes_mean", "node_hours", "evictions", "failed_node", "cold_first_use_ratio", "cold_burst_ratio", "cold_expiry_ratio", "cold_eviction_ratio", "cold_scale_in_ratio", "cold_outage_ratio", "cold_pause_ratio", "cold_init_failure_ratio", "failed_init", "init_failures", "operator_cost", "regret",
		"events", "dead", "dead_ratio", "behind_failed", "behind_failed_ratio", "redelivered", "duplicated", "step_retries", "cost_per_event", "cost_per_event_well", "cost_work", "cost_retry", "cost_failure",
		"cost_duplicate", "cost_empty", "cost_overhead", "cost_standing",
		"undone", "not_well_ratio", "done_p50_s", "done_p90_s", "done_p95_s", "done_p99_s", "done_p999_s", "after_window"}
	if diff := cmp.Diff(want, metricNames()); diff != "" {
		t.Error(diff)
	}
}

func TestFunctionsSeriesAndPhasesOfTheHandWorkedScenario(t *testing.T) {
	rep := handUnit(t)
	if rep.Pings != 1 {
		t.Errorf("pings: got %d, want 1", rep.Pings)
	}
	a := rep.Functions[0]
	if a.Arrivals() != 3 || a.Invocations != 3 || a.ColdStarts != 1 || a.Created != 1 ||
		a.Latency.Float() != 5.5*second || a.Busy.Float() != 4.5*second || a.Idle.Float() != 11.5*second || a.Max != s(3) || !within(a.P50, s(1.5)) {
		t.Errorf("function a: got %+v", a)
	}
	c := rep.Functions[2]
	if c.Arrivals() != 2 || c.Invocations != 1 || c.Created != 1 || c.Busy.Float() != 2.5*second || c.Wasted.Float() != 256*10*second || c.P99 != 0 {
		t.Errorf("function c: got %+v", c)
	}
	// Created in the window and waited for: a2, b1, c2, with 2 + 1 + 1 s.
	if l := rep.Lives; l.Created != 3 || l.Prewarmed != 0 || l.Phases[sim.PhaseSandbox].Float() != 1*second || l.Phases[sim.PhaseRuntime].Float() != 3*second {
		t.Errorf("lives: got %+v", l)
	}
	se := rep.Series
	if se.Step != sim.Second {
		t.Fatalf("step: got %d, want a second", se.Step)
	}
	if diff := cmp.Diff([]uint64{1, 1, 1, 0, 1, 1, 0, 1, 0, 1}, se.Arrivals); diff != "" {
		t.Error("arrivals: ", diff)
	}
	if diff := cmp.Diff([]uint64{1, 0, 1, 0, 0, 1, 0, 0, 0, 0}, se.ColdStarts); diff != "" {
		t.Error("cold starts: ", diff)
	}
	//                         10    11    12    13    14    15    16    17    18    19
	busy := []float64{1, 1.5, 1, 1, 2, 1, 1, 1, 0, 0.5}
	instances := []float64{3, 3, 4, 4, 4, 5, 4, 4, 2.5, 2}
	initialising := []float64{1, 1, 1, 0, 0, 1, 0, 0, 0, 0}
	for b := range busy {
		idle := instances[b] - initialising[b] - busy[b]
		if float64(se.Busy[b]) != busy[b]*second || float64(se.Instances[b]) != instances[b]*second ||
			float64(se.Initialising[b]) != initialising[b]*second || float64(se.Idle(b)) != idle*second {
			t.Errorf("second %d: got busy %d, instances %d, initialising %d", b+10, se.Busy[b], se.Instances[b], se.Initialising[b])
		}
	}
}

// TestSeriesOfConcurrentInstances: with several requests at a time, busy is
// the active stretches less the initialisations in them.
func TestSeriesOfConcurrentInstances(t *testing.T) {
	r := newRecorder(t, 10)
	o, ok := r.Observer().(sim.ActivityObserver)
	if !ok {
		t.Fatal("the observer does not want active stretches")
	}
	o.Requests([]sim.Outcome{
		{Arrival: s(11), Start: s(12), End: s(14), Init: s(1), Flags: sim.Cold, Started: true},
		{Arrival: s(12), Start: s(12), End: s(13), Started: true},
	})
	o.Activities([]sim.Activity{{From: s(11), To: s(14), Init: s(1)}, {From: s(10), To: s(11), Init: s(1), Flags: sim.Prewarmed}})
	r.Lives([]sim.Life{{Created: s(11), Ready: s(12), Stopped: s(16), Idle: s(2)}, {Created: s(10), Ready: s(11), Stopped: s(12), Idle: s(1), Flags: sim.Prewarmed}})
	rep := finish(t, r)
	var busy, idle int64
	for b := range rep.Series.Busy {
		busy += rep.Series.Busy[b]
		idle += rep.Series.Idle(b)
	}
	if busy != s(2) || idle != s(3) || rep.Instances.Busy().Float() != 2*second {
		t.Errorf("busy %d, idle %d, want 2 s and 3 s", busy, idle)
	}
	if _, ok := newRecorder(t, 1).Observer().(sim.ActivityObserver); ok {
		t.Error("with one request at a time the observer wants active stretches: that costs time")
	}
}

// TestSeriesIntegratesToTheSums: the time series and the sums are two ways to
// the same time (an identity of the design: instance time = initialising +
// idle + busy).
func TestSeriesIntegratesToTheSums(t *testing.T) {
	rep := handUnit(t)
	var total, init, busy int64
	for b := range rep.Series.Instances {
		total += rep.Series.Instances[b]
		init += rep.Series.Initialising[b]
		busy += rep.Series.Busy[b]
	}
	i := rep.Instances
	if float64(total) != i.Total.Float() || float64(init) != i.Initialising.Float() {
		t.Errorf("series %d and %d, sums %v and %v", total, init, i.Total, i.Initialising)
	}
	if b := i.Busy(); float64(busy) != b.Float() {
		t.Errorf("series busy %d, sum %v", busy, b)
	}
}

// TestMergeInAnyOrderGivesTheSameBits: functions spread over workers in any
// way and merged in any order encode to the same bytes.
func TestMergeInAnyOrderGivesTheSameBits(t *testing.T) {
	want := encode(t, withoutBills(handUnit(t)))
	rapid.Check(t, func(rt *rapid.T) {
		workers := []*Recorder{newRecorder(t, 1), newRecorder(t, 1), newRecorder(t, 1)}
		var of [3]int
		for f := range of {
			of[f] = rapid.IntRange(0, 2).Draw(rt, "worker")
		}
		for _, o := range handRequests() {
			workers[of[o.Function]].Requests([]sim.Outcome{o})
		}
		for _, l := range handLives() {
			workers[of[l.Deployment]].Lives([]sim.Life{l})
		}
		for f, w := range of {
			if rapid.Bool().Draw(rt, "done") {
				workers[w].ShardDone([]uint32{uint32(f)})
			}
		}
		order := rapid.Permutation([]int{0, 1, 2}).Draw(rt, "order")
		r := workers[order[0]]
		for _, i := range order[1:] {
			if err := r.Merge(workers[i]); err != nil {
				rt.Fatal(err)
			}
		}
		if got := encode(t, finish(t, r)); !bytes.Equal(got, want) {
			rt.Fatal("the bytes differ")
		}
	})
}

func withoutBills(r *Replication) *Replication { r.Bills = nil; return r }

func encode(t testing.TB, r *Replication) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := r.Encode(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestFunctionsThatFollow: functions are done one after another, two at a time
// under way, and what one leaves behind is in no other: the quantiles, extremes
// and counts of each are those of the sorted list of its own latencies.
func TestFunctionsThatFollow(t *testing.T) {
	const n = 12
	functions := make([]sim.Function, n)
	r, err := NewRecorder(Config{Window: sim.Window{Horizon: sim.Day}, Functions: functions})
	if err != nil {
		t.Fatal(err)
	}
	draws := sim.NewStream(sim.RunKey{Seed: 5}, sim.PurposeService, 1)
	latencies := make([][]int64, n)
	for f := range n {
		// One latency more often than a page's counter can hold, in every third.
		for range map[bool]int{true: 70_000, false: 3}[f%3 == 0] {
			latencies[f] = append(latencies[f], int64(1_000_003+f))
		}
		for i := range 40 {
			latencies[f] = append(latencies[f], int64(math.Exp(3+22*draws.Uniform(uint64(100*f+i)))))
		}
	}
	record := func(f int, list []int64) {
		batch := make([]sim.Outcome, len(list))
		for i, l := range list {
			batch[i] = sim.Outcome{End: l, Function: uint32(f), Started: true}
		}
		r.Requests(batch)
	}
	var all []int64
	for f := range n {
		record(f, latencies[f][20:])
		if f+1 < n {
			record(f+1, latencies[f+1][:20])
		}
		if f == 0 {
			record(0, latencies[0][:20])
		}
		r.ShardDone([]uint32{uint32(f)})
		slices.Sort(latencies[f])
		all = append(all, latencies[f]...)
	}
	rep := finish(t, r)
	for f, row := range rep.Functions {
		list := latencies[f]
		sum := int64(0)
		for _, l := range list {
			sum += l
		}
		if row.Max != list[len(list)-1] || row.Invocations != uint64(len(list)) || row.Latency.Float() != float64(sum) {
			t.Errorf("function %d: the largest of %d is %d, of a sum of %v; want %d of %d and %d", f, row.Invocations, row.Max, row.Latency.Float(), list[len(list)-1], len(list), sum)
		}
		for ppm, got := range map[int]int64{500_000: row.P50, 900_000: row.P90, 950_000: row.P95, 990_000: row.P99} {
			if want := exactQuantile(list, ppm); !within(got, want) {
				t.Errorf("function %d: the quantile of %d ppm is %d, want %d", f, ppm, got, want)
			}
		}
	}
	slices.Sort(all)
	if h := rep.Latency; h.Count() != uint64(len(all)) || h.Min() != all[0] || h.Max() != all[len(all)-1] || !within(h.Quantile(0.5), exactQuantile(all, 500_000)) {
		t.Errorf("all: %d from %d to %d, want %d from %d to %d", h.Count(), h.Min(), h.Max(), len(all), all[0], all[len(all)-1])
	}
}

// TestOneRequest: the quantiles of one value are that value, at whatever end of
// its bucket, and so are the extremes.
func TestOneRequest(t *testing.T) {
	for _, latency := range []int64{1 << 21, 1<<21 + 1<<14 - 1, 1<<21 + 1<<15 - 1} {
		r := newRecorder(t, 1)
		r.Requests([]sim.Outcome{{Arrival: s(11), Start: s(11), End: s(11) + latency, Started: true}})
		rep := finish(t, r)
		if f, h := rep.Functions[0], rep.Latency; f.P50 != latency || f.P99 != latency || f.Max != latency || h.Min() != latency || h.Max() != latency || h.Quantile(0.5) != latency {
			t.Errorf("%d: got %+v, from %d to %d", latency, f, h.Min(), h.Max())
		}
	}
}

// TestRowsOfFunctions: a function has a row where anything is known of it.
func TestRowsOfFunctions(t *testing.T) {
	functions := make([]sim.Function, 6)
	r, err := NewRecorder(Config{Window: handWindow, Functions: functions})
	if err != nil {
		t.Fatal(err)
	}
	r.Requests([]sim.Outcome{
		{Function: 1, Arrival: s(11), Start: s(11), End: s(11), Status: sim.Rejected},
		{Function: 5, Arrival: s(5), Start: s(5), End: s(6), Started: true}, // not in the window
	})
	r.Lives([]sim.Life{
		{Deployment: 2, Created: s(12), Ready: s(13), Stopped: s(13)},           // created alone
		{Deployment: 3, Created: s(1), Ready: s(2), Stopped: s(11)},             // busy for 1 s
		{Deployment: 4, Created: s(1), Ready: s(2), Stopped: s(11), Idle: s(1)}, // idle for 1 s
		{Deployment: 5, Created: s(1), Ready: s(2), Stopped: s(10)},             // gone before
	})
	var rows []uint32
	for _, f := range finish(t, r).Functions {
		rows = append(rows, f.Function)
	}
	if !slices.Equal(rows, []uint32{1, 2, 3, 4}) {
		t.Errorf("rows of %v, want of 1 to 4", rows)
	}
}

// TestManyOfOneLatency: what two workers counted of one function, more often
// than a page's counter can hold, and beyond that again.
func TestManyOfOneLatency(t *testing.T) {
	batch := make([]sim.Outcome, 1000)
	for i := range batch {
		batch[i] = sim.Outcome{Arrival: s(11), Start: s(11), End: s(11.5), Started: true}
	}
	record := func(thousands int) *Recorder {
		r := newRecorder(t, 1)
		for range thousands {
			r.Requests(batch)
		}
		return r
	}
	sum := record(40)
	for _, thousands := range []int{40, 70, 140, 1} { // 40 + 40 is carried once, 80 + 70 again, …
		if err := sum.Merge(record(thousands)); err != nil {
			t.Fatal(err)
		}
	}
	rep := finish(t, sum)
	if rep.Latency.Count() != 291_000 || rep.Functions[0].Invocations != 291_000 || !within(rep.Functions[0].P99, s(0.5)) {
		t.Errorf("got %d of %d", rep.Latency.Count(), rep.Functions[0].Invocations)
	}
}

// TestMergeRefuses what does not belong together, and keeps what was wrong on
// the other side.
func TestMergeRefuses(t *testing.T) {
	window := handWindow
	window.Horizon++
	for _, c := range []Config{{Window: window, Functions: handFunctions}, {Window: handWindow, Functions: handFunctions[:2]}} {
		o, err := NewRecorder(c)
		if err != nil {
			t.Fatal(err)
		}
		if err := newRecorder(t, 1).Merge(o); err == nil || !strings.HasPrefix(err.Error(), "recorder: cannot merge window ") {
			t.Errorf("%+v: got %v", c.Window, err)
		}
	}
	for _, late := range []int{0, 1} {
		two := []*Recorder{newRecorder(t, 1), newRecorder(t, 1)}
		two[late].Requests(handRequests()[:2])
		two[late].ShardDone([]uint32{0})
		two[late].Requests(handRequests()[2:3])
		two[late].ShardDone([]uint32{0})
		if err := two[0].Merge(two[1]); err != nil {
			t.Fatal(err)
		}
		if _, err := two[0].Finish(); err == nil {
			t.Errorf("worker %d recorded a function after it was done, and nothing was said", late)
		}
	}
}

// TestRatiosCompareExactly: as big rationals do.
func TestRatiosCompareExactly(t *testing.T) {
	for _, c := range []struct {
		a, b Ratio
		want int
	}{
		{Ratio{1 << 63, 1}, Ratio{1, 1 << 63}, 1}, {Ratio{1, 1 << 63}, Ratio{1 << 63, 1}, -1}, // products of more than a word
		{Ratio{1 << 63, 1 << 63}, Ratio{1 << 62, 1 << 62}, 0}, {Ratio{1<<63 + 1, 1 << 63}, Ratio{1 << 62, 1 << 62}, 1},
		{Ratio{0, 3}, Ratio{0, 7}, 0}, {Ratio{1, 3}, Ratio{2, 6}, 0},
	} {
		if got := c.a.cmp(c.b); got != c.want {
			t.Errorf("%v against %v: got %d, want %d", c.a, c.b, got, c.want)
		}
	}
	rapid.Check(t, func(rt *rapid.T) {
		draw := func(name string) uint64 {
			return rapid.OneOf(rapid.Uint64Range(1, 4), rapid.Uint64Range(1<<62, math.MaxUint64), rapid.Uint64Range(1, 1<<40)).Draw(rt, name)
		}
		a := Ratio{draw("a") - 1, draw("b")}
		b := rapid.SampledFrom([]Ratio{{draw("c") - 1, draw("d")}, {a.Num / 2, a.Den / 2}, {a.Num, a.Den}}).Draw(rt, "other")
		b.Den = max(1, b.Den)
		big := func(r Ratio) *big.Rat {
			return new(big.Rat).SetFrac(new(big.Int).SetUint64(r.Num), new(big.Int).SetUint64(r.Den))
		}
		if got, want := a.cmp(b), big(a).Cmp(big(b)); got != want {
			rt.Fatalf("%v against %v: got %d, want %d", a, b, got, want)
		}
	})
}

func TestMergeOfAFunctionRecordedByTwo(t *testing.T) {
	// Before either is done their histograms are added …
	a, b := newRecorder(t, 1), newRecorder(t, 1)
	all := handRequests()
	a.Requests(all[:2])
	b.Requests(all[2:])
	a.Lives(handLives())
	if err := a.Merge(b); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(encode(t, finish(t, a)), encode(t, withoutBills(handUnit(t)))) {
		t.Error("the bytes differ")
	}
	// … afterwards the quantiles are gone, and it is an error.
	a, b = newRecorder(t, 1), newRecorder(t, 1)
	a.Requests(all[:2])
	b.Requests(all[2:])
	a.ShardDone([]uint32{0})
	if err := a.Merge(b); err == nil {
		t.Error("merging a function that was done with one that goes on gave no error")
	}
	a = newRecorder(t, 1)
	a.Requests(all[:2])
	a.ShardDone([]uint32{0})
	a.Requests(all[2:])
	if _, err := a.Finish(); err == nil {
		t.Error("a function that went on after its shard was done gave no error")
	}
}

func TestEmptyUnitHasUndefinedRatios(t *testing.T) {
	set := &Set{Cells: []Cell{{Platform: "p", Replications: []*Replication{finish(t, newRecorder(t, 1))}}}}
	rows, err := set.Rows()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"cold_ratio", "app_cold_ratio_p75", "latency_mean_s", "latency_p99_s", "latency_max_s", "wait_mean_s", "init_mean_s",
		"instance_lifespan_mean_s", "cost", "cost_per_million", "error_ratio"} {
		if st, ok := rows[0].Stat(name); !ok || st.Defined() {
			t.Errorf("%s: got %v, want none", name, st.Mean)
		}
	}
	for _, name := range []string{"arrivals", "cold_starts", "instances_mean", "instances_peak", "wasted_gib_s"} {
		if st, _ := rows[0].Stat(name); st.Mean != 0 {
			t.Errorf("%s: got %v, want 0", name, st.Mean)
		}
	}
}

// TestApplicationsColdRatio: the ratio is of an application, which is an owner's
// functions of one app; a function without an app is one by itself. The 75th
// percentile of n of them is the ⌈0.75·n⌉-th, and those without an invocation
// do not count.
func TestApplicationsColdRatio(t *testing.T) {
	type function struct {
		owner, app  string
		warm, colds int
	}
	for _, c := range []struct {
		name      string
		functions []function
		want      float64
	}{
		{"one app: 1 of 4", []function{{"o", "X", 1, 0}, {"o", "X", 2, 1}}, 0.25},
		// Ratios 0, 0, 0, 1: the third of four. Of one app it would be 1 of 4.
		{"no apps", []function{{"", "", 1, 0}, {"", "", 1, 0}, {"", "", 0, 1}, {"", "", 1, 0}}, 0},
		// Ratios 0, 1/2, 1/3 in another order: the third of three.
		{"no apps of one owner", []function{{"o", "", 1, 1}, {"o", "", 5, 0}, {"o", "", 2, 1}}, 0.5},
		// Ratios 0 and 1, not 1 of 2: the second of two.
		{"apps of one name", []function{{"o", "X", 1, 0}, {"p", "X", 0, 1}}, 1},
		// X: 1 of 5; the others 0 and 1/2; Y has none. The third of three.
		{"some apps", []function{{"o", "X", 2, 0}, {"o", "", 3, 0}, {"o", "X", 2, 1}, {"o", "Y", 0, 0}, {"o", "", 1, 1}}, 0.5},
		// 0, 1/5, 1/4, 1/3, 1/2: the fourth of five.
		{"five", []function{{"", "a", 1, 1}, {"", "b", 4, 1}, {"", "c", 2, 1}, {"", "d", 3, 0}, {"", "e", 3, 1}}, 1.0 / 3},
	} {
		var functions []sim.Function
		var batch []sim.Outcome
		for i, f := range c.functions {
			functions = append(functions, sim.Function{Name: fmt.Sprint("f", i), Owner: f.owner, App: f.app})
			for n := range f.warm + f.colds {
				o := sim.Outcome{Arrival: sim.Time(n), Start: sim.Time(n), End: sim.Second, Function: uint32(i), Started: true}
				if n < f.colds {
					o.Flags = sim.Cold
				}
				batch = append(batch, o)
			}
		}
		r, err := NewRecorder(Config{Window: sim.Window{Horizon: sim.Minute}, Functions: functions})
		if err != nil {
			t.Fatal(err)
		}
		r.Requests(batch)
		if got := finish(t, r).AppColdP75.Float(); got != c.want {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}

// TestPhasesOfWhatWasWaitedFor: the phases are of the initialisations that a
// request waited for. Prewarmed and provisioned instances are counted apart, at
// whatever stage of their lives; what was created outside the window is not.
func TestPhasesOfWhatWasWaitedFor(t *testing.T) {
	r := newRecorder(t, 1)
	life := func(created float64, flags sim.Flags) sim.Life {
		l := sim.Life{Created: s(created), Ready: s(created + 3), Stopped: s(created + 4), Memory: 512, Flags: flags}
		l.Phases[sim.PhaseSandbox], l.Phases[sim.PhaseWeights] = s(1), s(2)
		return l
	}
	lives := []sim.Life{
		life(9.5, 0), // before the window
		life(10, 0), life(11, sim.Prewarmed), life(12, sim.Provisioned), life(13, sim.Prewarmed|sim.Live),
		life(14, sim.Live),
		life(19.5, 0),                                     // stops after the window
		life(20, 0), life(21, sim.Prewarmed), life(22, 0), // after it
	}
	r.Lives(lives)
	// The same by two workers.
	one, two := newRecorder(t, 1), newRecorder(t, 1)
	one.Lives(lives[:4])
	two.Lives(lives[4:])
	if err := one.Merge(two); err != nil {
		t.Fatal(err)
	}
	rep := finish(t, r)
	if diff := cmp.Diff(rep, finish(t, one), cmp.AllowUnexported(Histogram{})); diff != "" {
		t.Error(diff)
	}
	l := rep.Lives
	if l.Created != 6 || l.Prewarmed != 3 || l.Phases[sim.PhaseSandbox].Float() != 3*second || l.Phases[sim.PhaseWeights].Float() != 6*second || l.Phases[sim.PhaseRuntime].Float() != 0 {
		t.Errorf("got %+v, want 6 created, 3 of them waited for, with 1 s and 2 s each", l)
	}
	// Those that stop in the window and are no longer there: at 9.5, 10, 11, 12.
	if l.Stopped != 4 || l.Lifespan.Float() != 4*4*second {
		t.Errorf("%d stopped after %v ns, want 4 after 4 s each", l.Stopped, l.Lifespan.Float())
	}
	if f := rep.Functions[0]; f.Created != 6 {
		t.Errorf("the function's row has %d created, want 6", f.Created)
	}
	// Initialising in the window: 2.5 + 5 × 3 + 0.5 s; there for 1 s more each, but the last.
	if i := rep.Instances; i.Initialising.Float() != 18*second || i.Total.Float() != 24*second {
		t.Errorf("initialising for %v ns, there for %v ns, want 18 s and 24 s", i.Initialising.Float(), i.Total.Float())
	}
}

func TestCostPerMillionOfAMonth(t *testing.T) {
	// 10 s are scaled to 30 days: 259,200 times as many invocations.
	rep := handUnit(t)
	rep.Bills[0].Span = costmodel.SpanMonth
	got := metrics[metricIndex("cost_per_million")].value(rep, &rep.Bills[0])
	if want := 2.5 / (5 * 259200) * 1e6; differ(got, want, 1e-12) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestRecorderRefusesAWindowWithoutLength(t *testing.T) {
	for _, w := range []sim.Window{{}, {Warmup: 5, Horizon: 5}, {Warmup: 5, Horizon: 4}, {Warmup: -1, Horizon: 4}} {
		if _, err := NewRecorder(Config{Window: w}); err == nil {
			t.Errorf("%+v was taken", w)
		}
	}
}

func TestPeakOfAWindowThatIsNoWholeNumberOfSeconds(t *testing.T) {
	// One instance from 1 s on; the window ends at 2.5 s: the last bucket is
	// half a second long, and its average is 1, not 0.5.
	r, err := NewRecorder(Config{Window: sim.Window{Horizon: s(2.5)}, Functions: handFunctions})
	if err != nil {
		t.Fatal(err)
	}
	r.Lives([]sim.Life{{Created: s(2), Ready: s(2), Stopped: s(9)}})
	if p := finish(t, r).Instances.Peak.Float(); p != 1 {
		t.Errorf("got %v, want 1", p)
	}
}

// TestRunsAreCountedAsOneByOne holds the fast path to its slow twin: batches of
// many, against one request at a time through one.
func TestRunsAreCountedAsOneByOne(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var all []sim.Outcome
		for range rapid.IntRange(1, 60).Draw(rt, "requests") {
			at := sim.Time(rapid.IntRange(0, 25).Draw(rt, "arrival")) * sim.Second / 2 * 2
			o := sim.Outcome{Arrival: at, Start: at, Started: true, Function: uint32(rapid.IntRange(0, 1).Draw(rt, "function"))}
			if rapid.IntRange(0, 3).Draw(rt, "kind") == 0 {
				o.Init = sim.Time(rapid.IntRange(0, 2).Draw(rt, "init")) * sim.Second
				o.Start += o.Init
				o.Flags = rapid.SampledFrom([]sim.Flags{0, sim.Cold, sim.Ping, sim.Provisioned}).Draw(rt, "flags")
				o.Status = rapid.SampledFrom([]sim.Status{sim.Completed, sim.TimedOut, sim.Failed, sim.Abandoned, sim.Unfinished}).Draw(rt, "status")
				o.Started = rapid.Bool().Draw(rt, "started") || o.Status == sim.Completed
			}
			o.End = o.Start + sim.Time(rapid.IntRange(0, 15).Draw(rt, "service"))*sim.Second/10
			all = append(all, o)
		}
		concurrency := rapid.IntRange(1, 2).Draw(rt, "concurrency")
		fast, slow := newRecorder(t, concurrency), newRecorder(t, concurrency)
		for rest := all; len(rest) > 0; {
			n := rapid.IntRange(1, len(rest)).Draw(rt, "batch")
			fast.Requests(rest[:n])
			rest = rest[n:]
		}
		for i := range all {
			var c cursor
			slow.move(&c, all[i].Arrival)
			slow.one(&all[i], &c)
		}
		a, b := finish(t, fast), finish(t, slow)
		if diff := cmp.Diff(b, a, cmp.AllowUnexported(Histogram{})); diff != "" {
			rt.Fatal(diff)
		}
	})
}

// hotBatch is a batch as the kernel hands it over: warm requests of a function.
func hotBatch(functions, n int) []sim.Outcome {
	st := sim.NewStream(sim.RunKey{Seed: 3}, sim.PurposeService, 1)
	batch := make([]sim.Outcome, n)
	for i := range batch {
		at := sim.Time(i) * 10 * sim.Millisecond
		batch[i] = sim.Outcome{Arrival: at, Start: at, End: at + sim.Time(1e6*math.Exp(5*st.Uniform(uint64(i)))), Function: uint32(i % functions), Started: true}
	}
	return batch
}

func TestRequestsAllocateNothing(t *testing.T) {
	functions := make([]sim.Function, 100)
	r, err := NewRecorder(Config{Window: sim.Window{Horizon: sim.Day}, Functions: functions})
	if err != nil {
		t.Fatal(err)
	}
	batch := hotBatch(100, 512)
	r.Requests(batch) // pages are made once
	if n := testing.AllocsPerRun(100, func() { r.Requests(batch) }); n != 0 {
		t.Errorf("%v allocations a batch, want none", n)
	}
}

func BenchmarkRequests(b *testing.B) {
	for _, functions := range []int{1, 20_000} {
		b.Run(fmt.Sprintf("functions=%d", functions), func(b *testing.B) {
			r, err := NewRecorder(Config{Window: sim.Window{Horizon: sim.Day}, Functions: make([]sim.Function, functions)})
			if err != nil {
				b.Fatal(err)
			}
			batch := hotBatch(functions, 512*40)
			b.ReportAllocs()
			n := 0
			for i := 0; b.Loop(); i = (i + 1) % 40 {
				r.Requests(batch[i*512 : (i+1)*512])
				n += 512
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n), "ns/inv")
		})
	}
}
