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

// No round trip between AWS's us-east-1 and Google's us-east1 is known: the flow's calls of
// the other function take no time, which is said once; with a [[network]], or with both at
// one place, nothing is.
func TestUntimedWaysAreWarnedOf(t *testing.T) {
	app := strings.Replace(twoRegions, `outage   = [`, `outage = [] #`, 1)
	const want = `the way from us-east-1 to us-east1 takes 0s: no round trip between them was measured; [[network]] between = ["us-east-1", "us-east1"], rtt = … of the application sets it`
	for _, row := range []struct {
		app, region string
		want        []string
	}{
		{app, "us-east1", []string{want}},
		{app, "us-west-2", nil},
		{app, "us-east-1", nil},
		{app + "[[network]]\nbetween = [\"us-east1\", \"us-east-1\"]\nrtt = \"0s\"\n", "us-east1", nil},
	} {
		x := strings.Replace(measuredExperiment, `name        = "old"`, "name        = \"old\"\nregion = \"us-east-1\"\ntariffs = [\"aws-lambda\"]\nconcurrency = 1", 1)
		x = strings.Replace(x, `name        = "now"`, "name        = \"now\"\nregion = \""+row.region+"\"", 1)
		p, err := workPlan(t, row.app, x)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, w := range p.Warnings {
			if strings.HasPrefix(w, "the way") {
				got = append(got, w)
			}
		}
		if !slices.Equal(got, row.want) {
			t.Errorf("%s: it warns %q, want %q", row.region, got, row.want)
		}
	}
}

// What is no region is refused with its line.
func TestRegionsThatAreNone(t *testing.T) {
	for region, want := range map[string]string{
		"internet":  `.region: found "internet", want a region: a platform stands in one`,
		"":          `.region: found an empty name, want a region, or no key: it is then that of the tariff`,
		"us-eats-1": `us-east-1`,
	} {
		x := strings.Replace(measuredExperiment, `name        = "old"`, "name        = \"old\"\nregion = \"us-east-1\"\ntariffs = [\"aws-lambda\"]\nconcurrency = 1", 1)
		_, err := workPlan(t, twoRegions, strings.Replace(x, `name        = "now"`, "name        = \"now\"\nregion = \""+region+"\"", 1))
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), ".toml:") {
			t.Errorf("%q: %v, want %s", region, err, want)
		}
	}
}

// A warning that is true of some rows alone names them: nothing calls "there" where the
// flow calls "here" alone.
func TestWarningsNameTheirCells(t *testing.T) {
	app := strings.Replace(twoRegions, `outage   = [`, `outage = [] #`, 1)
	x := strings.Replace(measuredExperiment, `vcpu        = 1

[[platform]]`, `tariffs = ["aws-lambda"]
concurrency = 1

[[platform]]`, 1)
	const (
		to       = `app.flow.serve.step.one.route.to`
		horizons = `sweep.grid."workload.horizon"=["1h", "2h"]`
		unused   = `no trigger, step or function calls "there"`
	)
	for _, row := range []struct {
		sets []string
		want string
	}{
		{[]string{`sweep.grid."` + to + `"=[["here"], ["here", "there"]]`}, unused + `; in the cell ` + to + ` = ["here"]`},
		{[]string{`sweep.grid."` + to + `"=[["here"], ["here", "there"]]`, horizons}, unused + `; in 2 of 4 cells, the first of them ` + to + ` = ["here"], workload.horizon = "1h"`},
		{[]string{to + `=["here"]`, horizons}, unused},
		{[]string{horizons}, ""},
	} {
		p, err := workPlan(t, app, x, row.sets...)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, w := range p.Warnings {
			if _, text, ok := strings.Cut(w, ": no trigger"); ok {
				got += "no trigger" + text
			}
		}
		if got != row.want {
			t.Errorf("%s: it warns %q, want %q", row.sets, got, row.want)
		}
	}
}
