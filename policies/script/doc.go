// Package script runs policies that are written in Starlark, a small dialect of Python, in
// place of Go: an experiment names the file, and nobody compiles.
//
//	keepalive = { script = "mine.star", window = "5m" }
//
// # Model
//
//  1. Load parses the text, refuses what the language here has not, puts guards in place of
//     the operations that could take much memory or time in one step (guard.go), runs the
//     file once, and freezes its globals. What is left is immutable and serves any number of
//     runs at the same time.
//  2. KeepAlive, Prewarm, Scaling, Routing, Placement and Eviction see that it defines what
//     the kernel asks that kind, with as many parameters, and decode the parameters that it
//     declares, strictly. The result is the factory that sim.Platform wants.
//  3. For each group the factory makes a policy object with a thread of its own and the state
//     that the file's new(group) returns. The state alone is mutable.
//  4. At each question the function is called with what a policy in Go is given, under the
//     same names, and its answer is turned into the kernel's. An answer that makes no sense
//     ends the run, with the place of the function.
//
// Times are whole nanoseconds, memory is MiB.
//
// # Bounds
//
// A call takes at most mostSteps steps. A built-in takes as many as what it makes or looks at
// is large, so that no step allocates more than some hundred bytes or takes long: strings,
// whole numbers, tuples and nesting are bounded by themselves (bounds.go). What a group keeps
// from call to call is measured whenever as many steps have gone by as it is large. There is
// no recursion, no file, no network, no clock, and no draw but ctx.uniform.
// Dicts are of our own (dict.go), since Starlark's take time in the square of the keys that
// fall into one bucket of their table, which a script can bring about.
package script
