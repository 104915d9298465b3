package hardware

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/servers"
)

// engineRequest is a request of the reference engine.
type engineRequest struct {
	arrival       sim.Time
	input, output int
	ids           []int // of blocks of 16 tokens, chained

	computed, made int
	held           []int // physical blocks
	first, last    sim.Time
}

func (r *engineRequest) known() int { return r.input + r.made }

// engine is vLLM V1's scheduler step by step, written for these tests alone
// and from its rules: one budget of tokens, running requests first, the last
// of them preempted where blocks are short, admission by the whole known
// sequence, hashes registered when their tokens are scheduled, an LRU list of
// free blocks that keep their hashes.
type engine struct {
	timer         servers.Timer
	budget, seqs  int
	free          []int // front is used first
	refs          []int
	hash          []int       // by physical block; −1: none
	cached        map[int]int // physical block by hash
	waiting, runs []*engineRequest
	preempted     int
	noCache       bool
	steps         int
}

func newEngine(timer servers.Timer, blocks, budget, seqs int) *engine {
	e := &engine{timer: timer, budget: budget, seqs: seqs, refs: make([]int, blocks), hash: make([]int, blocks), cached: map[int]int{}}
	for b := 1; b < blocks; b++ { // one is the null block
		e.free = append(e.free, b)
		e.hash[b] = -1
	}
	return e
}

func blocksOf(tokens int) int { return (tokens + 15) / 16 }

// take gives a request blocks for its first tokens; false where there are too few.
func (e *engine) take(r *engineRequest, tokens int) bool {
	need := blocksOf(tokens) - len(r.held)
	if need > len(e.free) {
		return false
	}
	for range need {
		b := e.free[0]
		e.free = e.free[1:]
		if h := e.hash[b]; h >= 0 {
			if e.cached[h] == b {
				delete(e.cached, h)
			}
			e.hash[b] = -1
		}
		e.refs[b] = 1
		r.held = append(r.held, b)
	}
	return true
}

// register gives hashes to the blocks that are full once tokens are computed.
func (e *engine) register(r *engineRequest, tokens int) {
	if e.noCache {
		return
	}
	for i := 0; i < min(tokens, r.known())/16 && i < len(r.ids); i++ {
		b := r.held[i]
		if e.hash[b] >= 0 {
			continue
		}
		e.hash[b] = r.ids[i]
		if _, ok := e.cached[r.ids[i]]; !ok {
			e.cached[r.ids[i]] = b
		}
	}
}

// release gives back the blocks of a request, its tail first.
func (e *engine) release(r *engineRequest) {
	for _, b := range slices.Backward(r.held) {
		if e.refs[b]--; e.refs[b] == 0 {
			e.free = append(e.free, b)
		}
	}
	r.held = nil
}

// hits returns the cached blocks of a waiting request.
func (e *engine) hits(r *engineRequest) []int {
	var list []int
	for i := 0; (i+1)*16 <= r.known()-1 && i < len(r.ids) && !e.noCache; i++ {
		b, ok := e.cached[r.ids[i]]
		if !ok {
			break
		}
		list = append(list, b)
	}
	return list
}

// admit takes in the first of the waiting requests; n is 0 where it cannot be.
func (e *engine) admit(r *engineRequest, budget int) (n int) {
	hits := e.hits(r)
	idle := 0
	for _, b := range hits {
		if e.refs[b] == 0 {
			idle++
		}
	}
	if blocksOf(r.known())-len(hits)+idle > len(e.free) {
		return 0
	}
	for _, b := range hits {
		if e.refs[b] == 0 {
			e.free = slices.DeleteFunc(e.free, func(f int) bool { return f == b })
		}
		e.refs[b]++
	}
	r.held = slices.Clone(hits)
	r.computed = len(hits) * 16
	n = min(r.known()-r.computed, budget)
	if !e.take(r, r.computed+n) {
		panic("fewer blocks than the whole sequence needs")
	}
	return n
}

// step schedules a pass and returns the tokens of each request in it.
func (e *engine) step() (reqs []*engineRequest, ns []int) {
	budget := e.budget
	preempted := false
	for i := 0; i < len(e.runs) && budget > 0; i++ {
		r := e.runs[i]
		n := min(r.known()-r.computed, budget)
		ok := e.take(r, r.computed+n)
		for !ok {
			preempted = true
			last := e.runs[len(e.runs)-1]
			e.runs = e.runs[:len(e.runs)-1]
			e.release(last)
			last.computed = 0
			e.waiting = slices.Insert(e.waiting, 0, last)
			e.preempted++
			if last == r {
				break
			}
			ok = e.take(r, r.computed+n)
		}
		if !ok {
			break
		}
		e.register(r, r.computed+n)
		budget -= n
		reqs, ns = append(reqs, r), append(ns, n)
	}
	for !preempted && len(e.waiting) > 0 && budget > 0 && len(e.runs) < e.seqs {
		r := e.waiting[0]
		n := e.admit(r, budget)
		if n == 0 {
			break
		}
		e.register(r, r.computed+n)
		e.waiting = e.waiting[1:]
		e.runs = append(e.runs, r)
		budget -= n
		reqs, ns = append(reqs, r), append(ns, n)
	}
	return reqs, ns
}

// run serves all requests, which are in order of arrival.
func (e *engine) run(requests []*engineRequest) {
	var now sim.Time
	for next := 0; next < len(requests) || len(e.waiting)+len(e.runs) > 0; {
		for ; next < len(requests) && requests[next].arrival <= now; next++ {
			e.waiting = append(e.waiting, requests[next])
		}
		reqs, ns := e.step()
		if len(reqs) == 0 {
			now = requests[next].arrival
			continue
		}
		now += e.timer.Time(stepOf(reqs, ns))
		e.steps++
		for i, r := range reqs {
			r.computed += ns[i]
			if r.computed < r.known() {
				continue
			}
			if r.made++; r.made == 1 {
				r.first = now
			}
			if r.last = now; r.made == r.output {
				e.release(r)
				e.runs = slices.DeleteFunc(e.runs, func(o *engineRequest) bool { return o == r })
			}
		}
	}
}

// stepOf is what a pass is to its hardware. One token more than was computed
// is a decode.
func stepOf(reqs []*engineRequest, ns []int) *servers.Step {
	s := &servers.Step{}
	for i, r := range reqs {
		n := int64(ns[i])
		s.Tokens += n
		if r.computed+ns[i] == r.known() {
			s.Sequences++
		}
		if n == 1 && r.computed+1 == r.known() && r.computed > 0 {
			s.Decodes++
			s.KV += int64(r.known())
			s.MaxKV = max(s.MaxKV, int64(r.known()))
			continue
		}
		s.Chunks++
		s.Prefill += n
		s.Context += n * int64(r.computed)
		s.Square += n * n
	}
	return s
}

// vllmRun reads a measured run: its requests, and what was measured of them.
func vllmRun(t testing.TB, name, workload string) ([]*engineRequest, []times) {
	t.Helper()
	type measured struct {
		Input   int     `json:"input_toks"`
		Output  int     `json:"output_toks"`
		Arrival float64 `json:"arrival_time"`
		Queued  float64 `json:"queued_ts"`
		First   float64 `json:"first_token_ts"`
		Last    float64 `json:"last_token_ts"`
	}
	var runs []measured
	offset := math.Inf(1)
	readLines(t, data(t, "vllm-runs/"+name+".requests.jsonl.gz"), func(line []byte) {
		var m measured
		if err := json.Unmarshal(line, &m); err != nil {
			t.Fatal(err)
		}
		offset = math.Min(offset, m.Queued-m.Arrival)
		runs = append(runs, m)
	})
	var ids [][]int
	readLines(t, data(t, "vllm-runs/"+workload), func(line []byte) {
		var w struct{ Blocks []int }
		if err := json.Unmarshal(line, &w); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, w.Blocks)
	})
	order := make([]int, len(runs))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(runs[i].Arrival, runs[j].Arrival) })
	var requests []*engineRequest
	var all []times
	for _, i := range order {
		m := runs[i]
		requests = append(requests, &engineRequest{
			arrival: sim.Time((m.Arrival - runs[order[0]].Arrival) * 1e9), input: m.Input, output: m.Output, ids: ids[i],
		})
		all = append(all, times{
			ttft: m.First - m.Arrival - offset, e2e: m.Last - m.Arrival - offset, tpot: (m.Last - m.First) / math.Max(1, float64(m.Output-1)),
		})
	}
	return requests, all
}

// times are what was measured of a request, s.
type times struct{ ttft, tpot, e2e float64 }

// vllmRun is a measured run.
type measuredRun struct {
	name, gpu, model, workload string
	load                       string
	blocks, seqs               int
}

const sharegpt = "workload_sharegpt_llama-3.1-8b_300.jsonl.gz"

// The blocks are what the runs' own records say: of the second, memory that
// is 96 GiB × 0.9 less the weights.
var vllmRuns = []measuredRun{
	{"RTX4090_Llama-3.1-8B", "rtx-4090", "llama-3.1-8b", sharegpt, "a run of vLLM 0.19, backlogged (ShareGPT, 10/s)", 2588, 256},
	{"RTXPRO6000_Llama-3.1-8B", "rtx-pro-6000", "llama-3.1-8b", sharegpt, "a run of vLLM 0.19 (ShareGPT, 10/s)", (96*(1<<30)*9/10 - 16060000000) / 131072 / 16, 128},
}

// pairs are what was simulated and what was measured of each request, s.
type pairs struct{ got, want []float64 }

func (p *pairs) add(got, want float64) { p.got, p.want = append(p.got, got), append(p.want, want) }

// replay serves a run's requests as they arrived.
func (run *measuredRun) replay(t testing.TB) (ttft, tpot, e2e pairs) {
	t.Helper()
	requests, measured := vllmRun(t, run.name, run.workload)
	e := newEngine(mustNew(t, shape(t, run.gpu, 1, run.model)), run.blocks, 2048, run.seqs)
	e.run(requests)
	for i, r := range requests {
		m := measured[i]
		ttft.add(float64(r.first-r.arrival)/1e9, m.ttft)
		e2e.add(float64(r.last-r.arrival)/1e9, m.e2e)
		if r.output > 1 {
			tpot.add(float64(r.last-r.first)/1e9/float64(r.output-1), m.tpot)
		}
	}
	return ttft, tpot, e2e
}

// TestVLLMRuns replays measured runs of vLLM with the engine above: means
// within 3 %, medians and p99 within 5 %, on both GPUs with the same code.
func TestVLLMRuns(t *testing.T) {
	for _, run := range vllmRuns {
		t.Run(run.name, func(t *testing.T) {
			ttft, tpot, e2e := run.replay(t)
			for _, m := range []struct {
				name string
				pairs
			}{{"TTFT", ttft}, {"TPOT", tpot}, {"E2E", e2e}} {
				if len(m.got) < 290 {
					t.Errorf("%s of %d requests, want some 300", m.name, len(m.got))
				}
				off := func(what string, got, want, bound float64) string {
					d := got/want - 1
					if !(math.Abs(d) <= bound) {
						t.Errorf("%s %s: %.4f s, measured %.4f: %+.1f %%", m.name, what, got, want, 100*d)
					}
					return fmt.Sprintf("%s %+.2f %%  ", what, 100*d)
				}
				t.Log(m.name, off("mean", mean(m.got), mean(m.want), 0.03),
					off("p50", quantile(m.got, 0.5), quantile(m.want, 0.5), 0.05),
					off("p99", quantile(m.got, 0.99), quantile(m.want, 0.99), 0.05))
			}
		})
	}
}
