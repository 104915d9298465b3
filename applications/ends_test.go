package applications

import (
	"fmt"
	"strings"
	"testing"
)

// TestEnds: what starts itself is allowed where something is drawn on the way by which it
// ends, and refused, with the way, where it never does.
func TestEnds(t *testing.T) {
	const ever = `, and so on for ever, want a choice, or a probability below 1, on the way`
	for _, c := range []struct {
		name      string
		trigger   string // of "in", which starts "main"
		functions string
		steps     string // of main
		want      string // "": it is allowed
	}{
		{"a call of itself, perhaps", "", `{ name = "f", platform = "p", service = "1s", use = [{ call = "f", probability = 0.5 }] }`, `{ name = "s", call = "f" }`, ""},
		{"half a call of itself", "", `{ name = "f", platform = "p", service = "1s", use = [{ call = "f", count = 0.5 }] }`, `{ name = "s", call = "f" }`, ""},
		{"a flow in itself behind a choice", "", "", `{ name = "c", choice = [{ probability = 0.5, next = "s" }, { next = "end" }] }, { name = "s", call = "main" }`, ""},
		{"in itself before a choice", "", "", `{ name = "s", call = "main" }, { name = "c", choice = [{ probability = 0.5, next = "d" }, { next = "end" }] }, { name = "d", pass = true }`, `flow "main" starts flow "main"`},
		{"a message behind a choice", "queue = { }", "", `{ name = "c", choice = [{ probability = 0.5, next = "s" }, { next = "end" }] }, { name = "s", send = { to = "in" } }`, ""},
		{"a message", "queue = { }", "", `{ name = "s", send = { to = "in" } }`, `flow "main" starts trigger "in" starts flow "main"`},
		{"half a message", "queue = { }", "", `{ name = "s", send = { to = "in", count = 0.5 } }`, ""},
		{"a message by a use", "queue = { }", "", `{ name = "s", use = [{ send = "in" }] }`, `flow "main" starts trigger "in" starts flow "main"`},
		{"an event that is filtered", "bus = { match = 0.5 }", "", `{ name = "s", send = { to = "in" } }`, ""},
		{"an event", "bus = { match = 1 }", "", `{ name = "s", send = { to = "in" } }`, `flow "main" starts trigger "in" starts flow "main"`},
		{"two functions", "", `{ name = "f", platform = "p", service = "1s", use = [{ call = "g" }] }, { name = "g", platform = "p", service = "1s", use = [{ call = "main" }] }`, `{ name = "s", call = "f" }`, `function "f" starts function "g" starts flow "main" starts function "f"`},
		{"in a branch", "queue = { }", "", `{ name = "p", parallel = [["a"], ["b"]] }, { name = "a", pass = true }, { name = "b", send = { to = "in" } }`, `flow "main" starts trigger "in" starts flow "main"`},
		{"in a branch, behind a choice", "queue = { }", "", `{ name = "p", parallel = [["c", "b"]] }, { name = "c", choice = [{ probability = 0.5, next = "b" }, { next = "end" }] }, { name = "b", send = { to = "in" } }`, ""},
		{"a route", "queue = { }", `{ name = "f", platform = "p", service = "1s", use = [{ send = "in" }] }`, `{ name = "r", route = { to = ["f"] } }`, `function "f" starts trigger "in" starts flow "main" starts function "f"`},
		{"a route with another end", "queue = { }", `{ name = "f", platform = "p", service = "1s", use = [{ send = "in" }] }, { name = "g", platform = "p", service = "1s" }`, `{ name = "r", route = { to = ["f", "g"] } }`, ""},
		{"a route that may be answered at once", "queue = { }", `{ name = "f", platform = "p", service = "1s", use = [{ send = "in" }] }`, `{ name = "r", route = { to = ["f"], cache = { hit_rate = 0.1 } } }`, ""},
		{"a route that never is", "queue = { }", `{ name = "f", platform = "p", service = "1s", use = [{ send = "in" }] }`, `{ name = "r", route = { to = ["f"], cache = { hit_rate = 0 } } }`, `function "f" starts trigger "in" starts flow "main" starts function "f"`},
		{"caught, and it fails at times", "", `{ name = "f", platform = "p", service = "1s", error_rate = 0.1 }`, `{ name = "s", call = "f", catch = [{ on = ["any"], next = "end" }] }, { name = "t", call = "main" }`, ""},
		{"caught, and it may take too long", "", `{ name = "f", platform = "p", service = "1s" }`, `{ name = "s", call = "f", timeout = "1s", catch = [{ on = ["any"], next = "end" }] }, { name = "t", call = "main" }`, ""},
		{"caught, and nothing says that it fails", "", `{ name = "f", platform = "p", service = "1s" }`, `{ name = "s", call = "f", catch = [{ on = ["any"], next = "end" }] }, { name = "t", call = "main" }`, `flow "main" starts flow "main"`},
		{"only what surely holds is a way", "", "", `{ name = "c", choice = [{ size_above = "1KB", next = "s" }, { next = "end" }] }, { name = "s", call = "main" }`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			way := "queue = { }"
			if c.trigger != "" {
				way = c.trigger
			}
			_, err := readText("x.toml", fmt.Sprintf("trigger = [{ name = \"in\", start = \"main\", arrivals = { process = \"poisson\", rate = \"1/s\" }, %s }]\nfunction = [%s]\n[[flow]]\nname = \"main\"\nsteps = [%s]\n", way, c.functions, c.steps))
			switch {
			case c.want == "" && err != nil:
				t.Errorf("refused: %v", err)
			case c.want != "" && (err == nil || !strings.HasSuffix(err.Error(), ".name: "+c.want+ever)):
				t.Errorf("%v, want %s", err, c.want+ever)
			}
		})
	}
}

// TestMeans: what starts itself once or more in the mean is refused. How often is by hand.
func TestMeans(t *testing.T) {
	for _, c := range []struct {
		name, head, trigger, functions, steps string
		want                                  string // the way and how often; "": it is allowed
	}{
		{"two calls", "", "", `{ name = "f", platform = "p", service = "1s", use = [{ call = "f", probability = 0.5 }, { call = "f", probability = 0.6 }] }`, `{ name = "s", call = "f" }`, `function "f" starts function "f", and again, 1.1 times`},
		{"two calls, fewer", "", "", `{ name = "f", platform = "p", service = "1s", use = [{ call = "f", probability = 0.5 }, { call = "f", probability = 0.4 }] }`, `{ name = "s", call = "f" }`, ""},
		{"nearly once", "", "", `{ name = "f", platform = "p", service = "1s", use = [{ call = "f", probability = 0.999999 }] }`, `{ name = "s", call = "f" }`, `function "f" starts function "f", and again, 0.999999 times`},
		{"√(1.8 × 0.8)", "", "", `{ name = "f", platform = "p", service = "1s", use = [{ call = "g", count = 2, probability = 0.9 }] }, { name = "g", platform = "p", service = "1s", use = [{ call = "f", probability = 0.8 }] }`, `{ name = "s", call = "f" }`, `function "f" starts function "g" starts function "f", and again, 1.2 times`},
		{"a map of itself behind a choice", "", "", "", `{ name = "c", choice = [{ probability = 0.5, next = "m" }, { next = "end" }] }, { name = "m", map = { items = 3, steps = ["s"] } }, { name = "s", call = "main" }`, `flow "main" starts flow "main", and again, 1.5 times`},
		{"a map of itself, seldom", "", "", "", `{ name = "c", choice = [{ probability = 0.3, next = "m" }, { next = "end" }] }, { name = "m", map = { items = 3, steps = ["s"] } }, { name = "s", call = "main" }`, ""},
		{"in a loop of 1/(1 − 0.8) rounds", "", "", "", `{ name = "a", choice = [{ probability = 0.3, next = "s" }, { next = "c" }] }, { name = "s", call = "main" }, { name = "c", choice = [{ probability = 0.8, next = "a" }, { next = "end" }] }`, `flow "main" starts flow "main", and again, 1.5 times`},
		{"messages", "", "queue = { batch = 1 }", "", `{ name = "c", choice = [{ probability = 0.5, next = "s" }, { next = "end" }] }, { name = "s", send = { to = "in", count = 8 } }`, `flow "main" starts trigger "in" starts flow "main", and again, 2 times`},
		{"a size decides", "", "", "", `{ name = "c", choice = [{ size_above = "1KB", next = "end" }, { next = "s" }] }, { name = "s", call = "main" }`, ""},
		{"dead letters of each other", `{ name = "a", start = "f", arrivals = { process = "poisson", rate = "1/s" }, queue = { receives = 1, dead = "b" } }, { name = "b", start = "f", queue = { receives = 1, dead = "a" } }, `, "", `{ name = "f", platform = "p", service = "1s", error_rate = 0.99995 }`, `{ name = "s", call = "f" }`, `trigger "a" starts trigger "b" starts trigger "a", and again, 0.99995 times`},
		{"dead letters of what fails at times", `{ name = "a", start = "f", arrivals = { process = "poisson", rate = "1/s" }, queue = { receives = 1, dead = "b" } }, { name = "b", start = "f", queue = { receives = 1, dead = "a" } }, `, "", `{ name = "f", platform = "p", service = "1s", error_rate = 0.9 }`, `{ name = "s", call = "f" }`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			way := "queue = { }"
			if c.trigger != "" {
				way = c.trigger
			}
			_, err := readText("x.toml", fmt.Sprintf("trigger = [%s{ name = \"in\", start = \"main\", arrivals = { process = \"poisson\", rate = \"1/s\" }, %s }]\nfunction = [%s]\n[[flow]]\nname = \"main\"\nsteps = [%s]\n", c.head, way, c.functions, c.steps))
			switch {
			case c.want == "" && err != nil:
				t.Errorf("refused: %v", err)
			case c.want != "" && (err == nil || !strings.HasSuffix(err.Error(), ".name: "+c.want+" for each time in the mean, want at most 0.9999: it would not end")):
				t.Errorf("%v, want %s", err, c.want)
			}
		})
	}
}

// TestLoopsOfFailures: a step that surely fails has no way out but its catch.
func TestLoopsOfFailures(t *testing.T) {
	for _, c := range []struct {
		error, step string
		ever        bool
	}{
		{"1", `call = "f", catch = [{ on = ["any"], next = "s" }]`, true},
		{"0.999", `call = "f", catch = [{ on = ["any"], next = "s" }]`, false},
		{"1", `call = "f"`, false},
		{"1", `call = "f", catch = [{ on = ["timeout"], next = "s" }]`, false},
		{"1", `call = "f", catch = [{ on = ["timeout"], next = "s" }, { on = ["failed"], next = "s" }]`, true},
		{"1", `call = "f", catch = [{ on = ["timeout"], next = "end" }, { on = ["failed"], next = "s" }]`, false},
		{"1", `call = "f", retry = [{ on = ["any"] }], catch = [{ on = ["any"], next = "s" }]`, true},
		{"1", `route = { to = ["f"] }, catch = [{ on = ["any"], next = "s" }]`, true},
		{"1", `route = { to = ["f", "g"] }, catch = [{ on = ["any"], next = "s" }]`, false},
	} {
		_, err := readText("x.toml", fmt.Sprintf("trigger = [{ name = \"in\", start = \"main\", arrivals = { process = \"poisson\", rate = \"1/s\" } }]\nfunction = [{ name = \"f\", platform = \"p\", service = \"0s\", error_rate = %s }, { name = \"g\", platform = \"p\", service = \"0s\" }]\n[[flow]]\nname = \"main\"\nsteps = [{ name = \"s\", %s }]\n", c.error, c.step))
		const want = `x.toml:5: flow[0].steps[0]: the steps "s" lead to each other for ever, want a way out: a case, a next, or attempt_above`
		if ever := err != nil && err.Error() == want; ever != c.ever || err != nil && !ever {
			t.Errorf("%s, %s: %v, want refused: %v", c.error, c.step, err, c.ever)
		}
	}
}

// TestLoops: steps that lead back are allowed where a way out may be taken.
func TestLoops(t *testing.T) {
	for _, c := range []struct {
		choice string
		want   string
	}{
		{`{ probability = 0.9, next = "a" }, { next = "end" }`, ""},
		{`{ attempt_above = 3, next = "end" }, { next = "a" }`, ""},
		{`{ size_above = "1KB", next = "end" }, { next = "a" }`, ""},
		{`{ probability = 0.5, size_above = "1KB", next = "end" }, { next = "a" }`, ""},
		{`{ probability = 1, size_above = "1KB", next = "a" }, { next = "end" }`, ""},
		{`{ probability = 1, next = "a" }, { next = "end" }`, `the steps "a", "c" lead to each other for ever`},
		{`{ probability = 0.5, next = "a" }, { next = "c" }`, `the steps "a", "c" lead to each other for ever`},
	} {
		_, err := readText("x.toml", fmt.Sprintf("trigger = [{ name = \"in\", start = \"main\", arrivals = { process = \"poisson\", rate = \"1/s\" } }]\n[[flow]]\nname = \"main\"\nsteps = [{ name = \"before\", pass = true }, { name = \"a\", pass = true }, { name = \"c\", choice = [%s] }]\n", c.choice))
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %v, want %q", c.choice, err, c.want)
		}
	}
}
