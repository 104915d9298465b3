package imports

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sort"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/coldcurve/coldcurve/internal/spec"
)

// What a definition may be at most. The providers take 1 MB of a template or state
// machine and far less depth; aliases of YAML multiply, so what they stand for is
// counted.
const (
	maxBytes = 4 << 20
	maxNodes = 500_000
	maxDepth = 200
)

// parse reads JSON or YAML: JSON where the text begins like it and is it.
// line is where the text begins in the file, from 1.
func parse(file string, line int, data []byte) (*node, error) {
	if len(data) > maxBytes {
		return nil, &Malformed{File: file, Problem: fmt.Sprintf("longer than %d MB, want a definition of at most that", maxBytes>>20)}
	}
	data = bytes.TrimPrefix(data, []byte("\xEF\xBB\xBF"))
	if at := badText(data); at >= 0 {
		return nil, (&parser{file: file, line: line, data: data}).badAt(at, "found the byte 0x%02X, want UTF-8 text", data[at])
	}
	p := &parser{file: file, line: line, data: data}
	begin := bytes.TrimSpace(data)
	if len(begin) == 0 {
		return nil, &Malformed{File: file, Problem: "found nothing in it, want a definition"}
	}
	named := strings.HasSuffix(strings.ToLower(file), ".json")
	if begin[0] == '{' || begin[0] == '[' && (named || json.Valid(data)) {
		n, err := p.json()
		if err == nil || named || !looksYAML(begin) {
			return n, err
		}
	}
	return p.yaml()
}

// looksYAML tells a flow table of YAML, {a: b}, from JSON with a slip.
func looksYAML(begin []byte) bool {
	rest := bytes.TrimSpace(begin[1:])
	return len(rest) > 0 && rest[0] != '"' && rest[0] != '}'
}

// badText is the place of the first byte that is not UTF-8, or is NUL; −1: none.
func badText(data []byte) int {
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && size <= 1 || r == 0 {
			return i
		}
		i += size
	}
	return -1
}

type parser struct {
	file  string
	line  int
	data  []byte
	nodes int

	counted, lines int // of the text before an offset
}

func (p *parser) bad(line int, format string, args ...any) error {
	return &Malformed{File: p.file, Line: line, Problem: fmt.Sprintf(format, args...)}
}

// badAt is an error at an offset of the text.
func (p *parser) badAt(offset int, format string, args ...any) error {
	before := p.data[:min(max(offset, 0), len(p.data))]
	column := 1 + utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:])
	return &Malformed{File: p.file, Line: p.line + bytes.Count(before, []byte("\n")), Column: column, Problem: fmt.Sprintf(format, args...)}
}

// add counts a node.
func (p *parser) add(n *node, depth int) error {
	p.nodes++
	switch {
	case p.nodes > maxNodes:
		return p.bad(n.line, "more than %d values, aliases written out; want a definition of at most that", maxNodes)
	case depth > maxDepth:
		return p.bad(n.line, "nested deeper than %d levels", maxDepth)
	}
	return nil
}

// at is the line of an offset; offsets rise from call to call.
func (p *parser) at(offset int64) int {
	end := min(int(offset), len(p.data))
	if end > p.counted {
		p.lines += bytes.Count(p.data[p.counted:end], []byte("\n"))
		p.counted = end
	}
	return p.line + p.lines
}

// json reads one JSON value and nothing after it.
func (p *parser) json() (*node, error) {
	d := json.NewDecoder(bytes.NewReader(p.data))
	d.UseNumber()
	n, err := p.jsonValue(d, 0)
	if err != nil {
		return nil, p.jsonError(d, err)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, p.badAt(p.next(int(d.InputOffset())), "found more after the end of the JSON value")
	}
	return n, nil
}

func (p *parser) jsonError(d *json.Decoder, err error) error {
	var m *Malformed
	if errors.As(err, &m) {
		return err
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return p.badAt(len(p.data), "not JSON: it ends in the middle of a value")
	}
	at := p.next(int(d.InputOffset())) // where what could not be read begins
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		at = max(at, int(syntax.Offset)-1)
	}
	if at < len(p.data) && (p.data[at] == '}' || p.data[at] == ']') && bytes.HasSuffix(bytes.TrimSpace(p.data[:at]), []byte(",")) {
		return p.badAt(at, "not JSON: found %c after a comma, want another value, or no comma", p.data[at])
	}
	return p.badAt(at, "not JSON: %v", err)
}

// next is the place of the first byte from an offset on that is no blank.
func (p *parser) next(offset int) int {
	return len(p.data) - len(bytes.TrimLeft(p.data[min(offset, len(p.data)):], " \t\r\n"))
}

func (p *parser) jsonValue(d *json.Decoder, depth int) (*node, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	return p.jsonFrom(d, token, depth)
}

func (p *parser) jsonFrom(d *json.Decoder, token json.Token, depth int) (*node, error) {
	n := &node{file: p.file, line: p.at(d.InputOffset())}
	if err := p.add(n, depth); err != nil {
		return nil, err
	}
	switch t := token.(type) {
	case bool:
		n.kind, n.text = boolean, fmt.Sprint(t)
	case json.Number:
		n.kind, n.text = number, t.String()
	case string:
		n.kind, n.text = text, t
	case json.Delim:
		if t == '[' {
			n.kind = list
			for d.More() {
				item, err := p.jsonValue(d, depth+1)
				if err != nil {
					return nil, err
				}
				n.items = append(n.items, item)
			}
		} else {
			n.kind = table
			for d.More() {
				key, err := d.Token()
				if err != nil {
					return nil, err
				}
				end := int(d.InputOffset())
				name, line := key.(string), p.at(int64(end)) // the decoder takes nothing else for a key
				v, err := p.jsonValue(d, depth+1)
				if err != nil {
					return nil, err
				}
				if before := n.under[name]; before != nil {
					return nil, p.badAt(p.keyBefore(end), "%s stands twice, first at line %d", spec.Quote(name), before.line)
				}
				if v.kind == table || v.kind == list {
					v.line = line
				}
				n.put(name, v)
			}
		}
		if _, err := d.Token(); err != nil {
			return nil, err
		}
	}
	return n, nil
}

// keyBefore is the place of the quote that opens the text which ends at an offset.
func (p *parser) keyBefore(end int) int {
	at := end - 2 // within the closing quote
	for at > 0 && (p.data[at] != '"' || p.escaped(at)) {
		at--
	}
	return at
}

// escaped reports whether a quote is part of its text: an odd number of backslashes stands before it.
func (p *parser) escaped(at int) bool {
	n := 0
	for at-n > 0 && p.data[at-n-1] == '\\' {
		n++
	}
	return n%2 == 1
}

// yaml reads the first document that holds something.
func (p *parser) yaml() (n *node, err error) {
	defer func() { // a document that the reader could not make sense of must not end the program
		if r := recover(); r != nil {
			n, err = nil, p.bad(0, "not valid YAML: %v", r)
		}
	}()
	d := yaml.NewDecoder(bytes.NewReader(p.data))
	for n == nil || n.kind == null {
		var doc yaml.Node
		if err := d.Decode(&doc); err == io.EOF {
			return nil, p.bad(0, "found nothing in it, want a definition")
		} else if err != nil {
			return nil, p.yamlError(err)
		}
		if n, err = p.yamlNode(&doc, 0); err != nil {
			return nil, err
		}
	}
	var next yaml.Node
	if err := d.Decode(&next); err == nil && len(next.Content) > 0 && next.Content[0].Tag != "!!null" {
		return nil, p.bad(p.line-1+next.Content[0].Line, "found a second document in the file, want one")
	} else if err != nil && err != io.EOF {
		return nil, p.yamlError(err)
	}
	return n, nil
}

// yamlError places the reader's messages in the file. The line that the reader names is
// where the table or list around the slip begins, or one off: the line of the slip is the
// last of the fewest lines that the reader stumbles over in the same way.
func (p *parser) yamlError(err error) error {
	slip := yamlSlip(err)
	lines := bytes.SplitAfter(p.data, []byte("\n"))
	line := sort.Search(len(lines), func(k int) bool {
		d := yaml.NewDecoder(bytes.NewReader(bytes.Join(lines[:k+1], nil)))
		for {
			var doc yaml.Node
			if err := d.Decode(&doc); err != nil {
				return yamlSlip(err) == slip
			}
		}
	})
	return p.bad(p.line+min(line, len(lines)-1), "not YAML: %s", spec.Shorten(slip))
}

// yamlSlip is a message of the reader, "yaml: line 3: …", without its line.
func yamlSlip(err error) string {
	message := strings.TrimPrefix(err.Error(), "yaml: ")
	var line int
	if n, _ := fmt.Sscanf(message, "line %d:", &line); n == 1 {
		_, message, _ = strings.Cut(message, ": ")
	}
	return message
}

func (p *parser) yamlNode(y *yaml.Node, depth int) (*node, error) {
	n := &node{file: p.file, line: p.line - 1 + y.Line}
	if err := p.add(n, depth); err != nil {
		return nil, err
	}
	switch y.Kind {
	case 0:
		return n, nil
	case yaml.DocumentNode:
		if len(y.Content) == 0 {
			return n, nil
		}
		return p.yamlNode(y.Content[0], depth)
	case yaml.AliasNode:
		return p.yamlNode(y.Alias, depth+1)
	case yaml.ScalarNode:
		p.yamlScalar(n, y)
	case yaml.SequenceNode:
		n.kind = list
		for _, c := range y.Content {
			item, err := p.yamlNode(c, depth+1)
			if err != nil {
				return nil, err
			}
			n.items = append(n.items, item)
		}
	case yaml.MappingNode:
		if err := p.yamlTable(n, y, depth); err != nil {
			return nil, err
		}
	}
	return p.tagged(n, y.Tag)
}

func (p *parser) yamlScalar(n *node, y *yaml.Node) {
	n.kind, n.text = text, y.Value
	n.block = y.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0
	switch y.ShortTag() {
	case "!!null":
		n.kind = null
	case "!!bool":
		n.kind, n.text = boolean, strings.ToLower(y.Value)
	case "!!int", "!!float":
		n.kind = number
	}
}

func (p *parser) yamlTable(n *node, y *yaml.Node, depth int) error {
	n.kind = table
	var merged []*node
	for i := 0; i+1 < len(y.Content); i += 2 {
		key, line := y.Content[i], p.line-1+y.Content[i].Line
		if key.Kind == yaml.AliasNode {
			key = key.Alias
		}
		if key.Kind != yaml.ScalarNode {
			return p.bad(line, "found a key that is a table or a list, want a text")
		}
		v, err := p.yamlNode(y.Content[i+1], depth+1)
		if err != nil {
			return err
		}
		if key.Tag == "!!merge" {
			merged = append(merged, v.each()...)
			continue
		}
		if before := n.under[key.Value]; before != nil {
			return p.bad(line, "%s stands twice, first at line %d", spec.Quote(key.Value), before.line)
		}
		if (v.kind == table || v.kind == list) && y.Content[i+1].Kind != yaml.AliasNode {
			v.line = line
		}
		n.put(key.Value, v)
	}
	for _, m := range merged { // what stands in the table itself goes before
		if m.kind != table {
			return p.bad(m.line, "found %s to merge with <<, want a table", m.found())
		}
		for _, key := range m.keys {
			if n.under[key] == nil {
				n.put(key, m.under[key])
			}
		}
	}
	return nil
}

// tagged writes CloudFormation's short tags out: !Ref X is {Ref: X}, !Sub is {Fn::Sub: …}.
func (p *parser) tagged(n *node, tag string) (*node, error) {
	name, ok := strings.CutPrefix(tag, "!")
	if !ok || name == "" || name[0] == '!' {
		return n, nil
	}
	if n.kind == null {
		n.kind = text
	}
	if name != "Ref" && name != "Condition" {
		name = "Fn::" + name
	}
	return newTable(n, name, n), nil
}
