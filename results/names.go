package results

import (
	"fmt"
	"slices"
	"strings"
)

// rowNames names rows by what tells them apart: the swept values, platforms and
// tariffs that are not the same in all of them. No two rows that differ in one of
// these have the same name.
func rowNames(rows []Row, tariffs bool) []string {
	parts := distinctions(rows, tariffs)
	out, seen, same := make([]string, len(rows)), map[string]bool{}, false
	for i := range rows {
		out[i] = joinName(&rows[i], parts, false)
		same = same || seen[out[i]]
		seen[out[i]] = true
	}
	if same { // with 2 and 2 left out as said twice, "1, 2, 2" and "1, 1, 2" would be one
		for i := range rows {
			out[i] = joinName(&rows[i], parts, true)
		}
	}
	return out
}

// distinctions are the values of a row that are not the same in all rows.
func distinctions(rows []Row, tariffs bool) (parts []func(*Row) string) {
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
			words := ""
			if v := rows[0].Values[k]; v.Numeric && v.Unit == "" || v.Label == "true" || v.Label == "false" { // 20 of what?
				words = sweptWords(v.Path, "") + " "
			}
			add(func(r *Row) string { return words + r.Values[k].Label })
		}
	}
	add(func(r *Row) string { return r.Platform })
	if tariffs {
		add(func(r *Row) string { return r.Tariff })
	}
	return parts
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
	if r.Bound {
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
