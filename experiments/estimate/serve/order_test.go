package serve

import (
	"strings"
	"testing"
)

// A hundred GPUs are not to be had on a plan of ten; ten are.
func TestQuota(t *testing.T) {
	r := open(t, chats(func(s *Settings) { s.Within = []string{"modal-h100"} }))
	c := choiceOf(t, r, "modal-h100", Warm)
	for _, x := range []struct {
		fixed int
		over  bool
	}{{10, false}, {11, true}, {100, true}} {
		c.fixed = x.fixed
		if why := c.overQuota(); (why != "") != x.over || x.over && !strings.Contains(why, "has 10") {
			t.Errorf("%d GPUs: %q", x.fixed, why)
		}
	}
}

// At a load at which the one instance never stops, both ways to have it cost the same:
// first is that of which nobody waits for a start, and the other one says that it never stops.
func TestEqualBillsWithoutStartsFirst(t *testing.T) {
	e := run(t, chats(func(s *Settings) { s.Requests, s.Within, s.Alike = "2000/h", []string{"modal-h100"}, nil }), false)
	if len(e.Plans) != 2 || e.Plans[0].choice.fixed != 1 || e.Plans[0].Total.Cmp(&e.Plans[1].Total) != 0 {
		t.Fatalf("%s %v, %s %v", e.Plans[0].Name, &e.Plans[0].Total, e.Plans[1].Name, &e.Plans[1].Total)
	}
	if notes := strings.Join(e.Plans[1].Notes, " "); !strings.Contains(notes, "none of its instances stops") {
		t.Error(notes)
	}
}
