package experiments

import (
	"slices"
	"testing"

	"github.com/coldcurve/coldcurve/internal/spec"
)

// A policy of a sweep is that of the registry which it names, or its script: of two scripts there
// are two lines in a plot.
func TestPolicyOfValue(t *testing.T) {
	const path = "platform.p.keepalive"
	var got []string
	for _, policy := range []map[string]any{{"name": "fixed", "window": "5m"}, {"script": "mine.star", "window": "5m"}, {"script": "ours/other.star"}} {
		c := corner{labels: []string{"x"}, set: []assignment{{path, spec.FromValue("x.toml", 1, policy)}}}
		got = append(got, c.values([]string{path})[0].Policy)
	}
	if want := []string{"fixed", "mine", "ours/other"}; !slices.Equal(got, want) {
		t.Errorf("the policies are %q, want %q", got, want)
	}
}
