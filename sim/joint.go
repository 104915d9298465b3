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

	under *calendar // those under way, where there is a limit

	turns  turns
	input  []Invocation
	sorted []Invocation
}

const (
	// jointFew is the room below which requests are taken one by one.
	jointFew = 8
	// jointOnes are taken so before the room is looked at again.
	jointOnes = 64
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
	j.on, j.limit, j.rate = true, int(a.limit), nil
	if s.deps[0].platform.rated {
		j.rate = &a.rate
	}
	j.paths = resize(j.paths, len(s.deps))
	for k := range j.paths {
		j.paths[k].begin(s, &s.deps[k])
	}
	j.rows()
	if j.limit > 0 {
		if j.under == nil {
			j.under = new(calendar)
		}
		j.under.reset()
	}
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
			room = min(room, j.limit-j.under.at(batch[i].Arrival))
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
		sum += s.touchPath(t.dep)
	}
	s.touched = sum
}

// touchPath reads what the next request of a path will need.
func (s *shard) touchPath(dep depIndex) Time {
	a, sum := &s.joint.paths[dep].agenda, s.deps[dep].earliest
	if a.lo > 0 {
		sum += s.instances[a.row[a.lo-1].id].idle
	}
	return sum
}

// oneByOne takes requests in the order of their arrival, and rejects those that find
// as many under way as the limit allows, or no token.
func (s *shard) oneByOne(batch []Invocation) {
	j := &s.joint
	var sum Time
	for i := range batch {
		sum += s.touchPath(s.fns[s.local[batch[i].Function]].dep)
	}
	s.touched = sum
	for i := range batch {
		inv := &batch[i]
		dep := s.fns[s.local[inv.Function]].dep
		through := true
		if j.rate != nil {
			through, _ = j.rate.take(inv.Arrival)
		}
		if through && (j.under.atMost(inv.Arrival) < j.limit || j.under.at(inv.Arrival) < j.limit) {
			s.takeTurn(dep, batch[i:i+1])
		} else {
			s.rejectPlain(&j.paths[dep], inv)
		}
	}
}

// served notes when a request leaves, servedRun when warm ones do.
func (j *joint) served(at Time) {
	if j.limit > 0 {
		j.under.add(at)
	}
}

func (j *joint) servedRun(run []Invocation) {
	if j.limit == 0 {
		return
	}
	for i := range run {
		j.under.add(run[i].Arrival + run[i].Service)
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
