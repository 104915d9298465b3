package experiments

import (
	"strings"
	"testing"
)

// A message a second comes to a queue for an hour. Half of the receives fail and hide their
// message for 30 min, four receives at most: what is under way grows for 90 min, λ × (30 min × ½, then
// × ¼, then × ⅛), from 900 at 30 min to 1,350 at 60, and is no backlog; all that is not dead is done
// within the drain. Two places of 2.2 s do 0.91 messages a second, and two of 20 s a tenth: a
// backlog. What takes 10 min wherever it is served is none.
func TestRedeliveriesAreNoBacklog(t *testing.T) {
	for _, c := range []struct {
		name, queue, function string
		want                  bool
	}{
		{"retried", `visibility = "30m", receives = 4`, `service = "20ms", error_rate = 0.5`, false},
		{"a tenth more than is done", `visibility = "1m", concurrency = 2`, `service = "2.2s"`, true},
		{"ten times what is done", `visibility = "1m", concurrency = 2`, `service = "20s"`, true},
		{"long", `visibility = "15m"`, `service = "10m"`, false},
	} {
		set := runApplication(t, `
title = "x"
[workload]
application = "a.app.toml"
horizon     = "1h"

[[platform]]
name   = "lambda"
preset = "aws-lambda"
`, `
trigger  = [{ name = "orders", start = "price", arrivals = { process = "poisson", rate = "1/s" }, queue = { batch = 1, `+c.queue+` } }]
function = [{ name = "price", platform = "lambda", `+c.function+` }]
`, nil)
		got := set.Cells[0].NotKeptUp()
		if is := strings.HasPrefix(got, "Not kept up with"); is != c.want {
			t.Errorf("%s: %q", c.name, got)
		}
		e := set.Cells[0].Replications[0].Application.Events[0]
		if c.name == "retried" && e.InFlight != 0 {
			t.Errorf("%d are in flight after the drain", e.InFlight)
		}
	}
}
