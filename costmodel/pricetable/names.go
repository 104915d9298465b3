package pricetable

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"unicode"
)

// maxName bounds the name of a tariff, before what tells eras apart.
const maxName = 100

// sanitised returns a text as a part of the name of a tariff or a file:
// lower-case letters, digits and - . _ +, and no longer than maxName. It may be
// what another text becomes too.
func sanitised(s string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(s) {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '.', r == '_', r == '+':
			b.WriteRune(r)
		default:
			b.WriteByte('-')
		}
	}
	out := b.String()
	for strings.Contains(out, "--") {
		out = strings.ReplaceAll(out, "--", "-")
	}
	out = strings.Trim(out, "-._+")
	if len(out) > maxName {
		out = strings.TrimRight(out[:maxName], "-._+")
	}
	if out == "" {
		return "x" + digest(s)
	}
	return out
}

// digest tells apart what is sanitised to the same.
func digest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:4])
}

// distinct returns a name for each text, all different: the sanitised text,
// without the prefix that all names get. Where several become the same, or one
// is cut, a digest is added, but for the one that already is its own name. It
// does not depend on the order.
func distinct(prefix string, texts []string) []string {
	names, many := make([]string, len(texts)), map[string]int{}
	for i, t := range texts {
		names[i] = sanitised(t)
		if rest, ok := strings.CutPrefix(names[i], prefix+"-"); ok {
			names[i] = rest
		}
		many[names[i]]++
	}
	for i, t := range texts {
		if names[i] != t && (many[names[i]] > 1 || len(t) > maxName) {
			names[i] += "-" + digest(t)
		}
		names[i] = prefix + "-" + names[i]
	}
	return names
}

// maxTitle bounds what a table may call something.
const maxTitle = 120

// clean returns a text of a table as it may be shown: on one line, without
// control characters, not too long.
func clean(s string) string {
	s = oneLine(s)
	if r := []rune(s); len(r) > maxTitle {
		return string(r[:maxTitle]) + "…"
	}
	return s
}

// oneLine returns a text without line breaks and control characters.
func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }), " ")
}
