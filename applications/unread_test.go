package applications

import (
	"strings"
	"testing"
)

// A key that nothing reads beside others is refused with its line, so that its value does not
// seem to be used.
func TestKeysThatNothingReads(t *testing.T) {
	const text = `title = "x"
trigger = [
  { name = "calls", start = "f", arrivals = { process = "poisson", rate = "1/s" } },
  { name = "jobs", start = "f", arrivals = { process = "poisson", rate = "1/s" }, queue = { service = "pub-sub" } },
  { name = "news", start = "f", arrivals = { process = "poisson", rate = "1/s" }, bus = {}, async = { retries = 1 } },
]
function = [{ name = "f", platform = "p", service = "1s" }, { name = "llm", platform = "p", tokens = { input = 100, output = 10 } }]
flow = [{ name = "m", engine = { preset = "step-functions-express", memory = "64MB" }, steps = [{ name = "s", call = "llm" }] }]
leaving = { from = "aws" }
`
	if _, err := readShipped(t, text); err != nil {
		t.Fatal(err)
	}
	for _, tt := range [][3]string{
		{`tokens = {`, `service = "1s", tokens = {`, "x.toml:7: function[1].service: found service, which nothing reads: with tokens the platform's server says how long a call takes; want none"},
		{`tokens = {`, `cold_service = "1s", tokens = {`, "x.toml:7: function[1].cold_service: found cold_service, which nothing reads"},
		{`service = "pub-sub"`, `service = "pub-sub", pollers = { most = 7 }`, "x.toml:4: trigger[1].queue.pollers: found pollers, which nothing reads: pub-sub delivers by itself"},
		{`step-functions-express`, `step-functions-standard`, "x.toml:8: flow[0].engine.memory: found memory, which nothing reads: step-functions-standard is not billed by memory"},
		{`memory = "64MB"`, `memory = "64MB", definition = "1KB"`, "x.toml:8: flow[0].engine.definition: found definition, which nothing reads: memory says all of it"},
		{`from = "aws"`, `from = "aws", day = 800`, "x.toml:9: leaving.day: found day, which nothing reads: no rewrite says how many days there are"},
	} {
		_, err := readShipped(t, strings.Replace(text, tt[0], tt[1], 1))
		if err == nil || !strings.Contains(err.Error(), tt[2]) {
			t.Errorf("%s: %v\nwant %s", tt[1], err, tt[2])
		}
	}
}
