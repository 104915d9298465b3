// Command coldcurve says what a serverless workload will cost, and how slow it
// will be, under another policy, provider or architecture. It replays a trace
// through a deterministic simulation and prices what happened.
//
//	$ coldcurve run experiments/quickstart.toml
//
// Data goes to stdout, all else to stderr. The exit codes are 0 done, 1 failed,
// 2 wrong usage or input, 3 a threshold was crossed (an SLO, a tolerance), 130
// interrupted by SIGINT, 143 by SIGTERM.
package main

import (
	"os"
	"runtime/debug"
)

// gcPercent lets the heap grow by less than Go's 100 % between collections.
// Replaying allocates next to nothing, so collections cost nothing either, and
// the peak stays near what is in use, however long the trace.
const gcPercent = 40

func main() {
	debug.SetGCPercent(gcPercent)
	os.Exit(untilSignal(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
