package spec

import (
	"strings"
	"testing"
)

// What is long is shown by its beginning and its length; what is not stays as it
// is, whatever stands about it.
func TestShorten(t *testing.T) {
	digits, words := strings.Repeat("7", 1_000_000), strings.Repeat("very ", 1000)
	for _, c := range []struct{ in, want string }{
		{"", ""},
		{`found "10m", want a duration`, `found "10m", want a duration`},
		{strings.Repeat("a word after another, ", 50), strings.Repeat("a word after another, ", 50)},
		{"seed: found " + digits + ", want less", "seed: found " + digits[:60] + "… (1000000 characters), want less"},
		{"no value is long here: " + words + words, "no value is long here: " + (words + words)[:977] + "… (10023 characters)"},
		{"one\n" + words, "one\n" + words[:1000] + "… (5000 characters)"},
		{"seed: found \"" + digits + "\", want less\n", "seed: found \"" + digits[:59] + "…\" (1000002 characters), want less\n"},
		{`found "` + words + `\" and more" here`, `found "` + words[:59] + `…" (5013 characters) here`},
		{"é" + strings.Repeat("é", 300) + " end", strings.Repeat("é", 60) + "… (301 characters) end"},
		{`a lone " stays, ` + strings.Repeat("and so on ", 30) + "\n\"x\"", `a lone "` + (" stays, " + strings.Repeat("and so on ", 30))[:59] + "…\" (309 characters)\n\"x\""},
		{strings.Repeat("x", 200) + " " + strings.Repeat("y", 200), strings.Repeat("x", 200) + " " + strings.Repeat("y", 200)},
	} {
		if got := Shorten(c.in); got != c.want {
			t.Errorf("%.80q:\n got %.400q\nwant %.400q", c.in, got, c.want)
		}
	}
	if got, want := Quote([]byte("a\tb")), `"a\tb"`; got != want {
		t.Errorf("quoted %s, want %s", got, want)
	}
	if got, want := Quote(digits), `"`+digits[:60]+`…" (1000000 characters)`; got != want {
		t.Errorf("quoted %s, want %s", got, want)
	}
}
