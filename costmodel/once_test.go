package costmodel

import (
	"context"
	"math/big"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/simtest"
)

// TestInitIsBilledOnce: 100 requests of 1 s within 0.1 s, and place for 10 at a
// time. Ten instances are started, each initialises for 0.5 s, and the others
// wait for them too, but a provider starts each once: 100 × 1 s + 10 × 0.5 s at
// 1 GB are 105 GB-s.
func TestInitIsBilledOnce(t *testing.T) {
	load := new(simtest.Load)
	var list []sim.Invocation
	for i := range sim.Time(100) {
		list = append(list, sim.Invocation{Arrival: i * sim.Millisecond, Service: sim.Second})
	}
	load.Add(sim.Function{Name: "f", Memory: 1024}, list)
	p := sim.Platform{KeepAlive: keepFor(sim.Minute), Limit: sim.Limit{Account: 10, Over: sim.QueueOver},
		Init: sim.Init{{Phase: sim.PhaseSandbox, Duration: sim.Constant(100 * sim.Millisecond)}, {Phase: sim.PhaseRuntime, Duration: sim.Constant(500 * sim.Millisecond)}}}
	window := sim.Window{Horizon: sim.Hour}
	var m Meter // the last one: the run is made again where the limit binds
	if _, err := sim.Run(context.Background(), sim.Config{Workload: load, Platforms: []sim.Platform{p}, Window: window,
		Observers: func() []sim.Observer {
			m = mustMeter(t, mustTariff(t, "aws-lambda"), MeterConfig{Functions: load.Functions(), Window: window, Platform: p})
			return []sim.Observer{m}
		}}); err != nil {
		t.Fatal(err)
	}
	if got, want := m.Usage().Get("duration"), big.NewInt(105_000*1024); got.Cmp(want) != 0 {
		t.Errorf("%s MiB-ms, want %s", got, want)
	}
}
