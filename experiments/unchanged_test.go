package experiments

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestUnchanged: what a sweep or a --set varies without effect draws a warning, and
// what has an effect draws none. Each row adds lines to the file that malformed rows
// change: one function f, and a platform p with a fixed keep-alive.
func TestUnchanged(t *testing.T) {
	memory := func(text string) string {
		return strings.Replace(text, `name = "f"`, "name = \"f\"\nmemory = \"512MB\"", 1)
	}
	own := func(key string) func(string) string {
		return func(text string) string { return strings.Replace(text, `name = "f"`, "name = \"f\"\n"+key, 1) }
	}
	asIs := func(text string) string { return text }
	sweep := func(path, values string) string { return "[sweep.grid]\n\"" + path + "\" = " + values }
	other := "[[platform]]\nname = \"q\"\nkeepalive = { name = \"fixed\" }\n"
	second := "[[workload.function]]\nname = \"g\"\narrivals = { process = \"poisson\", rate = \"1/s\" }\nservice = \"100ms\"\n"
	for _, row := range []struct {
		name   string
		change func(string) string
		add    string
		set    string
		want   []string
	}{
		{"memory that the function states", memory, sweep("platform.p.memory", `["512MB", "1GB"]`), "",
			[]string{"platform p: platform.p.memory changes nothing: the only function of the workload, f, states its own memory; memory_scale is a factor on it"}},
		{"set of it", memory, "", "platform.p.memory=1GB",
			[]string{"platform p: platform.p.memory changes nothing: the only function of the workload, f, states its own memory; memory_scale is a factor on it"}},
		{"by all platforms", memory, other + sweep("platform.*.memory", `["512MB", "1GB"]`), "",
			[]string{
				"platform p: platform.*.memory changes nothing: the only function of the workload, f, states its own memory; memory_scale is a factor on it",
				"platform q: platform.*.memory changes nothing: the only function of the workload, f, states its own memory; memory_scale is a factor on it",
			}},
		{"memory that no function states", asIs, sweep("platform.p.memory", `["512MB", "1GB"]`), "", nil},
		{"memory that one of two states", memory, second + sweep("platform.p.memory", `["512MB", "1GB"]`), "", nil},
		{"factor on memory", memory, sweep("platform.p.memory_scale", `[1, 2]`), "", nil},
		{"timeout", own(`timeout = "3s"`), sweep("platform.p.timeout", `["1s", "2s"]`), "",
			[]string{"platform p: platform.p.timeout changes nothing: the only function of the workload, f, states its own timeout"}},
		{"a phase of an initialisation", own(`init = { sandbox = "1s" }`), sweep("platform.p.init.sandbox", `["1s", "2s"]`), "",
			[]string{"platform p: platform.p.init.sandbox changes nothing: the only function of the workload, f, states its own initialisation"}},
		{"a queue that nobody may enter", asIs, "limit = { account = 1 }\n" + sweep("platform.p.limit.queue", `[1, 2]`), "",
			[]string{`platform p: platform.p.limit.queue changes nothing: nobody waits where limit.over is "reject"`}},
		{"a queue", asIs, "limit = { account = 1, over = \"queue\" }\n" + sweep("platform.p.limit.queue", `[1, 2]`), "", nil},
		{"a policy twice", asIs, sweep("platform.p.keepalive", `[{ label = "a", name = "fixed", window = "5m" }, { label = "b", name = "fixed", window = "5m" }]`), "",
			[]string{"platform p: the cells with platform.p.keepalive = a and with platform.p.keepalive = b are one simulation and one bill: these values mean the same"}},
		{"two policies", asIs, sweep("platform.p.keepalive", `[{ name = "fixed", window = "5m" }, { name = "fixed", window = "6m" }]`), "", nil},
		{"another platform, which the sweep does not concern", asIs, other + sweep("platform.p.concurrency", `[1, 2]`), "", nil},
		{"the load of all platforms", asIs, sweep("workload.function.f.service", `["100ms", "200ms"]`), "", nil},
		{"scaling of a bound", func(text string) string {
			return strings.Replace(text, `name = "fixed"`, `name = "offline-prewarm"`, 1)
		},
			sweep("platform.p.reuse", `["oldest", "newest"]`), "",
			[]string{"platform p: platform.p.reuse changes nothing: its keep-alive is an offline bound, which starts on demand and reuses the most recent"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			var sets []string
			if row.set != "" {
				sets = []string{row.set}
			}
			p := planOf(t, "x.toml", row.change(sound)+row.add, sets...)
			defer p.Close()
			if diff := cmp.Diff(row.want, p.Warnings); diff != "" {
				t.Errorf("warnings (-want +got):\n%s", diff)
			}
		})
	}
}

// TestShippedChangeSomething: the shipped sweeps vary nothing in vain.
func TestShippedChangeSomething(t *testing.T) {
	for _, file := range []string{"quickstart.toml", "breakeven.toml", "providers.toml"} {
		for _, w := range planOf(t, file, read(t, file)).Warnings {
			if strings.Contains(w, "changes nothing") || strings.Contains(w, "mean the same") {
				t.Errorf("%s: %s", file, w)
			}
		}
	}
}
