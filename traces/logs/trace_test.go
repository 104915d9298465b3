package logs

import (
	"compress/gzip"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/traces"
)

func openTrace(t *testing.T, spec string, o traces.Options) *traces.Trace {
	t.Helper()
	o.Formats, o.TempDir = TraceFormats(), t.TempDir()
	tr, err := traces.Open(context.Background(), spec, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tr.Close() })
	return tr
}

// reportLine ends at 12:00:SS on a day of October.
func reportLine(day int, second, duration string) string {
	return fmt.Sprintf("2026-10-%02dT12:00:%sZ 2026/10/01/f[1]0 REPORT RequestId: r%d%s\tDuration: %s ms\tBilled Duration: 10 ms\tMemory Size: 512 MB\tInit Duration: 250.00 ms\t\n", day, second, day, second, duration)
}

// A log is a trace: of one file or several, compressed or not, in any order;
// the requests of both are those of one file with all lines.
func TestTraceOfLogs(t *testing.T) {
	dir := t.TempDir()
	first, second := reportLine(1, "02.250", "1000.00")+reportLine(3, "01.270", "20.00"), reportLine(2, "05.300", "50.00")
	for name, text := range map[string]string{"all.log": first + second, "parts/b.log": first} {
		os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755)
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var z strings.Builder
	w := gzip.NewWriter(&z)
	fmt.Fprint(w, second)
	w.Close()
	if err := os.WriteFile(filepath.Join(dir, "parts", "a.log.gz"), []byte(z.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	// Arrivals by hand: the end less the duration and the initialisation, from
	// the first, at 12:00:01 of the 1st: 12:00:05 of the 2nd, 12:00:01 of the 3rd.
	want := []sim.Invocation{{Arrival: 0, Service: ms("1000")}, {Arrival: sim.Day + 4*sim.Second, Service: ms("50")}, {Arrival: 2 * sim.Day, Service: ms("20")}}
	for _, spec := range []string{"cloudwatch:all.log", "log:all.log", "log:parts", "cloudwatch:parts/*.log*"} {
		tr := openTrace(t, spec, traces.Options{DataDir: dir})
		got := requests(t, tr)
		if f := tr.Functions(); !slices.Equal(got, want) || len(f) != 1 || f[0].Memory != 512 || f[0].Init == nil || f[0].Init[0].Duration.Sample(0.5) != ms("250") {
			t.Errorf("%s: %+v of %+v", spec, got, f)
		}
		if tr.Horizon() != 3*sim.Day {
			t.Errorf("%s is of %d ns, want three days", spec, tr.Horizon())
		}
		noon := time.Date(2026, 10, 1, 12, 0, 1, 0, time.UTC)
		if epoch, ok := tr.Epoch(); !ok || !epoch.Equal(noon) {
			t.Errorf("%s: epoch %v, %v; want the first arrival, %v", spec, epoch, ok, noon)
		}
		if epoch, _ := tr.Cut(sim.Day, 2*sim.Day).Epoch(); !epoch.Equal(noon.Add(24 * time.Hour)) {
			t.Errorf("%s: the epoch of its second day is %v", spec, epoch)
		}
	}
	if got := requests(t, openTrace(t, "log:all.log", traces.Options{DataDir: dir, Start: sim.Day, Horizon: sim.Day})); !slices.Equal(got, []sim.Invocation{{Arrival: 4 * sim.Second, Service: ms("50")}}) {
		t.Errorf("cut to its second day: %+v", got)
	}
}

// requests reads a trace.
func requests(t *testing.T, tr *traces.Trace) []sim.Invocation {
	t.Helper()
	set := make([]uint32, len(tr.Functions()))
	for i := range set {
		set[i] = uint32(i)
	}
	src, err := tr.Open(sim.RunKey{}, set)
	if err != nil {
		t.Fatal(err)
	}
	buf := make([]sim.Invocation, 100)
	var out []sim.Invocation
	for {
		n, err := src.Next(buf)
		if out = append(out, buf[:n]...); err != nil {
			return out
		}
	}
}

// Traces of logs that cannot be: each with its message.
func TestTraceOfNoLog(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"untimed.log": "REPORT RequestId: r\tDuration: 1 ms\tBilled Duration: 9 ms\tMemory Size: 512 MB\n",
		"other.txt":   "nothing\n",
		"broken.log":  reportLine(1, "02.250", "x"),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	os.Mkdir(filepath.Join(dir, "empty"), 0o755)
	for spec, want := range map[string]string{
		"log:untimed.log":      "untimed.log: no request has both a time and a duration: there is nothing to replay",
		"log:other.txt":        "other.txt: found no line of a log format in its first MiB, expected one of ",
		"cloudwatch:other.txt": "reading logs other.txt: found no request in 1 line, expected at least one",
		"log:broken.log":       "broken.log:1: Duration: found no number of ms below 10000000000, expected one, as in 12.34 ms",
		"log:empty":            "reading logs: " + filepath.Join(dir, "empty") + ": found no file in it, expected at least one",
		"log:absent*":          "log:absent*: no such trace; looked at " + filepath.Join(dir, "absent*"),
		"log:-":                `trace log:-: there is no standard input here, expected a file`,
		"cloudwatsh:x":         `trace "cloudwatsh:x": unknown trace format "cloudwatsh", expected one of `,
	} {
		_, err := traces.Open(context.Background(), spec, traces.Options{DataDir: dir, Formats: TraceFormats(), TempDir: t.TempDir()})
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: %v\nwant %s", spec, err, want)
		}
	}
}

// Logs that differ in what a run draws from alone are different traces: else a
// run would go on from the units of another.
func TestDigestOfInitialisations(t *testing.T) {
	dir := t.TempDir()
	digest := func(init string) string {
		text := strings.ReplaceAll(reportLine(1, "02.250", "1000.00"), "Init Duration: 250.00", "Init Duration: "+init)
		// The end moves with the initialisation, so that the arrival stays.
		if init == "350.00" {
			text = strings.Replace(text, "02.250", "02.350", 1)
		}
		name := filepath.Join(dir, init+".log")
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		tr := openTrace(t, "log:"+name, traces.Options{})
		if got := requests(t, tr); len(got) != 1 || got[0] != (sim.Invocation{Service: ms("1000")}) {
			t.Fatalf("%+v", got)
		}
		return tr.Digest()
	}
	if a, b := digest("250.00"), digest("350.00"); a == b {
		t.Errorf("both have the digest %s", a)
	}
}
