package estimate

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/coldcurve/coldcurve/sim"
)

// By Little's law rate × duration are in service, from the window's start on:
// also where a request takes as long as the window, or longer.
func TestRequestsOfDays(t *testing.T) {
	for _, c := range []struct {
		duration string
		days     float64
		cv       string
		short    bool
	}{{"10m", 1. / 144, "1.46", false}, {"3h", 1. / 8, "1.46", false}, {"10d", 10, "0", false}, {"30d", 30, "0", false}, {"40d", 40, "0", true}} {
		in, err := guess(FunctionSettings{Requests: "3000/month", Duration: c.duration, Memory: "128MB", CV: c.cv}).Input()
		if err != nil {
			t.Fatal(err)
		}
		ld, err := in.load(likely, 1, in.budget())
		if err != nil {
			t.Fatal(err)
		}
		served, err := inService(context.Background(), ld.workload(ld.functions, []float64{1}), in.key(0), 0)
		if err != nil {
			t.Fatal(err)
		}
		w, busy := ld.window, 0.0
		for i := range served.from {
			busy += float64(max(0, min(served.to[i], w.Horizon)-max(served.from[i], w.Warmup)))
		}
		if got, want := busy/float64(w.Length()), 100*c.days; !c.short && math.Abs(got/want-1) > 0.06 {
			t.Errorf("requests of %s: %v in service, want %v", c.duration, got, want)
		}
		if says := strings.Contains(strings.Join(ld.notes, "\n"), "requests last so long"); says != c.short {
			t.Errorf("requests of %s: %q", c.duration, ld.notes)
		}
	}
}

// Of a constant duration of which nine tenths are after the warm-up, so much is
// absent; an exponential's is e^(−w).
func TestAbsent(t *testing.T) {
	if got := absent(sim.Constant(10*sim.Hour), sim.Hour); math.Abs(got-0.9) > 1e-9 {
		t.Errorf("got %v, want 0.9", got)
	}
	if got := absent(exponential{}, 2*sim.Hour); math.Abs(got/math.Exp(-2)-1) > 0.02 {
		t.Errorf("got %v, want %v", got, math.Exp(-2))
	}
}

// exponential is of a mean of an hour.
type exponential struct{}

func (exponential) Sample(u float64) sim.Time { return sim.Time(-math.Log1p(-u) * float64(sim.Hour)) }

// A log's requests of 12 hours, one an hour, keep 12 in service from the start on.
func TestLogOfLongRequests(t *testing.T) {
	var b strings.Builder
	for i := range 240 {
		at := october.Add(time.Duration(i) * time.Hour)
		fmt.Fprintf(&b, `{"function":"f","time":"%s","duration_ms":43200000,"memory_mb":128}`+"\n", at.Format(time.RFC3339))
	}
	in := inputOf(t, b.String())
	ld, err := in.load(likely, 1, in.budget())
	if err != nil {
		t.Fatal(err)
	}
	if at := arrivals(t, ld, 1); ld.window.Warmup < 11*sim.Hour || len(at) < 240+11 {
		t.Errorf("%d requests, after a warm-up of %v", len(at), time.Duration(ld.window.Warmup))
	}
}
