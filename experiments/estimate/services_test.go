package estimate

import (
	"bytes"
	"context"
	"math/big"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/costmodel"
)

const shop = `replications = 1
[[function]]
requests = "1000/month"
duration = "100ms"
memory   = "128MB"
init     = "0s"
cv       = "0"
`

// serve estimates the shop with services.
func serve(text string, flags ...string) (*Estimate, error) {
	s, err := ParseSettings("app.toml", []byte(shop+text))
	if err != nil {
		return nil, err
	}
	for _, f := range flags {
		x, err := ParseService(f)
		if err != nil {
			return nil, err
		}
		s.Services = append(s.Services, *x)
	}
	in, err := s.Input()
	if err != nil {
		return nil, err
	}
	in.Within = []string{"aws-lambda-arm"}
	return Run(context.Background(), in, Options{Workers: 1})
}

// Bills worked by hand from the prices in the catalog.
func TestServiceBills(t *testing.T) {
	for _, c := range []struct{ service, want string }{
		// 300 million at 1.00 and 50 million at 0.90.
		{"aws-api-gateway-http:calls=350M/month", "345"},
		// 40,000 a day are 1.2 million a month, of which 1 million is free: 0.2 × 0.40.
		{"aws-sqs:requests=40k/day", "0.08"},
		// All within the grant.
		{"aws-sqs:requests=1000000", "0"},
		// 10 a second are 25.92 million a month: × 0.125 = 3.24; of 200 GB 25 are
		// free: 175 × 0.25 = 43.75.
		{"aws-dynamodb-on-demand:read_units=10/s,storage=200GB", "46.99"},
		// Half a GB-month more than the grant; a GiB is 1.073741824 GB: 0.073741824 × 0.25.
		{"aws-dynamodb-on-demand:storage=25.5", "0.125"},
		{"aws-dynamodb-on-demand:storage=25GB,restore=1GiB", "0.1610612736"},
		// 2 shards are 1,440 h: × 0.015.
		{"aws-kinesis-provisioned:shards=1440h", "21.6"},
		// 3 secrets all month at 0.40, and 20,000 calls at 0.05 for 10,000.
		{"aws-secrets-manager:secrets=3,calls=20k", "1.3"},
	} {
		e, err := serve("", c.service)
		if err != nil {
			t.Errorf("%s: %v", c.service, err)
			continue
		}
		if got := e.Services[0].Bill.Total.Text('f'); got != c.want {
			t.Errorf("%s costs %s, want %s", c.service, got, c.want)
		}
	}
}

// Services are in the sum and in no plan's total, in each of the outputs.
func TestServicesApart(t *testing.T) {
	without, err := serve("")
	if err != nil {
		t.Fatal(err)
	}
	e, err := serve(`[[service]]
name   = "front <door>"
tariff = "aws-api-gateway-http"
usage  = { calls = "350M/month" }
`, "aws-sqs:requests=3M/month")
	if err != nil {
		t.Fatal(err)
	}
	if e.Plans[0].Bill.Total.Cmp(&without.Plans[0].Bill.Total) != 0 {
		t.Errorf("a plan costs %s with services, %s without", &e.Plans[0].Bill.Total, &without.Plans[0].Bill.Total)
	}
	// 345 and 2 million × 0.40.
	for _, c := range []struct {
		format string
		want   []string
	}{
		{"text", []string{"which are 345.80 USD under every plan.", "Services, the same under every plan:", "total, without services", "front <door>: Amazon API Gateway, HTTP", "requests, free", "All services: 345.80 USD", "(B)"}},
		{"csv", []string{"front <door>,service,aws-api-gateway-http,\"calls, tier 2\",50,1M,0.9,45,USD,B,", "all services,service,,total,,,,345.8,USD,,"}},
		{"json", []string{`"total": "345.8"`, `"in_totals_of_plans": false`, `"name": "front <door>"`}},
		{"page", []string{"Services, the same under every plan", "front &lt;door&gt;", "345.80 USD"}},
	} {
		var b bytes.Buffer
		if c.format == "page" {
			err = e.Page(&b)
		} else {
			err = e.Render(&b, c.format)
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range c.want {
			if !strings.Contains(b.String(), w) {
				t.Errorf("%s lacks %q:\n%s", c.format, w, b.String())
			}
		}
	}
}

func TestServiceErrors(t *testing.T) {
	table := func(tariff, usage string) string {
		return "[[service]]\ntariff = \"" + tariff + "\"\nusage = " + usage + "\n"
	}
	const want = `want a quantity a month of 30 days, such as 25 or "3M/month" (unit: 1M)`
	for _, c := range []struct{ text, flag, want string }{
		{table("aws-sqz", `{ requests = 1 }`), "", `app.toml:9: unknown tariff "aws-sqz"; did you mean "aws-sqs"?`},
		{table("aws-lambda", `{ requests = 1 }`), "", `app.toml:9: tariff aws-lambda is not supplied: its usage is counted by a simulation (rule invocation); want that of a service, see coldcurve list tariffs`},
		{table("aws-sqs", `{ requets = 1 }`), "", `app.toml:10: tariff aws-sqs: unknown meter "requets"; did you mean "requests"?`},
		{table("aws-sqs", `{ requests = -1 }`), "", `app.toml:10: tariff aws-sqs: meter requests: found "-1", ` + want},
		{table("aws-sqs", `{ requests = "NaN" }`), "", `app.toml:10: tariff aws-sqs: meter requests: found "NaN", ` + want},
		{table("aws-sqs", `{ requests = "1e6" }`), "", `app.toml:10: tariff aws-sqs: meter requests: found "1e6", ` + want},
		{table("aws-sqs", `{ requests = "3M/fortnight" }`), "", `app.toml:10: tariff aws-sqs: meter requests: found "3M/fortnight", ` + want},
		{table("aws-sqs", `{ requests = "1.5/month" }`), "", `app.toml:10: tariff aws-sqs: meter requests: found "1.5/month", want a whole number a month (counted in units of 1)`},
		{table("aws-sqs", `{ requests = nan }`), "", `app.toml:10: service[0].usage.requests: want a whole number, or one with a point as a text such as "0.5"`},
		{table("aws-sqs", `{ requests = true }`), "", `app.toml:10: service[0].usage.requests: want a quantity such as 25 or "3M/month"`},
		{table("aws-sqs", `{}`), "", `app.toml:10: service[0].usage: want a table of meters and quantities, such as { requests = "3M/month" }`},
		{table("aws-dynamodb-on-demand", `{ storage = "5GB/day" }`), "", `app.toml:10: tariff aws-dynamodb-on-demand: meter storage: found "5GB/day", want a quantity a month of 30 days, such as 25 or "200GB" (unit: GB-month)`},
		{table("aws-sqs", `{ requests = 1 }`), "aws-sqs:requests=2", `--service aws-sqs:requests=2: tariff aws-sqs stands twice, first at app.toml:9; give one usage, since tiers and free grants are those of one account`},
		{"", "aws-sqs", `--service aws-sqs: want TARIFF:METER=QUANTITY[,METER=QUANTITY…]`},
		{"", "aws-sqs:requests", `--service aws-sqs:requests: found "requests", want METER=QUANTITY`},
		{"", "aws-sqs:requests=1,requests=2", `--service aws-sqs:requests=1,requests=2: billing by tariff "aws-sqs": meter "requests" stands twice in the usage`},
	} {
		var flags []string
		if c.flag != "" {
			flags = []string{c.flag}
		}
		if _, err := serve(c.text, flags...); err == nil || err.Error() != c.want {
			t.Errorf("%s%s:\n  got  %v\n  want %s", c.text, c.flag, err, c.want)
		}
	}
}

// Every meter of every supplied price can be given, and one in the price's own
// unit is one: a price for 1k, 1M … counts ones.
func TestEveryMeterCanBeGiven(t *testing.T) {
	catalog, err := costmodel.Load()
	if err != nil {
		t.Fatal(err)
	}
	ones := map[string]int64{"1": 1, "1k": 1e3, "10k": 1e4, "100k": 1e5, "1M": 1e6}
	for _, x := range catalog.Tariffs() {
		if x.Rule != "supplied" {
			continue
		}
		for i := range x.Prices {
			p := &x.Prices[i]
			if p.Fixed {
				continue
			}
			for _, m := range p.Meters {
				number := int64(1)
				if n, ok := ones[p.Unit]; ok {
					number = n
				}
				u := UsageSettings{Meter: m, Quantity: big.NewInt(number).String()}
				e, err := u.entry(x)
				if err != nil {
					t.Errorf("%s: %v", x.Name, err)
					continue
				}
				bill, err := x.Bill(costmodel.Usage{*e}, costmodel.SpanMonth, costmodel.Month)
				if err != nil { // not verified, or it needs another meter
					continue
				}
				units := 0.0
				for j := range bill.Lines {
					if l := &bill.Lines[j]; strings.HasPrefix(l.Name, p.Name) && !strings.Contains(l.Name, "credit") && l.Unit == p.Unit {
						units += number64(t, l)
					}
				}
				if units < 1-1e-9 || units > 1+1e-9 {
					t.Errorf("%s: one of %s is billed as %v %s", x.Name, m, units, p.Unit)
				}
			}
		}
	}
}

func number64(t *testing.T, l *costmodel.Line) float64 {
	t.Helper()
	f, err := l.Quantity.Float64()
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func FuzzParseService(f *testing.F) {
	f.Add("aws-sqs:requests=3M/month")
	f.Add("aws-dynamodb-on-demand:storage=0.5GiB,read_units=10/s")
	catalog, err := costmodel.Load()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := ParseService(text)
		if err != nil {
			return
		}
		if x, err := s.price(catalog); err == nil && x.Bill.Total.Negative {
			t.Errorf("%q costs %s", text, &x.Bill.Total)
		}
	})
}
