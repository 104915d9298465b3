package imports

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/traces/logs"
)

// Fill puts what logs show of the functions in place of what was to be filled in:
// durations, memory, errors, initialisations, and the arrivals of triggers that alone
// start a function. Filled says what was, and of how many requests.
func (d *Draft) Fill(p *logs.Profile) {
	took, called := d.match(p), d.targets("call")
	for _, f := range d.functions {
		l := took[f]
		if l == nil {
			d.Filled = append(d.Filled, fmt.Sprintf("function %s: no log is of it", f.name))
			continue
		}
		d.fill(f, l, p, called)
	}
	if len(p.Caveats) > 0 {
		for _, c := range p.Caveats {
			d.note("logs: %s", c)
		}
	}
}

// match finds the log of each function: by its name, or by a longer one that has its
// name in it, as those that CloudFormation gives.
func (d *Draft) match(p *logs.Profile) map[*item]*logs.Function {
	took := map[*item]*logs.Function{}
	scores := map[*item]int{}
	for i := range p.Functions {
		l := &p.Functions[i]
		var best *item
		score := 0
		for _, f := range d.functions {
			if s := likeness(f, l.Name); s > score {
				best, score = f, s
			}
		}
		if best == nil {
			d.note("logs: function %s of the logs is none of the application", l.Name)
			continue
		}
		other := took[best]
		if other != nil && (scores[best]/exact > score/exact || scores[best]/exact == score/exact && other.Requests >= l.Requests) {
			other, l = l, other
		}
		if other != nil {
			d.note("logs: %s has the name of function %s too, and was left out for %s", other.Name, best.name, l.Name)
		}
		took[best], scores[best] = l, score
	}
	return took
}

// exact is the likeness of names that are the same; whole words count half of it.
const exact = 1 << 20

// likeness is how well a name of a log fits a function: 0 not at all, else the more
// of it is the function's name.
func likeness(f *item, name string) int {
	best := 0
	for _, own := range []string{f.source, f.physical, f.name} {
		if own == "" {
			continue
		}
		switch i := strings.Index(strings.ToLower(name), strings.ToLower(own)); {
		case own == name:
			return 2 * exact
		case i < 0 || len(own) < 3:
		case edge(name, i-1) && edge(name, i+len(own)):
			best = max(best, exact+len(own))
		default:
			best = max(best, len(own))
		}
	}
	return best
}

// edge tells whether a word may end at a place of a name.
func edge(s string, i int) bool {
	return i < 0 || i >= len(s) || strings.IndexByte("-_/:.", s[i]) >= 0
}

// measuredLeast is how many durations give more than their least, middle and largest.
const measuredLeast = 20

func (d *Draft) fill(f *item, l *logs.Function, p *logs.Profile, called map[string]bool) {
	var said []string
	h := &l.Warm
	if h.Count() == 0 {
		h = &l.First
	}
	if h.Count() > 0 {
		f.set("service", durations(h), fmt.Sprintf("of %s in the logs", plural(int(h.Count()), "request")))
		said = append(said, fmt.Sprintf("durations of %d requests (p50 %s, p99 %s)", h.Count(), rounded(h.Quantile(0.5)), rounded(h.Quantile(0.99))))
		if uses := f.get("use"); uses != nil {
			d.note("function %s: its durations in the logs contain what it waits for: take that off, or the times of its use count twice", f.name)
		}
	}
	if l.Memory > 0 {
		v := str(spec.Size(l.Memory << 20).String())
		if old := f.get("memory"); old != nil && old.raw != v.raw {
			d.note("function %s: %s in the definition, %s in the logs: that of the logs is written", f.name, old.raw, v.raw)
		}
		f.set("memory", v, "in the logs")
		said = append(said, "memory")
	}
	if rate := f.get("error_rate"); l.Requests > 0 && (l.Errors > 0 || rate == nil || rate.open != "") {
		f.set("error_rate", num(significant(float64(l.Errors)/float64(l.Requests))), fmt.Sprintf("%d of %d in the logs", l.Errors, l.Requests))
		said = append(said, "errors")
	}
	init, what := &l.Init, "initialisations"
	if init.Count() == 0 {
		init, what = &l.Restore, "restores"
	}
	if init.Count() > 0 {
		f.set("init", tableOf(is("runtime", durations(init))), fmt.Sprintf("%d %s in the logs", init.Count(), what))
		said = append(said, fmt.Sprintf("%d %s", init.Count(), what))
	}
	if l.Warm.Count() > 0 && l.First.Count() >= measuredLeast {
		f.set("cold_service", durations(&l.First), fmt.Sprintf("of %d first requests of an instance", l.First.Count()))
	}
	if rate := d.arrivals(f, l, p, called); rate != "" {
		said = append(said, rate)
	}
	if len(said) == 0 {
		said = []string{"nothing that an application needs"}
	}
	d.Filled = append(d.Filled, fmt.Sprintf("function %s from %s: %s", f.name, l.Name, strings.Join(said, ", ")))
}

// durations is a histogram as a distribution of the file: its quantiles.
func durations(h *logs.Histogram) value {
	probabilities := []float64{0, 0.05, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1}
	if h.Count() < measuredLeast {
		probabilities = []float64{0, 0.5, 1}
	}
	values, parts := listOf(), listOf()
	var last sim.Time
	same := true
	for i, q := range probabilities {
		t := h.Quantile(q)
		switch q {
		case 0:
			t = h.Min()
		case 1:
			t = h.Max()
		}
		t = max(t, last)
		same, last = same && (i == 0 || t == last), t
		values.items = append(values.items, str(rounded(t)))
		parts.items = append(parts.items, num(q))
	}
	if same {
		return values.items[0]
	}
	return tableOf(is("dist", str("empirical")), is("values", values), is("probabilities", parts))
}

// rounded writes a time to about three digits, but whole nanoseconds.
func rounded(t sim.Time) string {
	unit := sim.Time(1)
	for t/unit >= 10_000 {
		unit *= 10
	}
	return spec.Duration((t + unit/2) / unit * unit).String()
}

// significant rounds to four digits.
func significant(f float64) float64 {
	r, err := strconv.ParseFloat(strconv.FormatFloat(f, 'g', 4, 64), 64)
	if err != nil {
		return f
	}
	return r
}

// arrivals gives the trigger that alone starts a function the rate of its log. Of
// batches a log shows how many there were, not of how many records.
func (d *Draft) arrivals(f *item, l *logs.Function, p *logs.Profile, called map[string]bool) string {
	if p.Length <= 0 || l.From.IsZero() || called[f.name] {
		return ""
	}
	var only *item
	for _, t := range d.triggers {
		if t.start != f.name {
			continue
		}
		if only != nil {
			return ""
		}
		only = t
	}
	if only == nil || only.get("arrivals") == nil {
		return ""
	}
	rate := float64(l.Requests) / (float64(p.Length) / 1e9)
	text := rateOf(rate)
	for _, kind := range []string{"queue", "stream"} {
		v := only.get(kind)
		if v == nil {
			continue
		}
		if !slices.ContainsFunc(v.fields, func(f field) bool { return f.key == "batch" && f.v.raw == "1" }) {
			only.set("arrivals", tableOf(is("process", str("poisson")), is("rate", ask("records from outside: the logs show "+text+" batches, not how many records are in them"))), "")
			return ""
		}
	}
	only.set("arrivals", tableOf(is("process", str("poisson")), is("rate", str(text))), fmt.Sprintf("%d requests in %s of the logs, %s", l.Requests, spec.Duration(p.Length), p.LengthOf))
	return "arrivals of " + only.name
}

// rateOf writes a rate in the unit in which it is at least one, if there is one.
func rateOf(perSecond float64) string {
	for _, u := range []struct {
		name    string
		seconds float64
	}{{"s", 1}, {"m", 60}, {"h", 3600}, {"d", 86400}} {
		if n := perSecond * u.seconds; n >= 1 || u.name == "d" {
			if n >= 1000 {
				n = math.Round(n)
			}
			return decimal(significant(n)) + "/" + u.name
		}
	}
	return "0/s"
}
