package redact

import (
	"regexp"
	"unicode/utf8"
)

// lookMost is how much of a text is looked at for an excerpt of it.
const lookMost = 1 << 10

// What an excerpt masks beside credentials. Numbers and times are what it is
// shown for.
var (
	query  = regexp.MustCompile(`[?#;][^\s",]*[=&][^\s",]*`)
	person = regexp.MustCompile(`[^\s"<>,]+@[^\s"<>,]+`)
)

// Excerpt returns the start of a text, of at most so many bytes, for a message
// about it, with what looks like a credential in it masked; cut says whether
// there is more.
func Excerpt(text string, most int) (start string, cut bool) {
	s := text
	if len(s) > lookMost {
		s, cut = s[:lookMost], true
	}
	// Folding also makes it valid UTF-8, so it is for what is masked alone.
	folded := string(Fold([]byte(s)))
	masked := query.ReplaceAllString(folded, "?"+Secret)
	for _, f := range forms {
		masked = f.pattern.ReplaceAllString(masked, f.mask)
	}
	if masked = maskRandom(maskHex(uuid.ReplaceAllString(person.ReplaceAllString(masked, ID), ID))); masked != folded {
		s = masked
	}
	if len(s) <= most {
		return s, cut
	}
	end := most
	for end > 0 && utf8.ValidString(s) && !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end], true
}
