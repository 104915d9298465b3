// Package applications reads the application file, checks it, and compiles it to what
// the simulator runs. docs/applications.md is its page.
//
//  1. Read decodes the file strictly (file.go has it key by key) and collects what is
//     still to be filled in (holes.go).
//  2. It resolves names and the lists of steps (names.go, lists.go) and checks what
//     can be checked without an experiment: check_*.go, one file a subject. All
//     that is wrong is reported at once, in the order of the file.
//  3. Compile puts the functions on the platforms of an experiment and makes a
//     flows.Graph of it, a workload, and notes of what is assumed: compile_*.go.
package applications
