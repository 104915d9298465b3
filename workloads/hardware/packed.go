package hardware

// packed times products whose weights are packed in a way that was not
// measured: each takes as much longer than its own roofline as those do that
// were.
type packed struct {
	like     multiplier // that was measured
	measured roofline   // its board
	board    roofline   // of the packed weights
}

func (p *packed) line(n, k float64) (line, error) {
	l, err := p.like.line(n, k)
	if err != nil {
		return line{}, err
	}
	scaled := line{x: l.x, y: make([]float64, len(l.y))}
	for i, m := range l.x.knots {
		scaled.y[i] = l.y[i] * p.board.time(m, n, k) / p.measured.time(m, n, k)
	}
	return scaled, nil
}
