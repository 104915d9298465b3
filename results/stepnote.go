package results

import (
	"slices"
	"strings"
)

// stepNote says what the rows' step times rest on; "" where none has any. Where they
// are of several kinds, each is named by the swept values and platforms that decide on
// it, and by no other.
func (s *Set) stepNote(rows []Row) string {
	var timed []Row
	for i := range rows {
		if rows[i].StepTimes != nil {
			timed = append(timed, rows[i])
		}
	}
	var kinds []*StepTimes
	names := map[*StepTimes][]string{}
	deciding := decidingParts(timed)
	for i := range timed {
		t := timed[i].StepTimes
		k := slices.IndexFunc(kinds, t.equal)
		if k < 0 {
			k, kinds = len(kinds), append(kinds, t)
		}
		if name := joinName(&timed[i], deciding, false); !slices.Contains(names[kinds[k]], name) {
			names[kinds[k]] = append(names[kinds[k]], name)
		}
	}
	var parts []string
	for _, t := range kinds {
		part := t.String()
		if len(kinds) > 1 {
			part = namesShort(names[t]) + ": " + part
		}
		parts = append(parts, part)
	}
	if parts == nil {
		return ""
	}
	return "step times, whose errors no interval has in it: " + strings.Join(parts, "; ")
}

// decidingParts are parts of the names of rows, as few as tell what their step times
// rest on: of all, each is left out that the others can do without, those of the load
// first, and platforms last.
func decidingParts(rows []Row) (parts []func(*Row) string) {
	if len(rows) == 0 {
		return nil
	}
	var load, other []func(*Row) string
	for k, v := range rows[0].Values {
		if of := valueWords(k, v.Path); isLoad(v.Path) {
			load = append(load, of)
		} else {
			other = append(other, of)
		}
	}
	parts = slices.Concat(load, other, []func(*Row) string{func(r *Row) string { return oneLine(r.Platform) }})
	for k := 0; k < len(parts); {
		if without := slices.Delete(slices.Clone(parts), k, k+1); decide(rows, without) {
			parts = without
		} else {
			k++
		}
	}
	return parts
}

// decide reports whether rows that are alike in some parts of their names rest on
// equal step times.
func decide(rows []Row, parts []func(*Row) string) bool {
	of := map[string]*StepTimes{}
	for i := range rows {
		var words []string
		for _, part := range parts {
			words = append(words, part(&rows[i]))
		}
		key := strings.Join(words, "\x00")
		if t, ok := of[key]; ok && !t.equal(rows[i].StepTimes) {
			return false
		}
		of[key] = rows[i].StepTimes
	}
	return true
}
