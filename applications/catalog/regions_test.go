package catalog

import (
	"regexp"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/costmodel"
)

// TestPricedRegionsAreKnown: a region that a shipped tariff has prices of is one where
// an application may stand. Tariffs write Azure's as in East US, and add Cloud Run's tier.
func TestPricedRegionsAreKnown(t *testing.T) {
	c, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	tariffs, err := costmodel.Load()
	if err != nil {
		t.Fatal(err)
	}
	n, numbered := 0, regexp.MustCompile(`^[a-z]+-[a-z]+-?[0-9]+$`)
	for _, name := range tariffs.Regions() {
		plain := strings.ToLower(strings.ReplaceAll(name, " ", ""))
		if !numbered.MatchString(plain) && !strings.HasPrefix(plain, "eastus") && plain != "westus" {
			continue // global, and multi-region
		}
		n++
		if _, err := c.Region(plain); err != nil {
			t.Error(err)
		}
	}
	if n < 25 {
		t.Errorf("%d regions were looked at", n)
	}
}

// TestRegionsBesideOthers: regions whose names are one sign apart from another's are no
// slips for it (AWS's list of billing codes, Google's and Microsoft's lists of regions).
func TestRegionsBesideOthers(t *testing.T) {
	c, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	for name, provider := range map[string]string{
		"ap-northeast-2": "aws", "ap-east-2": "aws", "eu-south-2": "aws", "mx-central-1": "aws", "us-west-1": "aws",
		"asia-northeast3": "gcp", "us-east5": "gcp", "europe-west12": "gcp",
		"koreacentral": "azure", "ukwest": "azure", "westus3": "azure", "japanwest": "azure",
	} {
		if r, err := c.Region(name); err != nil {
			t.Error(err)
		} else if r.Provider != provider || r.Title == "" {
			t.Errorf("%s is %+v, want a region of %s with a title", name, r, provider)
		}
	}
	if _, err := c.Region("ap-northeast-9"); err == nil {
		t.Error("a region that there is not is known")
	}
}
