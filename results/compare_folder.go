package results

import (
	"context"
	"io"
)

// Comparisons is the kind of folder that Comparison.Write fills.
func Comparisons() SummaryKind {
	return SummaryKind{"a comparison", "another comparison", "comparison.json"}
}

// Write puts the comparison into its folder, of the kind Comparisons, as a whole or
// not at all: compare.html, differences.csv (as Render's csv), comparison.json, the
// plot of some metrics (see Figure) at a size, and the manifest.
func (c *Comparison) Write(ctx context.Context, f *SummaryFolder, j *Judgement, plotted []string, size PlotSize) error {
	figure := c.Figure(plotted)
	return f.WriteAll(ctx, c.B.Version, func(w io.Writer) error { return c.Render(w, "json", j) }, append([]OutputFile{
		{"compare.html", func(w io.Writer) error { return c.page(w, j, figure) }},
		{"differences.csv", func(w io.Writer) error { return c.Render(w, "csv", j) }},
	}, PlotFiles(size, figure)...))
}
