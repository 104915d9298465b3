package flows

import (
	"slices"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/backoff"
)

// Retriers with decorrelated jitter each go on from their own wait before: whatever the
// other has retried between, a wait is at least the first and at most three times the one
// before, and those of a retrier are the same as if the other had never been asked.
func TestRetriersWaitApart(t *testing.T) {
	b := newBuilder(sim.Hour)
	b.main(b.flow("f", nothing()), callOf("try", b.function("a", after(ms))))
	a := newActor(&b.g, sim.RunKey{})
	r := Retry{Attempts: 9, Backoff: backoff.Backoff{First: second, Jitter: backoff.Decorrelated}}
	s := &Step{Retry: []Retry{r, r}}
	waits := func(key uint64, order ...int) (of [2][]sim.Time) {
		f := frame{stepKey: key}
		for _, k := range order {
			of[k] = append(of[k], a.stepBackoff(&f, s, k))
			f.tries[k]++
			f.attempt++
		}
		return of
	}
	for key := range uint64(200) {
		both := waits(key, 0, 1, 1, 0, 1, 0, 0, 1)
		for k, alone := range [][]sim.Time{waits(key, 0, 0, 0, 0)[0], waits(key, 1, 1, 1, 1)[1]} {
			if !slices.Equal(both[k], alone) {
				t.Fatalf("retrier %d waits %d beside the other, %d alone", k, both[k], alone)
			}
			before := r.First
			for _, w := range both[k] {
				if w < r.First || w > 3*before {
					t.Fatalf("retrier %d waits %d, want %d to three times %d", k, w, r.First, before)
				}
				before = w
			}
		}
		if slices.Equal(both[0], both[1]) {
			t.Fatalf("both retriers wait %d, want waits of their own", both[0])
		}
	}
}
