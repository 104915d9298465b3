package pricetable

import (
	"cmp"
	"slices"
)

// inputRange is a member of LiteLLM's tiered_pricing: prices of whole requests whose
// input lies in a range.
type inputRange struct {
	start int64 // a request of more input tokens than this is in it
	end   int64 // the most input tokens of one; unbounded: no end
	at    *value
}

const unbounded = -1

// litellmTiers reads tiered_pricing. What no range says is as it is for all; what one
// says, each must, and then the price for all has no place. Ranges follow each other
// without a gap from 0 on. The prices of the last one hold beyond its end, too, and a
// note says so.
func (m *Model) litellmTiers(n *value, prices map[string]*price) error {
	list := n.get("tiered_pricing")
	if list == nil || list.kind == null {
		return nil
	}
	ranges, err := inputRanges(list)
	if err != nil {
		return err
	}
	if len(ranges) > 0 {
		m.upTo = max(0, ranges[len(ranges)-1].end)
	}
	tiered, in := map[string]*price{}, map[string]int{}
	for _, r := range ranges {
		for k, field := range r.at.keys {
			v := r.at.items[k]
			if v.kind == null || field == "range" {
				continue
			}
			meter, err := m.litellmPrice(tiered, field, field, r.start, v)
			if err != nil {
				return err
			}
			if meter != "" {
				in[meter]++
			}
		}
	}
	return addRanged(ranges, tiered, in, prices)
}

// addRanged puts the prices of ranges among the others. in counts the ranges that say
// a price.
func addRanged(ranges []inputRange, tiered map[string]*price, in map[string]int, prices map[string]*price) error {
	var kinds []*price
	for _, p := range tiered {
		kinds = append(kinds, p)
	}
	slices.SortFunc(kinds, func(a, b *price) int { return byKind(*a, *b) })
	for _, p := range kinds {
		if in[p.kind.meter] < len(ranges) {
			return lacking(ranges, p.kind)
		}
		if flat := prices[p.kind.meter]; flat != nil && len(flat.tiers) > 0 {
			return ranges[0].at.errorf("found a price of %s, which the model has by fields of its own for more than %d input tokens, too; want one of them", p.kind.name, flat.tiers[0].start)
		}
		prices[p.kind.meter] = p
	}
	return nil
}

// lacking names the first range without a price that others have.
func lacking(ranges []inputRange, kind quantity) error {
	for _, r := range ranges {
		if !slices.ContainsFunc(r.at.keys, func(field string) bool {
			k, _, known := litellmKind(field)
			return known && k.meter == kind.meter && r.at.get(field).kind != null
		}) {
			return r.at.errorf("found no price of %s, which other ranges have; want it in each, or in none", kind.name)
		}
	}
	return nil
}

// inputRanges reads the bounds of ranges, ascending, and sees that they leave out no
// length of input and have none twice.
func inputRanges(list *value) ([]inputRange, error) {
	if list.kind != array {
		return nil, list.want("an array")
	}
	var ranges []inputRange
	for _, item := range list.items {
		r, err := newInputRange(item)
		if err != nil {
			return nil, err
		}
		ranges = append(ranges, r)
	}
	slices.SortStableFunc(ranges, func(a, b inputRange) int { return cmp.Compare(a.start, b.start) })
	for i := range ranges {
		r, before := &ranges[i], int64(0)
		if i > 0 {
			before = ranges[i-1].end
		}
		switch bounds := r.at.get("range"); {
		case i > 0 && r.start == ranges[i-1].start:
			return nil, bounds.errorf("found two ranges that begin with %d tokens", r.start)
		case i > 0 && before == unbounded:
			return nil, bounds.errorf("found a range from %d tokens, and the one before it, from %d, has no end", r.start, ranges[i-1].start)
		case r.start < before:
			return nil, bounds.errorf("found a range from %d tokens, and the one before it ends with %d: they overlap", r.start, before)
		case r.start > before+1:
			return nil, bounds.errorf("found a range from %d tokens, want it from %d, so that there is a price for each length of input", r.start, before)
		}
		r.start = before // [32001, …] after [0, 32000] is the same as [32000, …]
	}
	return ranges, nil
}

func newInputRange(item *value) (r inputRange, err error) {
	bounds, err := item.need("range", array)
	if err != nil {
		return r, err
	}
	if len(bounds.items) != 2 {
		return r, bounds.errorf("found %d bounds, want two", len(bounds.items))
	}
	first, last := bounds.items[0], bounds.items[1]
	if first.kind != number {
		return r, first.want("a number of tokens")
	}
	r = inputRange{end: unbounded, at: item}
	if s, err := plain(first.text, 0); err != nil || s != "0" {
		if r.start, err = wholeNumber(first); err != nil {
			return r, err
		}
	}
	switch last.kind {
	case null:
		return r, nil
	case number:
		if r.end, err = wholeNumber(last); err != nil {
			return r, err
		}
	default:
		return r, last.want("a number of tokens, or null")
	}
	if r.end <= r.start {
		return r, last.errorf("found %d, want more than %d, where the range begins", r.end, r.start)
	}
	return r, nil
}
