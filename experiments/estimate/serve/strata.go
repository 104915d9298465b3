package serve

import "github.com/coldcurve/coldcurve/sim"

// strata gives n requests, in an order of chance, one each of n equal parts of a
// distribution. So the tokens of a month are those that were said, whatever the seed.
type strata struct {
	n    uint64
	half uint // bits of each half of a place
	keys [rounds]uint64
}

const rounds = 4

// newStrata returns those of n requests.
func newStrata(n uint64, draw sim.Stream) *strata {
	s := &strata{n: n, half: 1}
	for n > 1<<(2*s.half) {
		s.half++
	}
	for i := range s.keys {
		s.keys[i] = uint64(draw.Uniform(uint64(i)) * (1 << 53))
	}
	return s
}

// place is the part of the i-th request, from 0 on, by a random permutation: a Feistel
// network over the next power of four, walked until it comes back below n (Black and
// Rogaway, CT-RSA 2002).
func (s *strata) place(i uint64) uint64 {
	mask := uint64(1)<<s.half - 1
	for {
		left, right := i>>s.half, i&mask
		for _, key := range s.keys {
			left, right = right, left^sim.Mixed(right^key)&mask
		}
		if i = left<<s.half | right; i < s.n {
			return i
		}
	}
}
