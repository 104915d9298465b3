package sim

// Invocation is one request to a function, as a source yields it.
type Invocation struct {
	Arrival  Time   // ≥ 0
	Service  Time   // on a warm instance, ≥ 0; excludes any initialisation
	Function uint32 // index into the workload's functions
	Attr     uint32 // row of the workload's side columns; 0 where it has none
}

// Source yields the invocations of a set of functions in the order of
// (arrival, function, ordinal within the function).
type Source interface {
	// Next fills buf from its start and returns how many it filled. It returns
	// io.EOF with n = 0 when there are no more. Any other error ends the run.
	Next(buf []Invocation) (n int, err error)
}

// Workload is where load comes from: a trace or arrival processes.
type Workload interface {
	// Functions lists the functions. The slice must not be changed.
	Functions() []Function
	// Open returns a source over the given functions (indices, ascending) for
	// one replication. Sources are independent and may be used at the same
	// time from several goroutines. A source that also is an io.Closer is closed.
	Open(key RunKey, set []uint32) (Source, error)
}

// Function is what the kernel knows of a function.
type Function struct {
	Name    string // unique within its app
	App     string // the application it belongs to; a function of its own where there is none
	Owner   string // may be empty
	Trigger string // http, timer, queue …; may be empty
	Runtime string // the language runtime that its instances start, such as "python:3.12"; those of one runtime may share it
	Memory  int64  // MiB configured, ≥ 0; 0: the platform's default
	Timeout Time   // 0: the platform's default
	// Patience is how long a client waits for the answer to an attempt, from its
	// arrival, before it gives up: 0 to Longest; 0: for ever. See Platform.Abandoned.
	Patience Time
	Init     Init    // nil: the platform's default
	Cold     Sampler // service time of a cold request, all of it busy, in place of Init; nil: none
	// InitError is the part of the instances started for its requests whose initialisation
	// fails, at its end: 0 to below 1.
	InitError float64
	Error     float64 // part of its services that fail, at their end, 0 to 1
	// ErrorTime is how long a service takes that fails; nil: as long as it would.
	ErrorTime Sampler
	Weight    float64 // expected number of invocations, to balance shards; 0: unknown
	// Outside: it runs on no platform. The actor is told of its invocations.
	Outside bool
	// Open: a service goes on until the actor ends it. A ping takes its own time.
	Open bool
}

// ID is the name of the function with its app, as the outputs print it.
func (f *Function) ID() string {
	if f.App == "" || f.App == f.Name {
		return f.Name
	}
	return f.App + "/" + f.Name
}

// Key is what the function's random streams are keyed by.
func (f *Function) Key() uint64 { return HashName(f.Owner, f.App, f.Name) }

// Sampler is a distribution of durations, given by its inverse CDF.
type Sampler interface {
	// Sample returns the quantile of u ∈ (0, 1) in nanoseconds, ≥ 0.
	Sample(u float64) Time
}

// Constant is the Sampler of a fixed duration.
type Constant Time

// Sample returns the constant.
func (c Constant) Sample(float64) Time { return Time(c) }

// Phase is a named part of an initialisation.
type Phase uint8

// The phases, in the order in which they happen.
const (
	PhaseCapacity     Phase = iota // waiting for a machine where the provider has none left
	PhaseNode                      // a machine that joins: provisioned, booted, drivers and plugins ready
	PhaseSandbox                   // scheduling and the sandbox or container
	PhaseImage                     // pulling and unpacking code or image
	PhaseRestore                   // from a snapshot, which stands for phases after it
	PhaseRuntime                   // starting the language's runtime
	PhaseDependencies              // the function's own set-up
	PhaseWeights                   // loading a model
	PhaseEngine                    // starting an inference engine, less what follows
	PhaseCompile                   // compiling kernels
	PhaseProfiling                 // measuring what memory is left for KV blocks
	PhaseWarmup                    // first runs of kernels
	PhaseGraphs                    // capturing graphs of GPU work
	NumPhases         = iota
)

var phaseNames = [NumPhases]string{
	"capacity", "node", "sandbox", "image", "restore", "runtime", "dependencies", "weights", "engine", "compile", "profiling", "warmup", "graphs",
}

// phaseKeys are what the draws of the phases are keyed by: each keeps its own,
// whatever phases come to stand before it.
var phaseKeys = [NumPhases]Purpose{
	PhaseSandbox: 0, PhaseImage: 1, PhaseRuntime: 2, PhaseDependencies: 3, PhaseWeights: 4, PhaseEngine: 5,
	PhaseCapacity: 6, PhaseNode: 7, PhaseRestore: 8, PhaseCompile: 9, PhaseProfiling: 10, PhaseWarmup: 11, PhaseGraphs: 12,
}

// hostKey is what the draw of an instance's host is keyed by, beside its phases, and
// initErrorKey that of whether its initialisation fails.
const (
	hostKey      Purpose = 13
	initErrorKey Purpose = 14
)

// String returns the phase's name in files and columns.
func (p Phase) String() string { return phaseNames[p] }

// Phases returns all phases in order.
func Phases() []Phase {
	all := make([]Phase, NumPhases)
	for i := range all {
		all[i] = Phase(i)
	}
	return all
}

// Init is an initialisation: the duration of each phase that it has. The
// phases follow each other, so its whole length is their sum.
type Init []PhaseSampler

// PhaseSampler is one phase of an Init and how long it takes: its duration, and
// after it the load of its content.
type PhaseSampler struct {
	Phase    Phase
	Duration Sampler
	Content  Content
}
