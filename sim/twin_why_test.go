package sim

// twinLoss is that a deployment had no more than so many instances left, and why.
type twinLoss struct {
	left int
	why  StopCause
}

// loses notes one that stops, or begins to drain.
func (d *twinDep) loses(why StopCause) {
	d.lost = append(d.lost, twinLoss{len(d.counted()), why})
}

// whyOneMore looks for when it last had no more than it has now, after it had more.
func (d *twinDep) whyOneMore() ColdCause {
	n := len(d.counted())
	for i := len(d.lost) - 1; i >= 0; i-- {
		if l := d.lost[i]; l.left == n {
			switch l.why {
			case Expired:
				return AfterExpiry
			case Evicted:
				return AfterEviction
			case ScaledIn:
				return AfterScaleIn
			case InitFailed:
				return AfterInitFailure
			default:
				return AfterOutage
			}
		}
	}
	if n == 0 {
		return FirstUse
	}
	return Burst
}
