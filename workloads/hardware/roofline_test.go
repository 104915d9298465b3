package hardware

import (
	"math"
	"testing"
)

// TestReached derives what boards reach of their rooflines from those whose kernels were
// measured: products of the sizes that models have, and attention over prompts of
// 4,096 tokens and more.
func TestReached(t *testing.T) {
	gpus, err := GPUs()
	if err != nil {
		t.Fatal(err)
	}
	var product, attention []float64
	for _, g := range gpus {
		if g.Kernels == "" {
			continue
		}
		f, err := catalog{shipped}.tables(g.Kernels)
		if err != nil {
			t.Fatal(err)
		}
		p, err := readProducts(f, &g, BF16)
		if err != nil {
			t.Fatal(err)
		}
		var parts []float64
		for at, l := range p.lines {
			if n, k := at[0], at[1]; n >= 2048 && k >= 2048 && n <= 16384 && k <= 16384 {
				for m := 1.0; m <= 4096; m *= 2 {
					parts = append(parts, p.board.time(m, n, k)/(l.at(m)-launch))
				}
			}
		}
		product = append(product, quantile(parts, 0.5))
		a, err := newAttentions(f, "prefill attention")
		if err != nil {
			t.Fatal(err)
		}
		parts = nil
		for h, s := range a.surfaces {
			for x := 4096.0; x <= 16384; x += 2048 {
				parts = append(parts, 1e9*2*x*x*h.heads*measuredWidth/g.FlopsBF16/(s.at(1, x)-launch))
			}
		}
		attention = append(attention, quantile(parts, 0.5))
		t.Logf("%s: products %.2f, attention %.2f", g.Name, product[len(product)-1], attention[len(attention)-1])
	}
	if got := quantile(product, 0.5); math.Abs(got-reached) > 0.005 {
		t.Errorf("the median board reaches %.3f of its roofline in products, want %v", got, reached)
	}
	if got := quantile(attention, 0.5); math.Abs(got-attentionReached) > 0.005 {
		t.Errorf("the median board reaches %.3f of its arithmetic in attention, want %v", got, attentionReached)
	}
}

// TestBend sees the line of the roofline on both of its parts.
func TestBend(t *testing.T) {
	r := roofline{1e12, 100e12, 2}
	l, err := r.line(4096, 4096)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range []float64{1, 10, 90, 110, 200, 1000, 60000} {
		want := launch + math.Max((2*4096*4096+4*4096*m)/1e12, 2*4096*4096*m/100e12)*1e9/reached
		if got := l.at(m); math.Abs(got/want-1) > 1e-9 {
			t.Errorf("m = %v: %v ns, want %v", m, got, want)
		}
	}
}
