package experiments

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"testing"

	"github.com/coldcurve/coldcurve/costmodel"
)

// priced is a platform with a tariff and perhaps a standing floor.
const priced = `[workload]
horizon = "10m"
[[workload.function]]
name = "f"
memory = "512MB"
arrivals = { process = "poisson", rate = "1/s" }
service = "100ms"
[[platform]]
name = "p"
counterfactual = %v
keepalive = { name = "fixed", window = "10m" }
prewarm = { name = "provisioned", count = %d }
tariffs = [
  %q,
]
[output]
plots = []
`

// TestTariffsAreKnownBeforehand: a tariff of the catalog that cannot price a run
// is refused before it is simulated, with file and line; any other prices it,
// with a standing floor too where counterfactual prices are asked for.
func TestTariffsAreKnownBeforehand(t *testing.T) {
	if testing.Short() {
		t.Skip("the whole catalog, twice")
	}
	catalog, err := costmodel.Load()
	if err != nil {
		t.Fatal(err)
	}
	var refused []string
	for i, tariff := range catalog.Tariffs() {
		if tariff.Kind == "model" && i%20 > 0 || tariff.RegionOf != "" && i%5 > 0 {
			continue // all models have one rule, and so have a tariff's regions, and are many
		}
		for _, floor := range []int{0, 2} {
			e, err := Parse("x.toml", fmt.Appendf(nil, priced, true, floor, tariff.Name))
			if err != nil {
				t.Fatal(err)
			}
			p, err := Prepare(context.Background(), e, Env{})
			if err != nil {
				want := regexp.MustCompile(`^x\.toml:14: platform\[0\]\.tariffs\[0\]: tariff "` + regexp.QuoteMeta(tariff.Name) + `" cannot price platform "p": `)
				if !want.MatchString(err.Error()) {
					t.Errorf("%s, a floor of %d: %v", tariff.Name, floor, err)
				}
				if floor == 0 {
					refused = append(refused, tariff.Name)
				}
				continue
			}
			bill, err := firstBill(p)
			if err != nil {
				t.Errorf("%s, a floor of %d: %v", tariff.Name, floor, err)
				continue
			}
			if !slices.ContainsFunc(bill.Lines, func(l costmodel.Line) bool { return l.Quantity.Sign() > 0 }) {
				t.Errorf("%s, a floor of %d: nothing is billed", tariff.Name, floor)
			}
		}
	}
	for _, name := range []string{"aws-fargate-spot", "aws-sagemaker-serverless", "cloudflare-workers", "aws-sqs"} {
		if !slices.Contains(refused, name) {
			t.Errorf("%s is not refused: no simulation can be billed by it", name)
		}
	}
	for _, name := range []string{"aws-lambda", "aws-fargate", "azure-consumption"} {
		if slices.Contains(refused, name) {
			t.Errorf("%s is refused", name)
		}
	}
}

// firstBill simulates the first unit of a plan.
func firstBill(p *Plan) (*costmodel.Bill, error) {
	u := p.units[0]
	r, err := u.simulate(context.Background(), nil, new(Progress).start(u))
	if err != nil {
		return nil, err
	}
	return &r.Bills[0], nil
}

// TestFloorWithoutAPrice: what a provider does not have is refused, with the
// reason, or where it is asked for priced as if it were on demand: the requests
// and the time on all instances, and nothing for their standing. The same load
// without a floor has as many requests.
func TestFloorWithoutAPrice(t *testing.T) {
	e, err := Parse("x.toml", fmt.Appendf(nil, priced, false, 2, "azure-consumption"))
	if err != nil {
		t.Fatal(err)
	}
	want := `x.toml:14: platform[0].tariffs[0]: tariff "azure-consumption" does not fit platform "p": it needs deployments by app, the platform has them by function; it has no provisioned instances, the platform keeps up to 2; counterfactual = true prices it all the same, and says so in a column`
	if _, err := Prepare(context.Background(), e, Env{}); err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	var executions []string
	for _, floor := range []int{0, 2} {
		if e, err = Parse("x.toml", fmt.Appendf(nil, priced, true, floor, "azure-consumption")); err != nil {
			t.Fatal(err)
		}
		p, err := Prepare(context.Background(), e, Env{})
		if err != nil {
			t.Fatal(err)
		}
		bill, err := firstBill(p)
		if err != nil {
			t.Fatal(err)
		}
		executions = append(executions, bill.Lines[0].Name+" "+bill.Lines[0].Quantity.Text('f'))
		if floor > 0 && !bill.Counterfactual {
			t.Error("the bill does not say that it is counterfactual")
		}
	}
	if executions[0] != executions[1] {
		t.Errorf("with a floor %s, without %s", executions[1], executions[0])
	}
}
