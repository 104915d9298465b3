package traces

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/coldcurve/coldcurve/sim"
)

// Names are sorted and there once, and each says all they should.
func TestFormats(t *testing.T) {
	all := Formats()
	for i := 1; i < len(all); i++ {
		if all[i-1].Name >= all[i].Name {
			t.Errorf("%q and %q are listed so, want each name once, sorted", all[i-1].Name, all[i].Name)
		}
	}
	for _, f := range all {
		if f.Help == "" || f.Path == "" || f.Ordering == "" || f.Length == "" || f.Clock == "" || f.ColdStart == "" || f.Writes == "" {
			t.Errorf("%s: a line is missing", f.Name)
		}
	}
}

// writeFiles puts files into a folder and returns it.
func writeFiles(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// at is a short way to write what a test expects.
func at(arrival, service sim.Time, function uint32) sim.Invocation {
	return sim.Invocation{Arrival: arrival, Service: service, Function: function}
}

func expect(t *testing.T, tr *Trace, functions []sim.Function, want []sim.Invocation) {
	t.Helper()
	got := drain(t, tr, all(tr))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("invocations (−want +got):\n%s", diff)
	}
	have := slices.Clone(tr.Functions())
	for i := range have {
		have[i].Weight = 0
	}
	if diff := cmp.Diff(functions, have); diff != "" {
		t.Errorf("functions (−want +got):\n%s", diff)
	}
}

const ms = sim.Millisecond

// Columns in any order, CRLF, quoting, attributes in the first row only, ties,
// a name that is a formula and one that is HTML.
func TestCSV(t *testing.T) {
	const text = "function,arrival_s,service_s,app,memory_mb,timeout_s,trigger\r\n" +
		"\"=1+1,\"\"x\"\"\",0,0.25,shop,512,3,http\r\n" +
		"<b>,0.1,1e-3,,,,\r\n" +
		"\r\n" +
		"\"=1+1,\"\"x\"\"\",0.1,0,shop,,,\r\n" +
		"<b>,2,0.0000000014,,,,"
	dir := writeFiles(t, map[string]string{"a.csv": text})
	tr := mustOpen(t, "csv:a.csv", Options{Beside: dir})
	expect(t, tr, []sim.Function{
		{Name: `=1+1,"x"`, App: "shop", Trigger: "http", Memory: 512, Timeout: 3 * sim.Second},
		{Name: "<b>"},
	}, []sim.Invocation{at(0, 250*ms, 0), at(100*ms, 0, 0), at(100*ms, ms, 1), at(2*sim.Second, 1, 1)})
	if tr.Horizon() != 2*sim.Second+1 {
		t.Errorf("horizon %d", tr.Horizon())
	}
	// printf of the text above | sha256sum
	want := sha256Hex(text)
	if tr.Digest() != want {
		t.Errorf("digest %s, want %s", tr.Digest(), want)
	}
}

func TestJSONL(t *testing.T) {
	dir := writeFiles(t, map[string]string{"a.jsonl": `{"arrival_s": 0, "service_s": 0.25, "function": "f\u00e9\n"}` + "\n"})
	if _, err := Open(context.Background(), "jsonl:a.jsonl", Options{Beside: dir}); err == nil || !strings.Contains(err.Error(), "line break") {
		t.Errorf("a name with a line break: %v", err)
	}
	dir = writeFiles(t, map[string]string{"a.jsonl": `{"arrival_s": 0, "service_s": 0.25, "function": "f\u00e9\ud83d\ude00\t", "memory_mb":128, "app":null}` + "\n" +
		`{"function":"g","service_s":1e-3,"arrival_s":1.5,"owner":"o"}`})
	expect(t, mustOpen(t, "jsonl:a.jsonl", Options{Beside: dir}),
		[]sim.Function{{Name: "fé😀\t", Memory: 128}, {Name: "g", Owner: "o"}},
		[]sim.Invocation{at(0, 250*ms, 0), at(1500*ms, ms, 1)})
}

// Starts are end − duration: 0.1 − 0.1 = 0; 5.0000001 − 2 = 3.0000001;
// 4 − 0.9999999 = 3.0000001; 3.9 − 0.9 = 3 lies 100 ns before and is moved.
func TestAzure2021(t *testing.T) {
	dir := writeFiles(t, map[string]string{"a.txt": "app,func,end_timestamp,duration\n" +
		"a,f,0.1,0.1\na,g,5.0000001,2\nb,f,4,0.9999999\na,f,3.9,0.9\n"})
	tr := mustOpen(t, "azure2021:a.txt", Options{Beside: dir})
	s := sim.Second
	expect(t, tr, []sim.Function{{Name: "f", App: "a"}, {Name: "g", App: "a"}, {Name: "f", App: "b"}},
		[]sim.Invocation{at(0, 100*ms, 0), at(3*s+100, 900*ms, 0), at(3*s+100, 2*s, 1), at(3*s+100, 999_999_900, 2)})
	if w := tr.Report().Warnings(); len(w) != 1 || !strings.HasPrefix(w[0], "1 × a start up to 1 µs before") {
		t.Errorf("warnings %q", w)
	}
}

const (
	invocationsHeader = "HashOwner,HashApp,HashFunction,Trigger,1,2,3\n"
	durationsHeader   = "HashOwner,HashApp,HashFunction,Average,Count,Minimum,Maximum,percentile_Average_0,percentile_Average_1,percentile_Average_25,percentile_Average_50,percentile_Average_75,percentile_Average_99,percentile_Average_100\n"
	memoryHeader      = "HashOwner,HashApp,SampleCount,AverageAllocatedMb\n"
	dayOne            = "o,a,f,http,2,0,1\n"
	constant100       = ",100,3,100,100,100,100,100,100,100,100,100\n" // ms
)

// azureFiles are a small set of tables.
func azureFiles(invocations, durations, memory string) map[string]string {
	return map[string]string{
		"invocations_per_function_md.anon.d01.csv":    invocationsHeader + invocations,
		"function_durations_percentiles.anon.d01.csv": durationsHeader + durations,
		"app_memory_percentiles.anon.d01.csv":         memoryHeader + memory,
	}
}

// Two of minute 1 lie evenly at 15 and 45 s, the one of minute 3 at 150 s.
// g has no memory and takes the median of (100, 300, 301), h no durations and
// is dropped with its 7 invocations; f's second row is dropped.
func TestAzure2019Rules(t *testing.T) {
	dir := writeFiles(t, azureFiles(
		dayOne+"o,b,g,timer,0,1,0\no,a,f,http,9,9,9\no,c,h,queue,7,0,0\n",
		"o,a,f"+constant100+"o,b,g"+constant100+"o,z,z"+constant100,
		"o,a,10,100.4\no,x,10,300\no,y,1,300.5\n"))
	tr := mustOpen(t, "azure2019:"+filepath.Base(dir), Options{DataDir: filepath.Dir(dir), Arrivals: Even})
	s := sim.Second
	expect(t, tr, []sim.Function{
		{Name: "f", App: "a", Owner: "o", Trigger: "http", Memory: 100},
		{Name: "g", App: "b", Owner: "o", Trigger: "timer", Memory: 300},
	}, []sim.Invocation{at(15*s, 100*ms, 0), at(45*s, 100*ms, 0), at(90*s, 100*ms, 1), at(150*s, 100*ms, 0)})
	want := []string{
		"1 × " + sameRow,
		"1 × a function without durations on this day or before: its invocations of the day are dropped",
		"7 × an invocation of such a function: dropped",
		"1 × a row of durations without invocations: not used",
		"1 × a function whose app has no row of memory: takes the table's median",
	}
	if diff := cmp.Diff(want, tr.Report().Warnings()); diff != "" {
		t.Error(diff)
	}
}

// The second day begins 24 h after the first; a function without durations on
// it takes the first day's.
func TestAzure2019Days(t *testing.T) {
	files := azureFiles(dayOne, "o,a,f"+constant100, "o,a,1,64\n")
	files["invocations_per_function_md.anon.d02.csv"] = invocationsHeader + "o,a,f,http,0,1,0\n"
	files["function_durations_percentiles.anon.d02.csv"] = durationsHeader
	dir := writeFiles(t, files)
	tr := mustOpen(t, "azure2019:"+dir, Options{Arrivals: Even})
	s := sim.Second
	expect(t, tr, []sim.Function{{Name: "f", App: "a", Owner: "o", Trigger: "http", Memory: 64}},
		[]sim.Invocation{at(15*s, 100*ms, 0), at(45*s, 100*ms, 0), at(150*s, 100*ms, 0), at(24*sim.Hour+90*s, 100*ms, 0)})
	if tr.Horizon() != 24*sim.Hour+3*sim.Minute {
		t.Errorf("horizon %d", tr.Horizon())
	}
}

// The digest is of the content: compression does not change it.
func TestCompression(t *testing.T) {
	const text = "arrival_s,service_s,function\n0,1,f\n1,1,f\n"
	dir := writeFiles(t, map[string]string{"a.csv": text})
	plain := mustOpen(t, "csv:a.csv", Options{Beside: dir})
	for _, ending := range []string{".gz", ".zst", ".xz"} {
		path := filepath.Join(dir, "a.csv"+ending)
		if err := Convert(context.Background(), plain, sim.RunKey{}, Destination{Spec: "csv:" + path}); err != nil {
			t.Fatal(err)
		}
		packed := mustOpen(t, "csv:"+path, Options{})
		if packed.Digest() != plain.Digest() || len(drain(t, packed, all(packed))) != 2 {
			t.Errorf("%s: another digest or length", ending)
		}
		// Every cut of the file is noticed.
		whole, _ := os.ReadFile(path)
		for n := 6; n < len(whole); n++ {
			if err := os.WriteFile(path, whole[:n], 0o644); err != nil {
				t.Fatal(err)
			}
			if _, err := Open(context.Background(), "csv:"+path, Options{TempDir: dir}); err == nil {
				t.Errorf("%s cut to %d of %d bytes: no error", ending, n, len(whole))
			} else if !strings.Contains(err.Error(), "a.csv"+ending+": ") {
				t.Errorf("%s cut: %v does not name the file", ending, err)
			}
		}
	}
}

func TestTruncatedGzip(t *testing.T) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Write([]byte("arrival_s,service_s,function\n0,1,f\n"))
	z.Close()
	_, err := Open(context.Background(), "csv:-", Options{Stdin: bytes.NewReader(b.Bytes()[:b.Len()-5])})
	const want = "standard input: truncated: its gzip stream stops after 35 decompressed bytes, expected its end mark and checksum; fetch or copy the file again: unexpected EOF"
	if err == nil || err.Error() != want {
		t.Errorf("%v\nwant %s", err, want)
	}
}

func TestNotFound(t *testing.T) {
	for _, c := range []struct{ data, tried, where string }{
		{"/d", "/d/nowhere, x/nowhere", "the data folder, /d"},
		{"", "x/nowhere", "a data folder, and name that (--data DIR or COLDCURVE_DATA: neither is set)"},
	} {
		_, err := Open(context.Background(), "azure2019:nowhere", Options{DataDir: c.data, Beside: "x"})
		var missing *NotFound
		want := `azure2019:nowhere: no such trace: a table invocations_per_function_md.anon.dNN.csv or invocations.csv is missing; looked at ` + c.tried + `: a relative path begins at the experiment's folder or at the data folder, and without an experiment where the command runs
if it is public data: that of this form (CC-BY-4.0, Microsoft Azure Public Dataset) is had at https://github.com/Azure/AzurePublicDataset/blob/master/AzureFunctionsDataset2019.md; put it under ` + c.where
		if !errors.As(err, &missing) || err.Error() != want {
			t.Errorf("%v\nwant %s", err, want)
		}
	}
}

// A malformed row is skipped, counted and named under Lenient.
func TestLenient(t *testing.T) {
	dir := writeFiles(t, map[string]string{"a.csv": "arrival_s,service_s,function,colour\n0,1,f,x\n1,-1,f,x\n2,1,,x\n3,NaN,f,x\n2,1,f,x\n1,1,f,x\n4,1,f,x\n"})
	tr := mustOpen(t, "csv:a.csv", Options{Beside: dir, Lenient: true})
	if got := drain(t, tr, all(tr)); len(got) != 3 {
		t.Errorf("%v", got)
	}
	r := tr.Report()
	want := []string{
		`2 rows skipped: times that are not numbers (first: a.csv:3: service_s: found "-1", expected seconds ≥ 0)`,
		`1 row skipped: names or attributes that cannot be used (first: a.csv:4: the function's name is empty, expected a name)`,
		`1 row skipped: arrivals before the row before (first: a.csv:7: found arrival 1 s after 2 s, expected rows in the order of arrival)`,
		`1 × the column "colour" is not known: passed over`,
	}
	if diff := cmp.Diff(want, r.Warnings()); diff != "" || r.Rows != 7 || r.Skipped != 4 {
		t.Errorf("%s %d %d", diff, r.Rows, r.Skipped)
	}
}

// formatNames are the names of all formats, as a message has them.
func formatNames() string {
	var names []string
	for _, f := range Formats() {
		names = append(names, f.Name)
	}
	return strings.Join(names, ", ")
}
