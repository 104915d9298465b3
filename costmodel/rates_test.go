package costmodel

import (
	"testing"

	"github.com/cockroachdb/apd/v3"
)

// TestRates: 250 EUR at 1.08 USD are 270 USD, to the last digit; what has no
// rate stays what it is.
func TestRates(t *testing.T) {
	r, err := ParseRates("USD", []string{"JPY=0.0067", "EUR=1.08"})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ amount, currency, want, in string }{
		{"250", "EUR", "270", "USD"},
		{"0.1", "EUR", "0.108", "USD"},
		{"-3", "JPY", "-0.0201", "USD"},
		{"1.5", "USD", "1.5", "USD"},
		{"1.5", "GBP", "1.5", "GBP"},
	} {
		amount, _, err := apd.NewFromString(c.amount)
		if err != nil {
			t.Fatal(err)
		}
		if got, in := r.In(amount, c.currency); got.Text('f') != c.want || in != c.in || r.Currency(c.currency) != in {
			t.Errorf("%s %s: got %s %s, want %s %s", c.amount, c.currency, got.Text('f'), in, c.want, c.in)
		}
		if got, in := (Rates{}).In(amount, c.currency); got.Cmp(amount) != 0 || in != c.currency {
			t.Errorf("%s %s without rates: got %s %s", c.amount, c.currency, got, in)
		}
	}
	if got, want := r.String(), "1 EUR = 1.08 USD, 1 JPY = 0.0067 USD"; got != want || (Rates{}).String() != "" {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestBadRates(t *testing.T) {
	for _, c := range []struct {
		to   string
		list []string
		want string
	}{
		{"USD", []string{"EUR"}, `found "EUR", want CODE=NUMBER such as EUR=1.08: what one of it is in USD`},
		{"USD", []string{"EUR=1", "EUR=2"}, `EUR is given twice`},
		{"USD", []string{"euro=1"}, `found "euro", want an ISO 4217 code such as EUR`},
		{"dollar", nil, `found "dollar", want an ISO 4217 code such as USD`},
		{"USD", []string{"USD=1"}, `USD is what the others are turned into; it has no rate`},
		{"USD", []string{"EUR="}, `EUR: found "", want digits with at most one point, such as "0.0000166667"`},
		{"USD", []string{"EUR=-1"}, `EUR: found "-1", want a number that is not negative`},
		{"USD", []string{"EUR=NaN"}, `EUR: found "NaN", want digits with at most one point, such as "0.0000166667"`},
		{"USD", []string{"EUR=0"}, `EUR: found 0, want what one EUR is in USD, from 0.000000001 to 1000000000`},
		{"USD", []string{"EUR=1000000001"}, `EUR: found 1000000001, want what one EUR is in USD, from 0.000000001 to 1000000000`},
	} {
		if _, err := ParseRates(c.to, c.list); err == nil || err.Error() != c.want {
			t.Errorf("%s %q: got %v, want %s", c.to, c.list, err, c.want)
		}
	}
}
