package results

import (
	"fmt"
	"strings"

	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
)

// PlotSize is for what place a figure is laid out; the zero value is ScreenSize.
type PlotSize string

// The sizes. Those of a paper have no title, which is the caption's there, and no
// text below 7 pt; their PNG has 300 dots an inch.
const (
	ScreenSize PlotSize = "screen" // 7.2 in wide, titled; the report's
	PageSize   PlotSize = "page"   // 7 in wide: both columns of a paper
	ColumnSize PlotSize = "column" // 3.4 in wide: one column
)

// PlotSizes returns the names of the sizes.
func PlotSizes() []string {
	return []string{string(ScreenSize), string(PageSize), string(ColumnSize)}
}

// UnmarshalText reads a size's name.
func (s *PlotSize) UnmarshalText(text []byte) error {
	for _, known := range PlotSizes() {
		if string(text) == known {
			*s = PlotSize(known)
			return nil
		}
	}
	return fmt.Errorf("found %q, want a size of plots: %s", text, strings.Join(PlotSizes(), ", "))
}

// look is what a size makes of a figure.
type look struct {
	width                    vg.Length   // of the figure
	title, label, tick, note font.Length // sizes of type
	titled                   bool
	narrow                   bool // panels stand one below the other
	dpi                      int
}

func (s PlotSize) look() look {
	switch s {
	case PageSize:
		return look{width: 7 * vg.Inch, title: 9, label: 8.5, tick: 8, note: 7.5, dpi: 300}
	case ColumnSize:
		return look{width: 3.4 * vg.Inch, title: 8, label: 8, tick: 7, note: 7, dpi: 300, narrow: true}
	}
	return look{width: 7.2 * vg.Inch, title: 11, label: 9.5, tick: 8.5, note: 8, dpi: 192, titled: true}
}

// lineHeight is the distance of lines of notes and keys.
func (k look) lineHeight() vg.Length { return k.note * 1.38 }
