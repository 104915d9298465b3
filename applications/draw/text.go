package draw

import (
	"slices"
	"strings"
	"unicode"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
)

// ruler measures text in Liberation Sans, the font of the plots.
type ruler struct {
	widths map[glyphKey]float64 // of an em of 1
}

type glyphKey struct {
	r    rune
	bold bool
}

func newRuler() *ruler { return &ruler{map[glyphKey]float64{}} }

// bold is golang.org/x/image/font.WeightBold.
const bold = 3

// width is how wide a text is at a size in pixels. It knows no kerning, so it is at
// least what is drawn.
func (u *ruler) width(s string, size float64, heavy bool) float64 {
	sum := 0.0
	for _, r := range s {
		k := glyphKey{r, heavy}
		w, ok := u.widths[k]
		if !ok {
			w = measure(r, heavy)
			u.widths[k] = w
		}
		sum += w
	}
	return sum * size
}

func measure(r rune, heavy bool) float64 {
	const size = 100
	f := font.Font{Typeface: plot.DefaultFont.Typeface, Variant: "Sans", Size: size}
	if heavy {
		f.Weight = bold
	}
	w, _, _ := plot.DefaultTextHandler.Box(string(r), f)
	em := w.Points() / size
	if r >= 0x1100 { // wide scripts and pictures, which the font has no glyphs of
		em = max(em, 1)
	}
	return em
}

// style is a size and weight of text.
type style struct {
	size  float64
	heavy bool
	class string
}

// The styles.
var (
	labelText = style{12, true, "l"}
	subText   = style{10.5, false, "s"}
	valueText = style{10.5, true, "v"}
	edgeText  = style{10.5, false, "e"}
	frameText = style{11.5, true, "g"}
	titleText = style{15, true, "t"}
)

// height is the distance of lines.
func (s style) height() float64 { return s.size * 1.25 }

// line is a text that stands in one row.
type line struct {
	text  string
	width float64
	style style
}

// lines wraps a text to a width, in at most n lines; the last ends with … where there is
// more.
func (u *ruler) lines(text string, s style, width float64, n int) (out []line) {
	rest := words(clean(text))
	for len(rest) > 0 && len(out) < n {
		row, joint := "", " " // what stands between the row and the rest
		for len(rest) > 0 {
			longer := strings.TrimSpace(row + " " + rest[0])
			if u.width(longer, s.size, s.heavy) > width {
				break
			}
			row, rest = longer, rest[1:]
		}
		if row == "" { // a word that is longer than a line
			head, tail := u.split(rest[0], s, width)
			row, joint, rest[0] = head, "", tail
		}
		if len(out) == n-1 && len(rest) > 0 {
			row = u.shorten(row+joint+strings.Join(rest, " "), s, width)
		}
		if row = strings.Trim(row, " ·"); row != "" { // separators are for within a line
			out = append(out, line{row, u.width(row, s.size, s.heavy), s})
		}
	}
	return out
}

// words are what a line may end between; a number and its unit stay together.
func words(text string) (out []string) {
	units := []string{"%", "B", "KB", "MB", "GB", "TB", "ns", "us", "ms", "s", "min", "h", "d", "USD", "EUR"}
	for _, w := range strings.Fields(text) {
		if n := len(out) - 1; n >= 0 && slices.Contains(units, strings.TrimRight(w, ",;.")) && unicode.IsDigit(rune(out[n][len(out[n])-1])) {
			out[n] += " " + w
			continue
		}
		out = append(out, w)
	}
	return out
}

// split breaks a word where a line ends, if it can after a sign that joins words or
// before a capital, else so that no less than three letters are left.
func (u *ruler) split(word string, s style, width float64) (head, tail string) {
	r := []rune(word)
	n := 1
	for n < len(r)-1 && u.width(string(r[:n+1]), s.size, s.heavy) <= width {
		n++
	}
	for i := n; i > n/3; i-- {
		if strings.ContainsRune("-_./:,", r[i-1]) || i < len(r) && unicode.IsLower(r[i-1]) && unicode.IsUpper(r[i]) {
			return string(r[:i]), string(r[i:])
		}
	}
	n = max(1, min(n, len(r)-3))
	return string(r[:n]), string(r[n:])
}

// shorten cuts a text to a width, with … at its end where something was cut.
func (u *ruler) shorten(text string, s style, width float64) string {
	if u.width(text, s.size, s.heavy) <= width {
		return text
	}
	r := []rune(text)
	n := len(r)
	for n > 1 && u.width(string(r[:n])+"…", s.size, s.heavy) > width {
		n--
	}
	return strings.TrimRightFunc(string(r[:n]), unicode.IsSpace) + "…"
}

// clean takes out what XML cannot hold and what would turn the direction of text.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || unicode.Is(unicode.Noncharacter_Code_Point, r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "�"))
}
