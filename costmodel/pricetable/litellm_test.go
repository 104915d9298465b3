package pricetable

import (
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/costmodel"
)

// liteTable is of the form of LiteLLM's table, of our own making.
const liteTable = `{
 "sample_spec": {"input_cost_per_token": "in words", "litellm_provider": "one of many"},
 "fallback_generalizations": {"rules": []},
 "own-1": {"litellm_provider": "openai", "mode": "chat", "max_tokens": 8192,
  "input_cost_per_token": 3e-06, "output_cost_per_token": 1.5E-5, "cache_read_input_token_cost": 0.0000003,
  "cache_creation_input_token_cost": 3.75e-06, "cache_creation_input_token_cost_above_1hr": 6e-06,
  "input_cost_per_token_above_200k_tokens": 6e-06, "output_cost_per_token_above_200k_tokens": 2.25e-05,
  "cache_creation_input_token_cost_above_1hr_above_200k_tokens": 1.2e-05,
  "input_cost_per_token_batches": 1.5e-06, "input_cost_per_image": 0.0, "search_context_cost_per_query": {"low": 0.01},
  "supports_vision": true, "deprecation_date": "2027-01-01"},
 "xai/grok-own": {"litellm_provider": "xai", "input_cost_per_token": 1e-6, "output_cost_per_token": 2e-6,
  "input_cost_per_token_above_128k_tokens": 4e-6},
 "dashscope/ranges": {"litellm_provider": "dashscope", "output_cost_per_token": "8e-6", "cache_read_input_token_cost": 1e-6, "tiered_pricing": [
   {"range": [32001, 128000], "input_cost_per_token": 5e-6, "output_cost_per_token": 6e-6},
   {"range": [0, 32000.0], "input_cost_per_token": 2e-6, "output_cost_per_token": 3e-6},
   {"range": [128000, null], "input_cost_per_token": 7e-6, "output_cost_per_token": 9e-6}]},
 "deepseek/day": {"litellm_provider": "deepseek", "input_cost_per_token": 1e-6, "output_cost_per_token": 2e-6,
  "off_peak_pricing": {"hours_utc": "16:30-00:30, 03:00-04:00", "input_cost_per_token": 5e-7}},
 "gemini/listen": {"litellm_provider": "gemini", "input_cost_per_token": 1e-6, "output_cost_per_token": 2e-6, "input_cost_per_audio_token": 4e-6},
 "together_ai/Org/Model-1": {"litellm_provider": "together_ai", "input_cost_per_token": 0, "output_cost_per_token": 0.0, "input_cost_per_request": 0.005},
 "somewhere/own": {"input_cost_per_token": 1e-6, "output_cost_per_token": 2e-6},
 "bare": {"input_cost_per_token": 1e-6, "output_cost_per_token": 2e-6},
 "stable-picture": {"litellm_provider": "stability", "output_cost_per_image": 0.04},
 "openai/own-1": {"litellm_provider": "openai", "input_cost_per_token": 9e-6, "output_cost_per_token": 9e-6}
}`

// TestLiteLLM bills requests by the tariffs of a table, worked out by hand.
func TestLiteLLM(t *testing.T) {
	c := catalogOf(t, liteTable, Options{})
	const m = 1_000_000
	for _, x := range []struct {
		model, at string
		r         costmodel.TokenRequest
		want      string
	}{
		// 100 × 3, 50 × 0.3, 20 × 3.75, 10 × 6, 40 × 15, by the million; then all of it as long
		{"openai-own-1", "12:00", costmodel.TokenRequest{Input: 180, Cached: 50, Written: 20, Written1h: 10, Output: 40}, "0.00105"},
		{"openai-own-1", "12:00", costmodel.TokenRequest{Input: 200_001, Output: 40}, "1.200906"},
		// the other one of that name
		{"openai-own-1-08320765", "12:00", costmodel.TokenRequest{Input: m, Output: m}, "18"},
		{"x-ai-grok-own", "12:00", costmodel.TokenRequest{Input: 127_999}, "0.127999"},
		// xAI's threshold is the first that is long
		{"x-ai-grok-own", "12:00", costmodel.TokenRequest{Input: 128_000, Output: 1}, "0.512002"},
		{"dashscope-ranges", "12:00", costmodel.TokenRequest{Input: 32_000, Output: 1000}, "0.067"},
		{"dashscope-ranges", "12:00", costmodel.TokenRequest{Input: 32_001, Output: 1000}, "0.166005"},
		// what no range says is as it is for all: 32,000 × 5 and 1 × 1, by the million
		{"dashscope-ranges", "12:00", costmodel.TokenRequest{Input: 32_001, Cached: 1}, "0.160001"},
		{"dashscope-ranges", "12:00", costmodel.TokenRequest{Input: 128_001, Output: 1000}, "0.905007"},
		{"deepseek-day", "16:29", costmodel.TokenRequest{Input: m, Output: m}, "3"},
		{"deepseek-day", "16:30", costmodel.TokenRequest{Input: m, Output: m}, "2.5"},
		{"deepseek-day", "00:29", costmodel.TokenRequest{Input: m, Output: m}, "2.5"},
		{"deepseek-day", "00:30", costmodel.TokenRequest{Input: m, Output: m}, "3"},
		{"deepseek-day", "03:59", costmodel.TokenRequest{Input: m, Output: m}, "2.5"},
		{"google-listen", "12:00", costmodel.TokenRequest{Input: m}, "1"},
		{"together-org-model-1", "12:00", costmodel.TokenRequest{Input: m, Output: m}, "0.005"},
		{"somewhere-own", "12:00", costmodel.TokenRequest{Input: m}, "1"},
		{"litellm-bare", "12:00", costmodel.TokenRequest{Input: m}, "1"},
	} {
		if got := costOf(t, c, x.model, "2026-11-26", x.at, x.r); got != x.want {
			t.Errorf("%s at %s, %+v: %s, want %s", x.model, x.at, x.r, got, x.want)
		}
	}
	own, err := c.Tariff("openai-own-1")
	if err != nil {
		t.Fatal(err)
	}
	var prices []string
	for _, p := range own.Prices {
		prices = append(prices, p.Meters[0]+" "+p.Tiers[0].UnitPrice.Text('f')+"/"+p.Unit+" "+p.Grade)
	}
	if got, want := strings.Join(prices, ", "), "input_tokens 3/1M C, cached_input_tokens 0.3/1M C, cache_write_tokens 3.75/1M C, cache_write_1h_tokens 6/1M C, output_tokens 15/1M C, "+
		"long_input_tokens 6/1M C, long_cached_input_tokens 0.3/1M C, long_cache_write_tokens 3.75/1M C, long_cache_write_1h_tokens 12/1M C, long_output_tokens 22.5/1M C"; got != want {
		t.Errorf("own-1 is\n%s, want\n%s", got, want)
	}
	if notes := strings.Join(own.Notes, "\n"); !strings.Contains(notes, "not here: input_cost_per_token_batches, search_context_cost_per_query.") || !strings.Contains(notes, "deprecated as of 2027-01-01") {
		t.Errorf("the notes of own-1 are %s", notes)
	}
	if x, err := Read("x.json", strings.NewReader(liteTable)); err != nil || len(x.Unpriced) != 1 || x.Unpriced[0] != "stability stable-picture" {
		t.Errorf("without a price are %v, %v", x, err)
	}
}

// TestNamesOfProviders: the tables call providers differently, and their
// tariffs are the same: a refresh replaces what is shipped.
func TestNamesOfProviders(t *testing.T) {
	for _, x := range [][2]string{
		{`[{"id": "x-ai", "models": [{"id": "m", "prices": {"input_mtok": 1}}]}]`, `{"xai/m": {"litellm_provider": "xai", "input_cost_per_token": 1e-6}}`},
		{`[{"id": "aws", "models": [{"id": "a.m-v1:0", "prices": {"input_mtok": 1}}]}]`, `{"a.m-v1:0": {"litellm_provider": "bedrock_converse", "input_cost_per_token": 1e-6}}`},
		{`[{"id": "azure", "models": [{"id": "m", "prices": {"input_mtok": 1}}]}]`, `{"azure/m": {"litellm_provider": "azure", "input_cost_per_token": 1e-6}}`},
		{`[{"id": "google", "models": [{"id": "m", "prices": {"input_mtok": 1}}]}]`, `{"gemini/m": {"litellm_provider": "gemini", "input_cost_per_token": 1e-6}}`},
		{`[{"id": "openai", "models": [{"id": "m", "prices": {"input_mtok": 1}}]}]`, `{"m": {"litellm_provider": "openai", "input_cost_per_token": 1e-6}}`},
	} {
		a, b := catalogOf(t, x[0], Options{}).Tariffs(), catalogOf(t, x[1], Options{}).Tariffs()
		if a[0].Name != b[0].Name || a[0].Provider != b[0].Provider || a[0].Prices[0].Tiers[0].UnitPrice.Text('f') != b[0].Prices[0].Tiers[0].UnitPrice.Text('f') {
			t.Errorf("%s of %s and %s of %s", a[0].Name, a[0].Provider, b[0].Name, b[0].Provider)
		}
	}
}

// TestRangesEnd: beyond the last range's end its prices hold, and a note says so; where
// it has no end, there is nothing to say.
func TestRangesEnd(t *testing.T) {
	for last, noted := range map[string]bool{"32000": true, "null": false} {
		c := catalogOf(t, `{"m": {"litellm_provider": "p", "tiered_pricing": [
 {"range": [0, 9000], "input_cost_per_token": 1e-6, "output_cost_per_token": 2e-6},
 {"range": [9000, `+last+`], "input_cost_per_token": 3e-6, "output_cost_per_token": 2e-6}]}}`, Options{})
		if got := costOf(t, c, "p-m", "2026-11-26", "12:00", costmodel.TokenRequest{Input: 100_000}); got != "0.3" {
			t.Errorf("%s: 100,000 tokens cost %s, want 0.3", last, got)
		}
		m, err := c.Tariff("p-m")
		if err != nil {
			t.Fatal(err)
		}
		const note = "The table has prices of requests of at most 32000 input tokens; longer ones are priced as these."
		if strings.Contains(strings.Join(m.Notes, "\n"), note) != noted {
			t.Errorf("%s: the notes are %q", last, m.Notes)
		}
	}
}

// TestCompareLong: what is added shows what long inputs cost, where that is another
// price, at each length and each hour.
func TestCompareLong(t *testing.T) {
	after := catalogOf(t, `{
 "m": {"litellm_provider": "p", "tiered_pricing": [
  {"range": [0, 9000], "input_cost_per_token": 1e-6, "output_cost_per_token": 2e-6},
  {"range": [9000, 99000], "input_cost_per_token": 3e-6, "output_cost_per_token": 2e-6},
  {"range": [99000, null], "input_cost_per_token": 5e-6, "output_cost_per_token": 6e-6}]},
 "night": {"litellm_provider": "p", "input_cost_per_token": 2e-6, "input_cost_per_token_above_128k_tokens": 4e-6,
  "off_peak_pricing": {"hours_utc": "16:30-00:30", "input_cost_per_token": 1e-6}}}`, Options{}).Tariffs()
	var b strings.Builder
	if err := Compare(nil, after, nil).Write(&b); err != nil {
		t.Fatal(err)
	}
	const want = `added    p-m: input 1, 3 beyond 9000 input tokens, 5 beyond 99000 input tokens; output 2, 6 beyond 99000 input tokens
added    p-night: input 2, 4 beyond 128000 input tokens; input, offpeak 1
2 added, 0 removed, 0 changed, 0 as before
`
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
}
