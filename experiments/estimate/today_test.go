package estimate

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/traces/logs"
)

// 240 hourly requests of 7 s at 4 GB, and as many without a time: ten days are a
// month of 720 × 28 GB-s = 20,160, whatever stands there without a time, in the
// log's bill as in the plan. What is left out is counted.
func TestUntimedAreInNoBill(t *testing.T) {
	line := func(i int) string {
		return fmt.Sprintf("REPORT RequestId: %08d-0000-4000-8000-000000000000\tDuration: 7000.00 ms\tBilled Duration: 7000 ms\tMemory Size: 4096 MB\tMax Memory Used: 900 MB\n", i)
	}
	var timed, both strings.Builder
	for i := range 240 {
		text := fmt.Sprintf("2026-10-%02dT%02d:00:00.000Z %s", 1+i/24, i%24, line(i))
		timed.WriteString(text)
		both.WriteString(text + line(1000+i))
	}
	want := "20160"
	for name, text := range map[string]string{"timed": timed.String(), "half of them timed": both.String()} {
		in := inputOf(t, text)
		if got := in.Today.Bill.Lines[1].Quantity.Text('f'); got != want {
			t.Errorf("%s: %s GB-s, want %s", name, got, want)
		}
		a := advise(t, in, 60, "aws-lambda")
		simulated := costmodel.Float(&a.Now.Plan.Bill.Lines[1].Quantity)
		if simulated < 20160 || simulated > 20160*1.03 { // and initialisations, of cold ones
			t.Errorf("%s: the plan has %v GB-s, want %s and a few", name, simulated, want)
		}
		const says = "; 240 billed requests are left out of this bill as of the plans: 240 have no time"
		if has := strings.Contains(in.Today.Statement, says); has != (name != "timed") {
			t.Errorf("%s: %s", name, in.Today.Statement)
		}
	}
}

// Where a log says no memory, the one that is given is billed: 240 hourly requests
// of 2 s at 1 GB are 1,440 GB-s a month.
func TestTodayOfAGivenMemory(t *testing.T) {
	var b strings.Builder
	for i := range 240 {
		fmt.Fprintf(&b, `{"function":"f","time":"2026-10-%02dT%02d:00:00Z","duration_ms":2000,"billed_ms":2000}`+"\n", 1+i/24, i%24)
	}
	in, err := FromLogs(context.Background(), []logs.File{{Name: "f.log", R: strings.NewReader(b.String())}}, logs.Options{Strict: true}, guess(FunctionSettings{Memory: "1024MB"}), "aws-lambda")
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	if got := in.Today.Bill.Lines[1].Quantity.Text('f'); got != "1440" {
		t.Errorf("%s GB-s, want 1440", got)
	}
}

// The answer does not hide that others cost as much.
func TestAsCheap(t *testing.T) {
	e := run(t, guess(FunctionSettings{Requests: "1000/month", Duration: "100ms", Memory: "128MB", CV: "0"}), "aws-lambda", "azure-consumption")
	if got := e.answer(); !strings.HasPrefix(got, "The cheapest plan is ") || !strings.Contains(got, ", at 0.00 USD a month, as much as 2 others; its p99 is ") {
		t.Error(got)
	}
}

// A day of 1,024 MB until noon and 2,048 MB after: each hour a request of 1 s and
// a failed initialisation of 5 s. 12 × 6 s × (1 + 2) GB × 30 days = 6,480 GB-s.
func TestFailedInitsAtTheirSize(t *testing.T) {
	var b strings.Builder
	for h := range 24 {
		fmt.Fprintf(&b, "2026-10-01T%02d:00:00.000Z INIT_REPORT Init Duration: 5000.00 ms\tPhase: init\tStatus: error\n", h)
		fmt.Fprintf(&b, "2026-10-01T%02d:00:10.000Z REPORT RequestId: %08d-0000-4000-8000-000000000000\tDuration: 1000.00 ms\tBilled Duration: 1000 ms\tMemory Size: %d MB\tMax Memory Used: 90 MB\n", h, h, 1024*(1+h/12))
	}
	if got := inputOf(t, b.String()).Today.Bill.Lines[1].Quantity.Text('f'); got != "6480" {
		t.Errorf("%s GB-s, want 6480", got)
	}
}
