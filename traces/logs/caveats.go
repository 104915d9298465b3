package logs

import (
	"fmt"
	"strings"
	"time"

	"github.com/coldcurve/coldcurve/sim"
)

// counter is something that happened to some requests, and is told as a caveat.
type counter int

const (
	countZoneless counter = iota
	countCoarse
	countEnd
	countLong
	countEmbedded
	countNoTarget
	countResource
	countMiB
	countBatch
	countGroupLate
	countRepeat
	countOutside
	countDateless
	countUndated
	countOwn
	countCached
	countManaged
	countInitInvoke
	countInitAlone
	countDecimals
	countWhole
	countSampled
	countSequence
	numCounts
)

// counted are the texts of the counters, in the order in which they are told.
var counted = [numCounts]string{
	countZoneless:  "times without a zone: UTC is taken",
	countCoarse:    "times in whole seconds: arrivals within a second are not told apart",
	countEnd:       "times of an end without a duration: the arrival is taken to be the end",
	countLong:      "lines longer than 1 MiB: passed over",
	countEmbedded:  "REPORT lines inside other text (another function's log, quoted): passed over",
	countNoTarget:  "requests whose target did not answer (target_processing_time −1): they have no duration",
	countResource:  "spans without a FaaS attribute, counted as server spans of a resource with faas.name",
	countMiB:       "spans whose faas.max_memory is below 1 MiB in bytes: taken as MiB, as older instrumentation wrote it",
	countBatch:     "spans passed over: they are no invocation of a function",
	countOutside:   "requests outside the time that was asked for, or of an unknown time: left out",
	countGroupLate: "log groups named after their events in a document too large to hold: the events have no function",

	countRepeat:     "lines read before (the same request, message and, where both have one, time): left out",
	countDateless:   "times of day without a date: of the day in their log stream or of the last full time before them, else of 2026-01-01, and of the next day where the clock goes back by more than 12 h",
	countUndated:    "times from the start of a trace: the start is taken to be 2026-01-01, 0:00 UTC",
	countOwn:        "requests answered by the load balancer or gateway itself, without a target: left out of the bill",
	countCached:     "requests answered from a cache: left out of the bill",
	countManaged:    "reports of Lambda Managed Instances (durationMs alone): billed by their machines, so that they have neither memory size, billed duration nor cold start",
	countInitInvoke: "failed initialisations during an invocation: part of its duration",
	countInitAlone:  "failed initialisations of functions without a request: their memory size is not known, nor what they cost",
	countDecimals:   "durations with decimals after a request: taken as seconds that ended at the line's time (nginx's $request_time)",
	countWhole:      "whole numbers after a request: taken as µs from the line's time on (Apache's %D)",
	countSampled:    "requests that Application Insights did not keep (itemCount): counted with the one that it kept, at its time",
	countSequence:   "activations of sequences: left out, since those of their actions are billed",
}

// caveats says, in order, what the logs did not.
func (c *collector) caveats() []string {
	var out []string
	say := func(format string, a ...any) { out = append(out, fmt.Sprintf(format, a...)) }
	p := &c.profile
	for _, m := range c.problems {
		say("%s skipped: %s (first: %s)", plural(m.lines, "line"), string(m.problem), m.first)
	}
	c.missed(say)
	for i, n := range c.counts {
		if n > 0 {
			say("%d × %s", n, counted[i])
		}
	}
	c.remarks(say)
	if c.sorter != nil && p.Stored < p.Requests {
		say("%s of %d cannot be replayed, for want of a time or a duration", plural(p.Requests-p.Stored, "request"), p.Requests)
	}
	return out
}

// missed tells what requests lack.
func (c *collector) missed(say func(string, ...any)) {
	p := &c.profile
	untimed := "no time on %s of %d: arrivals and their shape are not known, only the bill is; give a rate or a shape"
	if p.Missing.Time < p.Requests {
		untimed = "no time on %s of %d: when they came is not known"
	}
	for _, m := range []struct {
		n    int64
		text string
	}{
		{p.Missing.Time, untimed},
		{p.Missing.Function, "no function on %s of %d: " + strings.ReplaceAll(p.TakenFor(), "%", "%%")},
		{p.Missing.Duration, "no duration on %s of %d"},
		{p.Missing.Memory, "no memory size on %s of %d"},
		{p.Missing.Cold, "no sign of cold starts on %s of %d: all are taken as warm"},
		{p.Missing.Billed, "no billed duration on %s of %d: they are in no bill as logged"},
	} {
		if m.n > 0 {
			say(m.text, plural(m.n, "request"), p.Requests)
		}
	}
}

// remarks tells of what was found.
func (c *collector) remarks(say func(string, ...any)) {
	p := &c.profile
	sizes := 0
	var inits FailedInits
	for i := range p.Functions {
		memory := int64(-1)
		several := false
		for _, u := range p.Functions[i].Billed {
			several = several || memory >= 0 && u.MemoryMB != memory
			memory = u.MemoryMB
		}
		if several {
			sizes++
		}
		inits.add(p.Functions[i].FailedInits)
	}
	if sizes > 0 {
		say("%s with more than one memory size: resized, or several functions under one name", plural(int64(sizes), "function"))
	}
	if n := p.Billing.Unexplained; n > 0 {
		say("%s of %d with a billed duration that no rule explains (first: %s)", plural(n, "line"), p.Billing.Lines, p.Billing.Places[0])
	}
	if c.routes.merged > 0 {
		say("%d × more than %d words below one path: all taken as {id}", c.routes.merged, childrenMax)
	}
	if c.masked > 0 && !c.anonymous {
		say("%s with what looks like a secret, an address or a long number in the name: masked, and told apart by number", plural(c.masked, "function"))
	}
	if c.other >= 0 {
		say("more than %d functions: the others are counted together as %s", c.most, otherName)
	}
	if c.repeats.turnings > 0 {
		say("more than %d requests: a line that stands twice further apart than that is counted twice", repeatsMost)
	}
	if inits.Count > 0 {
		say("%s that failed or timed out before an invocation: %d ms billed (since 2025-08-01 as long as they ran, before for nothing; no report has them)", plural(inits.Count, "initialisation"), inits.BilledMS)
	}
	if p.Requests > p.Missing.Time && p.Span() < sim.Day {
		say("the log spans less than a day (%s): it shows no day beside another", time.Duration(p.Span()).Round(time.Second))
	}
}

func plural(n int64, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
