package results

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// rowNames names rows by what tells them apart: the swept values, platforms and
// tariffs that are not the same in all of them. No two rows that differ in one of
// these have the same name.
func rowNames(rows []Row, tariffs bool) []string {
	out, different := make([]string, len(rows)), distinct(rows, tariffs)
	for _, labels := range []bool{true, false} { // two cases may have one label
		parts := distinctions(rows, tariffs, labels)
		for _, twice := range []bool{false, true} { // with 2 and 2 left out as said twice, "1, 2, 2" and "1, 1, 2" would be one
			seen := make(map[string]bool, len(rows))
			for i := range rows {
				out[i] = joinName(&rows[i], parts, twice)
				seen[out[i]] = true
			}
			if len(seen) >= different {
				return out
			}
		}
	}
	return out
}

// distinct counts the rows that differ in what names are made of.
func distinct(rows []Row, tariffs bool) int {
	seen := make(map[string]bool, len(rows))
	for i := range rows {
		r := &rows[i]
		key := []string{r.Platform, strconv.FormatBool(r.Bound)}
		if tariffs {
			key = append(key, r.Tariff)
		}
		for k := range r.Values {
			key = append(key, r.Values[k].Label)
		}
		seen[strings.Join(key, "\x00")] = true
	}
	return len(seen)
}

// distinctions are the values of a row that are not the same in all rows. Where labels
// name cases, the other values of a case that has one are left out, as are those that
// a case has not.
func distinctions(rows []Row, tariffs, labels bool) (parts []func(*Row) string) {
	label := -1
	if len(rows) > 0 && labels {
		label = slices.IndexFunc(rows[0].Values, func(v PathValue) bool { return v.Path == caseLabel })
	}
	add := func(of func(*Row) string) {
		for i := range rows {
			if of(&rows[i]) != of(&rows[0]) {
				parts = append(parts, of)
				return
			}
		}
	}
	if len(rows) > 0 {
		for k := range rows[0].Values {
			of := valueWords(k, rows[0].Values[k].Path)
			add(func(r *Row) string {
				if label >= 0 && k != label && !r.Values[label].absent() {
					return ""
				}
				return of(r)
			})
		}
	}
	add(func(r *Row) string { return r.Platform })
	if tariffs {
		add(func(r *Row) string { return r.Tariff })
	}
	return parts
}

// valueWords returns what a row has on its k-th path, in words; "" where a case leaves
// it out.
func valueWords(k int, path string) func(*Row) string {
	words := sweptWords(path, "") + " "
	return func(r *Row) string {
		switch v := &r.Values[k]; {
		case v.absent():
			return ""
		case v.Numeric && v.Unit == "" || v.Label == "true" || v.Label == "false": // 20 of what?
			return words + v.Label
		default:
			return v.Label
		}
	}
}

// joinName joins the parts of a row's name, and says none twice unless it must;
// where there are none, it is the platform's name.
func joinName(r *Row, parts []func(*Row) string, twice bool) string {
	var words []string
	for _, of := range parts {
		if w := of(r); w != "" && (twice || !slices.Contains(words, w)) {
			words = append(words, w)
		}
	}
	if len(words) == 0 {
		words = []string{r.Platform}
	}
	name := oneLine(strings.Join(words, ", "))
	switch {
	case r.Estimate:
		name += " (estimate)"
	case r.Bound:
		name += " (bound)"
	}
	return name
}

// quoted sets a name off from the sentence that it stands in: names are any
// text, such as none, all or a word and another.
func quoted(name string) string { return "“" + truncate(name, 80) + "”" }

// mostListed is how many names a sentence lists.
const mostListed = 4

// listed joins the quoted names of some rows with a word before the last, and
// counts what are too many.
func listed(names []string, rows []int, last string) string {
	var words []string
	for _, i := range rows {
		words = append(words, quoted(names[i]))
	}
	if n := len(words) - (mostListed - 1); n > 1 {
		words = append(words[:mostListed-1], fmt.Sprintf("%s more", thousands(float64(n))))
	}
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " " + last + " " + words[len(words)-1]
}
