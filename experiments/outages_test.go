package experiments

import (
	"slices"
	"strings"
	"testing"
)

// twoRegions is an application behind a gateway, whose functions stand in two regions.
const twoRegions = `
trigger  = [{ name = "asks", start = "serve", arrivals = { process = "periodic", every = "1m" }, http = { service = "api-gateway-http" } }]
function = [
  { name = "here", platform = "old", service = "100ms" },
  { name = "there", platform = "now", service = "100ms" },
]
outage   = [{ of = "us-east-1", from = "20m", lasts = "10m" }, { of = "there", from = "2h", lasts = "1h" }]

[[flow]]
name  = "serve"
steps = [{ name = "one", route = { to = ["here", "there"], by = "health" } }]
`

// Of the 40 minutes that count an outage takes 10, a quarter; another is after the
// horizon. The gateway stands beside the function that the first takes.
func TestOutagesAreWarnedOf(t *testing.T) {
	x := strings.Replace(measuredExperiment, `name        = "old"`, "name        = \"old\"\nregion = \"us-east-1\"\ntariffs = [\"aws-lambda\"]\nconcurrency = 1", 1)
	x = strings.Replace(x, `name        = "now"`, "name        = \"now\"\nregion = \"us-west-2\"", 1)
	const (
		month   = "outage of us-east-1: a month's bill takes the window for the month, so that us-east-1 is out for 25 % of it, as for 10m of the window's 40m"
		gateway = "outage of us-east-1: the gateway of trigger asks stands there, so that nothing of asks is answered then, whatever stands elsewhere"
		unseen  = "outage of there, from 2h to 3h: it is outside of what counts, 20m to 1h, in which all answers"
	)
	for _, row := range []struct {
		span string
		want []string
	}{{"month", []string{month, gateway, unseen}}, {"run", []string{gateway, unseen}}} {
		p, err := workPlan(t, twoRegions, x, "workload.warmup=20m", "bill.span="+row.span)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, w := range p.Warnings {
			if strings.HasPrefix(w, "outage") {
				got = append(got, w)
			}
		}
		if !slices.Equal(got, row.want) {
			t.Errorf("by %s it warns\n%s\nwant\n%s", row.span, strings.Join(got, "\n"), strings.Join(row.want, "\n"))
		}
	}
}
