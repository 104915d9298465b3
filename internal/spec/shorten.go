package spec

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

const (
	shortMost = 200 // characters of a value that a message shows whole
	shortKept = 60  // and of a longer one
	lineMost  = 4000
	lineKept  = 1000
)

// Shorten returns a message in which each overlong value, a word or a text in
// double quotes, is its beginning and its length: whoever gave a million digits
// need not read them again. So is a line that is overlong for all that.
func Shorten(message string) string {
	if len(message) <= shortMost {
		return message
	}
	lines := strings.Split(shortenValues(message), "\n")
	for i, line := range lines {
		if count := utf8.RuneCountInString(line); count > lineMost {
			lines[i] = fmt.Sprintf("%s… (%d characters)", beginning(line, lineKept), count)
		}
	}
	return strings.Join(lines, "\n")
}

func shortenValues(message string) string {
	var b strings.Builder
	for len(message) > 0 {
		n := valueLen(message)
		value := message[:n]
		message = message[n:]
		count := utf8.RuneCountInString(value)
		if count <= shortMost {
			b.WriteString(value)
			continue
		}
		b.WriteString(beginning(value, shortKept))
		b.WriteString("…")
		if value[0] == '"' {
			b.WriteByte('"')
		}
		fmt.Fprintf(&b, " (%d characters)", count)
	}
	return b.String()
}

// Quote returns a value for a message: in quotes, and where it is long its
// beginning and its length.
func Quote[T ~string | ~[]byte](value T) string {
	text := string(value)
	count := utf8.RuneCountInString(text)
	if count <= shortKept {
		return fmt.Sprintf("%q", text)
	}
	return fmt.Sprintf("%q (%d characters)", beginning(text, shortKept)+"…", count)
}

// beginning returns the first characters of a text that has as many or more.
func beginning(value string, characters int) string {
	end := 0
	for range characters {
		_, size := utf8.DecodeRuneInString(value[end:])
		end += size
	}
	return value[:end]
}

// valueLen returns how long the first value of a text is, or what stands before the
// next one: a text in quotes with its escapes, a blank, or a word up to either and
// to the punctuation at its end.
func valueLen(s string) int {
	switch s[0] {
	case '"':
		for i := 1; i < len(s); i++ {
			switch s[i] {
			case '\\':
				i++
			case '"':
				return i + 1
			case '\n':
				return i // it was no opening quote
			}
		}
		return len(s)
	case ' ', '\t', '\n':
		return 1
	}
	n := strings.IndexAny(s, " \t\n\"")
	if n < 0 {
		n = len(s)
	}
	return max(1, len(strings.TrimRight(s[:n], ",;:.)")))
}
