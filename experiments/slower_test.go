package experiments

import (
	"fmt"
	"math"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/results"
)

// slowRow runs calls of one function, so many at a time once a minute, on a server, with an
// overhead's factor or without (0).
func slowRow(t *testing.T, server string, atOnce int, factor float64) (cell map[string]string, one, all results.Times) {
	t.Helper()
	overhead := ""
	if factor > 0 {
		overhead = fmt.Sprintf("overhead = [{ name = \"confidential-gpu\", factor = %v }]\n", factor)
	}
	application := fmt.Sprintf(`title = "x"
trigger = [{ name = "in", start = "flow", arrivals = { process = "periodic", every = "10m" } }]
function = [{ name = "chat", platform = "gpu", tokens = { input = 1000, output = 200 } }]
%s
[[flow]]
name = "flow"
steps = [{ name = "all", map = { items = %d, steps = ["one"] } }, { name = "one", call = "chat" }]
`, overhead, atOnce)
	experiment := fmt.Sprintf(`seed = 1
[workload]
application = "a.app.toml"
horizon = "15m"
[[platform]]
name = "gpu"
keepalive = { name = "forever" }
init = {}
tariffs = ["aws-lambda"]
counterfactual = true
server = %s
`, server)
	dir := t.TempDir()
	set := runApplicationIn(t, dir, experiment, application, nil)
	return readCSV(t, filepath.Join(dir, "out", "cells.csv"))[0], stepNamed(t, set, "flow", "one").Time, stepNamed(t, set, "flow", "all").Time
}

const (
	engineH100 = `{ name = "llm", model = "llama-3.1-8b", hardware = { gpu = "h100" } }`
	engineV0   = `{ name = "llm", scheduler = "vllm-v0", model = "llama-3.1-8b", hardware = { gpu = "h100", front = "20ms" } }`
	engineTwo  = `{ name = "llm-split", bandwidth = "10GB/s", latency = "3ms", model = "llama-3.1-8b", hardware = { gpu = "h100" } }`
	engineSpec = `{ name = "llm", speculative = { tokens = 4, acceptance = 1, draft = "2ms" }, model = "llama-3.1-8b", hardware = { gpu = "h100" } }`
	engineOwn  = `{ name = "llm", speculative = { tokens = 4, acceptance = 1, draft = "llama-3.2-3b" }, model = "llama-3.1-8b", hardware = { gpu = "h100" } }`
	hostedAPI  = `{ name = "api", ttft = "400ms", tpot = "10ms" }`
	inBatches  = `{ name = "batch", size = 4, base = "20ms", each = "2ms" }`
)

// TestSlowerServers: in an environment in which all takes f times as long, a lone request's
// times are f times as long, but for what a step's ns are rounded by; and so is the time in
// which what comes at once is done, so that a saturated server's throughput is ÷ f.
func TestSlowerServers(t *testing.T) {
	for k, c := range []struct {
		server string
		atOnce int
		factor float64
	}{
		{engineH100, 1, 1.064}, {engineH100, 300, 1.064}, {engineTwo, 300, 0.5}, // -short ends here
		{engineV0, 300, 1.064}, {engineTwo, 1, 1.575}, {engineSpec, 1, 1.064}, {engineOwn, 20, 1.064}, {hostedAPI, 3, 1.2}, {inBatches, 1, 1.2}, {inBatches, 300, 2.31},
	} {
		if k > 2 && testing.Short() {
			break
		}
		server, atOnce, factor := c.server, c.atOnce, c.factor
		plain, one, all := slowRow(t, server, atOnce, 0)
		slow, slowOne, slowAll := slowRow(t, server, atOnce, factor)
		near := func(what string, a, b float64) {
			t.Helper()
			if !(a > 0) || math.Abs(b/a/factor-1) > 1e-6 {
				t.Errorf("%s, %d at once: %s is %v, × %v want %v, found %v (× %v)", server, atOnce, what, a, factor, a*factor, b, b/a)
			}
		}
		near("the mean latency", one.Mean, slowOne.Mean)
		near("what all take", all.Mean, slowAll.Mean)
		if strings.Contains(server, "batch") {
			continue
		}
		for _, column := range []string{"ttft_mean_s", "tpot_mean_s"} {
			near(column, number(t, plain[column]), number(t, slow[column]))
		}
	}
}

func number(t *testing.T, text string) float64 {
	t.Helper()
	x, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	return x
}
