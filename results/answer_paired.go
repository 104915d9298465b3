package results

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/results/stat"
)

// Rows are run with the same arrivals and variates, replication by replication: what they
// cost varies with the load, and much less what they cost more than another.

// moreThan is by how much the cost of a row of the same currency and as many replications is
// above another's, replication by replication, and the half-width of its 95 % t-interval;
// false where it is not above it for certain.
func (a *answer) moreThan(i, base int) (more, half float64, certain bool) {
	x, _ := a.rows[i].Stat("cost")
	y, _ := a.rows[base].Stat("cost")
	if a.rows[i].Currency != a.rows[base].Currency || x.bare || y.bare || len(x.Values) != len(y.Values) || len(x.Values) < 2 {
		return 0, 0, false
	}
	differences := make([]float64, len(x.Values))
	for k := range x.Values {
		differences[k] = stat.RoundOff(x.Values[k]-y.Values[k], y.Values[k])
	}
	if more, half = stat.Interval(differences, stat.Level); math.IsNaN(more) {
		return 0, 0, false
	}
	return more, half, more-half > 0
}

// paired names the cheapest of some rows, or those that may be, where others of them cost more
// by less than its own interval, as it is printed beside its cost: that these do is told by the
// differences alone, and it says how much. "" where there are none.
func (a *answer) paired(cheap, among []int) string {
	base, _ := a.rows[cheap[0]].Stat("cost")
	var words []string
	for _, i := range among {
		if slices.Contains(cheap, i) || !(a.rows[i].mean("cost")-base.Mean <= base.Half) {
			continue
		}
		if more, half, certain := a.moreThan(i, cheap[0]); certain {
			words = append(words, fmt.Sprintf("%s %s more", quoted(a.names[i]), moneyIn(a.rows[i].Currency, money(more)+" ± "+money(half))))
		}
	}
	if len(words) == 0 {
		return ""
	}
	if others := len(words) - mostListed; others > 0 {
		words = append(words[:mostListed], plural(others, "other more too", "others more too"))
	}
	return listed(a.names, cheap, "or") + " is the cheapest (" + a.costs(cheap) + "), told by the differences of their replications: " + strings.Join(words, ", ")
}

// alike says which rows of applications are the same in every column, so that what tells
// them apart had no effect; "" where none are.
func (a *answer) alike() string {
	var words []string
	said := map[int]bool{}
	for n, i := range a.policies {
		group := []int{i}
		for _, k := range a.policies[n+1:] {
			if !said[k] && a.rows[k].sameAs(&a.rows[i]) {
				group, said[k] = append(group, k), true
			}
		}
		if len(group) > 1 && !said[i] && a.rows[i].mean("events") > 0 {
			words = append(words, listed(a.names, group, "and"))
		}
	}
	if words == nil {
		return ""
	}
	more := ""
	if n := len(words) - mostListed; n > 0 {
		words, more = words[:mostListed], fmt.Sprintf("; and %s", plural(n, "more group", "more groups"))
	}
	return upperFirst(strings.Join(words, "; ")) + more + " do not differ in any column: what tells them apart has no effect here"
}

// sameAs reports whether two rows have the same values in all columns and replications.
func (r *Row) sameAs(o *Row) bool {
	if r.Currency != o.Currency || r.Tariff != o.Tariff || len(r.Stats) != len(o.Stats) {
		return false
	}
	for m := range r.Stats {
		if !slices.EqualFunc(r.Stats[m].Values, o.Stats[m].Values, func(x, y float64) bool { return x == y || math.IsNaN(x) && math.IsNaN(y) }) {
			return false
		}
	}
	return true
}
