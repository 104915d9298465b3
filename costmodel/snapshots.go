package costmodel

import "github.com/coldcurve/coldcurve/sim"

// Meters of what a provider bills of snapshots from which instances start (AWS Lambda's
// SnapStart).
const (
	snapshotsCached   = "snapstart_cached"
	snapshotsRestored = "snapstart_restored"
)

// PricesSnapshots tells whether the tariff has a price for instances that start from a
// snapshot, which may be nothing.
func (t *Tariff) PricesSnapshots() bool {
	_, ok := t.priceOf(snapshotsRestored)
	return ok
}

// WithSnapshots is a usage with snapshots that are kept, in MiB × ms of their functions'
// memory, and with what is restored of them, in bytes, where the tariff has prices for them.
func (t *Tariff) WithSnapshots(u Usage, cached, restored int64) Usage {
	if !t.PricesSnapshots() {
		return u
	}
	return u.With(snapshotsCached, "MiB-ms", cached).With(snapshotsRestored, "byte", restored)
}

// SnapshotTime is how long a snapshot that is kept all a window is billed for: the
// window, and in a bill of the run alone what the tariff counts at least (AWS: 3 hours a
// version). A bill of a month scales the window to one, which is longer.
func (t *Tariff) SnapshotTime(window sim.Time, span Span) sim.Time {
	p, ok := t.priceOf(snapshotsCached)
	if !ok || span == SpanMonth || p.Chunk == nil {
		return window
	}
	return max(window, sim.Time(p.Chunk.LeastTime))
}
