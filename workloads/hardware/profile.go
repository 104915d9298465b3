package hardware

import (
	"math"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/servers"
)

// Profile says how long the passes of a model take on some hardware. It
// implements servers.Runner. It never changes, so any number of servers may
// share it.
type Profile struct {
	Facts
	dense  line     // ns by tokens of the pass
	tokens float64  // of the largest pass that was measured
	head   line     // ns by sequences that make a token
	decode *surface // ns of attention, by requests that decode and the context of each
	chunks chunks
	// skew is how much of the way attention goes from its time at the mean
	// context to that at the longest.
	skew             float64
	host, perRequest float64 // ns a pass, and a request in it
	// prefillScale and decodeScale are what a calibration found; 1 without one.
	prefillScale, decodeScale float64
}

var (
	_ servers.Runner   = (*Profile)(nil)
	_ servers.Measured = (*Profile)(nil)
)

// chunks is the attention of passes in which requests prefill.
type chunks interface {
	// time returns ns of attention of all the pass, decodes included.
	time(p *Profile, s *servers.Step) float64
	// beyond tells whether the pass is further out than what was measured.
	beyond(s *servers.Step) bool
}

// Time returns how long a pass takes.
func (p *Profile) Time(s *servers.Step) sim.Time {
	host := p.hostTime(s)
	if s.Chunks == 0 {
		return whole(host + float64(p.decodeScale*(p.products(s)+p.decodeTime(s))))
	}
	all := p.products(s) + p.chunks.time(p, s)
	if p.decodeScale == p.prefillScale {
		return whole(host + float64(p.decodeScale*all))
	}
	decodes := p.withoutChunks(s)
	return whole(host + float64(p.decodeScale*decodes) + float64(p.prefillScale*(all-decodes)))
}

// withoutChunks returns the ns of a pass without those that prefill in it.
func (p *Profile) withoutChunks(s *servers.Step) float64 {
	if s.Decodes == 0 {
		return 0
	}
	made := s.Tokens - s.Prefill // or verified
	alone := servers.Step{Tokens: made, Sequences: made, Decodes: s.Decodes, KV: s.KV, MaxKV: s.MaxKV}
	return p.products(&alone) + p.decodeTime(&alone)
}

// hostTime returns the ns that a pass waits for the host.
func (p *Profile) hostTime(s *servers.Step) float64 {
	return p.host + float64(p.perRequest*float64(s.Chunks+s.Decodes))
}

// products returns the ns of all but attention. An engine runs lm_head over
// one token at least.
func (p *Profile) products(s *servers.Step) float64 {
	return p.dense.at(float64(s.Tokens)) + p.head.at(float64(max(s.Sequences, 1)))
}

// decodeTime returns the ns of attention of the decodes of a pass alone.
func (p *Profile) decodeTime(s *servers.Step) float64 {
	n := float64(s.Decodes)
	mean, longest := float64(s.KV)/n, float64(s.MaxKV)
	return p.skewed(p.decode.two(n, mean, longest))
}

// skewed returns the time of attention over contexts that differ.
func (p *Profile) skewed(mean, longest float64) float64 {
	return mean + float64(p.skew*(longest-mean))
}

// whole rounds to the nearest ns, and up to one.
func whole(ns float64) sim.Time {
	if !(ns >= 1) {
		return 1
	}
	return sim.Time(ns + 0.5)
}

// Run takes a run of passes in which nothing but decodes happens.
func (p *Profile) Run(s *servers.Step, n int64, from, until sim.Time) (steps int64, at sim.Time) {
	host, products := p.hostTime(s), p.products(s)
	decodes := float64(s.Decodes)
	kv, longest := s.KV, s.MaxKV
	mean, far := piece{end: math.Inf(-1)}, piece{end: math.Inf(-1)}
	for at = from; steps < n; steps++ {
		x, l := float64(kv)/decodes, float64(longest)
		if x >= mean.end {
			mean = p.decode.piece(decodes, x)
		}
		if l >= far.end {
			far = p.decode.piece(decodes, l)
		}
		next := at + whole(host+float64(p.decodeScale*(products+p.skewed(mean.value(x), far.value(l)))))
		if next > until {
			break
		}
		at = next
		kv += s.Decodes
		longest++
	}
	return steps, at
}

// Beyond tells whether the time of a pass rests on more than was measured: a
// context, a number of requests or of tokens further out, to which the last
// two points are drawn out. Of a roofline nothing was measured.
func (p *Profile) Beyond(s *servers.Step) bool {
	if p.Basis == FromRoofline || float64(s.Tokens) > p.tokens {
		return true
	}
	if s.Chunks > 0 {
		return p.chunks.beyond(s)
	}
	return s.Decodes > 0 && p.decode.beyond(float64(s.Decodes), float64(s.MaxKV))
}
