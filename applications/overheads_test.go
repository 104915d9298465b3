package applications

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/flows"
)

// TestOverheadsBesideEachOther: a gateway has a firewall and a tracer, a table a key and
// what audits it, a flow and a trigger without a gateway a tracer that nobody waits for;
// the key's own store asks no key.
func TestOverheadsBesideEachOther(t *testing.T) {
	root, err := spec.Parse("x.toml", []byte(`title = "x"
trigger = [
  { name = "api", start = "f", arrivals = { process = "poisson", rate = "1/s" }, http = { service = "api-gateway-rest" } },
  { name = "jobs", start = "main", arrivals = { process = "poisson", rate = "1/s" }, queue = { service = "sqs" } },
]
store = [{ name = "table", service = "dynamodb" }, { name = "keys", service = "kms" }, { name = "logs", service = "cloudwatch-logs" }]
function = [{ name = "f", platform = "lambda", memory = "128MB", service = "10ms", use = [{ store = "table" }] }]
flow = [{ name = "main", steps = [{ name = "only", call = "f" }] }]
overhead = [
  { name = "waf", on = ["api"] },
  { name = "xray", on = ["api", "jobs", "main"] },
  { name = "kms", on = ["table", "keys"] },
  { name = "audit", on = ["table"], use = { store = "logs", op = "write", size = "1KB" } },
]
`))
	if err != nil {
		t.Fatal(err)
	}
	a, err := Read(root)
	if err != nil {
		t.Fatal(err)
	}
	g := compiled(t, a).Graph
	names := func(uses []flows.Use) (list []string) {
		for _, u := range uses {
			list = append(list, g.Services[u.Service].Name+" "+g.Services[u.Service].Ops[u.Op].Name)
			if !u.Overhead {
				t.Errorf("%v is no overhead", list)
			}
		}
		return list
	}
	before := map[string][]string{}
	for i := range g.Services {
		before[g.Services[i].Name] = names(g.Services[i].Before)
	}
	same(t, "before the gateway", before[g.Services[g.Triggers[0].HTTP.Service].Name], "waf inspect", "xray record")
	same(t, "before the table", before["table"], "keys encrypt", "logs write")
	same(t, "before the keys", before["keys"])
	same(t, "beside the queue", names(g.Triggers[1].Beside), "xray record")
	same(t, "beside the flow", names(g.Flows[0].Beside), "xray record")
	if n := len(g.Triggers[0].Beside); n != 0 {
		t.Errorf("%d uses are beside the API, want those before its gateway alone", n)
	}
}

// plain is an application of a function, a table, a flow and triggers, with overheads.
const plain = `title = "x"
trigger = [
  { name = "api", start = "f", arrivals = { process = "poisson", rate = "1/s" }, http = { service = "api-gateway-rest" } },
  { name = "jobs", start = "main", arrivals = { process = "poisson", rate = "1/s" }, queue = { service = "sqs" } },
]
store = [{ name = "table", service = "dynamodb", region = "eu-west-1" }]
function = [{ name = "f", platform = "run", memory = "128MB", service = "10ms", use = [{ store = "table" }] }]
flow = [{ name = "main", steps = [{ name = "only", call = "f" }] }]
network = [{ between = ["eu-west-1", "eu-west-3"], rtt = "8ms", bandwidth = "100MB/s" }]
`

func readShipped(t *testing.T, text string) (*Application, error) {
	t.Helper()
	root, err := spec.Parse("x.toml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return Read(root)
}

// TestOverheadOfATimedFunction: where the server says how long a function takes, a time
// beside it would cost nothing, so it is refused by name, as is a factor where the server
// has no times that it could act on; what adds neither, and what is taken out, is not.
func TestOverheadOfATimedFunction(t *testing.T) {
	for _, tt := range []struct {
		overhead string
		timed    bool
		want     string // "": accepted
	}{
		{`{ name = "confidential-gpu", factor = 5 }`, false, ""},
		{`{ name = "confidential-gpu", factor = 5 }`, true, ""},
		{`{ name = "confidential-gpu", on = ["f"] }`, true, ""},
		{`{ name = "mine", add = "3ms" }`, true, `overhead "mine": the server of the platform "run" says how long the function "f" takes, so no time beside it acts there`},
		{`{ name = "confidential-gpu", factor = 5, enabled = false }`, true, ""},
		{`{ name = "confidential-gpu", factor = 1 }`, true, ""},
		{`{ name = "confidential-vm", on = ["table"] }`, true, ""},
		{`{ name = "mine", cold_add = "3ms" }`, true, ""},
	} {
		a, err := readShipped(t, plain+"overhead = ["+tt.overhead+"]\n")
		if err != nil {
			t.Fatal(err)
		}
		_, err = a.Compile(Options{Platforms: []Platform{{Name: "run", Region: "eu-west-3", Served: tt.timed, Timed: tt.timed}}, Window: sim.Window{Horizon: sim.Hour}})
		switch {
		case err == nil && tt.want != "", err != nil && (tt.want == "" || !strings.Contains(err.Error(), tt.want) || !strings.HasPrefix(err.Error(), "x.toml:10: ")):
			t.Errorf("%s, timed %t: %v, want %q", tt.overhead, tt.timed, err, tt.want)
		}
	}
}

// TestOverheadOfTheWay: rate is the part of calls between two places that opens a
// connection, so the mean number of round trips is that part of a handshake's; what a
// connection costs in throughput is paid by the bytes on the way too.
func TestOverheadOfTheWay(t *testing.T) {
	a, err := readShipped(t, plain+"overhead = [{ name = \"tls-1.3\", rate = 0.25 }]\n")
	if err != nil {
		t.Fatal(err)
	}
	c, err := a.Compile(Options{Platforms: []Platform{{Name: "run", Region: "eu-west-3"}}, Window: sim.Window{Horizon: sim.Hour}})
	if err != nil {
		t.Fatal(err)
	}
	said := false
	for _, n := range c.Notes {
		said = said || n.Subject == "overhead tls-1.3" && strings.Contains(n.Text, "within a place") && n.Grade == "C"
	}
	if !said {
		t.Errorf("the notes %v do not say what a handshake within a place takes", c.Notes)
	}
	ways := 0
	for i := range c.Graph.Places {
		for j := range c.Graph.Places {
			h := c.Graph.Hops[i*len(c.Graph.Places)+j]
			if i == j {
				continue
			}
			ways++
			if h.Trips != 0.5 { // a quarter of two
				t.Errorf("%v round trips, want 0.5", h.Trips)
			}
			if want := 1e9 / float64(100<<20) * 1.053; math.Abs(h.PerByte-want) > 1e-9 {
				t.Errorf("%v ns a byte, want %v", h.PerByte, want)
			}
		}
	}
	if ways != 2 {
		t.Errorf("%d ways, want 2", ways)
	}
}

// TestOverheadStandsOnce: a firewall that an overhead makes is billed once by time.
func TestOverheadStandsOnce(t *testing.T) {
	a, err := readShipped(t, plain+"overhead = [{ name = \"waf\", on = [\"api\"] }]\n")
	if err != nil {
		t.Fatal(err)
	}
	c, err := a.Compile(Options{Platforms: []Platform{{Name: "run", Region: "eu-west-3"}}, Window: sim.Window{Horizon: sim.Hour}})
	if err != nil {
		t.Fatal(err)
	}
	known, err := a.catalog.Service("waf")
	if err != nil {
		t.Fatal(err)
	}
	want := 0
	for _, h := range known.Held {
		if h.What == "one" {
			want++
		}
	}
	for i := range c.Graph.Services {
		if s := &c.Graph.Services[i]; s.Name == "waf" && (want == 0 || len(s.Standing) != want) {
			t.Errorf("%d things of the firewall stand, want %d, above 0", len(s.Standing), want)
		}
	}
}

// TestOverheadActs: a value that does not act on what its overhead is of is refused.
func TestOverheadActs(t *testing.T) {
	for _, tt := range []struct{ overhead, want string }{
		{`{ name = "mine", on = ["api"], factor = 2 }`, `x.toml:10: overhead[0].factor: found factor on the trigger "api", on which it does not act: want it on a function or store or flow`},
		{`{ name = "mine", on = ["table"], cold_add = "1ms" }`, `x.toml:10: overhead[0].cold_add: found cold_add on the store "table", on which it does not act: want it on a function`},
		{`{ name = "mine", on = ["f"], bandwidth = 2 }`, `x.toml:10: overhead[0].bandwidth: found bandwidth on the function "f", on which it does not act: want it on a store`},
		{`{ name = "mine", bandwidth = 2 }`, `x.toml:10: overhead[0].bandwidth: found bandwidth of an overhead of each function, on which it does not act: want on = names of what it does, a store`},
		{`{ name = "tls-1.3", on = ["f"] }`, `x.toml:10: overhead[0].on: found on, and tls-1.3 is of each call between two places, want none: rate says of which part`},
		{`{ name = "mine", on = ["table", "f"], factor = 2, add = "1ms" }`, ""},
		{`{ name = "mine", on = ["table"], bandwidth = 2 }`, ""},
		{`{ name = "tls-1.3", bandwidth = 2 }`, ""},
	} {
		got := ""
		if _, err := readShipped(t, plain+"overhead = ["+tt.overhead+"]\n"); err != nil {
			got = err.Error()
		}
		if got != tt.want {
			t.Errorf("%s:\n%s\nwant\n%s", tt.overhead, got, tt.want)
		}
	}
}

// TestFactorOfATimedFunction: a factor slows the server of a function whose time that says,
// and of no other; two of them multiply; and where the server has no times that it could
// act on, it is refused with the reason.
func TestFactorOfATimedFunction(t *testing.T) {
	a, err := readShipped(t, strings.Replace(plain, `function = [`, `function = [{ name = "g", platform = "run", service = "1ms" }, { name = "h", platform = "slots", service = "1ms" }, `, 1)+
		`overhead = [{ name = "confidential-gpu", on = ["f", "h"], factor = 1.5 }, { name = "mine", on = ["f"], factor = 2 }]`+"\n")
	if err != nil {
		t.Fatal(err)
	}
	compile := func(unslowed error) (*Compiled, error) {
		return a.Compile(Options{Platforms: []Platform{{Name: "run", Region: "eu-west-3", Served: true, Timed: true, Unslowed: unslowed}, {Name: "slots", Region: "eu-west-3"}}, Window: sim.Window{Horizon: sim.Hour}})
	}
	c, err := compile(nil)
	if err != nil {
		t.Fatal(err)
	}
	got := c.Workload.(interface{ Slower() []float64 }).Slower()
	if want := []float64{0, 0, 3, 0, 0}; !slices.Equal(got, want) { // g, h on slots, f, and two triggers
		t.Errorf("factors %v, want %v", got, want)
	}
	const want = `x.toml:10: overhead[0]: overhead "confidential-gpu": its factor does not act on the function "f", whose time the server of the platform "run" says: it is a promise`
	if _, err = compile(errors.New("it is a promise")); err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("%v, want %s", err, want)
	}
}

// TestRateOfAnOverhead: a time that an overhead adds to a fifth of calls is added to a fifth,
// and of these each draws from all of its distribution; a factor is of all calls.
func TestRateOfAnOverhead(t *testing.T) {
	const text = `title = "x"
trigger = [{ name = "api", start = "f", arrivals = { process = "poisson", rate = "1/s" } }]
function = [{ name = "f", platform = "here", service = "10ms", init = { sandbox = "100ms" } }]
overhead = [{ name = "mine", RATEadd = { dist = "uniform", min = "1s", max = "3s" }, cold_add = "1s" }]
`
	g, err := compiledOn(t, strings.ReplaceAll(text, "RATE", "rate = 0.2, "), "aws-lambda")
	if err != nil {
		t.Fatal(err)
	}
	n, some, sum := 100_000, 0, 0.0
	for k := range n {
		d := g.Functions[0].Add.Sample((float64(k) + 0.5) / float64(n))
		if sum += float64(d); d > 0 {
			some++
		}
		if d > 0 && d < sim.Second {
			t.Fatalf("a call has %d ns more, want 1 to 3 s or nothing", d)
		}
	}
	// A fifth of the calls, 2 s each in the mean.
	if some != n/5 || math.Abs(sum/float64(n)/float64(sim.Second)-0.4) > 1e-4 {
		t.Errorf("%d of %d calls have more, in the mean %v s, want a fifth and 0.4 s", some, n, sum/float64(n)/float64(sim.Second))
	}
	for _, c := range []struct{ overhead, want string }{
		{`{ name = "mine", rate = 0.1, factor = 3 }`, `x.toml:4: overhead[0].rate: found 0.1 beside a factor, which is of all calls, want rate = 1, or the mean as the factor`},
		{`{ name = "mine", rate = 1, factor = 3 }`, ""},
	} {
		got := ""
		if _, err := readShipped(t, text[:strings.Index(text, "overhead =")]+"overhead = ["+c.overhead+"]\n"); err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%s: %s, want %q", c.overhead, got, c.want)
		}
	}
}

// TestOverheadsOfColdService: a cold service time is three times as long, and half a second
// more; the init's add is beside it: 3 × 2 s + 0.5 s.
func TestOverheadsOfColdService(t *testing.T) {
	a, err := readShipped(t, `title = "x"
trigger = [{ name = "api", start = "f", arrivals = { process = "poisson", rate = "1/s" } }]
function = [{ name = "f", platform = "here", service = "10ms", cold_service = "2s" }]
overhead = [{ name = "mine", factor = 3, add = "500ms" }]
`)
	if err != nil {
		t.Fatal(err)
	}
	c, err := a.Compile(Options{Platforms: []Platform{{Name: "here", Region: "eu-west-1"}}, Window: sim.Window{Horizon: sim.Hour}})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := c.Workload.Functions()[0].Cold.Sample(0.5), 6500*sim.Millisecond; got != want {
		t.Errorf("a cold service takes %d ns, want %d", got, want)
	}
}

// TestProductOfFactors: three factors of a million together are refused, with the overhead.
func TestProductOfFactors(t *testing.T) {
	for _, c := range []struct{ overheads, want string }{
		{`{ name = "a", factor = 1000 }, { name = "b", factor = 1000 }`, ""},
		{`{ name = "a", factor = 1000 }, { name = "b", factor = 1001 }`, `x.toml:4: overhead[1]: overhead "b": found factors on "f" that make 1.001e+06, want at most 1000000 together`},
	} {
		got := ""
		if _, err := compiledOn(t, `title = "x"
trigger = [{ name = "api", start = "f", arrivals = { process = "poisson", rate = "1/s" } }]
function = [{ name = "f", platform = "here", service = "10ms" }]
overhead = [`+c.overheads+`]
`, "aws-lambda"); err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%s: %s, want %q", c.overheads, got, c.want)
		}
	}
}
