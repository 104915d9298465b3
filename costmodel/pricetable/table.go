package pricetable

import (
	"io"
	"path/filepath"
)

// Table is what a file says of language models.
type Table struct {
	File   string // its name, without folders
	Models []Model
	// Unpriced are the models of which the file has no price that is read, by
	// their names there.
	Unpriced []string
	form     form
}

// form is a way in which tables are written.
type form struct {
	title string
	grade string // of prices that are taken from it
}

var (
	genaiForm   = form{"pydantic/genai-prices", "B"}
	litellmForm = form{"LiteLLM's model_prices_and_context_window.json", "C"}
)

// Form is what the table is: who keeps such ones.
func (t *Table) Form() string { return t.form.title }

// Read reads a table of either form, plain or gzipped. Its errors are of type
// FormatError where the file is not as it should be, and then name file, line,
// column and place.
func Read(file string, r io.Reader) (*Table, error) {
	name := filepath.Base(file)
	data, err := read(file, r)
	if err != nil {
		return nil, err
	}
	root, err := parse(file, data)
	if err != nil {
		return nil, err
	}
	t := &Table{File: name}
	var models []Model
	switch root.kind {
	case array:
		t.form = genaiForm
		models, err = genai(root)
	case object:
		t.form = litellmForm
		models, err = litellm(root)
	default:
		err = root.want("a list of providers, or an object of models")
	}
	if err != nil {
		return nil, err
	}
	if len(models) > maxModels {
		return nil, root.errorf("found %d models, want at most %d", len(models), maxModels)
	}
	for _, m := range models {
		if m.priced() {
			t.Models = append(t.Models, m)
		} else {
			t.Unpriced = append(t.Unpriced, m.Provider.prefix+" "+shown(m.ID))
		}
	}
	if len(t.Models) == 0 {
		return nil, root.errorf("found no model with a price, want a table of prices")
	}
	return t, nil
}

// priced tells whether each time has a price.
func (m *Model) priced() bool {
	for _, c := range m.prices {
		if len(c.prices) == 0 {
			return false
		}
	}
	return len(m.prices) > 0
}
