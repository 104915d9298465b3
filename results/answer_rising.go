package results

import (
	"fmt"
	"math"
	"strings"

	"github.com/coldcurve/coldcurve/sim/flows"
)

// What takes longer the later it arrives, or piles up, is not kept up with: its latencies
// are those of the window's length, not of the application. Until what arrived first has
// ended, more and more is under way wherever things take long: that is no backlog. So what
// arrived in the halves of the window is compared at the same age; and what has levelled off by
// the window's end, as retries do that follow each other, is none either.
const (
	leastOfHalf   = 20   // of each half of the window, to say anything
	risingRatio   = 1.3  // from the first half to the second
	risingByClock = 0.02 // of the time between the halves' middles
	stillRising   = 0.5  // of what a backlog that grows steadily grows by in the last quarter
)

// QuarterRecord is what came in a quarter of the window.
type QuarterRecord struct {
	N    uint64  // that succeeded
	Mean float64 // s, of these, from the arrival to the end
	Open uint64  // of all that came up to the end of the quarter, what had not ended then
	// Of all that came in it, what had not ended at the end of its half of the window, and when
	// the run did:
	Came, Kept, Left uint64
}

// Quarters are those of the window.
type Quarters [4]QuarterRecord

func quartersOf(quarters *[4]flows.Quarter) (out Quarters) {
	for k, q := range quarters {
		out[k] = QuarterRecord{N: q.N, Open: q.Open, Came: q.Came, Kept: q.Kept, Left: q.Left}
		if q.N > 0 {
			out[k].Mean = q.Sum.Float() / float64(q.N) / second
		}
	}
	return out
}

// half sums up the quarters of a half of the window, 0 or 1; Open is at its end.
func (q *Quarters) half(k int) QuarterRecord {
	a, b := &q[2*k], &q[2*k+1]
	h := QuarterRecord{N: a.N + b.N, Open: b.Open, Came: a.Came + b.Came, Kept: a.Kept + b.Kept, Left: a.Left + b.Left}
	if h.N > 0 {
		h.Mean = (a.Mean*float64(a.N) + b.Mean*float64(b.N)) / float64(h.N)
	}
	return h
}

// slower reports whether what came in the second half of a window, s, took longer by more
// than chance and by a part of the time that lay between, and still does in its last quarter.
func (q *Quarters) slower(window float64) bool {
	first, second := q.half(0), q.half(1)
	longer := second.Mean - first.Mean
	if min(first.N, second.N) < leastOfHalf || second.Mean <= risingRatio*first.Mean || longer <= risingByClock*window/2 {
		return false
	}
	// Where times grow steadily they do by half as much from quarter to quarter as from half to half.
	return min(q[2].N, q[3].N) < leastOfHalf/2 || q[3].Mean-q[2].Mean > stillRising*longer/2
}

// piles reports whether more of what came in the second half of the window has not ended at its
// end than of what came in the first at its, by more than chance and by a part of all, and still
// more so; or whether of the first half's something never ended.
func (q *Quarters) piles() bool {
	first, second := q.half(0), q.half(1)
	least := func(n, of uint64) bool { return n >= leastOfHalf && float64(n) > risingByClock*float64(of) }
	if least(first.Left, first.Came) {
		return true
	}
	if !least(second.Kept, second.Came) || first.Came == 0 {
		return false
	}
	kept, ended := share(first.Kept, first.Came), share(second.Came-second.Kept, second.Came)
	more := share(second.Kept, second.Came) - kept
	// Of shares of n their chance is at most √(share ÷ n).
	chance := func(p float64, n uint64) float64 { return 3 * math.Sqrt(p/float64(n)) }
	rises := more > (risingRatio-1)*kept+chance(kept+more, second.Came) || more > (risingRatio-1)*ended+chance(ended+more, first.Came)
	// Where a backlog grows steadily a quarter of it comes in each quarter.
	return rises && more > risingByClock && float64(q[3].Open)-float64(q[2].Open) > stillRising*float64(q[3].Open)/4
}

func share(n, of uint64) float64 { return float64(n) / float64(of) }

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
		if text := c.risingAt(func(a *Application) *Quarters { return &a.Events[t].Quarters }); text != "" {
			behind[c.Application.Triggers[t].Start.Flow] = true
			words = append(words, c.Application.Triggers[t].Name+of+" ("+text+c.hottest(t)+")")
		}
	}
	for f := range c.Application.Flows {
		if behind[int32(f)] {
			continue
		}
		if text := c.risingAt(func(a *Application) *Quarters { return &a.Flows[f].Quarters }); text != "" {
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
func (c *Cell) risingAt(of func(*Application) *Quarters) string {
	var times, open [2]float64
	slow, piled, n := 0, 0, 0
	for _, r := range c.Replications {
		if r.Application == nil {
			continue
		}
		q := of(r.Application)
		is, pile := q.slower(float64(r.Window.Length())/1e9), q.piles()
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
		for k := range times {
			h := q.half(k)
			times[k] += h.Mean
			open[k] += float64(h.Open)
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
