package logs

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/coldcurve/coldcurve/sim"
)

const (
	placesMost = 8     // unexplained lines whose place is kept
	usagesMost = 4_096 // (memory, rules) of a function
	otherName  = "{other}"
	dayLength  = 86_400 * second
)

// account gathers what a Function shows.
type account struct {
	Function
	from, to int64 // Unix ns
	timed    int64
	sizes    []size
	usage    int         // the row of Billed used last
	size     int         // the row of sizes used last
	memory   int64       // MiB, of the last report; 0: none had one
	waiting  failedInits // since then
	inits    failedInits // before
}

// size counts the requests of a memory size, MiB.
type size struct{ memory, requests int64 }

// collector gathers entries by function.
type collector struct {
	most     int
	accounts []*account // nil: merged into another
	alias    []int32    // of accounts that were
	live     int
	names    map[string]int32 // by what is shown
	apart    map[string]int32 // by the key of names that are not shown whole
	seen     map[string]int32 // by what a log wrote, of the first of such names
	numbers  map[string]int   // of such names that would be the same
	masked   int64            // functions with something masked in their names
	routes   routes
	other    int32 // −1: there is none yet
	lastName []byte
	last     int32

	profile  Profile
	from, to int64
	places   []string
	counts   [numCounts]int64
	repeats  repeats
	problems []problemCount
	taken    []takenAccount // by the first file of each
	sorter   *sorter        // nil: no store is asked for

	anonymous      bool // functions are named by number
	cutFrom, cutTo time.Time
}

// problemCount counts malformed lines.
type problemCount struct {
	problem problem
	lines   int64
	first   string
}

func newCollector(most int) *collector {
	c := &collector{most: most, names: map[string]int32{}, apart: map[string]int32{}, seen: map[string]int32{}, numbers: map[string]int{}, other: -1, last: -1, from: math.MaxInt64, to: math.MinInt64}
	c.routes = routes{c: c, roots: map[string]*route{}}
	return c
}

// create adds a function; at the limit it is the one that takes the rest.
func (c *collector) create(name string) int32 {
	if c.live >= c.most {
		return c.rest()
	}
	return c.open(name)
}

// rest is the function that takes those beyond the limit.
func (c *collector) rest() int32 {
	if c.other < 0 {
		c.other = c.open(otherName)
	}
	return c.other
}

func (c *collector) open(name string) int32 {
	a := &account{from: math.MaxInt64, to: math.MinInt64}
	a.Name = name
	i := int32(len(c.accounts))
	c.accounts = append(c.accounts, a)
	c.alias = append(c.alias, i)
	c.live++
	return i
}

// outside reports whether a request lies outside the time that is asked for, or
// may, since it has none.
func (c *collector) outside(e *entry) bool {
	if c.cutFrom.IsZero() && c.cutTo.IsZero() {
		return false
	}
	if e.has&hasTime == 0 {
		return true
	}
	at := time.Unix(0, e.arrival())
	return at.Before(c.cutFrom) || !c.cutTo.IsZero() && !at.Before(c.cutTo)
}

// add counts an entry.
func (c *collector) add(r *reader, e *entry) problem {
	if c.outside(e) {
		c.counts[countOutside]++
		return ""
	}
	if e.key != 0 && c.repeats.seen(e) {
		c.counts[countRepeat]++
		return ""
	}
	f, p := c.function(r, e)
	if p != "" {
		return p
	}
	if e.has&hasTime != 0 {
		at := e.arrival()
		if from, to := min(c.from, at), max(c.to, at); c.from <= c.to && to-from >= sim.Longest {
			return "time: found one that is ten years or more from another of the logs, expected logs of less"
		}
	}
	a := c.accounts[f]
	if e.has&hasBilled != 0 {
		if p := c.bill(r, a, e); p != "" {
			return p
		}
	}
	c.profile.Requests++
	r.requests++
	c.missing(e)
	if e.has&hasDuration != 0 {
		c.profile.Latency.add(e.duration + e.init + e.restore)
		c.profile.Durations.add(e.duration)
	}
	a.count(e)
	if e.has&hasTime == 0 {
		return ""
	}
	at := e.arrival()
	c.from, c.to = min(c.from, at), max(c.to, at)
	a.timed++
	a.from, a.to = min(a.from, at), max(a.to, at)
	if c.sorter != nil {
		service := e.duration
		if e.has&hasDuration == 0 {
			service = unmeasured
		}
		c.sorter.add(f, at, service)
	}
	return ""
}

// bill adds a billed duration.
func (c *collector) bill(r *reader, a *account, e *entry) problem {
	rules := Rule(0)
	if e.has&hasDuration != 0 {
		if rules = explain(e); rules == TimeLimit {
			e.outcome = timedOut
		}
	}
	memory := e.memory
	i := a.usage
	if i >= len(a.Billed) || a.Billed[i].MemoryMB != memory || a.Billed[i].Rules != rules {
		i = slices.IndexFunc(a.Billed, func(u Usage) bool { return u.MemoryMB == memory && u.Rules == rules })
		if i < 0 {
			if len(a.Billed) == usagesMost {
				return "Memory Size: found more than 4096 sizes of one function, expected fewer"
			}
			i = len(a.Billed)
			a.Billed = append(a.Billed, Usage{MemoryMB: memory, Rules: rules})
		}
		a.usage = i
	}
	a.Billed[i].Requests++
	a.Billed[i].BilledMS += e.billed
	switch unplaced := &a.Billed[i].Unplaced; {
	case e.has&hasTime == 0:
		unplaced.Untimed, unplaced.UntimedMS = unplaced.Untimed+1, unplaced.UntimedMS+e.billed
	case e.has&hasDuration == 0:
		unplaced.Unmeasured, unplaced.UnmeasuredMS = unplaced.Unmeasured+1, unplaced.UnmeasuredMS+e.billed
	}
	if rules == 0 && len(c.places) < placesMost {
		c.places = append(c.places, r.place())
	}
	return ""
}

// missing counts what an entry does not say.
func (c *collector) missing(e *entry) {
	m := &c.profile.Missing
	if e.has&hasTime == 0 {
		m.Time++
	} else {
		if e.zoneless {
			c.counts[countZoneless]++
		}
		if e.coarse {
			c.counts[countCoarse]++
		}
		if e.ended && e.has&hasDuration == 0 {
			c.counts[countEnd]++
		}
	}
	if e.has&hasDuration == 0 {
		m.Duration++
	}
	if e.has&hasMemory == 0 {
		m.Memory++
	}
	if e.has&hasCold == 0 {
		m.Cold++
	}
	if e.has&hasBilled == 0 {
		m.Billed++
	}
}

// count adds what does not depend on the time.
func (a *account) count(e *entry) {
	a.Requests++
	if a.Trigger == "" {
		a.Trigger = e.trigger
	}
	if e.has&hasMemory != 0 {
		a.sized(e.memory, 1)
		a.place(e.memory)
	}
	a.MaxUsed = max(a.MaxUsed, e.used)
	if e.managed {
		a.Managed++
	}
	switch e.outcome {
	case failed:
		a.Errors++
	case timedOut:
		a.Timeouts++
	}
	if e.has&hasDuration != 0 {
		if e.cold {
			a.First.add(e.duration)
		} else {
			a.Warm.add(e.duration)
		}
	}
	if e.cold {
		a.Cold++
	}
	if e.has&hasInit != 0 {
		a.Init.add(e.init)
	}
	if e.has&hasRestore != 0 {
		a.Restored++
		a.Restore.add(e.restore)
		if e.has&hasBilledRestore != 0 {
			a.RestoreTold.Took.Add(e.restore)
			a.RestoreTold.Billed.Add(e.billedRestore * sim.Millisecond)
		}
	}
}

// sized counts n requests of a memory size; sizes beyond the limit are not told apart.
func (a *account) sized(memory, n int64) {
	if a.size >= len(a.sizes) || a.sizes[a.size].memory != memory {
		i := slices.IndexFunc(a.sizes, func(s size) bool { return s.memory == memory })
		if i < 0 {
			if len(a.sizes) == usagesMost {
				return
			}
			i = len(a.sizes)
			a.sizes = append(a.sizes, size{memory: memory})
		}
		a.size = i
	}
	a.sizes[a.size].requests += n
}

// merge adds the account from to the account into, whose name it takes.
func (c *collector) merge(into, from int32) {
	if into == from {
		return
	}
	a, b := c.accounts[into], c.accounts[from]
	c.accounts[from], c.alias[from] = nil, into
	c.live--
	c.last = -1
	a.Requests += b.Requests
	a.Cold += b.Cold
	a.Restored += b.Restored
	a.Errors += b.Errors
	a.Timeouts += b.Timeouts
	a.Managed += b.Managed
	a.timed += b.timed
	a.inits.merge(b.inits)
	a.waiting.merge(b.waiting)
	if a.memory == 0 {
		a.memory = b.memory
	}
	a.MaxUsed = max(a.MaxUsed, b.MaxUsed)
	a.Trigger = cmp.Or(a.Trigger, b.Trigger)
	a.Warm.merge(&b.Warm)
	a.First.merge(&b.First)
	a.Init.merge(&b.Init)
	a.Restore.merge(&b.Restore)
	a.RestoreTold.Took.AddWide(b.RestoreTold.Took)
	a.RestoreTold.Billed.AddWide(b.RestoreTold.Billed)
	a.from, a.to = min(a.from, b.from), max(a.to, b.to)
	for _, u := range b.Billed {
		a.mergeUsage(u)
	}
	for _, s := range b.sizes {
		a.sized(s.memory, s.requests)
	}
}

func (a *account) mergeUsage(u Usage) {
	i := slices.IndexFunc(a.Billed, func(o Usage) bool { return o.MemoryMB == u.MemoryMB && o.Rules == u.Rules })
	if i < 0 {
		a.Billed = append(a.Billed, u)
		return
	}
	a.Billed[i].Requests += u.Requests
	a.Billed[i].BilledMS += u.BilledMS
	a.Billed[i].Unplaced.add(u.Unplaced)
}

// resolve follows the merges of an account.
func (c *collector) resolve(f int32) int32 {
	for c.alias[f] != f {
		f = c.alias[f]
	}
	return f
}

// finish orders the accounts into the profile, and returns the place in it of
// each account.
func (c *collector) finish() (places []uint32) {
	order := make([]int32, 0, c.live)
	for f, a := range c.accounts {
		if a != nil && a.Requests > 0 {
			order = append(order, int32(f))
		}
	}
	if c.anonymous {
		c.rank(order)
	}
	slices.SortFunc(order, func(f, g int32) int {
		return cmp.Or(strings.Compare(c.accounts[f].Name, c.accounts[g].Name), cmp.Compare(f, g))
	})
	places = make([]uint32, len(c.accounts))
	p := &c.profile
	for i, f := range order {
		places[f] = uint32(i)
		p.Functions = append(p.Functions, c.accounts[f].finish())
	}
	c.lonely()
	for f := range places {
		places[f] = places[c.resolve(int32(f))]
	}
	p.Taken = c.takenIn(places)
	p.Billing = billing(p.Functions, c.places)
	if p.Requests > p.Missing.Time {
		p.First, p.Last = time.Unix(0, c.from).UTC(), time.Unix(0, c.to).UTC()
	}
	return places
}

// finish completes a function.
func (a *account) finish() Function {
	slices.SortFunc(a.Billed, func(u, v Usage) int {
		return cmp.Or(cmp.Compare(u.MemoryMB, v.MemoryMB), cmp.Compare(u.Rules, v.Rules))
	})
	a.FailedInits = a.failed()
	most := int64(0)
	for _, s := range a.sizes {
		if s.requests > most || s.requests == most && s.memory < a.Memory {
			most, a.Memory = s.requests, s.memory
		}
	}
	if a.timed > 0 {
		a.From, a.To = time.Unix(0, a.from).UTC(), time.Unix(0, a.to).UTC()
	}
	return a.Function
}
