package pricetable

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/coldcurve/coldcurve/costmodel"
)

// litellm reads the form of LiteLLM's model_prices_and_context_window.json: an
// object of models, with prices for each token. Fields that are not known are
// left alone, as its schema asks for.
func litellm(root *value) ([]Model, error) {
	var models []Model
	for i, key := range root.keys {
		if key == "sample_spec" || key == "fallback_generalizations" {
			continue // they describe the file
		}
		n := root.items[i]
		if n.kind != object {
			return nil, n.want("an object of prices")
		}
		provider, err := n.maybeText("litellm_provider")
		if err != nil {
			return nil, err
		}
		id := key
		if first, rest, ok := strings.Cut(key, "/"); ok && (provider == "" || sameProvider(first, provider)) && rest != "" {
			if id = rest; provider == "" {
				provider = first
			}
		}
		if provider == "" {
			provider = "litellm"
		}
		m := Model{Provider: providerOf(provider, ""), ID: id, place: n}
		if d, err := n.maybeText("deprecation_date"); err != nil {
			return nil, err
		} else if d != "" {
			m.Retired = "deprecated as of " + clean(d) + ", says the table"
		}
		if err := m.litellmPrices(n); err != nil {
			return nil, err
		}
		models = append(models, m)
	}
	wholeKeys(root, models)
	return models, nil
}

// sameProvider tells whether the first part of a model's key is its provider,
// by that name or another one.
func sameProvider(first, provider string) bool {
	return first == provider || providerOf(first, "").prefix == providerOf(provider, "").prefix
}

// wholeKeys gives the models of a provider that would have the same name their
// whole keys, where these are longer.
func wholeKeys(root *value, models []Model) {
	many := map[[2]string]int{}
	for _, m := range models {
		many[[2]string{m.Provider.prefix, m.ID}]++
	}
	for i := range models {
		m := &models[i]
		if many[[2]string{m.Provider.prefix, m.ID}] > 1 {
			k := slices.Index(root.items, m.place)
			m.ID = root.keys[k]
		}
	}
}

// aboveTokens matches a field with the price of a request of more than so many
// thousand tokens.
var aboveTokens = regexp.MustCompile(`^(.+)_above_([0-9]{1,9})k_tokens$`)

// kindTokens matches the prices of other tokens than those of text.
var kindTokens = regexp.MustCompile(`^(input|output)_cost_per_(audio|image|reasoning)_token$`)

// litellmKind returns what a field is for, and by how many digits its price is
// shifted to be that of the tariff's unit; false where it is not read.
func litellmKind(field string) (kind quantity, shift int, ok bool) {
	for i, q := range quantities {
		if q.litellm == field {
			q.rank, shift = i, 6
			if q.unit == "1k" {
				shift = 3
			}
			return q.quantity, shift, true
		}
	}
	if m := kindTokens.FindStringSubmatch(field); m != nil {
		name := m[1] + "_" + m[2]
		return quantity{name: m[1] + " " + m[2], meter: name + "_tokens", unit: "1M", rank: len(quantities)}, 6, true
	}
	return quantity{}, 0, false
}

// litellmPrices reads the prices of a model.
func (m *Model) litellmPrices(n *value) error {
	if len(n.keys) > maxFields {
		return n.errorf("found %d fields, want at most %d", len(n.keys), maxFields)
	}
	prices := map[string]*price{} // by meter
	for i, field := range n.keys {
		v := n.items[i]
		if v.kind == null || !strings.Contains(field, "cost") {
			continue
		}
		name, start := field, int64(0)
		if above := aboveTokens.FindStringSubmatch(field); above != nil {
			thousands, _ := strconv.ParseInt(above[2], 10, 64)
			name, start = above[1], m.beyond(thousands*1000)
			if thousands == 0 {
				return v.errorf("found prices for more than 0 thousand tokens")
			}
		}
		if _, err := m.litellmPrice(prices, name, field, start, v); err != nil {
			return err
		}
	}
	if err := m.litellmTiers(n, prices); err != nil {
		return err
	}
	base, err := m.priceList(n, prices)
	if err != nil {
		return err
	}
	m.prices = []conditional{{prices: base}}
	if err := m.litellmHours(n, base); err != nil {
		return err
	}
	slices.Sort(m.Unread)
	m.Unread = slices.Compact(m.Unread)
	return nil
}

// litellmPrice puts the price of a name, which a field has, among others by meter:
// that of requests of more than start tokens of input. A name that is not known is
// noted as unread, and has no meter.
func (m *Model) litellmPrice(prices map[string]*price, name, field string, start int64, v *value) (meter string, err error) {
	kind, shift, known := litellmKind(name)
	if !known {
		m.unread(field, v)
		return "", nil
	}
	s, err := amount(v, shift)
	if err != nil {
		return "", err
	}
	p := prices[kind.meter]
	if p == nil {
		p = &price{kind: kind}
		prices[kind.meter] = p
	}
	if start == 0 {
		p.base = s
	} else {
		p.tiers = append(p.tiers, tier{start, s})
	}
	return kind.meter, nil
}

// beyond is the input beyond which a request is a long one. xAI's begin with
// the threshold itself, as LiteLLM reads them.
func (m *Model) beyond(threshold int64) int64 {
	if m.Provider.prefix == "x-ai" {
		return threshold - 1
	}
	return threshold
}

// unread notes a field with a price that no tariff has.
func (m *Model) unread(field string, v *value) {
	if s, err := plain(v.text, 0); (v.kind == number || v.kind == text) && err == nil && s == "0" {
		return // it says that there is nothing to pay
	}
	if v.kind == number || v.kind == object || v.kind == text {
		m.Unread = append(m.Unread, shown(field))
	}
}

// priceList returns the prices in the order of a tariff's.
func (m *Model) priceList(n *value, prices map[string]*price) ([]price, error) {
	var list []price
	for _, p := range prices {
		if p.base == "" {
			return nil, n.errorf("found prices of %s for long requests, and none for others", p.kind.name)
		}
		slices.SortFunc(p.tiers, func(a, b tier) int { return cmp.Compare(a.start, b.start) })
		for i := 1; i < len(p.tiers); i++ {
			if p.tiers[i].start == p.tiers[i-1].start {
				return nil, n.errorf("found two prices of %s for more than %d tokens", p.kind.name, p.tiers[i].start)
			}
		}
		list = append(list, *p)
	}
	slices.SortFunc(list, byKind)
	return list, nil
}

// litellmHours reads off_peak_pricing: prices that take the place of others in
// some hours, however long the input.
func (m *Model) litellmHours(n *value, base []price) error {
	block := n.get("off_peak_pricing")
	if block == nil || block.kind == object && len(block.keys) == 0 {
		return nil
	}
	hours, err := block.need("hours_utc", text)
	if err != nil {
		return err
	}
	prices := slices.Clone(base)
	for i, field := range block.keys {
		v := block.items[i]
		if v.kind == null || field == "hours_utc" {
			continue
		}
		kind, shift, known := litellmKind(field)
		switch {
		case !known && strings.Contains(field, "cost"):
			m.unread(field, v)
			continue
		case !known:
			return v.errorf("found a condition that is not known, want hours_utc and prices")
		}
		s, err := amount(v, shift)
		if err != nil {
			return err
		}
		p := price{kind: kind, base: s}
		if k := slices.IndexFunc(prices, func(q price) bool { return q.kind == kind }); k >= 0 {
			prices[k] = p
		} else {
			prices = append(prices, p)
		}
	}
	slices.SortFunc(prices, byKind)
	if strings.Count(hours.text, ",") >= maxConditions {
		return hours.errorf("found more than %d ranges of the day", maxConditions)
	}
	for part := range strings.SplitSeq(hours.text, ",") {
		var r costmodel.DayRange
		if err := r.UnmarshalText([]byte(strings.TrimSpace(part))); err != nil {
			return hours.errorf("%w", err)
		}
		m.prices = append(m.prices, conditional{hours: &r, prices: prices})
	}
	return nil
}
