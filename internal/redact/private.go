package redact

import (
	"bytes"
	"strings"
)

// set is some words.
func set(words string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(words) {
		out[w] = true
	}
	return out
}

// people are words whose next segment names a person or what is a person's.
var people = set("account accounts author authors client clients contact contacts customer customers email emails employee employees " +
	"friend friends guest guests host hosts member members name names owner owners patient patients people person persons phone phones " +
	"player players profile profiles recipient recipients staff student students subscriber subscribers teacher teachers u user username usernames users")

// secrets are words after which a secret stands, also as a part of a segment:
// apiKeys. Those of actions lead to one that may have several segments, as in
// password-reset/USER/TOKEN.
var (
	secrets = set("accept access apikey approve code codes credential credentials invitation invitations invite invites join jwt key keys link links " +
		"passwd password passwords pin pwd secret secrets session sessions share shared sig signature sso ticket tickets token tokens")
	actions = set("activate activation challenge claim confirm confirmation magic nonce optin optout otp recover recovery redeem reset unlock " +
		"unsubscribe validate verification verify")
)

// verbs are what a route has after such words, and neither a name nor a secret.
var verbs = set("add all archive batch bulk callback cancel change clone complete confirm count create current delete disable download " +
	"edit email enable export forgot form import introspect list login logout lookup me new phone refresh register rename request resend reset " +
	"resume retry revoke rotate search send start stats status success summary suspend sync update upload validate verify")

// Below says what of a path is secret or names a person, below a segment.
type Below uint8

const (
	Nothing Below = iota
	Next          // the segment that follows
	All           // those that follow
)

// Private says what below a segment of a path is secret or names a person.
func Private(segment []byte) Below {
	if len(segment) > 4*segmentMost {
		return Nothing
	}
	b := Fold(segment)
	if i := bytes.IndexByte(b, '.'); i > 0 {
		b = b[:i] // confirm.php
	}
	found := Nothing
	if has(people, b) {
		found = Next
	}
	for from := 0; from < len(b); {
		i := from
		for i < len(b) && isLetter(b[i]) {
			i++
		}
		part := b[from:i]
		from = i + 1
		found = max(found, ofWord(part))
		for len(part) > 0 {
			n := hump(part)
			found = max(found, ofWord(part[:n]))
			part = part[n:]
		}
	}
	return found
}

func ofWord(b []byte) Below {
	switch {
	case has(actions, b):
		return All
	case has(secrets, b):
		return Next
	}
	return Nothing
}

// Verb reports whether a segment is one that may stand below a private one.
func Verb(segment []byte) bool { return has(verbs, segment) }

// has looks a word up without its case.
func has(words map[string]bool, b []byte) bool {
	var lower [segmentMost]byte
	if len(b) == 0 || len(b) > len(lower) {
		return false
	}
	for i, c := range b {
		if isUpper(c) {
			c |= 0x20
		}
		lower[i] = c
	}
	return words[string(lower[:len(b)])]
}
