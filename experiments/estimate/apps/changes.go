package apps

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/experiments/estimate"
	"github.com/coldcurve/coldcurve/internal/fault"
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/results/stat"
)

// Change is the application as it would be, run with the same random numbers.
type Change struct {
	Name     string
	Sets     []string // path=value
	Month    Mean
	Saving   Mean // paired by replication; below 0: it costs more
	Each     float64
	P50, P99 float64
	Errors   float64
	Meets    results.Verdict
	Note     string
}

// LeftOut is a change that does not apply.
type LeftOut struct {
	Name   string `json:"name"`
	Reason string `json:"reason"`
}

// change is one that is tried.
type change struct {
	name   string
	sets   []string
	note   string
	reason string // why it is not tried; "": it is
	region string // where something goes; "": nothing goes anywhere
}

// changes runs what is asked for, the largest saving first.
func (r *runner) changes(ctx context.Context, base *outcome) (done []Change, left []LeftOut, err error) {
	watch := r.watch
	r.watch = false
	defer func() { r.watch = watch }()
	var all []change
	if r.q.WhatIf {
		if all, err = r.known(base); err != nil {
			return nil, nil, err
		}
	}
	for _, text := range r.q.Changes {
		all = append(all, change{name: text, sets: strings.Split(text, " and ")})
	}
	for _, c := range all {
		if c.reason == "" {
			o, failed := r.run(ctx, c.sets...)
			switch {
			case ctx.Err() != nil:
				return nil, nil, ctx.Err()
			case failed != nil && slices.Contains(r.q.Changes, c.name):
				return nil, nil, failed // who wrote it wants to know
			case failed != nil && fault.Machine(failed):
				return nil, nil, failed
			case failed != nil:
				c.reason = reasonOf(failed)
			default:
				if c.region != "" {
					c.note = joined(c.note, foreignPrices(o.plan.Assumptions(), c.region))
				}
				x := compared(c, base, o)
				if x.Saving.Mean != 0 || x.P99 != base.stat(doneP99).Mean || x.P50 != base.stat(doneP50).Mean || x.Errors != base.stat(notWell).Mean {
					done = append(done, x)
					continue
				}
				c.reason = "it changes neither cost nor times"
				if c.note != "" {
					c.reason += " (" + c.note + ")"
				}
			}
		}
		left = append(left, LeftOut{c.name, c.reason})
	}
	slices.SortStableFunc(done, func(a, b Change) int {
		switch {
		case a.Saving.Mean > b.Saving.Mean:
			return -1
		case a.Saving.Mean < b.Saving.Mean:
			return 1
		}
		return 0
	})
	return done, left, nil
}

// joined are two notes, each of which may be empty.
func joined(a, b string) string { return strings.Trim(a+"; "+b, "; ") }

// reasonOf is what an error says of a change, without the path that was set.
func reasonOf(err error) string {
	text, _, _ := strings.Cut(err.Error(), "\n")
	if strings.HasPrefix(text, "--set ") {
		if _, after, ok := strings.Cut(text, ": "); ok {
			text = after
		}
	}
	return text
}

// compared sets a run beside the base.
func compared(c change, base, o *outcome) Change {
	m := measure{o}
	was, is := base.stat("cost").Values, o.stat("cost").Values
	var saved []float64
	for i := range is {
		saved = append(saved, stat.RoundOff(was[i]-is[i], was[i]))
	}
	return Change{Name: c.name, Sets: c.sets, Month: m.column("cost"), Saving: meanOf(saved), Each: m.column("cost_per_event").Mean, P50: m.column(doneP50).Mean, P99: m.column(doneP99).Mean,
		Errors: m.column(notWell).Mean, Meets: o.row.Meets, Note: c.note}
}

// key writes a name as a path has it.
func key(name string) string {
	if strings.ContainsAny(name, ". ") {
		return `"` + name + `"`
	}
	return name
}

func text(n *spec.Node, path ...string) string {
	s, _ := n.Get(path...).Value().(string)
	return s
}

// known are the changes that any application may have.
func (r *runner) known(base *outcome) (list []change, err error) {
	tariffs := base.plan.ApplicationTariffs()
	app := base.plan.Application()
	for _, f := range app.Get("flow").Items() {
		list = append(list, ofFlow(f)...)
	}
	g := base.cell.Application
	for i, t := range app.Get("trigger").Items() {
		at := "app.trigger." + key(text(t, "name"))
		switch x := &g.Triggers[i]; {
		case x.Queue != nil:
			list = append(list, batches("queue "+x.Name, at+".queue", x.Queue.Batch, x.Queue.Window)...)
			list = append(list, pushed(app, i, x.Start.Function >= 0, x.Queue.FIFO))
		case x.Stream != nil:
			list = append(list, batches("stream "+x.Name, at+".stream", x.Stream.Batch, x.Stream.Window)...)
			list = append(list, change{name: fmt.Sprintf("stream %s: %d batches of a shard at a time", x.Name, 2*max(1, x.Stream.Parallel)), sets: []string{fmt.Sprintf("%s.stream.parallel=%d", at, 2*max(1, x.Stream.Parallel))}})
			if service := text(t, "stream", "service"); service == "" || service == "kinesis" {
				list = append(list, change{name: "stream " + x.Name + ": pushed, with enhanced fan-out", sets: []string{at + `.stream.service="kinesis-fan-out"`}})
			}
		}
	}
	for _, f := range app.Get("function").Items() {
		list = append(list, ofMemory(f)...)
	}
	for _, p := range base.plan.PlatformTables() {
		at := "platform." + key(text(p, "name"))
		if text(p, "prewarm", "name") == "provisioned" {
			list = append(list, change{name: "platform " + text(p, "name") + ": nothing stands", sets: []string{at + `.prewarm={ name = "none" }`}})
		} else {
			list = append(list, change{name: "platform " + text(p, "name") + ": an instance of each function stands", sets: []string{at + `.prewarm={ name = "provisioned", count = 1 }`}})
		}
		if tariffs[text(p, "name")] == "" {
			continue // nothing runs on it
		}
		snapshot, err := r.snapshot(app, p, tariffs[text(p, "name")])
		if err != nil {
			return nil, err
		}
		list = append(list, snapshot...)
		regions, err := ofRegions(app, p, tariffs[text(p, "name")], r.prices)
		if err != nil {
			return nil, inputError("regions of the platform %s: %w", text(p, "name"), err)
		}
		list = append(list, regions...)
	}
	return list, nil
}

// engines are orchestrators that may stand for one another, and what the list calls them.
var engines = map[string]string{"step-functions-standard": "Standard", "step-functions-express": "Express", "none": "no orchestrator"}

// longestExpress is how long an execution of an Express workflow may take.
const longestExpress = 5 * 60e9

// ofFlow are the changes of a flow: its engine, and no retries.
func ofFlow(f *spec.Node) (list []change) {
	name := text(f, "name")
	at := "app.flow." + key(name)
	preset := text(f, "engine", "preset")
	if preset == "" {
		preset = "none"
	}
	var own []string // what the file says of its engine, which is not of another
	for _, k := range f.Get("engine").Keys() {
		if k != "preset" && k != "region" {
			own = append(own, k)
		}
	}
	for _, other := range []string{"step-functions-standard", "step-functions-express", "none"} {
		if other == preset || engines[preset] == "" && other != "none" || preset == "none" {
			continue
		}
		set := fmt.Sprintf("preset = %q", other)
		if region := text(f, "engine", "region"); region != "" {
			set += fmt.Sprintf(", region = %q", region)
		}
		c := change{name: "flow " + name + ": " + engines[other], sets: []string{at + ".engine={ " + set + " }"}}
		if len(own) > 0 {
			c.note = "with the catalogue's times: the file's own " + strings.Join(own, ", ") + " are of its engine"
		}
		if other == "none" {
			c.note = "steps follow at once and at no price: what calls them is yours to write"
		}
		if other == "step-functions-express" {
			c.note = joined(c.note, atLeastOnce)
			c.reason = notExpress(f)
		}
		list = append(list, c)
	}
	var sets []string
	for _, s := range f.Get("steps").Items() {
		if len(s.Get("retry").Items()) > 0 {
			sets = append(sets, at+".step."+key(text(s, "name"))+".retry=[]")
		}
	}
	if sets != nil {
		list = append(list, change{name: "flow " + name + ": no retries", sets: sets})
	}
	return list
}

// notExpress says why a flow cannot be an Express workflow; "": it can.
func notExpress(f *spec.Node) string {
	for _, s := range f.Get("steps").Items() {
		if s.Get("callback") != nil {
			return fmt.Sprintf("the step %s waits for a callback, which Express has not", text(s, "name"))
		}
		if text(s, "map", "mode") == "distributed" {
			return fmt.Sprintf("the step %s is a distributed map, which Express has not", text(s, "name"))
		}
	}
	var d spec.Duration
	if limit := text(f, "timeout"); limit != "" && d.UnmarshalText([]byte(limit)) == nil && d > longestExpress {
		return fmt.Sprintf("its timeout is %s, and an Express execution ends after 5m", limit)
	}
	return ""
}

// batches are the changes of a batch's size and window.
func batches(name, at string, batch int, window int64) (list []change) {
	if batch > 1 {
		list = append(list, change{name: fmt.Sprintf("%s: batches of %d", name, batch/2), sets: []string{fmt.Sprintf("%s.batch=%d", at, batch/2)}})
	}
	list = append(list, change{name: fmt.Sprintf("%s: batches of %d", name, 2*batch), sets: []string{fmt.Sprintf("%s.batch=%d", at, 2*batch)}})
	windows := []spec.Duration{1e9, 5e9}
	if window > 0 {
		windows = []spec.Duration{0, spec.Duration(2 * window)}
	}
	for _, w := range windows {
		list = append(list, change{name: fmt.Sprintf("%s: gathered for %s", name, w), sets: []string{fmt.Sprintf("%s.window=%q", at, w)}})
	}
	return list
}

// pushed is an asynchronous call in place of a queue.
func pushed(app *spec.Node, trigger int, function, fifo bool) change {
	name := text(app.Get("trigger").Items()[trigger], "name")
	c := change{name: "queue " + name + ": pushed, as an asynchronous call"}
	switch {
	case !function:
		c.reason = "it starts a flow: asynchronous calls are of functions"
	case fifo:
		c.reason = "its messages keep an order, which asynchronous calls do not"
	}
	var all []string
	for i, t := range app.Get("trigger").Items() {
		if i == trigger {
			own := strings.TrimSpace(t.Without("queue").String())
			async := "async = {}"
			if dead := text(t, "queue", "dead"); dead != "" {
				async = fmt.Sprintf("async = { dead = %q }", dead)
			}
			all = append(all, strings.TrimSuffix(own, "}")+", "+async+" }")
			continue
		}
		all = append(all, t.String())
	}
	c.sets = []string{"app.trigger=[" + strings.Join(all, ", ") + "]"}
	return c
}

// changesPart is the table of changes.
func (e *Estimate) changesPart() estimate.Part {
	p := estimate.Part{Heading: "What if", Left: 1, Words: true, Table: estimate.Table{Header: []string{"change", "saves " + e.Currency + " a month", "±", e.Currency + " a month", e.Currency + " each", "p50", "p99", "not well", "meets SLO", "note"}}}
	p.Table.Rows = append(p.Table.Rows, []string{"as it is", "–", "–", money(e.Month.Mean), money(e.Each.Mean), estimate.Seconds(e.P50.Mean), estimate.Seconds(e.P99.Mean), estimate.Percent(e.Errors.Mean), dashed(string(e.Meets)), ""})
	for i := range e.Changes {
		c := &e.Changes[i]
		p.Table.Rows = append(p.Table.Rows, []string{c.Name, money(c.Saving.Mean), money(c.Saving.Half), money(c.Month.Mean), money(c.Each), estimate.Seconds(c.P50), estimate.Seconds(c.P99), estimate.Percent(c.Errors), dashed(string(c.Meets)), c.Note})
	}
	if len(e.SLO) == 0 {
		p.Table = without(p.Table, "meets SLO")
	}
	for _, l := range e.LeftOut {
		p.Small = append(p.Small, fmt.Sprintf("Left out: %s: %s.", l.Name, l.Reason))
	}
	p.Small = append(p.Small, "Each is a run of the changed application with the same random numbers; ± is half of the 95 % interval of the saving, paired by replication.")
	return p
}

// without leaves a column out.
func without(t estimate.Table, head string) estimate.Table {
	k := slices.Index(t.Header, head)
	t.Header = slices.Delete(slices.Clone(t.Header), k, k+1)
	for i, row := range t.Rows {
		t.Rows[i] = slices.Delete(slices.Clone(row), k, k+1)
	}
	return t
}

func (e *Estimate) changesCSV() [][]string {
	rows := [][]string{{"change", "saving", "saving_half", "month", "currency", "each", "p50_s", "p99_s", "not_well_ratio", "meets_slo", "sets", "note"}}
	rows = append(rows, []string{"as it is", "0", "0", exact(e.Month.Mean), e.Currency, exact(e.Each.Mean), exact(e.P50.Mean), exact(e.P99.Mean), exact(e.Errors.Mean), string(e.Meets), "", ""})
	for i := range e.Changes {
		c := &e.Changes[i]
		rows = append(rows, []string{c.Name, exact(c.Saving.Mean), exact(c.Saving.Half), exact(c.Month.Mean), e.Currency, exact(c.Each), exact(c.P50), exact(c.P99), exact(c.Errors), string(c.Meets), strings.Join(c.Sets, " and "), c.Note})
	}
	return rows
}

type changeJSON struct {
	Name   string          `json:"name"`
	Sets   []string        `json:"sets"`
	Month  meanJSON        `json:"month"`
	Saving meanJSON        `json:"saving"`
	Each   number          `json:"each"`
	P50    number          `json:"p50_s"`
	P99    number          `json:"p99_s"`
	Errors number          `json:"not_well_ratio"`
	Meets  results.Verdict `json:"meets_slo,omitempty"`
	Note   string          `json:"note,omitempty"`
}

func (e *Estimate) changesJSON() (out []changeJSON) {
	for i := range e.Changes {
		c := &e.Changes[i]
		out = append(out, changeJSON{c.Name, c.Sets, jsonOf(c.Month), jsonOf(c.Saving), number(c.Each), number(c.P50), number(c.P99), number(c.Errors), c.Meets, c.Note})
	}
	return out
}
