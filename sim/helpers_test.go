package sim

import (
	"cmp"
	"context"
	"io"
	"slices"
)

// These helpers are the kernel's own: simtest, which has the like for the tests
// of other packages, imports sim, so that tests inside sim cannot import it.

// list is a workload held in memory.
type list struct {
	functions   []Function
	invocations [][]Invocation // of each function, in time order
}

func (l *list) Functions() []Function { return l.functions }

func (l *list) Open(_ RunKey, set []uint32) (Source, error) {
	sources := make([]Source, len(set))
	for i, f := range set {
		sources[i] = &listSource{l.invocations[f]}
	}
	return Merge(sources), nil
}

type listSource struct{ rest []Invocation }

func (s *listSource) Next(buf []Invocation) (int, error) {
	if len(s.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(buf, s.rest)
	s.rest = s.rest[n:]
	return n, nil
}

// window is a fixed keep-alive window, forever where it is Never, and no
// keep-alive at all where it is negative.
type window Time

func (w window) Scope() Scope        { return ScopeDeployment }
func (w window) New(Group) KeepAlive { return w }

func (w window) Idle(_ View, _ Instance, now Time) Decision {
	switch {
	case w < 0:
		return Decision{Until: StopNow}
	case Time(w) == Never:
		return Decision{Until: Never}
	}
	return Decision{Until: now + Time(w)}
}

// perRequest starts an instance for each request beyond those that are coming.
type perRequest struct{}

func (perRequest) New(Group) Scaling { return perRequest{} }

func (perRequest) Start(v View, _ Time) int {
	c := v.Concurrency()
	return max(0, (v.Waiting()+c-1)/c-v.Initialising())
}

// tape keeps all that an observer is told.
type tape struct {
	outcomes   []Outcome
	inits      []InitWait
	lives      []Life
	activities []Activity
	warm       int // requests told as invocations
	evicted    int // instances, by the twin
	lost       int // requests that failed with a node, by the twin
	held       int // times that the first of a node held others back, by the twin
	passed     int // times that one that no node took let another pass, in an order other than FIFO, by the twin
	ordered    int // nodes, by the twin
	left       int // of these
	nodes      []NodeLife
	taken      [2]int // of a pool, by the twin: what it started, and layers
	elsewhere  int    // of layers, those that another function had let go
	hoped      int    // times that a scaling policy knew the means, by the twin
}

func (t *tape) add(o *tape) {
	t.outcomes = append(t.outcomes, o.outcomes...)
	t.inits = append(t.inits, o.inits...)
	t.lives = append(t.lives, o.lives...)
	t.activities = append(t.activities, o.activities...)
	t.nodes = append(t.nodes, o.nodes...)
	t.warm += o.warm
}

func (t *tape) Requests(b []Outcome)    { t.outcomes = append(t.outcomes, b...) }
func (t *tape) Inits(b []InitWait)      { t.inits = append(t.inits, b...) }
func (t *tape) Nodes(b []NodeLife)      { t.nodes = append(t.nodes, b...) }
func (t *tape) Lives(b []Life)          { t.lives = append(t.lives, b...) }
func (t *tape) Activities(b []Activity) { t.activities = append(t.activities, b...) }

// sort puts the records in an order that does not depend on shards.
func (t *tape) sort() {
	order := func(a, b *Outcome) int {
		return cmp.Or(cmp.Compare(a.Function, b.Function), cmp.Compare(a.Flags&Ping, b.Flags&Ping), cmp.Compare(a.Attempt, b.Attempt), cmp.Compare(a.Ordinal, b.Ordinal),
			cmp.Compare(a.Arrival, b.Arrival), cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End), cmp.Compare(a.Init, b.Init), cmp.Compare(a.Flags, b.Flags),
			cmp.Compare(a.Status, b.Status), cmp.Compare(a.Counts, b.Counts), cmp.Compare(a.Cause, b.Cause), cmp.Compare(a.Earlier, b.Earlier), yes(a.Started)-yes(b.Started), yes(a.Retried)-yes(b.Retried)) // of the source and of an actor the same ordinal
	}
	slices.SortFunc(t.outcomes, func(a, b Outcome) int { return order(&a, &b) })
	slices.SortFunc(t.inits, func(a, b InitWait) int {
		return cmp.Or(order(&a.Outcome, &b.Outcome), yes(a.Own)-yes(b.Own), slices.Compare(a.Phases[:], b.Phases[:]))
	})
	slices.SortFunc(t.lives, func(a, b Life) int {
		return cmp.Or(cmp.Compare(a.Deployment, b.Deployment), cmp.Compare(a.Created, b.Created), cmp.Compare(a.Ready, b.Ready),
			cmp.Compare(a.Stopped, b.Stopped), cmp.Compare(a.Served, b.Served), cmp.Compare(a.Idle, b.Idle), cmp.Compare(a.Flags, b.Flags),
			cmp.Compare(a.Stage, b.Stage), cmp.Compare(a.Layer, b.Layer), cmp.Compare(a.Memory, b.Memory), cmp.Compare(a.Sources, b.Sources), cmp.Compare(a.Cause, b.Cause), slices.Compare(a.Phases[:], b.Phases[:]))
	})
	slices.SortFunc(t.nodes, func(a, b NodeLife) int {
		return cmp.Or(cmp.Compare(a.Platform, b.Platform), cmp.Compare(a.Node, b.Node), cmp.Compare(a.Ordered, b.Ordered), cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To))
	})
	slices.SortFunc(t.activities, func(a, b Activity) int {
		return cmp.Or(cmp.Compare(a.Deployment, b.Deployment), cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To), cmp.Compare(a.Init, b.Init), cmp.Compare(a.Flags, b.Flags), cmp.Compare(a.Before, b.Before))
	})
}

func yes(b bool) int {
	if b {
		return 1
	}
	return 0
}

// replay runs a workload and returns the sorted records of all workers.
func replay(t interface {
	Helper()
	Fatal(...any)
}, c Config) (*tape, Summary) {
	t.Helper()
	c.Observers = func() []Observer { return []Observer{&tape{}} }
	sum, err := Run(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	all := &tape{}
	for _, o := range sum.Observers {
		all.add(o[0].(*tape))
	}
	all.sort()
	return all, sum
}
