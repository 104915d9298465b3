package logs

import (
	"context"
	"errors"
	"io"
)

// valueMost is the largest JSON value held in memory.
const valueMost = 16 << 20

var (
	errTooBig = errors.New("a JSON value is larger than 16 MiB")
	errEnds   = errors.New("the file ends inside a JSON value, expected its end (it may be truncated)")
)

const brokenObject problem = "found a broken JSON object, expected \"name\": value, parted by commas"

// document yields the JSON values of a file that follow each other: on lines,
// without anything between them, or as the items of a list.
type document struct {
	r        io.Reader
	buf      []byte
	from, to int
	end      bool
	most     int
}

func newDocument(r io.Reader) *document {
	return &document{r: r, buf: make([]byte, 1<<18), most: valueMost}
}

// peek returns the next byte that is no white space, without taking it.
func (d *document) peek() (byte, error) {
	for {
		if d.from = space(d.buf[:d.to], d.from); d.from < d.to {
			return d.buf[d.from], nil
		}
		if d.end {
			return 0, io.EOF
		}
		if err := d.fill(); err != nil {
			return 0, err
		}
	}
}

func (d *document) take() { d.from++ }

// fill moves what is left to the front and reads more.
func (d *document) fill() error {
	d.to = copy(d.buf, d.buf[d.from:d.to])
	d.from = 0
	if d.to == len(d.buf) {
		d.buf = append(d.buf, make([]byte, len(d.buf))...)
	}
	n, err := d.r.Read(d.buf[d.to:])
	d.to += n
	if err == io.EOF {
		d.end = true
		return nil
	}
	return err
}

// value takes the next value whole; it is valid until the next call. errTooBig
// takes nothing.
func (d *document) value() ([]byte, error) {
	first, err := d.peek()
	if err != nil {
		return nil, err
	}
	s := scan{nested: first == '{' || first == '[' || first == '"'}
	for {
		if s.run(d.buf[d.from:d.to]) {
			b := d.buf[d.from : d.from+s.i]
			d.from += s.i
			return b, nil
		}
		switch {
		case d.end && s.nested:
			return nil, errEnds
		case d.end:
			b := d.buf[d.from:d.to]
			d.from = d.to
			return b, nil
		case d.to-d.from > d.most:
			return nil, errTooBig
		}
		if err := d.fill(); err != nil {
			return nil, err
		}
	}
}

// scan finds the end of a value that arrives in pieces.
type scan struct {
	i       int
	depth   int
	quoted  bool
	escaped bool
	nested  bool
}

// run goes on through b, which begins with the value, and reports whether i is its end.
func (s *scan) run(b []byte) bool {
	for ; s.i < len(b); s.i++ {
		c := b[s.i]
		switch {
		case s.escaped:
			s.escaped = false
		case s.quoted:
			if c == '\\' {
				s.escaped = true
			} else if c == '"' {
				s.quoted = false
				if s.depth == 0 {
					s.i++
					return true
				}
			}
		case c == '"' && s.nested:
			s.quoted = true
		case (c == '{' || c == '[') && s.nested:
			s.depth++
		case (c == '}' || c == ']') && s.nested:
			if s.depth--; s.depth == 0 {
				s.i++
				return true
			}
		case !s.nested && ends(c):
			s.i = max(s.i, 1)
			return true
		}
	}
	return false
}

// handler takes the objects of a document.
type handler interface {
	// object takes a whole object.
	object(v []byte) error
	// lists says which members of an object too large to be held are lists
	// whose items are taken one by one.
	lists(key string) bool
	// member takes another member of such an object.
	member(key string, v []byte)
	// item takes an item of such a list.
	item(key string, v []byte) error
}

// each hands every object of a document to h.
func (d *document) each(ctx context.Context, r *reader, h handler) error {
	for depth := 0; ; {
		if err := ctx.Err(); err != nil {
			return err
		}
		c, err := d.peek()
		if err == io.EOF && depth > 0 {
			return r.fatal(errEnds)
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		switch c {
		case ',':
			d.take()
		case '[':
			d.take()
			depth++
		case ']':
			d.take()
			if depth--; depth < 0 {
				return r.fatal(errors.New("found a ] that closes nothing, expected a JSON object"))
			}
		case '{':
			if err := d.one(r, h); err != nil {
				return err
			}
		default:
			return r.fatal(errors.New("found something else than a JSON object, expected objects, or a list of objects"))
		}
	}
}

// one hands over the next object, in pieces where it is too large.
func (d *document) one(r *reader, h handler) error {
	v, err := d.value()
	if err == nil {
		r.value++
		return h.object(v)
	}
	if err != errTooBig {
		return r.stop(err)
	}
	d.take()
	for {
		c, err := d.peek()
		if err != nil {
			return r.stop(err)
		}
		switch c {
		case '}':
			d.take()
			r.value++
			return nil
		case ',':
			d.take()
		case '"':
			if err := d.pair(r, h); err != nil {
				return err
			}
		default:
			return r.fatal(errors.New("found something else than a member of an object, expected \"name\": value"))
		}
	}
}

// pair hands over a member of an object.
func (d *document) pair(r *reader, h handler) error {
	name, err := d.value()
	if err != nil {
		return r.stop(err)
	}
	key, _ := unquote(nil, name)
	k := string(key)
	c, err := d.peek()
	if err == nil && c == ':' {
		d.take()
		c, err = d.peek()
	} else if err == nil {
		return r.fatal(errors.New("found a name without a value, expected \"name\": value"))
	}
	if err != nil {
		return r.stop(err)
	}
	if c != '[' || !h.lists(k) {
		v, err := d.value()
		if err != nil {
			return r.stop(err)
		}
		h.member(k, v)
		return nil
	}
	d.take()
	return d.items(r, h, k)
}

// items hands over the items of a list.
func (d *document) items(r *reader, h handler, key string) error {
	for {
		c, err := d.peek()
		if err != nil {
			return r.stop(err)
		}
		switch c {
		case ']':
			d.take()
			return nil
		case ',':
			d.take()
		default:
			v, err := d.value()
			if err != nil {
				return r.stop(err)
			}
			r.event++
			if err := h.item(key, v); err != nil {
				return err
			}
		}
	}
}
