package costmodel

import (
	"strings"
	"testing"

	"github.com/cockroachdb/apd/v3"
)

// TestTogether: a bill in USD and one in EUR are one, at 1.08 USD: 2 × 1.5 USD and
// 3 × 0.5 EUR = 1.62 USD are 4.62 USD.
func TestTogether(t *testing.T) {
	tariffs := []*Tariff{{Name: "usd", Title: "In USD", Currency: "USD"}, {Name: "eur", Title: "In EUR", Currency: "EUR"}}
	bill := func(i int, quantity, price string) *Bill {
		l := Line{Name: "line", Unit: "1", Quantity: decimal(t, quantity), UnitPrice: decimal(t, price)}
		l.Amount = *mul(&l.Quantity, &l.UnitPrice)
		return &Bill{Tariff: tariffs[i].Name, Currency: tariffs[i].Currency, Lines: []Line{l}, Total: l.Amount}
	}
	bills := []*Bill{bill(0, "2", "1.5"), bill(1, "3", "0.5")}
	rates, err := NewRates("USD", map[string]string{"EUR": "1.08"})
	if err != nil {
		t.Fatal(err)
	}
	all, err := Together(bills, tariffs, rates)
	if err != nil {
		t.Fatal(err)
	}
	second := &all.Lines[1]
	if all.Total.Text('f') != "4.62" || all.Currency != "USD" || second.UnitPrice.Text('f') != "0.54" || second.Amount.Text('f') != "1.62" ||
		second.Tariff != "eur" || second.Service != "In EUR" {
		t.Errorf("got %s %s, the second line %+v", all.Total.Text('f'), all.Currency, second)
	}
	if _, err := Together(bills, tariffs, Rates{}); err == nil || !strings.Contains(err.Error(), "costs are in USD and EUR") {
		t.Errorf("without rates: got %v", err)
	}
	// Of one currency nothing is turned: rows are, by the same rates.
	all, err = Together(bills[1:], tariffs[1:], rates)
	if err != nil || all.Currency != "EUR" || all.Total.Text('f') != "1.5" {
		t.Errorf("in EUR alone: got %s %s, %v", all.Total.Text('f'), all.Currency, err)
	}
}

// TestHomeRegion: the first region of a tariff, as providers write it.
func TestHomeRegion(t *testing.T) {
	for text, want := range map[string]string{
		"us-east-1": "us-east-1", "us-central1 (Tier 1)": "us-central1", "East US": "eastus", "ap-northeast-1, ap-northeast-2": "ap-northeast-1",
		"region not stated": "", "global": "",
	} {
		if got := (&Tariff{Region: text}).HomeRegion(); got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
}

// TestCounts: what a tariff has no price of, or counts otherwise, is told before a run.
func TestCounts(t *testing.T) {
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	sqs, err := c.Tariff("aws-sqs")
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct{ meter, unit, want string }{
		{"requests", "1", ""},
		{"requests", "byte", `meter "requests" is counted in "byte", its price is for "1M"`},
		{"letters", "1", `has no price of the meter "letters"`},
	} {
		if err := sqs.Counts(row.meter, row.unit); (err == nil) != (row.want == "") || err != nil && !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s in %s: got %v, want %q", row.meter, row.unit, err, row.want)
		}
	}
}

func decimal(t *testing.T, text string) apd.Decimal {
	t.Helper()
	d, _, err := apd.NewFromString(text)
	if err != nil {
		t.Fatal(err)
	}
	return *d
}
