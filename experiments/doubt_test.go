package experiments

import (
	"slices"
	"strings"
	"testing"
)

// TestDoubtfulDay: prices of a day of which nothing is known draw a warning; those of a
// known day do not. In the catalog, aws-lambda-100ms was read in 2020, and aws-lambda
// says that it is in force from 2025-08-01 on.
func TestDoubtfulDay(t *testing.T) {
	for name, doubted := range map[string]bool{"aws-lambda@1999-01-01": true, "aws-lambda@2020-06-01": false, "aws-lambda@2025-08-01": false, "aws-lambda": false} {
		p := planOf(t, "x.toml", strings.Replace(sound, `name = "p"`, "name = \"p\"\npreset = \"aws-lambda\"\ntariffs = [\""+name+"\"]", 1))
		defer p.Close()
		const want = "tariff aws-lambda@1999-01-01: It is not known whether these prices held on 1999-01-01: the tariff does not say since when they are in force, and the first day that its sources tell of is 2020-01-01."
		if got := slices.Contains(p.Warnings, want); got != doubted {
			t.Errorf("%s: warnings %q", name, p.Warnings)
		}
	}
}
