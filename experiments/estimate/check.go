package estimate

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/results/stat"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/traces/logs"
)

// Check sets the simulation of what runs today beside the log: what the other
// plans are worth depends on how well these agree.
type Check struct {
	Plan string     `json:"plan"`
	Rows []CheckRow `json:"rows"`
	// Doubt says where they disagree beyond their intervals and which
	// assumption to look at; empty: nowhere.
	Doubt string `json:"doubt,omitempty"`
	// Elsewhere says why bills are not compared; empty: they are.
	Elsewhere string `json:"bills_not_compared,omitempty"`

	resized []string // functions of several memory sizes
	most    float64  // what of Unseen is seldom passed, s
	// Unseen is the part of a cold start that the simulation has and a log
	// does not show, in seconds: differences up to it are none.
	Unseen float64 `json:"unseen_s"`
	// Currency is that of the costs; empty where the log's bill and the plan's are
	// in two, and not compared.
	Currency string `json:"currency,omitempty"`
}

// CheckRow is one number, as logged and as simulated.
type CheckRow struct {
	Metric    string  `json:"metric"` // a column of the output
	Logged    float64 `json:"logged"`
	Simulated float64 `json:"simulated"`
	Agrees    bool    `json:"agrees"`

	logged, simulated [2]float64 // intervals of 95 %
}

// checked are the quantiles that are compared.
var checked = []struct {
	metric string
	q      float64
}{{"latency_p50_s", 0.5}, {"latency_p90_s", 0.9}, {"latency_p95_s", 0.95}, {"latency_p99_s", 0.99}}

// check compares the plan that stands for what runs today with the log; nil
// where there is no such plan, or nothing to compare it with.
func (in *Input) check(plans []Plan) *Check {
	if in.Log == nil || in.Today == nil || in.Today.Profile == nil {
		return nil
	}
	i := slices.IndexFunc(plans, func(p Plan) bool { return p.configured })
	if i < 0 {
		return nil
	}
	p, log := &plans[i], in.Today.Profile
	c := &Check{Plan: p.Name, Unseen: p.unseen, most: p.mostUnseen}
	for i := range in.Functions {
		if f := &in.Functions[i]; f.seen.resized != 1 {
			c.resized = append(c.resized, f.Name)
		}
	}
	if p.placed != "" {
		c.Elsewhere = fmt.Sprintf("Bills are not compared: the log was billed by %s, the plan is by %s.", in.Today.Tariff, p.placed)
	}
	// The log's bill is exact; bills that differ by half a per cent, or less
	// than a cent, do not differ.
	if total, currency := in.Rates.In(&in.Today.Bill.Total, in.Today.Bill.Currency); currency == p.Currency && p.placed == "" {
		bill := costmodel.Float(total)
		c.Currency = currency
		c.add("cost", bill, [2]float64{bill - max(0.005*bill, 0.005), bill + max(0.005*bill, 0.005)}, p, 0)
	}
	mostCold := p.stat("cold_ratio")
	if known := log.Requests - log.Missing.Cold; known > 0 {
		cold := int64(0)
		for i := range log.Functions {
			cold += log.Functions[i].Cold
		}
		low, high := stat.Proportion(cold, known, stat.Level)
		c.add("cold_ratio", float64(cold)/float64(known), [2]float64{low, high}, p, 0)
		mostCold = max(mostCold, high)
	}
	if n := float64(log.Latency.Count()); n > 0 {
		for _, m := range checked {
			half := stat.Normal((1+stat.Level)/2) * math.Sqrt(m.q*(1-m.q)/n)
			unseen := 0.0
			if 1-m.q <= mostCold { // else no cold request is at this quantile
				unseen = c.most
			}
			at := func(q float64) float64 {
				return float64(log.Latency.Quantile(min(1, max(0, q)))) / float64(sim.Second)
			}
			c.add(m.metric, at(m.q), [2]float64{at(m.q-half) * (1 - logs.Resolution), at(m.q+half) * (1 + logs.Resolution)}, p, unseen)
		}
	}
	c.Doubt = c.doubt()
	return c
}

// add compares a number. What the plan has beyond the log may be unseen there.
func (c *Check) add(metric string, logged float64, interval [2]float64, p *Plan, unseen float64) {
	s := p.Stats[metric]
	half := s.Half
	if math.IsNaN(half) {
		half = 0
	}
	if strings.HasPrefix(metric, "latency") {
		half += 0.008 * s.Mean // of the histogram
	}
	r := CheckRow{Metric: metric, Logged: logged, Simulated: s.Mean, logged: interval, simulated: [2]float64{s.Mean - half, s.Mean + half}}
	r.Agrees = r.simulated[0]-unseen <= interval[1] && interval[0] <= r.simulated[1]
	c.Rows = append(c.Rows, r)
}

// doubt names the first disagreement: what is cold decides the others.
func (c *Check) doubt() string {
	row := func(name string) *CheckRow {
		i := slices.IndexFunc(c.Rows, func(r CheckRow) bool { return r.Metric == name && !r.Agrees })
		if i < 0 {
			return nil
		}
		return &c.Rows[i]
	}
	say := func(r *CheckRow, what, look string) string {
		return fmt.Sprintf("The simulation of what runs today does not agree with the log: %s is %s there and %s here. Before you trust the plans, look at %s.",
			what, checkText(r.Metric, r.Logged), checkText(r.Metric, r.Simulated), look)
	}
	if len(c.resized) > 0 && slices.ContainsFunc(c.Rows, func(r CheckRow) bool { return !r.Agrees && r.Metric != "cold_ratio" }) {
		sizes := fmt.Sprintf("The log has several memory sizes of %s, and each function is simulated with that of its most requests all the time: bills and latencies of both differ for that.",
			strings.Join(c.resized[:min(3, len(c.resized))], ", ")+more(len(c.resized)-3))
		if row("cold_ratio") == nil {
			return sizes
		}
		c.resized = nil
		return sizes + " " + c.doubt()
	}
	if r := row("cold_ratio"); r != nil {
		if r.Simulated < r.Logged {
			return say(r, "the share of cold requests", "the keep-alive window: instances seem to be gone sooner than it says, or the log is of several versions, regions or accounts that share none")
		}
		return say(r, "the share of cold requests", "the keep-alive window: instances seem to stay for longer than it says, or requests of others kept them warm")
	}
	for _, m := range checked {
		if r := row(m.metric); r != nil {
			return say(r, "the "+strings.TrimSuffix(strings.TrimPrefix(m.metric, "latency_"), "_s"), "the initialisation, and at limits that let requests wait")
		}
	}
	if r := row("cost"); r != nil {
		return say(r, "the bill", "the rules of the log's day against those of today, memory sizes that changed, and failed initialisations")
	}
	return ""
}

// checkText writes a number of a check.
func checkText(metric string, x float64) string {
	if metric == "cost" {
		return Money(x)
	}
	return valueText(metric, "", x)
}

func (c *Check) write(b *strings.Builder) {
	if c == nil {
		return
	}
	fmt.Fprintf(b, "As logged, and as %s simulates it:\n", c.Plan)
	t := &results.TextTable{Indent: "  ", Right: []bool{false, true}}
	t.Add(checkHeader...)
	for _, row := range c.table() {
		t.Add(row...)
	}
	b.WriteString(t.String())
	for _, text := range []string{c.UnseenText(), c.Elsewhere} {
		if text != "" {
			fmt.Fprintf(b, "  %s\n", text)
		}
	}
	b.WriteString("\n")
}

// UnseenText says what a cold request is simulated with beyond the log.
func (c *Check) UnseenText() string {
	if c.Unseen == 0 {
		return ""
	}
	return fmt.Sprintf("Cold requests are simulated with the sandbox's start, about %s, which the log does not show.", Seconds(c.Unseen))
}

var checkHeader = []string{"", "logged", "simulated", "difference", ""}

func (c *Check) table() (rows [][]string) {
	for _, r := range c.Rows {
		agrees := "agrees"
		if !r.Agrees {
			agrees = "does not agree"
		}
		sign := "+"
		if r.Simulated < r.Logged {
			sign = "−"
		}
		rows = append(rows, []string{c.name(r.Metric), checkText(r.Metric, r.Logged), checkText(r.Metric, r.Simulated),
			sign + checkText(r.Metric, math.Abs(r.Simulated-r.Logged)), agrees})
	}
	return rows
}

// name is a column's name for people.
func (c *Check) name(metric string) string {
	switch metric {
	case "cost":
		return "bill, " + c.Currency
	case "cold_ratio":
		return "cold"
	}
	return strings.TrimSuffix(strings.TrimPrefix(metric, "latency_"), "_s")
}

// unseen is the mean of what comes before the first function's own
// initialisation, and what of it is passed by one request of a thousand, ns.
func (s *subject) unseen() (sum, most float64) {
	for _, p := range s.platform.Sim.Init {
		if p.Phase < sim.PhaseRuntime {
			sum += mean(p.Duration)
			most += float64(p.Duration.Sample(0.999))
		}
	}
	return sum, most
}
