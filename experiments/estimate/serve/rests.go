package serve

import (
	"fmt"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/experiments/estimate"
	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/sim"
)

// rests says in a few words how well what a plan rests on is attested, and in notes
// all there is to say.
func (r *runner) rests(c *choice, l *load, row *results.Row) (words string, notes []string) {
	words = "price " + priceGrade(c.tariff)
	if c.kind == API {
		if c.offer.alike != "" {
			notes = append(notes, fmt.Sprintf("It does not offer the model: you named %s as good as it (--alike).", c.offer.alike))
		}
		grade := r.q.ways.API.Grade
		if r.q.apiGiven {
			grade = "given"
		}
		return words + ", times " + grade, append(notes, c.tariff.Notes...)
	}
	e := c.engine
	steps := "steps " + e.grade
	if e.band.Known() {
		steps += fmt.Sprintf(" ±%.0f %%", 100*e.band.Median)
	} else {
		steps += ", error not known"
	}
	words += ", " + steps
	if s, _ := row.Stat("extrapolated_ratio"); s.Mean > 0.005 {
		words += fmt.Sprintf(", %.0f %% extrapolated", 100*s.Mean)
	}
	if c.fixed == 0 {
		init := r.q.init(c)
		words += ", start " + r.q.start.grade()
		notes = append(notes, fmt.Sprintf("An instance is ready in %s: %s; it takes %s at a time, and stays %s.", estimate.Clock(startTime(init)), phases(init), requestWord(e.abreast(l, r.q.SLO)), c.stays()), routed)
	}
	if s, ok := row.Stat("cold_starts"); c.starts() && ok && s.Mean == 0 {
		notes = append(notes, "At this load none of its instances stops and none starts: it costs what instances that always run do.")
	}
	notes = append(notes, c.provider.Notes...)
	notes = append(notes, e.notes...)
	return words, append(notes, c.tariff.Notes...)
}

func requestWord(n int) string {
	if n == 1 {
		return "one request"
	}
	return fmt.Sprintf("%d requests", n)
}

// priceGrade is the worst grade of a tariff's prices that a run is billed by.
func priceGrade(t *costmodel.Tariff) string {
	worst := "A"
	for i := range t.Prices {
		p := &t.Prices[i]
		if p.Fixed || p.Supplied && t.Kind != "model" {
			continue
		}
		for _, tier := range p.Tiers {
			worst = max(worst, tier.Grade)
		}
	}
	return worst
}

// starts are the assumptions on starts of instances, of the plans that have such.
func (r *runner) starts(plans []Plan) (out []estimate.Assumption) {
	least, most := sim.Longest, sim.Time(0)
	for i := range plans {
		if c := &plans[i].choice; c.kind != API && c.fixed == 0 {
			t := startTime(r.q.init(c))
			least, most = min(least, t), max(most, t)
		}
	}
	if most > 0 {
		out = append(out, estimate.Assumption{Name: "start of an instance", Low: estimate.Clock(least), Likely: estimate.Clock(least), High: estimate.Clock(most), Basis: r.q.start.basis()})
	}
	for i := range plans {
		if plans[i].Kind != API {
			continue
		}
		basis := fmt.Sprintf("grade %s: %s", r.q.ways.API.Grade, r.q.ways.API.Source)
		if r.q.apiGiven {
			basis = "given"
		}
		ms := func(s sim.Sampler, u float64) string { return estimate.Clock(s.Sample(u)) }
		out = append(out,
			estimate.Assumption{Name: "TTFT of APIs: p10, p50, p90", Low: ms(r.q.apiTTFT, 0.1), Likely: ms(r.q.apiTTFT, 0.5), High: ms(r.q.apiTTFT, 0.9), Basis: basis},
			estimate.Assumption{Name: "TPOT of APIs: p10, p50, p90", Low: ms(r.q.apiTPOT, 0.1), Likely: ms(r.q.apiTPOT, 0.5), High: ms(r.q.apiTPOT, 0.9), Basis: basis})
		break
	}
	return out
}
