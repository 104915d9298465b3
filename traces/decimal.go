package traces

import (
	"math"

	"github.com/coldcurve/coldcurve/sim"
)

// A decimal is an exact decimal number of units (seconds, milliseconds) as
// whole units and 10^-18 parts of one, which hold what Python prints of a
// float. Digits after the eighteenth are dropped.
type decimal struct {
	whole int64
	atto  uint64 // < 10^18
}

const attos = 1_000_000_000_000_000_000

var pow10 = [19]uint64{1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000,
	10_000_000_000, 100_000_000_000, 1_000_000_000_000, 10_000_000_000_000, 100_000_000_000_000,
	1_000_000_000_000_000, 10_000_000_000_000_000, 100_000_000_000_000_000, attos}

// parseDecimal reads digits, an optional fraction and an optional exponent.
// It takes no sign: what is negative, or not a number, is not ok.
func parseDecimal(b []byte) (d decimal, ok bool) {
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
func (d decimal) shift(exp int) (decimal, bool) {
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

// minus returns d − e; ok is false, and the result e − d, where it would be negative.
func (d decimal) minus(e decimal) (diff decimal, ok bool) {
	if d.whole < e.whole || d.whole == e.whole && d.atto < e.atto {
		diff, _ = e.minus(d)
		return diff, false
	}
	diff = decimal{d.whole - e.whole, d.atto - e.atto}
	if d.atto < e.atto {
		diff.whole--
		diff.atto += attos
	}
	return diff, true
}

// time returns d × unit (a power of ten of nanoseconds: a second, a
// millisecond) rounded to the nearest nanosecond, halves up. Not ok beyond
// 2^63 ns, some 292 years.
func (d decimal) time(unit sim.Time) (sim.Time, bool) {
	if d.whole > math.MaxInt64/unit-1 {
		return 0, false
	}
	step := uint64(attos / unit)
	return d.whole*unit + sim.Time((d.atto+step/2)/step), true
}

// parseTime reads a decimal number of units as nanoseconds.
func parseTime(b []byte, unit sim.Time) (sim.Time, bool) {
	if unit == sim.Second {
		if t, ok := fastSeconds(b); ok {
			return t, true
		}
	}
	d, ok := parseDecimal(b)
	if !ok {
		return 0, false
	}
	return d.time(unit)
}

// fastSeconds reads the usual form: at most 9 digits, and at most 9 decimals.
func fastSeconds(b []byte) (sim.Time, bool) {
	var n uint64
	i := 0
	for ; i < len(b) && b[i]-'0' <= 9; i++ {
		n = n*10 + uint64(b[i]-'0')
	}
	if i == 0 || i > 9 {
		return 0, false
	}
	if i == len(b) {
		return sim.Time(n) * sim.Second, true
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
	return sim.Time(n * pow10[9-places]), true
}

// parseCount reads a whole number ≥ 0 below 10^18.
func parseCount(b []byte) (int64, bool) {
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

// appendSeconds appends a time as decimal seconds, exact, without trailing zeros.
func appendSeconds(b []byte, t sim.Time) []byte { return appendDecimal(b, t, sim.Second, 9) }

// appendMillis appends a time as decimal milliseconds, exact.
func appendMillis(b []byte, t sim.Time) []byte { return appendDecimal(b, t, sim.Millisecond, 6) }

func appendDecimal(b []byte, t, unit sim.Time, places int) []byte {
	var digits [20]byte
	n, whole := len(digits), t/unit
	for {
		n--
		digits[n] = byte('0' + whole%10)
		if whole /= 10; whole == 0 {
			break
		}
	}
	b = append(b, digits[n:]...)
	rest := t % unit
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
