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
	return c.write(ctx, f, j, plotted, size)
}

// WriteCheck is Write of what a gate found, of an experiment's file, with the plot of
// what is held, and in its formats: junit.xml, check.md, annotations.txt (see RenderCheck).
func (c *Comparison) WriteCheck(ctx context.Context, f *SummaryFolder, j *Judgement, file string, size PlotSize) error {
	var held []string
	for _, t := range j.Tolerances {
		held = append(held, t.Metric)
	}
	as := func(format string) func(io.Writer) error {
		return func(w io.Writer) error { return c.RenderCheck(w, format, file, j) }
	}
	return c.write(ctx, f, j, held, size, OutputFile{"junit.xml", as("junit")}, OutputFile{"check.md", as("markdown")}, OutputFile{"annotations.txt", as("github")})
}

func (c *Comparison) write(ctx context.Context, f *SummaryFolder, j *Judgement, plotted []string, size PlotSize, more ...OutputFile) error {
	figure := c.Figure(plotted)
	files := append([]OutputFile{
		{"compare.html", func(w io.Writer) error { return c.page(w, j, figure) }},
		{"differences.csv", func(w io.Writer) error { return c.Render(w, "csv", j) }},
	}, more...)
	return f.WriteAll(ctx, c.B.Version, func(w io.Writer) error { return c.Render(w, "json", j) }, append(files, PlotFiles(size, figure)...))
}
