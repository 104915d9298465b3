package calibrate

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/servers"
	"github.com/coldcurve/coldcurve/sim/tokens"
	"github.com/coldcurve/coldcurve/workloads/hardware"
)

// truth is an engine that is known, and the load that it had.
type truth struct {
	gpu       string
	change    func(*hardware.Spec) // of the profile as it ships
	rate      float64              // requests a second at first; four times as many at the end of each minute
	n         int
	input     float64 // mean tokens, exponential
	output    float64
	sequences int64
	given     []string // keys that are not fitted, to be quick
}

// log makes the log of the engine.
func (w truth) log(t *testing.T) *Log {
	t.Helper()
	arrivals, sizes := sim.NewStream(sim.RunKey{Seed: 7}, sim.PurposeArrival, 1), sim.NewStream(sim.RunKey{Seed: 7}, sim.PurposeService, 1)
	l := &Log{Name: "log.jsonl", Form: "made", Digest: strings.Repeat("0", 64)}
	now := 0.0
	size := func(mean float64, u float64) int32 { return int32(1 + min(16_000, 4*mean, -(mean-1)*math.Log(1-u))) }
	for k := range uint64(w.n) {
		if w.rate > 0 {
			now -= math.Log(1-arrivals.Uniform(k)) / (w.rate * (1 + 3*math.Mod(now, 60)/60))
		}
		l.Requests = append(l.Requests, Request{
			Line: int(k) + 1, Arrival: sim.Time(now * 1e9),
			Asked: tokens.Request{Input: size(w.input, sizes.Uniform(2*k)), Output: size(w.output, sizes.Uniform(2*k+1))},
		})
	}
	s := w.spec(t)
	p, err := hardware.New(s)
	if err != nil {
		t.Fatal(err)
	}
	s = complete(s, p)
	w.change(&s)
	p = p.Adjusted(s)
	e := servers.LLM{Timer: p, Columns: l, Blocks: p.Blocks, BlockSize: 16, Front: p.Front, MaxSequences: w.sequences}
	setLimits(&e, p)
	answered(t, l, e)
	slices.SortStableFunc(l.Requests, func(a, b Request) int { return cmp.Compare(a.Arrival, b.Arrival) })
	return l
}

func (w truth) spec(t *testing.T) hardware.Spec {
	t.Helper()
	m, err := hardware.FindModel("llama-3.1-8b")
	if err != nil {
		t.Fatal(err)
	}
	return hardware.Default(w.gpu, 1, m)
}

func (w truth) calibrate(t *testing.T, l *Log) (*Calibration, error) {
	t.Helper()
	return Run(t.Context(), l, Options{Spec: w.spec(t), Given: w.given, Engine: servers.LLM{MaxSequences: w.sequences}})
}

// fitted returns the value of a key; NaN where it was refused.
func (c *Calibration) fitted(key string) float64 {
	for _, v := range c.Values {
		if v.Key == key {
			return v.After
		}
	}
	return math.NaN()
}

// why returns why a key was refused.
func (c *Calibration) why(key string) string {
	for _, r := range c.Refused {
		if r.Key == key {
			return r.Why
		}
	}
	return ""
}

// An engine that is known is found again from its log: each value within three
// standard errors that the calibration states, or as near as two thousandths, for a log
// without noise tells some to their last digit; and neither it nor that error is off
// by more than the bound given here. How good the errors are that are stated, of logs
// with noise that the engine here did not make, is TestStatedErrors.
func TestRecovers(t *testing.T) {
	for _, c := range []struct {
		name string
		truth
		want map[string]float64 // ns where it is a time; absent: refused
		off  map[string]float64 // at most, and the standard error too
	}{
		{
			"an engine with a host",
			truth{given: []string{"blocks"}, gpu: "h100", rate: 0.8, n: 400, input: 5000, output: 300, change: func(s *hardware.Spec) {
				s.Host, s.PerRequest, s.Front = nanos(4e6), nanos(60e3), nanos(30e6)
				s.PrefillScale, s.DecodeScale = 1.2, 0.9
			}},
			map[string]float64{"host": 4e6, "host_per_request": 60e3, "front": 30e6, "prefill_scale": 1.2, "decode_scale": 0.9},
			map[string]float64{"host": 0.6e6, "host_per_request": 18e3, "front": 3e6, "prefill_scale": 0.06, "decode_scale": 0.05},
		},
		{
			"short of memory",
			truth{gpu: "l40s", rate: 2, n: 300, input: 500, output: 200, change: func(s *hardware.Spec) {
				s.DecodeScale, s.Blocks = 1.1, 700
			}},
			map[string]float64{"decode_scale": 1.1, "blocks": 700}, // prefill_scale is the profile's
			map[string]float64{"decode_scale": 0.02, "blocks": 35},
		},
		{
			"a front and slower prefills, memory to spare",
			truth{gpu: "rtx-4090", rate: 0.5, n: 200, input: 600, output: 100, change: func(s *hardware.Spec) {
				s.Front, s.PrefillScale = nanos(80e6), 1.3
			}},
			map[string]float64{"front": 80e6, "prefill_scale": 1.3}, // decode_scale is the profile's
			map[string]float64{"front": 4e6, "prefill_scale": 0.05},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			if testing.Short() && c.n > 200 {
				t.Skip("a calibration on so many requests is not short")
			}
			t.Parallel()
			got, err := c.calibrate(t, c.log(t))
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%+v; %+v", got.Values, got.Refused)
			for _, p := range parameters() {
				want, is := c.want[p.key]
				at := slices.IndexFunc(got.Values, func(v Value) bool { return v.Key == p.key })
				switch {
				case !is && at >= 0:
					t.Errorf("%s: %v, want it refused", p.key, got.Values[at].After)
				case is && at < 0:
					t.Errorf("%s was refused: %s", p.key, got.why(p.key))
				case is:
					v, sure := got.Values[at].After, got.Values[at].Error
					if p.key == "blocks" { // of their logarithm
						sure *= want
					}
					if d := math.Abs(v - want); d > max(3*sure, want/500) || d > c.off[p.key] || sure > c.off[p.key] {
						t.Errorf("%s: %v ± %v, want %v within three of these errors, and both within %v", p.key, v, sure, want, c.off[p.key])
					}
				}
			}
			for _, s := range got.OnTested {
				if s.Name != "p99" && math.Abs(s.After) > 0.03 {
					t.Errorf("%s %s of what was tested is off by %.1f %%", s.Metric, s.Name, 100*s.After)
				}
			}
		})
	}
}

// answered gives the requests of a log the times of an engine that serves them.
func answered(t *testing.T, l *Log, e servers.LLM) {
	t.Helper()
	r, err := l.replayed(e)
	if err != nil {
		t.Fatal(err)
	}
	for i := range l.Requests {
		q := &l.Requests[i]
		q.First = q.Arrival + sim.Time(math.Round(r.times[i][ttft]*1e9))
		q.Last = q.Arrival + sim.Time(math.Round(r.times[i][e2e]*1e9))
	}
}
