package results

import (
	"fmt"
	"strings"
)

// What takes longer the later it arrives is not kept up with: its latencies are those
// of the window's length, not of the application.
const (
	leastOfHalf   = 20   // of each half of the window, to say anything
	risingRatio   = 1.3  // from the mean of the first half to that of the second
	risingByClock = 0.02 // of the time between the halves' middles
)

// rising is how long what arrived in each half of a window took, s, where the second
// took longer by more than chance and by a part of the time that lay between.
func (e *EventRecord) rising(window float64) (first, second float64, is bool) {
	first, second = e.Halves[0].Mean, e.Halves[1].Mean
	is = min(e.Halves[0].N, e.Halves[1].N) >= leastOfHalf && second > risingRatio*first && second-first > risingByClock*window/2
	return first, second, is
}

// rising says which applications do not keep up with what arrives.
func (a *answer) rising() string {
	if len(a.set.Cells) == 0 { // rows alone
		return ""
	}
	var words []string
	for _, i := range a.policies {
		if a.rows[i].Cell >= len(a.set.Cells) { // rows by themselves
			continue
		}
		of := ""
		if len(a.policies) > 1 {
			of = " of " + quoted(a.names[i])
		}
		words = append(words, a.set.Cells[a.rows[i].Cell].notKeptUp(of)...)
	}
	return notKeptUpWith(words)
}

// NotKeptUp says, without an end, what arrives at a cell's application faster than it is
// done; "": nothing does, as far as it can be told.
func (c *Cell) NotKeptUp() string { return notKeptUpWith(c.notKeptUp("")) }

// notKeptUp names the triggers that are not kept up with, and how long their events took;
// of is said after each name.
func (c *Cell) notKeptUp(of string) (words []string) {
	if c.Application == nil {
		return nil
	}
	for t := range c.Application.Triggers {
		if text := risingAt(c, t); text != "" {
			words = append(words, c.Application.Triggers[t].Name+of+" ("+text+")")
		}
	}
	return words
}

func notKeptUpWith(words []string) string {
	if words == nil {
		return ""
	}
	const most = 3
	more := ""
	if n := len(words) - most; n > 0 {
		words, more = words[:most], fmt.Sprintf(" and %d more", n)
	}
	return "Not kept up with, so that times grow with the length of the run: " + strings.Join(words, ", ") + more
}

// risingAt says how long the events of a trigger took in the halves of the window; ""
// where the second took no longer in most replications.
func risingAt(c *Cell, trigger int) string {
	var first, second float64
	n := 0
	for _, r := range c.Replications {
		if r.Application == nil {
			continue
		}
		if x, y, is := r.Application.Events[trigger].rising(float64(r.Window.Length()) / 1e9); is {
			first, second, n = first+x, second+y, n+1
		}
	}
	if 2*n <= len(c.Replications) {
		return ""
	}
	return fmt.Sprintf("%s in the first half of the window, %s in the second", seconds3(first/float64(n)), seconds3(second/float64(n)))
}
