package results

import (
	"bytes"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/cockroachdb/apd/v3"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/sim"
)

// servedUnit is a window of 10 s, from 10 to 20, with one instance that is there
// all the time, and by two workers:
//
//   - one request before the window, that ends in it within the goodput's bounds:
//     it counts there, and nowhere else; and one of 1,000 tokens that times out
//     after its first one, which came in the window: its prompt was answered;
//   - A arrives at 11, is in line at 11.1, in a step at 11.5, has its first token at
//     12 and its fifth and last at 16: TTFT 1 s, TPOT 1 s, queueing 0.4 s;
//   - B arrives at 12, is in a step at 12, has its one token at 14: TTFT 2 s, no
//     TPOT; it was put back once, 30 of its 40 tokens were in the cache and 7 were
//     written there, and 4 tokens were made that nobody was shown;
//   - steps of one of two engines from 9 to 13, of which 3 s of 4 lie in the window,
//     and from 14 to 16.
func servedUnit(t *testing.T) *Replication {
	t.Helper()
	c := Config{Window: sim.Window{Warmup: s(10), Horizon: s(20)}, Functions: []sim.Function{{Name: "f"}}, Goodput: Goodput{TTFT: s(2), TPOT: s(0.5)}}
	one, other := newTestRecorder(t, c), newTestRecorder(t, c)
	request := func(arrival, queued, scheduled, first, end float64, v sim.Serving, status sim.Status) sim.Served {
		v.Queued, v.Scheduled, v.First = s(queued), s(scheduled), s(first)
		return sim.Served{Outcome: sim.Outcome{Arrival: s(arrival), Start: s(arrival), End: s(end), Started: true, Status: status}, Serving: v}
	}
	one.Served([]sim.Served{
		request(9, 9, 9, 9, 10, sim.Serving{Input: 1000, Output: 1000}, sim.Completed),
		request(11, 11.1, 11.5, 12, 16, sim.Serving{Input: 60, Output: 5}, sim.Completed),
		request(11, 11.1, 11.5, 12, 16, sim.Serving{Input: 1000, Output: 5}, sim.TimedOut),
	})
	other.Served([]sim.Served{request(12, 12, 12, 14, 14, sim.Serving{Input: 40, Output: 1, Reasoning: 4, Cached: 30, Written: 7, Preempted: 1}, sim.Completed)})
	one.Works([]sim.Work{{From: s(9), To: s(13), Prefill: s(2), Beyond: s(1), Steps: 400, Input: 80, Output: 8, Held: 50, Blocks: 100, Engines: 2}})
	other.Works([]sim.Work{{From: s(14), To: s(16), Prefill: s(0.5), Beyond: s(1), Steps: 10, Input: 10, Output: 6, Held: 25, Blocks: 100, Engines: 2}})
	// Of three swaps one was there before the window, from 10 on; the others took 2 s and 1 s.
	one.Works([]sim.Work{{From: s(8), To: s(9), Others: s(1), Swaps: 1}, {From: s(9), To: s(11), Others: s(2), Swaps: 1}})
	other.Works([]sim.Work{{From: s(13), To: s(14), Others: s(1), Swaps: 1}})
	life := sim.Life{Created: 0, Ready: s(11), Stopped: s(20), Flags: sim.Live}
	life.Phases[sim.PhaseNode] = s(10.5)
	one.Lives([]sim.Life{life})
	if err := one.Merge(other); err != nil {
		t.Fatal(err)
	}
	rep, err := one.Finish()
	if err != nil {
		t.Fatal(err)
	}
	rep.Power = &Power{GPUs: 4, Engine: 2, Prefill: Draw{400_000, false}, Decode: Draw{300_000, false}, Idle: Draw{60_000, true}}
	return rep
}

func newTestRecorder(t *testing.T, c Config) *Recorder {
	t.Helper()
	r, err := NewRecorder(c)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestServingColumnsByHand(t *testing.T) {
	rep := servedUnit(t)
	bill := &costmodel.Bill{Currency: "USD", Span: costmodel.SpanRun}
	bill.Total.SetInt64(5)
	values := rep.Values(bill)
	want := map[string]float64{
		"ttft_mean_s": 1.5, "ttft_p50_s": 1, "ttft_p90_s": 2, "ttft_p99_s": 2,
		"tpot_mean_s": 1, "tpot_p50_s": 1, "tpot_p90_s": 1, "tpot_p99_s": 1,
		"queueing_mean_s": 0.2, "queueing_p99_s": 0.4,
		"input_tokens": 100, "output_tokens": 6, "reasoning_tokens": 4, "cache_write_tokens": 7, "prefix_hit_ratio": 0.3, "preemptions": 1, "swaps": 2, "swap_mean_s": 1.5,
		"input_tokens_per_s": (60 + 10) / 10.0, "output_tokens_per_s": (6 + 6) / 10.0,
		"goodput_per_s":      0.2,            // B and the one before; A's tokens come too slowly
		"gpu_utilization":    (3 + 2) / 18.0, // the two engines are ready for 9 s
		"kv_utilization":     (3*0.5 + 2*0.25) / 18.0,
		"extrapolated_ratio": (0.75 + 1) / 5,
		// Prompts took 1.5 + 0.5 of 5 s.
		"cost_per_million_input_tokens": 5 * 2 / 5.0 / (60 + 1000 + 40) * 1e6, "cost_per_million_output_tokens": 5 * 3 / 5.0 / (6 + 6) * 1e6,
		// Two engines of two GPUs: 2 s × 2 × 400 W for prompts, 3 s × 2 × 300 W for
		// tokens, and of the 9.5 s × 4 after the machine was there the rest at 60 W.
		"energy_kwh": (1600 + 1800 + 28*60) / 3.6e6, "energy_per_token_j": 5080 / 12.0, "energy_bounded_ratio": 1680 / 5080.0,
	}
	for i, m := range metrics {
		if !m.Tokens {
			continue
		}
		w, known := want[m.Name]
		if !known || differ(values[i], w, RelativeError*w) {
			t.Errorf("%s: got %v, want %v", m.Name, values[i], w)
		}
	}
	if got := rep.Joules().Int64(); got != 5080 {
		t.Errorf("%d J, want 5080", got)
	}
	if len(want) != len(servingMetrics)+len(energyMetrics) {
		t.Errorf("%d columns were worked out, there are %d", len(want), len(servingMetrics))
	}
	var file bytes.Buffer
	if err := rep.Encode(&file); err != nil {
		t.Fatal(err)
	}
	again, err := Decode(&file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(values, again.Values(bill), cmpopts.EquateNaNs()); diff != "" {
		t.Errorf("the record says something else when it is read again:\n%s", diff)
	}
}

// Where nothing serves tokens there are no columns of them, and where one row has
// some, all have the columns.
func TestColumnsOfTokensOnlyWhereThereAreAny(t *testing.T) {
	without := NewRow([][]float64{(&Replication{Latency: new(Histogram)}).Values(nil)}, nil)
	with := NewRow([][]float64{servedUnit(t).Values(nil)}, nil)
	names := func(rows ...Row) string {
		var names []string
		for _, p := range metricsOf(rows) {
			names = append(names, metrics[p].Name)
		}
		return strings.Join(names, " ")
	}
	if got := names(without); strings.Contains(got, "ttft") || !strings.Contains(got, "error_ratio") {
		t.Errorf("without tokens the columns are %s", got)
	}
	if got := names(without, with); !strings.Contains(got, "ttft_p99_s") || !strings.HasSuffix(got, "energy_bounded_ratio") {
		t.Errorf("with tokens the columns are %s", got)
	}
	if !slices.ContainsFunc(without.Stats, func(s Stat) bool { return math.IsNaN(s.Mean) }) {
		t.Error("the row without tokens has all metrics")
	}
}

// Of a tariff of tokens a million of each costs what its lines say: 0.22 and 0.88
// a million, whatever the time of steps; a fee for each request is of neither.
func TestTokensOfATokenBill(t *testing.T) {
	rep := servedUnit(t)
	bill := &costmodel.Bill{Currency: "USD", Span: costmodel.SpanRun}
	for _, l := range []struct {
		meter  string
		amount apd.Decimal
	}{
		{"input_tokens", *apd.New(22*70, -8)}, {"cached_input_tokens", *apd.New(22*30, -8)},
		{"peak_output_tokens", *apd.New(88*6, -8)}, {"requests", *apd.New(1, 0)},
	} {
		bill.Lines = append(bill.Lines, costmodel.Line{Meter: l.meter, Amount: l.amount})
	}
	values := rep.Values(bill)
	for name, want := range map[string]float64{"cost_per_million_input_tokens": 0.22, "cost_per_million_output_tokens": 0.88} {
		if got := values[metricIndex(name)]; math.Abs(got-want) > 1e-12 {
			t.Errorf("%s: got %v, want %v", name, got, want)
		}
	}
}

// Where nobody reasons and nothing is written there are no columns of that.
func TestRareColumns(t *testing.T) {
	rep := servedUnit(t)
	with := NewRow([][]float64{rep.Values(nil)}, nil)
	rep.Serving.Reasoning, rep.Serving.Written, rep.Serving.Swaps = 0, 0, 0
	without := NewRow([][]float64{rep.Values(nil)}, nil)
	for _, name := range []string{"reasoning_tokens", "cache_write_tokens", "swaps", "swap_mean_s"} {
		if m := metricIndex(name); slices.Contains(metricsOf([]Row{without}), m) || !slices.Contains(metricsOf([]Row{without, with}), m) {
			t.Errorf("%s is in the wrong rows", name)
		}
	}
}

// A batch of 5 tokens that came at 11 and is there at 16: 5 s to the first token and
// no time to the next, so that no bound on that is missed.
func TestServingOfABatch(t *testing.T) {
	r := newTestRecorder(t, Config{Window: sim.Window{Horizon: s(20)}, Functions: []sim.Function{{Name: "f"}}, Goodput: Goodput{TPOT: s(0.5)}})
	r.Served([]sim.Served{{Outcome: sim.Outcome{Arrival: s(11), End: s(16), Started: true}, Serving: sim.Serving{First: s(16), Input: 60, Output: 5, Batch: true}}})
	rep, err := r.Finish()
	if err != nil {
		t.Fatal(err)
	}
	if v := rep.Serving; v.TTFT.Count() != 1 || math.Abs(v.TTFT.Mean()/second-5) > 1e-9 || v.TPOT.Count() != 0 || v.Good != 1 || v.Output != 5 {
		t.Errorf("%d times to the first token of mean %v, %d to the next, %d good", v.TTFT.Count(), v.TTFT.Mean()/second, v.TPOT.Count(), v.Good)
	}
}
