package experiments

import (
	"math"

	"github.com/coldcurve/coldcurve/experiments/serving"
	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/workloads/hardware"
)

// stepTimes is what the times of a server rest on; nil: on no profile.
func stepTimes(s serving.Server) *results.StepTimes {
	timed, ok := s.(serving.Timed)
	if !ok {
		return nil
	}
	grade, bands := timed.StepTimes()
	known := func(of hardware.Quantity, part float64) float64 {
		if !bands[of].Known() {
			return math.NaN()
		}
		return part
	}
	median := func(of hardware.Quantity) float64 { return known(of, bands[of].Median) }
	return &results.StepTimes{
		Grade: grade, TPOT: median(hardware.TPOT), TPOTP90: known(hardware.TPOT, bands[hardware.TPOT].P90),
		TTFT: median(hardware.TTFT), E2E: median(hardware.E2E), Ceiling: median(hardware.Ceiling),
	}
}
