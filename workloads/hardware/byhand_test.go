package hardware

import (
	"math"
	"testing"
	"testing/fstest"
)

// A board in round numbers, of which nothing was measured, and models in round
// numbers. So what a pass takes is a sum that is done by hand: of kernels, 2.3 µs
// each to launch; of what products and attention read and write, a byte of which
// takes 1 ps ÷ 0.74; of what only moves numbers, 1 ps ÷ 0.8 a byte.
var handmade = catalog{fstest.MapFS{
	"gpus/board.toml": {Data: []byte(`title = "A board"
memory = "40GiB"
bandwidth = 1e12
flops_bf16 = 100e12
flops_fp8 = 200e12
flops_fp4 = 400e12
per_node = 4
link = 100e9
grade = "U"
source = "a test"
`)},
}}

var (
	handmadeDense   = Shape{Layers: 2, Hidden: 1000, Inner: 2000, Heads: 10, KVHeads: 5, HeadDim: 100, Vocabulary: 10_000}
	handmadeJoined  = Shape{Layers: 2, Hidden: 1000, Inner: 2000, Heads: 16, KVHeads: 8, HeadDim: 100, Vocabulary: 10_000}
	handmadeExperts = Shape{Layers: 2, Hidden: 1000, Inner: 500, Heads: 10, KVHeads: 5, HeadDim: 100, Vocabulary: 10_000, Experts: 16, Active: 2}
	handmadeQKNorm  = Shape{Layers: 2, Hidden: 1000, Inner: 500, Heads: 10, KVHeads: 5, HeadDim: 100, Vocabulary: 10_000, Experts: 16, Active: 2, QKNorm: true}
)

// TestRooflineByHand adds up a pass of two decodes behind 1,000 tokens each. m×k
// times k×n moves n·k weights, and 2·m·k + 2·m·n bytes of numbers of 16 bits.
// Bytes of a layer:
//
//	              dense, bf16                          fp8         fp4 (4.5 bits)
//	queries, …    2·2,000·1,000 + 12,000 = 4,012,000   2,012,000   1,137,000
//	output        2·1,000·1,000 +  8,000 = 2,008,000   1,008,000     570,500
//	gate and up   2·4,000·1,000 + 20,000 = 8,020,000   4,020,000   2,270,000
//	down          2·1,000·2,000 + 12,000 = 4,012,000   2,012,000   1,137,000
//	attention     2·1,000 tokens · 2·5·100 numbers · 2 bytes = 4,000,000
//	moved         2·(2·4·1,000 + 2·2,000 + 3·2,000) numbers = 72,000
//
// beside lm_head, 2·10,000·1,000 + 44,000 = 20,044,000, and, moved, 2·6·1,000
// numbers for embedding and last norm, 24,000, and 3 times 4 bytes of 2·10,000
// logits, 240,000. Kernels are 4 products, attention and 4 others a layer, and
// 2 + 1 + 3.
//
// Of 16 experts two tokens that visit 2 each touch 16·(1 − (14 ÷ 16)²) = 3.75, each
// of which gets 4 ÷ 3.75 of them; and a layer has 5 products, with the router's,
// and 4 kernels more:
//
//	router        2·16·1,000 + 4,064                      =    36,064
//	gate and up   2·3.75·1,000·1,000 + 2·1,000·4÷3.75 + 8,000 = 7,510,133 ⅓
//	down          2·3.75·1,000·500 + 2·500·4÷3.75 + 8,000 = 3,759,066 ⅔
//	moved         2·(2·4·1,000 + 2·2,000 + 3·2·500)       =    60,000
//
// Where queries and keys are normalised, a kernel more reads and writes the 2,000
// numbers of each token: 16,000 bytes.
//
// Over 4 GPUs, of 16 heads and 8 key-value heads, each has a quarter, of lm_head
// too; a layer of each is
//
//	queries, …    2·800·1,000 + 7,200   = 1,607,200
//	output        2·1,000·400 + 5,600   =   805,600
//	gate and up   2·1,000·1,000 + 8,000 = 2,008,000
//	down          2·1,000·500 + 6,000   = 1,006,000
//	attention     2·1,000·2·2·100·2     = 1,600,000
//	moved         2·(8,000 + 1,600 + 1,500)·2 = 88,800 ÷ 2 layers
//
// and lm_head 2·2,500·1,000 + 14,000 = 5,014,000. Each of five all-reduces takes 10 µs
// to begin, and sends and receives 2·3÷4 of 2·1,000 numbers, 6,000 bytes, of 10 ps
// ÷ 0.74 each; the gather of logits is half of one over 2·10,000.
func TestRooflineByHand(t *testing.T) {
	const read, moved, sent = 1e-3 / 0.74, 1e-3 / 0.8, 1e-2 / 0.74 // ns a byte
	for _, c := range []struct {
		name      string
		shape     Shape
		count     int64
		precision Precision
		want      float64
	}{
		{"dense", handmadeDense, 1, BF16, 24*2300 + (2*(18_052_000+4_000_000)+20_044_000)*read + (2*72_000+24_000+240_000)*moved},
		{"in 8 bits", handmadeDense, 1, FP8, 24*2300 + (2*(9_052_000+4_000_000)+20_044_000)*read + (2*72_000+24_000+240_000)*moved},
		{"in 4 bits", handmadeDense, 1, FP4, 24*2300 + (2*(5_114_500+4_000_000)+20_044_000)*read + (2*72_000+24_000+240_000)*moved},
		{"experts", handmadeExperts, 1, BF16, 34*2300 + (2*(17_325_264+4_000_000)+20_044_000)*read + (2*60_000+24_000+240_000)*moved},
		{"queries and keys normalised", handmadeQKNorm, 1, BF16, 36*2300 + (2*(17_325_264+4_000_000)+20_044_000)*read + (2*76_000+24_000+240_000)*moved},
		{"over four GPUs", handmadeJoined, 4, BF16, 24*2300 + (2*(5_426_800+1_600_000)+5_014_000)*read + (88_800+24_000+240_000)*moved +
			5*(10_000+6000*sent) + (10_000+60_000*sent)/2},
	} {
		s := Default("board", c.count, Model{Shape: c.shape})
		s.Precision = c.precision
		p, err := handmade.profile(s)
		if err != nil {
			t.Fatal(err)
		}
		if got := float64(p.Time(decodes(2, 1000))); math.Abs(got-c.want) > 2 { // experts are whole ns a layer
			t.Errorf("%s: %.0f ns, by hand %.1f", c.name, got, c.want)
		}
	}
}

// TestRooflinePromptByHand adds up a prompt of 4,096 tokens, whose products and
// attention are bound by arithmetic. A layer's products have 9,000,000 weights, of
// which 2 · 4,096 · 9,000,000 operations at 100, 200 and 400 Tflops are 737,280,
// 368,640 and 184,320 ns, and 74 % are reached. Attention is half of 4·4,096² · 10
// heads · 100, in 16 bits, 335,544.32 ns, and 52 % are reached. lm_head is over one
// token: 20,022,000 bytes. 4,096 tokens move 36,000 bytes each a layer and 12,000
// besides, and a sequence's logits are 120,000.
func TestRooflinePromptByHand(t *testing.T) {
	for _, c := range []struct {
		precision Precision
		products  float64 // of a layer
	}{{BF16, 737_280}, {FP8, 368_640}, {FP4, 184_320}} {
		s := Default("board", 1, Model{Shape: handmadeDense})
		s.Precision = c.precision
		p, err := handmade.profile(s)
		if err != nil {
			t.Fatal(err)
		}
		want := 24*2300 + 2*c.products/0.74 + 2*335_544.32/0.52 + 20_022_000e-3/0.74 + 4096*(2*36_000+12_000)*1e-3/0.8 + 120_000e-3/0.8
		if got := float64(p.Time(prompt(4096, 0))); math.Abs(got-want) > 1 {
			t.Errorf("%s: %.0f ns, by hand %.1f", c.precision, got, want)
		}
	}
}

// TestWeightsByHand counts weights: of a layer 1,000 × 100 × (10 + 10 + 5 + 5) of
// attention, 1,000 × 500 × 3 of each of 16 experts, 1,000 × 16 of the router, two
// norms of 1,000, and of queries and keys one of 100 each; a last norm; embedding and
// lm_head of 1,000 × 10,000. Of 2 layers 6,000,000 are of attention, 48,000,000 of
// experts; 20,037,400 stay in 16 bits at all precisions, router and norms among them.
func TestWeightsByHand(t *testing.T) {
	if got := handmadeQKNorm.Parameters(); got != 74_037_400 {
		t.Errorf("%.0f weights, by hand 74,037,400", got)
	}
	packed := handmadeQKNorm
	packed.Packed = 4.25
	for _, c := range []struct {
		shape     Shape
		precision Precision
		want      float64
	}{
		{handmadeQKNorm, BF16, 2 * 74_037_400},
		{handmadeQKNorm, FP8, 54_000_000 + 40_074_800},
		{handmadeQKNorm, FP4, 30_375_000 + 40_074_800},       // 4 bits, and 8 for each 16 weights
		{packed, BF16, 12_000_000 + 25_500_000 + 40_074_800}, // experts alone are packed
	} {
		if got := c.shape.Weights(c.precision); got != c.want {
			t.Errorf("%s, packed to %v bits: %.0f bytes, by hand %.0f", c.precision, c.shape.Packed, got, c.want)
		}
	}
}

// constantly is a multiplier whose products all take as long.
type constantly float64

func (c constantly) line(_, _ float64) (line, error) {
	return through([]float64{1, 1000}, []float64{float64(c), float64(c)}), nil
}

// TestPackedByHand has products in 4.5 bits from those in 8: with one row 1,000 ×
// 1,000 moves 566,500 bytes and not 1,004,000; with 1,000 rows both are bound by their
// arithmetic, of which there is twice as much.
func TestPackedByHand(t *testing.T) {
	p := packed{constantly(5020), roofline{1e12, 100e12, 1}, roofline{1e12, 200e12, 4.5 / 8}}
	l, err := p.line(1000, 1000)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ m, want float64 }{{1, 2832.5}, {1000, 2510}} {
		if got := l.at(c.m); math.Abs(got-c.want) > 1e-9*c.want {
			t.Errorf("%v rows: %v ns, by hand %v", c.m, got, c.want)
		}
	}
}
