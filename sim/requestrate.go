package sim

// letThrough takes a token of what bounds requests in a time: of the deployment's, and
// then of its account's. It returns NoLimit; where one has none, that one, and takes none.
func (s *shard) letThrough(d *deployment, now Time) LimitKind {
	mine, all := &d.rate, &d.account.rate
	if mine.burst > 0 && !mine.has(now) {
		return FunctionRequestLimit
	}
	if all.burst > 0 && !all.has(now) {
		return AccountRequestLimit
	}
	mine.take(now)
	all.take(now)
	return NoLimit
}

// times is the ramp of so many; of none, or of no ramp, it is none.
func (r Ramp) times(n int) Ramp { return Ramp{Burst: r.Burst * n, Period: r.Period} }

// Fits reports whether a bucket counts the ramp of so many in exact integers.
func (r Ramp) Fits(n int) bool {
	return r.Burst <= 0 || r.Period <= 0 || n <= 0 || int64(r.Burst) <= maxTime/r.Period/int64(n)
}
