package estimate

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/coldcurve/coldcurve/sim"
)

// searchOf looks for a plan that meets a bound.
func searchOf(f FunctionSettings, bound string, within string, more func(*Input)) (*Advice, error) {
	in, err := guess(f).Input()
	if err != nil {
		return nil, err
	}
	in.Within = strings.Split(within, ",")
	if more != nil {
		more(in)
	}
	slo, err := ParseSLO([]string{bound})
	if err != nil {
		return nil, err
	}
	return Optimize(context.Background(), in, slo, Options{Workers: 2})
}

// bursty is a load whose peak is far above what a Poisson process of its mean has.
var bursty = FunctionSettings{Requests: "3M/month", Duration: "1s", Memory: "1GB", Shape: "bursty"}

// A shape's peak is what standing instances have to take: a plan whose floor is
// the peak has no cold start, and it is found.
func TestFloorsUpToThePeak(t *testing.T) {
	a, err := searchOf(bursty, "cold_ratio <= 0.1%", "aws-lambda-arm", nil)
	if err != nil {
		t.Fatal(err)
	}
	if a.Best == nil {
		t.Fatalf("no plan meets the SLO: %s", a.Miss())
	}
	if cold := a.Best.value("cold_ratio"); cold > 0.001 || a.Best.choice.provisioned <= 8 {
		t.Errorf("%s has %v cold", a.Best.Name, cold)
	}
}

// The floors end with the first power of two at or above the peak, of durations
// as long as they are on the plan's CPU; a plan that always has some begins there.
func TestFloorsOf(t *testing.T) {
	in, err := guess(FunctionSettings{Requests: "1/s", Duration: "1s", Memory: "1769MB"}).Input()
	if err != nil {
		t.Fatal(err)
	}
	in.CPUShare, in.ShareKnown = Known(0.5), true
	lambda := alternative{Name: "aws-lambda", CPU: "lambda"}
	for _, c := range []struct {
		choice choice
		peak   int
		asked  int
		want   string
	}{
		{choice{alternative: lambda}, 40, 0, "[0 1 2 4 8 16 32 64]"},
		{choice{alternative: lambda}, 64, 0, "[0 1 2 4 8 16 32 64]"},
		// At half the memory the half that computes takes twice as long: 1.5 × 44 = 66.
		{choice{alternative: lambda, memory: 1769 / 2}, 44, 0, "[0 1 2 4 8 16 32 64 128]"},
		{choice{alternative: lambda}, 40, 7, "[7]"},
		// 0.6 × 10 requests side by side are more than its vCPU is for: 0.6 ÷ 0.5 = 1.2.
		{choice{alternative: alternative{Name: "gcp-cloud-run", CPU: "1", Shared: true}, concurrency: 10}, 10, 0, "[0 1 2 4 8 16]"},
		{choice{alternative: alternative{Name: "aws-fargate", CPU: "1", Shared: true, Provisioned: "1"}, concurrency: 10}, 1, 0, "[1 2]"},
		{choice{alternative: alternative{Name: "aws-fargate", CPU: "1", Shared: true, Provisioned: "1"}, concurrency: 10}, 4, 0, "[1 2 4]"},
		{choice{alternative: alternative{Name: "cloudflare-workers", CPU: "1"}}, 40, 0, "[0]"},
		{choice{alternative: alternative{Name: "cloudflare-workers", CPU: "1"}}, 40, 7, "[]"},
	} {
		in.Provisioned = c.asked
		if got := fmt.Sprint((&runner{in: in}).floorsOf(&c.choice, c.peak)); got != c.want {
			t.Errorf("%s at a peak of %d: got %s, want %s", c.choice.name(), c.peak, got, c.want)
		}
	}
}

// The peak is the most that overlap, here counted at each arrival.
func TestPeak(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := FunctionSettings{Requests: fmt.Sprintf("%d/h", rapid.IntRange(1, 400).Draw(t, "rate")), Duration: "30s", Memory: "128MB"}
		in, err := guess(f).Input()
		if err != nil {
			t.Fatal(err)
		}
		in.Seed = rapid.Uint64().Draw(t, "seed")
		ld, err := in.load(likely, 1, 300)
		if err != nil {
			t.Fatal(err)
		}
		source, err := ld.workload(ld.functions, []float64{1}).Open(in.key(0), []uint32{0})
		if err != nil {
			t.Fatal(err)
		}
		var all []sim.Invocation
		for buf := make([]sim.Invocation, 100); err == nil; {
			var n int
			n, err = source.Next(buf)
			all = append(all, buf[:n]...)
		}
		want := 0
		for i, v := range all {
			busy := 0
			for _, o := range all[:i+1] {
				if o.Arrival+o.Service > v.Arrival {
					busy++
				}
			}
			want = max(want, busy)
		}
		if got, err := ld.peak(context.Background(), in, 1); err != nil || got != want {
			t.Fatalf("got %d (%v), want %d", got, err, want)
		}
	})
}

// What is asked for is what is searched, and what has none of it is left out.
func TestSearchOfAskedFloor(t *testing.T) {
	pin := func(n int) func(*Input) { return func(in *Input) { in.Provisioned = n } }
	a, err := searchOf(bursty, "cold_ratio <= 50%", "aws-lambda-arm,cloudflare", pin(20))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range a.All {
		if c.choice.provisioned != 20 {
			t.Errorf("%s is looked at", c.Name)
		}
	}
	if a.Best == nil || !strings.Contains(strings.Join(a.Notes, "\n"), "cloudflare-workers is left out: ") {
		t.Errorf("best %+v, notes %v", a.Best, a.Notes)
	}
	if _, err := searchOf(bursty, "cold_ratio <= 50%", "azure-consumption", pin(2)); err == nil || !strings.Contains(err.Error(), "always ready") {
		t.Errorf("got %v, want why none remains", err)
	}
	if _, err := searchOf(bursty, "cold_ratio <= 50%", "aws-lambda-arm", func(in *Input) { in.Provisioned, in.AccountLimit = 20, 110 }); err == nil || !strings.Contains(err.Error(), "quota of 110") {
		t.Errorf("got %v, want the quota", err)
	}
}

// Provisioned concurrency comes out of the account's quota, of which 100 stay
// for functions without (docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html).
func TestProvisionedBeyondTheQuota(t *testing.T) {
	for _, c := range []struct{ provisioned, limit, quota int }{{1000, 10, 1100}, {901, 0, 1100}, {900, 0, 0}, {10, 110, 0}, {11, 110, 200}} {
		s := guess(FunctionSettings{Requests: "1M/month", Duration: "100ms", Memory: "128MB", CV: "0"})
		s.Provisioned, s.AccountLimit, s.Replications = c.provisioned, c.limit, 1
		e := run(t, s, "aws-lambda-provisioned")
		switch f := e.Plans[0].Fault; {
		case c.quota == 0 && f != nil:
			t.Errorf("%+v: %s", c, f.Reason)
		case c.quota > 0 && (f == nil || f.Quota != c.quota || !strings.Contains(f.Reason, "can be provisioned")):
			t.Errorf("%+v: got %+v", c, f)
		}
	}
}

func TestRefusedQuestions(t *testing.T) {
	one := FunctionSettings{Requests: "1M/month", Duration: "100ms", Memory: "128MB"}
	for _, c := range []struct{ within, regions, want string }{
		{"aws-fargate,bogus", "", `no plan begins with "bogus"`},
		{"aws-fargate,", "", `no plan begins with ""`},
		{"aws-lambda", "eu-central-1,us-east-1", "both eu-central-1 and us-east-1"},
		{"aws-lambda,gcp", "eu-central-1,europe-west3", ""},
		{"aws-lambda", "eu-central-1,eu-central-1", ""},
	} {
		in, err := guess(one).Input()
		if err != nil {
			t.Fatal(err)
		}
		in.Within, in.Replications = strings.Split(c.within, ","), 1
		o := Options{Workers: 2}
		if c.regions != "" {
			o.Regions = strings.Split(c.regions, ",")
		}
		_, err = Run(context.Background(), in, o)
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("--within %s --region %s: got %v, want %q", c.within, c.regions, err, c.want)
		}
	}
	_, err := ParseSettings("app.toml", []byte("[[function]]\nname = \"a\"\n\n[[function]]\nname = \"a\"\n"))
	if want := `app.toml:4: found a second function "a", the first is at line 1`; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %s", err, want)
	}
}
