package costmodel

import "fmt"

// tokenSpec is what a tariff of a language model says of its requests.
type tokenSpec struct {
	LongContext int64 `toml:"long_context" help:"input tokens of a request beyond which all its tokens have the long prices"`
}

// Tokens returns the usage of one request to a language model: input tokens,
// how many of them were read from the cache, and output tokens. Where the
// tariff has prices for long contexts they are a cliff: a request whose input,
// cached tokens included, is beyond Tariff.LongContext has all of its tokens,
// input and output, priced as long ones.
func (t *Tariff) Tokens(input, cached, output int64) (Usage, error) {
	if cached < 0 || cached > input || output < 0 {
		return nil, fmt.Errorf("counting tokens of tariff %q: found %d input tokens, %d of them cached, and %d output tokens", t.Name, input, cached, output)
	}
	prefix := ""
	if t.LongContext > 0 && input > t.LongContext {
		prefix = "long_"
	}
	var u Usage
	for _, e := range []struct {
		meter string
		n     int64
	}{{"input_tokens", input - cached}, {"cached_input_tokens", cached}, {"output_tokens", output}} {
		if _, priced := t.priceOf(prefix + e.meter); priced || e.n > 0 {
			u = u.With(prefix+e.meter, "1", e.n)
		}
	}
	return u, nil
}
