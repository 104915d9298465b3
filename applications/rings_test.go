package applications

import (
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// TestRings: stores that ask each other for ever are refused with their lines, whether
// keys, caches or overheads make the ring.
func TestRings(t *testing.T) {
	const start = `title = "x"
trigger = [{ name = "api", start = "f", arrivals = { process = "poisson", rate = "1/s" } }]
function = [{ name = "f", platform = "run", memory = "128MB", service = "10ms", use = [{ store = "a" }] }]
store = [
`
	for _, tt := range []struct{ stores, want string }{
		{`{ name = "a", service = "kms", encrypt = "b" },
{ name = "b", service = "kms", encrypt = "a" },
]`, `x.toml:5: store[0].encrypt: found "b", which asks "a" in its turn by encrypt or behind, want one that does not
x.toml:6: store[1].encrypt: found "a", which asks "b" in its turn by encrypt or behind, want one that does not`},
		{`{ name = "a", service = "elasticache", hit_rate = 0.5, behind = "b" },
{ name = "b", service = "dynamodb", encrypt = "a" },
]`, `x.toml:6: store[1].encrypt: found "a", which asks "b" in its turn by encrypt or behind, want one that does not`},
		{`{ name = "a", service = "dynamodb", encrypt = "b" },
{ name = "b", service = "kms" },
]
overhead = [{ name = "audit", on = ["b"], use = { store = "a", op = "write" } }]`,
			`x.toml:8: overhead: the service "a" asks itself over what overheads and stores ask before each call, want one that ends`},
		{`{ name = "a", service = "dynamodb", encrypt = "b" },
{ name = "b", service = "kms" },
{ name = "c", service = "dynamodb", encrypt = "b" },
]`, ""},
	} {
		got := ""
		a, err := readShipped(t, start+tt.stores+"\n")
		if err == nil {
			_, err = a.Compile(Options{Platforms: []Platform{{Name: "run", Region: "eu-west-1"}}, Window: sim.Window{Horizon: sim.Hour}})
		}
		if err != nil {
			got = err.Error()
		}
		if got != tt.want {
			t.Errorf("%s:\n%s\nwant\n%s", tt.stores, got, tt.want)
		}
	}
}

// TestDrainOfWhatIsStated: Step Functions lets a Standard execution run for a year, which
// says nothing of how long its messages take; 15 min of a function and 20 min of a flow do.
func TestDrainOfWhatIsStated(t *testing.T) {
	const text = `title = "x"
trigger = [{ name = "api", start = "main", arrivals = { process = "poisson", rate = "1/s" } }]
function = [{ name = "f", platform = "run", memory = "128MB", service = "10ms", timeout = "15m" }]
flow = [{ name = "main", engine = { preset = "step-functions-standard" }, steps = [{ name = "only", call = "f" }] }]
`
	for _, tt := range []struct {
		text string
		want sim.Time
	}{
		{text, 15 * sim.Minute},
		{strings.Replace(text, `name = "main", engine`, `name = "main", timeout = "20m", engine`, 1), 20 * sim.Minute},
		{text + `drain = "1m"`, sim.Minute},
	} {
		tt.text = strings.Replace(tt.text, "title = \"x\"\n", "", 1)
		if d, ok := strings.CutSuffix(tt.text, `drain = "1m"`); ok {
			tt.text = `drain = "1m"` + "\n" + d
		}
		a, err := readShipped(t, tt.text)
		if err != nil {
			t.Fatal(err)
		}
		c, err := a.Compile(Options{Platforms: []Platform{{Name: "run", Region: "eu-west-1"}}, Window: sim.Window{Horizon: sim.Hour}})
		if err != nil {
			t.Fatal(err)
		}
		if c.Graph.Drain != tt.want {
			t.Errorf("the drain is %d ns, want %d", c.Graph.Drain, tt.want)
		}
	}
}

// TestClientBehindAGateway: API Gateway's REST APIs answer 504 after 29 s unless a higher
// timeout is set there, whoever waits; who gives up before it is not held.
func TestClientBehindAGateway(t *testing.T) {
	for _, tt := range []struct {
		http string
		want sim.Time
	}{
		{`{ service = "api-gateway-rest", client = { timeout = "300s" } }`, 29 * sim.Second},
		{`{ service = "api-gateway-rest", client = { timeout = "5s" } }`, 5 * sim.Second},
		{`{ client = { timeout = "300s" } }`, 300 * sim.Second},
	} {
		a, err := readShipped(t, strings.Replace(plain, `{ service = "api-gateway-rest" }`, tt.http, 1))
		if err != nil {
			t.Fatal(err)
		}
		c, err := a.Compile(Options{Platforms: []Platform{{Name: "run", Region: "eu-west-1"}}, Window: sim.Window{Horizon: sim.Hour}})
		if err != nil {
			t.Fatal(err)
		}
		if got := c.Graph.Triggers[0].HTTP.Timeout; got != tt.want {
			t.Errorf("%s: %d ns, want %d", tt.http, got, tt.want)
		}
	}
}

// TestDrainOfRedeliveries: a function of 10 s behind a queue that hides for 30 min, four
// receives: 2 h, and with a dead letter queue of three receives of 5 min 15 min more. Two retries of
// Lambda after 1 and 2 min: three tries of 10 s beside them. A batch of a stream that is
// tried 3 times, polls of 1 s between: 32 s; halved up to 7 times, from 100 on, 8 times that. 100
// receives of 30 min are more than a day. Any number of receives, or retries until a record is too old: what
// a visibility, or the function, takes.
func TestDrainOfRedeliveries(t *testing.T) {
	const dead = `{ name = "other", start = "f", queue = { service = "sqs", visibility = "5m", receives = 3 } }, `
	for _, tt := range []struct {
		triggers string
		want     sim.Time
	}{
		{`{ name = "t", start = "f", ARRIVALS, queue = { service = "sqs", visibility = "30m", receives = 4 } }`, 2 * sim.Hour},
		{dead + `{ name = "t", start = "f", ARRIVALS, queue = { service = "sqs", visibility = "30m", receives = 4, dead = "other" } }`, 2*sim.Hour + 15*sim.Minute},
		{`{ name = "t", start = "f", ARRIVALS, async = {} }`, 3*sim.Minute + 30*sim.Second},
		{`{ name = "t", start = "f", ARRIVALS, stream = { service = "kinesis", poll = "1s", retries = 2 } }`, 32 * sim.Second},
		{`{ name = "t", start = "f", ARRIVALS, stream = { service = "kinesis", poll = "1s", retries = 2, bisect = true } }`, 8 * 32 * sim.Second},
		{`{ name = "t", start = "f", ARRIVALS, queue = { service = "sqs", visibility = "30m", receives = 100 } }`, sim.Day},
		{`{ name = "t", start = "f", ARRIVALS, queue = { service = "sqs", visibility = "30m" } }`, 30 * sim.Minute},
		{`{ name = "t", start = "f", ARRIVALS, stream = { service = "kinesis" } }`, 10 * sim.Second},
	} {
		triggers := strings.Replace(tt.triggers, "ARRIVALS", `arrivals = { process = "poisson", rate = "1/s" }`, 1)
		a, err := readShipped(t, "trigger = ["+triggers+"]\n"+`function = [{ name = "f", platform = "run", memory = "128MB", service = "10ms", timeout = "10s" }]`)
		if err != nil {
			t.Fatal(err)
		}
		c, err := a.Compile(Options{Platforms: []Platform{{Name: "run", Region: "us-east-1"}}, Window: sim.Window{Horizon: sim.Hour}})
		if err != nil {
			t.Fatal(err)
		}
		if c.Graph.Drain != tt.want {
			t.Errorf("%s: the drain is %v s, want %v", tt.triggers, float64(c.Graph.Drain)/1e9, float64(tt.want)/1e9)
		}
	}
}
