//go:build unix

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// soakVariable says how long the soak tests take together, as in 10m; they are
// skipped without it. The variable of the seed makes one round again.
const (
	soakVariable = "COLDCURVE_SOAK"
	seedVariable = "COLDCURVE_SOAK_SEED"
)

// soakTests is how many there are in this package, which share the time.
const soakTests = 2

// soakRounds calls round with a source of random numbers of its own, again and again.
func soakRounds(t *testing.T, round func(t *testing.T, r *rand.Rand)) {
	t.Helper()
	text := os.Getenv(soakVariable)
	if text == "" {
		t.Skip(soakVariable + " says for how long, as in 10m")
	}
	length, err := time.ParseDuration(text)
	if err != nil {
		t.Fatalf("%s: %v", soakVariable, err)
	}
	one := func(seed uint64) bool {
		return t.Run(fmt.Sprintf("%s=%d", seedVariable, seed), func(t *testing.T) { round(t, rand.New(rand.NewPCG(seed, 0))) })
	}
	if text := os.Getenv(seedVariable); text != "" {
		seed, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			t.Fatalf("%s: %v", seedVariable, err)
		}
		one(seed)
		return
	}
	rounds := 0
	seed := uint64(time.Now().UnixNano())
	for end := time.Now().Add(length / soakTests); time.Now().Before(end); rounds++ {
		if !one(seed + uint64(rounds)) {
			t.Fatalf("round %d failed", rounds)
		}
	}
	t.Logf("%d rounds from seed %d", rounds, seed)
}

// patience is far above what a round's command takes.
const patience = 2 * time.Minute

// ended runs the command to its end, and reports its exit code. A fault of
// the program, and one that does not end, fail the test.
func ended(t *testing.T, dir string, stdin []byte, args ...string) (stdout []byte, code int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	var out, stderr bytes.Buffer
	c := exec.CommandContext(ctx, "coldcurve", args...)
	c.Dir, c.Stdin, c.Stdout, c.Stderr = dir, bytes.NewReader(stdin), &out, &stderr
	err := c.Run()
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		t.Fatalf("%q does not end", args)
	case errors.As(err, &exit):
		code = exit.ExitCode()
	case err != nil:
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("%q exits %d: %s", args, code, stderr.String())
		}
	})
	checkStderr(t, args, code, stderr.String())
	return out.Bytes(), code
}

// checkStderr sees that what went wrong is said as it should be.
func checkStderr(t *testing.T, args []string, code int, stderr string) {
	t.Helper()
	for _, bad := range []string{"internal error", "goroutine ", "panic", "context canceled", "%!"} {
		if strings.Contains(stderr, bad) {
			t.Fatalf("%q says\n%s", args, stderr)
		}
	}
	if code != exitDone && !strings.Contains(stderr, "coldcurve: ") {
		t.Fatalf("%q exits %d and says\n%s", args, code, stderr)
	}
}

// TestSoakRuns: random experiments, interrupted and killed at random points,
// with folders that are damaged and files of the user's between: the run that is
// let through gives the bytes of one that was left alone, and the user's files
// are there.
func TestSoakRuns(t *testing.T) { soakRounds(t, soakRun) }

func soakRun(t *testing.T, r *rand.Rand) {
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	experiment := randomExperiment(r)
	write("e.toml", experiment)
	began := time.Now()
	want, code := ended(t, dir, nil, "run", "e.toml", "-o", "whole", "--quiet")
	length := time.Since(began)
	if code != exitDone && code != exitThreshold {
		t.Fatalf("the experiment exits %d:\n%s", code, experiment)
	}
	whole := fileDigests(t, filepath.Join(dir, "whole"))
	mine := map[string]string{}
	for range 1 + r.IntN(4) {
		hurt(t, r, dir, length, "run", "e.toml", "-o", "out", "--quiet", "--workers", strconv.Itoa(1+r.IntN(3)))
		if r.IntN(3) == 0 { // another experiment into the same folder
			hurt(t, r, dir, length, "run", "e.toml", "-o", "out", "--quiet", "--set", "seed=99", "--force")
		}
		if r.IntN(2) == 0 {
			damage(t, r, filepath.Join(dir, "out.partial"))
		}
		if r.IntN(4) == 0 {
			name := fmt.Sprintf("out/mine-%d.txt", r.IntN(100))
			write(name, "mine")
			mine[name] = "mine"
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "out", "manifest.json")); errors.Is(err, fs.ErrNotExist) {
		for name := range mine { // beside no results: they are in the way, whatever is forced
			if _, code := ended(t, dir, nil, "run", "e.toml", "-o", "out", "--quiet", "--force"); code != exitUsage {
				t.Fatalf("with %s alone in the folder it exits %d", name, code)
			}
			if err := os.RemoveAll(filepath.Join(dir, name)); err != nil {
				t.Fatal(err)
			}
			delete(mine, name)
		}
	}
	got, code := ended(t, dir, nil, "run", "e.toml", "-o", "out", "--quiet", "--force")
	if code != exitDone && code != exitThreshold {
		t.Fatalf("the last run exits %d", code)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("it prints\n%s, want\n%s", got, want)
	}
	files := fileDigests(t, filepath.Join(dir, "out"))
	for name := range mine {
		if data, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(data) != mine[name] {
			t.Errorf("the user's %s: %q, %v", name, data, err)
		}
		delete(files, strings.TrimPrefix(name, "out"))
	}
	if diff := cmp.Diff(whole, files); diff != "" {
		t.Errorf("(-whole +hurt):\n%s", diff)
	}
	if _, code := ended(t, dir, nil, "clean", "--remove"); code != exitDone {
		t.Errorf("clean exits %d", code)
	}
	if _, err := os.Stat(filepath.Join(dir, "out.partial")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the partial folder is left: %v", err)
	}
}

// hurt starts the command, and ends it at some point by some signal.
func hurt(t *testing.T, r *rand.Rand, dir string, length time.Duration, args ...string) {
	t.Helper()
	sig := []syscall.Signal{syscall.SIGKILL, syscall.SIGINT, syscall.SIGTERM}[r.IntN(3)]
	var stderr bytes.Buffer
	c := exec.Command("coldcurve", args...)
	c.Dir, c.Stderr = dir, &stderr
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(time.Duration(r.Float64() * float64(length))) // where that is, the machine decides
	if err := c.Process.Signal(sig); err != nil && !errors.Is(err, os.ErrProcessDone) {
		t.Fatal(err)
	}
	err := c.Wait()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || !exit.Exited() {
		return // done before, or killed: the first moments of a process are the system's
	}
	switch code := exit.ExitCode(); code {
	case exitUsage, exitThreshold, 128 + int(sig): // the user's files are in the way
		checkStderr(t, args, code, stderr.String())
	default:
		t.Fatalf("%q, %v: exits %d and says\n%s", args, sig, code, stderr.String())
	}
}

// damage changes, cuts or removes some files of a folder.
func damage(t *testing.T, r *rand.Rand, dir string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil || d.IsDir() || r.IntN(3) > 0 {
			return err
		}
		if filepath.Base(filepath.Dir(path)) == "old" || filepath.Base(filepath.Dir(filepath.Dir(path))) == "old" || d.Name() == "swap.json" {
			return nil // the results that are put back are as they were
		}
		data, err := os.ReadFile(path)
		if err != nil || len(data) == 0 {
			return err
		}
		switch r.IntN(3) {
		case 0:
			return os.Remove(path)
		case 1:
			data = data[:r.IntN(len(data))]
		default:
			data[r.IntN(len(data))] ^= byte(1 + r.IntN(255))
		}
		return os.WriteFile(path, data, 0o666)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// randomExperiment is a small experiment that is right.
func randomExperiment(r *rand.Rand) string {
	pick := func(of ...string) string { return of[r.IntN(len(of))] }
	var b strings.Builder
	fmt.Fprintf(&b, "seed = %d\nreplications = %d\n[workload]\nhorizon = \"%dm\"\n", r.IntN(1000), 1+r.IntN(6), 5+r.IntN(200))
	for i := range 1 + r.IntN(4) {
		fmt.Fprintf(&b, "[[workload.function]]\nname = \"f%d\"\nmemory = \"%s\"\narrivals = { process = \"poisson\", rate = \"%.3f/s\" }\nservice = %s\n",
			i, pick("128MB", "512MB", "1GB"), 0.01+5*r.Float64(), pick(`"100ms"`, `{ dist = "exponential", mean = "1s" }`, `"0s"`))
	}
	fmt.Fprintf(&b, "[[platform]]\nname = \"p\"\ntariffs = [%s]\ncounterfactual = true\nkeepalive = %s\nconcurrency = %d\nlimit = { account = %d, over = %q }\n",
		pick("", `"aws-lambda"`, `"aws-lambda", "azure-consumption"`), pick(`{ name = "fixed", window = "5m" }`, `{ name = "none" }`, `{ name = "forever" }`, `{ name = "hybrid-histogram" }`),
		1+r.IntN(3), r.IntN(6), pick("queue", "reject"))
	if r.IntN(2) == 0 {
		fmt.Fprintf(&b, "prewarm = { name = \"provisioned\", count = %d }\n", r.IntN(3))
	}
	if r.IntN(2) == 0 {
		b.WriteString("[sweep.grid]\n\"platform.p.memory_scale\" = [1, 2]\n")
	}
	fmt.Fprintf(&b, "[output]\nplots = [%s]\n", pick("", `"latency-cdf"`, `"cost-vs-latency"`))
	return b.String()
}

// TestSoakInputs: logs, traces and experiments that are hostile: lines of all
// formats, mixed, cut, changed and repeated. The command ends, says what is
// wrong and blames the input, and leaves nothing half-written.
func TestSoakInputs(t *testing.T) { soakRounds(t, soakInput) }

func soakInput(t *testing.T, r *rand.Rand) {
	dir := t.TempDir()
	data := hostile(r)
	for _, args := range [][]string{
		{"estimate", "--logs", "-", "-o", "out", "--replications", "1", "--within", "aws-lambda"},
		{"estimate", "--logs", "-", "--lenient", "-o", "out", "--replications", "1", "--within", "aws-lambda", "--requests", "1k/month"},
		{"trace", "convert", "csv:-", "store:out"},
		{"trace", "convert", "jsonl:-", "csv:out", "--lenient"},
		{"trace", "convert", "azure2021:-", "jsonl:out", "--lenient"},
		{"trace", "stat", "csv:-", "--lenient"},
		{"run", "-", "-o", "out", "--quiet"},
	} {
		_, code := ended(t, dir, data, args...)
		if code != exitDone && code != exitUsage && code != exitThreshold {
			t.Fatalf("%q exits %d for\n%q", args, code, data)
		}
		left, err := filepath.Glob(filepath.Join(dir, "*"))
		if err != nil {
			t.Fatal(err)
		}
		hidden, err := filepath.Glob(filepath.Join(dir, ".*"))
		if err != nil {
			t.Fatal(err)
		}
		if len(hidden) > 0 || code == exitUsage && len(left) > 0 || len(left) > 1 {
			t.Fatalf("%q exits %d and leaves %q for\n%q", args, code, append(left, hidden...), data)
		}
		if err := os.RemoveAll(filepath.Join(dir, "out")); err != nil {
			t.Fatal(err)
		}
	}
}

// inputs are texts that are right, a format each.
var inputs = [][]string{
	{
		"REPORT RequestId: 3d2a\tDuration: 102.25 ms\tBilled Duration: 103 ms\tMemory Size: 512 MB\tMax Memory Used: 90 MB\tInit Duration: 200.1 ms",
		"2026-01-05T10:00:01.000Z REPORT RequestId: 5e\tDuration: 2.25 ms\tBilled Duration: 3 ms\tMemory Size: 128 MB\tMax Memory Used: 90 MB",
		"2026-01-05T10:00:02.000Z START RequestId: 5e Version: $LATEST", "2026-01-05T10:00:03.000Z END RequestId: 5e",
	},
	{`{"time":"2026-01-05T10:00:00Z","type":"platform.report","record":{"requestId":"a","metrics":{"durationMs":1.5,"billedDurationMs":2,"memorySizeMB":128}}}`},
	{`10.0.0.1 - - [05/Jan/2026:10:00:00 +0000] "GET /a HTTP/1.1" 200 12 "-" "curl"`, `10.0.0.2 - bob [05/Jan/2026:10:00:09 +0000] "POST /b?x=1 HTTP/1.1" 500 0 "-" "-"`},
	{`https 2026-01-05T10:00:00.123456Z app/lb/1 1.1.1.1:1 10.0.0.1:80 0.001 0.002 0.000 200 200 34 366 "GET https://a/b HTTP/1.1" "curl" - - arn:x "Root=1" "-" "-" 0`},
	{`{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"f","kind":2,"startTimeUnixNano":"1736000000000000000","endTimeUnixNano":"1736000000100000000"}]}]}]}`},
	{`{"arrival_s":0,"service_s":0.5,"function":"f"}`, `{"arrival_s":1e3,"service_s":0.5,"function":"g","memory_mb":128}`, `{"arrival_s":1e3,"service_s":0,"function":"g"}`},
	{"arrival_s,service_s,function", "0,1,f", "1,0.5,g", "2,3600,\"a,b\""},
	{"app,func,end_timestamp,duration", "a,f,10.5,0.5", "a,f,11,1", "b,f,12,0.25"},
	{"[workload]", `horizon = "1h"`, "[[workload.function]]", `name = "f"`, `arrivals = { process = "poisson", rate = "1/s" }`, `service = "1s"`, "[[platform]]", `name = "p"`, `preset = "aws-lambda"`},
}

// strange are lines of no format.
var strange = []string{
	"", "=", `"`, "[[[[{", "\x00\xff\xfe", "\xef\xbb\xbf", "NaN,-1,f", "-0,1e400,f", "9223372036,9223372036,f", "a,f,11,1e9", strings.Repeat("x", 1<<17), strings.Repeat("[", 2000),
}

// hostile is a text of some format in which some lines are of others, of none,
// or changed.
func hostile(r *rand.Rand) []byte {
	lines := inputs[r.IntN(len(inputs))]
	rate := []int{0, 2, 20}[r.IntN(3)] // of a hundred lines, those that are hurt
	var b bytes.Buffer
	for i := range len(lines) + r.IntN(200) {
		line := lines[min(i, len(lines)-1)]
		if i >= len(lines) && len(lines) > 1 {
			line = lines[1+r.IntN(len(lines)-1)]
		}
		if r.IntN(100) < rate {
			switch r.IntN(3) {
			case 0:
				line = strange[r.IntN(len(strange))]
			case 1:
				line = inputs[r.IntN(len(inputs))][0]
			default:
				line = changed(r, line)
			}
		}
		b.WriteString(line)
		b.WriteString([]string{"\n", "\n", "\n", "\r\n", "\n\n"}[r.IntN(5)])
	}
	data := b.Bytes()
	if r.IntN(4) == 0 {
		data = data[:r.IntN(len(data)+1)]
	}
	return data
}

// changed returns a line with a byte that is another, some that are missing, or
// a number that is far too large.
func changed(r *rand.Rand, line string) string {
	if line == "" {
		return line
	}
	i := r.IntN(len(line))
	switch r.IntN(4) {
	case 0:
		return line[:i] + string([]byte{byte(r.IntN(256))}) + line[i+1:]
	case 1:
		return line[:i] + line[min(len(line), i+1+r.IntN(8)):]
	case 2:
		return line[:i] + strings.Repeat("9", 1+r.IntN(30)) + line[i:]
	default:
		return line[:i]
	}
}
