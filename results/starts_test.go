package results

import (
	"strings"
	"testing"
)

// Of the hand-worked scenario a2, b1 and c2 were created in the window, all for a request;
// c1 was started ahead of any, and before it.
func TestInstanceStarts(t *testing.T) {
	unit := handUnit(t)
	for name, want := range map[string]float64{"instance_starts": 3, "starts_ahead": 0} {
		if got := metrics[metricIndex(name)].value(unit, nil); got != want {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
	lives := handLives()
	lives[3].Created = s(10) // c1, in the window now
	r := newRecorder(t, 1)
	r.Lives(lives)
	for name, want := range map[string]float64{"instance_starts": 4, "starts_ahead": 1} {
		if got := metrics[metricIndex(name)].value(finish(t, r), nil); got != want {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
}

// The table says what cold counts where it is a quarter, and ten, away from the starts, by
// the row where it is the farthest.
func TestStartsNote(t *testing.T) {
	row := func(name string, cold, starts, ahead float64) Row {
		r := fitRow(map[string]float64{"cold_starts": cold, "instance_starts": starts, "starts_ahead": ahead})
		r.Platform = name
		return r
	}
	for name, test := range map[string]struct {
		rows []Row
		want string // "" for none
	}{
		"as many":                    {[]Row{row("a", 100, 100, 0)}, ""},
		"a fifth more requests":      {[]Row{row("a", 120, 100, 0)}, ""},
		"few, at the window's edge":  {[]Row{row("a", 12, 3, 0)}, ""},
		"several wait for one start": {[]Row{row("a", 500, 100, 0)}, "500 requests were cold, and 100 instances started ("},
		"starts that served others":  {[]Row{row("a", 100, 126, 0)}, "100 requests were cold, and 126 instances started ("},
		"ahead of requests":          {[]Row{row("a", 0, 300, 300)}, ""},
		"some ahead":                 {[]Row{row("a", 10, 300, 200)}, "10 requests were cold, and 300 instances started, 200 of them ahead"},
		"the farthest":               {[]Row{row("a", 300, 100, 0), row("b", 900, 100, 0), row("c", 200, 100, 0)}, "nobody: in “b” 900 requests"},
	} {
		t.Run(name, func(t *testing.T) {
			got := new(Set).startsNote(test.rows)
			if got == "" != (test.want == "") || !strings.Contains(got, test.want) {
				t.Errorf("the note is %q, want %q", got, test.want)
			}
			if all := strings.Join(new(Set).notes(test.rows), "\n"); got != "" && !strings.Contains(all, got) {
				t.Errorf("the table's notes are %q, want %q among them", all, got)
			}
		})
	}
}
