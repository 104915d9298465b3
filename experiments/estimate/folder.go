package estimate

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/coldcurve/coldcurve/experiments"
	"github.com/coldcurve/coldcurve/internal/folder"
	"github.com/coldcurve/coldcurve/results"
)

// manifest tells a folder of an estimate or of an advice from others, and lists
// its files. One of the digests is there.
type manifest struct {
	Version  string          `json:"version"`                   // of the program
	Estimate string          `json:"estimate_digest,omitempty"` // of estimate.json: it tells one estimate from another
	Advice   string          `json:"advice_digest,omitempty"`   // of optimize.json
	Files    []results.Input `json:"files"`
}

// digest is that of one of the kinds.
func (m *manifest) digest(k folderKind) *string {
	if k == adviceFolder {
		return &m.Advice
	}
	return &m.Estimate
}

// folderKind is what a folder holds.
type folderKind int

const (
	estimateFolder folderKind = iota
	adviceFolder
)

func (k folderKind) String() string {
	if k == adviceFolder {
		return "an advice"
	}
	return "an estimate"
}

// in returns the digest of what a manifest is of; "" where that is another kind.
func (k folderKind) in(data []byte) string {
	var m manifest
	if json.Unmarshal(data, &m) != nil {
		return ""
	}
	return *m.digest(k)
}

// Folder is where an estimate or an advice is written. It must be closed.
type Folder struct {
	*folder.Folder
	force bool
	kind  folderKind
}

// OpenFolder looks whether dir may hold an estimate, before there is one: where
// it is there and holds something else, the error is an *experiments.InputError.
// Another estimate is replaced with force; files that no estimate wrote stay.
func OpenFolder(dir string, force bool) (*Folder, error) {
	return openFolder(dir, force, estimateFolder)
}

// OpenAdviceFolder is OpenFolder for an advice.
func OpenAdviceFolder(dir string, force bool) (*Folder, error) {
	return openFolder(dir, force, adviceFolder)
}

func openFolder(dir string, force bool, k folderKind) (*Folder, error) {
	f, err := folder.Open(dir, folder.Kind{Name: "folder of " + k.String(), Force: force, Holds: func(data []byte) error {
		if k.in(data) == "" {
			return fmt.Errorf("is there and its %s is not one of %s; choose another with -o", folder.Manifest, k)
		}
		return nil
	}})
	if err != nil {
		return nil, refused(err)
	}
	return &Folder{f, force, k}, nil
}

// refused marks a folder that the user has to choose anew as wrong input.
func refused(err error) error {
	var r *folder.Refused
	if errors.As(err, &r) {
		return &experiments.InputError{Err: err}
	}
	return err
}

// outputFile is a file of a folder and how it is made.
type outputFile struct {
	name   string
	render func(io.Writer) error
}

// write puts files into the folder, as a whole or not at all. The summary, as
// JSON in a file of that name, tells what the folder holds.
func (f *Folder) write(ctx context.Context, name string, summary func(w io.Writer, format string) error, files []outputFile) error {
	var text bytes.Buffer
	if err := summary(&text, "json"); err != nil {
		return err
	}
	sum := sha256.Sum256(text.Bytes())
	m := manifest{Version: experiments.Version}
	*m.digest(f.kind) = "sha256:" + hex.EncodeToString(sum[:])
	old, err := f.Manifest()
	if err != nil {
		return fmt.Errorf("looking at the output folder: %w", err)
	}
	if old != nil && !f.force && f.kind.in(old) != *m.digest(f.kind) {
		return &experiments.InputError{Err: fmt.Errorf("output folder %s holds %s of another question; choose another with -o, or replace it with --force", f.Dir, f.kind)}
	}
	files = append(files, outputFile{name, func(w io.Writer) error { _, err := w.Write(text.Bytes()); return err }})
	return refused(f.Publish(func(fresh string) error {
		return results.WriteFolder(ctx, fresh, func(out *results.Folder) error { return fill(out, m, files) })
	}))
}

// fill makes the files of the folder, the manifest last.
func fill(out *results.Folder, m manifest, files []outputFile) error {
	for _, f := range files {
		if err := out.Write(f.name, f.render); err != nil {
			return err
		}
	}
	m.Files = out.Files
	return out.Write(folder.Manifest, func(w io.Writer) error {
		j := json.NewEncoder(w)
		j.SetIndent("", "  ")
		return j.Encode(m)
	})
}

// plots are the files of figures at a size.
func plots(figures []*results.Figure, size results.PlotSize) (files []outputFile) {
	for _, f := range figures {
		for _, file := range f.Files(size) {
			files = append(files, outputFile{"plots/" + file.Name, file.Write})
		}
	}
	return files
}

// Write puts the estimate into its folder, as a whole or not at all: page, text,
// CSV of the bills and of the curves, plots, JSON, and the manifest.
func (e *Estimate) Write(ctx context.Context, f *Folder) error {
	return f.write(ctx, "estimate.json", e.Render, append([]outputFile{
		{"estimate.html", e.Page},
		{"estimate.txt", func(w io.Writer) error { return e.Render(w, "text") }},
		{"bills.csv", func(w io.Writer) error { return e.Render(w, "csv") }},
		{"breakeven.csv", e.curves},
	}, plots(e.figures(), e.PlotSize)...))
}

// Write puts the advice into its folder, as a whole or not at all: page, text,
// CSV of the plans and of the bills of those that were simulated most, plots,
// JSON, and the manifest.
func (a *Advice) Write(ctx context.Context, f *Folder) error {
	return f.write(ctx, "optimize.json", a.Render, append([]outputFile{
		{"optimize.html", a.Page},
		{"optimize.txt", func(w io.Writer) error { return a.Render(w, "text") }},
		{"candidates.csv", func(w io.Writer) error { return a.Render(w, "csv") }},
		{"bills.csv", a.bills().csv},
	}, plots(a.figures(), a.PlotSize)...))
}

// bills are those of the last round and of the services.
func (a *Advice) bills() *Estimate {
	e := &Estimate{Today: a.Today, Services: a.Services, ServicesSum: a.ServicesSum}
	for _, c := range a.ranked() {
		if c.Plan != nil {
			e.Plans = append(e.Plans, *c.Plan)
		}
	}
	return e
}

// curves writes the break-even curves: a row a point, and a row a crossing.
func (e *Estimate) curves(w io.Writer) error {
	c := csv.NewWriter(w)
	rows := [][]string{{"plan", "kind", "requests_per_second", "cost", "currency", "crosses", "load_low", "load_high"}}
	if b := e.Crossings; b != nil {
		for _, curve := range b.Curves {
			for i := range curve.Load {
				rows = append(rows, []string{curve.Plan, string(curve.Kind), cell(curve.Load[i]), cell(curve.Cost[i]), curve.Currency, "", "", ""})
			}
		}
		for _, x := range b.Crossings {
			row := []string{x.Below, "", cell(x.Load), cell(x.Cost), x.Currency, x.Above, "", ""}
			if x.Interval != nil {
				row[6], row[7] = cell(x.Interval.Low), cell(x.Interval.High)
			}
			rows = append(rows, row)
		}
	}
	if err := c.WriteAll(rows); err != nil {
		return err
	}
	return c.Error()
}
