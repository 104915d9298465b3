package experiments

import (
	"strings"
	"testing"
)

// engined has a server whose values go together, and clients whose tokens do.
const engined = `[workload]
horizon = "1h"
warmup = "5m"
[[workload.function]]
name = "f"
arrivals = { process = "poisson", rate = "1/s" }
tokens = { input = 100, output = 10 }
[[platform]]
name = "gpu"
keepalive = { name = "forever" }
server = { name = "llm", model = "llama-3.1-8b", hardware = { gpu = "h100" }, max_num_seqs = 256 }
`

// TestBlameOfSets: what a --set makes wrong of something that stands in the file is
// said of the --set, whatever is wrong with what; what is wrong of the file alone, of
// the file.
func TestBlameOfSets(t *testing.T) {
	for _, c := range []struct {
		name, text string
		sets       []string
		want       string // what the message begins with
	}{
		{"fewer tokens than sequences", engined, []string{"platform.gpu.server.max_num_batched_tokens=64"},
			"--set platform.gpu.server.max_num_batched_tokens=64: x.toml:11: platform[0].server: 64 tokens a step at most"},
		{"a value beyond its range", engined, []string{"seed=4", "platform.*.server.watermark=1.5"},
			"--set platform.*.server.watermark=1.5: x.toml:11: platform[0].server: watermark 1.5, want [0, 1)"},
		{"a model that does not fit the file's GPU", engined, []string{`platform.gpu.server.model="llama-3.1-70b"`},
			`--set platform.gpu.server.model="llama-3.1-70b": x.toml:11: platform[0].server.hardware: making the step times`},
		{"a horizon before the file's warm-up", engined, []string{"workload.horizon=1m"},
			"--set workload.horizon=1m: x.toml:3: workload.warmup: found 5m, want less than the horizon, 1m"},
		{"tokens beyond the default context, found when the load is made", engined, []string{"workload.function.f.tokens.input=200000"},
			"--set workload.function.f.tokens.input=200000: x.toml:7: workload.function[0].tokens: the shortest request has 200010 tokens"},
		{"a server that needs what the platform has not", engined, []string{"platform.gpu.server={ name = \"shared\" }", "platform.gpu.counterfactual=true"},
			"--set platform.gpu.server={ name = \"shared\" }: platform[0].server: platform \"gpu\": a shared server needs the platform's vcpu"},
		{"two that do not go together", engined, []string{"platform.gpu.server.max_num_batched_tokens=512", "seed=2", "platform.gpu.server.max_num_seqs=600"},
			"--set platform.gpu.server.max_num_batched_tokens=512, --set platform.gpu.server.max_num_seqs=600: x.toml:11: platform[0].server: 512 tokens"},
		{"the file beside a --set", strings.Replace(engined, "max_num_seqs = 256", "watermark = 2", 1), []string{"seed=3"},
			"x.toml:11: platform[0].server: watermark 2, want [0, 1)"},
		{"the file's load beside a --set", strings.Replace(engined, "input = 100", "input = 200000", 1), []string{"seed=3", "platform.gpu.server.max_num_seqs=5"},
			"x.toml:7: workload.function[0].tokens: the shortest request has 200010 tokens"},
	} {
		e, err := Parse("x.toml", []byte(c.text), c.sets...)
		if err == nil {
			_, err = Prepare(t.Context(), e, Env{})
		}
		if err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s:\ngot  %v\nwant %s", c.name, err, c.want)
		}
	}
}
