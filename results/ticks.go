package results

import (
	"math"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
)

// scale is an axis's ticks, and where values stand on it. A logarithmic axis is
// given logarithms: ticks stand at the powers of ten with labels, and at 2 … 9
// times them without; where less than two decades are in range, 2 and 5 times them
// are labelled too. (gonum's LogScale centres the axis's label at the mean of its
// ends rather than of their logarithms, and makes room for it there.)
type scale struct {
	log   bool
	label func(float64) string
	// zero is where a 0 stands on a logarithmic axis, below all others; NaN: there
	// is none.
	zero float64
	// values are labelled, of a logarithmic axis, in place of the powers of ten,
	// where there is room: those that were swept.
	values []float64
	time   bool // ticks suit hours

	// Labels need this much room; 0: it is not looked at.
	length vg.Length
	size   font.Length
}

// on returns where a value stands on an axis.
func on(a *plot.Axis, v float64) float64 {
	s, ok := a.Tick.Marker.(scale)
	switch {
	case !ok || !s.log:
		return v
	case v <= 0 && !math.IsNaN(s.zero):
		return s.zero
	}
	return math.Log10(v)
}

// Ticks returns the ticks between two places of the axis.
func (s scale) Ticks(lo, hi float64) []plot.Tick {
	if len(s.values) > 0 && s.log {
		if ticks := s.swept(lo, hi); s.fits(ticks, lo, hi) {
			return ticks
		}
	}
	var ticks []plot.Tick
	switch {
	case s.log:
		ticks = s.logarithmic(lo, hi)
	case s.time:
		ticks = s.even(lo, hi, timeStep(hi-lo))
	default:
		ticks = s.even(lo, hi, niceStep((hi-lo)/5))
	}
	return s.thinned(ticks, lo, hi)
}

// swept are ticks at the values, and at 0.
func (s scale) swept(lo, hi float64) (ticks []plot.Tick) {
	ticks = s.zeroTick()
	for _, v := range s.values {
		if at := math.Log10(v); v > 0 && at >= lo && at <= hi {
			ticks = append(ticks, plot.Tick{Value: at, Label: s.label(fourDigits(v))})
		}
	}
	return ticks
}

func (s scale) zeroTick() []plot.Tick {
	if math.IsNaN(s.zero) {
		return nil
	}
	return []plot.Tick{{Value: s.zero, Label: "0"}}
}

// logarithmic are the ticks between two logarithms.
func (s scale) logarithmic(lo, hi float64) []plot.Tick {
	const slack = 1e-9
	from := lo
	if !math.IsNaN(s.zero) {
		from = s.zero + zeroGap/2
	}
	powers, labelled := 0, 0
	for e := math.Ceil(from - slack); e <= hi+slack; e++ {
		powers++
	}
	ticks := s.zeroTick()
	for e := int(math.Floor(from)); e <= int(math.Ceil(hi)); e++ {
		for m := 1; m <= 9; m++ {
			at := float64(e) + math.Log10(float64(m))
			if at < from-slack || at > hi+slack {
				continue
			}
			tick := plot.Tick{Value: at}
			if (m == 1 && (powers <= 8 || e%2 == 0)) || (hi-from < 2 && (m == 2 || m == 5)) {
				tick.Label = s.label(float64(m) * math.Pow(10, float64(e)))
				labelled++
			}
			ticks = append(ticks, tick)
		}
	}
	if labelled < 2 {
		return append(s.zeroTick(), s.evenLogs(from, hi)...)
	}
	return ticks
}

// evenLogs marks about five round values, of a range that has less than two of
// the others.
func (s scale) evenLogs(lo, hi float64) (ticks []plot.Tick) {
	from, to := math.Pow(10, lo), math.Pow(10, hi)
	for _, tick := range s.even(from, to, niceStep((to-from)/5)) {
		if tick.Value > 0 {
			ticks = append(ticks, plot.Tick{Value: math.Log10(tick.Value), Label: tick.Label})
		}
	}
	return ticks
}

// even are ticks at the multiples of a step.
func (s scale) even(lo, hi, step float64) (ticks []plot.Tick) {
	for i := math.Ceil(lo/step - 1e-9); i*step <= hi+step*1e-9; i++ {
		ticks = append(ticks, plot.Tick{Value: i * step, Label: s.label(roundTo(i * step))})
	}
	return ticks
}

// thinned takes away labels until there is room for the rest: of a logarithmic
// axis first those of 2 and 5, then every other.
func (s scale) thinned(ticks []plot.Tick, lo, hi float64) []plot.Tick {
	if s.fits(ticks, lo, hi) {
		return ticks
	}
	if s.log {
		powers := 0
		for _, t := range ticks {
			if t.Label != "" && isPower(t.Value) {
				powers++
			}
		}
		if powers >= 2 {
			for i := range ticks {
				if !isPower(ticks[i].Value) && ticks[i].Value != s.zero {
					ticks[i].Label = ""
				}
			}
		}
	}
	for range 8 {
		if s.fits(ticks, lo, hi) {
			break
		}
		n := 0
		for i := range ticks {
			if ticks[i].Label != "" {
				if n++; n%2 == 0 {
					ticks[i].Label = ""
				}
			}
		}
	}
	return ticks
}

func isPower(log float64) bool { return math.Abs(log-math.Round(log)) < 1e-9 }

// fits reports whether no label is within half an em of the next.
func (s scale) fits(ticks []plot.Tick, lo, hi float64) bool {
	if s.length <= 0 || !(hi > lo) {
		return true
	}
	end := math.Inf(-1)
	for _, t := range ticks {
		if t.Label == "" {
			continue
		}
		at := (t.Value - lo) / (hi - lo) * float64(s.length)
		half := float64(textWidth(t.Label, s.size)) / 2
		if at-half < end+float64(s.size)/2 {
			return false
		}
		end = at + half
	}
	return true
}

// timeStep is a step of time that suits a clock, for about four ticks.
func timeStep(length float64) float64 {
	if length > 3 {
		for _, s := range []float64{1, 2, 3, 6, 12, 24} {
			if length/s <= 4.5 {
				return s
			}
		}
	}
	return niceStep(length / 4)
}

// niceStep returns the least of 1, 2, 2.5, 5 × 10^k that is ≥ x.
func niceStep(x float64) float64 {
	if x <= 0 || math.IsInf(x, 0) || math.IsNaN(x) {
		return 1
	}
	p := math.Pow(10, math.Floor(math.Log10(x)))
	for _, m := range []float64{1, 2, 2.5, 5} {
		if m*p >= x*(1-1e-9) {
			return m * p
		}
	}
	return 10 * p
}

// short writes a tick's number without trailing zeros.
func short(x float64) string {
	if math.Abs(x) >= 10_000 {
		return thousands(x)
	}
	return number(x)
}

// fourDigits rounds what a label has no room for: a rate of one a minute X// second. What is whole keeps its digits.
func fourDigits(x float64) float64 {
	if x == math.Trunc(x) {
		return x
	}
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(x, 'g', 4, 64), 64)
	if err != nil {
		return x // it cannot be: the text is of a float
	}
	return rounded
}
