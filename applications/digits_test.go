package applications

import "testing"

// TestDigits: numbers of a drawing have four digits that count, and no exponent.
func TestDigits(t *testing.T) {
	for v, want := range map[float64]string{4000: "4000", 21600: "21600", 123456: "123500", 0.25: "0.25", 1.0 / 3: "0.3333", 2: "2"} {
		if got := digits(v); got != want {
			t.Errorf("%v is written %q, want %q", v, got, want)
		}
	}
}
