// Package decimal reads and writes decimal numbers ≥ 0 exactly, as traces and
// logs print times: without a float between a text and an integer.
//
// It takes digits, an optional fraction and an optional exponent, and no sign,
// separator, infinity or NaN. A Number holds 18 decimals, which is what Python
// prints of a float below 1; more are dropped.
package decimal

import (
	"math"
	"strconv"
)

// A Number is an exact decimal number ≥ 0 as wholes and 10^-18 parts of one.
type Number struct {
	whole int64
	atto  uint64 // < 10^18
}

const attos = 1_000_000_000_000_000_000

var pow10 = [19]uint64{1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000,
	10_000_000_000, 100_000_000_000, 1_000_000_000_000, 10_000_000_000_000, 100_000_000_000_000,
	1_000_000_000_000_000, 10_000_000_000_000_000, 100_000_000_000_000_000, attos}

// Parse reads a number; ok is false where it is none, negative, or 2^63 or more.
func Parse(b []byte) (d Number, ok bool) {
	i, digits := 0, 0
	for ; i < len(b) && b[i]-'0' <= 9; i++ {
		if d.whole > (math.MaxInt64-9)/10 {
			return d, false
		}
		d.whole = d.whole*10 + int64(b[i]-'0')
		digits++
	}
	if i < len(b) && b[i] == '.' {
		i++
		places := 0
		for ; i < len(b) && b[i]-'0' <= 9; i++ {
			if places < 18 {
				d.atto = d.atto*10 + uint64(b[i]-'0')
				places++
			}
			digits++
		}
		d.atto *= pow10[18-places]
	}
	if digits == 0 {
		return d, false
	}
	if i == len(b) {
		return d, true
	}
	if b[i] != 'e' && b[i] != 'E' {
		return d, false
	}
	exp, ok := parseExponent(b[i+1:])
	if !ok {
		return d, false
	}
	return d.shift(exp)
}

// parseExponent reads a small signed integer.
func parseExponent(b []byte) (int, bool) {
	sign := 1
	if len(b) > 0 && (b[0] == '-' || b[0] == '+') {
		if b[0] == '-' {
			sign = -1
		}
		b = b[1:]
	}
	if len(b) == 0 || len(b) > 4 {
		return 0, false
	}
	n := 0
	for _, c := range b {
		if c-'0' > 9 {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return sign * n, true
}

// shift multiplies by 10^exp.
func (d Number) shift(exp int) (Number, bool) {
	for ; exp < 0 && (d.whole != 0 || d.atto != 0); exp++ {
		d.atto = d.atto/10 + uint64(d.whole%10)*(attos/10)
		d.whole /= 10
	}
	for ; exp > 0 && (d.whole != 0 || d.atto != 0); exp-- {
		if d.whole > (math.MaxInt64-9)/10 {
			return d, false
		}
		d.whole = d.whole*10 + int64(d.atto/(attos/10))
		d.atto = d.atto % (attos / 10) * 10
	}
	return d, true
}

// Minus returns d − e; ok is false, and the result e − d, where it would be negative.
func (d Number) Minus(e Number) (diff Number, ok bool) {
	if d.whole < e.whole || d.whole == e.whole && d.atto < e.atto {
		diff, _ = e.Minus(d)
		return diff, false
	}
	diff = Number{d.whole - e.whole, d.atto - e.atto}
	if d.atto < e.atto {
		diff.whole--
		diff.atto += attos
	}
	return diff, true
}

// Scaled returns d × 10^places, places from 0 to 9, rounded to the nearest
// integer, halves up: seconds are nanoseconds at 9 places, milliseconds at 6.
// Not ok beyond 2^63.
func (d Number) Scaled(places int) (int64, bool) {
	unit := int64(pow10[places])
	if d.whole > math.MaxInt64/unit-1 {
		return 0, false
	}
	step := uint64(attos / unit)
	return d.whole*unit + int64((d.atto+step/2)/step), true
}

// Scaled reads a number and returns it × 10^places, as Number.Scaled does.
func Scaled(b []byte, places int) (int64, bool) {
	if places == 9 {
		if n, ok := billionths(b); ok {
			return n, true
		}
	}
	d, ok := Parse(b)
	if !ok {
		return 0, false
	}
	return d.Scaled(places)
}

// billionths reads the usual form of seconds as nanoseconds: at most 9 digits,
// and at most 9 decimals.
func billionths(b []byte) (int64, bool) {
	var n uint64
	i := 0
	for ; i < len(b) && b[i]-'0' <= 9; i++ {
		n = n*10 + uint64(b[i]-'0')
	}
	if i == 0 || i > 9 {
		return 0, false
	}
	if i == len(b) {
		return int64(n) * 1_000_000_000, true
	}
	places := len(b) - i - 1
	if b[i] != '.' || places < 1 || places > 9 {
		return 0, false
	}
	for i++; i < len(b); i++ {
		if b[i]-'0' > 9 {
			return 0, false
		}
		n = n*10 + uint64(b[i]-'0')
	}
	return int64(n * pow10[9-places]), true
}

// Count reads a whole number ≥ 0 below 10^18: digits alone.
func Count(b []byte) (int64, bool) {
	if len(b) == 0 || len(b) > 18 {
		return 0, false
	}
	var n int64
	for _, c := range b {
		if c-'0' > 9 {
			return 0, false
		}
		n = n*10 + int64(c-'0')
	}
	return n, true
}

// Append appends n × 10^−places, n ≥ 0 and places from 1 to 9, exactly and
// without trailing zeros: nanoseconds are seconds at 9 places, milliseconds at 6.
func Append(b []byte, n int64, places int) []byte {
	unit := int64(pow10[places])
	b = strconv.AppendInt(b, n/unit, 10)
	rest := n % unit
	if rest == 0 {
		return b
	}
	for rest%10 == 0 {
		rest /= 10
		places--
	}
	at := len(b) + 1
	b = append(b, ".000000000"[:places+1]...)
	for i := at + places - 1; rest > 0; i-- {
		b[i] = byte('0' + rest%10)
		rest /= 10
	}
	return b
}
