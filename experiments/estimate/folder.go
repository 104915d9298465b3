package estimate

import (
	"context"
	"encoding/csv"
	"io"

	"github.com/coldcurve/coldcurve/experiments"
	"github.com/coldcurve/coldcurve/results"
)

// Estimates is the kind of folder that Estimate.Write fills.
func Estimates() results.SummaryKind {
	return results.SummaryKind{Name: "an estimate", Another: "an estimate of another question", Summary: "estimate.json"}
}

// Advices is the kind of folder that Advice.Write fills.
func Advices() results.SummaryKind {
	return results.SummaryKind{Name: "an advice", Another: "an advice of another question", Summary: "optimize.json"}
}

// Write puts the estimate into its folder, as a whole or not at all: page, text,
// CSV of the bills and of the curves, plots, JSON, and the manifest.
func (e *Estimate) Write(ctx context.Context, f *results.SummaryFolder) error {
	return f.WriteAll(ctx, experiments.Version, func(w io.Writer) error { return e.Render(w, "json") }, append([]results.OutputFile{
		{Name: "estimate.html", Render: e.Page},
		{Name: "estimate.txt", Render: func(w io.Writer) error { return e.Render(w, "text") }},
		{Name: "bills.csv", Render: func(w io.Writer) error { return e.Render(w, "csv") }},
		{Name: "breakeven.csv", Render: func(w io.Writer) error { return CurvesCSV(w, e.Crossings) }},
	}, results.PlotFiles(e.PlotSize, e.figures()...)...))
}

// Write puts the advice into its folder, as a whole or not at all: page, text,
// CSV of the plans and of the bills of those that were simulated most, plots,
// JSON, and the manifest.
func (a *Advice) Write(ctx context.Context, f *results.SummaryFolder) error {
	return f.WriteAll(ctx, experiments.Version, func(w io.Writer) error { return a.Render(w, "json") }, append([]results.OutputFile{
		{Name: "optimize.html", Render: a.Page},
		{Name: "optimize.txt", Render: func(w io.Writer) error { return a.Render(w, "text") }},
		{Name: "candidates.csv", Render: func(w io.Writer) error { return a.Render(w, "csv") }},
		{Name: "bills.csv", Render: a.bills().csv},
	}, results.PlotFiles(a.PlotSize, a.figures()...)...))
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

// CurvesCSV writes the break-even curves: a row a point, and a row a crossing; of none
// the header.
func CurvesCSV(w io.Writer, b *BreakEven) error {
	c := csv.NewWriter(w)
	rows := [][]string{{"plan", "kind", "requests_per_second", "cost", "currency", "crosses", "load_low", "load_high"}}
	if b != nil {
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
