package applications

import (
	"slices"
	"strings"
	"unicode"
)

// Verbs by which an op of a custom service says which way its bytes go.
var (
	readVerbs  = []string{"count", "describe", "download", "fetch", "find", "get", "head", "list", "lookup", "poll", "query", "read", "receive", "scan", "search", "select"}
	writeVerbs = append(slices.Clone(sendOps), "add", "append", "create", "delete", "insert", "patch", "post", "push", "remove", "save", "set", "store", "update", "upload", "upsert")
)

// writes reports whether the size of an op of a custom service goes to it, and not back from
// it, by the first word of the op's name; known is whether that says so. What it says nothing
// of is sent, as a request is, but of a cache, which answers.
func (s *storeSpec) writes(op string) (to, known bool) {
	switch verb := verbOf(op); {
	case slices.Contains(readVerbs, verb):
		return false, true
	case slices.Contains(writeVerbs, verb):
		return true, true
	}
	return op != "" && !s.caches(), false
}

// caches reports whether a store is a cache, which answers a part of reads.
func (s *storeSpec) caches() bool { return s.HitRate != nil || s.Behind != "" }

// verbOf is the first word of a name in lower case: get of get_user, getUser and GET.
func verbOf(op string) string {
	end, lower := len(op), false
	for i, r := range op {
		if !unicode.IsLetter(r) || lower && unicode.IsUpper(r) {
			end = i
			break
		}
		lower = unicode.IsLower(r)
	}
	return strings.ToLower(op[:end])
}

// directionOf says which way the size of an op goes, as a note does.
func directionOf(to bool) string {
	if to {
		return "sent to it"
	}
	return "comes from it"
}
