package experiments

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/cockroachdb/apd/v3"
)

// handLine is a line of a bill that was worked out by hand.
type handLine struct{ tariff, name, quantity, price, amount string }

// TestBillsByHand compares the bills of two applications of the gallery, with constants
// in place of what is random (testdata), with bills that were worked out by hand, line by
// line. A month is of 30 days, 720 hours; one hour is simulated, after one of warmup.
//
// The user-management API. In an hour there are 36,000 reads, 3,600 creates, 7,200 updates,
// 1,800 deletes and 1,200 sign-ins: 49,800 requests, in a month 35.856 M:
// 25.92 M, 2.592 M, 5.184 M, 1.296 M and 0.864 M.
//
//	API Gateway    35.856 M × 1.00/M                                          = 35.856
//	Lambda         35.856 M, and each create asks an authoriser and notifies:
//	               + 2 × 2.592 M = 41.04 M, less 1 M free, × 0.20/M           = 8.008
//	               read     25.92 M × 0.5 GB × (19 + 1) ms                    = 259,200 GB-s
//	               create   2.592 M × 0.5 GB × (30 + 10 + 10 + 29) ms         = 102,384
//	               update   5.184 M × 0.5 GB × (20 + 10 + 10 + 1) ms          = 106,272
//	               delete   1.296 M × 0.5 GB × (20 + 10) ms                   =  19,440
//	               sign-in  0.864 M × 0.5 GB × (40 + 60) ms                   =  43,200
//	               authorise 2.592 M × 0.25 GB × 8 ms                         =   5,184
//	               notify   2.592 M × 0.25 GB × 20 ms                         =  12,960
//	               548,640 GB-s less 400,000 free, × 0.0000166667             = 2.477338288
//	CloudWatch     41.04 M × 370 B = 15.1848 GB × 0.50                        = 7.5924
//	Cognito        one user each 2 min: 21,600 less 10,000 free, × 0.015      = 174
//	DynamoDB       writes of 2 KB, 2 units: 2 × (2.592 + 5.184 + 1.296) M
//	               = 18.144 M × 0.625/M                                       = 11.34
//	               reads of 2 KB, 1 unit, of updates: 5.184 M × 0.125/M       = 0.648
//	               45 × 2³⁰ B = 48.31838208 GB less 25 free, × 0.25           = 5.82959552
//	ElastiCache    200 MB ÷ 1,024 × 720 h = 140.625 GB-h × 0.084              = 11.8125
//	               2 KB, 2 units: 2 × (25.92 + 5.184) M = 62.208 M × 0.0023/M = 0.1430784
//	Route 53       a zone                                                     = 0.5
//	               35.856 M × 0.40/M                                          = 14.3424
//	Secrets        one                                                        = 0.4
//	               2.592 M ÷ 10,000 × 0.05                                    = 12.96
//	SNS            2.592 M less 1 M free, × 0.50/M                            = 0.796
//	X-Ray          each create: 2.592 M less 0.1 M free, × 5.00/M             = 12.46
//	                                                                  together 299.165312208
//
// Anomaly detection. 100 readings a second in one shard, in batches of 100: in a month
// 259.2 M readings and 2.592 M batches, each of which is an alert.
//
//	Kinesis        a shard, 720 h × 0.015                                     = 10.8
//	               1 KB, one unit: 259.2 M × 0.014/M                          = 3.6288
//	Pipes          100 KB, two units of 64 KB: 5.184 M × 0.40/M               = 2.0736
//	Express        2.592 M × 1.00/M                                           = 2.592
//	               prepare 15 ms, features 8 + 20 + 10 + 10 ms, infer 70 ms, tell a
//	               publish of 29 ms: 162 ms, billed as 200, at 64 MB:
//	               2.592 M × 0.2 s × 0.0625 GB ÷ 3,600 = 9 GB-h × 0.060012    = 0.540108
//	Lambda         4 calls: 10.368 M less 1 M free, × 0.20/M                  = 1.8736
//	               2.592 M × (0.25 GB × 15 ms + 0.5 × 48 + 2 × 70 + 0.125 × 30)
//	               = 444,528 GB-s less 400,000 free, × 0.0000166667           = 0.7421348176
//	DynamoDB       259.2 M reads of 2 KB, one unit, × 0.125/M                 = 32.4
//	               259.2 M writes of 1 KB × 0.625/M                           = 162
//	               30 × 2³⁰ B = 32.21225472 GB less 25 free, × 0.25           = 1.80306368
//	CloudWatch     2.592 M × 1,024 B = 2.654208 GB × 0.50                     = 1.327104
//	SNS            2.592 M less 1 M free, × 0.50/M                            = 0.796
//	                                                                  together 220.5764104976
//
// Prices are those of the catalogue on 2026-11-26, in us-east-1.
func TestBillsByHand(t *testing.T) {
	for _, test := range []struct {
		file  string
		total string
		lines []handLine
	}{
		{"user-api", "299.165312208", []handLine{
			{"aws-lambda", "requests", "40.04", "0.2", "8.008"},
			{"aws-lambda", "duration, tier 1", "148640", "0.0000166667", "2.477338288"},
			{"aws-api-gateway-http", "calls, tier 1", "35.856", "1", "35.856"},
			{"aws-cloudwatch", "logs ingested", "15.1848", "0.5", "7.5924"},
			{"aws-cognito-essentials", "active users", "11600", "0.015", "174"},
			{"aws-dynamodb-on-demand", "writes", "18.144", "0.625", "11.34"},
			{"aws-dynamodb-on-demand", "reads", "5.184", "0.125", "0.648"},
			{"aws-dynamodb-on-demand", "storage", "23.31838208", "0.25", "5.82959552"},
			{"aws-elasticache-valkey", "data stored", "140.625", "0.084", "11.8125"},
			{"aws-elasticache-valkey", "processing units", "62.208", "0.0023", "0.1430784"},
			{"aws-route53", "hosted zones", "1", "0.5", "0.5"},
			{"aws-route53", "queries, standard, tier 1", "35.856", "0.4", "14.3424"},
			{"aws-secrets-manager", "secrets", "1", "0.4", "0.4"},
			{"aws-secrets-manager", "calls", "259.2", "0.05", "12.96"},
			{"aws-sns", "publishes", "1.592", "0.5", "0.796"},
			{"aws-x-ray", "traces recorded", "2.492", "5", "12.46"},
		}},
		{"anomaly", "220.5764104976", []handLine{
			{"aws-lambda", "requests", "9.368", "0.2", "1.8736"},
			{"aws-lambda", "duration, tier 1", "44528", "0.0000166667", "0.7421348176"},
			{"aws-cloudwatch", "logs ingested", "2.654208", "0.5", "1.327104"},
			{"aws-dynamodb-on-demand", "writes", "259.2", "0.625", "162"},
			{"aws-dynamodb-on-demand", "reads", "259.2", "0.125", "32.4"},
			{"aws-dynamodb-on-demand", "storage", "7.21225472", "0.25", "1.80306368"},
			{"aws-eventbridge-pipes", "requests", "5.184", "0.4", "2.0736"},
			{"aws-kinesis-provisioned", "shards", "720", "0.015", "10.8"},
			{"aws-kinesis-provisioned", "PUT units", "259.2", "0.014", "3.6288"},
			{"aws-sns", "publishes", "1.592", "0.5", "0.796"},
			{"aws-step-functions-express", "requests", "2.592", "1", "2.592"},
			{"aws-step-functions-express", "duration, tier 1", "9", "0.060012", "0.540108"},
		}},
	} {
		t.Run(test.file, func(t *testing.T) { compareByHand(t, test.file, test.total, test.lines) })
	}
}

// compareByHand runs an application of testdata and compares its bill, to the last digit.
func compareByHand(t *testing.T, file, total string, lines []handLine) {
	app, err := os.ReadFile(filepath.Join("testdata", file+".app.toml"))
	if err != nil {
		t.Fatal(err)
	}
	p, err := hourOn(t, string(app), `preset = "aws-lambda"`)
	if err != nil {
		t.Fatal(err)
	}
	r, err := p.units[0].simulate(context.Background(), nil, unheard{})
	if err != nil {
		t.Fatal(err)
	}
	bill := &r.Bills[0]
	k := 0
	for i := range bill.Lines {
		l := &bill.Lines[i]
		if l.Amount.IsZero() { // free, or nothing of it was used
			continue
		}
		if k == len(lines) {
			t.Fatalf("a line more than by hand: %s, %s", l.Tariff, l.Name)
		}
		want := &lines[k]
		k++
		if l.Tariff != want.tariff || l.Name != want.name {
			t.Fatalf("line %d is %s, %s; by hand %s, %s", k, l.Tariff, l.Name, want.tariff, want.name)
		}
		for _, c := range []struct {
			what string
			got  *apd.Decimal
			want string
		}{{"quantity", &l.Quantity, want.quantity}, {"price", &l.UnitPrice, want.price}, {"amount", &l.Amount, want.amount}} {
			if d := decimal(t, c.want); c.got.Cmp(d) != 0 {
				t.Errorf("%s, %s: the %s is %s, by hand %s", l.Tariff, l.Name, c.what, c.got.Text('f'), c.want)
			}
		}
	}
	if k < len(lines) {
		t.Errorf("the bill lacks %s, %s", lines[k].tariff, lines[k].name)
	}
	if d := decimal(t, total); bill.Total.Cmp(d) != 0 {
		t.Errorf("the bill is %s, by hand %s", bill.Total.Text('f'), total)
	}
}

// decimal reads a number exactly.
func decimal(t *testing.T, text string) *apd.Decimal {
	t.Helper()
	d, _, err := apd.NewFromString(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// billedFor simulates the first unit, and returns what a line of its bill comes to; 0: there is none.
func billedFor(t *testing.T, p *Plan, tariff, line string) *apd.Decimal {
	t.Helper()
	r, err := p.units[0].simulate(context.Background(), nil, unheard{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range r.Bills[0].Lines {
		if l := &r.Bills[0].Lines[i]; l.Tariff == tariff && l.Name == line {
			return &l.Amount
		}
	}
	return new(apd.Decimal)
}

// TestLoadBalancerIsBilled: a load balancer before an application is billed by its time,
// whatever arrives: 720 h × 0.0225 = 16.20.
func TestLoadBalancerIsBilled(t *testing.T) {
	p, err := hourOn(t, `
trigger  = [{ name = "in", start = "f", arrivals = { process = "periodic", every = "1s" }, http = { service = "alb" } }]
function = [{ name = "f", platform = "lambda", service = "20ms" }]
`, `preset = "aws-lambda"`)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := billedFor(t, p, "aws-alb", "load balancers"), decimal(t, "16.2"); got.Cmp(want) != 0 {
		t.Errorf("the load balancer costs %s, want %s", got.Text('f'), want)
	}
}

// TestRetentionIsBilled: what a stream keeps for more than a day costs 0.02 an hour of each
// shard, in a month of 720 hours of two 28.80; a day costs nothing.
func TestRetentionIsBilled(t *testing.T) {
	for retention, want := range map[string]string{"24h": "0", "25h": "28.8", "7d": "28.8"} {
		p, err := hourOn(t, `
trigger  = [{ name = "in", start = "f", arrivals = { process = "periodic", every = "1s" }, stream = { service = "kinesis", shards = 2, retention = "`+retention+`" } }]
function = [{ name = "f", platform = "lambda", service = "20ms" }]
`, `preset = "aws-lambda"`)
		if err != nil {
			t.Fatal(err)
		}
		if got := billedFor(t, p, "aws-kinesis-provisioned", "retention, extended"); got.Cmp(decimal(t, want)) != 0 {
			t.Errorf("%s costs %s, want %s", retention, got.Text('f'), want)
		}
	}
}

// TestWaitsOnAServer: a function that waits for what it calls is refused, with its line,
// where a server says how long its requests take; and runs where each takes its own, or
// shares the processor.
func TestWaitsOnAServer(t *testing.T) {
	const app = `
trigger  = [{ name = "in", start = "f", arrivals = { process = "periodic", every = "1s" } }]
store    = [{ name = "table", service = "dynamodb" }]
function = [
  { name = "f", platform = "lambda", service = "20ms", use = [{ store = "table" }] },
]
`
	_, err := hourOn(t, app, "preset = \"gcp-cloud-run\"\nserver = { name = \"batch\", size = 2, base = \"1ms\" }")
	if want := `x.app.toml:5: `; err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), `the server of the platform "lambda"`) {
		t.Errorf("%v, want %q and what is wrong", err, want)
	}
	for _, with := range []string{"", `server = { name = "slots" }`} {
		p, err := hourOn(t, app, "preset = \"gcp-cloud-run\"\n"+with)
		if err != nil {
			t.Fatalf("with %q: %v", with, err)
		}
		if _, err := p.units[0].simulate(context.Background(), nil, unheard{}); err != nil {
			t.Errorf("with %q: %v", with, err)
		}
	}
}

// hourOn is the plan of an application on a platform, for an hour.
func hourOn(t *testing.T, app, platform string) (*Plan, error) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "x.app.toml"), []byte(app), 0o600); err != nil {
		t.Fatal(err)
	}
	e, err := Parse(filepath.Join(dir, "x.toml"), []byte("[workload]\napplication = \"x.app.toml\"\nhorizon = \"2h\"\nwarmup = \"1h\"\n\n[[platform]]\nname = \"lambda\"\n"+platform+"\n"))
	if err != nil {
		return nil, err
	}
	return Prepare(context.Background(), e, Env{})
}

// TestSweepOfApplications: a sweep over files and over a path into them varies both,
// whichever it has first.
func TestSweepOfApplications(t *testing.T) {
	dir := t.TempDir()
	const app = `
trigger  = [{ name = "in", start = "f", arrivals = { process = "periodic", every = "1s" } }]
function = [{ name = "f", platform = "lambda", service = "20ms" }]
`
	for _, name := range []string{"a.app.toml", "b.app.toml"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(app), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, grid := range []string{
		"\"workload.application\" = [\"a.app.toml\", \"b.app.toml\"]\n\"app.trigger.in.arrivals.every\" = [\"1s\", \"2s\"]\n",
		"\"app.trigger.in.arrivals.every\" = [\"1s\", \"2s\"]\n\"workload.application\" = [\"a.app.toml\", \"b.app.toml\"]\n",
	} {
		e, err := Parse(filepath.Join(dir, "x.toml"), []byte("[workload]\napplication = \"a.app.toml\"\nhorizon = \"1h\"\n\n[[platform]]\nname = \"lambda\"\npreset = \"aws-lambda\"\n\n[sweep.grid]\n"+grid))
		if err != nil {
			t.Fatal(err)
		}
		p, err := Prepare(context.Background(), e, Env{})
		if err != nil {
			t.Fatal(err)
		}
		var every []string
		for _, c := range p.cells {
			text, _ := items(c.point.workload.Application.Get("trigger"))[0].Get("arrivals", "every").Value().(string)
			every = append(every, text)
		}
		slices.Sort(every)
		if want := []string{"1s", "1s", "2s", "2s"}; !slices.Equal(every, want) {
			t.Errorf("%s: arrivals every %v, want %v", grid, every, want)
		}
	}
}
