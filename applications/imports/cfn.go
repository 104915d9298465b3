package imports

import (
	"strconv"
	"strings"

	"github.com/coldcurve/coldcurve/internal/spec"
)

// template is a CloudFormation template: resources that point at each other.
type template struct {
	d         *Draft
	o         *Options
	root      *node
	resources *node
	depth     int
	globals   *node
	// invokes are the EventInvokeConfigs by function, unread what nothing is made of, by type.
	invokes map[string]*node
	unread  map[string][]*node
	// memory and timeout are of a function that says none, by whose rule.
	memory, timeout int
	defaulter       string
	alias           map[string]string // other names of resources
	shared          *node             // statements of a role that all functions have
	sends           [][2]string       // functions and queues that they are told of
	err             error             // the first of what must hands none back for
	// later is done when all triggers are known.
	later []func()
	// flows are the names of state machines by resource.
	flows map[string]string
}

// val is what a value of a template is as far as it is known: a text, or the resource
// that it points at.
type val struct {
	text string
	// name and attr are the resource that a Ref, GetAtt or Sub points at.
	name, attr string
	known      bool
}

// maxResolve bounds how deep functions of CloudFormation stand in each other.
const maxResolve = 50

// resolve finds the value of a node.
func (t *template) resolve(n *node) val {
	t.depth++
	defer func() { t.depth-- }()
	switch {
	case n == nil || t.depth > maxResolve:
		return val{}
	case n.kind == table && len(n.keys) == 1:
		return t.function(n, n.keys[0], n.under[n.keys[0]])
	case n.kind == list || n.kind == table || n.kind == null:
		return val{}
	}
	return val{text: n.text, known: true}
}

func (t *template) function(n *node, name string, arg *node) val {
	switch name {
	case "Ref":
		return t.ref(t.wordOf(arg))
	case "Fn::GetAtt":
		id, attr := arg.str(), ""
		if arg.is(list) && len(arg.items) > 0 {
			id = t.wordOf(arg.items[0])
			if len(arg.items) > 1 {
				attr = arg.items[1].str()
			}
		} else {
			id, attr, _ = strings.Cut(id, ".")
		}
		id = t.canon(id)
		return val{text: "${" + id + "." + attr + "}", name: id, attr: attr, known: true}
	case "Fn::Sub":
		return t.sub(arg)
	case "Fn::Join":
		return t.join(arg)
	case "Fn::If":
		return t.resolve(t.branch(n))
	case "Fn::Select":
		return t.selected(arg)
	case "Fn::FindInMap":
		return t.mapping(arg)
	case "Fn::ImportValue":
		v := t.resolve(arg)
		return val{text: "${" + v.text + "}", name: v.text}
	case "Fn::Base64", "Fn::Transform", "Fn::Split", "Fn::GetAZs", "Fn::Cidr", "Fn::ToJsonString":
		return val{text: "${" + name + "}"}
	}
	return val{}
}

// wordOf is a name that may be put together by a function.
func (t *template) wordOf(n *node) string {
	if n.is(table) {
		return t.resolve(n).text
	}
	return n.str()
}

// ref is the value of a Ref: a parameter's default, or a resource.
func (t *template) ref(id string) val {
	id = t.canon(id)
	if v, ok := pseudo[id]; ok {
		return val{text: v, known: true}
	}
	if p := t.root.get("Parameters", id); p != nil {
		v := p.get("Default")
		if v == nil {
			return val{text: "${" + id + "}", name: id}
		}
		return val{text: v.str(), known: true}
	}
	return val{text: "${" + id + "}", name: id, known: t.resources.get(id) != nil}
}

// canon is the name under which a resource stands here.
func (t *template) canon(id string) string {
	if other, ok := t.alias[id]; ok {
		return other
	}
	return id
}

// sub puts values into a text.
func (t *template) sub(arg *node) val {
	s, own := arg.str(), (*node)(nil)
	if arg.is(list) && len(arg.items) > 0 {
		s = arg.items[0].str()
		if len(arg.items) > 1 {
			own = arg.items[1]
		}
	}
	var b strings.Builder
	out := val{known: true}
	for s != "" {
		i := strings.Index(s, "${")
		j := strings.IndexByte(s[max(i, 0):], '}') + max(i, 0)
		if i < 0 || j < i {
			b.WriteString(s)
			break
		}
		if i > 0 {
			b.WriteString(s[:i])
		}
		name := s[i+2 : j]
		s = s[j+1:]
		if rest, ok := strings.CutPrefix(name, "!"); ok { // a ${ that is meant
			b.WriteString("${" + rest + "}")
			continue
		}
		v := t.named(own, name)
		b.WriteString(v.text)
		if v.name != "" {
			out.name, out.attr = v.name, v.attr
		}
		out.known = out.known && v.known
	}
	out.text = b.String()
	return out
}

func (t *template) named(own *node, name string) val {
	if v := own.get(name); v != nil {
		return t.resolve(v)
	}
	if id, attr, ok := strings.Cut(name, "."); ok {
		id = t.canon(id)
		return val{text: "${" + name + "}", name: id, attr: attr, known: true}
	}
	return t.ref(name)
}

func (t *template) join(arg *node) val {
	if !arg.is(list) || len(arg.items) < 2 {
		return val{}
	}
	sep := arg.items[0].str()
	var parts []string
	out := val{known: true}
	for _, item := range arg.items[1].each() {
		v := t.resolve(item)
		parts = append(parts, v.text)
		if v.name != "" {
			out.name, out.attr = v.name, v.attr
		}
		out.known = out.known && v.known
	}
	out.text = strings.Join(parts, sep)
	return out
}

func (t *template) selected(arg *node) val {
	if !arg.is(list) || len(arg.items) != 2 {
		return val{}
	}
	i, err := strconv.Atoi(t.resolve(arg.items[0]).text)
	from := arg.items[1]
	if split := from.get("Fn::Split"); split.is(list) && len(split.items) == 2 {
		parts := strings.Split(t.resolve(split.items[1]).text, split.items[0].str())
		if err == nil && i >= 0 && i < len(parts) {
			return val{text: parts[i], known: true}
		}
		return val{}
	}
	if items := from.each(); err == nil && i >= 0 && i < len(items) {
		return t.resolve(items[i])
	}
	return val{}
}

func (t *template) mapping(arg *node) val {
	if !arg.is(list) || len(arg.items) < 3 {
		return val{}
	}
	m := t.root.get("Mappings", arg.items[0].str())
	top := m.get(t.resolve(arg.items[1]).text)
	if top == nil && m.is(table) && len(m.keys) > 0 { // by region or stage, which is not known here: the first
		top = m.under[m.keys[0]]
		t.d.note("line %d: of the mapping %s the part %s was taken", arg.line, arg.items[0].str(), m.keys[0])
	}
	return t.resolve(top.get(t.resolve(arg.items[2]).text))
}

// branch is the part of an If that holds.
func (t *template) branch(n *node) *node {
	arg := n.get("Fn::If")
	if !arg.is(list) || len(arg.items) != 3 {
		return nil
	}
	if t.holds(t.root.get("Conditions", arg.items[0].str()), 0) {
		return arg.items[1]
	}
	return arg.items[2]
}

// holds evaluates a condition with the parameters' defaults. One that cannot be
// known holds.
func (t *template) holds(c *node, depth int) bool {
	if c == nil || depth > maxResolve {
		return true
	}
	all := func(list []*node, want bool) bool {
		for _, item := range list {
			if t.holds(item, depth+1) != want {
				return false
			}
		}
		return true
	}
	switch {
	case c.get("Fn::Equals").is(list) && len(c.get("Fn::Equals").items) == 2:
		a, b := t.resolve(c.get("Fn::Equals").items[0]), t.resolve(c.get("Fn::Equals").items[1])
		if !a.known || !b.known {
			t.d.note("whether %s is %s is not known here: taken to be so", a.text, b.text)
			return true
		}
		return a.text == b.text
	case c.get("Fn::Not") != nil:
		return !all(c.get("Fn::Not").each(), true)
	case c.get("Fn::And") != nil:
		return all(c.get("Fn::And").each(), true)
	case c.get("Fn::Or") != nil:
		return !all(c.get("Fn::Or").each(), false)
	case c.get("Condition") != nil:
		return t.holds(t.root.get("Conditions", c.get("Condition").str()), depth+1)
	}
	return true
}

// plain follows If, so that what is left is a value, list or table.
func (t *template) plain(n *node) *node {
	for range maxResolve {
		if n == nil || n.kind != table || n.get("Fn::If") == nil {
			if n.get("Ref").str() == "AWS::NoValue" {
				return nil
			}
			return n
		}
		n = t.branch(n)
	}
	return nil
}

// prop is a property, with If followed on the way.
func (t *template) prop(n *node, keys ...string) *node {
	n = t.plain(n)
	for _, key := range keys {
		n = t.plain(n.get(key))
	}
	return n
}

// amount is a whole number of a template: absent, known, or what only its deployment knows.
type amount struct {
	n    int
	said bool   // it is not absent
	open string // not empty: it is not known here, and this is what must be filled in
}

func (a amount) known() bool { return a.said && a.open == "" }

// value writes it by f, or asks for it.
func (a amount) value(f func(n int) value) value {
	if a.open != "" {
		return ask(a.open)
	}
	return f(a.n)
}

func (a amount) String() string {
	if a.open != "" {
		return "not known here (" + a.open + ")"
	}
	return strconv.Itoa(a.n)
}

// of finds a whole number.
func (t *template) of(n *node, what string, least, most int) (amount, error) {
	if n = t.plain(n); n == nil || n.kind == null {
		return amount{}, nil
	}
	at := n
	if d := t.root.get("Parameters", n.get("Ref").str(), "Default"); d != nil {
		at = d
	}
	wrong := func(found string) error {
		return at.errorf("%s: found %s, want a whole number from %d to %d", what, found, least, most)
	}
	if at.is(list) || at.is(table) && !intrinsic(at) {
		return amount{}, wrong(at.found())
	}
	v := t.resolve(n)
	if !v.known || strings.Contains(v.text, "${") || strings.Contains(v.text, "{{resolve:") {
		return amount{said: true, open: what + ": " + firstText(v.text, n.compact())}, nil
	}
	f, err := strconv.ParseFloat(strings.TrimSpace(v.text), 64)
	if err != nil || f != float64(int(f)) || int(f) < least || int(f) > most {
		return amount{}, wrong(spec.Quote(v.text))
	}
	return amount{n: int(f), said: true}, nil
}

// must is of, where an error is kept for the end of the reading.
func (t *template) must(n *node, what string, least, most int) amount {
	a, err := t.of(n, what, least, most)
	t.err = firstError(t.err, err)
	return a
}

// intrinsic tells a function of CloudFormation from a table.
func intrinsic(n *node) bool {
	return len(n.keys) == 1 && (n.keys[0] == "Ref" || n.keys[0] == "Condition" || strings.HasPrefix(n.keys[0], "Fn::"))
}

// resourceOf is the name of what a node points at: a resource, or the last part of an address.
func (t *template) resourceOf(n *node) string {
	v := t.resolve(t.plain(n))
	if v.name != "" {
		return v.name
	}
	return t.canon(resourceName(v.text))
}

func (t *template) typeOf(id string) string { return t.resources.get(id, "Type").str() }

// refer is resourceOf for state machines within the template.
func (t *template) refer(subs *node) func(n *node) ref {
	return func(n *node) ref {
		v := t.resolve(n)
		if v.text == "" && n.is(table) {
			return ref{text: n.compact(), dynamic: true}
		}
		s := v.text
		for _, key := range subs.keysOf() {
			if strings.Contains(s, "${"+key+"}") {
				to := t.resolve(subs.get(key))
				s = strings.ReplaceAll(s, "${"+key+"}", to.text)
				if to.name != "" {
					v.name = to.name
				}
			}
		}
		r := plainRef(&node{kind: text, text: s})
		if v.name != "" && !r.dynamic {
			r.name = v.name
		}
		r.name = t.canon(r.name)
		return r
	}
}

func (n *node) keysOf() []string {
	if n == nil {
		return nil
	}
	return n.keys
}
