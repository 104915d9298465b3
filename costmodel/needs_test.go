package costmodel

import (
	"slices"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// TestNeeds: a tariff says which behaviour its rules were made for, each part
// by itself. Lambda: one request at a time on an instance of its own, by
// function, at most 15 minutes.
func TestNeeds(t *testing.T) {
	lambda := sim.Platform{Dispatch: sim.BoundDispatch, Unit: sim.PerFunction, Concurrency: 1, Timeout: 15 * sim.Minute}
	cloudRun := sim.Platform{Dispatch: sim.QueueDispatch, Unit: sim.PerFunction, Concurrency: 1000, Timeout: sim.Hour}
	with := func(p sim.Platform, change func(*sim.Platform)) sim.Platform { change(&p); return p }
	for _, x := range []struct {
		name, tariff string
		platform     sim.Platform
		want         []string
	}{
		{"as it is", "aws-lambda", lambda, nil},
		{"no timeout", "aws-lambda", with(lambda, func(p *sim.Platform) { p.Timeout = 0 }), nil},
		{"queue", "aws-lambda", with(lambda, func(p *sim.Platform) { p.Dispatch = sim.QueueDispatch }),
			[]string{`needs dispatch = "bound", the platform has "queue"`}},
		{"by app", "aws-lambda", with(lambda, func(p *sim.Platform) { p.Unit = sim.PerApp }),
			[]string{"needs deployments by function, the platform has them by app"}},
		{"two at a time", "aws-lambda", with(lambda, func(p *sim.Platform) { p.Concurrency = 2 }),
			[]string{"needs concurrency ≤ 1, the platform has 2"}},
		{"a second too long", "aws-lambda", with(lambda, func(p *sim.Platform) { p.Timeout += sim.Second }),
			[]string{"needs a timeout ≤ 15m, the platform has 15m1s"}},
		{"another platform", "aws-lambda", cloudRun,
			[]string{`needs dispatch = "bound", the platform has "queue"`, "needs concurrency ≤ 1, the platform has 1000", "needs a timeout ≤ 15m, the platform has 1h"}},
		{"as it is", "gcp-cloud-run-request", cloudRun, nil},
		{"by app, which is not asked", "gcp-cloud-run-request", with(cloudRun, func(p *sim.Platform) { p.Unit = sim.PerApp }), nil},
		{"one too many at a time", "gcp-cloud-run-request", with(cloudRun, func(p *sim.Platform) { p.Concurrency = 1001 }),
			[]string{"needs concurrency ≤ 1000, the platform has 1001"}},
		{"nothing is needed of a machine", "aws-ec2-m5.large", cloudRun, nil},
	} {
		if got := mustTariff(t, x.tariff).Check(x.platform); !slices.Equal(got, x.want) {
			t.Errorf("%s, %s: got %q, want %q", x.tariff, x.name, got, x.want)
		}
	}
}

// TestSpans: a span is read as it is written, and nothing else is one.
func TestSpans(t *testing.T) {
	for word, span := range map[string]Span{"month": SpanMonth, "run": SpanRun} {
		back := SpanMonth + SpanRun - span
		if err := back.UnmarshalText([]byte(word)); err != nil || back != span || span.String() != word {
			t.Errorf("%s was read as %s (%v)", word, back, err)
		}
	}
	var s Span
	if err := s.UnmarshalText([]byte("year")); err == nil || err.Error() != `found "year", want one of ["month" "run"]` {
		t.Errorf("got %v", err)
	}
}
