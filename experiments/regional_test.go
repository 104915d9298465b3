package experiments

import (
	"strings"
	"testing"
)

// What stands in a region is billed by that region's prices where they are known: a gateway
// in Tokyo costs 1.29 a million calls, 1.00 in us-east-1 and where it is not known. Where they are not,
// as of a table, the assumptions say whose stand in. A tariff that the file gives holds.
func TestServicesAreBilledByRegion(t *testing.T) {
	const app = `
trigger  = [{ name = "in", start = "f", arrivals = { process = "periodic", every = "1s" }, http = { service = "api-gateway-http" } }]
store    = [{ name = "table", service = "dynamodb"REGION }]
function = [{ name = "f", platform = "lambda", service = "20ms", use = [{ store = "table", op = "write", size = "1KB" }] }]
`
	for _, row := range []struct{ platform, table, tariff, amount, notes string }{
		{"", "", "aws-api-gateway-http", "2.592", ""},
		{"us-east-1", "", "aws-api-gateway-http", "2.592", ""},
		{"ap-northeast-1", "", "aws-api-gateway-http-ap-northeast-1", "3.34368", "aws-dynamodb-on-demand"},
		{"ap-northeast-1", `, region = "us-east-1"`, "aws-api-gateway-http-ap-northeast-1", "3.34368", ""},
		{"ap-northeast-1", `, tariff = "aws-dynamodb-on-demand"`, "aws-api-gateway-http-ap-northeast-1", "3.34368", ""},
		{"ap-northeast-2", "", "aws-api-gateway-http-ap-northeast-2", "3.18816", "aws-dynamodb-on-demand"}, // Seoul: 2.592 million × 1.23
		{"us-west-1", "", "aws-api-gateway-http", "2.592", "aws-dynamodb-on-demand aws-api-gateway-http"},
		{"eu-west-1", "", "aws-api-gateway-http", "2.592", "aws-dynamodb-on-demand aws-api-gateway-http"},
	} {
		region := ""
		if row.platform != "" {
			region = "\nregion = \"" + row.platform + "\""
		}
		p, err := hourOn(t, strings.Replace(app, "REGION", row.table, 1), `preset = "aws-lambda"`+region)
		if err != nil {
			t.Fatal(err)
		}
		line := "calls"
		if row.tariff == "aws-api-gateway-http" {
			line += ", tier 1"
		}
		if got, want := billedFor(t, p, row.tariff, line), decimal(t, row.amount); got.Cmp(want) != 0 {
			t.Errorf("in %q the gateway costs %s by %s, want %s", row.platform, got.Text('f'), row.tariff, want.Text('f'))
		}
		var notes []string
		for _, a := range p.Assumptions() {
			if a.Text == "prices in "+row.platform+" = those of us-east-1" && a.Grade == "U" {
				notes = append(notes, strings.TrimPrefix(a.Subject, "tariff "))
			}
		}
		if got := strings.Join(notes, " "); got != row.notes {
			t.Errorf("in %q the prices of us-east-1 are said to stand in for %q, want %q", row.platform, got, row.notes)
		}
	}
}
