package spec

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// Nearest returns the known word that was most likely meant: the one at the
// smallest edit distance (insertions, deletions, replacements, swaps of
// neighbours; case and the choice between - and _ do not count), the first in
// sorted order of several. A word further away than a third of its length, and
// than 1, is not taken for a slip.
func Nearest(word string, known []string) (string, bool) {
	if len(word) > 100 { // no slip of a key, and the distance is quadratic
		return "", false
	}
	best, least := "", max(1, len(word)/3)+1
	for _, k := range slices.Sorted(slices.Values(known)) {
		if d := distance(folded(word), folded(k)); d < least {
			best, least = k, d
		}
	}
	return best, best != ""
}

func folded(s string) string { return strings.ReplaceAll(strings.ToLower(s), "_", "-") }

// distance is the optimal string alignment distance.
func distance(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}

// suggest ends a message about an unknown word: the nearest known one, else
// all of them.
func suggest(word string, known []string) string {
	if k, ok := Nearest(word, known); ok {
		return fmt.Sprintf("; did you mean %q?", k)
	}
	if len(known) == 0 {
		return "; none is expected here"
	}
	list := slices.Sorted(slices.Values(known))
	for i, k := range list {
		list[i] = plainly(k)
	}
	return "; known: " + strings.Join(list, ", ")
}

// plainly is a word as it is where a line of a message can hold it, else quoted.
func plainly(word string) string {
	if strings.ContainsFunc(word, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return Quote(word)
	}
	return word
}

// Unknown returns the message about a word that is not among the known ones,
// such as `unknown policy "fixd"; did you mean "fixed"?`. what names the kind
// of thing.
func Unknown(what, word string, known []string) string {
	return fmt.Sprintf("unknown %s %s%s", what, Quote(word), suggest(word, known))
}
