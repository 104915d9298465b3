package pricetable

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// amount reads a price as digits with at most one point, times 10^shift: it
// moves the point of the number as it is written, which never is a float. A
// price may be written as a number or as a text, and with an exponent.
func amount(v *value, shift int) (string, error) {
	if v.kind != number && v.kind != text {
		return "", v.want("a price")
	}
	s, err := plain(v.text, shift)
	if err != nil {
		return "", v.errorf("found %q, want %w", shown(v.text), err)
	}
	return s, nil
}

// maxDigits bounds a price as a catalog does, and its exponent too.
const maxDigits = 40

var (
	errNoPrice = errors.New("a price of 0 or more, such as 2.5 or 3e-06")
	errLong    = fmt.Errorf("a price of fewer than %d digits", maxDigits)
)

// plain returns number × 10^shift, written with digits and at most one point.
func plain(text string, shift int) (string, error) {
	mantissa, exponent, has := strings.Cut(strings.ToLower(text), "e")
	if has {
		e, err := strconv.Atoi(exponent)
		if err != nil || len(exponent) > 4 {
			return "", errNoPrice
		}
		shift += e
	}
	whole, fraction, point := strings.Cut(mantissa, ".")
	if !isDigits(whole) || point && !isDigits(fraction) {
		return "", errNoPrice
	}
	digits := strings.TrimLeft(whole+fraction, "0")
	places := len(fraction) - shift // digits after the point
	if digits == "" {
		return "0", nil
	}
	for places > 0 && digits[len(digits)-1] == '0' {
		digits, places = digits[:len(digits)-1], places-1
	}
	if max(len(digits), places+1, len(digits)-places) > maxDigits-1 {
		return "", errLong
	}
	if places <= 0 {
		return digits + strings.Repeat("0", -places), nil
	}
	if len(digits) <= places {
		digits = strings.Repeat("0", places-len(digits)+1) + digits
	}
	return digits[:len(digits)-places] + "." + digits[len(digits)-places:], nil
}

func isDigits(s string) bool {
	for _, c := range s {
		if c < '0' || c > '9' {
			return false
		}
	}
	return s != ""
}

// wholeNumber reads a number of tokens above 0.
func wholeNumber(v *value) (int64, error) {
	s, err := plain(v.text, 0)
	if err == nil {
		var n int64
		if n, err = strconv.ParseInt(s, 10, 64); err == nil && n > 0 {
			return n, nil
		}
	}
	return 0, v.errorf("found %s, want a whole number of tokens above 0", shown(v.text))
}
