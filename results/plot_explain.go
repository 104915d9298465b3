package results

import (
	"fmt"
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/coldcurve/coldcurve/sim"
)

// Figure draws the function that is looked at over time: how many instances its deployment
// has, and below each cold start in the lane of its cause; nil where no function is
// looked at or none of its requests was cold.
func (x *Explanation) Figure() *Figure {
	if x.Look < 0 {
		return nil
	}
	cold := x.Starts()
	instances, _ := x.Instances()
	if len(cold) == 0 {
		return nil
	}
	f := &Figure{Name: "cold-starts", Title: "Why requests were cold",
		Caption: fmt.Sprintf("%s of %s: above, instances there are; below, each cold start by its cause, at the time of its arrival.", oneLine(x.Functions[x.Look].ID()), x.whereText())}
	f.compose = func(k look) drawing { return x.compose(k, cold, instances) }
	return f
}

// lanes are marks of one cause each, from the top down.
type lanes struct {
	causes []sim.ColdCause
	cold   []ColdStart
	per    float64 // units of the axis in an hour
}

// laneColour is a cause's, in the order of causes.
func laneColour(c sim.ColdCause) color.Color { return palette[(int(c)-1)%len(palette)] }

// Plot draws a short stroke for each, so that many at one place are seen as such.
func (l lanes) Plot(c draw.Canvas, p *plot.Plot) {
	tx, ty := p.Transforms(&c)
	for i := range l.cold {
		for row, cause := range l.causes {
			if l.cold[i].Cause != cause {
				continue
			}
			at := tx(float64(l.cold[i].At) / float64(sim.Hour) * l.per)
			c.StrokeLine2(draw.LineStyle{Color: laneColour(cause), Width: vg.Points(0.8)}, at, ty(-float64(row)-0.32), at, ty(-float64(row)+0.32))
		}
	}
}

func (x *Explanation) compose(k look, cold []ColdStart, instances []CurvePoint) drawing {
	hours := func(t sim.Time) float64 { return float64(t) / float64(sim.Hour) }
	unit, per := timeUnit(hours(x.Window.Length()))
	from, to := hours(x.Window.Warmup)*per, hours(x.Window.Horizon)*per

	above := k.newPlot(k.heading("Why requests were cold"), "", "instances")
	addGrid(above)
	var xy plotter.XYs
	top := 0
	for i, pt := range instances {
		if i > 0 {
			xy = append(xy, plotter.XY{X: hours(pt.At) * per, Y: float64(instances[i-1].N)})
		}
		xy = append(xy, plotter.XY{X: hours(pt.At) * per, Y: float64(pt.N)})
		top = max(top, pt.N)
	}
	above.Add(&plotter.Polygon{XYs: []plotter.XYs{append(append(plotter.XYs{{X: from, Y: 0}}, xy...), plotter.XY{X: to, Y: 0})}, Color: palette[5]})
	setEven(&above.X, from, to, k.width)
	setTime(&above.X)
	setEven(&above.Y, 0, max(1, float64(top)*1.06), 0)

	l := lanes{cold: cold, per: per}
	var ticks []plot.Tick
	for _, cause := range causes() {
		if n := x.All[x.Look].Cold[cause]; n > 0 {
			ticks = append(ticks, plot.Tick{Value: -float64(len(l.causes)), Label: fmt.Sprintf("%s: %s", cause, thousands(float64(n)))})
			l.causes = append(l.causes, cause)
		}
	}
	below := k.newPlot("", "time, "+unit, "")
	addGrid(below)
	below.Add(l)
	setEven(&below.X, from, to, k.width)
	setTime(&below.X)
	below.Y.Min, below.Y.Max = -float64(len(l.causes))+0.4, 0.6
	below.Y.Tick.Marker = plot.ConstantTicks(ticks)
	below.Y.Tick.Length = 0

	height := 2*vg.Inch + vg.Length(len(l.causes))*k.lineHeight()*3
	return k.keyed(height, nil, func(c draw.Canvas) {
		canvases := plot.Align([][]*plot.Plot{{above}, {below}}, draw.Tiles{Rows: 2, Cols: 1, PadY: vg.Points(6)}, c)
		above.Draw(canvases[0][0])
		below.Draw(canvases[1][0])
	})
}
