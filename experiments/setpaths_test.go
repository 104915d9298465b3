package experiments

import (
	"slices"
	"strings"
	"testing"
)

// TestSetPaths: every path that is offered leads somewhere in the experiment it
// is offered for: setting it to nonsense never ends in an unknown key or name.
func TestSetPaths(t *testing.T) {
	text := strings.Replace(sound, `name = "p"`, `name = "p.1"`, 1)
	paths := SetPaths("x.toml", []byte(text))
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
	if blind := SetPaths("x.toml", []byte("[[")); !slices.Contains(blind, "platform.*.memory") || !slices.Contains(blind, "workload.function.*.arrivals") {
		t.Errorf("of a file that cannot be read: %q", blind)
	}
}
