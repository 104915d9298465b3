package imports

import (
	"strconv"
	"strings"

	"github.com/coldcurve/coldcurve/internal/plain"
	"github.com/coldcurve/coldcurve/internal/spec"
)

// value is a value of the application file that is being made: its TOML text, a
// list, a table, or what must be filled in.
type value struct {
	raw    string
	open   string // what is to be filled in here, in words; the value is then "?"
	items  []value
	fields []field
	branch []*step // a list of their names
	isList bool
}

// field is a key of a table.
type field struct {
	key     string
	v       value
	comment string // where it is from
}

// unfilled is how a value that must be filled in is written.
const unfilled = `"?"`

func str(s string) value                 { return value{raw: spec.TOMLString(s)} }
func num(f float64) value                { return value{raw: decimal(f)} }
func whole(n int) value                  { return value{raw: strconv.Itoa(n)} }
func yes() value                         { return value{raw: "true"} }
func ask(what string) value              { return value{open: what} }
func tableOf(fields ...field) value      { return value{fields: fields} }
func listOf(items ...value) value        { return value{items: items, isList: true} }
func is(key string, v value) field       { return field{key: key, v: v} }
func (v *value) add(key string, w value) { v.fields = append(v.fields, field{key: key, v: w}) }

// strs is a list of texts.
func strs(texts []string) value {
	v := value{isList: true}
	for _, s := range texts {
		v.items = append(v.items, str(s))
	}
	return v
}

// decimal is a float as TOML has it.
func decimal(f float64) string {
	s := strconv.FormatFloat(f, 'f', -1, 64)
	return s
}

// comment is a text as a comment's line.
func comment(s string) string {
	return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if plain.Acts(r) {
			return ' '
		}
		return r
	}, s)), " ")
}

// inline writes a value in one line; told asks for each unfilled value.
func (v *value) inline(b *strings.Builder, told func(path, what string), path string) {
	switch {
	case v.open != "":
		told(path, v.open)
		b.WriteString(unfilled)
	case v.branch != nil:
		list := named(v.branch)
		list.inline(b, told, path)
	case v.isList:
		b.WriteByte('[')
		for i := range v.items {
			if i > 0 {
				b.WriteString(", ")
			}
			v.items[i].inline(b, told, path+"."+v.items[i].label(i))
		}
		b.WriteByte(']')
	case len(v.fields) > 0:
		b.WriteString("{ ")
		for i := range v.fields {
			if i > 0 {
				b.WriteString(", ")
			}
			f := &v.fields[i]
			b.WriteString(spec.TOMLKey(f.key) + " = ")
			f.v.inline(b, told, path+"."+f.key)
		}
		b.WriteString(" }")
	case v.raw == "":
		b.WriteString("{}")
	default:
		b.WriteString(v.raw)
	}
}

// label is what an item of a list is called in a path: its name, else its place.
func (v *value) label(i int) string {
	for _, f := range v.fields {
		if s, err := strconv.Unquote(f.v.raw); f.key == "name" && err == nil {
			return s
		}
	}
	return strconv.Itoa(i)
}
