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

	letterBits  = 0  // letters alone have at least so many bits
	mixedBits   = -8 // letters and digits
	groupBits   = -1 // several runs, a character
	stretchBits = -2 // groupLeast letters in a row, a character
	change      = 4  // bits for a change between letters and digits
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
	chunks := weigh([]byte(s[from:to]))
	p := piece{from: from, to: to}
	letters := 0
	for _, c := range chunks {
		p.n, p.bits = p.n+c.n, p.bits+c.bits
		if !c.digits {
			letters += c.n
		}
	}
	switch {
	case letters == p.n:
		p.random = p.n >= letterLeast && p.bits < letterBits
	case letters > 0:
		p.random = p.n >= mixedLeast && p.bits < max(mixedBits, -float64(p.n))
	}
	p.random = p.random || partRandom(chunks) || stretchRandom([]byte(s[from:to]))
	return p
}

// partRandom reports whether some neighbouring chunks of a run are random,
// whatever words stand before and after them.
func partRandom(chunks []chunk) bool {
	for i := range chunks {
		n, bits := 0, 0.0
		for _, c := range chunks[i:] {
			n, bits = n+c.n, bits+c.bits
			if n >= groupLeast && bits < groupBits*float64(n) {
				return true
			}
		}
	}
	return false
}

// stretchRandom reports whether groupLeast letters in a row are random.
func stretchRandom(run []byte) bool {
	const step = groupLeast / 4
	m := theModel()
	for i := 0; i+groupLeast <= len(run); i += step {
		w := bytes.ToLower(run[i : i+groupLeast])
		if bytes.ContainsAny(w, "0123456789") {
			continue
		}
		if m.gain(w) < stretchBits*groupLeast {
			return true
		}
	}
	return false
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

// chunk is some digits of a run, or some letters of one case or a capital and
// small ones.
type chunk struct {
	n      int
	digits bool
	bits   float64 // by which it is more probable as a word or a number than at random
}

// weigh cuts a run into chunks.
func weigh(run []byte) (out []chunk) {
	if isNumbered(run) {
		return []chunk{{n: len(run)}}
	}
	m := theModel()
	mixed := bytes.ContainsAny(run, "0123456789")
	for i := 0; i < len(run); {
		from := i
		for i < len(run) && isDigit(run[i]) == isDigit(run[from]) {
			i++
		}
		first := len(out)
		if isDigit(run[from]) {
			out = append(out, chunk{i - from, true, float64(i-from) * math.Log2(36.0/10)})
		} else {
			for _, w := range humps(run[from:i]) {
				c := chunk{n: len(w), bits: m.gain(bytes.ToLower(w))}
				if mixed { // at random it is of 36 characters
					c.bits += float64(c.n) * math.Log2(36.0/letters)
				}
				out = append(out, c)
			}
		}
		if from > 0 {
			out[first].bits -= change
		}
	}
	return out
}
