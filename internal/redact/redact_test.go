package redact

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// Segments of paths: those of routes stay, whatever may be a secret does not.
func TestWord(t *testing.T) {
	for _, s := range strings.Fields("health healthz orders checkout payments webhooks graphql transcode getUserById userProfile XMLHttpRequest API USERS " +
		"password-reset red-cotton-shirt swagger-ui sign-in log-out add-to-cart user_profile webhooks-stripe a b c x a_b-c facade qrcode chatbot " +
		"v1 v12 V2 v1.2 v2beta1 v1alpha1 oauth2 OAuth2 s3 i18n k8s x509 ipv4 2fa s3-upload bestellungen pedidos utilisateurs " +
		"wp-login.php app.css app.min.js index.html robots.txt sitemap.xml openapi.json favicon.ico") {
		if got := Word([]byte(s)); got != s {
			t.Errorf("%s: %s", s, got)
		}
	}
	for _, s := range strings.Fields("123 x9 orders7 v1234 v1x 2024 2024-05-12 sale50 step-2 kQzXvB qwkzjxvb qwkzjxvbplmtrdsc QWKZJXVBPLMT kXqZtRvBnMpLwQsD " +
		"deadbeef cafe-babe cafebabecafebabe qwkz-jxvb-plmt reset_qwkzjxvb reset-QWKZJXVB orders-kqzxwvjp -x _x .well-known caf%C3%A9 café a%62 " +
		"reset%3Ftoken a=b token:abc a+b a~b user@host ghp_abcdefghij xoxb-abcdef eyJhbGci eyJhbGci.eyJzdWIi.c2ln sk-proj-abcdef ｔｏｋｅｎ раssword " +
		"abcdefghijklmnopqrstuvwxyzabcdefg the-words-of-a-title-that-is-very-long token=x.php") {
		if got := Word([]byte(s)); got != ID {
			t.Errorf("%s: %s", s, got)
		}
	}
	for _, s := range strings.Fields("alice.pdf apache_pb.gif app.3f2a1.js qwkzjxvb.php a.b.c.js 123.html") {
		if got := Word([]byte(s)); got != File {
			t.Errorf("%s: %s", s, got)
		}
	}
	if got := Word(nil); got != ID {
		t.Errorf("nothing: %s", got)
	}
}

// Since probabilities sum to 1, at most one in 2^keepBits of random strings can
// be that much more probable under the model. The package's doc gives what was
// measured: 1 in 3,000 of six letters, 1 in 30,000 of twelve.
func TestRandomLetters(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, c := range []struct {
		n    int
		most float64
	}{{6, 1. / 3000}, {8, 1. / 3000}, {12, 1. / 30_000}, {16, 1. / 30_000}, {24, 1. / 30_000}} {
		const draws = 30_000
		kept := 0
		for range draws {
			b := make([]byte, c.n)
			for i := range b {
				b[i] = byte('a' + r.IntN(26))
			}
			if Word(b) != ID {
				kept++
			}
		}
		if share := float64(kept) / draws; share > c.most*1.5 { // the share itself is random
			t.Errorf("%d letters: %d of %d kept, expected at most one in %.0f", c.n, kept, draws, 1/c.most)
		}
	}
}

// What says that a secret or a person follows, however it is written.
func TestPrivate(t *testing.T) {
	for _, s := range strings.Fields("users Users password-reset password_reset resetPassword confirmEmail confirm CONFIRM confirm.php password%2Dreset password%252Dreset " +
		"ｒｅｓｅｔ рassword-reset reset‐password magic-link api-keys verify_email invite u") {
		if Private([]byte(s)) == Nothing {
			t.Errorf("%s is not private", s)
		}
	}
	for _, s := range strings.Fields("orders health keyboard resettlement user-agents oauth2 v1 2024 -") {
		if Private([]byte(s)) != Nothing {
			t.Errorf("%s is private", s)
		}
	}
}

// Functions' names: what belongs to one stays.
func TestNameKept(t *testing.T) {
	for _, s := range strings.Split("orders-prod-2|my_func-v3|getUserById|handler20240115|resizeImage1024x768|s3ToDynamo|svc-mgmt-lmbda-prd-ew1|prcssordr|"+
		"serverless-api-dev-getUserById|deploy-3f2a9bc|größenrechner|Größe|注文処理|заказы|$LATEST|orders prod handler|ecs/checkout-service|com.example.Handler::handleRequest|"+
		"auth:login|svc:token:handler|session-cleanup|token-refresher|Token Refresh Handler|next-app-server-function-1|team2-step10-v2-eu1|image-resizer-x86-64|"+
		"prod-us-east-1-orders-svc-01|k8s-job-2024-01-15|sk-learn-training|mitarbeiterabrechnung|f|f1|a b|{other}|{secret}-1|100%|x", "|") {
		if got, key := Name([]byte(s)); got != s || key != "" {
			t.Errorf("%s: %s by %q", s, got, key)
		}
	}
}

// And what does not is cut or masked.
func TestNameCleaned(t *testing.T) {
	for _, c := range []struct{ name, want string }{
		{"handler?password=SECRET", "handler"},
		{"handler#SECRET", "handler"},
		{"handler;jsessionid=SECRET", "handler"},
		{"handler%3Fpassword%3DSECRET", "handler"},
		{"handler%253Fpassword%253DSECRET", "handler"},
		{"handler？password＝SECRET", "handler"},
		{"Bearer SECRET", "{secret}"},
		{"bearer:SECRET", "{secret}"},
		{"call Bearer SECRET again", "call {secret}"},
		{"Basic dXNlcjpwYXNz", "{secret}"},
		{"Authorization: SECRET", "{secret}"},
		{"Authorization=Bearer SECRET", "{secret}"},
		{"token=SECRET", "token={secret}"},
		{"tоken=SECRET", "token={secret}"}, // a Cyrillic о
		{"fn password = SECRET x", "fn password = {secret} x"},
		{"db_password:hunter", "db_password:{secret}"},
		{"apiKey:SECRET", "apiKey:{secret}"},
		{"token:SECRET", "token:{secret}"},
		{"user:SECRET@host", "{secret}"},
		{"alice@example.org", "{id}"},
		{"10.0.0.1", "{id}"},
		{"2001:db8::1", "{id}"},
		{"fn-10.0.0.1", "fn-{id}"},
		{"job-123e4567-e89b-12d3-a456-426614174000", "job-{id}"},
		{"account-123456789012", "account-{id}"},
		{"fn-AKIAIOSFODNN7EXAMPLE", "fn-{secret}"},
		{"ghp_abcdefghijklmnop", "{secret}"},
		{"github_pat_abcdef", "{secret}"},
		{"glpat-abcdef-abcdef", "{secret}"},
		{"sk-SECRET", "{secret}"},
		{"sk_live_abcdefgh", "{secret}"},
		{"xoxb-123-456-abcdef", "{secret}"},
		{"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc", "{secret}"},
		{"AIzaSyabcdefghijklmn", "{secret}"},
		{"fn-3f2a9bc41d0e5f6a", "fn-{secret}"},
		{"fn-3f2a9bc41d0e", "fn-{secret}"},
		{"-----BEGIN PRIVATE KEY-----", "{secret}"},
		{"qwkzjxvbplmtrdsc", "{secret}"},
		{"orders-QwKzJxVbPlMt", "orders-{secret}"},
		{"kqzx-wvjp-bnml-qrtz", "{secret}"},
		{"resizer x7K2p9QwZ4vB", "resizer {secret}"},
		{"ordersOrdersOrdersqwkzjxvbplmtrdscqwkzjxvbOrdersOrdersOrders", "{secret}"}, // whatever words stand around it
		{"internationalInternationalInternationalX7k2P9qW4z8Vb3nM6", "{secret}"},
		{"app/reset/SECRET", "app/reset/{id}"},
		{"app/users/alice", "app/users/{id}"},
		{"app/users/alice/orders", "app/users/{id}/orders"},
		{"app/reset/alice/SECRET/confirm", "app/reset/{id}/{id}/confirm"},
		{"MyStack-OrdersFunction-1ABCDEFGHIJKL", "MyStack-OrdersFunction-{secret}"},
		{"arn:aws:lambda:us-east-1:123456789012:function:orders-prod-2", "orders-prod-2"},
		{"arn:aws-cn:lambda:cn-north-1:123456789012:function:orders-prod-2:live", "orders-prod-2"},
		{"arn:aws:states:us-east-1:123456789012:stateMachine:Orders", "Orders"},
		{"", "{id}"}, {"?token=SECRET", "{id}"}, {" ", "{id}"},
	} {
		if got, _ := Name([]byte(c.name)); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// Different functions have different keys, versions of one have the same.
func TestKeys(t *testing.T) {
	const a = "arn:aws:lambda:us-east-1:123456789012:function:orders"
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"Bearer SECRETA", "Bearer SECRETB", false},
		{"Bearer SECRETA", "Bearer SECRETA?x", true},
		{a, strings.Replace(a, "east", "west", 1), false},
		{a + ":1", a + ":live", true},
		{"10.0.0.1", "10.0.0.2", false},
	} {
		_, ka := Name([]byte(c.a))
		_, kb := Name([]byte(c.b))
		if ka == "" || (ka == kb) != c.same {
			t.Errorf("%s, %s: %q, %q", c.a, c.b, ka, kb)
		}
	}
}

// Random keys of the alphabets that keys have, as part of a name: the longer,
// the fewer pass. What passes is what the package's doc says may.
func TestRandomNames(t *testing.T) {
	const lower, upper, decimal = "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789"
	r := rand.New(rand.NewPCG(3, 4))
	for name, alphabet := range map[string]string{"base32": upper + "234567", "base36": lower + decimal, "base62": lower + upper + decimal, "base64url": lower + upper + decimal + "-_"} {
		for _, c := range []struct {
			n    int
			most float64
		}{{16, 0.04}, {22, 0.005}, {32, 0.002}} {
			const draws = 2000
			kept := 0
			for range draws {
				b := make([]byte, c.n)
				for i := range b {
					b[i] = alphabet[r.IntN(len(alphabet))]
				}
				if got, _ := Name(fmt.Appendf(nil, "orders-%s", b)); strings.Contains(got, string(b)) {
					kept++
				}
			}
			if share := float64(kept) / draws; share > c.most {
				t.Errorf("%s of %d: %.2g kept, expected at most %.2g", name, c.n, share, c.most)
			}
		}
	}
}

func TestFold(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"plain", "plain"}, {"a%2Fb", "a/b"}, {"a%252fb", "a/b"}, {"100%", "100%"}, {"%zz", "%zz"}, {"%", "%"},
		{"ＡＺａｚ０９？＃；＝", "AZaz09?#;="}, {"раssword", "password"}, {"𝐩𝐚𝑠𝑠", "pass"}, {"𝟎𝟗", "09"}, {"a\u200bb\u00adc", "abc"},
		{"a‐b–c", "a-b-c"}, {"größe", "größe"}, {"%ff", "\uFFFD"},
	} {
		if got := string(Fold([]byte(c.text))); got != c.want {
			t.Errorf("%q: %q, want %q", c.text, got, c.want)
		}
	}
}

// What is clean stays so, and no text makes it fail.
func FuzzName(f *testing.F) {
	f.Add("orders-prod-2")
	f.Add("arn:aws:lambda:::function:")
	f.Add("Bearer x@y:z?%25%3f")
	f.Add("{secret}-1 {id}")
	f.Fuzz(func(t *testing.T, s string) {
		clean, _ := Name([]byte(s))
		if strings.ContainsAny(clean, "?#;") || clean == "" {
			t.Errorf("%q: %q", s, clean)
		}
		Word([]byte(s))
		Private([]byte(s))
	})
}

// A message shows where a line is wrong, and no secret of it.
func TestExcerpt(t *testing.T) {
	for _, c := range []struct {
		text, want string
		cut        bool
	}{
		{"x", "x", false}, {"1756728000x", "1756728000x", false}, {"123456789012", "123456789012", false}, {"2024-01-01T00:00:00Z", "2024-01-01T00:00:00Z", false},
		{"", "", false}, {"-1.5e9", "-1.5e9", false}, {"\xff\x1b", "\xff\x1b", false}, {"größe", "größe", false},
		{"Bearer SECRET", "{secret}", false}, {"password=SECRET x", "password={secret} x", false}, {"GET /x?token=SECRET HTTP/1.1", "GET /x?{secret} HTTP/1.1", false},
		{"a alice@example.org b", "a {id} b", false}, {"AKIAIOSFODNN7EXAMPLE", "{secret}", false}, {"x7K2p9QwZ4vB", "{secret}", false},
		{"an excerpt of the first thirty bytes", "an excerpt of the first thirty", true}, {"an excerpt of the first thirtö", "an excerpt of the first thirt", true},
		{strings.Repeat("a b ", 1000), strings.Repeat("a b ", 7) + "a ", true},
	} {
		if got, cut := Excerpt(c.text, 30); got != c.want || cut != c.cut {
			t.Errorf("%.40s: %q %v, want %q", c.text, got, cut, c.want)
		}
	}
}

// A token, which a hash makes so that nobody steers it to words, does not stay
// in a name, whatever stands around it, nor as a segment of a path.
func FuzzToken(f *testing.F) {
	f.Add("a", "", "")
	f.Add("b", "orders-prod-", "-2")
	f.Add("c", "ordersOrdersOrdersOrdersOrders", "OrdersOrdersOrdersOrders")
	f.Add("d", "GET /a/", "/b")
	f.Add("e", "token", "%")
	f.Fuzz(func(t *testing.T, seed, before, after string) {
		sum := sha256.Sum256([]byte(seed))
		h := hex.EncodeToString(sum[:])
		b := base64.RawURLEncoding.EncodeToString(sum[:])
		letters := strings.Map(func(r rune) rune { return 'a' + r%26 }, string(sum[:])+h[:8])
		for _, token := range []string{h, strings.ToUpper(h), b, letters, h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:32]} {
			for _, form := range []string{"%s", "Bearer %s", "token=%s", "f?x=%s", "a/reset/%s"} {
				name := before + strings.Replace(form, "%s", token, 1) + after
				if clean, _ := Name([]byte(name)); strings.Contains(clean, token) {
					t.Errorf("%q: %q", name, clean)
				}
				if text, _ := Excerpt(name, 1000); strings.Contains(text, token) {
					t.Errorf("%q: excerpt %q", name, text)
				}
			}
			if w := Word([]byte(token)); w != ID {
				t.Errorf("%q: %q", token, w)
			}
		}
	})
}
