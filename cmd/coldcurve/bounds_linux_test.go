package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// peakOf runs the command in a folder and returns the most memory that it had, as the
// system counts it, in MB; its exit code; and what it said on both outputs.
func peakOf(t *testing.T, dir string, stdin io.Reader, args ...string) (mb int64, code int, said string) {
	t.Helper()
	c := exec.Command("coldcurve", args...)
	var out bytes.Buffer
	c.Dir, c.Stdin, c.Stdout, c.Stderr = dir, stdin, &out, &out
	largest := measured(t, c)
	err := c.Run()
	if c.ProcessState == nil {
		t.Fatal(err)
	}
	return largest(), c.ProcessState.ExitCode(), out.String()
}

// folderOf writes files into a new folder.
func folderOf(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

const onTrace = `[workload]
trace = "csv:t.csv"
[[platform]]
name = "p"
preset = "aws-lambda"
tariffs = ["aws-lambda"]
[output]
plots = []
`

// Stretches in which nothing happens take no memory, whatever keeps time by the
// second: the peak of instances, the certificate of the account limit (which two
// functions have), at absolute times as at relative ones. Nor does a document that
// never ends.
func TestMemoryIsBounded(t *testing.T) {
	const head = "arrival_s,service_s,function\n"
	for _, c := range []struct {
		name, csv string
		args      []string
		most      int64 // MB
		code      int
	}{
		{"a minute", head + "0,1,f\n60,1,g\n", []string{"run", "x.toml"}, 80, 0},
		{"a year", head + "0,1,f\n31536000,1,g\n", []string{"run", "x.toml"}, 80, 0},
		{"ten years", head + "0,1,f\n315619199,1,g\n", []string{"run", "x.toml"}, 80, 0},
		{"requests of years", head + "0,100000000,f\n0,1,g\n100000000,200000000,g\n", []string{"run", "x.toml", "--set", "platform.p.timeout=0s"}, 80, 0},
		{"absolute", head + "1764000000,1,f\n1764003600,1,g\n", []string{"run", "x.toml"}, 80, 0},
		{"a horizon of ten years", head + "0,1,f\n", []string{"run", "x.toml", "--set", "workload.horizon=3653d"}, 80, 0},
		{"the minutes of ten years", head + "0,1,f\n315619199,1,g\n", []string{"trace", "stat", "csv:t.csv"}, 160, 0},
		{"no end", head, []string{"run", "/dev/zero"}, 120, 2},
	} {
		dir := folderOf(t, map[string]string{"t.csv": c.csv, "x.toml": onTrace})
		mb, code, said := peakOf(t, dir, nil, c.args...)
		if code != c.code || mb > c.most {
			t.Errorf("%s: %d MB, exit %d; want at most %d MB, exit %d\n%s", c.name, mb, code, c.most, c.code, said)
		}
	}
}

// endless yields rows without keeping them.
type endless struct {
	rows int
	row  func(b []byte, i int) []byte
	next int
	left []byte
	buf  []byte
}

func (e *endless) Read(p []byte) (n int, err error) {
	for n < len(p) {
		if len(e.left) == 0 {
			if e.next > e.rows {
				break
			}
			e.buf = e.buf[:0]
			if e.next == 0 {
				e.buf = append(e.buf, "arrival_s,service_s,function\n"...)
			} else {
				e.buf = e.row(e.buf, e.next-1)
			}
			e.left = e.buf
			e.next++
		}
		k := copy(p[n:], e.left)
		n, e.left = n+k, e.left[k:]
	}
	if n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

// What is bounded by a number is bounded in memory: 65 million requests at one
// instant, three million functions, ten years of a request each hour.
func TestSoakMemory(t *testing.T) {
	soak(t)
	instant := func(b []byte, _ int) []byte { return append(b, "5,1,f\n"...) }
	functions := func(b []byte, i int) []byte { return fmt.Appendf(b, "%d,1,f%d\n", i/1000, i) }
	unlimited := strings.Replace(onTrace, `preset = "aws-lambda"`, `keepalive = { name = "fixed", window = "10m" }`, 1)
	standing := strings.ReplaceAll(unlimited, "csv:t.csv", "csv:-")
	for _, c := range []struct {
		name  string
		stdin io.Reader
		toml  string
		args  []string
		most  int64
		code  int
		says  string
	}{
		{"one instant, described", &endless{rows: 65_000_000, row: instant}, "", []string{"trace", "stat", "csv:-"}, 200, 0, "65000000"},
		{"one instant, under a limit", &endless{rows: 65_000_000, row: instant}, strings.ReplaceAll(onTrace, "csv:t.csv", "csv:-"), []string{"run", "x.toml"}, 200, 0, ""},
		{"one instant, without", &endless{rows: 65_000_000, row: instant}, standing, []string{"run", "x.toml"}, 2500, 2, "more than 2097152 instances at a time"},
		{"one instant, waiting", &endless{rows: 65_000_000, row: instant}, standing, []string{"run", "x.toml", "--set", `platform.p.limit={function=10,over="queue"}`}, 1500, 2, "more than 2097152 requests at a time"},
		{"functions", &endless{rows: 3_000_000, row: functions}, standing, []string{"run", "x.toml"}, 1000, 2, "expected at most 524288 in a trace"},
		{"as many functions as there may be", &endless{rows: 524_288, row: functions}, standing, []string{"run", "x.toml"}, 3000, 0, ""},
		{"a request each hour", nil, `[workload]
horizon = "3653d"
[[workload.function]]
name = "f"
arrivals = { process = "poisson", rate = "1/h" }
service = "1s"
[[platform]]
name = "p"
preset = "aws-lambda"
[output]
plots = []
`, []string{"run", "x.toml"}, 400, 0, ""},
	} {
		dir := folderOf(t, map[string]string{"x.toml": c.toml})
		mb, code, said := peakOf(t, dir, c.stdin, c.args...)
		t.Logf("%s: %d MB", c.name, mb)
		if code != c.code || mb > c.most || !strings.Contains(said, c.says) {
			t.Errorf("%s: %d MB, exit %d; want at most %d MB, exit %d, %q\n%.2000s", c.name, mb, code, c.most, c.code, c.says, said)
		}
	}
}
