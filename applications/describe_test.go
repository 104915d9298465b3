package applications

import (
	"strings"
	"testing"
)

// TestTransitionsOfMaps: a batch of a distributed map is an execution of its own, billed as
// such: a Standard one counts its start and its end beside its states, an Express one is
// billed by executions and time. Of an inline map each item counts.
func TestTransitionsOfMaps(t *testing.T) {
	for _, tt := range []struct{ more, want string }{
		{``, `5 transitions on the main path and 2 for each item of all`}, // all, last, the end's two and first
		{`, mode = "distributed", batch = 100`, `5 transitions on the main path and 4 for each batch of 100 items of all`},
		{`, mode = "distributed"`, `5 transitions on the main path and 4 for each item of all`},
		{`, mode = "distributed", batch = 100, engine = "standard"`, `5 transitions on the main path and 4 for each batch of 100 items of all`},
		{`, mode = "distributed", batch = 100, engine = "express"`, `5 transitions on the main path and an execution of step-functions-express for each batch of 100 items of all`},
	} {
		a, err := readShipped(t, `title = "x"
trigger = [{ name = "api", start = "main", arrivals = { process = "poisson", rate = "1/s" } }]
function = [{ name = "f", platform = "run", memory = "128MB", service = "10ms" }]
[[flow]]
name = "main"
engine = { preset = "step-functions-standard" }
steps = [
  { name = "first", call = "f" },
  { name = "all", map = { items = 1000, steps = ["one", "two"]`+tt.more+` } },
  { name = "last", call = "f", next = "end" },
  { name = "one", call = "f" },
  { name = "two", call = "f" },
]
`)
		if err != nil {
			t.Fatal(err)
		}
		if got := a.Describe().Flows[0].Text; !strings.HasSuffix(got, ", "+tt.want) {
			t.Errorf("%s: %s\nwant %s", tt.more, got, tt.want)
		}
	}
}
