package experiments

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
)

// The plot of errors over time has room for every row, whatever the window of the last:
// beside one of half an hour, one of three is drawn in hours.
func TestErrorsOverTimeOfAllWindows(t *testing.T) {
	for _, horizons := range []string{`["3h", "30m"]`, `["30m", "3h"]`} {
		app := strings.Replace(measuredThere, `service = "100ms"`, `service = "100ms", error_rate = 0.5`, 1)
		p, err := workPlan(t, app, strings.Replace(measuredExperiment, "plots = []", `plots = ["errors"]`, 1), "sweep.grid.\"workload.horizon\"="+horizons)
		if err != nil {
			t.Fatal(err)
		}
		dir := filepath.Join(t.TempDir(), "out")
		if _, err := p.Run(context.Background(), RunOptions{Dir: dir, Workers: 1}); err != nil {
			t.Fatal(err)
		}
		if svg := read(t, filepath.Join(dir, "plots", "errors.svg")); !strings.Contains(svg, "time of arrival, h<") {
			t.Errorf("horizons %s: the axis is not in hours", horizons)
		}
	}
}
