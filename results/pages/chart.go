package pages

import (
	"math"
	"strconv"
)

// Chart is the data of a figure, as the script draws it: panels beside each other, on
// whose axes series stand.
type Chart struct {
	Panels []Panel `json:"panels"`
}

// Panel is a pair of axes with what stands on them.
type Panel struct {
	Title  string   `json:"title,omitempty"`
	X      Axis     `json:"x"`
	Y      Axis     `json:"y"`
	Series []Series `json:"series"`
}

// Axis is an axis of a panel. Its title ends with its unit, after a comma.
type Axis struct {
	Title string   `json:"title"`
	Log   bool     `json:"log,omitempty"`
	Min   Number   `json:"min"`
	Max   Number   `json:"max"`
	Zero  Number   `json:"zero,omitempty"`  // where a 0 stands on a logarithmic axis; 0: there is none
	Ticks Numbers  `json:"ticks,omitempty"` // labelled where there is room, in place of round numbers
	Time  bool     `json:"time,omitempty"`  // ticks suit hours
	Names []string `json:"names,omitempty"` // of the places 0, 1, … of an axis of things, from the top down
}

// The kinds of series.
const (
	Line  = "line"
	Step  = "step"  // a line that stays until the next point
	Area  = "area"  // stacked on the areas before it
	Point = "point" // marks alone
	Bar   = "bar"   // from From to X, at the place Y of an axis of things
	Rule  = "rule"  // a line that says something, and has no values to read
	Shade = "shade" // a span of x from From to X, of the panel's height
	Note  = "note"  // labels alone
)

// Colours beside those of the palette, which are 0 to 6.
const (
	Ink  = -1
	Grey = -2
)

// Series is what has a name in the legend: X and Y are as long as each other.
type Series struct {
	Name   string   `json:"name"`
	Kind   string   `json:"kind"`
	Colour int      `json:"colour"`
	Dash   int      `json:"dash,omitempty"`
	Mark   string   `json:"mark,omitempty"` // ring, square, triangle, diamond, plus, down, cross, dot, box
	X      Numbers  `json:"x"`
	Y      Numbers  `json:"y"`
	XHalf  Numbers  `json:"xHalf,omitempty"` // half-widths of intervals
	YHalf  Numbers  `json:"yHalf,omitempty"`
	From   Numbers  `json:"from,omitempty"`
	Labels []string `json:"labels,omitempty"` // of the points
	Named  []int    `json:"named,omitempty"`  // the points whose labels are drawn
	Band   *Band    `json:"band,omitempty"`
}

// Band is the interval around a line, at places of its own.
type Band struct {
	X    Numbers `json:"x"`
	Low  Numbers `json:"low"`
	High Numbers `json:"high"`
}

// Number is a number with as many digits as a chart shows; what is none is null.
type Number float64

// MarshalJSON writes it.
func (n Number) MarshalJSON() ([]byte, error) { return appendNumber(nil, float64(n)), nil }

// Numbers are many.
type Numbers []float64

// MarshalJSON writes them.
func (n Numbers) MarshalJSON() ([]byte, error) {
	b := make([]byte, 0, 2+len(n)*7)
	b = append(b, '[')
	for i, x := range n {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendNumber(b, x)
	}
	return append(b, ']'), nil
}

// chartDigits are the significant digits of a number in a chart: more than a reader is
// shown, so that what is shown is rounded once.
const chartDigits = 6

func appendNumber(b []byte, x float64) []byte {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return append(b, "null"...)
	}
	short, err := strconv.ParseFloat(strconv.FormatFloat(x, 'g', chartDigits, 64), 64)
	if err != nil {
		short = x // it cannot be: the text is of a float
	}
	if a := math.Abs(short); a == 0 || a >= 1e-5 && a < 1e15 {
		return strconv.AppendFloat(b, short+0, 'f', -1, 64) // + 0: no −0
	}
	return strconv.AppendFloat(b, short, 'e', -1, 64)
}
