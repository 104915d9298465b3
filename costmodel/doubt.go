package costmodel

import (
	"fmt"
	"slices"
	"time"
)

// Doubt says why it is not known whether the tariff's prices held on a day; "" where it
// is known. A tariff that says since when it is in force leaves no doubt. Of others it
// is known of which days their sources are, and of an earlier era that it held until
// the day before it ended.
func (t *Tariff) Doubt(on Date) string {
	if t.From != "" || !on.valid() {
		return ""
	}
	const text = "It is not known whether these prices held on %s: the tariff does not say since when they are in force, and "
	first := t.firstKnown()
	switch {
	case first == "":
		return fmt.Sprintf(text+"its sources are undated.", on)
	case on.day() < first:
		return fmt.Sprintf(text+"the first day that its sources tell of is %s.", on, first)
	}
	return ""
}

// firstKnown is the first day of which all prices that have a date are known: the last
// of their dates, or the last day of an era that has ended by then; "" where neither
// is known.
func (t *Tariff) firstKnown() (day string) {
	take := func(e Evidence) {
		if e.AsOf != "" && e.AsOf != Undated {
			day = max(day, e.AsOf.day())
		}
	}
	for i := range t.Prices {
		take(t.Prices[i].Evidence)
		for _, tier := range t.Prices[i].Tiers {
			take(tier.Evidence)
		}
	}
	if t.Until == "" {
		return day
	}
	end, err := time.Parse(time.DateOnly, Date(t.Until).day())
	if err != nil {
		return day // dates are checked where they are read
	}
	if last := end.AddDate(0, 0, -1).Format(time.DateOnly); day == "" || last < day {
		return last
	}
	return day
}

// doubted returns the tariff with a note of what is not known of a day.
func (t *Tariff) doubted(on Date) *Tariff {
	doubt := t.Doubt(on)
	if doubt == "" {
		return t
	}
	noted := *t
	noted.Notes = slices.Concat([]string{doubt}, t.Notes)
	return &noted
}
