//go:build unix

package main

import (
	"context"
	"errors"
	"fmt"
	"github.com/coldcurve/coldcurve/internal/folder"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A process is the command while it runs. Its standard input is a pipe that the
// test holds, its standard output one that nobody empties.
type process struct {
	*exec.Cmd
	dir    string // its working folder
	in     *os.File
	out    *os.File
	stderr strings.Builder
}

// start starts the command in a folder of its own, which has some experiments,
// a trace, and pipe, a FIFO.
func start(t *testing.T, args ...string) *process {
	t.Helper()
	p := &process{Cmd: exec.Command("coldcurve", args...), dir: t.TempDir()}
	p.Dir, p.Cmd.Stderr = p.dir, &p.stderr
	for name, text := range map[string]string{"small.toml": smallExperiment, "many.toml": manyFunctions, "a.csv": trace(10), "many.csv": trace(8_000)} {
		if err := os.WriteFile(filepath.Join(p.dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if err := syscall.Mkfifo(filepath.Join(p.dir, "pipe"), 0o666); err != nil {
		t.Fatal(err)
	}
	stdin, in, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	out, stdout, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	p.Stdin, p.Stdout, p.in, p.out = stdin, stdout, in, out
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = p.Process.Kill() // where the test has failed
		in.Close()
		out.Close()
	})
	if err := errors.Join(stdin.Close(), stdout.Close()); err != nil {
		t.Fatal(err)
	}
	return p
}

// smallExperiment has units that take no time.
const smallExperiment = `title = "small"
[workload]
horizon = "1h"
[[workload.function]]
name = "f"
memory = "512MB"
arrivals = { process = "poisson", rate = "0.2/s" }
service = { dist = "exponential", mean = "1s" }
[[platform]]
name = "p"
keepalive = { name = "fixed", window = "10m" }
[output]
plots = []
`

// manyFunctions has a result folder that takes a while to write.
const manyFunctions = `replications = 20
[workload]
trace = "csv:many.csv"
[[platform]]
name = "p"
keepalive = { name = "fixed", window = "10m" }
[output]
plots = []
`

// trace has an invocation of each of n functions.
func trace(n int) string {
	var b strings.Builder
	b.WriteString("arrival_s,service_s,function\n")
	for i := range n {
		fmt.Fprintf(&b, "%d,1,f%d\n", i, i)
	}
	return b.String()
}

// wideExperiment has as many cells as a sweep may have.
func wideExperiment() string {
	var scales, limits []string
	for i := range 1000 {
		scales = append(scales, fmt.Sprint(i+1))
	}
	for i := range 100 {
		limits = append(limits, fmt.Sprint(i+1))
	}
	return smallExperiment + "[sweep.grid]\n\"platform.p.memory_scale\" = [" + strings.Join(scales, ",") +
		"]\n\"platform.p.limit.account\" = [" + strings.Join(limits, ",") + "]\n"
}

// A place is where the command is to be when the signal comes: it waits until
// the command is there.
type place func(t *testing.T, p *process)

// pipeful is more than a pipe holds: who has written it knows that it is read.
const pipeful = 1 << 18

// fed has read some input, and waits for more.
func fed(head, line string) place {
	return func(t *testing.T, p *process) {
		if _, err := io.WriteString(p.in, head+strings.Repeat(line, pipeful/len(line))); err != nil {
			t.Fatal(err)
		}
	}
}

// whole has read all of its input, or nearly.
func whole(text string) place {
	return func(t *testing.T, p *process) {
		fed(text+"\n", "# a comment\n")(t, p)
		if err := p.in.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// endlessLog has read some input, and more comes without an end.
func endlessLog(head, line string) place {
	return func(t *testing.T, p *process) {
		fed(head, line)(t, p)
		go func() {
			for {
				if _, err := io.WriteString(p.in, strings.Repeat(line, 1000)); err != nil {
					return
				}
			}
		}()
	}
}

// opening is about to open the FIFO, which has no other end.
func opening(t *testing.T, p *process) {
	p.until(t, "it opens the pipe", func() bool {
		tasks, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/wchan", p.Process.Pid))
		if err != nil || len(tasks) == 0 {
			t.Skip("what a process waits for is not told here")
		}
		for _, task := range tasks {
			at, err := os.ReadFile(task)
			if err == nil && (strings.Contains(string(at), "fifo") || string(at) == "wait_for_partner") {
				return true
			}
		}
		return false
	})
}

// readingPipe reads the FIFO, whose other end is silent.
func readingPipe(t *testing.T, p *process) {
	w, err := os.OpenFile(filepath.Join(p.dir, "pipe"), os.O_WRONLY, 0) // opens when the command does
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.Close() })
}

// printing prints more than anybody reads.
func printing(t *testing.T, p *process) {
	if _, err := p.out.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
}

// wrote has written a file.
func wrote(path string) place {
	return func(t *testing.T, p *process) { p.until(t, "there is "+path, func() bool { return p.exists(path) }) }
}

// until waits for a condition.
func (p *process) until(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for range 60_000 {
		if holds() {
			return
		}
		time.Sleep(time.Millisecond)
	}
	t.Fatalf("waited in vain until %s; stderr:\n%s", what, p.stderr.String())
}

// exists reports whether something of that name is in the process's folder.
func (p *process) exists(path string) bool {
	found, err := filepath.Glob(filepath.Join(p.dir, path))
	return err == nil && len(found) > 0
}

// TestSignals: wherever a command is, a signal stops it, with the exit code of
// the signal and a message that says what was kept. What it was writing is not
// there.
func TestSignals(t *testing.T) {
	t.Parallel()
	const nothing = "interrupted; no file was written"
	for _, row := range []struct {
		name string
		args string
		at   place
		want string   // on stderr; N is any number
		left []string // what must not be there
	}{
		{"reading an experiment", "run -", fed("", "# a comment\n"), nothing, []string{"*.results*"}},
		{"reading a trace", "trace stat csv:-", fed(trace(0), "0,1,f\n"), nothing, nil},
		{"reading an endlessLog trace", "trace convert csv:- store:out.store", endlessLog(trace(0), "0,1,f\n"), nothing, []string{"out.store", ".out*"}},
		{"reading a log", "estimate --logs - -o out --lenient", fed("", "no log\n"), nothing, []string{"out*"}},
		{"reading an endlessLog log", "optimize --logs - --lenient", endlessLog("", "no log\n"), nothing, nil},
		{"opening a pipe", "trace stat csv:pipe", opening, nothing, nil},
		{"opening a log that is a pipe", "optimize --logs pipe", opening, nothing, nil},
		{"opening a pipe to write to", "trace convert csv:a.csv csv:pipe", opening, nothing, nil},
		{"reading a pipe", "trace stat csv:pipe", readingPipe, nothing, nil},
		{"printing what nobody reads", "trace generate csv:-", printing, nothing, nil},
		{"writing a trace", "trace generate csv:out.csv.xz --invocations 1000000000", wrote(".out.csv.xz.*.partial"), nothing, []string{"out*", ".out*"}},
		{"writing tables", "trace generate azure2019:out --functions 20000 --hours 2000", wrote(".out.*.partial/*"), nothing, []string{"out*", ".out*"}},
		{"expanding a sweep", "run -", whole(wideExperiment()), "", []string{"experiment.results"}},
		{"simulating", "run small.toml --set replications=5000 -o out", wrote("out.partial/units/*"),
			"interrupted after N of 5000 units; they are kept in out.partial, and the same command goes on from there", []string{"out"}},
		{"a long unit", "run small.toml --set workload.horizon=3650d -o out", wrote("out.partial/plans/*"),
			"interrupted before a unit was finished; nothing is kept", []string{"out*"}},
		{"writing a folder", "run many.toml -o out", wrote("out.partial/folder/functions.parquet"),
			"interrupted after 20 of 20 units; they are kept in out.partial, and the same command goes on from there", []string{"out"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
				p := start(t, strings.Fields(row.args)...)
				row.at(t, p)
				p.stop(t, sig, row.want)
				for _, path := range row.left {
					if p.exists(path) {
						t.Errorf("%v: %s is there", sig, path)
					}
				}
			}
		})
	}
}

// stop sends a signal, and checks what comes of it.
func (p *process) stop(t *testing.T, sig syscall.Signal, want string) {
	t.Helper()
	if err := p.Process.Signal(sig); err != nil {
		t.Fatalf("%v: %v; stderr:\n%s", sig, err, p.stderr.String())
	}
	ended := make(chan error, 1)
	go func() { ended <- p.Wait() }()
	var exit *exec.ExitError
	select {
	case err := <-ended:
		if !errors.As(err, &exit) || exit.ExitCode() != 128+int(sig) {
			t.Errorf("%v: got %v, want exit code %d; stderr:\n%s", sig, err, 128+int(sig), p.stderr.String())
		}
	case <-time.After(20 * time.Second): // on a machine that is busy
		t.Fatalf("%v: it lives on", sig)
	}
	got := p.stderr.String()
	if want == "" && strings.HasPrefix(got, "coldcurve: interrupted") && strings.Count(got, "\n") == 1 {
		return
	}
	pattern := strings.Replace(regexp.QuoteMeta(want), "after N of", "after [0-9]+ of", 1)
	if !regexp.MustCompile("^coldcurve: " + pattern + "\n$").MatchString(got) {
		t.Errorf("%v: stderr says\n%swant\n%s", sig, got, want)
	}
}

// TestSupervise: work that looks up ends by itself, other work soon after the
// signal, and at once with the second.
func TestSupervise(t *testing.T) {
	stuck := make(chan struct{})
	defer close(stuck)
	forever := func(context.Context) int { <-stuck; return exitDone }
	for _, row := range []struct {
		name    string
		signals []os.Signal
		grace   time.Duration
		work    func(context.Context) int
		want    int
		said    string
	}{
		{"no signal", nil, time.Hour, func(context.Context) int { return exitThreshold }, exitThreshold, ""},
		{"work that looks up", []os.Signal{syscall.SIGTERM}, time.Hour, func(ctx context.Context) int { <-ctx.Done(); return stoppedBy(ctx).code() }, 143, ""},
		{"work that is stuck", []os.Signal{syscall.SIGINT}, time.Millisecond, forever, 130, "coldcurve: interrupted; half is kept\n"},
		{"a second signal", []os.Signal{syscall.SIGTERM, syscall.SIGINT}, time.Hour, forever, 143, "coldcurve: interrupted; half is kept\n"},
	} {
		t.Run(row.name, func(t *testing.T) {
			signals := make(chan os.Signal, 2)
			for _, s := range row.signals {
				signals <- s
			}
			k := new(kept)
			k.is(func() string { return "interrupted; half is kept" })
			var stderr strings.Builder
			if got := supervise(signals, row.grace, &stderr, k, row.work); got != row.want {
				t.Errorf("got %d, want %d", got, row.want)
			}
			if stderr.String() != row.said {
				t.Errorf("said %q, want %q", stderr.String(), row.said)
			}
		})
	}
}

// TestSwept: of work that is stuck in the middle of a file nothing is left, as the message
// says, and what others write beside it stays.
func TestSwept(t *testing.T) {
	dir := t.TempDir()
	path, other := filepath.Join(dir, "a.svg"), filepath.Join(dir, ".a.svg.1.partial")
	if err := os.WriteFile(other, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	signals := make(chan os.Signal, 2)
	k, stuck, begun := new(kept), make(chan struct{}), make(chan struct{})
	defer close(stuck)
	go func() {
		<-begun
		signals <- syscall.SIGTERM
	}()
	var stderr strings.Builder
	got := supervise(signals, time.Millisecond, &stderr, k, func(context.Context) int {
		k.writes(path)
		f, err := os.CreateTemp(folder.Temp(path))
		if err != nil {
			t.Error(err)
		}
		defer f.Close()
		close(begun)
		<-stuck
		return exitDone
	})
	if got != 143 || stderr.String() != "coldcurve: "+nothingKept+"\n" {
		t.Errorf("got %d, %q", got, stderr.String())
	}
	if left, err := filepath.Glob(filepath.Join(dir, ".*")); err != nil || !slices.Equal(left, []string{other}) {
		t.Errorf("left are %q, %v", left, err)
	}
}

// TestLastWords: a stderr that takes nothing keeps nobody.
func TestLastWords(t *testing.T) {
	r, w := io.Pipe() // which blocks until it is read
	defer r.Close()
	signals := make(chan os.Signal, 2)
	signals <- syscall.SIGINT
	signals <- syscall.SIGINT
	stuck := make(chan struct{})
	defer close(stuck)
	if got := supervise(signals, time.Hour, w, new(kept), func(context.Context) int { <-stuck; return 0 }); got != 130 {
		t.Errorf("got %d, want 130", got)
	}
}

// TestEmptyPartial: work that does not look up leaves no empty folder behind, and
// nothing that is in one is lost.
func TestEmptyPartial(t *testing.T) {
	for _, full := range []bool{false, true} {
		dir := filepath.Join(t.TempDir(), "answer.partial")
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		if full {
			if err := os.WriteFile(filepath.Join(dir, "half"), nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		signals := make(chan os.Signal, 2)
		signals <- syscall.SIGINT
		signals <- syscall.SIGINT
		k := new(kept)
		k.nothing(dir)
		stuck := make(chan struct{})
		if got := supervise(signals, time.Hour, io.Discard, k, func(context.Context) int { <-stuck; return 0 }); got != 130 {
			t.Errorf("got %d, want 130", got)
		}
		close(stuck)
		if _, err := os.Stat(dir); (err == nil) != full {
			t.Errorf("with something in it %v: %v", full, err)
		}
	}
}
