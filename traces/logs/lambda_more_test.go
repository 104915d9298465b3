package logs

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// Failed initialisations before an invocation cost what they ran, at the memory size of
// the function: since 2025-08-01, and without a time unless the reports say otherwise.
func TestInitReports(t *testing.T) {
	const (
		early  = "2025-07-31T23:59:59Z "
		late   = "2025-08-01T00:00:00Z "
		timed  = "INIT_REPORT Init Duration: 9999.47 ms\tPhase: init\tStatus: timeout\n"
		broke  = "INIT_REPORT Init Duration: 229.22 ms\tPhase: init\tStatus: error\tError Type: Runtime.ImportModuleError\n"
		within = "INIT_REPORT Init Duration: 488.22 ms\tPhase: invoke\tStatus: error\tError Type: Runtime.ExitError\n"
		fine   = "INIT_REPORT Init Duration: 300.00 ms\n"
		record = `{"time":"2026-10-01T09:00:05.123Z","type":"platform.initReport","record":{"initializationType":"on-demand","phase":"%s","status":"%s","metrics":{"durationMs":229.22}}}` + "\n"
	)
	free := strings.Replace(cold, "Billed Duration: 501", "Billed Duration: 201", 1)
	for _, c := range []struct {
		name, text string
		want       FailedInits
	}{
		{"a timeout, billed for 10000 ms", late + timed + late + warm, FailedInits{Count: 1, BilledMS: 10_000}},
		{"an error and a timeout", late + timed + late + broke + late + warm, FailedInits{Count: 2, BilledMS: 10_230}},
		{"before they were billed", early + timed + late + warm, FailedInits{Count: 1, BilledMS: 0}},
		{"without a time", timed + warm, FailedInits{Count: 1, BilledMS: 10_000}},
		{"without a time, in a log whose initialisations were billed", timed + cold, FailedInits{Count: 1, BilledMS: 10_000}},
		{"without a time, in a log whose initialisations were free", timed + free, FailedInits{Count: 1, BilledMS: 0}},
		{"without a time, in a log of both eras", timed + another(free, 1) + "\n" + another(cold, 2) + "\n", FailedInits{Count: 1, BilledMS: 10_000}},
		{"during an invocation, whose duration has it", late + within + late + warm, FailedInits{}},
		{"one that succeeded", late + fine + late + warm, FailedInits{}},
		{"with spaces, as copied", late + strings.ReplaceAll(broke, "\t", " ") + late + warm, FailedInits{Count: 1, BilledMS: 230}},
		{"twice on a console's copy", late + broke + broke + late + warm, FailedInits{Count: 1, BilledMS: 230}},
		{"two of the same duration", late + broke + "2025-08-01T00:00:09Z " + broke + late + warm, FailedInits{Count: 2, BilledMS: 460}},
		{"records", fmt.Sprintf(record, "init", "error") + fmt.Sprintf(record, "invoke", "error") + fmt.Sprintf(record, "init", "success") + late + warm, FailedInits{Count: 1, BilledMS: 230}},
	} {
		p := read(t, "x", c.text+"\n", Options{Strict: true})
		c.want = c.want.at(256) // that of all their reports
		if f := one(t, p); f.FailedInits != c.want || f.Requests != int64(strings.Count("\n"+c.text, "REPORT RequestId")) {
			t.Errorf("%s: %+v, want %+v", c.name, f, c.want)
		}
		if p.Missing.Function != p.Requests {
			t.Errorf("%s: %d requests without a function", c.name, p.Missing.Function)
		}
		said := slices.ContainsFunc(p.Caveats, func(text string) bool {
			return strings.Contains(text, fmt.Sprintf("that failed or timed out before an invocation: %d ms billed", c.want.BilledMS))
		})
		if said != (c.want.Count > 0) {
			t.Errorf("%s: %q", c.name, p.Caveats)
		}
	}
	// Of a function without a request the memory size is not known.
	p := read(t, "x", late+"2025/08/01/a[1]0 "+timed+late+"2025/08/01/b[1]0 "+warm, Options{Strict: true})
	if f := one(t, p); f.Name != "b" || f.FailedInits != (FailedInits{}) || !slices.Contains(p.Caveats, "1 × "+counted[countInitAlone]) {
		t.Errorf("%+v %q", f, p.Caveats)
	}
	_, err := Read(context.Background(), []File{{Name: "f", R: strings.NewReader(late + "INIT_REPORT Init Duration: x ms\tPhase: init\tStatus: error\n")}}, Options{Strict: true})
	if want := "f:1: INIT_REPORT: found no number of ms, expected one, as in 488.22 ms"; err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

// Before 2024 a timed-out invocation was billed its timeout, less than it is printed to
// have run; at its edges.
func TestTimeLimit(t *testing.T) {
	for _, c := range []struct {
		fields string
		want   Rule
	}{
		{"Duration: 45054.87 ms\tBilled Duration: 45000 ms", TimeLimit},
		{"Duration: 3003.17 ms\tBilled Duration: 3000 ms\tInit Duration: 250.00 ms", TimeLimit},
		{"Duration: 3003.17 ms\tBilled Duration: 3251 ms\tInit Duration: 250.20 ms", TimeLimit}, // a custom runtime's
		{"Duration: 900900.00 ms\tBilled Duration: 900000 ms", TimeLimit},
		{"Duration: 901900.00 ms\tBilled Duration: 901000 ms", 0}, // no function may run so long
		{"Duration: 46000.00 ms\tBilled Duration: 45000 ms", 0},   // a second over
		{"Duration: 45054.87 ms\tBilled Duration: 45010 ms", 0},   // no whole seconds
		{"Duration: 45054.87 ms\tBilled Duration: 45000 ms\tStatus: error", 0},
		{"Duration: 44954.87 ms\tBilled Duration: 45000 ms", Ceil100 | Ceil100Init},
		{"Duration: 3000.00 ms\tBilled Duration: 3000 ms\tStatus: timeout", Ceil100 | Ceil100Init | Ceil1 | Ceil1Init},
	} {
		f := one(t, read(t, "x", "REPORT RequestId: "+uuid+"\t"+c.fields+"\tMemory Size: 128 MB\n", Options{Strict: true}))
		timeouts := int64(0)
		if c.want == TimeLimit || strings.Contains(c.fields, "timeout") {
			timeouts = 1
		}
		if f.Billed[0].Rules != c.want || f.Timeouts != timeouts {
			t.Errorf("%s: %s, %d timeouts, want %s", c.fields, f.Billed[0].Rules, f.Timeouts, c.want)
		}
	}
	if TimeLimit.String() != "timeout" || Rules()[len(Rules())-1] != TimeLimit {
		t.Errorf("%s %v", TimeLimit, Rules())
	}
}

// Reports of Managed Instances have a duration alone, and are told as such.
func TestManagedInstances(t *testing.T) {
	p := read(t, "x", `{"time":"2026-10-01T09:00:05.123Z","type":"platform.report","record":{"requestId":"r","metrics":{"durationMs":12.5},"status":"success"}}`, Options{Strict: true})
	if f := one(t, p); f.Warm.Min() != ms("12.5") || f.Managed != 1 || p.Missing != (Missing{Function: 1, Memory: 1, Cold: 1, Billed: 1}) || !slices.Contains(p.Caveats, "1 × "+counted[countManaged]) {
		t.Errorf("%+v %+v %q", f, p.Missing, p.Caveats)
	}
	p = read(t, "x", `{"time":"2026-10-01T09:00:05.123Z","type":"platform.report","record":{"requestId":"r","metrics":{"durationMs":12.5,"billedDurationMs":13,"memorySizeMB":128},"status":"success"}}`, Options{Strict: true})
	if p.Missing.Cold != 0 || slices.Contains(p.Caveats, "1 × "+counted[countManaged]) {
		t.Errorf("%+v %q", p.Missing, p.Caveats)
	}
}
