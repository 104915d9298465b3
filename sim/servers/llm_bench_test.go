package servers

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/simtest"
	"github.com/coldcurve/coldcurve/sim/tokens"
)

// h100 is about what a step of Llama-3.1-8B in bf16 takes on an H100: 16 GB of
// weights and 128 KB a token of context at 3 TB/s, 16 GFLOP a token of prompt at
// 600 TFLOP/s, and the host.
var h100 = linear{base: 6_500_000, token: 26_000, sequence: 19_000, kv: 43}

// h100Engine is vLLM's on that GPU.
func h100Engine(columns tokens.Columns) LLM {
	e := Defaults(V1, 80, false, 0)
	e.Timer, e.Columns, e.Blocks = h100, columns, 26_000
	return e
}

// quantile returns where the points, 5, 15 … 95 %, and the ends say that u is.
func quantile(points []float64, u float64) int32 {
	x := u * float64(len(points)-1)
	k := min(int(x), len(points)-2)
	return int32(points[k] + (x-float64(k))*(points[k+1]-points[k]))
}

// conversation is a load with the statistics of the Azure LLM inference trace
// 2023, conversation: Poisson at 5.53 requests/s, and the quantiles of its
// tokens, independent of each other.
func conversation(n int) (l load) {
	input := []float64{3, 181, 372, 396, 414, 984, 1045, 1097, 1189, 1876, 4083, 7437}
	output := []float64{7, 41, 67, 85, 96, 113, 151, 217, 395, 411, 451, 601}
	arrivals, service := sim.NewStream(sim.RunKey{Seed: 1}, sim.PurposeArrival, 1), sim.NewStream(sim.RunKey{Seed: 1}, sim.PurposeService, 1)
	now := 0.0
	for k := range uint64(n) {
		now -= math.Log(1-arrivals.Uniform(k)) / 5.53e-9
		l.add(sim.Time(now), tokens.Request{Input: quantile(input, service.Uniform(2*k)), Output: quantile(output, service.Uniform(2*k+1))})
	}
	return l
}

func (l *load) add(at sim.Time, q tokens.Request) {
	l.at, l.until, l.asks = append(l.at, at), append(l.until, sim.Never), append(l.asks, q)
}

// lines returns the lines of a compressed file of real data.
func lines(t testing.TB, elem ...string) []string {
	dir := os.Getenv("COLDCURVE_DATA")
	if dir == "" {
		t.Skip("COLDCURVE_DATA is not set: no real data")
	}
	f, err := os.Open(filepath.Join(append([]string{dir}, elem...)...))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(bufio.NewReader(f))
	if err != nil {
		t.Fatal(err)
	}
	all, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(strings.ReplaceAll(string(all), "\r", "")), "\n")
}

// azure2023 is the trace itself.
func azure2023(t testing.TB) (l load) {
	var first time.Time
	for k, line := range lines(t, "azure-llm-2023", "AzureLLMInferenceTrace_conv.csv.gz")[1:] {
		f := strings.Split(line, ",")
		at, err := time.Parse("2006-01-02 15:04:05.9999999", f[0])
		if err != nil {
			t.Fatal(err)
		}
		if k == 0 {
			first = at
		}
		input, _ := strconv.Atoi(f[1])
		output, _ := strconv.Atoi(f[2])
		l.add(sim.Time(at.Sub(first)), tokens.Request{Input: int32(input), Output: int32(output)})
	}
	return l
}

// mooncake is the Mooncake conversation trace, or the part of it that one of
// several engines gets, each request to the next.
func mooncake(t testing.TB, engines, one int) (l load) {
	for k, line := range lines(t, "mooncake", "conversation_trace.jsonl.gz") {
		var row struct {
			Timestamp int64    `json:"timestamp"`
			Input     int32    `json:"input_length"`
			Output    int32    `json:"output_length"`
			Blocks    []uint32 `json:"hash_ids"`
		}
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			t.Fatal(err)
		}
		if k%engines == one {
			l.add(row.Timestamp*sim.Millisecond, tokens.Request{Input: row.Input, Output: row.Output, Blocks: row.Blocks, Extent: 512})
		}
	}
	return l
}

// drive replays a load with nothing around it, as a kernel would, and returns
// the number of ends.
func (l *load) drive(s sim.Server) (ends int) {
	ended := make([]sim.ServerEnd, 0, 64)
	next := sim.Never
	for row, at := range l.at {
		for ; next <= at; next = s.Next() {
			ended = s.Advance(next, ended[:0])
			ends += len(ended)
		}
		s.Offer(at, sim.ServerRequest{ID: uint32(row), Attr: uint32(row)})
		next = s.Next()
	}
	for ; next < sim.Never; next = s.Next() {
		ended = s.Advance(next, ended[:0])
		ends += len(ended)
	}
	return ends
}

// BenchmarkReplayLLM replays requests for language models: on an engine alone,
// and on one in the kernel.
func BenchmarkReplayLLM(b *testing.B) {
	loads := []struct {
		name string
		make func(testing.TB) load
	}{
		{"conversation", func(testing.TB) load { return conversation(20_000) }},
		{"azure2023", azure2023},
		{"mooncake", func(b testing.TB) load { return mooncake(b, 8, 0) }},
	}
	for _, c := range loads {
		b.Run(c.name, func(b *testing.B) {
			l := c.make(b)
			b.Run("engine", func(b *testing.B) {
				steps := int64(0)
				for b.Loop() {
					e := newEngine(h100Engine(l.asks))
					if ends := l.drive(e); ends != len(l.at) {
						b.Fatalf("%d of %d requests have ended", ends, len(l.at))
					}
					for _, w := range e.Work(nil) {
						steps += w.Steps
					}
				}
				b.ReportMetric(float64(len(l.at)*b.N)/b.Elapsed().Seconds(), "req/s")
			})
			b.Run("kernel", func(b *testing.B) {
				config := l.config(h100Engine(l.asks))
				for b.Loop() {
					if _, err := sim.Run(b.Context(), config); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(len(l.at)*b.N)/b.Elapsed().Seconds(), "req/s")
			})
		})
	}
}

// BenchmarkReplayDrafts replays conversations with drafts of 4 tokens, whose steps are
// taken one by one.
func BenchmarkReplayDrafts(b *testing.B) {
	l := conversation(20_000)
	c := h100Engine(l.asks)
	c.Speculation = Speculation{Tokens: 4, Acceptance: 0.7, Pass: sim.Millisecond}
	for b.Loop() {
		e := drawing(newEngine(c))
		if ends := l.drive(e); ends != len(l.at) {
			b.Fatalf("%d of %d requests have ended", ends, len(l.at))
		}
	}
	b.ReportMetric(float64(len(l.at)*b.N)/b.Elapsed().Seconds(), "req/s")
}

// forever keeps every instance.
type forever struct{}

func (forever) New(sim.Group) sim.KeepAlive { return forever{} }
func (forever) Scope() sim.Scope            { return sim.ScopeDeployment }
func (forever) Idle(sim.View, sim.Instance, sim.Time) sim.Decision {
	return sim.Decision{Until: sim.Never}
}

type silent struct{}

func (silent) Requests([]sim.Outcome) {}

// config is a run of the load on one instance that was there before it.
func (l *load) config(c LLM) sim.Config {
	w := new(simtest.Load)
	var invocations []sim.Invocation
	for row, at := range l.at {
		invocations = append(invocations, sim.Invocation{Arrival: at, Attr: uint32(row)})
	}
	w.Add(sim.Function{Name: "llm"}, invocations)
	return sim.Config{
		Workload: w, Window: sim.Window{Horizon: slices.Max(l.at) + 1},
		Platforms: []sim.Platform{{KeepAlive: forever{}, Concurrency: 1 << 30, Server: c}},
		Observers: func() []sim.Observer { return []sim.Observer{silent{}} },
	}
}
