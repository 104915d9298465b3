package results

import "testing"

// Where nothing of a trigger has ended well, as in an outage, its p99 is not known; the
// axis still holds the largest that is: 5 s, of which a line would else leave the plot.
func TestErrorsAxisHoldsTheLargest(t *testing.T) {
	p := &errorsPlot{hours: [2]float64{0, 1}, courses: []meanCourse{
		{hours: []float64{0, 0.5, 1}, p99: []float64{0.2, 5, 0.2}},
		{hours: []float64{0, 0.5, 1}, p99: []float64{0.3, nan, nan}},
	}}
	drawn := p.panel(ScreenSize.look(), "", "p99, s", 60, 1, func(c *meanCourse) []float64 { return c.p99 })
	if drawn.Y.Max < 5 {
		t.Errorf("the axis ends at %v, want 5 or more", drawn.Y.Max)
	}
}
