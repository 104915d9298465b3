package results

import (
	"slices"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// glyph is that of rows with a fault.
func (f fault) glyph() draw.GlyphDrawer {
	switch f {
	case missesSLO:
		return plusGlyph{}
	case counterfactualBill:
		return draw.TriangleGlyph{}
	}
	return crossGlyph{}
}

// faultKey explains the marks of rows with faults: each mark once, with all that it is there
// for, in the order in which it is met.
func faultKey(faults []fault) (out []keyEntry) {
	var met []fault
	for _, f := range faults {
		if f != noFault && !slices.Contains(met, f) {
			met = append(met, f)
		}
	}
	for _, glyph := range []draw.GlyphDrawer{crossGlyph{}, plusGlyph{}, draw.TriangleGlyph{}} {
		var texts []string
		for _, f := range met {
			if f.glyph() == glyph {
				texts = append(texts, f.String())
			}
		}
		if texts != nil {
			out = append(out, keyEntry{strings.Join(texts, ", or "), glyphMark(draw.GlyphStyle{Color: ink, Radius: vg.Points(3), Shape: glyph})})
		}
	}
	return out
}
