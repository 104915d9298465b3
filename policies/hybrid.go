package policies

import (
	"fmt"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// HybridHistogram is the hybrid histogram policy of Shahrad et al., Serverless
// in the Wild (USENIX ATC 2020). For each application it counts idle times in a
// histogram and decides at each finish:
//
//  1. Where at least OOBThreshold of the idle times lie beyond the histogram's
//     range: the next idle time is forecast as x̂ from all of them, an instance
//     is started (1 − ARIMAMargin)·x̂ after the finish, and it stays for
//     2·ARIMAMargin·x̂.
//  2. Else, where the coefficient of variation of the bins' counts (sample
//     standard deviation ÷ mean over all bins) is below CVThreshold, the
//     histogram is not representative (or empty): the instance stays for Range.
//  3. Else the head percentile, rounded down to its bin's start, and the tail
//     percentile, rounded up to its bin's end, give the windows: the instance
//     stops at once, another is started head·(1 − Margin) after the finish, and
//     it stays until tail·(1 + Margin) after the finish. Where the head is 0 the
//     instance stays until then instead.
//
// An idle time runs from the last finish of the application, with nothing in
// flight, to its next arrival. One of exactly Range is beyond it. Pings count as
// arrivals: the platform cannot tell. A finish on a provisioned instance starts
// none, since keep-alive is not asked about those.
//
// Deviations. The paper forecasts with an ARIMA model that is chosen anew each
// time; here it is an AR(1) fitted to all idle times so far, with their mean as
// the fall-back, so that a decision costs O(1) and is reproducible
// (autoregression.go). The paper's keep-alive window starts when the image is
// loaded and has the length of tail − head, both with their margins; dslab's
// code gives it the whole tail: Reading chooses. Counts are never aged, whereas
// production keeps two weeks of daily histograms.
type HybridHistogram struct {
	Range        spec.Duration `toml:"range" default:"4h" help:"idle times up to this are counted in bins"`
	Bin          spec.Duration `toml:"bin" default:"1m" help:"length of a bin; divides range"`
	CVThreshold  float64       `toml:"cv_threshold" default:"2" unit:"ratio" help:"least coefficient of variation of the bins' counts that is representative, ≥ 0"`
	OOBThreshold float64       `toml:"oob_threshold" default:"0.5" unit:"ratio" help:"part of idle times beyond range from which they are forecast, 0 to 1"`
	Head         float64       `toml:"head" default:"5" unit:"%" help:"percentile of idle times before which an instance is started"`
	Tail         float64       `toml:"tail" default:"99" unit:"%" help:"percentile of idle times up to which it stays"`
	Margin       float64       `toml:"margin" default:"0.10" unit:"ratio" help:"head is shortened and tail lengthened by this part, 0 to 1"`
	ARIMAMargin  float64       `toml:"arima_margin" default:"0.15" unit:"ratio" help:"half-width of the window around a forecast, as a part of it, 0 to 1"`
	Reading      Reading       `toml:"reading" default:"paper" help:"the window of a started instance: paper (tail less head) or dslab (the whole tail)"`
}

// Reading is how long an instance stays that was started for the histogram's
// head.
type Reading uint8

// The readings.
const (
	PaperReading Reading = iota // until tail·(1 + margin) after the finish
	DslabReading                // tail·(1 + margin) from its start
)

// String returns the word used in experiments.
func (r Reading) String() string {
	if r == DslabReading {
		return "dslab"
	}
	return "paper"
}

// UnmarshalText reads the word used in experiments.
func (r *Reading) UnmarshalText(b []byte) error {
	switch string(b) {
	case "paper":
		*r = PaperReading
	case "dslab":
		*r = DslabReading
	default:
		return fmt.Errorf(`found %q, want "paper" or "dslab"`, b)
	}
	return nil
}

// About describes the policy.
func (HybridHistogram) About() Entry {
	return Entry{
		Name: "hybrid-histogram", Help: "start and stop instances by percentiles of each application's idle times (ATC'20)", Control: Provider,
		Source: "Shahrad et al., Serverless in the Wild, USENIX ATC 2020 [S]; thresholds, margins and order of the branches from dslab's code [V]; AR(1) in place of ARIMA",
	}
}

// maxBins bounds the memory of a histogram.
const maxBins = 100_000

// Check refuses parameters that contradict each other.
func (p HybridHistogram) Check(n *spec.Node) error {
	switch {
	case p.Bin <= 0:
		return at(n, "bin").Errorf("found %q, want a duration > 0", p.Bin)
	case p.Range%p.Bin != 0 || p.Range < 2*p.Bin:
		return at(n, "range").Errorf("found the range %q, want at least two whole bins of %v", p.Range, p.Bin)
	case p.Range/p.Bin > maxBins:
		return at(n, "range").Errorf("found the range %q, which is more than %d bins of %v", p.Range, maxBins, p.Bin)
	case p.CVThreshold < 0:
		return at(n, "cv_threshold").Errorf("found %v, want ≥ 0", p.CVThreshold)
	case p.Head < 0 || p.Head > 100:
		return at(n, "head").Errorf("found %v, want a percentile from 0 to 100", p.Head)
	case p.Tail < p.Head || p.Tail > 100:
		return at(n, "tail").Errorf("found %v, want a percentile from head (%v) to 100", p.Tail, p.Head)
	}
	for _, part := range []struct {
		key   string
		value float64
	}{{"oob_threshold", p.OOBThreshold}, {"margin", p.Margin}, {"arima_margin", p.ARIMAMargin}} {
		if part.value < 0 || part.value > 1 {
			return at(n, part.key).Errorf("found %v, want a ratio from 0 to 1", part.value)
		}
	}
	return nil
}

// Scope is the application.
func (HybridHistogram) Scope() sim.Scope { return sim.ScopeApp }

// New returns the policy of an application.
func (p HybridHistogram) New(sim.Group) sim.KeepAlive { return newHybrid(p) }

// hybrid is the state of one application.
type hybrid struct {
	p      HybridHistogram
	hist   histogram
	beyond uint64 // idle times of at least the range
	series autoregression

	plan     windows // after the idle times so far
	idle     bool    // nothing has been seen since finished
	finished sim.Time
}

// windows is a decision, in nanoseconds after the finish.
type windows struct {
	from  sim.Time // when to start an instance; 0: the idle one stays
	until sim.Time // how long it stays
}

var _ interface {
	sim.KeepAlive
	sim.ArrivalListener
} = (*hybrid)(nil)

func newHybrid(p HybridHistogram) *hybrid {
	bins := 2
	if p.Bin > 0 {
		bins = max(bins, int(p.Range/p.Bin))
	}
	h := &hybrid{p: p, hist: newHistogram(bins, p.Head, p.Tail)}
	h.plan = h.decide()
	return h
}

// Arrived notes the idle time that ends with an arrival.
func (h *hybrid) Arrived(v sim.View, now sim.Time) {
	if h.idle && v.InFlight() == 0 {
		h.observe(now - h.finished)
	}
}

// Idle applies the windows.
func (h *hybrid) Idle(_ sim.View, _ sim.Instance, now sim.Time) sim.Decision {
	h.idle, h.finished = true, now
	return h.plan.at(now)
}

// observe adds an idle time and decides anew.
func (h *hybrid) observe(idle sim.Time) {
	h.idle = false
	if idle < sim.Time(h.p.Range) {
		h.hist.add(int(idle / sim.Time(h.p.Bin)))
	} else {
		h.beyond++
	}
	h.series.add(float64(idle))
	h.plan = h.decide()
}

// decide chooses the branch; see the type.
func (h *hybrid) decide() windows {
	switch {
	case h.outOfRange():
		return h.forecast()
	case !h.representative():
		return windows{until: sim.Time(h.p.Range)}
	default:
		return h.percentiles()
	}
}

// outOfRange reports whether the idle times are forecast: too many are beyond the range.
func (h *hybrid) outOfRange() bool {
	all := h.beyond + h.hist.total
	return all > 0 && float64(h.beyond)/float64(all) >= h.p.OOBThreshold
}

// representative reports whether the histogram says when the next arrival is likely.
func (h *hybrid) representative() bool {
	return h.hist.total > 0 && !h.outOfRange() && h.hist.squaredCV() >= h.p.CVThreshold*h.p.CVThreshold
}

// forecast centres the window on the next idle time that the series suggests.
func (h *hybrid) forecast() windows {
	next := h.series.predict()
	from := nanoseconds(next * (1 - h.p.ARIMAMargin))
	return windows{from: from, until: after(from, nanoseconds(next*2*h.p.ARIMAMargin))}
}

// percentiles spans the window from the head to the tail.
func (h *hybrid) percentiles() windows {
	bin := float64(h.p.Bin)
	from := nanoseconds(float64(h.hist.head.bin) * bin * (1 - h.p.Margin))
	until := nanoseconds(float64(h.hist.tail.bin+1) * bin * (1 + h.p.Margin))
	if from > 0 && h.p.Reading == DslabReading {
		until = after(from, until)
	}
	return windows{from: from, until: until}
}

// at places the windows after a finish.
func (w windows) at(now sim.Time) sim.Decision {
	until := after(now, w.until)
	if w.from == 0 {
		return sim.Decision{Until: until}
	}
	return sim.Decision{Until: sim.StopNow, PrewarmFrom: after(now, w.from), PrewarmUntil: until}
}
