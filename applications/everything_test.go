package applications

import (
	"reflect"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/backoff"
	"github.com/coldcurve/coldcurve/sim/flows"
)

// everything has each kind of step, trigger and table once.
const everything = `title = "everything"
description = "one of each"
unit = "order"
drain = "10m"
trigger = [
  { name = "web", start = "main", region = "eu-west-1", tag = "shop", arrivals = { process = "poisson", rate = "5/s" }, record = { size = { dist = "lognormal", median = "2KB", sigma = 0.5, most = "1MB" } }, http = { service = "api-gateway-http", dns = { store = "names", probability = 0.1 }, authorizer = { call = "check", cache = "60s" }, client = { timeout = "10s", retries = 2, on = ["timeout"] } } },
  { name = "jobs", start = "work", queue = { service = "sqs", batch = 100, window = "5s", visibility = "6m", partial = true, pollers = { start = 2, most = 20 }, duplicates = 0.001, latency = "5ms", dead = "bin" } },
  { name = "log", start = "main", arrivals = { process = "poisson", rate = "100/s" }, record = { key = { count = 4 } }, stream = { shards = 2, dead = "bin" } },
  { name = "night", start = "main", schedule = { every = "1d", offset = "2h" } },
  { name = "uploads", start = "work", arrivals = { process = "poisson", rate = "1/s" }, record = { size = "3MB" }, object = { store = "files" } },
  { name = "events", start = "work", bus = { match = 0.25, dead = "bin" } },
  { name = "later", start = "work", async = { retries = 1, dead = "bin" } },
  { name = "plain", start = "work", arrivals = { process = "poisson", rate = "1/s" } },
]
store = [
  { name = "names", service = "custom", tariff = "aws-route53", latency = { query = { first = "5ms", error_rate = 0.001 } }, meters = { query = "standard_queries" }, limits = { query = "1k/s" }, capacity = { zones = 1 } },
  { name = "hot", service = "cache", hit_rate = 0.9, behind = "table", stored = "1GB" },
  { name = "table", service = "dynamodb", stored = "10GB", retry = { attempts = 4 }, encrypt = "keys" },
  { name = "keys", service = "kms", region = "eu-west-1" },
  { name = "files", service = "s3", latency = { read = { first = "15ms", bandwidth = "50MB/s" } } },
  { name = "bin", service = "sqs" },
]
function = [
  { name = "check", platform = "lambda", service = "3ms" },
  { name = "work", platform = "lambda", memory = "1GB", timeout = "5m", service = { base = "10ms", per_record = "1ms", per_mb = "2ms" }, error_rate = 0.01, use = [{ store = "hot", per = "record", size = "4KB" }, { store = "table", op = "read", skip_on_hit = "hot" }, { store = "files", op = "list", count = 2.5, parallel = true }, { call = "check", probability = 0.5, optional = true }, { send = "later", probability = 0.5 }] },
  { name = "stateful", platform = "run", service = "5ms", state = { size = "100MB", store = "files", rebuild = "1s", save = 0.1 } },
  { name = "model", platform = "run", tokens = { input = 1000, output = { dist = "geometric", mean = 100 }, system = { tokens = 64, count = 2 } }, init = { sandbox = "1s" } },
]
[[flow]]
name = "main"
engine = { preset = "step-functions-standard", limits = { starts = "50/s" }, concurrent = 100, gap = "100ms" }
timeout = "1h"
input = "4KB"
steps = [
  { name = "look", use = [{ store = "table", op = "read" }], retry = [{ on = ["throttled"], cap = "5s" }, { on = ["any"], attempts = 1 }] },
  { name = "all", parallel = [["a"], ["b", "c"]], catch = [{ on = ["any"], next = "bad" }] },
  { name = "a", route = { to = ["model", "work"], by = "price", budgets = [100, 0], cache = { hit_rate = 0.2, lookup = { store = "hot" } } } },
  { name = "b", call = "sub", input = "1KB", output = "2KB", timeout = "5m" },
  { name = "c", wait = "1s" },
  { name = "each", map = { items = { store = "files", op = "list", count = 1000 }, steps = ["one"], mode = "distributed", engine = "express", batch = 10, tolerate = 0.1, size = "1KB" } },
  { name = "one", call = "stateful" },
  { name = "again", pass = true },
  { name = "ask", call = "work", callback = { after = "1m", failed = 0.1, never = 0.01 }, timeout = "1h", states = 3 },
  { name = "done", choice = [{ attempt_above = 3, next = "good" }, { probability = 0.1, next = "again" }, { size_above = "100KB", next = "tell" }, { next = "good" }] },
  { name = "tell", send = { to = "jobs", count = 2 } },
  { name = "out", send = { to = "events" } },
  { name = "good", succeed = true },
  { name = "bad", fail = true },
]
[[flow]]
name = "sub"
steps = [{ name = "only", call = "check", async = true }]

[[network]]
between = ["us-east-1", "eu-west-1"]
rtt = "80ms"
bandwidth = "10MB/s"
tariff = "aws-data-transfer"

[[outage]]
of = "eu-west-1"
from = "10m"
lasts = "5m"
part = 0.5
after = "2s"

[[overhead]]
name = "kms-envelope"
on = ["files"]

[[overhead]]
name = "otel"
on = ["model"]

[[overhead]]
name = "tls-1.2"

[[overhead]]
name = "audit"
on = ["check"]
factor = 1.5
add = "1ms"
use = { store = "table", op = "write", size = "1KB" }
rate = 1

[leaving]
from = "aws"
rewrite = { work = 10, main = 5 }
day = 800
`

// TestEverything: what each table says arrives in the graph.
func TestEverything(t *testing.T) {
	a := mustRead(t, "x.toml", everything)
	if w := a.Warnings(); len(w) > 0 {
		t.Errorf("%v", w)
	}
	c := compiled(t, a)
	g := c.Graph
	service := func(name string) (int32, *flows.Service) {
		for i := range g.Services {
			if g.Services[i].Name == name {
				return int32(i), &g.Services[i]
			}
		}
		t.Fatalf("no service %q", name)
		return 0, nil
	}
	step := func(name string) *flows.Step {
		for i := range g.Steps {
			if g.Steps[i].Name == name {
				return &g.Steps[i]
			}
		}
		t.Fatalf("no step %q", name)
		return nil
	}
	check := func(what string, got, want any) {
		t.Helper()
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s is %+v, want %+v", what, got, want)
		}
	}
	check("drain", g.Drain, 10*sim.Minute)

	names, n := service("names")
	hot, h := service("hot")
	table, tb := service("table")
	keys, _ := service("keys")
	files, fs := service("files")
	bin, _ := service("bin")

	// Stores. The zone is billed by time, in ns a second; 10 GB in bytes; a write of
	// 1.5 KiB would be two units of 1 KiB.
	check("a query's meter", g.Meters[n.Ops[0].Meter], flows.Meter{Tariff: "aws-route53", Name: "standard_queries", Unit: "1"})
	check("a query's error", n.Ops[0].Error, 0.001)
	check("a query's limit", *n.Ops[0].Limit, flows.Bucket{Rate: 1000, Burst: 1000})
	check("the zone", n.Standing, []flows.Standing{{Meter: n.Standing[0].Meter, Each: 1e9}})
	check("the zone's meter", g.Meters[n.Standing[0].Meter], flows.Meter{Tariff: "aws-route53", Name: "zones", Unit: "ns"})
	check("the cache", []any{h.HitRate, h.Behind, len(h.Standing)}, []any{0.9, table, 0}) // it has no tariff
	check("what the table holds", tb.Standing, []flows.Standing{{Meter: tb.Standing[0].Meter, Each: 10 << 30}})
	check("its meter", g.Meters[tb.Standing[0].Meter].Unit, "byte-s")
	check("its client", tb.Retry, flows.Retry{On: flows.OnThrottled, Attempts: 3, Backoff: backoff.Backoff{First: 50 * sim.Millisecond, Factor: 2, Cap: 20 * sim.Second, Jitter: backoff.Full}})
	check("its key service", []any{tb.Before[0].Service, tb.Before[0].Probability, tb.Before[0].Overhead}, []any{keys, 1.0, true})
	check("the files' key service", []any{fs.Before[0].Service, fs.Before[0].Probability, fs.Before[0].Overhead}, []any{keys, 0.01, true}) // a store of that service is there
	check("the files' read", []any{fs.Ops[0].First.Sample(0.5), fs.Ops[0].PerByte}, []any{15 * sim.Millisecond, 1e9 / float64(50<<20)})
	check("the files' write", fs.Ops[1].First.Sample(0.5), 30*sim.Millisecond)

	// Triggers.
	web := &g.Triggers[0]
	_, gateway := service("web")
	check("its gateway", []any{gateway.Ops[0].Name, *gateway.Ops[0].Limit}, []any{"request", flows.Bucket{Rate: 10_000, Burst: 5000}})
	check("its name service", []any{web.HTTP.DNS.Service, web.HTTP.DNS.Probability}, []any{names, 0.1})
	check("its authorizer", []any{web.HTTP.Authorizer.Function, web.HTTP.Remember, web.HTTP.Timeout}, []any{int32(0), sim.Minute, 10 * sim.Second})
	check("its client", *web.HTTP.Client, flows.Retry{On: flows.OnTimeout, Attempts: 2, Backoff: backoff.Backoff{First: sim.Second, Factor: 2, Cap: sim.Minute, Jitter: backoff.Full}})
	check("where its callers are", g.Places[web.Place], "eu-west-1")
	jobs := &g.Triggers[1]
	check("the queue", []any{jobs.Queue.Batch, jobs.Queue.Window, jobs.Queue.Visibility, jobs.Queue.Partial, jobs.Queue.Pollers.Start, jobs.Queue.Pollers.Grow, jobs.Queue.Pollers.Most, jobs.Duplicates, jobs.Queue.Dead.Service},
		[]any{100, 5 * sim.Second, 6 * sim.Minute, true, 2, 300, 20, 0.001, bin})
	check("its latency", jobs.Queue.Latency.Sample(0.5), 5*sim.Millisecond)
	log := g.Triggers[2].Stream
	check("the stream", []any{log.Batch, log.Retries, log.MaxAge, log.Parallel, log.Pipe, log.Dead.Op}, []any{100, -1, sim.Day, 1, int32(flows.None), int32(0)})
	_, kinesis := service("log")
	check("its shards", []any{kinesis.Standing[0].Each, g.Meters[kinesis.Standing[0].Meter]}, []any{int64(2e9), flows.Meter{Tariff: "aws-kinesis-provisioned", Name: "shards", Unit: "ns"}})
	check("the schedule", g.Meters[g.Triggers[3].Meter], flows.Meter{Tariff: "aws-eventbridge", Name: "schedules", Unit: "1"})
	check("the upload", []any{g.Triggers[4].Write.Service, g.Triggers[4].Write.Op, g.Triggers[4].Latency.Sample(0.5)}, []any{files, int32(1), 1100 * sim.Millisecond})
	bus := g.Triggers[5].Bus
	check("the bus", []any{bus.Match, bus.Retry.Attempts, bus.MaxAge, bus.Retry.First, bus.Retry.Cap, bus.Dead.Service}, []any{0.25, 185, sim.Day, sim.Second, 10 * sim.Minute, bin})
	later := g.Triggers[6].Async
	check("the call that nobody waits for", []any{later.Retries, later.After, later.MaxAge, later.Throttle.Cap}, []any{1, []sim.Time{sim.Minute, 2 * sim.Minute}, 6 * sim.Hour, 5 * sim.Minute})

	// Functions: their own time, what they wait for, overheads.
	work := &g.Functions[1]
	check("work's time", []any{work.Base.Sample(0.5), work.PerRecord.Sample(0.5), work.PerByte}, []any{10 * sim.Millisecond, sim.Millisecond, 2e6 / float64(1<<20)})
	check("work's uses", []any{work.Uses[0].PerRecord, work.Uses[1].SkipOnHit, work.Uses[2].Count, work.Uses[2].Parallel, work.Uses[3].Function, work.Uses[3].Optional, work.Uses[2].Optional, work.Uses[4].Send.Trigger}, []any{true, hot, 2.5, true, int32(0), true, false, int32(6)})
	own := &g.Functions[0]
	check("check's overheads", []any{own.Factor, own.Add.Sample(0.5), own.Uses[0].Service, own.Uses[0].Probability, own.Uses[0].Overhead}, []any{1.5, sim.Millisecond, table, 1.0, true})
	state := g.Functions[2].State
	check("state", []any{state.Size, state.Service, state.Read, state.Write, state.Rebuild.Sample(0.5), state.Save}, []any{int64(100 << 20), files, int32(0), int32(1), sim.Second, 0.1})
	f := c.Workload.Functions()
	check("who is open", []any{f[0].Open, f[1].Open, f[2].Open, f[3].Open}, []any{true, true, true, false})
	check("model's initialisation", []any{len(f[3].Init), f[3].Init[0].Phase, f[3].Init[1].Phase, f[3].Init[1].Duration.Sample(0.5)}, []any{2, sim.PhaseSandbox, sim.PhaseDependencies, 200 * sim.Millisecond})
	check("arrivals by schedule, in an hour", f[7].Weight, 0.0) // once a day, at 2 h

	// The engine and the steps.
	e := &g.Flows[0].Engine
	check("the engine's limits", []any{*e.Starts, *e.States, *e.Concurrent, len(e.Gap), e.Gap[0].Delay.Sample(0.5)}, []any{flows.Bucket{Rate: 50, Burst: 50, Quota: flows.Quota{Of: "main", What: "starts"}}, flows.Bucket{Rate: 1000, Burst: 5000, Quota: flows.Quota{Of: "AWS Step Functions, Standard in eu-west-1", What: "transitions", Each: "account"}}, flows.Slots{N: 100, Quota: flows.Quota{Of: "main", What: "executions"}}, 1, 100 * sim.Millisecond})
	check("look", []any{step("look").Kind, step("look").Uses[0].Service, step("look").Retry[0].Cap, step("look").Retry[1].On}, []any{flows.UseStep, table, 5 * sim.Second, flows.OnAny})
	route := step("a").Route
	check("a", []any{route.To, route.By, route.Budgets, route.HitRate, route.Lookup.Service}, []any{[]int32{3, 1}, flows.ByPrice, []float64{100, 0}, 0.2, hot})
	b := step("b")
	check("b", []any{b.SubFlow, b.Function, b.Input.Sample(0.5), b.Output.Sample(0.5), b.Timeout}, []any{int32(1), int32(flows.None), int64(1024), int64(2048), 5 * sim.Minute})
	check("c", step("c").Wait.Sample(0.5), sim.Second)
	m := step("each").Map
	check("each", []any{m.Items.Sample(0.5), m.Read.Service, m.Read.Op, g.Steps[m.First].Name, m.Distributed, m.Batch, m.Concurrency, m.Tolerate, m.Child.Preset}, []any{int64(1000), files, int32(2), "one", true, 10, 10_000, 0.1, "step-functions-express"})
	ask := step("ask")
	check("ask", []any{ask.Callback.After.Sample(0.5), ask.Callback.Failed, ask.Callback.Never, ask.States}, []any{sim.Minute, 0.1, 0.01, int16(3)})
	check("done", []any{step("done").Choice[0].EnteredMore, step("done").Choice[1].Probability, step("done").Choice[2].SizeAbove, step("done").Choice[3].Otherwise}, []any{3, 0.1, int64(100 << 10), true})
	check("tell", []any{step("tell").Send.Trigger, step("tell").Send.Count, step("tell").Send.Size}, []any{int32(1), 2.0, nil})
	check("only", step("only").Async, true)

	// The way: the file's, forth with the tariff that it names, back with the catalogue's.
	forth, back := g.Hops[1], g.Hops[2]
	check("the way", []any{forth.RTT.Sample(0.5), forth.PerByte, forth.Trips, g.Meters[forth.Egress].Name, g.Meters[back.Egress].Name}, []any{80 * sim.Millisecond, 1e9 / float64(10<<20), 3.0, "egress", "inter_region"})
	out := g.Outages[0]
	check("the outage", []any{out.Functions, out.From, out.To, out.Part, out.After}, []any{[]int32{2, 3}, 10 * sim.Minute, 15 * sim.Minute, 0.5, 2 * sim.Second})
	check("leaving", *c.Leaving, Leaving{From: "aws", Bytes: 10 << 30, Tariff: "aws-data-transfer", Meter: "egress", Days: 15, Day: 800})
}
