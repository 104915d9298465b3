package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/coldcurve/coldcurve/results"
)

// writeFigures writes each figure into a folder, as SVG and PNG. A figure that
// has nothing to show is nil.
func writeFigures(dir string, figures ...*results.Figure) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return usage(fmt.Errorf("making the folder for plots: %w", err))
	}
	for _, f := range figures {
		if f == nil {
			continue
		}
		if err := writeTo(filepath.Join(dir, f.Name+".svg"), f.WriteSVG); err != nil {
			return err
		}
		if err := writeTo(filepath.Join(dir, f.Name+".png"), f.WritePNG); err != nil {
			return err
		}
	}
	return nil
}

func writeTo(path string, write func(io.Writer) error) error {
	f, err := os.Create(path)
	if err != nil {
		return usage(fmt.Errorf("writing a plot: %w", err))
	}
	if err := errors.Join(write(f), f.Close()); err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	return nil
}
