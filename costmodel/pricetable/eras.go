package pricetable

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/sim"
)

// era is what a model costs from a day until another.
type era struct {
	from, until string // days; "": not known, or still in force
	base        []price
	hours       []hourly // of other prices than base
}

// hourly are the prices of some hours of the day.
type hourly struct {
	costmodel.Hours
	prices []price
}

// eras returns what a model costs in the course of time: of the prices that
// apply at a moment the last has precedence, and where none applies the first.
func (m *Model) eras() []era {
	days := []string{""}
	for _, c := range m.prices {
		if c.from != "" {
			days = append(days, c.from)
		}
	}
	slices.Sort(days)
	days = slices.Compact(days)
	var out []era
	for _, day := range days {
		e := m.eraOf(day)
		if n := len(out); n > 0 {
			if out[n-1].sameAs(&e) {
				continue
			}
			out[n-1].until = day
		}
		out = append(out, e)
	}
	return out
}

func (e *era) sameAs(o *era) bool {
	if key(e.base) != key(o.base) || len(e.hours) != len(o.hours) {
		return false
	}
	for i := range e.hours {
		if e.hours[i].String() != o.hours[i].String() || key(e.hours[i].prices) != key(o.hours[i].prices) {
			return false
		}
	}
	return true
}

// key is the same for the same prices.
func key(prices []price) string {
	var b strings.Builder
	for _, p := range prices {
		fmt.Fprintf(&b, "%s %s %v\n", p.kind.meter, p.base, p.tiers)
	}
	return b.String()
}

// stretch is a part of the day with the same prices.
type stretch struct {
	from, until sim.Time
	prices      []price
	key         string // of the prices
}

// eraOf returns the prices of a day.
func (m *Model) eraOf(day string) era {
	bounds := []sim.Time{0, sim.Day}
	for _, c := range m.prices {
		if c.hours != nil {
			bounds = append(bounds, c.hours.From%sim.Day, c.hours.Until%sim.Day)
		}
	}
	slices.Sort(bounds)
	bounds = slices.Compact(bounds)
	var groups [][]stretch // of the same prices
	for i, from := range bounds[:len(bounds)-1] {
		s := stretch{from: from, until: bounds[i+1], prices: m.pricesAt(day, from)}
		s.key = key(s.prices)
		k := slices.IndexFunc(groups, func(g []stretch) bool { return g[0].key == s.key })
		if k < 0 {
			groups = append(groups, []stretch{s})
			continue
		}
		groups[k] = append(groups[k], s)
	}
	most := 0
	for i := range groups {
		if length(groups[i]) > length(groups[most]) {
			most = i
		}
	}
	e := era{from: day, base: groups[most][0].prices}
	for i, g := range groups {
		if i != most {
			e.hours = append(e.hours, hourly{costmodel.Hours{Name: e.nameHours(g[0].prices), Ranges: ranges(g)}, g[0].prices})
		}
	}
	return e
}

// pricesAt returns the prices of a moment.
func (m *Model) pricesAt(day string, at sim.Time) []price {
	for _, c := range slices.Backward(m.prices) {
		if c.from <= day && (c.hours == nil || c.hours.Contains(at)) {
			return c.prices
		}
	}
	return m.prices[0].prices
}

func length(g []stretch) (sum sim.Time) {
	for _, s := range g {
		sum += s.until - s.from
	}
	return sum
}

// ranges joins the stretches that adjoin, over midnight too.
func ranges(g []stretch) (out []costmodel.DayRange) {
	for _, s := range g {
		if n := len(out); n > 0 && out[n-1].Until == s.from {
			out[n-1].Until = s.until
			continue
		}
		out = append(out, costmodel.DayRange{From: s.from, Until: s.until})
	}
	if n := len(out); n > 1 && out[0].From == 0 && out[n-1].Until == sim.Day {
		out[n-1].Until += out[0].Until
		out = out[1:]
	}
	return out
}

// nameHours says of some hours whether they cost more than most of the day.
func (e *era) nameHours(prices []price) string {
	word := "hours"
	for _, meter := range []string{"output_tokens", "input_tokens"} {
		switch c := compare(baseOf(prices, meter), baseOf(e.base, meter)); {
		case c > 0:
			word = "peak"
		case c < 0:
			word = "offpeak"
		}
	}
	n := 1
	for _, h := range e.hours {
		if strings.TrimRight(h.Name, "0123456789") == word {
			n++
		}
	}
	if n > 1 {
		return fmt.Sprintf("%s%d", word, n)
	}
	return word
}

func baseOf(prices []price, meter string) string {
	for _, p := range prices {
		if p.kind.meter == meter {
			return p.base
		}
	}
	return "0"
}

// compare compares decimals.
func compare(a, b string) int {
	x, _ := new(big.Rat).SetString(a)
	y, _ := new(big.Rat).SetString(b)
	return x.Cmp(y)
}

// count is how many prices the era's tariff has.
func (e *era) count() int {
	n := len(e.base)
	for _, h := range e.hours {
		n += len(h.prices)
	}
	return n * (len(e.contexts()) + 1)
}

// contexts returns the lengths of input at which a price of the era changes.
func (e *era) contexts() (starts []int64) {
	for _, list := range append([]hourly{{prices: e.base}}, e.hours...) {
		for _, p := range list.prices {
			for _, t := range p.tiers {
				starts = append(starts, t.start)
			}
		}
	}
	slices.Sort(starts)
	return slices.Compact(starts)
}
