package estimate

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/apd/v3"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/traces/logs"
)

// run estimates a guess once without break-even, on two workers; of what is
// assumed the likely values.
func run(t *testing.T, s *Settings, within ...string) *Estimate {
	t.Helper()
	in, err := s.Input()
	if err != nil {
		t.Fatal(err)
	}
	in.Within, in.Replications = within, 1
	in.CPUShare, in.InitFactor = Known(in.CPUShare.Likely), Known(in.InitFactor.Likely)
	e, err := Run(context.Background(), in, Options{Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func guess(f FunctionSettings) *Settings {
	f.Name = "f"
	return &Settings{Seed: 1, Replications: 3, Functions: []FunctionSettings{f}}
}

func plan(t *testing.T, e *Estimate, name string) *Plan {
	t.Helper()
	for i := range e.Plans {
		if e.Plans[i].Name == name {
			return &e.Plans[i]
		}
	}
	t.Fatalf("no plan %s", name)
	return nil
}

// Bills that can be worked by hand, of a load whose initialisations are not
// billed (init 0).
func TestHandWorkedBills(t *testing.T) {
	for _, c := range []struct {
		plan, requests, duration, memory, want string
	}{
		// AWS's first example: 3M × 0.12 s × 1.5 GB = 540,000 GB-s, less 400,000
		// free: 140,000 × 0.0000166667 = 2.333338; requests 2M × 0.20.
		{"aws-lambda", "3M/month", "120ms", "1536MB", "2.733338"},
		// The same on arm64: 140,000 × 0.0000133334 = 1.866676; requests 0.40.
		{"aws-lambda-arm", "3M/month", "120ms", "1536MB", "2.266676"},
		// Azure: the same GB-s at 0.000016 = 2.24; executions 0.40.
		{"azure-consumption", "3M/month", "120ms", "1536MB", "2.64"},
		// Below a quantum: 1.5 ms is billed as 2: 6M × 0.002 s × 1 GB = 12,000
		// GB-s, all free; requests 5M × 0.20.
		{"aws-lambda", "6M/month", "1500us", "1024MB", "1"},
		// Cloudflare: half of 100 ms is CPU: 3M × 50 ms = 150M ms, less 30M:
		// 120 × 0.02; requests within the 10M; the plan 5.
		{"cloudflare-workers", "3M/month", "100ms", "128MB", "7.4"},
	} {
		t.Run(c.plan+" "+c.duration, func(t *testing.T) {
			s := guess(FunctionSettings{Requests: c.requests, Duration: c.duration, Memory: c.memory, Init: "0s", CV: "0"})
			s.Concurrency = 1 // requests that share a CPU take longer
			e := run(t, s, c.plan)
			want, _, err := apd.NewFromString(c.want)
			if err != nil {
				t.Fatal(err)
			}
			if got := &plan(t, e, c.plan).Bill.Total; got.Cmp(want) != 0 {
				t.Errorf("the total is %s, want %s", got, want)
			}
		})
	}
}

// A bill's lines sum to its total to the last digit, on every platform, and the
// bills at the ends of what is guessed are around it.
func TestLinesSum(t *testing.T) {
	in, err := guess(FunctionSettings{Requests: "10k/month", Duration: "333ms", CV: "0.7", Memory: "777MB", Shape: "bursty"}).Input()
	if err != nil {
		t.Fatal(err)
	}
	in.Replications = 1
	e, err := Run(context.Background(), in, Options{Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	if len(e.Plans) < 15 {
		t.Errorf("%d plans, want all platforms that ship", len(e.Plans))
	}
	exact := apd.BaseContext.WithPrecision(100)
	for _, p := range e.Plans {
		var sum apd.Decimal
		for i := range p.Bill.Lines {
			if _, err := exact.Add(&sum, &sum, &p.Bill.Lines[i].Amount); err != nil {
				t.Fatal(err)
			}
		}
		if sum.Cmp(&p.Bill.Total) != 0 {
			t.Errorf("%s: lines sum to %s, the total is %s", p.Name, &sum, &p.Bill.Total)
		}
		if p.Low.Cmp(&p.Bill.Total) > 0 || p.High.Cmp(&p.Bill.Total) < 0 {
			t.Errorf("%s: %s … %s does not hold the total %s", p.Name, &p.Low, &p.High, &p.Bill.Total)
		}
	}
}

// More requests, longer or larger ones never cost less where requests are paid
// for. With minimum instances they may: Cloud Run's idle time has a price and
// its first active hours have none.
func TestMonotone(t *testing.T) {
	if testing.Short() {
		t.Skip("four months on eight plans are not short")
	}
	last := map[string]float64{}
	for _, c := range [][3]string{{"200k", "100ms", "512MB"}, {"400k", "100ms", "512MB"}, {"400k", "200ms", "512MB"}, {"400k", "200ms", "2048MB"}} {
		e := run(t, guess(FunctionSettings{Requests: c[0] + "/month", Duration: c[1], Memory: c[2]}), "aws-lambda", "azure-consumption", "gcp-cloud-run")
		for _, p := range e.Plans {
			if p.Kind != FunctionKind {
				continue
			}
			total := costmodel.Float(&p.Bill.Total)
			if total < last[p.Name] {
				t.Errorf("%s: %v costs %v, less than %v before", p.Name, c, total, last[p.Name])
			}
			last[p.Name] = total
		}
	}
}

// The number of workers reaches no byte.
func TestWorkers(t *testing.T) {
	if testing.Short() {
		t.Skip("two break-evens are not short")
	}
	var texts []string
	for _, workers := range []int{1, 3} {
		in, err := guess(FunctionSettings{Requests: "30k..50k/month", Duration: "1s", CV: "1", Memory: "512MB", Shape: "diurnal"}).Input()
		if err != nil {
			t.Fatal(err)
		}
		in.Within, in.Replications = []string{"azure-consumption", "aws-fargate"}, 2
		e, err := Run(context.Background(), in, Options{Workers: workers, BreakEven: true})
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		for _, f := range Formats() {
			if err := e.Render(&b, f); err != nil {
				t.Fatal(err)
			}
		}
		if err := e.Page(&b); err != nil {
			t.Fatal(err)
		}
		texts = append(texts, b.String())
	}
	if texts[0] != texts[1] {
		t.Error("one worker and three give different answers")
	}
}

// Two sizes whose mean durations follow d = 300 + 700 ÷ CPU: at 1,769 MB the
// share is 700 ÷ 1000; at half of that, 1400 ÷ 1700.
func TestFitShare(t *testing.T) {
	f := logs.Function{Memory: 1769, Requests: 20, Billed: []logs.Usage{
		{MemoryMB: 1769, Requests: 10, BilledMS: 10_000},
		{MemoryMB: 3538, Requests: 10, BilledMS: 10_000}, // beyond one vCPU: no faster
	}}
	if _, ok := fitShare([]logs.Function{f}); ok {
		t.Error("sizes of the same CPU were fitted")
	}
	f.Billed = append(f.Billed, logs.Usage{MemoryMB: 885, Requests: 10, BilledMS: int64(math.Round(10 * (300 + 700*1769.0/885)))})
	if got, ok := fitShare([]logs.Function{f}); !ok || math.Abs(got-0.7) > 1e-3 {
		t.Errorf("the share is %v, %v, want 0.7", got, ok)
	}
}

// A log's billed durations are priced as they stand: 4 lines of 500 ms at
// 1,024 MB in 4 days are 15 GB-s a month, all of it free; ranges over days are
// those of equal days.
func TestToday(t *testing.T) {
	var b strings.Builder
	start := time.Date(2026, 9, 7, 0, 0, 0, 0, time.UTC)
	const each = 200
	for day := range 4 {
		for i := range each {
			at := start.Add(time.Duration(day)*24*time.Hour + time.Duration(i)*24*time.Hour/each + time.Second)
			fmt.Fprintf(&b, `{"time":%q,"type":"platform.report","record":{"requestId":"x","metrics":{"durationMs":59999.5,"billedDurationMs":60000,"memorySizeMB":3072,"maxMemoryUsedMB":100},"status":"success"}}`+"\n",
				at.Add(time.Minute).Format("2006-01-02T15:04:05.000Z"))
		}
	}
	s := guess(FunctionSettings{})
	in, err := FromLogs(context.Background(), []logs.File{{Name: "f.log", R: strings.NewReader(b.String())}}, logs.Options{Strict: true}, s, "aws-lambda")
	if err != nil {
		t.Fatal(err)
	}
	if in.Today.Billing.Unexplained != 0 || in.Today.Billing.Lines != 4*each {
		t.Errorf("%+v", in.Today.Billing)
	}
	in.Within = []string{"aws-lambda", "gcp-cloud-run-min"}
	e, err := Run(context.Background(), in, Options{Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	// 200 × 60 s × 3 GB a day is 36,000 GB-s. The log is of 4 days less the 7.2
	// minutes after the last request, and an hour more: one minute of seven has
	// one, and every hour.
	length := 96 - 7.2/60 + 1
	want := (4*36_000*720/length - 400_000) * 0.0000166667
	if got := costmodel.Float(&in.Today.Bill.Total); math.Abs(got-want) > 1e-6 {
		t.Errorf("today's bill is %v, want %v", got, want)
	}
	p := plan(t, e, "aws-lambda")
	if got := costmodel.Float(&p.Bill.Total); math.Abs(got-want) > 0.03*want {
		t.Errorf("the simulated bill is %v, want about %v", got, want)
	}
	if p.Days == nil || p.Days.Low > p.Days.High || math.Abs(p.Days.Low-want) > 0.05*want {
		t.Errorf("the bootstrap over days is %+v, want about %v", p.Days, want)
	}
	if q := plan(t, e, "gcp-cloud-run-min-instances"); q.Days != nil {
		t.Errorf("a bill with idle time has a bootstrap: %+v", q.Days)
	}
}

// Where two plans' costs are known the crossing is: Lambda on arm64 costs a·load
// beyond its grants, a machine b; they cross at b ÷ a and what the grants are worth.
func TestCrossing(t *testing.T) {
	in, err := guess(FunctionSettings{Requests: "10M/month", Duration: "100ms", Memory: "1024MB", Init: "0s", CV: "0", Shape: "even"}).Input()
	if err != nil {
		t.Fatal(err)
	}
	in.CPUShare, in.Replications, in.Within = Known(0), 2, []string{"aws-lambda-arm", "aws-ec2"}
	r, err := newRunner(in, Options{Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	all, _, err := r.choices()
	if err != nil {
		t.Fatal(err)
	}
	var plans []Plan
	for _, c := range all {
		if c.Kind != ProvisionedKind {
			plans = append(plans, Plan{Name: c.name(), Kind: c.Kind})
		}
	}
	found, err := r.breakEven(context.Background(), plans, all)
	if err != nil {
		t.Fatal(err)
	}
	if len(found.Curves) != 2 || len(found.Crossings) != 1 {
		t.Fatalf("%d curves and the crossings %+v, want those of Lambda and of a machine, and one", len(found.Curves), found.Crossings)
	}
	// One machine of 720 h × 0.0816 = 58.752 carries it all. n million requests
	// cost (n − 1)·0.20 + (n·100,000 − 400,000)·0.0000133334:
	// n = (58.752 + 0.2 + 5.33336) ÷ 1.53334 = 41.925.
	want := 41.925e6 / (30 * 86400)
	x := &found.Crossings[0]
	if x.Below != "aws-lambda-arm" || x.Above != "aws-ec2-m7g.large" || math.Abs(x.Load/want-1) > 0.01 || math.Abs(x.Cost/58.752-1) > 0.01 {
		t.Errorf("they cross at %+v, want %v/s and 58.752 USD", x, want)
	}
	if x.Interval == nil || x.Interval.Low > want || x.Interval.High < want {
		t.Errorf("the interval %+v does not hold %v", x.Interval, want)
	}
}

func TestParseSLO(t *testing.T) {
	for _, c := range []struct{ text, metric, limit string }{
		{"p99 <= 800ms", "latency_p99_s", "0.8"},
		{"cold_ratio<=1%", "cold_ratio", "0.01"},
		{"p99.9 <= 2s", "latency_p999_s", "2"},
		{"latency_p50_s <= 0.25", "latency_p50_s", "0.25"},
		{"completed >= 10", "completed", "10"},
		{"latency_p99_s <= 1500ms", "latency_p99_s", "1.5"},
		{"mean <= 1m30s", "latency_mean_s", "90"},
		{"wasted_gib_s <= 5", "wasted_gib_s", "5"},
	} {
		slo, err := ParseSLO([]string{c.text})
		if err != nil || slo[0].Metric != c.metric || fmt.Sprint(slo[0].Limit) != c.limit {
			t.Errorf("%q is %+v, %v", c.text, slo, err)
		}
	}
	for _, text := range []string{"", "p99", "p99 < 1s", "p98 <= 1s", "p99 <= -1s", "p99 <= x", "cold <= ",
		"p99 <= 800", "mean <= 0.8", "p99 <= 80%", "latency_p99_s <= 80%", "wasted_gib_s <= 5s", "completed >= 10%"} {
		if _, err := ParseSLO([]string{text}); err == nil {
			t.Errorf("%q is taken for an SLO", text)
		}
	}
}

// The plan that meets an SLO: cold starts of 10 s rule Lambda on demand out;
// one standing instance serves evenly spaced requests that never overlap.
func TestOptimize(t *testing.T) {
	if testing.Short() {
		t.Skip("two searches are not short")
	}
	in, err := guess(FunctionSettings{Requests: "100/h", Duration: "1s", Memory: "512MB", Init: "10s", CV: "0", Shape: "constant"}).Input()
	if err != nil {
		t.Fatal(err)
	}
	in.Within = []string{"aws-lambda"}
	slo, err := ParseSLO([]string{"cold <= 0.5%"})
	if err != nil {
		t.Fatal(err)
	}
	a, err := Optimize(context.Background(), in, slo, Options{Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	if a.Best == nil || a.Best.choice.provisioned < 1 || !strings.HasPrefix(a.Best.Name, "aws-lambda-arm") {
		t.Fatalf("the best is %+v, want standing instances on arm64", a.Best)
	}
	if a.Binds == nil || a.Binds.Metric != "cold_ratio" {
		t.Errorf("%+v binds, want the cold ratio", a.Binds)
	}
	if len(a.Front) < 2 {
		t.Errorf("a front of %d plans, want on demand and provisioned", len(a.Front))
	}
	slo, err = ParseSLO([]string{"p50 <= 900ms"})
	if err != nil {
		t.Fatal(err)
	}
	in.Within = []string{"azure-consumption"}
	if a, err = Optimize(context.Background(), in, slo, Options{Workers: 2}); err != nil {
		t.Fatal(err)
	}
	// Every request takes 1 s: 0.1 s too long wherever it runs; quantiles are
	// within 1/128.
	if miss := a.Miss(); a.Best != nil || !strings.Contains(miss, "latency_p50_s ≤ 0.9 s") || !strings.Contains(miss, "beyond latency_p50_s ≤ 0.9 s by 0.10") {
		t.Errorf("miss: %s", miss)
	}
}

// Every alternative has a tariff of the catalog that fits its platform.
func TestAlternatives(t *testing.T) {
	catalog, err := costmodel.Load()
	if err != nil {
		t.Fatal(err)
	}
	in, err := guess(FunctionSettings{Requests: "1M/month", Duration: "100ms", Memory: "128MB", Restore: "200ms"}).Input()
	if err != nil {
		t.Fatal(err)
	}
	ld, err := in.load(likely, 1, 1000)
	if err != nil {
		t.Fatal(err)
	}
	all, leftOut, err := in.alternatives()
	if err != nil || len(leftOut) > 0 {
		t.Fatal(leftOut, err)
	}
	for _, a := range all {
		s, err := in.subject(asIs(a), catalog, ld, likely)
		if err != nil {
			t.Errorf("%s: %v", a.Name, err)
			continue
		}
		if unmet := s.tariff.Check(s.platform.Sim); len(unmet) > 0 {
			t.Errorf("%s: %v", a.Name, unmet)
		}
		if _, err := s.run(context.Background(), in.key(0), simulation{}); err != nil {
			t.Errorf("%s: %v", a.Name, err)
		}
	}
}

// A Worker has 128 MB: a larger function is left out, unless a log shows that
// it fits with a fifth to spare, or the user says so; and whatever is configured
// if a log shows that it does not.
func TestTooSmall(t *testing.T) {
	const has = "cloudflare-workers is left out: an instance has at most 128 MB, and function f "
	for _, c := range []struct {
		memory, used, needs int64
		why                 string
	}{
		{128, 0, 0, ""},
		{129, 0, 0, has + "has 129 MB, and nothing says that it needs less (--needs does)"},
		{1024, 106, 0, ""}, // 127.2
		{1024, 107, 0, has + "was seen to use 107 MB"}, // 128.4
		{128, 128, 0, ""}, // that is what it runs with
		{128, 129, 0, has + "was seen to use 129 MB"},
		{1024, 0, 128, ""},
		{1024, 900, 128, ""},
		{1024, 0, 129, has + "needs 129 MB"},
	} {
		in := &Input{Functions: []Function{{Name: "f", Memory: c.memory, Used: c.used, Needs: c.needs}}}
		all, leftOut, err := in.alternatives()
		if err != nil {
			t.Fatal(err)
		}
		has := slices.ContainsFunc(all, func(a alternative) bool { return a.Name == "cloudflare-workers" })
		if got := strings.Join(leftOut, "\n"); got != c.why || has != (c.why == "") {
			t.Errorf("%d MB of which %d are used: is a plan: %v; %q, want %q", c.memory, c.used, has, got, c.why)
		}
		in.Within = []string{"cloudflare"}
		if _, _, err = in.alternatives(); c.why != "" && (err == nil || err.Error() != "no plan remains: "+c.why) {
			t.Errorf("%d MB of which %d are used, within cloudflare: %v", c.memory, c.used, err)
		}
		in.Within = []string{"aws"}
		if _, leftOut, err = in.alternatives(); err != nil || len(leftOut) > 0 {
			t.Errorf("within aws: %v, %v", leftOut, err)
		}
	}
}
