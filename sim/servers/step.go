package servers

import "github.com/coldcurve/coldcurve/sim"

// Step is one forward pass of an engine, as its hardware needs to know it.
type Step struct {
	Tokens    int64 // of the pass, all
	Sequences int64 // that make a token at its end (lm_head and sampler run over these)
	Chunks    int64 // requests that prefill in it
	Prefill   int64 // their tokens
	Context   int64 // Σ over chunks: tokens × tokens computed before
	Square    int64 // Σ over chunks: tokens²
	Decodes   int64 // requests of one token each, or of that and a draft to verify
	KV        int64 // Σ over decodes: context, the new token included
	MaxKV     int64 // the longest of these contexts
}

// Timer says how long a pass takes, ns > 0, rounded to the nearest; the same on each call.
type Timer interface{ Time(s *Step) sim.Time }

// Measured is a Timer that tells which passes lie beyond what it was measured for:
// of decodes alone, all whose contexts are longer than those of one that does.
type Measured interface {
	Timer
	Beyond(s *Step) bool
}

// Runner is a Timer that takes a run of decode-only steps at once: up to n steps from s on (each step KV grows by Decodes, MaxKV by 1), none that would end after until; it adds up each step's rounded ns, exactly as Time would.
type Runner interface {
	Timer
	Run(s *Step, n int64, from, until sim.Time) (steps int64, at sim.Time)
}
