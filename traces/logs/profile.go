package logs

import (
	"time"

	"github.com/coldcurve/coldcurve/sim"
)

// Profile is what logs show of the load on some functions.
type Profile struct {
	Functions []Function // by name
	Files     []FileRead // in the order given
	Requests  int64
	Lines     int64 // lines, or values of a JSON document, read; what is no request is passed over
	Skipped   int64 // malformed ones

	First, Last time.Time // arrivals, where any is known: Requests > Missing.Time
	Latency     Histogram // durations with their initialisations and restores
	Durations   Histogram // without them
	Missing     Missing
	Taken       []Taken // functions whose names are of files, in the order of these
	Billing     Billing
	Stored      int64    // requests written to Options.Store, in which the first arrival of all is time 0
	Length      sim.Time // how much time the log is of, where there is a store
	LengthOf    string   // what that rests on, in words
	Caveats     []string // what could not be inferred, in order
}

// FileRead says how a file was read.
type FileRead struct {
	Name     string
	Format   string
	Requests int64
}

// Missing counts the requests for which the logs do not say something.
type Missing struct {
	Time, Function, Duration, Memory, Cold, Billed int64
}

// Function is what the logs show of a function, or of a route of a service.
type Function struct {
	Name    string // a route's is its method and template: GET /users/{id}
	Trigger string // http and the like, where known
	Memory  int64  // MiB configured, that of the most requests; 0: unknown
	MaxUsed int64  // MiB, the most that any request used; 0: unknown

	Requests int64
	Cold     int64 // with an initialisation or a restore
	Restored int64 // of them, from a snapshot
	Errors   int64 // ended in an error, or a status of 500 or more
	Timeouts int64
	// Unmeasured is true where no request has a duration and those in the store have 0.
	Unmeasured bool

	Warm        Histogram // durations of requests that were not cold, as far as is known
	First       Histogram // durations of cold ones, less the initialisation
	Init        Histogram // initialisations
	Restore     Histogram // restores
	RestoreTold RestoreTold
	Billed      []Usage // by (memory, rules)
	FailedInits FailedInits
	Managed     int64     // requests on Lambda Managed Instances, which report durations alone
	From, To    time.Time // first and last arrival, where any is known
}

// Span is the time from the first arrival to the last; 0 where none is known.
func (p *Profile) Span() sim.Time {
	if p.Requests == p.Missing.Time {
		return 0
	}
	return p.Last.Sub(p.First).Nanoseconds()
}

// Workload is the function as a workload knows it, with its weight in
// requests. Init is the runtime's phase, since Lambda reports runtime and
// dependencies in one; where all cold starts were restores, it is the restore.
func (f *Function) Workload() sim.Function {
	w := sim.Function{Name: f.Name, Trigger: f.Trigger, Memory: f.Memory, Weight: float64(f.Requests)}
	h := &f.Init
	if h.Count() == 0 {
		h = &f.Restore
	}
	if s := h.Sampler(); s != nil {
		w.Init = sim.Init{{Phase: sim.PhaseRuntime, Duration: s}}
	}
	return w
}

// RestoreTold is the restores of which the log says how much is billed as time: what the
// runtime's loading and its hooks took.
type RestoreTold struct{ Took, Billed sim.Wide } // ns, sums

// Part is the part that is billed, 0 to 1; 0 where the log says nothing.
func (r RestoreTold) Part() float64 {
	if r.Took.IsZero() {
		return 0
	}
	return min(1, r.Billed.Float()/r.Took.Float())
}
