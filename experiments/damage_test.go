package experiments

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/coldcurve/coldcurve/results"
)

// most is what reading a small folder back may take, bytes.
const most = 200 << 20

// TestDamagedFolder: a byte flipped, files cut off and lengthened, anywhere in a
// result folder. Comparing it and running the experiment again either is refused
// by the file's name, or gives what the sound folder gives; and neither takes
// more memory than a small folder needs, whatever lengths the bytes spell.
func TestDamagedFolder(t *testing.T) {
	dir := t.TempDir()
	sound, bad := filepath.Join(dir, "sound"), filepath.Join(dir, "bad")
	whole := runInto(t, smallPlan(t), sound, 1)
	same := compareText(t, sound, sound)
	files := []string{"manifest.json", "replications.parquet", "cells.csv", "cells.parquet", "functions.parquet", "timeseries.parquet", "bill.csv", "report.html"}
	rapid.Check(t, func(rt *rapid.T) {
		if err := errors.Join(os.RemoveAll(bad), os.CopyFS(bad, os.DirFS(sound))); err != nil {
			rt.Fatal(err)
		}
		name := rapid.SampledFrom(files).Draw(rt, "file")
		path := filepath.Join(bad, name)
		data := []byte(read(t, path))
		at := rapid.IntRange(0, len(data)-1).Draw(rt, "at")
		switch rapid.SampledFrom([]string{"flip", "cut", "extend"}).Draw(rt, "how") {
		case "flip":
			data[at] ^= 1 << rapid.IntRange(0, 7).Draw(rt, "bit")
		case "cut":
			data = data[:at]
		case "extend":
			data = append(data, bytes.Repeat([]byte{rapid.Byte().Draw(rt, "byte")}, at+1)...)
		}
		write(t, path, string(data))

		before := allocated()
		c, err := results.Compare(sound, bad)
		if used := allocated() - before; used > most {
			rt.Errorf("comparing took %d bytes", used)
		}
		if err == nil {
			var b bytes.Buffer
			if err := c.Render(&b, "json", nil); err != nil || b.String() != same {
				rt.Errorf("another comparison than of the sound folder: %v\n%s", err, &b)
			}
		} else if !strings.Contains(err.Error(), path) {
			rt.Errorf("the comparison's error does not name %s: %v", path, err)
		}

		if name != results.ManifestFile && rapid.IntRange(0, 7).Draw(rt, "run again") > 0 {
			return // a run reads no other file, and takes most of the time
		}
		before = allocated()
		_, err = smallPlan(t).Run(context.Background(), RunOptions{Dir: bad, Workers: 1, Command: "test"})
		if used := allocated() - before; used > most {
			rt.Errorf("running again took %d bytes", used)
		}
		var input *InputError
		switch {
		case err == nil:
			if diff := cmp.Diff(whole, digests(t, bad)); diff != "" {
				rt.Errorf("run again (-whole +got):\n%s", diff)
			}
		case !errors.As(err, &input) || !strings.Contains(err.Error(), name):
			rt.Errorf("the run's error does not name %s: %v", path, err)
		}
	})
}

func compareText(t *testing.T, a, b string) string {
	t.Helper()
	c, err := results.Compare(a, b)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := c.Render(&out, "json", nil); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// allocated is how many bytes have been allocated so far.
func allocated() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}
