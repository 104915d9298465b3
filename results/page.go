package results

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"regexp"
	"strings"

	"github.com/coldcurve/coldcurve/costmodel"
)

//go:embed page.css
var pageStyle string

// Page is what makes a page of tables and figures, such as report.html, look
// and do something: by day, by night and on paper.
type Page struct {
	Style  template.CSS // the content of its one style element
	Script template.JS  // the content of its one script element; empty: it has none
	drawn  []string     // the contents of the style elements of its drawings
}

// NewPage returns a page with a script; empty: without.
func NewPage(script string) Page {
	return Page{Style: template.CSS(pageStyle), Script: template.JS(script)}
}

// svgStyle is the style element of a drawing.
var svgStyle = regexp.MustCompile(`<style>([^<]*)</style>`)

// draw returns a drawing for the page, which then lets its style apply.
func (p *Page) draw(svg []byte) template.HTML {
	if m := svgStyle.FindSubmatch(svg); m != nil {
		p.drawn = append(p.drawn, string(m[1]))
	}
	return template.HTML(svg)
}

// Policy is the element of the head that lets a browser apply this style and
// run this script, by their hashes (Content Security Policy, level 3), and
// nothing else: whatever a name may hold, it is neither run nor fetched.
func (p Page) Policy() template.HTML {
	policy := "default-src 'none'; base-uri 'none'; form-action 'none'; style-src " + hashSource(string(p.Style))
	for _, style := range p.drawn {
		policy += " " + hashSource(style)
	}
	if p.Script != "" {
		policy += "; script-src " + hashSource(string(p.Script))
	}
	return template.HTML(`<meta http-equiv="Content-Security-Policy" content="` + policy + `">`)
}

// hashSource is a hash source expression of the policy.
func hashSource(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// styles are the style attributes of an SVG.
var styles = regexp.MustCompile(`\sstyle="([^"]*)"`)

// attributes makes attributes of a style, since a page's policy allows none:
// what a drawing has are properties that stand as attributes as well.
func attributes(style string) string {
	var b strings.Builder
	for _, property := range strings.Split(styles.FindStringSubmatch(style)[1], ";") {
		if name, value, ok := strings.Cut(property, ":"); ok {
			fmt.Fprintf(&b, ` %s="%s"`, name, value)
		}
	}
	return b.String()
}

// Inline returns the figure for use within a Page: as wide as there is room, in
// the page's colours.
func (f *Figure) Inline() (template.HTML, error) {
	drawn, width, err := f.svg(ScreenSize)
	if err != nil {
		return "", err
	}
	svg := string(drawn)
	start, view := strings.Index(svg, "<svg"), strings.Index(svg, "viewBox")
	if start < 0 || view < start {
		return "", fmt.Errorf("drawing %s: the SVG has no viewBox", f.Name)
	}
	svg = fmt.Sprintf(`<svg role="img" aria-label="%s" width="%.0f" `, template.HTMLEscapeString(f.Title), float64(width)*1.75) + svg[view:]
	svg = strings.NewReplacer(
		"#1A1A1A", "currentColor", "#FFFFFF", "var(--paper)", "#DDDDDD", "var(--grid)", "#777777", "var(--grey)",
		"#0072B2", "var(--c0)", "#D55E00", "var(--c1)", "#009E73", "var(--c2)", "#555555", "var(--c6)",
		`xmlns:xlink="http://www.w3.org/1999/xlink"`, "", "font-family:'Liberation Sans',Arimo,Helvetica,Arial,sans-serif;", "",
	).Replace(svg)
	svg = styles.ReplaceAllStringFunc(svg, attributes)
	return template.HTML(svg), nil
}

// Grades says what the grades on the page mean.
func (Page) Grades() string { return costmodel.Grades }
