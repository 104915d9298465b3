package calibrate

import (
	"sync/atomic"
	"testing"

	"github.com/coldcurve/coldcurve/sim/servers"
	"github.com/coldcurve/coldcurve/workloads/hardware"
)

func TestDebug(t *testing.T) {
	w := truth{gpu: "h100", rate: 8, n: 500, input: 500, output: 200, change: func(s *hardware.Spec) {
		s.Host, s.PerRequest, s.Front = nanos(2.5e6), nanos(60e3), nanos(30e6)
		s.PrefillScale, s.DecodeScale, s.Blocks = 1.2, 0.9, 1200
	}}
	l := w.log(t)
	s := w.spec(t)
	p, _ := hardware.New(s)
	s = complete(s, p)
	e := servers.LLM{Timer: p, Columns: l, Blocks: p.Blocks, BlockSize: 16, Front: p.Front}
	setLimits(&e, p)
	f := &fitter{log: l, profile: p, engine: e, fitted: 250, runs: new(atomic.Int64), workers: 2}
	r, _ := f.replay(s)
	f.weigh(r)
	lo, hi := r.inService(l)
	t.Log(f.scatter, lo, hi, r.preempted)
	show := func(name string, s hardware.Spec) {
		r, _ := f.replay(s)
		d := f.deviations(r)
		var m [2]float64
		for k := range d {
			for _, x := range d[k] {
				if x > 0 {
					m[k] += x / 200
				} else if x < 0 {
					m[k] -= x / 200
				}
			}
		}
		t.Log(name, f.distance(r, 0, 0), m, r.preempted)
	}
	q := s
	w.change(&q)
	show("truth", q)
	for _, d := range []float64{1.001, 1.01, 1.05} {
		v := q
		v.DecodeScale = 0.9 * d
		show("decode", v)
	}
	v := q
	v.Blocks = 1 << 20
	show("free", v)
	v.Host, v.PerRequest, v.DecodeScale, v.PrefillScale = nanos(0), nanos(50e3), 1.3077, 0.855
	show("found", v)
	f.scatter = [2]float64{0.03, 0.01}
	show("decode 1 %", func() hardware.Spec { v := q; v.DecodeScale = 0.909; return v }())
	show("decode 3 %", func() hardware.Spec { v := q; v.DecodeScale = 0.927; return v }())
	v = q
	v.Blocks, v.Host, v.PerRequest, v.DecodeScale, v.PrefillScale, v.Front = 1202, nanos(0), nanos(24.2e3), 1.4434, 1.563, nanos(31.8e6)
	show("found2", v)
	f.pass, f.crowd = 10e6, 25
	all := parameters()
	for _, start := range []hardware.Spec{v, s} {
		start.Blocks = 1202
		a, d, _ := f.fit(t.Context(), start, all, 0, 0)
		t.Log(d, a.PrefillScale, a.DecodeScale, *a.Host, *a.PerRequest, *a.Front, a.Blocks)
		show("all", a)
		start.Host = nanos(0)
		a, d, _ = f.fit(t.Context(), start, without(all, 2), 0, 0)
		t.Log(d, a.PrefillScale, a.DecodeScale, *a.Host, *a.PerRequest, *a.Front, a.Blocks)
		show("hostless", a)
	}
	v = s
	show("start", v)
}
