package experiments

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// inTwo is an experiment on two platforms, each with a tariff of its currency.
func inTwo(t *testing.T, more string) (*Plan, error) {
	t.Helper()
	dir := t.TempDir()
	for _, currency := range []string{"EUR", "USD"} {
		text := "[[tariff]]\nname = \"own-" + strings.ToLower(currency) + "\"\nextends = \"aws-lambda\"\ncurrency = \"" + currency + "\"\n"
		if err := os.WriteFile(filepath.Join(dir, currency+".toml"), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	text := strings.Replace(sound, `keepalive = { name = "fixed" }`, "preset = \"aws-lambda\"\ntariffs = [\"own-eur\", \"own-usd\"]", 1)
	e, err := Parse("x.toml", []byte(text+more))
	if err != nil {
		return nil, err
	}
	return Prepare(context.Background(), e, Env{Tariffs: []string{dir}})
}

// TestRatesReachRows: the same usage at the same prices in EUR and in USD costs
// the same numbers, each in its own; at 1.25 USD a euro, 1.25 times as many.
func TestRatesReachRows(t *testing.T) {
	for _, c := range []struct {
		more   string
		in     []string
		factor float64
		rates  string
	}{
		{"[bill]\nspan = \"run\"", []string{"EUR", "USD"}, 1, ""},
		{"[bill]\nspan = \"run\"\nrates = { EUR = 1.25 }", []string{"USD", "USD"}, 1.25, "1 EUR = 1.25 USD"},
		{"[bill]\nspan = \"run\"\ncurrency = \"EUR\"\nrates = { USD = \"0.8\" }", []string{"EUR", "EUR"}, 1.25, "1 USD = 0.8 EUR"},
	} {
		p, err := inTwo(t, c.more+"\n[output]\nplots = []\n")
		if err != nil {
			t.Fatal(err)
		}
		set, err := p.Run(context.Background(), RunOptions{Dir: filepath.Join(t.TempDir(), "out"), Workers: 1})
		if err != nil {
			t.Fatal(err)
		}
		rows, err := set.Rows()
		if err != nil {
			t.Fatal(err)
		}
		eur, _ := rows[0].Stat("cost")
		usd, _ := rows[1].Stat("cost")
		if got := []string{rows[0].Currency, rows[1].Currency}; !slices.Equal(got, c.in) || usd.Mean == 0 || eur.Mean/usd.Mean < c.factor*(1-1e-12) || eur.Mean/usd.Mean > c.factor*(1+1e-12) {
			t.Errorf("%s: got %v and %v %v, want %v times as much in %v", c.more, eur.Mean, usd.Mean, got, c.factor, c.in)
		}
		if set.Manifest.Rates != c.rates {
			t.Errorf("the manifest has the rates %q, want %q", set.Manifest.Rates, c.rates)
		}
	}
}

// TestCurrenciesRefused: what cannot be compared, and rates that make no sense.
func TestCurrenciesRefused(t *testing.T) {
	for _, c := range []struct{ more, want string }{
		{"[slo]\ncost = 5", "x.toml:12: slo.cost: costs are in EUR and USD, and a bound is in one: bill.rates says what one of another is in it"},
		{"[bill]\nrates = { EUR = 1.08 }\n[slo]\ncost = 5", ""},
		{"[slo]\nlatency_p99_s = 5", ""},
		{"[bill]\nrates = { EUR = 0 }", "x.toml:12: bill.rates.EUR: EUR: found 0, want what one EUR is in USD, from 0.000000001 to 1000000000"},
		{"[bill]\nrates = { euro = 1.08 }", `x.toml:12: bill.rates.euro: found "euro", want an ISO 4217 code such as EUR`},
		{"[bill]\nrates = { USD = 1 }", "x.toml:12: bill.rates.USD: USD is what the others are turned into; it has no rate"},
		{"[bill]\nrates = 1.08", "x.toml:12: bill.rates: want a table, as in { EUR = 1.08 }: what one of each currency is in USD"},
		{"[bill]\nrates = {}", "x.toml:12: bill.rates: want a table, as in { EUR = 1.08 }: what one of each currency is in USD"},
		{"[bill]\ncurrency = \"EUR\"", "x.toml:12: bill.currency: found a currency without rates, want rates = { EUR = 1.08 }: what one of each currency is in EUR"},
		{"[bill]\ncurrency = \"eur\"\nrates = { USD = 1 }", `x.toml:12: bill.currency: found "eur", want an ISO 4217 code such as USD`},
	} {
		p, err := inTwo(t, c.more+"\n")
		if got := ""; err != nil {
			got = err.Error()
			if got != c.want {
				t.Errorf("%s: got %s\nwant %s", c.more, got, c.want)
			}
			continue
		}
		if c.want != "" {
			t.Errorf("%s: it was accepted", c.more)
		}
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	}
	p, err := inTwo(t, "[bill]\nrates = { GBP = 1.27 }\n")
	if err != nil || !slices.Contains(p.Warnings, "bill.rates has a rate of GBP, and no tariff is in it") {
		t.Errorf("an unused rate: %v, %v", p.Warnings, err)
	}
}

// TestFreeTier: 43,200 requests of a second at 1 GB are 43,200 GB-s, all within
// the free grants; where others use these up, 43,200 × 0.0000166667 + 0.0432 × 0.20.
func TestFreeTier(t *testing.T) {
	hashes := map[string]string{}
	for _, c := range []struct {
		tier string
		want float64
	}{{"full", 0}, {"none", 0.72000144 + 0.00864}} {
		e, err := Parse("x.toml", []byte(`[workload]
horizon = "30d"
[[workload.function]]
name = "f"
memory = "1024MB"
arrivals = { process = "periodic", every = "1m" }
service = { dist = "constant", value = "1s" }
[[platform]]
name = "lambda"
tariffs = ["aws-lambda"]
keepalive = { name = "forever" }
[output]
plots = []
`), "bill.free_tier="+c.tier)
		if err != nil {
			t.Fatal(err)
		}
		p, err := Prepare(context.Background(), e, Env{})
		if err != nil {
			t.Fatal(err)
		}
		set, err := p.Run(context.Background(), RunOptions{Dir: filepath.Join(t.TempDir(), "out"), Workers: 1})
		if err != nil {
			t.Fatal(err)
		}
		rows, err := set.Rows()
		if err != nil {
			t.Fatal(err)
		}
		if cost, _ := rows[0].Stat("cost"); math.Abs(cost.Mean-c.want) > 1e-9 {
			t.Errorf("%s: the bill is %v, want %v", c.tier, cost.Mean, c.want)
		}
		if other, taken := hashes[p.Hash]; taken {
			t.Errorf("the experiment is the same one with %s and %s", other, c.tier)
		}
		hashes[p.Hash] = c.tier
	}
	if _, err := Parse("x.toml", []byte("[bill]\nfree_tier = \"some\"\n")); err == nil || !strings.Contains(err.Error(), `x.toml:2: bill.free_tier: found "some", want one of ["full" "none"]`) {
		t.Errorf("a free tier that there is not: %v", err)
	}
}
