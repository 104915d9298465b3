package estimate

import (
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/traces/logs"
)

// A number has the digits that it is known to, not those of a float.
func TestDigits(t *testing.T) {
	for x, want := range map[float64]string{
		999999999999799040: "1000000000000000000",
		123456789012345e9:  "123456789012000000000000",
		12345678:           "12345678",
		0.123456:           "0.123",
		0:                  "0",
	} {
		if got := Digits(x, 3); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestOneRequest(t *testing.T) {
	l := &load{window: sim.Window{Horizon: sim.Day}, counts: []float64{1}, means: []float64{1}}
	if got := describe(l, 1); !strings.HasPrefix(got, "1 request in 1d ") {
		t.Error(got)
	}
	l.counts[0] = 2
	if got := describe(l, 1); !strings.HasPrefix(got, "2 requests in 1d ") {
		t.Error(got)
	}
}

// Durations that do not follow the CPU have no share of it: what is left of sums
// of floats is none.
func TestNoShareFitted(t *testing.T) {
	for ms := range int64(200) {
		f := logs.Function{Memory: 1024, Requests: 33 + 99 + 1001}
		for _, u := range []struct{ memory, n int64 }{{1024, 33}, {701, 99}, {131, 1001}} {
			f.Billed = append(f.Billed, logs.Usage{MemoryMB: u.memory, Requests: u.n, BilledMS: (1 + ms) * u.n})
		}
		if got, ok := fitShare([]logs.Function{f}); !ok || got != 0 {
			t.Errorf("%d ms at every size: a share of %v, %v, want 0", 1+ms, got, ok)
		}
	}
}
