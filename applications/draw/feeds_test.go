package draw

import (
	"slices"
	"testing"
)

// What is written to a table goes to its stream, and what is given up has a line from
// whatever it came by; a store's objects have one line to what they start.
func TestFedAndGivenUp(t *testing.T) {
	d := Of(readApplication(t, "x.app.toml", `
title = "x"
trigger = [
  { name = "in", start = "save", arrivals = { process = "poisson", rate = "5/s" } },
  { name = "changes", start = "work", stream = { service = "dynamodb-streams" } },
  { name = "new", start = "work", object = { store = "pictures" }, async = { dead = "lost", retries = 1 } },
  { name = "events", start = "work", arrivals = { process = "poisson", rate = "1/s" }, bus = { service = "eventbridge", dead = "parked" }, async = { dead = "lost" } },
  { name = "nightly", start = "work", schedule = { every = "1d" }, async = { dead = "lost", max_age = "1h" } },
]
store = [
  { name = "table", service = "dynamodb", feeds = "changes" },
  { name = "pictures", service = "s3", feeds = "new" },
  { name = "lost", service = "sqs" },
  { name = "parked", service = "sqs" },
]
function = [
  { name = "save", platform = "lambda", service = "20ms", use = [{ store = "table", op = "write" }, { store = "pictures", op = "write" }] },
  { name = "work", platform = "lambda", service = "20ms" },
]
`))
	var got []string
	for _, e := range d.Edges {
		got = append(got, e.From+" -"+edgeStyles()[e.Kind].class+"-> "+e.To+" "+e.Label)
	}
	for _, want := range []string{
		"table -sends-> changes writes",
		"pictures -sends-> new ",
		"new -dead-> lost after 2 tries",
		"events -dead-> parked ",
		"events -dead-> lost ",
		"nightly -dead-> lost after 1h",
	} {
		if n := len(slices.DeleteFunc(slices.Clone(got), func(s string) bool { return s != want })); n != 1 {
			t.Errorf("%q stands %d times, want once", want, n)
		}
	}
	if slices.Contains(got, "pictures -sends-> new writes") {
		t.Error("the objects have a second line")
	}
	if t.Failed() {
		t.Log(got)
	}
	for _, f := range faults(d) {
		t.Error(f)
	}
}
