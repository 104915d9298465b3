package estimate

import (
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// requestsMeter is what requests to a language model are given by: it has no
// price, their tokens have.
const requestsMeter = "requests"

// entries reads a quantity: so much a month, or a sum of so many a month of
// something that the tariff counts by its size.
func (u *UsageSettings) entries(t *costmodel.Tariff) ([]costmodel.Entry, error) {
	p, meters := priceOf(t, u.Meter)
	switch asked := slices.Contains(meters, "input_tokens") && u.Meter == requestsMeter; {
	case p == nil && asked:
	case p == nil:
		return nil, fmt.Errorf("%s", spec.Unknown("meter", u.Meter, meters))
	case !strings.Contains(u.Quantity, ofEach):
		q, unit, err := perMonth(u.Quantity, p.Unit)
		if err != nil {
			return nil, fmt.Errorf("meter %s: %w", u.Meter, err)
		}
		return []costmodel.Entry{{Meter: u.Meter, Unit: unit, Quantity: q}}, nil
	}
	var sum costmodel.Usage
	for part := range strings.SplitSeq(u.Quantity, " + ") {
		all, err := u.sized(t, p, part)
		if err == nil {
			sum, err = sum.Merge(all)
		}
		if err != nil {
			return nil, fmt.Errorf("meter %s: %w", u.Meter, err)
		}
	}
	return sum, nil
}

// priceOf returns the price of a meter, nil where there is none, and all
// meters of the tariff that a user gives.
func priceOf(t *costmodel.Tariff, meter string) (found *costmodel.Price, meters []string) {
	for i := range t.Prices {
		p := &t.Prices[i]
		if p.Fixed {
			continue
		}
		if found == nil && slices.Contains(p.Meters, meter) {
			found = p
		}
		meters = append(meters, p.Meters...)
	}
	return found, meters
}

// ofEach stands between how many there are a month and what each of them is.
const ofEach = " of "

// sized reads so many a month of a size, a time, a memory for a time, or
// tokens, by what the price (nil: of tokens) counts them by.
func (u *UsageSettings) sized(t *costmodel.Tariff, p *costmodel.Price, text string) (costmodel.Usage, error) {
	number, each, has := strings.Cut(text, ofEach)
	if !has {
		return nil, fmt.Errorf("found %q, want how many a month and what each is, such as %q", text, exampleOf(p))
	}
	n, _, err := perMonth(number, "1")
	if err != nil {
		return nil, err
	}
	var one costmodel.Usage
	if p == nil {
		one, err = tokens(t, each)
	} else {
		one, err = counted(p, u.Meter, each)
	}
	if err != nil {
		return nil, err
	}
	all := make(costmodel.Usage, len(one))
	for i, e := range one {
		all[i] = costmodel.Entry{Meter: e.Meter, Unit: e.Unit, Quantity: new(big.Int).Mul(n, e.Quantity)}
	}
	return all, nil
}

// exampleOf is a quantity as a price counts it.
func exampleOf(p *costmodel.Price) string {
	switch {
	case p == nil:
		return "100k/month of 2000 input 1500 cached 300 output"
	case p.Chunk.Memory > 0:
		return "3M/month of 64MB for 250ms"
	case p.Chunk.Time > 0:
		return "100/month of 90m"
	}
	return "3M/month of 100KB"
}

// counted is what one message, call or execution is of a meter.
func counted(p *costmodel.Price, meter, each string) (costmodel.Usage, error) {
	c := p.Chunk
	if c == nil {
		return nil, fmt.Errorf("found %q, want a quantity a month: the tariff does not say how one is counted by its size", each)
	}
	bytes, d, err := sizeAndTime(each, c.Memory > 0 || c.Size > 0, c.Memory > 0 || c.Time > 0)
	if err != nil {
		return nil, fmt.Errorf("%w; want what each is, as in %q", err, exampleOf(p))
	}
	switch {
	case c.Memory > 0:
		q, err := p.MemoryTime(bytes, d)
		return costmodel.Usage{{Meter: meter, Unit: "MiB-ns", Quantity: q}}, err
	case c.Time > 0:
		q, err := p.Time(d)
		return costmodel.Usage(nil).With(meter, "ns", q), err
	}
	unit := "1"
	if c.Size == 1 { // bytes, billed with a minimum
		unit = "byte"
	}
	q, err := p.Units(bytes)
	return costmodel.Usage(nil).With(meter, unit, q), err
}

// sizeAndTime reads a size, a time, or a size for a time.
func sizeAndTime(text string, hasSize, hasTime bool) (int64, sim.Time, error) {
	size, length, both := text, text, hasSize && hasTime
	if both {
		if size, length, both = strings.Cut(text, " for "); !both {
			return 0, 0, fmt.Errorf("found %q, which is no size for a time", text)
		}
	}
	var bytes spec.Size
	var d spec.Duration
	if hasSize {
		if err := bytes.UnmarshalText([]byte(size)); err != nil {
			return 0, 0, err
		}
	}
	if hasTime {
		if err := d.UnmarshalText([]byte(length)); err != nil {
			return 0, 0, err
		}
	}
	return int64(bytes), sim.Time(d), nil
}

// tokenWords are what a request is given by: the tokens that were read from
// the cache and those that were written to it are among those of the input.
var tokenWords = []string{"input", "cached", "written", "written-1h", "output"}

// tokens is what one request to a language model is, as in "2000 input 1500
// cached 300 output", and where the price depends on the time of day when it
// is, as in "2000 input 300 output at 02:30" (UTC).
func tokens(t *costmodel.Tariff, each string) (costmodel.Usage, error) {
	at := costmodel.AnyTime
	tokensOnly, hour, timed := strings.Cut(each, " at ")
	if timed {
		moment, err := time.Parse("15:04", strings.TrimSpace(hour))
		if err != nil {
			return nil, fmt.Errorf("found \"at %s\", want a time of the day, UTC, as in \"2000 input 300 output at 02:30\"", hour)
		}
		at = sim.Time(moment.Hour())*sim.Hour + sim.Time(moment.Minute())*sim.Minute
	}
	words := strings.Fields(tokensOnly)
	counts := map[string]int64{}
	for i := 0; i+1 < len(words); i += 2 {
		n, err := strconv.ParseInt(words[i], 10, 64)
		if _, twice := counts[words[i+1]]; err != nil || n < 0 || twice || !slices.Contains(tokenWords, words[i+1]) {
			return nil, fmt.Errorf("found \"%s %s\", want numbers of tokens, as in %q", words[i], words[i+1], exampleOf(nil))
		}
		counts[words[i+1]] = n
	}
	if len(words) == 0 || len(words)%2 != 0 {
		return nil, fmt.Errorf("found %q, want numbers of tokens, as in %q", each, exampleOf(nil))
	}
	u, err := t.Tokens(costmodel.TokenRequest{
		Input: counts["input"], Cached: counts["cached"], Written: counts["written"], Written1h: counts["written-1h"], Output: counts["output"],
	}, at)
	if err != nil && len(t.Hours) > 0 && !timed {
		err = fmt.Errorf("%w; say when, as in \"%s at 02:30\"", err, each)
	}
	return u, err
}
