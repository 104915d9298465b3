package estimate

import (
	"math"
	"strconv"
	"unicode"
	"unicode/utf8"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// Clock writes a duration to two or three digits.
func Clock(t sim.Time) string {
	for _, unit := range []sim.Time{sim.Hour, sim.Minute, sim.Second, sim.Millisecond} {
		if t >= 10*unit {
			return spec.Duration((t + unit/2) / unit * unit).String()
		}
	}
	return spec.Duration(t).String()
}

// upperFirst begins a sentence with what may follow one.
func upperFirst(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	if r == utf8.RuneError { // nothing, or no letter
		return s
	}
	return string(unicode.ToUpper(r)) + s[size:]
}

// Digits writes a float to so many significant digits, without an exponent.
func Digits(x float64, n int) string {
	const exactly = 1e15
	if x == 0 || math.IsNaN(x) || math.IsInf(x, 0) {
		return strconv.FormatFloat(x, 'g', -1, 64)
	}
	if math.Abs(x) >= exactly { // the last digits are the float's, not the number's
		x, _ = strconv.ParseFloat(strconv.FormatFloat(x, 'e', 11, 64), 64)
		return strconv.FormatFloat(x, 'f', -1, 64)
	}
	decimals := max(0, n-1-int(math.Floor(math.Log10(math.Abs(x)))))
	s := strconv.FormatFloat(x, 'f', decimals, 64)
	if decimals > 0 {
		for s[len(s)-1] == '0' {
			s = s[:len(s)-1]
		}
		if s[len(s)-1] == '.' {
			s = s[:len(s)-1]
		}
	}
	return s
}
