package results

import (
	"testing"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/flows"
)

// The rules by which S3, DynamoDB and SQS ask KMS, in words.
func TestDataKeysAreSaid(t *testing.T) {
	of := func(name string, k *flows.DataKey) flows.Service {
		return flows.Service{Name: name, Before: []flows.Use{{Service: 0, Key: k}}}
	}
	g := &flows.Graph{Services: []flows.Service{
		{Name: "keys"}, of("pics", &flows.DataKey{}), of("table", &flows.DataKey{For: 5 * sim.Minute, Idle: true}),
		of("jobs", &flows.DataKey{For: 5 * sim.Minute, Apart: true}),
	}}
	want := ". Data keys: pics asks keys for each call; table asks keys once until it has not called for 300 s for each who calls; " +
		"jobs asks keys once in 300 s for each who calls, and each op; what an outage or a limit keeps out asks for none, tries of a call ask once"
	if got := dataKeys(g); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got := dataKeys(&flows.Graph{}); got != "" {
		t.Errorf("of none it says %q", got)
	}
}
