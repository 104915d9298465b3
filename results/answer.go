package results

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// answer says in a few sentences what the table comes to. Names of rows are
// quoted; a row that is not Fit is never the best of anything, and named with the
// reason; rows that cannot be told apart are named together.
func (s *Set) answer(rows []Row) string {
	a := &answer{set: s, rows: rows, names: rowNames(rows, true), p99: ofUsersWords(rows, "p99"), speed: speedOf(rows)}
	if a.speed == doneP99 {
		a.p99 = "done p99"
	}
	for i := range rows {
		if rows[i].Bound {
			continue
		}
		a.policies = append(a.policies, i)
		if ok, _ := rows[i].Fit(); ok {
			a.fit = append(a.fit, i)
		} else {
			a.unfit = append(a.unfit, i)
		}
	}
	if len(a.policies) == 0 {
		return ""
	}
	var sentences []string
	for _, text := range slices.Concat([]string{a.main()}, a.untoldApart(), []string{a.bareCosts(), a.unsteady(), a.regret(), a.withoutBill(), a.leftOut(), a.behind(), a.outages(), a.rising(), a.late(), a.met(), a.alike()}) {
		if text != "" {
			sentences = append(sentences, text+".")
		}
	}
	return strings.Join(sentences, " ")
}

// answer is what the sentences are about: all rows, their names, and, by index,
// those that are no bounds, of these those that are fit and those that are not.
type answer struct {
	set                  *Set
	rows                 []Row
	names                []string
	p99                  string // what the quantile of latency is called
	speed                string // its column
	policies, fit, unfit []int
}

// main is the first sentence, without its end.
func (a *answer) main() string {
	all := currencies(a.of(a.fit))
	switch {
	case len(a.set.SLO) > 0:
		return a.objective(all)
	case len(a.fit) == 0:
		return ""
	case loads(a.rows):
		if text := cmp.Or(a.overLoads(), a.withinGoodput()); text != "" || len(a.fit) > 1 || len(a.policies) == 1 {
			return text
		}
		return "Only " + a.single(quoted(a.names[a.fit[0]])+" can be compared")
	case len(all) > 1:
		return a.byCurrency(all)
	case len(a.policies) == 1:
		return a.single(quoted(a.names[a.fit[0]]))
	case len(a.fit) == 1:
		return "Only " + a.single(quoted(a.names[a.fit[0]])+" can be compared")
	}
	return a.ranked(a.fit)
}

func (a *answer) of(among []int) (out []Row) {
	for _, i := range among {
		out = append(out, a.rows[i])
	}
	return out
}

// single describes the one row there is.
func (a *answer) single(name string) string {
	i := a.fit[0]
	words := fmt.Sprintf(a.p99+" %s", a.seconds(a.fit)) + a.andCold(i)
	if cost := a.cost(i); cost != dash {
		words = cost + ", " + words
	}
	return name + ": " + words
}

// andCold goes on with a row's part of cold starts; "" where no function ran.
func (a *answer) andCold(i int) string {
	if cold := a.rows[i].mean("cold_ratio"); !math.IsNaN(cold) {
		return ", " + percent(cold) + " cold"
	}
	return ""
}

// ranked names the cheapest and the fastest of some rows in one currency.
func (a *answer) ranked(among []int) string {
	cheap, fast := least(a.rows, among, "cost"), least(a.rows, among, a.speed)
	switch {
	case len(cheap) == 0 && len(fast) == 0:
		return ""
	case len(cheap) == 0:
		return a.unpriced(among, fast)
	}
	first := a.theCheapest(cheap, among)
	both := intersect(cheap, fast)
	switch {
	case len(fast) == 0:
		return first
	case len(both) == 0:
		return first + "; " + a.theFastest(fast, among)
	case len(a.billed(among)) == 1 && len(fast) == 1:
		return fmt.Sprintf("%s, and the fastest at "+a.p99+" (%s)", first, a.seconds(fast))
	case len(cheap) == 1 && len(fast) == 1:
		return fmt.Sprintf("%s is both the cheapest (%s) and the fastest at "+a.p99+" (%s)", quoted(a.names[cheap[0]]), a.cost(cheap[0])+a.ahead(cheap[0], among, "cost"), a.seconds(fast)+a.ahead(fast[0], among, a.speed))
	case len(both) == len(cheap) && len(among) > 1 && len(fast) == len(among) && equal(a.rows, among, a.speed):
		return fmt.Sprintf("%s; "+a.p99+" is the same in all rows (%s)%s", first, a.seconds(fast), a.soonest(cheap))
	case len(both) == len(cheap):
		return fmt.Sprintf("%s, and no other row is measurably faster at "+a.p99+" (%s)%s", first, a.seconds(both), a.soonest(cheap))
	case len(fast) == 1:
		return fmt.Sprintf("%s; of these, %s is the fastest at "+a.p99+" (%s)%s", first, quoted(a.names[fast[0]]), a.seconds(fast), a.soonest(cheap))
	}
	return fmt.Sprintf("%s; of these, no row is measurably faster at "+a.p99+" than %s (%s)%s", first, listed(a.names, both, "or"), a.seconds(both), a.soonest(cheap))
}

// soonest names which of some rows that are equally cheap, where they serve tokens,
// has the first token the soonest; "" where that cannot be told.
func (a *answer) soonest(among []int) string {
	soon := least(a.rows, among, "ttft_p99_s")
	if len(soon) == 0 || len(soon) == len(among) {
		return ""
	}
	verb := "has"
	if len(soon) > 1 {
		verb = "have"
	}
	return fmt.Sprintf("; %s %s the first token soonest (TTFT p99 %s)", listed(a.names, soon, "and"), verb, a.span(soon, "ttft_p99_s", seconds3))
}

// billed are those of some rows that have a cost.
func (a *answer) billed(among []int) []int {
	return slices.DeleteFunc(slices.Clone(among), func(i int) bool { return math.IsNaN(a.rows[i].mean("cost")) })
}

// withoutBill names the rows that have no cost, where others are compared by it.
func (a *answer) withoutBill() string {
	billed := a.billed(a.fit)
	none := slices.DeleteFunc(slices.Clone(a.fit), func(i int) bool { return slices.Contains(billed, i) })
	switch {
	case len(billed) < 2 || len(none) == 0:
		return ""
	case len(none) == 1:
		return quoted(a.names[none[0]]) + " has no bill, and is in no comparison of costs"
	}
	return fmt.Sprintf("%d rows have no bill, and are in no comparison of costs (%s)", len(none), listed(a.names, none, "and"))
}

// theCheapest names the row of some that is the cheapest, or those that may be.
func (a *answer) theCheapest(cheap, among []int) string {
	switch {
	case len(a.billed(among)) == 1 && len(among) > 1:
		return fmt.Sprintf("%s is the only row with a bill (%s)", quoted(a.names[cheap[0]]), a.cost(cheap[0]))
	case len(cheap) > 1 && equal(a.rows, cheap, "cost"):
		return fmt.Sprintf("%s cost the same (%s)%s", listed(a.names, cheap, "and"), a.cost(cheap[0]), a.andTheRest(cheap, among))
	}
	if text := a.paired(cheap, among); text != "" {
		return text
	}
	if len(cheap) == 1 {
		return fmt.Sprintf("%s is the cheapest (%s%s)", quoted(a.names[cheap[0]]), a.cost(cheap[0]), a.ahead(cheap[0], among, "cost"))
	}
	return fmt.Sprintf("The cheapest cannot be told at 95 %% confidence between %s (%s)", listed(a.names, cheap, "and"), a.costs(cheap))
}

// ahead says by how much a row is below the next of some by a metric, where both are written
// alike; "" where they are not.
func (a *answer) ahead(i int, among []int, metric string) string {
	x, next := a.rows[i].waits(metric), -1
	for _, k := range among {
		if y := a.rows[k].waits(metric); k != i && y > x && (next < 0 || y < a.rows[next].waits(metric)) {
			next = k
		}
	}
	currency := a.rows[i].Currency
	if next < 0 || valueText(metric, currency, x) != valueText(metric, currency, a.rows[next].waits(metric)) {
		return ""
	}
	less, unit := amountText(metric, currency, a.rows[next].waits(metric)-x, 2)
	return fmt.Sprintf(", %s%s less than %s", less, unit, quoted(a.names[next]))
}

// andTheRest says that others cost more, where there are others.
func (a *answer) andTheRest(cheap, among []int) string {
	switch billed := len(a.billed(among)); {
	case len(cheap) == billed:
		return ""
	case billed < len(among):
		return ", less than every other row with a bill"
	}
	return ", less than every other row"
}

// theFastest names the row of the least p99, or those that may be.
func (a *answer) theFastest(fast, among []int) string {
	if len(fast) == 1 {
		words := a.seconds(fast) + a.ahead(fast[0], among, a.speed)
		if cost := a.cost(fast[0]); cost != dash {
			words += ", " + cost
		}
		return fmt.Sprintf("%s is the fastest at "+a.p99+" (%s)", quoted(a.names[fast[0]]), words)
	}
	cheap := least(a.rows, fast, "cost")
	text := fmt.Sprintf("%d rows are equally fast at "+a.p99+" (%s) within what can be told", len(fast), a.seconds(fast))
	if len(cheap) == 0 {
		return text
	}
	return fmt.Sprintf("%s, of which %s costs the least (%s)", text, listed(a.names, cheap, "or"), a.costs(cheap))
}

// unpriced names the fastest rows where nothing is billed, and what warmth and
// idle memory they have.
func (a *answer) unpriced(among, fast []int) string {
	if len(fast) == 1 {
		i := fast[0]
		return fmt.Sprintf("%s is the fastest at "+a.p99+" (%s%s)", quoted(a.names[i]), a.seconds(fast), a.andCold(i))
	}
	warm := least(a.rows, fast, "cold_ratio")
	text := fmt.Sprintf("At "+a.p99+", %d of %d rows are equally fast (%s) within what can be told", len(fast), len(among), a.seconds(fast))
	switch {
	case len(warm) == len(fast) || len(warm) == 0:
		return text + ", and their cold starts cannot be told apart"
	case len(warm) == 1:
		text += fmt.Sprintf("; of these, %s has the fewest cold starts (%s", quoted(a.names[warm[0]]), a.span(warm, "cold_ratio", percent))
	default:
		text += fmt.Sprintf("; of these, %s has the fewest cold starts (%s", listed(a.names, warm, "or"), a.span(warm, "cold_ratio", percent))
	}
	text += ")"
	if lean := least(a.rows, fast, "wasted_gib_s"); len(lean) == 1 && !slices.Contains(warm, lean[0]) && a.rows[lean[0]].mean("wasted_gib_s") > 0 {
		text += fmt.Sprintf(", and %s keeps the least memory idle (%s GiB·h, %s cold)", quoted(a.names[lean[0]]),
			digits(a.rows[lean[0]].mean("wasted_gib_s")/3600, 3), percent(a.rows[lean[0]].mean("cold_ratio")))
	}
	return text
}

// objective counts the rows that meet the SLO, and names the cheapest of these.
func (a *answer) objective(all []string) string {
	var meet, unsure []int
	for _, i := range a.fit {
		switch a.rows[i].Meets {
		case Yes:
			meet = append(meet, i)
		case Unsure:
			unsure = append(unsure, i)
		}
	}
	if len(a.policies) == 1 {
		return a.objectiveOfOne(len(meet), len(unsure))
	}
	verb := "meet"
	if len(meet) == 1 {
		verb = "meets"
	}
	text := fmt.Sprintf("%d of %d rows %s the SLO", len(meet), len(a.policies), verb)
	text += a.allowed(meet)
	if len(unsure) > 0 {
		text += fmt.Sprintf(" (%s cannot be told at 95 %% confidence: %s)", plural(len(unsure), "more row", "more rows"), listed(a.names, unsure, "and"))
	}
	switch {
	case len(meet) == 0:
		return text
	case loads(a.rows):
		if more := a.overLoads(); more != "" {
			return text + ". " + more
		}
		if len(meet) == 1 {
			text += ": " + quoted(a.names[meet[0]])
		}
		return text
	case len(all) > 1:
		return text + "; " + strings.Join(a.cheapestOf(meet, all), "; ")
	}
	cheap := least(a.rows, meet, "cost")
	switch {
	case len(cheap) == 0:
		if fast := least(a.rows, meet, a.speed); len(fast) > 0 && len(meet) > 1 {
			return text + ". " + upperFirst(a.unpriced(meet, fast))
		}
		return text
	case len(cheap) == 1:
		which := "the cheapest of them"
		if len(a.billed(meet)) == 1 && len(meet) > 1 {
			which = "the only one of them with a bill"
		}
		return fmt.Sprintf("%s; %s is %s (%s, "+a.p99+" %s)", text, which, quoted(a.names[cheap[0]]), a.cost(cheap[0])+a.ahead(cheap[0], meet, "cost"), a.seconds(cheap))
	case equal(a.rows, cheap, "cost"):
		return fmt.Sprintf("%s; the cheapest of them are %s, which cost the same (%s, "+a.p99+" %s)%s%s", text, listed(a.names, cheap, "and"), a.cost(cheap[0]), a.seconds(cheap), a.fastestOf(cheap), a.soonest(cheap))
	}
	return fmt.Sprintf("%s; the cheapest of them cannot be told at 95 %% confidence between %s (%s, "+a.p99+" %s)", text, listed(a.names, cheap, "and"), a.costs(cheap), a.seconds(cheap))
}

// allowed says how much of their requests rows that meet the SLO lose, as it lets them; "" of
// none.
func (a *answer) allowed(meet []int) string {
	var shares []float64
	for _, i := range meet {
		shares = append(shares, a.rows[i].lost())
	}
	if _, most, ok := span(shares); ok && most > rare {
		o := a.set.SLO.errors()
		return fmt.Sprintf(", of which %s lets them lose requests: up to %s are lost", o, percent(most))
	}
	return ""
}

// fastestOf names the fastest of some rows that are equally cheap; "" where none is.
func (a *answer) fastestOf(among []int) string {
	fast := least(a.rows, among, a.speed)
	if len(fast) != 1 {
		return ""
	}
	return fmt.Sprintf("; of these, %s is the fastest at "+a.p99+" (%s)", quoted(a.names[fast[0]]), a.seconds(fast))
}

// objectiveOfOne says whether the one row there is meets the SLO.
func (a *answer) objectiveOfOne(meets, unsure int) string {
	switch {
	case meets == 1:
		return a.single(quoted(a.names[a.fit[0]]) + " meets the SLO")
	case unsure == 1:
		return a.single("It cannot be told at 95 % confidence whether " + quoted(a.names[a.fit[0]]) + " meets the SLO")
	}
	return "" // the reason follows
}

// byCurrency names the cheapest row of each currency, and the fastest.
func (a *answer) byCurrency(all []string) string {
	words := a.cheapestOf(a.fit, all)
	if fast := least(a.rows, a.fit, a.speed); len(fast) == 1 {
		words = append(words, fmt.Sprintf("%s is the fastest at "+a.p99+" (%s)", quoted(a.names[fast[0]]), a.seconds(fast)))
	}
	return upperFirst(strings.Join(words, "; "))
}

// cheapestOf names the cheapest row of each currency, or those that may be.
func (a *answer) cheapestOf(among []int, all []string) (words []string) {
	for _, currency := range all {
		own := slices.DeleteFunc(slices.Clone(among), func(i int) bool { return a.rows[i].Currency != currency })
		if cheap := least(a.rows, own, "cost"); len(cheap) > 0 {
			words = append(words, fmt.Sprintf("of those in %s the cheapest is %s (%s, "+a.p99+" %s)", currency, listed(a.names, cheap, "or"), a.costs(cheap), a.seconds(cheap)))
		}
	}
	return words
}

// upperFirst begins a sentence. What is no letter, such as the quote that a name
// begins with, stays.
func upperFirst(s string) string {
	_, n := utf8.DecodeRuneInString(s)
	return strings.ToUpper(s[:n]) + s[n:]
}

// leftOut names the rows that are compared with none, and says why.
func (a *answer) leftOut() string {
	reason := func(i int) string {
		_, why := a.rows[i].Fit()
		return quoted(a.names[i]) + " " + why
	}
	switch n := len(a.unfit); {
	case n == 0:
		return ""
	case len(a.policies) == 1:
		return reason(a.unfit[0])
	case n == 1:
		return reason(a.unfit[0]) + " and is left out of the comparison"
	case n <= 3:
		var words []string
		for _, i := range a.unfit {
			words = append(words, reason(i))
		}
		return a.leftOutHead() + strings.Join(words, "; ")
	}
	var words []string
	for _, k := range []struct {
		of   func(fault) bool
		text func([]int) string
	}{
		{fault.loses, a.losing},
		{func(f fault) bool { return f == losesMessages }, func(of []int) string {
			return plural(len(of), "row gives", "rows give") + " up messages as dead letters"
		}},
		{func(f fault) bool { return f == failsBehind }, func(of []int) string {
			return plural(len(of), "row fails", "rows fail") + " executions that nobody waits for"
		}},
		{func(f fault) bool { return f == missesSLO }, func(of []int) string { return plural(len(of), "row misses", "rows miss") + " the SLO" }},
		{func(f fault) bool { return f == counterfactualBill }, func(of []int) string {
			return plural(len(of), "row is", "rows are") + " counterfactual, nobody's bill"
		}},
	} {
		of := slices.DeleteFunc(slices.Clone(a.unfit), func(i int) bool { return !k.of(a.rows[i].fault()) })
		if len(of) > 0 {
			words = append(words, fmt.Sprintf("%s (%s)", k.text(of), listed(a.names, of, "and")))
		}
	}
	return a.leftOutHead() + strings.Join(words, "; ")
}

func (a *answer) leftOutHead() string {
	if len(a.fit) == 0 {
		return "No row can be recommended: "
	}
	return "Left out of the comparison: "
}

// losing says how many rows lose requests, what part, and in which ways.
func (a *answer) losing(of []int) string {
	lo, hi := math.Inf(1), 0.0
	var ways [losesRequests]bool
	for _, i := range of {
		x := a.rows[i].lost()
		lo, hi = min(lo, x), max(hi, x)
		for _, l := range a.rows[i].losses() {
			ways[l.way] = true
		}
	}
	text := plural(len(of), "row loses ", "rows lose ") + rangeText(percent(lo), percent(hi)) + " of their requests"
	var kinds []string
	for way, is := range ways {
		if is {
			kinds = append(kinds, faultWords[way].kind)
		}
	}
	if kinds == nil {
		return text
	}
	return text + ": " + strings.Join(kinds, " or ")
}

// cost writes a row's cost with its currency and span.
func (a *answer) cost(i int) string {
	text := costCell(&a.rows[i])
	if text == dash {
		return dash
	}
	return moneyIn(a.rows[i].Currency, text) + spanWords(a.set.Span)
}

// costs writes the costs of several rows of one currency as a range.
func (a *answer) costs(of []int) string {
	if len(of) == 1 {
		return a.cost(of[0])
	}
	currency := a.rows[of[0]].Currency
	if currency == "USD" { // the sign stands at both ends, a code behind the last
		return a.span(of, "cost", func(x float64) string { return moneyIn(currency, money(x)) }) + spanWords(a.set.Span)
	}
	return moneyIn(currency, a.span(of, "cost", money)) + spanWords(a.set.Span)
}

// seconds writes the p99 of some rows, of users where clients ask again, as a range
// where they are several.
func (a *answer) seconds(of []int) string {
	text := a.span(of, a.speed, seconds3)
	if a.speed == doneP99 {
		text += ", answered p99 " + a.span(of, answeredP99, seconds3)
	}
	return text + a.andLost(of)
}

// andLost goes on with what part of the events of some rows of applications failed: the
// latency is of the others.
func (a *answer) andLost(of []int) string {
	var shares []float64
	for _, i := range of {
		if a.rows[i].mean("events") > 0 {
			shares = append(shares, a.rows[i].lost())
		}
	}
	lo, hi, ok := span(shares)
	if !ok || hi == 0 {
		return ""
	}
	return ", " + rangeText(percent(lo), percent(hi)) + " failed"
}

// span writes a metric of some rows as a range.
func (a *answer) span(of []int, metric string, write func(float64) string) string {
	var values []float64
	for _, i := range of {
		values = append(values, a.rows[i].waits(metric))
	}
	lo, hi, ok := span(values)
	if !ok {
		return dash
	}
	return rangeText(write(lo), write(hi))
}

// rangeText writes a range, or one value where both ends read alike.
func rangeText(lo, hi string) string {
	if lo == hi {
		return lo
	}
	return lo + " to " + hi
}

// plural writes a number of things.
func plural(n int, one, more string) string {
	if n == 1 {
		return "1 " + one
	}
	return thousands(float64(n)) + " " + more
}

// pluralMean writes a mean number of things, whole.
func pluralMean(x float64, one, more string) string {
	if n := meanCount(x); n != "1" {
		return n + " " + more
	}
	return "1 " + one
}

// intersect returns what is in both lists, in the order of the first.
func intersect(a, b []int) []int {
	return slices.DeleteFunc(slices.Clone(a), func(i int) bool { return !slices.Contains(b, i) })
}
