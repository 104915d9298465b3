package applications

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/backoff"
	"github.com/coldcurve/coldcurve/sim/flows"
)

// platforms are those of the example: Lambda in us-east-1, and one elsewhere.
var platforms = []Platform{
	{Name: "unused", Region: "eu-west-1"},
	{Name: "lambda", Region: "us-east-1", Provider: "Amazon Web Services", Limit: 1000, Rejects: true, Timeout: 15 * sim.Minute},
	{Name: "run", Region: "eu-west-1", Concurrency: 80, Limit: 10, Served: true},
}

func compiled(t *testing.T, a *Application) *Compiled {
	t.Helper()
	c, err := a.Compile(Options{Platforms: platforms, Window: sim.Window{Warmup: sim.Minute, Horizon: sim.Hour}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestExampleCompiled compares what the example compiles to with what its text says,
// worked out by hand.
func TestExampleCompiled(t *testing.T) {
	c := compiled(t, readFile(t, "alerts.app.toml"))
	g := c.Graph

	// Functions in the order of the file, then the triggers: 0 prepare, 1 keep,
	// 2 classify-aws, 3 classify-gcp, 4 notify, 5 readings, 6 alerts.
	if want := []int{1, 1, 1, 2, 1, -1, -1}; !slices.Equal(c.On, want) {
		t.Errorf("on %v, want %v", c.On, want)
	}
	var lines []string
	for i, f := range c.Workload.Functions() {
		lines = append(lines, fmt.Sprintf("%s memory %d outside %t open %t trigger %q weight %.0f place %s", f.Name, f.Memory, f.Outside, f.Open, f.Trigger, f.Weight, g.Places[g.Functions[i].Place]))
	}
	same(t, "functions", lines, // 600/s for an hour are 2.16 million, and all functions are reached by them
		`prepare memory 256 outside false open false trigger "" weight 2160000 place us-east-1`,
		`keep memory 0 outside false open true trigger "" weight 2160000 place us-east-1`,
		`classify-aws memory 2048 outside false open false trigger "" weight 2160000 place us-east-1`,
		`classify-gcp memory 2048 outside false open false trigger "" weight 2160000 place eu-west-1`,
		`notify memory 0 outside false open false trigger "" weight 2160000 place us-east-1`,
		`readings memory 0 outside true open false trigger "stream" weight 2160000 place us-east-1`,
		`alerts memory 0 outside true open false trigger "queue" weight 0 place us-east-1`,
	)
	prepare, gcp := &g.Functions[0], &g.Functions[3]
	if prepare.Base.Sample(0.5) != 15*sim.Millisecond || prepare.PerRecord.Sample(0.5) != 400*sim.Microsecond || prepare.PerByte != 0 || prepare.Timeout != 15*sim.Minute || !prepare.Rejects {
		t.Errorf("prepare is %+v", prepare)
	}
	if gcp.Limit != 800 || gcp.Rejects {
		t.Errorf("classify-gcp has the limit %d, rejects %t, want 10 × 80, false", gcp.Limit, gcp.Rejects)
	}
	if g.Functions[2].Error != 0.001 {
		t.Errorf("classify-aws fails %v", g.Functions[2].Error)
	}

	// The steps, in the order of the file; what follows which, and what costs are whose.
	lines = nil
	name := func(i int32) string {
		if i == flows.None {
			return "end"
		}
		return g.Steps[i].Name
	}
	for _, s := range g.Steps {
		line := fmt.Sprintf("%s kind %d next %s owner %s states %d", s.Name, s.Kind, name(s.Next), g.Owners[s.Owner], s.States)
		for _, b := range s.Branches {
			line += " branch " + name(b)
		}
		for _, o := range s.Choice {
			line += fmt.Sprintf(" case %v %t %s", o.Probability, o.Otherwise, name(o.Next))
		}
		for _, x := range s.Catch {
			line += fmt.Sprintf(" catch %d %s", x.On, name(x.Next))
		}
		if s.Function != flows.None {
			line += " calls " + g.Functions[s.Function].Name
		}
		if s.Send != nil {
			line += fmt.Sprintf(" sends %d bytes to %d/%d.%d", s.Send.Size.Sample(0.5), s.Send.Trigger, s.Send.Service, s.Send.Op)
		}
		lines = append(lines, line)
	}
	same(t, "steps", lines,
		"prepare kind 0 next both owner alerting/prepare states -1 catch 7 park calls prepare",
		"both kind 2 next rate owner alerting/both states -1 branch infer branch keep",
		"infer kind 1 next end owner alerting/infer states -1",
		"keep kind 0 next end owner alerting/keep states -1 calls keep",
		"rate kind 4 next end owner alerting/rate states -1 case 0.02 false page case 0 true end",
		"page kind 6 next end owner alerting/page states -1 sends 1024 bytes to 1/-1.0",
		"park kind 6 next end owner alerting/park states -1 sends 204800 bytes to -1/1.0",
	)
	if want := []flows.Retry{{On: flows.OnFailed | flows.OnThrottled, Attempts: 3, Backoff: backoff.Backoff{First: sim.Second, Factor: 2, Jitter: backoff.Full}}}; !reflect.DeepEqual(g.Steps[0].Retry, want) {
		t.Errorf("prepare retries %+v, want %+v", g.Steps[0].Retry, want)
	}
	if got := g.Steps[0].Output.Sample(0.5); got != 16<<10 {
		t.Errorf("prepare's output is %d bytes, want 16 KiB", got)
	}
	route := &flows.Route{To: []int32{2, 3}, By: flows.ByHealth, Weights: []float64{0.5, 1}, Probe: 10 * sim.Second, Failures: 3, Fallback: true}
	if !reflect.DeepEqual(g.Steps[2].Route, route) {
		t.Errorf("infer routes %+v, want %+v", g.Steps[2].Route, route)
	}

	// Triggers: what the file says, and what the services' rules say.
	r, a := &g.Triggers[0], &g.Triggers[1]
	if r.Function != 5 || r.Start != (flows.Target{Function: flows.None, Flow: 0}) || len(r.Keys.Popularity) != 5000 || r.Record.Sample(0.5) != 2048 {
		t.Errorf("readings is %+v", r)
	}
	s := r.Stream
	if s.Shards != 4 || s.Batch != 100 || s.Window != sim.Second || s.Parallel != 2 || s.Retries != 3 || !s.Bisect || s.MaxAge != sim.Hour || s.Dead.Service != 1 || s.Poll != sim.Second || s.In.Rate != 1000 || s.InBytes.Rate != 1<<20 {
		t.Errorf("readings' stream is %+v", s)
	}
	if m := g.Meters[s.Pipe]; m.Tariff == "" || s.PipeUnit != 64<<10 {
		t.Errorf("readings' pipe counts %+v by %d bytes", m, s.PipeUnit)
	}
	q := a.Queue
	if a.Start != (flows.Target{Function: 4, Flow: flows.None}) || q.Batch != 10 || q.Visibility != sim.Minute || q.Receives != 5 || q.Dead.Service != 1 || q.Pollers.Start != 5 || q.Pollers.Most != 1250 {
		t.Errorf("alerts is %+v, its queue %+v", a, q)
	}

	// Services: the stores, then those of the triggers. keep writes each record.
	lines = nil
	for _, s := range g.Services {
		line := fmt.Sprintf("%s in %s of %s:", s.Name, g.Places[s.Place], g.Owners[s.Owner])
		for _, o := range s.Ops {
			line += " " + o.Name
		}
		lines = append(lines, line)
	}
	same(t, "services", lines,
		"profiles in us-east-1 of profiles: read write", "parked in us-east-1 of parked: send receive delete",
		"readings in us-east-1 of readings: put get", "alerts in us-east-1 of alerts: send receive delete",
	)
	u := g.Functions[1].Uses
	if len(u) != 1 || u[0].Service != 0 || u[0].Op != 1 || !u[0].PerRecord || u[0].Count != 1 || u[0].Probability != 1 || u[0].Size.Sample(0.5) != 1024 || u[0].SkipOnHit != flows.None {
		t.Errorf("keep uses %+v", u)
	}
	if op := g.Services[0].Ops[1]; op.Unit != 1024 || g.Meters[op.Meter] != (flows.Meter{Tariff: "aws-dynamodb-on-demand", Name: "write_units", Unit: "1"}) {
		t.Errorf("a write counts %d bytes by %+v", op.Unit, g.Meters[op.Meter])
	}

	// The engine, and the way to the other region: round trip and egress, both ways.
	e := &g.Flows[0].Engine
	if g.Flows[0].Timeout != sim.Minute || e.Timeout != 5*sim.Minute || e.Round != 100*sim.Millisecond || e.Chunk != 64<<20 || g.Places[e.Place] != "us-east-1" || g.Meters[e.Duration].Unit != "MiB-ns" {
		t.Errorf("the flow is %+v", g.Flows[0])
	}
	if got := strings.Join(g.Places, " "); got != "us-east-1 eu-west-1" {
		t.Errorf("places %s", got)
	}
	for _, i := range []int{1, 2} {
		if h := g.Hops[i]; h.RTT.Sample(0.5) != 69558*sim.Microsecond || g.Meters[h.Egress].Name != "inter_region" {
			t.Errorf("hop %d is %+v", i, h)
		}
	}
	for _, i := range []int{0, 3} {
		if h := g.Hops[i]; h.RTT != nil || h.Egress != flows.None {
			t.Errorf("hop %d within a region is %+v", i, h)
		}
	}
	// A batch of 100 is halved 7 times: 8 × (4 tries of 60 s and 3 polls of 1 s), after a window
	// of 1 s; then 5 receives of 60 s.
	if g.Drain != (8*(4*60+3)+1+5*60)*sim.Second || g.Horizon != sim.Hour || g.Warmup != sim.Minute {
		t.Errorf("drain %d, horizon %d, warmup %d", g.Drain, g.Horizon, g.Warmup)
	}
	for _, n := range c.Notes {
		if n.Grade == "" || n.Source == "" {
			t.Errorf("note %+v", n)
		}
	}
}

func same(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	for i := range max(len(got), len(want)) {
		g, w := "nothing", "nothing"
		if i < len(got) {
			g = got[i]
		}
		if i < len(want) {
			w = want[i]
		}
		if g != w {
			t.Errorf("%s %d:\n%s, want\n%s", what, i, g, w)
		}
	}
}

// TestQueuesAndStreamsCompiled compares the rules of services with those of their
// catalogue and documentation.
func TestQueuesAndStreamsCompiled(t *testing.T) {
	root, err := spec.Parse("queues.app.toml", []byte(`
trigger  = [
  { name = "jobs", start = "work", arrivals = { process = "poisson", rate = "1/s" }, queue = { service = "sqs", receives = 3, dead = "bin" } },
  { name = "orders", start = "work", arrivals = { process = "poisson", rate = "1/s" }, record = { key = { count = 10 } }, queue = { service = "sqs-fifo" } },
  { name = "azure", start = "work", arrivals = { process = "poisson", rate = "1/s" }, queue = { service = "azure-queue" } },
  { name = "azure-later", start = "work", arrivals = { process = "poisson", rate = "1/s" }, queue = { service = "azure-queue", visibility = "30s" } },
  { name = "pushed", start = "work", arrivals = { process = "poisson", rate = "1/s" }, queue = { service = "pub-sub" } },
  { name = "growing", start = "work", arrivals = { process = "poisson", rate = "1/s" }, stream = { service = "kinesis-on-demand" } },
  { name = "fanned", start = "work", arrivals = { process = "poisson", rate = "1/s" }, stream = { service = "kinesis-fan-out", shards = 2 } },
]
store    = [{ name = "bin", service = "sqs" }]
function = [{ name = "work", platform = "lambda", service = "1ms" }]
`))
	if err != nil {
		t.Fatal(err)
	}
	a, err := Read(root)
	if err != nil {
		t.Fatal(err)
	}
	g := compiled(t, a).Graph
	q := func(i int) *flows.Queue { return g.Triggers[i].Queue }
	// A receive and a delete of SQS have at most ten messages; a queue moves its dead by itself.
	if q := q(0); q.PerReceive != 10 || q.PerDelete != 10 || !q.Moves || q.FIFO || q.Visibility != 30*sim.Second || q.Receives != 3 || q.Pollers.Start != 5 || q.Pollers.Grow != 300 || q.Pollers.Most != 1250 || q.Pollers.Poll != 20*sim.Second {
		t.Errorf("sqs is %+v", q)
	}
	if q := q(1); !q.FIFO || q.PerReceive != 10 || g.Triggers[1].Duplicates != 0 {
		t.Errorf("sqs-fifo is %+v", q)
	}
	// Azure's host takes 16 when 8 are left, one start each, hides them while they run, and has those that failed again at once.
	if q := q(2); q.Batch != 1 || q.PerReceive != 16 || q.Refill != 8 || q.Pollers.Each != 24 || q.Receives != 5 || q.Visibility != 0 || q.Again == nil || q.Again.First != 0 || len(q.Backoff) != 6 {
		t.Errorf("azure-queue is %+v, %+v", q, q.Again)
	}
	if q := q(3); q.Again.First != 30*sim.Second || q.Visibility != 0 {
		t.Errorf("azure-queue with a visibility is %+v, %+v", q, q.Again)
	}
	// Pub/Sub pushes, and again after 100 ms to 60 s.
	if q := q(4); q.Pollers.Most != 0 || q.Again.First != 100*sim.Millisecond || q.Again.Factor != 2 || q.Again.Cap != 60*sim.Second {
		t.Errorf("pub-sub is %+v, %+v", q, q.Again)
	}
	if s := g.Triggers[5].Stream; !s.OnDemand || s.Shards != 4 || s.InBytes.Rate != 1<<20 {
		t.Errorf("kinesis-on-demand is %+v", s)
	}
	if s := g.Triggers[6].Stream; s.Poll != 0 || s.Shards != 2 {
		t.Errorf("kinesis-fan-out is %+v", s)
	}
}
