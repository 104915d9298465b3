package apps

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/coldcurve/coldcurve/experiments/estimate"
	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/sim"
)

// mostGrowth is how far the load grows.
const mostGrowth = 10

// near is how near to where a limit binds the load is that is simulated.
const near = 1.25

// Limits says which limit binds first as the load grows.
type Limits struct {
	List  []Limit // that which binds first is the first; what does not grow with the load is the last
	Tried []Tried // the loads that were simulated, ascending
	Part  string  // of the load that the window is, in words; "": it is all of it
}

// Limit is a limit, and what was asked of it at the load as it is.
type Limit struct {
	results.LimitRecord
	Use       float64 // what is asked ÷ what the limit lets through, of a second or a longer stretch the larger
	Stretched bool    // it is that of the stretch
	Binds     float64 // at so many times the load, if what is asked grows with it; +Inf: nothing is asked
}

// Tried is a load that was simulated.
type Tried struct {
	Load    float64 // times that of the question
	Bound   []Limit // of which as much is asked as they let through, or more
	Nearest Limit
	Errors  float64
	P99     float64
	Month   float64
	Behind  string // what is not kept up with, in words; "": nothing
}

// name says which limit it is.
func (l *Limit) name() string {
	text := l.Of + ": " + l.What
	if l.Second {
		text += " a second"
	}
	if l.Part != "" {
		text += ", by " + l.Part
	}
	return text
}

// passes is how many pass: in a second at once what a bucket that has filled holds, in a
// longer stretch, beside which that is little, what it fills with.
func (l *Limit) passes() float64 {
	if l.Stretched {
		return l.Value * l.Stretch
	}
	return max(l.Value, l.Burst)
}

// asked is how much of it is asked in that time.
func (l *Limit) asked() float64 {
	if l.Stretched {
		return l.Long
	}
	return l.Peak
}

// bound reports whether it holds anything back: that is known of a limit a second, and is so
// of others where all is asked that they let through.
func (l *Limit) bound() bool {
	if l.Second {
		return l.Excess > 0
	}
	return l.Use >= 1
}

// weigh compares what is asked with what passes, in a second and in the longer stretch.
func (l *Limit) weigh() {
	l.Use = l.Peak / l.passes()
	if l.Second && l.Stretch > 1 {
		if use := l.Long / (l.Value * l.Stretch); use > l.Use {
			l.Use, l.Stretched = use, true
		}
	}
	if l.Binds = max(1, 1/l.Use); l.bound() {
		l.Binds = 1
	}
}

// limitsOf are the limits of a run: of each the replication that asked most of it.
func limitsOf(o *outcome) (list []Limit) {
	for _, r := range o.cell.Replications {
		for i, record := range r.Application.Limits {
			if i == len(list) {
				list = append(list, Limit{LimitRecord: record})
			}
			x := &list[i].LimitRecord
			x.Peak, x.Long, x.Excess = max(x.Peak, record.Peak), max(x.Long, record.Long), max(x.Excess, record.Excess)
		}
	}
	for i := range list {
		list[i].weigh()
	}
	return list
}

// limits finds which limit binds first.
func (r *runner) limits(ctx context.Context, base *outcome) (*Limits, error) {
	l := &Limits{List: limitsOf(base), Part: partOfDay(base)}
	slices.SortStableFunc(l.List, func(a, b Limit) int {
		if a.Fixed != b.Fixed {
			if a.Fixed {
				return 1
			}
			return -1
		}
		return cmp.Or(cmp.Compare(a.Binds, b.Binds), cmp.Compare(b.Use, a.Use))
	})
	if len(l.List) == 0 || l.List[0].Fixed {
		return l, nil
	}
	if l.List[0].bound() {
		l.Tried = []Tried{triedOf(1, base)}
		return l, nil
	}
	low, high := 1.0, 0.0 // loads without, and with, a limit that binds
	at := l.List[0].Binds
	for range 5 {
		at = max(1, min(mostGrowth, at))
		o, err := r.run(ctx, fmt.Sprintf("workload.scale=%v", r.q.Load*at))
		if err != nil {
			return nil, err
		}
		t := triedOf(at, o)
		l.Tried = append(l.Tried, t)
		if len(t.Bound) == 0 {
			low = at
		} else if high = at; t.Bound[0].Use <= near {
			break
		}
		switch {
		case high > 0 && high/low <= near, high == 0 && at == mostGrowth:
			at = 0
		case high > 0: // it backs up: the first limit that binds does so earlier
			at = math.Sqrt(low * high)
		default: // what is asked in a second grows more slowly than the load
			at *= max(1.05, t.Nearest.Binds)
		}
		if at == 0 {
			break
		}
	}
	slices.SortFunc(l.Tried, func(a, b Tried) int { return cmp.Compare(a.Load, b.Load) })
	return l, nil
}

// triedOf is what a run at a load says.
func triedOf(at float64, o *outcome) Tried {
	m := measure{o}
	t := Tried{Load: at, Errors: m.column(notWell).Mean, P99: m.column(doneP99).Mean, Month: m.column("cost").Mean, Nearest: Limit{Binds: math.Inf(1)}, Behind: o.cell.NotKeptUp()}
	for _, l := range limitsOf(o) {
		if l.Fixed {
			continue
		}
		if l.bound() {
			t.Bound = append(t.Bound, l)
		}
		if l.Binds < t.Nearest.Binds {
			t.Nearest = l
		}
	}
	slices.SortStableFunc(t.Bound, func(a, b Limit) int { return cmp.Compare(b.Use, a.Use) })
	return t
}

// answer says what binds first, and never that nothing does without what goes wrong.
func (l *Limits) answer() string {
	text := l.first()
	if l.Part != "" {
		text += " " + l.Part
	}
	return text
}

func (l *Limits) first() string {
	if len(l.Tried) == 0 {
		return "Nothing that is asked for more as the load grows has a limit."
	}
	if k := slices.IndexFunc(l.Tried, func(t Tried) bool { return len(t.Bound) > 0 }); k >= 0 {
		at := &l.Tried[k]
		return fmt.Sprintf("The first limit that binds is %s: simulated at %s times the load, %s.", at.Bound[0].name(), estimate.Digits(at.Load, 3), at.Bound[0].holds())
	}
	last := &l.Tried[len(l.Tried)-1]
	upTo := fmt.Sprintf("at %s times", estimate.Digits(last.Load, 3))
	if last.Load == mostGrowth {
		upTo = fmt.Sprintf("up to %d times", mostGrowth)
	}
	text := fmt.Sprintf("None of the limits below binds %s the load, as simulated; the nearest is %s, of which %s are used there", upTo, last.Nearest.name(), estimate.Percent(last.Nearest.Use))
	if last.Errors > 0 {
		text += fmt.Sprintf(". But %s do not end well there, for other reasons", estimate.Percent(last.Errors))
	}
	if last.Behind != "" {
		text += ". But " + last.Behind
	}
	return text + "."
}

// holds says what is asked of it, what passes, and what becomes of the rest.
func (l *Limit) holds() string {
	text := ""
	switch {
	case l.Stretched:
		text = fmt.Sprintf("%s a second are asked of it over its busiest %s s, of which it lets %s a second through", estimate.Digits(l.Long/l.Stretch, 4), estimate.Digits(l.Stretch, 4), estimate.Digits(l.Value, 4))
		if l.Burst > l.Value {
			text += ", after a burst of " + estimate.Digits(l.Burst, 4)
		}
	case l.Second:
		text = fmt.Sprintf("%s are asked of it in its busiest second, of which it lets %s through", estimate.Digits(l.Peak, 4), estimate.Digits(l.passes(), 4))
	default:
		text = fmt.Sprintf("%s are asked of it, of which it lets %s through", estimate.Digits(l.Peak, 4), estimate.Digits(l.Value, 4))
	}
	if l.Excess > 0 {
		text += fmt.Sprintf("; %s were over it in all", estimate.Digits(l.Excess, 4))
	}
	return text + "; what is over it: " + l.Over
}

// partOfDay says that the window is a part of what the load goes through; "": it is not.
func partOfDay(o *outcome) string {
	w := o.plan.Window().Length()
	if !daily(o.plan.Application()) || w%sim.Day == 0 {
		return ""
	}
	return fmt.Sprintf("The load follows the hour of the day, and the window is %s of it, as it is then: --window 24h has the busiest hour too.", estimate.Clock(w))
}

func (l *Limit) binds() string {
	switch {
	case l.Fixed:
		return "not by load"
	case l.bound():
		return "now"
	case math.IsInf(l.Binds, 1):
		return "not asked"
	case l.Binds > mostGrowth:
		return "beyond ×" + fmt.Sprint(mostGrowth)
	}
	return "×" + estimate.Digits(l.Binds, 3)
}

func (l *Limits) part() estimate.Part {
	p := estimate.Part{Heading: "Which limit binds first as the load grows", Lines: []string{l.answer()}, Left: 1, Words: true,
		Table: estimate.Table{Header: []string{"limit", "value", "asked", "used", "binds at", "grade", "what is over it"}}}
	for i := range l.List {
		x := &l.List[i]
		p.Table.Rows = append(p.Table.Rows, []string{x.name(), estimate.Digits(x.Value, 6), x.askedWords(), estimate.Percent(x.Use), x.binds(), dashed(x.Grade), x.Over})
	}
	for i := range l.Tried {
		t := &l.Tried[i]
		p.Small = append(p.Small, fmt.Sprintf("Simulated at ×%s: %s used of %s; %s do not end well, p99 %s, %s a month.", estimate.Digits(t.Load, 3), estimate.Percent(t.Nearest.Use), t.Nearest.name(), estimate.Percent(t.Errors), estimate.Seconds(t.P99), money(t.Month)))
	}
	p.Small = append(p.Small, "Asked: in the busiest second, or at the busiest moment, of any replication, refused and asked again included; of a stream's batches in the mean. It is taken to grow with the load, which is an upper bound where arrivals are independent: the loads that were simulated say what comes. Of a limit a second the busiest second is compared with its burst, which is as large as it, or as the catalogue says, and the busiest stretch that is ten times as long as the burst takes to come back with its rate: what uses more of it stands here. Now: it holds something back at the load as it is. Grades: of values of platforms; those of services and orchestrators stand below.")
	return p
}

func (l *Limits) csv() [][]string {
	rows := [][]string{{"limit", "value", "burst", "asked", "used", "binds_at", "over", "grade"}}
	for i := range l.List {
		x := &l.List[i]
		rows = append(rows, []string{x.name(), exact(x.Value), exact(x.Burst), exact(x.asked()), exact(x.Use), exact(x.Binds), x.Over, x.Grade})
	}
	return rows
}

type limitJSON struct {
	Limit string `json:"limit"`
	Value number `json:"value"`
	Burst number `json:"burst"`
	Asked number `json:"asked"`
	Used  number `json:"used"`
	Binds number `json:"binds_at"`
	Over  string `json:"over"`
	Grade string `json:"grade,omitempty"`
}

type triedJSON struct {
	Load    number   `json:"load"`
	Bound   []string `json:"bound"`
	Nearest string   `json:"nearest"`
	Used    number   `json:"used"`
	Errors  number   `json:"not_well_ratio"`
	P99     number   `json:"p99_s"`
	Month   number   `json:"month"`
}

type limitsJSON struct {
	Limits    []limitJSON `json:"limits"`
	Simulated []triedJSON `json:"simulated"`
}

func (l *Limits) json() *limitsJSON {
	if l == nil {
		return nil
	}
	out := new(limitsJSON)
	for i := range l.List {
		x := &l.List[i]
		out.Limits = append(out.Limits, limitJSON{x.name(), number(x.Value), number(x.Burst), number(x.asked()), number(x.Use), number(x.Binds), x.Over, x.Grade})
	}
	for i := range l.Tried {
		t := &l.Tried[i]
		names := []string{}
		for k := range t.Bound {
			names = append(names, t.Bound[k].name())
		}
		out.Simulated = append(out.Simulated, triedJSON{number(t.Load), names, t.Nearest.name(), number(t.Nearest.Use), number(t.Errors), number(t.P99), number(t.Month)})
	}
	return out
}

// askedWords is what is asked, with the time in which it is.
func (l *Limit) askedWords() string {
	if l.Stretched {
		return estimate.Digits(l.asked(), 4) + " in " + estimate.Digits(l.Stretch, 4) + " s"
	}
	return estimate.Digits(l.asked(), 4)
}
