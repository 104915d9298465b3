package pricetable

import (
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/costmodel"
)

// Model is what a table says of a language model.
type Model struct {
	Provider provider
	ID       string // as the table has it
	Title    string // its name, where the table has one
	// prices are those of different days and hours, in the order of the table:
	// of several that apply, the last does.
	prices []conditional
	// Retired is what the table itself says of it: "" where nothing.
	Retired string
	// Unread are the fields with prices of the model that have no place in a
	// tariff, sorted.
	Unread []string
	// upTo is the most input tokens of a request for which the table states
	// prices; 0: it does not say.
	upTo int64

	place *value
}

// conditional are prices and when they apply.
type conditional struct {
	from   string              // a day, from which on; "": always
	hours  *costmodel.DayRange // nil: all day
	prices []price
}

// price is the price of one kind of quantity.
type price struct {
	kind  quantity
	base  string // decimal
	tiers []tier // ascending
}

// tier is a price for requests of more than so many input tokens.
type tier struct {
	start int64
	price string
}

// at returns the price of requests of more than so many input tokens.
func (p *price) at(start int64) string {
	s := p.base
	for _, t := range p.tiers {
		if t.start <= start {
			s = t.price
		}
	}
	return s
}

// quantity is what a price is for.
type quantity struct {
	name  string // of the price in a tariff
	meter string
	unit  string
	rank  int // its place among the prices of a tariff
}

// quantities are those of text, as genai-prices and LiteLLM name them. What
// genai-prices names otherwise follows from the name, see quantityOf.
var quantities = []struct {
	field, litellm string
	quantity
}{
	{"input_mtok", "input_cost_per_token", quantity{name: "input", meter: "input_tokens", unit: "1M"}},
	{"cache_read_mtok", "cache_read_input_token_cost", quantity{name: "input, cached", meter: "cached_input_tokens", unit: "1M"}},
	{"cache_write_mtok", "cache_creation_input_token_cost", quantity{name: "cache write", meter: "cache_write_tokens", unit: "1M"}},
	{"cache_write_1h_mtok", "cache_creation_input_token_cost_above_1hr", quantity{name: "cache write, 1 h", meter: "cache_write_1h_tokens", unit: "1M"}},
	{"output_mtok", "output_cost_per_token", quantity{name: "output", meter: "output_tokens", unit: "1M"}},
	{"requests_kcount", "input_cost_per_request", quantity{name: "request", meter: "request_fees", unit: "1k"}},
}

// otherUnits are the units of genai-prices' other fields, by what their names
// end with.
var otherUnits = []struct{ suffix, meter, unit string }{
	{"_mtok", "_tokens", "1M"},
	{"_kcount", "", "1k"},
	{"_kpages", "_pages", "1k"},
	{"_mchars", "_characters", "1M"},
	{"_hours", "_time", "h"},
}

// quantityOf returns what a field of genai-prices is for; false where its name
// says nothing.
func quantityOf(field string) (quantity, bool) {
	for i, q := range quantities {
		if q.field == field {
			q.rank = i
			return q.quantity, true
		}
	}
	for _, u := range otherUnits {
		if name, ok := strings.CutSuffix(field, u.suffix); ok && isMeter(name) {
			return quantity{name: strings.ReplaceAll(name, "_", " "), meter: name + u.meter, unit: u.unit, rank: len(quantities)}, true
		}
	}
	return quantity{}, false
}

// isMeter tells whether a name can be one of a meter. Those that a class of
// requests could begin with are none.
func isMeter(name string) bool {
	if name == "" || len(name) > 60 || strings.HasPrefix(name, "long") {
		return false
	}
	for _, c := range name {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_' {
			return false
		}
	}
	return true
}

// textOnly tells whether the model has prices of input and of output tokens,
// and none of audio, image or video.
func (m *Model) textOnly() bool {
	var input, output bool
	other := func(s string) bool {
		return strings.Contains(s, "audio") || strings.Contains(s, "image") || strings.Contains(s, "video")
	}
	for _, c := range m.prices {
		for _, p := range c.prices {
			input = input || p.kind.meter == "input_tokens"
			output = output || p.kind.meter == "output_tokens"
			if other(p.kind.meter) {
				return false
			}
		}
	}
	return input && output && !slices.ContainsFunc(m.Unread, other)
}

// provider is who sells a model.
type provider struct {
	prefix string // what the names of its tariffs, and that of its file, begin with
	title  string
}

// providers are those whose names differ from table to table, or would be taken
// for those of other tariffs. ids are what the tables call them.
var providers = []struct {
	provider
	ids []string
}{
	{provider{"anthropic", "Anthropic"}, []string{"anthropic"}},
	{provider{"azure-ai", "Microsoft Azure"}, []string{"azure", "azure_text"}},
	{provider{"bedrock", "Amazon Bedrock"}, []string{"aws", "bedrock", "bedrock_converse"}},
	{provider{"cerebras", "Cerebras"}, []string{"cerebras"}},
	{provider{"cloudflare-models", "Cloudflare"}, []string{"cloudflare"}},
	{provider{"deepseek", "DeepSeek"}, []string{"deepseek"}},
	{provider{"fireworks", "Fireworks"}, []string{"fireworks", "fireworks_ai"}},
	{provider{"google", "Google"}, []string{"google", "gemini"}},
	{provider{"groq", "Groq"}, []string{"groq"}},
	{provider{"mistral", "Mistral"}, []string{"mistral"}},
	{provider{"modal-models", "Modal"}, []string{"modal"}},
	{provider{"openai", "OpenAI"}, []string{"openai", "text-completion-openai"}},
	{provider{"together", "Together"}, []string{"together", "together_ai"}},
	{provider{"x-ai", "xAI"}, []string{"x-ai", "xai"}},
}

// providerOf returns who a table calls so; title is what to call one that has
// no name of ours.
func providerOf(id, title string) provider {
	for _, p := range providers {
		if slices.Contains(p.ids, id) {
			return p.provider
		}
	}
	if title = clean(title); title == "" {
		title = clean(id)
	}
	return provider{sanitised(id), title}
}
