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
// password-reset, confirmEmail.
var secrets = set("accept access activate activation apikey approve challenge claim code codes confirm confirmation credential credentials " +
	"invitation invitations invite invites join jwt key keys link links magic nonce optin optout otp passwd password passwords pin pwd recover " +
	"recovery redeem reset secret secrets session sessions share shared sig signature sso ticket tickets token tokens unlock unsubscribe validate " +
	"verification verify")

// verbs are what a route has after such words, and neither a name nor a secret.
var verbs = set("add all archive batch bulk callback cancel change clone complete confirm count create current delete disable download " +
	"edit email enable export forgot form import introspect list login logout lookup me new phone refresh register rename request resend reset " +
	"resume retry revoke rotate search send start stats status success summary suspend sync update upload validate verify")

// Private reports whether what follows a segment of a path is secret or names
// a person.
func Private(segment []byte) bool {
	if len(segment) > 4*segmentMost {
		return false
	}
	b := Fold(segment)
	if i := bytes.IndexByte(b, '.'); i > 0 {
		b = b[:i] // confirm.php
	}
	if has(people, b) {
		return true
	}
	for from := 0; from < len(b); {
		i := from
		for i < len(b) && isLetter(b[i]) {
			i++
		}
		part := b[from:i]
		from = i + 1
		if has(secrets, part) {
			return true
		}
		for len(part) > 0 {
			n := hump(part)
			if has(secrets, part[:n]) {
				return true
			}
			part = part[n:]
		}
	}
	return false
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
