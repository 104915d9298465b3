// Package workloads is where load comes from when no trace does: arrival
// processes, distributions of service times and initialisations, and the
// synthetic workload made of them.
//
// # Model
//
//  1. A [FunctionSpec] is one [[workload.function]] table of an experiment. With
//     a count it stands for many functions, whose rates a Zipf popularity may set.
//  2. [New] makes of the tables a [Synthetic], which is a sim.Workload.
//  3. Opened for a function, it yields the arrivals of a [Process] (Poisson,
//     periodic, gamma or Weibull renewal, MMPP, diurnal, steps) up to the horizon, each with a
//     service time of a [Sampler].
//  4. With a [TokensSpec] a function is a client of a language model, in ServeGen's
//     form: the process says when conversations begin, whose turns follow each
//     other after a time to think, and each request has tokens, which
//     [Synthetic.Tokens] draws when it is asked. A row is conversation and turn.
//  5. A [Counted] is the other sim.Workload: of each function the number of
//     requests is known, in stretches of time, and a [Shape] says how they are
//     spread over one.
//
// # Randomness
//
// Each draw is a uniform of a sim.Stream, counted by the ordinal of the
// arrival within its function, through the inverse of a distribution function.
// So the k-th arrival of a function and its service depend on the run's key and
// the function's name alone: not on the other functions, the batch size, the
// platform or the policy. Two policies see the same load, and their differences
// are paired. A warm and a cold service of one invocation share their uniform.
//
// Processes are stationary: time 0 is any time, not that of an arrival, so the
// expected number of arrivals up to t is rate × t from the start. (A periodic
// process has a stated offset instead, unless that is "random".)
//
// # Units
//
// Durations are nanoseconds: sim.Time where they are integers, float64 where
// they are not (means, scales). Rates are per second. Sizes are bytes.
//
// # Adding a distribution or an arrival process
//
// One file and one line: a [Sampler] (or a [Process]), the struct of its keys, each
// with a help text, and a line with newKind anywhere in distributionKinds (or
// arrivalKinds): name, help, source, and what builds it of the struct. A Sampler
// is the inverse of its distribution function, and draws nothing itself. The
// listing and every experiment then know it; dist_test.go holds those that stand
// in its table against gonum's.
//
// # Left out
//
// Applications; loads that answer to the platform (closed loops, retries, users who
// read before they think); fitting a process to a trace.
package workloads
