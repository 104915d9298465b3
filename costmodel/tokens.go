package costmodel

import (
	"fmt"
	"math/big"
	"strings"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// tokenSpec is what a tariff of a language model says of its requests.
type tokenSpec struct {
	LongContext contexts `toml:"long_context" help:"input tokens of a request beyond which all its tokens have other prices; a list where there are several"`
	Hours       []Hours  `toml:"hours" help:"parts of the day that have prices of their own"`
	// Batch holds where batches have no prices of their own, with meters such as batch_input_tokens.
	Batch *batchSpec `toml:"batch" help:"what requests that are answered in a batch cost"`
}

// maxClasses bounds the lengths of input and the hours that have prices of
// their own, so that no file makes a check of all of them long.
const maxClasses = 2000

// contexts are lengths of input, ascending.
type contexts []int64

// DecodeSpec reads a number or a list of them.
func (c *contexts) DecodeSpec(n *spec.Node) error {
	if !n.IsArray() {
		var one int64
		if err := n.Decode(&one); err != nil {
			return err
		}
		*c = contexts{one}
	} else {
		var list []int64
		if err := n.Decode(&list); err != nil {
			return err
		}
		*c = list
	}
	if len(*c) > maxClasses {
		return n.Errorf("found %d numbers of tokens, want at most %d", len(*c), maxClasses)
	}
	for i, v := range *c {
		if v <= 0 || i > 0 && v <= (*c)[i-1] {
			return n.Errorf("found %d, want numbers of tokens above 0, ascending", v)
		}
	}
	return nil
}

func (s *tokenSpec) check(n *spec.Node) error {
	if s.Batch != nil {
		if err := s.Batch.check(n.Get("tokens", "batch")); err != nil {
			return err
		}
	}
	return checkHours(n.Get("tokens", "hours"), s.Hours)
}

// TokenRequest is what one request to a language model is billed by.
type TokenRequest struct {
	Input     int64 // all tokens of its input
	Cached    int64 // those of Input that were read from the cache
	Written   int64 // those of Input that were written to it, for the time that the provider keeps them at least
	Written1h int64 // those of Input that were written to it for an hour
	Output    int64 // with those of a reasoning that is not shown
	Batch     bool  // it is answered in a batch
}

// tokenMeters are the meters of a request, in the order of tokenCounts.
var tokenMeters = [...]string{"input_tokens", "cached_input_tokens", "cache_write_tokens", "cache_write_1h_tokens", "output_tokens"}

// feeMeter counts requests, where each costs something beside its tokens.
const feeMeter = "request_fees"

// counts returns the tokens by meter; false where they are no request.
func (r *TokenRequest) counts() (c [len(tokenMeters)]int64, ok bool) {
	rest := r.Input
	for i, n := range [...]int64{r.Cached, r.Written, r.Written1h} {
		if n < 0 || n > rest {
			return c, false
		}
		rest -= n
		c[1+i] = n
	}
	c[0], c[4] = rest, r.Output
	return c, rest >= 0 && r.Output >= 0
}

// AnyTime is the time of a request of which no time is known.
const AnyTime sim.Time = -1

// Tokens returns the usage of one request. at is its time since a midnight,
// UTC, or AnyTime, which is an error where the tariff has prices by the time of
// day.
//
// Prices for long contexts are a cliff: a request whose input, cached tokens
// included, is beyond one of LongContext has all of its tokens, input and
// output, priced as long ones.
func (t *Tariff) Tokens(r TokenRequest, at sim.Time) (Usage, error) {
	c, ok := r.counts()
	if !ok {
		return nil, fmt.Errorf("counting tokens of tariff %q: found %s", t.Name, r.text())
	}
	hours := 0
	switch {
	case len(t.Hours) == 0:
	case at < 0:
		return nil, fmt.Errorf("counting tokens of tariff %q: its prices depend on the time of day (%s), and no time is given", t.Name, t.hoursText())
	default:
		hours = t.hoursAt(at)
	}
	var tokens [len(tokenMeters)]*big.Int
	for i := range c {
		tokens[i] = big.NewInt(c[i])
	}
	return t.classUsage(t.tokenClass(&r, hours), tokens, big.NewInt(1)), nil
}

// classUsage is the usage of requests of one price: each meter that has a price
// or was used.
func (t *Tariff) classUsage(class int, tokens [len(tokenMeters)]*big.Int, requests *big.Int) (u Usage) {
	prefix := t.classPrefix(class)
	for i, meter := range tokenMeters {
		if _, priced := t.priceOf(prefix + meter); priced || tokens[i].Sign() > 0 {
			u = append(u, Entry{prefix + meter, "1", tokens[i]})
		}
	}
	if _, priced := t.priceOf(prefix + feeMeter); priced {
		u = append(u, Entry{prefix + feeMeter, "1", requests})
	}
	return u
}

func (r *TokenRequest) text() string {
	s := fmt.Sprintf("%d input tokens, %d of them cached, ", r.Input, r.Cached)
	if r.Written != 0 || r.Written1h != 0 {
		s += fmt.Sprintf("%d written to the cache, ", r.Written+r.Written1h)
	}
	s += fmt.Sprintf("and %d output tokens", r.Output)
	if r.Batch {
		s += ", in a batch"
	}
	return s
}

// hoursAt returns which hours a time belongs to: 0 for those without a name,
// else one more than the place in Hours.
func (t *Tariff) hoursAt(at sim.Time) int {
	at %= sim.Day
	for i := range t.Hours {
		for _, r := range t.Hours[i].Ranges {
			if r.Contains(at) {
				return i + 1
			}
		}
	}
	return 0
}

// tokenClass numbers the price that a request has, by whether it is part of a
// batch, by its hours and by the length of its input.
func (t *Tariff) tokenClass(r *TokenRequest, hours int) int {
	long := 0
	for long < len(t.LongContext) && r.Input > t.LongContext[long] {
		long++
	}
	class := hours*(len(t.LongContext)+1) + long
	if r.Batch {
		class += t.tokenClasses() / 2
	}
	return class
}

// tokenClasses is how many there are: first those of requests, then as many of
// requests in batches.
func (t *Tariff) tokenClasses() int { return 2 * (len(t.Hours) + 1) * (len(t.LongContext) + 1) }

// classPrefix is what the meters of a class begin with.
func (t *Tariff) classPrefix(class int) (prefix string) {
	if half := t.tokenClasses() / 2; class >= half {
		class -= half
		prefix = batchPrefix
	}
	hours, long := class/(len(t.LongContext)+1), class%(len(t.LongContext)+1)
	if hours > 0 {
		prefix += t.Hours[hours-1].Name + "_"
	}
	switch {
	case long == 1:
		prefix += "long_"
	case long > 1:
		prefix += fmt.Sprintf("long%d_", long)
	}
	return prefix
}

func (t *Tariff) hoursText() string {
	texts := make([]string, len(t.Hours))
	for i, h := range t.Hours {
		texts[i] = h.String()
	}
	return strings.Join(texts, "; ")
}

// checkClasses sees that each class of requests has a price of its own: an
// input that is long, or an hour, for which nothing is priced is a slip.
func (t *Tariff) checkClasses(n *spec.Node) error {
	classes := t.tokenClasses()
	if !t.batches() {
		classes /= 2
	}
	for class := 1; class < classes; class++ {
		prefix := t.classPrefix(class)
		priced := false
		for i := range t.Prices {
			for _, m := range t.Prices[i].Meters {
				priced = priced || strings.HasPrefix(m, prefix)
			}
		}
		if !priced {
			return n.Get("tokens").Errorf("found no price of a meter that begins with %q, want those of its requests", prefix)
		}
	}
	return nil
}
