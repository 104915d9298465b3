package pages

import (
	"html/template"
	"strconv"
	"strings"
)

// Figure is a plot on a page.
type Figure struct {
	Name    string // of its files, without the ending
	Title   string
	Caption string
	File    string        // where the same plot is; "": nowhere
	SVG     template.HTML // the drawing
	Chart   *Chart        // the same data; nil: the drawing is all there is
}

// mostSaid is how many series a summary names.
const mostSaid = 8

// Summary says in words what the figure shows, for who does not see it.
func (f *Figure) Summary() string {
	if f.Chart == nil || len(f.Chart.Panels) == 0 {
		return f.Title + "."
	}
	var b strings.Builder
	b.WriteString(f.Title + ": ")
	panels := f.Chart.Panels
	if len(panels) > 1 {
		b.WriteString(strconv.Itoa(len(panels)) + " panels; ")
	}
	first := &panels[0]
	b.WriteString(first.X.said("across") + ", " + first.Y.said("up") + ". ")
	var names []string
	for i := range panels {
		for j := range panels[i].Series {
			if s := &panels[i].Series[j]; s.Kind != Rule && s.Kind != Shade && s.Kind != Note {
				names = appendNew(names, s.Name)
			}
		}
	}
	more := len(names) - mostSaid
	if more > 0 {
		names = names[:mostSaid]
	}
	b.WriteString("Series: " + strings.Join(names, "; "))
	if more > 0 {
		b.WriteString("; and " + strconv.Itoa(more) + " more")
	}
	b.WriteString(".")
	return b.String()
}

// said names an axis with its range.
func (a *Axis) said(where string) string {
	if len(a.Names) > 0 {
		return where + " " + strconv.Itoa(len(a.Names)) + " rows"
	}
	low, high := float64(a.Min), float64(a.Max)
	if a.Zero > 0 {
		low = 0
	}
	text := where + " " + a.Title + ", from " + short(low) + " to " + short(high)
	if a.Log {
		text += " on a logarithmic axis"
	}
	return text
}

// short writes a number with three digits.
func short(x float64) string {
	return strconv.FormatFloat(rounded(x), 'f', -1, 64)
}

func rounded(x float64) float64 {
	y, err := strconv.ParseFloat(strconv.FormatFloat(x, 'g', 3, 64), 64)
	if err != nil {
		return x // it cannot be: the text is of a float
	}
	return y
}

func appendNew(list []string, text string) []string {
	for _, t := range list {
		if t == text {
			return list
		}
	}
	return append(list, text)
}
