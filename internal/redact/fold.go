package redact

import "unicode/utf8"

// foldRounds is how often a text may have been percent-encoded.
const foldRounds = 4

// Fold resolves percent-encodings, and takes characters that look like ones of
// ASCII (full-width forms, Cyrillic and Greek letters, typographic dashes) for
// these. Bytes that are not UTF-8 become U+FFFD. The result may be b itself.
func Fold(b []byte) []byte {
	for range foldRounds {
		out, changed := unescape(b)
		if !changed {
			break
		}
		b = out
	}
	for i, c := range b {
		if c >= utf8.RuneSelf {
			return foldRunes(b, i)
		}
	}
	return b
}

// unescape resolves %XX once.
func unescape(b []byte) (out []byte, changed bool) {
	for i := 0; i < len(b); i++ {
		if b[i] == '%' && i+2 < len(b) && isHex(b[i+1]) && isHex(b[i+2]) {
			if !changed {
				out, changed = append(make([]byte, 0, len(b)), b[:i]...), true
			}
			out = append(out, nibble(b[i+1])<<4|nibble(b[i+2]))
			i += 2
		} else if changed {
			out = append(out, b[i])
		}
	}
	return out, changed
}

func isHex(c byte) bool { return isDigit(c) || (c|0x20)-'a' < 6 }

func nibble(c byte) byte {
	if isDigit(c) {
		return c - '0'
	}
	return (c | 0x20) - 'a' + 10
}

func foldRunes(b []byte, from int) []byte {
	out := append(make([]byte, 0, len(b)), b[:from]...)
	for i := from; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		i += n
		if r = foldRune(r); r != 0 {
			out = utf8.AppendRune(out, r)
		}
	}
	return out
}

// foldRune returns what a character looks like; 0: nothing.
func foldRune(r rune) rune {
	switch {
	case r < utf8.RuneSelf:
		return r
	case r == 0xAD, r >= 0x200B && r <= 0x200D, r == 0x2060, r == 0xFEFF:
		return 0 // not seen
	case r == 0xA0, r >= 0x2000 && r <= 0x200A, r == 0x3000:
		return ' '
	case r >= 0x2010 && r <= 0x2015, r == 0x2212:
		return '-'
	case r >= 0xFF01 && r <= 0xFF5E: // full-width
		return r - 0xFEE0
	case r >= 0x1D400 && r <= 0x1D6A3: // mathematical letters, 13 alphabets
		if at := (r - 0x1D400) % 52; at >= 26 {
			return 'a' + at - 26
		}
		return 'A' + (r-0x1D400)%52
	case r >= 0x1D7CE && r <= 0x1D7FF:
		return '0' + (r-0x1D7CE)%10
	}
	if c, ok := lookAlike[r]; ok {
		return c
	}
	return r
}

// lookAlike are letters and marks that look like ASCII ones in common fonts.
var lookAlike = map[rune]rune{
	'а': 'a', 'е': 'e', 'о': 'o', 'р': 'p', 'с': 'c', 'у': 'y', 'х': 'x', 'і': 'i', 'ј': 'j', 'ѕ': 's', 'ԁ': 'd', 'һ': 'h', 'ԛ': 'q', 'ԝ': 'w', 'к': 'k', 'т': 't', 'м': 'm',
	'А': 'A', 'В': 'B', 'Е': 'E', 'К': 'K', 'М': 'M', 'Н': 'H', 'О': 'O', 'Р': 'P', 'С': 'C', 'Т': 'T', 'У': 'Y', 'Х': 'X', 'І': 'I', 'Ј': 'J', 'Ѕ': 'S',
	'α': 'a', 'ε': 'e', 'ι': 'i', 'κ': 'k', 'ν': 'v', 'ο': 'o', 'ρ': 'p', 'τ': 't', 'υ': 'u', 'χ': 'x', 'ω': 'w',
	'Α': 'A', 'Β': 'B', 'Ε': 'E', 'Ζ': 'Z', 'Η': 'H', 'Ι': 'I', 'Κ': 'K', 'Μ': 'M', 'Ν': 'N', 'Ο': 'O', 'Ρ': 'P', 'Τ': 'T', 'Υ': 'Y', 'Χ': 'X',
	'ı': 'i', 'ſ': 's', 'ɑ': 'a', 'ɡ': 'g', 'ⅼ': 'l', 'ℓ': 'l',
	'\u037E': ';', '\u061B': ';', '\u061F': '?', '\uFE54': ';', '\uFE56': '?', '\uFE5F': '#', '\uFE66': '=', '\uFE13': ':', '\uFE55': ':', '\uFE6B': '@',
	'\u2044': '/', '\u2215': '/', '\u29F8': '/', '\u2236': ':', '\uA789': ':',
}
