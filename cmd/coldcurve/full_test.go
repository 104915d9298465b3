//go:build unix

package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestNoRoom: where files may not grow beyond a limit, as on a disk that is
// full, the error says how much was needed, which is what the same command
// writes without a limit; what was half written is gone, finished units are not.
func TestNoRoom(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip(err)
	}
	dir := t.TempDir()
	for name, text := range map[string]string{"small.toml": smallExperiment, "many.csv": trace(20_000)} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	in := func(shell string) (stderr string, err error) {
		var b bytes.Buffer
		c := exec.Command("sh", "-c", shell)
		c.Dir, c.Stderr = dir, &b
		err = c.Run()
		return b.String(), err
	}
	for _, row := range []struct {
		name    string
		command string // $OUT is what it writes
		blocks  int    // of 512 bytes, that a file may have
		kept    string // what is left, a pattern; empty: nothing
		says    string // on stderr, with one number of bytes
		off     float64
	}{
		{"a folder", "run small.toml --set replications=20 -o $OUT --quiet", 200, "$OUT.partial",
			`coldcurve: .*timeseries.parquet: file too large; the folder needs N bytes; all units are done and kept in \S+\.partial, and the same command goes on from there`, 0},
		{"a unit", "run small.toml --set replications=20 -o $OUT --quiet --workers 1", 4, "",
			`coldcurve: writing .*: file too large; it needs [0-9,]+ bytes; 0 of 20 units are done and kept in \S+\.partial, and the same command goes on from there`, 0},
		{"a trace", "trace generate csv:$OUT --invocations 100000", 2000, "",
			`coldcurve: writing .*: file too large; the trace needs about N bytes`, 0.2},
		{"a compressed trace", "trace generate jsonl:$OUT.gz --invocations 40000", 800, "",
			`coldcurve: writing .*: file too large; the trace needs about N bytes`, 0.2},
		{"a store", "trace convert csv:many.csv store:$OUT", 300, "",
			`coldcurve: .*: file too large; .* needs (about )?[0-9,]+ bytes.*`, 0},
		{"tables", "trace generate azure2019:$OUT --functions 3000", 40, "",
			`coldcurve: writing .*: file too large; the table needs more than [0-9,]+ bytes, which fitted`, 0},
		{"the sorting of a trace", "trace stat csv:many.csv", 300, "",
			`coldcurve: .*: file too large; parting the trace by function in \S+ \(TMPDIR names another folder\) needs about [0-9,]+ bytes`, 0},
		{"an estimate", "estimate --requests 10k/month --duration 120ms --memory 1536MB --replications 1 --within aws-lambda -o $OUT", 8, "",
			`coldcurve: .*estimate.html: file too large; the folder needs N bytes`, 0},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			whole, limited := "whole-"+strings.ReplaceAll(row.name, " ", "-"), "limited-"+strings.ReplaceAll(row.name, " ", "-")
			command := func(out string) string { return "exec coldcurve " + strings.ReplaceAll(row.command, "$OUT", out) }
			stderr, err := in(fmt.Sprintf("ulimit -f %d && %s", row.blocks, command(limited)))
			var exit *exec.ExitError
			if !errors.As(err, &exit) || exit.ExitCode() != exitFailed {
				t.Errorf("got %v, want exit code %d", err, exitFailed)
			}
			m := regexp.MustCompile("^" + strings.Replace(row.says, "N", "([0-9,]+)", 1) + "\n$").FindStringSubmatch(stderr)
			if m == nil {
				t.Fatalf("stderr says\n%swant\n%s", stderr, row.says)
			}
			left, err := filepath.Glob(filepath.Join(dir, "*"+limited+"*"))
			if err != nil {
				t.Fatal(err)
			}
			if want := strings.ReplaceAll(row.kept, "$OUT", limited); len(left) > 1 || len(left) == 1 && filepath.Base(left[0]) != want || len(left) == 0 && want != "" {
				t.Errorf("these are left: %q, want %q", left, want)
			}
			if strings.Count(row.says, "N") == 0 {
				return
			}
			if stderr, err := in(command(whole)); err != nil {
				t.Fatalf("without a limit: %v\n%s", err, stderr)
			}
			want := sizeBelow(t, dir, whole)
			got, err := strconv.ParseFloat(strings.ReplaceAll(m[1], ",", ""), 64)
			if err != nil || got < want*(1-row.off) || got > want*(1+row.off) {
				t.Errorf("it needs %s bytes, want %v (%v)", m[1], want, err)
			}
		})
	}
}

// sizeBelow is how many bytes the files of that name, or below it, have.
func sizeBelow(t *testing.T, dir, name string) (sum float64) {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, name+"*"))
	if err != nil || len(paths) != 1 {
		t.Fatalf("found %q, %v", paths, err)
	}
	err = filepath.Walk(paths[0], func(_ string, info os.FileInfo, err error) error {
		if err == nil && info.Mode().IsRegular() {
			sum += float64(info.Size())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return sum
}
