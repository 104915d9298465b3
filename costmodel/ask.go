package costmodel

import (
	"fmt"
	"strings"
)

// ownPrice is what stands for a number in the text that asks for one.
const ownPrice = "?"

// Ask says how a user gives a price that nobody has verified: the text of a
// file that lacks its number alone. Other prices that lack
// theirs, of what a run counts, stand in it too.
func (t *Tariff) Ask(p *Price) string {
	var prices []string
	for i := range t.Prices {
		q := &t.Prices[i]
		if q != p && (len(q.Tiers) > 0 || q.Supplied || p.Supplied) {
			continue
		}
		meters := make([]string, len(q.Meters))
		for k, m := range q.Meters {
			meters[k] = fmt.Sprintf("%q", m)
		}
		kind := ""
		if q.Supplied {
			kind += ", supplied = true"
		}
		if q.Surcharge {
			kind += ", surcharge = true"
		}
		prices = append(prices, fmt.Sprintf(`{ name = %q, meters = [%s]%s, unit = %q, price = %q, grade = "A", source = "my bill", as_of = "undated" }`,
			q.Name, strings.Join(meters, ", "), kind, q.Unit, ownPrice))
	}
	return fmt.Sprintf(`give it in a tariff of your own that extends this one: in own/prices.toml, with --tariffs own, and an amount in %s in place of each ?: tariff = [{ name = %q, extends = %q, price = [%s] }]`,
		t.Currency, t.Name, t.Name, strings.Join(prices, ", "))
}
