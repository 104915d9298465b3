package experiments

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/results"
)

// Applications against what is known of them in closed form, by the files that the
// command reads. Platforms start instances in no time and without limit, or have one
// instance a function before which requests wait.

const closedPlatforms = `
[[platform]]
name        = "free"
tariffs     = ["aws-lambda"]
unit        = "function"
memory      = "128MB"
dispatch    = "bound"
concurrency = 1
keepalive   = { name = "forever" }
scaling     = { name = "per-request" }

[[platform]]
name        = "one"
tariffs     = ["gcp-cloud-run-request"]
unit        = "function"
memory      = "512MB"
vcpu        = 1
dispatch    = "queue"
concurrency = 1
keepalive   = { name = "forever" }
scaling     = { name = "per-request" }
limit       = { instances = 1, over = "queue" }
`

// runClosed runs an application for a time, of which what comes in the first tenth does
// not count.
func runClosed(t *testing.T, hours float64, replications int, application string, needs ...string) *results.Set {
	t.Helper()
	platforms := ""
	for _, block := range strings.SplitAfter(closedPlatforms, "\n\n") {
		for _, name := range needs {
			if strings.Contains(block, fmt.Sprintf("= %q", name)) {
				platforms += block
			}
		}
	}
	experiment := fmt.Sprintf("seed = 7\nreplications = %d\n[workload]\napplication = \"a.app.toml\"\nwarmup = \"%gs\"\nhorizon = \"%gs\"\n%s", replications, hours*360, hours*3600, platforms)
	return runApplication(t, experiment, application, nil)
}

// meanOf is the mean over replications and half of its interval of 99.9 %.
func meanOf(set *results.Set, of func(*results.Application) float64) (mean, half float64) {
	var sum, squares float64
	all := set.Cells[0].Replications
	for _, r := range all {
		x := of(r.Application)
		sum += x
		squares += x * x
	}
	n := float64(len(all))
	mean = sum / n
	student := map[int]float64{20: 3.883}[len(all)]
	return mean, student * math.Sqrt((squares/n-mean*mean)/(n-1))
}

// closedForm holds a mean over 20 replications to its closed form, which it must tell
// within a part.
func closedForm(t *testing.T, what string, want float64, set *results.Set, part float64, of func(*results.Application) float64) {
	t.Helper()
	mean, half := meanOf(set, of)
	t.Logf("%-50s %.6g, simulated %.6g ± %.2g", what, want, mean, half)
	if math.Abs(mean-want) > half || half > part*want {
		t.Errorf("%s: want %.6g within %g of it, simulated %.6g ± %.2g", what, want, part, mean, half)
	}
}

func latency(a *results.Application) float64 { return a.Events[0].Latency.Mean }

// tasks are functions of exponential service and the steps that call them.
func tasks(platform string, means ...float64) (functions, steps, names string) {
	for k, mean := range means {
		functions += fmt.Sprintf("  { name = \"f%d\", platform = %q, service = { dist = \"exponential\", mean = \"%gms\" } },\n", k, platform, 1000*mean)
		steps += fmt.Sprintf("  { name = \"s%d\", call = \"f%d\" },\n", k, k)
		names += fmt.Sprintf("[\"s%d\"], ", k)
	}
	return functions, steps, names
}

func poissonFlow(rate, functions, steps string) string {
	return "trigger = [{ name = \"in\", start = \"flow\", arrivals = { process = \"poisson\", rate = \"" + rate + "\" } }]\nfunction = [\n" + functions + "]\n[[flow]]\nname = \"flow\"\nsteps = [\n" + steps + "]\n"
}

// In series the mean is the sum; of branches of rates a and b it is 1/a + 1/b − 1/(a+b).
func TestClosedFormSeriesAndParallel(t *testing.T) {
	functions, steps, _ := tasks("free", 0.2, 0.5, 1.3)
	closedForm(t, "three in series: 0.2 + 0.5 + 1.3", 2, runClosed(t, 1, 20, poissonFlow("1/s", functions, steps), "free"), 0.03, latency)
	functions, steps, names := tasks("free", 0.5, 1)
	set := runClosed(t, 1, 20, poissonFlow("1/s", functions, "{ name = \"both\", parallel = ["+names+"], next = \"end\" },\n"+steps), "free")
	closedForm(t, "the later of two: 1/2 + 1 − 1/3", 0.5+1-1./3, set, 0.03, latency)
	for _, r := range set.Cells[0].Replications { // what counts is over: nothing hangs
		if e := r.Application.Events[0]; e.Arrived != e.Succeeded || e.Arrived == 0 {
			t.Errorf("%d arrived, %d succeeded", e.Arrived, e.Succeeded)
		}
	}
}

// Fork-join of n exponential branches without queues: H_n ÷ μ, as branches and as a map.
func TestClosedFormHarmonic(t *testing.T) {
	for _, n := range []int{2, 5, 16} {
		h := 0.0
		for k := 1; k <= n; k++ {
			h += 1 / float64(k)
		}
		functions := "  { name = \"f\", platform = \"free\", service = { dist = \"exponential\", mean = \"400ms\" } },\n"
		steps := fmt.Sprintf("  { name = \"all\", map = { items = %d, steps = [\"s\"], concurrency = 100 }, next = \"end\" },\n  { name = \"s\", call = \"f\" },\n", n)
		closedForm(t, fmt.Sprintf("H_%d × 0.4", n), 0.4*h, runClosed(t, 1, 20, poissonFlow("1/s", functions, steps), "free"), 0.03, latency)
	}
}

// Fork-join of two M/M/1 queues (Flatto and Hahn; Nelson and Tantawi): (12 − ρ)/8 ÷ (μ − λ).
func TestClosedFormForkJoin(t *testing.T) {
	if testing.Short() {
		t.Skip("100,000 executions")
	}
	functions, steps, names := tasks("one", 0.1, 0.1)
	const lambda, mu = 5.0, 10.0
	set := runClosed(t, 1, 20, poissonFlow("5/s", functions, "{ name = \"both\", parallel = ["+names+"], next = \"end\" },\n"+steps), "one")
	closedForm(t, "two M/M/1 in parallel, ρ = 0.5", (12-lambda/mu)/8/(mu-lambda), set, 0.03, latency)
}

// A Jackson network: 2/s from outside to A (5/s); of its output 0.4 goes to B (2/s) and
// from there back to A. λA = 2 ÷ 0.6 = 10/3, λB = 4/3; the mean number there is
// ρ ÷ (1 − ρ) = 2 + 2, so that an execution takes 4 ÷ 2 = 2 s.
func TestClosedFormJackson(t *testing.T) {
	if testing.Short() {
		t.Skip("200,000 executions")
	}
	functions := `
  { name = "fa", platform = "one", service = { dist = "exponential", mean = "200ms" } },
  { name = "fb", platform = "one", service = { dist = "exponential", mean = "500ms" } },
`
	steps := `
  { name = "a", call = "fa" },
  { name = "more", choice = [{ probability = 0.4, next = "b" }, { next = "end" }] },
  { name = "b", call = "fb", next = "a" },
`
	closedForm(t, "a Jackson network with feedback", 2, runClosed(t, 3, 20, poissonFlow("2/s", functions, steps), "one"), 0.05, latency)
}

// A message whose batch fails with probability p is received until it succeeds, or n
// times: attempts are geometric, (1 − pⁿ) ÷ (1 − p) in the mean, and pⁿ are dead.
func TestClosedFormDeadLetters(t *testing.T) {
	const p, n = 0.4, 3
	set := runClosed(t, 1, 20, fmt.Sprintf(`
trigger  = [{ name = "in", start = "f", arrivals = { process = "poisson", rate = "2/s" }, queue = { service = "sqs", batch = 1, visibility = "20s", receives = %d, dead = "dead" } }]
store    = [{ name = "dead", service = "sqs" }]
function = [{ name = "f", platform = "free", service = "100ms", timeout = "10s", error_rate = %g }]
drain    = "10m"
`, n, p), "free")
	closedForm(t, "attempts of a message", (1-math.Pow(p, n))/(1-p), set, 0.03, func(a *results.Application) float64 {
		return float64(a.Events[0].Received) / float64(a.Events[0].Arrived)
	})
	closedForm(t, "part of messages that are dead", math.Pow(p, n), set, 0.1, func(a *results.Application) float64 {
		return float64(a.Events[0].Dead) / float64(a.Events[0].Arrived)
	})
	for _, r := range set.Cells[0].Replications {
		if e := &r.Application.Events[0]; e.Arrived != e.Deleted+e.Dead || e.InFlight != 0 {
			t.Errorf("%d arrived, %d were deleted, %d dead, %d in flight", e.Arrived, e.Deleted, e.Dead, e.InFlight)
		}
	}
}

// A shard that is blocked, by hand. Records come at 0.5, 1.5 … 9.5 s. The shard is looked
// at each second, batches are of one record, a function takes 100 ms and fails at once
// until 5 s. The record of 0.5 s is found at 1 s and tried at 1, 2, 3, 4 and 5 s: it is done at
// 5.1 s, and nothing behind it was touched. The look that is due by then finds the four
// records that wait, done at 5.2, 5.3, 5.4 and 5.5 s; further looks are at 6.1, 7.1 … 10.1 s and
// find one each, done 0.1 s later. From coming to done: 4.6, 3.7, 2.8, 1.9, 1.0, and five
// times 0.7 s.
func TestClosedFormBlockedShard(t *testing.T) {
	set := runApplication(t, `
seed = 1
[workload]
application = "a.app.toml"
horizon     = "10s"
`+strings.Split(closedPlatforms, "\n\n")[0], `
drain    = "1m"
trigger  = [{ name = "in", start = "f", arrivals = { process = "periodic", every = "1s", offset = "500ms" }, stream = { service = "kinesis", shards = 1, batch = 1, poll = "1s", latency = "0s" } }]
function = [{ name = "f", platform = "free", service = "100ms" }]
outage   = [{ of = "f", from = "0s", lasts = "5s" }]
`, nil)
	e := &set.Cells[0].Replications[0].Application.Events[0]
	if e.Arrived != 10 || e.Started != 14 || e.Failed != 4 || e.Succeeded != 10 || e.InFlight != 0 {
		t.Errorf("%+v: want 10 records, 14 batches started of which 4 failed, nothing in flight", *e)
	}
	l := &e.Latency
	if want := (4.6 + 3.7 + 2.8 + 1.9 + 1.0 + 5*0.7) / 10; math.Abs(l.Mean-want) > 1e-9 || math.Abs(l.Max-4.6) > 1e-9 {
		t.Errorf("done %v s after coming in the mean and %v at most, want %v and 4.6", l.Mean, l.Max, want)
	}
	if math.Abs(l.P50-0.7) > 0.01 && math.Abs(l.P50-1) > 0.01 { // the fifth or sixth of ten
		t.Errorf("the median is %v s, want 0.7 or 1.0", l.P50)
	}
	if math.Abs(e.Age.Max-4.5) > 1e-9 {
		t.Errorf("the oldest record that was given to the function was %v s old, want 4.5", e.Age.Max)
	}
}

// Failover: the first of two functions answers nobody for ten minutes; what fails there
// is tried at the other at once, so that every request is answered. Without that, some
// that come before the first is found unhealthy, and its probes, are lost.
func TestClosedFormFailover(t *testing.T) {
	for _, fallback := range []bool{true, false} {
		set := runClosed(t, 1, 1, poissonFlow("5/s", `
  { name = "fa", platform = "free", service = "100ms" },
  { name = "fb", platform = "free", service = "300ms" },
`, fmt.Sprintf(`{ name = "r", route = { to = ["fa", "fb"], by = "health", probe = "10s", failures = 3, fallback = %v } },
`, fallback))+"[[outage]]\nof = \"fa\"\nfrom = \"20m\"\nlasts = \"10m\"\n", "free")
		a := set.Cells[0].Replications[0].Application
		e := &a.Events[0]
		if lost := e.Arrived - e.Succeeded; (lost == 0) != fallback || e.Arrived == 0 || lost > 200 {
			t.Errorf("fallback %v: %d arrived, %d succeeded", fallback, e.Arrived, e.Succeeded)
		}
		// 600 s at 5/s go to the other one, give or take 4 √3,000, and what comes until the
		// first is seen to be healthy again.
		if n := float64(a.Callees[1].Calls); math.Abs(n-3000) > 4*math.Sqrt(3000)+60 {
			t.Errorf("fallback %v: the other one was called %v times, want about 3,000", fallback, n)
		}
	}
}
