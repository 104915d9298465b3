package workloads

import (
	"math"

	"github.com/coldcurve/coldcurve/internal/spec"
)

// Zipf returns the shares of n functions by rank: share i, from 1, is i^−s ÷
// Σ j^−s. An s of 0 makes them equal.
func Zipf(n int, s float64) []float64 {
	shares, sum := make([]float64, n), 0.0
	for i := n - 1; i >= 0; i-- { // the small ones first, for accuracy
		shares[i] = math.Pow(float64(i+1), -s)
		sum += shares[i]
	}
	for i := range shares {
		shares[i] /= sum
	}
	return shares
}

// Popularity is how the total rate is shared among the functions of a
// FunctionSpec, written { zipf = 1.1 }.
type Popularity struct {
	Zipf float64 `toml:"zipf" required:"true" help:"exponent of the shares, 0 … 10; 0: equal"`
}

// popularitySpec has Popularity's keys without its method.
type popularitySpec Popularity

// DecodeSpec reads a popularity.
func (p *Popularity) DecodeSpec(n *spec.Node) error {
	if err := n.Decode((*popularitySpec)(p)); err != nil {
		return err
	}
	if err := p.check(); err != nil {
		return n.Errorf("%w", err)
	}
	return nil
}

func (p *Popularity) check() error { return within("zipf", p.Zipf, 0, 10) }
