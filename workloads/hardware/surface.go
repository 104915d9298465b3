package hardware

import "math"

// surface is the time of attention over two variables: how many requests, and
// how long the context of each. It is straight along each variable between
// its knots and goes on beyond them as between the last two.
type surface struct {
	n, x axis
	y    [][]float64 // by n, then by x
	// longest is, for each n, the longest context that was measured.
	longest []float64
}

// piece is a surface at one n, along x, between two knots.
type piece struct{ at, y, slope, end float64 }

// value returns the value at x.
func (p *piece) value(x float64) float64 { return p.y + float64((x-p.at)*p.slope) }

// piece returns the piece of n on which x lies. It holds from there to its
// end, where the next one begins.
func (s *surface) piece(n, x float64) piece {
	i, w := s.n.weight(n)
	return s.pieceOf(i, w, x)
}

func (s *surface) pieceOf(i int, w, x float64) piece {
	j := s.x.knot(x)
	a, b := s.y[i][j], s.y[i][j+1]
	if w != 0 {
		a = mix(a, s.y[i+1][j], w)
		b = mix(b, s.y[i+1][j+1], w)
	}
	k := s.x.knots
	p := piece{at: k[j], y: a, slope: (b - a) / (k[j+1] - k[j]), end: k[j+1]}
	if j == len(k)-2 {
		p.end = math.Inf(1)
	}
	return p
}

// at returns the value at n and x.
func (s *surface) at(n, x float64) float64 {
	p := s.piece(n, x)
	return p.value(x)
}

// two returns the values at n and two contexts.
func (s *surface) two(n, x, z float64) (float64, float64) {
	i, w := s.n.weight(n)
	p := s.pieceOf(i, w, x)
	if z >= p.at && z < p.end {
		return p.value(x), p.value(z)
	}
	q := s.pieceOf(i, w, z)
	return p.value(x), q.value(z)
}

// reach returns the longest context that was measured at n; 0 where n is further out.
func (s *surface) reach(n float64) float64 {
	if n > s.n.last() {
		return 0
	}
	i, w := s.n.weight(n)
	if w > 0 {
		i++
	}
	return s.longest[i]
}

// beyond tells whether a point is further out than what was measured.
func (s *surface) beyond(n, x float64) bool { return x > s.reach(n) }

// newSurface returns the surface through rows of points, one row a value of n
// ascending. A row with fewer knots than others goes on as its last two say.
func newSurface(n []float64, rows []line) *surface {
	s := &surface{n: newAxis(n)}
	var knots []float64
	for _, r := range rows {
		knots = append(knots, r.x.knots...)
		s.longest = append(s.longest, r.x.last())
	}
	s.x = newAxis(knots)
	for _, r := range rows {
		y := make([]float64, len(s.x.knots))
		for j, x := range s.x.knots {
			y[j] = r.at(x)
		}
		s.y = append(s.y, y)
	}
	s.index()
	return s
}

// index makes looking up fast.
func (s *surface) index() {
	s.n.index()
	s.x.index()
}

// mix returns what is between two values.
func mix(a, b, w float64) float64 { return a + float64(w*(b-a)) }
