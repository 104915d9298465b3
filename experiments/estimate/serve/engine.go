package serve

import (
	"errors"
	"fmt"
	"math"

	"github.com/coldcurve/coldcurve/experiments/serving"
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/servers"
	"github.com/coldcurve/coldcurve/workloads/hardware"
)

// engine is the model on a number of GPUs of a board.
type engine struct {
	board   string
	count   int64
	server  serving.Server
	profile *hardware.Profile
	most    int64  // tokens of a request
	grade   string // of its step times
	band    hardware.Band
	notes   []string
}

// counts are the numbers of GPUs that share each layer.
var counts = []int64{1, 2, 4, 8, 16}

// roomFor is how many requests of the mean length the memory must hold at least: with
// less, an engine does little but put requests back.
const roomFor = 4

// engines are made once each, and never changed.
type engineKey struct {
	board string
	count int64
}

// engine makes the model on so many GPUs, or says why it does not fit.
func (r *runner) engine(board string, count int64) (*engine, error) {
	key := engineKey{board, count}
	r.mu.Lock()
	defer r.mu.Unlock()
	if e, ok := r.engines[key]; ok {
		return e.engine, e.err
	}
	e, err := r.newEngine(board, count)
	r.engines[key] = made{e, err}
	return e, err
}

type made struct {
	engine *engine
	err    error
}

func (r *runner) newEngine(board string, count int64) (*engine, error) {
	node := r.q.hardwareNode(board, count)
	asked, err := hardware.Read(node, r.q.modelNode)
	if err != nil {
		return nil, err
	}
	e := &engine{board: board, count: count}
	if e.profile, err = hardware.New(asked); err != nil {
		return nil, err
	}
	if need := roomFor * (r.q.in.Likely + r.q.out.Likely); float64(e.profile.Blocks*hardware.BlockTokens) < need {
		return nil, fmt.Errorf("%s holds the keys and values of %d tokens, want those of %d requests, %.0f", e.profile.Label(), e.profile.Blocks*hardware.BlockTokens, roomFor, need)
	}
	if e.server, err = serving.Read(spec.FromValue("--model", 0, map[string]any{"name": "llm", "model": r.q.modelNode, "hardware": node})); err != nil {
		return nil, err
	}
	if b, ok := e.server.(serving.Bounded); ok {
		e.most, _ = b.Most()
	}
	e.grade, e.band = e.profile.Grade, e.profile.Band(hardware.TPOT, servers.V1)
	if n, ok := e.server.(serving.Noted); ok {
		e.notes = n.Notes()
	}
	return e, nil
}

// smallest returns the model on the least GPUs of a board that hold it.
func (r *runner) smallest(board string, most int64) (*engine, error) {
	err := errors.New("an instance has no GPU")
	for _, n := range counts {
		if n > most {
			break
		}
		var e *engine
		if e, err = r.engine(board, n); err == nil {
			return e, nil
		}
	}
	return nil, err
}

// decode returns how long a step takes in which so many requests get a token, each at
// the mean context.
func (e *engine) decode(n int64, l *load) sim.Time {
	context := int64(math.Ceil(l.in + l.out/2))
	return e.profile.Time(&servers.Step{Tokens: n, Sequences: n, Decodes: n, KV: n * context, MaxKV: context})
}

// prefill returns how long the prompt of a mean request takes, of which a cache has a part.
func (e *engine) prefill(l *load, hit float64) sim.Time {
	cached := int64(l.in * hit)
	n := max(1, int64(math.Ceil(l.in))-cached)
	return e.profile.Time(&servers.Step{Tokens: n, Sequences: 1, Chunks: 1, Prefill: n, Context: n * cached, Square: n * n})
}

// headroom is what is left of a bound on the time per token for prompts that are
// computed beside.
const headroom = 0.6

// abreast is how many requests an instance takes before another one is started: as
// many as its memory holds at the end of their answers and its engine runs, and no
// more than let each have its tokens in time.
func (e *engine) abreast(l *load, slo results.SLO) int {
	n := int64(float64(e.profile.Blocks*hardware.BlockTokens) / (l.in + l.out))
	n = max(1, min(n, e.profile.VLLM(servers.V1).MaxSequences))
	for _, o := range slo {
		if !isTPOT(o.Metric) || o.Min {
			continue
		}
		most := sim.Time(headroom * o.Limit * float64(sim.Second))
		low, high := int64(1), n
		for low < high {
			middle := (low + high + 1) / 2
			if e.decode(middle, l) <= most {
				low = middle
			} else {
				high = middle - 1
			}
		}
		n = low
	}
	return int(n)
}

func isTPOT(metric string) bool {
	switch metric {
	case "tpot_mean_s", "tpot_p50_s", "tpot_p90_s", "tpot_p99_s":
		return true
	}
	return false
}

// work is about how much of an engine's time a request takes, where as many are served
// side by side as there are places.
func (e *engine) work(l *load, abreast int, hit float64) float64 {
	return float64(e.prefill(l, hit)) + l.out*float64(e.decode(int64(abreast), l))/float64(abreast)
}

// guess is about how many instances the peak of a load takes.
func (e *engine) guess(l *load, slo results.SLO, hit float64) int {
	const busy = 0.8
	offered := l.rate * l.peak * e.work(l, e.abreast(l, slo), hit) / float64(sim.Second)
	return max(1, int(math.Ceil(offered/busy)))
}

// weights is how many bytes a start loads.
func (e *engine) weights() float64 { return e.profile.Fit.Weights * float64(e.count) }
