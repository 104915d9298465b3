package costmodel

import (
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// BenchmarkInstances is metering lives and active stretches of instances, a
// thousand of each.
func BenchmarkInstances(b *testing.B) {
	lives, active := make([]sim.Life, 1000), make([]sim.Activity, 1000)
	for i := range lives {
		at := sim.Time(i) * sim.Second
		lives[i] = sim.Life{Created: at, Ready: at + 300*sim.Millisecond, Stopped: at + sim.Minute, Idle: 50 * sim.Second, Memory: 512}
		lives[i].Phases[sim.PhaseSandbox] = 300 * sim.Millisecond
		active[i] = sim.Activity{From: at, To: at + 2*sim.Second, Init: sim.Time(i%10/9) * 300 * sim.Millisecond, Memory: 512}
	}
	c := MeterConfig{Functions: []sim.Function{{Name: "f", Memory: 512}}, Window: sim.Window{Horizon: sim.Hour}}
	for _, name := range []string{"gcp-cloud-run-instance", "gcp-cloud-run-request"} {
		x, err := shippedCatalog(b).Tariff(name)
		if err != nil {
			b.Fatal(err)
		}
		m := mustMeter(b, x, c)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if l, ok := m.(sim.LifeObserver); ok {
					l.Lives(lives)
				}
				if a, ok := m.(sim.ActivityObserver); ok {
					a.Activities(active)
				}
			}
		})
	}
}
