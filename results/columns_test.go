package results

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"
	"pgregory.net/rapid"

	"github.com/coldcurve/coldcurve/sim"
)

// readParquetFile reads a Parquet file of whatever digest.
func readParquetFile(t *testing.T, path string) (*parquetTable, error) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return readParquet(bytes.NewReader(data), int64(len(data)))
}

// columnsOf reads a Parquet file as columns by name; text is left out.
func columnsOf(t *testing.T, path string) map[string][]float64 {
	t.Helper()
	table, err := readParquetFile(t, path)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]float64{}
	for c, name := range table.names {
		for _, line := range table.lines {
			if !line[c].isText {
				out[name] = append(out[name], line[c].number)
			}
		}
	}
	return out
}

// sameColumn compares the first values of a column; NaN is equal to itself.
func sameColumn(t *testing.T, got map[string][]float64, name string, want []float64, tolerance float64) {
	t.Helper()
	g := got[name]
	if len(g) < len(want) {
		t.Errorf("%s: %d values, want at least %d", name, len(g), len(want))
		return
	}
	for i, w := range want {
		if math.IsNaN(w) != math.IsNaN(g[i]) || !math.IsNaN(w) && differ(g[i], w, tolerance*math.Abs(w)) {
			t.Errorf("%s: line %d has %v, want %v", name, i, g[i], w)
		}
	}
}

// TestFunctionColumns: functions.parquet of the hand-worked scenario, the three
// functions of the first replication; see the scenario for the numbers.
func TestFunctionColumns(t *testing.T) {
	dir := written(t, smallSet(t))
	got := columnsOf(t, filepath.Join(dir, "functions.parquet"))
	for name, want := range map[string][]float64{
		"replication": {0, 0, 0, 1, 1, 1},
		"memory_mib":  {512, 1024, 256},
		"arrivals":    {3, 2, 2}, "invocations": {3, 1, 1}, "completed": {3, 0, 0}, "rejected": {0, 1, 0}, "timed_out": {0, 1, 1}, "failed": {0, 0, 1},
		"cold_starts": {1, 1, 1}, "cold_ratio": {1.0 / 3, 1, 1},
		"latency_mean_s": {5.5 / 3, nan, nan}, "latency_max_s": {3, nan, nan},
		"instances_created": {1, 1, 1},
		"busy_s":            {4.5, 3, 2.5}, "idle_s": {11.5, 0, 10}, "wasted_gib_s": {512 * 11.5 / 1024, 0, 256 * 10 / 1024.0},
	} {
		sameColumn(t, got, name, want, 1e-12)
	}
	for name, want := range map[string]float64{"latency_p50_s": 1.5, "latency_p90_s": 3, "latency_p95_s": 3, "latency_p99_s": 3} {
		sameColumn(t, got, name, []float64{want, nan, nan}, RelativeError)
	}
	if n := len(got["arrivals"]); n != 18 { // 3 cells × 2 replications × 3 functions
		t.Errorf("%d lines, want 18", n)
	}
}

// TestSeriesColumns: timeseries.parquet of the hand-worked scenario, and of a
// window whose last bucket is half as long, in which one instance is there all
// the time.
func TestSeriesColumns(t *testing.T) {
	half, err := NewRecorder(Config{Window: sim.Window{Warmup: s(10), Horizon: s(12.5)}, Functions: handFunctions})
	if err != nil {
		t.Fatal(err)
	}
	half.Lives([]sim.Life{{Created: s(1), Ready: s(2), Stopped: s(30), Idle: s(2.5), Flags: sim.Live}})
	set := smallSet(t)
	set.Cells = append(set.Cells, Cell{Platform: "other", Functions: handFunctions, Values: set.Cells[0].Values, Replications: []*Replication{finish(t, half)}})
	got := columnsOf(t, filepath.Join(written(t, set), "timeseries.parquet"))
	for name, want := range map[string][]float64{
		"replication":  {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1},
		"time_s":       {10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 10},
		"length_s":     {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1},
		"arrivals":     {1, 1, 1, 0, 1, 1, 0, 1, 0, 1, 1},
		"cold_starts":  {1, 0, 1, 0, 0, 1, 0, 0, 0, 0, 1},
		"instances":    {3, 3, 4, 4, 4, 5, 4, 4, 2.5, 2, 3},
		"initialising": {1, 1, 1, 0, 0, 1, 0, 0, 0, 0, 1},
		"busy":         {1, 1.5, 1, 1, 2, 1, 1, 1, 0, 0.5, 1},
		"idle":         {1, 0.5, 2, 3, 2, 3, 3, 3, 2.5, 1.5, 1},
	} {
		sameColumn(t, got, name, want, 1e-12)
	}
	if n := len(got["time_s"]); n != 63 {
		t.Fatalf("%d lines, want 6 units of 10 and one of 3", n)
	}
	for name := range got {
		got[name] = got[name][len(got[name])-3:]
	}
	for name, want := range map[string][]float64{"time_s": {10, 11, 12}, "length_s": {1, 1, 0.5}, "instances": {1, 1, 1}, "idle": {1, 1, 1}, "busy": {0, 0, 0}, "arrivals": {0, 0, 0}} {
		sameColumn(t, got, name, want, 1e-12)
	}
}

// TestUnitsOfAnotherPlace: a set of summaries that loads its units writes the
// same bytes as one that holds them; an error of loading, or a function that
// there is not, ends the writing.
func TestUnitsOfAnotherPlace(t *testing.T) {
	whole := fakeSet(t, []int{1, 10}, 2)
	want := digestsOf(t, written(t, whole))
	set := *whole
	set.Cells = slices.Clone(whole.Cells)
	for i := range set.Cells {
		c := &set.Cells[i]
		c.Replications = slices.Clone(c.Replications)
		for n, r := range c.Replications {
			c.Replications[n] = r.Summary()
		}
	}
	set.Load = func(cell, replication int) (*Replication, error) {
		return whole.Cells[cell].Replications[replication], nil
	}
	if diff := cmp.Diff(want, digestsOf(t, written(t, &set))); diff != "" {
		t.Errorf("(-held +loaded):\n%s", diff)
	}
	missing := errors.New("it is gone")
	set.Load = func(cell, replication int) (*Replication, error) {
		if cell == 1 && replication == 1 {
			return nil, missing
		}
		return whole.Cells[cell].Replications[replication], nil
	}
	if err := set.Write(context.Background(), t.TempDir()); !errors.Is(err, missing) || !strings.Contains(err.Error(), "loading cell 1, replication 1: ") {
		t.Errorf("got %v", err)
	}
	set.Load = func(cell, replication int) (*Replication, error) {
		r := *whole.Cells[cell].Replications[replication]
		r.Functions = []FunctionRecord{{Function: 20}}
		return &r, nil
	}
	if err := set.Write(context.Background(), t.TempDir()); err == nil || !strings.Contains(err.Error(), "a record of function 20, where there are 20") {
		t.Errorf("got %v", err)
	}
}

// digestsOf returns the digests of the files of a folder, as its manifest has them.
func digestsOf(t *testing.T, dir string) []Input {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, ManifestFile))
	if err != nil {
		t.Fatal(err)
	}
	var m Manifest
	if err := json.Unmarshal(data, &m); err != nil {
		t.Fatal(err)
	}
	return m.Files
}

// TestParquetOfManyRows: more rows than are written at a time, with a number
// that is missing here and there, and the columns' docs.
func TestParquetOfManyRows(t *testing.T) {
	const n = 2*batchRows + 7
	sh := &sheet{"many", []column{{"n", wholeColumn, "1", "a number"}, {"half", numberColumn, "s", "half of it"}, {"name", textColumn, "", "in words"}},
		func(yield func([]any) error) error {
			for i := range n {
				x := float64(i) / 2
				if i%5 == 0 {
					x = nan
				}
				if err := yield([]any{int64(i), x, fmt.Sprint("row ", i)}); err != nil {
					return err
				}
			}
			return nil
		}}
	var b bytes.Buffer
	if err := writeParquet(&b, sh); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "many.parquet")
	if err := os.WriteFile(path, b.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	table, err := readParquetFile(t, path)
	if err != nil || len(table.lines) != n {
		t.Fatalf("%d rows (%v), want %d", len(table.lines), err, n)
	}
	for i, line := range table.lines {
		if line[0].number != float64(i) || math.IsNaN(line[1].number) != (i%5 == 0) || i%5 != 0 && line[1].number != float64(i)/2 || line[2].text != fmt.Sprint("row ", i) {
			t.Fatalf("row %d is %+v", i, line)
		}
	}
	p, err := parquet.OpenFile(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	text, _ := p.Lookup(columnsKey)
	if want := `[{"name":"n","unit":"1","help":"a number"},{"name":"half","unit":"s","help":"half of it"},{"name":"name","help":"in words"}]`; text != want {
		t.Errorf("the columns' docs: got %s, want %s", text, want)
	}
	stop := errors.New("stop")
	sh.rows = func(yield func([]any) error) error { return stop }
	if err := writeParquet(&b, sh); !errors.Is(err, stop) {
		t.Errorf("a sheet that fails: got %v", err)
	}
}

// TestNestedParquet: a file of lists or groups is no table of ours.
func TestNestedParquet(t *testing.T) {
	write := func(name string, rows any) string {
		path := filepath.Join(t.TempDir(), name)
		f, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		switch rows := rows.(type) {
		case []listRow:
			err = parquet.Write(f, rows)
		case []groupRow:
			err = parquet.Write(f, rows)
		}
		if err != nil {
			t.Fatal(err)
		}
		return path
	}
	for _, path := range []string{
		write("list.parquet", []listRow{{"a", []string{"b", "c"}}}),
		write("group.parquet", []groupRow{{"a", struct{ B string }{"b"}}}),
	} {
		if _, err := readParquetFile(t, path); err == nil || err.Error() != `column "Parts" is nested, want a flat table` {
			t.Errorf("got %v", err)
		}
	}
}

type listRow struct {
	Name  string
	Parts []string
}

type groupRow struct {
	Name  string
	Parts struct{ B string }
}

// TestManifestHasDigests: each other file of the folder, by its SHA-256; text
// is written as it is, not as HTML.
func TestManifestHasDigests(t *testing.T) {
	set := smallSet(t)
	set.Manifest.Title = "a < b & c"
	dir := written(t, set)
	data, err := os.ReadFile(filepath.Join(dir, ManifestFile))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(data, []byte(`"title": "a < b & c"`)) {
		t.Errorf("no such title in %s", data)
	}
	var m Manifest
	if err := json.Unmarshal(data, &m); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(m.Files) != len(entries)-1 { // without plots, all files are in the folder itself
		t.Errorf("%d files are listed, %d are there", len(m.Files), len(entries)-1)
	}
	for _, f := range m.Files {
		data, err := os.ReadFile(filepath.Join(dir, f.Name))
		if err != nil {
			t.Fatal(err)
		}
		if sum := sha256.Sum256(data); f.Digest != "sha256:"+hex.EncodeToString(sum[:]) {
			t.Errorf("%s: its digest is %x, listed is %s", f.Name, sum, f.Digest)
		}
	}
}

// TestErrorsNameTheirFile once.
func TestErrorsNameTheirFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.csv")
	for text, want := range map[string]string{"no room": "x.csv: no room", "writing x.csv: no room": "writing x.csv: no room"} {
		if err := named(path, errors.New(text)); err.Error() != want {
			t.Errorf("got %q, want %q", err, want)
		}
	}
}

// TestSeriesRoundTrips: a packed series is read back as it was, whatever its
// numbers; one that is cut off is refused.
func TestSeriesRoundTrips(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 20).Draw(t, "n")
		counts := rapid.SliceOfN(rapid.Uint64(), n, n)
		areas := rapid.SliceOfN(rapid.Int64(), n, n)
		want := Series{Step: 60 * sim.Second, Arrivals: counts.Draw(t, "arrivals"), ColdStarts: counts.Draw(t, "cold"),
			Instances: areas.Draw(t, "instances"), Initialising: areas.Draw(t, "initialising"), Busy: areas.Draw(t, "busy")}
		text, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		var got Series
		if err := json.Unmarshal(text, &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
	})
	if err := new(Series).UnmarshalJSON([]byte(`{"Step":1,"Busy":"gA=="}`)); err == nil { // 0x80: a byte is to follow
		t.Error("a value that is cut off was taken")
	}
}
