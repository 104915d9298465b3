package logs

import "math"

// decimal returns a decimal number ≥ 0, with or without fraction and exponent,
// times 10^scale, rounded to the nearest integer, halves up. Digits after the
// nineteenth that counts are dropped.
func decimal(b []byte, scale int) (int64, bool) {
	var m uint64
	digits, kept, i := 0, 0, 0
	point := false
	for ; i < len(b); i++ {
		c := b[i] - '0'
		if c > 9 {
			if b[i] != '.' || point {
				break
			}
			point = true
			continue
		}
		digits++
		if kept < 19 {
			m = m*10 + uint64(c)
			if m > 0 {
				kept++
			}
			if point {
				scale--
			}
		} else if !point {
			scale++
		}
	}
	if digits == 0 {
		return 0, false
	}
	if i < len(b) {
		exponent, ok := exponent(b[i:])
		if !ok {
			return 0, false
		}
		scale += exponent
	}
	return shift(m, scale)
}

// exponent reads e and a small signed integer.
func exponent(b []byte) (int, bool) {
	if b[0]|0x20 != 'e' {
		return 0, false
	}
	b = b[1:]
	sign := 1
	if len(b) > 0 && (b[0] == '-' || b[0] == '+') {
		if b[0] == '-' {
			sign = -1
		}
		b = b[1:]
	}
	n, ok := count(b)
	if !ok || n > 9999 {
		return 0, false
	}
	return sign * int(n), true
}

// shift returns m × 10^scale.
func shift(m uint64, scale int) (int64, bool) {
	for ; scale > 0 && m > 0; scale-- {
		if m > math.MaxInt64/10 {
			return 0, false
		}
		m *= 10
	}
	for ; scale < -1 && m > 0; scale++ {
		m /= 10
	}
	if scale == -1 {
		m = m/10 + m%10/5 // the digit after the last decides
	}
	return int64(m), m <= math.MaxInt64
}

// count reads a whole number ≥ 0 below 10^18.
func count(b []byte) (int64, bool) {
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
