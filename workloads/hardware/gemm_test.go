package hardware

import (
	"math"
	"slices"
	"testing"
)

// TestLeaveOut finds products that were measured from the others alone: n, k
// or both taken out of the grid. It bounds the error of those that models need
// and nobody measured.
func TestLeaveOut(t *testing.T) {
	gpus, err := GPUs()
	if err != nil {
		t.Fatal(err)
	}
	without := func(x []float64, v float64) []float64 {
		return slices.DeleteFunc(slices.Clone(x), func(a float64) bool { return a == v })
	}
	for _, g := range gpus {
		if g.Kernels == "" {
			continue
		}
		f, err := catalog{shipped}.tables(g.Kernels)
		if err != nil {
			t.Fatal(err)
		}
		for _, precision := range []Precision{BF16, FP8} {
			if f.Find("gemm "+string(precision)) == nil {
				continue
			}
			all, err := readProducts(f, &g, precision)
			if err != nil {
				t.Fatal(err)
			}
			for _, drop := range []string{"n", "k", "n and k"} {
				var off, errors []float64
				for at := range all.rows {
					n, k := at.n, at.k
					if n < 2048 || k < 2048 || n > 12288 || k > 12288 {
						continue // smaller than what models have, or the last but one
					}
					l, _ := all.measured(at)
					rest := *all
					if drop != "k" {
						rest.n = without(all.n, n)
					}
					if drop != "n" {
						rest.k = without(all.k, k)
					}
					got, err := rest.line(n, k)
					if err != nil {
						t.Fatal(err)
					}
					for _, m := range []float64{1, 8, 32, 64, 128, 256, 512, 2048, 8192} {
						e := got.at(m)/l.at(m) - 1
						off, errors = append(off, math.Abs(e)), append(errors, e)
					}
				}
				median, p90, bias := quantile(off, 0.5), quantile(off, 0.9), mean(errors)
				t.Logf("%s %s without its %s: |error| median %.1f %%, p90 %.1f %%, bias %+.1f %%", g.Name, precision, drop, 100*median, 100*p90, 100*bias)
				if !(median <= 0.08 && p90 <= 0.28 && math.Abs(bias) <= 0.03) {
					t.Errorf("%s %s without its %s: median %.3f, p90 %.3f, bias %.3f, want at most 0.08, 0.28, 0.03", g.Name, precision, drop, median, p90, bias)
				}
			}
		}
	}
}

// TestBeyondGrid takes the efficiency of the edge for what lies outside.
func TestBeyondGrid(t *testing.T) {
	f, err := catalog{shipped}.tables("h100.kernels.gz")
	if err != nil {
		t.Fatal(err)
	}
	g, err := catalog{shipped}.gpu("h100")
	if err != nil {
		t.Fatal(err)
	}
	p, err := readProducts(f, &g, BF16)
	if err != nil {
		t.Fatal(err)
	}
	edge, err := p.line(65536, 4096)
	if err != nil {
		t.Fatal(err)
	}
	beyond, err := p.line(131072, 4096)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range []float64{1, 64, 4096} {
		want := edge.at(m) * p.board.time(m, 131072, 4096) / p.board.time(m, 65536, 4096)
		if got := beyond.at(m); math.Abs(got/want-1) > 1e-4 {
			t.Errorf("m = %v: %v ns, want %v", m, got, want)
		}
	}
}

// TestReadFromMemory sees that no product takes less than reading its weights
// does, as some of the L40S did in its cache of 96 MB: 2,048 × 3,072 with 32 rows
// was measured at 9.66 µs, and memory gives 12.6 MB in 14.56.
func TestReadFromMemory(t *testing.T) {
	for _, name := range []string{"a100", "h100", "l40s", "rtx-pro-6000"} {
		g, err := catalog{shipped}.gpu(name)
		if err != nil {
			t.Fatal(err)
		}
		f, err := catalog{shipped}.tables(g.Kernels)
		if err != nil {
			t.Fatal(err)
		}
		p, err := readProducts(f, &g, BF16)
		if err != nil {
			t.Fatal(err)
		}
		for at := range p.rows {
			l, _ := p.measured(at)
			for m, y := range l.y {
				if least := 1e9 * 2 * at.n * at.k / g.Bandwidth; y < least {
					t.Fatalf("%s: %v × %v takes %v ns with %v rows, less than %v", name, at.n, at.k, y, l.x.knots[m], least)
				}
			}
		}
		if l, _ := p.measured(size{2048, 3072}); name == "l40s" && math.Abs(l.at(32)-14564) > 1 {
			t.Errorf("%v ns, want 14,564", l.at(32))
		}
	}
}

func TestUndisturbed(t *testing.T) {
	n := math.NaN()
	x := []float64{1, 2, 4, 8}
	for _, c := range []struct {
		name    string
		y, want []float64
		count   int
	}{
		{"as it should be", []float64{10, 11, 20, 40}, []float64{10, 11, 20, 40}, 0},
		{"more than twice what more of it took", []float64{10, 100, 20, 40}, []float64{10, n, 20, 40}, 1},
		{"less than twice", []float64{10, 39, 20, 40}, []float64{10, 39, 20, 40}, 0},
		{"more than twice what half of it took twice", []float64{10, 11, 50, 60}, []float64{10, 11, n, 60}, 1},
		{"the last becomes its bound: twice that of half", []float64{10, 11, 20, 100}, []float64{10, 11, 20, 40}, 1},
		{"the first becomes its bound: that of more", []float64{50, 11, 20, 40}, []float64{11, 11, 20, 40}, 1},
		{"what was not measured bounds nothing", []float64{10, n, 20, 40}, []float64{10, n, 20, 40}, 0},
	} {
		y := slices.Clone(c.y)
		got := undisturbed(x, y)
		if got != c.count || !slices.EqualFunc(y, c.want, func(a, b float64) bool { return a == b || math.IsNaN(a) && math.IsNaN(b) }) {
			t.Errorf("%s: %v with %d disturbed, want %v with %d", c.name, y, got, c.want, c.count)
		}
	}
}
