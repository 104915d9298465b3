package flows

import "github.com/coldcurve/coldcurve/sim"

// pollState is the queues through which an orchestrator hears of its work: when each
// last had a message. Only the shard that its flows are in touches it.
type pollState struct {
	last    []sim.Time
	touched bool
}

// polls is how often a queue without messages is polled in a time since its last one:
// after First, and after twice as long each time, up to Most.
func (p *Polls) polls(since sim.Time) (n int64) {
	every := max(1, p.First)
	for since >= every && every < p.Most {
		since -= every
		n++
		every *= 2
	}
	if every >= p.Most {
		return n + since/max(1, p.Most)
	}
	return n
}

// next is how long it is from a time since the last message to the next poll.
func (p *Polls) next(since sim.Time) sim.Time {
	every := max(1, p.First)
	for since > every && every < p.Most {
		since -= every
		every *= 2
	}
	every = min(every, max(1, p.Most))
	return (every - since%every) % every
}

// heard counts the polls of the queue of an execution since its last message, which
// found nothing, and returns when the one that finds the next message is.
func (a *actor) heard(polls int32, key uint64) sim.Time {
	p := a.plan.polls[polls]
	q := int(sim.Mixed(key) % uint64(len(a.polls[polls].last)))
	a.polls[polls].touched = true
	last := a.polls[polls].last[q]
	at := a.now
	if p.Waits && at > last {
		at += p.next(at - last)
	}
	a.emptyPolls(p, last, at)
	a.polls[polls].last[q] = max(last, at)
	return at
}

// closePolls counts what polls have found nothing until the end of the window.
func (a *actor) closePolls(polls int) {
	for _, last := range a.polls[polls].last {
		a.emptyPolls(a.plan.polls[polls], last, a.g.Horizon)
	}
}

// emptyPolls counts what polls between two messages have found nothing, in the window.
func (a *actor) emptyPolls(p *Polls, last, now sim.Time) {
	from, to := max(last, a.g.Warmup), min(now, a.g.Horizon)
	if to <= from {
		return
	}
	a.counts.use(lineage{trigger: None, counted: true}, p.Owner, Empty, p.Meter, p.polls(to-last)-p.polls(from-last))
}
