package flows

import "github.com/coldcurve/coldcurve/sim"

// pollers are who receives from a queue. Each polls, is at work with what it received,
// or both. Who is idle polls all the time: a poll waits for messages so long, and is
// billed whether any came. Nothing happens when one comes back empty, so that no event
// stands for it: they are counted when the poller receives something, or at the end.
type pollers struct {
	all     []poller
	free    []int32     // places of those that went away
	idle    fifo[int32] // those that poll, since when ascending
	n       int
	planned sim.Time // the next poll, of a queue that is polled at intervals
	held    sim.Wide // ns of provisioned pollers in the window
	heldTo  sim.Time // up to when they are in it
}

// poller is one of them.
type poller struct {
	busy  int32 // deliveries that it gathers or has started
	polls bool
	since sim.Time // the first poll of those that came back empty so far
}

const (
	pushed = None // who is the poller of a queue that pushes
	nobody = -2
)

func (p *pollers) init(t *Queue) {
	p.planned = sim.Never
	if t.Pollers.Most > 0 {
		for range max(1, t.Pollers.Start) {
			p.add(0)
		}
	}
}

// add makes one more poller, which begins to poll.
func (p *pollers) add(now sim.Time) {
	var k int32
	if n := len(p.free); n > 0 {
		k = p.free[n-1]
		p.free = p.free[:n-1]
	} else {
		k = int32(len(p.all))
		p.all = append(p.all, poller{})
	}
	p.all[k] = poller{polls: true, since: now}
	p.idle.push(k)
	p.n++
}

func (p *pollers) engage(k int32) {
	if k != pushed {
		p.all[k].busy++
	}
}

func (p *pollers) disengage(k int32) {
	if k != pushed {
		p.all[k].busy--
	}
}

// mayPoll reports whether somebody polls, or would be pushed to.
func (a *actor) mayPoll(trigger int32) bool {
	q := a.triggers[trigger].queue
	t := a.g.Triggers[trigger].Queue
	return !q.full(t) && (t.Pollers.Most == 0 || q.pollers.idle.len() > 0)
}

// mayGather reports whether a poller may begin one more delivery.
func (a *actor) mayGather(trigger, k int32) bool {
	q := a.triggers[trigger].queue
	t := a.g.Triggers[trigger].Queue
	return !q.full(t) && (k == pushed || int(q.pollers.all[k].busy) < max(1, t.Pollers.Each))
}

// takePoller returns who receives now: of those that poll, the one that has for longest.
func (a *actor) takePoller(trigger int32) int32 {
	q := a.triggers[trigger].queue
	t := a.g.Triggers[trigger].Queue
	p := &q.pollers
	if !a.mayPoll(trigger) {
		return nobody
	}
	if t.Pollers.Most == 0 {
		return pushed
	}
	if t.Backoff != nil {
		return a.takeAtIntervals(trigger)
	}
	a.retire(trigger, a.now)
	if p.idle.len() == 0 {
		return nobody
	}
	k := p.idle.pop()
	p.all[k].polls = false
	a.cameEmpty(trigger, t.Service, t.Receive, emptyPolls(p.all[k].since, a.now, t.Pollers.Poll, a.g.Warmup, a.g.Horizon))
	return k
}

// takeAtIntervals returns one of those whose next poll is now. Where there is none the
// first of their polls is planned.
func (a *actor) takeAtIntervals(trigger int32) int32 {
	t := a.g.Triggers[trigger].Queue
	p := &a.triggers[trigger].queue.pollers
	first := sim.Never
	for n := range p.idle.len() {
		k := p.idle.at(n)
		at := nextAtIntervals(t.Backoff, p.all[k].since, a.now)
		if at == a.now {
			p.idle.remove(n)
			p.all[k].polls = false
			a.cameEmpty(trigger, t.Service, t.Receive, emptyAtIntervals(t.Backoff, p.all[k].since, a.now, a.g.Warmup, a.g.Horizon))
			return k
		}
		first = min(first, at)
	}
	if first < p.planned {
		p.planned = first
		a.queueTimer(first, trigger, duePoll)
	}
	return nobody
}

// pollsOn lets a poller that has room poll again.
func (a *actor) pollsOn(trigger, k int32) {
	q := a.triggers[trigger].queue
	t := a.g.Triggers[trigger].Queue
	if k == pushed || q.open != None && a.deliveries.items[q.open].poller == k {
		return
	}
	w := &q.pollers.all[k]
	if w.polls || int(w.busy) >= max(1, t.Pollers.Each) || t.Refill > 0 && int(w.busy) > t.Refill {
		return
	}
	w.polls, w.since = true, a.now
	if q.held {
		w.since = q.heldUntil
	}
	q.pollers.idle.push(k)
}

// growLater plans one more poller, where messages wait and all are at work.
func (a *actor) growLater(trigger int32) {
	q := a.triggers[trigger].queue
	t := a.g.Triggers[trigger].Queue
	if q.growing || t.Pollers.Grow == 0 || q.pollers.n >= t.Pollers.Most || q.pollers.idle.len() > 0 || q.full(t) {
		return
	}
	q.growing = true
	a.queueTimer(a.now+sim.Minute/sim.Time(t.Pollers.Grow), trigger, dueGrow)
}

// grow makes one more poller, where messages still wait and all are still at work.
func (a *actor) grow(trigger int32) {
	q := a.triggers[trigger].queue
	q.growing = false
	if a.over() || q.pollers.idle.len() > 0 || !a.hasReady(q) {
		return
	}
	a.holdPollers(trigger, a.now)
	q.pollers.add(a.now)
	a.poll(trigger)
}

// retire lets pollers beyond the least go that came back empty by now, each when its
// first empty poll ended.
func (a *actor) retire(trigger int32, now sim.Time) {
	t := a.g.Triggers[trigger].Queue
	p := &a.triggers[trigger].queue.pollers
	for p.n > max(1, t.Pollers.Start) && p.idle.len() > 0 && t.Pollers.Poll > 0 {
		k := p.idle.at(0)
		w := &p.all[k]
		ends := w.since + t.Pollers.Poll
		if ends > now || w.busy > 0 {
			return
		}
		a.cameEmpty(trigger, t.Service, t.Receive, emptyPolls(w.since, ends, t.Pollers.Poll, a.g.Warmup, a.g.Horizon))
		a.holdPollers(trigger, ends)
		p.idle.pop()
		w.polls = false
		p.free = append(p.free, k)
		p.n--
	}
}

// holdPollers counts the time of provisioned pollers up to a time.
func (a *actor) holdPollers(trigger int32, to sim.Time) {
	p := &a.triggers[trigger].queue.pollers
	from := max(p.heldTo, a.g.Warmup)
	if to = min(to, a.g.Horizon); to > from {
		p.held.AddProduct(to-from, int64(p.n))
	}
	p.heldTo = max(p.heldTo, to)
}

// gatheredNothing counts the polls of a delivery that is gathered that came back empty;
// when its window is over the poll that waits is cut short, and is one of them.
func (a *actor) gatheredNothing(d *delivery, windowOver bool) {
	t := a.g.Triggers[d.trigger].Queue
	if d.poller == pushed || t.Backoff != nil || t.Pollers.Poll == 0 {
		return
	}
	end := a.now
	if windowOver {
		end = d.polled + (a.now-d.polled+t.Pollers.Poll-1)/t.Pollers.Poll*t.Pollers.Poll
	}
	a.cameEmpty(d.trigger, t.Service, t.Receive, emptyPolls(d.polled, end, t.Pollers.Poll, a.g.Warmup, a.g.Horizon))
	d.polled += (end - d.polled) / t.Pollers.Poll * t.Pollers.Poll
}

// cameEmpty counts polls in the window that came back empty.
func (a *actor) cameEmpty(trigger, service, op int32, n int64) {
	if n <= 0 {
		return
	}
	t := &a.g.Triggers[trigger]
	c := &a.counts.triggers[trigger]
	c.Polls += uint64(n)
	c.EmptyPolls += uint64(n)
	if service == None || op == None {
		return
	}
	lin := lineage{trigger: trigger, counted: true}
	o := &a.g.Services[service].Ops[op]
	a.countsOf(service, lin).Calls += uint64(n)
	a.counts.use(lin, t.Owner, Empty, o.Meter, n*o.metered(0))
}

// closePollers counts the polls that came back empty until the end of the window.
func (a *actor) closePollers(trigger int32) {
	t := a.g.Triggers[trigger].Queue
	q := a.queueOf(trigger)
	p := &q.pollers
	a.retire(trigger, sim.Never)
	a.holdPollers(trigger, a.g.Horizon)
	if t.Pollers.Provisioned != None && t.Pollers.Most > 0 {
		a.counts.useWide(lineage{trigger: trigger, counted: true}, a.g.Triggers[trigger].Owner, Held, t.Pollers.Provisioned, p.held)
	}
	for n := range p.idle.len() {
		w := &p.all[p.idle.at(n)]
		if t.Backoff != nil {
			a.cameEmpty(trigger, t.Service, t.Receive, emptyAtIntervals(t.Backoff, w.since, sim.Never, a.g.Warmup, a.g.Horizon))
		} else {
			a.cameEmpty(trigger, t.Service, t.Receive, emptyPolls(w.since, sim.Never, t.Pollers.Poll, a.g.Warmup, a.g.Horizon))
		}
	}
}

// emptyPolls is how many polls of such a length, one after the other from a time on,
// began in [from, to) and ended by end.
func emptyPolls(since, end, poll, from, to sim.Time) int64 {
	if poll <= 0 {
		return 0
	}
	first := max(0, ceilDiv(from-since, poll))
	last := min((end-since)/poll, ceilDiv(to-since, poll))
	return max(0, last-first)
}

// ceilDiv is a ÷ b, rounded up; of what is negative 0.
func ceilDiv(a, b int64) int64 {
	if a <= 0 {
		return 0
	}
	return (a-1)/b + 1
}

// nextAtIntervals is the first poll at or after a time of one that polls at since, and
// then after each of the waits, the last of which goes on for ever.
func nextAtIntervals(waits []sim.Time, since, at sim.Time) sim.Time {
	t := since
	for _, w := range waits[:len(waits)-1] {
		if t >= at {
			return t
		}
		t += w
	}
	last := waits[len(waits)-1]
	return t + ceilDiv(at-t, last)*last
}

// emptyAtIntervals is how many such polls were before end, and in [from, to).
func emptyAtIntervals(waits []sim.Time, since, end, from, to sim.Time) int64 {
	n, t := int64(0), since
	end = min(end, to)
	for _, w := range waits[:len(waits)-1] {
		if t >= end {
			return n
		}
		if t >= from {
			n++
		}
		t += w
	}
	last := waits[len(waits)-1]
	return n + max(0, ceilDiv(end-t, last)-ceilDiv(from-t, last))
}

// at returns the k-th.
func (q *fifo[T]) at(k int) T { return q.items[(q.head+k)&(len(q.items)-1)] }

// remove takes out the k-th.
func (q *fifo[T]) remove(k int) {
	for ; k < q.n-1; k++ {
		q.items[(q.head+k)&(len(q.items)-1)] = q.at(k + 1)
	}
	q.n--
}
