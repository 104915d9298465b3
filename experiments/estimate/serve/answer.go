package serve

import (
	"fmt"
	"strings"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/experiments/estimate"
	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/results/stat"
)

// answer says first what to buy, at what price, and how sure that is.
func (e *Estimate) answer() string {
	best := &e.Plans[0]
	if !best.sound() {
		return upper(e.Unserved()) + "."
	}
	text := fmt.Sprintf("Buy %s (%s): %s a month", best.Name, best.Setting, amount(best))
	if best.Low.Cmp(&best.High) != 0 {
		text += fmt.Sprintf(", %s to %s at the ends of what is guessed", costmodel.Cents(&best.Low), costmodel.Cents(&best.High))
	}
	text += ", with " + e.kept(best) + doubt(best) + "."
	return text + " " + e.sure(best)
}

// doubt is how a plan misses what is assumed where nobody gave a bound; empty where
// it does not.
func doubt(p *Plan) string {
	if p.Beyond == "" {
		return ""
	}
	return " (" + p.Beyond + ")"
}

func amount(p *Plan) string { return costmodel.Cents(&p.Total) + " " + p.Bill.Currency }

// kept is how the plan stands to the bounds that were asked for, or how fast it is.
func (e *Estimate) kept(p *Plan) string {
	var parts []string
	for _, o := range e.SLO {
		if s := p.Row.Bounded(o.Metric); !o.Implied() {
			parts = append(parts, fmt.Sprintf("a %s of %s against %s", metricWords(o.Metric), valueText(o.Metric, s.Mean), limitWords(o, p.Bill.Currency)))
		}
	}
	if len(parts) == 0 {
		return fmt.Sprintf("the first token after %s in the median and %s at p99", estimate.Seconds(p.value("ttft_p50_s")), estimate.Seconds(p.value("ttft_p99_s")))
	}
	return strings.Join(parts, " and ")
}

// valueText writes a value of a column as tables have it.
func valueText(metric string, x float64) string {
	for _, m := range results.Metrics() {
		if m.Name == metric && m.Unit == "s" {
			return short(x)
		}
		if m.Name == metric && m.Unit == "1" {
			return estimate.Percent(x)
		}
	}
	return estimate.Digits(x, 4)
}

// sure says how sure the choice is: the next plan of another kind, and what the
// numbers rest on.
func (e *Estimate) sure(best *Plan) string {
	var parts []string
	for i := range e.Plans[1:] {
		p := &e.Plans[i+1]
		if !p.sound() || p.Kind == best.Kind || p.Bill.Currency != best.Bill.Currency {
			continue
		}
		text := fmt.Sprintf("the cheapest of another kind, %s, is %s", p.Name, amount(p)+doubt(p))
		if !stat.Below(best.totals(), p.totals()) {
			text += ", which chance alone may turn around"
		}
		parts = append(parts, text)
		break
	}
	parts = append(parts, "it rests on "+best.Rests)
	if best.Kind == API && strings.Contains(best.Rests, "times U") {
		parts = append(parts, "no times of such an interface are known, those taken are an assumption: measure yours before you buy")
	}
	text := "How sure: " + strings.Join(parts, "; ") + "."
	if best.Kind == API {
		if own := e.own(); own != nil {
			text += fmt.Sprintf(" On GPUs of one's own choice: %s, %s.", own.Name, amount(own)+" a month"+doubt(own))
		}
	}
	return text
}

// own is the cheapest plan on GPUs that serves; nil where none does.
func (e *Estimate) own() *Plan {
	for i := range e.Plans {
		if p := &e.Plans[i]; p.sound() && p.Kind != API {
			return p
		}
	}
	return nil
}
