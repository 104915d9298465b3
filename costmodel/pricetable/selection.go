package pricetable

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/internal/spec"
)

// Selection says which models of a table are taken.
type Selection struct {
	Providers []string  `toml:"providers" help:"those that are taken, as the table or their tariffs name them; none: all"`
	TextOnly  bool      `toml:"text_only" help:"only models with prices of input and of output tokens, and none of audio, image or video"`
	Retired   []Retired `toml:"retired" help:"models that their provider serves no more"`
	Notes     []Note    `toml:"note" help:"what the tariffs of some models say beside the table"`
	Batches   []Batch   `toml:"batch" help:"what some models cost in batches, where the table does not say"`
}

// Retired are models of a provider that are left out.
type Retired struct {
	Provider string         `toml:"provider" required:"true" help:"as the table or its tariffs name it"`
	Models   []string       `toml:"models" required:"true" help:"as the table has them"`
	Source   string         `toml:"source" required:"true" help:"where the provider says so"`
	AsOf     costmodel.Date `toml:"as_of" required:"true" help:"the date of the source"`
}

// Note is a note of some models' tariffs.
type Note struct {
	Provider string   `toml:"provider" required:"true" help:"as the table or its tariffs name it"`
	Models   []string `toml:"models" help:"as the table has them; none: all"`
	Text     string   `toml:"text" required:"true" help:"one sentence or several"`
}

// Batch is what some models cost in batches.
type Batch struct {
	Provider string            `toml:"provider" required:"true" help:"as the table or its tariffs name it"`
	Begins   string            `toml:"begins" help:"what the models' names begin with, as the table has them; none: all"`
	Factor   *costmodel.Amount `toml:"factor" help:"on the price of every token; none where the grade is U"`
	costmodel.Evidence
}

// ParseSelection reads a selection from TOML.
func ParseSelection(file string, data []byte) (*Selection, error) {
	root, err := spec.Parse(file, data)
	if err != nil {
		return nil, err
	}
	s := &Selection{}
	if err := root.Decode(s); err != nil {
		return nil, err
	}
	for i, n := range s.Notes {
		s.Notes[i].Text = oneLine(n.Text)
	}
	for i := range s.Batches {
		b := &s.Batches[i]
		b.Source = oneLine(b.Source)
		if (b.Factor == nil) != (b.Grade == "U") {
			return nil, root.Get("batch", strconv.Itoa(i)).Errorf(`found grade = %q, want "U" where there is no factor, and there alone`, b.Grade)
		}
	}
	return s, nil
}

func isProvider(p provider, name string) bool {
	return p.prefix == name || providerOf(name, "").prefix == p.prefix
}

func (n *Note) is(m *Model) bool {
	return isProvider(m.Provider, n.Provider) && (len(n.Models) == 0 || slices.Contains(n.Models, m.ID))
}

func (b *Batch) is(m *Model) bool {
	return isProvider(m.Provider, b.Provider) && strings.HasPrefix(m.ID, b.Begins)
}

// text is what a tariff says of it.
func (b *Batch) text() string {
	var s string
	if b.Factor != nil {
		s = fmt.Sprintf("factor = %q, ", b.Factor.Text('f'))
	}
	s += fmt.Sprintf("grade = %s, source = %s", quote(b.Grade), quote(b.Source))
	if b.AsOf != "" {
		s += ", as_of = " + quote(string(b.AsOf))
	}
	return "batch = { " + s + " }"
}

// Left says how many models a selection left out, and why.
type Left struct {
	OtherProviders, NotText, Retired int
	// Unknown are the words of the selection that the table does not have.
	Unknown []string
}

// Select leaves out of the table what the selection does not take. A provider
// that the table does not have is an error that names the nearest.
func (t *Table) Select(s *Selection) (left Left, err error) {
	for _, name := range s.Providers {
		if !slices.ContainsFunc(t.Models, func(m Model) bool { return isProvider(m.Provider, name) }) {
			return left, fmt.Errorf("%s", spec.Unknown("provider", name, t.providers()))
		}
	}
	for _, r := range s.Retired {
		for _, id := range r.Models {
			if !slices.ContainsFunc(t.Models, func(m Model) bool { return m.ID == id && isProvider(m.Provider, r.Provider) }) {
				left.Unknown = append(left.Unknown, r.Provider+" "+id)
			}
		}
	}
	t.Models = slices.DeleteFunc(t.Models, func(m Model) bool {
		switch {
		case len(s.Providers) > 0 && !slices.ContainsFunc(s.Providers, func(name string) bool { return isProvider(m.Provider, name) }):
			left.OtherProviders++
		case s.retired(&m):
			left.Retired++
		case s.TextOnly && !m.textOnly():
			left.NotText++
		default:
			return false
		}
		return true
	})
	return left, nil
}

func (s *Selection) retired(m *Model) bool {
	return slices.ContainsFunc(s.Retired, func(r Retired) bool {
		return isProvider(m.Provider, r.Provider) && slices.Contains(r.Models, m.ID)
	})
}

// providers are the names of the providers of the table.
func (t *Table) providers() (names []string) {
	for _, m := range t.Models {
		names = append(names, m.Provider.prefix)
	}
	slices.Sort(names)
	return slices.Compact(names)
}
