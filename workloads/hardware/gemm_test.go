package hardware

import (
	"math"
	"slices"
	"testing"
)

func TestLeave(t *testing.T) {
	c := catalog{shipped}
	for _, g := range []string{"a100", "h100", "h200", "l40s", "b200", "rtx-pro-6000"} {
		gpu, _ := c.gpu(g)
		f, err := c.tables(gpu.Kernels)
		if err != nil {
			t.Fatal(err)
		}
		for _, pr := range []string{"bf16", "fp8"} {
			b := f.Find("gemm " + pr)
			if b == nil {
				continue
			}
			r := roofline{gpu.Bandwidth, gpu.FlopsBF16, 2}
			if pr == "fp8" {
				r.flops = gpu.FlopsFP8
				r.bytes = 1
			}
			full, err := newProducts(b, r)
			if err != nil {
				t.Fatal(err)
			}
			for which := range 3 {
				var errs, bil []float64
				bias := 0.0
				for key, l := range full.lines {
					n, k := key[0], key[1]
					if n < 2048 || k < 2048 || n > 12288 || k > 12288 {
						continue
					}
					q := *full
					drop := func(x []float64, v float64) []float64 {
						return slices.DeleteFunc(slices.Clone(x), func(a float64) bool { return a == v })
					}
					if which != 1 {
						q.n = drop(q.n, n)
					}
					if which != 0 {
						q.k = drop(q.k, k)
					}
					got, err := q.line(n, k)
					if err != nil {
						t.Fatal(err)
					}
					for _, m := range []float64{1, 8, 32, 64, 128, 256, 512, 2048, 8192} {
						e := got.at(m)/l.at(m) - 1
						errs = append(errs, math.Abs(e))
						bias += e
						bt := 0.0
						for _, a := range between(q.n, n) {
							for _, bb := range between(q.k, k) {
								lin := func(p []float64, x, at float64) float64 {
									i, f := slices.BinarySearch(p, x)
									if f || i == 0 || i == len(p) {
										return 1
									}
									w := (x - p[i-1]) / (p[i] - p[i-1])
									if at == p[i] {
										return w
									}
									return 1 - w
								}
								o := full.lines[[2]float64{a.at, bb.at}]
								bt += o.at(m) * lin(q.n, n, a.at) * lin(q.k, k, bb.at)
							}
						}
						bil = append(bil, math.Abs(bt/l.at(m)-1))
					}
				}
				t.Logf("%s %s drop %d: median %.1f p90 %.1f max %.0f bias %+.1f | bilinear %.1f %.1f %.0f", g, pr, which, 100*quantile(errs, .5), 100*quantile(errs, .9), 100*quantile(errs, 1), 100*bias/float64(len(errs)), 100*quantile(bil, .5), 100*quantile(bil, .9), 100*quantile(bil, 1))
			}
		}
	}
}
