package script

import (
	"errors"
	"fmt"
	"strings"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// dict is a dict of a script. It does what Starlark's own does, in the same order, but no key
// takes longer than another: Starlark's table hashes a whole number by its last 32 bits, a
// fraction by what is before its point and a function by its name, so that a few ten thousand
// keys that fall together take minutes, and one step may be hours of it.
type dict struct {
	at        map[dictKey]int // place in entries
	entries   []dictEntry     // by when they came; a key of nil is of one that is gone
	first     int             // none before is there
	iterators int             // open ones, of one that is not frozen
	frozen    bool
}

type dictEntry struct{ key, value starlark.Value }

var (
	_ starlark.HasSetKey       = (*dict)(nil)
	_ starlark.IterableMapping = (*dict)(nil)
	_ starlark.Sequence        = (*dict)(nil)
	_ starlark.Comparable      = (*dict)(nil)
	_ starlark.HasAttrs        = (*dict)(nil)
	_ starlark.HasBinary       = (*dict)(nil)
)

func newDict(n int) *dict {
	return &dict{at: make(map[dictKey]int, n), entries: make([]dictEntry, 0, n)}
}

func (d *dict) Type() string          { return "dict" }
func (d *dict) Truth() starlark.Bool  { return d.Len() > 0 }
func (d *dict) Hash() (uint32, error) { return 0, errors.New("unhashable type: dict") }
func (d *dict) Len() int              { return len(d.at) }

func (d *dict) String() string {
	var b strings.Builder
	for _, e := range d.entries[d.first:] {
		if e.key != nil {
			fmt.Fprintf(&b, ", %s: %s", e.key, e.value)
		}
	}
	return "{" + strings.TrimPrefix(b.String(), ", ") + "}"
}

func (d *dict) Freeze() {
	if d.frozen {
		return
	}
	d.frozen = true
	for _, e := range d.entries[d.first:] {
		if e.key != nil {
			e.key.Freeze()
			e.value.Freeze()
		}
	}
}

// mutable says why a dict cannot be changed now.
func (d *dict) mutable(verb string) error {
	if d.frozen {
		return fmt.Errorf("cannot %s a dict that is fixed, as globals are: what changes is in ctx.state", verb)
	}
	if d.iterators > 0 {
		return fmt.Errorf("cannot %s a dict that a loop goes over", verb)
	}
	return nil
}

func (d *dict) Get(k starlark.Value) (v starlark.Value, found bool, err error) {
	key, err := keyOf(k)
	if err != nil {
		return nil, false, err
	}
	if i, ok := d.at[key]; ok {
		return d.entries[i].value, true, nil
	}
	return starlark.None, false, nil
}

func (d *dict) SetKey(k, v starlark.Value) error {
	if err := d.mutable("insert into"); err != nil {
		return err
	}
	key, err := keyOf(k)
	if err != nil {
		return err
	}
	if i, ok := d.at[key]; ok {
		d.entries[i].value = v // under the key that came first
		return nil
	}
	d.at[key] = len(d.entries)
	d.entries = append(d.entries, dictEntry{k, v})
	return nil
}

func (d *dict) remove(k starlark.Value) (v starlark.Value, found bool, err error) {
	if err := d.mutable("delete from"); err != nil {
		return nil, false, err
	}
	key, err := keyOf(k)
	if err != nil {
		return nil, false, err
	}
	i, ok := d.at[key]
	if !ok {
		return starlark.None, false, nil
	}
	v = d.entries[i].value
	delete(d.at, key)
	d.entries[i] = dictEntry{}
	for d.first < len(d.entries) && d.entries[d.first].key == nil {
		d.first++
	}
	if len(d.entries) > 16+2*len(d.at) {
		d.close()
	}
	return v, true, nil
}

// close moves the entries together, when more than half of them are gone.
func (d *dict) close() {
	old := d.entries[d.first:]
	n := len(d.at)
	d.at, d.entries, d.first = make(map[dictKey]int, n), make([]dictEntry, 0, 2*n), 0
	for _, e := range old {
		if e.key != nil {
			key, _ := keyOf(e.key) // it has been one
			d.at[key] = len(d.entries)
			d.entries = append(d.entries, e)
		}
	}
}

func (d *dict) clear() error {
	if err := d.mutable("clear"); err != nil {
		return err
	}
	d.at, d.entries, d.first = map[dictKey]int{}, nil, 0
	return nil
}

// Items implements starlark.IterableMapping.
func (d *dict) Items() []starlark.Tuple {
	list := make([]starlark.Tuple, 0, d.Len())
	for _, e := range d.entries[d.first:] {
		if e.key != nil {
			list = append(list, starlark.Tuple{e.key, e.value})
		}
	}
	return list
}

// Iterate goes over the keys in the order in which they came.
func (d *dict) Iterate() starlark.Iterator {
	if !d.frozen { // a frozen one serves many runs side by side
		d.iterators++
	}
	return &dictIterator{d: d, i: d.first}
}

type dictIterator struct {
	d *dict
	i int
}

func (it *dictIterator) Next(k *starlark.Value) bool {
	for it.i < len(it.d.entries) {
		e := it.d.entries[it.i]
		it.i++
		if e.key != nil {
			*k = e.key
			return true
		}
	}
	return false
}

func (it *dictIterator) Done() {
	if !it.d.frozen {
		it.d.iterators--
	}
}

// CompareSameType implements starlark.Comparable: dicts are equal or not, and none is less.
func (d *dict) CompareSameType(op syntax.Token, other starlark.Value, depth int) (bool, error) {
	y := other.(*dict)
	switch op {
	case syntax.EQL:
		return d.equal(y, depth)
	case syntax.NEQ:
		same, err := d.equal(y, depth)
		return !same, err
	}
	return false, fmt.Errorf("found dict %s dict, want == or !=: dicts have no order", op)
}

func (d *dict) equal(y *dict, depth int) (bool, error) {
	if d.Len() != y.Len() {
		return false, nil
	}
	for _, e := range d.entries[d.first:] {
		if e.key == nil {
			continue
		}
		v, found, err := y.Get(e.key)
		if err != nil || !found {
			return false, err
		}
		if same, err := starlark.EqualDepth(e.value, v, depth-1); err != nil || !same {
			return false, err
		}
	}
	return true, nil
}

// Binary implements starlark.HasBinary: x | y is x with what is in y.
func (d *dict) Binary(op syntax.Token, other starlark.Value, side starlark.Side) (starlark.Value, error) {
	y, ok := other.(*dict)
	if !ok || op != syntax.PIPE || side != starlark.Left {
		return nil, nil // which Starlark refuses
	}
	union := newDict(max(d.Len(), y.Len()))
	for _, from := range []*dict{d, y} {
		if err := union.update(starlark.Tuple{from}, nil); err != nil {
			return nil, err
		}
	}
	return union, nil
}

// update takes what is in another dict or in a sequence of pairs, and then what has a name.
func (d *dict) update(args starlark.Tuple, kwargs []starlark.Tuple) error {
	if len(args) > 1 {
		return fmt.Errorf("got %d arguments, want at most 1", len(args))
	}
	if len(args) == 1 {
		if err := d.take(args[0]); err != nil {
			return err
		}
	}
	for _, pair := range kwargs {
		if err := d.SetKey(pair[0], pair[1]); err != nil {
			return err
		}
	}
	return nil
}

// take takes what is in another dict, or in a sequence of pairs.
func (d *dict) take(from starlark.Value) error {
	if other, ok := from.(*dict); ok {
		for _, item := range other.Items() { // of d itself, too
			if err := d.SetKey(item[0], item[1]); err != nil {
				return err
			}
		}
		return nil
	}
	pairs := starlark.Iterate(from)
	if pairs == nil {
		return fmt.Errorf("got %s, want iterable", from.Type())
	}
	defer pairs.Done()
	var pair starlark.Value
	for i := 0; pairs.Next(&pair); i++ {
		key, value, err := pairOf(pair)
		if err != nil {
			return fmt.Errorf("dictionary update sequence element #%d %w", i, err)
		}
		if err := d.SetKey(key, value); err != nil {
			return err
		}
	}
	return nil
}

// pairOf is what is in a sequence of two.
func pairOf(v starlark.Value) (key, value starlark.Value, err error) {
	it := starlark.Iterate(v)
	if it == nil {
		return nil, nil, fmt.Errorf("is not iterable (%s)", v.Type())
	}
	defer it.Done()
	if n := starlark.Len(v); n != 2 {
		return nil, nil, fmt.Errorf("has length %d, want 2", n)
	}
	it.Next(&key)
	it.Next(&value)
	return key, value, nil
}
