package traces

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// readJSONL reads one flat JSON object a line, with the fields of csv: numbers
// for times, memory_mb, tokens and priority, strings for the others;
// null is as if left out. Numbers are read as decimals, never as floats. Besides,
// "blocks" lists the blocks of a request's tokens, of block_tokens each, as
// tokens.Request says.
func readJSONL(ctx context.Context, l *lineReader, sink *rowSink) error {
	p := newObjectParser(jsonlFields, sink.request.Lenient)
	return sink.each(ctx, l, func(line []byte, v *row) error {
		if problem := p.parse(line); problem != "" {
			return l.bad("broken JSON", "%s", problem)
		}
		for i, name := range requiredNames {
			if p.values[i] == nil && (i != 1 || p.values[8] == nil) {
				return l.bad("fields missing", "found no %q, expected the fields %s", name, strings.Join(requiredNames, ", "))
			}
		}
		v.name, v.app, v.owner, v.trigger = p.values[2], p.values[3], p.values[4], p.values[5]
		v.memory, v.timeout = p.values[6], p.values[7]
		v.hasTrigger, v.hasMemory, v.hasLimit = true, true, true
		if err := l.setTokens(p.values[8], p.values[9], p.values[10], v); err != nil {
			return err
		}
		if err := l.setBlocks(p.ids, p.values[12], v); err != nil {
			return err
		}
		if p.values[1] == nil {
			return l.arrival(p.values[0], v)
		}
		return l.times(p.values[0], p.values[1], v)
	})
}

// setBlocks adds the blocks of a row's tokens.
func (l *lineReader) setBlocks(ids []uint32, extent []byte, v *row) error {
	if len(ids) == 0 {
		return nil
	}
	n, ok := whole(extent)
	switch {
	case v.tokens.Input == 0:
		return l.bad(badTokens, "found %s, expected %s and %s beside them", blocksName, inputName, outputName)
	case !ok || n < 1 || n > math.MaxInt32:
		return l.bad("blocks of no size", "%s: found %s, expected how many tokens a block has, 1 or more", extentName, excerpt(extent))
	}
	v.tokens.Blocks, v.tokens.Extent = ids, int32(n)
	return l.tooManyBlocks(v)
}

// tooManyBlocks refuses blocks beyond the tokens that there are.
func (l *lineReader) tooManyBlocks(v *row) error {
	all, room := int64(v.tokens.Input)+int64(v.tokens.Output), int64(v.tokens.Extent)
	if n := int64(len(v.tokens.Blocks)); (n-1)*room >= all {
		return l.bad("more blocks than tokens", "found %d blocks of %d tokens, expected at most %d for %d tokens in and %d out",
			n, room, (all+room-1)/room, v.tokens.Input, v.tokens.Output)
	}
	return nil
}

// jsonField is a field that a parser of objects knows.
type jsonField struct {
	name string
	kind jsonKind
}

// jsonKind is what the value of a field must be, unless it is null.
type jsonKind uint8

const (
	jsonNumber jsonKind = iota
	jsonString
	jsonIDs     // a list of whole numbers below 2^32; at most one of the fields
	jsonIgnored // any scalar, of which nothing is made
)

// jsonlFields are those of jsonl.
var jsonlFields = []jsonField{
	{"arrival_s", jsonNumber}, {"service_s", jsonNumber}, {"function", jsonString},
	{"app", jsonString}, {"owner", jsonString}, {"trigger", jsonString}, {"memory_mb", jsonNumber}, {"timeout_s", jsonNumber},
	{inputName, jsonNumber}, {outputName, jsonNumber}, {priorityName, jsonNumber}, {blocksName, jsonIDs}, {extentName, jsonNumber},
}

// objectParser parses a flat JSON object (RFC 8259) of known fields.
type objectParser struct {
	known   []string
	kinds   []jsonKind
	lenient bool
	values  [][]byte // nil: absent or null
	ids     []uint32 // of the field that is a list of them
	seen    []bool
	scratch []byte
	b       []byte
	i       int
}

func newObjectParser(fields []jsonField, lenient bool) *objectParser {
	p := &objectParser{lenient: lenient, values: make([][]byte, len(fields)), seen: make([]bool, len(fields))}
	for _, f := range fields {
		p.known, p.kinds = append(p.known, f.name), append(p.kinds, f.kind)
	}
	return p
}

// parse fills values; they are valid until the next call. It returns what is
// wrong with the line.
func (p *objectParser) parse(line []byte) string {
	clear(p.values)
	clear(p.seen)
	p.ids = p.ids[:0]
	p.b, p.i = line, 0
	if cap(p.scratch) < len(line) {
		p.scratch = make([]byte, 0, 2*len(line)) // values point into it: it must not grow below
	}
	p.scratch = p.scratch[:0]
	p.space()
	if !p.take('{') {
		return p.found("an object: {")
	}
	p.space()
	for !p.take('}') {
		if problem := p.member(); problem != "" {
			return problem
		}
		p.space()
		if p.take(',') {
			p.space()
			if p.at() == '}' {
				return p.found("another field")
			}
		} else if p.at() != '}' {
			return p.found("a comma or }")
		}
	}
	p.space()
	if p.i != len(p.b) {
		return p.found("the end of the line")
	}
	return ""
}

// member parses "name": value.
func (p *objectParser) member() string {
	name, problem := p.string()
	if problem != "" {
		return problem
	}
	p.space()
	if !p.take(':') {
		return p.found("a colon")
	}
	p.space()
	f := slices.Index(p.known, string(name))
	if f < 0 && !p.lenient {
		return fmt.Sprintf("found the field %s, expected some of %s", excerpt(name), strings.Join(p.known, ", "))
	}
	if f >= 0 && p.seen[f] {
		return fmt.Sprintf("found the field %s twice, expected it once", excerpt(name))
	}
	switch list := f >= 0 && p.kinds[f] == jsonIDs; {
	case list && p.at() == '[':
		p.seen[f] = true
		return p.list(name)
	case list && p.at() == '{':
		return notList(name, "an object")
	}
	if f < 0 {
		return p.pass(0)
	}
	from := p.i
	value, kind, problem := p.value()
	if problem != "" {
		return problem
	}
	p.seen[f] = true
	switch want := p.kinds[f]; {
	case kind == 'n' || want == jsonIgnored:
	case want == jsonNumber && kind != '0':
		return fmt.Sprintf("%s: found %s, expected a number", name, scalar(kind, value, p.b[from:p.i]))
	case want == jsonString && kind != '"':
		return fmt.Sprintf("%s: found %s, expected a string", name, scalar(kind, value, p.b[from:p.i]))
	case want == jsonIDs:
		return notList(name, scalar(kind, value, p.b[from:p.i]))
	default:
		p.values[f] = value
	}
	return ""
}

func notList(name []byte, what string) string {
	return fmt.Sprintf("%s: found %s, expected a list of whole numbers", name, what)
}

// scalar says what a value of a kind is, as it stands in the line.
func scalar(kind byte, value, text []byte) string {
	switch kind {
	case '"':
		return "the string " + excerpt(value)
	case '0':
		return "the number " + excerpt(text)
	}
	return excerpt(text)
}

// list parses a list of ids.
func (p *objectParser) list(name []byte) string {
	p.take('[')
	p.space()
	for !p.take(']') {
		from := p.i
		if _, problem := p.number(); problem != "" {
			return problem
		}
		id, ok := whole(p.b[from:p.i])
		if !ok || id > math.MaxUint32 {
			return fmt.Sprintf("%s: found %s, expected a whole number from 0 to %d", name, excerpt(p.b[from:p.i]), uint32(math.MaxUint32))
		}
		p.ids = append(p.ids, uint32(id))
		p.space()
		if p.take(',') {
			p.space()
			if p.at() == ']' {
				return p.found("another number")
			}
		} else if p.at() != ']' {
			return p.found("a comma or ]")
		}
	}
	return ""
}

// nestedMost is how deep a value that is passed over may be nested.
const nestedMost = 64

// pass passes over a value of any kind.
func (p *objectParser) pass(depth int) string {
	open := p.at()
	if open != '[' && open != '{' {
		_, _, problem := p.value()
		return problem
	}
	if depth == nestedMost {
		return p.found("a value nested less deep")
	}
	p.i++
	shut := open + 2 // ] and } stand two places after [ and {
	p.space()
	for !p.take(shut) {
		if open == '{' {
			if _, problem := p.string(); problem != "" {
				return problem
			}
			p.space()
			if !p.take(':') {
				return p.found("a colon")
			}
			p.space()
		}
		if problem := p.pass(depth + 1); problem != "" {
			return problem
		}
		p.space()
		if p.take(',') {
			p.space()
			if p.at() == shut {
				return p.found("another value")
			}
		} else if p.at() != shut {
			return p.found("a comma or " + string(rune(shut)))
		}
	}
	return ""
}

// value parses a scalar: a string ("), a number (0), true, false (b) or null
// (n). Objects and lists are no part of the format.
func (p *objectParser) value() (value []byte, kind byte, problem string) {
	switch c := p.at(); {
	case c == '"':
		value, problem = p.string()
		return value, '"', problem
	case c == '-' || c-'0' <= 9:
		value, problem = p.number()
		return value, '0', problem
	}
	for _, word := range []string{"null", "true", "false"} {
		if strings.HasPrefix(string(p.b[p.i:min(len(p.b), p.i+5)]), word) {
			p.i += len(word)
			kind = 'b'
			if word == "null" {
				kind = 'n'
			}
			return nil, kind, ""
		}
	}
	return nil, 0, p.found("a number, a string or null")
}

// number parses a JSON number.
func (p *objectParser) number() ([]byte, string) {
	from := p.i
	p.take('-')
	zero := p.at() == '0'
	if n := p.digits(); n == 0 || zero && n > 1 {
		return nil, p.found("a number")
	}
	if p.take('.') && p.digits() == 0 {
		return nil, p.found("a digit")
	}
	if p.take('e') || p.take('E') {
		if !p.take('+') {
			p.take('-')
		}
		if p.digits() == 0 {
			return nil, p.found("a digit")
		}
	}
	return p.b[from:p.i], ""
}

func (p *objectParser) digits() (n int) {
	for p.i < len(p.b) && p.b[p.i]-'0' <= 9 {
		p.i++
		n++
	}
	return n
}

// string parses a JSON string; without escapes it is a piece of the line.
func (p *objectParser) string() ([]byte, string) {
	if !p.take('"') {
		return nil, p.found("a string in quotes")
	}
	from := p.i
	for p.i < len(p.b) {
		switch c := p.b[p.i]; {
		case c == '"':
			p.i++
			return p.b[from : p.i-1 : p.i-1], ""
		case c == '\\':
			return p.escaped(from)
		case c < 0x20:
			return nil, p.found("no control character in a string")
		}
		p.i++
	}
	return nil, "found a string that does not end, expected a closing quote"
}

// escaped parses the rest of a string that has escapes.
func (p *objectParser) escaped(from int) ([]byte, string) {
	start := len(p.scratch)
	p.scratch = append(p.scratch, p.b[from:p.i]...)
	for p.i < len(p.b) {
		c := p.b[p.i]
		p.i++
		switch {
		case c == '"':
			return p.scratch[start:len(p.scratch):len(p.scratch)], ""
		case c < 0x20:
			p.i--
			return nil, p.found("no control character in a string")
		case c != '\\':
			p.scratch = append(p.scratch, c)
		default:
			if problem := p.escape(); problem != "" {
				return nil, problem
			}
		}
	}
	return nil, "found a string that does not end, expected a closing quote"
}

// escape parses what follows a backslash. An escape is never shorter than
// what it stands for, so the scratch does not grow.
func (p *objectParser) escape() string {
	const from, to = `"\/bfnrt`, "\"\\/\b\f\n\r\t"
	c := p.at()
	p.i++
	if k := strings.IndexByte(from, c); k >= 0 && c != 0 {
		p.scratch = append(p.scratch, to[k])
		return ""
	}
	if c != 'u' {
		p.i = min(p.i-1, len(p.b))
		return p.found("an escape that JSON knows")
	}
	r, ok := p.hex()
	if ok && utf16.IsSurrogate(r) {
		var low rune
		if ok = p.take('\\') && p.take('u'); ok {
			if low, ok = p.hex(); ok {
				r = utf16.DecodeRune(r, low)
				ok = r != utf8.RuneError
			}
		}
	}
	if !ok {
		return "found a broken \\u escape in a string, expected four hex digits, and surrogates in pairs"
	}
	p.scratch = utf8.AppendRune(p.scratch, r)
	return ""
}

func (p *objectParser) hex() (rune, bool) {
	if p.i+4 > len(p.b) {
		return 0, false
	}
	n, err := strconv.ParseUint(string(p.b[p.i:p.i+4]), 16, 16)
	p.i += 4
	return rune(n), err == nil
}

func (p *objectParser) space() {
	for p.i < len(p.b) && (p.b[p.i] == ' ' || p.b[p.i] == '\t' || p.b[p.i] == '\r') {
		p.i++
	}
}

// at returns the next byte, 0 at the end.
func (p *objectParser) at() byte {
	if p.i < len(p.b) {
		return p.b[p.i]
	}
	return 0
}

func (p *objectParser) take(c byte) bool {
	if p.at() == c && p.i < len(p.b) {
		p.i++
		return true
	}
	return false
}

// found says what stands where something else was expected.
func (p *objectParser) found(want string) string {
	if p.i >= len(p.b) {
		return "found the end of the line, expected " + want
	}
	return fmt.Sprintf("found %s at column %d, expected %s", excerpt(p.b[p.i:min(len(p.b), p.i+10)]), p.i+1, want)
}
