// Package broken has a test that fails.
package broken

// One is not two.
func One() int { return 3 - 2 + None() }

// None is nothing.
func None() int { return 0 }
