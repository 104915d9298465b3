package estimate

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"maps"
	"math/big"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/traces/logs"
)

// quoted is a string of JSON.
func quoted(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}

// logsOf are logs of every format in which a function's name, or a path, stands
// in every place from which one is taken.
func logsOf(name string) map[string]string {
	const report = "REPORT RequestId: 13222b1e-f16b-4550-89df-869ab0a9806d\tDuration: 100.00 ms\tBilled Duration: 100 ms\tMemory Size: 256 MB\tMax Memory Used: 64 MB\t"
	line := strings.NewReplacer("\n", " ", "\r", " ").Replace(name)
	target := strings.NewReplacer(" ", "", "\t", "", `"`, "", `\`, "").Replace(line)
	span := func(attributes string) string {
		return `{"name":` + quoted(name) + `,"kind":2,"startTimeUnixNano":"1756728000500000000","endTimeUnixNano":"1756728000600000000","attributes":[` + attributes + `]}`
	}
	value := func(key, v string) string { return `{"key":"` + key + `","value":{"stringValue":` + quoted(v) + `}}` }
	resource := func(attributes, spans string) string {
		return `{"resourceSpans":[{"resource":{"attributes":[` + attributes + `]},"scopeSpans":[{"spans":[` + spans + `]}]}]}`
	}
	return map[string]string{
		"alb":               fmt.Sprintf(`https 2018-07-02T22:23:00.186641Z lb 10.0.0.9:2817 10.0.0.1:80 0.086 0.048 0.037 200 200 0 57 "GET https://example.com/%s HTTP/1.1" "agent %[1]s" E TLS arn "Root=%[1]s" "%[1]s" "-" 1 2018-07-02T22:22:48Z`+"\n", target),
		"http":              fmt.Sprintf(`10.0.0.9 - %s [10/Oct/2000:13:55:36 -0700] "GET /%[1]s HTTP/1.0" 200 2326 "http://r/%[1]s" "agent"`+"\n", target),
		"jsonl":             `{"time":1756728000,"duration_ms":1,"function":` + quoted(name) + "}\n",
		"jsonl path":        `{"time":1756728000,"duration_ms":1,"function":` + quoted("GET /x/"+name) + "}\n",
		"jsonl trouble":     `{"time":1756728000,"duration_ms":1,"function":"f"}` + "\n" + `{"time":` + quoted(name) + `,"status":` + quoted(name) + `}` + "\n",
		"cloudwatch":        "2025-09-01T12:00:00Z 2025/09/01/" + strings.ReplaceAll(target, "[", "") + "[1]0a " + report + "\n",
		"cloudwatch group":  "2025-09-01T12:00:00Z /aws/lambda/" + target + " " + report + "\n",
		"cloudwatch start":  `{"time":"2025-09-01T12:00:00.100Z","type":"platform.initStart","record":{"functionName":` + quoted(name) + `}}` + "\n" + `{"time":"2025-09-01T12:00:00.500Z","type":"platform.report","record":{"metrics":{"durationMs":1.5,"memorySizeMB":128}}}` + "\n",
		"cloudwatch-json":   `{"logGroup":` + quoted(name) + `,"logEvents":[{"timestamp":1756728000500,"message":` + quoted(report) + `}]}`,
		"cloudwatch-json 2": `{"events":[{"timestamp":1756728000500,"logStreamName":` + quoted("2025/09/01/"+name+"[1]0a") + `,"message":` + quoted(report) + `}]}`,
		"otlp":              resource(value("faas.name", name), span("")),
		"otlp span":         resource(value("faas.name", "f"), span(value("faas.name", name)+","+value("faas.trigger", name))),
		"otlp service":      resource(value("service.name", name), span(value("faas.trigger", "http"))),
	}
}

// shown is all that is told of a log: text, JSON and page without simulation,
// or the error.
func shown(t *testing.T, catalog *costmodel.Catalog, format, text string) string {
	t.Helper()
	name, _, _ := strings.Cut(format, " ")
	s := &Settings{Seed: 1, Replications: 1, Functions: []FunctionSettings{{Name: "f", Duration: "1s", Memory: "128MB"}}}
	var b bytes.Buffer
	for _, strict := range []bool{true, false} {
		in, err := fromLogs(context.Background(), []logs.File{{Name: "prod.log", R: strings.NewReader(text)}}, logs.Options{Format: name, Strict: strict}, s, catalog, "aws-lambda")
		if err != nil {
			fmt.Fprintf(&b, "%v\n", err)
			continue
		}
		for i := range in.Functions {
			fmt.Fprintln(&b, in.Functions[i].Name)
		}
		showAll(t, &b, &Estimate{Title: in.Title, Today: in.Today, Assumptions: in.Assumptions, Notes: in.Notes})
		if err := in.Close(); err != nil {
			t.Fatal(err)
		}
		break // lenient is the same where strict is content
	}
	return b.String()
}

// showAll writes an estimate in every form.
func showAll(t *testing.T, b *bytes.Buffer, e *Estimate) {
	t.Helper()
	for _, format := range Formats() {
		if err := e.Render(b, format); err != nil {
			t.Fatal(err)
		}
	}
	if err := e.Page(b); err != nil {
		t.Fatal(err)
	}
}

// leaks reports whether a secret, or half of it, stands in what is shown, in
// any of the ways in which it may be written.
func leaks(output, secret string) bool {
	half := len(secret) / 2
	for _, out := range []string{output, html.UnescapeString(output)} {
		out = strings.ToLower(out)
		for _, s := range []string{secret, secret[:half], secret[half:]} {
			if len(s) > 8 || s == secret {
				if s = strings.ToLower(s); strings.Contains(out, s) || strings.Contains(out, url.QueryEscape(s)) {
					return true
				}
			}
		}
	}
	return false
}

func catalogOf(t testing.TB) *costmodel.Catalog {
	t.Helper()
	catalog, err := costmodel.Load()
	if err != nil {
		t.Fatal(err)
	}
	return catalog
}

// forms are the ways in which a secret stands in a name; %s is it.
var forms = []string{
	"%s", "reset?token=%s", "reset#%s", "reset;token=%s", "handler?password=%s", "example.com/reset?token=%s", "https://example.com/reset?token=%s",
	"PROPFIND /dav/x?token=%s", "GET /password-reset/%s", "/confirm/%s", "/users/%s/orders", "/files/%s/meta", "GET /password%%2Dreset/%s", "GET /ｒｅｓｅｔ/%s",
	"handler%%3Fpassword%%3D%s", "handler？token＝%s", "Bearer %s", "Basic %s", "token=%s", "api_key=%s", "fn password: %s", "user:%s@example.com", "postgres://user:%s@host/db",
	"AKIA%s", "ghp_%s", "sk-%s", "xoxb-%s", "eyJ%s.eyJ%s.x", "orders-%s", "orders/%s", "arn:aws:lambda:us-east-1:123456789012:function:f:%s", "Authorization: Bearer %s", "a/reset/%s",
}

// The issue's own cases, in every format: what is secret is a plain word.
func TestPlainSecrets(t *testing.T) {
	const secret = "SECRETIVENESS"
	catalog := catalogOf(t)
	for _, form := range forms {
		switch form { // these are told by what the secret is made of
		case "%s", "orders-%s", "orders/%s", "/files/%s/meta", "AKIA%s", "eyJ%s.eyJ%s.x":
			continue
		}
		name := strings.NewReplacer("%s", secret, "%%", "%").Replace(form)
		for format, text := range logsOf(name) {
			// A request line ends at its first space.
			if strings.ContainsAny(name, " ") && (format == "alb" || format == "http" || strings.HasPrefix(format, "cloudwatch g") || format == "cloudwatch" || format == "jsonl path") {
				continue
			}
			if out := shown(t, catalog, format, text); leaks(out, secret) {
				t.Errorf("%s: %s stands in\n%s", format, name, lineOf(out, secret))
			}
		}
	}
}

// lineOf is the line of a text in which a word stands.
func lineOf(text, word string) string {
	for _, line := range strings.Split(text, "\n") {
		if strings.Contains(strings.ToLower(line), strings.ToLower(word)) {
			return line
		}
	}
	return "parts of it"
}

// secretsOf makes of a hash, which nobody steers to words, secrets of the
// alphabets that tokens have.
func secretsOf(seed string) (out []string) {
	sum := sha256.Sum256([]byte(seed))
	drawn := func(alphabet string, n int) string {
		x, base, digit := new(big.Int).SetBytes(sum[:]), big.NewInt(int64(len(alphabet))), new(big.Int)
		var b strings.Builder
		for range n {
			x.DivMod(x, base, digit)
			b.WriteByte(alphabet[digit.Int64()])
		}
		return b.String()
	}
	const lower = "abcdefghijklmnopqrstuvwxyz"
	h := hex.EncodeToString(sum[:])
	return []string{h, base64.RawURLEncoding.EncodeToString(sum[:]), base64.StdEncoding.EncodeToString(sum[:]),
		drawn(lower+strings.ToUpper(lower)+"0123456789", 40), drawn(lower, 40), drawn(strings.ToUpper(lower), 40), drawn(strings.ToUpper(lower)+"234567", 48),
		h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:32]}
}

// FuzzSecrets puts tokens into names of any form, between any text, into logs
// of every format, and looks for them in text, JSON, page and errors.
func FuzzSecrets(f *testing.F) {
	formats := slices.Sorted(maps.Keys(logsOf("")))
	for i := range forms {
		n := uint8(i % len(formats))
		f.Add(fmt.Sprint(i), uint8(i), uint8(i), n, "", "")
		f.Add(fmt.Sprint("b", i), uint8(i), uint8(i)+3, n+5, "api/v1/", "/edit")
		f.Add(fmt.Sprint("c", i), uint8(i), uint8(i)+5, n+9, "orders-prod-", "-2")
	}
	catalog := catalogOf(f)
	f.Fuzz(func(t *testing.T, seed string, form, alphabet, format uint8, before, after string) {
		if len(before)+len(after) > 120 {
			return
		}
		tokens := secretsOf(seed)
		token, kind := tokens[int(alphabet)%len(tokens)], formats[int(format)%len(formats)]
		name := before + strings.NewReplacer("%s", token, "%%", "%").Replace(forms[int(form)%len(forms)]) + after
		if out := shown(t, catalog, kind, logsOf(name)[kind]); leaks(out, token) {
			t.Errorf("%s: %q: %s stands in\n%s", kind, name, token, lineOf(out, token))
		}
	})
}

// The whole way, simulated and priced: eleven tokens of letters alone, as they
// once stood in full in text, JSON and page.
func TestSecretsOfAnEstimate(t *testing.T) {
	var text strings.Builder
	var secrets []string
	for i := range 40 {
		token := secretsOf(fmt.Sprint(i))[4+i%2][:16]
		secrets = append(secrets, token)
		for j, line := range []string{"GET /password-reset/" + token, "/confirm/" + token[:12], "GET /files/" + token + "/meta", "example.com/reset?token=" + token, "Bearer " + token, "GET /api/v1/users/" + token + "/orders", "POST /oauth2/token"} {
			fmt.Fprintf(&text, `{"time":%d,"duration_ms":20,"memory_mb":128,"function":%s}`+"\n", 1756728000+10*i+j, quoted(line))
		}
	}
	s := &Settings{Seed: 1, Replications: 1, CPUShare: "1", Functions: []FunctionSettings{{}}}
	in, err := FromLogs(context.Background(), []logs.File{{Name: "prod.log", R: strings.NewReader(text.String())}}, logs.Options{Strict: true}, s, "aws-lambda")
	if err != nil {
		t.Fatal(err)
	}
	in.Within = []string{"aws-lambda-arm"}
	e, err := Run(context.Background(), in, Options{Workers: 2, BreakEven: true})
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	showAll(t, &b, e)
	for _, s := range secrets {
		if leaks(b.String(), s) || leaks(b.String(), s[:12]) {
			t.Errorf("%s stands in %s", s, lineOf(b.String(), s[:12]))
		}
	}
	for _, route := range []string{"GET /password-reset/{id}: requests", "/confirm/{id}: requests", "GET /files/{id}/meta: requests", "/reset: requests", "GET /api/v1/users/{id}/orders: requests", "POST /oauth2/token: requests", "{secret}-1: requests"} {
		if !strings.Contains(b.String(), route) {
			t.Errorf("no %s", route)
		}
	}
}

// The page allows its own style and script by their hashes, and nothing else.
func TestPagePolicy(t *testing.T) {
	var b bytes.Buffer
	e := run(t, guess(FunctionSettings{Requests: "1M/month", Duration: "100ms", Memory: "128MB", Init: "0s", CV: "0"}), "aws-lambda")
	if err := e.Page(&b); err != nil {
		t.Fatal(err)
	}
	policy := regexp.MustCompile(`<meta http-equiv="Content-Security-Policy" content="([^"]*)">`).FindStringSubmatch(b.String())
	if policy == nil || strings.Contains(policy[1], "unsafe") || !strings.HasPrefix(policy[1], "default-src 'none';") {
		t.Fatalf("the policy is %q", policy)
	}
	for _, tag := range []string{"style", "script"} {
		found := regexp.MustCompile(`(?s)<`+tag+`>(.*?)</`+tag+`>`).FindAllStringSubmatch(b.String(), -1)
		if len(found) != 1 {
			t.Fatalf("%d of %s", len(found), tag)
		}
		sum := sha256.Sum256([]byte(found[0][1]))
		if want := tag + "-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"; !slices.Contains(strings.Split(policy[1], "; "), want) {
			t.Errorf("%q, want %s", policy, want)
		}
	}
	if bad := regexp.MustCompile(`<[^>]*\s(style|on[a-z]+)\s*=`).FindString(markup(b.String())); bad != "" {
		t.Errorf("the page has what its policy forbids: %s", bad)
	}
}

// markup is a page without the text of its scripts.
func markup(page string) string {
	return regexp.MustCompile(`(?s)<script[^>]*>.*?</script>`).ReplaceAllString(page, "")
}
