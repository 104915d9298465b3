package applications

import (
	"strings"
	"testing"
)

// fedText is an application whose bucket lets what is written to it start a function.
func fedText(store, trigger, thumbs string) string {
	return `title = "fed"
trigger = [
  { name = "in", start = "save", arrivals = { process = "poisson", rate = "5/s" } },
  { name = "new", start = "thumbs", ` + trigger + ` },
]
store = [
  { name = "pictures", service = "s3"` + store + ` },
  { name = "others", service = "s3" },
  { name = "table", service = "dynamodb" },
]
function = [
  { name = "save", platform = "lambda", service = "20ms", use = [{ store = "pictures", op = "write" }] },
  { name = "thumbs", platform = "lambda", service = "20ms"` + thumbs + ` },
]
`
}

// A store feeds a stream or a trigger of its own objects, which then needs no arrivals;
// and what starts itself by what it writes is refused.
func TestFeeds(t *testing.T) {
	const own = `object = { store = "pictures" }`
	for name, c := range map[string]struct{ text, want string }{
		"its objects":                 {fedText(`, feeds = "new"`, own, ""), ""},
		"and some from outside":       {fedText(`, feeds = "new"`, own+`, arrivals = { process = "poisson", rate = "1/s" }`, ""), ""},
		"objects that nothing writes": {fedText("", own, ""), `x.toml:4: trigger[1].object: found an object trigger without arrivals that its store does not feed, want arrivals, those of objects from outside, or feeds of the store`},
		"those of another":            {fedText(`, feeds = "new"`, `object = { store = "others" }`, ""), `x.toml:7: store[0].feeds: found "new", which is of the objects of "others", want a trigger of this store's objects`},
		"a request":                   {fedText(`, feeds = "in"`, own, ""), `x.toml:7: store[0].feeds: found "in", which has no stream and is of no objects, want a trigger with a stream, or of this store's objects`},
		"a round":                     {fedText(`, feeds = "new"`, own, `, use = [{ store = "pictures", op = "write" }]`), `x.toml:13: function[1].name: function "thumbs" starts trigger "new" starts function "thumbs", and so on for ever`},
		"a round in the mean":         {fedText(`, feeds = "new"`, own, `, use = [{ store = "pictures", op = "write", count = 2, probability = 0.5 }]`), `starts trigger "new" starts function "thumbs", and again, 1 times for each time in the mean`},
		"a round that ends":           {fedText(`, feeds = "new"`, own, `, use = [{ store = "pictures", op = "write", probability = 0.5 }]`), ""},
		"of reads":                    {fedText(`, feeds = "new"`, own, `, use = [{ store = "pictures", op = "read" }]`), ""},
		"of a state that is saved":    {fedText(`, feeds = "new"`, own, `, state = { size = "1KB", store = "pictures", save = 1 }`), `function "thumbs" starts trigger "new" starts function "thumbs"`},
		"a round over a stream":       {strings.Replace(fedText("", `stream = { service = "kinesis", shards = 1 }`, `, use = [{ store = "table", op = "write" }]`), `service = "dynamodb" }`, `service = "dynamodb", feeds = "new" }`, 1), `function "thumbs" starts trigger "new" starts function "thumbs"`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := readText("x.toml", c.text)
			if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Errorf("found %v, want %q", err, c.want)
			}
		})
	}
}

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
