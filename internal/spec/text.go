package spec

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/coldcurve/coldcurve/internal/plain"
)

// String returns the value as TOML on one line, tables inline and their keys
// in file order. Parsing it gives the same value.
func (n *Node) String() string { return n.text(func(keys []string) []string { return keys }) }

// Canonical returns the value as String does with the keys of every table
// sorted: equal values have equal texts, whatever order their keys stood in.
func (n *Node) Canonical() string {
	return n.text(func(keys []string) []string { return slices.Sorted(slices.Values(keys)) })
}

func (n *Node) text(order func([]string) []string) string {
	if n == nil {
		return ""
	}
	var b strings.Builder
	n.write(&b, order)
	return b.String()
}

func (n *Node) write(b *strings.Builder, order func([]string) []string) {
	switch n.kind {
	case tableKind:
		b.WriteByte('{')
		for i, key := range order(n.keys) {
			b.WriteString(separator(i, " ", ", "))
			b.WriteString(TOMLKey(key))
			b.WriteString(" = ")
			n.table[key].write(b, order)
		}
		if len(n.keys) > 0 {
			b.WriteByte(' ')
		}
		b.WriteByte('}')
	case arrayKind:
		b.WriteByte('[')
		for i, v := range n.items {
			b.WriteString(separator(i, "", ", "))
			v.write(b, order)
		}
		b.WriteByte(']')
	default:
		b.WriteString(n.scalarText())
	}
}

func separator(i int, first, later string) string {
	if i == 0 {
		return first
	}
	return later
}

func (n *Node) scalarText() string {
	switch v := n.value.(type) {
	case string:
		return TOMLString(v)
	case float64:
		return floatText(v)
	case time.Time:
		return v.Format(layouts[n.form])
	default:
		return fmt.Sprint(v)
	}
}

// floatText writes a float so that TOML reads it as one.
func floatText(v float64) string {
	switch {
	case math.IsNaN(v):
		return "nan"
	case math.IsInf(v, 1):
		return "inf"
	case math.IsInf(v, -1):
		return "-inf"
	}
	s := strconv.FormatFloat(v, 'g', -1, 64)
	if !strings.ContainsAny(s, ".e") {
		s += ".0"
	}
	return s
}

// TOMLString writes a text as a basic string of TOML. What acts on a terminal ([plain.Acts]), line
// breaks too, is written as its number.
func TOMLString(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case plain.Acts(r) && r > 0xFFFF:
			fmt.Fprintf(&b, `\U%08X`, r)
		case plain.Acts(r):
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// TOMLKey writes a key of a TOML document, bare where TOML allows it.
func TOMLKey(key string) string {
	for i := range len(key) {
		if !isBare(key[i]) {
			return TOMLString(key)
		}
	}
	if key == "" {
		return `""`
	}
	return key
}

// isBare reports whether a byte may stand in an unquoted key.
func isBare(c byte) bool {
	return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_' || c == '-'
}

// describe says what the node is, for "found …".
func (n *Node) describe() string {
	switch n.kind {
	case tableKind:
		return "a table"
	case arrayKind:
		return "an array"
	}
	switch n.value.(type) {
	case string:
		return "the string " + n.scalarText()
	case int64:
		return "the integer " + n.scalarText()
	case float64:
		return "the number " + n.scalarText()
	case time.Time:
		return "the date " + n.scalarText()
	default:
		return n.scalarText()
	}
}
