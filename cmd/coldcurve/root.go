package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/coldcurve/coldcurve/experiments"
	"github.com/coldcurve/coldcurve/internal/fault"
	"github.com/coldcurve/coldcurve/internal/folder"
	"github.com/coldcurve/coldcurve/internal/plain"
	"github.com/coldcurve/coldcurve/internal/spec"
)

// The exit codes.
const (
	exitDone      = 0
	exitFailed    = 1
	exitUsage     = 2
	exitThreshold = 3
)

// usageError is wrong usage or input.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// thresholdError is a run that did what it was asked, and found a bound
// crossed.
type thresholdError struct{ error }

// commandError is an error of a command's own work, as against one that cobra
// found in the arguments.
type commandError struct{ error }

func (e commandError) Unwrap() error { return e.error }

// run runs the command that the arguments name. All that it prints passes plain, but for the bar of
// progress and the data of traces, which is not for a terminal.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer, k *kept) int {
	notes := plain.NewWriter(stderr)
	out := &checkedWriter{w: stdout}
	text := plain.NewWriter(out)
	a := &app{stdin: &patient{ctx: ctx, r: stdin}, kept: k, stdout: text, data: out, stderr: notes, bar: stderr}
	if isTerminal(stdout) {
		a.data = text
	}
	code := guarded(notes, func() int {
		err := execute(ctx, args, a)
		if flushed := text.Flush(); err == nil && errors.Join(out.err, flushed) != nil {
			err = commandError{fmt.Errorf("writing to standard output: %w", cmp.Or(out.err, flushed))}
		}
		if err == nil {
			return exitDone
		}
		if s := stoppedBy(ctx); s != nil { // whatever came of it
			fmt.Fprintf(notes, "coldcurve: %s\n", k.message())
			return s.code()
		}
		fmt.Fprintf(notes, "coldcurve: %s\n", spec.Shorten(err.Error()))
		return exitCode(err)
	})
	notes.Flush()
	return code
}

// guarded turns a panic, which should not happen, into a clear text.
func guarded(stderr io.Writer, work func() int) (code int) {
	defer func() {
		if r := recover(); r != nil {
			fmt.Fprintf(stderr, "coldcurve: internal error: %v\nThis is a fault of the program; please report it with the command and this text.\n%s", r, debug.Stack())
			code = exitFailed
		}
	}()
	return work()
}

func execute(ctx context.Context, args []string, a *app) error {
	root := newRoot(a)
	root.SetArgs(args)
	root.SetIn(a.stdin)
	root.SetOut(a.stdout)
	root.SetErr(a.stderr)
	return root.ExecuteContext(ctx)
}

// exitCode maps an error to the exit codes. What cobra itself refuses is wrong
// usage.
func exitCode(err error) int {
	var command commandError
	var usage usageError
	var input *experiments.InputError
	var threshold thresholdError
	var refused *folder.Refused
	var long *spec.TooLong
	switch {
	case errors.As(err, &threshold):
		return exitThreshold
	case errors.As(err, &usage), errors.As(err, &input), errors.As(err, &refused), errors.As(err, &long), errors.Is(err, syscall.ENAMETOOLONG), !errors.As(err, &command):
		return exitUsage
	}
	return exitFailed
}

// checkedWriter remembers the first error, which those who print a help text
// do not look at.
type checkedWriter struct {
	w   io.Writer
	err error
}

func (c *checkedWriter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	if err != nil && c.err == nil {
		c.err = err
	}
	return n, err
}

// usage marks an error as the user's, unless it is the machine's.
func usage(err error) error {
	if err == nil || fault.Machine(err) {
		return err
	}
	return usageError{err}
}

// app is what the commands share.
type app struct {
	stdin          io.Reader
	stdout, stderr io.Writer // for people: text only
	data           io.Writer // standard output for traces, byte by byte unless it is a terminal
	bar            io.Writer // where the bar of progress is drawn, if it is a terminal
	kept           *kept
}

// note prints a line for the user, on stderr.
func (a *app) note(format string, args ...any) {
	fmt.Fprintln(a.stderr, spec.Shorten(fmt.Sprintf(format, args...)))
}

const rootHelp = `coldcurve replays a trace of serverless invocations, real or synthetic, through a
deterministic simulation of a platform, and prices what happened: one run yields
a latency curve and a bill.

Data goes to stdout, all else to stderr. Exit codes:
  0  done
  1  failed: the machine, the disk, a fault of the program
  2  wrong usage or input: a flag, the experiment, a trace, a tariff
  3  a threshold was crossed: no row or plan meets the SLO, no plan serves every
     request, a tolerance is exceeded
  130, 143  interrupted by SIGINT, by SIGTERM; a second signal ends it at once`

func newRoot(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:   "coldcurve",
		Short: "What will this serverless workload cost, and how slow will it be?",
		Long:  rootHelp,
		Example: `  coldcurve estimate --requests 3M/month --duration 120ms --memory 1536MB
  coldcurve optimize --logs last-month.log --slo 'p99 <= 2s'
  coldcurve run experiments/quickstart.toml
  coldcurve list policies --long`,
		SilenceUsage:  true,
		SilenceErrors: true,
		Version:       versions(),
	}
	root.SetVersionTemplate("{{.Version}}")
	root.SetUsageTemplate(strings.ReplaceAll(root.UsageTemplate(), ".FlagUsages ", fmt.Sprintf(".FlagUsagesWrapped %d ", helpWidth)))
	for _, g := range []struct {
		id, title string
		commands  []*cobra.Command
	}{
		{"bill", "A bill, from logs or a guess:", []*cobra.Command{newEstimate(a), newOptimize(a)}},
		{"experiment", "Experiments:", []*cobra.Command{newRun(a), newMerge(a), newCompare(a), newCheck(a), newExplain(a), newClean(a)}},
		{"data", "What goes in:", []*cobra.Command{newList(a), newTrace(a), newTariff(a), newCalibrate(a), newApp(a), newPolicy(a)}},
	} {
		root.AddGroup(&cobra.Group{ID: g.id, Title: g.title})
		for _, c := range g.commands {
			c.GroupID = g.id
			root.AddCommand(c)
		}
	}
	root.AddCommand(newVersion(a))
	group(root)
	complete(root)
	suggestFlags(root)
	return root
}

// helpWidth is how many columns the help takes at most.
const helpWidth = 100

// group makes a command that only holds others print its help, and refuse an
// argument that is none of them.
func group(c *cobra.Command) {
	c.Args = cobra.ArbitraryArgs
	c.RunE = func(c *cobra.Command, args []string) error {
		if len(args) == 0 {
			return c.Help()
		}
		var names []string
		for _, sub := range c.Commands() {
			if sub.IsAvailableCommand() || sub.Name() == "help" {
				names = append(names, sub.Name())
			}
		}
		return usageError{errors.New(spec.Unknown("command", args[0], names))}
	}
}

// suggestFlags makes the errors about flags name the nearest flag.
func suggestFlags(root *cobra.Command) {
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		word, ok := strings.CutPrefix(err.Error(), "unknown flag: --")
		var value *pflag.InvalidValueError
		if errors.As(err, &value) {
			return usageError{fmt.Errorf("--%s: found %q, want %s; see %s --help", value.GetFlag().Name, spec.Shorten(value.GetValue()), wanted(value), c.CommandPath())}
		}
		if !ok {
			return usageError{fmt.Errorf("%w; see %s --help", err, c.CommandPath())}
		}
		var names []string
		for _, line := range strings.Split(c.Flags().FlagUsages(), "\n") {
			if _, after, found := strings.Cut(line, "--"); found {
				names = append(names, strings.FieldsFunc(after, func(r rune) bool { return r == ' ' || r == '[' })[0])
			}
		}
		slices.Sort(names)
		if near, ok := spec.Nearest(word, names); ok {
			return usageError{fmt.Errorf("unknown flag --%s; did you mean --%s?", word, near)}
		}
		return usageError{fmt.Errorf("unknown flag --%s; see %s --help", word, c.CommandPath())}
	})
}

// own marks the errors of a command's work.
func own(work func(c *cobra.Command, args []string) error) func(*cobra.Command, []string) error {
	return func(c *cobra.Command, args []string) error {
		if err := work(c, args); err != nil {
			return commandError{err}
		}
		return nil
	}
}

// oneOf refuses a flag's value that is not among the known ones.
func oneOf(flag, value string, known []string) error {
	if slices.Contains(known, value) {
		return nil
	}
	return usageError{fmt.Errorf("--%s: %s", flag, spec.Unknown("value", value, known))}
}

// wanted says what value a flag takes: of numbers their range, in place of the words of
// the function that read them.
func wanted(e *pflag.InvalidValueError) string {
	switch kind := e.GetFlag().Value.Type(); kind {
	case "int", "int64":
		return fmt.Sprintf("a whole number up to %d", int64(math.MaxInt64))
	case "uint", "uint64":
		return fmt.Sprintf("a whole number from 0 to %d", uint64(math.MaxUint64))
	case "bool":
		return "true or false"
	}
	return e.Unwrap().Error()
}
