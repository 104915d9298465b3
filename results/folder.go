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
	return WriteFolder(ctx, dir, func() ([]File, error) { return s.files(ctx) }, func(files []Input) File {
		m := s.Manifest
		m.Files = files
		return File{ManifestFile, m.write}
	})
}

// files lists the folder's files but the manifest, in the order in which they
// are written: the report shows what passed by on its way to the functions.
func (s *Set) files(ctx context.Context) ([]File, error) {
	rows, err := s.Rows()
	if err != nil {
		return nil, err
	}
	figures, err := s.Figures(rows)
	if err != nil {
		return nil, err
	}
	worst := newWorstFunctions(s)
	list := s.tables(ctx, rows, worst)
	for _, g := range figures {
		list = append(list, File{"plots/" + g.Name + ".svg", g.WriteSVG}, File{"plots/" + g.Name + ".png", g.WritePNG})
	}
	return append(list, File{"report.html", func(w io.Writer) error { return s.report(w, rows, figures, worst) }}), nil
}

// tables lists the CSV and Parquet files.
func (s *Set) tables(ctx context.Context, rows []Row, worst *worstFunctions) []File {
	asCSV := func(sh *sheet) func(io.Writer) error {
		return func(w io.Writer) error { return writeCSV(w, sh.until(ctx)) }
	}
	asParquet := func(sh *sheet) func(io.Writer) error {
		return func(w io.Writer) error { return writeParquet(w, sh.until(ctx)) }
	}
	out := []File{
		{"cells.csv", asCSV(s.cellsSheet(rows))},
		{"cells.parquet", asParquet(s.cellsSheet(rows))},
		{replicationsFile, asParquet(s.replicationsSheet(rows))},
		{"functions.parquet", asParquet(s.functionsSheet(worst.observe))},
		{"timeseries.parquet", asParquet(s.seriesSheet())},
		{"bill.csv", asCSV(s.billSheet())},
	}
	if s.Reference != nil {
		out = append(out, File{"differences.csv", asCSV(s.differencesSheet(rows, s.Differences(rows)))})
	}
	return out
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
