package applications

import (
	"errors"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// unfilled is as an import writes it: what a definition file does not say is "?".
const unfilled = `title = "imported"
trigger = [
  { name = "in", start = "order", arrivals = { process = "poisson", rate = "?" }, record = { size = "?" } },
  { name = "tick", start = "work", schedule = { every = "?" } },
]
store = [{ name = "table", service = "?", latency = { read = "?" } }]
function = [
  { name = "work", platform = "?", service = "?", memory = "?", tokens = { input = "?", output = 10 }, use = [{ store = "table", op = "?", count = "?" }] },
]
[[flow]]
name = "order"
engine = { preset = "step-functions-standard" }
steps = [
  { name = "first", call = "?", callback = { after = "?" }, retry = [{ on = ["?"], attempts = "?" }] },
  { name = "each", map = { items = "?", steps = ["one"] } },
  { name = "one", call = "work" },
  { name = "pick", choice = [{ probability = "?", next = "last" }, { probability = "?", next = "end" }] },
  { name = "last", wait = "?" },
]
`

// TestUnfilled: all holes are listed at once, by names, and the application can be
// looked at; it cannot be run.
func TestUnfilled(t *testing.T) {
	a, err := readText("x.toml", unfilled)
	var u *Unfilled
	if !errors.As(err, &u) {
		t.Fatalf("%v, want an *Unfilled", err)
	}
	if want := `19 values are to be filled in:
x.toml:3: trigger.in.arrivals.rate
x.toml:3: trigger.in.record.size
x.toml:4: trigger.tick.schedule.every
x.toml:6: store.table.service
x.toml:6: store.table.latency.read
x.toml:8: function.work.platform
x.toml:8: function.work.service
x.toml:8: function.work.memory
x.toml:8: function.work.tokens.input
x.toml:8: function.work.use.0.op
x.toml:8: function.work.use.0.count
x.toml:14: flow.order.steps.first.call
x.toml:14: flow.order.steps.first.callback.after
x.toml:14: flow.order.steps.first.retry.0.on.0
x.toml:14: flow.order.steps.first.retry.0.attempts
x.toml:15: flow.order.steps.each.map.items
x.toml:17: flow.order.steps.pick.choice.0.probability
x.toml:17: flow.order.steps.pick.choice.1.probability
x.toml:18: flow.order.steps.last.wait`; u.Error() != want {
		t.Errorf("%v, want\n%s", u, want)
	}
	c, err := a.Compile(Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Graph.Steps) != 5 || len(c.Graph.Triggers) != 2 {
		t.Errorf("%d steps and %d triggers, want 5 and 2", len(c.Graph.Steps), len(c.Graph.Triggers))
	}
	if _, err := a.Compile(Options{Platforms: platforms, Window: sim.Window{Horizon: sim.Hour}}); !errors.As(err, &u) {
		t.Errorf("compiled to be run: %v, want an *Unfilled", err)
	}
}

// TestSlipBesideHoles: a slip is told although there are holes.
func TestSlipBesideHoles(t *testing.T) {
	_, err := readText("x.toml", strings.Replace(unfilled, `steps = ["one"]`, `steps = ["oen"]`, 1))
	if want := `x.toml:15: flow[0].steps[1].map.steps[0]: unknown step "oen"; did you mean "one"?`; err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

// TestOneHole: one value is not two.
func TestOneHole(t *testing.T) {
	_, err := readText("x.toml", strings.Replace(valid, `service = "20ms" },`, `service = "?" },`, 1))
	if want := "1 value is to be filled in:\nx.toml:13: function.other.service"; err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}
