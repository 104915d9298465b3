package applications

import (
	"errors"
	"strings"
	"testing"
)

// What is still to be filled in is nothing that always or surely happens: a loop whose way
// out is not known yet is none that never ends. Filled in so, it is.
func TestHolesAreNotForEver(t *testing.T) {
	for name, c := range map[string]struct{ text, filled string }{
		"the first case goes back": {`
trigger = [{ name = "in", start = "f", arrivals = { process = "poisson", rate = "1/s" } }]
function = [{ name = "g", platform = "p", service = "1s" }]
flow = [{ name = "f", steps = [{ name = "look", call = "g" }, { name = "done", choice = [{ probability = "?", next = "look" }, { next = "end" }] }] }]
`, `1.0`},
		"so many calls": {`
trigger = [{ name = "in", start = "g", arrivals = { process = "poisson", rate = "1/s" } }, { name = "back", start = "g", async = {} }]
function = [{ name = "g", platform = "p", service = "1s", use = [{ send = "back", count = "?" }] }]
`, `1`},
		"so many in a step": {`
trigger = [{ name = "in", start = "f", arrivals = { process = "poisson", rate = "1/s" } }, { name = "back", start = "f" , async = {} }]
flow = [{ name = "f", steps = [{ name = "again", use = [{ send = "back", count = "?" }] }] }]
`, `1`},
		"so many messages": {`
trigger = [{ name = "in", start = "f", arrivals = { process = "poisson", rate = "1/s" } }, { name = "back", start = "f" , async = {} }]
flow = [{ name = "f", steps = [{ name = "again", send = { to = "back", count = "?" } }] }]
`, `1`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := readText("x.toml", "title = \"x\""+c.text)
			var u *Unfilled
			if !errors.As(err, &u) {
				t.Errorf("found %v, want what is to be filled in alone", err)
			}
			_, err = readText("x.toml", "title = \"x\""+strings.Replace(c.text, `"?"`, c.filled, 1))
			if err == nil || !strings.Contains(err.Error(), "for ever") {
				t.Errorf("filled in: found %v, want what goes on for ever", err)
			}
		})
	}
}
