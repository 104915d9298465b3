package experiments

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/coldcurve/coldcurve/results"
)

// scripted is an experiment whose policies are to be set: three functions on two nodes that
// two of their instances fill, so that there are evictions.
const scripted = `title = "scripted"
replications = 2
[workload]
horizon = "4h"
[[workload.function]]
name = "a"
memory = "512MB"
arrivals = { process = "poisson", rate = "0.02/s" }
service = { dist = "exponential", mean = "2s" }
[[workload.function]]
name = "b"
memory = "1GB"
arrivals = { process = "poisson", rate = "0.01/s" }
service = "3s"
[[workload.function]]
name = "c"
memory = "512MB"
arrivals = { process = "poisson", rate = "0.005/s" }
service = "1s"
[[platform]]
name = "p"
dispatch = "queue"
limit = { over = "queue" }
keepalive = { name = "fixed", window = "3m" }
init = { sandbox = { dist = "exponential", mean = "500ms" } }
%
[output]
plots = []
`

func scriptedWith(keys string) string { return strings.Replace(scripted, "%", keys, 1) }

// examples is the folder of the scripts that are shipped, as an experiment beside it has it.
func exampleScript(name string) string { return `{ script = "policies-star/` + name + `.star"` }

// TestScriptIsGo: a policy in Starlark gives the same bytes as the same policy in Go, in
// every file that does not have its name.
func TestScriptIsGo(t *testing.T) {
	for _, row := range []struct{ key, nodes, inGo, script string }{
		{"keepalive", "", `{ name = "fixed", window = "150s" }`, exampleScript("fixed") + `, window = "150s" }`},
		{"eviction", "cluster = { nodes = 2, memory = \"1536MB\" }\n", `{ name = "gdsf" }`, exampleScript("gdsf") + " }"},
		{"placement", "cluster = { nodes = 3, memory = \"1GB\" }\n", `{ name = "first-fit" }`, `{ script = "first.star" }`},
		{"prewarm", "", `{ name = "provisioned", count = 2 }`, `{ script = "floor.star" }`},
		{"scaling", "concurrency = 2\n", `{ name = "per-request" }`, `{ script = "each.star" }`},
		{"routing", "concurrency = 2\n", `{ name = "least-loaded" }`, exampleScript("shortest") + " }"},
	} {
		t.Run(row.key, func(t *testing.T) {
			other := ""
			for _, text := range []string{
				"[scripts]\n",
				"\"first.star\" = '''\ndef place(ctx, nodes, now):\n    for fits in [nodes.fits, nodes.can_fit]:\n        for i in range(nodes.len):\n            if fits(i):\n                return i\n'''\n",
				"\"floor.star\" = '''\ndef tick(ctx, view, now):\n    return action(provisioned = 2)\n'''\n",
				"\"each.star\" = '''\ndef start(ctx, view, now):\n    return 1\n'''\n",
			} {
				other += text
			}
			var all [2]map[string]string
			for i, policy := range []string{row.inGo, row.script} {
				text := scriptedWith(row.nodes)
				if row.key == "keepalive" {
					text = strings.Replace(text, `keepalive = { name = "fixed", window = "3m" }`, "keepalive = "+policy, 1)
				} else {
					text = scriptedWith(row.nodes + row.key + " = " + policy)
				}
				all[i] = runInto(t, planOf(t, "x.toml", text+other), filepath.Join(t.TempDir(), "out"), 1+2*i)
				for _, named := range []string{results.ManifestFile, results.ExperimentFile, results.SourceFile, "report.html"} {
					delete(all[i], named)
				}
			}
			if diff := cmp.Diff(all[0], all[1]); diff != "" || len(all[0]) < 6 {
				t.Errorf("%d files (-Go +Starlark):\n%s", len(all[0]), diff)
			}
			// That the policy matters: without it other bytes come out.
			text := scriptedWith(row.nodes)
			if row.key == "keepalive" || row.key == "prewarm" {
				plain := runInto(t, planOf(t, "x.toml", text), filepath.Join(t.TempDir(), "out"), 1)
				if plain["cells.csv"] == all[0]["cells.csv"] {
					t.Error("the policy changes nothing")
				}
			}
		})
	}
}

// TestScriptIsKept: a result folder holds its scripts, and makes its results again without
// their files; the manifest has their digests.
func TestScriptIsKept(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "x.toml")
	const star = "# It's mine.\ndef idle(ctx, view, instance, now):\n    return until(now + (4 * minute if ctx.uniform(0) < 0.5 else minute))\n"
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(folder, "mine.star"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(star)
	text := strings.Replace(scriptedWith(""), `keepalive = { name = "fixed", window = "3m" }`, `keepalive = { script = "mine.star" }`, 1)
	plan := planOf(t, file, text)
	dir := filepath.Join(folder, "out")
	first := runInto(t, plan, dir, 2)
	// printf "# It's mine.\n…" | sha256sum is not needed: the digest is of the very bytes.
	if m := read(t, filepath.Join(dir, results.ManifestFile)); !strings.Contains(m, `"name": "mine.star"`) || len(plan.manifest().Scripts) != 1 {
		t.Errorf("the manifest does not name the script:\n%s", m)
	}
	unit := plan.units[0].id
	write(star + "# another remark\n")
	if again := planOf(t, file, text); again.Hash == plan.Hash || again.units[0].id == unit || again.manifest().Scripts[0] == plan.manifest().Scripts[0] {
		t.Error("another text is the same experiment")
	}
	if err := os.Remove(filepath.Join(folder, "mine.star")); err != nil {
		t.Fatal(err)
	}
	kept := filepath.Join(dir, results.ExperimentFile)
	again := planOf(t, kept, read(t, kept))
	if again.units[0].id != unit {
		t.Error("the kept experiment has other units")
	}
	second := runInto(t, again, filepath.Join(folder, "again"), 1)
	for _, name := range []string{results.ManifestFile, results.SourceFile, "report.html"} {
		delete(first, name)
		delete(second, name)
	}
	if diff := cmp.Diff(first, second); diff != "" {
		t.Errorf("(-first +again):\n%s", diff)
	}
}

// TestSweepOfScripts: the script, and each of its parameters, is swept like any key.
func TestSweepOfScripts(t *testing.T) {
	p := planOf(t, "x.toml", strings.Replace(scriptedWith(""), `keepalive = { name = "fixed", window = "3m" }`, `keepalive = `+exampleScript("fixed")+" }", 1)+`
[sweep.grid]
"platform.p.keepalive.script" = ["policies-star/fixed.star", "other.star"]
"platform.p.keepalive.window" = ["1m", "2m"]
[scripts]
"other.star" = '''
params = {"window": duration("1m")}
def idle(ctx, view, instance, now):
    return until(now + 2 * ctx.params.window)
'''
`)
	if got := len(p.units); got != 8 { // 4 cells × 2 replications, all of them different
		t.Errorf("%d units, want 8", got)
	}
	e, err := Parse("x.toml", []byte(scriptedWith("")+"[sweep.grid]\n\"platform.p.keepalive\" = [{ name = \"none\" }, "+exampleScript("fixed")+" }, "+exampleScript("fixed")+", window = \"5m\" }]\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{{"none"}, {"policies-star/fixed.star"}, {"policies-star/fixed.star(window=5m)"}}
	if diff := cmp.Diff(want, labelRows(e)); diff != "" {
		t.Error(diff)
	}
}

// TestScriptErrors: what is wrong with a script is the user's, and names both files.
func TestScriptErrors(t *testing.T) {
	keep := func(policy string) string {
		return strings.Replace(scriptedWith(""), `keepalive = { name = "fixed", window = "3m" }`, "keepalive = "+policy, 1)
	}
	for _, row := range []struct{ text, want string }{
		{keep(`{ script = "nobody.star" }`), `x.toml:24: platform[0].keepalive.script: there is no script "nobody.star": looked for nobody.star`},
		{keep(`{ script = 3 }`), `x.toml:24: platform[0].keepalive.script: found 3, want the name of a file, as in script = "mine.star"`},
		{keep(`{ script = "a.star", name = "fixed" }`) + "[scripts]\n\"a.star\" = \"\"\n", `x.toml:24: platform[0].keepalive.script: found a script beside name = "fixed", want one of them`},
		{scriptedWith("") + "[scripts]\n\"a.star\" = 3\n", `x.toml:30: scripts."a.star": found 3, want the text of a script`},
		{"scripts = 3\n" + scriptedWith(""), `x.toml:1: scripts: found 3, want texts by the names that script = has`},
		{keep(`{ script = "a.star", source = "" }`), `x.toml:24: platform[0].keepalive.source: found it beside script, want the text in the file, or under [scripts] by its name`},
		{keep(`{ script = "a.star" }`) + "[scripts]\n\"a.star\" = \"def idle(\"\n", `x.toml:24: platform[0].keepalive.script: a.star:1:10: got end of file, want ')'`},
		{keep(exampleScript("fixed") + `, windw = "1m" }`), `x.toml:24: unknown key "windw"; did you mean "window"?`},
		{keep(`{ script = "a.star" }`) + "[scripts]\n\"a.star\" = \"def idle(ctx, view, instance, now):\\n  return now\"\n", `x.toml:24: platform[0].keepalive.script: platform "p": a.star:1:1: in idle: it returns `},
		{keep(`{ script = "a.star" }`) + "[scripts]\n\"a.star\" = \"def idle(ctx, view, instance, now):\\n  while True: pass\"\n", `platform "p": a.star:1:1: in idle: it takes more than 1000000 steps, which is the most of one call`},
	} {
		e, err := Parse("x.toml", []byte(row.text))
		if err == nil {
			var p *Plan
			if p, err = Prepare(context.Background(), e, Env{}); err == nil {
				_, err = p.Run(context.Background(), RunOptions{Dir: filepath.Join(t.TempDir(), "out"), Workers: 2, Command: "test"})
			}
		}
		var input *InputError
		if !errors.As(err, &input) || !strings.Contains(err.Error(), row.want) {
			t.Errorf("got  %v\nwant %s", err, row.want)
		}
	}
}

// A placement that refuses to be made is an error with its place in the script and in the
// experiment, wherever it is asked for first.
func TestPlacementThatRefuses(t *testing.T) {
	dir := fixtureTrace(t, "0,1,f\n")
	if err := os.WriteFile(filepath.Join(dir, "p.star"), []byte("def new(group):\n    fail(\"no\")\n\ndef place(ctx, nodes, now):\n    return 0\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p := planned(t, dir, "[workload]\ntrace = \"csv:t.csv\"\nhorizon = \"10s\"\n[[platform]]\nname = \"p\"\nmemory = \"128MB\"\nkeepalive = { name = \"fixed\", window = \"1m\" }\ncluster = { nodes = 2, memory = \"1GB\" }\nplacement = { script = \"p.star\" }\n")
	_, err := p.Simulate(context.Background(), 1, nil)
	if want := "platform[0].placement.script: platform \"p\": p.star:2:9: in new: fail: no"; err == nil || !strings.HasSuffix(err.Error(), want) {
		t.Errorf("got %v, want %s", err, want)
	}
}
