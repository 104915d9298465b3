package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// killed is the quickstart, cut short so that the test is.
func killed(ctx context.Context, dir string) *exec.Cmd {
	return exec.CommandContext(ctx, "coldcurve", "run", "../../experiments/quickstart.toml", "-o", dir, "--quiet",
		"--set", "replications=2", "--set", "workload.horizon=90m", "--set", "workload.warmup=30m", "--set", `output.plots=["cost-vs-latency"]`)
}

// TestKilled: SIGKILL at twenty points of a run (one, in short), and the same
// command again, gives the same bytes in every file and on stdout, and leaves
// nothing beside.
func TestKilled(t *testing.T) {
	t.Parallel()
	points := 20
	if testing.Short() {
		points = 1
	}
	whole := filepath.Join(t.TempDir(), "whole")
	began := time.Now()
	wantOut, err := killed(context.Background(), whole).Output()
	if err != nil {
		t.Fatal(err)
	}
	length := time.Since(began)
	want := fileDigests(t, whole)
	landed := 0
	for i := range points {
		dir := filepath.Join(t.TempDir(), "out")
		// Where the blow lands depends on the machine; that the bytes do not
		// is what is tested.
		if hit(t, killed(context.Background(), dir), length*time.Duration(i)/time.Duration(points)) {
			landed++
		}
		out, err := killed(context.Background(), dir).Output()
		if err != nil {
			t.Fatalf("point %d: %v", i, err)
		}
		if diff := cmp.Diff(want, fileDigests(t, dir)); diff != "" {
			t.Errorf("point %d (-whole +resumed):\n%s", i, diff)
		}
		if !bytes.Equal(out, wantOut) {
			t.Errorf("point %d prints\n%s, want\n%s", i, out, wantOut)
		}
		if _, err := os.Stat(dir + ".partial"); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("point %d: the partial folder is left: %v", i, err)
		}
	}
	if landed == 0 {
		t.Error("no blow landed while the command ran")
	}
	t.Logf("%d of %d blows landed", landed, points)
}

// hit starts a command and kills it after a while; it reports whether the
// command was still running.
func hit(t *testing.T, c *exec.Cmd, after time.Duration) bool {
	t.Helper()
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(after)
	if err := c.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		t.Fatal(err)
	}
	var exit *exec.ExitError
	return errors.As(c.Wait(), &exit) && !exit.Exited()
}

func fileDigests(t *testing.T, dir string) map[string]string {
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
		files[strings.TrimPrefix(path, dir)] = hex.EncodeToString(sum[:])
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
