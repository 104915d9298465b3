// Package tables is the form in which measured step times ship: blocks of rows
// over one axis, as gzipped text that can be read and compared.
//
//	block gemm bf16
//	keys n k
//	axis m 1 2 4 8
//	512 512 : 3.39 3.364 - 3.5
//
// Each row has its keys before the colon and behind it a value for each point
// of the axis, in µs; "-" where there is none, because it was not measured or
// because the line between its neighbours says it well enough. Lines that begin with # say
// where the numbers are from.
package tables

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/klauspost/compress/gzip"
)

// Block is one table.
type Block struct {
	Name string    // what was measured, one or more words
	Keys []string  // names of the keys of a row
	Axis string    // name of the axis
	X    []float64 // its points, ascending
	Rows []Row
}

// Row is the values at one combination of keys.
type Row struct {
	Keys []string
	Y    []float64 // µs at each point of the axis; NaN where there is none
}

// Int returns the i-th key as a number; Parse has seen that those of a block
// which is asked so are numbers.
func (r *Row) Int(i int) (int64, error) { return strconv.ParseInt(r.Keys[i], 10, 64) }

// File is what one file holds.
type File struct {
	Notes  []string // its comment lines, without the #
	Blocks []Block
}

// Find returns the block of a name, nil where there is none.
func (f *File) Find(name string) *Block {
	for i := range f.Blocks {
		if f.Blocks[i].Name == name {
			return &f.Blocks[i]
		}
	}
	return nil
}

// Read reads a gzipped file. Errors name the file and the line.
func Read(name string, r io.Reader) (*File, error) {
	z, err := gzip.NewReader(r)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return parse(name, z)
}

func parse(name string, r io.Reader) (*File, error) {
	f := &File{}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		if err := f.line(lines.Text()); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", name, n, err)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return f, nil
}

// line takes one line of the text.
func (f *File) line(text string) error {
	word, rest, _ := strings.Cut(text, " ")
	switch {
	case text == "":
		return nil
	case word == "#":
		f.Notes = append(f.Notes, rest)
		return nil
	case word == "block":
		f.Blocks = append(f.Blocks, Block{Name: rest})
		return nil
	case len(f.Blocks) == 0:
		return fmt.Errorf("found %q before the first block, want block NAME", word)
	}
	b := &f.Blocks[len(f.Blocks)-1]
	switch word {
	case "keys":
		b.Keys = strings.Fields(rest)
		return nil
	case "axis":
		return b.axis(strings.Fields(rest))
	}
	return b.row(text)
}

func (b *Block) axis(words []string) error {
	if len(words) < 2 {
		return fmt.Errorf("axis has %d words, want its name and its points", len(words))
	}
	b.Axis, b.X = words[0], nil
	for _, w := range words[1:] {
		x, err := strconv.ParseFloat(w, 64)
		if err != nil || !(len(b.X) == 0 || x > b.X[len(b.X)-1]) {
			return fmt.Errorf("axis %s: found %q, want a number above the one before", b.Axis, w)
		}
		b.X = append(b.X, x)
	}
	return nil
}

func (b *Block) row(text string) error {
	before, after, ok := strings.Cut(text, ":")
	keys, values := strings.Fields(before), strings.Fields(after)
	if !ok || len(keys) != len(b.Keys) || len(values) != len(b.X) {
		return fmt.Errorf("found a row with %d keys and %d values, want %d and %d", len(keys), len(values), len(b.Keys), len(b.X))
	}
	r := Row{Keys: keys, Y: make([]float64, len(values))}
	for i, v := range values {
		if v == "-" {
			r.Y[i] = math.NaN()
			continue
		}
		y, err := strconv.ParseFloat(v, 64)
		if err != nil || !(y > 0) || math.IsInf(y, 1) {
			return fmt.Errorf("found %q, want a time in µs above 0, or -", v)
		}
		r.Y[i] = y
	}
	b.Rows = append(b.Rows, r)
	return nil
}

// Write writes a file as Read reads it: the same bytes for the same content.
func (f *File) Write(w io.Writer) error {
	z, err := gzip.NewWriterLevel(w, gzip.BestCompression)
	if err != nil {
		return fmt.Errorf("writing tables: %w", err)
	}
	if _, err := io.WriteString(z, f.Text()); err != nil {
		return fmt.Errorf("writing tables: %w", err)
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("writing tables: %w", err)
	}
	return nil
}

// Text returns the file as it is before compression.
func (f *File) Text() string {
	var s strings.Builder
	for _, n := range f.Notes {
		fmt.Fprintf(&s, "# %s\n", n)
	}
	for _, b := range f.Blocks {
		fmt.Fprintf(&s, "block %s\nkeys %s\naxis %s", b.Name, strings.Join(b.Keys, " "), b.Axis)
		for _, x := range b.X {
			s.WriteString(" " + strconv.FormatFloat(x, 'f', -1, 64))
		}
		s.WriteByte('\n')
		for _, r := range b.Rows {
			s.WriteString(strings.Join(r.Keys, " ") + " :")
			for _, y := range r.Y {
				s.WriteString(" " + number(y))
			}
			s.WriteByte('\n')
		}
	}
	return s.String()
}

// Digits is how many digits of a time are kept: it is then within 0.05 % of
// what was measured.
const Digits = 4

func number(y float64) string {
	if math.IsNaN(y) {
		return "-"
	}
	return strconv.FormatFloat(Round(y), 'f', -1, 64)
}

// Round returns a time with the digits that are kept.
func Round(y float64) float64 {
	r, _ := strconv.ParseFloat(strconv.FormatFloat(y, 'g', Digits, 64), 64)
	return r
}
