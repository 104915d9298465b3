package estimate

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/traces/logs"
)

// bursts are so many invocations at 3:00:07, daily, of 2 s after an
// initialisation of 5 s, at 4 GB.
func bursts(size, days int) string {
	var b strings.Builder
	for day := range days {
		for i := range size {
			fmt.Fprintf(&b, "2026-10-%02dT03:00:07.000Z REPORT RequestId: %08d-0000-4000-8000-%012d\tDuration: 2000.00 ms\tBilled Duration: 7000 ms\tMemory Size: 4096 MB\tMax Memory Used: 900 MB\tInit Duration: 5000.00 ms\t\n", day+1, day, i)
		}
	}
	return b.String()
}

// A thousand at once, every night: none finds an instance warm, so that each
// takes its 7 s and is billed for them: 30,000 × 7 s × 4 GB = 840,000 GB-s a month,
// of which 400,000 are free: 440,000 × 0.0000166667 = 7.33; without free grants
// 840,000 × 0.0000166667 + 0.03 × 0.20 = 14.006. No function of Lambda without
// standing instances has a p95 of 3 s.
func TestNightlyBursts(t *testing.T) {
	in := inputOf(t, bursts(1000, 30))
	in.Within = []string{"aws-lambda"}
	e, err := Run(context.Background(), in, Options{Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	p := plan(t, e, "aws-lambda")
	if got := p.Bill.Total.Text('f'); got != "7.333348" {
		t.Errorf("the bill is %s, want 7.333348", got)
	}
	if got := p.Bill.Lines[1].Quantity.Text('f') + " " + p.Bill.Lines[2].Quantity.Text('f') + " " + p.Bill.Lines[0].Quantity.Text('f'); got != "400000 440000 0.03" {
		t.Errorf("GB-s free and paid for, and requests: %s", got)
	}
	if p.stat("cold_ratio") != 1 {
		t.Errorf("%v of the requests are cold, want all", p.stat("cold_ratio"))
	}
	for _, q := range []string{"latency_p50_s", "latency_p95_s"} {
		if got := p.stat(q); got < 7*(1-0.008) || got > (7+p.mostUnseen)*1.008 {
			t.Errorf("%s is %v, want 7 and the sandbox's phase, at most %v", q, got, p.mostUnseen)
		}
	}
	if e.Check == nil || e.Check.Doubt != "" {
		t.Errorf("the simulation is the log's: %+v", e.Check)
	}
	in.FreeTier = costmodel.FreeTierNone
	if e, err = Run(context.Background(), in, Options{Workers: 2}); err != nil {
		t.Fatal(err)
	}
	if got := plan(t, e, "aws-lambda").Bill.Total.Text('f'); got != "14.006028" || !plan(t, e, "aws-lambda").Grants.Sum.IsZero() {
		t.Errorf("without free grants the bill is %s, want 14.006028", got)
	}
	in.FreeTier = costmodel.FreeTierFull
	slo, err := results.NewSLO([]results.Objective{{Metric: "latency_p95_s", Limit: 3}})
	if err != nil {
		t.Fatal(err)
	}
	a, err := Optimize(context.Background(), in, slo, Options{Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	if a.Best != nil {
		t.Errorf("%s meets a p95 of 3 s: %s", a.Best.Name, a.answer())
	}
	if !strings.HasPrefix(a.answer(), "No plan meets the SLO: the nearest is ") || !strings.Contains(a.answer(), ": its p95 is 7") {
		t.Error(a.answer())
	}
}

// How many requests a month has, by the log's arrivals, in the bill as logged and
// in the plan; a log of under an hour is billed as it is, and a log of any number
// of lines is. 4.2857 are 5 in five weeks.
func TestMonthOfALog(t *testing.T) {
	every := func(n int, gap time.Duration) string {
		at := make([]time.Time, n)
		for i := range at {
			at[i] = october.Add(time.Duration(i) * gap)
		}
		var b strings.Builder
		for i, when := range at {
			fmt.Fprintf(&b, "%s REPORT RequestId: %08d-0000-4000-8000-000000000000\tDuration: 100.00 ms\tBilled Duration: 100 ms\tMemory Size: 128 MB\tMax Memory Used: 60 MB\n", when.Format("2006-01-02T15:04:05.000Z"), i)
		}
		return b.String()
	}
	const hour, day, week = time.Hour, 24 * time.Hour, 7 * 24 * time.Hour
	for name, c := range map[string]struct {
		log  string
		want float64
		span costmodel.Span
		says string // of the break-even; empty: there is one
	}{
		"one line":              {every(1, hour), 1, costmodel.SpanRun, "no month is made of less than"},
		"seven in a minute":     {every(7, 8*time.Second), 7, costmodel.SpanRun, "no month is made of less than"},
		"two a day apart":       {every(2, day), 30, costmodel.SpanMonth, "2 requests are too few"},
		"five over four weeks":  {every(5, week), 5.0 * 30 / 35, costmodel.SpanMonth, "5 requests are too few"},
		"24 hourly":             {every(24, hour), 720, costmodel.SpanMonth, "24 requests are too few"},
		"30 daily":              {every(30, day), 30, costmodel.SpanMonth, "30 requests are too few"},
		"30 daily bursts of 40": {bursts(40, 30), 1200, costmodel.SpanMonth, ""},
	} {
		in := inputOf(t, c.log)
		in.Within, in.Replications = []string{"aws-lambda"}, 1
		e, err := Run(context.Background(), in, Options{Workers: 2, BreakEven: true})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		requests := func(b *costmodel.Bill) (n float64) {
			for i := range b.Lines {
				if strings.HasPrefix(b.Lines[i].Name, "requests") {
					n += costmodel.Float(&b.Lines[i].Quantity) * 1e6
				}
			}
			return n
		}
		if got, simulated := requests(in.Today.Bill), requests(&plan(t, e, "aws-lambda").Bill); math.Abs(got-c.want) > 1e-9 || math.Abs(simulated-c.want) > 1e-9 || e.Span != c.span {
			t.Errorf("%s: %v requests as logged and %v in the plan, of a %s; want %v of a %s", name, got, simulated, e.Span, c.want, c.span)
		}
		says := slices.ContainsFunc(e.Notes, func(n string) bool {
			return strings.Contains(n, "there is no break-even: ") && strings.Contains(n, c.says)
		})
		if (e.Crossings == nil) != (c.says != "") || says != (c.says != "") {
			t.Errorf("%s: a break-even of %+v and %q", name, e.Crossings, e.Notes)
		}
		if !strings.HasPrefix(e.answer(), "The ") {
			t.Errorf("%s: %s", name, e.answer())
		}
	}
}

// A minute's log that is said to be of 30 days is a month as it is.
func TestSpanOfALog(t *testing.T) {
	in, err := FromLogs(context.Background(), []logs.File{{Name: "f.log", R: strings.NewReader(bursts(40, 1))}},
		logs.Options{Strict: true, Span: 30 * 86_400e9}, guess(FunctionSettings{}), "aws-lambda")
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	if in.Today.Bill.Span != costmodel.SpanMonth || in.Today.Bill.Lines[0].Quantity.Text('f') != "0.00004" {
		t.Errorf("%s of a %s", in.Today.Bill.Lines[0].Quantity.Text('f'), in.Today.Bill.Span)
	}
}

// Exports that overlap are billed once: of the same lines twice, in two files,
// 72 are left.
func TestOverlappingExports(t *testing.T) {
	text := bursts(24, 3)
	in, err := FromLogs(context.Background(), []logs.File{{Name: "a.log", R: strings.NewReader(text)}, {Name: "b.log", Function: "a", R: strings.NewReader(text + text)}},
		logs.Options{Strict: true}, guess(FunctionSettings{}), "aws-lambda")
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	if in.Today.Requests != 72 || in.Log.total(in.Functions) != 72 || !slices.ContainsFunc(in.Notes, func(n string) bool { return strings.HasPrefix(n, "144 × lines read before") }) {
		t.Errorf("%d requests as logged, %d replayed, want 72; %q", in.Today.Requests, in.Log.total(in.Functions), in.Notes)
	}
}

// What a balancer answers itself is in no bill, and a route that has nothing else
// does not stop the others.
func TestOwnAnswersOfABalancer(t *testing.T) {
	var b strings.Builder
	for i := range 120 {
		at := fmt.Sprintf("2026-10-01T%02d:%02d", 9+i/60, i%60)
		fmt.Fprintf(&b, `http %s:05.2Z lb 192.0.2.39:2817 10.0.0.1:80 0.000 0.120 0.000 200 200 34 366 "GET http://www.example.com:80/orders/17 HTTP/1.1" "curl" - - arn "R" "-" "-" 0 %[1]s:05.000000Z "forward" "-" "-"`+"\n", at)
		fmt.Fprintf(&b, `http %s:06.2Z lb 192.0.2.39:2817 - -1 -1 -1 301 - 34 366 "GET http://www.example.com:80/ HTTP/1.1" "curl" - - - "R" "-" "-" 0 %[1]s:06.000000Z "redirect" "https://x" "-"`+"\n", at)
	}
	in, err := FromLogs(context.Background(), []logs.File{{Name: "f.log", R: strings.NewReader(b.String())}}, logs.Options{Strict: true}, guess(FunctionSettings{Memory: "512MB"}), "aws-lambda")
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	const says = "120 × requests answered by the load balancer or gateway itself, without a target: left out of the bill"
	if len(in.Functions) != 1 || in.Log.total(in.Functions) != 120 || !slices.Contains(in.Notes, says) {
		t.Errorf("%d functions, %d requests, %q", len(in.Functions), in.Log.total(in.Functions), in.Notes)
	}
}
