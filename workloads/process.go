package workloads

import (
	"fmt"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// Process is an arrival process: when the invocations of a function arrive. It
// is immutable, and may be used from several goroutines.
type Process interface {
	// Rate returns the long-run mean number of arrivals a second.
	Rate() float64
	// Scaled returns the same process at factor times the rate, with the same
	// shape (coefficient of variation, sojourns, period). The factor is in (0,
	// 1].
	Scaled(factor float64) Process
	// Expected returns the expected number of arrivals in [0, horizon).
	Expected(horizon sim.Time) float64
	// Start returns the arrivals of one function (its sim.Function.Key) in one
	// run.
	Start(key sim.RunKey, function uint64) Generator
}

// Generator yields the arrivals of one function, in order.
type Generator interface {
	// Fill sets Arrival of the next invocations, from the start of batch, and
	// returns how many arrive before the horizon. Fewer than len(batch) means
	// that there are no more, and Fill is not called again.
	Fill(batch []sim.Invocation, horizon sim.Time) int
}

// ArrivalProcess is an arrival process as an experiment writes it: a table
// such as { process = "poisson", rate = "0.9/s" }. Where none is given, Process
// is nil.
type ArrivalProcess struct{ Process }

// DecodeSpec reads an arrival process.
func (a *ArrivalProcess) DecodeSpec(n *spec.Node) (err error) {
	if !n.IsTable() {
		return n.Errorf(`found %s, want a table such as { process = "poisson", rate = "0.9/s" }`, found(n))
	}
	a.Process, err = decodeKind(n, "process", "arrival process", arrivalKinds())
	return err
}

// Arrivals lists the arrival processes by name.
func Arrivals() []Entry { return entries(arrivalKinds()) }

// maxRate is the highest rate of one function, per second. Arrivals are
// rounded to nanoseconds; at mean gaps of 100 ns that moves the rate by 4·10⁻⁶ of
// itself, and by less at longer ones.
const maxRate = 1e7

func checkRate(name string, perSecond float64) error {
	if perSecond > 0 && perSecond <= maxRate {
		return nil
	}
	return fmt.Errorf("%s is %v, want it above 0 and at most 10M/s", name, spec.Rate(perSecond))
}

// gapOf returns the mean gap of a rate, in nanoseconds.
func gapOf(perSecond float64) float64 { return 1e9 / perSecond }

// expected returns rate × horizon.
func expected(perSecond float64, horizon sim.Time) float64 {
	return perSecond * (float64(horizon) / 1e9)
}

// arrivalKinds lists the arrival processes, sorted by name.
func arrivalKinds() []kind[Process] {
	return byName(
		newKind("diurnal", "Poisson with a rate that follows a cosine over the day", "Lewis and Shedler, Nav. Res. Logist. Q. 26(3), 1979; by inversion", newDiurnalOf),
		newKind("gamma", "renewal: independent gamma gaps", "Cox, Renewal Theory, 1962", func(s renewalSpec) (Process, error) {
			return NewGammaRenewal(float64(s.Rate), s.CV)
		}),
		newKind("mmpp", "Poisson whose rate a Markov chain switches", "Fischer and Meier-Hellstern, Perform. Eval. 18(2), 1993", newMMPPOf),
		newKind("periodic", "at equal distances, as a timer", "", newPeriodicOf),
		newKind("poisson", "independent exponential gaps", "Kingman, Poisson Processes, 1993", func(s poissonSpec) (Process, error) {
			return NewPoisson(float64(s.Rate))
		}),
		newKind("steps", "Poisson with a rate that changes at given times: a step, a spike", "Kingman, Poisson Processes, 1993; by inversion", newStepsOf),
		newKind("weibull", "renewal: independent Weibull gaps", "Cox, Renewal Theory, 1962", func(s renewalSpec) (Process, error) {
			return NewWeibullRenewal(float64(s.Rate), s.CV)
		}),
	)
}
