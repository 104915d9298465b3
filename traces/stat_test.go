package traces

import (
	"context"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/coldcurve/coldcurve/sim"
)

// f arrives at 0, 10, 40, 120 s: gaps 10, 30, 80, mean 40, variance
// (900 + 100 + 1600) ÷ 3, CV √(2600/3) ÷ 40 = 0.73598. g arrives once.
// Minutes: 3 (f at 0, 10, 40), 1 (g at 60), 1 (f at 120). The share of the top 1 % and
// 10 %, rounded up, is one function of two: 4/5. Zipf: log(4/1) ÷ log(2/1) = 2.
func TestStat(t *testing.T) {
	dir := writeFiles(t, map[string]string{"a.csv": "arrival_s,service_s,function,app,trigger\n" +
		"0,1,f,,http\n10,2,f,,\n40,3,f,,\n60,4,g,x,timer\n120,5,f,,\n"})
	tr := mustOpen(t, "csv:a.csv", Options{Beside: dir})
	s, err := Stat(context.Background(), tr, sim.RunKey{}, 1)
	if err != nil {
		t.Fatal(err)
	}
	const cv = 0.735980072
	want := &Statistics{
		Functions: 2, Active: 2, Apps: 2, Invocations: 5, Horizon: 120*sim.Second + 1, Rate: 5.0 / 120, PeakMinute: 3, MeanService: 3,
		IATCV:     []Quantile{{0, cv}, {0.1, cv}, {0.25, cv}, {0.5, cv}, {0.75, cv}, {0.9, cv}, {1, cv}},
		Top1Share: 0.8, Top10Share: 0.8, Zipf: 2,
		Triggers:  []TriggerCount{{"http", 1, 4}, {"timer", 1, 1}},
		Top:       []FunctionStat{{Function: sim.Function{Name: "f", Trigger: "http", Weight: 4}, Count: 4, Share: 0.8, MeanService: 11.0 / 4, CV: cv}},
		PerMinute: []int64{3, 1, 1}, Popularity: []int64{4, 1},
	}
	if diff := cmp.Diff(want, s, cmpopts.EquateApprox(1e-8, 0)); diff != "" {
		t.Error(diff)
	}
}

// Of functions that are called equally often the exponent is 0, and not −0.
func TestZipfOfEquals(t *testing.T) {
	for n := range 40 {
		if got := zipfExponent(slices.Repeat([]int64{7}, n)); got != 0 || math.Signbit(got) {
			t.Errorf("of %d functions alike: %v", n, got)
		}
	}
}

// A Zipf law is fitted exactly, and a periodic function has CV 0.
func TestZipfAndVariation(t *testing.T) {
	counts := make([]int64, 50)
	for i := range counts {
		counts[i] = int64(1e15 * math.Pow(float64(i+1), -1.3))
	}
	if got := zipfExponent(counts); math.Abs(got-1.3) > 1e-6 {
		t.Error(got)
	}
	var squares sim.Wide
	for range 1000 {
		squares.AddProduct(sim.Hour, sim.Hour)
	}
	if got := variation(1000, 1000*sim.Hour, squares); got != 0 {
		t.Error(got)
	}
}
