package experiments

import (
	"github.com/coldcurve/coldcurve/applications"
	"github.com/coldcurve/coldcurve/applications/draw"
	"github.com/coldcurve/coldcurve/results"
)

// drawingWidth is how wide a drawing of a report may be, in CSS pixels.
const drawingWidth = 760

// drawing draws an application with what a run says of its parts.
func drawing(a *applications.Application) func(map[string]results.NodeValue) []byte {
	return func(values map[string]results.NodeValue) []byte {
		d := draw.Of(a)
		d.Width, d.Shade = drawingWidth, "time"
		for i := range d.Nodes {
			n := &d.Nodes[i]
			v := values[n.ID]
			n.Value, n.Weight, n.Critical = v.Text, v.Time, v.Critical
		}
		for i := range d.Groups {
			g := &d.Groups[i]
			if v, ok := values[g.ID]; ok {
				g.Critical = v.Critical
				if v.Text != "" {
					g.Sub = joinedWords(g.Sub, v.Text)
				}
			}
		}
		return draw.SVG(d)
	}
}

// joinedWords joins two texts, of which the first may be empty.
func joinedWords(a, b string) string {
	if a == "" {
		return b
	}
	return a + ", " + b
}
