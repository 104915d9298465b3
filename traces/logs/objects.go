package logs

import (
	"bufio"
	"bytes"
	"io"
)

// peekMost is how much of a file is looked at to tell lines from a document.
const peekMost = 1 << 18

// readObjects calls take for every JSON object of a file, and instead of one that
// has a list of that name for each of the list's items. Where the first line is a
// whole object the file is read by lines, so that a broken line spoils no other;
// else as a document: a list, or objects one after the other.
func (r *reader) readObjects(in io.Reader, list string, most int, take func(b []byte) problem) error {
	body := bufio.NewReaderSize(in, peekMost)
	sample, err := body.Peek(peekMost)
	if err != nil && err != io.EOF {
		return err
	}
	if isObjectLine(sample, err == io.EOF) {
		return r.each(body, func(line []byte) problem {
			if space(line, 0) == len(line) {
				return ""
			}
			line = bytes.TrimRight(line, ", \t")
			if i := space(line, 0); i == len(line) || line[i] != '{' || nestedEnd(line, i) != len(line) {
				return "found a line that is no JSON object, expected one a line"
			}
			return r.within(line, list, take)
		})
	}
	d := newDocument(body)
	d.most = most
	return d.each(r.ctx, r, &objects{r: r, list: list, take: take})
}

// isObjectLine reports whether a text begins with an object, and its first or second
// line is one and no other.
func isObjectLine(b []byte, whole bool) bool {
	b = b[space(b, 0):]
	if len(b) == 0 || b[0] != '{' {
		return false
	}
	for range 2 {
		end := bytes.IndexByte(b, '\n')
		if end < 0 && !whole {
			return false
		}
		line := b[:upTo(b, '\n')]
		if len(line) > 0 && line[0] == '{' {
			if after := nestedEnd(line, 0); after > 0 && bytes.IndexByte(line[after:], '{') < 0 {
				return true
			}
		}
		b = b[min(len(line)+1, len(b)):]
	}
	return false
}

// within calls take for an object, or for the items of its list.
func (r *reader) within(b []byte, list string, take func(b []byte) problem) problem {
	if list == "" {
		return take(b)
	}
	w := newWalk(b, '{')
	for w.next(false) {
		if string(w.key) != list || w.value[0] != '[' {
			continue
		}
		items := newWalk(w.value, '[')
		for items.next(true) {
			if p := take(items.value); p != "" {
				if err := r.skip(p); err != nil {
					return p
				}
			}
		}
		if items.broken {
			return brokenObject
		}
		return ""
	}
	if w.broken {
		return brokenObject
	}
	return take(b)
}

// objects handles a document of such objects.
type objects struct {
	r    *reader
	list string
	take func(b []byte) problem
}

// object implements handler.
func (o *objects) object(b []byte) error {
	if o.list != "" {
		w := newWalk(b, '{')
		for w.next(false) {
			if string(w.key) != o.list || w.value[0] != '[' {
				continue
			}
			items := newWalk(w.value, '[')
			for items.next(true) {
				o.r.event++
				if err := o.item("", items.value); err != nil {
					return err
				}
			}
			if items.broken {
				return o.r.skip(brokenObject)
			}
			return nil
		}
	}
	o.r.event++
	return o.item("", b)
}

// lists implements handler.
func (o *objects) lists(key string) bool { return key == o.list }

// member implements handler.
func (o *objects) member(string, []byte) {}

// item implements handler.
func (o *objects) item(_ string, b []byte) error {
	if p := o.take(b); p != "" {
		return o.r.skip(p)
	}
	return nil
}
