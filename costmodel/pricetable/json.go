package pricetable

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
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
	at    int      // offset in the file
	doc   *document

	within *value // the array or object that it stands in; nil: in none
	place  int    // which of its items it is
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
	return d.value(dec, nil)
}

// value reads the next value. The syntax was checked before.
func (d *document) value(dec *json.Decoder, within *value) (*value, error) {
	v := &value{at: d.next(dec), doc: d, within: within}
	if within != nil {
		v.place = len(within.items)
	}
	if d.values++; d.values > maxValues {
		return nil, d.errorf(v.at, "", "found more than %d values, want a table of prices", maxValues)
	}
	t, err := dec.Token()
	if err != nil {
		return nil, v.errorf("%w", err)
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
	var seen map[string]bool
	if v.kind == object {
		seen = map[string]bool{}
	}
	for dec.More() {
		if v.kind == object {
			at := d.next(dec)
			t, err := dec.Token()
			key, ok := t.(string)
			if err != nil || !ok {
				return d.errorf(at, v.path(), "found no key")
			}
			if seen[key] {
				return d.errorf(at, join(v.path(), key), "the key stands twice")
			}
			seen[key] = true
			v.keys = append(v.keys, key)
		}
		item, err := d.value(dec, v)
		if err != nil {
			return err
		}
		v.items = append(v.items, item)
	}
	_, err := dec.Token() // the closing one
	return err
}

// path is the place of a value, such as [3].models[4].prices: of one that lies
// very deep, its end.
func (v *value) path() string {
	var parts []*value
	const most = 20
	for w := v; w != nil && w.within != nil && len(parts) <= most; w = w.within {
		parts = append(parts, w)
	}
	path := ""
	if len(parts) > most {
		path, parts = "…", parts[:most]
	}
	for _, w := range slices.Backward(parts) {
		if w.within.kind == object {
			path = join(path, w.within.keys[w.place])
		} else {
			path += fmt.Sprintf("[%d]", w.place)
		}
	}
	return path
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
	return v.doc.errorf(v.at, v.path(), format, a...)
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
