package results

import "testing"

// Of 200 answers two came after the window, a hundredth: it is said, as of 1 of 99; of one of 200
// it is not.
func TestLateAnswersAreSaid(t *testing.T) {
	row := func(late, done float64) Row {
		r := answerRow("", 1, 2, 0)
		for name, x := range map[string]float64{"after_window": late, "completed": done} {
			r.Stats[metricIndex(name)] = statOf(metricIndex(name), []float64{x})
		}
		return r
	}
	const end = ": their times and what they used count, but nothing arrived beside them, and what is billed by time ends with the window"
	for _, c := range []struct {
		rows []Row
		want string
	}{
		{[]Row{row(2, 200)}, "After the window's end came 2 of 200 answers (1.00 %)" + end},
		{[]Row{row(1, 200)}, ""},
		{[]Row{row(0, 0)}, ""},
		{[]Row{row(1, 1), row(1, 200)}, "After the window's end came 1 of 1 answer of “a” (100 %)" + end},
		{[]Row{row(1, 4), row(2, 4), row(3, 4), row(4, 4)}, "After the window's end came 1 of 4 answers of “a” (25.0 %), 2 of 4 answers of “b” (50.0 %), 3 of 4 answers of “c” (75.0 %) and those of 1 more row" + end},
		{[]Row{answerRow("", 1, 2, 0)}, ""}, // no application
	} {
		a := &answer{rows: c.rows, names: []string{"a", "b", "c", "d"}}
		for i := range c.rows {
			a.policies = append(a.policies, i)
		}
		if got := a.late(); got != c.want {
			t.Errorf("got  %q\nwant %q", got, c.want)
		}
	}
}
