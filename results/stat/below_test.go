package stat

import (
	"math"
	"testing"
)

// TestBelow: by hand, with t(2, 0.975) = 4.303 and t(1, 0.975) = 12.706. Of three
// values with the standard deviation s the half-width is 4.303·s ÷ √3 = 2.484·s.
func TestBelow(t *testing.T) {
	nan := math.NaN()
	tenth := 0.1 // a constant sum would be exact
	for name, c := range map[string]struct {
		x, y []float64
		want bool
	}{
		"one each":            {[]float64{1}, []float64{1.1}, true},
		"one each, dearer":    {[]float64{1.1}, []float64{1}, false},
		"equal":               {[]float64{5, 5, 5}, []float64{5, 5, 5}, false},
		"equal but rounding":  {[]float64{0.3}, []float64{tenth + 0.2}, false},
		"exact":               {[]float64{5, 5, 5}, []float64{5.01, 5.01, 5.01}, true},
		"differences 1, 2, 3": {[]float64{10, 10, 10}, []float64{11, 12, 13}, false}, // 2 ± 2.484
		"differences 2, 3, 4": {[]float64{10, 10, 10}, []float64{12, 13, 14}, true},  // 3 ± 2.484
		// The difference is 1 in each; the mean by itself is 10 ± 2.484.
		"within its own interval":  {[]float64{9, 10, 11}, []float64{10, 11, 12}, false},
		"beyond its own interval":  {[]float64{9, 10, 11}, []float64{12, 13, 14}, true},
		"an undefined replication": {[]float64{1, nan, 1}, []float64{2, 0, 2}, true},
		"one pair of several":      {[]float64{1, nan}, []float64{2, 9}, false},
		"one against several":      {[]float64{1}, []float64{2, 9}, false},
		"nothing defined":          {[]float64{nan}, []float64{1}, false},
	} {
		if got := Below(c.x, c.y); got != c.want {
			t.Errorf("%s: %v below %v: got %v", name, c.x, c.y, got)
		}
	}
}

// TestPairingSaved: by hand. 1, 2, 3 and 11, 12, 13 vary by 1 each and differ by 10 each, so
// that all is saved; 1, 2, 3 and 3, 2, 1 differ by 2, 0, −2 with the variance 4 of 2, twice as
// much; of 0, 2 and 0, 4 (variances 2 and 8) the differences 0, 2 have 2 of 10.
func TestPairingSaved(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		x, y []float64
		want float64
	}{
		{[]float64{1, 2, 3}, []float64{11, 12, 13}, 1},
		{[]float64{1, 2, 3}, []float64{3, 2, 1}, -1},
		{[]float64{0, nan, 2}, []float64{0, 7, 4}, 0.8},
		{[]float64{1, 1}, []float64{2, 2}, nan},
		{[]float64{1}, []float64{2}, nan},
	} {
		if got := PairingSaved(c.x, c.y); !(math.Abs(got-c.want) < 1e-15 || math.IsNaN(got) && math.IsNaN(c.want)) {
			t.Errorf("%v and %v: got %v, want %v", c.x, c.y, got, c.want)
		}
	}
}
