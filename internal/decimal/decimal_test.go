package decimal

import (
	"math"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

const second = 1_000_000_000

func TestScaled(t *testing.T) {
	for _, c := range []struct {
		text string
		want int64 // −1: refused
	}{
		{"0", 0},
		{"1.5", 1_500_000_000},
		{"0.07949090003967285", 79_490_900},   // …900.04 ns: down
		{"0.0000000005", 1},                   // half a nanosecond: up
		{"0.00000000049999999999999999", 0},   // just below half
		{"57.15786004066467", 57_157_860_041}, // …040.66: up
		{"7.8e-05", 78_000},                   // as Python prints small floats
		{"1E3", 1000 * second},                //
		{".5", 500_000_000},                   // digits on one side suffice
		{"5.", 5_000_000_000},                 //
		{"9223372035", 9_223_372_035 * 1e9},   // near the end of int64
		{"9223372037", -1},                    // beyond it: 292 years
		{"99999999999999999999999999", -1},    //
		{"1e300", -1},                         //
		{"0e999", 0},                          //
		{"-1", -1}, {"+1", -1}, {"", -1}, {".", -1}, {"NaN", -1}, {"Inf", -1}, {"1_0", -1}, {"0x1", -1}, {"1 ", -1}, {"1e", -1}, {"1.5.2", -1},
	} {
		got, ok := Scaled([]byte(c.text), 9)
		if ok != (c.want >= 0) || ok && got != c.want {
			t.Errorf("%q: %d %v, want %d", c.text, got, ok, c.want)
		}
	}
}

// Reading agrees with big.Rat: whole × 10^9 rounded half up.
func TestScaledIsExact(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		text := rapid.StringMatching(`[0-9]{1,9}(\.[0-9]{1,18})?(e-?[0-3])?`).Draw(r, "text")
		want, _ := new(big.Rat).SetString(text)
		want.Mul(want, big.NewRat(2_000_000_000, 1)).Add(want, big.NewRat(1, 1))
		n := new(big.Int).Quo(want.Num(), new(big.Int).Mul(want.Denom(), big.NewInt(2)))
		got, ok := Scaled([]byte(text), 9)
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
func dropped(text string, got int64, want *big.Int) bool {
	return len(text) > 20 && new(big.Int).Sub(want, big.NewInt(got)).CmpAbs(big.NewInt(1)) == 0
}

// What is written reads back, at any number of places.
func TestAppend(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		v := rapid.Int64Range(0, 1<<62).Draw(r, "n")
		places := rapid.IntRange(1, 9).Draw(r, "places")
		text := Append(nil, v, places)
		want := new(big.Rat).SetFrac(big.NewInt(v), big.NewInt(int64(pow10[places])))
		if exact, ok := new(big.Rat).SetString(string(text)); !ok || exact.Cmp(want) != 0 || strings.HasSuffix(string(text), ".") ||
			strings.Contains(string(text), ".") && strings.HasSuffix(string(text), "0") {
			r.Fatalf("%d at %d places: %s", v, places, text)
		}
		if got, ok := Scaled(text, places); !ok || got != v {
			r.Fatalf("%d: %s reads as %d", v, text, got)
		}
	})
	for v, want := range map[int64]string{0: "0", 1: "0.000000001", 1_500_000_000: "1.5", 10 * second: "10", 1_000_000_010: "1.00000001"} {
		if got := string(Append(nil, v, 9)); got != want {
			t.Errorf("%d: %s, want %s", v, got, want)
		}
	}
	if got := string(Append([]byte("x="), 1_250_000, 6)); got != "x=1.25" {
		t.Error(got)
	}
}

// A difference is exact, in the right direction.
func TestMinus(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int64 // ns of |a − b|
		ok   bool
	}{
		{"5.0000001", "2", 3_000_000_100, true},
		{"2", "5.0000001", 3_000_000_100, false},
		{"4", "0.9999999", 3_000_000_100, true},
		{"0.07949090003967285", "0.078", 1_490_900, true},
		{"7", "7", 0, true},
	} {
		a, _ := Parse([]byte(c.a))
		b, _ := Parse([]byte(c.b))
		d, ok := a.Minus(b)
		if got, _ := d.Scaled(9); got != c.want || ok != c.ok {
			t.Errorf("%s − %s: %d %v, want %d %v", c.a, c.b, got, ok, c.want, c.ok)
		}
	}
}

func TestCount(t *testing.T) {
	for text, want := range map[string]int64{"0": 0, "007": 7, "999999999999999999": 999_999_999_999_999_999, "": -1, "1000000000000000000": -1, "-1": -1, "1.0": -1, "1e3": -1, " 1": -1} {
		if got, ok := Count([]byte(text)); ok != (want >= 0) || ok && got != want {
			t.Errorf("%q: %d %v, want %d", text, got, ok, want)
		}
	}
}

// Any text against exact rationals: what is a number ≥ 0 in range is read, to half a unit,
// and nothing else is.
func FuzzScaled(f *testing.F) {
	for _, s := range []string{"0", "1.5", "1e3", "12.345e-2", "0.0005", "00.1", "99999999999999999999", "1.", ".5", "-1", "1756728000.123456789"} {
		f.Add(s, 3)
	}
	f.Fuzz(func(t *testing.T, text string, places int) {
		places = max(0, min(places, 9))
		got, ok := Scaled([]byte(text), places)
		if len(text) > 18 || strings.ContainsAny(text, "/_xXoObBpP+-") { // big.Rat reads more, and 18 decimals are kept
			return
		}
		if _, exponent, found := strings.Cut(strings.ToLower(text), "e"); found && len(exponent) > 4 {
			return // longer exponents are refused, whatever they are
		}
		want, valid := new(big.Rat).SetString(text)
		if !valid {
			if ok {
				t.Errorf("%q is read as %d", text, got)
			}
			return
		}
		want.Mul(want, new(big.Rat).SetInt64(int64(pow10[places])))
		if !ok {
			if want.Cmp(new(big.Rat).SetInt64(math.MaxInt64/2)) < 0 {
				t.Errorf("%q × 10^%d is refused", text, places)
			}
			return
		}
		diff := new(big.Rat).Sub(want, new(big.Rat).SetInt64(got))
		if diff.Cmp(big.NewRat(1, 2)) >= 0 || diff.Cmp(big.NewRat(-1, 2)) < 0 {
			t.Errorf("%s × 10^%d is %d", text, places, got)
		}
	})
}
