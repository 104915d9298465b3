package serving

import (
	"math"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim/servers"
	"github.com/coldcurve/coldcurve/workloads"
)

// factor is a part of something, 0 to 1.
type factor servers.Millionths

// DecodeSpec reads a number.
func (f *factor) DecodeSpec(n *spec.Node) error {
	m, err := millionths(n, 0, servers.Whole, "0 to 1")
	*f = factor(m)
	return err
}

// mostRatio bounds how many tokens stand for one, so that products fit.
const mostRatio = 100 * servers.Whole

// millionths reads a number of at most six digits after the point, so that what is
// multiplied by it is right to the token.
func millionths(n *spec.Node, least, most servers.Millionths, want string) (servers.Millionths, error) {
	var x float64
	if err := n.Decode(&x); err != nil {
		return 0, err
	}
	scaled := x * float64(servers.Whole)
	if !(scaled >= float64(least) && scaled <= float64(most)) {
		return 0, n.Errorf("found %s, want %s", n, want)
	}
	m := math.Round(scaled)
	if math.Abs(scaled-m) > 1e-4 {
		return 0, n.Errorf("found %s, want at most six digits after the point", n)
	}
	return servers.Millionths(m), nil
}

// reasoning is how many tokens of a request are made and not shown.
type reasoning struct {
	workloads.Count
	factor servers.Millionths
}

// DecodeSpec reads a number, a distribution of numbers, or a factor.
func (r *reasoning) DecodeSpec(n *spec.Node) (err error) {
	at := n.Get("factor")
	if at == nil {
		return r.Count.DecodeSpec(n)
	}
	if len(n.Keys()) > 1 {
		return n.Errorf("found %s, want factor alone, or a distribution of numbers", n)
	}
	r.factor, err = millionths(at, 0, mostRatio, "0 to 100")
	return err
}

// tokensRatio is how many tokens of a model stand for one of the workload.
type tokensRatio struct{ input, output servers.Millionths }

// DecodeSpec reads a number for both, or a table.
func (r *tokensRatio) DecodeSpec(n *spec.Node) (err error) {
	const want = "above 0, to 100"
	if !n.IsTable() {
		r.input, err = millionths(n, 1, mostRatio, want)
		r.output = r.input
		return err
	}
	var both struct {
		Input  *spec.Node `toml:"input"`
		Output *spec.Node `toml:"output"`
	}
	if err := n.Decode(&both); err != nil {
		return err
	}
	if both.Input != nil {
		if r.input, err = millionths(both.Input, 1, mostRatio, want); err != nil {
			return err
		}
	}
	if both.Output != nil {
		r.output, err = millionths(both.Output, 1, mostRatio, want)
	}
	return err
}
