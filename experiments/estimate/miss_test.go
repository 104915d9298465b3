package estimate

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/results"
)

// A log of requests that take 2 s each cannot be served within 1 s, nor the share of
// cold ones be below 0: the nearest plan, by how much it misses, and that the function
// itself is too slow are said, and how memory sizes would be searched.
func TestMissNamesTheNearest(t *testing.T) {
	var log strings.Builder
	for i := range 200 {
		fmt.Fprintf(&log, "2026-10-01T%02d:%02d:00.000Z REPORT RequestId: %08d-0000-4000-8000-000000000000\tDuration: 2000.00 ms\tBilled Duration: 2000 ms\tMemory Size: 1024 MB\tMax Memory Used: 90 MB\n", 8+i/60, i%60, i)
	}
	ask := func(share string, limit float64) *Advice {
		in := inputOf(t, log.String())
		if share != "" {
			in.CPUShare, in.ShareKnown = Known(0), true
		}
		return advise(t, in, limit, "aws-lambda")
	}
	a := ask("", 1)
	miss := a.Miss()
	near := a.Nearest()
	for _, want := range []string{
		"no plan meets the SLO: the nearest is " + near.Name + ", at ",
		fmt.Sprintf(": its p99 is %s, beyond latency_p99_s ≤ 1 s by %s", Seconds(near.value("latency_p99_s")), Seconds(near.value("latency_p99_s")-1)),
		"today, as logged, the p99 of durations alone, without initialisations, is 2 s: the function itself is too slow for latency_p99_s ≤ 1 s (--cpu-share ",
	} {
		if !strings.Contains(miss, want) {
			t.Errorf("%s\nwant %s", miss, want)
		}
	}
	if miss := ask("0", 1).Miss(); strings.Contains(miss, "--cpu-share") || !strings.Contains(miss, "too slow") {
		t.Errorf("the share is known: %s", miss)
	}
	var page bytes.Buffer
	if err := a.Page(&page); err != nil {
		t.Fatal(err)
	}
	if text := page.String(); strings.Contains(text, "The cheapest plan that meets the SLO") || !strings.Contains(text, "<h1>No plan is sure to meet the SLO</h1>") {
		t.Error("the page's title names a plan that meets the SLO")
	}
	if strings.Contains(ask("", 2.5).answer(), "too slow") {
		t.Error("a function of 2 s is too slow for 2.5 s")
	}
}

// Where the means meet the SLO and are not sure to, the plan, its number and its
// interval are named.
func TestMissThatIsUnsure(t *testing.T) {
	s := guess(FunctionSettings{Requests: "20k/month", Duration: "1s", Memory: "512MB", Init: "0s", CV: "1.4"})
	in, err := s.Input()
	if err != nil {
		t.Fatal(err)
	}
	loose := advise(t, in, 60, "azure-consumption")
	c := loose.Best
	x, _ := c.Row.Stat("latency_p99_s")
	a := advise(t, in, x.Mean+x.Half/100, "azure-consumption")
	want := fmt.Sprintf("no plan is sure to meet the SLO, though the means of some do: the first is azure-consumption, at %s a month, of which latency_p99_s ≤ ", MoneyText(c.Cost, "USD"))
	if miss := a.Miss(); !strings.HasPrefix(miss, want) || !strings.Contains(miss, fmt.Sprintf(" is not sure: its p99 is %s ± %s over %d replications", Seconds(x.Mean), Seconds(x.Half), c.Replications)) {
		t.Errorf("%s\nwant %s", miss, want)
	}
}

// Where durations have an assumed spread, a failure says so and what the low end makes
// of it: at 0 each request takes 1 s.
func TestMissOfAGuessedSpread(t *testing.T) {
	for _, c := range []struct {
		limit float64
		says  string
	}{
		{1.5, "the spread of durations is a guess, a coefficient of variation of 2: at 0, the low end, the plan would meet it in the mean"},
		{0.9, "at 0, the low end, the plan misses it, too"},
	} {
		s := guess(FunctionSettings{Requests: "100k/month", Duration: "1s", Memory: "512MB", Init: "0s", CV: "0..2..3"})
		in, err := s.Input()
		if err != nil {
			t.Fatal(err)
		}
		in.Within = []string{"azure-premium"}
		slo, err := results.NewSLO([]results.Objective{{Metric: "latency_p99_s", Limit: c.limit}})
		if err != nil {
			t.Fatal(err)
		}
		a, err := Optimize(context.Background(), in, slo, Options{Workers: 2})
		if err != nil {
			t.Fatal(err)
		}
		if a.Best != nil || !strings.Contains(a.answer(), c.says) {
			t.Errorf("%s\nwant %s", a.answer(), c.says)
		}
	}
}
