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

// manifest tells a folder of an estimate from others, and lists its files.
type manifest struct {
	Version  string          `json:"version"`         // of the program
	Estimate string          `json:"estimate_digest"` // of estimate.json: it tells one estimate from another
	Files    []results.Input `json:"files"`
}

// Folder is where an estimate is written. It must be closed.
type Folder struct {
	*folder.Folder
	force bool
}

// OpenFolder looks whether dir may hold an estimate, before there is one: where
// it is there and holds something else, the error is an *experiments.InputError.
// Another estimate is replaced with force; files that no estimate wrote stay.
func OpenFolder(dir string, force bool) (*Folder, error) {
	f, err := folder.Open(dir, folder.Kind{Name: "folder of an estimate", Force: force, Holds: func(data []byte) error {
		if digest := estimateIn(data); digest == "" {
			return fmt.Errorf("is there and its %s is not one of an estimate; choose another with -o", folder.Manifest)
		}
		return nil
	}})
	if err != nil {
		return nil, refused(err)
	}
	return &Folder{f, force}, nil
}

// estimateIn returns the digest of the estimate that a manifest is of.
func estimateIn(data []byte) string {
	var m manifest
	if json.Unmarshal(data, &m) != nil {
		return ""
	}
	return m.Estimate
}

// refused marks a folder that the user has to choose anew as wrong input.
func refused(err error) error {
	var r *folder.Refused
	if errors.As(err, &r) {
		return &experiments.InputError{Err: err}
	}
	return err
}

// Write puts the estimate into its folder, as a whole or not at all: page, text,
// CSV of the bills and of the curves, JSON, and the manifest.
func (e *Estimate) Write(ctx context.Context, f *Folder) error {
	var summary bytes.Buffer
	if err := e.Render(&summary, "json"); err != nil {
		return err
	}
	sum := sha256.Sum256(summary.Bytes())
	m := manifest{Version: experiments.Version, Estimate: "sha256:" + hex.EncodeToString(sum[:])}
	old, err := f.Manifest()
	if err != nil {
		return fmt.Errorf("looking at the output folder: %w", err)
	}
	if old != nil && !f.force && estimateIn(old) != m.Estimate {
		return &experiments.InputError{Err: fmt.Errorf("output folder %s holds another estimate; choose another with -o, or replace it with --force", f.Dir)}
	}
	return refused(f.Publish(func(fresh string) error {
		return results.WriteFolder(ctx, fresh, func(out *results.Folder) error { return e.fill(out, m, summary.Bytes()) })
	}))
}

// fill makes the files of the folder, the manifest last.
func (e *Estimate) fill(out *results.Folder, m manifest, summary []byte) error {
	for _, f := range []struct {
		name   string
		render func(io.Writer) error
	}{
		{"estimate.html", e.Page},
		{"estimate.txt", func(w io.Writer) error { return e.Render(w, "text") }},
		{"bills.csv", func(w io.Writer) error { return e.Render(w, "csv") }},
		{"breakeven.csv", e.curves},
		{"estimate.json", func(w io.Writer) error { _, err := w.Write(summary); return err }},
	} {
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
