package experiments

import (
	"testing"

	"github.com/coldcurve/coldcurve/results"
)

// A bound is exact where what is cold changes no schedule: one request an instance, no
// initialisation, no limit that holds one back; and of Belady's rule, instances of one
// size. The oracle and the relaxation need no more. Everything else is an estimate.
func TestBoundsAreLabelled(t *testing.T) {
	const text = `[workload]
horizon = "1h"
[[workload.function]]
name = "f"
memory = "128MB"
arrivals = { process = "poisson", rate = "0.05/s" }
service = "20s"
[[workload.function]]
name = "g"
memory = "256MB"
arrivals = { process = "poisson", rate = "0.01/s" }
service = "1s"
[[platform]]
name = "p"
`
	const byPrice, belady, relaxed, oracle = `keepalive = { name = "offline-keepalive", window = "2m" }`, `keepalive = { name = "offline-belady", memory = "1GB" }`,
		`keepalive = { name = "offline-relaxed", memory = "1GB" }`, `keepalive = { name = "offline-prewarm" }`
	const sandbox = "\ninit = { sandbox = \"1s\" }"
	for _, test := range []struct{ platform, set, want string }{
		{byPrice, "", "bound"},
		{byPrice + "\ninit = { sandbox = \"0s\" }", "", "bound"},
		{byPrice + sandbox, "", "estimate"},
		{byPrice + "\nconcurrency = 2", "", "estimate"},
		{byPrice + "\nlimit = { instances = 1 }", "", "estimate"},
		{byPrice + "\nlimit = { instances = 100 }", "", "bound"},
		{byPrice, `workload.function.f.init={ runtime = "1s" }`, "estimate"},
		{byPrice, `workload.init={ runtime = "1s" }`, "estimate"},
		{byPrice, `workload.function.f.cold_service=25s`, "estimate"},
		{relaxed, "", "bound"},
		{belady, "", "estimate"},
		{belady, "workload.function.g.memory=128MB", "bound"},
		{oracle + sandbox, "", "bound"},
		{`keepalive = { name = "fixed", window = "1m" }`, "", "no"},
	} {
		var sets []string
		if test.set != "" {
			sets = []string{test.set}
		}
		e, err := Parse("x.toml", []byte(text+test.platform), sets...)
		if err != nil {
			t.Fatal(err)
		}
		p, err := Prepare(t.Context(), e, Env{})
		if err != nil {
			t.Fatal(err)
		}
		set, err := p.Simulate(t.Context(), 1, nil)
		if err != nil {
			t.Fatal(err)
		}
		var rows []results.Row
		if rows, err = set.Rows(); err != nil {
			t.Fatal(err)
		}
		if got := rows[0].Counterfactual; got != test.want {
			t.Errorf("%s with %q is %q, want %q", test.platform, test.set, got, test.want)
		}
		if err := p.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
