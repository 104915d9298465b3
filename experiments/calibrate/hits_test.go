package calibrate

import (
	"slices"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/sim/servers"
	"github.com/coldcurve/coldcurve/workloads/hardware"
)

// prefixed is the log of an engine whose prefills are 1.3 times as long as the
// profile says, and whose prompts all begin with the same 1,024 tokens, which its
// cache finds from the second request on.
func prefixed(t *testing.T) (truth, *Log) {
	load := truth{given: []string{"host", "host_per_request", "front", "blocks"}, gpu: "h100", rate: 1, n: 100, input: 1000, output: 30, change: still}
	l := load.log(t)
	var ids []uint32
	for i := range uint32(1024 / blockTokens) {
		ids = append(ids, i)
	}
	for i := range l.Requests {
		q := &l.Requests[i].Asked
		q.Input, q.Blocks, q.Extent = q.Input+1024, ids, blockTokens
	}
	s := load.spec(t)
	s.PrefillScale = 1.3
	p, err := hardware.New(s)
	if err != nil {
		t.Fatal(err)
	}
	e := servers.LLM{Timer: p, Columns: l, Blocks: p.Blocks, BlockSize: hardware.BlockTokens, Front: p.Front}
	setLimits(&e, p)
	answered(t, l, e)
	return load, l
}

// Where a log names blocks its hits are replayed, and a scale is that of what was
// computed. Where it does not, the scale stands for the hits too: of some 2,000
// tokens 1,000 are computed, so that it is far below. That is said, in what is printed
// and in what is written; of an engine without a cache there is nothing to say.
func TestPrefixHits(t *testing.T) {
	load, named := prefixed(t)
	unnamed := *named
	unnamed.Requests = slices.Clone(named.Requests)
	for i := range unnamed.Requests {
		unnamed.Requests[i].Asked.Blocks = nil
	}
	for _, c := range []struct {
		name      string
		log       *Log
		noCache   bool
		low, high float64 // of prefill_scale
		unknown   bool
	}{
		{"blocks", named, false, 1.28, 1.32, false},
		{"no blocks", &unnamed, false, 0.34, 1, true},
		{"no blocks and no cache", &unnamed, true, 0.34, 1, false},
	} {
		got, err := Run(t.Context(), c.log, Options{Spec: load.spec(t), Given: load.given, Engine: servers.LLM{NoPrefixCache: c.noCache}})
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if s := got.After.PrefillScale; !(s >= c.low && s <= c.high) {
			t.Errorf("%s: prefill_scale %v, want %v to %v", c.name, s, c.low, c.high)
		}
		document := got.Document(model("llama-3.1-8b"))
		var json strings.Builder
		if err := got.Render(&json, "json"); err != nil {
			t.Fatal(err)
		}
		for text, where := range map[string]string{
			"prefix hits are unknown: ": got.text(), "# fitted without prefix hits: ": document, "hits_unknown = true": document, `"prefix_hits_unknown": true`: json.String(),
		} {
			if strings.Contains(where, text) != c.unknown {
				t.Errorf("%s: %q is said: %t, want %t", c.name, text, !c.unknown, c.unknown)
			}
		}
	}
}
