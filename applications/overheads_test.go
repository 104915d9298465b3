package applications

import (
	"testing"

	"github.com/coldcurve/coldcurve/internal/spec"
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
