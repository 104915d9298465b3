package experiments_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/servers"
	"github.com/coldcurve/coldcurve/sim/simtest"
	"github.com/coldcurve/coldcurve/sim/tokens"
	"github.com/coldcurve/coldcurve/traces"
	"github.com/coldcurve/coldcurve/workloads/hardware"
)

// BenchmarkReplayLLM replays requests for Llama-3.1-8B to vLLM's scheduler on
// H100s, each with the step times that were measured for it: an hour of
// conversations (Azure 2023) on one, and one with prompts of 12,000 tokens that
// share prefixes (Mooncake) on eight, each request to the next.
func BenchmarkReplayLLM(b *testing.B) {
	dir := os.Getenv("COLDCURVE_DATA")
	if dir == "" {
		b.Skip("COLDCURVE_DATA is not set: no real trace (sim/servers has a load of the same statistics)")
	}
	for _, c := range []struct {
		name, trace string
		instances   int
	}{
		{"azure2023", "azure-llm:" + filepath.Join(dir, "azure-llm-2023", "AzureLLMInferenceTrace_conv.csv.gz"), 1},
		{"mooncake", "mooncake:" + filepath.Join(dir, "mooncake", "conversation_trace.jsonl.gz"), 8},
	} {
		b.Run(c.name, func(b *testing.B) {
			trace, err := traces.Open(context.Background(), c.trace, traces.Options{})
			if err != nil {
				b.Fatal(err)
			}
			defer trace.Close()
			config, n := spreadOut(b, trace, c.instances)
			config.Platforms[0].Server = llama(b, ofOne{trace.Tokens()})
			measure(b, 0, func() int64 {
				if _, err := sim.Run(b.Context(), config); err != nil {
					b.Fatal(err)
				}
				return n
			})
		})
	}
}

// llama is an engine of Llama-3.1-8B on an H100.
func llama(b *testing.B, columns tokens.Columns) servers.LLM {
	model, err := hardware.FindModel("llama-3.1-8b")
	if err != nil {
		b.Fatal(err)
	}
	p, err := hardware.New(hardware.Default("h100", 1, model))
	if err != nil {
		b.Fatal(err)
	}
	e := servers.Defaults(servers.V1, 80, false, 0)
	e.Timer, e.Columns, e.Blocks = p, columns, p.Blocks
	return e
}

// spreadOut gives the requests of a trace to so many instances in turns, each a
// deployment of its own, on one core.
func spreadOut(b *testing.B, trace sim.Workload, instances int) (sim.Config, int64) {
	source, err := trace.Open(sim.RunKey{Seed: 1}, []uint32{0})
	if err != nil {
		b.Fatal(err)
	}
	parts := make([][]sim.Invocation, instances)
	n := 0
	for inv := range drain(b, source, make([]sim.Invocation, 512)) {
		inv.Function = uint32(n % instances)
		parts[inv.Function] = append(parts[inv.Function], inv)
		n++
	}
	load := new(simtest.Load)
	for _, part := range parts {
		load.Add(sim.Function{Name: "llm", App: string(rune('a' + len(load.Invocations)))}, part)
	}
	return sim.Config{
		Workload: load, Window: sim.Window{Horizon: 2 * sim.Hour}, Pool: sim.NewPool(1),
		Platforms: []sim.Platform{{KeepAlive: fixedWindow(b), Concurrency: 1 << 30}},
		Observers: func() []sim.Observer { return []sim.Observer{silent{}} },
	}, int64(n)
}

// ofOne are the columns of a trace of one function, whichever deployment asks.
type ofOne struct{ tokens.Columns }

func (c ofOne) Tokens(_, attr uint32, key uint64) tokens.Request {
	return c.Columns.Tokens(0, attr, key)
}

// silent is an observer that wants nothing.
type silent struct{}

func (silent) Requests([]sim.Outcome) {}
