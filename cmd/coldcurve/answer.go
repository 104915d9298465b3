package main

import (
	"context"
	"errors"
	"io"
	"path/filepath"
	"strings"
	"sync"

	"github.com/spf13/cobra"

	"github.com/coldcurve/coldcurve/experiments/estimate"
	"github.com/coldcurve/coldcurve/results"
)

// answer is an estimate or an advice.
type answer interface {
	Write(ctx context.Context, f *results.SummaryFolder) error
	Render(w io.Writer, format string) error
}

// answerer makes one of the two.
type answerer struct {
	kind results.SummaryKind // of its folder
	page string              // in the folder
	// answer also says why it crosses a threshold; empty: it does not.
	answer func(ctx context.Context, in *estimate.Input, o estimate.Options) (what answer, crossed string, err error)
}

// outputFlags say what is left of an estimate or an advice.
type outputFlags struct {
	format string
	dir    string
	force  bool
}

func (o *outputFlags) register(c *cobra.Command) {
	c.Flags().StringVar(&o.format, "format", "text", "what is printed: "+strings.Join(estimate.Formats(), ", "))
	c.Flags().StringVarP(&o.dir, "output", "o", "", "folder for the page, plots, text, CSV and JSON (default: none)")
	c.Flags().BoolVar(&o.force, "force", false, "replace the folder of another one of its kind, and leave files in it that none wrote")
}

// answer answers what flags, a file or logs ask, writes it into the folder that
// was asked for, and prints it.
func (a *app) answer(ctx context.Context, args []string, f *loadFlags, o *outputFlags, by answerer) error {
	return a.answered(ctx, o, by.kind, by.page, func(far *stages) (what answer, crossed string, err error) {
		in, err := a.input(ctx, args, f, far)
		if err != nil {
			return nil, "", err
		}
		defer func() { err = errors.Join(err, in.Close()) }()
		return by.answer(ctx, in, estimate.Options{Tariffs: f.tariffs, Regions: f.regions, Workers: f.workers, Progress: &far.runs})
	})
}

// answered has an answer made, shows meanwhile how far it is, and writes and prints it.
// Whether its folder can be had is seen before any work.
func (a *app) answered(ctx context.Context, o *outputFlags, kind results.SummaryKind, page string, work func(far *stages) (answer, string, error)) (err error) {
	out, err := o.open(kind)
	if err != nil {
		return err
	}
	if out != nil {
		a.kept.nothing(out.Partial)
	}
	defer func() { err = errors.Join(err, closed(out)) }()
	far := new(stages)
	stop := sync.OnceFunc(a.show(far))
	defer stop()
	what, crossed, err := work(far)
	stop()
	if err != nil {
		return err
	}
	return a.deliver(ctx, out, o, page, what, crossed)
}

// open looks, before any work, whether the folder that was asked for may hold what
// comes; nil: none was.
func (o *outputFlags) open(kind results.SummaryKind) (*results.SummaryFolder, error) {
	if err := oneOf("format", o.format, estimate.Formats()); err != nil {
		return nil, err
	}
	if o.dir == "" {
		return nil, nil
	}
	return results.OpenSummaryFolder(o.dir, o.force, kind)
}

func closed(out *results.SummaryFolder) error {
	if out == nil {
		return nil
	}
	return out.Close()
}

// deliver writes an answer into its folder, if there is one, and prints it.
func (a *app) deliver(ctx context.Context, out *results.SummaryFolder, o *outputFlags, page string, what answer, crossed string) error {
	if out != nil {
		if err := what.Write(ctx, out); err != nil {
			return err
		}
		a.kept.is(func() string { return "interrupted; the results are in " + o.dir })
		a.note("results: %s", filepath.Join(o.dir, page))
	}
	if err := what.Render(a.stdout, o.format); err != nil {
		return err
	}
	if crossed != "" {
		return thresholdError{errors.New(crossed)}
	}
	return nil
}
