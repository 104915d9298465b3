package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/coldcurve/coldcurve/internal/folder"
	"github.com/coldcurve/coldcurve/results"
)

// writeFigures writes each figure into a folder at a size, as SVG, PNG and PDF, all
// or none. A figure that has nothing to show is nil. A file that is there stays
// where it is the same; another is replaced by force alone.
func (a *app) writeFigures(dir string, force bool, size results.PlotSize, figures ...*results.Figure) error {
	files, err := renderFigures(size, figures)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return usage(fmt.Errorf("making the folder for plots: %w", err))
	}
	var todo []figureFile
	var taken []string
	for _, f := range files {
		old, err := os.ReadFile(filepath.Join(dir, f.name))
		switch {
		case err == nil && bytes.Equal(old, f.data):
			continue
		case err == nil && !force:
			taken = append(taken, f.name)
		case err != nil && !errors.Is(err, fs.ErrNotExist):
			return fmt.Errorf("writing a plot: %w", err)
		}
		a.kept.writes(filepath.Join(dir, f.name))
		todo = append(todo, f)
	}
	if len(taken) > 0 {
		return usageError{fmt.Errorf("the folder for plots, %s, has other files of their names: %s; choose another, or replace them with --force", dir, strings.Join(taken, ", "))}
	}
	return placeFigures(dir, todo, force)
}

// figureFile is a figure's file.
type figureFile struct {
	name string
	data []byte
}

func renderFigures(size results.PlotSize, figures []*results.Figure) (files []figureFile, err error) {
	for _, f := range figures {
		if f == nil {
			continue
		}
		for _, file := range f.Files(size) {
			var b bytes.Buffer
			if err := file.Write(&b); err != nil {
				return nil, fmt.Errorf("drawing %s: %w", file.Name, err)
			}
			files = append(files, figureFile{file.Name, b.Bytes()})
		}
	}
	return files, nil
}

// placeFigures writes the files beside their places and then renames them.
func placeFigures(dir string, files []figureFile, force bool) (err error) {
	var temps []string
	defer func() {
		for _, temp := range temps {
			if gone := os.Remove(temp); gone != nil && !errors.Is(gone, fs.ErrNotExist) {
				err = errors.Join(err, gone)
			}
		}
	}()
	size := 0
	for _, f := range files {
		size += len(f.data)
	}
	for _, f := range files {
		temp, err := writeTemp(dir, f)
		if temp != "" {
			temps = append(temps, temp)
		}
		if err != nil {
			return folder.Lacks(fmt.Errorf("writing plot %s: %w", f.name, err), "all plots", int64(size), true)
		}
	}
	move := folder.Move
	if force {
		move = os.Rename
	}
	for i, f := range files {
		if err := move(temps[i], filepath.Join(dir, f.name)); err != nil {
			return fmt.Errorf("writing plot %s: %w", f.name, err)
		}
	}
	return nil
}

// writeTemp writes a file under a name of its own.
func writeTemp(dir string, f figureFile) (name string, err error) {
	file, err := os.CreateTemp(folder.Temp(filepath.Join(dir, f.name)))
	if err != nil {
		return "", err
	}
	_, err = file.Write(f.data)
	return file.Name(), errors.Join(err, file.Chmod(0o644), file.Close())
}

// plotSizeFlag is a flag for the size of plots.
type plotSizeFlag struct{ size results.PlotSize }

func (f *plotSizeFlag) String() string     { return string(cmp.Or(f.size, results.ScreenSize)) }
func (f *plotSizeFlag) Type() string       { return "size" }
func (f *plotSizeFlag) Set(s string) error { return f.size.UnmarshalText([]byte(s)) }

// registerPlotSize adds the flag.
func registerPlotSize(c *cobra.Command, f *plotSizeFlag) {
	c.Flags().Var(f, "plot-size", "for what place plots are laid out: "+strings.Join(results.PlotSizes(), ", ")+" (7.2, 7 and 3.4 in wide)")
}
