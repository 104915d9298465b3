package costmodel

import (
	"strings"
	"testing"
)

// TestDoubt: of a day before the first that is known, the prices have a note. What is
// known stands in the catalog: aws-sqs is of 2026-09-24 (as_of, no from), openai-o3
// of before 2025-06-10 (until) was read on 2026-11-25, and aws-lambda-af-south-1 says
// from when it is in force.
func TestDoubt(t *testing.T) {
	c := shippedCatalog(t)
	const since = "the tariff does not say since when they are in force"
	for _, x := range []struct{ name, want string }{
		{"openai-gpt-5.4@1999-01-01", "held on 1999-01-01: " + since + ", and the first day that its sources tell of is 2026-11-25."},
		{"openai-gpt-5.4@2026-11-24", "held on 2026-11-24: " + since + ", and the first day that its sources tell of is 2026-11-25."},
		{"openai-gpt-5.4@2026-11-25", ""},
		{"openai-gpt-5.4@2026-12", ""},
		{"openai-gpt-5.4@2026", "held on 2026: " + since + ", and the first day that its sources tell of is 2026-11-25."}, // its first day
		{"openai-o3@2025-06-09", ""}, // the last day of these prices
		{"openai-o3@2025-06-08", "the first day that its sources tell of is 2025-06-09."},
		{"openai-o3@2025-06-10", ""}, // the tariff says: from this day on
		{"aws-lambda-af-south-1@2025-08-01", ""},
		{"aws-sqs@1999-01-01", "held on 1999-01-01: " + since},
		{"aws-sqs", ""},
	} {
		got, err := c.Tariff(x.name)
		if err != nil {
			t.Fatal(err)
		}
		note := ""
		if len(got.Notes) > 0 && strings.HasPrefix(got.Notes[0], "It is not known") {
			note = got.Notes[0]
		}
		if (x.want == "") != (note == "") || !strings.Contains(note, x.want) {
			t.Errorf("%s: the note is %q, want %q", x.name, note, x.want)
		}
	}
	undated := &Tariff{Prices: []Price{{Evidence: Evidence{AsOf: Undated}}}}
	if got := undated.Doubt("2026-01-01"); !strings.HasSuffix(got, "and its sources are undated.") {
		t.Errorf("of undated sources: %q", got)
	}
	// the tariff of the name itself is left as it is
	if plain, err := c.Tariff("aws-sqs"); err != nil || len(plain.Notes) > 0 && strings.HasPrefix(plain.Notes[0], "It is not known") {
		t.Errorf("aws-sqs has the note of a day: %v, %v", plain, err)
	}
}
