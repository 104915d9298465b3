package spec

import (
	"strings"
	"testing"
	"time"
)

// everything is a struct with a field of each kind, against which the table below
// decodes.
type everything struct {
	Title    string             `toml:"title"`
	Seed     int64              `toml:"seed"`
	Count    uint8              `toml:"count"`
	Share    float64            `toml:"share"`
	On       bool               `toml:"on"`
	Window   Duration           `toml:"window"`
	Memory   Size               `toml:"memory"`
	Rate     Rate               `toml:"rate"`
	Speed    Bandwidth          `toml:"bandwidth"`
	Since    time.Time          `toml:"since"`
	Tariffs  []string           `toml:"tariffs"`
	Weights  map[string]float64 `toml:"weights"`
	Platform []struct {
		Name string `toml:"name" required:"true"`
	} `toml:"platform"`
	Limit *struct {
		Account int `toml:"account"`
	} `toml:"limit"`
	Anything any   `toml:"anything"`
	Raw      *Node `toml:"raw"`
}

// TestMalformed states the exact message of each malformed input.
func TestMalformed(t *testing.T) {
	for _, test := range []struct{ src, want string }{
		// Syntax: file:line:column, and the place under a caret.
		{"a = = 1", "x.toml:1:5: expected value but found '=' instead\n     1 | a = = 1\n       |     ^"},
		{"a = 1\na = 2", "x.toml:2:1: Key 'a' has already been defined.\n     2 | a = 2\n       | ^"},
		{"[a]\n[a]", "x.toml:2:2: Key 'a' has already been defined.\n     2 | [a]\n       |  ^"},
		{"a = [1,", "x.toml:1:7: unexpected EOF; expected value\n     1 | a = [1,\n       |       ^"},
		{"a = \"x", "x.toml:1:6: unexpected EOF; expected '\"'\n     1 | a = \"x\n       |      ^"},
		{"a = \"x\ny\"", "x.toml:1:7: strings cannot contain newlines\n     1 | a = \"x\n       |       ^"},
		{"[a", "x.toml:1:2: expected '.' or ']' to end table name, but got '\\x00' instead\n     1 | [a\n       |  ^"},
		{"a = 01", "x.toml:1:5: Invalid integer \"01\": cannot have leading zeroes\n     1 | a = 01\n       |     ^^"},
		{"a = 1 b = 2", "x.toml:1:6: expected a top-level item to end with a newline, comment, or EOF, but got 'b' instead\n     1 | a = 1 b = 2\n       |      ^^"},
		{"a = 9223372036854775808", "x.toml:1:5: 9223372036854775808 is out of range for int64\n     1 | a = 9223372036854775808\n       |     ^^^^^^^^^^^^^^^^^^^"},
		{"a = 10m", "x.toml:1:7: expected a top-level item to end with a newline, comment, or EOF, but got 'm' instead\n     1 | a = 10m\n       |       ^"},
		{"a = True", "x.toml:1:5: expected value but found \"True\" instead\n     1 | a = True\n       |     ^^^^"},
		{"= 1", "x.toml:1:1: unexpected '=': key name appears blank\n     1 | = 1\n       | ^"},
		{"a", "x.toml:1:1: unexpected EOF; expected key separator '='\n     1 | a\n       | ^"},
		{"a = { b = 1", "x.toml:1:11: expected a comma or an inline table terminator '}', but got end of file instead\n     1 | a = { b = 1\n       |           ^"},
		{"\ta = \"\\q\"", "x.toml:1:7: invalid escape in string '\\q'\n     1 |  a = \"\\q\"\n       |       ^^"},
		{"a = 2026-13-01", "x.toml:1:5: invalid datetime: \"2026-13-01\"\n     1 | a = 2026-13-01\n       |     ^^^^^^^^^^"},
		{"ü = 1", "x.toml:1:1: expected '.' or '=', but got 'ü' instead\n     1 | ü = 1\n       | ^"},
		{"a = 1\nb = \"\xff\"", "x.toml:2:6: found the byte 0xFF, want UTF-8 text\n     2 | b = \"�\"\n       |      ^"},
		{"a = \"\x00\"", "x.toml:1:6: found a NUL byte, want UTF-8 text\n     1 | a = \" \"\n       |      ^"},
		{"a = " + strings.Repeat("[", 101), "x.toml:1:105: nested deeper than 100 levels\n     1 | …[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\n       |                                                             ^"},
		{strings.Repeat("a.", 101) + "a = 1", "x.toml:1:202: nested deeper than 100 levels\n     1 | …a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a = 1\n       |                                                             ^"},
		{strings.Repeat("#", 16<<20+1), "x.toml: longer than 16 MB, want a document of at most that"},
		// Keys: the nearest known one, else all of them.
		{"titel = 'x'", "x.toml:1: unknown key \"titel\"; did you mean \"title\"?"},
		{"\n\nWindow = '10m'", "x.toml:3: unknown key \"Window\"; did you mean \"window\"?"},
		{"windw = '10m'", "x.toml:1: unknown key \"windw\"; did you mean \"window\"?"},
		{"colour = 'red'", "x.toml:1: unknown key \"colour\"; known: anything, bandwidth, count, limit, memory, on, platform, rate, raw, seed, share, since, tariffs, title, weights, window"},
		{"[limit]\nacount = 1", "x.toml:2: unknown key \"acount\"; did you mean \"account\"?"},
		{"[[platform]]\nname = 'a'\n[[platform]]\nnmae = 'b'", "x.toml:4: unknown key \"nmae\"; did you mean \"name\"?"},
		{"[[platform]]\nname = 'a'\n[[platform]]\n", "x.toml:3: platform[1]: missing key \"name\""},
		// Kinds: what was found, what was expected.
		{"title = 1", "x.toml:1: title: found the integer 1, want a string"},
		{"title = ['x']", "x.toml:1: title: found an array, want a string"},
		{"seed = 1.0", "x.toml:1: seed: found the number 1.0, want an integer"},
		{"seed = '1'", "x.toml:1: seed: found the string \"1\", want an integer"},
		{"count = -1", "x.toml:1: count: found the integer -1, want an integer from 0 to 255"},
		{"count = 256", "x.toml:1: count: found the integer 256, want an integer from 0 to 255"},
		{"share = 'half'", "x.toml:1: share: found the string \"half\", want a finite number"},
		{"share = nan", "x.toml:1: share: found the number nan, want a finite number"},
		{"share = -inf", "x.toml:1: share: found the number -inf, want a finite number"},
		{"on = 'yes'", "x.toml:1: on: found the string \"yes\", want true or false"},
		{"on = 1", "x.toml:1: on: found the integer 1, want true or false"},
		{"since = '2026-01-31'", "x.toml:1: since: found the string \"2026-01-31\", want a date such as 2026-01-31, without quotes"},
		{"since = 10:00:00", "x.toml:1: since: found the date 10:00:00, want a date such as 2026-01-31, without quotes"},
		{"tariffs = 'aws'", "x.toml:1: tariffs: found the string \"aws\", want an array"},
		{"tariffs = ['aws',\n 2]", "x.toml:2: tariffs[1]: found the integer 2, want a string"},
		{"weights = { a = 1, b = 'x' }", "x.toml:1: weights.b: found the string \"x\", want a finite number"},
		{"weights = []", "x.toml:1: weights: found an array, want a table"},
		{"[platform]\nname = 'x'", "x.toml:1: platform: found a table, want an array of tables, [[platform]]"},
		{"platform = ['x']", "x.toml:1: platform[0]: found the string \"x\", want a table"},
		{"limit = 3", "x.toml:1: limit: found the integer 3, want a table"},
		// Quantities.
		{"window = 600", "x.toml:1: window: found the integer 600, want a duration such as \"250ms\", \"10m\" or \"1h30m\""},
		{"window = '600'", "x.toml:1: window: found \"600\", want a duration such as \"250ms\", \"10m\" or \"1h30m\""},
		{"window = ''", "x.toml:1: window: found \"\", want a duration such as \"250ms\", \"10m\" or \"1h30m\""},
		{"window = '10 m'", "x.toml:1: window: found \"10 m\", want a duration such as \"250ms\", \"10m\" or \"1h30m\""},
		{"window = '-10m'", "x.toml:1: window: found \"-10m\", which is negative; want a duration such as \"250ms\", \"10m\" or \"1h30m\""},
		{"window = '1m1h'", "x.toml:1: window: found \"1m1h\", want a duration such as \"250ms\", \"10m\" or \"1h30m\""},
		{"window = '1h1h'", "x.toml:1: window: found \"1h1h\", want a duration such as \"250ms\", \"10m\" or \"1h30m\""},
		{"window = '.5s'", "x.toml:1: window: found \".5s\", want a duration such as \"250ms\", \"10m\" or \"1h30m\""},
		{"window = '1e3s'", "x.toml:1: window: found \"1e3s\", want a duration such as \"250ms\", \"10m\" or \"1h30m\""},
		{"window = '1.5ns'", "x.toml:1: window: found \"1.5ns\", which is finer than a nanosecond"},
		{"window = '10m30'", "x.toml:1: window: found \"10m30\", want a duration such as \"250ms\", \"10m\" or \"1h30m\""},
		{"window = '300000d'", "x.toml:1: window: found \"300000d\", which is more than ten years, the longest time there is (3653d)"},
		{"window = '3653d1ns'", "x.toml:1: window: found \"3653d1ns\", which is more than ten years, the longest time there is (3653d)"},
		{"window = '" + strings.Repeat("1", 400) + "s'", "x.toml:1: window: found \"111111111111111111111111111111111111111111111111111111111111…\" (401 characters), want a duration such as \"250ms\", \"10m\" or \"1h30m\""},
		{"window = 2026-01-01", "x.toml:1: window: found the date 2026-01-01, want a duration such as \"250ms\", \"10m\" or \"1h30m\""},
		{"memory = '512mb'", "x.toml:1: memory: found \"512mb\", want a size such as \"512MB\""},
		{"memory = '512'", "x.toml:1: memory: found \"512\", want a size such as \"512MB\""},
		{"memory = '0.3B'", "x.toml:1: memory: found \"0.3B\", which is finer than a byte"},
		{"memory = '-1MB'", "x.toml:1: memory: found \"-1MB\", which is negative; want a size such as \"512MB\""},
		{"memory = '9000000TB'", "x.toml:1: memory: found \"9000000TB\", which is more than 2^63 − 1 bytes"},
		{"memory = 512", "x.toml:1: memory: found the integer 512, want a size such as \"512MB\""},
		{"rate = '3'", "x.toml:1: rate: found \"3\", want a rate such as \"0.9/s\" or \"3M/month\""},
		{"rate = '3/year'", "x.toml:1: rate: found \"3/year\", want a rate such as \"0.9/s\" or \"3M/month\""},
		{"rate = '3K/s'", "x.toml:1: rate: found \"3K/s\", want a rate such as \"0.9/s\" or \"3M/month\""},
		{"rate = '-3/s'", "x.toml:1: rate: found \"-3/s\", which is negative; want a rate such as \"0.9/s\" or \"3M/month\""},
		{"rate = '1" + strings.Repeat("0", 309) + "/s'", "x.toml:1: rate: found \"1" + strings.Repeat("0", 309) + "/s\", which is more than a float holds"},
		{"rate = 3", "x.toml:1: rate: found the integer 3, want a rate such as \"0.9/s\" or \"3M/month\""},
		{"bandwidth = '200MB'", "x.toml:1: bandwidth: found \"200MB\", want a bandwidth such as \"200MB/s\""},
		{"bandwidth = '200Mbit/s'", "x.toml:1: bandwidth: found \"200Mbit/s\", want a bandwidth such as \"200MB/s\""},
	} {
		n, err := Parse("x.toml", []byte(test.src))
		if err == nil {
			err = n.Decode(&everything{})
		}
		switch {
		case err == nil:
			t.Errorf("%q: no error, want %q", test.src, test.want)
		case err.Error() != test.want:
			t.Errorf("%.80q:\n got %q\nwant %q", test.src, err, test.want)
		}
	}
}
