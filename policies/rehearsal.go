package policies

import (
	"slices"
	"sync"

	"github.com/coldcurve/coldcurve/sim"
)

// Foreseeing is the factory of a bound that has to know the whole run before it: the run
// is rehearsed, with the factory that Foresee returns in its place, and then made with
// what that has decided. Without a rehearsal it bridges no gap.
type Foreseeing interface {
	sim.KeepAliveFactory
	Foresee() *Rehearsal
}

// Rehearsal makes the keep-alive of the run before: every instance that is used again is
// kept until then, so that nothing of the schedule depends on what will be decided.
type Rehearsal struct {
	decide func(*occupancy)

	mu          sync.Mutex // shards set up side by side
	deployments map[uint32]sim.Group
}

func rehearse(decide func(*occupancy)) *Rehearsal {
	return &Rehearsal{decide: decide, deployments: map[uint32]sim.Group{}}
}

// Scope is the deployment.
func (*Rehearsal) Scope() sim.Scope { return sim.ScopeDeployment }

// New bridges all gaps, and notes what an instance of the deployment is.
func (r *Rehearsal) New(g sim.Group) sim.KeepAlive {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.deployments[g.Functions[0]] = g
	return offlineGap(sim.Never)
}

// Observer sees what the rehearsal of a platform needs, for one worker.
func (r *Rehearsal) Observer(on sim.PlatformID) sim.Observer { return &served{platform: on} }

// Decide returns the factory for the run, by what the observers of all workers saw.
func (r *Rehearsal) Decide(seen []sim.Observer, window sim.Window) sim.KeepAliveFactory {
	s := r.schedule(seen, window)
	s.match()
	r.decide(s)
	return &foreseen{s.refused()}
}

// served collects the requests that were served on a platform.
type served struct {
	platform sim.PlatformID
	list     []servedRequest
}

type servedRequest struct {
	arrival, end      sim.Time
	function, ordinal uint32
}

// Requests takes those that began, from their arrival on: an instance is theirs from then.
func (s *served) Requests(batch []sim.Outcome) {
	for i := range batch {
		if o := &batch[i]; o.Started && o.Platform == s.platform {
			s.list = append(s.list, servedRequest{o.Arrival, o.End, o.Function, o.Ordinal})
		}
	}
}

// schedule puts together what was served, in the order in which the kernel saw it.
func (r *Rehearsal) schedule(seen []sim.Observer, window sim.Window) *occupancy {
	s := &occupancy{window: window}
	var of []int // function → its deployment
	firsts := make([]uint32, 0, len(r.deployments))
	for first := range r.deployments {
		firsts = append(firsts, first)
	}
	slices.Sort(firsts)
	for k, first := range firsts {
		g := r.deployments[first]
		if of == nil {
			of = make([]int, len(g.All))
		}
		s.deployments = append(s.deployments, lodging{first: first, size: g.Memory, cost: medianStart(&g.All[first])})
		for _, f := range g.Functions {
			of[f] = k
		}
	}
	total := 0
	for _, o := range seen {
		for _, q := range o.(*served).list {
			s.deployments[of[q.function]].until++
			total++
		}
	}
	for k, at := 0, 0; k < len(s.deployments); k++ {
		d := &s.deployments[k]
		d.from, d.until, at = at, at, at+d.until
	}
	all := make([]servedRequest, total)
	for _, o := range seen {
		for _, q := range o.(*served).list {
			d := &s.deployments[of[q.function]]
			all[d.until] = q
			d.until++
		}
	}
	s.requests = make([]scheduled, total)
	for k := range s.deployments {
		d := &s.deployments[k]
		slices.SortFunc(all[d.from:d.until], inOrder)
		for i := d.from; i < d.until; i++ {
			s.requests[i] = scheduled{arrival: all[i].arrival, end: all[i].end}
		}
	}
	return s
}

// inOrder is the order in which the kernel sees the arrivals of a deployment.
func inOrder(a, b servedRequest) int {
	switch {
	case a.arrival != b.arrival:
		return compareTimes(a.arrival, b.arrival)
	case a.function != b.function:
		return int(a.function) - int(b.function)
	}
	return int(a.ordinal) - int(b.ordinal)
}

// medianStart is the median of a function's initialisation, phase by phase, in seconds.
func medianStart(f *sim.Function) float64 {
	total := sim.Time(0)
	for i := range f.Init {
		total += f.Init[i].Duration.Sample(0.5)
	}
	return float64(total) / float64(sim.Second)
}

// refusedGap is a gap that is not bridged: the n-th, from 0, of those that end at a time.
type refusedGap struct {
	at sim.Time
	n  int
}

// refused lists the gaps that are not bridged, in order, by the first function of their
// deployment.
func (s *occupancy) refused() map[uint32][]refusedGap {
	out := map[uint32][]refusedGap{}
	for k := range s.deployments {
		d := &s.deployments[k]
		at, n := sim.Time(-1), 0
		for i := d.from; i < d.until; i++ {
			r := &s.requests[i]
			if s.gap(r) == 0 {
				continue
			}
			if r.arrival != at {
				at, n = r.arrival, 0
			}
			if !r.bridged {
				out[d.first] = append(out[d.first], refusedGap{at, n})
			}
			n++
		}
	}
	return out
}

// foreseen is the factory of the run that was rehearsed.
type foreseen struct{ refused map[uint32][]refusedGap }

// Scope is the deployment.
func (*foreseen) Scope() sim.Scope { return sim.ScopeDeployment }

// New bridges the gaps of a deployment that were decided to be.
func (f *foreseen) New(g sim.Group) sim.KeepAlive { return &told{rest: f.refused[g.Functions[0]]} }

// told bridges each gap but those that were refused.
type told struct {
	rest  []refusedGap
	now   sim.Time
	asked int // gaps that end now
}

var (
	_ sim.OfflineKeepAlive = (*told)(nil)
	_ sim.ArrivalListener  = (*told)(nil)
)

// Arrived takes the time.
func (t *told) Arrived(_ sim.View, now sim.Time) {
	if now != t.now {
		t.now, t.asked = now, 0
	}
}

// Idle is never asked.
func (*told) Idle(sim.View, sim.Instance, sim.Time) sim.Decision {
	return sim.Decision{Until: sim.StopNow}
}

// Keep looks the gap up.
func (t *told) Keep(sim.View, sim.Time) bool {
	n := t.asked
	t.asked++
	for len(t.rest) > 0 && (t.rest[0].at < t.now || t.rest[0].at == t.now && t.rest[0].n < n) {
		t.rest = t.rest[1:]
	}
	return len(t.rest) == 0 || t.rest[0] != refusedGap{t.now, n}
}

// Prewarm is false: initialisations start when a request finds no instance.
func (*told) Prewarm() bool { return false }
