package results

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"strings"
)

//go:embed page.css
var pageStyle string

// PageStyle is the style of a page that holds tables and figures, such as
// report.html: by day, by night and on paper.
func PageStyle() template.CSS { return template.CSS(pageStyle) }

// Inline returns the figure for use within a page of PageStyle: as wide as
// there is room, in the page's colours.
func (f *Figure) Inline() (template.HTML, error) {
	var b bytes.Buffer
	if err := f.WriteSVG(&b); err != nil {
		return "", err
	}
	svg := b.String()
	start, view := strings.Index(svg, "<svg"), strings.Index(svg, "viewBox")
	if start < 0 || view < start {
		return "", fmt.Errorf("drawing %s: the SVG has no viewBox", f.Name)
	}
	svg = fmt.Sprintf(`<svg role="img" aria-label="%s" style="max-width:%.0fpx" `, template.HTMLEscapeString(f.Title), float64(f.w)*1.75) + svg[view:]
	svg = strings.NewReplacer(
		"#1A1A1A", "currentColor", "#FFFFFF", "var(--paper)", "#DDDDDD", "var(--grid)", "#777777", "var(--grey)",
		"#0072B2", "var(--c0)", "#D55E00", "var(--c1)", "#009E73", "var(--c2)", "#555555", "var(--c6)",
		`xmlns:xlink="http://www.w3.org/1999/xlink"`, "", "font-family:'Liberation Sans',Arimo,Helvetica,Arial,sans-serif;", "",
	).Replace(svg)
	return template.HTML(svg), nil
}
