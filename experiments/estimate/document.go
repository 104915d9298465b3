package estimate

import (
	"fmt"
	"io"
	"strings"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/results/pages"
)

// Document is an answer as it is shown, as text and as a page: a sentence that
// says it, and parts.
type Document struct {
	Title  string // of the page
	Answer string // one sentence or two
	Parts  []Part
}

// Part is a piece of a document: what it has of these, in this order.
type Part struct {
	Heading   string
	Lines     []string // each a paragraph
	Table     Table
	Left      int               // columns of the table whose cells stand at the left in a text; the rest are numbers
	Words     bool              // so do those of the last one
	Figures   []*results.Figure // on the page alone
	Assumed   []Assumption
	Bill      *costmodel.Bill
	Grants    Amount   // what free grants have taken off the bill
	Small     []string // notes
	Collapsed bool     // on the page it opens when it is asked for
}

// WriteText writes the document as text.
func (d *Document) WriteText(w io.Writer) error {
	b := new(strings.Builder)
	fmt.Fprintf(b, "%s\n", d.Answer)
	for i := range d.Parts {
		d.Parts[i].write(b)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (p *Part) write(b *strings.Builder) {
	if len(p.Assumed) == 0 { // which have a heading of their own
		b.WriteString("\n")
		fmt.Fprintf(b, "%s\n", p.Heading)
	}
	for _, l := range p.Lines {
		fmt.Fprintf(b, "%s\n", l)
	}
	if len(p.Table.Rows) > 0 {
		t := &results.TextTable{}
		for i := range p.Table.Header {
			t.Right = append(t.Right, i >= max(1, p.Left) && !(p.Words && i == len(p.Table.Header)-1))
		}
		t.Add(p.Table.Header...)
		for _, row := range p.Table.Rows {
			t.Add(row...)
		}
		b.WriteString(t.String())
	}
	if len(p.Assumed) > 0 {
		writeAssumptions(b, p.Assumed)
	}
	if p.Bill != nil {
		writeBill(b, p.Bill, p.Grants)
	}
	for _, s := range p.Small {
		fmt.Fprintf(b, "  %s\n", s)
	}
}

// documentPage is a document with what a page has besides.
type documentPage struct {
	pages.Page
	Title, Answer string
	Parts         []documentPart
}

type documentPart struct {
	Heading   string
	Lines     []string
	Table     Table
	Figures   []pages.Figure
	Assumed   Table
	Bill      *pageBill
	Small     []string
	Collapsed bool
}

// WritePage writes the document as one HTML file that needs nothing else.
func (d *Document) WritePage(w io.Writer) error {
	look, err := pages.New()
	if err != nil {
		return fmt.Errorf("writing the page: %w", err)
	}
	p := documentPage{Page: look, Title: d.Title, Answer: d.Answer}
	for i := range d.Parts {
		part := &d.Parts[i]
		shown := documentPart{Heading: part.Heading, Lines: part.Lines, Table: part.Table, Small: part.Small, Collapsed: part.Collapsed}
		if len(part.Assumed) > 0 {
			shown.Assumed = assumptionTable(part.Assumed)
		}
		if part.Bill != nil {
			bill := newPageBill(part.Bill, part.Grants)
			shown.Bill = &bill
		}
		if shown.Figures, err = onPage(part.Figures); err != nil {
			return err
		}
		p.Parts = append(p.Parts, shown)
	}
	return writePage(w, "document.html.tmpl", p)
}
