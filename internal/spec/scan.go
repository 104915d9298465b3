package spec

import (
	"bytes"
	"strconv"
	"strings"
)

// mark says where a value stands and in which order its keys were written.
type mark struct {
	line     int
	keys     []string
	children map[string]*mark
	items    []*mark
}

// child returns the mark of a key, made at the given line if it is new.
func (m *mark) child(key string, line int) *mark {
	if c, ok := m.children[key]; ok {
		return c
	}
	c := &mark{line: line}
	m.set(key, c)
	return c
}

func (m *mark) set(key string, c *mark) {
	if m.children == nil {
		m.children = map[string]*mark{}
	}
	if _, ok := m.children[key]; !ok {
		m.keys = append(m.keys, key)
	}
	m.children[key] = c
}

// scanner walks the source of a valid TOML document. It understands as much of
// the grammar as it takes to find keys and the ends of values; on anything
// else it moves on, so that it ends on every input.
type scanner struct {
	src  []byte
	pos  int
	line int
}

// scan returns the marks of a document that the TOML reader has accepted.
func scan(src []byte) *mark {
	s := &scanner{src: src, line: 1}
	root := &mark{line: 1}
	table := root
	for s.skipBlank(); s.pos < len(s.src); s.skipBlank() {
		start := s.pos
		if s.src[s.pos] == '[' {
			table = s.header(root)
		} else {
			s.keyValue(table)
		}
		if s.pos == start {
			s.advance(1)
		}
	}
	return root
}

// header reads [a.b] or [[a.b]] and returns the mark of the table that it opens.
func (s *scanner) header(root *mark) *mark {
	line := s.line
	s.advance(1)
	array := s.peek() == '['
	if array {
		s.advance(1)
	}
	path := s.key()
	for s.pos < len(s.src) && s.peek() == ']' {
		s.advance(1)
	}
	m := root
	for i, key := range path {
		last := i == len(path)-1
		_, known := m.children[key]
		m = m.child(key, line)
		switch {
		case last && array:
			m.items = append(m.items, &mark{line: line})
			m = m.items[len(m.items)-1]
		case len(m.items) > 0: // below an array of tables: its newest
			m = m.items[len(m.items)-1]
		case last && known: // it was only implied by a header further up
			m.line = line
		}
	}
	return m
}

// keyValue reads a.b = value into a table.
func (s *scanner) keyValue(table *mark) {
	line := s.line
	path := s.key()
	if len(path) == 0 {
		return
	}
	for _, key := range path[:len(path)-1] {
		table = table.child(key, line)
	}
	s.skipSpace()
	if s.peek() != '=' {
		return
	}
	s.advance(1)
	s.skipSpace()
	table.set(path[len(path)-1], s.value(line))
}

// value reads a value and returns its mark.
func (s *scanner) value(line int) *mark {
	m := &mark{line: line}
	switch c := s.peek(); c {
	case '"', '\'':
		s.str()
	case '[':
		s.advance(1)
		for s.more(']') {
			m.items = append(m.items, s.value(s.line))
		}
	case '{':
		s.advance(1)
		for s.more('}') {
			s.keyValue(m)
		}
	default: // a number, a boolean or a date, which may hold a space
		for s.pos < len(s.src) && !bytes.ContainsRune([]byte(",]}#\n\r"), rune(s.src[s.pos])) {
			s.advance(1)
		}
	}
	return m
}

// more moves to the next element of an array or inline table, or past its end.
func (s *scanner) more(end byte) bool {
	for s.skipBlank(); s.peek() == ','; s.skipBlank() {
		s.advance(1)
	}
	switch s.peek() {
	case 0:
		return false
	case end:
		s.advance(1)
		return false
	case ']', '}', '#', '=':
		s.pos = len(s.src) // not a valid document
		return false
	}
	return true
}

// key reads a dotted key.
func (s *scanner) key() []string {
	var path []string
	for {
		s.skipSpace()
		switch c := s.peek(); {
		case c == '"' || c == '\'':
			path = append(path, s.str())
		case isBare(c):
			start := s.pos
			for s.pos < len(s.src) && isBare(s.src[s.pos]) {
				s.advance(1)
			}
			path = append(path, string(s.src[start:s.pos]))
		default:
			return path
		}
		s.skipSpace()
		if s.peek() != '.' {
			return path
		}
		s.advance(1)
	}
}

// str reads a string of any of the four kinds. Its text matters for keys only,
// and those are never of the multi-line kinds.
func (s *scanner) str() string {
	q := s.src[s.pos : s.pos+1]
	escapes := q[0] == '"'
	if triple := bytes.Repeat(q, 3); bytes.HasPrefix(s.src[s.pos:], triple) {
		s.advance(3)
		s.skipTo(triple, escapes)
		s.advance(3)
		for extra := 0; extra < 2 && s.peek() == q[0]; extra++ { // """a"""" ends in a quote of its own
			s.advance(1)
		}
		return ""
	}
	s.advance(1)
	start := s.pos
	s.skipTo(q, escapes)
	text := string(s.src[start:s.pos])
	s.advance(1)
	if escapes {
		return unescape(text)
	}
	return text
}

// skipTo moves to the next occurrence of end that no backslash precedes.
func (s *scanner) skipTo(end []byte, escapes bool) {
	for s.pos < len(s.src) && !bytes.HasPrefix(s.src[s.pos:], end) {
		if escapes && s.src[s.pos] == '\\' {
			s.advance(1)
		}
		s.advance(1)
	}
}

// skipSpace moves past blanks on the line.
func (s *scanner) skipSpace() {
	for s.pos < len(s.src) && (s.src[s.pos] == ' ' || s.src[s.pos] == '\t') {
		s.pos++
	}
}

// skipBlank moves past blanks, line ends and comments.
func (s *scanner) skipBlank() {
	for s.pos < len(s.src) {
		switch s.src[s.pos] {
		case ' ', '\t', '\r', '\n':
			s.advance(1)
		case '#':
			for s.pos < len(s.src) && s.src[s.pos] != '\n' {
				s.pos++
			}
		default:
			return
		}
	}
}

// peek returns the byte at the position, 0 at the end.
func (s *scanner) peek() byte {
	if s.pos < len(s.src) {
		return s.src[s.pos]
	}
	return 0
}

// advance moves n bytes, counting lines.
func (s *scanner) advance(n int) {
	for ; n > 0 && s.pos < len(s.src); n-- {
		if s.src[s.pos] == '\n' {
			s.line++
		}
		s.pos++
	}
}

// unescape resolves the escapes of a basic string.
func unescape(text string) string {
	if !strings.Contains(text, `\`) {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' || i+1 == len(text) {
			b.WriteByte(text[i])
			continue
		}
		i++
		switch c := text[i]; c {
		case 'x', 'u', 'U':
			digits := map[byte]int{'x': 2, 'u': 4, 'U': 8}[c]
			code, err := strconv.ParseUint(text[i+1:min(i+1+digits, len(text))], 16, 32)
			if err == nil {
				b.WriteRune(rune(code))
			}
			i += digits
		default:
			b.WriteString(strings.NewReplacer("b", "\b", "t", "\t", "n", "\n", "f", "\f", "r", "\r", "e", "\x1b").Replace(string(c)))
		}
	}
	return b.String()
}

// maxDepth bounds how deep values and dotted keys nest. Nobody writes that by
// hand, and the TOML reader recurses.
const maxDepth = 100

// tooDeep returns where a document nests deeper than maxDepth, or −1. It looks
// at brackets and dots outside of strings and comments.
func tooDeep(src []byte) int {
	s := &scanner{src: src}
	depth, dots := 0, 0
	for s.pos < len(src) {
		switch src[s.pos] {
		case '"', '\'':
			s.str()
			continue
		case '#':
			s.skipBlank()
			continue
		case '[', '{':
			depth++
			dots = 0
		case ']', '}':
			depth--
		case '.':
			dots++
		case ',', '=', '\n':
			dots = 0
		}
		if depth > maxDepth || dots > maxDepth {
			return s.pos
		}
		s.pos++
	}
	return -1
}
