package experiments

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/results"
)

// slowRow runs calls of one function, so many at a time once a minute, on a server, with an
// overhead's factor or without (0).
func slowRow(t *testing.T, server string, atOnce int, factor float64) *results.Replication {
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
horizon = "1h"
[[platform]]
name = "gpu"
keepalive = { name = "forever" }
init = {}
tariffs = ["aws-lambda"]
counterfactual = true
server = %s
`, server)
	set := runApplication(t, experiment, application, nil)
	return set.Cells[0].Replications[0]
}

const (
	engineH100 = `{ name = "llm", model = "llama-3.1-8b", hardware = { gpu = "h100" } }`
	engineV0   = `{ name = "llm", scheduler = "vllm-v0", model = "llama-3.1-8b", hardware = { gpu = "h100" } }`
	engineTwo  = `{ name = "llm-split", bandwidth = "10GB/s", latency = "3ms", model = "llama-3.1-8b", hardware = { gpu = "h100" } }`
	engineSpec = `{ name = "llm", speculative = { tokens = 4, acceptance = 1, draft = "2ms" }, model = "llama-3.1-8b", hardware = { gpu = "h100" } }`
	engineOwn  = `{ name = "llm", speculative = { tokens = 4, acceptance = 1, draft = "llama-3.2-1b" }, model = "llama-3.1-8b", hardware = { gpu = "h100" } }`
	hostedAPI  = `{ name = "api", ttft = "400ms", tpot = "10ms" }`
	inBatches  = `{ name = "batch", size = 4, base = "20ms", each = "2ms" }`
)

// TestSlowerServers: in an environment in which all takes f times as long, a lone request's
// times are f times as long, but for what a step's ns are rounded by; and so is the time in
// which what comes at once is done, so that a saturated server's throughput is ÷ f.
func TestSlowerServers(t *testing.T) {
	for _, server := range []string{engineH100, engineV0, engineTwo, engineSpec, engineOwn, hostedAPI, inBatches} {
		for _, atOnce := range []int{1, 400} {
			for _, factor := range []float64{1.064, 2.31, 0.5} {
				plain, slow := slowRow(t, server, atOnce, 0), slowRow(t, server, atOnce, factor)
				near := func(what string, a, b float64) {
					t.Helper()
					if !(a > 0) || math.Abs(b/a/factor-1) > 1e-6 {
						t.Errorf("%s, %d at once: %s is %v, × %v want %v, found %v (× %v)", server, atOnce, what, a, factor, a*factor, b, b/a)
					}
				}
				near("the mean latency", plain.Latency.Mean(), slow.Latency.Mean())
				near("the longest latency", float64(plain.Latency.Max()), float64(slow.Latency.Max()))
				if strings.Contains(server, "batch") {
					continue
				}
				near("TTFT", plain.Serving.TTFT.Mean(), slow.Serving.TTFT.Mean())
				near("TPOT", plain.Serving.TPOT.Mean(), slow.Serving.TPOT.Mean())
			}
		}
	}
}
