package stat_test

import (
	"fmt"

	"github.com/coldcurve/coldcurve/results/stat"
)

// Five replications of a cost: their mean, how far from it the true one may be,
// and how sure it is that it is above 0.
func ExampleInterval() {
	saved := []float64{1.2, 0.4, 0.9, 1.6, 0.4}
	mean, half := stat.Interval(saved, stat.Level)
	fmt.Printf("%.2f ± %.2f, above 0 with %.1f %% certainty\n", mean, half, 100*stat.Positive(saved))
	// Output:
	// 0.90 ± 0.65, above 0 with 99.1 % certainty
}
