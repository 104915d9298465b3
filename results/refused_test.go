package results

import (
	"testing"

	"github.com/coldcurve/coldcurve/sim/flows"
)

// Of two limits that have refused calls of a service the one that has refused most is told.
func TestRefused(t *testing.T) {
	api := &flows.Bucket{Rate: 10_000, Quota: flows.Quota{Of: "Amazon API Gateway in us-east-1", What: "requests", Each: "account"}}
	most := &flows.Most{Bytes: 10 << 20}
	g := &ApplicationGraph{Graph: &flows.Graph{Services: []flows.Service{{Name: "api", Ops: []flows.Op{{Name: "request", Limit: api, Most: most}}}}}}
	a := &Application{Refused: []RefusedRecord{{flows.RefusedService, 0, 0, 7000}, {flows.RefusedService, 0, 1, 7001}}}
	if text, n := a.refusedMost(g, flows.RefusedService, 0); text != "api: request; 10,485,760 bytes of a payload" || n != 7001 {
		t.Errorf("%q refused %d", text, n)
	}
	if text, n := a.refusedMost(g, flows.RefusedFunction, 0); text != "" || n != 0 {
		t.Errorf("%q refused %d, want nothing", text, n)
	}
}
