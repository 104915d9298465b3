package experiments

import (
	"math"

	"github.com/coldcurve/coldcurve/experiments/serving"
	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/workloads/hardware"
)

// power is what the GPUs of an instance take; nil where nothing is known of it.
func (pl *platform) power() *results.Power {
	s, ok := pl.server.(serving.Powered)
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
	return &results.Power{GPUs: pl.gpus().Count, Engine: engine, Prefill: of(draw.Prefill), Decode: of(draw.Decode), Idle: of(draw.Idle)}
}
