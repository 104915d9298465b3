package spec

import (
	"encoding"
	"fmt"
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/coldcurve/coldcurve/sim"
)

// TestDuration has the nanoseconds worked by hand; the fractions are those
// that a float would get wrong.
func TestDuration(t *testing.T) {
	for _, test := range []struct {
		text  string
		want  int64
		again string // how it is written
	}{
		{"0s", 0, "0s"},
		{"1ns", 1, "1ns"},
		{"1us", 1_000, "1us"},
		{"1µs", 1_000, "1us"}, // the micro sign
		{"1μs", 1_000, "1us"}, // the Greek letter
		{"1500ns", 1_500, "1.5us"},
		{"250ms", 250_000_000, "250ms"},
		{"1.5s", 1_500_000_000, "1.5s"},
		{"0.1s", 100_000_000, "100ms"},
		{"1.991s", 1_991_000_000, "1.991s"},
		{"0.000000001s", 1, "1ns"},
		{"90s", 90_000_000_000, "1m30s"},
		{"600s", 600_000_000_000, "10m"},
		{"10m", 600_000_000_000, "10m"},
		{"10min", 600_000_000_000, "10m"},
		{"0.5m", 30_000_000_000, "30s"},
		{"1h30m", 5_400_000_000_000, "1h30m"},
		{"1h0.25s", 3_600_250_000_000, "1h0.25s"},
		{"4h", 14_400_000_000_000, "4h"},
		{"7d", 604_800_000_000_000, "7d"},
		{"1d2h3m4s5ms6us7ns", 93_784_005_006_007, "1d2h3m4.005006007s"},
		{"315619200000000000ns", 315_619_200_000_000_000, "3653d"}, // ten years, three of them leap years
	} {
		checkQuantity(t, test.text, test.want, test.again, new(Duration))
	}
}

// TestSize takes MB for 2^20 bytes, as the clouds' consoles do.
func TestSize(t *testing.T) {
	for _, test := range []struct {
		text  string
		want  int64
		again string
	}{
		{"0B", 0, "0B"},
		{"1B", 1, "1B"},
		{"1KB", 1024, "1KB"},
		{"1KiB", 1024, "1KB"},
		{"512MB", 536_870_912, "512MB"},
		{"512MiB", 536_870_912, "512MB"},
		{"1536MB", 1_610_612_736, "1536MB"},
		{"1.5GB", 1_610_612_736, "1536MB"},
		{"1GiB", 1_073_741_824, "1GB"},
		{"2TB", 2_199_023_255_552, "2TB"},
		{"1000B", 1000, "1000B"},
	} {
		checkQuantity(t, test.text, test.want, test.again, new(Size))
	}
	if n, exact := Size(1536 << 10).MiB(); n != 1 || exact {
		t.Errorf("1536KB are %d MiB, exactly: %v; want 1 and false", n, exact)
	}
}

func TestBandwidth(t *testing.T) {
	for _, test := range []struct {
		text  string
		want  int64
		again string
	}{
		{"200MB/s", 209_715_200, "200MB/s"},
		{"29.5GB/s", 31_675_383_808, "30208MB/s"},
	} {
		checkQuantity(t, test.text, test.want, test.again, new(Bandwidth))
	}
}

// checkQuantity reads a text into q, and compares value and text.
func checkQuantity(t *testing.T, text string, want int64, again string, q interface {
	encoding.TextUnmarshaler
	fmt.Stringer
}) {
	t.Helper()
	if err := q.UnmarshalText([]byte(text)); err != nil {
		t.Errorf("%q: %v", text, err)
		return
	}
	var got int64
	switch q := q.(type) {
	case *Duration:
		got = int64(*q)
	case *Size:
		got = int64(*q)
	case *Bandwidth:
		got = int64(*q)
	}
	if got != want || q.String() != again {
		t.Errorf("%q is %d, written %q; want %d, %q", text, got, q, want, again)
	}
}

// TestRate compares with Go's own constant arithmetic, which is exact before
// it rounds once.
func TestRate(t *testing.T) {
	for _, test := range []struct {
		text string
		want Rate
	}{
		{"0/s", 0},
		{"0.9/s", 0.9},
		{"3/m", 3.0 / 60},
		{"3/min", 3.0 / 60},
		{"100/h", 100.0 / 3600},
		{"7/d", 7.0 / 86400},
		{"7/day", 7.0 / 86400},
		{"3M/month", 3e6 / (30 * 86400)},
		{"1k/s", 1000},
		{"2.5G/h", 2.5e9 / 3600},
		{"0.1/m", 0.1 / 60},
	} {
		var got Rate
		if err := got.UnmarshalText([]byte(test.text)); err != nil || got != test.want {
			t.Errorf("%q is %v (%v), want %v", test.text, float64(got), err, float64(test.want))
		}
	}
}

// TestQuantitiesReadBack: what String writes is read as the same value.
func TestQuantitiesReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(0, math.MaxInt64).Draw(t, "n") >> rapid.IntRange(0, 62).Draw(t, "shift")
		var d Duration
		readBack(t, Duration(n%(sim.Longest+1)), &d)
		var s Size
		readBack(t, Size(n), &s)
		var w Bandwidth
		readBack(t, Bandwidth(n), &w)
		var r Rate
		readBack(t, Rate(float64(n)/1e6), &r)
	})
}

func readBack[Q interface {
	comparable
	fmt.Stringer
}, P interface {
	*Q
	encoding.TextUnmarshaler
}](t *rapid.T, want Q, got P) {
	if err := got.UnmarshalText([]byte(want.String())); err != nil || *got != want {
		t.Fatalf("%v is written %q, and read back as %v (%v)", want, want.String(), *got, err)
	}
}

// FuzzQuantities: never panics; durations agree with time.ParseDuration where
// both know the text and float rounding does not matter (whole numbers); what
// is read can be written and read again.
func FuzzQuantities(f *testing.F) {
	for _, seed := range []string{"250ms", "1h30m", "1.5s", "7d", "512MB", "0.9/s", "3M/month", "200MB/s", "-1s", "1..2s", "9999999999999999999s", "1e3s", "µs"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var d Duration
		if d.UnmarshalText([]byte(text)) == nil {
			if std, err := time.ParseDuration(text); err == nil && !containsPoint(text) && int64(std) != int64(d) {
				t.Errorf("%q is %d ns, time.ParseDuration says %d", text, d, std)
			}
			var again Duration
			if err := again.UnmarshalText([]byte(d.String())); err != nil || again != d {
				t.Errorf("%q → %v → %v (%v)", text, d, again, err)
			}
		}
		for _, q := range []encoding.TextUnmarshaler{new(Size), new(Rate), new(Bandwidth)} {
			if q.UnmarshalText([]byte(text)) == nil {
				if err := q.UnmarshalText([]byte(q.(fmt.Stringer).String())); err != nil {
					t.Errorf("%q is written %v: %v", text, q, err)
				}
			}
		}
	})
}

func containsPoint(s string) bool {
	for _, c := range s {
		if c == '.' {
			return true
		}
	}
	return false
}
