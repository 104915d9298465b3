package estimate

import (
	"testing"

	"github.com/cockroachdb/apd/v3"

	"github.com/coldcurve/coldcurve/costmodel"
)

// A unit that is a multiple is read as one, and no quantity stands beside a bare 1.
func TestMeasured(t *testing.T) {
	for _, c := range []struct{ unit, want string }{
		{"1M", "0.25 million"}, {"1k", "0.25 thousand"}, {"1M ms", "0.25 million ms"}, {"10k", "0.25 of 10 k"}, {"100k", "0.25 of 100 k"},
		{"128MB-s", "0.25 of 128 MB-s"}, {"1", "0.25"}, {"GB-s", "0.25 GB-s"}, {"", "0.25"},
	} {
		if got := measured(&costmodel.Line{Unit: c.unit, Quantity: *apd.New(25, -2)}); got != c.want {
			t.Errorf("%q: %q, want %q", c.unit, got, c.want)
		}
	}
}
