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
	"strings"
)

// ManifestFile is the name of the manifest in a result folder.
const ManifestFile = "manifest.json"

// replicationsFile is what Compare reads.
const replicationsFile = "replications.parquet"

// Write writes the result folder's files into dir, which exists: cells.csv,
// cells.parquet, replications.parquet, functions.parquet, timeseries.parquet,
// bill.csv, differences.csv where there is a reference, plots/, report.html,
// and last manifest.json with the digests of the others. The caller gives a
// fresh folder and renames it into place afterwards. The bytes depend on the
// set alone; every error of writing is returned, and that of ctx soon after it
// is done.
//
// In the CSV files a text that starts with = + - @ a tab or a carriage return
// has an apostrophe before it, so that no spreadsheet takes it for a formula;
// the Parquet files have the text as it is.
func (s *Set) Write(ctx context.Context, dir string) error {
	rows, err := s.Rows()
	if err != nil {
		return err
	}
	figures, err := s.Figures(rows)
	if err != nil {
		return err
	}
	f := &folder{ctx: ctx, dir: dir}
	worst := newWorstFunctions(s)
	for _, file := range s.tables(ctx, rows, worst) {
		if err := f.write(file.name, file.render); err != nil {
			return err
		}
	}
	if len(figures) > 0 {
		if err := os.MkdirAll(filepath.Join(dir, "plots"), 0o777); err != nil {
			return fmt.Errorf("writing the results: %w", err)
		}
	}
	for _, g := range figures {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := f.write("plots/"+g.Name+".svg", g.WriteSVG); err != nil {
			return err
		}
		if err := f.write("plots/"+g.Name+".png", g.WritePNG); err != nil {
			return err
		}
	}
	if err := f.write("report.html", func(w io.Writer) error { return s.report(w, rows, figures, worst) }); err != nil {
		return err
	}
	m := s.Manifest
	m.Files = f.files
	return f.write(ManifestFile, m.write)
}

// outputFile is a file of the folder and how it is made.
type outputFile struct {
	name   string
	render func(io.Writer) error
}

// tables lists the CSV and Parquet files.
func (s *Set) tables(ctx context.Context, rows []Row, worst *worstFunctions) []outputFile {
	asCSV := func(sh *sheet) func(io.Writer) error {
		return func(w io.Writer) error { return writeCSV(w, sh.until(ctx)) }
	}
	asParquet := func(sh *sheet) func(io.Writer) error {
		return func(w io.Writer) error { return writeParquet(w, sh.until(ctx)) }
	}
	out := []outputFile{
		{"cells.csv", asCSV(s.cellsSheet(rows))},
		{"cells.parquet", asParquet(s.cellsSheet(rows))},
		{replicationsFile, asParquet(s.replicationsSheet(rows))},
		{"functions.parquet", asParquet(s.functionsSheet(worst.observe))},
		{"timeseries.parquet", asParquet(s.seriesSheet())},
		{"bill.csv", asCSV(s.billSheet())},
	}
	if s.Reference != nil {
		out = append(out, outputFile{"differences.csv", asCSV(s.differencesSheet(rows, s.Differences(rows)))})
	}
	return out
}

// folder writes files and keeps their digests.
type folder struct {
	ctx   context.Context
	dir   string
	files []Input
}

// write makes one file of the folder.
func (f *folder) write(name string, render func(io.Writer) error) error {
	digest, err := WriteFile(f.ctx, filepath.Join(f.dir, filepath.FromSlash(name)), render)
	if err != nil {
		return err
	}
	f.files = append(f.files, Input{Name: name, Digest: digest})
	return nil
}

// WriteFile makes a file with what render writes, and returns its digest as
// sha256:…. Any error of writing, flushing, syncing to a full disk or closing
// is returned, and that of ctx once it is done.
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
	return "sha256:" + hex.EncodeToString(h.Sum(nil)), nil
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
