package imports

import (
	"fmt"
	"strings"

	"github.com/coldcurve/coldcurve/internal/spec"
)

// Open is a value that must be filled in.
type Open struct {
	Line int    // of the written file
	Path string // as in function.prepare.service
	What string
}

// Write returns the application file, and what must be filled in, in its order.
func (d *Draft) Write() (string, []Open) {
	w := &writer{line: 1}
	w.printf("# From %s (%s).\n", comment(d.Source), d.Format)
	w.printf("# Each \"?\" must be filled in; coldcurve app check lists them.\n\n")
	w.printf("title = %s\n", spec.TOMLString(d.Title))
	for _, group := range []struct {
		key   string
		items []*item
	}{{"trigger", d.triggers}, {"store", d.stores}, {"function", d.functions}} {
		for _, it := range group.items {
			w.item(group.key, it)
		}
	}
	for _, f := range d.flows {
		w.flow(f)
	}
	return w.b.String(), w.open
}

type writer struct {
	b    strings.Builder
	line int
	open []Open
}

func (w *writer) printf(format string, args ...any) { w.text(fmt.Sprintf(format, args...)) }

func (w *writer) text(s string) {
	w.line += strings.Count(s, "\n")
	w.b.WriteString(s)
}

func (w *writer) told(path, what string) {
	w.open = append(w.open, Open{w.line, path, what})
}

func (w *writer) item(group string, it *item) {
	source := it.source
	if group == "store" { // which is told apart by its service too
		_, source, _ = strings.Cut(source, " ")
	}
	w.printf("\n[[%s]]\n", group)
	w.pair("name", str(it.name), from(it.from, source, it.name), "")
	for _, f := range it.fields {
		w.pair(f.key, f.v, f.comment, group+"."+it.name)
	}
}

// from says where something stands, and what it is called there where that differs.
func from(place, source, name string) string {
	if source == name || source == "" {
		return place
	}
	return strings.TrimPrefix(place+": "+source, ": ")
}

func (w *writer) pair(k string, v value, about, path string) {
	w.text(spec.TOMLKey(k) + " = ")
	w.value(&v, path+"."+k, 0)
	w.about(about)
	w.text("\n")
}

func (w *writer) about(s string) {
	if s != "" {
		w.text(" # " + short(comment(s)))
	}
}

// commentMost is how long a comment may be.
const commentMost = 160

func short(s string) string {
	if r := []rune(s); len(r) > commentMost {
		return string(r[:commentMost-1]) + "…"
	}
	return s
}

// lineMost is how long a list may be on one line.
const lineMost = 100

// value writes a value; a list that is long has a line an item.
func (w *writer) value(v *value, path string, depth int) {
	if v.branch != nil {
		list := named(v.branch)
		v = &list
	}
	var b strings.Builder
	v.inline(&b, func(string, string) {}, "")
	indent := strings.Repeat("  ", depth+1)
	switch {
	case b.Len() <= lineMost || !v.isList && len(v.fields) == 0:
		v.inline(new(strings.Builder), w.told, path)
		w.text(b.String())
	case v.isList:
		w.text("[\n")
		for i := range v.items {
			w.text(indent)
			w.value(&v.items[i], path+"."+v.items[i].label(i), depth+1)
			w.text(",\n")
		}
		w.text(indent[2:] + "]")
	default:
		w.text("{ ")
		for i := range v.fields {
			if i > 0 {
				w.text(", ")
			}
			f := &v.fields[i]
			w.text(spec.TOMLKey(f.key) + " = ")
			w.value(&f.v, path+"."+f.key, depth)
		}
		w.text(" }")
	}
}

func (w *writer) flow(f *flow) {
	w.text("\n[[flow]]\n")
	w.pair("name", str(f.name), from(f.from, f.source, f.name), "")
	for _, x := range f.fields {
		w.pair(x.key, x.v, x.comment, "flow."+f.name)
	}
	w.text("steps = [\n")
	for _, s := range f.written() {
		v := s.value()
		w.text("  ")
		w.value(&v, "flow."+f.name+".steps."+s.name, 1)
		w.text(",")
		about := s.from
		if s.source != "" && s.source != s.name {
			about += " " + s.source
		}
		w.about(about)
		w.text("\n")
	}
	w.text("]\n")
}

// value is a step as a table.
func (s *step) value() value {
	v := tableOf(is("name", str(s.name)))
	v.fields = append(v.fields, s.fields...)
	if len(s.choices) > 0 {
		cases := listOf()
		for _, c := range s.choices {
			cases.items = append(cases.items, c.value())
		}
		v.add("choice", cases)
	}
	if len(s.catch) > 0 {
		catches := listOf()
		for _, c := range s.catch {
			catches.items = append(catches.items, tableOf(is("on", strs(c.on)), is("next", str(nameOf(c.next)))))
		}
		v.add("catch", catches)
	}
	if len(s.choices) == 0 && !s.ends {
		v.add("next", str(nameOf(s.next)))
	}
	return v
}

func (c *choice) value() value {
	var v value
	switch {
	case c.otherwise:
	case c.attempt > 0:
		v.add("attempt_above", whole(c.attempt))
	case c.probability > 0:
		v.add("probability", num(c.probability))
	default:
		v.add("probability", ask("part of all that reach the choice: "+short(c.when)))
	}
	if c.when != "" {
		v.add("when", str(short(comment(c.when))))
	}
	v.add("next", str(nameOf(c.next)))
	return v
}

func nameOf(s *step) string {
	if s == nil {
		return end
	}
	return s.name
}

// names are those of a branch, its first step first.
func names(branch []*step) value { return value{branch: branch} }

func named(branch []*step) value {
	v := listOf()
	for _, s := range branch {
		v.items = append(v.items, str(s.name))
	}
	return v
}
