package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// errShare says that a package has less than the asked share killed.
var errShare = errors.New("less than the asked share is killed")

func main() {
	err := run(os.Args[1:], os.Stdout, os.Stderr)
	code := 0
	switch {
	case errors.Is(err, errShare):
		code = 3
	case errors.Is(err, flag.ErrHelp), errors.Is(err, errUsage):
		code = 2
	case err != nil:
		code = 1
	}
	if code != 0 && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "mutate:", err)
	}
	os.Exit(code)
}

var errUsage = errors.New("wrong usage")

// options are the flags.
type options struct {
	min        float64
	workers    int
	skip, only *regexp.Regexp
	args       []string // of the tests' program
}

func run(args []string, stdout, stderr io.Writer) error {
	var o options
	flags := flag.NewFlagSet("mutate", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Float64Var(&o.min, "min", 0, "fail where less than this `percentage` of the changes is killed")
	flags.IntVar(&o.workers, "workers", 2, "changes that are tried at the same time")
	pattern := func(to **regexp.Regexp) func(string) error {
		return func(s string) (err error) { *to, err = regexp.Compile(s); return err }
	}
	flags.Func("skip", "leave files whose name matches this `regexp` as they are", pattern(&o.skip))
	flags.Func("only", "try only changes whose file:line:column matches this `regexp`", pattern(&o.only))
	flags.Func("args", "give the tests' program these `arguments`", func(s string) error { o.args = strings.Fields(s); return nil })
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return err
	} else if err != nil {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	if flags.NArg() == 0 || o.workers < 1 {
		return fmt.Errorf("%w: want at least one package, and one worker", errUsage)
	}
	var short error
	for _, name := range flags.Args() {
		name = filepath.ToSlash(filepath.Clean(name))
		share, err := o.measure(name, stdout, stderr)
		if err != nil {
			return err
		}
		if share < o.min {
			short = errors.Join(short, fmt.Errorf("%s: %.1f %% of the changes are killed, want %g %%: %w", name, share, o.min, errShare))
		}
	}
	return short
}

// measure tries the changes of one package, prints those that survive, and
// returns the percentage that is killed.
func (o options) measure(name string, stdout, stderr io.Writer) (float64, error) {
	start := time.Now()
	t, err := load("./" + name)
	if err != nil {
		return 0, err
	}
	scratch, err := os.MkdirTemp("", "mutate")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(scratch)
	mutants, files := t.rewrite(o.skip)
	program, err := t.build(files, scratch)
	if err != nil {
		return 0, err
	}
	h := hunt{program: program, args: o.args, dir: t.dir, scratch: scratch}
	if err := h.survey(len(mutants)); err != nil {
		return 0, fmt.Errorf("%s: %w", name, err)
	}
	var ids []int
	for i, m := range mutants {
		if o.only == nil || o.only.MatchString(m.place()) {
			ids = append(ids, i+1)
		}
	}
	fmt.Fprintf(stderr, "%s: %d changes, %d tests\n", name, len(ids), len(h.checks))
	fates, err := h.tryAll(ids, o.workers, func(done int) {
		if done%100 == 0 {
			fmt.Fprintf(stderr, "%s: %d tried, %s\n", name, done, time.Since(start).Round(time.Second))
		}
	})
	if err != nil {
		return 0, fmt.Errorf("%s: %w", name, err)
	}
	var count [unreached + 1]int
	for i, f := range fates {
		count[f]++
		m := mutants[ids[i]-1]
		switch f {
		case survived:
			fmt.Fprintf(stdout, "survived     %s  %s\n", m.place(), m.what)
		case unreached:
			fmt.Fprintf(stdout, "not reached  %s  %s\n", m.place(), m.what)
		}
	}
	share := 100.0
	if len(ids) > 0 {
		share = 100 * float64(count[killed]) / float64(len(ids))
	}
	fmt.Fprintf(stdout, "%s: %.1f %% of %d changes killed, %d survived, %d not reached\n", name, share, len(ids), count[survived], count[unreached])
	fmt.Fprintf(stderr, "%s: %s\n", name, time.Since(start).Round(time.Second))
	return share, nil
}

// place is where the change is made, with the package's folder.
func (m mutant) place() string {
	return fmt.Sprintf("%s/%s:%d:%d", filepath.Base(filepath.Dir(m.pos.Filename)), filepath.Base(m.pos.Filename), m.pos.Line, m.pos.Column)
}
