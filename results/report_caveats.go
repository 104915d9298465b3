package results

import (
	"fmt"
	"slices"
	"strings"
)

// mostCaveats is how many warnings stand at the top of the report; the others are folded.
const mostCaveats = 6

// caveats are what a reader must know before the numbers: warnings, rows that are
// compared with none, and on what they rest that nobody has verified.
func (s *Set) caveats(rows []Row) (out []string) {
	for _, w := range s.allWarnings() {
		out = append(out, upperFirst(oneLine(w)))
	}
	counts := map[fault]int{}
	var order []fault
	for i := range rows {
		if f := rows[i].fault(); f != noFault {
			if counts[f]++; counts[f] == 1 {
				order = append(order, f)
			}
		}
	}
	slices.Sort(order)
	for _, f := range order {
		out = append(out, fmt.Sprintf("%s of %s: %s; compared with no other.", thousands(float64(counts[f])), plural(len(rows), "row", "rows"), f))
	}
	if text := s.unverified(); text != "" {
		out = append(out, text)
	}
	if text := oneReplication(rows); text != "" {
		out = append(out, upperFirst(text)+".")
	}
	return out
}

// oneReplication says that chance may have made the rows what they are, where there is but one
// replication and no interval; "" where there is one.
func oneReplication(rows []Row) string {
	if len(rows) == 0 || slices.ContainsFunc(rows, func(r Row) bool {
		return r.Replications > 1 || slices.ContainsFunc(r.Stats, func(s Stat) bool { return s.Half > 0 })
	}) {
		return ""
	}
	return "one replication: nothing says how far chance moves these numbers"
}

// unverified says how many of the assumptions nobody has verified.
func (s *Set) unverified() string {
	old, guessed := 0, 0
	for _, a := range s.Assumptions {
		switch a.Grade {
		case "C":
			old++
		case "U":
			guessed++
		}
	}
	var words []string
	if guessed > 0 {
		words = append(words, fmt.Sprintf("%d not verified (grade U)", guessed))
	}
	if old > 0 {
		words = append(words, fmt.Sprintf("%d from a secondary source or an old measurement (grade C)", old))
	}
	if len(words) == 0 {
		return ""
	}
	return fmt.Sprintf("Of %s that the numbers rest on, %s.", plural(len(s.Assumptions), "assumption", "assumptions"), strings.Join(words, " and "))
}
