package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/coldcurve/coldcurve/experiments"
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/sim"
)

// eventFlags say which events of a run are written, and where to.
type eventFlags struct {
	files                   []string
	cell, function, between string
	replication             int
}

func (f *eventFlags) register(c *cobra.Command) {
	fl := c.Flags()
	fl.StringArrayVar(&f.files, "events", nil, "file for the requests and instances of one cell: a name in .json for Perfetto or Chrome, in .otlp.json for OpenTelemetry, in .parquet (repeatable). The cell is simulated once more for it")
	fl.StringVar(&f.cell, "events-cell", "", "the cell of --events: its number from 1, or a part of its name (default: the only one)")
	fl.StringVar(&f.function, "events-function", "", "the function of --events (default: all)")
	fl.StringVar(&f.between, "events-window", "", "the part of the time that --events is of, as in 1h..1h10m (default: the window that is measured)")
	fl.IntVar(&f.replication, "events-replication", 1, "the replication of --events, from 1; in the files it counts from 0")
}

// eventsLook is what is to be written.
type eventsLook struct {
	cell   int
	events *results.Events
}

// of finds what is asked for in a plan, before it runs into a folder; nil: nothing is.
func (f *eventFlags) of(plan *experiments.Plan, dir string, force bool) (*eventsLook, error) {
	if len(f.files) == 0 {
		if f.cell != "" || f.function != "" || f.between != "" || f.replication != 1 {
			return nil, errors.New("--events-cell, --events-function, --events-window and --events-replication say what is in the file of --events, and there is none")
		}
		return nil, nil
	}
	for i, file := range f.files {
		if slices.Contains(f.files[:i], file) {
			return nil, fmt.Errorf("--events: %s is given twice", file)
		}
		if err := mayHoldEvents(file, dir, force); err != nil {
			return nil, fmt.Errorf("--events: %w", err)
		}
	}
	names := plan.CellNames()
	cell, err := results.CellNumber(names, f.cell)
	if err != nil {
		return nil, fmt.Errorf("--events-cell: %w", err)
	}
	if most := plan.MostReplications(); f.replication < 1 || f.replication > most {
		return nil, fmt.Errorf("--events-replication: found %d, want 1 to %d", f.replication, most)
	}
	e, err := plan.Events(cell, f.replication-1, f.function)
	if err != nil {
		return nil, fmt.Errorf("--events-function: %w", err)
	}
	if f.between != "" {
		end := e.To
		if e.From, e.To, err = parseBetween(f.between); err != nil {
			return nil, fmt.Errorf("--events-window: %w", err)
		}
		if e.From >= end {
			return nil, fmt.Errorf("--events-window: found %s, want a part of the time before the horizon, %s", f.between, spec.Duration(end))
		}
	}
	return &eventsLook{cell, e}, nil
}

// mayHoldEvents sees that events may be written to a file, before there are any: its
// name has a form, its folder is there and is not that of the results, and what stands
// in its place is events, or is replaced by force.
func mayHoldEvents(file, dir string, force bool) error {
	if _, err := results.EventsFormat(file); err != nil {
		return err
	}
	beside := filepath.Dir(file)
	if info, err := os.Stat(beside); err != nil || !info.IsDir() {
		return fmt.Errorf("%s: there is no folder %s", file, beside)
	}
	within, err := inside(file, dir)
	switch {
	case err != nil:
		return err
	case within:
		return fmt.Errorf("%s: want a file outside of the result folder %s, whose files are those of its manifest", file, dir)
	}
	info, err := os.Lstat(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return fmt.Errorf("%s: it is there, and no file", file)
	case !force && !results.HoldsEvents(file):
		return fmt.Errorf("%s: it is there and holds no events: nothing is written; --force replaces it", file)
	}
	return nil
}

// inside reports whether a folder is another, or within it.
func inside(folder, of string) (bool, error) {
	a, err := filepath.Abs(folder)
	if err != nil {
		return false, err
	}
	b, err := filepath.Abs(of)
	if err != nil {
		return false, err
	}
	rel, err := filepath.Rel(b, a)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator)), nil
}

// parseBetween reads a part of the time, as in 1h..1h10m.
func parseBetween(text string) (from, to sim.Time, err error) {
	a, b, ok := strings.Cut(text, "..")
	var x, y spec.Duration
	if !ok || x.UnmarshalText([]byte(a)) != nil || y.UnmarshalText([]byte(b)) != nil || x < 0 || y <= x {
		return 0, 0, fmt.Errorf("found %q, want two times from time 0 on, the second after the first, as in 1h..1h10m", text)
	}
	return sim.Time(x), sim.Time(y), nil
}

// writeEvents simulates the cell once more and writes each file, whole or not at all.
func (a *app) writeEvents(ctx context.Context, plan *experiments.Plan, look *eventsLook, f *eventFlags, found *results.Settled) error {
	if look == nil {
		return nil
	}
	plan, err := plan.WithReplications(ctx, max(f.replication, plan.Replications)) // of a run that goes on until it is precise
	if err == nil {
		plan, err = plan.WithWarmup(ctx, found)
	}
	if err != nil {
		return err
	}
	if found != nil && f.between == "" {
		look.events.From = found.From()
	}
	if _, err := plan.LookAt(ctx, look.cell, f.replication-1, look.events); err != nil {
		return err
	}
	if err := look.events.Done(); err != nil {
		return usageError{fmt.Errorf("--events: %w", err)}
	}
	for _, file := range f.files {
		write, err := results.EventsFormat(file)
		if err != nil {
			return err
		}
		var b bytes.Buffer
		if err := write(look.events, &b); err != nil {
			return err
		}
		if err := a.writeWhole(file, b.Bytes()); err != nil {
			return usage(fmt.Errorf("writing the events: %w", err))
		}
	}
	return nil
}
