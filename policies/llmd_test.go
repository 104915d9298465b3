package policies

import (
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// gauged are servers whose gauges are told by a function of their place and the time.
type gauged struct {
	replicas
	gauge func(i int, now sim.Time) sim.Gauge
}

func (g *gauged) New(u sim.Group) sim.Server {
	return &gaugedReplica{g.replicas.New(u).(*replica), g.gauge}
}

type gaugedReplica struct {
	*replica
	gauge func(i int, now sim.Time) sim.Gauge
}

func (g *gaugedReplica) Gauge(now sim.Time) sim.Gauge { return g.gauge(g.number, now) }

// full is a gauge of so many of 100 blocks and so many that wait.
func full(held int64, waiting int) sim.Gauge {
	return sim.Gauge{Held: held, Blocks: 100, Waiting: waiting}
}

// standing are two replicas that always stand, and further ones that take 100 s to start,
// with one request from 1 s on.
func standing(t *testing.T, policy string, floor int, gauge func(i int, now sim.Time) sim.Gauge) *tape {
	t.Helper()
	p := sim.Platform{
		Concurrency: 100, Reuse: sim.LeastLoaded, Init: initOf(100), Prewarm: Provisioned{Count: floor},
		Limit: sim.Limit{Instances: 9}, Server: &gauged{gauge: gauge},
	}
	return scaled(t, policy, p, [2]float64{1, 3500})
}

// Two replicas by the worked example of llm-d's documentation, and by its limits: a third one starts at 30,
// and while it does nobody else. It is empty, and stays where two could not carry the load.
func TestLLMDUp(t *testing.T) {
	for _, test := range []struct {
		what string
		a, b sim.Gauge
		want []float64
	}{
		{"0.15 and 0.08 to spare are 0.115", full(65, 0), full(72, 0), []float64{0, 0}},
		{"0.15 and 0.04 are 0.095", full(65, 0), full(76, 0), []float64{0, 0, 30}},
		{"0.10 is enough", full(70, 0), full(70, 0), []float64{0, 0}},
		{"a line of 2 leaves 3", full(65, 2), full(70, 2), []float64{0, 0}},
		{"lines of 2 and 3 leave 2.5", full(65, 2), full(65, 3), []float64{0, 0, 30}},
		{"a saturated one, by its blocks, is not counted: 0.15 to spare", full(65, 0), full(80, 0), []float64{0, 0}},
		{"nor by its line", full(65, 0), full(10, 5), []float64{0, 0}},
	} {
		t.Run(test.what, func(t *testing.T) {
			wantStarts(t, standing(t, `{ name = "llm-d-saturation" }`, 2, func(i int, _ sim.Time) sim.Gauge {
				return append([]sim.Gauge{test.a, test.b}, make([]sim.Gauge, 9)...)[i]
			}), test.want...)
		})
	}
}

// One is saturated until 200: one more at 30, and one at 150, the first look at which that of 30,
// also saturated, is ready (130). From 200 on each of three holds 30: 90 on two are 0.45, 0.35 to
// spare, and at 210 the newest goes (it is not yet ready, at 250: at 270); 60 + 30 on … of two, 60 on
// one leave 0.20: at 300 the other one goes.
func TestLLMDDown(t *testing.T) {
	got := standing(t, `{ name = "llm-d-saturation" }`, 1, func(_ int, now sim.Time) sim.Gauge {
		if now < 200*sim.Second {
			return full(90, 0)
		}
		return full(30, 0)
	})
	wantSpans(t, got, "f0 0-", "f0 30-300", "f0 150-270")
	// With 36 each, two leave 0.80 − 0.54 = 0.26, and one 0.08: one of them stays.
	got = standing(t, `{ name = "llm-d-saturation" }`, 1, func(_ int, now sim.Time) sim.Gauge {
		if now < 200*sim.Second {
			return full(90, 0)
		}
		return full(36, 0)
	})
	wantSpans(t, got, "f0 0-", "f0 30-", "f0 150-270")
}

// From none: the look after the request of 1.25 is at 1.3, and starts one, ready at 11.3. Without a
// retention it stays. With 100 s: no look after 1.3 sees the request, which ends at 21.3, so it goes at 120, the first look
// after 101.3; one that ends at 41.3 is seen at 30, and it goes at 150.
func TestLLMDAtZero(t *testing.T) {
	p := sim.Platform{Concurrency: 100, Init: initOf(10)}
	wantSpans(t, scaled(t, `{ name = "llm-d-saturation" }`, p, [2]float64{1.25, 10}), "f0 1.3-")
	wantSpans(t, scaled(t, `{ name = "llm-d-saturation", retention = "100s" }`, p, [2]float64{1.25, 10}), "f0 1.3-120")
	wantSpans(t, scaled(t, `{ name = "llm-d-saturation", retention = "100s" }`, p, [2]float64{1.25, 30}), "f0 1.3-150")
}
