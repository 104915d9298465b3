package experiments

import (
	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// day is the period of a diurnal process that states none.
const day = spec.Duration(sim.Day)

// warnOfPeriods warns of triggers whose rate goes up and down over a period of which the
// window is no whole number, where the bill makes a month of it: the month would have the
// rate of that part of the period.
func (p *Plan) warnOfPeriods(pt *point, window sim.Window) {
	if p.span != costmodel.SpanMonth {
		return
	}
	for _, t := range items(pt.workload.Application.Get("trigger")) {
		if process, _ := t.Get("arrivals", "process").Value().(string); process != "diurnal" {
			continue
		}
		period := day
		if text, ok := t.Get("arrivals", "period").Value().(string); ok {
			if err := period.UnmarshalText([]byte(text)); err != nil || period <= 0 {
				continue // the process refuses it
			}
		}
		if window.Length()%sim.Time(period) != 0 {
			p.warnOf(pt, "trigger %s: its rate follows a period of %s, of which the window of %s is no whole number: a month's bill takes the rate of the window for that of the month",
				nameOf(t), period, spec.Duration(window.Length()))
		}
	}
}
