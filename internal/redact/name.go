package redact

import (
	"bytes"
	"cmp"
)

// Name returns a function's name without what is secret or personal in it. It
// is cut at ?, # and ;, and what is masked is Secret or ID; of an ARN the
// function's name is left. Functions whose names became the same are told
// apart by the key, which is not to be shown; it is empty where the name tells.
func Name(name []byte) (clean, key string) {
	written, _ := Cut(name)
	b, cut := Cut(Fold(written))
	b = bytes.TrimSpace(b)
	if resource, until, ok := arn(b); ok {
		b, cut, key = resource, true, string(b[:until])
	}
	text := string(b)
	if len(b) == 0 || isAddress(b) {
		return ID, cmp.Or(key, text, ID)
	}
	if masked := mask(text); masked != text {
		return masked, cmp.Or(key, text)
	}
	if !cut { // folding was for the look only
		text = string(bytes.TrimSpace(written))
	}
	return text, key
}

// Cut returns what stands before a query, a fragment or parameters.
func Cut(b []byte) (before []byte, cut bool) {
	if i := bytes.IndexAny(b, "?#;"); i >= 0 {
		return b[:i], true
	}
	return b, false
}

// arn returns the function's name of an ARN, and where it ends; a version or an
// alias follows:
//
//	arn:aws:lambda:us-east-1:123456789012:function:orders-prod-2:live
func arn(b []byte) (name []byte, until int, ok bool) {
	parts := bytes.SplitN(b, []byte(":"), 6)
	if len(parts) < 6 || string(parts[0]) != "arn" {
		return nil, 0, false
	}
	resource, at := parts[5], len(b)-len(parts[5])
	if after, ok := bytes.CutPrefix(resource, []byte("function:")); ok {
		name, _, _ = bytes.Cut(after, []byte(":"))
		return name, at + len("function:") + len(name), true
	}
	return resource[bytes.LastIndexAny(resource, ":/")+1:], len(b), true
}

// isAddress reports whether a name is made of digits, dots and colons, as IP
// addresses are.
func isAddress(b []byte) bool {
	marks := 0
	for _, c := range bytes.Trim(b, "[]") {
		if c == '.' || c == ':' {
			marks++
		} else if !isHex(c) {
			return false
		}
	}
	return marks >= 2
}
