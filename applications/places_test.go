package applications

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/coldcurve/coldcurve/applications/catalog"
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/flows"
)

// somewhere is a catalogue of four regions: two of aws that were measured, one of it
// that was not, one of gcp that is taken to be near an aws one, and its rules of egress.
const somewhere = `grade = "A"
source = "a page"
as_of = "2026"
region = [
  { name = "a1", provider = "aws" }, { name = "a2", provider = "aws" }, { name = "a3", provider = "aws" },
  { name = "g1", provider = "gcp", near = { is = "a1", grade = "U", source = "assumed" } },
  { name = "g2", provider = "gcp", near = { is = "a2", grade = "U", source = "assumed" } },
]
trips = [{ from = "a1", to = { a2 = "50ms" } }]
egress = [
  { provider = "aws", from = "a1", to = "a2", tariff = "cheap", meter = "out" },
  { provider = "aws", to = "same", tariff = "aws", meter = "between" },
  { provider = "aws", to = "internet", tariff = "aws", meter = "out" },
  { provider = "gcp", to = "internet", tariff = "gcp", meter = "out" },
]
[[service]]
name = "table"
title = "a table"
provider = "gcp"
op = [{ name = "read" }]
[[service]]
name = "queue"
title = "a queue"
provider = "aws"
op = [{ name = "send" }, { name = "receive" }, { name = "delete" }]
queue = { batch = 1 }
[[engine]]
name = "none"
title = "none"
provider = "none"
[[engine]]
name = "metered"
title = "of aws"
provider = "aws"
tariff = "e"
transitions = "inside"
external = "outside"
`

// TestPlaces: where things are that say it, and where those are that do not; and the ways
// between.
func TestPlaces(t *testing.T) {
	known, err := catalog.Read(fstest.MapFS{"x.toml": &fstest.MapFile{Data: []byte(somewhere)}})
	if err != nil {
		t.Fatal(err)
	}
	root, err := spec.Parse("x.toml", []byte(`
trigger = [
  { name = "in", start = "f", region = "a3", arrivals = { process = "poisson", rate = "1/s" }, queue = { service = "queue" } },
  { name = "far", start = "main", arrivals = { process = "poisson", rate = "1/s" }, queue = { service = "queue", region = "a2" } },
]
store = [{ name = "t", service = "table" }, { name = "u", service = "table", region = "g2" }, { name = "own", service = "custom", latency = { read = "1ms" } }, { name = "web", service = "custom", region = "internet", latency = { post = "1ms" } }]
function = [{ name = "f", platform = "one", service = "1ms" }, { name = "g", platform = "two", service = "1ms" }, { name = "h", platform = "three", service = "1ms" }]
flow = [
  { name = "main", engine = { preset = "metered" }, steps = [{ name = "s", call = "sub" }, { name = "t", call = "g" }, { name = "v", call = "f" }, { name = "w", route = { to = ["f", "h"] } }, { name = "x", use = [{ store = "t" }, { store = "u" }, { store = "own" }] }, { name = "y", use = [{ store = "web" }] }] },
  { name = "sub", steps = [{ name = "s", call = "g" }] },
]
network = [{ between = ["cellar", "a1"], rtt = "7ms", tariff = "fibre" }]
`))
	if err != nil {
		t.Fatal(err)
	}
	a, err := readWith(root, known)
	if err != nil {
		t.Fatal(err)
	}
	c, err := a.Compile(Options{Window: sim.Window{Horizon: sim.Hour}, Platforms: []Platform{
		{Name: "one", Region: "a1"}, {Name: "two", Region: "g1"}, {Name: "three", Region: "cellar", Provider: "nobody"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	g := c.Graph
	at := map[string]string{}
	for i := range g.Functions {
		at[g.Functions[i].Name] = g.Places[g.Functions[i].Place]
	}
	for i := range g.Services {
		at["service "+g.Services[i].Name] = g.Places[g.Services[i].Place]
	}
	for i := range g.Flows {
		at[g.Flows[i].Name] = g.Places[g.Flows[i].Engine.Place]
	}
	for name, want := range map[string]string{
		"f": "a1", "g": "g1", "h": "cellar",
		"in": "a3", "service in": "a1", // its callers say where they are; the queue is beside f
		"far": "a2", "service far": "a2", // its callers are beside the queue
		"service t":   "g1", // a service of gcp: beside the first function on gcp
		"service u":   "g2",
		"service own": "a1", // of nobody: beside the first function
		"main":        "g1", // beside the first function that it calls, through sub
		"sub":         "g1",
	} {
		if at[name] != want {
			t.Errorf("%s is in %s, want %s", name, at[name], want)
		}
	}
	// A step is outside where what it calls, uses or may is with another provider than the engine.
	var outside []string
	for _, s := range g.Steps {
		if s.External {
			outside = append(outside, g.Flows[s.Flow].Name+"/"+s.Name)
		}
	}
	if got := strings.Join(outside, " "); got != "main/t main/w main/x main/y" {
		t.Errorf("the steps %s are outside, want main/t main/w main/x main/y", got)
	}
	way := func(from, to string) string {
		h := g.Hops[index(g.Places, from)*len(g.Places)+index(g.Places, to)]
		rtt, egress := sim.Time(0), "nothing"
		if h.RTT != nil {
			rtt = h.RTT.Sample(0.5)
		}
		if h.Egress != flows.None {
			egress = g.Meters[h.Egress].Tariff + "/" + g.Meters[h.Egress].Name
		}
		return fmt.Sprintf("%d ms %s", rtt/sim.Millisecond, egress)
	}
	for _, x := range []struct{ from, to, want string }{
		{"a1", "a2", "50 ms cheap/out"},       // the first rule that fits
		{"a2", "a1", "50 ms aws/between"},     // measured the other way
		{"a1", "a3", "0 ms aws/between"},      // not measured
		{"a2", "g1", "50 ms aws/out"},         // g1 is near a1
		{"g1", "a2", "50 ms gcp/out"},         // the same, by its own meter
		{"g1", "a1", "0 ms gcp/out"},          // both at a1
		{"g1", "g2", "50 ms gcp/out"},         // near a1 and a2
		{"cellar", "a1", "7 ms fibre/egress"}, // the file's
		{"a1", "cellar", "7 ms aws/out"},      // its tariff is of what leaves the cellar
		{"cellar", "g1", "0 ms nothing"},
		{"a1", "internet", "0 ms aws/out"}, // whoever stands there
		{"internet", "a1", "0 ms nothing"}, // what comes from it is nobody's to bill
		{"a1", "a1", "0 ms nothing"},
	} {
		if got := way(x.from, x.to); got != x.want {
			t.Errorf("from %s to %s: %s, want %s", x.from, x.to, got, x.want)
		}
	}
	var notes []string
	for _, n := range c.Notes {
		if strings.HasPrefix(n.Subject, "network a2 to g1") || strings.HasPrefix(n.Subject, "network a1 to a3") {
			notes = append(notes, n.Subject+": "+n.Text+" ["+n.Grade+"] "+n.Source)
		}
	}
	same(t, "notes", notes,
		`network a1 to a3: round trip = "0s" [U] no measurement: a [[network]] of the file says it`,
		`network a1 to a3: egress = aws/between [A] a page`,
		`network a2 to g1: g1 near = "a1" [U] assumed`,
		`network a2 to g1: round trip = "50ms" [U] taken to be that of a2 to a1`,
		`network a2 to g1: egress = aws/out [A] a page`,
	)
}

func index(list []string, name string) int {
	for i := range list {
		if list[i] == name {
			return i
		}
	}
	return -1
}

// TestProviders: the provider of a platform is its region's, else what its tariff says.
func TestProviders(t *testing.T) {
	known, err := testCatalog()
	if err != nil {
		t.Fatal(err)
	}
	c := &compiler{Application: &Application{catalog: known}}
	for _, x := range []struct{ region, provider, want string }{
		{"us-east-1", "Google Cloud", "aws"}, {"", "Amazon Web Services", "aws"}, {"cellar", "Google Cloud", "gcp"}, {"", "Microsoft Azure", "azure"}, {"", "aws", "aws"}, {"cellar", "", ""}, {"", "IBM", ""},
	} {
		if got := c.providerOf(&Platform{Region: x.region, Provider: x.provider}); got != x.want {
			t.Errorf("%q of %q is with %q, want %q", x.region, x.provider, got, x.want)
		}
	}
}
