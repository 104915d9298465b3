package estimate

import (
	"bytes"
	"context"
	"math"
	"math/big"
	"strings"
	"testing"

	"github.com/cockroachdb/apd/v3"

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

// billed is what a service of a flag costs.
func billed(t *testing.T, service string) (*apd.Decimal, error) {
	t.Helper()
	catalog, err := costmodel.Load()
	if err != nil {
		t.Fatal(err)
	}
	s, err := ParseService(service)
	if err != nil {
		return nil, err
	}
	x, err := s.price(catalog, nil, costmodel.FreeTierFull)
	if err != nil {
		return nil, err
	}
	return &x.Bill.Total, nil
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
		// By size. AWS's page has it that a request of 256 KB is billed as four:
		// a million is 3 million beyond the grant, × 0.40; one byte more, five.
		{"aws-sqs:requests=1M/month of 256KB", "1.2"},
		{"aws-sqs:requests=1M/month of 262145B", "1.6"},
		// Two sizes: a million of one request and a million of two; 2 × 0.40.
		{"aws-sqs:requests=1M/month of 64KB + 1M/month of 100KB", "0.8"},
		// Pub/Sub bills at least 1,000 bytes a message: 2³⁷ messages of 10 bytes are
		// 125 TiB, of which 0.009765625 are free: 124.990234375 × 40.
		{"gcp-pubsub:throughput=137438953472 of 10B", "4999.609375"},
		// Nodes by the hour started: 2 of 90 min are 4 h, × 3.557.
		{"aws-elasticache-m6g.12xlarge:node=2 of 90m", "14.228"},
		// Of a request, 1,500 of 2,000 input tokens are cached: a million is 500 M ×
		// 2.5 + 1,500 M × 0.25 + 300 M × 15, by the million.
		{"openai-gpt-5.4:requests=1M/month of 2000 input 1500 cached 300 output", "6125"},
		// A context of 200,000 tokens has the prices of a short one, of one more
		// those of a long one: 100 × (200,000 × 2 + 1,000 × 12), and 10 × (200,001
		// × 4 + 1,000 × 18), by the million.
		{"google-gemini-3.1-pro-preview:requests=100 of 200000 input 1000 output + 10 of 200001 input 1000 output", "49.38004"},
		// By the time of day, UTC: a million requests at noon, 1,000 × 0.15 + 100 ×
		// 0.6, and as many at 06:00, which is peak, 1,000 × 0.3 + 100 × 1.2; at 04:00
		// it no longer is.
		{"deepseek-flash:requests=1M of 1000 input 100 output at 12:00 + 1M of 1000 input 100 output at 06:00", "630"},
		{"deepseek-flash:requests=1M of 1000 input 100 output at 04:00", "210"},
		// A time changes nothing where prices do not depend on it.
		{"openai-gpt-4o-mini:requests=1M of 1000 input at 23:59", "150"},
		// Of 1,000 tokens 400 are read from the cache, 300 written to it, and 100 for
		// an hour: 200 × 3 + 400 × 0.3 + 300 × 3.75 + 100 × 6 + 10 × 15.
		{"anthropic-claude-sonnet-4-6:requests=1M of 1000 input 400 cached 300 written 100 written-1h 10 output", "2595"},
		// The price of a day: before June 2025 o3 cost 10 and 40.
		{"openai-o3@2025-06-09:requests=1M of 1000 input 100 output", "14000"},
		{"openai-o3:requests=1M of 1000 input 100 output", "2800"},
	} {
		got, err := billed(t, c.service)
		if err != nil {
			t.Errorf("%s: %v", c.service, err)
			continue
		}
		if got.Text('f') != c.want {
			t.Errorf("%s costs %s, want %s", c.service, got.Text('f'), c.want)
		}
	}
}

// AWS's own example of an Express workflow (aws.amazon.com/step-functions/pricing):
// 100 million executions of 10 s that use 62.85 MB, billed as 64, cost 100.00
// for requests and 60.00 + 120.00 + 202.97 for 17,361.11 GB-hours. The page
// rounds its prices by the hour to four digits.
func TestServiceBillOfAnExpressWorkflow(t *testing.T) {
	got, err := billed(t, "aws-step-functions-express:requests=100M/month,duration=100M/month of 62MB for 10s")
	if err != nil {
		t.Fatal(err)
	}
	if x := costmodel.Float(got); math.Abs(x/482.97-1) > 0.0005 {
		t.Errorf("it costs %v, want 482.97", x)
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
		{"text", []string{"which are 345.80 USD a month under every plan.", "Services, the same under every plan:", "without the services below", "front <door>: Amazon API Gateway, HTTP", "requests, free", "All services: 345.80 USD", "(B)"}},
		{"csv", []string{"front <door>,service,aws-api-gateway-http,\"calls, tier 2\",50,1M,0.9,45,USD,B,", "all services,service,,total,,,,345.8,USD,,"}},
		{"json", []string{`"amount": "345.8",`, `"in_totals_of_plans": false`, `"name": "front <door>"`}},
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
		{table("aws-sqs", `{ requests = "1M of 1ZB" }`), "", `app.toml:10: tariff aws-sqs: meter requests: found "1ZB", want a size such as "512MB"; want what each is, as in "3M/month of 100KB"`},
		{table("aws-sqs", `{ requests = "1M of 1KB + 3" }`), "", `app.toml:10: tariff aws-sqs: meter requests: found "3", want how many a month and what each is, such as "3M/month of 100KB"`},
		{table("aws-sqs", `{ requests = "x of 1KB" }`), "", `app.toml:10: tariff aws-sqs: meter requests: found "x", want a quantity a month of 30 days, such as 25 or "3M/month" (unit: 1)`},
		{table("aws-secrets-manager", `{ secrets = "3 of 1KB" }`), "", `app.toml:10: tariff aws-secrets-manager: meter secrets: found "1KB", want a quantity a month: the tariff does not say how one is counted by its size`},
		{table("aws-step-functions-express", `{ duration = "3 of 1MB" }`), "", `app.toml:10: tariff aws-step-functions-express: meter duration: found "1MB", which is no size for a time; want what each is, as in "3M/month of 64MB for 250ms"`},
		{table("openai-gpt-5.4", `{ requests = "3M" }`), "", `app.toml:10: tariff openai-gpt-5.4: meter requests: found "3M", want how many a month and what each is, such as "100k/month of 2000 input 1500 cached 300 output"`},
		{table("openai-gpt-5.4", `{ requests = "3 of 10 input 20 cached" }`), "", `app.toml:10: tariff openai-gpt-5.4: meter requests: counting tokens of tariff "openai-gpt-5.4": found 10 input tokens, 20 of them cached, and 0 output tokens`},
		{table("deepseek-flash", `{ requests = "3 of 10 input" }`), "", `app.toml:10: tariff deepseek-flash: meter requests: counting tokens of tariff "deepseek-flash": its prices depend on the time of day (peak 01:00-04:00, 06:00-10:00 UTC), and no time is given; say when, as in "10 input at 02:30"`},
		{table("deepseek-flash", `{ requests = "3 of 10 input at noon" }`), "", `app.toml:10: tariff deepseek-flash: meter requests: found "at noon", want a time of the day, UTC, as in "2000 input 300 output at 02:30"`},
		{table("deepseek-flash", `{ requests = "3 of 10 input at 24:00" }`), "", `app.toml:10: tariff deepseek-flash: meter requests: found "at 24:00", want a time of the day, UTC, as in "2000 input 300 output at 02:30"`},
		{table("openai-gpt-5.4", `{ requests = "3 of 10 thinking" }`), "", `app.toml:10: tariff openai-gpt-5.4: meter requests: found "10 thinking", want numbers of tokens, as in "100k/month of 2000 input 1500 cached 300 output"`},
		{table("openai-gpt-5.4", `{ requests = "3 of 10" }`), "", `app.toml:10: tariff openai-gpt-5.4: meter requests: found "10", want numbers of tokens, as in "100k/month of 2000 input 1500 cached 300 output"`},
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
				usage, err := u.entries(x)
				if err != nil {
					t.Errorf("%s: %v", x.Name, err)
					continue
				}
				bill, err := x.Bill(usage, costmodel.SpanMonth, costmodel.Month)
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
	f.Add("aws-step-functions-express:duration=1M of 63MB for 1s + 3/day of 1GB for 5m")
	f.Add("openai-gpt-5.5:requests=1k/month of 300000 input 9 cached 1 output")
	catalog, err := costmodel.Load()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := ParseService(text)
		if err != nil {
			return
		}
		if x, err := s.price(catalog, nil, costmodel.FreeTierFull); err == nil && x.Bill.Total.Negative {
			t.Errorf("%q costs %s", text, &x.Bill.Total)
		}
	})
}
