package sim

// The joint path is the plain path of many functions that share a shard and meet in
// nothing but the limits of their account, on requests at a time and in a time, which
// reject what is over them, or not even in that. Their windows are fixed, so no policy sees the others. They take turns:
// as many requests as the limit leaves room for, whenever those under way end, cannot
// meet it, so they are sorted by function and each function's go along its own plain
// path in one run. Where that room is small, requests are taken one by one in the order
// of their arrival, against the exact number of those under way. Both ways are the
// same to the last bit, and to the general path, which the metamorphic test says.
type joint struct {
	on    bool
	paths []plain // by deployment
	limit int     // of the account; 0: none
	rate  *ramp   // of the account's requests; nil: no bound

	// Those under way, roughly: no fewer than there are.
	rough calendar

	// Those under way, exactly: when each of them leaves, a binary heap.
	exact bool
	ends  []Time
	since int // requests taken one by one since the last look at all functions

	turns  turns
	input  []Invocation
	sorted []Invocation
}

const (
	// jointFew is the room below which requests are taken one by one.
	jointFew = 32
	// jointOnes are taken one by one before the room is looked at again.
	jointOnes = 128
	// jointStay is for how many requests a function they are, at least: to find those
	// under way takes a look at all functions.
	jointStay = 1
	// jointBatch is how many are read at a time: the more, the longer are the runs of
	// one function, as long as they stay in the second-level cache.
	jointBatch = 2048
)

// enterJoint readies the joint path, where it can carry the shard's functions.
func (s *shard) enterJoint() {
	j := &s.joint
	j.limit = 0
	if len(s.deps) == 0 || !s.plainly() {
		return
	}
	a := s.deps[0].account
	for k := range s.deps {
		d := &s.deps[k]
		if d.account != a || !s.carries(d) || d.fixed < 0 || d.platform.MaxLifetime > 0 {
			return
		}
	}
	if a.peaks != nil {
		return // they are to be seen in the order of time
	}
	j.on, j.limit, j.rate, j.exact, j.ends = true, int(a.limit), nil, false, j.ends[:0]
	if s.deps[0].platform.rated {
		j.rate = &a.rate
	}
	j.paths = resize(j.paths, len(s.deps))
	for k := range j.paths {
		j.paths[k].begin(s, &s.deps[k])
	}
	j.rows()
	j.rough.reset()
	j.turns.reset(len(s.deps))
	s.jointShards++
	if j.input == nil {
		j.input = make([]Invocation, jointBatch)
	}
}

// rows gives each path a first few places for instances, side by side so that they stay
// in the second-level cache.
func (j *joint) rows() {
	const places = 8
	slab := make([]serving, places*len(j.paths))
	for k := range j.paths {
		if a := &j.paths[k].agenda; len(a.row) == 0 {
			a.row = slab[places*k : places*(k+1) : places*(k+1)]
			a.reset()
		}
	}
}

// replayJoint takes invocations along the joint path and returns how many it took; the
// rest is for the general path, or an error.
func (s *shard) replayJoint(batch []Invocation) int {
	j := &s.joint
	n, last := s.ahead(batch), s.now
	if n > 0 {
		last = batch[n-1].Arrival
	}
	for i := 0; i < n; {
		room := n - i
		if j.limit > 0 {
			room = min(room, j.room(s, batch[i].Arrival))
		}
		if room >= min(jointFew, n-i) && j.lets(batch[i:i+room]) {
			s.takeTurns(batch[i : i+room])
			i += room
			continue
		}
		ones := min(n-i, jointOnes)
		s.oneByOne(batch[i : i+ones])
		i += ones
	}
	s.now = last
	if n < len(batch) && batch[n].Arrival < s.window.Horizon {
		s.leaveJoint()
	}
	return n
}

// ahead returns how many of a batch are for the joint path.
func (s *shard) ahead(batch []Invocation) int {
	last := s.now
	for i := range batch {
		inv := &batch[i]
		if inv.Arrival < last || inv.Arrival >= s.window.Horizon || uint64(inv.Service) > uint64(Longest) ||
			s.fns[s.local[inv.Function]].ordinal >= madeOrdinal-jointBatch {
			return i
		}
		last = inv.Arrival
	}
	return len(batch)
}

// lets reports whether the bound on requests in a time lets all of a batch through, and
// then takes their tokens.
func (j *joint) lets(batch []Invocation) bool {
	if j.rate == nil {
		return true
	}
	trial := *j.rate
	for i := range batch {
		if ok, _ := trial.take(batch[i].Arrival); !ok {
			return false
		}
	}
	*j.rate = trial
	return true
}

// room returns for how many requests, from a time on, the limit has room whatever ends;
// 0 while they are taken one by one.
func (j *joint) room(s *shard, now Time) int {
	if j.exact {
		j.pass(now)
		if j.since < jointStay*len(j.paths) || j.limit-len(j.ends) < max(jointFew, j.limit/8) {
			return 0
		}
		j.exact = false
		j.rough.reset()
		for _, at := range j.ends {
			j.rough.add(at)
		}
		j.ends = j.ends[:0]
	}
	return j.limit - j.rough.at(now)
}

// takeTurns takes requests that cannot meet the limit, function by function.
func (s *shard) takeTurns(batch []Invocation) {
	j := &s.joint
	j.sorted = j.turns.sort(s, batch, j.sorted)
	s.touchJoint()
	from := 0
	for _, t := range j.turns.taken {
		s.takeTurn(t.dep, j.sorted[from:from+t.n])
		from += t.n
	}
}

// takeTurn takes requests of one function.
func (s *shard) takeTurn(dep depIndex, run []Invocation) {
	d, p := &s.deps[dep], &s.joint.paths[dep]
	s.now = p.now
	if s.replayPlain(d, p, run) != len(run) {
		panic("sim: a function has left the joint path by itself")
	}
	p.now = s.now
}

// touchJoint reads what the next turns will need, so that the cache misses overlap.
func (s *shard) touchJoint() {
	var sum Time
	for _, t := range s.joint.turns.taken {
		a := &s.joint.paths[t.dep].agenda
		sum += s.deps[t.dep].earliest
		if a.lo > 0 {
			sum += s.instances[a.row[a.lo-1].id].idle
		}
	}
	s.touched = sum
}

// oneByOne takes requests in the order of their arrival, and rejects those that find
// as many under way as the limit allows, or no token.
func (s *shard) oneByOne(batch []Invocation) {
	j := &s.joint
	if !j.exact {
		j.gather()
	}
	j.since += len(batch)
	for i := range batch {
		inv := &batch[i]
		dep := s.fns[s.local[inv.Function]].dep
		j.pass(inv.Arrival)
		through := true
		if j.rate != nil {
			through, _ = j.rate.take(inv.Arrival)
		}
		if through && len(j.ends) < j.limit {
			s.takeTurn(dep, batch[i:i+1])
		} else {
			s.rejectPlain(&j.paths[dep], inv)
		}
	}
}

// gather finds those under way.
func (j *joint) gather() {
	j.exact, j.since, j.ends = true, 0, j.ends[:0]
	for k := range j.paths {
		for e := range j.paths[k].agenda.all() {
			j.push(e.at)
		}
	}
}

// served notes when a request leaves, servedRun when warm ones do.
func (j *joint) served(at Time) {
	switch {
	case j.limit == 0:
	case j.exact:
		j.push(at)
	default:
		j.rough.add(at)
	}
}

func (j *joint) servedRun(run []Invocation) {
	if j.limit == 0 {
		return
	}
	for i := range run {
		j.served(run[i].Arrival + run[i].Service)
	}
}

// push notes when one leaves, pass drops those that have left by a time.
func (j *joint) push(at Time) {
	h := append(j.ends, at)
	i := len(h) - 1
	for i > 0 {
		parent := (i - 1) / 2
		if h[parent] <= at {
			break
		}
		h[i] = h[parent]
		i = parent
	}
	h[i] = at
	j.ends = h
}

func (j *joint) pass(now Time) {
	for len(j.ends) > 0 && j.ends[0] <= now {
		h := j.ends
		n := len(h) - 1
		at := h[n]
		h = h[:n]
		i := 0
		for {
			child := 2*i + 1
			if child >= n {
				break
			}
			if child+1 < n && h[child+1] < h[child] {
				child++
			}
			if at <= h[child] {
				break
			}
			h[i] = h[child]
			i = child
		}
		if n > 0 {
			h[i] = at
		}
		j.ends = h
	}
}

// leaveJoint hands the state over to the general path.
func (s *shard) leaveJoint() {
	s.joint.on, s.joint.limit = false, 0
	for k := range s.deps {
		s.leavePlain(&s.deps[k], &s.joint.paths[k])
	}
}

// turns sorts requests by deployment, those of one in their order, the deployments in
// that of their first request.
type turns struct {
	place []uint16 // by deployment: of its turn, + 1; 0: it has none
	taken []turn
}

type turn struct {
	dep  depIndex
	n    int
	next int // place of its next request among the sorted
}

func (t *turns) reset(n int) {
	t.place, t.taken = resize(t.place, n), t.taken[:0]
	clear(t.place)
}

// sort needs batches of fewer than 65,536.
func (t *turns) sort(s *shard, batch, into []Invocation) []Invocation {
	for _, x := range t.taken {
		t.place[x.dep] = 0
	}
	t.taken = t.taken[:0]
	for i := range batch {
		dep := s.fns[s.local[batch[i].Function]].dep
		if t.place[dep] == 0 {
			t.taken = append(t.taken, turn{dep: dep})
			t.place[dep] = uint16(len(t.taken))
		}
		t.taken[t.place[dep]-1].n++
	}
	from := 0
	for i := range t.taken {
		x := &t.taken[i]
		x.next = from
		from += x.n
	}
	into = resize(into, len(batch))
	for i := range batch {
		x := &t.taken[t.place[s.fns[s.local[batch[i].Function]].dep]-1]
		into[x.next] = batch[i]
		x.next++
	}
	return into
}

// calendar counts what is under way by when it ends, roughly: what ends within a day
// of the calendar counts until that is over, what ends beyond its years for ever.
type calendar struct {
	days  [calendarYear]int32 // of the current year, by their number
	years [calendarYear]int32
	day   Time // the first that is not over
	now   int  // what is under way
}

const (
	calendarBits = 12
	calendarYear = 1 << calendarBits
	calendarDay  = 24 // a day is 2^24 ns long, 17 ms, and a year 69 s
)

func (c *calendar) reset() { *c = calendar{} }

// add counts what ends at a time.
func (c *calendar) add(at Time) {
	c.now++
	day := at>>calendarDay + 1 // over when it has certainly ended
	switch {
	case day < c.day+calendarYear:
		c.days[day%calendarYear]++
	case day>>calendarBits+1 < c.day>>calendarBits+calendarYear:
		c.years[(day>>calendarBits+1)%calendarYear]++
	}
}

// at returns how many are under way at a time, or fewer.
func (c *calendar) at(now Time) int {
	today := now >> calendarDay
	if today-c.day >= calendarYear {
		c.skip(today)
	}
	for ; c.day <= today; c.day++ {
		c.now -= int(c.days[c.day%calendarYear])
		c.days[c.day%calendarYear] = 0
		if c.day%calendarYear == 0 {
			year := c.day >> calendarBits % calendarYear
			c.now -= int(c.years[year])
			c.years[year] = 0
		}
	}
	return c.now
}

// skip lets all days of a year be over, and the years up to today's.
func (c *calendar) skip(today Time) {
	for i, n := range c.days {
		c.now -= int(n)
		c.days[i] = 0
	}
	first, last := c.day>>calendarBits+1, today>>calendarBits
	for y := max(first, last-calendarYear+1); y <= last; y++ {
		c.now -= int(c.years[y%calendarYear])
		c.years[y%calendarYear] = 0
	}
	c.day = today + 1
}
