package policies

// autoregression forecasts the next of a series of idle times by an AR(1)
// model, fitted by least squares to all pairs of neighbours so far:
//
//	x̂ = mean of followers + φ (x − mean of leaders),  φ = cov ÷ var of leaders.
//
// It keeps sums only (means and co-moments updated as in Welford's method), so
// adding costs O(1). Units are the caller's.
type autoregression struct {
	n    float64 // values
	mean float64
	last float64

	leader, follower   float64 // means over the n−1 pairs
	variance, together float64 // Σ (x−leader)², Σ (x−leader)(y−follower)
}

func (a *autoregression) add(x float64) {
	if a.n > 0 {
		pairs := a.n // with this one
		dx, dy := a.last-a.leader, x-a.follower
		a.leader += dx / pairs
		a.follower += dy / pairs
		a.variance += float64(dx * (a.last - a.leader))
		a.together += float64(dx * (x - a.follower))
	}
	a.n++
	a.mean += (x - a.mean) / a.n
	a.last = x
}

// predict returns the forecast of the next value: the only value where there
// is one; the mean where the series has fewer than two pairs, does not vary, is
// not stationary (|φ| ≥ 1), or where the model forecasts nothing positive.
func (a *autoregression) predict() float64 {
	if a.n < 3 || a.variance <= 0 {
		return a.mean
	}
	phi := a.together / a.variance
	if phi <= -1 || phi >= 1 {
		return a.mean
	}
	if x := a.follower + float64(phi*(a.last-a.leader)); x > 0 {
		return x
	}
	return a.mean
}
