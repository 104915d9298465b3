package experiments

import (
	"fmt"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/workloads"
)

// stockoutSpec says that a provider may have no machine left.
type stockoutSpec struct {
	Probability float64                `toml:"probability" required:"true" help:"of each start, 0 to 1"`
	Wait        workloads.Distribution `toml:"wait" required:"true" help:"how long until there is one: a duration or a distribution"`
	Then        stockoutThen           `toml:"then" default:"wait" help:"wait: the start takes so much longer; fail: it fails, and none is tried before the wait is over"`
}

// stockoutThen is what becomes of a start for which there is no machine.
type stockoutThen bool

// UnmarshalText reads wait or fail.
func (t *stockoutThen) UnmarshalText(b []byte) error {
	switch string(b) {
	case "wait", "fail":
		*t = string(b) == "fail"
		return nil
	}
	return fmt.Errorf("found %q, want wait or fail", b)
}

func (s *stockoutSpec) check(n *spec.Node) error {
	switch {
	case s == nil:
	case !(s.Probability >= 0 && s.Probability <= 1):
		return n.Get("probability").Errorf("found %v, want 0 to 1", s.Probability)
	case bool(s.Then) && s.Probability == 1:
		return n.Get("probability").Errorf("found 1, want less: where starts fail, none would ever succeed")
	}
	return nil
}

// stockout returns what the kernel is told; a platform without the table never
// runs out.
func (s *stockoutSpec) stockout() sim.Stockout {
	if s == nil {
		return sim.Stockout{}
	}
	return sim.Stockout{Probability: s.Probability, Wait: s.Wait, Fails: bool(s.Then)}
}
