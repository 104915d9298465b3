package costmodel

import (
	"math/big"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// TestWithoutGrants: what free grants are worth, worked from the providers' prices.
func TestWithoutGrants(t *testing.T) {
	for _, c := range []struct {
		tariff             string
		usage              Usage
		span               Span
		with, without, off string
	}{
		// 30,000 requests of 7 s at 4 GB: 840,000 GB-s, of which 400,000 are free:
		// 440,000 × 0.0000166667. Without: 840,000 × 0.0000166667 + 0.03 × 0.20.
		{"aws-lambda", Usage{{"requests", "1", big.NewInt(30_000)}, {"duration", "GB-s", big.NewInt(840_000)}}, SpanMonth, "7.333348", "14.006028", "6.67268"},
		// The usage of a run has no monthly grants to lose.
		{"aws-lambda", Usage{{"requests", "1", big.NewInt(30_000)}, {"duration", "GB-s", big.NewInt(840_000)}}, SpanRun, "14.006028", "14.006028", "0"},
		// A plan's credit of 30 a month: 300,000 s at 0.000164 are 49.20.
		{"modal-t4", Usage{{"instance_time", "s", big.NewInt(300_000)}}, SpanMonth, "19.2", "49.2", "30"},
		// A grant of money, in a Tier 2 region: 100,000 vCPU-s at 0.0000336 are 3.36, less
		// than the 180,000 × 0.000024 = 4.32 that are set against them.
		{"gcp-cloud-run-request-tier2", Usage{{"active_cpu", "vCPU-s", big.NewInt(100_000)}}, SpanMonth, "0", "3.36", "3.36"},
	} {
		tariff := mustTariff(t, c.tariff)
		window := sim.Time(Month)
		with, err := tariff.Bill(c.usage, c.span, window)
		if err != nil {
			t.Fatal(err)
		}
		without, err := tariff.withoutGrants().Bill(c.usage, c.span, window)
		if err != nil {
			t.Fatal(err)
		}
		worth, err := tariff.GrantsWorth(c.usage, c.span, window)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range [][2]string{{with.Total.Text('f'), c.with}, {without.Total.Text('f'), c.without}, {worth.Text('f'), c.off}} {
			if x[0] != x[1] && rational(t, x[0]).Cmp(rational(t, x[1])) != 0 {
				t.Errorf("%s, %v: with grants %s, without %s, worth %s; want %s, %s, %s", c.tariff, c.span, &with.Total, &without.Total, worth, c.with, c.without, c.off)
				break
			}
		}
	}
}

func rational(t *testing.T, s string) *big.Rat {
	t.Helper()
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		t.Fatalf("%q is no number", s)
	}
	return r
}
