package experiments

import (
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// maxStarts bounds queueWaitSpec.Starts.
const maxStarts = 1_000_000

// queueWaitSpec is how long a request may wait: a time, or as many mean starts of its
// function as that is longer. The mean is of the instances that have become ready so far;
// before the first one, it is what the start takes that began first.
type queueWaitSpec struct {
	Starts float64       `toml:"starts" required:"true" help:"mean starts of an instance, of those that have been ready so far, above 0"`
	Least  spec.Duration `toml:"least" required:"true" help:"as long as any request may wait"`
}

// queueWaitTable has queueWaitSpec's keys without its method.
type queueWaitTable queueWaitSpec

// DecodeSpec reads a duration, or a table.
func (q *queueWaitSpec) DecodeSpec(n *spec.Node) error {
	if !n.IsTable() {
		return n.Decode(&q.Least)
	}
	if err := n.Decode((*queueWaitTable)(q)); err != nil {
		return err
	}
	if !(q.Starts > 0 && q.Starts <= maxStarts) {
		return n.Get("starts").Errorf("found %v, want a number above 0, at most %d", q.Starts, maxStarts)
	}
	return nil
}

// checkQueueWait refuses a wait of no time, and one by starts where no request waits for
// whichever instance is free.
func (s *platformSpec) checkQueueWait(at *spec.Node) error {
	const instead = `where nobody is to wait, write over = "reject"; without this key anybody may, at any length`
	q := s.Limit.QueueWait
	switch {
	case at == nil:
	case q.Least == 0 && at.IsTable():
		return at.Get("least").Errorf("found %s, want a time above 0: before the first start begins it holds alone", at.Get("least"))
	case q.Least == 0:
		return at.Errorf("found %s, want a time above 0; %s", at, instead)
	case q.Starts > 0 && s.Dispatch != sim.QueueDispatch:
		return at.Get("starts").Errorf("found a wait by starts with dispatch = \"bound\", where each request waits for an instance of its own; want dispatch = \"queue\"")
	}
	return nil
}

// checkRequests refuses a bound on requests in a time that is too large to count.
func (l *limitSpec) checkRequests(at *spec.Node) error {
	if r := sim.Ramp(l.Requests); !r.Fits(l.Account) || !r.Fits(l.Function) {
		return at.Errorf("found %s for each of %d requests at a time, which is too many to count", at, max(l.Account, l.Function))
	}
	return nil
}
