package costmodel

import (
	"errors"
	"fmt"
	"slices"
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
	var names, headings []string
	for line := range strings.Lines(short.String()) {
		switch name, _, tariff := strings.Cut(strings.TrimSpace(line), "  "); {
		case tariff:
			names = append(names, name)
		case name != "":
			headings = append(headings, name)
		}
	}
	slices.Sort(names)
	if !slices.Equal(names, c.Names()) {
		t.Errorf("%d lines, want one for each of %d tariffs", len(names), len(c.Names()))
	}
	if want := []string{"FUNCTIONS AND CONTAINERS: AMAZON WEB SERVICES", "FUNCTIONS AND CONTAINERS: CLOUDFLARE"}; !slices.Equal(headings[:2], want) {
		t.Errorf("the listing begins with %q, want %q", headings[:2], want)
	}
	if n := len(headings); headings[n-1] != "WHAT AN APPLICATION CALLS: MICROSOFT AZURE" || n != len(slices.Compact(slices.Sorted(slices.Values(headings)))) {
		t.Errorf("the headings are %q, want each once, and services last", headings)
	}
	for _, want := range []string{
		"aws-lambda  AWS Lambda, x86, us-east-1, USD from 2025-08-01\n",
		"aws-lambda-100ms  AWS Lambda, in steps of 100 ms, us-east-1, USD until 2020-12-01\n",
	} {
		name, rest, _ := strings.Cut(want, "  ")
		if want = fmt.Sprintf("%-*s  %s", len(slices.MaxFunc(names, func(a, b string) int { return len(a) - len(b) })), name, rest); !strings.Contains(short.String(), want) {
			t.Errorf("no line %q", want)
		}
	}
	for _, want := range []string{
		"aws-lambda-arm: AWS Lambda, arm64, Amazon Web Services, us-east-1, USD from 2025-08-01\n",
		"  needs    dispatch = bound, unit = function, concurrency ≤ 1, timeout ≤ 15m\n",
		"             0.0000133334 up to 7500000000  [A] https://aws.amazon.com/lambda/pricing/, 2026-09-19\n",
		"             not verified  [U] not verified for this era\n",
		"             free a month: 400000\n",
		"             credit a month: 240000 × 0.000018\n",
		"             counted: one for each 64KB started, the first of 256KB, at most 1MB  [A] https://aws.amazon.com/lambda/pricing/, 2026\n",
		"             counted: one for each 1KB started  [U] not verified\n",
		"             counted: memory up to a multiple of 64MB, time up to a multiple of 100ms, at least 64MB  [B] infracost golden file, 2024-07\n",
		"             beyond: the prices beyond 50 TB are not verified  [U]\n",
		"  price    CPU time, per 1M ms of cpu_time (quantity given by the user, without which there is no bill)\n",
		"  price    plan, per month\n",
		"  credit   30 a month, against the whole bill\n",
		"  long     a request of more than 272000 input tokens\n",
		"  era of   aws-lambda\n",
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

// TestListOfAGroup: tariffs of one provider stand under one heading, with an
// empty line between them where each has several.
func TestListOfAGroup(t *testing.T) {
	c := &Catalog{}
	if err := c.add("own.toml", []byte(good+strings.Replace(good, `"own"`, `"own-2"`, 1)), map[string]first{}); err != nil {
		t.Fatal(err)
	}
	for long, want := range map[bool][]string{
		false: {"MACHINES, BY THE HOUR: US", "own    Own cloud", "own-2  Own cloud"},
		true:  {"MACHINES, BY THE HOUR: US", "own: Own cloud", "", "own-2: Own cloud"},
	} {
		var b strings.Builder
		if err := c.List(&b, long); err != nil {
			t.Fatal(err)
		}
		var got []string
		for line := range strings.Lines(b.String()) {
			if head, _, _ := strings.Cut(strings.TrimRight(line, "\n"), ","); !strings.HasPrefix(head, "  ") {
				got = append(got, strings.TrimSuffix(line, "\n"))
			}
		}
		if len(got) != len(want) {
			t.Errorf("long %v: got %q, want lines that begin with %q", long, got, want)
			continue
		}
		for i, w := range want {
			if !strings.HasPrefix(got[i], w) || w == "" && got[i] != "" {
				t.Errorf("long %v: got %q, want lines that begin with %q", long, got, want)
			}
		}
	}
}

// TestListOfTwo is the whole listing of a catalog of two tariffs, as a user
// would write it down from their files.
func TestListOfTwo(t *testing.T) {
	c := &Catalog{}
	second := strings.NewReplacer(`"own"`, `"plain"`, `kind       = "machine"`, `notes = ["One.", "Two."]`, `supplied = true`, "", `needs      = { dispatch = "bound", max_concurrency = 1 }`, "",
		`provider   = "Us"`, `provider = "They"`, `effective  = { from = "2026-01-01", until = "2027-01-01" }`, "").Replace(good)
	if err := c.add("own.toml", []byte(good+second+`[[tariff.price]]
name     = "bytes"
supplied = true
unit     = "GB"
price    = "2"
grade    = "C"
source   = "a list"
as_of    = "undated"
chunk    = { size = "1B", least = "1KB" }
`), map[string]first{}); err != nil {
		t.Fatal(err)
	}
	var short, long strings.Builder
	if err := c.List(&short, false); err != nil {
		t.Fatal(err)
	}
	if err := c.List(&long, true); err != nil {
		t.Fatal(err)
	}
	if want := `FUNCTIONS AND CONTAINERS: THEY
plain  Own cloud, here, EUR

MACHINES, BY THE HOUR: US
own    Own cloud, here, EUR from 2026-01-01 until 2027-01-01
`; short.String() != want {
		t.Errorf("got\n%s\nwant\n%s", short.String(), want)
	}
	if want := `FUNCTIONS AND CONTAINERS: THEY
plain: Own cloud, They, here, EUR
  rule     lifetime: the whole life of each instance
  billed   used ≤ billed
  price    requests, per 1M of requests
             0.5  [A] the page, 2026-02
             free a month: 2
  price    memory, per GB-s of instance_memory
             3 up to 100  [B] the page, 2026-02-03
             2 up to 200  [B] the page, 2026-02-03
             1  [B] the page, 2026-02-03
             free a month: 10
  price    bytes, per GB of bytes (quantity given by the user)
             2  [C] a list, undated
             counted: at least 1KB  [C] a list, undated
  free     instance_time, instance_cpu
  note     One.
  note     Two.

MACHINES, BY THE HOUR: US
own: Own cloud, Us, here, EUR from 2026-01-01 until 2027-01-01
  rule     lifetime: the whole life of each instance
  needs    dispatch = bound, concurrency ≤ 1
  billed   used ≤ billed
  price    requests, per 1M of requests
             0.5  [A] the page, 2026-02
             free a month: 2
  price    memory, per GB-s of instance_memory
             3 up to 100  [B] the page, 2026-02-03
             2 up to 200  [B] the page, 2026-02-03
             1  [B] the page, 2026-02-03
             free a month: 10
  free     instance_time, instance_cpu
`; long.String() != want {
		t.Errorf("got\n%s\nwant\n%s", long.String(), want)
	}
}
