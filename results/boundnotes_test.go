package results

import (
	"slices"
	"strings"
	"testing"
)

// Each mark that the rows have is explained, and no other; of what knows the future it is
// always said that it does.
func TestBoundNotes(t *testing.T) {
	bound := func(estimate bool) Row {
		r := tradeoffRow("offline-keepalive", "a", 360, 0.06)
		r.Bound, r.Estimate = true, estimate
		r.Counterfactual = counterfactual(true, estimate, nil)
		return r
	}
	for name, test := range map[string]struct {
		rows []Row
		want []string
	}{
		"no bound":  {[]Row{tradeoffRow("fixed", "1m", 360, 0.06)}, nil},
		"exact":     {[]Row{bound(false)}, []string{"(offline bound): knows the future"}},
		"estimates": {[]Row{bound(true), bound(true)}, []string{"(estimate of a bound): not exact"}},
		"both":      {[]Row{bound(true), bound(false)}, []string{"(offline bound): knows the future", "(estimate of a bound): not exact"}},
	} {
		t.Run(name, func(t *testing.T) {
			var marks []string
			for i := range test.rows {
				if mark := tariffCell(&test.rows[i]); strings.HasPrefix(mark, "(") && !slices.Contains(marks, mark) {
					marks = append(marks, mark)
				}
			}
			notes := new(Set).notes(test.rows)
			if len(notes) != len(test.want) || len(notes) != len(marks) {
				t.Fatalf("the marks are %q, the notes %q, want %q", marks, notes, test.want)
			}
			for i, want := range test.want {
				if !strings.HasPrefix(notes[i], want) {
					t.Errorf("note %d is %q, want %q …", i, notes[i], want)
				}
			}
			if all := strings.Join(notes, "\n"); len(test.want) > 0 && strings.Count(all, "knows the future") != 1 {
				t.Errorf("%q does not say once that it knows the future", all)
			}
		})
	}
}
