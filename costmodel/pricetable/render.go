package pricetable

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/coldcurve/coldcurve/costmodel"
)

// Options say how tariffs are written.
type Options struct {
	// Source is where the numbers are from, as each tariff says; "": the form
	// and the name of the file.
	Source string
	// AsOf is the day on which the source was read; "": undated. The tariff of
	// a model's own name is the one of that day, or where none is given the last.
	AsOf costmodel.Date
	// Notes are added to those of the tariffs.
	Notes []Note
	// Batches are what models cost in batches; of several the first holds.
	Batches []Batch
}

// Mark is the first line of each file that an import writes.
const Mark = "# Written by coldcurve tariff import, which replaces it: change nothing here."

// Files returns the tariffs of the table as files, one a provider, sorted by
// name. The same table and options give the same bytes.
func (t *Table) Files(o Options) ([]costmodel.File, error) {
	by := map[string][]*Model{}
	for i := range t.Models {
		m := &t.Models[i]
		by[m.Provider.prefix] = append(by[m.Provider.prefix], m)
	}
	var prefixes []string
	for p := range by {
		prefixes = append(prefixes, p)
	}
	slices.Sort(prefixes)
	var files []costmodel.File
	taken, prices := map[string]*Model{}, 0
	for _, prefix := range prefixes {
		models := by[prefix]
		slices.SortFunc(models, func(a, b *Model) int { return strings.Compare(a.ID, b.ID) })
		w := writer{options: o, source: o.Source, grade: t.form.grade, taken: taken, prices: &prices}
		if w.source == "" {
			w.source = t.form.title + ", " + clean(t.File)
		}
		if err := w.provider(models); err != nil {
			return nil, err
		}
		files = append(files, costmodel.File{Name: prefix + ".toml", Data: w.Bytes()})
	}
	return files, nil
}

// writer writes the file of a provider.
type writer struct {
	bytes.Buffer
	options       Options
	source, grade string
	taken         map[string]*Model // names of tariffs, of all files
	prices        *int              // how many there are, of all files
}

func (w *writer) line(format string, a ...any) { fmt.Fprintf(w, format+"\n", a...) }

func (w *writer) provider(models []*Model) error {
	p := models[0].Provider
	asOf := w.options.AsOf
	if asOf == "" {
		asOf = costmodel.Undated
	}
	w.line("%s", Mark)
	w.line("# %s, from %s. What the grades mean: docs/tariffs.md.", p.title, clean(w.source))
	w.line("")
	w.line("[default]")
	w.line("kind      = \"model\"")
	w.line("provider  = %s", quote(p.title))
	w.line("region    = \"region not stated\"")
	w.line("currency  = \"USD\"")
	w.line("invariant = \"billed = tokens as given; tokens read from the cache or written to it are not among the input tokens\"")
	w.line("grade     = %s", quote(w.grade))
	w.line("source    = %s", quote(clean(w.source)))
	w.line("as_of     = %s", quote(string(asOf)))
	w.line("rule      = { name = \"supplied\" }")
	ids := make([]string, len(models))
	for i, m := range models {
		ids[i] = m.ID
	}
	for i, name := range distinct(p.prefix, ids) {
		if err := w.model(models[i], name); err != nil {
			return err
		}
	}
	return nil
}

// model writes the tariffs of a model: the one of its own name, and those of
// other days.
func (w *writer) model(m *Model, name string) error {
	eras := m.eras()
	for i := range eras {
		n := eras[i].count()
		if *w.prices += n; n > maxPrices || *w.prices > maxAllPrices {
			return m.place.errorf("found %d prices of one day, by length of input and hour, want at most %d, and %d of all models", n, maxPrices, maxAllPrices)
		}
	}
	now := len(eras) - 1
	if day := string(w.options.AsOf); len(day) == len("2006-01-02") {
		for now > 0 && eras[now].from > day {
			now--
		}
	}
	w.tariff(m, &eras[now], name, "")
	names := []string{name}
	for i := range eras {
		switch e := &eras[i]; {
		case i < now:
			names = append(names, name+"-until-"+e.until)
		case i > now:
			names = append(names, name+"-from-"+e.from)
		default:
			continue
		}
		w.tariff(m, &eras[i], names[len(names)-1], name)
	}
	for _, n := range names {
		if o := w.taken[n]; o != nil {
			return m.place.errorf("models %q and %q of %s both become tariff %s", shown(o.ID), shown(m.ID), m.Provider.title, n)
		}
		w.taken[n] = m
	}
	return nil
}

func (w *writer) tariff(m *Model, e *era, name, of string) {
	w.line("\n[[tariff]]")
	w.line("name      = %s", quote(name))
	w.line("title     = %s", quote(m.titleOf()))
	if region := m.region(); region != "" {
		w.line("region    = %s", quote(region))
	}
	switch {
	case e.from != "" && e.until != "":
		w.line("effective = { from = %q, until = %q }", e.from, e.until)
	case e.from != "":
		w.line("effective = { from = %q }", e.from)
	case e.until != "":
		w.line("effective = { until = %q }", e.until)
	}
	if of != "" {
		w.line("era_of    = %s", quote(of))
	}
	contexts := e.contexts()
	parts := tokenTexts(contexts, e.hours)
	if i := slices.IndexFunc(w.options.Batches, func(b Batch) bool { return b.is(m) }); i >= 0 {
		parts = append(parts, w.options.Batches[i].text())
	}
	if len(parts) > 0 {
		w.line("tokens    = { %s }", strings.Join(parts, ", "))
	}
	if notes := w.notes(m, e, contexts); len(notes) > 0 {
		w.line("notes     = [")
		for _, n := range notes {
			w.line("  %s,", quote(n))
		}
		w.line("]")
	}
	w.line("price     = [")
	w.priceLines(e.base, contexts, "", "")
	for _, h := range e.hours {
		w.priceLines(h.prices, contexts, h.Name+"_", ", "+h.Name)
	}
	w.line("]")
}

// tokenTexts say by what the price of a request is found.
func tokenTexts(contexts []int64, hours []hourly) (parts []string) {
	switch len(contexts) {
	case 0:
	case 1:
		parts = append(parts, fmt.Sprintf("long_context = %d", contexts[0]))
	default:
		texts := make([]string, len(contexts))
		for i, c := range contexts {
			texts[i] = strconv.FormatInt(c, 10)
		}
		parts = append(parts, "long_context = ["+strings.Join(texts, ", ")+"]")
	}
	var list []string
	for _, h := range hours {
		times := make([]string, len(h.Ranges))
		for i, r := range h.Ranges {
			times[i] = quote(r.String())
		}
		list = append(list, fmt.Sprintf("{ name = %q, times = [%s] }", h.Name, strings.Join(times, ", ")))
	}
	if len(list) > 0 {
		parts = append(parts, "hours = ["+strings.Join(list, ", ")+"]")
	}
	return parts
}

// priceLines writes the prices of some hours, of each length of input.
func (w *writer) priceLines(prices []price, contexts []int64, prefix, suffix string) {
	for long := 0; long <= len(contexts); long++ {
		start, meter, name := int64(0), prefix, suffix
		if long > 0 {
			start = contexts[long-1]
			meter += "long"
			name += ", long context"
			if long > 1 {
				meter += strconv.Itoa(long)
				name += " " + strconv.Itoa(long)
			}
			meter += "_"
		}
		for i := range prices {
			p := &prices[i]
			w.line("  { name = %s, meters = [%q], supplied = true, unit = %q, price = %q },",
				quote(p.kind.name+name), meter+p.kind.meter, p.kind.unit, p.at(start))
		}
	}
}

// notes are what a reader of the tariff should know.
func (w *writer) notes(m *Model, e *era, contexts []int64) (notes []string) {
	for _, c := range contexts {
		notes = append(notes, fmt.Sprintf("A request of more than %d input tokens has all its tokens, input and output, at other prices. That the provider means it so was not checked.", c))
	}
	if m.upTo > 0 {
		notes = append(notes, fmt.Sprintf("The table has prices of requests of at most %d input tokens; longer ones are priced as these.", m.upTo))
	}
	for _, h := range e.hours {
		notes = append(notes, "Other prices by the time of the request: "+h.String()+".")
	}
	if m.Retired != "" {
		notes = append(notes, "Retired: "+clean(m.Retired)+".")
	}
	if len(m.Unread) > 0 {
		notes = append(notes, "The table has prices that are not here: "+clean(strings.Join(m.Unread, ", "))+".")
	}
	for _, n := range w.options.Notes {
		if n.is(m) {
			notes = append(notes, n.Text)
		}
	}
	return notes
}

func (m *Model) titleOf() string {
	title := clean(m.Title)
	if title == "" {
		title = clean(m.ID)
	}
	if !strings.HasPrefix(strings.ToLower(title), strings.ToLower(m.Provider.title)) {
		title = m.Provider.title + " " + title
	}
	return title
}

// region is where a model is served, as its name says.
func (m *Model) region() string {
	if m.Provider.prefix != "bedrock" {
		return ""
	}
	for _, r := range []string{"global", "regional"} {
		if strings.HasPrefix(m.ID, r+".") {
			return r + " endpoint"
		}
	}
	return ""
}

// quote writes a text as TOML does. Texts are clean: without control characters.
func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}
