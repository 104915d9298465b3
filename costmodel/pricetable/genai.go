package pricetable

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/sim"
)

// genai reads the form of pydantic/genai-prices: a list of providers with their
// models.
func genai(root *value) ([]Model, error) {
	var models []Model
	ids := map[string]bool{}
	for _, p := range root.items {
		id, err := p.need("id", text)
		if err != nil {
			return nil, err
		}
		if ids[id.text] {
			return nil, id.errorf("provider %q stands twice", shown(id.text))
		}
		ids[id.text] = true
		title, err := p.maybeText("name")
		if err != nil {
			return nil, err
		}
		list, err := p.need("models", array)
		if err != nil {
			return nil, err
		}
		if models, err = genaiModels(models, providerOf(id.text, title), list); err != nil {
			return nil, err
		}
	}
	return models, nil
}

func genaiModels(models []Model, p provider, list *value) ([]Model, error) {
	ids := map[string]bool{}
	for _, n := range list.items {
		id, err := n.need("id", text)
		if err != nil {
			return nil, err
		}
		if ids[id.text] {
			return nil, id.errorf("model %q stands twice", shown(id.text))
		}
		ids[id.text] = true
		m := Model{Provider: p, ID: id.text, place: n}
		if m.Title, err = n.maybeText("name"); err != nil {
			return nil, err
		}
		switch d := n.get("deprecated"); {
		case d == nil:
		case d.kind != boolean:
			return nil, d.want("a boolean")
		case d.text == "true":
			m.Retired = "deprecated, says the table"
		}
		prices := n.get("prices")
		if prices == nil {
			return nil, n.errorf("missing key %q", "prices")
		}
		if err := m.genaiPrices(prices); err != nil {
			return nil, err
		}
		slices.Sort(m.Unread)
		m.Unread = slices.Compact(m.Unread)
		models = append(models, m)
	}
	return models, nil
}

// genaiPrices reads prices, or a list of those of different days and hours.
func (m *Model) genaiPrices(n *value) error {
	if n.kind == object {
		prices, err := m.genaiFields(n)
		m.prices = []conditional{{prices: prices}}
		return err
	}
	if n.kind != array {
		return n.want("an object of prices, or a list of them")
	}
	switch {
	case len(n.items) == 0:
		return n.errorf("found no prices, want at least one")
	case len(n.items) > maxConditions:
		return n.errorf("found %d prices of other days and hours, want at most %d", len(n.items), maxConditions)
	}
	for _, item := range n.items {
		prices, err := item.need("prices", object)
		if err != nil {
			return err
		}
		var c conditional
		if when := item.get("constraint"); when != nil {
			if err := c.genaiConstraint(when); err != nil {
				return err
			}
		}
		if c.prices, err = m.genaiFields(prices); err != nil {
			return err
		}
		m.prices = append(m.prices, c)
	}
	return nil
}

// genaiConstraint reads when prices apply. What it does not know is an error:
// the prices would be taken for those of other days or hours.
func (c *conditional) genaiConstraint(n *value) error {
	if n.kind != object {
		return n.want("an object")
	}
	var from, until *value
	for i, key := range n.keys {
		v := n.items[i]
		if v.kind == null {
			continue
		}
		if v.kind != text {
			return v.want("a text")
		}
		switch key {
		case "start_date":
			if _, err := time.Parse(time.DateOnly, v.text); err != nil {
				return v.errorf("found %q, want a date such as 2026-09-28", shown(v.text))
			}
			c.from = v.text
		case "start_time":
			from = v
		case "end_time":
			until = v
		case "type": // which of them it is, which they say themselves
		default:
			return v.errorf("found a condition that is not known, want start_date, start_time or end_time")
		}
	}
	if (from == nil) != (until == nil) {
		return n.errorf("want both start_time and end_time, or neither")
	}
	if from == nil {
		return nil
	}
	a, err := clockOf(from)
	if err != nil {
		return err
	}
	b, err := clockOf(until)
	switch {
	case err != nil:
		return err
	case a == b:
		return until.errorf("found %q, which is start_time too", until.text)
	case b < a:
		b += sim.Day
	}
	c.hours = &costmodel.DayRange{From: a, Until: b}
	return nil
}

var clockForm = regexp.MustCompile(`^([0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.0+)?(Z|[+-][0-9]{2}:[0-9]{2})?$`)

// clockOf reads a time of the day as UTC; without a zone it is UTC.
func clockOf(v *value) (sim.Time, error) {
	m := clockForm.FindStringSubmatch(v.text)
	var t time.Time
	err := error(nil)
	if m != nil {
		zone := m[2]
		if zone == "" {
			zone = "Z"
		}
		t, err = time.Parse("15:04:05Z07:00", m[1]+zone)
	}
	if m == nil || err != nil {
		return 0, v.errorf("found %q, want a time of the day such as 16:30:00Z", shown(v.text))
	}
	t = t.UTC()
	return sim.Time(t.Hour())*sim.Hour + sim.Time(t.Minute())*sim.Minute + sim.Time(t.Second())*sim.Second, nil
}

// genaiFields reads the prices of one condition.
func (m *Model) genaiFields(n *value) ([]price, error) {
	if len(n.keys) > maxFields {
		return nil, n.errorf("found %d prices, want at most %d", len(n.keys), maxFields)
	}
	var prices []price
	for i, field := range n.keys {
		v := n.items[i]
		if v.kind == null {
			continue
		}
		kind, known := quantityOf(field)
		if !known {
			m.Unread = append(m.Unread, shown(field))
			continue
		}
		p := price{kind: kind}
		var err error
		if v.kind == object {
			err = p.genaiTiers(v)
		} else {
			p.base, err = amount(v, 0)
		}
		if err != nil {
			return nil, err
		}
		prices = append(prices, p)
	}
	slices.SortStableFunc(prices, byKind)
	return prices, nil
}

func byKind(a, b price) int {
	if a.kind.rank != b.kind.rank {
		return a.kind.rank - b.kind.rank
	}
	return strings.Compare(a.kind.meter, b.kind.meter)
}

// genaiTiers reads a price that depends on the length of the input.
func (p *price) genaiTiers(n *value) error {
	base := n.get("base")
	if base == nil {
		return n.errorf("missing key %q", "base")
	}
	var err error
	if p.base, err = amount(base, 0); err != nil {
		return err
	}
	list, err := n.need("tiers", array)
	if err != nil {
		return err
	}
	for _, item := range list.items {
		start, err := item.need("start", number)
		if err != nil {
			return err
		}
		tokens, err := wholeNumber(start)
		if err != nil {
			return err
		}
		charge := item.get("price")
		if charge == nil {
			return item.errorf("missing key %q", "price")
		}
		t := tier{start: tokens}
		if t.price, err = amount(charge, 0); err != nil {
			return err
		}
		if k := len(p.tiers); k > 0 && p.tiers[k-1].start >= tokens {
			return start.errorf("found %d, want more than %d, where the tier before begins", tokens, p.tiers[k-1].start)
		}
		p.tiers = append(p.tiers, t)
	}
	return nil
}
