package costmodel

import (
	"errors"
	"strings"
	"testing"
)

// TestList reads the listing as a user would: every tariff once, and in the
// long form every price with its number, grade, source and date.
func TestList(t *testing.T) {
	c := shippedCatalog(t)
	var short, long strings.Builder
	if err := c.List(&short, false); err != nil {
		t.Fatal(err)
	}
	if err := c.List(&long, true); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(short.String(), "\n"); n != len(c.Names()) {
		t.Errorf("%d lines, want one for each of %d tariffs", n, len(c.Names()))
	}
	for _, want := range []string{
		"aws-lambda                     AWS Lambda, x86, us-east-1, USD from 2025-08-01\n",
		"aws-lambda-100ms               AWS Lambda, in steps of 100 ms, us-east-1, USD until 2020-12-01\n",
	} {
		if !strings.Contains(short.String(), want) {
			t.Errorf("no line %q in\n%s", want, short.String())
		}
	}
	for _, want := range []string{
		"aws-lambda-arm: AWS Lambda, arm64, Amazon Web Services, us-east-1, USD from 2025-08-01\n",
		"  needs    dispatch = bound, unit = function, concurrency ≤ 1, timeout ≤ 15m\n",
		"             0.0000133334 up to 7500000000  [A] https://aws.amazon.com/lambda/pricing/, 2026-09-19\n",
		"             not verified  [U] not verified for this era\n",
		"             free a month: 400000\n",
		"             credit a month: 240000 × 0.000018\n",
		"  not had  provisioned_requests, provisioned_duration, provisioned_standing, ephemeral\n",
	} {
		if !strings.Contains(long.String(), want) {
			t.Errorf("no line %q in\n%s", want, long.String())
		}
	}
	if err := c.List(full{}, false); !errors.Is(err, errFull) {
		t.Errorf("a write that failed: %v", err)
	}
}

var errFull = errors.New("no space left on device")

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }
