package apps

import (
	"context"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/experiments/estimate"
)

// answeredAtOnce makes orders requests that are answered when the flow has been started.
func answeredAtOnce(t *testing.T, q *Question, edit ...string) {
	t.Helper()
	app := strings.NewReplacer(append([]string{`arrivals = { process = "periodic", every = "10s" }`, `arrivals = { process = "periodic", every = "10s" }, http = { answer = "start" }`}, edit...)...).Replace(orders)
	if err := os.WriteFile(q.File, []byte(app), 0o644); err != nil {
		t.Fatal(err)
	}
}

// Who is answered at the start is done when the flow is, after the 1.51 s of TestCauses, and
// not well where it fails: so say the estimate, its SLO and the table of changes.
func TestJudgedByWhatIsDone(t *testing.T) {
	q := asked(t)
	answeredAtOnce(t, q)
	var err error
	if q.SLO, err = estimate.ParseSLO([]string{"p99 <= 1s"}); err != nil {
		t.Fatal(err)
	}
	const retries = "app.flow.fulfil.step.label.retry=[]"
	q.Changes = []string{retries}
	e, err := Run(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(e.P99.Mean-1.51) > 1e-6 || e.Answered == nil || e.Answered[1].Mean > 0.001 || e.Missed() == "" {
		t.Errorf("done after %v s, answered after %v, %q; want 1.51, at once, and the SLO missed", e.P99.Mean, e.Answered, e.Missed())
	}
	if !strings.Contains(e.answer(), "99 % after 1.51 s (answered after 0 s and 0 s)") {
		t.Errorf("%s", e.answer())
	}
	if p := e.Triggers[0]; math.Abs(p.P99-1.51) > 1e-6 || p.Failed != 0 {
		t.Errorf("%+v, want 1.51 s of the trigger", p)
	}
	// Without its second try, and the gap and the second before it: 200 + 50 + 105 ms.
	if c := e.Changes[0]; math.Abs(c.P99-0.355) > 1e-6 || c.Errors != 0 || c.Meets != "yes" {
		t.Errorf("without retries %v s, %v not well, meets %q; want 0.355 s, 0, yes", c.P99, c.Errors, c.Meets)
	}
	answeredAtOnce(t, q, `, catch = [{ on = ["any"], next = "sorry" }]`, "")
	if e, err = Run(context.Background(), q); err != nil {
		t.Fatal(err)
	}
	if e.Errors.Mean != 1 || e.Triggers[0].Failed != 1 || e.Changes[0].Errors != 1 {
		t.Errorf("%v, %v and %v of the orders are not well, want all: label fails", e.Errors.Mean, e.Triggers[0].Failed, e.Changes[0].Errors)
	}
}
