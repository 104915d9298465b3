package costmodel

import (
	"math/big"

	"github.com/coldcurve/coldcurve/sim"
)

// TokenMeter counts the requests of a run to a language model, each by the
// hour at which it arrives. Adding allocates nothing; merging in any order
// gives the same counts.
type TokenMeter struct {
	tariff *Tariff
	start  sim.Time      // time of day at the simulated time 0
	counts []tokenCounts // by class
}

type tokenCounts struct {
	requests uint64
	tokens   [len(tokenMeters)]sim.Wide
}

// NewTokenMeter returns a meter of a run whose simulated time 0 is epoch, in ns
// since 1970-01-01T00:00:00Z.
func (t *Tariff) NewTokenMeter(epoch sim.Time) *TokenMeter {
	start := epoch % sim.Day
	if start < 0 {
		start += sim.Day
	}
	return &TokenMeter{tariff: t, start: start, counts: make([]tokenCounts, t.tokenClasses())}
}

// Add counts a request that arrives at a simulated time ≥ 0. Its tokens must be
// those of a request: those that are read from the cache or written to it are
// at most those of the input, and none is negative.
func (m *TokenMeter) Add(arrival sim.Time, r TokenRequest) {
	c, ok := r.counts()
	if !ok {
		panic("costmodel: no request: " + r.text())
	}
	hours := 0
	if len(m.tariff.Hours) > 0 {
		hours = m.tariff.hoursAt(m.start + arrival%sim.Day)
	}
	k := &m.counts[m.tariff.tokenClass(&r, hours)]
	k.requests++
	for i := range c {
		k.tokens[i].Add(c[i])
	}
}

// Merge adds what another meter of the same tariff counted.
func (m *TokenMeter) Merge(o *TokenMeter) {
	for i := range m.counts {
		k := &m.counts[i]
		k.requests += o.counts[i].requests
		for j := range k.tokens {
			k.tokens[j].AddWide(o.counts[i].tokens[j])
		}
	}
}

// Usage returns what was counted: the meters of the first price and of each
// other one that a request had.
func (m *TokenMeter) Usage() Usage {
	var u Usage
	for class := range m.counts {
		k := &m.counts[class]
		if class > 0 && k.requests == 0 {
			continue
		}
		var tokens [len(tokenMeters)]*big.Int
		for i := range tokens {
			tokens[i] = k.tokens[i].Big()
		}
		u = append(u, m.tariff.classUsage(class, tokens, count(k.requests))...)
	}
	return u
}
