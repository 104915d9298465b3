package traces

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/coldcurve/coldcurve/sim"
)

// Two requests of 2025-11-24T16:00:00Z and an hour later, which is what
// `date -u -d @1764000000` says, in each format of rows.
var absolute = map[string]string{
	"csv":       "arrival_s,service_s,function\n1764000000,1.5,f\n1764003600,2,f\n",
	"jsonl":     `{"arrival_s":1764000000,"service_s":1.5,"function":"f"}` + "\n" + `{"arrival_s":1764003600,"service_s":2,"function":"f"}` + "\n",
	"azure2021": "app,func,end_timestamp,duration\na,f,1764000001.5,1.5\na,f,1764003602,2\n",
}

var noon = time.Date(2025, 11, 24, 16, 0, 0, 0, time.UTC)

// Unix times are counted from the first arrival, whatever they are kept in: the
// epoch goes from rows to a store and to rows again.
func TestAbsoluteTimesAreCountedFromTheFirst(t *testing.T) {
	want := []sim.Invocation{at(0, 3*sim.Second/2, 0), at(sim.Hour, 2*sim.Second, 0)}
	for format, text := range absolute {
		dir := writeFiles(t, map[string]string{"rows": text})
		spec := format + ":" + filepath.Join(dir, "rows")
		for _, next := range []string{"store", "csv", "azure2021", "jsonl", "store", ""} {
			tr := mustOpen(t, spec, Options{})
			if diff := cmp.Diff(want, drain(t, tr, all(tr))); diff != "" {
				t.Errorf("%s of %s: %s", spec, format, diff)
			}
			if epoch, ok := tr.Epoch(); !ok || !epoch.Equal(noon) {
				t.Errorf("%s of %s: epoch %v, %v; want %v", spec, format, epoch, ok, noon)
			}
			if w := strings.Join(tr.Report().Warnings(), "\n"); !strings.Contains(w, "time 0 is 2025-11-24T16:00:00Z") {
				t.Errorf("%s: warnings %q do not say so", spec, w)
			}
			if tr.Horizon() != sim.Hour+1 {
				t.Errorf("%s: horizon %d", spec, tr.Horizon())
			}
			if next == "" {
				break
			}
			spec = next + ":" + filepath.Join(dir, next+fmt.Sprint(len(spec)))
			if err := Convert(context.Background(), tr, sim.RunKey{}, Destination{Spec: spec}); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// A cut moves time 0, and the epoch with it; a store keeps that.
func TestEpochMovesWithTheStart(t *testing.T) {
	dir := writeFiles(t, map[string]string{"rows": absolute["csv"]})
	tr := mustOpen(t, "csv:"+filepath.Join(dir, "rows"), Options{Start: 10 * sim.Minute})
	store := "store:" + filepath.Join(dir, "cut")
	if err := Convert(context.Background(), tr, sim.RunKey{}, Destination{Spec: store}); err != nil {
		t.Fatal(err)
	}
	for _, tr := range []*Trace{tr, mustOpen(t, store, Options{})} {
		if epoch, ok := tr.Epoch(); !ok || !epoch.Equal(noon.Add(10*time.Minute)) {
			t.Errorf("epoch %v, %v; want ten minutes after %v", epoch, ok, noon)
		}
		expect(t, tr, []sim.Function{{Name: "f"}}, []sim.Invocation{at(50*sim.Minute, 2*sim.Second, 0)})
	}
}

// What is relative stays so, up to a nanosecond below ten years; tables by the
// minute have no clock.
func TestRelativeTimesAreNotMoved(t *testing.T) {
	text := "arrival_s,service_s,function\n315619199.999999999,1,f\n"
	tr := mustOpen(t, "csv:"+filepath.Join(writeFiles(t, map[string]string{"rows": text}), "rows"), Options{})
	expect(t, tr, []sim.Function{{Name: "f"}}, []sim.Invocation{at(sim.Longest-1, sim.Second, 0)})
	for _, tr := range []*Trace{tr, mustOpen(t, generated(t, "azure2019"), Options{}), mustOpen(t, generated(t, "store"), Options{})} {
		if epoch, ok := tr.Epoch(); ok {
			t.Errorf("epoch %v, want none", epoch)
		}
		if w := strings.Join(tr.Report().Warnings(), "\n"); strings.Contains(w, "time 0") {
			t.Errorf("warnings %q", w)
		}
	}
	text = "arrival_s,service_s,function\n315619200,1,f\n"
	tr = mustOpen(t, "csv:"+filepath.Join(writeFiles(t, map[string]string{"rows": text}), "rows"), Options{})
	if epoch, ok := tr.Epoch(); !ok || epoch.Unix() != 315_619_200 {
		t.Errorf("ten years: epoch %v, %v; want it absolute", epoch, ok)
	}
}

// What lasts longer than ten years, or is in another unit, is refused with file
// and line; leniently it is left out.
func TestTimesOutOfRange(t *testing.T) {
	const head = "arrival_s,service_s,function\n"
	for _, c := range []struct{ format, text, want string }{
		{"csv", head + "0,1,f\n315619200,1,f\n", "rows:3: found arrival 315619200 s, 315619200 s after the start of the trace, expected less than ten years (315619200 s)"},
		{"csv", head + "1764000000,1,f\n2079619200,1,f\n", "rows:3: found arrival 2079619200 s, 315619200 s after the start of the trace, expected less than ten years"},
		{"jsonl", `{"arrival_s":5,"service_s":1,"function":"f"}` + "\n" + `{"arrival_s":1764000000,"service_s":1,"function":"f"}` + "\n", "rows:2: found arrival 1764000000 s, 1764000000 s after the start"},
		{"azure2021", "app,func,end_timestamp,duration\na,f,1,1\na,f,315619201,1\n", "rows:3: found arrival 315619200 s"},
		{"csv", head + "0,1,f\n1,315619200.000000001,f\n", "rows:3: found a duration of 315619200.000000001 s, expected at most ten years (315619200 s)"},
		{"csv", head + "1,1,f\n1764000000000,1,f\n", `rows:3: arrival_s: found "1764000000000", more seconds than there are in 292 years; expected seconds, not parts of one`},
		{"csv", head + "1,1,f\n9e9,1,f\n", "rows:3: found arrival 9000000000 s, 9000000000 s after the start"},
	} {
		spec := c.format + ":" + filepath.Join(writeFiles(t, map[string]string{"rows": c.text}), "rows")
		_, err := Open(context.Background(), spec, Options{})
		var m *Malformed
		if err == nil || !strings.Contains(err.Error(), c.want) || !errors.As(err, &m) {
			t.Errorf("%q: error %v, want %q", c.text, err, c.want)
		}
		tr := mustOpen(t, spec, Options{Lenient: true})
		if tr.Report().Skipped != 1 || len(drain(t, tr, all(tr))) != 1 {
			t.Errorf("%q: leniently %d rows are skipped, want 1", c.text, tr.Report().Skipped)
		}
	}
	spec := "csv:" + filepath.Join(writeFiles(t, map[string]string{"rows": head + "9e9,1,f\n"}), "rows")
	if _, err := Open(context.Background(), spec, Options{}); err == nil || !strings.Contains(err.Error(), "rows:2: found arrival 9000000000 s, expected a Unix time in seconds, before the year 2252") {
		t.Errorf("the year 2255: error %v", err)
	}
}

// A row that is left out is not the first one: it moves nothing.
func TestASkippedRowIsNoOrigin(t *testing.T) {
	text := "arrival_s,service_s,function\n1700000000,1,\n1764000000,1,f\n1764003600,1,f\n"
	tr := mustOpen(t, "csv:"+filepath.Join(writeFiles(t, map[string]string{"rows": text}), "rows"), Options{Lenient: true})
	if epoch, _ := tr.Epoch(); !epoch.Equal(noon) {
		t.Errorf("epoch %v, want %v", epoch, noon)
	}
}

// Two stores of the same invocations and other epochs are other traces.
func TestDigestHoldsTheEpoch(t *testing.T) {
	digests := map[string]bool{}
	for _, epoch := range []time.Time{{}, noon, noon.Add(1)} {
		path := filepath.Join(t.TempDir(), "s")
		w, err := CreateStore(path)
		if err != nil {
			t.Fatal(err)
		}
		if !epoch.IsZero() {
			w.SetEpoch(epoch)
		}
		if err := errors.Join(w.Add(w.Function(sim.Function{Name: "f"}), 1, 2), w.Close(0)); err != nil {
			t.Fatal(err)
		}
		tr := mustOpen(t, "store:"+path, Options{})
		digests[tr.Digest()] = true
		if got, ok := tr.Epoch(); ok == epoch.IsZero() || ok && !got.Equal(epoch) {
			t.Errorf("epoch %v, %v; want %v", got, ok, epoch)
		}
	}
	if len(digests) != 3 {
		t.Errorf("%d digests, want 3", len(digests))
	}
	var tail trailer
	b := (&trailer{horizon: sim.Longest + 1}).bytes()
	if problem := tail.parse(b); !strings.Contains(problem, "it lasts 315619200.000000001 s, expected at most ten years") {
		t.Errorf("a store of more than ten years: %q", problem)
	}
	if problem := tail.parse(bytes.Clone((&trailer{clock: clock{true, -1}}).bytes())); problem != "its epoch makes no sense" {
		t.Errorf("an epoch below 0: %q", problem)
	}
}
