package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/coldcurve/coldcurve/applications"
	"github.com/coldcurve/coldcurve/applications/draw"
	"github.com/coldcurve/coldcurve/internal/folder"
)

const appDrawHelp = `Draw an application as an SVG that needs nothing beside itself: triggers, flows with
their steps in frames, functions, and the services that they call. Nothing is run; the
report of a run has the same drawing with times and costs on it.

Values that are still to be filled in ("?") do not hinder it.`

func newAppDraw(a *app) *cobra.Command {
	var output string
	var width float64
	c := &cobra.Command{
		Use:   "draw FILE",
		Short: "Draw an application file as SVG",
		Long:  appDrawHelp,
		Example: `  coldcurve app draw alerts.app.toml -o alerts.svg
  coldcurve app draw alerts.app.toml --width 380 > alerts.svg`,
		Args: cobra.ExactArgs(1),
		RunE: own(func(_ *cobra.Command, args []string) error { return a.drawApplication(args[0], output, width) }),
	}
	c.Flags().StringVarP(&output, "output", "o", "", "file to write (default: standard output)")
	c.Flags().Float64Var(&width, "width", 760, "that it should not exceed, in CSS pixels; 380 is a telephone's")
	return c
}

func (a *app) drawApplication(file, output string, width float64) error {
	if !(width >= 100 && width <= 10_000) {
		return usageError{fmt.Errorf("--width: found %v, want 100 to 10000", width)}
	}
	known, err := a.readApplication(file)
	var unfilled *applications.Unfilled
	if err != nil && !errors.As(err, &unfilled) {
		return err
	}
	d := draw.Of(known)
	d.Width = width
	svg := draw.SVG(d)
	if output == "" || output == "-" {
		_, err := a.stdout.Write(svg)
		return err
	}
	if err := a.writeWhole(output, svg); err != nil {
		return usage(fmt.Errorf("writing the drawing: %w", err))
	}
	return nil
}

// writeWhole writes a file so that it is there whole or not at all; the caller says what
// was being written.
func (a *app) writeWhole(path string, data []byte) error {
	a.kept.writes(path)
	f, err := os.CreateTemp(folder.Temp(path))
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Chmod(0o644), f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}
