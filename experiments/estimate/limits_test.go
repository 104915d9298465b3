package estimate

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/experiments"
)

// planOf estimates one plan of requests that all take as long.
func planOf(t *testing.T, name string, f FunctionSettings, more func(*Settings)) *Plan {
	t.Helper()
	f.CV = "0"
	s := guess(f)
	s.Replications = 1
	if more != nil {
		more(s)
	}
	return plan(t, run(t, s, name), name)
}

// A request is cut off where the provider's rules say so. A Worker may compute
// for 5 min, of half of its time that is 10 min; behind the ingress of Azure
// Container Apps a request is answered within 240 s, Cloud Run's within 60 min
// and Code Engine's within 10 min, and a function on Azure's Consumption plan or
// on Lambda ends after 10 and 15 min. Flex and Premium have no maximum.
func TestTimeoutsOfPlans(t *testing.T) {
	share := func(text string) func(*Settings) { return func(s *Settings) { s.CPUShare = text } }
	for _, c := range []struct {
		name, duration string
		more           func(*Settings)
		want           string // of the reason; empty: requests are served
	}{
		{"cloudflare-workers", "9m59s", nil, ""},
		{"cloudflare-workers", "10m1s", nil, "its limit of 5m on the CPU time of a request cuts off "},
		{"cloudflare-workers", "1h", share("0"), ""},
		{"azure-container-apps", "200s", share("0"), ""},
		{"azure-container-apps", "241s", share("0"), "its timeout of 4m cuts off "},
		{"gcp-cloud-run", "59m", share("0"), ""},
		{"gcp-cloud-run", "61m", share("0"), "its timeout of 1h cuts off "},
		{"ibm-code-engine", "9m50s", share("0"), ""},
		{"ibm-code-engine", "10m1s", share("0"), "its timeout of 10m cuts off "},
		{"azure-consumption", "10m1s", share("0"), "its timeout of 10m cuts off "},
		{"azure-flex", "2h", share("0"), ""},
		{"azure-premium-ep1", "2h", share("0"), ""},
		{"aws-lambda", "15m1s", nil, "its timeout of 15m cuts off "},
		{"aws-fargate", "2h", share("0"), ""},
	} {
		p := planOf(t, c.name, FunctionSettings{Requests: "300/month", Duration: c.duration, Memory: "128MB"}, c.more)
		if sound := p.sound(); sound != (c.want == "") || !sound && !strings.HasPrefix(p.Fault.Reason, c.want) {
			t.Errorf("%s of %s: %+v, want %q", c.name, c.duration, p.Fault, c.want)
		}
	}
}

// The CPU time of a Worker is what the function computes for there: half of 1 s
// at a tenth of a vCPU is 0.05 s of a whole one.
func TestCPUTimeOfAFasterCPU(t *testing.T) {
	p := planOf(t, "cloudflare-workers", FunctionSettings{Requests: "1M/month", Duration: "1s", Memory: "177MB", Needs: "100MB"}, func(s *Settings) { s.CPUShare = "0.5" })
	cpu := 0.0
	for i := range p.Bill.Lines {
		if l := &p.Bill.Lines[i]; strings.HasPrefix(l.Name, "CPU time") {
			cpu += number64(t, l)
		}
	}
	if want := 0.5 * 177 / 1769 * 1000; math.Abs(cpu/want-1) > 0.01 { // million ms
		t.Errorf("%v million ms of CPU time, want %v", cpu, want)
	}
}

// An initialisation on Lambda ends after 10 s and is made again with the first
// request, within the timeout of 15 min; before a request, on provisioned
// concurrency, it may take as long.
func TestLongInitialisations(t *testing.T) {
	for _, c := range []struct {
		name, init string
		cold       float64 // s, the latency of a cold request beyond the sandbox's start; 0: never served
	}{
		{"aws-lambda", "9s", 9 + 1},
		{"aws-lambda", "10s", 10 + 1},
		{"aws-lambda", "12s", 10 + 12 + 1},
		{"aws-lambda", "899500ms", 0},
		{"aws-lambda-arm", "1h", 0},
		{"aws-lambda-provisioned", "1h", 0},
		{"gcp-cloud-run", "12s", 12 + 1},
	} {
		p := planOf(t, c.name, FunctionSettings{Requests: "300/month", Duration: "1s", Memory: "128MB", Init: c.init}, nil)
		if c.cold == 0 {
			if p.sound() || !strings.HasPrefix(p.Fault.Reason, "an initialisation of ") || !strings.HasSuffix(p.Fault.Reason, "does not end within the timeout of 15m") {
				t.Errorf("%s, %s: %+v", c.name, c.init, p.Fault)
			}
			continue
		}
		if got := p.stat("latency_p99_s"); !p.sound() || got < c.cold || got > c.cold+1.5 {
			t.Errorf("%s, %s: a p99 of %v s, want %v and the sandbox's start", c.name, c.init, got, c.cold)
		}
	}
	if p := planOf(t, "aws-lambda-provisioned", FunctionSettings{Requests: "300/month", Duration: "1s", Memory: "128MB", Init: "899500ms"}, nil); !p.sound() {
		t.Errorf("provisioned: %+v", p.Fault)
	}
}

// A plan that can never serve is none to advise.
func TestNoAdviceOfWhatIsNeverReady(t *testing.T) {
	a, err := searchOf(FunctionSettings{Requests: "300/month", Duration: "1s", Memory: "128MB", Init: "1h", CV: "0"}, "p50 <= 2h", "aws-lambda-arm", nil)
	if err != nil {
		t.Fatal(err)
	}
	if a.Best != nil {
		t.Errorf("%s is advised", a.Best.Name)
	}
}

// A log of memory sizes that no plan has says so, and not that it has no times.
func TestNoPlanHasThatMemory(t *testing.T) {
	var b strings.Builder
	for i := range 24 {
		fmt.Fprintf(&b, "2026-10-01T%02d:00:00.000Z REPORT RequestId: %08d-0000-4000-8000-000000000000\tDuration: 100.00 ms\tBilled Duration: 100 ms\tMemory Size: 20480 MB\tMax Memory Used: 90 MB\n", i, i)
	}
	in := inputOf(t, b.String())
	in.Within, in.Replications = []string{"aws-lambda"}, 1
	_, err := Run(context.Background(), in, Options{Workers: 2})
	var input *experiments.InputError
	if !errors.As(err, &input) || !strings.Contains(err.Error(), "none of the plans has a price for this: aws-lambda: ") || !strings.Contains(err.Error(), "has 20480 MB of memory, the provider offers at most 10240 MB") {
		t.Errorf("got %v", err)
	}
}
