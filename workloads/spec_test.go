package workloads

import (
	"io"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// TestMalformed: what a wrong function table is answered with, word for word.
// Each row replaces one key of a table that is right.
func TestMalformed(t *testing.T) {
	const arrivals, service = `arrivals = { process = "poisson", rate = "1/s" }`, `service = "1s"`
	for _, c := range []struct{ name, arrivals, service, more, want string }{
		// The function
		{"unknown key", arrivals, service, `memroy = "1GB"`, `w.toml:5: unknown key "memroy"; did you mean "memory"?`},
		{"no service", arrivals, ``, ``, `w.toml:1: function[0]: missing key "service"`},
		{"no arrivals", ``, service, ``, `w.toml:1: function[0]: missing key "arrivals"`},
		{"no function at all", arrivals, service, `count = 0`, `w.toml:5: function[0].count: found 0, want 1 … 10000000`},
		{"too many", arrivals, service, `count = 10000001`, `w.toml:5: function[0].count: found 10000001, want 1 … 10000000`},
		{"part of a MiB", arrivals, service, `memory = "1000KB"`, `w.toml:5: function[0].memory: found 1000KB, want a whole number of MiB above 0`},
		{"no memory", arrivals, service, `memory = "0MB"`, `w.toml:5: function[0].memory: found 0B, want a whole number of MiB above 0`},
		{"init and cold service", arrivals, service, "init = {}\ncold_service = \"2s\"", `w.toml:6: function[0].cold_service: given beside init, want only one of them: cold_service holds the whole time of a cold request`},
		{"zipf too steep", arrivals, service, `popularity = { zipf = 11 }`, `w.toml:5: function[0].popularity: zipf is 11, want 0 … 10`},
		{"zipf missing", arrivals, service, `popularity = {}`, `w.toml:5: function[0].popularity: missing key "zipf"`},
		{"timeout without a unit", arrivals, service, `timeout = 900`, `w.toml:5: function[0].timeout: found the integer 900, want a duration such as "250ms", "10m" or "1h30m"`},

		// Distributions
		{"number for a duration", arrivals, `service = 1.5`, ``, `w.toml:4: function[0].service: found 1.5, want a duration such as "120ms" or a table such as { dist = "exponential", mean = "2s" }`},
		{"array for a duration", arrivals, `service = ["1s"]`, ``, `w.toml:4: function[0].service: found an array, want a duration such as "120ms" or a table such as { dist = "exponential", mean = "2s" }`},
		{"no unit", arrivals, `service = "1.5"`, ``, `w.toml:4: function[0].service: found "1.5", want a duration such as "250ms", "10m" or "1h30m"`},
		{"negative", arrivals, `service = "-1s"`, ``, `w.toml:4: function[0].service: found "-1s", which is negative; want a duration such as "250ms", "10m" or "1h30m"`},
		{"longer than ten years", arrivals, `service = "60000d"`, ``, `w.toml:4: function[0].service: found "60000d", which is more than ten years, the longest time there is (3653d)`},
		{"no dist", arrivals, `service = { mean = "1s" }`, ``, `w.toml:4: function[0].service: missing key "dist", want one of: ` + namesOf(Distributions())},
		{"dist a number", arrivals, `service = { dist = 1 }`, ``, `w.toml:4: function[0].service.dist: found 1, want one of: ` + namesOf(Distributions())},
		{"unknown dist", arrivals, `service = { dist = "exponental", mean = "1s" }`, ``, `w.toml:4: function[0].service.dist: unknown distribution "exponental"; did you mean "exponential"?`},
		{"unknown parameter", arrivals, `service = { dist = "exponential", maen = "1s" }`, ``, `w.toml:4: unknown key "maen"; did you mean "mean"?`},
		{"no mean", arrivals, `service = { dist = "exponential" }`, ``, `w.toml:4: function[0].service: missing key "mean"`},
		{"mean of 0", arrivals, `service = { dist = "exponential", mean = "0s" }`, ``, `w.toml:4: function[0].service: mean is 0s, want it above 0 and at most 3653d`},
		{"median and mu", arrivals, `service = { dist = "lognormal", median = "1s", mu = 0, sigma = 1 }`, ``, `w.toml:4: function[0].service: want either median or mu`},
		{"negative sigma", arrivals, `service = { dist = "lognormal", median = "1s", sigma = -1 }`, ``, `w.toml:4: function[0].service: sigma is -1, want 0 … 20`},
		{"mu in nanoseconds", arrivals, `service = { dist = "lognormal", mu = 100, sigma = 1 }`, ``, `w.toml:4: function[0].service: mu is 100, want -20 … 22`},
		{"mean and shape", arrivals, `service = { dist = "gamma", mean = "1s", shape = 2 }`, ``, `w.toml:4: function[0].service: want either mean and cv, or scale and shape`},
		{"cv of 0", arrivals, `service = { dist = "gamma", mean = "1s", cv = 0 }`, ``, `w.toml:4: function[0].service: cv is 0, want 0.01 … 10`},
		{"shape beyond", arrivals, `service = { dist = "gamma", scale = "1s", shape = 1e6 }`, ``, `w.toml:4: function[0].service: shape is 1e+06, want 0.01 … 10000`},
		{"weibull shape", arrivals, `service = { dist = "weibull", scale = "1s", shape = 0.01 }`, ``, `w.toml:4: function[0].service: shape is 0.01, want 0.1 … 200`},
		{"weibull keys", arrivals, `service = { dist = "weibull", scale = "1s" }`, ``, `w.toml:4: function[0].service: want either mean and cv, or scale and shape`},
		{"pareto shape", arrivals, `service = { dist = "pareto", scale = "1s", shape = 0 }`, ``, `w.toml:4: function[0].service: shape is 0, want 0.01 … 1000`},
		{"uniform upside down", arrivals, `service = { dist = "uniform", min = "2s", max = "1s" }`, ``, `w.toml:4: function[0].service: min is 2s and max 1s, want min ≤ max`},
		{"empirical of nothing", arrivals, `service = { dist = "empirical", values = [] }`, ``, `w.toml:4: function[0].service: no values, want at least one`},
		{"empirical lengths", arrivals, `service = { dist = "empirical", values = ["1s"], probabilities = [0, 1] }`, ``, `w.toml:4: function[0].service: 2 probabilities and 1 values, want as many of each`},
		{"probabilities fall", arrivals, `service = { dist = "empirical", values = ["1s", "2s"], probabilities = [0.5, 0.5] }`, ``, `w.toml:4: function[0].service: probability 2 is 0.5 after 0.5, want them to rise`},
		{"probability beyond 1", arrivals, `service = { dist = "empirical", values = ["1s", "2s"], probabilities = [0, 50] }`, ``, `w.toml:4: function[0].service: probability 2 is 50, want 0 … 1`},
		{"values fall", arrivals, `service = { dist = "empirical", values = ["2s", "1s"], probabilities = [0, 1] }`, ``, `w.toml:4: function[0].service: value 2 is 1s after 2s, want none below the one before`},

		// Initialisations
		{"init a duration", arrivals, service, `init = "250ms"`, `w.toml:5: function[0].init: found "250ms", want a table of phases such as { sandbox = "120ms", runtime = "80ms" }`},
		{"unknown phase", arrivals, service, `init = { sanbox = "1s" }`, `w.toml:5: function[0].init.sanbox: unknown phase "sanbox"; did you mean "sandbox"?`},
		{"bandwidth alone", arrivals, service, `init = { image = { bandwidth = "1GB/s" } }`, `w.toml:5: function[0].init.image: missing key "size"`},
		{"nothing of an image", arrivals, service, `init = { image = {} }`, `w.toml:5: function[0].init.image: missing key "size"`},
		{"unknown bandwidth", arrivals, service, `init = { weights = { bandwidth = "h100-nvme-safetensor" } }`, `w.toml:5: function[0].init.weights.bandwidth: unknown measured bandwidth "h100-nvme-safetensor"; did you mean "h100-nvme-safetensors"?; see coldcurve list starts`},
		{"a bandwidth without its unit", arrivals, service, `init = { weights = { bandwidth = "3GB" } }`, `w.toml:5: function[0].init.weights.bandwidth: found "3GB", want a bandwidth such as "200MB/s"`},
		{"lazy", arrivals, service, `init = { image = { size = "1GB", lazy = 1.5 } }`, `w.toml:5: function[0].init.image.lazy: found 1.5, want a part above 0, at most 1`},
		{"content beside a bandwidth", arrivals, service, `init = { image = { size = "1GB", bandwidth = "1GB/s", content = "x" } }`, `w.toml:5: function[0].init.image.content: found a content beside a bandwidth, want one of them: what has a bandwidth of its own does not come through stores`},
		{"a phase of no distribution", arrivals, service, `init = { image = { mean = "1s" } }`, `w.toml:5: function[0].init.image: missing key "dist", want one of: ` + namesOf(Distributions())},
		{"unknown start", arrivals, service, `init = { start = "vllm-qwen3-8b-b20" }`, `w.toml:5: function[0].init.start: unknown start "vllm-qwen3-8b-b20"; did you mean "vllm-qwen3-8b-b200"?; see coldcurve list starts`},
		{"start a number", arrivals, service, `init = { start = 8 }`, `w.toml:5: function[0].init.start: found 8, want the name of a measured start; see coldcurve list starts`},
		{"what a restore stands for", arrivals, service, `init = { start = "thaw-8b-h100-snapshot", weights = "2s" }`, `w.toml:5: function[0].init.weights: found it beside the start "thaw-8b-h100-snapshot", whose restore stands for runtime, dependencies, weights, engine, compile, profiling, warmup, graphs; want none of these, or a restore too`},
		{"no bandwidth", arrivals, service, `init = { image = { size = "1GB", bandwidth = "0MB/s" } }`, `w.toml:5: function[0].init.image: bandwidth is 0B/s, want it above 0`},
		{"a size and a distribution", arrivals, service, `init = { image = { size = "1GB", bandwidth = "1MB/s", dist = "gamma" } }`, `w.toml:5: unknown key "dist"; known: bandwidth, content, lazy, overhead, size`},
		{"forever", arrivals, service, `init = { image = { size = "1000000TB", bandwidth = "1B/s" } }`, `w.toml:5: function[0].init.image: 1000000TB at 1B/s takes more than 3653d`},

		// Arrival processes
		{"arrivals a rate", `arrivals = "1/s"`, service, ``, `w.toml:3: function[0].arrivals: found "1/s", want a table such as { process = "poisson", rate = "0.9/s" }`},
		{"no process", `arrivals = { rate = "1/s" }`, service, ``, `w.toml:3: function[0].arrivals: missing key "process", want one of: ` + namesOf(Arrivals())},
		{"unknown process", `arrivals = { process = "poison", rate = "1/s" }`, service, ``, `w.toml:3: function[0].arrivals.process: unknown arrival process "poison"; did you mean "poisson"?`},
		{"rate without a unit", `arrivals = { process = "poisson", rate = 1 }`, service, ``, `w.toml:3: function[0].arrivals.rate: found the integer 1, want a rate such as "0.9/s" or "3M/month"`},
		{"rate of 0", `arrivals = { process = "poisson", rate = "0/s" }`, service, ``, `w.toml:3: function[0].arrivals: rate is 0/s, want it above 0 and at most 10M/s`},
		{"rate too high", `arrivals = { process = "poisson", rate = "1G/s" }`, service, ``, `w.toml:3: function[0].arrivals: rate is 1000000000/s, want it above 0 and at most 10M/s`},
		{"every and rate", `arrivals = { process = "periodic", every = "1s", rate = "1/s" }`, service, ``, `w.toml:3: function[0].arrivals: want either every or rate`},
		{"neither", `arrivals = { process = "periodic" }`, service, ``, `w.toml:3: function[0].arrivals: want either every or rate`},
		{"every 0", `arrivals = { process = "periodic", every = "0s" }`, service, ``, `w.toml:3: function[0].arrivals: every is 0s, want it above 0 and at most 3653d`},
		{"offset", `arrivals = { process = "periodic", every = "1s", offset = "rand" }`, service, ``, `w.toml:3: function[0].arrivals.offset: found "rand", want a duration such as "250ms", "10m" or "1h30m", or "random"`},
		{"jitter", `arrivals = { process = "periodic", every = "1s", jitter = "2s" }`, service, ``, `w.toml:3: function[0].arrivals: jitter is 2s, want at most the distance of the arrivals, 1s`},
		{"renewal without cv", `arrivals = { process = "gamma", rate = "1/s" }`, service, ``, `w.toml:3: function[0].arrivals: missing key "cv"`},
		{"cv too high", `arrivals = { process = "weibull", rate = "1/s", cv = 11 }`, service, ``, `w.toml:3: function[0].arrivals: cv is 11, want 0.01 … 10`},
		{"one state", `arrivals = { process = "mmpp", states = [{ rate = "1/s", sojourn = "1s" }] }`, service, ``, `w.toml:3: function[0].arrivals: 1 states, want 2 … 64`},
		{"no arrivals in any state", `arrivals = { process = "mmpp", states = [{ rate = "0/s", sojourn = "1s" }, { rate = "0/s", sojourn = "1s" }] }`, service, ``, `w.toml:3: function[0].arrivals: all rates are 0, want one above 0`},
		{"no sojourn", `arrivals = { process = "mmpp", states = [{ rate = "1/s" }, { rate = "0/s", sojourn = "1s" }] }`, service, ``, `w.toml:3: function[0].arrivals.states[0]: missing key "sojourn"`},
		{"sojourn too short", `arrivals = { process = "mmpp", states = [{ rate = "1/s", sojourn = "1s" }, { rate = "0/s", sojourn = "1us" }] }`, service, ``, `w.toml:3: function[0].arrivals: state 2: sojourn is 1us, want 1 ms … 3653d`},
		{"weights", `arrivals = { process = "mmpp", states = [{ rate = "1/s", sojourn = "1s", next = [1] }, { rate = "0/s", sojourn = "1s" }] }`, service, ``, `w.toml:3: function[0].arrivals: state 1: 1 weights in next, want one a state, 2`},
		{"to itself", `arrivals = { process = "mmpp", states = [{ rate = "1/s", sojourn = "1s", next = [1, 1] }, { rate = "0/s", sojourn = "1s" }] }`, service, ``, `w.toml:3: function[0].arrivals: state 1: the weight of itself in next is 1, want 0`},
		{"nowhere to go", `arrivals = { process = "mmpp", states = [{ rate = "1/s", sojourn = "1s", next = [0, 0] }, { rate = "0/s", sojourn = "1s" }] }`, service, ``, `w.toml:3: function[0].arrivals: state 1: all weights in next are 0, want one above 0`},
		{"unreachable", `arrivals = { process = "mmpp", states = [{ rate = "1/s", sojourn = "1s", next = [0, 1, 0] }, { rate = "0/s", sojourn = "1s", next = [1, 0, 0] }, { rate = "0/s", sojourn = "1s" }] }`, service, ``, `w.toml:3: function[0].arrivals: some state cannot be reached from some other, want every one to be`},
		{"amplitude", `arrivals = { process = "diurnal", rate = "1/s", amplitude = 1.5 }`, service, ``, `w.toml:3: function[0].arrivals: amplitude is 1.5, want 0 … 1`},
		{"period", `arrivals = { process = "diurnal", rate = "1/s", amplitude = 1, period = "1ms" }`, service, ``, `w.toml:3: function[0].arrivals: period is 1ms, want 1 s … 3653d`},
		{"diurnal too fast", `arrivals = { process = "diurnal", rate = "6M/s", amplitude = 1 }`, service, ``, `w.toml:3: function[0].arrivals: rate is 6000000/s, want at most 5M/s`},
		{"no steps", `arrivals = { process = "steps", rate = "1/s", steps = [] }`, service, ``, `w.toml:3: function[0].arrivals: 0 steps, want 1 … 10000`},
		{"step at 0", `arrivals = { process = "steps", rate = "1/s", steps = [{ at = "0s", times = 2 }] }`, service, ``, `w.toml:3: function[0].arrivals: step 1 is at 0s, want it after 0s and at most at 3653d`},
		{"steps back", `arrivals = { process = "steps", rate = "1/s", steps = [{ at = "5s", times = 2 }, { at = "5s", times = 1 }] }`, service, ``, `w.toml:3: function[0].arrivals: step 2 is at 5s, want it after 5s and at most at 3653d`},
		{"step too fast", `arrivals = { process = "steps", rate = "1M/s", steps = [{ at = "5s", times = 11 }] }`, service, ``, `w.toml:3: function[0].arrivals: step 1 is to 11 times the rate, want 0 or more, and at most 10M/s`},
		{"step down", `arrivals = { process = "steps", rate = "1/s", steps = [{ at = "5s", times = -1 }] }`, service, ``, `w.toml:3: function[0].arrivals: step 1 is to -1 times the rate, want 0 or more, and at most 10M/s`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := parseFunctions(strings.Join([]string{"[[function]]", `name = "f"`, c.arrivals, c.service, c.more}, "\n"))
			if err == nil || err.Error() != c.want {
				t.Errorf("error\n%v\nwant\n%s", err, c.want)
			}
		})
	}
}

// TestNewRefuses: what New finds that a single table does not show.
func TestNewRefuses(t *testing.T) {
	ok := `
[[function]]
name = "f"
arrivals = { process = "poisson", rate = "1/s" }
service = "1s"
`
	for _, c := range []struct {
		name, text string
		horizon    sim.Time
		want       string
	}{
		{"no horizon", ok, 0, `the horizon of a synthetic workload is 0s, want it above 0 and at most 3653d`},
		{"nothing", ``, 1, `the workload has no functions, want at least one`},
		{"twice", ok + ok, 1, `w.toml:8: function[1].name: a second function "f", want names that differ within an app`},
		// 10M/s over 7 minutes is 4.2·10⁹: ordinals have 32 bits
		{"too many invocations", strings.Replace(ok, "1/s", "10M/s", 1), 420 * sim.Second, `w.toml:4: function[0].arrivals: function "f" has 4.2e+09 invocations to the horizon, want at most 4·10⁹`},
	} {
		if _, err := New(readFunctions(t, c.text), c.horizon); err == nil || err.Error() != c.want {
			t.Errorf("%s: error\n%v\nwant\n%s", c.name, err, c.want)
		}
	}
	// Built in Go, there is no line to name.
	_, err := New([]FunctionSpec{{Name: "g", Arrivals: ArrivalProcess{must(NewPoisson(1))}}}, 1)
	if want := `function "g": service: no service time is given`; err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}

// namesOf are the names of entries, as a message has them.
func namesOf(list []Entry) string {
	var names []string
	for _, e := range list {
		names = append(names, e.Name)
	}
	return strings.Join(names, ", ")
}

// TestListings: every entry is sorted and there once, has help, and describes each parameter.
func TestListings(t *testing.T) {
	for _, list := range [][]Entry{Distributions(), Arrivals(), Counts()} {
		for i := 1; i < len(list); i++ {
			if list[i-1].Name >= list[i].Name {
				t.Errorf("%q and %q are listed so, want each name once, sorted", list[i-1].Name, list[i].Name)
			}
		}
		for _, e := range list {
			if e.Help == "" || len(e.Params) == 0 {
				t.Errorf("%s: help %q, parameters %v", e.Name, e.Help, e.Params)
			}
			for _, p := range e.Params {
				if p.Help == "" {
					t.Errorf("%s: parameter %s has no help", e.Name, p.Name)
				}
			}
		}
	}
}

// FuzzFunctions: no text makes reading, building or drawing panic or hang, and
// what is drawn is in order and in range.
func FuzzFunctions(f *testing.F) {
	f.Add(mixed)
	f.Add(`[[function]]
name = "f"
memory = "128MB"
arrivals = { process = "mmpp", states = [{ rate = "1/s", sojourn = "1ms", next = [0, 1, 3] }, { rate = "0/s", sojourn = "1h" }, { rate = "10M/s", sojourn = "9s" }] }
service = { dist = "pareto", scale = "1ns", shape = 0.01 }
init = { weights = { size = "14GB", bandwidth = "1.5GB/s" }, engine = { dist = "uniform", max = "9s" } }`)
	f.Add(`[[function]]
name = "f"
arrivals = { process = "diurnal", rate = "1/h", amplitude = 1, period = "1s", peak = "300ms" }
service = { dist = "lognormal", mu = 0.5, sigma = 20 }
cold_service = { dist = "empirical", values = ["0s", "1s"] }`)
	f.Fuzz(func(t *testing.T, text string) {
		functions, err := parseFunctions(text)
		if err != nil {
			return
		}
		for i := range functions {
			functions[i].Count = min(functions[i].Count, 3)
		}
		w, err := New(functions, sim.Second)
		if err != nil {
			return
		}
		buf := make([]sim.Invocation, 100)
		for i := range w.Functions() {
			source, err := w.Open(sim.RunKey{Seed: 1}, []uint32{uint32(i)})
			if err != nil {
				t.Fatal(err)
			}
			n, err := source.Next(buf)
			if err != nil && err != io.EOF {
				t.Fatal(err)
			}
			for k, v := range buf[:n] {
				if v.Arrival < 0 || v.Arrival >= sim.Second || v.Service < 0 || v.Service > 1<<62 || k > 0 && v.Arrival < buf[k-1].Arrival {
					t.Fatalf("invocation %d is %+v", k, v)
				}
			}
		}
	})
}
