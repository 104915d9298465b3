// Package experiments reads an experiment file, expands its sweep, and runs
// what comes of it. Its gallery is the *.toml files beside it; platforms/*.toml
// are the presets of platforms.
//
// # Model
//
//  1. Parse reads the TOML strictly: an unknown key, policy, column or path is
//     an error with file, line and the nearest known word. --set changes the tree
//     first. Keys that belong to a policy, a distribution or a function are read
//     by the package that knows them.
//  2. The sweep expands into points, in the order of the file: the product of
//     its grid (the last path varies fastest), or its cases. Each point sets
//     values in a copy of the tree and is read anew, so whatever a file can say
//     can be swept. A point × a platform is a cell.
//  3. Prepare opens the traces, each once, finds the tariffs, and refuses those
//     that cannot price a run, or whose needs a platform does not meet. A cell × a replication is a unit. Its
//     identity is the SHA-256 of all that determines its result: the workload's
//     keys and the trace's digest, the platform's keys with its preset, the
//     tariffs, seed, replication, model version and GOARCH. Cells that behave
//     alike share their units: a platform that the sweep does not concern is
//     simulated once.
//  4. Plan.Run simulates the units on all cores: a pool of cores is shared, and
//     a unit takes as many as it has use for. A run whose platform has several
//     tariffs is simulated once and metered by all.
//  5. A finished unit is a file in DIR.partial/units, checked when it is read; of
//     it only a summary stays in memory. A run that was interrupted or killed
//     goes on from these. A file in DIR.partial/plans claims them for it, so that
//     another experiment with the same folder leaves them. At the end the folder is written beside them and
//     takes the place of what stands there, whole or not at all: see
//     internal/folder.
//
// Whoever simulates without an experiment's file has NewPlatform, and Unit, which
// runs one simulation.
//
// # What reaches a result
//
// The experiment, its traces and its tariffs. Not the number of workers, the
// clock, the paths, the order in which units finish.
//
// # Presets
//
// A preset is the keys of a platform, each with a grade (costmodel.Grades)
// and a source; its notes say what is left out and
// what stands in its place. The report lists the values that an experiment took.
// An error of a value that a path leads beside is the path's: see blame.go.
//
// # What is kept
//
// A result folder holds the experiment as it was run, with what --set changed and
// the values of presets written out (resolved.go), as it was written, and the
// tariffs. What the first says is part of the folder's identity: it makes the same
// results again, and which of its keys differ says why two folders do.
//
// To add one, put a file into platforms, whose name is the preset's: title, notes,
// the keys of a [[platform]] but name and preset, keepalive among them, and for each
// key a table [value.KEY] with grade and source. Nothing else has to know it.
//
// # Left out
//
// Parts of a run whose number of units depends on what they find.
package experiments
