package experiments

import (
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// quickstartDigest is the SHA-256 of the quickstart's cells.csv on amd64. It
// changes only where the model does, and then so does ModelVersion, or which columns
// there are, with how many digits, and what an interval is of.
const quickstartDigest = "2797287fcfbeee1c9741ca44990592fea9e3e09b302bbce85a20ee9d49f5060a"

// quickstart returns the plan of the quickstart, changed by some --set.
func quickstart(t *testing.T, sets ...string) *Plan {
	t.Helper()
	data, err := os.ReadFile("quickstart.toml")
	if err != nil {
		t.Fatal(err)
	}
	e, err := Parse("quickstart.toml", data, sets...)
	if err != nil {
		t.Fatal(err)
	}
	p, err := Prepare(context.Background(), e, Env{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

// runInto runs a plan into a folder and returns the digest of each of its files.
func runInto(t *testing.T, p *Plan, dir string, workers int) map[string]string {
	t.Helper()
	if _, err := p.Run(context.Background(), RunOptions{Dir: dir, Workers: workers, Command: "test"}); err != nil {
		t.Fatal(err)
	}
	return digests(t, dir)
}

// digests returns the SHA-256 of each file of a folder.
func digests(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(data)
		name, err := filepath.Rel(dir, path)
		files[filepath.ToSlash(name)] = hex.EncodeToString(sum[:])
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// TestQuickstart: the quickstart gives the numbers that it gave.
func TestQuickstart(t *testing.T) {
	if testing.Short() {
		t.Skip("21 days of 120 functions are not short")
	}
	if runtime.GOARCH != "amd64" {
		t.Skip("math functions differ in the last bit between architectures")
	}
	got := runInto(t, quickstart(t, `output.plots=[]`), filepath.Join(t.TempDir(), "out"), 2)
	if got["cells.csv"] != quickstartDigest {
		t.Errorf("cells.csv has digest\n%s, want\n%s", got["cells.csv"], quickstartDigest)
	}
}

// TestDeterminism: the same experiment gives the same bytes in every file, on
// any number of workers, and interrupted (on two) and resumed.
func TestDeterminism(t *testing.T) {
	for _, row := range []struct {
		name string
		sets []string
		// What the run must show, so that the test is about what it says.
		check func(t *testing.T, dir string)
	}{
		{"quickstart", []string{"replications=2", "workload.horizon=4h"}, func(*testing.T, string) {}},
		// On average 2 to 3 requests are served at a time: a limit of 2 binds.
		{"account limit", []string{"platform.lambda.limit.account=2", "replications=1", "workload.horizon=8h", `output.plots=["instances"]`}, func(t *testing.T, dir string) {
			for _, row := range readCSV(t, filepath.Join(dir, "cells.csv")) {
				if n, err := strconv.ParseFloat(row["rejected"], 64); err != nil || n < 1000 {
					t.Errorf("%s: %q rejected, want a limit that binds", row["platform.lambda.keepalive"], row["rejected"])
				}
			}
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			if testing.Short() && row.name == "quickstart" {
				t.Skip("the account limit's is shorter")
			}
			one := filepath.Join(t.TempDir(), "one")
			want := runInto(t, quickstart(t, row.sets...), one, 1)
			row.check(t, one)
			got := runInto(t, quickstart(t, row.sets...), filepath.Join(t.TempDir(), "out"), 7)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("7 workers (-1 worker +7):\n%s", diff)
			}
			if testing.Short() {
				return // TestResume interrupts, too
			}
			got = interrupted(t, row.sets)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("interrupted and resumed (-whole +resumed):\n%s", diff)
			}
		})
	}
}

// interrupted runs the quickstart, stops it when some units are done, goes on,
// and returns the files' digests.
func interrupted(t *testing.T, sets []string) map[string]string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "out")
	p := quickstart(t, sets...)
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	progress := new(Progress)
	go func() {
		for done := 0; done < 2; done, _ = progress.Units() {
			time.Sleep(time.Millisecond)
		}
		stop()
	}()
	_, err := p.Run(ctx, RunOptions{Dir: dir, Workers: 2, Command: "test", Progress: progress})
	var in *Interrupted
	if !errors.As(err, &in) {
		t.Fatalf("got %v, want it interrupted", err)
	}
	if in.Done < 2 || in.Done >= in.Total {
		t.Fatalf("interrupted after %d of %d units, want some", in.Done, in.Total)
	}
	if want := fmt.Sprintf("interrupted after %d of %d units; they are kept in %s.partial, and the same command goes on from there", in.Done, in.Total, dir); err.Error() != want {
		t.Errorf("got the message %q, want %q", err, want)
	}
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the folder is there, half done: %v", err)
	}
	kept := unitsIn(t, dir+".partial")
	again := runInto(t, quickstart(t, sets...), dir, 7)
	if len(kept) != in.Done {
		t.Errorf("%d units are kept of %d", len(kept), in.Done)
	}
	return again
}

// readCSV returns the rows of a CSV file by the names of their columns.
func readCSV(t *testing.T, path string) []map[string]string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(strings.NewReader(string(data))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows []map[string]string
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, name := range lines[0] {
			row[name] = line[i]
		}
		rows = append(rows, row)
	}
	return rows
}
