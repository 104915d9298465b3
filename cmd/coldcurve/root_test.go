package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/coldcurve/coldcurve/experiments"
)

// TestExitCode: who is to blame decides.
func TestExitCode(t *testing.T) {
	cause := errors.New("cause")
	for _, row := range []struct {
		err  error
		want int
	}{
		{cause, exitUsage}, // what cobra refuses is wrong usage
		{commandError{cause}, exitFailed},
		{commandError{usageError{cause}}, exitUsage},
		{commandError{fmt.Errorf("wrapped: %w", &experiments.InputError{Err: cause})}, exitUsage},
		{commandError{&experiments.Interrupted{Err: context.Canceled}}, exitFailed},
		{commandError{thresholdError{cause}}, exitThreshold},
	} {
		if got := exitCode(row.err); got != row.want {
			t.Errorf("%T %v: got %d, want %d", row.err, row.err, got, row.want)
		}
	}
}

// TestPanic: a fault of the program is an error with a clear text.
func TestPanic(t *testing.T) {
	var stderr strings.Builder
	code := guarded(&stderr, func() int { panic("no such thing") })
	if code != exitFailed || !strings.HasPrefix(stderr.String(), "coldcurve: internal error: no such thing\n") {
		t.Errorf("got %d and\n%s", code, stderr.String())
	}
}

// TestHelp: every command says what it is for, in lines that a terminal shows whole.
func TestHelp(t *testing.T) {
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		if c.Short == "" {
			t.Errorf("%s has no short help", c.CommandPath())
		}
		for line := range strings.Lines(c.Long + "\n" + c.UsageString()) { // with its flags and examples
			if n := utf8.RuneCountInString(strings.TrimRight(line, " \n")); n > helpWidth {
				t.Errorf("%s: a line of %d characters, want at most %d: %s", c.CommandPath(), n, helpWidth, line)
			}
		}
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk(newRoot(&app{}))
}

// TestQuote: a word as a shell reads it.
func TestQuote(t *testing.T) {
	for word, want := range map[string]string{
		"seed=2":      "seed=2",
		"title=a b":   "'title=a b'",
		"title=it's":  `'title=it'\''s'`,
		"":            "''",
		"x=[1, 2]":    "'x=[1, 2]'",
		"x=$(rm -rf)": "'x=$(rm -rf)'",
	} {
		if got := quote(word); got != want {
			t.Errorf("%q: got %s, want %s", word, got, want)
		}
	}
}

// TestFormatsAreOffered: each command that has --format has its values among
// what shells complete, and a default that is one of them.
func TestFormatsAreOffered(t *testing.T) {
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		if f := c.Flags().Lookup("format"); f != nil && !slices.Contains(formatsOf()[c.Name()], f.DefValue) {
			t.Errorf("%s: --format offers %q, want its values, such as %q", c.CommandPath(), formatsOf()[c.Name()], f.DefValue)
		}
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk(newRoot(&app{}))
}

// TestFlagsAreOffered: a flag whose values are words offers them, unless any word
// may stand there; a number has no words.
func TestFlagsAreOffered(t *testing.T) {
	free := []string{"api-tpot", "api-ttft", "as-of", "cache-hit", "cell", "change", "cpu-share", "currency", "cv", "duration", "events-cell", "events-function", "events-window", "fields", "from", "function", "horizon", "hours", "init", "memory", "needs", "part",
		"peak", "platform", "provider", "rate", "requests", "restore", "slo", "source", "span", "start", "to", "tokens-cv", "tokens-in", "tokens-out", "window"}
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		c.Flags().VisitAll(func(f *pflag.Flag) {
			if slices.Contains([]string{"bool", "int", "int64", "uint64", "float64"}, f.Value.Type()) {
				return
			}
			if _, offered := c.GetFlagCompletionFunc(f.Name); offered == slices.Contains(free, f.Name) {
				t.Errorf("%s: --%s offers something: %v", c.CommandPath(), f.Name, offered)
			}
		})
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk(newRoot(&app{}))
}
