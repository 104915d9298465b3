package experiments

import (
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// Each kind of limit has words of its own. Two at a time, and one request a second for
// each of them, are two a second; three at a time, and two in 10 s for
// each, are six in 10 s.
func TestLimitsHaveNames(t *testing.T) {
	l := sim.Limit{Account: 2, Function: 3, Requests: sim.Ramp{Burst: 1, Period: sim.Second}}
	slow := sim.Limit{Function: 3, Requests: sim.Ramp{Burst: 2, Period: 10 * sim.Second}}
	for _, c := range []struct {
		l               *sim.Limit
		kind            sim.LimitKind
		of, what, value string
	}{
		{&l, sim.AccountRequestLimit, "platform p", "requests", "2 a second"},
		{&l, sim.FunctionRequestLimit, "function f on p", "requests", "3 a second"},
		{&slow, sim.FunctionRequestLimit, "function f on p", "requests", "6 in 10s"},
		{&l, sim.AccountLimit, "platform p", "requests", "2 at a time"},
		{&l, sim.ServerLimit, "function f on p", "requests", "what its server takes"},
	} {
		if of, what, value := limitOf("p", "f", c.l, c.kind); of != c.of || what != c.what || value != c.value {
			t.Errorf("%d: %s, %s, %s; want %s, %s, %s", c.kind, of, what, value, c.of, c.what, c.value)
		}
	}
	for kind := sim.NoLimit + 1; kind < sim.NumLimitKinds; kind++ {
		limitOf("p", "f", &l, kind) // panics where a kind has no words
	}
}
