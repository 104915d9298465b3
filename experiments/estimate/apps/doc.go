// Package apps answers what a business event of a whole application costs and how long
// it takes, what would change that, and which limit binds first as the load grows.
//
// # Model
//
//  1. A Question is an application file, with platforms: those of an experiment, or
//     presets by the names that the file's functions ask for.
//  2. The application is run as an experiment is (experiments.Plan), some times, and its
//     bill scaled to a month. What the bill is for, step by step and cause by cause, is
//     what the run attributes.
//  3. A change (changes.go) is a path of the experiment with a value, as --set has it. The
//     changed application is run with the same random numbers; savings are paired by
//     replication. What does not apply is left out, and says why.
//  4. A limit (limits.go) is compared with what was asked of it in the busiest second of
//     the run. That use is taken to grow with the load, and the load at which the first
//     limit binds is simulated.
//
// # Determinism
//
// The answer depends on the question, the seed and the tariffs, not on the number of
// workers.
package apps
