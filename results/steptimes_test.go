package results

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/coldcurve/coldcurve/sim"
)

// stepSet has a platform of a profile whose requests take so long a token, and one
// without any.
func stepSet(t *testing.T, tpot float64, times *StepTimes) *Set {
	t.Helper()
	functions := []sim.Function{{Name: "f"}}
	return &Set{
		Cells: []Cell{
			{Platform: "gpu", StepTimes: times, Functions: functions, Replications: []*Replication{servedAt(t, 4, 0.1, tpot, false, 0)}},
			{Platform: "other", Functions: functions, Replications: []*Replication{servedAt(t, 4, 0.1, 0.02, false, 0)}},
		},
		Manifest: Manifest{Seed: 1, Replications: 1, Hash: "sha256:00"},
	}
}

// graded are step times of which TTFT's and the ceiling's errors are not known.
func graded(grade string, tpot, p90, e2e float64) *StepTimes {
	return &StepTimes{Grade: grade, TPOT: tpot, TPOTP90: p90, TTFT: nan, E2E: e2e, Ceiling: nan}
}

// TestStepColumns are in each form of the rows, empty where nothing is known; and
// nowhere where no row has a profile.
func TestStepColumns(t *testing.T) {
	set := stepSet(t, 0.02, graded("B", 0.152, 0.299, nan))
	lines, err := os.ReadFile(filepath.Join(written(t, set), "cells.csv"))
	if err != nil {
		t.Fatal(err)
	}
	for i, end := range []string{
		",step_time_grade,tpot_error,tpot_error_p90,ttft_error,e2e_error,ceiling_error,meets_slo",
		",B,0.152,0.299,,,,", ",,,,,,,",
	} {
		if line := strings.Split(string(lines), "\n")[i]; !strings.HasSuffix(line, end) {
			t.Errorf("line %d of cells.csv ends with …%s, want %s", i, line[max(0, len(line)-120):], end)
		}
	}
	var b bytes.Buffer
	if err := set.Render(&b, "json"); err != nil {
		t.Fatal(err)
	}
	var out struct{ Rows []map[string]any }
	if err := json.Unmarshal(b.Bytes(), &out); err != nil {
		t.Fatal(err)
	}
	if r := out.Rows[0]; r["step_time_grade"] != "B" || r["tpot_error"] != 0.152 || r["tpot_error_p90"] != 0.299 || r["ttft_error"] != nil {
		t.Errorf("JSON has %v", r)
	}
	set.Quiet = true
	b.Reset()
	if err := set.Render(&b, "text"); err != nil {
		t.Fatal(err)
	}
	if want := "grade B, time per output token ±15.2 % (9 of 10 ±29.9 %)\n"; !strings.Contains(b.String(), want) {
		t.Errorf("the text has no %q:\n%s", want, &b)
	}
	report, err := os.ReadFile(filepath.Join(written(t, set), "report.html"))
	if err != nil {
		t.Fatal(err)
	}
	if want := "grade B, time per output token ±15.2 %"; !strings.Contains(string(report), want) {
		t.Errorf("the report has no %q", want)
	}
	b.Reset()
	if err := stepSet(t, 0.02, nil).Render(&b, "csv"); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), "step_time_grade") || strings.Contains(b.String(), "tpot_error") {
		t.Errorf("without a profile: %s", &b)
	}
}

// TestStepNoteTellsPlatformsApart where they rest on profiles of different kinds.
func TestStepNoteTellsPlatformsApart(t *testing.T) {
	set := stepSet(t, 0.02, graded("B", 0.152, 0.299, 0.04))
	set.Cells[1].StepTimes = graded("C", nan, nan, nan)
	rows, err := set.Rows()
	if err != nil {
		t.Fatal(err)
	}
	want := "step times, whose errors no interval has in it: gpu: grade B, time per output token ±15.2 % (9 of 10 ±29.9 %), time in all ±4.00 %; other: grade C, error of the time per output token not known"
	if got := set.stepNote(rows); got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// TestCompareStepTimes tells of rows whose profiles differ, and of differences that are
// no larger than a profile's own error.
func TestCompareStepTimes(t *testing.T) {
	b, u := graded("B", 0.152, 0.299, nan), graded("U", 0.241, 0.463, nan)
	compare := func(beforeTPOT, afterTPOT float64, before, after *StepTimes) *Comparison {
		c, err := Compare(written(t, stepSet(t, beforeTPOT, before)), written(t, stepSet(t, afterTPOT, after)))
		if err != nil {
			t.Fatal(err)
		}
		c.Metrics = []string{"tpot_mean_s"}
		return c
	}
	differ := "step times differ: grade B, time per output token ±15.2 % (9 of 10 ±29.9 %) before; grade U, time per output token ±24.1 % (9 of 10 ±46.3 %) after: in gpu"
	for _, c := range []struct {
		name          string
		before, after float64
		a, b          *StepTimes
		want          []string
	}{
		{"the same", 0.02, 0.02, b, b, nil},
		{"more than the error", 0.02, 0.024, b, b, nil},
		{"less than the error", 0.02, 0.021, b, b, []string{"no more than the step times' own error: gpu: tpot_mean_s +5.00 % (±15.2 %)"}},
		{"of other grades", 0.02, 0.04, b, u, []string{differ}},
		{"of other grades, and less than the larger error", 0.02, 0.024, b, u, []string{differ, "no more than the step times' own error: gpu: tpot_mean_s +20.0 % (±24.1 %)"}},
		{"of other grades the other way", 0.024, 0.02, u, b, []string{
			"step times differ: grade U, time per output token ±24.1 % (9 of 10 ±46.3 %) before; grade B, time per output token ±15.2 % (9 of 10 ±29.9 %) after: in gpu",
			"no more than the step times' own error: gpu: tpot_mean_s −16.7 % (±24.1 %)"}},
		{"not known after", 0.02, 0.024, b, graded("C", nan, nan, nan), []string{
			"step times differ: grade B, time per output token ±15.2 % (9 of 10 ±29.9 %) before; grade C, error of the time per output token not known after: in gpu"}},
		{"of another grade alone", 0.02, 0.04, b, graded("C", 0.152, 0.299, nan), []string{
			"step times differ: grade B, time per output token ±15.2 % (9 of 10 ±29.9 %) before; grade C, time per output token ±15.2 % (9 of 10 ±29.9 %) after: in gpu"}},
		{"of another ninth decile alone", 0.02, 0.04, b, graded("B", 0.152, 0.4, nan), []string{
			"step times differ: grade B, time per output token ±15.2 % (9 of 10 ±29.9 %) before; grade B, time per output token ±15.2 % (9 of 10 ±40.0 %) after: in gpu"}},
		{"of none after", 0.02, 0.03, b, nil, []string{"step times differ: grade B, time per output token ±15.2 % (9 of 10 ±29.9 %) before; no step times of a profile after: in gpu"}},
		{"of none", 0.02, 0.021, nil, nil, nil},
	} {
		got := compare(c.before, c.after, c.a, c.b)
		if diff := cmp.Diff(c.want, got.stepRemarks(nil), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
		for _, format := range []string{"text", "markdown", "json"} {
			var out bytes.Buffer
			if err := got.Render(&out, format, nil); err != nil {
				t.Fatal(err)
			}
			for _, want := range c.want {
				if !strings.Contains(out.String(), want) {
					t.Errorf("%s, as %s: no %q in\n%s", c.name, format, want, &out)
				}
			}
			if c.want == nil && strings.Contains(out.String(), "step times") {
				t.Errorf("%s, as %s: tells of step times:\n%s", c.name, format, &out)
			}
		}
	}
}

// TestErrorOfTheTimeInAll is its own where it is known, else that of its tokens.
func TestErrorOfTheTimeInAll(t *testing.T) {
	for _, c := range []struct{ e2e, want float64 }{{0.04, 0.04}, {nan, 0.152}} {
		if got, ok := graded("B", 0.152, 0.299, c.e2e).of("latency_p99_s"); !ok || got != c.want {
			t.Errorf("%v, %v, want %v", got, ok, c.want)
		}
	}
	if _, ok := graded("B", 0.152, 0.299, nan).of("cost"); ok {
		t.Error("costs have an error of step times")
	}
}

// In a sweep, each kind is named by what decides on it: the GPU and the precision, not
// the load nor the keep-alive that are swept beside them.
func TestStepNoteNamesWhatDecides(t *testing.T) {
	var rows []Row
	for _, gpu := range []string{"h100", "l4"} {
		for _, weights := range []string{"bf16", "fp8"} {
			for _, rate := range []string{"1/s", "2/s"} {
				times := graded("A", 0.1, 0.2, nan)
				if gpu == "l4" {
					times = graded("B", 0.15, 0.3, nan)
				}
				if gpu == "l4" && weights == "fp8" {
					times = graded("C", nan, nan, nan)
				}
				rows = append(rows, Row{Platform: "gpu", StepTimes: times, Values: []PathValue{
					{Path: "platform.gpu.server.hardware.gpu", Label: gpu}, {Path: "workload.rate", Label: rate},
					{Path: "platform.gpu.server.precision", Label: weights}, {Path: "platform.gpu.keepalive", Label: "k" + rate}}})
			}
		}
	}
	const head = "step times, whose errors no interval has in it: "
	want := head + "h100, bf16 / h100, fp8: " + graded("A", 0.1, 0.2, nan).String() + "; l4, bf16: " + graded("B", 0.15, 0.3, nan).String() + "; l4, fp8: " + graded("C", nan, nan, nan).String()
	if got := new(Set).stepNote(rows); got != want {
		t.Errorf("got\n%s, want\n%s", got, want)
	}
	if got, want := new(Set).stepNote(rows[:6]), head+"h100: "+graded("A", 0.1, 0.2, nan).String()+"; l4: "+graded("B", 0.15, 0.3, nan).String(); got != want {
		t.Errorf("got\n%s, want\n%s", got, want)
	}
}
