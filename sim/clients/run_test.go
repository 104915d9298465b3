package clients_test

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/coldcurve/coldcurve/policies"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/backoff"
	"github.com/coldcurve/coldcurve/sim/clients"
	"github.com/coldcurve/coldcurve/sim/simtest"
)

const s = sim.Second

// run runs the requests of one function, and returns what observers are told, by
// attempt and arrival.
func run(t interface {
	Helper()
	Fatal(...any)
}, client clients.Client, p sim.Platform, f sim.Function, requests []sim.Invocation, horizon sim.Time) (all simtest.Tape) {
	t.Helper()
	f.Name, f.Patience = "f", client.Timeout
	var load simtest.Load
	load.Add(f, requests)
	key := sim.RunKey{Seed: 1}
	sum, err := sim.Run(context.Background(), sim.Config{
		Workload: &load, Platforms: []sim.Platform{p}, Window: sim.Window{Horizon: horizon}, Key: key,
		Follow:    clients.NewRetries([]clients.Client{client}, load.Functions(), key),
		Observers: func() []sim.Observer { return []sim.Observer{new(simtest.FullObserver)} },
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, worker := range sum.Observers {
		all.Add(&worker[0].(*simtest.FullObserver).Tape)
	}
	slices.SortFunc(all.Requests, func(a, b sim.Outcome) int {
		return cmp.Or(cmp.Compare(a.Attempt, b.Attempt), cmp.Compare(a.Arrival, b.Arrival), cmp.Compare(a.Ordinal, b.Ordinal))
	})
	return all
}

// told writes each attempt down, in seconds.
func told(all simtest.Tape) string {
	var lines []string
	for _, o := range all.Requests {
		line := fmt.Sprintf("attempt %d arrives at %d, %d after the first: ", o.Attempt, o.Arrival/s, o.Earlier/s)
		line += [...]string{"answered", "timed out", "rejected", "failed", "abandoned", "unfinished"}[o.Status]
		if o.Started {
			line += fmt.Sprintf(", served from %d to %d", o.Start/s, o.End/s)
		} else {
			line += fmt.Sprintf(" at %d", o.End/s)
		}
		if o.Flags&sim.Cold != 0 && o.Started {
			line += ", cold"
		}
		if o.Retried {
			line += ", asks again"
		}
		lines = append(lines, line)
	}
	for _, l := range all.Lives {
		lines = append(lines, fmt.Sprintf("an instance from %d, ready at %d, served %d", l.Created/s, l.Ready/s, l.Served))
	}
	return strings.Join(lines, "\n")
}

// A cold start of 60 s meets a client that waits for less and asks again twice,
// after 1 and 2 s: worked out by hand.
func TestColdStartMeetsTimeout(t *testing.T) {
	cold := sim.Init{{Phase: sim.PhaseWeights, Duration: sim.Constant(60 * s)}}
	keep := policies.Forever{}
	client := clients.Client{Timeout: 30 * s, Retries: 2, Backoff: backoff.Backoff{First: s, Factor: 2}, On: clients.OnTimeout | clients.OnRejected}
	for _, c := range []struct {
		name     string
		timeout  sim.Time
		platform sim.Platform
		want     string
	}{
		{
			// The second attempt starts an instance of its own, for nobody too; the
			// third finds the first one, which is free at 61.
			name: "served", timeout: 30 * s, platform: sim.Platform{KeepAlive: keep, Init: cold},
			want: `
attempt 0 arrives at 0, 0 after the first: abandoned, served from 60 to 61, cold, asks again
attempt 1 arrives at 31, 31 after the first: abandoned, served from 91 to 92, cold, asks again
attempt 2 arrives at 63, 63 after the first: answered, served from 63 to 64
an instance from 0, ready at 60, served 2
an instance from 31, ready at 91, served 1`,
		},
		{
			// The second attempt waits for the instance of the first, and has its
			// answer as it would have given up.
			name: "cancelled", timeout: 30 * s, platform: sim.Platform{KeepAlive: keep, Init: cold, Abandoned: sim.Cancel},
			want: `
attempt 0 arrives at 0, 0 after the first: abandoned at 30, asks again
attempt 1 arrives at 31, 31 after the first: answered, served from 60 to 61, cold
an instance from 0, ready at 60, served 1`,
		},
		{
			name: "cancelled, a second too early", timeout: 29 * s, platform: sim.Platform{KeepAlive: keep, Init: cold, Abandoned: sim.Cancel},
			want: `
attempt 0 arrives at 0, 0 after the first: abandoned at 29, asks again
attempt 1 arrives at 30, 30 after the first: abandoned at 59, asks again
attempt 2 arrives at 61, 61 after the first: answered, served from 61 to 62
an instance from 0, ready at 60, served 1`,
		},
		{
			// It gives up for good at 13 + 5: the instances come to nothing.
			name: "all in vain", timeout: 5 * s, platform: sim.Platform{KeepAlive: keep, Init: cold, Abandoned: sim.Cancel},
			want: `
attempt 0 arrives at 0, 0 after the first: abandoned at 5, asks again
attempt 1 arrives at 6, 6 after the first: abandoned at 11, asks again
attempt 2 arrives at 13, 13 after the first: abandoned at 18
an instance from 0, ready at 60, served 0`,
		},
		{
			// In a line, the one instance is on its way for whoever waits then.
			name: "a line", timeout: 30 * s,
			platform: sim.Platform{KeepAlive: keep, Init: cold, Dispatch: sim.QueueDispatch, Scaling: policies.PerRequest{}, Limit: sim.Limit{Instances: 1, Over: sim.QueueOver}},
			want: `
attempt 0 arrives at 0, 0 after the first: abandoned at 30, asks again
attempt 1 arrives at 31, 31 after the first: answered, served from 60 to 61, cold
an instance from 0, ready at 60, served 1`,
		},
		{
			// The platform's timeout of 10 s counts from the arrival: the client hears
			// of it then, and not when the instance is ready.
			name: "the platform's timeout", timeout: 30 * s, platform: sim.Platform{KeepAlive: keep, Init: cold, Timeout: 10 * s, TimeoutClock: sim.RequestClock},
			want: `
attempt 0 arrives at 0, 0 after the first: timed out at 10, asks again
attempt 1 arrives at 11, 11 after the first: timed out at 21, asks again
attempt 2 arrives at 23, 23 after the first: timed out at 33
an instance from 0, ready at 60, served 1
an instance from 11, ready at 71, served 1
an instance from 23, ready at 83, served 1`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			client := client
			client.Timeout = c.timeout
			got := told(run(t, client, c.platform, sim.Function{}, []sim.Invocation{{Service: s}}, 1000*s))
			if got != strings.TrimPrefix(c.want, "\n") {
				t.Errorf("found\n%s\nwant%s", got, c.want)
			}
		})
	}
}

// A place for one, taken from 0 to 10: what is turned away at 1 comes again at 2, 4
// and 8, in vain, and asks no fourth time.
func TestRejectedAsksAgain(t *testing.T) {
	client := clients.Client{Retries: 3, Backoff: backoff.Backoff{First: s, Factor: 2}, On: clients.OnRejected}
	p := sim.Platform{KeepAlive: policies.Forever{}, Limit: sim.Limit{Function: 1}}
	requests := []sim.Invocation{{Service: 10 * s}, {Arrival: s, Service: s}}
	want := strings.TrimPrefix(`
attempt 0 arrives at 0, 0 after the first: answered, served from 0 to 10, cold
attempt 0 arrives at 1, 0 after the first: rejected at 1, asks again
attempt 1 arrives at 2, 1 after the first: rejected at 2, asks again
attempt 2 arrives at 4, 3 after the first: rejected at 4, asks again
attempt 3 arrives at 8, 7 after the first: rejected at 8
an instance from 0, ready at 0, served 1`, "\n")
	if got := told(run(t, client, p, sim.Function{}, requests, 1000*s)); got != want {
		t.Errorf("found\n%s\nwant\n%s", got, want)
	}
	client.On = clients.OnTimeout
	if n := len(run(t, client, p, sim.Function{}, requests, 1000*s).Requests); n != 2 {
		t.Errorf("%d attempts of a client that does not ask again after a rejection, want 2", n)
	}
}

// coin is a server that fails each attempt with a probability, by a draw of its
// own for each key and attempt, and notes what it is asked.
type coin struct {
	fails float64
	asked map[uint64]sim.ServerRequest
	t     *testing.T
	ended []sim.ServerEnd
	at    sim.Time
}

func (c *coin) New(sim.Group) sim.Server { return c }

func (c *coin) Offer(now sim.Time, r sim.ServerRequest) bool {
	if first, again := c.asked[r.Key]; !again {
		c.asked[r.Key] = r
	} else if r.Attr != first.Attr || r.Service != first.Service || r.Attempt == 0 {
		c.t.Errorf("attempt %d asks %+v, the first one %+v", r.Attempt, r, first)
	}
	status := sim.Completed
	if sim.NewStream(sim.RunKey{Seed: 99}, sim.PurposePolicy, 1).Attempt(uint64(r.Attempt)).Uniform(r.Key) < c.fails {
		status = sim.Failed
	}
	c.ended, c.at = append(c.ended, sim.ServerEnd{ID: r.ID, Status: status}), now
	return true
}

func (c *coin) Next() sim.Time {
	if len(c.ended) == 0 {
		return sim.Never
	}
	return c.at
}

func (c *coin) Advance(_ sim.Time, ended []sim.ServerEnd) []sim.ServerEnd {
	ended = append(ended, c.ended...)
	c.ended = c.ended[:0]
	return ended
}

func (c *coin) Withdraw(sim.Time, uint32) sim.Serving { return sim.Serving{} }

// Where each attempt fails with probability p, of n + 1 attempts at most, the k-th
// is made with probability p^(k−1), (1 − p^(n+1)) ÷ (1 − p) on average, and
// p^(n+1) of the requests are never answered. A retry asks what the first asked.
func TestAttemptsAreGeometric(t *testing.T) {
	const p, n, requests = 0.4, 3, 200_000
	var list []sim.Invocation
	for k := range sim.Time(requests) {
		list = append(list, sim.Invocation{Arrival: k * sim.Millisecond, Service: k % 17, Attr: uint32(k + 1)})
	}
	server := &coin{fails: p, asked: map[uint64]sim.ServerRequest{}, t: t}
	client := clients.Client{Retries: n, Backoff: backoff.Backoff{First: s, Factor: 2, Jitter: backoff.Full}, On: clients.OnFailed}
	all := run(t, client, sim.Platform{KeepAlive: policies.Forever{}, Concurrency: 1 << 20, Server: server, Limit: sim.Limit{Instances: 1, Over: sim.QueueOver}}, sim.Function{}, list, 1000*s)
	var made [n + 1]int
	lost := 0
	for _, o := range all.Requests {
		made[o.Attempt]++
		if o.Status != sim.Completed && !o.Retried {
			lost++
		}
	}
	holds := func(what string, got int, probability float64) {
		if want, sigma := requests*probability, math.Sqrt(requests*probability*(1-probability)); math.Abs(float64(got)-want) > 4*sigma {
			t.Errorf("%s: %d of %d, want %.0f ± %.0f", what, got, requests, want, 4*sigma)
		}
	}
	for k := range made {
		holds(fmt.Sprint("attempt ", k), made[k], math.Pow(p, float64(k)))
	}
	holds("never answered", lost, math.Pow(p, n+1))
}

// Whatever platform and client: each request of a user ends once, each attempt but
// the first follows from one that says so, and knows when the first arrived.
func TestEachRequestEndsOnce(t *testing.T) {
	seen := map[sim.Status]int{}
	rapid.Check(t, func(r *rapid.T) {
		time := func(name string, least, most int) sim.Time {
			return sim.Time(rapid.IntRange(least, most).Draw(r, name)) * s
		}
		wait := func(name string) backoff.Backoff {
			return backoff.Backoff{First: time(name, 0, 3), Factor: 2, Cap: time(name+" cap", 0, 5), Jitter: backoff.Jitter(rapid.IntRange(0, 3).Draw(r, name+" jitter"))}
		}
		var list []sim.Invocation
		var at sim.Time
		for range rapid.IntRange(0, 30).Draw(r, "requests") {
			at += time("gap", 0, 4)
			list = append(list, sim.Invocation{Arrival: at, Service: time("service", 0, 6)})
		}
		client := clients.Client{
			Timeout: time("patience", 0, 9), Retries: rapid.IntRange(0, 3).Draw(r, "retries"), Backoff: wait("backoff"),
			On: clients.On(rapid.IntRange(0, 7).Draw(r, "on")), MaxAge: time("age", 0, 20),
		}
		if rapid.Bool().Draw(r, "throttled") {
			client.Throttled = &clients.Throttled{Retries: rapid.IntRange(clients.Shared, 3).Draw(r, "throttled retries"), Backoff: wait("throttled backoff")}
		}
		if rapid.Bool().Draw(r, "quota") {
			cost := func(name string) int { return rapid.IntRange(0, 4).Draw(r, name) }
			client.Quota = clients.Quota{Tokens: rapid.IntRange(1, 9).Draw(r, "tokens"), Rejected: cost("rejected"), Failed: cost("failed"), Timeout: cost("timeouts"), Success: cost("success"), Clients: rapid.IntRange(0, 3).Draw(r, "clients")}
		}
		p := sim.Platform{
			KeepAlive: policies.Fixed{Window: 5e9}, Scaling: policies.PerRequest{}, Abandoned: sim.AfterClient(rapid.IntRange(0, 1).Draw(r, "abandoned")),
			Dispatch: sim.Dispatch(rapid.IntRange(0, 1).Draw(r, "dispatch")), Concurrency: rapid.IntRange(1, 2).Draw(r, "concurrency"),
			Init: sim.Init{{Phase: sim.PhaseRuntime, Duration: sim.Constant(time("init", 0, 6))}}, Timeout: time("timeout", 0, 9),
			TimeoutClock: sim.TimeoutClock(rapid.IntRange(0, 1).Draw(r, "clock")),
			Limit: sim.Limit{Account: rapid.IntRange(0, 3).Draw(r, "account"), Instances: rapid.IntRange(0, 2).Draw(r, "instances"),
				Over: sim.Over(rapid.IntRange(0, 1).Draw(r, "over")), QueueWait: time("queue wait", 0, 5),
				Requests: sim.Ramp{Burst: rapid.IntRange(0, 2).Draw(r, "requests"), Period: 10 * s}},
		}
		if p.Dispatch == sim.QueueDispatch {
			p.Limit.QueueStarts = float64(rapid.IntRange(0, 3).Draw(r, "starts"))
		}
		function := sim.Function{Error: float64(rapid.IntRange(0, 4).Draw(r, "error")) / 4}
		all := run(r, client, p, function, list, 121*s)
		arrived := map[sim.Time]int{}
		var made, again [8]int
		for _, o := range all.Requests {
			seen[o.Status]++
			made[o.Attempt]++
			switch first := o.Arrival - o.Earlier; {
			case o.Attempt == 0 && o.Earlier != 0:
				r.Fatalf("a first attempt %d ns after the first", o.Earlier)
			case o.Attempt == 0:
				arrived[first]++
			case arrived[first] == 0:
				r.Fatalf("attempt %d says that the first arrived at %d ns, when none did", o.Attempt, first)
			}
			if o.Retried {
				again[o.Attempt+1]++
				if o.Status == sim.Completed || o.Status == sim.Unfinished {
					r.Fatalf("asked again after status %d", o.Status)
				}
			}
			if o.Status == sim.Completed && client.Timeout > 0 && o.End-o.Arrival > client.Timeout {
				r.Fatalf("answered after %d ns, where the client waits for %d", o.End-o.Arrival, client.Timeout)
			}
		}
		for k := 1; k < len(made); k++ {
			if made[k] != again[k] {
				r.Fatalf("%d attempts of number %d, where %d were to follow", made[k], k, again[k])
			}
		}
		if made[0] != len(list) {
			r.Fatalf("%d first attempts of %d requests", made[0], len(list))
		}
	})
	for _, status := range []sim.Status{sim.Completed, sim.TimedOut, sim.Rejected, sim.Abandoned, sim.Failed} {
		if seen[status] == 0 {
			t.Errorf("no attempt ended with status %d: the test tests too little", status)
		}
	}
}

// The attempts are the same on one worker and on several, however functions are
// spread over them.
func TestWorkersAgreeOnRetries(t *testing.T) {
	var load simtest.Load
	var list []clients.Client
	for f := range uint32(5) {
		load.Add(sim.Function{Name: fmt.Sprint("f", f), Patience: 3 * s}, nil)
		for k := range sim.Time(50) {
			load.Invocations[f] = append(load.Invocations[f], sim.Invocation{Arrival: k * s, Service: (k % 5) * s, Function: f})
		}
		list = append(list, clients.Client{Timeout: 3 * s, Retries: 2, Backoff: backoff.Backoff{First: s, Factor: 2, Jitter: backoff.Full}, On: clients.OnTimeout | clients.OnRejected})
	}
	key := sim.RunKey{Seed: 1}
	var want []sim.Outcome
	for _, workers := range []int{1, 3} {
		sum, err := sim.Run(context.Background(), sim.Config{
			Workload: &load, Window: sim.Window{Horizon: 100 * s}, Key: key, Pool: sim.NewPool(workers),
			Platforms: []sim.Platform{{KeepAlive: policies.Forever{}, Limit: sim.Limit{Account: 12}}},
			Follow:    clients.NewRetries(list, load.Functions(), key),
			Observers: func() []sim.Observer { return []sim.Observer{new(simtest.LifeObserver)} },
		})
		if err != nil {
			t.Fatal(err)
		}
		var got []sim.Outcome
		for _, worker := range sum.Observers {
			got = append(got, worker[0].(*simtest.LifeObserver).Tape.Requests...)
		}
		slices.SortFunc(got, func(a, b sim.Outcome) int {
			return cmp.Or(cmp.Compare(a.Function, b.Function), cmp.Compare(a.Attempt, b.Attempt), cmp.Compare(a.Ordinal, b.Ordinal))
		})
		if want == nil {
			want = got
		}
		if !slices.Equal(got, want) || len(got) <= 250 {
			t.Errorf("%d workers: %d attempts, one worker: %d, and not the same", workers, len(got), len(want))
		}
	}
}
