package estimate

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/costmodel"
)

// inEuros is a folder of tariffs that bills arm64 in EUR, at the numbers of the
// shipped one in USD, and a queue too.
func inEuros(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	var text string
	for _, name := range []string{"aws-lambda-arm", "aws-sqs"} {
		text += "[[tariff]]\nname = \"" + name + "\"\nextends = \"" + name + "\"\ncurrency = \"EUR\"\n"
	}
	if err := os.WriteFile(filepath.Join(dir, "eu.toml"), []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return dir
}

// lambdas asks for aws-lambda, which costs 2.733338, and its arm64, 2.266676.
func lambdas(t *testing.T, rates ...string) *Input {
	t.Helper()
	in, err := guess(FunctionSettings{Requests: "3M/month", Duration: "120ms", Memory: "1536MB", Init: "0s", CV: "0"}).Input()
	if err != nil {
		t.Fatal(err)
	}
	in.Replications, in.Within = 1, []string{"aws-lambda"}
	if len(rates) > 0 {
		if in.Rates, err = costmodel.ParseRates("USD", rates); err != nil {
			t.Fatal(err)
		}
	}
	for _, text := range []string{"aws-sqs:requests=3M/month", "aws-api-gateway-http:calls=350M/month"} {
		s, err := ParseService(text)
		if err != nil {
			t.Fatal(err)
		}
		in.Services = append(in.Services, *s)
	}
	return in
}

func names(plans []Plan) (out []string) {
	for i := range plans {
		out = append(out, plans[i].Name)
	}
	return out
}

// TestPlansOfTwoCurrencies: without a rate they are sorted, crossed and added
// within each; with one they are one list, in which 1 EUR = 2 USD turns the
// order around.
func TestPlansOfTwoCurrencies(t *testing.T) {
	tariffs := []string{inEuros(t)}
	for _, c := range []struct {
		rates    []string
		plans    string // all, in their order
		total    string // of arm64, in the currency of comparison
		currency string
		services string
		says     string
	}{
		{nil, "aws-lambda-arm aws-lambda-arm-provisioned aws-lambda aws-lambda-provisioned", "2.266676", "EUR", "0.80 EUR and 345.00 USD",
			"plans are in EUR and USD, and compared within each currency only: no rate is given"},
		{[]string{"EUR=2"}, "aws-lambda aws-lambda-arm aws-lambda-provisioned aws-lambda-arm-provisioned", "4.533352", "USD", "346.60 USD",
			"amounts are compared in USD, at 1 EUR = 2 USD"},
		{[]string{"EUR=1.08", "GBP=3"}, "aws-lambda-arm aws-lambda aws-lambda-arm-provisioned aws-lambda-provisioned", "2.44801008", "USD", "345.86 USD",
			"there is a rate of GBP, and no tariff is in it"},
	} {
		e, err := Run(context.Background(), lambdas(t, c.rates...), Options{Tariffs: tariffs, Workers: 2, BreakEven: true})
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(names(e.Plans), " "); got != c.plans {
			t.Errorf("%v: got the plans %s, want %s", c.rates, got, c.plans)
		}
		p := plan(t, e, "aws-lambda-arm")
		if p.Total.Text('f') != c.total || p.Currency != c.currency || p.Bill.Currency != "EUR" || p.Bill.Total.Text('f') != "2.266676" || p.Low.Cmp(&p.Total) > 0 || p.High.Cmp(&p.Total) < 0 {
			t.Errorf("%v: arm64 costs %s %s (%s … %s), its bill is %s %s", c.rates, p.Total.Text('f'), p.Currency, &p.Low, &p.High, &p.Bill.Total, p.Bill.Currency)
		}
		if got := amounts(e.ServicesSum); got != c.services {
			t.Errorf("%v: the services are %s, want %s", c.rates, got, c.services)
		}
		kinds := map[string]bool{} // one curve of a kind and a currency
		for _, curve := range e.Crossings.Curves {
			key := string(curve.Kind) + curve.Currency
			if kinds[key] || curve.Currency != plan(t, e, curve.Plan).Currency {
				t.Errorf("%v: two curves of %s", c.rates, key)
			}
			kinds[key] = true
		}
		for _, x := range e.Crossings.Crossings {
			if plan(t, e, x.Below).Currency != x.Currency || plan(t, e, x.Above).Currency != x.Currency {
				t.Errorf("%v: %s and %s cross", c.rates, x.Below, x.Above)
			}
		}
		if n := len(e.Crossings.Figures()); n != len(e.currencies()) {
			t.Errorf("%v: %d figures of %d currencies", c.rates, n, len(e.currencies()))
		}
		var text, page bytes.Buffer
		if err := e.Render(&text, "text"); err != nil {
			t.Fatal(err)
		}
		if err := e.Page(&page); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(text.String(), c.says) || !strings.Contains(page.String(), c.says) {
			t.Errorf("%v: it does not say %q:\n%s", c.rates, c.says, &text)
		}
	}
}

// TestOptimizeOfTwoCurrencies: the cheapest of plans in two currencies needs a
// rate.
func TestOptimizeOfTwoCurrencies(t *testing.T) {
	slo, err := ParseSLO([]string{"p99 <= 1s"})
	if err != nil {
		t.Fatal(err)
	}
	o := Options{Tariffs: []string{inEuros(t)}, Workers: 2}
	want := "plans are in USD (aws-lambda) and in EUR (aws-lambda-arm), and no rate is given that turns one into the other: --rate gives it, as in --rate EUR=1.08; --within leaves plans out"
	if _, err := Optimize(context.Background(), lambdas(t), slo, o); err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
	for rate, best := range map[string]string{"EUR=2": "aws-lambda", "EUR=1.08": "aws-lambda-arm"} {
		a, err := Optimize(context.Background(), lambdas(t, rate), slo, o)
		if err != nil {
			t.Fatal(err)
		}
		if a.Best == nil || a.Best.Name != best || a.Currency != "USD" {
			t.Errorf("%s: got %+v in %s, want %s", rate, a.Best, a.Currency, best)
		}
	}
}
