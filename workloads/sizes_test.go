package workloads

import (
	"math"
	"testing"

	"github.com/coldcurve/coldcurve/internal/spec"
)

func decodeBytes(t *testing.T, text string) (Bytes, error) {
	t.Helper()
	root, err := spec.Parse("x.toml", []byte("v = "+text))
	if err != nil {
		t.Fatal(err)
	}
	var b Bytes
	return b, root.Get("v").Decode(&b)
}

// TestSizes: quantiles by closed forms, in bytes; KB is 1024.
func TestSizes(t *testing.T) {
	for _, c := range []struct {
		text  string
		u     float64
		want  float64
		mean  float64
		least int64
		most  int64
	}{
		{`"2KB"`, 0.3, 2048, 2048, 2048, 2048},
		{`{ dist = "constant", value = "3MB" }`, 0.9, 3 << 20, 3 << 20, 3 << 20, 3 << 20},
		{`{ dist = "exponential", mean = "1KB" }`, 1 - 1/math.E, 1024, 1024, 0, maxSize},
		{`{ dist = "lognormal", median = "2KB", sigma = 0.5, most = "1MB" }`, 0.5, 2048, 2048 * math.Exp(0.125), 0, 1 << 20},
		{`{ dist = "lognormal", median = "2KB", sigma = 0.5, most = "1MB" }`, 1 - 1e-15, 2048 * math.Exp(0.5*7.9413), 2048 * math.Exp(0.125), 0, 1 << 20}, // the score of 1 − 10⁻¹⁵ is 7.9413
		{`{ dist = "lognormal", median = "2KB", sigma = 0.5, least = "1KB", most = "4KB" }`, 0.99, 4096, 2048 * math.Exp(0.125), 1024, 4096},
		{`{ dist = "lognormal", median = "2KB", sigma = 0.5, least = "1KB", most = "4KB" }`, 0.01, 1024, 2048 * math.Exp(0.125), 1024, 4096},
		{`{ dist = "lognormal", mean = "2KB", sigma = 1 }`, 0.5, 2048 / math.Exp(0.5), 2048, 0, maxSize},
		{`{ dist = "uniform", least = "1KB", most = "3KB" }`, 0.5, 2048, 2048, 1024, 3072},
		{`{ dist = "uniform", most = "2KB" }`, 0.25, 512, 1024, 0, 2048},
		{`{ dist = "pareto", scale = "1KB", shape = 2 }`, 0.75, 2048, 2048, 0, maxSize},
		{`{ dist = "gamma", mean = "1KB", cv = 1 }`, 1 - 1/math.E, 1024, 1024, 0, maxSize},
		{`{ dist = "weibull", mean = "1KB", cv = 1 }`, 1 - 1/math.E, 1024, 1024, 0, maxSize},
		{`{ dist = "empirical", values = ["1KB", "5KB", "3KB"] }`, 0.5, 3072, 3072, 1024, 5120},
		{`{ dist = "empirical", values = ["1KB", "3KB"], probabilities = [0, 1] }`, 0.5, 2048, 2048, 1024, 3072},
	} {
		b, err := decodeBytes(t, c.text)
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		if got := float64(b.Sample(c.u)); math.Abs(got/c.want-1) > 0.01 {
			t.Errorf("%s: Sample(%v) = %v, want %v", c.text, c.u, got, c.want)
		}
		if got := b.Mean(); math.Abs(got/c.mean-1) > 1e-3 {
			t.Errorf("%s: the mean is %v, want %v", c.text, got, c.mean)
		}
		if b.Least() != c.least || b.Most() != c.most {
			t.Errorf("%s: from %d to %d, want %d to %d", c.text, b.Least(), b.Most(), c.least, c.most)
		}
	}
}

// TestSizesRefused: what is no distribution of sizes is refused, with what is wanted.
func TestSizesRefused(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{`2048`, `x.toml:1: v: found 2048, want a size such as "2KB" or a table such as { dist = "lognormal", median = "2KB", sigma = 0.5 }`},
		{`"2 apples"`, `x.toml:1: v: found "2 apples", want a size such as "512MB"`},
		{`{ dist = "lognormal", sigma = 1 }`, `x.toml:1: v: want either median or mean`},
		{`{ dist = "lognormal", median = "1KB", mean = "2KB", sigma = 1 }`, `x.toml:1: v: want either median or mean`},
		{`{ dist = "lognormal", median = "0B", sigma = 1 }`, `x.toml:1: v: median is 0B, want it above 0 and at most 262144TB`},
		{`{ dist = "lognormal", median = "1KB", sigma = 21 }`, `x.toml:1: v: sigma is 21, want 0 … 20`},
		{`{ dist = "exponential", mean = "1KB", least = "2KB", most = "1KB" }`, `x.toml:1: v: sizes go from 2KB to 1KB, want least ≤ most ≤ 262144TB`},
		{`{ dist = "uniform", least = "2KB", most = "1KB" }`, `x.toml:1: v: sizes go from 2KB to 1KB, want least ≤ most ≤ 262144TB`},
		{`{ dist = "empirical", values = ["2KB", "1KB"], probabilities = [0, 1] }`, `x.toml:1: v: value 2 is 1KB after 2KB, want none below the one before`},
		{`{ dist = "empirical", values = [] }`, `x.toml:1: v: no values, want at least one`},
		{`{ dist = "lognorml", median = "1KB" }`, `x.toml:1: v.dist: unknown distribution of sizes "lognorml"; did you mean "lognormal"?`},
	} {
		if _, err := decodeBytes(t, c.text); err == nil || err.Error() != c.want {
			t.Errorf("%s: %v, want %s", c.text, err, c.want)
		}
	}
	for _, e := range Sizes() {
		if e.Help == "" || len(e.Params) == 0 {
			t.Errorf("%s has no help or no keys", e.Name)
		}
	}
}
