package main

// support is a file of the copy: what the changed code calls. The names start
// with mutant, which no package under test uses.
//
// mutantReached lies in a file that the parent reads, so that nothing has to be
// done where a test ends, however it ends. The limit on memory stops a change
// that makes a loop grow; the one on CPU time, unlike one on the clock, holds on
// a machine that is busy with other work.
const support = `package PACKAGE

import (
	"os"
	"strconv"
	"syscall"
)

var mutantActive, mutantReached = mutantSetUp()

func mutantSetUp() (int, []byte) {
	limit := func(resource int, name string) {
		if n, err := strconv.ParseUint(os.Getenv(name), 10, 64); err == nil {
			if err := syscall.Setrlimit(resource, &syscall.Rlimit{Cur: n, Max: n}); err != nil {
				panic(err)
			}
		}
	}
	limit(syscall.RLIMIT_CPU, "MUTANT_CPU_S")
	limit(syscall.RLIMIT_AS, "MUTANT_MEMORY_B")
	active, _ := strconv.Atoi(os.Getenv("MUTANT"))
	name := os.Getenv("MUTANT_REACHED")
	if name == "" {
		return active, nil
	}
	f, err := os.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		panic(err)
	}
	reached, err := syscall.Mmap(int(f.Fd()), 0, MUTANTS+1, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED)
	if err != nil {
		panic(err)
	}
	return active, reached
}

// mutantOn is asked where a change can be met, mutantIs beside it.
func mutantOn(id int) bool {
	if mutantReached != nil {
		mutantReached[id] = 1
	}
	return id == mutantActive
}

func mutantIs(id int) bool { return id == mutantActive }

type mutantInteger interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uintptr
}

type mutantNumber interface {
	mutantInteger | ~float32 | ~float64
}

func mutantAdd[T mutantNumber](id int, a, b T) T { if mutantOn(id) { return a - b }; return a + b }
func mutantSub[T mutantNumber](id int, a, b T) T { if mutantOn(id) { return a + b }; return a - b }
func mutantMul[T mutantNumber](id int, a, b T) T { if mutantOn(id) { return a / b }; return a * b }
func mutantQuo[T mutantNumber](id int, a, b T) T { if mutantOn(id) { return a * b }; return a / b }
func mutantNeg[T mutantNumber](id int, a T) T { if mutantOn(id) { return a }; return -a }
func mutantRem[T mutantInteger](id int, a, b T) T { if mutantOn(id) { return a * b }; return a % b }
func mutantAnd[T mutantInteger](id int, a, b T) T { if mutantOn(id) { return a | b }; return a & b }
func mutantOr[T mutantInteger](id int, a, b T) T { if mutantOn(id) { return a & b }; return a | b }
func mutantXor[T mutantInteger](id int, a, b T) T { if mutantOn(id) { return a & b }; return a ^ b }
func mutantAndNot[T mutantInteger](id int, a, b T) T { if mutantOn(id) { return a & b }; return a &^ b }
func mutantShl[T, S mutantInteger](id int, a T, n S) T { if mutantOn(id) { return a >> n }; return a << n }
func mutantShr[T, S mutantInteger](id int, a T, n S) T { if mutantOn(id) { return a << n }; return a >> n }
`
