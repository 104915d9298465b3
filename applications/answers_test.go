package applications

import (
	"fmt"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/flows"
)

// answering is an application of which a trigger starts a flow of an engine, or a function.
func answering(trigger, engine string) string {
	return fmt.Sprintf(`title = "t"
trigger = [{ name = "in", %s }]
function = [{ name = "handle", platform = "lambda", memory = "256MB", service = "50ms", timeout = "10s" }]
[[flow]]
name = "order"
engine = { preset = %q }
steps = [{ name = "a", call = "handle" }]
`, trigger, engine)
}

const often = `arrivals = { process = "poisson", rate = "2/s" }`

// Who only starts a flow: a caller by the file, queues and streams by the engine.
func TestWhoOnlyStarts(t *testing.T) {
	for _, c := range []struct {
		http, engine    string
		begun, detached bool
		noted           bool
	}{
		{`http = { answer = "start" }`, "step-functions-standard", true, true, false},
		{`http = {}`, "step-functions-standard", false, true, true},
		{`http = {}`, "step-functions-express", false, false, false},
		{`http = { answer = "end" }`, "google-workflows", false, true, true},
		{`http = { answer = "start" }`, "none", true, false, false},
	} {
		a := shipped(t, answering(`start = "order", `+often+`, `+c.http, c.engine))
		out := compiled(t, a)
		begun, detached := out.Graph.Triggers[0].HTTP.Begun, out.Graph.Flows[0].Engine.Detached
		noted := false
		for _, n := range out.Notes {
			noted = noted || n.Subject == "trigger in" && strings.HasPrefix(n.Text, "answer")
		}
		if told := strings.Contains(a.Describe().Triggers[0].Text, "only starts it"); told != c.noted {
			t.Errorf("%s of %s: told %v", c.http, c.engine, told)
		}
		if begun != c.begun || detached != c.detached || noted != c.noted {
			t.Errorf("%s of %s: begun %v, detached %v, noted %v", c.http, c.engine, begun, detached, noted)
		}
	}
}

// By whom a function is tried again that it did not itself wait for: AWS hands calls of
// its own buses, objects and schedules to Lambda's queue: two retries, after 1 and 2 minutes.
func TestWhoTriesAgain(t *testing.T) {
	for text, lambda := range map[string]bool{
		`start = "handle", ` + often + `, bus = { service = "eventbridge" }`: true,
		`start = "handle", ` + often + `, bus = { service = "sns" }`:         true,
		`start = "handle", schedule = { every = "1m" }`:                      true,
		`start = "order", ` + often + `, bus = { service = "eventbridge" }`:  false,
		`start = "handle", ` + often + `, http = {}`:                         false,
	} {
		a := compiled(t, shipped(t, answering(text, "step-functions-standard"))).Graph.Triggers[0].Async
		if !lambda {
			if a != nil {
				t.Errorf("%s: %+v, want nobody", text, a)
			}
			continue
		}
		if a == nil || a.Retries != 2 || len(a.After) != 2 || a.After[0] != sim.Minute || a.After[1] != 2*sim.Minute || a.Throttle.On != flows.OnThrottled {
			t.Errorf("%s: %+v, want Lambda's two retries", text, a)
		}
	}
}

// What is refused of answers and poison, with its line.
func TestAnswersAndPoisonAreChecked(t *testing.T) {
	for text, want := range map[string]string{
		`start = "handle", ` + often + `, http = { answer = "start" }`: "want \"end\", or a trigger with async",
		`start = "order", ` + often + `, http = { answer = "begin" }`:  `"begin"`,
		`start = "handle", ` + often + `, record = { poison = 1.5 }`:   "poison is 1.5, want 0 … 1",
		`start = "order", ` + often + `, record = { poison = 0.1 }`:    "starts a flow",
	} {
		_, err := reads(answering(text, "none"))
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "x.app.toml:2") {
			t.Errorf("%s: %v, want line 2 and %q", text, err, want)
		}
	}
	if p := compiled(t, shipped(t, answering(`start = "handle", `+often+`, record = { poison = 0.1 }`, "none"))).Graph.Triggers[0].Poison; p != 0.1 {
		t.Errorf("poison of %v, want 0.1", p)
	}
}

// reads reads an application with the catalogue that ships.
func reads(text string) (*Application, error) {
	root, err := spec.Parse("x.app.toml", []byte(text))
	if err != nil {
		return nil, err
	}
	return Read(root)
}

func shipped(t *testing.T, text string) *Application {
	t.Helper()
	a, err := reads(text)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// What the file says of a function's own retries stands in place of Lambda's, whatever
// calls it; its last failure goes where it says, and not to the bus's dead.
func TestOwnRetriesBesideWhatCalls(t *testing.T) {
	for _, way := range []string{often + `, bus = { service = "eventbridge" }`, often + `, bus = { service = "sns" }`, `schedule = { every = "1m" }`} {
		text := `start = "handle", ` + way + `, async = { retries = 1, max_age = "10m" }`
		a := compiled(t, shipped(t, answering(text, "none"))).Graph.Triggers[0].Async
		if a == nil || a.Retries != 1 || a.MaxAge != 10*sim.Minute || len(a.After) != 2 {
			t.Errorf("%s: %+v, want one retry within 10 min", text, a)
		}
	}
	for text, want := range map[string]string{
		`start = "order", ` + often + `, bus = { service = "eventbridge" }, async = { retries = 1 }`:    "a flow that has been started was delivered to",
		`start = "handle", ` + often + `, bus = { service = "eventbridge" }, async = { retries = 3 }`:   "want at most the 2",
		`start = "handle", ` + often + `, queue = {}, async = {}`:                                       "found async beside queue, want one way to start",
		`start = "handle", ` + often + `, bus = { service = "sns" }, async = { duplicates = 0.1 }`:      "want those of the bus or object",
		`start = "handle", ` + often + `, bus = { service = "eventbridge" }, async = { dead = "none" }`: `unknown trigger or store "none"`,
	} {
		_, err := reads(answering(text, "none"))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}
