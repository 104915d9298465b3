package experiments

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/coldcurve/coldcurve/traces"
	"github.com/coldcurve/coldcurve/traces/logs"
)

// traceFormats are the names of all formats of traces, as a message has them.
func traceFormats() string {
	var names []string
	for _, f := range slices.Concat(traces.Formats(), logs.TraceFormats()) {
		names = append(names, f.Name)
	}
	return strings.Join(names, ", ")
}

// sound is an experiment that nothing is wrong with; the rows of the table
// change one line of it, or add lines.
const sound = `[workload]
horizon = "1h"
` + functions + `
[[platform]]
name = "p"
keepalive = { name = "fixed" }
`

// functions are the sound one's load.
const functions = `[[workload.function]]
name = "f"
arrivals = { process = "poisson", rate = "1/s" }
service = "100ms"`

// malformed are experiments that are refused. from is a line of the sound one,
// to what stands in its place; an empty from adds to at the end.
var malformed = []struct {
	name, from, to string
	set            string // a --set argument
	want           string // the whole message
}{
	// What is no TOML.
	{"not closed", `horizon = "1h"`, `horizon = "1h`, "",
		"x.toml:2:14: strings cannot contain newlines\n     2 | horizon = \"1h\n       |              ^"},
	{"key twice", "", "[workload]", "",
		"x.toml:10:2: Key 'workload' has already been defined.\n    10 | [workload]\n       |  ^^^^^^^^"},

	// Words that nobody knows.
	{"key of the file", "", "[slos]\nlatency_p99_s = 1.0", "",
		`x.toml:10: unknown key "slos"; did you mean "slo"?`},
	{"key of the workload", `horizon = "1h"`, `horizn = "1h"`, "",
		`x.toml:2: unknown key "horizn"; did you mean "horizon"?`},
	{"key of a function", `name = "f"`, "name = \"f\"\nmemroy = \"1GB\"", "",
		`x.toml:5: unknown key "memroy"; did you mean "memory"?`},
	{"key of a platform", `name = "p"`, "name = \"p\"\nconcurency = 2", "",
		`x.toml:9: unknown key "concurency"; did you mean "concurrency"?`},
	{"key of a limit", `name = "p"`, "name = \"p\"\nlimit = { acount = 3 }", "",
		`x.toml:9: unknown key "acount"; did you mean "account"?`},
	{"preset", `name = "p"`, "name = \"p\"\npreset = \"aws-lamda\"", "",
		`x.toml:9: platform[0].preset: unknown preset "aws-lamda"; did you mean "aws-lambda"?`},
	{"policy", `keepalive = { name = "fixed" }`, `keepalive = { name = "fixd" }`, "",
		`x.toml:9: platform[0].keepalive.name: unknown keep-alive policy "fixd"; did you mean "fixed"?`},
	{"key of a policy", `keepalive = { name = "fixed" }`, `keepalive = { name = "fixed", windw = "1m" }`, "",
		`x.toml:9: unknown key "windw"; did you mean "window"?`},
	{"server", `name = "p"`, "name = \"p\"\nserver = { name = \"sharde\" }", "",
		`x.toml:9: platform[0].server.name: unknown server "sharde"; did you mean "shared"?`},
	{"server without a name", `name = "p"`, "name = \"p\"\nserver = \"shared\"", "",
		`x.toml:9: platform[0].server: found "shared", want a table such as { name = "shared" }`},
	{"server of a number", `name = "p"`, "name = \"p\"\nserver = { name = 3 }", "",
		`x.toml:9: platform[0].server.name: found 3, want the name of a server; see coldcurve list servers`},
	{"key of a server", `name = "p"`, "name = \"p\"\nserver = { name = \"shared\", share = 1 }", "",
		`x.toml:9: unknown key "share"; known: cpu_share`},
	{"share of CPU", `name = "p"`, "name = \"p\"\nserver = { name = \"shared\", cpu_share = 1.5 }", "",
		`x.toml:9: platform[0].server.cpu_share: found 1.5, want a share from 0 to 1`},
	{"batches of none", `name = "p"`, "name = \"p\"\nserver = { name = \"batch\", size = 0 }", "",
		`x.toml:9: platform[0].server: batches of 0, want ≥ 1`},
	{"batches that take no time", `name = "p"`, "name = \"p\"\nserver = { name = \"batch\", size = 4 }", "",
		`x.toml:9: platform[0].server: there is neither base, each nor a table, want how long a batch takes, as in base = "20ms", each = "2ms"`},
	{"a batch of a table that takes no time", `name = "p"`, "name = \"p\"\nserver = { name = \"batch\", size = 2, table = [\"1s\", \"0s\"] }", "",
		`x.toml:9: platform[0].server.table[1]: found a batch of 2 that takes no time, want more than 0`},
	{"a table too short", `name = "p"`, "name = \"p\"\nserver = { name = \"batch\", size = 2, table = [\"1s\"] }", "",
		`x.toml:9: platform[0].server: a table of 1 times for batches of up to 2, want one for each size`},
	{"a table and more", `name = "p"`, "name = \"p\"\nserver = { name = \"batch\", size = 1, base = \"1s\", table = [\"1s\"] }", "",
		`x.toml:9: platform[0].server: a batch takes a base and a time for each, and what a table says: want one of them`},
	{"llm without a model", `name = "p"`, "name = \"p\"\nserver = { name = \"llm\", hardware = { gpu = \"h100\" } }", "",
		`x.toml:9: platform[0].server: missing key "model"`},
	{"split without a bandwidth", `name = "p"`, "name = \"p\"\nserver = { name = \"llm-split\", model = \"llama-3.1-8b\", hardware = { gpu = \"h100\" } }", "",
		`x.toml:9: platform[0].server: missing key "bandwidth"`},
	{"split of V0", `name = "p"`, "name = \"p\"\nserver = { name = \"llm-split\", scheduler = \"vllm-v0\", bandwidth = \"1GB/s\", model = \"llama-3.1-8b\", hardware = { gpu = \"h100\" } }", "",
		`x.toml:9: platform[0].server.scheduler: found vllm-v0, want vllm-v1: the other has no split`},
	{"split into none", `name = "p"`, "name = \"p\"\nserver = { name = \"llm-split\", decodes = 0, bandwidth = \"1GB/s\", model = \"llama-3.1-8b\", hardware = { gpu = \"h100\" } }", "",
		`x.toml:9: platform[0].server.decodes: found 0, want 1 to 1024 engines that make tokens`},
	{"split without engines for prompts", `name = "p"`, "name = \"p\"\nserver = { name = \"llm-split\", prefills = -1, bandwidth = \"1GB/s\", model = \"llama-3.1-8b\", hardware = { gpu = \"h100\" } }", "",
		`x.toml:9: platform[0].server.prefills: found -1, want 1 to 1024 engines that compute prompts`},
	{"split by no bandwidth", `name = "p"`, "name = \"p\"\nserver = { name = \"llm-split\", bandwidth = \"0GB/s\", model = \"llama-3.1-8b\", hardware = { gpu = \"h100\" } }", "",
		`x.toml:9: platform[0].server.bandwidth: found 0 bytes a second, want 1 or more, as in "50GB/s"`},
	{"GPU", `name = "p"`, "name = \"p\"\nserver = { name = \"llm\", model = \"llama-3.1-8b\", hardware = { gpu = \"h1000\" } }", "",
		`x.toml:9: platform[0].server.hardware.gpu: unknown GPU "h1000"; did you mean "h100"?`},
	{"model", `name = "p"`, "name = \"p\"\nserver = { name = \"llm\", model = \"llama-3.1-9b\", hardware = { gpu = \"h100\" } }", "",
		`x.toml:9: platform[0].server.model: unknown model "llama-3.1-9b"; did you mean "llama-3.1-8b"?`},
	{"shape", `name = "p"`, "name = \"p\"\nserver = { name = \"llm\", model = { layers = 0, hidden = 4096 }, hardware = { gpu = \"h100\" } }", "",
		`x.toml:9: platform[0].server.model: missing key "inner"`},
	{"model that does not fit", `name = "p"`, "name = \"p\"\nserver = { name = \"llm\", model = \"llama-3.1-70b\", hardware = { gpu = \"l40s\" } }", "",
		`x.toml:9: platform[0].server.hardware: making the step times of llama-3.1-70b bf16 on 1 × l40s: it does not fit: on each GPU 48.31 GB of memory × 0.9 − 141.11 GB of weights − 1.70 GB in reserve = -99.33 GB, in blocks of 5.243 MB: 0, want 2 or more`},
	{"steps of no token", `name = "p"`, "name = \"p\"\nserver = { name = \"llm\", model = \"llama-3.1-8b\", hardware = { gpu = \"h100\" }, max_num_batched_tokens = 0 }", "",
		`x.toml:9: platform[0].server.max_num_batched_tokens: found 0, want 1 or more`},
	{"more sequences than tokens", `name = "p"`, "name = \"p\"\nserver = { name = \"llm\", model = \"llama-3.1-8b\", hardware = { gpu = \"h100\" }, max_num_batched_tokens = 8, max_num_seqs = 9 }", "",
		`x.toml:9: platform[0].server: 8 tokens a step at most, want ≥ the 9 sequences that may run, so that each can make one`},
	{"scheduler", `name = "p"`, "name = \"p\"\nserver = { name = \"llm\", model = \"llama-3.1-8b\", hardware = { gpu = \"h100\" }, scheduler = \"vllm\" }", "",
		`x.toml:9: platform[0].server.scheduler: found "vllm", want vllm-v1 or vllm-v0`},
	{"watermark", `name = "p"`, "name = \"p\"\nserver = { name = \"llm\", model = \"llama-3.1-8b\", hardware = { gpu = \"h100\" }, watermark = 1 }", "",
		`x.toml:9: platform[0].server: watermark 1, want [0, 1)`},
	{"llm of requests without tokens", `name = "p"`, "name = \"p\"\nserver = { name = \"llm\", model = \"llama-3.1-8b\", hardware = { gpu = \"h100\" } }", "",
		`x.toml:9: platform[0].server: platform "p": a server of a language model needs requests with tokens: a trace of them (see coldcurve list formats), or functions with tokens`},
	{"shared without vCPUs", `name = "p"`, "name = \"p\"\nserver = { name = \"shared\" }", "",
		`x.toml:9: platform[0].server: platform "p": a shared server needs the platform's vcpu, as in vcpu = 2`},
	{"batch of none", `name = "p"`, "name = \"p\"\nserver = { name = \"batch\", size = 0 }", "",
		`x.toml:9: platform[0].server: batches of 0, want ≥ 1`},
	{"batch with a short table", `name = "p"`, "name = \"p\"\nserver = { name = \"batch\", size = 3, table = [\"1ms\", \"2ms\"] }", "",
		`x.toml:9: platform[0].server: a table of 2 times for batches of up to 3, want one for each size`},
	{"reuse rule", `name = "p"`, "name = \"p\"\nreuse = \"newst\"", "",
		`x.toml:9: platform[0].reuse: found "newst", want one of ["most-recent" "newest" "oldest" "least-recent" "least-loaded"]`},
	{"distribution", `service = "100ms"`, `service = { dist = "expnential", mean = "1s" }`, "",
		`x.toml:6: workload.function[0].service.dist: unknown distribution "expnential"; did you mean "exponential"?`},
	{"arrival process", `arrivals = { process = "poisson", rate = "1/s" }`, `arrivals = { process = "poison", rate = "1/s" }`, "",
		`x.toml:5: workload.function[0].arrivals.process: unknown arrival process "poison"; did you mean "poisson"?`},
	{"phase of an init", `name = "p"`, "name = \"p\"\ninit = { sandbx = \"1s\" }", "",
		`x.toml:9: platform[0].init.sandbx: unknown phase "sandbx"; did you mean "sandbox"?`},
	{"plot", "", "[output]\nplots = [\"latency-cfd\"]", "",
		`x.toml:11: output.plots[0]: unknown plot "latency-cfd"; did you mean "latency-cdf"?`},
	{"column of an SLO", "", "[slo]\nlatency_p98_s = 1.0", "",
		`x.toml:11: slo.latency_p98_s: unknown column "latency_p98_s"; did you mean "latency_p90_s"?`},
	{"span of a bill", "", "[bill]\nspan = \"year\"", "",
		`x.toml:11: bill.span: found "year", want one of ["month" "run"]`},
	{"trace format", functions, `trace = "azure2091:x"`, "",
		`x.toml:3: workload.trace: trace "azure2091:x": unknown trace format "azure2091", expected one of ` + traceFormats() + `; did you mean "azure2019"?`},
	{"trace that is not there", functions, `trace = "csv:x.csv"`, "",
		`x.toml:3: workload.trace: csv:x.csv: no such trace; looked at x.csv: a relative path begins at the experiment's folder or at the data folder, and without an experiment where the command runs`},
	{"trace without a format", functions, `trace = "x.csv"`, "",
		`x.toml:3: workload.trace: trace "x.csv": expected format:path, as in azure2019:azure2019-400`},
	{"tariff", `name = "p"`, "name = \"p\"\ntariffs = [\"aws-lamda\"]", "",
		`x.toml:9: platform[0].tariffs[0]: unknown tariff "aws-lamda"; did you mean "aws-lambda"?`},

	// Values of the wrong kind, or that make no sense.
	{"duration without a unit", `horizon = "1h"`, `horizon = 3600`, "",
		`x.toml:2: workload.horizon: found the integer 3600, want a duration such as "250ms", "10m" or "1h30m"`},
	{"negative seed", "[workload]", "seed = -1\n[workload]", "",
		`x.toml:1: seed: found -1, want 0 or more`},
	{"no replications", "[workload]", "replications = 0\n[workload]", "",
		`x.toml:1: replications: found 0, want 1 to 100000`},
	{"text for a number", `name = "p"`, "name = \"p\"\nconcurrency = \"many\"", "",
		`x.toml:9: platform[0].concurrency: found the string "many", want an integer`},
	{"no slots", `name = "p"`, "name = \"p\"\nconcurrency = 0", "",
		`x.toml:9: platform[0].concurrency: found 0, want 1 to 2147483647`},
	{"negative limit", `name = "p"`, "name = \"p\"\nlimit = { account = -1 }", "",
		`x.toml:9: platform[0].limit.account: found -1, want 0 to 2147483647`},
	{"ramp without a time", `name = "p"`, "name = \"p\"\nlimit = { ramp = \"1000\" }", "",
		`x.toml:9: platform[0].limit.ramp: found "1000", want a number and a time, as in "1000/10s" or "10/s"`},
	{"half a megabyte", `name = "p"`, "name = \"p\"\nmemory = \"1000KB\"", "",
		`x.toml:9: platform[0].memory: found 1000KB, want whole MB, 1 or more`},
	{"no memory scale", `name = "p"`, "name = \"p\"\nmemory_scale = 0", "",
		`x.toml:9: platform[0].memory_scale: found 0, want a factor above 0, at most 1000000`},
	{"huge memory scale", `name = "p"`, "name = \"p\"\nmemory_scale = 1e9", "",
		`x.toml:9: platform[0].memory_scale: found 1e+09, want a factor above 0, at most 1000000`},
	{"too many vCPUs", `name = "p"`, "name = \"p\"\nvcpu = 1e9", "",
		`x.toml:9: platform[0].vcpu: found 1e+09, want 0.001 to 1000000 vCPUs: they are counted in thousandths`},
	{"two rules of CPU", `name = "p"`, "name = \"p\"\nvcpu = 1\nmemory_per_vcpu = \"1769MB\"", "",
		`x.toml:10: platform[0].memory_per_vcpu: given beside vcpu (x.toml:9), want one of them`},
	{"less than a thousandth of a vCPU", `name = "p"`, "name = \"p\"\nvcpu = 1e-9\nserver = { name = \"shared\" }", "",
		`x.toml:9: platform[0].vcpu: found 1e-09, want 0.001 to 1000000 vCPUs: they are counted in thousandths`},
	{"a queue of none", `name = "p"`, "name = \"p\"\nlimit = { account = 3, over = \"queue\", queue = 0 }", "",
		`x.toml:9: platform[0].limit.queue: found 0, want 1 to 2147483647 requests that may wait; where nobody is to wait, write over = "reject"; without this key anybody may, at any length`},
	{"a wait of nothing", `name = "p"`, "name = \"p\"\nlimit = { account = 3, over = \"queue\", queue_wait = \"0s\" }", "",
		`x.toml:9: platform[0].limit.queue_wait: found "0s", want a time above 0; where nobody is to wait, write over = "reject"; without this key anybody may, at any length`},
	{"goodput of no time", "", "[goodput]\ntpot = \"0s\"", "",
		`x.toml:11: goodput.tpot: found "0s", want a time above 0; without the key any time is good`},
	{"SLO that nothing meets", "", "[slo]\nlatency_p99_s = { min = 2, max = 1 }", "",
		`x.toml:11: slo.latency_p99_s: latency_p99_s ≥ 2 and latency_p99_s ≤ 1: no value meets both`},
	{"SLO of a negative time", "", "[slo]\nlatency_p99_s = -1", "",
		`x.toml:11: slo.latency_p99_s: latency_p99_s ≤ -1: found a bound below 0, which no value of latency_p99_s is`},
	{"SLO of at least a negative count", "", "[slo]\ncompleted = { min = -3 }", "",
		`x.toml:11: slo.completed: completed ≥ -3: found a bound below 0, which no value of completed is`},
	{"SLO of a part in percent", "", "[slo]\ncold_ratio = 5", "",
		`x.toml:11: slo.cold_ratio: cold_ratio ≤ 5: found a bound above 1, which no value of cold_ratio is; 1% is 0.01`},
	{"sizes that fall", `name = "p"`, "name = \"p\"\nmemory_sizes = [\"2GB\", \"1GB\"]", "",
		`x.toml:9: platform[0].memory_sizes[1]: found 1GB, want whole MB, larger than the one before`},
	{"cluster without memory", `name = "p"`, "name = \"p\"\ncluster = { nodes = 4 }", "",
		`x.toml:9: platform[0].cluster: missing key "memory": what a node has for instances, as in { nodes = 18, cpu = 2, memory = "4GB" }`},
	{"cluster without nodes", `name = "p"`, "name = \"p\"\ncluster = { memory = \"4GB\" }", "",
		`x.toml:9: platform[0].cluster: missing key "nodes": how many there are, as in { nodes = 18, cpu = 2, memory = "4GB" }; 0: capacity is not bounded`},
	{"cluster of fewer than no nodes", `name = "p"`, "name = \"p\"\ncluster = { nodes = -1, memory = \"4GB\" }", "",
		`x.toml:9: platform[0].cluster.nodes: found -1, want 0 to 10000 nodes over all types`},
	{"cluster that grows beyond all", `name = "p"`, "name = \"p\"\ncluster = { nodes = 0, max_nodes = 1000000000, memory = \"4GB\" }", "",
		`x.toml:9: platform[0].cluster.max_nodes: found 1000000000, want 1 to 10000 nodes over all types`},
	{"cluster of small nodes", `name = "p"`, "name = \"p\"\ncluster = { nodes = 1, memory = \"64MB\" }", "",
		`x.toml:9: platform[0].cluster: platform "p": an instance of f has 128 MB, and no node has more than 64 MB`},
	{"cluster without the GPUs of an instance", `name = "p"`, "name = \"p\"\ngpu = { name = \"h100\" }\ncluster = { nodes = 1, memory = \"1GB\" }", "",
		`x.toml:10: platform[0].cluster: platform "p": no node has the GPUs of an instance (1 × h100)`},
	{"outage of a node that there is not", `name = "p"`, "name = \"p\"\ncluster = { nodes = 2, memory = \"4GB\", outage = [{ node = 2, at = \"1h\" }] }", "",
		`x.toml:9: platform[0].cluster.outage[0].node: found 2, want 0 to 1, one of the 2 nodes`},
	{"outage of no time", `name = "p"`, "name = \"p\"\ncluster = { nodes = 2, memory = \"4GB\", outage = [{ node = 1, at = \"1h\", for = \"0s\" }] }", "",
		`x.toml:9: platform[0].cluster.outage[0].for: found "0s", want a time above 0; without it the node never is back`},
	{"repairs without failures", `name = "p"`, "name = \"p\"\ncluster = { nodes = 2, memory = \"4GB\", mean_down = \"1h\" }", "",
		`x.toml:9: platform[0].cluster.mean_down: found it without mean_up, want how long a node is there until it fails, as in mean_up = "30d"`},
	{"failures without end", `name = "p"`, "name = \"p\"\ncluster = { nodes = 2, memory = \"4GB\", mean_up = \"1ms\" }", "",
		`x.toml:9: platform[0].cluster.mean_up: found "1ms", want 1s or more`},
	{"two types of a name", `name = "p"`, "name = \"p\"\ncluster = { type = [{ name = \"x\", nodes = 1, memory = \"1GB\" }, { name = \"x\", nodes = 1, memory = \"1GB\" }] }", "",
		`x.toml:9: platform[0].cluster.type[1].name: found "x", want a name that no other type has`},
	{"types and nodes", `name = "p"`, "name = \"p\"\ncluster = { nodes = 1, type = [{ name = \"x\", nodes = 1, memory = \"1GB\" }] }", "",
		`x.toml:9: platform[0].cluster.nodes: found it beside type (x.toml:9), want it in each type alone`},
	{"hosts and nodes", `name = "p"`, "name = \"p\"\nhosts = 2\ncluster = { nodes = 1, memory = \"1GB\" }", "",
		`x.toml:9: platform[0].hosts: found hosts beside a cluster (x.toml:10), want one of them: instances start on the cluster's nodes, each of which has the stores of a host`},
	{"eviction without nodes", `name = "p"`, "name = \"p\"\neviction = { name = \"lru\" }", "",
		`x.toml:9: platform[0].eviction: found an eviction policy without nodes, want cluster = { nodes = 18, memory = "4GB" } beside it: where capacity is not bounded nobody is evicted`},
	{"placement without nodes", `name = "p"`, "name = \"p\"\nplacement = { name = \"best-fit\" }", "",
		`x.toml:9: platform[0].placement: found a placement policy without nodes, want cluster = { nodes = 18, memory = "4GB" } beside it`},
	{"warm-up past the horizon", `horizon = "1h"`, "horizon = \"1h\"\nwarmup = \"1h\"", "",
		`x.toml:3: workload.warmup: found 1h, want less than the horizon, 1h`},
	{"no horizon", `horizon = "1h"`, ``, "",
		`x.toml:1: workload: missing key "horizon": arrival processes have no end of their own`},
	{"SLO that is no number", "", "[slo]\ncost = \"cheap\"", "",
		`x.toml:11: slo.cost: found the string "cheap", want a finite number`},

	// Things that do not go together, or are missing.
	{"no platform", "[[platform]]\nname = \"p\"\nkeepalive = { name = \"fixed\" }\n", "", "",
		`x.toml:1: missing key "platform"`},
	{"no keep-alive", `keepalive = { name = "fixed" }`, ``, "",
		`x.toml:7: platform[0]: platform "p" has neither a preset nor a keepalive, want one, as in keepalive = { name = "fixed", window = "10m" }`},
	{"trace and functions", "[workload]", "[workload]\ntrace = \"csv:x.csv\"", "",
		`x.toml:2: workload.trace: found a trace beside [[workload.function]], want one of them`},
	{"scale of functions", "[workload]", "[workload]\nscale = 2.0", "",
		`x.toml:2: workload.scale: this is of a trace; synthetic functions do not have it`},
	{"two platforms of a name", "", "[[platform]]\nname = \"p\"\nkeepalive = { name = \"none\" }", "",
		`x.toml:11: platform[1].name: there are two platforms "p"`},
	{"a name of two lines", "", "[[platform]]\nname = \"p\\nq\"\nkeepalive = { name = \"none\" }", "",
		`x.toml:11: platform[1].name: found "p\u000Aq", want a name without a NUL or a line break`},
	{"platform without a name", "", "[[platform]]\nkeepalive = { name = \"none\" }", "",
		`x.toml:10: platform[1]: the platform has no name, want name = "…"`},
	{"grid and cases", "", "[sweep.grid]\n\"platform.p.concurrency\" = [1]\n[[sweep.case]]\n\"platform.p.concurrency\" = 1", "",
		`x.toml:12: sweep.case[0]: found [[sweep.case]] beside [sweep.grid], want one of them`},
	{"path to nowhere", "", "[sweep.grid]\n\"platform.q.concurrency\" = [1]", "",
		`x.toml:11: sweep.grid."platform.q.concurrency"[0]: path "platform.q.concurrency": unknown platform "q"; did you mean "p"?; in the cell platform.q.concurrency = 1 (x.toml:11)`},
	{"path to a key that is none", "", "[sweep.grid]\n\"platform.p.concurency\" = [1]", "",
		`x.toml:11: unknown key "concurency"; did you mean "concurrency"?; in the cell platform.p.concurency = 1 (x.toml:11)`},
	{"path that a sweep cannot vary", "", "[sweep.grid]\n\"replications\" = [1, 2]", "",
		`x.toml:11: sweep.grid.replications: unknown path "replications"; known: app, platform, workload; a sweep varies what is below these`},
	{"sweep of one value", "", "[sweep.grid]\n\"platform.p.concurrency\" = 2", "",
		`x.toml:11: sweep.grid."platform.p.concurrency": want a list of one value or more`},
	{"sweep of none", "", "[sweep.grid]\n\"platform.p.concurrency\" = []", "",
		`x.toml:11: sweep.grid."platform.p.concurrency": want a list of one value or more`},
	{"labels alike", "", "[sweep.grid]\n\"platform.p.concurrency\" = [1, 1]", "",
		`x.toml:11: sweep.grid."platform.p.concurrency"[1]: the label "1" stands twice; give each value a label of its own`},
	{"case that is no table", "", "[sweep]\ncase = [\"a\"]", "",
		`x.toml:11: sweep.case[0]: found "a", want a table of paths, each with its value: [[sweep.case]]`},
	{"empty case", "", "[[sweep.case]]", "",
		`x.toml:10: sweep.case[0]: found {}, want a table of paths, each with its value: [[sweep.case]]`},
	{"reference of another path", "", "[sweep.grid]\n\"platform.p.concurrency\" = [1, 2]\n[compare]\nreference = { \"platform.p.concurency\" = 1 }", "",
		`x.toml:13: compare.reference."platform.p.concurency": unknown swept path "platform.p.concurency"; did you mean "platform.p.concurrency"?`},
	{"reference to no cell", "", "[sweep.grid]\n\"platform.p.concurrency\" = [1, 2]\n[compare]\nreference = { \"platform.p.concurrency\" = 3 }", "",
		`x.toml:13: compare.reference."platform.p.concurrency": unknown value of platform.p.concurrency "3"; did you mean "1"?`},
	{"tariff that does not fit", `name = "p"`, "name = \"p\"\nconcurrency = 8\ntariffs = [\"aws-lambda\"]", "",
		`x.toml:10: platform[0].tariffs[0]: tariff "aws-lambda" does not fit platform "p": it needs concurrency ≤ 1, the platform has 8; counterfactual = true prices it all the same, and says so in a column`},
	{"tariff twice", `name = "p"`, "name = \"p\"\npreset = \"aws-lambda\"\ntariffs = [\"aws-lambda\", \"aws-lambda\"]", "",
		`x.toml:10: platform[0].tariffs[1]: tariff "aws-lambda" stands twice`},
	{"tariff twice, once with a day", `name = "p"`, "name = \"p\"\npreset = \"aws-lambda\"\ntariffs = [\"aws-lambda\", \"aws-lambda@2026-09-01\"]", "",
		`x.toml:10: platform[0].tariffs[1]: tariffs "aws-lambda" and "aws-lambda@2026-09-01" are the same one: aws-lambda`},

	{"function larger than the provider's", `name = "p"`, "name = \"p\"\nmemory = \"16GB\"\ntariffs = [\"aws-lambda\"]", "",
		`x.toml:10: platform[0].tariffs: platform "p": metering for tariff "aws-lambda": function f has 16384 MB of memory, the provider offers at most 10240 MB`},

	// What --set does.
	{"set without a value", "", "", "seed",
		`--set seed: want path=value, as in --set platform.lambda.memory=512MB`},
	{"set of no platform", "", "", "platform.q.memory=1GB",
		`--set platform.q.memory=1GB: path "platform.q.memory": unknown platform "q"; did you mean "p"?`},
	{"set of a key that is none", "", "", "platform.p.memori=1GB",
		`--set platform.p.memori=1GB: unknown key "memori"; did you mean "memory"?`},
	{"set of what is swept", "", "[sweep.grid]\n\"platform.p.concurrency\" = [1, 2]", "platform.p.concurrency=3",
		`--set platform.p.concurrency=3: the experiment sweeps platform.p.concurrency; change the sweep instead, as in --set 'sweep.grid."platform.p.concurrency"=[…]'`},
}

func TestMalformed(t *testing.T) {
	for _, row := range malformed {
		t.Run(row.name, func(t *testing.T) {
			text := sound + row.to
			if row.from != "" {
				if !strings.Contains(sound, row.from) {
					t.Fatalf("the sound experiment has no %q", row.from)
				}
				text = strings.Replace(sound, row.from, row.to, 1)
			}
			err := prepareText(text, row.set)
			if err == nil {
				t.Fatal("it was accepted")
			}
			var input *InputError
			if !errors.As(err, &input) {
				t.Errorf("not an InputError: %v", err)
			}
			if diff := cmp.Diff(row.want, err.Error()); diff != "" {
				t.Errorf("message (-want +got):\n%s", diff)
			}
		})
	}
}

// TestMalformedCell: what a file is refused for, a cell is refused for: the
// message is that of the file, and names the cell and the sweep's line.
func TestMalformedCell(t *testing.T) {
	text := sound + "[[platform]]\nname = \"q\"\npreset = \"aws-lambda\"\ntariffs = [\"aws-lambda\"]\n" +
		"[[workload.function]]\nname = \"g\"\narrivals = { process = \"poisson\", rate = \"1/s\" }\nservice = \"100ms\"\n"
	for _, row := range []struct{ path, value, want string }{
		{"platform.q.name", `"p"`, `there are two platforms "p"`},
		{"platform.*.name", `"x"`, `there are two platforms "x"`},
		{"platform.q.name", `""`, `found "", want a name; * stands for all names`},
		{"platform.q.name", `"*"`, `found "*", want a name; * stands for all names`},
		{"platform.q.name", `7`, `found 7, want a name; * stands for all names`},
		{"workload.function.g.name", `"f"`, `there are two functions "f"`},
		{"workload.function.g.name", `""`, `found "", want a name; * stands for all names`},
		{"workload.function.g.name", `"*"`, `found "*", want a name; * stands for all names`},
		{"workload.function.g.servise", `"1s"`, `unknown key "servise"; did you mean "service"?`},
		{"workload.horizon", `"-1s"`, ``},
		{"workload.warmup", `"2h"`, `found 2h, want less than the horizon, 1h`},
		{"workload.scale", `2.0`, `this is of a trace; synthetic functions do not have it`},
		{"workload.trace", `"csv:x.csv"`, `found a trace beside [[workload.function]], want one of them`},
		{"platform.q.concurrency", `0`, `found 0, want 1 to 2147483647`},
		{"platform.q.concurrency", `2`, `tariff "aws-lambda" does not fit platform "q"`},
		{"platform.q.tariffs", `["aws-lambda", "aws-lambda"]`, `tariff "aws-lambda" stands twice`},
		{"platform.q.preset", `"none"`, `unknown preset "none"`},
		{"platform.q.memory", `"16GB"`, `the provider offers at most 10240 MB`},
	} {
		cell := prepareText(text+"[sweep.grid]\n\""+row.path+"\" = ["+row.value+"]\n", "")
		var input *InputError
		if !errors.As(cell, &input) || !strings.Contains(cell.Error(), row.want) {
			t.Errorf("%s = %s: got %v", row.path, row.value, cell)
			continue
		}
		if in := "; in the cell " + row.path + " = " + row.value + " (x.toml:19)"; !strings.HasSuffix(cell.Error(), in) || !strings.HasPrefix(cell.Error(), "x.toml:") {
			t.Errorf("%s = %s: got %v, want its line and %q", row.path, row.value, cell, in)
		}
		if file := prepareText(text, row.path+"="+row.value); file == nil {
			t.Errorf("%s = %s: a file may have it", row.path, row.value)
		}
	}
}

// TestCellsTogether: two values of a sweep that do not go together are named,
// both, though either goes with the file's own.
func TestCellsTogether(t *testing.T) {
	err := prepareText(sound+"[sweep.grid]\n\"workload.warmup\" = [\"0s\", \"30m\"]\n\"workload.horizon\" = [\"1h\", \"20m\"]\n", "")
	want := `x.toml:11: workload.warmup: found 30m, want less than the horizon, 20m; in the cell workload.warmup = "30m" (x.toml:11), workload.horizon = "20m" (x.toml:12)`
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// prepareText parses and prepares an experiment, as the command does.
func prepareText(text, set string) error {
	var sets []string
	if set != "" {
		sets = append(sets, set)
	}
	e, err := Parse("x.toml", []byte(text), sets...)
	if err != nil {
		return err
	}
	p, err := Prepare(context.Background(), e, Env{})
	if err != nil {
		return err
	}
	return p.Close()
}
