package results

import (
	"fmt"
	"html/template"
	"regexp"
	"strings"

	"github.com/coldcurve/coldcurve/results/pages"
)

// svgStyles are the style attributes of an SVG.
var svgStyles = regexp.MustCompile(`\sstyle="([^"]*)"`)

// attributes makes attributes of a style, since a page's policy allows none:
// what a drawing has are properties that stand as attributes as well.
func attributes(style string) string {
	var b strings.Builder
	for _, property := range strings.Split(svgStyles.FindStringSubmatch(style)[1], ";") {
		if name, value, ok := strings.Cut(property, ":"); ok {
			fmt.Fprintf(&b, ` %s="%s"`, name, value)
		}
	}
	return b.String()
}

// pageColours turns the colours of a drawing into the page's.
var pageColours = strings.NewReplacer(
	"#1A1A1A", "currentColor", "#FFFFFF", "var(--paper)", "#DDDDDD", "var(--grid)", "#777777", "var(--grey)",
	"#0072B2", "var(--c0)", "#D55E00", "var(--c1)", "#009E73", "var(--c2)", "#CC79A7", "var(--c3)", "#E69F00", "var(--c4)", "#56B4E9", "var(--c5)", "#555555", "var(--c6)",
	`xmlns:xlink="http://www.w3.org/1999/xlink"`, "", "font-family:'Liberation Sans',Arimo,Helvetica,Arial,sans-serif;", "",
)

// OnPage returns the figure for use on a page: as wide as there is room, in the page's
// colours, with its data.
func (f *Figure) OnPage() (pages.Figure, error) {
	drawn, width, err := f.svg(ScreenSize)
	if err != nil {
		return pages.Figure{}, err
	}
	svg := string(drawn)
	start, view := strings.Index(svg, "<svg"), strings.Index(svg, "viewBox")
	if start < 0 || view < start {
		return pages.Figure{}, fmt.Errorf("drawing %s: the SVG has no viewBox", f.Name)
	}
	svg = fmt.Sprintf(`<svg role="img" aria-label="%s" width="%.0f" `, template.HTMLEscapeString(f.Title), float64(width)*1.75) + svg[view:]
	svg = svgStyles.ReplaceAllStringFunc(pageColours.Replace(svg), attributes)
	out := pages.Figure{Name: f.Name, Title: f.Title, Caption: f.Caption, File: "plots/" + f.Name + ".svg", SVG: template.HTML(svg)}
	if f.chart != nil {
		out.Chart = f.chart()
	}
	return out, nil
}

// onPage returns figures for a page.
func onPage(figures []*Figure) (out []pages.Figure, err error) {
	for _, f := range figures {
		shown, err := f.OnPage()
		if err != nil {
			return nil, err
		}
		out = append(out, shown)
	}
	return out, nil
}
