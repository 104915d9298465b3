package hardware

import (
	"math"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/sim/servers"
)

// Llama 3.1 8B has 32 layers of 8 heads of 128: 2 · 32 · 8 · 128 bytes a token in fp8,
// half of those in 16 bits, so that twice as many blocks fit; decodes over 2,048
// tokens then read what 1,024 are in 16 bits, on measured kernels and rooflines.
func TestKVPrecision(t *testing.T) {
	for _, gpu := range []string{"h100", "a100", "l4", "rtx-4090"} {
		wide := shape(t, gpu, 1, "llama-3.1-8b")
		narrow := wide
		narrow.KVPrecision = KV8
		p, q := mustNew(t, wide), mustNew(t, narrow)
		if q.TokenBytes() != 65536 || p.TokenBytes() != 131072 {
			t.Errorf("%s: %d and %d bytes a token, want 65536 and 131072", gpu, q.TokenBytes(), p.TokenBytes())
		}
		if q.Blocks < 2*p.Blocks || q.Blocks > 2*p.Blocks+1 {
			t.Errorf("%s: %d blocks, want twice %d", gpu, q.Blocks, p.Blocks)
		}
		if q.Grade == "A" || q.Grade == "B" || q.Band(TPOT, servers.V1).Known() || !strings.Contains(q.Label(), "keys and values in fp8") {
			t.Errorf("%s: %s, grade %s, error %s", gpu, q.Label(), q.Grade, q.Band(TPOT, servers.V1))
		}
		if p.Basis == FromOperations {
			continue // which were measured in 16 bits alone
		}
		for _, n := range []int64{1, 32} {
			if got, want := q.Time(decodes(n, 2048)), p.Time(decodes(n, 1024)); math.Abs(float64(got-want)) > 1 {
				t.Errorf("%s: %d decodes take %d ns over 2,048 tokens in fp8, %d over 1,024 in 16 bits", gpu, n, got, want)
			}
		}
		if got, want := q.Time(prompt(2048, 0)), p.Time(prompt(2048, 0)); got != want {
			t.Errorf("%s: a prompt takes %d ns, in 16 bits %d", gpu, got, want)
		}
	}
}

// A draft's model takes memory beside: its weights, and its part of each block.
func TestBeside(t *testing.T) {
	large, small := mustNew(t, shape(t, "h100", 1, "llama-3.1-8b")), mustNew(t, shape(t, "h100", 1, "llama-3.2-3b"))
	both, err := large.Beside(small)
	if err != nil {
		t.Fatal(err)
	}
	// Llama 3.2 3B: 28 layers of 8 heads of 128.
	free := 80*math.Pow(2, 30)*0.9 - large.WeightBytes() - small.WeightBytes() - 1.7e9
	if want := int64(free / (16 * 2 * 2 * 8 * 128 * (32 + 28))); both.Blocks != want {
		t.Errorf("%d blocks, want %d", both.Blocks, want)
	}
	given := shape(t, "h100", 1, "llama-3.1-8b")
	given.Blocks = 700
	if both, err := mustNew(t, given).Beside(small); err != nil || both.Blocks != 700 {
		t.Errorf("%d blocks of 700 that were given, %v", both.Blocks, err)
	}
	if _, err := mustNew(t, shape(t, "h100", 2, "llama-3.1-70b")).Beside(mustNew(t, shape(t, "h100", 2, "llama-2-70b"))); err == nil || !strings.Contains(err.Error(), "llama-2-70b bf16 on 2 × h100 does not fit beside llama-3.1-70b bf16 on 2 × h100") {
		t.Errorf("two large models: %v", err)
	}
}

// Decodes that verify drafts are decodes where prompts and tokens are scaled apart.
func TestScalesOfDrafts(t *testing.T) {
	s := shape(t, "h100", 1, "llama-3.1-8b")
	plain := mustNew(t, s)
	s.PrefillScale = 3
	scaled := mustNew(t, s)
	alone := servers.Step{Tokens: 100, Sequences: 100, Decodes: 20, KV: 20 * 705, MaxKV: 705}
	both := *prompt(1000, 0)
	both.Tokens, both.Sequences, both.Decodes, both.KV, both.MaxKV = 1100, 101, 20, 20*705, 705
	d, b := float64(plain.Time(&alone)), float64(plain.Time(&both))
	if got := float64(scaled.Time(&both)); math.Abs(got-(d+3*(b-d))) > 2 {
		t.Errorf("%v ns, want %v", got, d+3*(b-d))
	}
}
