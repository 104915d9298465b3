package lifetimes

import "slices"

// mass is a distribution on the ends of intervals, and behind them, on all that is longer.
type mass struct {
	at    []float64
	p     []float64 // one more than at
	tails []float64 // the mass from each place on
	// What the step has gathered, as factors of p: those of place k lie at its leaf,
	// len(p)+k, and at all above it, a node's children being 2i and 2i+1. So a stretch is
	// some nodes, of which nothing is ever taken: differences would lose what is small
	// beside what is large.
	factors []float64
}

func newMass(ends []float64) mass {
	slices.Sort(ends)
	m := mass{at: slices.Compact(ends)}
	n := len(m.at) + 1
	m.p, m.tails, m.factors = make([]float64, n), make([]float64, n), make([]float64, 2*n)
	for i := range m.p {
		m.p[i] = 1 / float64(n)
	}
	m.sum()
	return m
}

// sum adds the tails up.
func (m *mass) sum() {
	sum := 0.0
	for i, p := range slices.Backward(m.p) {
		sum += p
		m.tails[i] = sum
	}
}

// beyond is the first place of mass that is longer than x.
func (m *mass) beyond(x float64) int {
	i, found := slices.BinarySearch(m.at, x)
	if found {
		i++
	}
	return i
}

// gather adds to the places from i to before j their part of so much.
func (m *mass) gather(i, j int, much float64) {
	n := len(m.p)
	for i, j = i+n, j+n; i < j; i, j = i/2, j/2 {
		if i%2 == 1 {
			m.factors[i] += much
			i++
		}
		if j%2 == 1 {
			j--
			m.factors[j] += much
		}
	}
}

// settle takes what was gathered as the distribution.
func (m *mass) settle() {
	n := len(m.p)
	for i := 1; i < n; i++ {
		m.factors[2*i] += m.factors[i]
		m.factors[2*i+1] += m.factors[i]
	}
	sum := 0.0
	for i, factor := range m.factors[n:] {
		m.p[i] *= factor
		sum += m.p[i]
	}
	clear(m.factors)
	for i := range m.p {
		m.p[i] /= sum
	}
	m.sum()
}
