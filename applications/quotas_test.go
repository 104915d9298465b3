package applications

import (
	"testing"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/flows"
)

var twoOfEach = `title = "x"
trigger = [
  { name = "http", start = "f", arrivals = { process = "poisson", rate = "1/s" }, http = { service = "api-gateway-http" } },
  { name = "rest", start = "f", arrivals = { process = "poisson", rate = "1/s" }, http = { service = "api-gateway-rest" } },
  { name = "far", start = "g", arrivals = { process = "poisson", rate = "1/s" }, http = { service = "api-gateway-http" } },
  { name = "one", start = "f", arrivals = { process = "poisson", rate = "1/s" }, bus = { service = "eventbridge" } },
  { name = "two", start = "f", arrivals = { process = "poisson", rate = "1/s" }, bus = { service = "eventbridge" } },
  { name = "q1", start = "f", arrivals = { process = "poisson", rate = "1/s" }, queue = { service = "sqs-fifo" } },
  { name = "q2", start = "f", arrivals = { process = "poisson", rate = "1/s" }, queue = { service = "sqs-fifo" } },
]
store = [
  { name = "events", service = "eventbridge" },
  { name = "table", service = "dynamodb" },
  { name = "objects", service = "s3" },
]
function = [
  { name = "f", platform = "here", service = "10ms", use = [{ store = "table" }, { store = "objects" }, { store = "events" }] },
  { name = "g", platform = "there", service = "10ms" },
]
` +
	callsF("s1", `preset = "step-functions-standard", region = "us-east-1"`) +
	callsF("s2", `preset = "step-functions-standard", region = "us-east-1"`) +
	callsF("w1", `preset = "google-workflows", region = "us-east1"`) +
	callsF("w2", `preset = "google-workflows", region = "us-east1"`) +
	callsF("w3", `preset = "google-workflows", region = "europe-west1", concurrent = 7`) +
	callsF("e1", `preset = "step-functions-express", region = "us-east-1"`) +
	callsF("e2", `preset = "step-functions-express", region = "us-east-1", limits = { starts = "5/s" }`)

// compiledOn compiles an application on platforms in two regions, both of a preset.
func compiledOn(t *testing.T, text, preset string) (*flows.Graph, error) {
	t.Helper()
	a, err := readShipped(t, text)
	if err != nil {
		t.Fatal(err)
	}
	c, err := a.Compile(Options{Window: sim.Window{Horizon: sim.Hour}, Platforms: []Platform{
		{Name: "here", Region: "us-east-1", Provider: "aws", Preset: preset}, {Name: "there", Region: "eu-west-1", Provider: "aws", Preset: preset},
	}})
	if err != nil {
		return nil, err
	}
	return c.Graph, nil
}

// API Gateway has one limit of all its APIs in a region, EventBridge one of all buses, Step
// Functions of all state machines, Workflows of all executions; a FIFO queue has its own.
// Writes and deletes of a key of DynamoDB take of the same 1,000 units a second, reads and
// queries of 3,000; S3's writes and deletes of the same 3,500.
func TestQuotasAreShared(t *testing.T) {
	g, err := compiledOn(t, twoOfEach, "")
	if err != nil {
		t.Fatal(err)
	}
	op := func(service, name string) *flows.Op {
		for i := range g.Services {
			if g.Services[i].Name == service {
				return opNamed(&g.Services[i], name)
			}
		}
		t.Fatalf("no service %q", service)
		return nil
	}
	same := func(what string, a, b any, want bool) {
		t.Helper()
		if (a == b) != want {
			t.Errorf("%s: shared %v, want %v", what, a == b, want)
		}
	}
	same("APIs in a region", op("http", "request").Limit, op("rest", "request").Limit, true)
	same("APIs in two regions", op("http", "request").Limit, op("far", "request").Limit, false)
	same("buses", op("one", "put").Limit, op("two", "put").Limit, true)
	same("a bus and a store", op("one", "put").Limit, op("events", "put").Limit, true)
	same("two FIFO queues", op("q1", "send").Limit, op("q2", "send").Limit, false)
	same("sends and receives", op("q1", "send").Limit, op("q1", "receive").Limit, false)
	same("writes and deletes of a key", op("table", "write").Partition, op("table", "delete").Partition, true)
	same("reads and queries of a key", op("table", "read").Partition, op("table", "query").Partition, true)
	same("reads and writes of a key", op("table", "read").Partition, op("table", "write").Partition, false)
	same("S3's writes and deletes", op("objects", "write").Limit, op("objects", "delete").Limit, true)
	same("S3's writes and reads", op("objects", "write").Limit, op("objects", "read").Limit, false)
	same("starts", g.Flows[0].Engine.Starts, g.Flows[1].Engine.Starts, true)
	if e := g.Flows[5].Engine; e.Starts == nil || e.Starts.Rate != 6000 || e.Starts.Burst != 6000 || !e.StartsAsync {
		t.Errorf("starts of Express are limited to %+v, want 6,000 a second of those that nobody waits for", e.Starts)
	}
	if e := g.Flows[6].Engine; e.Starts.Rate != 5 || e.StartsAsync {
		t.Errorf("the file limits all starts to 5 a second, found %+v", e.Starts)
	}
	same("transitions", g.Flows[0].Engine.States, g.Flows[1].Engine.States, true)
	same("Workflows' executions", g.Flows[2].Engine.Concurrent, g.Flows[3].Engine.Concurrent, true)
	same("a flow's own", g.Flows[2].Engine.Concurrent, g.Flows[4].Engine.Concurrent, false)
	if n := g.Flows[4].Engine.Concurrent.N; n != 7 {
		t.Errorf("%d executions at a time, want the file's 7", n)
	}
	if b := op("far", "request").Limit; b.Rate != 10_000 || b.Burst != 5000 || b.Quota != (flows.Quota{Of: "Amazon API Gateway in eu-west-1", What: "requests", Each: "account"}) {
		t.Errorf("API Gateway's limit is %+v", *b)
	}
	if b := op("table", "delete").Partition; b.Rate != 1000 || op("table", "query").Partition.Rate != 3000 {
		t.Errorf("a key's writes are %v a second, its reads %v", b.Rate, op("table", "query").Partition.Rate)
	}
}

// What is always larger than a platform takes is refused, with its line.
func TestPayloadsOfPlatforms(t *testing.T) {
	for _, c := range []struct{ record, kind, output, want string }{
		{"6MB", "", "1KB", ""},
		{"7MB", "", "1KB", "x.toml:2: trigger[0].record.size: found 7MB, want at most the 6MB that platform \"here\" takes to a call that is waited for"},
		{"2MB", ", async = {}", "1KB", "x.toml:2: trigger[0].record.size: found 2MB, want at most the 1MB that platform \"here\" takes to an asynchronous call"},
		{"1KB", "", "7MB", "x.toml:3: function[0].output: found 7MB, want at most the 6MB that platform \"here\" answers with"},
	} {
		text := startsF(`, record = { size = "`+c.record+`" }`+c.kind, `, output = "`+c.output+`"`, "")
		for _, preset := range []string{"aws-lambda", ""} {
			want, got := c.want, ""
			if preset == "" {
				want = "" // nothing is known of it
			}
			if _, err := compiledOn(t, text, preset); err != nil {
				got = err.Error()
			}
			if got != want {
				t.Errorf("%s on %q: %s, want %q", c.record, preset, got, want)
			}
		}
	}
}

// Pollers that are kept are billed by their time, and take ten batches each.
func TestProvisionedPollers(t *testing.T) {
	g, err := compiledOn(t, startsF(`, queue = { service = "sqs-provisioned", pollers = { start = 4 } }`, "", ""), "aws-lambda")
	if err != nil {
		t.Fatal(err)
	}
	p := g.Triggers[0].Queue.Pollers
	if p.Provisioned == flows.None || g.Meters[p.Provisioned] != (flows.Meter{Tariff: "aws-lambda", Name: "sqs_pollers", Unit: "ns"}) {
		t.Errorf("its pollers are billed by %v", g.Meters)
	}
	if p.Start != 4 || p.Each != 10 || p.Most != 2000 || p.Grow != 100 {
		t.Errorf("its pollers are %+v", p)
	}
}

// What an Application Load Balancer takes is 1 MB before Lambda alone (AWS, Lambda functions
// as targets), whatever its record's least is; a bus of EventBridge takes 1 MB since 2026.
func TestMostOfAGateway(t *testing.T) {
	file := func(size, kind string) string {
		return startsF(`, record = { size = "`+size+`" }, `+kind, "", "")
	}
	const alb, bus = `http = { service = "alb" }`, `bus = { service = "eventbridge" }`
	for _, c := range []struct{ size, kind, preset, want string }{
		{"1MB", alb, "aws-lambda", ""},
		{"2MB", alb, "aws-lambda", `x.toml:2: trigger[0].http: found a record of 2MB, want at most the 1MB of alb before aws-lambda`},
		{"2MB", alb, "", ""},
		{"1MB", bus, "", ""},
		{"2MB", bus, "", `x.toml:2: trigger[0].record.size: found 2MB, want at most the 1MB of eventbridge`},
	} {
		got := ""
		var g *flows.Graph
		_, err := readShipped(t, file(c.size, c.kind))
		if err == nil {
			g, err = compiledOn(t, file(c.size, c.kind), c.preset)
		}
		if err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%s, %s on %q: %s, want %q", c.size, c.kind, c.preset, got, c.want)
		}
		if err == nil && c.kind == alb && (g.Services[0].Ops[0].Most != nil) != (c.preset != "") {
			t.Errorf("%s on %q: the most is %v", c.size, c.preset, g.Services[0].Ops[0].Most)
		}
	}
}

// A queue in order of high throughput takes 300 sends a second of each group, however large;
// of a key of DynamoDB the units count.
func TestLimitsOfKeys(t *testing.T) {
	g, err := compiledOn(t, startsF(`, record = { key = { count = 2 } }, queue = { service = "sqs-fifo-high-throughput" }`, `, use = [{ store = "d", op = "write" }]`, `store = [{ name = "d", service = "dynamodb" }]
`), "aws-lambda")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for i := range g.Services {
		for _, o := range g.Services[i].Ops {
			if o.Name == "send" || o.Name == "write" {
				found++
			}
			switch p := o.Partition; {
			case o.Name == "send" && (p == nil || p.Units || p.Rate != 300):
				t.Errorf("a group's limit of sends is %+v, want 300 calls", p)
			case o.Name == "write" && (p == nil || !p.Units || p.Rate != 1000):
				t.Errorf("a key's limit of writes is %+v, want 1000 units", p)
			}
		}
	}
	if found != 2 {
		t.Errorf("%d ops are limited by a key, want the queue's sends and the table's writes", found)
	}
}

// A topic in order takes 3,000 messages a second (CDK reference, FifoThroughputScope: TOPIC).
func TestLimitOfATopicInOrder(t *testing.T) {
	g, err := compiledOn(t, startsF(`, bus = { service = "sns-fifo" }`, "", ""), "aws-lambda")
	if err != nil {
		t.Fatal(err)
	}
	for i := range g.Services {
		if s := &g.Services[i]; s.Name == "in" {
			if l := s.Ops[g.Triggers[0].Bus.Put].Limit; l == nil || l.Rate != 3000 || l.Units {
				t.Errorf("%+v, want 3,000 messages a second", l)
			}
			return
		}
	}
	t.Error("found no service of the topic")
}
