package calibrate

import (
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/tokens"
)

// Values may leave the tested requests half a percent worse, on the average of the
// metrics, and not more. Means and percentiles do not count.
func TestJudge(t *testing.T) {
	for _, c := range []struct {
		ttft, tpot float64 // after; 2 % before
		want       string
	}{
		{0.02, 0.0299, ""},
		{0.012, 0.0379, ""},
		{0.02, 0.0301, "log: values fitted to the first 50 requests are worse on the other 49 (median error of a request: TTFT 2.0 % → 2.0 %, TPOT 2.0 % → 3.0 %): something changed within the log"},
		{0.012, 0.0381, "TTFT 2.0 % → 1.2 %, TPOT 2.0 % → 3.8 %"},
	} {
		calibration := Calibration{Log: &Log{Name: "log"}, Fitted: 50, Tested: 49, OnTested: []Statistic{
			{Metric: "TTFT", Name: "mean", Before: 0.01, After: 0.5}, {Metric: "TTFT", Name: eachRequest, Before: 0.02, After: c.ttft},
			{Metric: "TPOT", Name: eachRequest, Before: 0.02, After: c.tpot}, {Metric: "TPOT", Name: "p99", Before: 0.01, After: 0.5},
		}}
		got := ""
		if err := calibration.judge(); err != nil {
			got = err.Error()
		}
		if c.want == "" && got != "" || !strings.Contains(got, c.want) {
			t.Errorf("%v and %v: %q, want %q", c.ttft, c.tpot, got, c.want)
		}
	}
}

// The band is of the time a token of the requests that were not fitted, and of no
// others. 10 ms were measured each time; the ten that were fitted are simulated with
// 20, those that were not with 1 to 10 % off, two of them below: in the order of their
// absolute values the fifth of ten is 5 % and the ninth 9 %; of the errors themselves,
// −4, −1, 2, 3, 5 …, the fifth is + 5 %. One of a single token has no time a token.
func TestBandOfTheTested(t *testing.T) {
	l := &Log{Name: "log"}
	r := &replay{}
	add := func(output int32, simulated float64) {
		arrival := sim.Time(len(l.Requests)) * sim.Second
		l.Requests = append(l.Requests, Request{
			Arrival: arrival, First: arrival + 100*sim.Millisecond, Last: arrival + 100*sim.Millisecond + sim.Time(output-1)*10*sim.Millisecond,
			Asked: tokens.Request{Input: 10, Output: output},
		})
		r.times = append(r.times, times{0.1, simulated, 1})
	}
	for range 10 {
		add(11, 0.02)
	}
	for _, percent := range []float64{-1, 2, 3, -4, 5, 6, 7, 8, 9, 10} {
		add(11, 0.01*(1+percent/100))
	}
	add(1, 5)
	c := Calibration{Log: l, Fitted: 10}
	c.setBand(r, "A")
	if b := c.Band; b.Median != 0.05 || b.P90 != 0.09 || b.Bias != 0.05 || b.Fitted != 10 || b.Tested != 10 {
		t.Errorf("median %v, p90 %v, bias %v, fitted %d, tested %d; want 0.05, 0.09, 0.05, 10 and 10", b.Median, b.P90, b.Bias, b.Fitted, b.Tested)
	}
}
