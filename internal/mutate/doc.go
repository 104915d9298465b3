// Command mutate measures how much the tests of a package notice: it makes
// small changes to the code, one at a time, and counts those under which a
// test fails.
//
//	go run ./internal/mutate [-min 85] [-skip REGEXP] [-only REGEXP] [-workers N] [-args ARGUMENTS] PACKAGE...
//
// # Model
//
//  1. The package is parsed and type-checked. Every place where a change
//     compiles is found; see operators.go for the kinds.
//  2. All changes are written into one copy of the sources, each behind a
//     condition on its number, and the copy is compiled once with the package's
//     tests (go test -c -overlay). These are mutant schemata: R. H. Untch,
//     A. J. Offutt, M. J. Harrold, "Mutation Analysis Using Mutant Schemata",
//     ISSTA 1993. The files of the project are only read.
//  3. Each test is run once alone, with no change active. The copy records in a
//     shared file which places it reached, and what the test took.
//  4. Each change is switched on by MUTANT=number and meets the tests that reach
//     it, the quick ones first. It is killed where one fails, where the process
//     uses several times its CPU time, or where it outgrows the memory. A change
//     that no test reaches survives.
//
// Tests run with -short. Changes are never made to constants, to declarations
// outside functions' bodies, or to files that the flag -skip names.
//
// The exit code is 0, 1 where the work failed, 2 for wrong usage, and 3 where a
// package has less than the asked share killed.
package main
