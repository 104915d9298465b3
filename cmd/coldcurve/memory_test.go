//go:build linux

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// peak runs the command and returns its largest resident memory, MiB, as the
// system counts it.
func peak(t *testing.T, c *exec.Cmd) int64 {
	t.Helper()
	var stderr strings.Builder
	c.Stderr = &stderr
	largest := measured(t, c)
	if err := c.Run(); err != nil {
		t.Fatalf("%v: %v\n%s", c.Args, err, stderr.String())
	}
	return largest()
}

// soak skips a test of minutes unless as long a soak is asked for: CI's is of one.
func soak(t *testing.T) {
	t.Helper()
	if d, err := time.ParseDuration(os.Getenv(soakVariable)); err != nil || d < 10*time.Minute {
		t.Skip(soakVariable + " is below 10m: this takes minutes")
	}
}

// hourly writes a Lambda log of one request an hour.
func hourly(t *testing.T, days int) string {
	t.Helper()
	var b strings.Builder
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range days * 24 {
		fmt.Fprintf(&b, "%s REPORT RequestId: %08d-0000-0000-0000-000000000000\tDuration: 120.00 ms\tBilled Duration: 120 ms\tMemory Size: 512 MB\tMax Memory Used: 90 MB\n",
			at.Add(time.Duration(i)*time.Hour).Format("2006-01-02T15:04:05.000Z"), i)
	}
	path := filepath.Join(t.TempDir(), "hourly.log")
	if err := os.WriteFile(path, []byte(b.String()), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestEstimateMemory: an estimate's memory does not grow with its span, nor with
// its plans and replications. One request a month is of a window of a month, and
// of 16 at its sixteenth; the seconds of these took 250 MB to 1.5 GB.
func TestEstimateMemory(t *testing.T) {
	for _, args := range [][]string{
		{"estimate", "--requests", "1/month", "--within", "gcp-cloud-run", "--replications", "3"},
		{"optimize", "--requests", "1/month", "--within", "gcp-cloud-run", "--slo", "p99 <= 60s"},
		{"estimate", "--logs", hourly(t, 30), "--within", "gcp-cloud-run", "--replications", "1"},
	} {
		if args[1] != "--logs" {
			args = append(args, "--duration", "100ms", "--memory", "128MB")
		}
		if got := peak(t, exec.Command("coldcurve", args...)); got > 80 {
			t.Errorf("%v: %d MiB, want at most 80", args, got)
		}
	}
}

// TestSoakEstimateMemory: all plans over the log of a year, and a thousand
// replications, take tens of MB, and the up to 256 copies of a log that
// break-even lays over each other some more; and a year takes a minute, not some
// time for each of its 31 million seconds.
func TestSoakEstimateMemory(t *testing.T) {
	soak(t)
	for _, c := range []struct {
		args []string
		most time.Duration
		size int64 // MiB
	}{
		{[]string{"estimate", "--logs", hourly(t, 90)}, time.Minute, 250},
		{[]string{"estimate", "--logs", hourly(t, 365)}, 2 * time.Minute, 250},
		{[]string{"estimate", "--logs", hourly(t, 365), "--format", "csv"}, time.Minute, 100},
		{[]string{"estimate", "--requests", "1/month", "--duration", "120ms", "--memory", "512MB"}, 10 * time.Second, 100},
		{[]string{"optimize", "--requests", "1/month", "--duration", "120ms", "--memory", "512MB", "--slo", "p99 <= 60s"}, 20 * time.Second, 100},
		{[]string{"estimate", "--requests", "3k/month", "--duration", "120ms", "--memory", "512MB", "--replications", "1000"}, 5 * time.Minute, 100},
	} {
		began := time.Now()
		got := peak(t, exec.Command("coldcurve", c.args...))
		t.Logf("%v: %d MiB, %v", c.args, got, time.Since(began))
		if took := time.Since(began); got > c.size || took > c.most {
			t.Errorf("%v: %d MiB in %v, want at most %d in %v", c.args, got, took, c.size, c.most)
		}
	}
}

// manyCells writes an experiment of cells that differ in keep-alive and memory.
func manyCells(t *testing.T, windows, sizes, replications int) string {
	t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, `title = "Many cells"
replications = %d
[bill]
span = "run"
[workload]
horizon = "1d"
[[workload.function]]
name = "f"
count = 5
memory = "128MB"
arrivals = { process = "poisson", rate = "0.01/s" }
service = { dist = "exponential", mean = "0.4s" }
[[platform]]
name = "lambda"
preset = "aws-lambda"
tariffs = ["aws-lambda"]
[compare]
reference = { "platform.lambda.keepalive" = "2m" }
[sweep.grid]
"platform.lambda.keepalive" = [`, replications)
	for i := range windows {
		fmt.Fprintf(&b, "{ label = \"%dm\", name = \"fixed\", window = \"%dm\" },\n", i+1, i+1)
	}
	b.WriteString("]\n\"platform.lambda.memory_scale\" = [")
	for i := range sizes {
		fmt.Fprintf(&b, "%d.0, ", i+1)
	}
	b.WriteString("]\n")
	path := filepath.Join(t.TempDir(), "many.toml")
	if err := os.WriteFile(path, []byte(b.String()), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

// lastUnit waits until a run has kept all of its units, and returns when.
func lastUnit(t *testing.T, partial string, units int, ended <-chan error) time.Time {
	t.Helper()
	for {
		kept, err := os.ReadDir(filepath.Join(partial, "units"))
		if err == nil && len(kept) == units {
			return time.Now()
		}
		select {
		case err := <-ended:
			t.Fatalf("the run has ended before its last unit was seen: %v", err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// TestSoakManyCells: 2,000 cells, and 500 with ten replications, take less than
// 300 MB; the folder of the former is there 5 s after the last unit (what it
// takes on two idle cores is about 3), and the report has less than 3 MB.
func TestSoakManyCells(t *testing.T) {
	soak(t)
	for _, c := range []struct {
		windows, sizes, replications int
		write                        time.Duration
	}{{40, 50, 1, 5 * time.Second}, {25, 20, 10, 15 * time.Second}} {
		dir := filepath.Join(t.TempDir(), "out")
		cmd := exec.Command("coldcurve", "run", manyCells(t, c.windows, c.sizes, c.replications), "-o", dir, "--quiet")
		largest := measured(t, cmd)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- cmd.Wait() }()
		last := lastUnit(t, dir+".partial", c.windows*c.sizes*c.replications, ended)
		if err := <-ended; err != nil {
			t.Fatal(err)
		}
		took := time.Since(last)
		report, err := os.Stat(filepath.Join(dir, "report.html"))
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%+v: %d MiB, written in %v, a report of %d bytes", c, largest(), took, report.Size())
		if got := largest(); got >= 300 || took > c.write || report.Size() >= 3e6 {
			t.Errorf("%+v: %d MiB, written in %v, a report of %d bytes; want less than 300 MiB, %v and 3 MB", c, got, took, report.Size(), c.write)
		}
	}
}
