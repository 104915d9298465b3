package applications

import (
	"strings"
	"testing"
)

// Only what is no provider's stands in the internet: not what a provider runs, and not an
// engine, a trigger, or what carries messages.
func TestWhoStandsInTheInternet(t *testing.T) {
	const file = `title = "x"
trigger = [{ name = "jobs", start = "work", region = "us-east-1", arrivals = { process = "poisson", rate = "1/s" }, queue = { service = "sqs", region = "us-east-1" } },
  { name = "readings", start = "f", arrivals = { process = "poisson", rate = "1/s" }, stream = { service = "kinesis", region = "us-east-1" } },
  { name = "news", start = "f", arrivals = { process = "poisson", rate = "1/s" }, bus = { service = "sns", region = "us-east-1" } }]
store = [{ name = "host", service = "custom", latency = { get = { first = "10ms" } }, region = "internet" }, { name = "table", service = "dynamodb", region = "us-east-1" }]
function = [{ name = "f", platform = "lambda", memory = "128MB", service = "10ms", use = [{ store = "table" }, { store = "host" }] }]
[[flow]]
name = "work"
engine = { preset = "step-functions-express", region = "us-east-1" }
steps = [{ name = "s", call = "f" }]
`
	if _, err := readShipped(t, file); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ old, want string }{
		{`start = "work", region = "us-east-1"`, `trigger[0].region: found "internet", want a region`},
		{`service = "sqs", region = "us-east-1"`, `trigger[0].queue.region: found "internet", want a region`},
		{`service = "kinesis", region = "us-east-1"`, `trigger[1].stream.region: found "internet", want a region`},
		{`service = "sns", region = "us-east-1"`, `trigger[2].bus.region: found "internet", want a region`},
		{`preset = "step-functions-express", region = "us-east-1"`, `engine.region: found "internet", want a region`},
		{`service = "dynamodb", region = "us-east-1"`, `store[1].region: found "internet", want a region or a place of a [[network]]: dynamodb is of aws`},
	} {
		far := strings.Replace(tt.old, `"us-east-1"`, `"internet"`, 1)
		_, err := readShipped(t, strings.Replace(file, tt.old, far, 1))
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", far, err, tt.want)
		}
	}
}
