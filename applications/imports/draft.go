package imports

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"github.com/coldcurve/coldcurve/internal/spec"
)

// Draft is an application file in the making: what a definition says, what must be
// filled in, and what could not be carried.
type Draft struct {
	Format string // of the definition, by its name in Formats
	Title  string
	Source string // the file, without its folder

	file string

	triggers, stores, functions []*item
	flows                       []*flow
	names                       map[string]bool
	index                       map[string]*item    // functions, stores and triggers by kind and source
	onward                      map[string][]onward // of a topic or bus: where what is sent there goes on to
	machines                    map[string]string   // names of the flows that are read, or will be, by source
	said                        map[any]bool        // what is in Lost and Notes
	Lost                        []Lost              // read and not carried, in order
	Notes                       []string            // what was assumed
	Filled                      []string            // what logs gave
}

// Lost is something that was read and could not be carried.
type Lost struct {
	File string
	Line int
	What string
}

// item is a trigger, store or function.
type item struct {
	name     string
	source   string // what it is called in the definition
	from     string // the comment: where it comes from
	fields   []field
	start    string // of a trigger: what it starts
	physical string // of a function: what it is called where it runs, if said
	takes    string // of a trigger: the queue, topic, stream or bus that feeds it
}

// set gives a key its value, in place of an older one.
func (it *item) set(key string, v value, comment string) {
	for i := range it.fields {
		if it.fields[i].key == key {
			it.fields[i] = field{key, v, comment}
			return
		}
	}
	it.fields = append(it.fields, field{key, v, comment})
}

// drop takes a key away.
func (it *item) drop(key string) {
	it.fields = slices.DeleteFunc(it.fields, func(f field) bool { return f.key == key })
}

func (it *item) get(key string) *value {
	for i := range it.fields {
		if it.fields[i].key == key {
			return &it.fields[i].v
		}
	}
	return nil
}

// use adds a call that a function makes, once.
func (it *item) use(v value, comment string) {
	uses := it.get("use")
	if uses == nil {
		it.set("use", listOf(v), comment)
		return
	}
	var text strings.Builder
	v.inline(&text, func(string, string) {}, "")
	for i := range uses.items {
		var other strings.Builder
		uses.items[i].inline(&other, func(string, string) {}, "")
		if other.String() == text.String() {
			return
		}
	}
	uses.items = append(uses.items, v)
}

// flow is a graph of steps.
type flow struct {
	name   string
	from   string
	source string
	fields []field
	list   []*step        // those of its own list, the first first; the others are in branches
	kinds  map[string]int // states of the definition by type, those that are not reached too
	engine string         // preset
}

// step is a step as it will be written.
type step struct {
	name     string
	source   string // what it is called in the definition
	from     string // the comment
	node     *node
	kind     string // its type in the definition
	fields   []field
	next     *step // nil: the end of its list
	choices  []choice
	branches [][]*step // of parallel and map: the steps of each, the first first
	items    int       // of a map, where the definition says so; 0: unknown
	catch    []catcher
	ends     bool // by its kind: succeed, fail
	weight   int  // states that it is billed as, where each state is
}

type choice struct {
	when        string
	otherwise   bool
	probability float64 // 0: to be filled in
	attempt     int     // rounds of a loop with a known number; 0: none
	next        *step   // nil: the end
}

type catcher struct {
	on   []string
	next *step
}

// written lists all steps in the order of the file: a list, then what is in its branches.
func (f *flow) written() (all []*step) {
	var walk func(list []*step)
	walk = func(list []*step) {
		all = append(all, list...)
		for _, s := range list {
			for _, b := range s.branches {
				walk(b)
			}
		}
	}
	walk(f.list)
	return all
}

// settle names the steps, in the order in which they are written.
func (f *flow) settle(list []*step) {
	f.list = list
	taken := map[string]bool{}
	for _, s := range f.written() {
		s.name = unique(taken, s.source)
	}
}

// end is the word for the end of a list of steps.
const end = "end"

// name makes a name that nothing else has: what a person wrote, without signs that
// paths of sweeps and file names stumble over.
func (d *Draft) name(wanted string) string {
	if d.names == nil {
		d.names = map[string]bool{}
	}
	return unique(d.names, wanted)
}

func unique(taken map[string]bool, wanted string) string {
	base := slug(wanted)
	if base == end {
		base = "end-step"
	}
	name := base
	for i := 2; taken[name]; i++ {
		name = fmt.Sprintf("%s-%d", base, i)
	}
	taken[name] = true
	return name
}

// slugMost is how long a name may be.
const slugMost = 80

func slug(s string) string {
	var b strings.Builder
	gap := false
	for _, r := range s {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' || r == '-' && b.Len() > 0 {
			if gap && b.Len() > 0 {
				b.WriteByte('-')
			}
			gap = false
			b.WriteRune(r)
		} else {
			gap = true
		}
		if b.Len() >= slugMost {
			break
		}
	}
	if s := strings.TrimRight(b.String(), "-"); s != "" {
		return s
	}
	return "unnamed"
}

// lose notes what could not be carried.
func (d *Draft) lose(n *node, format string, args ...any) {
	l := Lost{What: fmt.Sprintf(format, args...)}
	if n != nil {
		l.File, l.Line = n.file, n.line
	} else {
		l.File = d.Source
	}
	if d.once(l) {
		d.Lost = append(d.Lost, l)
	}
}

func (d *Draft) note(format string, args ...any) {
	s := fmt.Sprintf(format, args...)
	if d.once(s) {
		d.Notes = append(d.Notes, s)
	}
}

// once tells whether something is said for the first time.
func (d *Draft) once(what any) bool {
	if d.said == nil {
		d.said = map[any]bool{}
	}
	first := !d.said[what]
	d.said[what] = true
	return first
}

// find returns the function, store or trigger of that name in the definition; nil: there is none.
func (d *Draft) find(kind, source string) *item { return d.index[kind+" "+source] }

func (d *Draft) keep(kind string, it *item) {
	if d.index == nil {
		d.index = map[string]*item{}
	}
	if d.index[kind+" "+it.source] == nil {
		d.index[kind+" "+it.source] = it
	}
}

// at is a node's place, with its file where that is not the definition itself.
func (d *Draft) at(n *node) string {
	if n == nil {
		return ""
	}
	if n.file == d.file {
		return fmt.Sprintf("line %d", n.line)
	}
	return fmt.Sprintf("%s:%d", filepath.Base(n.file), n.line)
}

// function returns the function of that name in the definition, made where it is new.
func (d *Draft) function(source string, at *node, platform value) *item {
	if it := d.find("function", source); it != nil {
		return it
	}
	it := &item{name: d.name(source), source: source, from: d.at(at)}
	it.set("platform", platform, "")
	it.set("service", ask("time of a call on a warm instance, without what it waits for"), "")
	d.functions = append(d.functions, it)
	d.keep("function", it)
	return it
}

// store returns the service of that name in the definition, made where it is new.
func (d *Draft) store(source, service string, at *node) *item {
	key := service + " " + source
	if it := d.find("store", key); it != nil {
		return it
	}
	it := &item{name: d.name(source), source: key, from: d.at(at)}
	it.set("service", str(service), "")
	d.stores = append(d.stores, it)
	d.keep("store", it)
	return it
}

// outside is a store that is no service of the catalogue: its latency must be filled in.
func (d *Draft) outside(source, op, what string, at *node) *item {
	it := d.store(source, "custom", at)
	if it.get("tariff") == nil {
		it.set("tariff", str("none"), "what it bills is not known here")
		it.set("latency", tableOf(), "")
	}
	latency := it.get("latency")
	for _, f := range latency.fields {
		if f.key == op {
			return it
		}
	}
	latency.add(op, tableOf(is("first", ask(what))))
	return it
}

func (d *Draft) trigger(source string, at *node, start string) *item {
	it := &item{name: d.name(source), source: source, from: d.at(at), start: start}
	it.set("start", str(start), "")
	d.triggers = append(d.triggers, it)
	d.keep("trigger", it)
	return it
}

// arrive says that the rate of arrivals from outside must be filled in.
func (it *item) arrive() {
	it.set("arrivals", tableOf(is("process", str("poisson")), is("rate", ask("arrivals from outside, as in 5/s or 3M/month"))), "")
}

// eachUse calls change with the op of every call of a store, and the function or flow that makes it.
func (d *Draft) eachUse(store string, change func(caller string, op *value)) {
	for _, f := range d.functions {
		for i := range f.fields {
			f.fields[i].v.eachUse(store, func(op *value) { change(f.name, op) })
		}
	}
	for _, f := range d.flows {
		for _, s := range f.written() {
			for i := range s.fields {
				s.fields[i].v.eachUse(store, func(op *value) { change(f.name, op) })
			}
		}
	}
}

func (v *value) eachUse(store string, change func(op *value)) {
	of := false
	for i := range v.fields {
		of = of || v.fields[i].key == "store" && v.fields[i].v.raw == spec.TOMLString(store)
		v.fields[i].v.eachUse(store, change)
	}
	for i := range v.fields {
		if of && v.fields[i].key == "op" {
			change(&v.fields[i].v)
		}
	}
	for i := range v.items {
		v.items[i].eachUse(store, change)
	}
}
