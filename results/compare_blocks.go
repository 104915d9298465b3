package results

import (
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"slices"

	"github.com/coldcurve/coldcurve/internal/spec"
)

// blocksOf is what an experiment's intervals are over, "batches" or "days"; "" is
// replications.
func blocksOf(experiment *spec.Node) string {
	if experiment == nil {
		return ""
	}
	over := experiment.Get("intervals")
	if over == nil {
		return ""
	}
	if text, _ := over.Value().(string); text == "batches" || text == "days" {
		return text
	}
	return ""
}

// readHalves gives the rows of a folder whose intervals are over blocks the half-widths that
// its cells have: the blocks themselves it does not keep.
func (r *readResults) readHalves(dir string) error {
	if blocksOf(r.experiment) == "" {
		return nil
	}
	file, size, err := r.manifest.open(dir, cellsFile)
	if err != nil {
		return err
	}
	defer file.Close() // read only
	table, err := readParquet(file, size)
	if err == nil && (table.column("platform") < 0 || table.column("tariff") < 0) {
		err = errors.New("it lacks the column platform or tariff")
	}
	if err != nil {
		return fmt.Errorf("%s: %w", filepath.Join(dir, cellsFile), err)
	}
	for i := range table.lines {
		row, ok := r.find(table.label(i, table.names))
		if !ok {
			continue
		}
		row.halves = map[string]float64{}
		for m := range metrics {
			row.halves[metrics[m].Name] = nan
			if c := table.column(metrics[m].Name + "_ci95"); c >= 0 {
				row.halves[metrics[m].Name] = table.lines[i][c].number
			}
		}
	}
	return nil
}

// over is what the intervals of its rows are over, "batches" or "days"; "" is replications, as
// of a baseline, which has no other.
func (r *readResults) over() string {
	if slices.ContainsFunc(r.rows, func(row *readRow) bool { return row.halves != nil }) {
		return blocksOf(r.experiment)
	}
	return ""
}

// half is the half-width of a metric's 95 % interval as the row's folder has it; NaN: it has none.
func (r *readRow) half(metric string, own Stat) float64 {
	if r.halves != nil {
		return r.halves[metric]
	}
	return own.Half
}

// apartHalf is the half-width of the interval of the difference of two independent means from
// those of their own intervals, √(a² + b²). Of Student's t it is no narrower than Welch's,
// whose quantile is of as many degrees of freedom as the lesser has, or more. NaN where one
// has none.
func apartHalf(a, b float64) float64 { return math.Sqrt(a*a + b*b) }

// blocksHow says what intervals over blocks are of.
func (c *Comparison) blocksHow() string {
	over := "over " + c.blocks[0]
	switch {
	case c.blocks[0] == c.blocks[1]:
	case c.blocks[0] == "":
		over = "over replications before and over " + c.blocks[1] + " after"
	case c.blocks[1] == "":
		over += " before and over replications after"
	default:
		over += " before and over " + c.blocks[1] + " after"
	}
	how := "intervals of the difference are of each one's own, " + over + ", as of independent runs"
	if c.A.Seed == c.B.Seed && c.A.ModelVersion == c.B.ModelVersion {
		how += ": too wide where both saw the same random numbers"
	}
	if c.blocks[0] == "" && c.A.Replications < 2 || c.blocks[1] == "" && c.B.Replications < 2 {
		return "one replication has no interval, and the other's alone tells of no difference"
	}
	return how + "; bills, the time of instances, maxima and what is not of single requests have none"
}
