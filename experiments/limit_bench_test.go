package experiments_test

import (
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// request is what the limit needs of an invocation.
type request struct{ arrival, service sim.Time }

// slot is an instance: idle since a time, or busy until then.
type slot struct {
	at sim.Time
	id int
}

// limit replays functions in a loop that knows its case: one window, one
// request an instance, the most recent instance reused, no cold start time. It
// is the least that any kernel must do: to know which instance serves, and when
// each one stops. The instances lie in one gap buffer, the idle ones before the
// gap, the busy ones after it in the order in which they will be free. It
// returns the number of cold starts, and the sums of idle and of busy time.
func limit(functions [][]request, window, horizon sim.Time) (cold int, idle, busy sim.Time) {
	row := make([]slot, 1<<12)
	for _, requests := range functions {
		lo, hi, n := 0, len(row), len(row)
		bottom := 0 // of the idle ones; those before it have stopped
		for _, r := range requests {
			now := r.arrival
			for hi < n && row[hi].at <= now {
				row[lo] = row[hi]
				lo++
				hi++
			}
			for bottom < lo && row[bottom].at+window < now {
				idle += window
				bottom++
			}
			served := slot{now + r.service, cold}
			if lo > bottom {
				lo--
				idle += now - row[lo].at
				served.id = row[lo].id
			} else {
				lo, bottom = 0, 0
				cold++
			}
			busy += r.service
			if lo == hi { // no gap: move the busy ones to a longer row
				longer := make([]slot, 2*n)
				copy(longer, row[:lo])
				copy(longer[n+hi:], row[hi:])
				row, hi, n = longer, n+hi, 2*n
			}
			hi--
			i := hi
			for i+1 < n && row[i+1].at <= served.at {
				row[i] = row[i+1]
				i++
			}
			row[i] = served
		}
		for ; bottom < lo; bottom++ {
			idle += min(row[bottom].at+window, horizon) - row[bottom].at
		}
	}
	return cold, idle, busy
}

// limitLoad reads all requests of a workload.
func limitLoad(b *testing.B, w sim.Workload) [][]request {
	functions := make([][]request, len(w.Functions()))
	buf := make([]sim.Invocation, 512)
	for i := range functions {
		source, err := w.Open(sim.RunKey{Seed: 1}, []uint32{uint32(i)})
		if err != nil {
			b.Fatal(err)
		}
		for inv := range drain(b, source, buf) {
			functions[i] = append(functions[i], request{inv.Arrival, inv.Service})
		}
	}
	return functions
}
