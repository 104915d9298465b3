package experiments

import (
	"encoding/csv"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Bills that others have printed and whose lines re-derive from their inputs, each by a
// run of an application with constant arrivals over a part of a month of 720 h, from
// which the bill is scaled. What a month of 730 h has is counted at 730 h: so much more
// arrives. Prices of their own day, and what an account's grants were used up by
// elsewhere, stand in a folder of tariffs.

// billLine is a line that a bill must have, all tiers of its price together.
type billLine struct {
	tariff, name, quantity, price string
	cents                         string // quantity × price less what is free, to the cent
	free                          bool   // some of it was
}

// timesAMonth is an arrival process that comes so often in a month of 720 h, exactly so
// where its part of it is a whole number, over so many parts of it.
func timesAMonth(t *testing.T, n, parts int) (arrivals string) {
	t.Helper()
	if n%parts != 0 || 2_592_000%parts != 0 && 2_592_000_000%parts != 0 {
		t.Fatalf("%d times in %d parts are not whole", n, parts)
	}
	window := 2_592_000_000_000_000 / parts
	count := n / parts
	return fmt.Sprintf(`{ process = "periodic", every = "%dns" }`, (window+count-1)/count)
}

// billApplication runs an application over a part of a month and returns the rows of
// its bill.csv.
func billApplication(t *testing.T, parts int, platforms, application string, tariffs map[string]string) (rows []map[string]string) {
	t.Helper()
	experiment := fmt.Sprintf("seed = 1\n[workload]\napplication = \"a.app.toml\"\nhorizon = \"%dns\"\n%s", 2_592_000_000_000_000/parts, platforms)
	return billRun(t, t.TempDir(), experiment, application, tariffs)
}

// billRun runs an application by an experiment and returns the rows of its bill.csv.
func billRun(t *testing.T, dir, experiment, application string, tariffs map[string]string) (rows []map[string]string) {
	t.Helper()
	runApplicationIn(t, dir, experiment, application, tariffs)
	f := must(os.Open(filepath.Join(dir, "out", "bill.csv")))
	defer f.Close()
	table := must(csv.NewReader(f).ReadAll())
	for _, line := range table[1:] {
		row := map[string]string{}
		for k, column := range table[0] {
			row[column] = line[k]
		}
		rows = append(rows, row)
	}
	return rows
}

// wantLines compares rows of a bill, the rest of which must cost nothing.
func wantLines(t *testing.T, rows []map[string]string, total string, want ...billLine) {
	t.Helper()
	all, rest := new(big.Rat), new(big.Rat)
	for _, row := range rows {
		all.Add(all, ratio(t, row["amount"]))
	}
	rest.Set(all)
	for _, w := range want {
		amount, quantity, free, price := new(big.Rat), new(big.Rat), false, ""
		for _, row := range rows {
			if row["tariff"] != w.tariff || row["name"] != w.name && !strings.HasPrefix(row["name"], w.name+", ") {
				continue
			}
			amount.Add(amount, ratio(t, row["amount"]))
			quantity.Add(quantity, ratio(t, row["quantity"]))
			switch {
			case row["name"] == w.name+", free":
				free = true
			case price == "": // of the first tier
				price = row["unit_price"]
			}
		}
		rest.Sub(rest, amount)
		got := billLine{w.tariff, w.name, quantity.FloatString(6), price, amount.FloatString(2), free}
		w.quantity = ratio(t, w.quantity).FloatString(6)
		if diff := cmp.Diff(w, got, cmp.AllowUnexported(billLine{})); diff != "" {
			t.Errorf("%s, %s: %s", w.tariff, w.name, diff)
		}
	}
	if rest.Sign() != 0 {
		t.Errorf("other lines cost %s, want nothing: %v", rest.FloatString(6), rows)
	}
	if got := all.FloatString(2); got != total {
		t.Errorf("the total is %s, want %s", got, total)
	}
}

// ratio is a number as it is written.
func ratio(t *testing.T, s string) *big.Rat {
	t.Helper()
	x, ok := new(big.Rat).SetString(s)
	if !ok {
		t.Fatalf("found %q, want a number", s)
	}
	return x
}

// onLambda is a platform of Lambda whose instances start in no time.
const onLambda = "\n[[platform]]\nname = \"lambda\"\npreset = \"aws-lambda\"\ninit = {}\nkeepalive = { name = \"forever\" }\n"

const dated = `
[default]
kind      = "service"
provider  = "Amazon Web Services"
region    = "us-east-1"
currency  = "USD"
invariant = "billed = what is given"
grade     = "A"
source    = "the bill that is re-derived"
as_of     = "2025-10"
rule      = { name = "supplied" }
`

// The user identity API of 2025-10, a month of 730 h, 667 requests/min:
//
//	API        667 × 60 × 730 = 29,214,600 at 4.00/M, its day's price        116.86 (printed 116.85)
//	Lambda     29.2146 M × 0.2 s × 2 GB = 11,685,840 GB-s, less 400,000,
//	           at 0.0000166667 = 188.10; 28.2146 M requests at 0.20 = 5.64   193.74
//	DynamoDB   10,000 writes and eventual reads an hour, 7.3 M each at 1.25
//	           and 0.125 a million, and 1 GB at 0.25                          10.29
//	secrets    1,000 reads an hour, 73 × 0.05, and one secret, 0.40            4.05
func TestBillOfIdentityAPI(t *testing.T) {
	const parts = 100
	b := billApplication(t, parts, onLambda, `
trigger = [
  { name = "requests", start = "identify", http = { service = "api-gateway-rest" }, arrivals = `+timesAMonth(t, 29_214_600, parts)+` },
  { name = "rows", start = "row", arrivals = `+timesAMonth(t, 7_300_000, parts)+` },
  { name = "secrets", start = "secret", arrivals = `+timesAMonth(t, 730_000, parts)+` },
]
store = [
  { name = "table", service = "dynamodb", stored = "976562.5KB" },
  { name = "keys", service = "secrets-manager" },
]
function = [{ name = "identify", platform = "lambda", memory = "2GB", service = "200ms" }]
flow = [
  { name = "row", steps = [{ name = "both", use = [{ store = "table", op = "write", size = "1KB" }, { store = "table", op = "read", size = "1KB" }] }] },
  { name = "secret", steps = [{ name = "read", use = [{ store = "keys" }] }] },
]
`, map[string]string{"dated": dated + `
[[tariff]]
name  = "aws-api-gateway-rest"
title = "Amazon API Gateway, as billed in 2025-10"
price = [{ name = "calls", supplied = true, unit = "1M", price = "4.00" }]

[[tariff]]
name  = "aws-dynamodb-on-demand"
title = "Amazon DynamoDB, on demand, before its price was halved, eventual reads"
price = [
  { name = "writes", meters = ["write_units"], supplied = true, unit = "1M", price = "1.25" },
  { name = "reads", meters = ["read_units"], supplied = true, unit = "1M", price = "0.125" },
  { name = "storage", supplied = true, unit = "GB-month", price = "0.25" },
]
`})
	wantLines(t, b, "324.94",
		billLine{"aws-api-gateway-rest", "calls", "29.2146", "4", "116.86", false},
		billLine{"aws-lambda", "requests", "29.2146", "0.2", "5.64", true},
		billLine{"aws-lambda", "duration", "11685840", "0.0000166667", "188.10", true},
		billLine{"aws-dynamodb-on-demand", "writes", "7.3", "1.25", "9.13", false},
		billLine{"aws-dynamodb-on-demand", "reads", "7.3", "0.125", "0.91", false},
		billLine{"aws-dynamodb-on-demand", "storage", "1", "0.25", "0.25", false},
		billLine{"aws-secrets-manager", "calls", "73", "0.05", "3.65", false},
		billLine{"aws-secrets-manager", "secrets", "1", "0.4", "0.40", false},
	)
}

// X-Ray of the same bill: 5 % of the requests of 720 h, 1,440,720 traces at 5.00 a
// million, without the grant of 100,000.
func TestBillOfTraces(t *testing.T) {
	const parts = 120
	b := billApplication(t, parts, onLambda, `
trigger = [{ name = "traced", start = "trace", arrivals = `+timesAMonth(t, 1_440_720, parts)+` }]
store   = [{ name = "traces", service = "xray" }]
flow    = [{ name = "trace", steps = [{ name = "record", use = [{ store = "traces" }] }] }]
`, map[string]string{"dated": dated + `
[[tariff]]
name  = "aws-x-ray"
title = "AWS X-Ray, its grant taken elsewhere"
price = [
  { name = "traces recorded", meters = ["recorded"], supplied = true, unit = "1M", price = "5.00" },
  { name = "traces retrieved", meters = ["retrieved"], supplied = true, unit = "1M", price = "0.50" },
]
`})
	wantLines(t, b, "7.20", billLine{"aws-x-ray", "traces recorded", "1.44072", "5", "7.20", false})
}

// An event-driven sportsbook of 2025-08. Step Functions takes its grant of 4,000
// transitions and Lambda its own, which holds its 225,000 GB-s; SQS takes none. Its 72,000
// transitions are 24,000 executions of a state between start and end.
func TestBillOfSportsbook(t *testing.T) {
	const parts = 1000
	b := billApplication(t, parts, onLambda, `
trigger = [
  { name = "odds", start = "quote", arrivals = `+timesAMonth(t, 4_500_000, parts)+` },
  { name = "bets", start = "settle", arrivals = `+timesAMonth(t, 24_000, parts)+` },
  { name = "messages", start = "send", arrivals = `+timesAMonth(t, 4_130_000, parts)+` },
  { name = "events", start = "put", arrivals = `+timesAMonth(t, 1_785_000, parts)+` },
  { name = "queries", start = "answer", http = { service = "appsync" }, arrivals = `+timesAMonth(t, 950_000, parts)+` },
]
store    = [{ name = "queue", service = "sqs" }, { name = "bus", service = "eventbridge" }]
function = [{ name = "quote", platform = "lambda", memory = "256MB", service = "200ms" }]
flow     = [
  { name = "settle", engine = { preset = "step-functions-standard" }, steps = [{ name = "settle", pass = true }] },
  { name = "send", steps = [{ name = "send", use = [{ store = "queue", op = "send" }] }] },
  { name = "put", steps = [{ name = "put", use = [{ store = "bus", op = "put" }] }] },
  { name = "answer", steps = [{ name = "answer", pass = true }] },
]
`, map[string]string{"dated": dated + `
[[tariff]]
name  = "aws-sqs"
title = "Amazon SQS, its grant taken elsewhere"
price = [{ name = "requests", supplied = true, unit = "1M", price = "0.40" }]
`})
	wantLines(t, b, "9.64",
		billLine{"aws-lambda", "requests", "4.5", "0.2", "0.70", true},
		billLine{"aws-lambda", "duration", "225000", "", "0.00", true},
		billLine{"aws-step-functions", "transitions", "72", "0.025", "1.70", true},
		billLine{"aws-sqs", "requests", "4.13", "0.4", "1.65", false},
		billLine{"aws-eventbridge", "events, custom", "1.785", "1", "1.79", false}, // printed 1.78: 1.785 cut
		billLine{"aws-appsync", "queries", "0.95", "4", "3.80", false},
	)
}

// A million generated images, us-west-2, 2026-03, excluding free tiers; its table gives the
// quantity and the unit price of each line:
//
//	EC2     a spot g5.2xlarge for 416.67 h at its day's price of 0.53, 1.5 s
//	        each without a pause                                             220.83 (printed 221)
//	API     a million calls at 3.50                                            3.50
//	Lambda  12,500 GB-s, 100 ms in 128 MB, at 0.0000166667 = 0.21, and a
//	        million requests at 0.20                                           0.41
//	SQS     2 million requests at 0.40                                         0.80
//	S3      2 million PUTs at 0.005 a thousand, 10.00, and 143.05 GB at
//	        0.023, 3.29: 150 KB of each, a GB of 2^30 bytes                   13.29
//
// Of SNS (1.18) it has twice a million at 0.50 as 0.50, as if half were free, and 7.62 GB at
// 0.09 as 0.68, cut: that does not re-derive.
func TestBillOfImageGeneration(t *testing.T) {
	const parts = 1000
	b := billApplication(t, parts, "[bill]\nfree_tier = \"none\"\n"+onLambda+"region = \"us-west-2\"\n"+`
[[platform]]
name        = "spot"
region      = "us-west-2"
unit        = "function"
tariffs     = ["g5.2xlarge-spot"]
memory      = "32GB"
gpu         = { name = "a10g" }
dispatch    = "queue"
concurrency = 1
keepalive   = { name = "none" }
scaling     = { name = "per-request" }
limit       = { instances = 1, over = "queue" }
`, `
trigger = [
  { name = "jobs", start = "job", arrivals = `+timesAMonth(t, parts, parts)+` },
  { name = "requests", start = "accept", http = { service = "api-gateway-rest" }, arrivals = `+timesAMonth(t, 1_000_000, parts)+` },
]
store    = [
  { name = "queue", service = "sqs", region = "us-west-2" },
  { name = "images", service = "s3", region = "us-west-2", stored = "139697265.625KB" },
]
function = [
  { name = "paint", platform = "spot", service = "1500ms" },
  { name = "validate", platform = "lambda", memory = "128MB", service = "100ms" },
]
flow     = [
  { name = "job", steps = [{ name = "all", map = { items = 1000, steps = ["paint"], concurrency = 1000 } }, { name = "paint", call = "paint" }] },
  { name = "accept", steps = [
    { name = "validate", call = "validate" },
    { name = "keep", use = [{ store = "queue", op = "send", count = 2 }, { store = "images", op = "write", size = "150KB", count = 2 }] },
  ] },
]
`, map[string]string{"dated": `
[[tariff]]
name    = "g5.2xlarge-spot"
extends = "aws-ec2-g5.xlarge-spot"
title   = "Amazon EC2, g5.2xlarge, spot, us-west-2"
region  = "us-west-2"
grade   = "A"
source  = "the bill that is re-derived"
as_of   = "2026-03"
price   = [{ name = "machine", meters = ["instance_time"], unit = "h", price = "0.53" }]
`})
	wantLines(t, b, "238.83",
		billLine{"g5.2xlarge-spot", "machine", "416.666667", "0.53", "220.83", false},
		billLine{"aws-api-gateway-rest", "calls", "1", "3.5", "3.50", false},
		billLine{"aws-lambda", "requests", "1", "0.2", "0.20", false},
		billLine{"aws-lambda", "duration", "12500", "0.0000166667", "0.21", false},
		billLine{"aws-sqs", "requests", "2", "0.4", "0.80", false},
		billLine{"aws-s3", "PUT, COPY, POST, LIST", "2000", "0.005", "10.00", false},
		billLine{"aws-s3", "storage", "143.05", "0.023", "3.29", false},
	)
}

// AWS's example of Express: 100 million executions of 10 s in 64 MB are 17,361.11 GB-h,
// which cost 482.97 with its printed prices of 0.06, 0.03 and 0.01642, and 482.88 with
// those of 2024-07.
func TestBillOfExpress(t *testing.T) {
	express := func(engine, steps string, parts int) string {
		return `
trigger = [{ name = "start", start = "run", record = { size = "1KB" }, arrivals = ` + timesAMonth(t, 100_000_000, parts) + ` }]
flow    = [{ name = "run", engine = { preset = "step-functions-express", start = "0s"` + engine + ` }, steps = [` + steps + `] }]
`
	}
	const parts, wait, hours = 100_000, `{ name = "wait", wait = "10s" }`, "17361.111111"
	app := express(`, memory = "64MB"`, wait, parts)
	b := billApplication(t, parts, onLambda, app, map[string]string{"dated": dated + `
[[tariff]]
name  = "aws-step-functions-express"
title = "AWS Step Functions, Express, as printed in its example"
price = [
  { name = "requests", supplied = true, unit = "1M", price = "1.00" },
  { name = "duration", supplied = true, unit = "GB-h", chunk = { memory = "64MB", least = "64MB", time = "100ms" }, tiers = [{ upto = "1000", price = "0.06" }, { upto = "5000", price = "0.03" }, { price = "0.01642" }] },
]
`})
	wantLines(t, b, "482.97",
		billLine{"aws-step-functions-express", "requests", "100", "1", "100.00", false},
		billLine{"aws-step-functions-express", "duration", hours, "0.06", "382.97", false})
	wantLines(t, billApplication(t, parts, onLambda, app, nil), "482.88",
		billLine{"aws-step-functions-express", "requests", "100", "1", "100.00", false},
		billLine{"aws-step-functions-express", "duration", hours, "0.060012", "382.88", false})

	// By its rule of memory, 50 MB, a definition of 50 KB and 400 payloads of 32 KB at
	// a time are billed as 64 MB; 500 of them are not.
	fan := func(items int) string {
		return express(`, definition = "50KB"`, fmt.Sprintf(`{ name = "all", map = { items = %d, concurrency = 1000, size = "32KB", steps = ["wait"] }, output = "1KB" }, `, items)+wait, 1_000_000)
	}
	wantLines(t, billApplication(t, 1_000_000, onLambda, fan(400), nil), "482.88",
		billLine{"aws-step-functions-express", "requests", "100", "1", "100.00", false},
		billLine{"aws-step-functions-express", "duration", hours, "0.060012", "382.88", false})
	wantLines(t, billApplication(t, 1_000_000, onLambda, fan(500), nil), "767.88", // twice the GB-h
		billLine{"aws-step-functions-express", "requests", "100", "1", "100.00", false},
		billLine{"aws-step-functions-express", "duration", "34722.222222", "0.060012", "667.88", false})
}

// A generator of sample data: 43,200 calls a month of a model, 6,000 tokens in and 200
// out at 0.25 and 1.25 a million, 75.60, each from a Lambda function on arm64 of
// 128 MB and 5 s, 27,000 GB-s, without grants 0.37.
func TestBillOfSampleData(t *testing.T) {
	const parts = 100
	b := billApplication(t, parts, `
[[platform]]
name      = "lambda"
preset    = "aws-lambda"
tariffs   = ["lambda-arm-granted"]
init      = {}
keepalive = { name = "forever" }

[[platform]]
name      = "model"
tariffs   = ["haiku-2024"]
keepalive = { name = "forever" }
server    = { name = "api", ttft = "400ms", tpot = "10ms" }
`, `
trigger  = [
  { name = "timer", start = "generate", arrivals = `+timesAMonth(t, 43_200, parts)+` },
  { name = "asked", start = "run", arrivals = `+timesAMonth(t, 43_200, parts)+` },
]
function = [
  { name = "generate", platform = "lambda", memory = "128MB", service = "5s" },
  { name = "write", platform = "model", tokens = { input = 6000, output = 200 } },
]
flow     = [{ name = "run", steps = [{ name = "write", call = "write" }] }]
`, map[string]string{"dated": `
[[tariff]]
name    = "lambda-arm-granted"
extends = "aws-lambda-arm"
title   = "AWS Lambda, arm64, its grant taken elsewhere"
price   = [
  { name = "requests", unit = "1M", meters = ["requests", "provisioned_requests"], price = "0.20", grade = "A", source = "the bill that is re-derived", as_of = "2026" },
  { name = "duration", unit = "GB-s", price = "0.0000133334", grade = "A", source = "the bill that is re-derived", as_of = "2026" },
]

[[tariff]]
name      = "haiku-2024"
kind      = "model"
title     = "Claude 3 Haiku"
provider  = "Anthropic"
region    = "region not stated"
currency  = "USD"
grade     = "B"
source    = "the bill that is re-derived"
as_of     = "2024"
invariant = "tokens"
rule      = { name = "supplied" }
price     = [
  { name = "input", meters = ["input_tokens"], supplied = true, unit = "1M", price = "0.25" },
  { name = "output", meters = ["output_tokens"], supplied = true, unit = "1M", price = "1.25" },
]
`})
	wantLines(t, b, "75.97",
		billLine{"haiku-2024", "input", "259.2", "0.25", "64.80", false},
		billLine{"haiku-2024", "output", "8.64", "1.25", "10.80", false},
		billLine{"lambda-arm-granted", "requests", "0.0432", "0.2", "0.01", false},
		billLine{"lambda-arm-granted", "duration", "27000", "0.0000133334", "0.36", false},
	)
}

// 1,000 records a second into a stream for 30 days are 2,592 million units, 36.288.
func TestBillOfStream(t *testing.T) {
	const parts = 86_400 // 30 s
	b := billApplication(t, parts, onLambda, `
trigger = [{ name = "records", start = "take", record = { size = "1KB" }, stream = { service = "kinesis", shards = 2 }, arrivals = `+timesAMonth(t, 2_592_000_000, parts)+` }]
flow    = [{ name = "take", steps = [{ name = "take", pass = true }] }]
`, nil)
	wantLines(t, b, "57.89",
		billLine{"aws-kinesis-provisioned", "PUT units", "2592", "0.014", "36.29", false},
		billLine{"aws-kinesis-provisioned", "shards", "1440", "0.015", "21.60", false})
}

// A booking of ten transitions, eight states between start and end, costs 0.00025 where
// the grant is used up.
func TestBillOfTenTransitions(t *testing.T) {
	steps := ""
	for k := range 8 {
		steps += fmt.Sprintf(`{ name = "s%d", pass = true }, `, k)
	}
	const parts = 1000
	b := billApplication(t, parts, "[bill]\nspan = \"run\"\n"+onLambda, `
trigger = [{ name = "bookings", start = "book", arrivals = `+timesAMonth(t, parts, parts)+` }]
flow    = [{ name = "book", engine = { preset = "step-functions-standard" }, steps = [`+steps+`] }]
`, nil)
	wantLines(t, b, "0.00", billLine{"aws-step-functions", "transitions", "0.01", "0.025", "0.00", false})
	for _, row := range b {
		if row["name"] == "transitions" && row["amount"] != "0.00025" {
			t.Errorf("it costs %s, want 0.00025", row["amount"])
		}
	}
}
