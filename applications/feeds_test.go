package applications

import "testing"

// TestFeedsMakeRings: what writes to a table starts what its stream does, by whichever way:
// what goes round for ever so, or more often each time, is refused.
func TestFeedsMakeRings(t *testing.T) {
	const (
		api   = `{ name = "api", start = "f", arrivals = { process = "poisson", rate = "1/s" } }`
		table = `store = [{ name = "d", service = "dynamodb", feeds = "s" }]` + "\n"
		f     = `{ name = "f", platform = "run", service = "1ms", use = [{ store = "d", op = "write", size = "1KB" }] }`
	)
	stream := func(keys string) string {
		return `{ name = "s", start = "g", stream = { service = "dynamodb-streams", ` + keys + ` } }`
	}
	file := func(s, g string) string {
		return "title = \"x\"\ntrigger = [" + api + ",\n" + s + "]\n" + table + "function = [" + f + ",\n" + g + "]\n"
	}
	g := func(rest string) string { return `{ name = "g", platform = "run", service = "1ms", ` + rest + ` }` }
	const ever = `x.toml:6: function[1].name: function "g" starts trigger "s" starts function "g", and so on for ever, want a choice, or a probability below 1, on the way`
	for _, tt := range []struct{ name, text, want string }{
		{"an invocation", file(stream("batch = 1"), g(`use = [{ store = "d", op = "write", size = "1KB" }]`)), ever},
		{"of a batch", file(stream("batch = 100"), g(`use = [{ store = "d", op = "write", size = "1KB" }]`)), ever},
		{"a record", file(stream("batch = 100"), g(`use = [{ store = "d", op = "write", per = "record", size = "1KB" }]`)), ever},
		{"its first op reads", file(stream("batch = 1"), g(`use = [{ store = "d", size = "1KB" }]`)), ""},
		{"a delete writes", file(stream("batch = 1"), g(`use = [{ store = "d", op = "delete", size = "1KB" }]`)), ever},
		{"a message", file(stream("batch = 1"), g(`use = [{ send = "d", size = "1KB" }]`)), ever},
		{"half of them", file(stream("batch = 1"), g(`use = [{ store = "d", op = "write", probability = 0.5, size = "1KB" }]`)), ""},
		{"twice, of 0.6", file(stream("batch = 100"), g(`use = [{ store = "d", op = "write", probability = 0.6, count = 2, per = "record", size = "1KB" }]`)),
			`x.toml:3: trigger[1].name: trigger "s" starts trigger "s", and again, 1.2 times for each time in the mean, want at most 0.9999: it would not end`},
		{"a called function", file(stream("batch = 1"), g(`use = [{ call = "f" }]`)),
			`x.toml:5: function[0].name: function "f" starts trigger "s" starts function "g" starts function "f", and so on for ever, want a choice, or a probability below 1, on the way`},
		{"its dead letters", file(stream(`batch = 1, dead = "d", retries = 0`), g(`error_rate = 1`)),
			`x.toml:3: trigger[1].name: trigger "s" starts trigger "s", and so on for ever, want a choice, or a probability below 1, on the way`},
		{"its dead letters, of batches", file(stream(`batch = 100, dead = "d", retries = 0`), g(`error_rate = 1`)),
			`x.toml:3: trigger[1].name: trigger "s" starts trigger "s", and so on for ever, want a choice, or a probability below 1, on the way`},
		{"dead letters of poison", file(`{ name = "s", start = "g", record = { poison = 1 }, stream = { service = "dynamodb-streams", batch = 1, dead = "d", retries = 0 } }`, g(`error_rate = 0`)),
			`x.toml:3: trigger[1].name: trigger "s" starts trigger "s", and so on for ever, want a choice, or a probability below 1, on the way`},
		{"no dead letters", file(stream(`batch = 1, dead = "d"`), g(`error_rate = 1`)), ""},
		{"a flow's step", "title = \"x\"\ntrigger = [" + api + ",\n" + `{ name = "s", start = "main", stream = { service = "dynamodb-streams", batch = 1 } }` + "]\n" + table + "function = [" + f + "]\n" +
			`flow = [{ name = "main", engine = { preset = "step-functions-express" }, steps = [{ name = "x", send = { to = "d", size = "1KB" } }] }]` + "\n",
			`x.toml:6: flow[0].name: flow "main" starts trigger "s" starts flow "main", and so on for ever, want a choice, or a probability below 1, on the way`},
		{"no ring", "title = \"x\"\ntrigger = [" + api + ",\n" + stream("batch = 1") + "]\n" + table + "function = [" + f + ",\n" + g(`error_rate = 0`) + "]\n", ""},
	} {
		got := ""
		if _, err := readShipped(t, tt.text); err != nil {
			got = err.Error()
		}
		if got != tt.want {
			t.Errorf("%s:\n%s\nwant\n%s", tt.name, got, tt.want)
		}
	}
}

// TestDeadBesideABus: what a function itself fails that a bus calls goes to async.dead, not
// to the bus's; what it cannot be called with to the bus's. Both are looked at.
func TestDeadBesideABus(t *testing.T) {
	file := func(busDead, asyncDead, rate string) string {
		return `title = "x"
trigger = [{ name = "a", start = "f", arrivals = { process = "poisson", rate = "1/s" }, bus = { service = "eventbridge"` + busDead + ` }, async = { retries = 0` + asyncDead + ` } },
{ name = "b", start = "g", queue = { service = "sqs", batch = 1 } }]
function = [{ name = "f", platform = "run", service = "1ms", error_rate = ` + rate + ` },
{ name = "g", platform = "run", service = "1ms", use = [{ send = "a" }] }]
`
	}
	const ever = `x.toml:5: function[1].name: function "g" starts trigger "a" starts trigger "b" starts function "g", and so on for ever, want a choice, or a probability below 1, on the way`
	for _, tt := range []struct{ bus, async, rate, want string }{
		{"", `, dead = "b"`, "1", ever},
		{`, dead = "b"`, "", "1", ever}, // where the function's platform has no other place
		{"", `, dead = "b"`, "0.5", ""},
		{"", `, dead = "b"`, "0", ""},
	} {
		got := ""
		if _, err := readShipped(t, file(tt.bus, tt.async, tt.rate)); err != nil {
			got = err.Error()
		}
		if got != tt.want {
			t.Errorf("bus %s async %s rate %s:\n%s\nwant\n%s", tt.bus, tt.async, tt.rate, got, tt.want)
		}
	}
}

// TestStartedByAllWays: what is counted for a function's weight comes by every way: of two
// dead letter queues both, and a table's stream.
func TestStartedByAllWays(t *testing.T) {
	a, err := readShipped(t, `title = "x"
trigger = [{ name = "a", start = "f", arrivals = { process = "poisson", rate = "1/s" }, bus = { service = "eventbridge", dead = "b" }, async = { dead = "d" } },
{ name = "b", start = "g", queue = { service = "sqs" } },
{ name = "s", start = "h", stream = { service = "dynamodb-streams" } }]
store = [{ name = "d", service = "dynamodb", feeds = "s" }]
function = [{ name = "f", platform = "run", service = "1ms" }, { name = "g", platform = "run", service = "1ms" }, { name = "h", platform = "run", service = "1ms" }]
`)
	if err != nil {
		t.Fatal(err)
	}
	c := &compiler{Application: a}
	got := c.reaches(named{triggerClass, 0})
	for k, name := range []string{"f", "g", "h"} {
		if !got[named{functionClass, k}] {
			t.Errorf("%q is not among what trigger a leads to", name)
		}
	}
}
