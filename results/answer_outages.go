package results

import (
	"fmt"
	"strings"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/flows"
)

// mostOutages is how many outages of how many cells the answer tells of; outages.csv has
// all.
const mostOutages = 3

// outages says what became of what came from outside while something did not answer,
// beside what came before and after.
func (a *answer) outages() string {
	var words []string
	more := 0
	for _, i := range a.policies {
		if a.rows[i].Cell >= len(a.set.Cells) || i > 0 && a.rows[i].Cell == a.rows[i-1].Cell {
			continue
		}
		c := &a.set.Cells[a.rows[i].Cell]
		if c.Application == nil || c.Application.Graph == nil {
			continue
		}
		of := ""
		if len(a.policies) > 1 {
			of = "In " + quoted(a.names[i]) + ", while "
		}
		for k := range c.Application.Outages {
			text := c.besideOutage(k)
			switch {
			case text == "":
			case len(words) == mostOutages:
				more++
			case of != "":
				words = append(words, of+text)
			default:
				words = append(words, "While "+text)
			}
		}
	}
	if more > 0 {
		words = append(words, fmt.Sprintf("outages.csv has %s", plural(more, "more outage", "more outages")))
	}
	return strings.Join(words, ". ")
}

// besideOutage says of one outage what it is of, when it was, and what became of what
// came meanwhile; "" where nothing came.
func (c *Cell) besideOutage(k int) string {
	all := c.beside(k)
	n := float64(max(1, len(c.Replications)))
	during := all.During.Ends
	if sent := c.sentWords(k, n); asked(during)+asked(all.Struck.Ends) == 0 && sent == "" {
		return ""
	}
	o := &c.Application.Outages[k]
	what := "did not answer"
	if o.Part < 1 {
		what = "did not answer " + percent(o.Part) + " of its calls"
	}
	text := fmt.Sprintf("%s %s, from %s to %s, ", oneLine(o.Of), what, clock(o.From), clock(o.To))
	came := meanCount(float64(asked(during))/n) + " events that came"
	if lost(during) == 0 {
		text += "none of " + came + " failed"
	} else {
		text += fmt.Sprintf("%s of %s failed (%s%s)", meanCount(float64(lost(during))/n), came, lostShare(during), c.byTrigger(k))
	}
	text += "; " + lostShare(all.Before.Ends) + " of those before it, " + lostShare(all.After.Ends) + " of those after it"
	if during.Unfinished > 0 {
		text += fmt.Sprintf("; %s had not ended when the run did", meanCount(float64(during.Unfinished)/n))
	}
	if struck := all.Struck.Ends; asked(struck) > 0 {
		text += fmt.Sprintf("; of %s that came before it and failed a try in it, %s failed in the end", meanCount(float64(asked(struck))/n), meanCount(float64(lost(struck))/n))
	}
	return text + c.sentWords(k, n) + c.lateWords(k, n)
}

// sentWords says what became of messages that were sent while something did not answer, or
// that failed then, where some did not arrive.
func (c *Cell) sentWords(k int, replications float64) (text string) {
	for i := range c.Application.Triggers {
		var all flows.Beside
		for _, r := range c.Replications {
			if events := r.Application.eventsOrNone(); i < len(events) && events[i].SentOutages != nil {
				all.Merge(&events[i].SentOutages[k])
			}
		}
		all.During.Merge(&all.Struck)
		if e := all.During.Ends; lost(e) > 0 {
			text += fmt.Sprintf("; of %s sent to %s meanwhile, or that failed a try in it, %s are dead or failed (%s)", pluralMean(float64(asked(e))/replications, "message", "messages"),
				oneLine(c.Application.Triggers[i].Name), meanCount(float64(lost(e))/replications), lostShare(e))
		}
	}
	return text
}

// lostShare is what part of requests failed, of those that ended.
func lostShare(e flows.Ends) string {
	if asked(e) == 0 {
		return dash
	}
	return percent(Ratio{lost(e), asked(e)}.Float())
}

// byTrigger says, behind the part of all, what part of each trigger's events of an outage failed,
// where these differ; "" where they do not.
func (c *Cell) byTrigger(k int) string {
	var words []string
	differ := false
	first := ""
	for i := range c.Application.Triggers {
		e := c.besideAt(k, i).During.Ends
		if asked(e) == 0 {
			continue
		}
		share := lostShare(e)
		if words == nil {
			first = share
		}
		differ = differ || share != first
		words = append(words, oneLine(c.Application.Triggers[i].Name)+" "+share)
	}
	if !differ {
		return ""
	}
	if n := len(words) - mostListed; n > 0 {
		words = append(words[:mostListed], fmt.Sprintf("%d more", n))
	}
	return ": " + strings.Join(words, ", ")
}

// besideAt sums up a trigger of all replications beside an outage.
func (c *Cell) besideAt(k, trigger int) (all flows.Beside) {
	for _, r := range c.Replications {
		if events := r.Application.eventsOrNone(); trigger < len(events) && events[trigger].Outages != nil {
			all.Merge(&events[trigger].Outages[k])
		}
	}
	return all
}

// beside sums up the triggers of all replications beside an outage.
func (c *Cell) beside(k int) (all flows.Beside) {
	for _, r := range c.Replications {
		for i := range r.Application.eventsOrNone() {
			if of := r.Application.Events[i].Outages; of != nil {
				all.Merge(&of[k])
			}
		}
	}
	return all
}

func (a *Application) eventsOrNone() []EventRecord {
	if a == nil {
		return nil
	}
	return a.Events
}

// lateWords names the triggers whose events of the outage waited for its end.
func (c *Cell) lateWords(k int, replications float64) string {
	text := ""
	for i := range c.Application.Triggers {
		all := c.besideAt(k, i)
		// A request that was under way when the outage ended is late, and has not waited.
		if all.During.Late > 0 && all.During.Max > 2*max(all.Before.Max, all.After.Max) {
			text += fmt.Sprintf("; of %s %s were done only after it, up to %s after they came", oneLine(c.Application.Triggers[i].Name),
				meanCount(float64(all.During.Late)/replications), secondsOrHours(float64(all.During.Max)/second))
		}
	}
	return text
}

// secondsOrHours writes a time that may be long.
func secondsOrHours(x float64) string {
	if x >= 2*3600 {
		return digits(x/3600, 3) + " h"
	}
	return seconds3(x)
}

// clock writes a time of the run: hours and minutes, seconds where there are any, and the
// day, from 0, where it is not the first.
func clock(t sim.Time) string {
	text := fmt.Sprintf("%02d:%02d", t/sim.Hour%24, t/sim.Minute%60)
	if s := t / sim.Second % 60; s > 0 {
		text += fmt.Sprintf(":%02d", s)
	}
	if d := t / sim.Day; d > 0 {
		return fmt.Sprintf("day %d, %s", d, text)
	}
	return text
}

// behind says what failed that nobody waited for, of each row.
func (a *answer) behind() string {
	var words []string
	for _, i := range a.policies {
		failed := a.rows[i].mean("behind_failed")
		if !(failed > 0) {
			continue
		}
		of := ""
		if len(a.policies) > 1 {
			of = " of " + quoted(a.names[i])
		}
		words = append(words, fmt.Sprintf("behind %s%s, %s that nobody waited for failed (%s of them)", pluralMean(a.rows[i].mean("completed"), "event", "events")+" done", of, pluralMean(failed, "execution", "executions"), percent(a.rows[i].mean("behind_failed_ratio"))))
	}
	if words == nil {
		return ""
	}
	const most = 3
	more := ""
	if n := len(words) - most; n > 0 {
		words, more = words[:most], fmt.Sprintf("; and those of %s", plural(n, "more row", "more rows"))
	}
	return upperFirst(strings.Join(words, "; ")) + more
}
