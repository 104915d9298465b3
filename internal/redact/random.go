package redact

import (
	"bytes"
	"math"
)

// What is looked at in a function's name: a run of letters and digits, and runs
// that are parted by marks, as a key may have. Shorter ones are abbreviations
// as often as not.
const (
	mixedLeast  = 8  // letters and digits
	letterLeast = 10 // letters alone
	groupLeast  = 16 // letters and digits of several runs

	letterBits = 0  // letters alone have at least so many bits
	mixedBits  = -8 // letters and digits
	groupBits  = -1 // several runs, a character
	change     = 4  // bits for a change between letters and digits
)

// piece is a run of letters and digits in a name.
type piece struct {
	from, to int
	n        int     // letters and digits
	bits     float64 // by which it is more probable as words and numbers than at random
	random   bool
}

// maskRandom masks what is more probable at random: runs, and then groups of
// what is left.
func maskRandom(s string) string {
	var out []byte
	at := 0
	for _, p := range cut(s) {
		if p.random {
			out = append(append(out, s[at:p.from]...), Secret...)
			at = p.to
		}
	}
	return maskGroups(string(append(out, s[at:]...)))
}

func maskGroups(s string) string {
	from, to, ok := randomGroup(cut(s))
	if !ok {
		return s
	}
	return maskGroups(s[:from]) + Secret + maskGroups(s[to:])
}

// cut returns the runs of a name, less what is masked already.
func cut(s string) (out []piece) {
	for i := 0; i < len(s); i++ {
		from := i
		for i < len(s) && (isLetter(s[i]) || isDigit(s[i])) {
			i++
		}
		if masked := from > 0 && s[from-1] == '{' && i < len(s) && s[i] == '}'; i > from && !masked {
			out = append(out, newPiece(s, from, i))
		}
	}
	return out
}

func newPiece(s string, from, to int) piece {
	letters, digits, bits := weigh([]byte(s[from:to]))
	p := piece{from: from, to: to, n: letters + digits, bits: bits}
	switch {
	case digits == 0:
		p.random = p.n >= letterLeast && bits < letterBits
	case letters > 0:
		p.random = p.n >= mixedLeast && bits < max(mixedBits, -float64(p.n))
	}
	return p
}

// randomGroup returns the neighbouring runs that are the most probable to be
// random, if they are.
func randomGroup(pieces []piece) (from, to int, ok bool) {
	least := 0.0
	for i := range pieces {
		n, bits := 0, 0.0
		for j := i; j < len(pieces); j++ {
			if j > i && pieces[j].from-pieces[j-1].to > 1 {
				break // a space with a mark, a mask
			}
			n, bits = n+pieces[j].n, bits+pieces[j].bits
			if n >= groupLeast && bits < groupBits*float64(n) && bits < least {
				from, to, ok, least = pieces[i].from, pieces[j].to, true, bits
			}
		}
	}
	return from, to, ok
}

// weigh counts a run's letters and digits, and says by how many bits it is more
// probable as words and numbers than at random.
func weigh(run []byte) (letters, digits int, bits float64) {
	if isNumbered(run) {
		return len(run), 0, 0
	}
	m := theModel()
	for i := 0; i < len(run); {
		from := i
		for i < len(run) && isDigit(run[i]) == isDigit(run[from]) {
			i++
		}
		if from > 0 {
			bits -= change
		}
		if isDigit(run[from]) {
			digits += i - from
			continue
		}
		letters += i - from
		for _, w := range humps(run[from:i]) {
			bits += m.gain(bytes.ToLower(w))
		}
	}
	if digits > 0 { // at random they are of 36 characters, here of 26 and of 10
		bits += float64(letters)*math.Log2(36.0/26) + float64(digits)*math.Log2(36.0/10)
	}
	return letters, digits, bits
}
