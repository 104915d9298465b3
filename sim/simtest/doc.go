// Package simtest is what the tests of the packages above sim share: Load, a
// workload held in memory, and Tape, all that a run told.
//
// What a run's observers implement decides how the kernel runs: one that wants
// activities keeps it from its plain path. So a Tape is no observer; there is
// one observer for each set of records, and a test takes the least that it
// needs.
package simtest
