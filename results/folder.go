package results

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// ManifestFile is the name of the manifest in a result folder.
const ManifestFile = "manifest.json"

const (
	// ExperimentFile is the experiment as it was run, its changes by flags and
	// the values of presets written out: run again, it gives the same results.
	ExperimentFile = "experiment.toml"
	// SourceFile is the experiment's file as the user wrote it.
	SourceFile = "experiment.source.toml"
	// TariffsFile is the tariffs that priced it, in a folder for --tariffs.
	TariffsFile = "tariffs/used.toml"
	// ApplicationsFolder is where the files of applications are as the user wrote them;
	// ExperimentFile holds them.
	ApplicationsFolder = "applications"
	// replicationsFile is what Compare reads, with ExperimentFile and TariffsFile, and
	// cellsFile where intervals are over blocks.
	replicationsFile = "replications.parquet"
	cellsFile        = "cells.parquet"
)

// Write writes the result folder's files into dir, which exists: cells.csv,
// cells.parquet, replications.parquet, functions.parquet, timeseries.parquet,
// bill.csv, differences.csv where there is a reference, breakevens.csv where a
// load is swept, of applications steps.csv, events.csv, services.csv, calls.csv, tags.csv, limits.csv,
// costs.csv and application.svg, plots/, report.html, the experiment as it was run and as it was
// written, its tariffs, its applications as they were written, and last manifest.json with the digests of the others.
// The caller gives a
// fresh folder and renames it into place afterwards. The bytes depend on the
// set alone; every error of writing is returned, and that of ctx soon after it
// is done.
//
// In the CSV files a text that starts with = + - @ a tab or a carriage return
// has an apostrophe before it, so that no spreadsheet takes it for a formula;
// the Parquet files have the text as it is.
func (s *Set) Write(ctx context.Context, dir string) error {
	return WriteFolder(ctx, dir, s.fill)
}

// fill makes the files; the report shows what passed by on its way to the
// functions.
func (s *Set) fill(f *Folder) error {
	rows, err := s.Rows()
	if err != nil {
		return err
	}
	for _, file := range s.rowTables(rows) {
		if err := f.Write(file.Name, file.Render); err != nil {
			return err
		}
	}
	worst := newWorstFunctions(s)
	if err := f.writeTogether(s, slices.Concat(s.unitTables(worst), s.poolTables(rows), s.applicationTables())); err != nil {
		return err
	}
	if s.Reference != nil {
		if err := f.Write("differences.csv", asCSV(s.differencesSheet(rows, s.Differences(rows)))); err != nil {
			return err
		}
	}
	if s.loadPath() >= 0 {
		if err := f.Write("breakevens.csv", asCSV(s.breakEvensSheet(rows))); err != nil {
			return err
		}
	}
	if svg := s.drawing(rows); svg != nil {
		if err := f.Write("application.svg", asIs(svg)); err != nil {
			return err
		}
	}
	figures, err := s.Figures(rows)
	if err != nil {
		return err
	}
	for _, file := range PlotFiles(s.PlotSize, figures...) {
		if err := f.Write(file.Name, file.Render); err != nil {
			return err
		}
	}
	if err := f.Write("report.html", func(w io.Writer) error { return s.report(w, rows, figures, worst) }); err != nil {
		return err
	}
	texts := append([]Text{{ExperimentFile, s.Experiment}, {SourceFile, s.Source}, {TariffsFile, s.Tariffs}}, s.Applications...)
	for _, text := range texts {
		if text.Data == nil {
			continue
		}
		if err := f.Write(text.Name, asIs(text.Data)); err != nil {
			return err
		}
	}
	m := s.Manifest
	m.Span, m.Intervals = s.Span, s.covers(rows)
	m.Files = f.Files
	return f.Write(ManifestFile, m.write)
}

// Text is a file of a folder that is kept as it was given.
type Text struct {
	Name string // with /, from the folder
	Data []byte // nil: there is none
}

// OutputFile is a file of a folder and how it is made.
type OutputFile struct {
	Name   string // with /, from the folder
	Render func(io.Writer) error
}

// rowTables lists the CSV and Parquet files of what is known of each row.
func (s *Set) rowTables(rows []Row) []OutputFile {
	return []OutputFile{
		{"cells.csv", asCSV(s.cellsSheet(rows))},
		{cellsFile, asParquet(s.cellsSheet(rows))},
		{replicationsFile, asParquet(s.replicationsSheet(rows))},
	}
}

// unitTable is a file for which each unit is read, whole.
type unitTable struct {
	name   string
	render func(io.Writer, unitSource) error
}

// unitTables lists them; worst is shown the functions.
func (s *Set) unitTables(worst *worstFunctions) []unitTable {
	return []unitTable{
		{"functions.parquet", func(w io.Writer, units unitSource) error {
			return writeParquet(w, s.functionsSheet(units, worst.observe))
		}},
		{"timeseries.parquet", func(w io.Writer, units unitSource) error { return writeParquet(w, s.seriesSheet(units)) }},
		{"bill.csv", func(w io.Writer, units unitSource) error { return writeCSV(w, s.billSheet(units)) }},
	}
}

func asCSV(sh *sheet) func(io.Writer) error {
	return func(w io.Writer) error { return writeCSV(w, sh) }
}

func asIs(data []byte) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	}
}

func asParquet(sh *sheet) func(io.Writer) error {
	return func(w io.Writer) error { return writeParquet(w, sh) }
}

// writeTogether makes files of the units, of which each is loaded once.
func (f *Folder) writeTogether(s *Set, files []unitTable) error {
	made := make([]Input, len(files))
	consumers := make([]func(unitSource) error, len(files))
	for i, file := range files {
		consumers[i] = func(units unitSource) (err error) {
			made[i].Name = file.name
			made[i].Digest, err = f.file(file.name, func(w io.Writer) error { return file.render(w, units) })
			return err
		}
	}
	err := s.spread(consumers)
	f.Files = append(f.Files, made...)
	return err
}

// WriteFile makes a file with what render writes, and returns its digest as
// sha256:…. Any error of writing, flushing or closing is returned,
// and that of ctx once it is done. Who puts the folder in place syncs it.
func WriteFile(ctx context.Context, path string, render func(io.Writer) error) (digest string, err error) {
	file, err := os.Create(path)
	if err != nil {
		return "", fmt.Errorf("writing the results: %w", err)
	}
	defer func() {
		if e := file.Close(); e != nil && err == nil {
			err = fmt.Errorf("writing %s: %w", filepath.Base(path), e)
		}
	}()
	h := sha256.New()
	b := bufio.NewWriterSize(&untilDone{ctx, file}, 1<<16)
	if err := render(io.MultiWriter(b, h)); err != nil {
		return "", named(path, err)
	}
	if err := b.Flush(); err != nil {
		return "", named(path, err)
	}
	return sha256Prefix + hex.EncodeToString(h.Sum(nil)), nil
}

// untilDone writes for as long as a context lives.
type untilDone struct {
	ctx context.Context
	w   io.Writer
}

func (u *untilDone) Write(p []byte) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	return u.w.Write(p)
}

// named says which file an error is of, unless it says so itself.
func named(path string, err error) error {
	if name := filepath.Base(path); !strings.Contains(err.Error(), name) {
		return fmt.Errorf("%s: %w", name, err)
	}
	return err
}
