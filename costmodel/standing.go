package costmodel

import (
	"cmp"
	"math/big"
	"slices"

	"github.com/coldcurve/coldcurve/sim"
)

// standing counts the time for which provisioned instances were allocated.
// What is billed is the allocation, not the instance: one instance that takes
// over from another at the same moment goes on with the same allocation. The
// k-th level of a deployment is allocated while at least k of its provisioned
// instances live, and each stretch of a level is rounded up by itself.
//
// There are few provisioned instances (they do not come and go with
// requests), so their lives are kept until Usage.
type standing struct {
	stretch stretch
	window  sim.Window
	spans   []span
}

// span is the life of one provisioned instance.
type span struct {
	deployment uint32
	from, to   sim.Time
	mib        int64
}

func newStanding(s stretch, w sim.Window) *standing { return &standing{stretch: s, window: w} }

func (s *standing) add(l *sim.Life, mib int64) {
	if l.Stopped > l.Created {
		s.spans = append(s.spans, span{l.Deployment, l.Created, l.Stopped, mib})
	}
}

func (s *standing) merge(o *standing) { s.spans = append(s.spans, o.spans...) }

// total returns MiB × nanoseconds.
func (s *standing) total() *big.Int {
	slices.SortFunc(s.spans, func(a, b span) int {
		return cmp.Or(cmp.Compare(a.deployment, b.deployment), cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to))
	})
	var sum sim.Wide
	for i := 0; i < len(s.spans); {
		n := i
		for n < len(s.spans) && s.spans[n].deployment == s.spans[i].deployment {
			n++
		}
		sum.AddWide(s.levels(s.spans[i:n]))
		i = n
	}
	return sum.Big()
}

// levels sums the stretches of all levels of one deployment. Walking through
// its starts and stops in time order, a start opens the lowest level that is
// free and a stop closes the highest that is open; a stop and a start at the
// same time cancel.
func (s *standing) levels(spans []span) (sum sim.Wide) {
	starts := make([]sim.Time, len(spans))
	stops := make([]sim.Time, len(spans))
	for i, p := range spans {
		starts[i], stops[i] = p.from, p.to
	}
	slices.Sort(stops)
	var open []sim.Time // when each open level began
	for i, j := 0, 0; j < len(stops); {
		switch {
		case i < len(starts) && starts[i] == stops[j]:
			i, j = i+1, j+1
		case i < len(starts) && starts[i] < stops[j]:
			open = append(open, starts[i])
			i++
		default:
			last := len(open) - 1
			sum.AddProduct(spans[0].mib, s.stretch.clip(s.window, open[last], stops[j]))
			open = open[:last]
			j++
		}
	}
	return sum
}
