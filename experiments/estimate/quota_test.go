package estimate

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/sim"
)

// 5,000 M requests of 1 s a month are 1,929 under way: the default quota of
// 1,000 rejects 48 %, by Little's law. With one that does, the bill is that of
// all: (5,000 − 1) × 0.20 + (5,000 M × 1 s × 0.5 GB − 400,000) × 0.0000166667.
func TestQuota(t *testing.T) {
	ask := func(limit int) *Estimate {
		s := guess(FunctionSettings{Requests: "5000M/month", Duration: "1s", Memory: "512MB", Init: "0s", CV: "0"})
		s.AccountLimit = limit
		in, err := s.Input()
		if err != nil {
			t.Fatal(err)
		}
		in.Within = []string{"aws-lambda", "gcp-cloud-run-instance"}
		e, err := Run(context.Background(), in, Options{Workers: 2})
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	e := ask(0)
	p := plan(t, e, "aws-lambda")
	want := 1 - 1000/(5000e6/(30*86_400))
	if p.sound() || math.Abs(p.stat("error_ratio")-want) > 0.01 {
		t.Fatalf("%v of the requests fail, want %v", p.stat("error_ratio"), want)
	}
	if !strings.HasPrefix(p.Fault.Reason, "a quota of 1000 concurrent requests rejects 48.") {
		t.Error(p.Fault.Reason)
	}
	// A Poisson number of mean 1,929 and standard deviation 44 stays below four
	// of these for some minutes.
	if p.Fault.Quota < 2000 || p.Fault.Quota > 2200 || p.Fault.Quota%100 != 0 {
		t.Errorf("it takes a quota of %d, want 2,000 to 2,200 in hundreds", p.Fault.Quota)
	}
	if e.Plans[0].Name != "gcp-cloud-run-instance" || !e.Plans[0].sound() || e.Unserved() != "" {
		t.Errorf("%s comes first; a plan that serves all does", e.Plans[0].Name)
	}
	const bill = 4999*0.20 + (5000e6*0.5-400_000)*0.0000166667
	raised := plan(t, ask(p.Fault.Quota), "aws-lambda")
	if got := costmodel.Float(&raised.Bill.Total); !raised.sound() || math.Abs(got/bill-1) > 0.003 {
		t.Errorf("with a quota of %d the bill is %v, %+v; want %v and every request served", p.Fault.Quota, got, raised.Fault, bill)
	}
	if got := p.Fault.Total; got != costmodel.Cents(&raised.Bill.Total)+" USD" {
		t.Errorf("the bill with that quota is said to be %s, and is %s", got, costmodel.Cents(&raised.Bill.Total))
	}
}

// A platform that cannot start enough instances does not serve the load, though
// it rejects nothing: azure-consumption has 200 instances of which each takes
// one request, and is asked for 400.
func TestCannotKeepUp(t *testing.T) {
	in, err := guess(FunctionSettings{Requests: "400/s", Duration: "1s", Memory: "512MB", CV: "0"}).Input()
	if err != nil {
		t.Fatal(err)
	}
	in.CPUShare, in.Within = Known(1), []string{"azure-consumption"}
	e, err := Run(context.Background(), in, Options{Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	if p := &e.Plans[0]; p.sound() || !strings.HasPrefix(p.Fault.Reason, "its instances cannot keep up: requests wait ") || e.Unserved() == "" {
		t.Errorf("the plan is taken to serve: %+v", p.Fault)
	}
}

// The peak of concurrency is the most that overlap, counted at each arrival.
func TestConcurrency(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var list []sim.Outcome
		for range rapid.IntRange(0, 40).Draw(t, "n") {
			at := sim.Time(rapid.IntRange(0, 20).Draw(t, "at"))
			list = append(list, sim.Outcome{Arrival: at, End: at + sim.Time(rapid.IntRange(1, 8).Draw(t, "length")), Started: true})
		}
		want := 0
		for _, o := range list {
			n := 0
			for _, x := range list {
				if x.Arrival <= o.Arrival && x.End > o.Arrival {
					n++
				}
			}
			want = max(want, n)
		}
		var c concurrency
		c.Requests(list)
		if got := c.peak(); got != want {
			t.Fatalf("%d, want %d: %+v", got, want, list)
		}
	})
}

// What a larger quota would make cheaper stands in the first sentence, and standing
// instances are never more than the quota: 5,000 M requests of 1 s a month are 1,929
// under way, and two standard deviations above that 1,929 + 2 × √1,929 = 2,017.
func TestQuotaInTheAnswer(t *testing.T) {
	ask := func(limit int, within ...string) *Estimate {
		s := guess(FunctionSettings{Requests: "5000M/month", Duration: "1s", Memory: "512MB", Init: "0s"})
		s.AccountLimit, s.Replications = limit, 1
		in, err := s.Input()
		if err != nil {
			t.Fatal(err)
		}
		in.Within = within
		e, err := Run(context.Background(), in, Options{Workers: 2})
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	e := ask(0, "aws-lambda-arm", "aws-ec2")
	first, _, _ := strings.Cut(e.answer(), "; its p99")
	floor := plan(t, e, "aws-lambda-arm-provisioned")
	// Of a quota of 1,000, 100 stay for functions without: 900 instances of 0.5 GB
	// stand for a month, and no more.
	standing := 900 * 0.5 * 30 * 86_400.0
	if floor.Provisioned != 900 || floor.sound() {
		t.Errorf("%d instances stand under a quota of 1000: %+v", floor.Provisioned, floor.Fault)
	}
	for i := range floor.Bill.Lines {
		if l := &floor.Bill.Lines[i]; strings.Contains(l.Name, "standing") && costmodel.Float(&l.Quantity) > standing*1.0001 {
			t.Errorf("%s: %s %s, want at most %v", l.Name, l.Quantity.Text('f'), l.Unit, standing)
		}
	}
	if floor.Fault.Quota < 2017 {
		t.Errorf("a quota of %d is said to be enough for 2017 instances", floor.Fault.Quota)
	}
	if note := strings.Join(floor.Notes, "\n"); !strings.Contains(note, "A quota of 1000 concurrent requests (--account-limit) lets 900 instances of each function stand; the load would have 2017.") {
		t.Error(note)
	}
	if want := fmt.Sprintf("; with a quota of %d concurrent requests (--account-limit), aws-lambda-arm-provisioned at ", floor.Fault.Quota) + floor.Fault.Total + " is cheaper"; !strings.HasPrefix(first, "The cheapest plan that serves every request is aws-ec2-m7g.large, at ") || !strings.HasSuffix(first, want) {
		t.Errorf("%s\nwant …%s", first, want)
	}
	// The p99 has the ends of what is guessed, as the cost has.
	ec2 := plan(t, e, "aws-ec2-m7g.large")
	if want := "; its p99 is " + ec2.latency("latency_p99_s", true); len(ec2.Ends) == 0 || !strings.Contains(e.answer(), strings.TrimSuffix(want, ")")+" at the ends of what is guessed)") {
		t.Errorf("%s\nwant %s", e.answer(), want)
	}
	raised := ask(floor.Fault.Quota, "aws-lambda-arm-provisioned")
	if p := &raised.Plans[0]; !p.sound() || p.Provisioned != 2017 || strings.Contains(raised.answer(), "with a quota of") {
		t.Errorf("%d stand: %s", p.Provisioned, raised.answer())
	} else if got := costmodel.Cents(&p.Total) + " USD"; got != floor.Fault.Total {
		t.Errorf("it costs %s; %s was said", got, floor.Fault.Total)
	}
}
