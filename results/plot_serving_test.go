package results

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/coldcurve/coldcurve/sim"
)

// servedAt is a unit of 10 s in which n requests arrive, the k-th with its first
// token after k times ttft and with ten more, one each tpot; half of the prompts'
// tokens were cached where hits says so, and rejected requests are told besides.
func servedAt(t *testing.T, n int, ttft, tpot float64, hits bool, rejected int) *Replication {
	t.Helper()
	r := newTestRecorder(t, Config{Window: sim.Window{Horizon: s(10)}, Functions: []sim.Function{{Name: "f"}}, Goodput: Goodput{TTFT: s(ttft * float64(n) / 2)}})
	for k := range n {
		at := s(float64(k) * 10 / float64(n))
		v := sim.Serving{Scheduled: at, First: at + s(ttft*float64(k+1)), Input: 100, Output: 11}
		if hits {
			v.Cached = 50
		}
		o := sim.Outcome{Arrival: at, Start: at, End: v.First + 10*s(tpot), Started: true, Status: sim.Completed}
		r.Requests([]sim.Outcome{o})
		r.Served([]sim.Served{{Outcome: o, Serving: v}})
		r.Works([]sim.Work{{From: at, To: at + s(ttft), Prefill: s(ttft / 2), Steps: 10, Input: 100, Output: 11, Held: 5, Blocks: 100}})
	}
	for range rejected {
		r.Requests([]sim.Outcome{{Status: sim.Rejected}})
	}
	r.Lives([]sim.Life{{Stopped: s(10), Flags: sim.Live}})
	return finish(t, r)
}

// servedSet sweeps a rate with two schedulers, three times each: the second is
// slower, and rejects some at the highest rate.
func servedSet(t *testing.T, hits bool) *Set {
	set := &Set{Title: "tokens"}
	for _, rate := range []float64{1, 2, 4, 8} {
		for i, scheduler := range []string{"vllm-v1", "vllm-v0"} {
			c := Cell{Platform: "gpu", Values: []PathValue{
				{Path: "workload.function.chat.arrivals.rate", Label: number(rate) + "/s", Number: rate, Numeric: true, Unit: "1/s"},
				{Path: "platform.gpu.server.scheduler", Label: scheduler}}}
			for n := range 3 {
				c.Replications = append(c.Replications, servedAt(t, int(10*rate), 0.02*rate*float64(i+1)+0.001*float64(n), 0.01, hits, i*int(rate/8)))
			}
			set.Cells = append(set.Cells, c)
		}
	}
	return set
}

// textOf is a set's figure of a name as SVG; "" where there is none.
func textOf(t *testing.T, set *Set, name string) string {
	t.Helper()
	rows, err := set.Rows()
	if err != nil {
		t.Fatal(err)
	}
	set.Plots = []string{name}
	figures, err := set.Figures(rows)
	if err != nil {
		t.Fatal(err)
	}
	if len(figures) == 0 {
		return ""
	}
	lookAt(t, "serving-", figures[0])
	var b bytes.Buffer
	if err := figures[0].writeSVG(&b, ScreenSize); err != nil {
		t.Fatal(err)
	}
	return b.String() + figures[0].Caption
}

// Over a swept number there is a panel a metric, a curve a choice, and a mark of
// its own where requests are rejected; panels of prefix caches only where
// something was found in one.
func TestServingOverALoad(t *testing.T) {
	plain, cached := textOf(t, servedSet(t, false), "serving"), textOf(t, servedSet(t, true), "serving")
	for _, want := range []string{"TTFT p50, s", "TTFT p99, s", "TPOT p50, ms", "TPOT p99, ms", "goodput, requests/s", "output tokens/s",
		"arrival rate, 1/s", "vllm-v1", "vllm-v0", "rejects requests", "95 % intervals"} {
		if !strings.Contains(plain, want) {
			t.Errorf("the plot does not say %q", want)
		}
	}
	for _, of := range []string{"prefix hits, %", "KV blocks held, %", "GPU busy, %"} {
		if strings.Contains(plain, of) || !strings.Contains(cached, of) {
			t.Errorf("%q: without hits %v, with hits %v; want false and true", of, strings.Contains(plain, of), strings.Contains(cached, of))
		}
	}
}

// What the curves show, worked out: of 10 requests the 5th has its first token
// after 5 × 20, 5 × 21 and 5 × 22 ms, and the last after 10 times that; five are
// within the bound, over 10 s.
func TestServingCurvesByHand(t *testing.T) {
	set := servedSet(t, true)
	rows, err := set.Rows()
	if err != nil {
		t.Fatal(err)
	}
	curves := set.servingCurves(servedRows(rows), 0)
	if len(curves) != 2 || curves[0].label != "vllm-v1" || !slices.Equal(curves[0].at, []float64{1, 2, 4, 8}) {
		t.Fatalf("got %d curves, %+v", len(curves), curves)
	}
	half := 0.005 * 4.302652729911275 / math.Sqrt(3) // t of 2 degrees of freedom, of a spread of 5 ms
	for p, want := range map[int]float64{0: 0.105, ttftP99: 0.21, 1: 0.01, 4: 0.01, 2: 0.5, 5: 11, prefixHits: 50} {
		if got := curves[0].value[p][0]; differ(got, want, 2*RelativeError*want) {
			t.Errorf("%s: got %v, want %v", servingPanels[p].title, got, want)
		}
	}
	if got := curves[0].half[0][0]; differ(got, half, 0.2*half) {
		t.Errorf("the interval is ± %v, want %v", got, half)
	}
	if diff := cmp.Diff([]fault{noFault, noFault, noFault, rejectsRequests}, curves[1].faults); diff != "" {
		t.Error(diff)
	}
	sp := servingPlot{curves: curves}
	sp.scale()
	if got := curves[0].value[4][0]; sp.units[4] != "ms" || sp.units[ttftP99] != "s" || differ(got, 10, 0.2) {
		t.Errorf("10 ms a token are drawn as %v %s, and first tokens in %s", got, sp.units[4], sp.units[ttftP99])
	}
}

// Where no number is swept there is a point a cell, its times against each other;
// where nothing serves tokens there is no plot.
func TestServingWithoutALoad(t *testing.T) {
	set := servedSet(t, false)
	set.Cells = set.Cells[:2]
	text := textOf(t, set, "serving")
	for _, want := range []string{"TPOT p99, ms", "TTFT p99, s", "vllm-v1", "vllm-v0"} {
		if !strings.Contains(text, want) {
			t.Errorf("the scatter does not say %q", want)
		}
	}
	without := fakeSet(t, []int{1, 10}, 1)
	swept := loadSet([]PathValue{{Path: "rate", Unit: "1/s"}}, []float64{1}, []float64{2}, []float64{4})
	for i := range swept.Cells {
		swept.Cells[i].Replications = without.Cells[0].Replications
	}
	for _, name := range []string{"serving", "ttft-cdf"} {
		if textOf(t, without, name) != "" || textOf(t, swept, name) != "" {
			t.Errorf("%s was drawn without tokens", name)
		}
	}
}

// Of many choices twelve are drawn, the first with a first token among them.
func TestServingOfManyChoices(t *testing.T) {
	set := &Set{}
	for i := range 20 {
		for _, rate := range []float64{1, 2, 4} {
			set.Cells = append(set.Cells, Cell{Platform: "gpu", Values: []PathValue{
				{Path: "rate", Label: number(rate), Number: rate, Numeric: true, Unit: "1/s"}, {Path: "policy", Label: fmt.Sprintf("p%02d", i)}},
				Replications: []*Replication{servedAt(t, 10, 0.01*rate*float64(1+(i+7)%20), 0.01, false, 0)}})
		}
	}
	text := textOf(t, set, "serving")
	if want := "Shown are 12 of 20 choices: the first with a first token at each load, the last at both ends"; !strings.Contains(text, want) || !strings.Contains(text, ">p13<") {
		t.Errorf("the fastest is left out, or the plot does not say %q", want)
	}
	if text, want := textOf(t, set, "ttft-cdf"), "the Pareto front of TTFT and TPOT"; !strings.Contains(text, want) {
		t.Errorf("the distributions are not chosen by %s", want)
	}
}

// The distribution of first tokens is that of their histogram, not of latencies:
// of thirty the fifteenth is the fifth of the third replication, after 5 × 22 ms.
func TestFirstTokensDistribution(t *testing.T) {
	set := servedSet(t, false)
	rows, err := set.Rows()
	if err != nil {
		t.Fatal(err)
	}
	f, err := set.ttftCDF(rows[:1])
	if err != nil {
		t.Fatal(err)
	}
	f.Name = "ttft-cdf"
	lookAt(t, "serving-", f)
	h, _, err := set.pooled(0, ttftOf)
	if err != nil || h.Count() != 30 || differ(float64(h.Quantile(0.5))/second, 0.11, 0.001) {
		t.Errorf("%d first tokens, the median after %v s; want 30 and 0.11 (%v)", h.Count(), float64(h.Quantile(0.5))/second, err)
	}
	if texts := textOf(t, set, "ttft-cdf"); !strings.Contains(texts, "TTFT, s") || !strings.Contains(texts, "time from arrival to the first token") {
		t.Error("the plot does not say what it is of")
	}
}

// A table of tokens fits a terminal of 110 columns, with two swept values, errors
// and an SLO; what all rows have alike is left out, and what differs is not.
func TestTableOfTokensFits(t *testing.T) {
	set := servedSet(t, true)
	slo, err := NewSLO([]Objective{{Metric: "ttft_p99_s", Limit: 1}})
	if err != nil {
		t.Fatal(err)
	}
	set.SLO = slo
	table := func() string {
		rows, err := set.Rows()
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		if err := set.renderText(&b, rows); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	text := table()
	header := ""
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "rate") {
			header = line
		}
		if n := len([]rune(strings.TrimRight(line, "\n"))); n > 110 && !strings.Contains(line, " rows ") && !strings.HasPrefix(line, "left out:") && !strings.HasPrefix(line, "95 % intervals:") {
			t.Errorf("%d columns: %s", n, line)
		}
	}
	want := "rate scheduler p50 p99 TTFT p50 TTFT p99 TPOT p50 TPOT p99 tokens/s good/s GPU errors SLO"
	if got := strings.Join(strings.Fields(header), " "); got != want {
		t.Errorf("the columns are\n%s, want\n%s", got, want)
	}
	set.Cells[0].Platform = "other"
	if !strings.Contains(table(), "platform") {
		t.Error("the platforms are left out where they differ")
	}
	set.Cells = set.Cells[:1]
	set.Cells[0].Values = nil
	if !strings.Contains(table(), "platform") {
		t.Error("a row has no name at all")
	}
}

// Words of what serves tokens.
func TestWordsOfTokens(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{sweptWords("platform.gpu.server.hardware.blocks", ""), "KV blocks"},
		{sweptWords("platform.gpu.server.max_num_seqs", ""), "max_num_seqs"},
		{sweptWords("platform.gpu.server.prefix_cache", ""), "prefix cache"},
		{sweptWords("platform.gpu.server", ""), "server"},
		{metricWords("ttft_p99_s", "", 0), "TTFT p99, s"}, {metricWords("kv_utilization", "", 0), "KV utilization, %"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
	row := func(cache string) Row {
		return Row{Values: []PathValue{{Path: "platform.gpu.server.prefix_cache", Label: cache}}, Platform: "gpu"}
	}
	if got := rowNames([]Row{row("true"), row("false")}, false); !slices.Equal(got, []string{"prefix cache true", "prefix cache false"}) {
		t.Errorf("the rows are %q", got)
	}
}
