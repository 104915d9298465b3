package results

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/results/stat"
)

// sampled are the samples of the set's blocks; nil: intervals are over replications.
func (s *Set) sampled() *samples {
	for i := range s.Cells {
		for _, r := range s.Cells[i].Replications {
			return r.blockSamples()
		}
	}
	return nil
}

// overWords is what intervals are over, in two words.
func (s *Set) overWords() string {
	switch b := s.sampled(); {
	case b == nil:
		return "over replications"
	case b.days > 0:
		return "over days"
	}
	return "over batches"
}

// covers says what the intervals of the rows are and what they cover; "" where no row has one.
func (s *Set) covers(rows []Row) string {
	has, n := false, 0
	for i := range rows {
		n = max(n, rows[i].Replications)
		has = has || slices.ContainsFunc(rows[i].Stats, func(s Stat) bool { return !math.IsNaN(s.Half) })
	}
	if !has {
		return ""
	}
	switch b := s.sampled(); {
	case b == nil && len(s.Manifest.Traces) > 0:
		return fmt.Sprintf("95 %% intervals: Student's t over %d replications. They cover what is random in the model given this trace, and not another day's; maxima have none"+binnedWords, n)
	case b == nil:
		return fmt.Sprintf("95 %% intervals: Student's t over %d replications. They cover what is random in the model, the load too; maxima have none"+binnedWords, n)
	case b.days > 0:
		return fmt.Sprintf("95 %% intervals: bootstrap over the %d days of the window, %d resamples of whole days. They cover another stretch of such days, weekdays and weekends taken as alike; maxima, bills, the time of instances and what is not of single requests have none"+binnedWords, b.days, dayResamples)
	}
	b := s.sampled()
	return fmt.Sprintf("95 %% intervals: Student's t over %d batches of %s of one run. They cover what is random in the model, the load too, as far as batches do not depend on each other, of which only a strong dependence is surely found and said; maxima, bills, the time of instances and what is not of single requests have none"+binnedWords, b.blocks, spec.Duration(b.length))
}

// binnedWords say what an interval of a quantile has besides, in a format.
const binnedWords = "; those of quantiles are wider by 0.8 %% of these, to within which they are read"

// watchedBatches are the columns of which it is told where batches depend on each other.
var watchedBatches = []string{"cold_ratio", "latency_mean_s", "latency_p50_s", "latency_p99_s"}

// dependent says of which rows and columns batches depend on each other; "" of none.
func (s *Set) dependent(rows []Row) string {
	if b := s.sampled(); b == nil || b.days > 0 {
		return ""
	}
	var words []string
	n := 0
	for i := range rows {
		for _, column := range watchedBatches {
			x, _ := rows[i].Stat(column)
			if n = len(x.blocks); n < 2 {
				continue
			}
			if r := stat.Lag1(x.blocks); r > stat.Lag1Most(n) {
				words = append(words, fmt.Sprintf("%s of %s (%.2f)", column, oneLine(rowName(&rows[i])), r))
			}
		}
	}
	if words == nil {
		return ""
	}
	return fmt.Sprintf("batches depend on the one before in %s: of independent ones the correlation is above %.2f once in a hundred times. These intervals are too narrow; want a longer horizon, or fewer batches", strings.TrimSpace(someOf(words, 0)), stat.Lag1Most(n))
}

// fewestBeyond is how many requests of a batch are to be beyond a quantile of theirs. Of k
// beyond it the quantile of a batch is biased: of an exponential tail, of which the k-th
// largest of n has the expectation Σ 1/i over i = k+1 … n (Rényi 1953), it is short of
// ln(n ÷ k) by 1/(2k), of its own deviation of 1/√k the part 1/(2√k). With ten that is 16 %;
// with none beyond it the batch's quantile is its largest value, whatever the tail.
const fewestBeyond = 10

// thin says which quantiles the batches hold too few requests for, and how many each of them
// wants; "" of none.
func (s *Set) thin(rows []Row) string {
	fewest, has := uint64(math.MaxUint64), false
	for i := range s.Cells {
		for _, r := range s.Cells[i].Replications {
			if b := r.blockSamples(); b != nil && b.days == 0 {
				fewest, has = min(fewest, b.fewest), true
			}
		}
	}
	var words []string
	for _, m := range blockMetrics {
		want := math.Ceil(fewestBeyond/min(m.quantile, 1-m.quantile) - 1e-6) // 10 ÷ 0.001 is 10,000
		if m.quantile > 0 && has && float64(fewest) < want && slices.ContainsFunc(rows, func(r Row) bool { s, _ := r.Stat(m.column); return !math.IsNaN(s.Half) }) {
			words = append(words, fmt.Sprintf("%s (want %s)", m.column, thousands(want)))
		}
	}
	if words == nil {
		return ""
	}
	return fmt.Sprintf("batches of as few as %s are too small for their quantiles: %s. Fewer than %d requests of a batch are beyond these, so that its quantile is biased, and these intervals cover nothing that is known; want a longer horizon, or fewer batches",
		plural(int(fewest), "completed request", "completed requests"), strings.Join(words, ", "), fewestBeyond)
}
