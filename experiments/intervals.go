package experiments

import (
	"fmt"
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/workloads"
)

const (
	fewestBatches, mostBatches = 10, 100
	// fewestDays is how many days an interval over days wants: a week, so that each day of
	// one is among them.
	fewestDays = 7
	mostDays   = 400 // of each a histogram is kept
)

// intervals is what those of an experiment are over.
type intervals struct {
	kind    results.Over
	batches int
	at      *spec.Node // where it is said
}

// blocking is the blocks of a unit's window; n is 0 where intervals are over replications.
type blocking struct {
	n      int
	length sim.Time
	days   bool
}

// over reads what intervals are over.
func (f *fileSpec) over(root *spec.Node) (o intervals, err error) {
	o.at, o.batches = root.Get("intervals"), f.Batches
	names := []string{"replications", "batches", "days"} // in the order of results.Over
	k := slices.Index(names, f.Intervals)
	if k < 0 {
		return o, o.at.Errorf("%s", spec.Unknown("kind of intervals", f.Intervals, names))
	}
	o.kind = results.Over(k)
	switch at := root.Get("batches"); {
	case at != nil && o.kind != results.OverBatches:
		return o, at.Errorf("found batches, want intervals = \"batches\" beside them")
	case f.Batches < fewestBatches || f.Batches > mostBatches:
		return o, at.Errorf("found %d, want %d to %d", f.Batches, fewestBatches, mostBatches)
	case o.kind == results.OverBatches && f.Replications > 1:
		return o, o.at.Errorf("found \"batches\" with %d replications, want one long run: of several, intervals are over these", f.Replications)
	case o.kind != results.OverReplications && f.Precision != nil:
		return o, f.Precision.Errorf("found [precision] with intervals over %s, want intervals over replications, which it adds", f.Intervals)
	}
	return o, nil
}

// blocks cuts a window of a load.
func (o *intervals) blocks(w sim.Window, l *loaded) (blocking, error) {
	switch o.kind {
	case results.OverBatches:
		s, ok := l.workload.(*workloads.Synthetic)
		if !ok {
			return blocking{}, o.at.Errorf("found \"batches\" beside a trace, want intervals over replications or days: what a trace holds changes with the hour, so that batches of it are not alike")
		}
		if why := s.Unsteady(); why != "" {
			return blocking{}, o.at.Errorf("found \"batches\", want intervals over replications or days: %s, so that batches are not alike", why)
		}
		return blocking{n: o.batches, length: max(1, w.Length()/sim.Time(o.batches))}, nil
	case results.OverDays:
		n := w.Length() / sim.Day
		if n < fewestDays || n > mostDays {
			return blocking{}, o.at.Errorf("found \"days\" of a window of %s, want %d to %d whole days: of fewer, what a day may be like is not known", spec.Duration(w.Length()), fewestDays, mostDays)
		}
		return blocking{int(n), sim.Day, true}, nil
	}
	return blocking{}, nil
}

// blocksRecorder makes what counts the unit's requests by block.
func (u *unit) blocksRecorder() *results.BlocksRecorder {
	return results.NewBlocksRecorder(u.window, u.blocks.n, u.blocks.length, u.blocks.days, u.key.Seed)
}

// String names the blocks in an identity.
func (b blocking) String() string {
	kind := "batches"
	if b.days {
		kind = "days"
	}
	return strings.Join([]string{kind, fmt.Sprint(b.n), fmt.Sprint(b.length)}, " ")
}
