package estimate

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/coldcurve/coldcurve/experiments"
	"github.com/coldcurve/coldcurve/results"
)

// summaryFile tells a folder of ours from others.
const summaryFile = "estimate.json"

// Write puts the estimate into a folder, as a whole or not at all: page, text,
// CSV of the bills and of the curves, JSON. A folder that is there is replaced
// where it holds the same estimate, or with force another one; never anything else.
func (e *Estimate) Write(dir string, force bool) error {
	var summary bytes.Buffer
	if err := e.Render(&summary, "json"); err != nil {
		return err
	}
	if err := mayReplace(dir, summary.Bytes(), force); err != nil {
		return err
	}
	partial, err := os.MkdirTemp(filepath.Dir(filepath.Clean(dir)), filepath.Base(dir)+".partial-")
	if err != nil {
		return fmt.Errorf("making the output folder: %w", err)
	}
	defer os.RemoveAll(partial) // it is gone unless something failed
	return experiments.Publish(dir, partial, func(fresh string) error {
		for _, f := range []struct {
			name   string
			render func(io.Writer) error
		}{
			{"estimate.html", e.Page},
			{"estimate.txt", func(w io.Writer) error { return e.Render(w, "text") }},
			{"bills.csv", func(w io.Writer) error { return e.Render(w, "csv") }},
			{"breakeven.csv", e.curves},
			{summaryFile, func(w io.Writer) error { _, err := w.Write(summary.Bytes()); return err }},
		} {
			if _, err := results.WriteFile(filepath.Join(fresh, f.name), f.render); err != nil {
				return err
			}
		}
		return nil
	})
}

// MayWrite reports an error where dir is there and is neither empty nor the
// folder of an estimate: Write would refuse it whatever the estimate says.
func MayWrite(dir string) error { return mayReplace(dir, nil, true) }

// mayReplace allows a folder of the same estimate, and with force that of any.
func mayReplace(dir string, summary []byte, force bool) error {
	return experiments.MayReplace(dir, "folder of an estimate", summaryFile, func(old []byte) error {
		var ours struct {
			Rate *float64 `json:"requests_per_second"`
		}
		if err := json.Unmarshal(old, &ours); err != nil || ours.Rate == nil {
			return fmt.Errorf("is there and its %s is not one of ours; choose another with -o", summaryFile)
		}
		if !force && !bytes.Equal(old, summary) {
			return errors.New("holds another estimate; choose another with -o, or replace it with --force")
		}
		return nil
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
