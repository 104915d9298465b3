package costmodel

import (
	"os"
	"path/filepath"
	"testing"
)

// TestAMonthInARegion: the first worked example of AWS's page, 3 million requests
// of 120 ms at 1,536 MB, where its prices are those of other regions. 140,000
// GB-s and 2 million requests are beyond the free tier.
func TestAMonthInARegion(t *testing.T) {
	for region, want := range map[string]string{
		"us-east-1":      "2.73", // 140,000 × 0.0000166667 + 2 × 0.20 = 2.333338 + 0.40
		"me-central-1":   "3.39", // 140,000 × 0.0000206667 + 2 × 0.25 = 2.893338 + 0.50
		"af-south-1":     "3.63", // 140,000 × 0.0000221    + 2 × 0.27 = 3.094    + 0.54
		"eu-central-1":   "2.73",
		"ap-southeast-5": "2.46", // 140,000 × 0.000015     + 2 × 0.18 = 2.1      + 0.36
	} {
		x, ok, err := shippedCatalog(t).InRegion("aws-lambda", []string{region})
		if err != nil || !ok {
			t.Fatalf("%s: %v, %v", region, ok, err)
		}
		b, err := x.Bill(Usage(nil).With("requests", "1M", 3).With("duration", "GB-s", 540_000), SpanMonth, Month)
		if err != nil {
			t.Fatal(err)
		}
		if got := Cents(&b.Total); got != want {
			t.Errorf("%s: %s, want %s", region, got, want)
		}
	}
}

// TestRegionsOfAReplacedTariff: tariffs of other regions are read when they are
// asked for, and are what they are whoever has replaced the one that they
// extend before.
func TestRegionsOfAReplacedTariff(t *testing.T) {
	dir := t.TempDir()
	own := "[[tariff]]\nname = \"aws-lambda\"\nextends = \"aws-lambda\"\ntitle = \"Ours\"\n[[tariff.price]]\nname = \"SnapStart cache\"\nmeters = [\"snapstart_cached\"]\nsupplied = true\nunit = \"GB-s\"\nprice = \"7\"\ngrade = \"A\"\nsource = \"us\"\nas_of = \"2026\"\n"
	if err := os.WriteFile(filepath.Join(dir, "own.toml"), []byte(own), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"aws-lambda-me-central-1", "aws-lambda-ap-northeast-2", "aws-lambda-arm-us-west-2"} {
		got, err := c.Tariff(name)
		if err != nil {
			t.Fatal(err)
		}
		if want := mustTariff(t, name); got.Text() != want.Text() {
			t.Errorf("%s is\n%s\nwant\n%s", name, got.Text(), want.Text())
		}
	}
	if x, err := c.Tariff("aws-lambda"); err != nil || x.Title != "Ours" {
		t.Errorf("aws-lambda is %v, %v", x, err)
	}
	// what the file adds in place of one that another file leans on, after it was read
	if all := c.Tariffs(); len(all) != len(shippedCatalog(t).Tariffs()) {
		t.Errorf("%d tariffs, want as many as are shipped", len(all))
	}
}
