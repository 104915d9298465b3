package applications

import (
	"strings"
	"testing"
)

// What an op of a custom service is called is its user's own word: one that says nothing of
// the way of its bytes sends them, as a request does, and of a cache they come back. A note
// says so of each.
func TestCustomOpDirection(t *testing.T) {
	a, err := readShipped(t, `title = "x"
trigger  = [{ name = "in", start = "f", arrivals = { process = "poisson", rate = "1/s" } }]
function = [{ name = "f", platform = "lambda", service = "10ms" }]
[[store]]
name    = "api"
service = "custom"
region  = "internet"
tariff  = "none"
latency = { charge = "1ms", authorize = "1ms", put = "1ms", post_order = "1ms", get = "1ms", getUser = "1ms", QUERY = "1ms", fetch-all = "1ms", get_user_id = "1ms", putLastOne = "1ms", postpone = "1ms" }
[[store]]
name     = "kept"
service  = "custom"
tariff   = "none"
hit_rate = 0.5
latency  = { answer = "1ms", set = "1ms" }
`)
	if err != nil {
		t.Fatal(err)
	}
	c := compiled(t, a)
	sent := map[string]bool{}
	for _, s := range c.Graph.Services {
		for _, o := range s.Ops {
			sent[s.Name+"."+o.Name] = o.Writes
		}
	}
	noted := map[string]string{}
	for _, n := range c.Notes {
		key, value, _ := strings.Cut(n.Text, " = ")
		noted[n.Subject+"."+key] = value
	}
	for _, x := range []struct {
		store, op string
		sent      bool
		note      string
	}{
		{"api", "charge", true, "sent to it"},
		{"api", "authorize", true, "sent to it"},
		{"api", "postpone", true, "sent to it"}, // not post
		{"api", "put", true, ""},
		{"api", "post_order", true, ""},
		{"api", "get", false, ""},
		{"api", "getUser", false, ""},
		{"api", "QUERY", false, ""},
		{"api", "fetch-all", false, ""},
		{"api", "get_user_id", false, ""},
		{"api", "putLastOne", true, ""},
		{"kept", "answer", false, "comes from it"},
		{"kept", "set", true, ""},
	} {
		if got, ok := sent[x.store+"."+x.op]; !ok || got != x.sent {
			t.Errorf("%s of %s: sent %t, want %t", x.op, x.store, got, x.sent)
		}
		if got := noted["store "+x.store+".op."+x.op+".size"]; got != x.note {
			t.Errorf("%s of %s: a note %q, want %q", x.op, x.store, got, x.note)
		}
	}
}
