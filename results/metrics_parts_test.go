package results

import (
	"math"
	"slices"
	"testing"

	"github.com/cockroachdb/apd/v3"

	"github.com/coldcurve/coldcurve/costmodel"
)

// TestCostsOfParts: two prices of which each has three parts, and a grant that is
// of none; and a bill of which nobody can tell the parts.
func TestCostsOfParts(t *testing.T) {
	line := func(part string, cents int64) costmodel.Line {
		return costmodel.Line{Part: part, Amount: *apd.New(cents, -2)}
	}
	parted := &costmodel.Bill{Lines: []costmodel.Line{
		line("starting", 12), line("serving", 4), line("idle", 60), line("starting", 1), line("serving", 2), line("idle", 3), line("", -50),
	}}
	whole := &costmodel.Bill{Lines: []costmodel.Line{line("", 700)}}
	for name, want := range map[string]float64{"cost_starting": 0.13, "cost_serving": 0.06, "cost_idle": 0.63} {
		m := metrics[metricIndex(name)]
		if got := m.value(&Replication{}, parted); math.Abs(got-want) > 1e-12 {
			t.Errorf("%s = %v, want %v", name, got, want)
		}
		for _, b := range []*costmodel.Bill{whole, nil} {
			if got := m.value(&Replication{}, b); !math.IsNaN(got) {
				t.Errorf("%s of a bill without parts = %v, want none", name, got)
			}
		}
	}
}

// TestColumnsOfParts: the columns are there where a row has them, only there.
func TestColumnsOfParts(t *testing.T) {
	row := func(idle float64) Row {
		values := make([]float64, len(metrics))
		for m := range values {
			values[m] = math.NaN()
		}
		values[metricIndex("cost_idle")] = idle
		return Row{Stats: statsOf([][]float64{values})}
	}
	at := metricIndex("cost_idle")
	if without := metricsOf([]Row{row(math.NaN())}); slices.Contains(without, at) {
		t.Error("a column of what no bill has")
	}
	if with := metricsOf([]Row{row(math.NaN()), row(0)}); !slices.Contains(with, at) {
		t.Error("no column of what a bill has")
	}
}
