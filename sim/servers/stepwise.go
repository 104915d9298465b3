package servers

import "github.com/coldcurve/coldcurve/sim"

// stepwise is a Runner of a Timer that has no faster way.
type stepwise struct {
	Timer
	next Step // here, not on the stack, which a Timer may let it leave
}

// runnerOf returns the Timer as a Runner.
func runnerOf(t Timer) Runner {
	if r, ok := t.(Runner); ok {
		return r
	}
	return &stepwise{Timer: t}
}

// Run takes the steps one by one.
func (t *stepwise) Run(s *Step, n int64, from, until sim.Time) (int64, sim.Time) {
	t.next = *s
	for k := range n {
		d := t.Time(&t.next)
		if d > until-from {
			return k, from
		}
		from += d
		t.next.KV += t.next.Decodes
		t.next.MaxKV++
	}
	return n, from
}

// add counts a request of n tokens that has so many computed before them.
func (s *Step) add(n, before int64) {
	s.Tokens += n
	if n == 1 { // to the hardware the last token of a prompt is what any other is
		s.Decodes++
		s.KV += before + 1
		s.MaxKV = max(s.MaxKV, before+1)
		return
	}
	s.Chunks++
	s.Prefill += n
	s.Context += n * before
	s.Square += n * n
}
