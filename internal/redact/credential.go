package redact

import (
	"bytes"
	"regexp"
	"strings"
)

// Secret stands for what looks like a credential.
const Secret = "{secret}"

// form is what a credential looks like.
type form struct {
	pattern *regexp.Regexp
	mask    string // what stands for it; $1 is kept
}

// forms are tried in this order on a name that is folded and cut.
var forms = []form{
	// user:password@host
	{regexp.MustCompile(`[^\s:/@]*:[^\s@]*@.*`), Secret},
	{regexp.MustCompile(`-----BEGIN.*`), Secret},
	// the schemes of an Authorization header
	{regexp.MustCompile(`(?i)\b(?:bearer|basic|digest|negotiate|ntlm|hoba|mutual|dpop|gnap|aws4-hmac-sha256|scram-sha-[0-9]+|(?:proxy-)?authorization)\b[\s:=,]+\S.*`), Secret},
	{regexp.MustCompile(`\b(?i:token|apikey|api-key|oauth|jwt|cookie|set-cookie)\s+(?:\S*[0-9=]\S*|[A-Z_-]{4,}\b|\S{20,}).*`), Secret},
	// key=value by the key: = and what stands for it, and : unless a word follows
	{regexp.MustCompile(`(?i)([\w.-]*(?:pass|pwd?|secret|token|key|auth|credential|cred|session|sess|sid|jwt|saml|sig|signature|code|otp|pin|cookie|nonce|bearer|csrf|xsrf|hmac|cert|license)[\w.-]*["'\])]*\s*(?:=>|:=|=|\\u003[dD]|&#61;)\s*)[^\s&,]+`), "${1}" + Secret},
	{regexp.MustCompile(`(?i)([\w.-]*(?:passw|passphrase|pwd|secret|api[-_.]?key|access[-_.]?key|private[-_.]?key|credential)[\w.-]*["'\])]*\s*:\s*)[^\s&,]+`), "${1}" + Secret},
	{regexp.MustCompile(`([\w-]*(?i:token|session|jwt|sig|signature|otp|cookie|nonce)["'\])]*:\s*)(?:[^\s&,]*[^\sa-z&,/._-][^\s&,]*)`), "${1}" + Secret},
	// a word for a secret, and what follows it
	{regexp.MustCompile(`(?i)((?:^|[\s-])(?:[\w.]+-)*(?:password|passwd|passphrase|pwd|secret|api[-_. ]?key|access[-_. ]?key|private[-_. ]?key|credentials?)["'\])]*\s+)[^\s=:].*`), "${1}" + Secret},
	{regexp.MustCompile(`(?i)\b(bearer_)\w+`), "${1}" + Secret},
	// what providers of keys begin them with
	{regexp.MustCompile(prefixes), Secret},
	{regexp.MustCompile(`\beyJ[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]*)*`), Secret},
	// groups of capitals and digits, as of a licence: XK7D-9QPL-ZZ3M
	{regexp.MustCompile(`\b(?:[A-Z]{4,6}-)*(?:[A-Z]*[0-9][A-Z0-9]*-)(?:[A-Z0-9]{4,6}-)+[A-Z0-9]{4,6}\b`), Secret},
}

// uuid matches a UUID, with its marks or without.
var uuid = regexp.MustCompile(`[0-9A-Fa-f]{8}-?[0-9A-Fa-f]{4}-?[0-9A-Fa-f]{4}-?[0-9A-Fa-f]{4}-?[0-9A-Fa-f]{12}`)

// personal are UUIDs, addresses, and numbers of accounts, phones and times.
var personal = []*regexp.Regexp{
	uuid,
	regexp.MustCompile(`\b[0-9]{1,3}(?:[.-][0-9]{1,3}){3}\b(?::[0-9]+)?`),
	regexp.MustCompile(`\[[0-9A-Fa-f:.]{3,}\](?::[0-9]+)?`),
	regexp.MustCompile(`[0-9]{9,}|\+[0-9](?:[ ()-]*[0-9]){6,}`),
	// grouped as on a card, of social security, as a telephone's
	regexp.MustCompile(`\b(?:[0-9]{4}[ -]){2,}[0-9]{1,7}\b|\b[0-9]{3}-[0-9]{2}-[0-9]{4}\b|\b0[0-9]{2,4}[-/ ][0-9]{5,}\b`),
	regexp.MustCompile(`(?i)[\w.+-]+\s*[(\[{]at[)\]}]\s*[\w.-]+`),
}

// prefixes matches the keys of providers that say of themselves what they are.
const prefixes = `(?:\b|_)(?:` +
	`(?:AKIA|ASIA|AGPA|AIDA|AROA|AIPA|ANPA|ANVA|ABIA|ACCA)[A-Z0-9]{6,}` + // AWS
	`|gh[pousr]_\w+|github_pat_\w+|gl(?:pat|oas|dt|rt|cbt|ptt|ft|imt|agent|soat|ffct)-[\w-]+` +
	`|xox[a-z](?:\.xox[a-z])?-[\w-]+|xapp-[\w-]+` + // Slack
	`|(?:sk|pk|rk|whsec)_(?:live_|test_)?\w{4,}` + // Stripe
	`|sk-(?:proj-|ant-|or-|svcacct-|admin-|live-|test-)?[A-Za-z0-9_-]*[A-Z0-9_][A-Za-z0-9_-]*|sk-(?:proj|ant|or|svcacct)-[\w-]+` + // models
	`|AIza[\w-]{8,}|ya29\.[\w.-]+|GOCSPX-[\w-]+|1//0[\w-]+` + // Google
	`|SG\.[\w-]+(?:\.[\w-]+)?|key-[0-9a-f]{8,}|npm_\w{8,}|pypi-[\w-]{8,}|rubygems_\w+|dckr_pat_[\w-]+` +
	`|(?:hvs|hvb|hvr)\.[\w-]+|s\.[A-Za-z0-9]{20,}|doo?_v1_\w+|dop_v1_\w+|hf_[A-Za-z]\w{7,}|r8_\w{8,}|gsk_\w{8,}|pplx-\w{8,}|tgp_v1_[\w-]+` +
	`|shp(?:at|ca|pa|ss)_\w+|sq0[a-z]{3}-[\w-]+|EAA[A-Za-z0-9]{16,}|lin_(?:api|oauth)_\w+|figd_[\w-]+|ATATT[\w=-]+|AGE-SECRET-KEY-\w+` +
	`|glc_\w+|glsa_\w+|nrak-\w+|NRAK-\w+|dapi[0-9a-f]{8,}|pat[A-Za-z0-9]{14}\.[\w]+|secret_[A-Za-z0-9]{16,}|ntn_\w{8,}|sntrys_[\w.=+/-]+|AC[0-9a-f]{16,}|SK[0-9a-f]{16,}` +
	`)`

var prefixForm = regexp.MustCompile(`^` + prefixes)

// hasPrefix reports whether a segment begins as a provider's key does.
func hasPrefix(b []byte) bool {
	return bytes.ContainsAny(b, "_-.") && prefixForm.Match(b) || bytes.HasPrefix(b, []byte("eyJ"))
}

// hexadecimal matches digits of a hash or a key, and decimal ones, which are none.
var hexadecimal = regexp.MustCompile(`[0-9A-Fa-f]{16,}|\b[0-9A-Fa-f]{12,}\b`)

func maskHex(s string) string {
	return hexadecimal.ReplaceAllStringFunc(s, func(m string) string {
		if strings.IndexFunc(m, func(r rune) bool { return r > '9' }) < 0 {
			return m
		}
		return Secret
	})
}

// mask replaces in a name what looks like a credential or an address.
func mask(s string) string {
	for _, f := range forms {
		s = f.pattern.ReplaceAllString(s, f.mask)
	}
	for _, f := range personal {
		s = f.ReplaceAllString(s, ID)
		s = maskHex(s) // after UUIDs, before numbers
	}
	if strings.ContainsRune(s, '@') {
		return ID // a person's
	}
	return maskRandom(maskPrivate(s))
}

// maskPrivate masks what follows a private word in a name with slashes.
func maskPrivate(s string) string {
	parts := strings.Split(s, "/")
	below := Nothing
	for i, p := range parts {
		if p == "" {
			continue
		}
		own := Private([]byte(p))
		if below != Nothing && !Verb([]byte(p)) && !strings.Contains(p, Secret) {
			parts[i] = ID
		}
		if below != All {
			below = own
		}
	}
	return strings.Join(parts, "/")
}
