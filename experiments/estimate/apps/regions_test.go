package apps

import (
	"slices"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/internal/spec"
)

// Other regions are others than the platform's, whatever its tariff's first one is: what
// is in eu-central-1 may go to us-east-1, and never to where it is.
func TestOtherRegionsAreOthers(t *testing.T) {
	catalog, err := costmodel.Load()
	if err != nil {
		t.Fatal(err)
	}
	app, err := spec.Parse("x.toml", []byte(`store = [{ name = "s", service = "dynamodb" }]`))
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct{ platform, tariff, never, want string }{
		{``, "aws-lambda", "us-east-1", "eu-central-1"},
		{`region = "eu-central-1"`, "aws-lambda", "eu-central-1", "us-east-1"},
		{`region = "eu-central-1"`, "aws-lambda-eu-central-1", "eu-central-1", "us-east-1"},
		{``, "aws-lambda-eu-central-1", "eu-central-1", "us-east-1"},
		{`region = "East US"`, "azure-consumption", "eastus", ""},
		{``, "baseten-h100", "regionnotstated", ""},
	} {
		platform, err := spec.Parse("p.toml", []byte("name = \"p\"\n"+row.platform+"\n"))
		if err != nil {
			t.Fatal(err)
		}
		changes, err := ofRegions(app, platform, row.tariff, catalog)
		if err != nil {
			t.Fatal(err)
		}
		var sets []string
		for _, c := range changes {
			sets = append(sets, c.sets...)
			if strings.Contains(c.name, "with all that is in") {
				t.Errorf("%s %s: %q, although nothing stands there", row.platform, row.tariff, c.name)
			}
		}
		if slices.Contains(sets, `platform.p.region="`+row.never+`"`) || row.want != "" && !slices.Contains(sets, `platform.p.region="`+row.want+`"`) {
			t.Errorf("%s %s: offered %v, want %s and never %s", row.platform, row.tariff, sets, row.want, row.never)
		}
	}
}
