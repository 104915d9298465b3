package results

import (
	"testing"

	"github.com/coldcurve/coldcurve/sim/flows"
)

// Of two limits the one that has refused most in all replications is named, with the mean
// of a replication: (7,000 + 17,691) ÷ 2 = 12,345.5, which is written 12,346.
func TestRefused(t *testing.T) {
	api := &flows.Bucket{Rate: 10_000, Quota: flows.Quota{Of: "Amazon API Gateway in us-east-1", What: "requests", Each: "account"}}
	most := &flows.Most{Bytes: 10 << 20}
	g := &ApplicationGraph{Graph: &flows.Graph{Services: []flows.Service{{Name: "api", Ops: []flows.Op{{Name: "request", Limit: api, Most: most}}}}}}
	of := func(rate, size uint64) *Replication {
		return &Replication{Application: &Application{Refused: []RefusedRecord{{flows.RefusedService, 0, 0, rate}, {flows.RefusedService, 0, 1, size}}}}
	}
	c := &Cell{Application: g, Replications: []*Replication{of(7000, 7001), of(17_691, 1)}}
	if got, want := c.Refused(), "Amazon API Gateway in us-east-1: requests, 12,346 throttled; 10,000 a second and account"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if text, n := c.Replications[0].Application.refusedMost(g, flows.RefusedService, 0); text != "api: request; 10,485,760 bytes of a payload" || n != 7001 {
		t.Errorf("%q refused %d", text, n)
	}
	if text, n := c.Replications[0].Application.refusedMost(g, flows.RefusedFunction, 0); text != "" || n != 0 {
		t.Errorf("%q refused %d, want nothing", text, n)
	}
	if got := (&Cell{Application: g, Replications: []*Replication{of(0, 0)}}).Refused(); got != "" {
		t.Errorf("%q, where nothing is refused", got)
	}
}
