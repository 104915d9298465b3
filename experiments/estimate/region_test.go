package estimate

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/cockroachdb/apd/v3"
)

// TestRegion: each tariff that is known for a region that was asked for is that
// region's, the others stay, and a plan whose price nobody has verified there
// is told of, not guessed.
func TestRegion(t *testing.T) {
	in, err := guess(FunctionSettings{Requests: "3M/month", Duration: "120ms", Memory: "1536MB"}).Input()
	if err != nil {
		t.Fatal(err)
	}
	in.Within, in.Replications = []string{"aws-lambda", "gcp-cloud-run-min", "azure-consumption"}, 1
	in.Services = []ServiceSettings{{Tariff: "aws-api-gateway-http", Usage: []UsageSettings{{Meter: "calls", Quantity: "1M/month"}}}}
	e, err := Run(context.Background(), in, Options{Workers: 1, Regions: []string{"ap-northeast-1", "europe-west3"}})
	if err != nil {
		t.Fatal(err)
	}
	tariffs := map[string]string{}
	for _, p := range e.Plans {
		tariffs[p.Name] = p.Bill.Tariff
	}
	for plan, want := range map[string]string{
		"aws-lambda": "aws-lambda-ap-northeast-1", "aws-lambda-arm": "aws-lambda-arm-ap-northeast-1",
		"aws-lambda-provisioned": "aws-lambda-ap-northeast-1", "azure-consumption": "azure-consumption",
	} {
		if tariffs[plan] != want {
			t.Errorf("%s is priced by %s, want %s", plan, tariffs[plan], want)
		}
	}
	var skipped []string
	for _, s := range e.Skipped {
		skipped = append(skipped, s.Name+": "+s.Reason)
	}
	for _, want := range []string{
		`aws-lambda-arm-provisioned: the price of "provisioned concurrency, duration" in tariff aws-lambda-arm-ap-northeast-1 is not verified (grade U)`,
		`gcp-cloud-run-min-instances: the price of "CPU, idle minimum instances" in tariff gcp-cloud-run-request-tier2 is not verified (grade U)`,
	} {
		if !slices.ContainsFunc(skipped, func(s string) bool { return strings.HasPrefix(s, want) }) {
			t.Errorf("%q do not tell %s", skipped, want)
		}
	}
	// 1.29 in Tokyo, by the facts; 1.00 in us-east-1
	if s := e.Services[0]; s.Bill.Tariff != "aws-api-gateway-http-ap-northeast-1" || s.Bill.Total.Cmp(apd.New(129, -2)) != 0 {
		t.Errorf("a million calls cost %s by %s", s.Bill.Total.Text('f'), s.Bill.Tariff)
	}
	// Those that are priced elsewhere are marked in the table, and the line above it says so.
	if !strings.HasSuffix(e.scope(), " *: priced in the region of its own tariff, since no prices of ap-northeast-1 and europe-west3 are known for it.") {
		t.Error(e.scope())
	}
	for _, row := range e.planRows(false)[1:] {
		if marked := strings.HasSuffix(row[0], " *"); marked != strings.HasPrefix(row[0], "azure") {
			t.Errorf("%s is marked: %v", row[0], marked)
		}
	}
	if notes := strings.Join(e.Notes, "\n"); !strings.Contains(notes, "prices of ap-northeast-1 and europe-west3: aws-lambda, aws-lambda-arm, aws-lambda-provisioned, aws-lambda-arm-provisioned, gcp-cloud-run-min-instances; of the regions of their tariffs, as no others are known: azure-consumption") {
		t.Errorf("the notes are %s", notes)
	}
	for _, x := range []struct{ regions, err string }{
		{"ap-northeast-1,mars-1", `--region: no plan and no service has prices of "mars-1"; known are `},
		{"", `--region: no plan and no service has prices of ""; known are `},
	} {
		_, err := Run(context.Background(), in, Options{Workers: 1, Regions: strings.Split(x.regions, ",")})
		if err == nil || !strings.HasPrefix(err.Error(), x.err) || !strings.Contains(err.Error(), "europe-west3, me-central-1, me-south-1") {
			t.Errorf("got %v, want %s and the regions, sorted", err, x.err)
		}
	}
}

// TestRegionUnchanged: without regions each plan that had a bill has one.
func TestRegionUnchanged(t *testing.T) {
	in, err := guess(FunctionSettings{Requests: "1k/month", Duration: "120ms", Memory: "128MB", Restore: "300ms"}).Input()
	if err != nil {
		t.Fatal(err)
	}
	in.Replications = 1
	e, err := Run(context.Background(), in, Options{Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	all, err := alternatives()
	if err != nil || len(e.Plans) < len(all) || len(e.Skipped) > 0 {
		t.Errorf("%d plans of %d alternatives, left out %v, %v", len(e.Plans), len(all), e.Skipped, err)
	}
}
