package estimate

import (
	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/sim"
)

// cpuMeter sums the CPU time of requests in a window: a share of each service
// time, in thousandths, rounded down to a nanosecond.
type cpuMeter struct {
	window sim.Window
	share  int64
	total  sim.Wide
}

var _ costmodel.Meter = (*cpuMeter)(nil)

// Requests adds those of the window.
func (m *cpuMeter) Requests(batch []sim.Outcome) {
	for i := range batch {
		o := &batch[i]
		if o.Started && o.Status != sim.Rejected && o.Within(m.window) {
			m.total.Add((o.End - o.Start) / 1000 * m.share)
		}
	}
}

// Warm adds those of the window.
func (m *cpuMeter) Warm(run []sim.Invocation) {
	for i := range run {
		if v := &run[i]; m.window.Contains(v.Arrival) {
			m.total.Add(v.Service / 1000 * m.share)
		}
	}
}

// Merge adds what another one counted.
func (m *cpuMeter) Merge(other costmodel.Meter) { m.total.AddWide(other.(*cpuMeter).total) }

// Usage returns the CPU time.
func (m *cpuMeter) Usage() costmodel.Usage {
	return costmodel.Usage{{Meter: "cpu_time", Unit: "ns", Quantity: m.total.Big()}}
}
