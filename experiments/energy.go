package experiments

import (
	"math"

	"github.com/coldcurve/coldcurve/experiments/serving"
	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/workloads/hardware"
)

// power is what the GPUs of an instance take; nil where nothing is known of it.
func (pl *platform) power() *results.Power { return PowerOf(pl.server, pl.gpus().Count) }

// PowerOf is what the GPUs of an instance with a server take, so many of them; nil
// where nothing is known of it.
func PowerOf(server serving.Server, gpus int64) *results.Power {
	s, ok := server.(serving.Powered)
	if !ok {
		return nil
	}
	draw, engine := s.Power()
	if !draw.Known() {
		return nil
	}
	of := func(w hardware.Watts) results.Draw {
		return results.Draw{Milliwatts: int64(math.Round(1000 * w.W)), Bound: w.Bound}
	}
	return &results.Power{GPUs: gpus, Engine: engine, Prefill: of(draw.Prefill), Decode: of(draw.Decode), Idle: of(draw.Idle)}
}
