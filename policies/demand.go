package policies

import (
	"fmt"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// inDemand returns how many instances the requests that are there need now: those that
// are busy, and those that would take who waits.
func inDemand(v sim.View) int {
	slots := max(1, v.Concurrency())
	return v.Busy() + (v.Waiting()+slots-1)/slots
}

// Statistic is what is taken of the looks of an interval.
type Statistic uint8

// The statistics.
const (
	Mean Statistic = iota
	Peak
)

// String returns the word used in experiments.
func (s Statistic) String() string {
	if s == Peak {
		return "peak"
	}
	return "mean"
}

// UnmarshalText reads the word used in experiments.
func (s *Statistic) UnmarshalText(b []byte) error {
	switch string(b) {
	case "mean":
		*s = Mean
	case "peak":
		*s = Peak
	default:
		return fmt.Errorf(`found %q, want "mean" or "peak"`, b)
	}
	return nil
}

// interval sums the looks of an interval.
type interval struct {
	n         int
	sum, peak float64
}

func (i *interval) add(x float64) {
	i.n++
	i.sum += x
	i.peak = max(i.peak, x)
}

// end returns the statistic of the interval, 0 where it has no look, and begins another.
func (i *interval) end(s Statistic) float64 {
	ended := *i
	*i = interval{}
	switch {
	case ended.n == 0:
		return 0
	case s == Peak:
		return ended.peak
	default:
		return ended.sum / float64(ended.n)
	}
}

// checkInterval refuses an interval that is no whole number of looks.
func checkInterval(n *spec.Node, key string, every, look spec.Duration) error {
	if err := checkPeriods(n, named[spec.Duration]{key, every}, named[spec.Duration]{"look", look}); err != nil {
		return err
	}
	if every%look != 0 {
		return at(n, key).Errorf("found %s and %s between two looks, want a whole number of looks", every, look)
	}
	return checkLooks(n, key, every, look)
}
