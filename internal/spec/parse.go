package spec

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/BurntSushi/toml"

	"github.com/coldcurve/coldcurve/internal/plain"
)

// Parse reads a TOML document and returns its root table. The file's name is
// used in positions only. A syntax error reads "file:line:column: message",
// with the line and a caret below it.
func Parse(file string, data []byte) (*Node, error) {
	if len(data) > maxSource {
		return nil, fmt.Errorf("%s:1:1: found %d bytes, want at most %d", file, len(data), maxSource)
	}
	data = bytes.TrimPrefix(data, []byte("\xEF\xBB\xBF"))
	if err := checkText(file, data); err != nil {
		return nil, err
	}
	values, err := decode(string(data))
	if err != nil {
		return nil, syntaxError(file, data, err)
	}
	root := build(file, values, scan(data))
	root.rebase("")
	return root, nil
}

// maxSource bounds a document: a larger one is some other file, given by
// mistake.
const maxSource = 8 << 20

// checkText refuses what is not text before the TOML reader meets it, since
// its messages about bytes are hard to place.
func checkText(file string, data []byte) error {
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		switch {
		case r == utf8.RuneError && size <= 1:
			return sourceError(file, data, i, 1, fmt.Sprintf("found the byte 0x%02X, want UTF-8 text", data[i]))
		case r == 0:
			return sourceError(file, data, i, 1, "found a NUL byte, want UTF-8 text")
		}
		i += size
	}
	if i := tooDeep(data); i >= 0 {
		return sourceError(file, data, i, 1, fmt.Sprintf("nested deeper than %d levels", maxDepth))
	}
	return nil
}

// decode calls the TOML reader. A panic of it is a document that it could not
// make sense of, and must not end the program.
func decode(data string) (values map[string]any, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("not valid TOML: %v", r)
		}
	}()
	_, err = toml.Decode(data, &values)
	return values, err
}

func syntaxError(file string, data []byte, err error) error {
	var p toml.ParseError
	if !errors.As(err, &p) {
		return fmt.Errorf("%s: %w", file, err)
	}
	at := offsetOf(data, p.Position)
	return sourceError(file, data, at, max(1, p.Position.Len), p.Message)
}

// offsetOf finds a position's byte: its offset where that lies on its line,
// else the start of the line.
func offsetOf(data []byte, p toml.Position) int {
	start := 0
	for line := 1; line < p.Line; line++ {
		i := bytes.IndexByte(data[start:], '\n')
		if i < 0 {
			break
		}
		start += i + 1
	}
	end := len(data)
	if i := bytes.IndexByte(data[start:], '\n'); i >= 0 {
		end = start + i
	}
	return min(max(p.Start, start), end)
}

// sourceError places a message at length bytes from an offset:
//
//	file:line:column: message
//	   12 | keepalive = = 3
//	      |             ^
func sourceError(file string, data []byte, at, length int, message string) error {
	line := 1 + bytes.Count(data[:at], []byte("\n"))
	start := bytes.LastIndexByte(data[:at], '\n') + 1
	end := len(data)
	if i := bytes.IndexByte(data[at:], '\n'); i >= 0 {
		end = at + i
	}
	before, marked, after := shown(data[start:at]), shown(data[at:min(at+length, end)]), shown(data[min(at+length, end):end])
	if n := utf8.RuneCountInString(before); n > viewWidth {
		before = "…" + string([]rune(before)[n-viewWidth+1:])
	}
	marked, after = shorten(marked), shorten(after)
	carets := strings.Repeat("^", max(1, utf8.RuneCountInString(marked)))
	column := utf8.RuneCount(data[start:at]) + 1
	return fmt.Errorf("%s:%d:%d: %s\n%6d | %s\n       | %s%s", file, line, column, message, line,
		strings.TrimRight(before+marked+after, " "), strings.Repeat(" ", utf8.RuneCountInString(before)), carets)
}

// viewWidth is how many characters are shown on each side of an error.
const viewWidth = 60

func shorten(s string) string {
	if utf8.RuneCountInString(s) <= viewWidth {
		return s
	}
	return string([]rune(s)[:viewWidth-1]) + "…"
}

// shown replaces what would move or hide the caret: what acts on a terminal,
// and bytes that are not UTF-8.
func shown(b []byte) string {
	return strings.Map(func(r rune) rune {
		if plain.Acts(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(string(b), "\uFFFD"))
}

// build joins a decoded value and the marks of where its parts stand.
func build(file string, v any, m *mark) *Node {
	switch v := v.(type) {
	case map[string]any:
		n := newTable(file, m.line, "")
		for _, key := range m.keys {
			if child, ok := v[key]; ok {
				n.put(key, build(file, child, m.children[key]))
			}
		}
		for _, key := range slices.Sorted(maps.Keys(v)) {
			if _, ok := n.table[key]; !ok { // the scanner missed it: no better line than the table's
				n.put(key, build(file, v[key], &mark{line: m.line}))
			}
		}
		return n
	case []map[string]any:
		return buildItems(file, v, m)
	case []any:
		return buildItems(file, v, m)
	case time.Time:
		n := &Node{File: file, Line: m.line}
		n.value, n.form = dated(v)
		return n
	default:
		return &Node{File: file, Line: m.line, value: v}
	}
}

func buildItems[T any](file string, items []T, m *mark) *Node {
	n := &Node{File: file, Line: m.line, kind: arrayKind, items: make([]*Node, len(items))}
	for i, v := range items {
		at := &mark{line: m.line}
		if i < len(m.items) {
			at = m.items[i]
		}
		n.items[i] = build(file, v, at)
	}
	return n
}
