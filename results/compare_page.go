package results

import (
	"fmt"
	"io"
	"strconv"

	"github.com/coldcurve/coldcurve/results/pages"
)

// comparePage is what the template of compare.html is given.
type comparePage struct {
	pages.Page
	Title, Version, Answer, How, More string
	BeyondHead                        string // what Beyond is
	Causes                            []string
	Beyond, Header                    []string
	Readings                          []string // remarks on the differences shown
	Apart                             []string // what has no partner
	Changes                           []comparePageChange
	Chosen                            bool
	Figure                            *pages.Figure
	Inputs, Sides                     []InputChange
}

type comparePageChange struct {
	Cells  []string
	Beyond bool
}

// page writes compare.html: one file that needs nothing else.
func (c *Comparison) page(w io.Writer, j *Judgement, figure *Figure) error {
	t, look, err := ownPage("compare.html.tmpl")
	if err != nil {
		return fmt.Errorf("writing the page: %w", err)
	}
	page := comparePage{Page: look, Title: c.title(), Version: c.B.Version, Answer: c.summary(j), How: c.how(), Causes: append([]string{c.CauseSentence()}, c.bills(j)...),
		Readings: asLines(c.readings(j)), Apart: asLines(c.notCompared(j)), Header: changeHead[:len(changeHead)-1], Chosen: c.Metrics != nil, Sides: c.sides()}
	if j != nil {
		page.BeyondHead = j.beyondHead()
		for _, e := range j.Excesses {
			page.Beyond = append(page.Beyond, e.String())
		}
	}
	c.eachShown(j, anyChange, func(cells []string, beyond bool) {
		page.Changes = append(page.Changes, comparePageChange{cells, beyond})
	})
	if n := len(page.Changes); n > mostInTable {
		page.Changes = page.Changes[:mostInTable]
		page.More = fmt.Sprintf("The first %s of %s changes.", thousands(mostInTable), thousands(float64(n)))
	}
	for _, in := range c.Inputs {
		page.Inputs = append(page.Inputs, InputChange{oneLine(in.Name), orAbsent(in.A), orAbsent(in.B)})
	}
	if figure != nil {
		shown, err := figure.OnPage()
		if err != nil {
			return err
		}
		page.Figure = &shown
	}
	if err := t.ExecuteTemplate(w, "compare.html.tmpl", page); err != nil {
		return fmt.Errorf("writing the page: %w", err)
	}
	return nil
}

// title names what is compared.
func (c *Comparison) title() string {
	if c.A.Title == c.B.Title {
		return "Compared: " + c.A.Title
	}
	return "Compared: " + c.A.Title + " → " + c.B.Title
}

// sides says of each folder what it is of.
func (c *Comparison) sides() []InputChange {
	return []InputChange{
		{"title", c.A.Title, c.B.Title},
		{"experiment", c.A.Experiment, c.B.Experiment},
		{"made by", c.A.Command, c.B.Command},
		{"version", c.A.Version + ", model " + c.A.ModelVersion + ", " + c.A.GOARCH, c.B.Version + ", model " + c.B.ModelVersion + ", " + c.B.GOARCH},
		{"seed", strconv.FormatUint(c.A.Seed, 10), strconv.FormatUint(c.B.Seed, 10)},
		{"replications", strconv.Itoa(c.A.Replications), strconv.Itoa(c.B.Replications)},
		{"hash", c.A.Hash, c.B.Hash},
	}
}
