package imports

import "testing"

// What a workflow defines in use is one thing, by whatever tasks it is used; what changes
// all tasks from there is listed.
func TestUses(t *testing.T) {
	d := read(t, tasks(`
use:
  functions: {pack: {run: {container: {image: x}}}}
  retries: {fast: {delay: {milliseconds: 500}, limit: {attempt: {count: 5}}}}
  extensions: [{audit: {extend: all, before: [{l: {set: {x: 1}}}]}}]
do:
- one: {call: pack}
- two: {try: [{again: {call: pack}}], catch: {retry: {use: fast}}}
- three: {listen: {to: {one: {with: {type: a}}}}, foreach: {item: e, do: [{n: {set: {x: 1}}}]}}
- four: {call: mcp, with: {server: x}}
`))
	checked(t, d)
	text, _ := d.Write()
	holds(t, text, `{ name = "one", call = "pack"`, `{ name = "again", call = "pack", retry = [{ on = ["any"], attempts = 5, interval = "500ms", rate = 1 }]`, `{ store = "mcp", op = "call" }`)
	if c := d.Counts(); c.Functions != 1 {
		t.Errorf("found %d functions, want one\n%s", c.Functions, text)
	}
	holds(t, lost(d), "extension audit", "what is done for each event")
}
