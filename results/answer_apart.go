package results

import (
	"fmt"
	"math"
)

// mostToTell is the most replications that are named as enough to tell rows apart.
const mostToTell = 10_000

// apart says which two rows are the least by a metric and cannot be told apart, although
// their means differ by more than the error of a quantile: by how much they do, how far
// that is known, and how much longer it takes to tell. "" where the least can be told.
func (a *answer) apart(metric, words string, among []int) string {
	first, second := a.untold(metric, among)
	if first < 0 {
		return ""
	}
	x, _ := a.rows[first].Stat(a.rows[first].waited(metric))
	y, _ := a.rows[second].Stat(a.rows[second].waited(metric))
	difference, half, n := x.apart(&y)
	if !(half >= difference) { // also where there is no interval
		return ""
	}
	currency := a.rows[first].Currency
	text := fmt.Sprintf("Over %s %s and %s differ by %s %s, less than is known", a.samplesWords(&x, n),
		quoted(a.names[first]), quoted(a.names[second]), plainDifference(metric, currency, difference, half), words)
	bins := x.bins + y.bins // which more of them leave as they are; untold is beyond
	return text + a.enough(&x, n, (half-bins)/(difference-bins))
}

// untold are the row of the least mean of a metric and, of those that cannot be told from
// it and have a mean of their own, that of the next; −1: there are none.
func (a *answer) untold(metric string, among []int) (first, second int) {
	second = -1
	set := least(a.rows, among, metric)
	if len(set) == 0 {
		return -1, -1
	}
	first = set[0]
	x, _ := a.rows[first].Stat(a.rows[first].waited(metric))
	for _, i := range set[1:] {
		y, _ := a.rows[i].Stat(a.rows[i].waited(metric))
		// Within the bins, whatever the interval, no more is known of two.
		if difference, _, _ := x.apart(&y); difference > x.bins+y.bins && (second < 0 || y.Mean < a.rows[second].waits(metric)) {
			second = i
		}
	}
	if second < 0 {
		return -1, -1
	}
	return first, second
}

// samplesWords is over how many of what a difference is known.
func (a *answer) samplesWords(s *Stat, n int) string {
	switch {
	case s.days > 0:
		return plural(n, "day", "days")
	case s.blocks != nil:
		return plural(n, "batch", "batches")
	}
	return plural(n, "replication", "replications")
}

// enough says how many replications or days, or how long a run, tell what is now known to
// times of itself: intervals are as wide as one over the root of how many they are over.
func (a *answer) enough(s *Stat, n int, times float64) string {
	what := "replications"
	switch {
	case s.days > 0:
		what = "such days"
	case s.blocks != nil:
		if times*times > mostToTell {
			return fmt.Sprintf("; a run %s times as long would not tell either", thousands(mostToTell))
		}
		return fmt.Sprintf("; a run %s times as long may tell", digits(math.Max(times*times, 1.1), 2))
	}
	if need := math.Ceil(float64(n) * times * times); need <= mostToTell {
		return fmt.Sprintf("; about %s %s may tell", thousands(math.Max(need, float64(n+1))), what)
	}
	return fmt.Sprintf("; %s %s would not tell either", thousands(mostToTell), what)
}

// untoldApart says it of the cheapest and of the fastest rows, of those that are compared.
func (a *answer) untoldApart() (sentences []string) {
	if len(a.set.Cells) > 0 && loads(a.rows) || len(currencies(a.of(a.fit))) > 1 {
		return nil
	}
	var among []int
	for _, i := range a.fit {
		if m := a.rows[i].Meets; m == NoVerdict || m == Yes {
			among = append(among, i)
		}
	}
	for _, of := range []struct{ metric, words string }{{"cost", "in cost"}, {a.speed, "at " + a.p99}} {
		if text := a.apart(of.metric, of.words, among); text != "" {
			sentences = append(sentences, text)
		}
	}
	return sentences
}

// bareCosts says that the costs of the rows that are compared have no interval, since
// intervals are over blocks, which have no bills; "" where they have one, or one row has a cost.
func (a *answer) bareCosts() string {
	billed := a.billed(a.fit)
	if len(billed) < 2 {
		return ""
	}
	if s, _ := a.rows[billed[0]].Stat("cost"); !s.bare {
		return ""
	}
	return "Costs have no interval " + a.set.overWords() + ": they are compared by their means"
}
