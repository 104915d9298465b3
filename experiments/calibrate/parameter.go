package calibrate

import (
	"math"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/workloads/hardware"
)

// A parameter is a value of a profile that a log may tell.
type parameter struct {
	key       string
	step      float64 // first step of a fit, in the value's own unit
	low, high float64
	get       func(*hardware.Spec) float64
	set       func(*hardware.Spec, float64)
}

// The bounds are beyond what an engine on the hardware that it is said to be on
// can show: a fit that ends there is refused.
const (
	leastScale, mostScale = 1.0 / 3, 3
	mostHost              = 50e6 // ns
	mostPerRequest        = 1e6
	mostFront             = 5e9
)

// parameters are all of them, in the order of a listing. Times are in ns; blocks
// go by their logarithm, since twice as many are as far as half.
func parameters() []parameter {
	return []parameter{
		{"prefill_scale", 0.05, leastScale, mostScale, func(s *hardware.Spec) float64 { return s.PrefillScale }, func(s *hardware.Spec, v float64) { s.PrefillScale = digits(v) }},
		{"decode_scale", 0.05, leastScale, mostScale, func(s *hardware.Spec) float64 { return s.DecodeScale }, func(s *hardware.Spec, v float64) { s.DecodeScale = digits(v) }},
		{"host", 300e3, 0, mostHost, func(s *hardware.Spec) float64 { return float64(*s.Host) }, func(s *hardware.Spec, v float64) { s.Host = micros(v) }},
		{"host_per_request", 10e3, 0, mostPerRequest, func(s *hardware.Spec) float64 { return float64(*s.PerRequest) }, func(s *hardware.Spec, v float64) { s.PerRequest = tenths(v) }},
		{"front", 5e6, 0, mostFront, func(s *hardware.Spec) float64 { return float64(*s.Front) }, func(s *hardware.Spec, v float64) { s.Front = micros(v) }},
		{"blocks", 0.1, math.Log(2), math.Log(math.MaxInt32 / 2), func(s *hardware.Spec) float64 { return math.Log(float64(s.Blocks)) }, func(s *hardware.Spec, v float64) { s.Blocks = int64(math.Round(math.Exp(v))) }},
	}
}

// What is written is what was simulated: values have as many digits as a file has
// of them.
func digits(v float64) float64 { return math.Round(v*1e4) / 1e4 }

func micros(ns float64) *spec.Duration { return nanos(math.Round(ns/1e3) * 1e3) }

func tenths(ns float64) *spec.Duration { return nanos(math.Round(ns/100) * 100) }

func nanos(ns float64) *spec.Duration {
	d := spec.Duration(ns)
	return &d
}

// unit is what a value is rounded to; 0 for blocks, which are whole.
func (p *parameter) unit() float64 {
	switch p.key {
	case "prefill_scale", "decode_scale":
		return 1e-4
	case "host_per_request":
		return 100
	case "blocks":
		return 0
	}
	return 1e3
}

// clamp returns the value within its bounds.
func (p *parameter) clamp(v float64) float64 { return min(max(v, p.low), p.high) }

// atBound tells whether a fit has run against a bound that is none by nature.
func (p *parameter) atBound(v float64) bool {
	near := 0.02 * (p.high - p.low)
	return p.high-v < near && p.key != "blocks" || p.low > 0 && v-p.low < near && p.key != "blocks"
}
