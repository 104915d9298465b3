package flows

import (
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// BenchmarkUses is a function that asks a store four times, run ahead and by events,
// by operation: a request, its start and its calls.
func BenchmarkUses(b *testing.B) {
	for _, byEvents := range []bool{false, true} {
		b.Run(map[bool]string{false: "ahead", true: "by events"}[byEvents], func(b *testing.B) {
			s := newStage()
			s.g.byEvents = byEvents
			u := asks(s.service(aStore(spread{2 * ms}, nil)), 0)
			u.Count = 4
			f := s.function(Function{Name: "f", Base: constant(10), Uses: []Use{u}})
			at := every(sim.Millisecond, b.N)
			s.horizon = sim.Time(b.N+1) * sim.Millisecond
			s.called(f, at...)
			b.ReportAllocs()
			b.ResetTimer()
			s.run(b)
			b.ReportMetric(float64(b.N)*4/b.Elapsed().Seconds(), "calls/s")
		})
	}
}
