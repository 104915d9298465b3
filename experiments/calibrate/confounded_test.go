package calibrate

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/servers"
	"github.com/coldcurve/coldcurve/sim/tokens"
	"github.com/coldcurve/coldcurve/workloads/hardware"
)

// What a log tells, by algebra: TTFT is front + host + P · prompt, TPOT is host + D ·
// step, P and D the scales. A sum of which the parts are not known tells none of them.
func TestConfounded(t *testing.T) {
	all := []string{"prefill_scale", "decode_scale", "host", "host_per_request", "front", "blocks"}
	same, differ := span{100, 100}, span{100, 125}
	for _, c := range []struct {
		name string
		v    variety
		keys []string
		want []string
	}{
		{"two sums of four", variety{40, same, same, same}, all, []string{"prefill_scale", "decode_scale", "host", "front"}},
		{"host is known: TTFT is a sum of two, TPOT has one", variety{40, same, same, same}, but(all, "host"), []string{"prefill_scale", "front"}},
		{"prompts differ: P and front + host", variety{40, differ, same, same}, all, []string{"decode_scale", "host", "front"}},
		{"prompts differ, front is known: so is host, and D", variety{40, differ, same, same}, but(all, "front"), nil},
		{"contexts differ: host and D, but P + front", variety{40, same, differ, same}, all, []string{"prefill_scale", "front"}},
		{"requests in service differ: the same", variety{40, same, same, differ}, all, []string{"prefill_scale", "front"}},
		{"contexts differ, and front is known", variety{40, same, differ, same}, but(all, "front"), nil},
		{"all differ", variety{40, differ, differ, differ}, all, nil},
		{"one token each: front + host", variety{0, differ, span{}, differ}, but(all, "decode_scale"), []string{"host", "front"}},
		{"one token each, host is known", variety{0, differ, span{}, differ}, []string{"prefill_scale", "front"}, nil},
		{"one alone", variety{40, same, same, same}, []string{"decode_scale"}, nil},
		{"none", variety{40, same, same, same}, nil, nil},
	} {
		if got := c.v.confounded(c.keys); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	// Just below a quarter more, nothing differs.
	v := variety{40, span{100, 124}, span{100, 124}, span{100, 124}}
	if got := v.confounded(all); len(got) != 4 {
		t.Errorf("%v are told apart by prompts, contexts and requests that hardly differ", got)
	}
}

func but(list []string, key string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(k string) bool { return k == key })
}

// uniform is a log of requests that are all alike, one at a time, 10 s apart: of Llama
// 3.1 8B on an RTX 4090 with 25 ms before the engine, TTFT is 73.125 ms and TPOT 16.780.
func uniform(n int) *Log {
	l := &Log{Name: "log.jsonl", Form: "made", Digest: strings.Repeat("0", 64)}
	for k := range n {
		at := sim.Time(k) * 10 * sim.Second
		l.Requests = append(l.Requests, Request{
			Line: k + 1, Arrival: at, First: at + 73_125_109, Last: at + 73_125_109 + 99*16_780_213,
			Asked: tokens.Request{Input: 500, Output: 100},
		})
	}
	return l
}

// A log of requests that are all alike has two numbers, and tells none of four values:
// nothing comes of it. Whoever says what host and front are is told the others.
func TestUniform(t *testing.T) {
	load := truth{gpu: "rtx-4090"}
	_, err := load.calibrate(t, uniform(60))
	if err == nil || !strings.Contains(err.Error(), "the log tells no value of the profile; nothing is written") {
		t.Fatalf("%v, want all values refused", err)
	}
	for _, why := range []string{
		"prefill_scale: decode_scale or host or front can stand for it where the log has prompts of 500 to 500 tokens that were computed; what is known of them can be said in --hardware",
		"front: prefill_scale or decode_scale or host can stand for it",
		"decode_scale: prefill_scale or host or front can stand for it where the log has contexts of 550 to 550 tokens with 1 to 1 requests in service",
		"host: prefill_scale or decode_scale or front can stand for it where the log has prompts of 500 to 500 tokens that were computed, and contexts of 550 to 550",
	} {
		if !strings.Contains(err.Error(), "\n  "+why) {
			t.Errorf("%v, want %q", err, why)
		}
	}

	s := load.spec(t)
	s.Host, s.Front, s.DecodeScale = nanos(0), nanos(0), 1
	c, err := Run(t.Context(), uniform(60), Options{Spec: s, Given: []string{"host", "front", "decode_scale"}})
	if err != nil {
		t.Fatal(err)
	}
	if v := c.fitted("prefill_scale"); !(v > 1.4 && v < 1.6) {
		t.Errorf("without anything before the engine, prefill_scale %v, want 73.1 ms of 48.1: %+v", v, c.Refused)
	}
}

// Prompts of many sizes are alike where the prefix cache has all but as much of each.
func TestUniformComputed(t *testing.T) {
	l := uniform(60)
	for i := range l.Requests {
		q := &l.Requests[i].Asked
		shared := uint32(16 * (8 - i%8))
		q.Input = int32(shared)*blockTokens + 200
		for id := range shared {
			q.Blocks = append(q.Blocks, id)
		}
		q.Extent = blockTokens
	}
	c, load := &Calibration{Log: l, Fitted: 30}, truth{gpu: "rtx-4090"}
	s := load.spec(t)
	p, err := hardware.New(s)
	if err != nil {
		t.Fatal(err)
	}
	for _, cached := range []bool{true, false} {
		e := servers.LLM{Timer: p, Columns: l, Blocks: p.Blocks, BlockSize: hardware.BlockTokens, NoPrefixCache: !cached}
		setLimits(&e, p)
		r, err := l.replayed(e)
		if err != nil {
			t.Fatal(err)
		}
		v := c.variety(r)
		if v.prompts.varies() == cached {
			t.Errorf("with a prefix cache %t, prompts of %v tokens are computed", cached, v.prompts)
		}
	}
}

// Who says both scales is answered, too.
func TestScalesGiven(t *testing.T) {
	load := truth{given: []string{"prefill_scale", "decode_scale", "host", "host_per_request"}, gpu: "rtx-4090", rate: 0.5, n: 80, input: 500, output: 60, change: func(s *hardware.Spec) { s.Front = nanos(40e6) }}
	c, err := load.calibrate(t, load.log(t))
	if err != nil {
		t.Fatal(err)
	}
	if v := c.fitted("front"); !(math.Abs(v-40e6) < 1e6) {
		t.Errorf("front %v, want 40 ms", v)
	}
}
