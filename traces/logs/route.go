package logs

import (
	"bytes"
	"slices"

	"github.com/coldcurve/coldcurve/internal/decimal"
	"github.com/coldcurve/coldcurve/internal/redact"
)

const (
	childrenMax = 24 // words kept below one parent
	depthMost   = 8  // segments of a path kept
	methodMost  = 20 // letters of a method
	id          = redact.ID
)

// What stands for segments that are not kept.
var (
	idWord   = []byte(id)
	restWord = []byte("*")
)

// methods are those of HTTP, of WebDAV and its kin, and ANY of API gateways;
// another is OTHER, since a method is not to hold text.
var methods = []string{"ACL", "ANY", "BIND", "CHECKOUT", "CONNECT", "COPY", "DELETE", "GET", "HEAD", "LINK", "LOCK", "MERGE", "MKACTIVITY",
	"MKCALENDAR", "MKCOL", "MOVE", "NOTIFY", "OPTIONS", "PATCH", "POST", "PROPFIND", "PROPPATCH", "PURGE", "PUT", "REBIND", "REPORT", "SEARCH",
	"SUBSCRIBE", "TRACE", "UNBIND", "UNLINK", "UNLOCK", "UNSUBSCRIBE"}

// routes makes templates of paths, and accounts of templates. It is a tree of
// segments; a parent with more than childrenMax words has {id} for all of them.
type routes struct {
	c      *collector
	roots  map[string]*route // by method; "": none
	made   int               // nodes
	merged int64             // parents whose words were merged
}

// route is a node: a template's last segment.
type route struct {
	template string
	words    map[string]*route
	wild     *route
	full     bool // all words are {id}
	below    redact.Below
	account  int32 // −1: no request ended here
}

// isRoute reports whether a function's name is a path, a method and a path, or
// a URL, with or without its scheme.
func isRoute(b []byte) bool {
	b, _ = redact.Cut(b)
	_, path := methodOf(b)
	return len(path) > 0 && path[0] == '/' || bytes.Contains(b, []byte("://")) || hostEnd(path) > 0
}

// methodOf cuts a method and the space after it off a path.
func methodOf(b []byte) (method, path []byte) {
	b = bytes.TrimSpace(b)
	for i, c := range b {
		switch {
		case i > methodMost:
			return nil, b
		case c == ' ' && i > 0:
			return b[:i], bytes.TrimLeft(b[i:], " ")
		case (c|0x20)-'a' > 25 && c != '-':
			return nil, b
		}
	}
	return nil, b
}

// hostEnd is where the host of a URL without a scheme ends: at the first slash,
// after a name with a top level of small letters, or a port; 0: it is none.
func hostEnd(b []byte) int {
	end := bytes.IndexByte(b, '/')
	if end <= 0 {
		return 0
	}
	host, port, _ := bytes.Cut(b[:end], []byte(":"))
	if len(port) > 0 && decimalOnly(port) {
		return end
	}
	dot := bytes.LastIndexByte(host, '.')
	if dot <= 0 || len(host)-dot < 3 || len(host)-dot > 7 {
		return 0
	}
	for _, c := range host[dot+1:] {
		if c-'a' > 25 {
			return 0
		}
	}
	return end
}

func decimalOnly(b []byte) bool {
	_, ok := decimal.Count(b)
	return ok
}

// resolve returns the account of "METHOD path", "path" or a URL with either.
func (t *routes) resolve(b []byte) int32 {
	b, _ = redact.Cut(b)
	written, path := methodOf(b)
	method := ""
	if len(written) > 0 {
		method = "OTHER"
		for _, m := range methods {
			if string(written) == m {
				method = m
			}
		}
	}
	n := t.roots[method]
	if n == nil {
		n = t.node(method)
		if method != "" {
			n.template += " "
		}
		t.roots[method] = n
	}
	n = t.walk(n, pathOf(path))
	if n == nil {
		return t.c.rest()
	}
	if n.account < 0 {
		name := n.template
		if name == "" || name[len(name)-1] == ' ' {
			name += "/"
		}
		n.account = t.c.create(name)
	}
	return n.account
}

// pathOf cuts scheme and host off a URL, and what follows a space.
func pathOf(b []byte) []byte {
	if i := bytes.IndexByte(b, ' '); i >= 0 {
		b = b[:i]
	}
	if i := bytes.Index(b, []byte("://")); i >= 0 {
		b = b[i+3:]
		if i = bytes.IndexByte(b, '/'); i < 0 {
			return nil
		}
		return b[i:]
	}
	return b[hostEnd(b):]
}

// walk goes down the tree along a path; nil: the tree is full.
func (t *routes) walk(n *route, path []byte) *route {
	below := redact.Nothing // what the segments before say of this one
	for depth := 0; len(path) > 0; {
		segment := path
		if i := bytes.IndexByte(path, '/'); i >= 0 {
			segment, path = path[:i], path[i+1:]
		} else {
			path = nil
		}
		if len(segment) == 0 {
			continue
		}
		if depth++; depth > depthMost {
			return t.child(n, restWord)
		}
		if encoded(segment) {
			if _, cut := redact.Cut(redact.Fold(segment)); cut {
				path = nil // a query that was encoded
			}
		}
		free := below == redact.Nothing || redact.Verb(segment)
		word, own := idWord, redact.Nothing
		if k := n.words[string(segment)]; k != nil && free {
			word, own = segment, k.below
		} else {
			own = redact.Private(segment) // also of what is not kept: token, an encoded reset
			if free {
				word = t.word(segment)
			}
		}
		if below != redact.All {
			below = own
		}
		if n = t.child(n, word); n == nil {
			return nil
		}
	}
	return n
}

// word returns a segment, or what stands for it.
func (t *routes) word(segment []byte) []byte {
	if w := redact.Word(segment); w != id {
		return []byte(w)
	}
	return idWord
}

// encoded reports whether a segment has more than plain ASCII in it.
func encoded(b []byte) bool {
	for _, c := range b {
		if c == '%' || c >= 0x80 {
			return true
		}
	}
	return false
}

func (t *routes) node(template string) *route {
	t.made++
	return &route{template: template, account: -1}
}

// child returns the node of a word below n; nil: the tree is full.
func (t *routes) child(n *route, word []byte) *route {
	if n.full || string(word) == id {
		if n.wild == nil {
			if t.made >= 4*t.c.most {
				return nil
			}
			n.wild = t.node(join(n.template, id))
		}
		return n.wild
	}
	if k := n.words[string(word)]; k != nil {
		return k
	}
	if len(n.words) >= childrenMax {
		t.collapse(n)
		return t.child(n, idWord)
	}
	if t.made >= 4*t.c.most {
		return nil
	}
	if n.words == nil {
		n.words = map[string]*route{}
	}
	k := t.node(join(n.template, string(word)))
	k.below = redact.Private(word)
	n.words[string(word)] = k
	return k
}

func join(template, word string) string { return template + "/" + word }

// collapse makes {id} of all words below n.
func (t *routes) collapse(n *route) {
	words := sortedWords(n)
	old := n.words
	n.words, n.full = nil, true
	t.merged++
	if n.wild == nil {
		n.wild = t.node(join(n.template, id))
	}
	for _, w := range words {
		t.merge(n.wild, old[w])
	}
}

func sortedWords(n *route) []string {
	var words []string
	for w := range n.words {
		words = append(words, w)
	}
	slices.Sort(words)
	return words
}

// merge moves the subtree from into the node into.
func (t *routes) merge(into, from *route) {
	if from.account >= 0 {
		if into.account < 0 {
			into.account = t.c.create(into.template)
		}
		if from.account != t.c.other {
			t.c.merge(into.account, from.account)
		}
	}
	if from.wild != nil {
		t.mergeChild(into, idWord, from.wild)
	}
	for _, w := range sortedWords(from) {
		t.mergeChild(into, []byte(w), from.words[w])
	}
}

func (t *routes) mergeChild(into *route, word []byte, from *route) {
	if k := t.child(into, word); k != nil {
		t.merge(k, from)
		return
	}
	t.drop(from)
}

// drop moves a subtree for which there is no room to the rest.
func (t *routes) drop(from *route) {
	if from.account >= 0 && from.account != t.c.other {
		t.c.merge(t.c.rest(), from.account)
	}
	if from.wild != nil {
		t.drop(from.wild)
	}
	for _, w := range sortedWords(from) {
		t.drop(from.words[w])
	}
}
