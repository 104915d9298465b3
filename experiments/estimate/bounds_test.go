package estimate

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coldcurve/coldcurve/experiments"
	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/sim"
)

// TestTooLarge: what is too large to simulate is refused before any of it is,
// with what would not be. Twenty seconds are the least window, and as much comes
// before it: 500,000 requests a second are 20,000,000, and one more 20,000,040.
func TestTooLarge(t *testing.T) {
	for _, c := range []struct {
		requests, duration, want string
	}{
		{"500k/s", "1ms", ""},
		{"500001/s", "1ms", "requests: 500001/s for 40s (the window and its warm-up) are 20000040 requests, and each is simulated: want at most 20000000, which is 500000/s or 1296G/month; give a part of the load"},
		{"1G/s", "1ms", "requests: 1000000000/s for 40s (the window and its warm-up) are 40000000000 requests, and each is simulated"},
		{"1/s..1000000000000G/s", "1ms", "and each is simulated: want at most 20000000, which is 500000/s"},
		// 100 a second of 1,000 s are 100,000 at a time.
		{"100/s", "1000s", ""},
		{"101/s", "1000s", "requests × duration: 101000 requests are in service at a time, and each takes an instance or a place in one: want at most 100000"},
		{"1/s", "1s..1s..2d", "requests × duration: 172800 requests are in service at a time"},
	} {
		in, err := guess(FunctionSettings{Requests: c.requests, Duration: c.duration, Memory: "128MB", CV: "0"}).Input()
		if err != nil {
			t.Fatal(err)
		}
		r, err := newRunner(in, Options{Workers: 1})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(context.Background())
		cancel() // what is simulated ends at once
		began := time.Now()
		_, _, err = r.plans(ctx, nil)
		var input *experiments.InputError
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%s of %s: %v", c.requests, c.duration, err)
		case c.want != "" && (!errors.As(err, &input) || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%s of %s: got %v, want %q", c.requests, c.duration, err, c.want)
		}
		in.Functions[0].Rate, in.Functions[0].Duration = Known(in.Functions[0].Rate.High), Known(in.Functions[0].Duration.High)
		if _, err := Optimize(ctx, in, results.SLO{{Metric: "latency_p99_s", Limit: 1}}, Options{Workers: 1}); c.want != "" && !errors.As(err, &input) {
			t.Errorf("optimize %s of %s: got %v", c.requests, c.duration, err)
		}
		if took := time.Since(began); took > 2*time.Second {
			t.Errorf("%s of %s: took %v to refuse", c.requests, c.duration, took)
		}
	}
}

// fewRequests is two functions of one request a month each.
func fewRequests(t *testing.T) *Input {
	t.Helper()
	f := FunctionSettings{Requests: "1/month", Duration: "100ms", Memory: "128MB", CV: "0"}
	s := guess(f)
	f.Name = "g"
	s.Functions = append(s.Functions, f)
	in, err := s.Input()
	if err != nil {
		t.Fatal(err)
	}
	in.Within, in.Replications = []string{"gcp-cloud-run"}, 2
	in.CPUShare, in.InitFactor = Known(in.CPUShare.Likely), Known(in.InitFactor.Likely)
	return in
}

// TestBreakEvenOfFewRequests: of one request there is no quarter: the curves
// begin where there is a load, and the estimate does not fail.
func TestBreakEvenOfFewRequests(t *testing.T) {
	e, err := Run(context.Background(), fewRequests(t), Options{Workers: 2, BreakEven: true})
	if err != nil {
		t.Fatal(err)
	}
	if load := e.Crossings.Curves[0].Load; len(load) < 5 || load[0] != e.Rate/2 { // half of one rounds to one
		t.Errorf("today is %v, the curve is over %v", e.Rate, load)
	}
}

// TestGridEndsWhereNothingCanBeSimulated: twice 400,000 requests a second are
// too many, and so are twice 60,000 in service at a time.
func TestGridEndsWhereNothingCanBeSimulated(t *testing.T) {
	for _, c := range []struct {
		requests, duration string
		today              float64
	}{{"400k/s", "1ms", 400_000}, {"1k/s", "60s", 1000}} {
		in, err := guess(FunctionSettings{Requests: c.requests, Duration: c.duration, Memory: "128MB", CV: "0"}).Input()
		if err != nil {
			t.Fatal(err)
		}
		grid := (&runner{in: in}).grid(c.today)
		if want := []float64{1. / 16, 1. / 8, 1. / 4, 1. / 2, 1}; !slices.Equal(grid, want) {
			t.Errorf("%s of %s: got %v, want %v", c.requests, c.duration, grid, want)
		}
	}
}

// TestBoundedCountsTheWarmup: the requests of the warm-up are simulated too.
func TestBoundedCountsTheWarmup(t *testing.T) {
	l := &load{window: sim.Window{Warmup: sim.Hour, Horizon: 2 * sim.Hour}, counts: []float64{mostRequests / 2}, means: []float64{1}}
	if err := l.bounded(); err != nil {
		t.Error(err)
	}
	l.counts[0]++
	if l.bounded() == nil {
		t.Error("one more is taken")
	}
}

// TestPeakIsRecordedWhereABoundNamesIt: it takes memory for each second.
func TestPeakIsRecordedWhereABoundNamesIt(t *testing.T) {
	for _, c := range []struct {
		metric string
		want   bool
	}{{"instances_peak", true}, {"latency_p99_s", false}} {
		a, err := Optimize(context.Background(), fewRequests(t), results.SLO{{Metric: c.metric, Limit: 50}}, Options{Workers: 2})
		if err != nil {
			t.Fatal(err)
		}
		s, _ := a.All[0].Row.Stat("instances_peak")
		if s.Defined() != c.want || c.want && s.Mean < 1 {
			t.Errorf("a bound on %s: the peak is %v", c.metric, s.Mean)
		}
	}
}
