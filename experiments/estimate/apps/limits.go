package apps

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/coldcurve/coldcurve/experiments/estimate"
	"github.com/coldcurve/coldcurve/results"
)

// mostGrowth is how far the load grows.
const mostGrowth = 10

// near is how near to where a limit binds the load is that is simulated.
const near = 1.25

// Limits says which limit binds first as the load grows.
type Limits struct {
	List  []Limit // that which binds first is the first; what does not grow with the load is the last
	Tried []Tried // the loads that were simulated, ascending
}

// Limit is a limit, and what was asked of it at the load as it is.
type Limit struct {
	results.LimitRecord
	Use   float64 // Peak ÷ what the limit lets through
	Binds float64 // at so many times the load, if what is asked grows with it; +Inf: nothing is asked
}

// Tried is a load that was simulated.
type Tried struct {
	Load    float64 // times that of the question
	Bound   []Limit // of which as much is asked as they let through, or more
	Nearest Limit
	Errors  float64
	P99     float64
	Month   float64
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

// passes is how many pass: a bucket that has filled lets its burst through at once.
func (l *Limit) passes() float64 { return max(l.Value, l.Burst) }

// limitsOf are the limits of a run: of each the replication that asked most of it.
func limitsOf(o *outcome) (list []Limit) {
	for _, r := range o.cell.Replications {
		for i, record := range r.Application.Limits {
			if i == len(list) {
				list = append(list, Limit{LimitRecord: record})
			}
			list[i].Peak = max(list[i].Peak, record.Peak)
		}
	}
	for i := range list {
		l := &list[i]
		l.Use = l.Peak / l.passes()
		l.Binds = 1 / l.Use
	}
	return list
}

// limits finds which limit binds first.
func (r *runner) limits(ctx context.Context, base *outcome) (*Limits, error) {
	l := &Limits{List: limitsOf(base)}
	slices.SortStableFunc(l.List, func(a, b Limit) int {
		if a.Fixed != b.Fixed {
			if a.Fixed {
				return 1
			}
			return -1
		}
		return cmp.Compare(a.Binds, b.Binds)
	})
	if len(l.List) == 0 || l.List[0].Fixed {
		return l, nil
	}
	if l.List[0].Use >= 1 {
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
	t := Tried{Load: at, Errors: m.column("error_ratio").Mean, P99: m.column("latency_p99_s").Mean, Month: m.column("cost").Mean, Nearest: Limit{Binds: math.Inf(1)}}
	for _, l := range limitsOf(o) {
		if l.Fixed {
			continue
		}
		if l.Use >= 1 {
			t.Bound = append(t.Bound, l)
		}
		if l.Binds < t.Nearest.Binds {
			t.Nearest = l
		}
	}
	slices.SortStableFunc(t.Bound, func(a, b Limit) int { return cmp.Compare(b.Use, a.Use) })
	return t
}

// answer says what binds first.
func (l *Limits) answer() string {
	if len(l.Tried) == 0 {
		return "Nothing that is asked for more as the load grows has a limit."
	}
	last := &l.Tried[len(l.Tried)-1]
	if k := slices.IndexFunc(l.Tried, func(t Tried) bool { return len(t.Bound) > 0 }); k >= 0 {
		last = &l.Tried[k]
		b := &last.Bound[0]
		return fmt.Sprintf("The first limit that binds is %s: simulated at %s times the load, %s are asked of it, of which it lets %s through; what is over it: %s.",
			b.name(), estimate.Digits(last.Load, 3), estimate.Digits(b.Peak, 4), estimate.Digits(b.passes(), 4), b.Over)
	}
	if last.Load == mostGrowth {
		return fmt.Sprintf("No limit binds up to %d times the load, as simulated; the nearest is %s, of which %s are used there.", mostGrowth, last.Nearest.name(), estimate.Percent(last.Nearest.Use))
	}
	return fmt.Sprintf("No limit binds at %s times the load, as simulated; the nearest is %s, of which %s are used there.", estimate.Digits(last.Load, 3), last.Nearest.name(), estimate.Percent(last.Nearest.Use))
}

func (l *Limit) binds() string {
	switch {
	case l.Fixed:
		return "not by load"
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
		p.Table.Rows = append(p.Table.Rows, []string{x.name(), estimate.Digits(x.Value, 6), estimate.Digits(x.Peak, 4), estimate.Percent(x.Use), x.binds(), dashed(x.Grade), x.Over})
	}
	for i := range l.Tried {
		t := &l.Tried[i]
		p.Small = append(p.Small, fmt.Sprintf("Simulated at ×%s: %s used of %s; %s do not end well, p99 %s, %s a month.", estimate.Digits(t.Load, 3), estimate.Percent(t.Nearest.Use), t.Nearest.name(), estimate.Percent(t.Errors), estimate.Seconds(t.P99), money(t.Month)))
	}
	p.Small = append(p.Small, "Asked: in the busiest second, or at the busiest moment, of any replication, refused and asked again included; of a stream's batches in the mean. It is taken to grow with the load, which is an upper bound where arrivals are independent: the loads that were simulated say what comes. A limit a second lets a burst through that is as large as it, or as the catalogue says. Grades: of values of platforms; those of services and orchestrators stand below.")
	return p
}

func (l *Limits) csv() [][]string {
	rows := [][]string{{"limit", "value", "burst", "asked", "used", "binds_at", "over", "grade"}}
	for i := range l.List {
		x := &l.List[i]
		rows = append(rows, []string{x.name(), exact(x.Value), exact(x.Burst), exact(x.Peak), exact(x.Use), exact(x.Binds), x.Over, x.Grade})
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
	Errors  number   `json:"error_ratio"`
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
		out.Limits = append(out.Limits, limitJSON{x.name(), number(x.Value), number(x.Burst), number(x.Peak), number(x.Use), number(x.Binds), x.Over, x.Grade})
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
