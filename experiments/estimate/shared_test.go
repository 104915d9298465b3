package estimate

import "testing"

// 3M requests a month of 400 ms, half of it CPU time, compute for 0.23 of a vCPU
// on average, which is less than 0.6 of one: containers and machines need one
// instance, and serve what comes at once side by side on it.
//
//   - Cloud Run, billed by instances: 2,592,000 vCPU-s less 240,000, × 0.000018 = 42.336;
//     1.5 GiB × 2,592,000 = 3,888,000 GiB-s less 450,000, × 0.000002 = 6.876; together 49.212;
//   - a machine of Google's, e2-standard-2: 720 h × 0.06701 = 48.2472.
func TestContainersServeSideBySide(t *testing.T) {
	e := run(t, guess(FunctionSettings{Requests: "3M/month", Duration: "400ms", Memory: "1536MB", CV: "0"}), "gcp-cloud-run-instance", "gcp-vm-e2-standard-2")
	for _, c := range []struct {
		plan string
		want float64
	}{{"gcp-cloud-run-instance", 49.212}, {"gcp-vm-e2-standard-2", 48.2472}} {
		got, err := plan(t, e, c.plan).Bill.Total.Float64()
		if err != nil {
			t.Fatal(err)
		}
		if got < c.want-0.005 || got > c.want*1.005 {
			t.Errorf("%s costs %v, want %v and half a percent at most", c.plan, got, c.want)
		}
	}
}

// A plan of one request at a time needs as many instances as there are requests
// at once: more than those that share.
func TestOneAtATimeTakesMoreInstances(t *testing.T) {
	s := guess(FunctionSettings{Requests: "3M/month", Duration: "400ms", Memory: "1536MB", CV: "0"})
	shared := run(t, s, "gcp-cloud-run-instance")
	s.Concurrency = 1
	alone := run(t, s, "gcp-cloud-run-instance")
	a, b := &plan(t, shared, "gcp-cloud-run-instance").Bill.Total, &plan(t, alone, "gcp-cloud-run-instance").Bill.Total
	if a.Cmp(b) >= 0 {
		t.Errorf("side by side it costs %s, one at a time %s: want less", a, b)
	}
}
