package logs

import "github.com/coldcurve/coldcurve/internal/decimal"

// clock is a calendar time as a log wrote it.
type clock struct {
	at    int64 // Unix time, ns
	zoned bool  // it said its zone; else UTC is taken
}

const second = 1_000_000_000

// The times taken: a log from outside is no log of a service in production. [2000-01-01, 2100-01-01), Unix seconds.
const (
	timeMin = 946_684_800
	timeMax = 4_102_444_800
)

// secondsMost is how far from 1970 a time can be: 285 years of the 292 that
// nanoseconds in 64 bits hold.
const secondsMost = 9_000_000_000

func (c clock) sane() bool { return c.at >= timeMin*second && c.at < timeMax*second }

// digits reads exactly n digits; −1 where they are none.
func digits(b []byte, at, n int) int64 {
	v := int64(0)
	for _, c := range b[at : at+n] {
		if c-'0' > 9 {
			return -1
		}
		v = v*10 + int64(c-'0')
	}
	return v
}

// days returns the days since 1970-01-01 of a date in the Gregorian calendar;
// not ok where there is no such date. Hinnant, "chrono-compatible low-level date algorithms".
func days(y, m, d int64) (int64, bool) {
	if y < 1 || m < 1 || m > 12 || d < 1 || d > 31 || d == 31 && (m == 4 || m == 6 || m == 9 || m == 11) ||
		m == 2 && (d > 29 || d == 29 && (y%4 != 0 || y%100 == 0 && y%400 != 0)) {
		return 0, false
	}
	if m <= 2 {
		y--
		m += 12
	}
	era := y / 400
	yoe := y - era*400
	doy := (153*(m-3)+2)/5 + d - 1
	return era*146097 + yoe*365 + yoe/4 - yoe/100 + doy - 719468, true
}

// unix puts a time of the day to a date. A leap second is the next second.
func unix(day, h, m, s int64) (int64, bool) {
	if uint64(h) > 23 || uint64(m) > 59 || uint64(s) > 60 {
		return 0, false
	}
	return day*86400 + h*3600 + m*60 + s, true
}

// iso reads an ISO 8601 time at the start of b: 2006-01-02T15:04:05, a space
// in place of the T, a fraction, and Z or an offset if it has them. It returns
// how many bytes it took.
func iso(b []byte) (c clock, n int, ok bool) {
	if len(b) < 19 || b[4] != '-' || b[7] != '-' || b[10] != 'T' && b[10] != ' ' || b[13] != ':' || b[16] != ':' {
		return c, 0, false
	}
	day, ok := days(digits(b, 0, 4), digits(b, 5, 2), digits(b, 8, 2))
	if !ok {
		return c, 0, false
	}
	sec, ok := unix(day, digits(b, 11, 2), digits(b, 14, 2), digits(b, 17, 2))
	if !ok || sec < -secondsMost || sec > secondsMost {
		return c, 0, false
	}
	frac, n := fraction(b, 19)
	zone, n, zoned, ok := offset(b, n)
	return clock{(sec-zone)*second + frac, zoned}, n, ok
}

// fraction reads .123 or ,123 as ns; digits beyond are dropped.
func fraction(b []byte, i int) (ns int64, next int) {
	if i+1 >= len(b) || b[i] != '.' && b[i] != ',' || b[i+1]-'0' > 9 {
		return 0, i
	}
	unit := int64(second / 10)
	for i++; i < len(b) && b[i]-'0' <= 9; i++ {
		ns += int64(b[i]-'0') * unit
		unit /= 10
	}
	return ns, i
}

// offset reads Z, ±hh:mm or ±hhmm as seconds.
func offset(b []byte, i int) (sec int64, next int, zoned, ok bool) {
	if i < len(b) && b[i] == 'Z' {
		return 0, i + 1, true, true
	}
	if i >= len(b) || b[i] != '+' && b[i] != '-' {
		return 0, i, false, true
	}
	sign, at := int64(1), i+3
	if b[i] == '-' {
		sign = -1
	}
	if at < len(b) && b[at] == ':' {
		at++
	}
	if at+2 > len(b) {
		return 0, i, false, false
	}
	h, m := digits(b, i+1, 2), digits(b, at, 2)
	if uint64(h) > 23 || uint64(m) > 59 {
		return 0, i, false, false
	}
	return sign * (h*3600 + m*60), at + 2, true, true
}

const months = "JanFebMarAprMayJunJulAugSepOctNovDec"

// clf reads the time of the common log format, 02/Jan/2006:15:04:05 -0700.
func clf(b []byte) (c clock, ok bool) {
	if len(b) < 26 || b[2] != '/' || b[6] != '/' || b[11] != ':' || b[14] != ':' || b[17] != ':' || b[20] != ' ' {
		return c, false
	}
	month := int64(0)
	for i := 0; i < 12; i++ {
		if string(b[3:6]) == months[3*i:3*i+3] {
			month = int64(i + 1)
		}
	}
	day, ok := days(digits(b, 7, 4), month, digits(b, 0, 2))
	if !ok {
		return c, false
	}
	sec, ok := unix(day, digits(b, 12, 2), digits(b, 15, 2), digits(b, 18, 2))
	if !ok || sec < -secondsMost || sec > secondsMost {
		return c, false
	}
	zone, _, zoned, ok := offset(b, 21)
	return clock{(sec - zone) * second, zoned}, ok && zoned
}

// epoch reads a Unix time as a decimal number, of the unit that its size
// says: seconds below 10^11 (the year 5138), milliseconds below 10^14,
// microseconds below 10^17, else nanoseconds.
func epoch(b []byte) (clock, bool) {
	whole, ok := decimal.Scaled(b, 0)
	if !ok {
		return clock{}, false
	}
	scale := 9
	for limit := int64(100_000_000_000); scale > 0 && whole >= limit; limit *= 1000 {
		scale -= 3
	}
	at, ok := decimal.Scaled(b, scale)
	return clock{at, true}, ok
}
