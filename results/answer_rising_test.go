package results

import "testing"

// A trigger is not kept up with where what arrived in the second half of an hour took
// longer by more than a fiftieth of half an hour, 36 s, and by more than 30 %.
func TestRising(t *testing.T) {
	for _, c := range []struct {
		name          string
		n             uint64
		first, second float64
		want          bool
	}{
		{"falls behind", 100, 45, 104, true},
		{"too few to say", 19, 45, 104, false},
		{"longer by a third of a second", 100, 1, 1.34, false},
		{"longer by 35 s", 100, 45, 80, false},
		{"longer by 37 s", 100, 45, 82, true},
		{"long, and hardly longer", 100, 1000, 1040, false},
		{"catches up", 100, 104, 45, false},
	} {
		e := EventRecord{Halves: [2]HalfRecord{{c.n, c.first}, {c.n, c.second}}}
		if first, second, is := e.rising(3600); is != c.want || first != c.first || second != c.second {
			t.Errorf("%s: %v %v %v", c.name, first, second, is)
		}
	}
}
