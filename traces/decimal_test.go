package traces

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"github.com/coldcurve/coldcurve/sim"
)

func TestParseTime(t *testing.T) {
	for _, c := range []struct {
		text string
		want sim.Time // −1: refused
	}{
		{"0", 0},
		{"1.5", 1_500_000_000},
		{"0.07949090003967285", 79_490_900},   // …900.04 ns: down
		{"0.0000000005", 1},                   // half a nanosecond: up
		{"0.00000000049999999999999999", 0},   // just below half
		{"57.15786004066467", 57_157_860_041}, // …040.66: up
		{"7.8e-05", 78_000},                   // as Python prints small floats
		{"1E3", 1000 * sim.Second},            //
		{".5", 500_000_000},                   // digits on one side suffice
		{"5.", 5_000_000_000},                 //
		{"9223372035", 9_223_372_035 * 1e9},   // near the end of int64
		{"9223372037", -1},                    // beyond it: 292 years
		{"99999999999999999999999999", -1},    //
		{"1e300", -1},                         //
		{"0e999", 0},                          //
		{"-1", -1}, {"+1", -1}, {"", -1}, {".", -1}, {"NaN", -1}, {"Inf", -1}, {"1_0", -1}, {"0x1", -1}, {"1 ", -1}, {"1e", -1}, {"1.5.2", -1},
	} {
		got, ok := parseTime([]byte(c.text), sim.Second)
		if ok != (c.want >= 0) || ok && got != c.want {
			t.Errorf("%q: %d %v, want %d", c.text, got, ok, c.want)
		}
	}
}

// Reading agrees with big.Rat: whole × 10^9 rounded half up.
func TestParseTimeIsExact(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		text := rapid.StringMatching(`[0-9]{1,9}(\.[0-9]{1,18})?(e-?[0-3])?`).Draw(r, "text")
		want, _ := new(big.Rat).SetString(text)
		want.Mul(want, big.NewRat(2_000_000_000, 1)).Add(want, big.NewRat(1, 1))
		n := new(big.Int).Quo(want.Num(), new(big.Int).Mul(want.Denom(), big.NewInt(2)))
		got, ok := parseTime([]byte(text), sim.Second)
		// An exponent can push digits beyond the eighteenth, which are dropped.
		if !ok && !n.IsInt64() {
			return
		}
		if !ok || big.NewInt(got).CmpAbs(n) != 0 && !dropped(text, got, n) {
			r.Fatalf("%s: %d %v, want %s", text, got, ok, n)
		}
	})
}

// dropped reports whether digits beyond the eighteenth decided a half.
func dropped(text string, got sim.Time, want *big.Int) bool {
	return len(text) > 20 && new(big.Int).Sub(want, big.NewInt(got)).CmpAbs(big.NewInt(1)) == 0
}

// What is written reads back.
func TestSecondsRoundTrip(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		v := rapid.Int64Range(0, 1<<62).Draw(r, "t")
		for unit, text := range map[sim.Time][]byte{sim.Second: appendSeconds(nil, v), sim.Millisecond: appendMillis(nil, v)} {
			if got, ok := parseTime(text, unit); !ok || got != v {
				r.Fatalf("%d: %s reads as %d", v, text, got)
			}
		}
	})
	for v, want := range map[sim.Time]string{0: "0", 1: "0.000000001", 1_500_000_000: "1.5", 10 * sim.Second: "10", 1_000_000_010: "1.00000001"} {
		if got := string(appendSeconds(nil, v)); got != want {
			t.Errorf("%d: %s, want %s", v, got, want)
		}
	}
	if got := string(appendMillis(nil, 1_250_000)); got != "1.25" {
		t.Error(got)
	}
}
