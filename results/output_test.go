package results

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/parquet-go/parquet-go"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/sim"
)

var update = flag.Bool("update", false, "write the golden files")

// golden compares with testdata/name, byte by byte.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s: the output differs; run with -update and look at the difference", path)
	}
}

// smallSet is the hand-worked unit as an experiment: two cells of two
// replications, one of them priced, and an offline bound.
func smallSet(t testing.TB) *Set {
	t.Helper()
	set0, other := handUnit(t), handUnit(t)
	other.Latency.Record(s(2.5))
	other.Ended[sim.Completed]++
	other.Bills[0].Total = decimal(t, "2.75")
	bound := handUnit(t)
	bound.Bills = nil
	for _, r := range []*Replication{set0, other} {
		r.Bills[0].Lines = []costmodel.Line{
			{Name: "requests", Unit: "1M requests", Quantity: decimal(t, "5"), UnitPrice: decimal(t, "0.20"), Amount: decimal(t, "1.00"), Grade: "A"},
			{Name: "duration, tier 1", Unit: "GB-s", Quantity: decimal(t, "150000"), UnitPrice: decimal(t, "0.00001"), Amount: decimal(t, "1.50000"), Grade: "A"},
		}
	}
	// Lines sum to their total: 1.00 + 1.50 and 1.00 + 1.75.
	other.Bills[0].Lines[1].Quantity, other.Bills[0].Lines[1].Amount = decimal(t, "175000"), decimal(t, "1.75000")
	cell := func(label string, bound bool, reps ...*Replication) Cell {
		return Cell{Platform: "lambda", Bound: bound, Functions: handFunctions, Replications: reps, Values: []PathValue{
			{Path: "platform.lambda.keepalive", Label: label}, {Path: "platform.*.memory_scale", Label: "2", Number: 2, Numeric: true}}}
	}
	set := &Set{
		Title:     "Does it work?",
		Reference: Reference{"platform.lambda.keepalive": "10m"},
		Cells:     []Cell{cell("10m", false, set0, other), cell("1h", false, other, other), cell("offline", true, bound, bound)},
		Manifest: Manifest{Version: "0.1.0", ModelVersion: "1", Title: "Does it work?", Experiment: "small.toml", Hash: "sha256:00", Seed: 1, Replications: 2,
			Units: 6, GOARCH: "amd64", Command: "coldcurve run small.toml", Traces: []Input{{"small", "sha256:11"}}},
		Assumptions: []Assumption{{"platform lambda", "an idle environment stays 10 min", "C", "https://example.org"}},
		Warnings:    []string{"2 rows of the trace were skipped"},
	}
	set.SLO, _ = NewSLO([]Objective{{Metric: "latency_p99_s", Limit: 4}, {Metric: "error_ratio", Limit: 0.6}})
	return set
}

func TestGoldenRenderings(t *testing.T) {
	set := smallSet(t)
	for _, format := range Formats() {
		var b bytes.Buffer
		if err := set.Render(&b, format); err != nil {
			t.Fatal(err)
		}
		golden(t, "small."+format, b.Bytes())
	}
	if err := set.Render(io.Discard, "yaml"); err == nil || err.Error() != `"yaml" is no format; these are: text, csv, json, bench` {
		t.Errorf("got %v", err)
	}
}

func TestGoldenFolder(t *testing.T) {
	dir := t.TempDir()
	if err := smallSet(t).Write(context.Background(), dir); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"bill.csv", "differences.csv", "report.html", "plots/latency-cdf.svg"} {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		golden(t, strings.ReplaceAll(name, "/", "-"), data)
	}
}

func TestJSONIsJSON(t *testing.T) {
	var b bytes.Buffer
	if err := smallSet(t).Render(&b, "json"); err != nil {
		t.Fatal(err)
	}
	var v struct {
		Title string
		Rows  []map[string]any
	}
	if err := json.Unmarshal(b.Bytes(), &v); err != nil || len(v.Rows) != 3 || v.Rows[0]["cost"] != 2.625 || v.Rows[2]["cost"] != nil {
		t.Errorf("got %v, %v", v.Rows, err)
	}
}

// TestBenchFormatIsGos: each line is a name, an iteration count, and pairs of
// value and unit, as the testing package's format has it; one a row and replication.
func TestBenchFormatIsGos(t *testing.T) {
	set := smallSet(t)
	set.Cells[0].Values[0].Label = "a b/c\n"
	var b bytes.Buffer
	if err := set.Render(&b, "bench"); err != nil {
		t.Fatal(err)
	}
	line := regexp.MustCompile(`^BenchmarkRun/\S+ 1( [-+0-9.e]+ [a-z0-9-]+)+$`)
	n := 0
	for _, l := range strings.Split(strings.TrimSpace(b.String()), "\n") {
		if strings.HasPrefix(l, "Benchmark") {
			n++
			if !line.MatchString(l) {
				t.Errorf("%q is no benchmark line", l)
			}
		}
	}
	if n != 6 {
		t.Errorf("%d lines, want 6", n)
	}
}

func TestNumbersInCSV(t *testing.T) {
	for _, c := range []struct {
		x    float64
		want string
	}{{0, "0"}, {math.Copysign(0, -1), "0"}, {1, "1"}, {18452673, "18452673"}, {123456789012345, "123456789012345"}, {0.1 + 0.2, "0.3"},
		{1.0 / 3, "0.333333333333"}, {1e-7, "1e-07"}, {1.5e18, "1.5e+18"}, {-2.5, "-2.5"}, {nan, ""}, {0.000012, "0.000012"}} {
		if got := number(c.x); got != c.want {
			t.Errorf("%v: got %q, want %q", c.x, got, c.want)
		}
	}
}

// TestNamesDoNoHarm: names of a trace that are markup or formulas.
func TestNamesDoNoHarm(t *testing.T) {
	evil := []string{`=HYPERLINK("http://evil","x")`, "+1", "-1", "@SUM(A1)", "\tx", "\rx", `<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, "a\x1b[31mred", `']]></style><svg onload=x>`}
	for _, name := range evil {
		set := smallSet(t)
		if set.Plots = []string{}; strings.ContainsAny(name, "<\x1b") { // what an SVG could be harmed by
			set.Plots = []string{"latency-cdf"}
		}
		functions := []sim.Function{{Name: name, App: name, Owner: name}, {Name: name + "2", App: name}, {Name: name + "3", App: name}}
		for i := range set.Cells {
			c := &set.Cells[i]
			c.Functions, c.Platform = functions, name
			c.Values = []PathValue{{Path: "p", Label: name + string(rune('a'+i))}}
		}
		set.Title, set.Warnings = name, []string{name}
		set.Assumptions = []Assumption{{name, name, name, name}}
		for _, c := range set.Cells[:2] {
			for _, r := range c.Replications {
				r.Bills[0].Tariff = name
			}
		}
		dir := t.TempDir()
		if err := set.Write(context.Background(), dir); err != nil {
			t.Fatalf("%q: %v", name, err)
		}
		for _, file := range []string{"cells.csv", "bill.csv", "differences.csv"} {
			noFormula(t, filepath.Join(dir, file))
		}
		page, err := os.ReadFile(filepath.Join(dir, "report.html"))
		if err != nil {
			t.Fatal(err)
		}
		for _, bad := range []string{"<script>alert", "<img", "<svg onload", "http://evil\","} {
			if bytes.Contains(page, []byte(bad)) {
				t.Errorf("%q: the report holds %q", name, bad)
			}
		}
		if len(set.Plots) > 0 {
			svg, err := os.ReadFile(filepath.Join(dir, "plots", "latency-cdf.svg"))
			if err != nil {
				t.Fatal(err)
			}
			if bytes.Contains(svg, []byte("<script")) || bytes.Contains(svg, []byte("<img")) || bytes.ContainsRune(svg, '\x1b') {
				t.Errorf("%q: the SVG holds it as it is", name)
			}
		}
		var b bytes.Buffer
		if err := set.Render(&b, "text"); err != nil || bytes.ContainsRune(b.Bytes(), '\x1b') || bytes.ContainsRune(b.Bytes(), '\r') {
			t.Errorf("%q: the terminal is given control characters (%v)", name, err)
		}
	}
}

// noFormula checks that no text cell starts as a formula does.
func noFormula(t *testing.T, path string) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	all, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	numeric := regexp.MustCompile(`^-[0-9.]+(e[-+][0-9]+)?$`)
	for _, line := range all {
		for _, cell := range line {
			if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r") && !numeric.MatchString(cell) {
				t.Errorf("%s: the cell %q is a formula to a spreadsheet", filepath.Base(path), cell)
			}
		}
	}
}

// TestFolderIsTheSameBytes: with one and with two processors.
func TestFolderIsTheSameBytes(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	set := fakeSet(t, []int{0, 10, 60}, 3)
	var first map[string]string
	writes := []int{1, 2, 2}
	if testing.Short() {
		writes = writes[:2]
	}
	for _, procs := range writes {
		runtime.GOMAXPROCS(procs)
		dir := t.TempDir()
		if err := set.Write(context.Background(), dir); err != nil {
			t.Fatal(err)
		}
		files := map[string]string{}
		err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			data, err := os.ReadFile(path)
			files[strings.TrimPrefix(path, dir)] = string(data)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = files
			if len(files) < 15 {
				t.Errorf("only %d files", len(files))
			}
			continue
		}
		if len(files) != len(first) {
			t.Errorf("%d files, then %d", len(first), len(files))
		}
		for name, data := range files {
			if first[name] != data {
				t.Errorf("%s differs with %d processors", name, procs)
			}
		}
	}
}

// TestFullDisk: whichever file meets a full disk, the error is returned and
// names the file.
func TestFullDisk(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("there is no /dev/full here")
	}
	set := smallSet(t)
	set.Plots = []string{"latency-cdf"}
	for _, name := range []string{"cells.csv", "cells.parquet", "replications.parquet", "functions.parquet", "timeseries.parquet", "bill.csv", "differences.csv",
		"plots/latency-cdf.svg", "plots/latency-cdf.png", "report.html", "manifest.json"} {
		dir := t.TempDir()
		if err := os.Mkdir(filepath.Join(dir, "plots"), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink("/dev/full", filepath.Join(dir, filepath.FromSlash(name))); err != nil {
			t.Fatal(err)
		}
		if err := set.Write(context.Background(), dir); !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), filepath.Base(name)) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if err := set.Write(context.Background(), filepath.Join(t.TempDir(), "absent")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no folder: got %v", err)
	}
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer full.Close()
	for _, format := range Formats() {
		if err := set.Render(full, format); !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("format %s: got %v", format, err)
		}
	}
}

// TestParquetKeepsOrderTypesAndDocs: the columns stand in our order, with
// sensible types, and the units under the file's key.
func TestParquetKeepsOrderTypesAndDocs(t *testing.T) {
	set := smallSet(t)
	dir := written(t, set)
	rows, _ := set.Rows()
	f, err := os.Open(filepath.Join(dir, "cells.parquet"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	info, _ := f.Stat()
	p, err := parquet.OpenFile(f, info.Size())
	if err != nil {
		t.Fatal(err)
	}
	columns := set.cellsSheet(rows).columns
	for i, field := range p.Schema().Fields() {
		if field.Name() != columns[i].name {
			t.Errorf("column %d is %q, want %q", i, field.Name(), columns[i].name)
		}
	}
	kinds := map[string]parquet.Kind{"platform": parquet.ByteArray, "platform.*.memory_scale": parquet.Double, "platform.lambda.keepalive": parquet.ByteArray,
		"replications": parquet.Int64, "arrivals": parquet.Double, "meets_slo": parquet.ByteArray}
	for name, kind := range kinds {
		if leaf, ok := p.Schema().Lookup(name); !ok || leaf.Node.Type().Kind() != kind {
			t.Errorf("%s: not of kind %v", name, kind)
		}
	}
	var docs []columnDoc
	text, ok := p.Lookup(columnsKey)
	if err := json.Unmarshal([]byte(text), &docs); !ok || err != nil || len(docs) != len(columns) {
		t.Errorf("the columns' docs: %v, %d", err, len(docs))
	}
	table, err := readParquetFile(t, filepath.Join(dir, "cells.parquet"))
	if err != nil || len(table.lines) != 3 {
		t.Fatalf("%d lines, %v", len(table.lines), err)
	}
	if got := table.lines[0][table.column("cost")].number; got != 2.625 {
		t.Errorf("cost: got %v, want 2.625", got)
	}
	if c := table.lines[2][table.column("cost")]; c.isText || c.number == c.number {
		t.Errorf("the bound's cost: got %v, want null", c)
	}
}

func TestUnitRoundTrips(t *testing.T) {
	rep := handUnit(t)
	rep.Warnings = []string{"a warning"}
	first := encode(t, rep)
	back, err := Decode(bytes.NewReader(first))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(encode(t, back), first) {
		t.Error("it came back different")
	}
	summary, err := DecodeSummary(bytes.NewReader(first))
	if err != nil || summary.Functions != nil || summary.Arrivals() != 7 || summary.Bills[0].Total.Text('f') != "2.50" {
		t.Errorf("the summary: %v", err)
	}
	for n := range len(first) {
		if _, err := Decode(bytes.NewReader(first[:n])); err == nil {
			t.Fatalf("cut off after %d of %d bytes it was taken", n, len(first))
		}
	}
	if _, err := Decode(bytes.NewReader(append(first, 'x'))); err == nil {
		t.Error("with a byte more it was taken")
	}
	rep.Schema = 99
	if _, err := Decode(bytes.NewReader(encode(t, rep))); err == nil || !strings.Contains(err.Error(), "version 99 of the record, want 9") {
		t.Errorf("another version: got %v", err)
	}
}

// TestSeriesOfOneLength: a unit whose columns over time differ in length, or
// that has no steps, is refused.
func TestSeriesOfOneLength(t *testing.T) {
	for _, c := range []struct {
		name   string
		break_ func(*Series)
	}{
		{"step", func(s *Series) { s.Step = 0 }},
		{"arrivals", func(s *Series) { s.Arrivals = s.Arrivals[1:] }},
		{"cold starts", func(s *Series) { s.ColdStarts = s.ColdStarts[1:] }},
		{"instances", func(s *Series) { s.Instances = s.Instances[1:] }},
		{"initialising", func(s *Series) { s.Initialising = s.Initialising[1:] }},
		{"busy", func(s *Series) { s.Busy = s.Busy[1:] }},
	} {
		rep := handUnit(t)
		c.break_(&rep.Series)
		if _, err := Decode(bytes.NewReader(encode(t, rep))); err == nil || err.Error() != "reading a unit: the columns of its time series differ in length" {
			t.Errorf("%s: got %v", c.name, err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(encode(f, handUnit(f)))
	f.Add([]byte{0x1f, 0x8b})
	f.Fuzz(func(t *testing.T, data []byte) {
		rep, err := Decode(bytes.NewReader(data))
		if err != nil {
			return
		}
		again := encode(t, rep)
		back, err := Decode(bytes.NewReader(again))
		if err != nil || !bytes.Equal(encode(t, back), again) {
			t.Fatalf("what was taken does not round-trip: %v", err)
		}
	})
}

// TestBoundHasNoBill: an offline bound is one row without a cost, whatever
// bills its records hold.
func TestBoundHasNoBill(t *testing.T) {
	set := smallSet(t)
	set.Cells[0].Bound = true
	rows, err := set.Rows()
	if err != nil || rows[0].Tariff != "" || rows[0].Counterfactual != "estimate" || rows[0].mean("cost") == rows[0].mean("cost") {
		t.Errorf("got %+v, %v", rows[0], err)
	}
	var b bytes.Buffer
	if err := writeCSV(&b, set.billSheet(func(yield func(int, int, *Replication) error) error {
		for i := range set.Cells {
			for n, r := range set.Cells[i].Replications {
				if err := yield(i, n, r); err != nil {
					return err
				}
			}
		}
		return nil
	})); err != nil || bytes.Contains(b.Bytes(), []byte("10m")) {
		t.Errorf("bill.csv has the bound's bill (%v)", err)
	}
}

// TestNoPlotsNoFolder: a folder without plots has none for them.
func TestNoPlotsNoFolder(t *testing.T) {
	dir := written(t, smallSet(t))
	if _, err := os.Stat(filepath.Join(dir, "plots")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

func TestSetRefusesCellsThatDoNotFit(t *testing.T) {
	for _, c := range []struct {
		name, want string
		break_     func(*Set)
	}{
		{"paths differ", "cell 1 is of other paths", func(s *Set) { s.Cells[1].Values = nil }},
		{"bills differ in number", "replication 1 has 0 bills", func(s *Set) { s.Cells[0].Replications[1].Bills = nil }},
		{"bills differ in tariff", `by tariff "other"`, func(s *Set) { s.Cells[0].Replications[1].Bills[0].Tariff = "other" }},
	} {
		set := smallSet(t)
		c.break_(set)
		if _, err := set.Rows(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v", c.name, err)
		}
	}
	set := smallSet(t)
	set.Plots = []string{"nonsense"}
	if err := set.Write(context.Background(), t.TempDir()); err == nil || !strings.Contains(err.Error(), `"nonsense" is no plot; these are: bill-by-service, cost-vs-latency`) {
		t.Errorf("got %v", err)
	}
}
