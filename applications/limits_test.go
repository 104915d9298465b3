package applications

import (
	"fmt"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// TestLimitsOfFlows: a route keeps those that were tried in 64 bits; a timeout of 0s would
// be taken for none.
func TestLimitsOfFlows(t *testing.T) {
	file := func(functions int, timeout string) string {
		var b strings.Builder
		b.WriteString("title = \"x\"\ntrigger = [{ name = \"api\", start = \"main\", arrivals = { process = \"poisson\", rate = \"1/s\" } }]\nfunction = [\n")
		var names []string
		for i := range functions {
			fmt.Fprintf(&b, "{ name = \"f%d\", platform = \"run\", service = \"10ms\" },\n", i)
			names = append(names, fmt.Sprintf("%q", fmt.Sprintf("f%d", i)))
		}
		fmt.Fprintf(&b, "]\n[[flow]]\nname = \"main\"\n%ssteps = [{ name = \"r\", route = { to = [%s] } }]\n", timeout, strings.Join(names, ", "))
		return b.String()
	}
	for _, tt := range []struct {
		text, want string
	}{
		{file(64, ""), ""},
		{file(65, ""), `x.toml:72: flow[0].steps[0].route.to: found 65 functions, want at most 64`},
		{file(1, "timeout = \"0s\"\n"), `x.toml:8: flow[0].timeout: found 0s, want it above 0; absent: the engine's`},
		{file(1, "timeout = \"1s\"\n"), ""},
	} {
		got := ""
		if _, err := readShipped(t, tt.text); err != nil {
			got = err.Error()
		}
		if got != tt.want {
			t.Errorf("%s, want %q", got, tt.want)
		}
	}
}

// What only the platforms tell is told at once, in the order of the file.
func TestAllPayloadsAreToldAtOnce(t *testing.T) {
	a, err := readShipped(t, `trigger = [
  { name = "a", start = "f", arrivals = { process = "periodic", every = "1s" }, record = { size = "7MB" } },
  { name = "b", start = "f", arrivals = { process = "periodic", every = "1s" }, record = { size = "2MB" }, async = {} },
]
function = [{ name = "f", platform = "lambda", service = "1ms" }]
`)
	if err != nil {
		t.Fatal(err)
	}
	const want = `x.toml:2: trigger[0].record.size: found 7MB, want at most the 6MB that platform "lambda" takes to a call that is waited for
x.toml:3: trigger[1].record.size: found 2MB, want at most the 1MB that platform "lambda" takes to an asynchronous call`
	if _, err = a.Compile(Options{Platforms: []Platform{{Name: "lambda", Preset: "aws-lambda"}}, Window: sim.Window{Horizon: sim.Hour}}); err == nil || err.Error() != want {
		t.Errorf("got %v, want\n%s", err, want)
	}
}

// An age of nothing would be any age, and a name of nothing is none.
func TestNothingIsNoValue(t *testing.T) {
	const head = "function = [{ name = \"f\", platform = \"p\", service = \"1ms\" }]\n"
	for _, tt := range []struct{ text, want string }{
		{`trigger = [{ name = "a", start = "f", async = { max_age = "0s" } }]`, "trigger[0].async.max_age: found 0s, want it above 0"},
		{`trigger = [{ name = "a", start = "f", bus = { max_age = "0s" } }]`, "trigger[0].bus.max_age: found 0s, want it above 0"},
		{`trigger = [{ name = "a", start = "f", stream = { service = "kinesis", max_age = "0s" } }]`, "trigger[0].stream.max_age: found 0s, want it above 0"},
		{`trigger = [{ name = "a", start = "f", arrivals = { process = "periodic", every = "1s" } }]` + "\n" + `overhead = [{ name = "", factor = 2.0 }]`, `overhead[0].name: found "", want a name`},
	} {
		if _, err := readShipped(t, head+tt.text+"\n"); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %s", tt.text, err, tt.want)
		}
	}
}
