package serving

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/servers"
)

// readServer reads the table of a server.
func readServer(t *testing.T, table string) (Server, error) {
	t.Helper()
	root, err := spec.Parse("x.toml", []byte("server = { "+table+" }"))
	if err != nil {
		t.Fatal(err)
	}
	return Read(root.Get("server"))
}

// What a table says is what the servers are told.
func TestAPIKeys(t *testing.T) {
	const times = `name = "api", ttft = "1s", tpot = "10ms"` // of any other key
	for _, c := range []struct {
		keys string
		want servers.Hosted
	}{
		{times, servers.Hosted{}},
		{times + `, limits = { requests = 500, tokens = 200000 }`, servers.Hosted{Limits: &servers.Limits{Requests: 500, Tokens: 200000, Window: sim.Minute}}},
		{times + `, limits = { input_tokens = 5, output_tokens = 6, window = "1s", refill = "window", reserve = 7, settle = true, cached = false }`,
			servers.Hosted{Limits: &servers.Limits{Input: 5, Output: 6, Window: sim.Second, Fixed: true, Reserve: 7, Settle: true, FreeReads: true}}},
		{times + `, cache = { lifetime = "5m", least = 1024, step = 128 }`, servers.Hosted{Cache: &servers.PromptCache{Lifetime: 5 * sim.Minute, Least: 1024, Step: 128}}},
		{times + `, cache = { lifetime = "1h" }, cache_hit = 0.4, cache_write = 0.123456`,
			servers.Hosted{Cache: &servers.PromptCache{Lifetime: sim.Hour, Step: 1}, Hit: 400_000, Write: 123_456}},
		{times + `, cache_hit = 1`, servers.Hosted{Hit: servers.Whole}},
		{times + `, tokens_ratio = 1.1`, servers.Hosted{InputRatio: 1_100_000, OutputRatio: 1_100_000}},
		{times + `, tokens_ratio = { output = 2 }`, servers.Hosted{OutputRatio: 2 * servers.Whole}},
		{times + `, reasoning = { factor = 2.5 }`, servers.Hosted{ReasoningRatio: 2_500_000}},
	} {
		s, err := readServer(t, c.keys)
		if err != nil {
			t.Errorf("%s: %v", c.keys, err)
			continue
		}
		f, err := s.Factory(Platform{Columns: unknown{}})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, f.(servers.Hosted), cmpopts.IgnoreFields(servers.Hosted{}, "Columns", "First", "Each")); diff != "" {
			t.Errorf("%s: %s", c.keys, diff)
		}
	}
	for keys, u := range map[string]int32{`reasoning = 800`: 800, `reasoning = { dist = "uniform", least = 10, most = 19 }`: 15} {
		s, err := readServer(t, times+", "+keys)
		if err != nil {
			t.Fatal(err)
		}
		f, err := s.Factory(Platform{Columns: unknown{}})
		if err != nil {
			t.Fatal(err)
		}
		if got := f.(servers.Hosted).Reasoning.Count(0.5); got != u {
			t.Errorf("%s: the median is %d, want %d", keys, got, u)
		}
	}
	for keys, want := range map[string]sim.Time{`batch = { within = "24h" }`: 0, `batch = { within = "24h", completion = "2h" }`: 2 * sim.Hour} {
		s, err := readServer(t, `name = "api", `+keys)
		if err != nil {
			t.Fatal(err)
		}
		f, err := s.Factory(Platform{Columns: unknown{}})
		if err != nil {
			t.Fatal(err)
		}
		b := f.(servers.Hosted).Batch
		if b.Within != sim.Day || (b.Completion == nil) != (want == 0) || want > 0 && b.Completion.Sample(0.5) != want || !s.(Batching).Batched() {
			t.Errorf("%s: %+v", keys, b)
		}
	}
}

// Each slip is named, where it stands.
func TestMalformedAPI(t *testing.T) {
	for _, c := range []struct{ keys, want string }{
		{``, `: missing key "ttft"`},
		{`ttft = "1s"`, `: missing key "tpot"`},
		{`batch = { within = "24h" }, tpot = "1s"`, `.tpot: found it beside batch, want one of them: all tokens of a batch are there at its end`},
		{`batch = { within = "0s" }`, `.batch.within: found "0s", want more than 0`},
		{`batch = { completion = "1h" }`, `.batch: missing key "within"`},
		{`batch = { within = "24h" }, limits = { requests = 1 }`, `.limits: found limits beside batch, which has others that are not modelled; cache_hit says what part of the input is read from a cache`},
		{`batch = { within = "24h" }, cache = { lifetime = "1h" }`, `.cache: found cache beside batch, which has others that are not modelled; cache_hit says what part of the input is read from a cache`},
		{times + `limits = {}`, `.limits: found no limit, want requests, tokens, input_tokens or output_tokens`},
		{times + `limits = { reserve = 9 }`, `.limits: found no limit, want requests, tokens, input_tokens or output_tokens`},
		{times + `limits = { requests = 0 }`, `.limits.requests: found 0, want 1 to 1125899906842624; without the key there is no limit`},
		{times + `limits = { requests = 1, tokens = -5 }`, `.limits.tokens: found -5, want 1 to 1125899906842624; without the key there is no limit`},
		{times + `limits = { requests = 1, window = "0s" }`, `.limits.window: found "0s", want more than 0`},
		{times + `limits = { requests = 1, refill = "hourly" }`, `.limits.refill: found "hourly", want continuous or window`},
		{times + `limits = { requests = 1, reserve = 9 }`, `.limits.reserve: found reserve without a limit on tokens or output_tokens, which it would count in`},
		{times + `limits = { tokens = 1, settle = true }`, `.limits.settle: found settle without reserve: what a request will get counts from the first`},
		{times + `limits = { output_tokens = 1, cached = false }`, `.limits.cached: found cached without a limit on tokens or input_tokens, which it would count in`},
		{times + `limits = { request = 1 }`, ` unknown key "request"; did you mean "requests"?`},
		{times + `cache = { least = 5 }`, `.cache: missing key "lifetime"`},
		{times + `cache = { lifetime = "0s" }`, `.cache.lifetime: found "0s", want more than 0`},
		{times + `cache = { lifetime = "5m", least = -1 }`, `.cache.least: found -1, want 0 tokens or more`},
		{times + `cache = { lifetime = "5m", step = 0 }`, `.cache.step: found 0, want 1 token or more`},
		{times + `cache_hit = 1.1`, `.cache_hit: found 1.1, want 0 to 1`},
		{times + `cache_hit = -0.1`, `.cache_hit: found -0.1, want 0 to 1`},
		{times + `cache_hit = nan`, `.cache_hit: found `},
		{times + `cache_hit = 0.1234567`, `.cache_hit: found 0.1234567, want at most six digits after the point`},
		{times + `cache_hit = 0.6, cache_write = 0.6`, `.cache_hit: found cache_hit and cache_write of more than 1 together, want parts of the input`},
		{times + `tokens_ratio = 0`, `.tokens_ratio: found 0, want above 0, to 100`},
		{times + `tokens_ratio = { input = 101 }`, `.tokens_ratio.input: found 101, want above 0, to 100`},
		{times + `tokens_ratio = { inputs = 1 }`, ` unknown key "inputs"; did you mean "input"?`},
		{times + `tokens_ratio = "1.1"`, `.tokens_ratio: found the string "1.1", want `},
		{times + `reasoning = 0`, `.reasoning: found 0, want a whole number from 1 to 2147483647`},
		{times + `reasoning = { factor = 2, dist = "uniform" }`, `.reasoning: found `},
		{times + `reasoning = { factor = -2 }`, `.reasoning.factor: found -2, want 0 to 100`},
	} {
		keys := `name = "api"`
		if c.keys != "" {
			keys += ", " + c.keys
		}
		_, err := readServer(t, keys)
		want := "x.toml:1: server" + c.want
		if strings.HasPrefix(c.want, " unknown key") {
			want = "x.toml:1:" + c.want
		}
		if err == nil || err.Error() != want && !(strings.HasSuffix(want, "found ") || strings.HasSuffix(want, "want ")) || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s:\n got %v\nwant %s", c.keys, err, want)
		}
	}
}

const times = `ttft = "1s", tpot = "10ms", `
