package sim

// Purpose separates the random streams of a function, so that a draw for one
// thing never shifts another.
type Purpose uint64

// Purposes of the draws. A new purpose is added at the end.
const (
	PurposeArrival   Purpose = iota + 1 // when an invocation arrives
	PurposeService                      // how long it takes, warm or cold
	PurposeState                        // the state of a modulating process (MMPP)
	PurposeSample                       // which functions a sample keeps
	PurposeMemory                       // sizes drawn once a function
	PurposeShape                        // other parameters drawn once a function
	PurposePolicy                       // a policy's own draws
	PurposeResume                       // how long a paused instance takes to serve again
	PurposeTokens                       // what a request asks of a language model
	PurposeTurns                        // of a conversation: how many, and its shared prompt
	PurposeThink                        // from one turn of a conversation to the next
	PurposePace                         // from one token of a request to the next
	PurposeBackoff                      // how long a client waits before it asks again
	PurposeReasoning                    // how many tokens it is not shown
	PurposePhase     Purpose = 16       // + phaseKeys: how long a phase of an init takes
	PurposePingPhase Purpose = 32       // + phaseKeys: the same for an init that a ping caused
	PurposeWarmPhase Purpose = 48       // + phaseKeys: the same for one that no request caused
	PurposeDraft     Purpose = 64       // which tokens of a draft a request accepts
	PurposeFlow      Purpose = 65       // what an application draws, see sim/flows
	PurposeNode      Purpose = 66       // when a node fails, and how long it takes to be back
	PurposeNodeStart Purpose = 67       // how long a node takes to start
	PurposeRuntime   Purpose = 68       // which language runtime a function has
	PurposeError     Purpose = 70       // whether a request fails
	PurposeErrorTime Purpose = 71       // and how long one that does takes
	PurposePoolPhase Purpose = 80       // + phaseKeys: how long a phase takes of what a pool starts
)

// RunKey says which random numbers a run uses: the seed of the experiment and
// the number of the replication, from 0.
type RunKey struct {
	Seed        uint64
	Replication uint64
}

// Stream is a counter-based stream of uniforms: a draw depends on the stream
// and on its ordinal alone, never on how many draws were made before it. It is
// SplitMix64 (Steele, Lea and Flood, OOPSLA 2014) entered at any point of its
// sequence, with the starting point hashed from the key.
type Stream struct{ base uint64 }

// golden is 2^64 ÷ φ, SplitMix64's increment.
const golden uint64 = 0x9E3779B97F4A7C15

// NewStream returns the stream of (key, purpose, function name). The name
// rather than the index keys it, so that leaving a function out of a workload
// changes no other function's draws.
func NewStream(key RunKey, purpose Purpose, function uint64) Stream {
	h := mix(key.Seed + golden)
	h = mix(h ^ (key.Replication + golden))
	h = mix(h ^ (uint64(purpose) + golden))
	h = mix(h ^ (function + golden))
	return Stream{h}
}

// Attempt returns the stream for the n-th attempt of the same invocations;
// attempt 0 is the stream itself.
func (s Stream) Attempt(n uint64) Stream {
	if n == 0 {
		return s
	}
	return Stream{mix(s.base ^ mix(n+golden))}
}

// Start returns the stream for the n-th instance that is started for the same
// attempt; start 0 is the stream itself.
func (s Stream) Start(n uint64) Stream { return s.Attempt(n << 16) } // an attempt is below 2^16

// Bits returns the 64 random bits of the given ordinal.
func (s Stream) Bits(ordinal uint64) uint64 { return mix(s.base + ordinal*golden) }

// Uniform returns the uniform of the given ordinal, in the open interval
// (0, 1): an inverse CDF never sees 0 or 1.
func (s Stream) Uniform(ordinal uint64) float64 {
	return (float64(s.Bits(ordinal)>>12) + 0.5) * (1.0 / (1 << 52))
}

// mix is SplitMix64's output function (Stafford's variant 13).
func mix(z uint64) uint64 {
	z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
	z = (z ^ z>>27) * 0x94D049BB133111EB
	return z ^ z>>31
}

// Mixed returns 64 bits that look random and depend on x alone: SplitMix64's first
// output from that state.
func Mixed(x uint64) uint64 { return mix(x + golden) }

// HashName returns the 64-bit FNV-1a hash of a name, finished by a mix: the
// key of a function's streams.
func HashName(parts ...string) uint64 {
	h := uint64(14695981039346656037)
	for _, p := range parts {
		for i := 0; i < len(p); i++ {
			h = (h ^ uint64(p[i])) * 1099511628211
		}
		h = (h ^ 0xFF) * 1099511628211 // a part's end: ("ab","c") is not ("a","bc")
	}
	return mix(h)
}
