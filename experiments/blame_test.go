package experiments

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/internal/spec"
)

// mixed is an experiment on a preset, a line of which is for a platform's key.
const mixed = `[workload]
horizon = "1h"
[[workload.function]]
name = "f"
memory = "512MB"
arrivals = { process = "poisson", rate = "1/s" }
service = "1s"
[[platform]]
name = "p"
preset = "aws-lambda"
# platform
[output]
plots = []
`

// TestBlame: what is wrong between the user's words and a preset is said of the
// user's words, by the --set or the line, and of which preset the rest is.
func TestBlame(t *testing.T) {
	grid := strings.Replace(mixed, "[output]", "[sweep.grid]\n\"platform.p.keepalive.name\" = [\"none\"]\n[output]", 1)
	oneCase := strings.Replace(mixed, "[output]", "[[sweep.case]]\nlabel = \"a\"\n\"platform.*.init.runtime.dist\" = \"constant\"\n[output]", 1)
	own := func(line string) string { return strings.Replace(mixed, "# platform", line, 1) }
	for _, c := range []struct {
		name, text string
		sets       []string
		want       string
	}{
		{"a policy without the preset's window", mixed, []string{"platform.p.keepalive.name=none"},
			`--set platform.p.keepalive.name=none: unknown key "window"; none is expected here; it is of the preset "aws-lambda"; without it: platform.p.keepalive = { name = "none" }`},
		{"of all platforms", mixed, []string{"platform.*.keepalive.name=none"},
			`--set platform.*.keepalive.name=none: unknown key "window"; none is expected here; it is of the preset "aws-lambda"; without it: platform.*.keepalive = { name = "none" }`},
		{"a distribution two levels down", mixed, []string{"platform.p.init.runtime.dist=constant"},
			`--set platform.p.init.runtime.dist=constant: unknown key "median"; known: value; it is of the preset "aws-lambda"; without it: platform.p.init.runtime = { dist = "constant" }`},
		{"two sets, the second at fault", mixed, []string{"platform.p.init.runtime.sigma=0.5", "platform.p.init.runtime.dist=constant"},
			`--set platform.p.init.runtime.dist=constant: unknown key "median"; known: value; it is of the preset "aws-lambda"; without it: platform.p.init.runtime = { dist = "constant", sigma = 0.5 }`},
		{"two sets, the first at fault", mixed, []string{"platform.p.init.runtime.dist=constant", "platform.p.init.sandbox.sigma=1"},
			`--set platform.p.init.runtime.dist=constant: unknown key "median"; known: value; it is of the preset "aws-lambda"; without it: platform.p.init.runtime = { dist = "constant" }`},
		{"a window that is the user's, too", mixed, []string{"platform.p.keepalive.name=none", "platform.p.keepalive.window=1h"},
			`--set platform.p.keepalive.window=1h: unknown key "window"; none is expected here`},
		{"a key that the policy has not", mixed, []string{"platform.p.keepalive.windw=1h"}, `--set platform.p.keepalive.windw=1h: unknown key "windw"; did you mean "window"?`},
		{"a grid", grid, nil, `x.toml:13: unknown key "window"; none is expected here; it is of the preset "aws-lambda"; without it: platform.p.keepalive = { name = "none" }; in the cell platform.p.keepalive.name = "none" (x.toml:13)`},
		{"a case", oneCase, nil, `x.toml:14: unknown key "median"; known: value; it is of the preset "aws-lambda"; without it: platform.*.init.runtime = { dist = "constant" }; in the cell platform.*.init.runtime.dist = "constant" (x.toml:14)`},
		{"a case beside a set", oneCase, []string{"platform.p.init.runtime.sigma=0.5"},
			`x.toml:14: unknown key "median"; known: value; it is of the preset "aws-lambda"; without it: platform.*.init.runtime = { dist = "constant", sigma = 0.5 }; in the cell platform.*.init.runtime.dist = "constant" (x.toml:14)`},
		{"the file's own policy", own(`keepalive = { name = "fixed", window = "5m" }`), []string{"platform.p.keepalive.name=none"}, `--set platform.p.keepalive.name=none: x.toml:11: unknown key "window"; none is expected here`},
		{"a limit of the file beside the preset's", own(`limit = { account = -1 }`), nil, `x.toml:11: platform[0].limit.account: found -1, want 0 to 2147483647`},
		{"no table", mixed, []string{"platform.p.limit.ramp.x=1"},
			`--set platform.p.limit.ramp.x=1: path "platform.p.limit.ramp.x": cannot set "x" below platform[0].limit.ramp, which is the string "1000/10s", not a table`},
	} {
		if _, err := Parse("x.toml", []byte(c.text), c.sets...); err == nil || err.Error() != c.want {
			t.Errorf("%s:\ngot  %v\nwant %s", c.name, err, c.want)
		}
	}
}

// TestBlameOfAllPresets: whatever is put in place of any value of any preset, by
// --set, by a grid, by a case or after another --set, no error is said of a file
// within the program. A value that several presets have in one place is taken of
// the first.
func TestBlameOfAllPresets(t *testing.T) {
	values := []string{`none`, `-1`, `"x"`, `{}`, `[]`, `{ name = "none" }`, `{ dist = "constant", value = "1s" }`, `hybrid-histogram`, `constant`, `provisioned`, `true`}
	refused, seen := 0, map[string]bool{}
	for _, preset := range PresetNames() {
		root, err := readPreset(preset)
		if err != nil {
			t.Fatal(err)
		}
		text := strings.Replace(mixed, "aws-lambda", preset, 1)
		at := leaves(root.Without(presetOnly...), "platform.p")
		paths := slices.Sorted(maps.Keys(at))
		for i, path := range paths {
			known := path + " = " + at[path]
			if seen[known] {
				continue
			}
			seen[known] = true
			for _, value := range values {
				toml := value
				if !strings.ContainsAny(value, `"{[-`) && value != "true" {
					toml = fmt.Sprintf("%q", value)
				}
				sets := []string{path + "=" + value}
				for _, e := range []struct {
					text string
					sets []string
				}{
					{text, sets},
					{text, append(slices.Clone(sets), paths[(i+1)%len(paths)]+"=1")},
					{strings.Replace(text, "[output]", fmt.Sprintf("[sweep.grid]\n%q = [%s]\n[output]", path, toml), 1), nil},
					{strings.Replace(text, "[output]", fmt.Sprintf("[[sweep.case]]\n%q = %s\n[output]", path, toml), 1), nil},
				} {
					_, err := Parse("x.toml", []byte(e.text), e.sets...)
					if err == nil {
						continue
					}
					refused++
					if strings.Contains(err.Error(), "platforms/") || !strings.HasPrefix(err.Error(), "x.toml:") && !strings.HasPrefix(err.Error(), "--set ") {
						t.Fatalf("%s, %s = %s: %v", preset, path, value, err)
					}
				}
			}
		}
	}
	if refused < 1000 {
		t.Errorf("%d mixtures were refused, want most of them", refused)
	}
}

// leaves are all values of a table and of the tables within, by their paths.
func leaves(n *spec.Node, path string) map[string]string {
	values := map[string]string{}
	for _, key := range n.Keys() {
		at := path + "." + key
		values[at] = n.Get(key).String()
		maps.Copy(values, leaves(n.Get(key), at))
	}
	return values
}

// TestBlameOfTariff: where the tariffs of a preset do not fit what the user made of
// it, the message says what that is and where.
func TestBlameOfTariff(t *testing.T) {
	file := strings.Replace(mixed, "# platform", `timeout = "30m"`, 1)
	for _, c := range []struct {
		text string
		sets []string
		want string
	}{
		{file, nil, `the platform has 30m; counterfactual = true prices it all the same, and says so in a column; the preset "aws-lambda" is changed in timeout (x.toml:11)`},
		{file, []string{"platform.p.timeout=20m", "platform.p.keepalive.window=1h"},
			`; the preset "aws-lambda" is changed in timeout (--set platform.p.timeout=20m), keepalive (--set platform.p.keepalive.window=1h)`},
		{mixed, []string{`platform.p.tariffs=["azure-consumption"]`}, `counterfactual = true prices it all the same, and says so in a column`},
	} {
		e, err := Parse("x.toml", []byte(c.text), c.sets...)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Prepare(context.Background(), e, Env{}); err == nil || !strings.HasSuffix(err.Error(), c.want) {
			t.Errorf("got %v, want it to end with %s", err, c.want)
		}
	}
}
