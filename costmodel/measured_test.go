package costmodel

import (
	"compress/gzip"
	"encoding/csv"
	"io"
	"math/big"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// readTable reads a CSV under COLDCURVE_DATA as a map a row; it skips the test
// where the data is not there.
func readTable(t *testing.T, path string) []map[string]string {
	t.Helper()
	dir := os.Getenv("COLDCURVE_DATA")
	if dir == "" {
		t.Skip("COLDCURVE_DATA is not set: the measured runs are not part of the repository")
	}
	f, err := os.Open(filepath.Join(dir, path))
	if err != nil {
		t.Skipf("the measured runs are not there: %v", err)
	}
	defer f.Close()
	var r io.Reader = f
	if strings.HasSuffix(path, ".gz") {
		if r, err = gzip.NewReader(f); err != nil {
			t.Fatal(err)
		}
	}
	records, err := csv.NewReader(r).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows []map[string]string
	for _, rec := range records[1:] {
		row := map[string]string{}
		for i, name := range records[0] {
			row[name] = rec[i]
		}
		rows = append(rows, row)
	}
	return rows
}

// nanos reads decimal milliseconds exactly.
func nanos(t *testing.T, ms string) sim.Time {
	t.Helper()
	r, ok := new(big.Rat).SetString(ms)
	if !ok {
		t.Fatalf("%q is no number", ms)
	}
	r.Mul(r, big.NewRat(1_000_000, 1))
	if !r.IsInt() || !r.Num().IsInt64() {
		t.Fatalf("%q ms is no whole number of nanoseconds", ms)
	}
	return r.Num().Int64()
}

func mustTariff(t *testing.T, name string) *Tariff {
	t.Helper()
	x, err := shippedCatalog(t).Tariff(name)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// billedMillis meters one cold or warm request alone.
func billedMillis(t *testing.T, x *Tariff, mib int64, init, duration sim.Time) int64 {
	t.Helper()
	m := mustMeter(t, x, MeterConfig{Functions: []sim.Function{{Name: "f", Memory: mib}}, Window: sim.Window{Horizon: sim.Day}})
	o := sim.Outcome{Start: init, Init: init, End: init + duration, Started: true}
	h := happening{Requests: []sim.Outcome{o}, Inits: drawnInit(o, [sim.NumPhases]sim.Time{sim.PhaseRuntime: init})}
	h.feed(m)
	q, r := new(big.Int).QuoRem(m.Usage().Get("duration"), big.NewInt(mib), new(big.Int))
	if r.Sign() != 0 {
		t.Fatalf("duration is no multiple of %d MB", mib)
	}
	return q.Int64()
}

// TestMeasured2020 holds the 100 ms rule to what AWS billed for 1,938
// invocations in 2020: equal on every row. Cold ones among them were billed
// no init.
func TestMeasured2020(t *testing.T) {
	tariff := mustTariff(t, "aws-lambda-100ms")
	for _, x := range []struct {
		file string
		rows int
	}{{"res-01-2020-05-26_01-31-35.csv.gz", 1648}, {"res-01-2020-06-06_22-39-19.csv.gz", 290}} {
		rows := readTable(t, "aws-lambda/measured-2020/"+x.file)
		if len(rows) != x.rows {
			t.Errorf("%s has %d rows, want %d", x.file, len(rows), x.rows)
		}
		cold := 0
		for i, row := range rows {
			if row["is_cold"] == "True" {
				cold++
			}
			want := nanos(t, row["aws_billed_duration"]) / sim.Millisecond
			if got := billedMillis(t, tariff, 128, 0, nanos(t, row["aws_duration"])); got != want {
				t.Errorf("%s, row %d: %s ms billed as %d ms, AWS billed %d", x.file, i, row["aws_duration"], got, want)
			}
		}
		t.Logf("%s: %d rows equal, %d of them cold", x.file, len(rows), cold)
	}
}

// TestReportLines holds each era's rule to what AWS wrote in its logs.
func TestReportLines(t *testing.T) {
	rows := readTable(t, "aws-lambda/logs/report_lines_expected.csv")
	if len(rows) != 9 {
		t.Errorf("found %d lines, want 9", len(rows))
	}
	for _, row := range rows {
		tariff := "aws-lambda-init-free"
		switch {
		case strings.HasPrefix(row["era"], "pre-2020-12"):
			tariff = "aws-lambda-100ms"
		case strings.HasPrefix(row["era"], "2025-08+"):
			tariff = "aws-lambda"
		}
		var init sim.Time
		if row["init_ms"] != "" {
			init = nanos(t, row["init_ms"])
		}
		memory, err := strconv.ParseInt(row["memory_mb"], 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		billed := nanos(t, row["billed_ms"]) / sim.Millisecond
		got := billedMillis(t, mustTariff(t, tariff), memory, init, nanos(t, row["duration_ms"]))
		if row["billed_restore_ms"] != "" { // a SnapStart restore is billed next to it
			got += nanos(t, row["billed_restore_ms"]) / sim.Millisecond
		}
		if got != billed {
			t.Errorf("%s (%s, %s): billed as %d ms, AWS billed %d", row["request_id"], row["era"], row["kind"], got, billed)
		}
	}
}
