package experiments

import (
	"slices"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/internal/spec"
)

// TestSetPaths: every path that is offered leads somewhere in the experiment it
// is offered for: setting it to nonsense never ends in an unknown key or name.
func TestSetPaths(t *testing.T) {
	text := strings.Replace(sound, `name = "p"`, `name = "p.1"`, 1)
	paths := SetPaths("x.toml", []byte(text))
	// and back: each key of the file, and of a platform, is offered or has some below it
	// that are; what varies and what is compared are no keys that are set.
	for at, of := range map[string]any{"": new(fileSpec), `platform."p.1".`: new(platformSpec), `platform."p.1".limit.`: new(limitSpec),
		`platform."p.1".cluster.`: new(clusterSpec), "workload.": new(workloadSpec), "goodput.": new(goodputSpec), "bill.": new(billSpec), "output.": new(outputSpec), "operator.": new(operatorSpec)} {
		for _, p := range spec.Params(of) {
			key := at + p.Name
			if !slices.Contains([]string{"sweep", "compare", "scripts", `platform."p.1".name`}, key) && !slices.ContainsFunc(paths, func(path string) bool { return path == key || strings.HasPrefix(path, key+".") }) {
				t.Errorf("no path leads to %s", key)
			}
		}
	}
	for _, want := range []string{"seed", "workload.horizon", "workload.sample.functions", "workload.function.f.service", `platform."p.1".keepalive`, `platform."p.1".keepalive.name`,
		`platform."p.1".limit.account`, `platform."p.1".limit.ramp`, "slo.latency_p99_s", "bill.span", "output.plots"} {
		if !slices.Contains(paths, want) {
			t.Errorf("no %s among %q", want, paths)
		}
	}
	for _, path := range paths {
		_, err := Parse("x.toml", []byte(text), path+`="?"`)
		if err != nil && (strings.Contains(err.Error(), "unknown key") || strings.Contains(err.Error(), "unknown platform") || strings.Contains(err.Error(), "unknown column")) {
			t.Errorf("--set %s: %v", path, err)
		}
	}
	// A name is quoted as a path is read: it finds the platform, whatever is in it.
	for _, name := range []string{`a"b`, `a".b`, `a'.b`, `a\.b`, `'a'`, `a.ü`} {
		text := strings.Replace(sound, `name = "p"`, `name = '''`+name+`'''`, 1)
		i := slices.IndexFunc(SetPaths("x.toml", []byte(text)), func(path string) bool {
			return strings.HasSuffix(path, ".memory") && strings.HasPrefix(path, "platform.")
		})
		if i < 0 {
			t.Errorf("%s: no path is offered", name)
			continue
		}
		path := SetPaths("x.toml", []byte(text))[i]
		if _, err := Parse("x.toml", []byte(text), path+`="256MB"`); err != nil {
			t.Errorf("%s: --set %s: %v", name, path, err)
		}
	}
	if blind := SetPaths("x.toml", []byte("[[")); !slices.Contains(blind, "platform.*.memory") || !slices.Contains(blind, "workload.function.*.arrivals") {
		t.Errorf("of a file that cannot be read: %q", blind)
	}
}
