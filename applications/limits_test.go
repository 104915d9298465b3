package applications

import (
	"fmt"
	"strings"
	"testing"
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
