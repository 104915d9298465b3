package experiments

import (
	"strings"
	"testing"
)

// The folder of a run is named by its file and by what was set, so that a trial
// does not stand in the way of the run that it is a trial of.
func TestDefaultDir(t *testing.T) {
	for _, c := range []struct {
		file string
		sets []string
		want string
	}{
		{"a/quickstart.toml", nil, "quickstart.results"},
		{"-", nil, "experiment.results"},
		{"quickstart.toml", []string{"replications=10"}, "quickstart.replications=10.results"},
		{"x.toml", []string{"seed=2", "platform.p.memory=1GB"}, "x.seed=2,platform.p.memory=1GB.results"},
	} {
		if got := DefaultDir(c.file, c.sets...); got != c.want {
			t.Errorf("%s with %q: %s, want %s", c.file, c.sets, got, c.want)
		}
	}
	seen := map[string]bool{}
	for _, set := range []string{"workload.trace=csv:../a/b.csv", "workload.trace=csv_.._a_b.csv", "title=" + strings.Repeat("x", 300), "title=" + strings.Repeat("x", 301)} {
		got := DefaultDir("x.toml", set)
		if strings.ContainsAny(got, "/\\: ") || len(got) > 120 || seen[got] {
			t.Errorf("%.20s…: %s", set, got)
		}
		seen[got] = true
	}
}
