package flows

import (
	"math/bits"

	"github.com/coldcurve/coldcurve/sim"
)

// streamState is a stream in a run: shards, each of which is read into lanes.
//
// A record goes to the shard that its key's hash lies in. A shard is read once in a
// while, or pushes; what was read goes by key to one of its lanes, as many as batches
// of a shard may be under way. A lane forms batches, has one of them under way, and
// is blocked by one that fails: see lane.
type streamState struct {
	shards []shard
	lanes  []lane // shard by shard
	first  int    // of the shards that records come to
	n      int    // of them
	load   onDemand
}

// shard is a part of a stream.
type shard struct {
	unread  list
	left    int32    // records of it that are neither done nor given up
	open    bool     // it may be read: what came before it in its part of the hashes is handled
	parts   int      // that it was split into; 0: it takes records
	child   int      // the first of these shards
	looks   bool     // it is read, at next and then again and again, until that finds something
	next    sim.Time // the first of these reads
	planned sim.Time // a timer is set to it; Never: none
	by      int32    // limit that this read waits for; None
	late    sim.Time // how long
	in      tokens
	inBytes tokens
	out     tokens
	reads   tokens
}

// The codes of a stream's timers and answers.
const (
	dueRead  = iota // of a shard
	dueLane         // of a lane: its window, or its wait for the next try
	laneDone        // of a lane: the end of what its batch has started
)

// streamOf returns the state of a stream, which is made at its first record.
func (a *actor) streamOf(trigger int32) *streamState {
	s := &a.triggers[trigger]
	if s.stream != nil {
		return s.stream
	}
	t := a.g.Triggers[trigger].Stream
	v := &streamState{}
	a.addShards(v, t, max(1, t.Shards))
	for k := range v.shards {
		v.shards[k].open, v.shards[k].looks, v.shards[k].next = true, true, firstRead(t, k)
	}
	v.load.init(t)
	s.stream = v
	return v
}

// addShards adds the shards that records come to from now on.
func (a *actor) addShards(v *streamState, t *Stream, n int) {
	v.first, v.n = len(v.shards), n
	for range n {
		h := shard{planned: sim.Never, by: None}
		h.unread.reset()
		for _, b := range []struct {
			to   *tokens
			from *Bucket
		}{{&h.in, t.In}, {&h.inBytes, t.InBytes}, {&h.out, t.OutBytes}, {&h.reads, t.Reads}} {
			if b.from != nil {
				*b.to = a.fill(b.from)
			}
		}
		v.shards = append(v.shards, h)
	}
	for range n * max(1, t.Parallel) {
		var l lane
		l.waits.reset()
		v.lanes = append(v.lanes, l)
	}
}

// firstRead is when a shard is read first: shards are read in turn.
func firstRead(t *Stream, shard int) sim.Time {
	return t.Poll / sim.Time(max(1, t.Shards)) * sim.Time(shard)
}

// share is which of n equal ranges of hashes one lies in.
func share(hash uint64, n int) int {
	k, _ := bits.Mul64(hash, uint64(n))
	return int(k)
}

// shardRefuses asks whether a record's shard, or a stream that grows with its load, has
// room for it: which limit refuses it; None: it is taken.
func (a *actor) shardRefuses(t *Trigger, m *message) int32 {
	v := a.streamOf(m.trigger)
	s := t.Stream
	if s.OnDemand {
		records, bytes := v.load.takes(a.now, m.size)
		if n := v.load.shards(s, v.n); n > v.n {
			a.splitShards(m.trigger, n)
		}
		return a.whichIn(s, records, bytes)
	}
	h := &v.shards[v.first+share(m.group, v.n)]
	records, bytes := s.In == nil || h.in.when(a.now, 1) <= a.now, s.InBytes == nil || h.inBytes.when(a.now, m.size) <= a.now
	if !records || !bytes {
		h.in.asks(a.now, 1, !records)
		h.inBytes.asks(a.now, m.size, !bytes)
		return a.whichIn(s, records, bytes)
	}
	if s.In != nil {
		h.in.take(a.now, 1)
	}
	if s.InBytes != nil {
		h.inBytes.take(a.now, m.size)
	}
	return None
}

// whichIn is which of a stream's limits has no room: for another record, or for its bytes.
func (a *actor) whichIn(s *Stream, records, bytes bool) int32 {
	switch {
	case !records:
		return a.plan.quotaOf(s.In)
	case !bytes:
		return a.plan.quotaOf(s.InBytes)
	}
	return None
}

// enterShard puts a record behind the others of its shard.
func (a *actor) enterShard(i int32) {
	m := &a.mail.items[i]
	trigger := m.trigger
	v := a.streamOf(trigger)
	m.state = waits
	k := v.first + share(m.group, v.n)
	v.shards[k].left++
	a.push(&v.shards[k].unread, i)
	for _, kept := range a.g.Triggers[trigger].Stream.Kept {
		a.counts.use(m.lin, a.g.Triggers[trigger].Owner, m.cause, kept.Meter, m.size*kept.Seconds)
	}
	a.planRead(trigger, k)
}

// planRead sets a timer for the next read of a shard that finds something.
func (a *actor) planRead(trigger int32, k int) {
	t := a.g.Triggers[trigger].Stream
	h := &a.triggers[trigger].stream.shards[k]
	if !h.looks || h.unread.n == 0 || a.over() {
		return
	}
	at := max(a.now, h.next)
	if t.Poll > 0 && a.now > h.next {
		at = h.next + ceilDiv(a.now-h.next, t.Poll)*t.Poll
	}
	free, by := at, int32(None)
	if t.OutBytes != nil {
		if let := h.out.when(a.now, 1); let > at {
			at, by = let, a.plan.quotaOf(t.OutBytes)
		}
	}
	if t.Reads != nil {
		if let := h.reads.when(a.now, 1); let > at {
			at, by = let, a.plan.quotaOf(t.Reads)
		}
	}
	if at >= h.planned {
		return
	}
	h.planned, h.by, h.late = at, by, at-free
	a.wake(at, afterOthers, a.streamRef(trigger, k, dueRead))
}

// streamRef names a shard or a lane of a stream.
func (a *actor) streamRef(trigger int32, k int, code uint32) ref {
	return makeRef(refStream, trigger, code<<(genBits-2)|uint32(k))
}

// streamDue is told of a timer of a shard or a lane.
func (a *actor) streamDue(who ref) {
	trigger, k := who.place(), int(who.gen()&(1<<(genBits-2)-1))
	if who.gen()>>(genBits-2) == dueLane {
		a.laneDue(trigger, k)
		return
	}
	if h := &a.triggers[trigger].stream.shards[k]; h.planned == a.now {
		h.planned = sim.Never
		a.read(trigger, k)
	}
}

// The most that one read returns (Kinesis GetRecords, 2026-11: 10,000 records, 10 MB).
const (
	readRecords = 10_000
	readBytes   = 10 << 20
)

// read reads a shard: what was read goes to its lanes.
func (a *actor) read(trigger int32, k int) {
	t := &a.g.Triggers[trigger]
	s := t.Stream
	v := a.triggers[trigger].stream
	h := &v.shards[k]
	if !h.looks || h.unread.n == 0 || a.over() {
		return
	}
	a.foundNothing(trigger, k, a.now)
	first := &a.mail.items[h.unread.head]
	a.counts.waits(first.lin, h.by, h.late)
	bill := opAsk{service: s.Service, op: s.Get, key: first.key, attempt: uint16(first.received), lin: first.lin, owner: t.Owner, cause: first.cause}
	per := max(1, s.Parallel)
	n := 0
	for h.unread.n > 0 && n < readRecords {
		m := &a.mail.items[h.unread.head]
		if n > 0 && bill.bytes+m.size > readBytes {
			break
		}
		i := a.pop(&h.unread)
		m.since = a.now
		bill.bytes += m.size
		n++
		l := k*per + share(sim.Mixed(m.group), per)
		a.push(&v.lanes[l].waits, i)
	}
	if s.Poll > 0 && a.inWindow(a.now) {
		a.counts.triggers[trigger].Polls++
	}
	a.metered(&bill)
	if s.OutBytes != nil {
		h.out.reserve(a.now, bill.bytes)
	}
	if s.Reads != nil {
		h.reads.reserve(a.now, 1)
	}
	h.looks, h.next = false, a.now+s.Poll
	if h.unread.n > 0 {
		h.next = a.now // there is more: its limits alone hold the next read
	}
	for l := k * per; l < (k+1)*per; l++ {
		for a.formBatch(trigger, l) {
		}
	}
	a.look(trigger, k)
}

// look lets a shard be read while a lane of it has room, and not else. One that was not
// read for longer is read at once.
func (a *actor) look(trigger int32, k int) {
	s := a.g.Triggers[trigger].Stream
	v := a.triggers[trigger].stream
	h := &v.shards[k]
	per := max(1, s.Parallel)
	wants := false
	for l := k * per; l < (k+1)*per; l++ {
		wants = wants || v.lanes[l].wants(s)
	}
	switch {
	case !h.open:
	case wants && !h.looks:
		h.looks, h.next = true, max(h.next, a.now)
		a.planRead(trigger, k)
	case !wants && h.looks:
		a.foundNothing(trigger, k, a.now)
		if s.Poll > 0 {
			h.next += ceilDiv(a.now-h.next, s.Poll) * s.Poll
		}
		h.looks = false
	}
}

// foundNothing counts the reads of a shard before a time that found nothing.
func (a *actor) foundNothing(trigger int32, k int, before sim.Time) {
	s := a.g.Triggers[trigger].Stream
	if s.Poll > 0 {
		a.cameEmpty(trigger, s.Service, s.Get, emptyAtIntervals([]sim.Time{s.Poll}, a.triggers[trigger].stream.shards[k].next, before, a.g.Warmup, a.g.Horizon))
	}
}

// closeStream counts the reads that found nothing until the end of the window.
func (a *actor) closeStream(trigger int32) {
	s := a.g.Triggers[trigger].Stream
	if s.Poll == 0 {
		return
	}
	v := a.streamOf(trigger)
	for k := range v.shards {
		if v.shards[k].looks {
			a.foundNothing(trigger, k, sim.Never)
		}
	}
}

// splitShards splits each shard that takes records into several, which take them from now
// on. They are read when what is left in their shard is handled, so that order stands.
func (a *actor) splitShards(trigger int32, n int) {
	v := a.triggers[trigger].stream
	before, parts := v.first, n/v.n
	count := v.n
	a.addShards(v, a.g.Triggers[trigger].Stream, count*parts)
	for k := range count {
		h := &v.shards[before+k]
		h.parts, h.child = parts, v.first+k*parts
	}
	for k := range count {
		a.emptied(trigger, before+k)
	}
}

// emptied lets the shards be read that a shard was split into, when nothing is left in it.
func (a *actor) emptied(trigger int32, k int) {
	v := a.triggers[trigger].stream
	h := &v.shards[k]
	if !h.open || h.left > 0 || h.parts == 0 {
		return
	}
	if h.looks {
		a.foundNothing(trigger, k, a.now)
	}
	h.open, h.looks = false, false
	for c := h.child; c < h.child+h.parts; c++ {
		v.shards[c].open, v.shards[c].looks, v.shards[c].next = true, true, a.now
		a.planRead(trigger, c)
		a.emptied(trigger, c)
	}
}

// onDemand is what a stream that grows with its load takes in: at first as much as its
// shards, then twice the most that a minute had, of those that ended a quarter of an
// hour ago or earlier (Kinesis on demand, 2026-11).
type onDemand struct {
	records, bytes         tokens
	startRecords, startAll float64 // a second
	minute                 int64
	seen                   [growsAfter + 1]minuteLoad // by minute, in turn
	most                   minuteLoad                 // of those that count
}

// minuteLoad is what came in a minute.
type minuteLoad struct{ records, bytes int64 }

const growsAfter = 15 // minutes

func (o *onDemand) init(t *Stream) {
	if !t.OnDemand {
		return
	}
	n := float64(max(1, t.Shards))
	if t.In != nil {
		o.startRecords = n * t.In.Rate
		o.records = newTokens(&Bucket{Rate: o.startRecords, Burst: o.startRecords})
	}
	if t.InBytes != nil {
		o.startAll = n * t.InBytes.Rate
		o.bytes = newTokens(&Bucket{Rate: o.startAll, Burst: o.startAll})
	}
}

// takes takes a record of so many bytes, if there is room: of records, and of bytes.
func (o *onDemand) takes(now sim.Time, size int64) (records, bytes bool) {
	o.advance(now / sim.Minute)
	records, bytes = o.startRecords == 0 || o.records.when(now, 1) <= now, o.startAll == 0 || o.bytes.when(now, size) <= now
	if !records || !bytes {
		return records, bytes
	}
	if o.startRecords > 0 {
		o.records.take(now, 1)
	}
	if o.startAll > 0 {
		o.bytes.take(now, size)
	}
	m := &o.seen[o.minute%int64(len(o.seen))]
	m.records++
	m.bytes += size
	return true, true
}

// advance goes on to a minute: one more counts for each that begins.
func (o *onDemand) advance(minute int64) {
	if minute == o.minute {
		return
	}
	for range min(minute-o.minute, int64(len(o.seen))) {
		o.minute++
		m := &o.seen[o.minute%int64(len(o.seen))]
		o.most.records, o.most.bytes = max(o.most.records, m.records), max(o.most.bytes, m.bytes)
		*m = minuteLoad{}
	}
	o.minute = minute
	o.records.scale(max(o.startRecords, 2*float64(o.most.records)/60))
	o.bytes.scale(max(o.startAll, 2*float64(o.most.bytes)/60))
}

// shards is how many shards a stream of n has for what it may take in: twice as many, and
// again, until they are enough.
func (o *onDemand) shards(t *Stream, n int) int {
	const exact = 1.001 // rates are rounded
	for t.InBytes != nil && o.bytes.rate() > exact*float64(n)*t.InBytes.Rate || t.In != nil && o.records.rate() > exact*float64(n)*t.In.Rate {
		n *= 2
	}
	return n
}

// rate is how many tokens come in a second.
func (t *tokens) rate() float64 { return float64(sim.Second) / t.each }

// scale makes a bucket fill at another rate, and hold what comes in a second.
func (t *tokens) scale(rate float64) {
	if rate > 0 {
		t.each, t.burst = float64(sim.Second)/rate, max(1, rate)
	}
}
