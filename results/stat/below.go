package stat

import "math"

// Below reports whether the mean of a sample is for certain below that of
// another, of which each value was seen under the same random numbers: by more
// than the half-width of the two-sided interval, of Level, of their paired
// differences, and by more than that of its own mean, so that it claims no lead
// which either of the two denies. Values that are NaN in one of the two are in no
// pair. One value each has no interval, and is taken as it is; where there is
// more of one and no interval, nothing is certain.
func Below(x, y []float64) bool {
	var diffs []float64
	scale := 0.0
	for i := range min(len(x), len(y)) {
		if math.IsNaN(x[i]) || math.IsNaN(y[i]) {
			continue
		}
		diffs = append(diffs, y[i]-x[i])
		scale = max(scale, math.Abs(x[i]), math.Abs(y[i]))
	}
	if len(diffs) == 0 {
		return false
	}
	mean, half := Interval(diffs, Level)
	mean = RoundOff(mean, scale)
	if len(x) == 1 && len(y) == 1 {
		return mean > 0
	}
	_, own := Interval(Defined(x), Level)
	return mean-half > 0 && mean > own
}

// RoundOff returns 0 for what is a rounding of numbers of that size: what is left
// of a difference of equal decimals.
func RoundOff(x, scale float64) float64 {
	if math.Abs(x) < 1e-13*scale {
		return 0
	}
	return x
}

// PairingSaved returns which part of the variance of a difference of means is saved where
// the values of two samples are paired, against independent samples of as many:
// 1 − Var(y − x) ÷ (Var(x) + Var(y)). It is below 0 where the two move against each
// other, and NaN for fewer than two pairs and where nothing varies. Values that are NaN
// in one of the two are in no pair.
func PairingSaved(x, y []float64) float64 {
	var a, b, differences []float64
	for i := range min(len(x), len(y)) {
		if !math.IsNaN(x[i]) && !math.IsNaN(y[i]) {
			a, b, differences = append(a, x[i]), append(b, y[i]), append(differences, y[i]-x[i])
		}
	}
	if len(differences) < 2 {
		return math.NaN()
	}
	apart := variance(a) + variance(b)
	if apart == 0 {
		return math.NaN()
	}
	return 1 - variance(differences)/apart
}
