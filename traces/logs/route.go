package logs

import (
	"bytes"
	"slices"

	"github.com/coldcurve/coldcurve/internal/decimal"
)

const (
	wordMost    = 32 // the longest word of a path kept
	childrenMax = 24 // words kept below one parent
	depthMost   = 8  // segments of a path kept
	id          = "{id}"
)

// What stands for segments that are not kept.
var (
	idWord   = []byte(id)
	fileWord = []byte("{file}")
	restWord = []byte("*")
)

// people are words whose next segment names a person or what is a person's.
var people = []string{"account", "accounts", "author", "authors", "client", "clients", "contact", "contacts", "customer",
	"customers", "email", "emails", "employee", "employees", "friend", "friends", "guest", "guests", "host", "hosts",
	"invite", "invites", "member", "members", "name", "names", "owner", "owners", "password", "passwords", "patient",
	"patients", "people", "person", "persons", "phone", "phones", "player", "players", "profile", "profiles", "recipient",
	"recipients", "session", "sessions", "share", "shared", "staff", "student", "students", "subscriber", "subscribers",
	"teacher", "teachers", "token", "tokens", "u", "unsubscribe", "user", "username", "usernames", "users", "verify"}

var methods = []string{"CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"}

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
	full     bool  // all words are {id}
	account  int32 // −1: no request ended here
}

// isRoute reports whether a function's name is a path, a method and a path, or a URL.
func isRoute(b []byte) bool {
	if len(b) > 0 && b[0] == '/' {
		return true
	}
	if i := bytes.IndexByte(b, ' '); i > 0 && i < 8 && i+1 < len(b) && b[i+1] == '/' {
		return true
	}
	i := bytes.Index(b, []byte("://"))
	return i > 0 && i < 16
}

// resolve returns the account of "METHOD path", "path" or a URL with either.
func (t *routes) resolve(b []byte) int32 {
	method, path := "", b
	if i := bytes.IndexByte(b, ' '); i >= 0 {
		method, path = "OTHER", b[i+1:]
		for _, m := range methods {
			if string(b[:i]) == m {
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

// pathOf cuts scheme, host, query, fragment and parameters off a URL.
func pathOf(b []byte) []byte {
	if i := bytes.IndexAny(b, "?#; "); i >= 0 {
		b = b[:i]
	}
	if i := bytes.Index(b, []byte("://")); i >= 0 {
		b = b[i+3:]
		if i = bytes.IndexByte(b, '/'); i < 0 {
			return nil
		}
		b = b[i:]
	}
	return b
}

// walk goes down the tree along a path; nil: the tree is full.
func (t *routes) walk(n *route, path []byte) *route {
	private := false
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
		word := idWord
		if !private {
			word = wordOf(segment)
		}
		private = !private && namesPeople(segment)
		if n = t.child(n, word); n == nil {
			return nil
		}
	}
	return n
}

// wordOf returns a segment if it is a plain word of a route, else what stands for it.
func wordOf(b []byte) []byte {
	if len(b) > wordMost || isSecret(b) {
		return idWord
	}
	for i, c := range b {
		switch {
		case c|0x20 >= 'a' && c|0x20 <= 'z', (c == '-' || c == '_') && i > 0:
		case c == '.' && i > 0:
			return fileWord
		case c-'0' <= 9 && isVersion(b):
		default:
			return idWord
		}
	}
	return b
}

// namesPeople reports whether a segment is one of people.
func namesPeople(b []byte) bool {
	var lower [wordMost]byte
	if len(b) > len(lower) {
		return false
	}
	for i, c := range b {
		if c-'A' < 26 {
			c |= 0x20
		}
		lower[i] = c
	}
	for _, p := range people {
		if string(lower[:len(b)]) == p {
			return true
		}
	}
	return false
}

// isVersion reports v and up to three digits.
func isVersion(b []byte) bool {
	if len(b) < 2 || len(b) > 4 || b[0]|0x20 != 'v' {
		return false
	}
	_, ok := decimal.Count(b[1:])
	return ok
}

// isSecret reports a run of eight hex letters or more.
func isSecret(b []byte) bool {
	for _, c := range b {
		if (c|0x20 < 'a' || c|0x20 > 'f') && c != '-' {
			return false
		}
	}
	return len(b) >= 8
}

// isAddress reports whether a name is made of digits, dots and colons, as IP
// addresses are.
func isAddress(b []byte) bool {
	marks := 0
	for _, c := range b {
		hex := c-'0' <= 9 || c|0x20 >= 'a' && c|0x20 <= 'f'
		if c == '.' || c == ':' {
			marks++
		} else if !hex {
			return false
		}
	}
	return marks >= 2
}

// isUUID reports whether a name has the form of a UUID.
func isUUID(b []byte) bool {
	if len(b) != 36 {
		return false
	}
	for i, c := range b {
		dash := i == 8 || i == 13 || i == 18 || i == 23
		if dash != (c == '-') || !dash && c-'0' > 9 && (c|0x20 < 'a' || c|0x20 > 'f') {
			return false
		}
	}
	return true
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
