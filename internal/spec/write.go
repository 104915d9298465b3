package spec

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/coldcurve/coldcurve/internal/plain"
)

// Document returns a table as a TOML document for people to read: keys with
// their values first, then tables and arrays of tables under headings of their
// own, two levels deep; what lies deeper stands inline. Parsing it gives the
// same value, and the keys of what stands inline or below two levels in the same order.
func (n *Node) Document() string {
	var b strings.Builder
	n.section(&b, "", 0)
	return strings.TrimPrefix(b.String(), "\n")
}

// headingLevels is how deep tables have headings of their own.
const headingLevels = 2

// section writes the keys of a table that is so many levels deep.
func (n *Node) section(b *strings.Builder, path string, level int) {
	for _, key := range n.keys {
		if child := n.table[key]; !child.headed(level) {
			b.WriteString(TOMLKey(key) + " = " + child.lines() + "\n")
		}
	}
	for _, key := range n.keys {
		child := n.table[key]
		at := joinPath(path, key)
		switch {
		case !child.headed(level):
		case child.kind == tableKind:
			if len(child.keys) == 0 || child.anyPlain(level+1) {
				b.WriteString("\n[" + at + "]\n")
			}
			child.section(b, at, level+1)
		default:
			for _, item := range child.items {
				b.WriteString("\n[[" + at + "]]\n")
				item.section(b, at, headingLevels) // what is in it stands inline
			}
		}
	}
}

// headed reports whether a value of a table on some level has a heading.
func (n *Node) headed(level int) bool {
	if level >= headingLevels {
		return false
	}
	return n.kind == tableKind || n.holdsTables()
}

// holdsTables reports whether the node is an array of nothing but tables, of
// which there are some.
func (n *Node) holdsTables() bool {
	for _, item := range n.items {
		if item.kind != tableKind {
			return false
		}
	}
	return len(n.items) > 0
}

// anyPlain reports whether a table on some level has a key that stands below
// its heading. Without one the heading says nothing.
func (n *Node) anyPlain(level int) bool {
	for _, key := range n.keys {
		if !n.table[key].headed(level) {
			return true
		}
	}
	return false
}

// lines returns a value, an array of tables and a text of several lines with a line for each.
func (n *Node) lines() string {
	if s, ok := n.value.(string); ok && strings.Contains(s, "\n") && literal(s) {
		return "'''\n" + s + "'''"
	}
	if !n.holdsTables() {
		return n.String()
	}
	var b strings.Builder
	b.WriteString("[\n")
	for _, item := range n.items {
		b.WriteString("  " + item.String() + ",\n")
	}
	b.WriteString("]")
	return b.String()
}

// literal tells whether a text can stand between three apostrophes as it is. What acts on
// a terminal stands there as its number only, but for the ends of lines.
func literal(s string) bool {
	return utf8.ValidString(s) && !strings.Contains(s, "'''") && !strings.HasSuffix(s, "'") &&
		!strings.ContainsFunc(s, func(r rune) bool { return r != '\n' && r != '\t' && (plain.Acts(r) || unicode.IsControl(r)) })
}
