package main

import (
	"errors"
	"io"
	"strings"
	"testing"
)

func measured(t *testing.T, args ...string) (string, error) {
	t.Helper()
	var out strings.Builder
	err := run(args, &out, io.Discard)
	return out.String(), err
}

// TestSample has the changes of a small package that its tests do not notice,
// found by reading them, and 18 more that they do.
func TestSample(t *testing.T) {
	const want = `survived     sample/sample.go:12:22  x < hi → <=
survived     sample/sample.go:19:4  continue → removed
survived     sample/sample.go:28:36  float64(d) / float64(hour) * float64(raise+1) → /
survived     sample/sample.go:28:20  float64(d) / float64(hour) → *
survived     sample/sample.go:28:51  raise + 1 → -
survived     sample/sample.go:33:13  n > 0 → >=
survived     sample/sample.go:42:9  x < 0 → <=
not reached  sample/sample.go:45:3  s = "nothing" → removed
not reached  sample/sample.go:55:37  x - 1 → +
not reached  sample/sample.go:59:36  -x → x
testdata/sample: 64.3 % of 28 changes killed, 7 survived, 3 not reached
`
	if got, err := measured(t, "-min", "64.2", "testdata/sample"); err != nil || got != want {
		t.Errorf("got %v and\n%s\nwant\n%s", err, got, want)
	}
}

// TestShare: of the three changes in two lines of the sample one is killed.
func TestShare(t *testing.T) {
	if testing.Short() {
		t.Skip("TestSample compiles one program; another is not short")
	}
	got, err := measured(t, "-min", "33.4", "-only", `:1[89]:|:59:`, "testdata/sample")
	if !errors.Is(err, errShare) || !strings.HasSuffix(got, "33.3 % of 3 changes killed, 1 survived, 1 not reached\n") {
		t.Errorf("got %v and\n%s", err, got)
	}
	got, err = measured(t, "-min", "100", "-skip", "sample", "testdata/sample")
	if err != nil || got != "testdata/sample: 100.0 % of 0 changes killed, 0 survived, 0 not reached\n" {
		t.Errorf("without a file to change: %v and\n%s", err, got)
	}
}

// TestEndless: a change that makes a loop run on, grow, or wait is killed.
func TestEndless(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds of CPU time, as its limit does")
	}
	got, err := measured(t, "testdata/endless")
	if err != nil || got != "testdata/endless: 100.0 % of 5 changes killed, 0 survived, 0 not reached\n" {
		t.Errorf("got %v and\n%s", err, got)
	}
}

func TestWhatCannotBeMeasured(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"testdata/broken"}, "testdata/broken: TestOne fails without a change:\n"},
		{[]string{"testdata/none"}, "listing ./testdata/none: "},
		{[]string{"-workers", "0", "testdata/sample"}, "wrong usage: want at least one package, and one worker"},
		{nil, "wrong usage: want at least one package, and one worker"},
		{[]string{"-only", "(", "testdata/sample"}, "wrong usage: "},
	} {
		if _, err := measured(t, c.args...); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%q: got %v, want %s", c.args, err, c.want)
		}
	}
}
