package experiments

import (
	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/sim"
)

// onPlatform is a meter of one platform among several: it is told of what happens
// there alone. Where there is one platform, its meter observes the run itself.
type onPlatform struct {
	inner    costmodel.Meter
	platform sim.PlatformID
	on       []sim.PlatformID // by function

	outcomes   []sim.Outcome
	inits      []sim.InitWait
	lives      []sim.Life
	activities []sim.Activity
	served     []sim.Served
	nodes      []sim.NodeLife
}

var (
	_ costmodel.Meter      = (*onPlatform)(nil)
	_ sim.InitObserver     = (*onPlatform)(nil)
	_ sim.LifeObserver     = (*onPlatform)(nil)
	_ sim.ActivityObserver = (*onPlatform)(nil)
	_ sim.ServedObserver   = (*onPlatform)(nil)
	_ sim.NodeObserver     = (*onPlatform)(nil)
)

// here returns the records of a batch that are of the platform: in buf, which it grows,
// and returns, unless all are.
func here[T any](batch, buf []T, is func(*T) bool) (list, grown []T) {
	n := 0
	for n < len(batch) && is(&batch[n]) {
		n++
	}
	if n == len(batch) {
		return batch, buf
	}
	buf = append(buf[:0], batch[:n]...)
	for i := n + 1; i < len(batch); i++ {
		if is(&batch[i]) {
			buf = append(buf, batch[i])
		}
	}
	return buf, buf
}

// Requests implements sim.Observer.
func (m *onPlatform) Requests(batch []sim.Outcome) {
	batch, m.outcomes = here(batch, m.outcomes, func(o *sim.Outcome) bool { return o.Platform == m.platform })
	if len(batch) > 0 {
		m.inner.Requests(batch)
	}
}

// Warm implements sim.WarmObserver: a run is of one function.
func (m *onPlatform) Warm(run []sim.Invocation) {
	if m.on[run[0].Function] == m.platform {
		m.inner.Warm(run)
	}
}

// Inits implements sim.InitObserver.
func (m *onPlatform) Inits(batch []sim.InitWait) {
	inner, ok := m.inner.(sim.InitObserver)
	if !ok {
		return
	}
	batch, m.inits = here(batch, m.inits, func(o *sim.InitWait) bool { return o.Platform == m.platform })
	if len(batch) > 0 {
		inner.Inits(batch)
	}
}

// Lives implements sim.LifeObserver.
func (m *onPlatform) Lives(batch []sim.Life) {
	inner, ok := m.inner.(sim.LifeObserver)
	if !ok {
		return
	}
	batch, m.lives = here(batch, m.lives, func(l *sim.Life) bool { return l.Platform == m.platform })
	if len(batch) > 0 {
		inner.Lives(batch)
	}
}

// Activities implements sim.ActivityObserver.
func (m *onPlatform) Activities(batch []sim.Activity) {
	inner, ok := m.inner.(sim.ActivityObserver)
	if !ok {
		return
	}
	batch, m.activities = here(batch, m.activities, func(a *sim.Activity) bool { return a.Platform == m.platform })
	if len(batch) > 0 {
		inner.Activities(batch)
	}
}

// Served implements sim.ServedObserver.
func (m *onPlatform) Served(batch []sim.Served) {
	inner, ok := m.inner.(sim.ServedObserver)
	if !ok {
		return
	}
	batch, m.served = here(batch, m.served, func(s *sim.Served) bool { return s.Platform == m.platform })
	if len(batch) > 0 {
		inner.Served(batch)
	}
}

// Nodes implements sim.NodeObserver.
func (m *onPlatform) Nodes(batch []sim.NodeLife) {
	inner, ok := m.inner.(sim.NodeObserver)
	if !ok {
		return
	}
	batch, m.nodes = here(batch, m.nodes, func(n *sim.NodeLife) bool { return n.Platform == m.platform })
	if len(batch) > 0 {
		inner.Nodes(batch)
	}
}

// Merge implements costmodel.Meter.
func (m *onPlatform) Merge(other costmodel.Meter) { m.inner.Merge(other.(*onPlatform).inner) }

// Usage implements costmodel.Meter.
func (m *onPlatform) Usage() costmodel.Usage { return m.inner.Usage() }
