package redact

import "bytes"

const (
	segmentMost = 32 // bytes of the longest segment kept
	plainMost   = 5  // letters of a segment that the model is not asked about
	hexLeast    = 8  // letters a to f alone that are taken for digits
	keepBits    = 8  // by which a segment is more probable as words than at random
	partBits    = 4  // and each part of it of more than plainMost letters
)

// numbered are words with digits that routes have; versions are told by form.
var numbered = set("2d 2fa 3d a11y auth0 b2b b2c base32 base64 c2c crc32 d3 e2e ec2 gpt3 gpt4 h2 h264 h265 hls3 html5 http2 http3 " +
	"i18n ipv4 ipv6 iso8601 k8s l10n log4j md5 mp3 mp4 neo4j oauth1 oauth2 oauth20 office365 o365 p2p ps4 ps5 route53 s3 saml2 sha1 sha256 sha512 " +
	"t1 t2 utf8 w3 web2 web3 x509 x64 x86")

// pages are the extensions of what a site serves of itself: their names are
// routes. Documents and images are named by people.
var pages = set("action ashx asmx asp aspx atom cfm cgi css do htm html ico js json jsp jspx mjs php rss svc txt wasm webmanifest wsdl xml")

// File stands for a file's name that is not kept.
const File = "{file}"

// ID stands for what is not kept.
const ID = "{id}"

// Word returns a segment of a path if it reads as a word of a route, else what
// stands for it: ID, or File for a file's name.
func Word(segment []byte) string {
	if len(segment) == 0 || len(segment) > segmentMost || hasPrefix(segment) {
		return ID
	}
	i := bytes.IndexByte(segment, '.')
	switch {
	case i == 0:
		return ID
	case i < 0:
		if !reads(segment) {
			return ID
		}
	case isVersion(segment):
	case !isPage(segment):
		if simple(segment) {
			return File
		}
		return ID
	}
	return string(segment)
}

// simple reports whether a file's name has only what such names are made of.
func simple(b []byte) bool {
	for _, c := range b {
		if !isLetter(c) && !isDigit(c) && c != '-' && c != '_' && c != '.' {
			return false
		}
	}
	return true
}

// isPage reports whether a file's name is one of a site itself, app.min.css.
func isPage(b []byte) bool {
	parts := bytes.Split(b, []byte("."))
	last := len(parts) - 1
	if last > 2 || !has(pages, parts[last]) {
		return false
	}
	for _, p := range parts[:last] {
		if !reads(p) {
			return false
		}
	}
	return true
}

// reads reports whether a segment without dots reads as words.
func reads(b []byte) bool {
	if len(b) == 0 || b[0] == '-' || b[0] == '_' || isHexWord(b) {
		return false
	}
	var words [][]byte
	n, cases := 0, 0
	for _, part := range bytes.FieldsFunc(b, func(r rune) bool { return r == '-' || r == '_' }) {
		if isNumbered(part) {
			continue
		}
		for _, c := range part {
			if !isLetter(c) {
				return false
			}
		}
		n += len(part)
		more := humps(part)
		cases += len(more) - 1
		words = append(words, more...)
	}
	if n <= plainMost {
		return cases <= 1
	}
	return likely(words)
}

// likely reports whether words, parted by case or marks, are more probable as
// such than at random.
func likely(words [][]byte) bool {
	m := theModel()
	bits := 0.0
	var joined []byte
	for _, w := range words {
		w = bytes.ToLower(w)
		gain := m.gain(w)
		if len(w) > plainMost && gain < partBits {
			return false
		}
		bits += gain
		joined = append(joined, w...)
	}
	// sign-in is signin, too.
	return bits >= keepBits || len(joined) <= 2*plainMost && m.gain(joined) >= keepBits
}

// humps cuts a word where its case says: getUserById, XMLHttp.
func humps(b []byte) (out [][]byte) {
	for len(b) > 0 {
		n := hump(b)
		out, b = append(out, b[:n]), b[n:]
	}
	return out
}

// hump is where the first of humps ends.
func hump(b []byte) int {
	for i := 1; i < len(b); i++ {
		next := i+1 < len(b) && isLower(b[i+1])
		if isUpper(b[i]) && (isLower(b[i-1]) || isUpper(b[i-1]) && next) {
			return i
		}
	}
	return len(b)
}

// isNumbered reports a version or a word of numbered.
func isNumbered(b []byte) bool {
	return isVersion(b) || has(numbered, b)
}

// isVersion reports v1, v12, v1.2, v2beta1.
func isVersion(b []byte) bool {
	if len(b) < 2 || b[0]|0x20 != 'v' {
		return false
	}
	rest, n := digits(b[1:])
	if n == 0 || n > 3 {
		return false
	}
	for len(rest) > 1 && rest[0] == '.' {
		if rest, n = digits(rest[1:]); n == 0 || n > 3 {
			return false
		}
	}
	for _, stage := range []string{"alpha", "beta", "rc", "preview"} {
		if after, ok := bytes.CutPrefix(bytes.ToLower(rest), []byte(stage)); ok {
			if rest, n = digits(after); n > 2 {
				return false
			}
		}
	}
	return len(rest) == 0
}

// digits cuts the digits at the start of b off.
func digits(b []byte) (rest []byte, n int) {
	for n < len(b) && isDigit(b[n]) {
		n++
	}
	return b[n:], n
}

// isHexWord reports eight or more letters that are all hexadecimal digits.
func isHexWord(b []byte) bool {
	n := 0
	for _, c := range b {
		if (c|0x20 < 'a' || c|0x20 > 'f') && c != '-' && c != '_' {
			return false
		}
		n++
	}
	return n >= hexLeast
}

func isLower(c byte) bool  { return c-'a' < 26 }
func isUpper(c byte) bool  { return c-'A' < 26 }
func isLetter(c byte) bool { return (c|0x20)-'a' < 26 }
func isDigit(c byte) bool  { return c-'0' < 10 }
