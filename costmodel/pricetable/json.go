package pricetable

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// kind is what a JSON value is.
type kind uint8

const (
	null kind = iota
	boolean
	number
	text
	array
	object
)

var kindNames = [...]string{"null", "a boolean", "a number", "a text", "an array", "an object"}

// value is a JSON value that knows its place. A number keeps the digits it was
// written with.
type value struct {
	kind  kind
	text  string   // of a text or number; "true" or "false"
	keys  []string // of an object, in its order
	items []*value // of an array or object
	path  string   // such as [3].models[4].prices
	at    int      // offset in the file
	doc   *document
}

// document is the file that a value stands in.
type document struct {
	file   string
	data   []byte
	values int
}

// maxValues bounds the values of a file, so that 16 MB of brackets do not
// become gigabytes. The largest of the tables has about a hundred thousand.
const maxValues = 1_000_000

// parse reads a JSON text. Keys that stand twice are an error.
func parse(file string, data []byte) (*value, error) {
	d := &document{file: file, data: data}
	if err := json.Unmarshal(data, new(json.RawMessage)); err != nil {
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) {
			return nil, d.errorf(int(syntax.Offset)-1, "", "%s, want JSON", strings.TrimPrefix(err.Error(), "json: "))
		}
		return nil, &FormatError{fmt.Errorf("%s: %w", file, err)}
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	return d.value(dec, "")
}

// value reads the next value. The syntax was checked before.
func (d *document) value(dec *json.Decoder, path string) (*value, error) {
	v := &value{path: path, at: d.next(dec), doc: d}
	if d.values++; d.values > maxValues {
		return nil, d.errorf(v.at, "", "found more than %d values, want a table of prices", maxValues)
	}
	t, err := dec.Token()
	if err != nil {
		return nil, d.errorf(v.at, path, "%s", err)
	}
	switch t := t.(type) {
	case nil:
	case bool:
		v.kind, v.text = boolean, fmt.Sprint(t)
	case json.Number:
		v.kind, v.text = number, t.String()
	case string:
		v.kind, v.text = text, t
	case json.Delim:
		v.kind = array
		if t == '{' {
			v.kind = object
		}
		return v, d.items(dec, v)
	}
	return v, nil
}

func (d *document) items(dec *json.Decoder, v *value) error {
	seen := map[string]bool{}
	for dec.More() {
		path := fmt.Sprintf("%s[%d]", v.path, len(v.items))
		if v.kind == object {
			at := d.next(dec)
			t, err := dec.Token()
			key, ok := t.(string)
			if err != nil || !ok {
				return d.errorf(at, v.path, "found no key")
			}
			path = join(v.path, key)
			if seen[key] {
				return d.errorf(at, path, "the key stands twice")
			}
			seen[key] = true
			v.keys = append(v.keys, key)
		}
		item, err := d.value(dec, path)
		if err != nil {
			return err
		}
		v.items = append(v.items, item)
	}
	_, err := dec.Token() // the closing one
	return err
}

// next is the offset of the next token.
func (d *document) next(dec *json.Decoder) int {
	at := int(dec.InputOffset())
	for at < len(d.data) && strings.IndexByte(" \t\r\n,:", d.data[at]) >= 0 {
		at++
	}
	return at
}

func join(path, key string) string {
	key = shown(key)
	if strings.ContainsAny(key, ". []") {
		key = fmt.Sprintf("%q", key)
	}
	if path == "" {
		return key
	}
	return path + "." + key
}

// shown shortens what an error shows of a file.
func shown(s string) string {
	const most = 60
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

func (d *document) errorf(at int, path, format string, a ...any) error {
	at = max(0, min(at, len(d.data)))
	line := 1 + bytes.Count(d.data[:at], []byte("\n"))
	column := 1 + at - (bytes.LastIndexByte(d.data[:at], '\n') + 1)
	if path != "" {
		path += ": "
	}
	return &FormatError{fmt.Errorf("%s:%d:%d: %s%w", d.file, line, column, path, fmt.Errorf(format, a...))}
}

func (v *value) errorf(format string, a ...any) error {
	return v.doc.errorf(v.at, v.path, format, a...)
}

// want is the error of a value of another kind.
func (v *value) want(what string) error {
	switch v.kind {
	case text:
		return v.errorf("found the text %q, want %s", shown(v.text), what)
	case number, boolean:
		return v.errorf("found %s, want %s", shown(v.text), what)
	}
	return v.errorf("found %s, want %s", kindNames[v.kind], what)
}

// get returns the value of a key, nil where there is none or it is null.
func (v *value) get(key string) *value {
	for i, k := range v.keys {
		if k == key && v.items[i].kind != null {
			return v.items[i]
		}
	}
	return nil
}

// need returns the value of a key that must be there.
func (v *value) need(key string, k kind) (*value, error) {
	if v.kind != object {
		return nil, v.want("an object")
	}
	item := v.get(key)
	switch {
	case item == nil:
		return nil, v.errorf("missing key %q", key)
	case item.kind != k:
		return nil, item.want(kindNames[k])
	}
	return item, nil
}

// maybeText returns the text of a key, "" where there is none.
func (v *value) maybeText(key string) (string, error) {
	item := v.get(key)
	switch {
	case item == nil:
		return "", nil
	case item.kind != text:
		return "", item.want("a text")
	}
	return item.text, nil
}
