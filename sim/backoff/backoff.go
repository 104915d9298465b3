// Package backoff is how long is waited before something is tried again: by clients of
// functions, steps of applications, and the queues and libraries of services.
//
// The waits are those of "Exponential Backoff and Jitter" (AWS Architecture Blog, 2015)
// and of its simulator, aws-samples/aws-arch-backoff-simulator.
package backoff

import (
	"fmt"
	"slices"

	"github.com/coldcurve/coldcurve/sim"
)

// Backoff is exponential: before the n-th retry, from 0, at most First × Factor^n is
// waited, and no more than Cap; Jitter says which part of that.
type Backoff struct {
	First  sim.Time // ≥ 0
	Factor float64  // from each to the next, ≥ 1; Decorrelated has its own
	Cap    sim.Time // 0: none but sim.Longest
	Jitter Jitter
}

// Jitter says which part of a backoff is waited.
type Jitter uint8

// The jitters. In all, u is a uniform and w the whole backoff.
const (
	None         Jitter = iota // w
	Full                       // u × w
	Equal                      // w ÷ 2 + u × w ÷ 2
	Decorrelated               // First + u × (3 × the wait before − First), at most Cap; before the first wait there is First
)

// decorrelatedFactor is how many times the wait before a decorrelated one is at most.
const decorrelatedFactor = 3

var jitterNames = []string{"none", "full", "equal", "decorrelated"}

// Jitters returns the words of all jitters.
func Jitters() []string { return slices.Clone(jitterNames) }

// String returns the word in files.
func (j Jitter) String() string { return jitterNames[j] }

// UnmarshalText reads what String writes; any other word is an error.
func (j *Jitter) UnmarshalText(b []byte) error {
	for i, n := range jitterNames {
		if n == string(b) {
			*j = Jitter(i)
			return nil
		}
	}
	return fmt.Errorf("found %q, want one of %q", b, jitterNames)
}

// Wait returns how long is waited before the n-th retry, from 0. uniform has the uniform
// of each retry up to that, which Decorrelated needs all of.
func (b *Backoff) Wait(n int, uniform func(retry int) float64) sim.Time {
	most := float64(sim.Longest)
	if b.Cap > 0 {
		most = min(most, float64(b.Cap))
	}
	if b.Jitter == Decorrelated {
		wait := float64(b.First)
		for k := range n + 1 {
			wait = min(most, float64(b.First)+float64(uniform(k)*(decorrelatedFactor*wait-float64(b.First))))
		}
		return sim.Time(wait)
	}
	wait := b.whole(n, most)
	switch b.Jitter {
	case Full:
		wait *= uniform(n)
	case Equal:
		wait = wait/2 + float64(wait/2*uniform(n))
	}
	return sim.Time(wait)
}

// whole is the backoff without jitter. It is multiplied out, which gives the same bits
// everywhere.
func (b *Backoff) whole(n int, most float64) float64 {
	wait := float64(b.First)
	if wait == 0 {
		return 0 // whatever the factor would grow to
	}
	for range n {
		if wait >= most {
			break
		}
		wait *= b.Factor
	}
	return min(wait, most)
}
