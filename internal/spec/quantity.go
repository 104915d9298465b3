package spec

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
	"time"

	"github.com/coldcurve/coldcurve/sim"
)

// Duration is a length of time in nanoseconds, written with units: "250ms",
// "1.5s", "10m", "1h30m", "7d". The units are ns, us (µs), ms, s, m (min), h and
// d (24 h); several follow each other from large to small. It is never
// negative, nor finer than a nanosecond, nor longer than sim.Longest, ten years.
type Duration int64

// Size is a number of bytes, written "512MB". B, KB, MB, GB and TB are powers
// of 2^10 as in the clouds' consoles, and so are KiB, MiB, GiB and TiB.
type Size int64

// Bandwidth is a number of bytes a second, written "200MB/s" with the units of
// Size.
type Bandwidth int64

// Rate is a number of events a second, written "0.9/s", "3/m", "100/h",
// "1k/s", "3M/month" (of 30 days). Its prefixes are k, M and G (10^3, 10^6,
// 10^9). It is the float nearest to what is written.
type Rate float64

// maxQuantity is the longest text of a quantity; longer ones are mistakes, and
// exact arithmetic on them is slow. The smallest float takes 340 characters.
const maxQuantity = 400

type unit struct {
	name   string
	factor int64
}

var durationUnits = []unit{
	{"ns", 1}, {"us", 1e3}, {"µs", 1e3}, {"μs", 1e3}, {"ms", 1e6}, {"s", 1e9},
	{"m", 60e9}, {"min", 60e9}, {"h", 3600e9}, {"d", 86400e9},
}

var sizeUnits = []unit{
	{"B", 1},
	{"KB", 1 << 10}, {"MB", 1 << 20}, {"GB", 1 << 30}, {"TB", 1 << 40},
	{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"TiB", 1 << 40},
}

// rateUnits are in seconds.
var rateUnits = []unit{
	{"s", 1}, {"m", 60}, {"min", 60}, {"h", 3600}, {"d", 86400}, {"day", 86400}, {"month", 30 * 86400},
}

var ratePrefixes = []unit{{"", 1}, {"k", 1e3}, {"M", 1e6}, {"G", 1e9}}

// What each quantity looks like, for messages.
const (
	wantDuration  = `a duration such as "250ms", "10m" or "1h30m"`
	wantSize      = `a size such as "512MB"`
	wantBandwidth = `a bandwidth such as "200MB/s"`
	wantRate      = `a rate such as "0.9/s" or "3M/month"`
)

func (Duration) want() string  { return wantDuration }
func (Size) want() string      { return wantSize }
func (Bandwidth) want() string { return wantBandwidth }
func (Rate) want() string      { return wantRate }

// UnmarshalText reads a duration.
func (d *Duration) UnmarshalText(b []byte) error {
	rest, last := string(b), int64(math.MaxInt64)
	if err := precheck(rest, wantDuration); err != nil {
		return err
	}
	total := new(big.Rat)
	for first := true; first || rest != ""; first = false {
		number, after := splitNumber(rest)
		name, next := splitUnit(after)
		value, ok := decimal(number)
		factor, known := lookup(durationUnits, name)
		if !ok || !known || factor >= last {
			return mismatch(string(b), wantDuration)
		}
		total.Add(total, value.Mul(value, new(big.Rat).SetInt64(factor)))
		rest, last = next, factor
	}
	n, err := whole(total, string(b), "nanosecond")
	if total.Cmp(new(big.Rat).SetInt64(sim.Longest)) > 0 {
		err = fmt.Errorf("found %q, which is more than ten years, the longest time there is (%v)", b, Duration(sim.Longest))
	}
	*d = Duration(n)
	return err
}

// UnmarshalText reads a size.
func (s *Size) UnmarshalText(b []byte) error {
	n, err := parseSize(string(b), string(b), wantSize)
	*s = Size(n)
	return err
}

// UnmarshalText reads a bandwidth.
func (w *Bandwidth) UnmarshalText(b []byte) error {
	size, ok := strings.CutSuffix(string(b), "/s")
	if !ok {
		return mismatch(string(b), wantBandwidth)
	}
	n, err := parseSize(size, string(b), wantBandwidth)
	*w = Bandwidth(n)
	return err
}

// UnmarshalText reads a rate.
func (r *Rate) UnmarshalText(b []byte) error {
	text := string(b)
	if err := precheck(text, wantRate); err != nil {
		return err
	}
	count, per, _ := strings.Cut(text, "/")
	number, prefix := splitNumber(count)
	value, ok := decimal(number)
	times, known := lookup(ratePrefixes, prefix)
	seconds, knownUnit := lookup(rateUnits, per)
	if !ok || !known || !knownUnit {
		return mismatch(text, wantRate)
	}
	f, _ := value.Mul(value, big.NewRat(times, seconds)).Float64()
	if math.IsInf(f, 0) {
		return fmt.Errorf("found %q, which is more than a float holds", text)
	}
	*r = Rate(f)
	return nil
}

// String returns the shortest usual form, which reads back as the same value.
func (d Duration) String() string {
	if d < 0 {
		return time.Duration(d).String() // cannot be read back; only ever seen in a bug
	}
	var b strings.Builder
	rest := int64(d)
	for _, u := range []unit{{"d", 86400e9}, {"h", 3600e9}, {"m", 60e9}} {
		if rest >= u.factor {
			fmt.Fprintf(&b, "%d%s", rest/u.factor, u.name)
			rest %= u.factor
		}
	}
	switch {
	case rest == 0 && b.Len() > 0:
	case rest == 0 || rest >= 1e9 || b.Len() > 0:
		b.WriteString(ratio(rest, 1e9) + "s")
	case rest >= 1e6:
		b.WriteString(ratio(rest, 1e6) + "ms")
	case rest >= 1e3:
		b.WriteString(ratio(rest, 1e3) + "us")
	default:
		b.WriteString(ratio(rest, 1) + "ns")
	}
	return b.String()
}

// String returns the size in the largest unit that divides it.
func (s Size) String() string {
	u := sizeUnits[0]
	for _, larger := range sizeUnits[1:5] {
		if s != 0 && int64(s)%larger.factor == 0 {
			u = larger
		}
	}
	return strconv.FormatInt(int64(s)/u.factor, 10) + u.name
}

// String returns the bandwidth in the largest unit that divides it.
func (w Bandwidth) String() string { return Size(w).String() + "/s" }

// String returns the rate a second.
func (r Rate) String() string { return strconv.FormatFloat(float64(r), 'f', -1, 64) + "/s" }

// MarshalText writes what String returns.
func (d Duration) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// MarshalText writes what String returns.
func (s Size) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// MarshalText writes what String returns.
func (w Bandwidth) MarshalText() ([]byte, error) { return []byte(w.String()), nil }

// MarshalText writes what String returns.
func (r Rate) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// Seconds returns the duration in seconds, rounded to a float.
func (d Duration) Seconds() float64 { return float64(d) / 1e9 }

// MiB returns the size in units of 2^20 bytes and whether that is exact.
func (s Size) MiB() (n int64, exact bool) { return int64(s) >> 20, int64(s)%(1<<20) == 0 }

func parseSize(size, text, want string) (int64, error) {
	if err := precheck(text, want); err != nil {
		return 0, err
	}
	number, name := splitNumber(size)
	value, ok := decimal(number)
	factor, known := lookup(sizeUnits, name)
	if !ok || !known {
		return 0, mismatch(text, want)
	}
	return whole(value.Mul(value, new(big.Rat).SetInt64(factor)), text, "byte")
}

// precheck refuses what is negative or absurdly long.
func precheck(text, want string) error {
	if len(text) > maxQuantity {
		return fmt.Errorf("found %s, want %s", Quote(text), want)
	}
	if strings.HasPrefix(text, "-") {
		return fmt.Errorf("found %q, which is negative; want %s", text, want)
	}
	return nil
}

func mismatch(text, want string) error { return fmt.Errorf("found %q, want %s", text, want) }

// splitNumber cuts a text after its leading digits and point.
func splitNumber(s string) (number, rest string) {
	i := 0
	for i < len(s) && (s[i] >= '0' && s[i] <= '9' || s[i] == '.') {
		i++
	}
	return s[:i], s[i:]
}

// splitUnit cuts a text before its next digit or point.
func splitUnit(s string) (name, rest string) {
	if i := strings.IndexAny(s, "0123456789."); i >= 0 {
		return s[:i], s[i:]
	}
	return s, ""
}

// decimal reads digits with at most one point between digits.
func decimal(s string) (*big.Rat, bool) {
	if s == "" || s[0] == '.' || s[len(s)-1] == '.' {
		return nil, false
	}
	return new(big.Rat).SetString(s)
}

func lookup(units []unit, name string) (int64, bool) {
	for _, u := range units {
		if u.name == name {
			return u.factor, true
		}
	}
	return 0, false
}

// whole returns a rational as an int64, or why it is none.
func whole(r *big.Rat, text, least string) (int64, error) {
	if !r.IsInt() {
		return 0, fmt.Errorf("found %q, which is finer than a %s", text, least)
	}
	if !r.Num().IsInt64() {
		return 0, fmt.Errorf("found %q, which is more than 2^63 − 1 %ss", text, least)
	}
	return r.Num().Int64(), nil
}

// ratio writes n ÷ unit exactly; unit is a power of ten.
func ratio(n, unit int64) string {
	s := strconv.FormatInt(n/unit, 10)
	if n%unit == 0 {
		return s
	}
	digits := len(strconv.FormatInt(unit, 10)) - 1
	return s + "." + strings.TrimRight(fmt.Sprintf("%0*d", digits, n%unit), "0")
}
