package results

import (
	"fmt"
	"math"
	"strings"

	"github.com/coldcurve/coldcurve/sim/flows"
)

// What takes longer the later it arrives, or piles up, is not kept up with: its latencies
// are those of the window's length, not of the application.
const (
	leastOfHalf   = 20   // of each half of the window, to say anything
	risingRatio   = 1.3  // from the first half to the second
	risingByClock = 0.02 // of the time between the halves' middles
)

// HalfRecord is what came in a half of the window.
type HalfRecord struct {
	N    uint64  // that succeeded
	Mean float64 // s, of these, from the arrival to the end
	Open uint64  // of all that came up to the end of the half, what had not ended then
}

func halvesOf(halves *[2]flows.Half) (out [2]HalfRecord) {
	for k, h := range halves {
		out[k] = HalfRecord{N: h.N, Open: h.Open}
		if h.N > 0 {
			out[k].Mean = h.Sum.Float() / float64(h.N) / second
		}
	}
	return out
}

// slower reports whether what came in the second half of a window, s, took longer by more
// than chance and by a part of the time that lay between.
func slower(h *[2]HalfRecord, window float64) bool {
	first, second := h[0].Mean, h[1].Mean
	return min(h[0].N, h[1].N) >= leastOfHalf && second > risingRatio*first && second-first > risingByClock*window/2
}

// piles reports whether more has not ended at the window's end than at its middle, by more
// than chance, and by a part of all that came in a half. Where all is kept up with, as
// much is under way at both.
func piles(h *[2]HalfRecord, came uint64) bool {
	first, second := float64(h[0].Open), float64(h[1].Open)
	return second-first >= leastOfHalf && second > risingRatio*first+3*math.Sqrt(second) && second-first > risingByClock*float64(came)/2
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

// notKeptUp names the triggers that are not kept up with, then the flows whose executions
// are not where their trigger is, as one that answers at the start, and how long these
// took; of is said after each name.
func (c *Cell) notKeptUp(of string) (words []string) {
	if c.Application == nil {
		return nil
	}
	behind := map[int32]bool{} // flows whose trigger says so
	for t := range c.Application.Triggers {
		text := c.risingAt(func(a *Application) (*[2]HalfRecord, uint64) {
			e := &a.Events[t]
			return &e.Halves, e.Arrived
		})
		if text != "" {
			behind[c.Application.Triggers[t].Start.Flow] = true
			words = append(words, c.Application.Triggers[t].Name+of+" ("+text+c.hottest(t)+")")
		}
	}
	for f := range c.Application.Flows {
		if behind[int32(f)] {
			continue
		}
		if text := c.risingAt(func(a *Application) (*[2]HalfRecord, uint64) { return &a.Flows[f].Halves, a.Flows[f].Started }); text != "" {
			words = append(words, "executions of "+c.Application.Flows[f].Name+of+" ("+text+")")
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

// risingAt says how long what came in the halves of the window took, and how much of it was
// under way at their ends; "" where it is kept up with in most replications.
func (c *Cell) risingAt(of func(*Application) (halves *[2]HalfRecord, came uint64)) string {
	var times, open [2]float64
	slow, piled, n := 0, 0, 0
	for _, r := range c.Replications {
		if r.Application == nil {
			continue
		}
		h, came := of(r.Application)
		is, pile := slower(h, float64(r.Window.Length())/1e9), piles(h, came)
		if !is && !pile {
			continue
		}
		n++
		if is {
			slow++
		}
		if pile {
			piled++
		}
		for k := range h {
			times[k] += h[k].Mean
			open[k] += float64(h[k].Open)
		}
	}
	if 2*n <= len(c.Replications) {
		return ""
	}
	var words []string
	if slow > 0 {
		words = append(words, fmt.Sprintf("%s in the first half of the window, %s in the second", seconds3(times[0]/float64(n)), seconds3(times[1]/float64(n))))
	}
	if piled > 0 {
		words = append(words, fmt.Sprintf("%s not done at its middle, %s at its end", thousands(open[0]/float64(n)), thousands(open[1]/float64(n))))
	}
	return strings.Join(words, "; ")
}

// unevenly is how much more than an equal part a lane takes of which the answer tells.
const unevenly = 1.5

// hottest says why a trigger whose records are handled in order may not be kept up with: a
// key, or a shard, that most of them have; "" where they are spread.
func (c *Cell) hottest(trigger int) string {
	t := &c.Application.Triggers[trigger]
	key, lane := t.Hottest()
	if t.Stream == nil {
		if key*float64(len(keysOf(t))) > unevenly {
			return fmt.Sprintf("; one key, whose messages are handled in order, has %s of them", percent(key))
		}
		return ""
	}
	lanes := max(1, t.Stream.Shards) * max(1, t.Stream.Parallel)
	switch {
	case lane*float64(lanes) < unevenly:
		return ""
	case key > lane/2:
		return fmt.Sprintf("; one key, whose records are handled in order, has %s of them", percent(key))
	}
	return fmt.Sprintf("; the busiest of %d places for batches has %s of them, by their keys", lanes, percent(lane))
}

func keysOf(t *flows.Trigger) []float64 {
	if t.Keys == nil {
		return nil
	}
	return t.Keys.Popularity
}
