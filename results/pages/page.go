package pages

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io/fs"
	"regexp"
	"strings"
)

//go:embed style/*.css script/*.js parts.html.tmpl
var files embed.FS

// styles and scripts are the files in the order in which they stand on the page: a
// later one builds on those before it.
var (
	styles  = []string{"colours", "base", "table", "figure", "stack", "narrow", "print"}
	scripts = []string{"element", "format", "theme", "rows", "sort", "choose", "pair", "scale", "shape", "chart", "read", "legend", "begin"}
)

// Page is what a page looks like and does.
type Page struct {
	Style  template.CSS // the content of its one style element
	Script template.JS  // the content of its one script element
	drawn  []string     // the contents of the style elements of its drawings
}

// New returns a page with the style and the script of them all.
func New() (Page, error) {
	style, err := joined("style/", styles, ".css")
	if err != nil {
		return Page{}, err
	}
	script, err := joined("script/", scripts, ".js")
	if err != nil {
		return Page{}, err
	}
	return Page{Style: template.CSS(style), Script: template.JS("(() => {\n\"use strict\";\n" + script + "})();\n")}, nil
}

// joined is the text of files, one after the other.
func joined(folder string, names []string, ending string) (string, error) {
	var b strings.Builder
	for _, name := range names {
		text, err := files.ReadFile(folder + name + ending)
		if err != nil {
			return "", fmt.Errorf("making a page: %w", err)
		}
		b.Write(text)
	}
	return b.String(), nil
}

// Parse reads the templates of a folder that have these names, with the parts that all
// pages have.
func Parse(own fs.FS, functions template.FuncMap, names ...string) (*template.Template, error) {
	t, err := template.New(names[0]).Funcs(functions).ParseFS(files, "parts.html.tmpl")
	if err == nil {
		t, err = t.ParseFS(own, names...)
	}
	if err != nil {
		return nil, fmt.Errorf("making a page: %w", err)
	}
	return t, nil
}

// svgStyle is the style element of a drawing.
var svgStyle = regexp.MustCompile(`<style>([^<]*)</style>`)

// Draw returns a drawing for the page, which then lets its style apply.
func (p *Page) Draw(svg []byte) template.HTML {
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
	policy += "; script-src " + hashSource(string(p.Script))
	return template.HTML(`<meta http-equiv="Content-Security-Policy" content="` + policy + `">`)
}

// hashSource is a hash source expression of the policy.
func hashSource(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}
