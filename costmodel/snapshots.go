package costmodel

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
