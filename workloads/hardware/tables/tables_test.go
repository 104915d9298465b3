package tables

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const sample = `# where it is from
# and its licence
block gemm bf16
keys n k
axis m 1 2 4.5
512 1024 : 3.39 - 4.123
4096 512 : 0.5 12 -
block attention
keys heads
axis context 16 32
8 : 1 2
`

func TestRoundTrip(t *testing.T) {
	f, err := parse("x", strings.NewReader(sample))
	if err != nil {
		t.Fatal(err)
	}
	if got := f.Text(); got != sample {
		t.Errorf("text\n%s\nwant\n%s", got, sample)
	}
	b := f.Find("gemm bf16")
	if k, err := b.Rows[1].Int(0); err != nil || k != 4096 || b.X[2] != 4.5 || b.Axis != "m" || !math.IsNaN(b.Rows[1].Y[2]) || b.Rows[1].Y[1] != 12 {
		t.Errorf("found %+v", b)
	}
	if f.Find("gemm") != nil {
		t.Error("found a block by the beginning of its name")
	}
	var one, two bytes.Buffer
	if err := f.Write(&one); err != nil {
		t.Fatal(err)
	}
	if err := f.Write(&two); err != nil || !bytes.Equal(one.Bytes(), two.Bytes()) {
		t.Errorf("two files of one content differ: %v", err)
	}
	back, err := Read("x", &one)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(sample, back.Text()); d != "" {
		t.Error(d)
	}
}

func TestBadTables(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"1 : 2", `x:1: found "1" before the first block, want block NAME`},
		{"block a\nkeys n\naxis m", "x:3: axis has 1 words"},
		{"block a\nkeys n\naxis m 2 1", `x:3: axis m: found "1", want a number above the one before`},
		{"block a\nkeys n\naxis m 1 nil", `x:3: axis m: found "nil"`},
		{"block a\nkeys n\naxis m 1 2\n5 : 1", "x:4: found a row with 1 keys and 1 values, want 1 and 2"},
		{"block a\nkeys n\naxis m 1 2\n5 6 : 1 2", "x:4: found a row with 2 keys and 2 values"},
		{"block a\nkeys n\naxis m 1 2\n5 1 2", "x:4: found a row"},
		{"block a\nkeys n\naxis m 1 2\n5 : 1 0", `x:4: found "0", want a time in µs above 0, or -`},
		{"block a\nkeys n\naxis m 1 2\n5 : 1 -3", `x:4: found "-3"`},
		{"block a\nkeys n\naxis m 1 2\n5 : 1 +Inf", `x:4: found "+Inf"`},
	} {
		if _, err := parse("x", strings.NewReader(c.text)); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%q: found %v, want %s", c.text, err, c.want)
		}
	}
	if _, err := Read("x", strings.NewReader("no gzip")); err == nil || !strings.HasPrefix(err.Error(), "x: ") {
		t.Errorf("found %v, want an error that names the file", err)
	}
}

func TestRounding(t *testing.T) {
	for _, c := range []struct{ y, want float64 }{{1234.56, 1235}, {0.00339022, 0.00339}, {98765.4, 98770}, {2, 2}} {
		if got := Round(c.y); got != c.want {
			t.Errorf("%v becomes %v, want %v", c.y, got, c.want)
		}
	}
}
