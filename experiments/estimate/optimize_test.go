package estimate

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/traces/logs"
)

// advise looks for a plan with a p99 of at most so many seconds.
func advise(t *testing.T, in *Input, p99 float64, within ...string) *Advice {
	t.Helper()
	in.Within = within
	slo, err := results.NewSLO([]results.Objective{{Metric: "latency_p99_s", Limit: p99}})
	if err != nil {
		t.Fatal(err)
	}
	a, err := Optimize(context.Background(), in, slo, Options{Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// constantGuess is 3M requests of 120 ms at 1,536 MB, AWS's first example.
func constantGuess(t *testing.T, more func(*Settings)) *Input {
	t.Helper()
	s := guess(FunctionSettings{Requests: "3M/month", Duration: "120ms", Memory: "1536MB", Init: "0s", CV: "0"})
	if more != nil {
		more(s)
	}
	in, err := s.Input()
	if err != nil {
		t.Fatal(err)
	}
	return in
}

// A guess has no today: nothing is said against one, in no form.
func TestNoTodayOfAGuess(t *testing.T) {
	a := advise(t, constantGuess(t, nil), 2, "aws-lambda")
	var page, json bytes.Buffer
	if err := a.Page(&page); err != nil {
		t.Fatal(err)
	}
	if err := a.Render(&json, "json"); err != nil {
		t.Fatal(err)
	}
	if a.Now != nil || strings.Contains(a.text()+page.String(), "oday") || !strings.Contains(json.String(), `"now": null`) {
		t.Errorf("a guess has a today: %+v\n%s", a.Now, a.text())
	}
	// 142,156 GB-s would be those with cold starts; without any, the example's own
	// 140,000 × 0.0000133334 + 2 × 0.20 on arm64.
	if want := "The cheapest plan that meets the SLO is aws-lambda-arm, at 2.27 USD a month: its p99 is 0.12 s, and at most 2 s is asked."; !strings.HasPrefix(a.text(), want) {
		t.Errorf("%s\nwant %s", a.text()[:200], want)
	}
	// 400,000 × 0.0000133334 + 1 × 0.20.
	if want := "Free grants have taken 5.53 USD off, which are the account's"; !strings.Contains(a.answer(), want) {
		t.Errorf("%s\nwant %s", a.answer(), want)
	}
}

// Without grants the example costs 540,000 × 0.0000133334 + 3 × 0.20; with a
// queue of 3M calls, without its free million either, 3 × 0.40 more.
func TestServicesAndFreeTierOfAdvice(t *testing.T) {
	for _, c := range []struct {
		free, plan, sum string
	}{{"full", "2.27", "3.07"}, {"none", "7.80", "9.00"}} {
		a := advise(t, constantGuess(t, func(s *Settings) {
			if err := s.FreeTier.UnmarshalText([]byte(c.free)); err != nil {
				t.Fatal(err)
			}
			service, err := ParseService("aws-sqs:requests=3M/month")
			if err != nil {
				t.Fatal(err)
			}
			s.Services = append(s.Services, *service)
		}), 2, "aws-lambda-arm")
		text := a.text()
		for _, want := range []string{
			"is aws-lambda-arm, at " + c.plan + " USD a month",
			"With the services it is " + c.sum + " USD a month.",
			"The plan and the services: " + c.sum + " USD.",
		} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: no %q in\n%s", c.free, want, text)
			}
		}
		if says := strings.Contains(text, "ree grants have taken"); says != (c.free == "full") {
			t.Errorf("%s: %s", c.free, a.answer())
		}
		if a.scope()[:36] == "A month of 30 days without free gran" != (c.free == "none") {
			t.Errorf("%s: %s", c.free, a.scope())
		}
	}
}

// What a log was billed for is today, and the answer says what is saved against
// it; so is the check of its simulation. A log of nobody's bill has none.
func TestTodayOfALog(t *testing.T) {
	var billed, web strings.Builder
	for i := range 200 {
		at := fmt.Sprintf("%02d:%02d:00", 8+i/60, i%60)
		fmt.Fprintf(&billed, "2026-10-01T%s.000Z REPORT RequestId: %08d-0000-4000-8000-000000000000\tDuration: 2000.00 ms\tBilled Duration: 2000 ms\tMemory Size: 4096 MB\tMax Memory Used: 900 MB\n", at, i)
		fmt.Fprintf(&web, "192.0.2.1 - - [01/Oct/2026:%s +0000] \"GET /a HTTP/1.1\" 200 5 \"-\" \"-\" 0.200\n", at)
	}
	of := func(log string) *Input {
		return inputOf(t, log)
	}
	a := advise(t, of(billed.String()), 5, "aws-lambda")
	if a.Now == nil || a.Now.Name != "aws-lambda" || a.Check == nil || a.Check.Plan != "aws-lambda" {
		t.Fatalf("today is %+v, its check %+v", a.Now, a.Check)
	}
	if text := a.answer(); !strings.Contains(text, "against today's bill as logged, ") {
		t.Error(text)
	}
	elsewhere := advise(t, of(billed.String()), 5, "azure-consumption")
	if text := elsewhere.answer(); elsewhere.Now != nil || !strings.Contains(text, "today's bill as logged, ") {
		t.Errorf("the log's bill is today's whatever is looked at: %s", text)
	}
	s := guess(FunctionSettings{Memory: "512MB"})
	nobodys, err := FromLogs(context.Background(), []logs.File{{Name: "f.log", R: strings.NewReader(web.String())}}, logs.Options{Strict: true}, s, "aws-lambda")
	if err != nil {
		t.Fatal(err)
	}
	nobody := advise(t, nobodys, 5, "aws-lambda")
	if text := nobody.text(); nobody.Now != nil || strings.Contains(text, "oday") {
		t.Errorf("a web server's log says nothing of a bill:\n%s", text)
	}
}

// Plans that fail requests, or whose queue grows, are never chosen, whatever the
// SLO is about; where none serves, the quota that it takes is said.
func TestAdviceServes(t *testing.T) {
	in := func() *Input {
		s := guess(FunctionSettings{Requests: "5000M/month", Duration: "1s", Memory: "512MB", Init: "0s", CV: "0"})
		in, err := s.Input()
		if err != nil {
			t.Fatal(err)
		}
		return in
	}
	a := advise(t, in(), 60, "aws-lambda-arm")
	if a.Best != nil || !strings.HasPrefix(a.answer(), "No plan meets the SLO") || !strings.Contains(a.answer(), "a quota of 1000 concurrent requests rejects 48.") || !strings.Contains(a.answer(), "it takes one of 2") {
		t.Errorf("%v: %s", a.Best, a.answer())
	}
	for _, c := range a.Front {
		t.Errorf("%s fails requests and is on the front", c.Name)
	}
	// Consumption starts an instance a second at most: the queue grows.
	in2 := in()
	in2.Within = []string{"azure-consumption"}
	slo, err := results.NewSLO([]results.Objective{{Metric: "cold_ratio", Limit: 1}})
	if err != nil {
		t.Fatal(err)
	}
	b, err := Optimize(context.Background(), in2, slo, Options{Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	if b.Best != nil || !strings.Contains(b.answer(), "its instances cannot keep up") {
		t.Errorf("%+v: %s", b.Best, b.answer())
	}
}

// The folder of an advice: what is in it, that it may be written again, that
// another question and the folder of an estimate are refused, and one's files stay.
func TestAdviceFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	write := func(a *Advice, force bool) error {
		f, err := results.OpenSummaryFolder(dir, force, Advices())
		if err != nil {
			return err
		}
		defer f.Close()
		return a.Write(context.Background(), f)
	}
	a := advise(t, constantGuess(t, nil), 2, "aws-lambda")
	if err := write(a, false); err != nil {
		t.Fatal(err)
	}
	var names []string
	matches, _ := filepath.Glob(filepath.Join(dir, "*"))
	more, _ := filepath.Glob(filepath.Join(dir, "plots", "*"))
	for _, m := range append(matches, more...) {
		names = append(names, filepath.Base(m))
	}
	if want := []string{"bills.csv", "candidates.csv", "manifest.json", "optimize.html", "optimize.json", "optimize.txt", "plots", "cost-front.pdf", "cost-front.png", "cost-front.svg"}; !slices.Equal(names, want) {
		t.Errorf("the folder has %q, want %q", names, want)
	}
	if err := write(a, false); err != nil {
		t.Errorf("the same again: %v", err)
	}
	other := advise(t, constantGuess(t, nil), 3, "aws-lambda")
	if err := write(other, false); err == nil || !strings.Contains(err.Error(), "holds an advice of another question") {
		t.Errorf("another question: %v", err)
	}
	if err := write(other, true); err != nil {
		t.Error(err)
	}
	if _, err := results.OpenSummaryFolder(dir, true, Estimates()); err == nil || !strings.Contains(err.Error(), "is not one of an estimate") {
		t.Errorf("an estimate into the folder of an advice: %v", err)
	}
}

// A function that takes 15 minutes on average is cut off where that is the most:
// the reason says so, and not that something fails. Half of durations that are
// spread as a lognormal's lie below its mean and more, so more than none and less
// than half are cut off.
func TestTimeoutIsTheReason(t *testing.T) {
	e := run(t, guess(FunctionSettings{Requests: "1k/month", Duration: "15m", Memory: "1024MB", CV: "1"}), "aws-lambda")
	p := plan(t, e, "aws-lambda")
	if p.sound() || !strings.HasPrefix(p.Fault.Reason, "its timeout of 15m cuts off ") || p.stat("error_ratio") < 0.2 || p.stat("error_ratio") > 0.5 {
		t.Errorf("%v fail: %+v", p.stat("error_ratio"), p.Fault)
	}
}

// A log without times has an answer too.
func TestAnswerWithoutTimes(t *testing.T) {
	var b strings.Builder
	for i := range 3 {
		fmt.Fprintf(&b, "REPORT RequestId: %08d-0000-4000-8000-000000000000\tDuration: 3600000.00 ms\tBilled Duration: 3600000 ms\tMemory Size: 1024 MB\tMax Memory Used: 60 MB\n", i)
	}
	e, err := Run(context.Background(), inputOf(t, b.String()), Options{Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	// 3 × 3,600 GB-s × 0.0000166667 = 0.18, from the first tier on.
	if want := "The 3 requests of the log were billed 0.18 USD for the log as it is; it has no times,"; !strings.HasPrefix(e.answer(), want) {
		t.Errorf("%q, want %q", e.answer(), want)
	}
}
