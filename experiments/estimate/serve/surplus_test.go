package serve

import (
	"context"
	"math"
	"testing"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// A constant load of four requests at a time, where an instance takes sixteen: by
// Erlang's formula one of a million finds no room, so one instance serves it, and from
// a cold world too the bill is that of one that always runs. The five dozen requests
// that come while the first instance starts start others, which must stop again.
func TestSurplusInstancesStop(t *testing.T) {
	for _, tariff := range []string{"modal-h100", "runpod-flex-h100"} {
		r := open(t, chats(func(s *Settings) {
			s.Model, s.Requests, s.TokensIn, s.TokensOut, s.ColdStart = "llama-3.1-70b", "1200/h", "1500", "400", "187s"
			s.Within = []string{tariff}
		}))
		l, err := r.loadAt(context.Background(), likely, 1)
		if err != nil {
			t.Fatal(err)
		}
		bill := func(fixed, floor int) float64 {
			of := choiceOf(t, r, tariff, Serverless)
			of.fixed, of.floor, of.keepAlive = fixed, floor, spec.Duration(sim.Minute)
			o, err := r.run(context.Background(), &of, l, 0)
			if err != nil {
				t.Fatal(err)
			}
			return costmodel.Float(&o.total)
		}
		always, zero, warm := bill(1, 0), bill(0, 0), bill(0, 1)
		t.Logf("%s: always on %.2f, to zero %.2f, one kept warm %.2f", tariff, always, zero, warm)
		if math.Abs(zero/always-1) > 0.02 {
			t.Errorf("%s: to zero %v, want %v of one that always runs", tariff, zero, always)
		}
		if warm < 0.98*zero {
			t.Errorf("%s: one kept warm costs %v, less than %v of none", tariff, warm, zero)
		}
	}
}

// At 60 requests a second, where nothing but the start says how long to warm up, a window
// begins after two starts of 10 minutes and the five minutes that an idle container may stay.
func TestWarmUpIsLongerThanAStart(t *testing.T) {
	r := open(t, chats(func(s *Settings) {
		s.Requests, s.ColdStart, s.Within = "216000/h", "10m", []string{"modal-h100"}
	}))
	l, err := r.loadAt(context.Background(), likely, 1)
	if err != nil {
		t.Fatal(err)
	}
	if least := 25 * sim.Minute; l.window.Warmup < least {
		t.Errorf("a window begins after %v ns, want %v or more", l.window.Warmup, least)
	}
}
