package estimate

import (
	"fmt"
	"math"

	"github.com/coldcurve/coldcurve/sim"
)

// limitCPU cuts requests off where they have computed for as long as the plan
// lets one: the share of their time.
func (s *subject) limitCPU() {
	if most := s.choice.CPUMost; most > 0 && s.share > 0 {
		s.platform.Sim.Timeout = sim.Time(math.Ceil(float64(most) / float64(s.share) * 1000))
	}
}

// cutoff says what ends requests that take too long.
func (s *subject) cutoff() string {
	if most := s.choice.CPUMost; most > 0 {
		return fmt.Sprintf("its limit of %s on the CPU time of a request", Clock(sim.Time(most)))
	}
	return fmt.Sprintf("its timeout of %s", Clock(s.platform.Sim.Timeout))
}

// retried is an initialisation that ends after so long, and is then made again
// within the first request.
type retried struct {
	sim.Sampler
	most sim.Time
}

// Sample implements sim.Sampler.
func (r retried) Sample(u float64) sim.Time {
	d := r.Sampler.Sample(u)
	if d > r.most {
		d = min(d+r.most, sim.Longest)
	}
	return d
}

// initialise returns a function's own initialisation as the plan makes it.
func (c *choice) initialise(own sim.Init) sim.Init {
	if c.InitMost == 0 {
		return own
	}
	out := make(sim.Init, len(own))
	for i, p := range own {
		out[i] = sim.PhaseSampler{Phase: p.Phase, Duration: retried{p.Duration, sim.Time(c.InitMost)}}
	}
	return out
}

// waitForStarts lets requests wait for as many mean starts of an instance as the
// platform does.
func (s *subject) waitForStarts() {
	wait := &s.platform.Sim.Limit.QueueWait
	times := s.choice.WaitStarts
	if *wait == 0 || times == 0 {
		return
	}
	longest := float64(*wait) / times
	longest = max(longest, meanBeyond(s.platform.Sim.Init, longest))
	for _, f := range s.functions {
		longest = max(longest, meanBeyond(f.Init, longest))
	}
	*wait = max(*wait, sim.Time(math.Ceil(longest*times)))
}

// meanBeyond is the mean of an initialisation where that may be beyond a bound, ns;
// else 0.
func meanBeyond(init sim.Init, bound float64) float64 {
	const last = 1 - 1e-9
	sum, most := 0.0, 0.0
	for _, p := range init {
		most += float64(p.Duration.Sample(last))
	}
	if most <= bound {
		return 0
	}
	for _, p := range init {
		sum += mean(p.Duration)
	}
	return sum
}

// neverReady says that a function's initialisation, made again within a request
// or before any on a standing instance, does not end within the timeout; "" where
// it does, on average.
func (s *subject) neverReady() string {
	most, timeout := float64(s.choice.InitMost), float64(s.platform.Sim.Timeout)
	if most == 0 || timeout == 0 {
		return ""
	}
	for i, f := range s.load.functions {
		init := meanBeyond(f.Init, most)
		if s.choice.SnapStart || init <= most {
			continue
		}
		request, what := 0.0, ""
		if s.provisioned == 0 {
			request = s.load.means[i] * s.factors[i]
			what = fmt.Sprintf(", made again with the first request after %s,", Clock(sim.Time(most)))
		}
		if init+request > timeout {
			return fmt.Sprintf("an initialisation of %s%s does not end within the timeout of %s", Clock(sim.Time(init)), what, Clock(sim.Time(timeout)))
		}
	}
	return ""
}
