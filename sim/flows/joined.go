package flows

// Joined implements sim.FollowerFactory: the functions that meet in one shard, since
// something of an execution of one comes to the other: called by the same flow or
// function, through a trigger, or by what keeps a state that all of its callers share
// (a service with a limit, a bucket, slots).
func (a *App) Joined() [][]uint32 {
	g := a.graph
	j := newJoiner(g)
	for k := range g.Triggers {
		j.trigger(g, int32(k))
	}
	for k := range g.Functions {
		f := &g.Functions[k]
		me := j.function(int32(k))
		j.uses(g, me, f.Uses)
		if f.State != nil && f.State.Service != None {
			j.service(g, me, f.State.Service)
		}
	}
	for k := range g.Flows {
		f := &g.Flows[k]
		me := j.flow(int32(k))
		j.engine(me, &f.Engine)
		j.uses(g, me, f.Beside)
	}
	for k := range g.Steps {
		j.step(g, &g.Steps[k])
	}
	return j.sets(g)
}

// joiner is a forest of what is joined (union and find).
type joiner struct {
	up                                 []int32
	functions, triggers, flows, shared int32 // where each kind begins
	places                             map[any]int32
	asked                              map[asked]bool
}

// asked is who calls a service.
type asked struct{ me, service int32 }

func newJoiner(g *Graph) *joiner {
	j := &joiner{places: map[any]int32{}, asked: map[asked]bool{}}
	j.triggers = int32(len(g.Functions))
	j.flows = j.triggers + int32(len(g.Triggers))
	j.shared = j.flows + int32(len(g.Flows))
	for k := range j.shared {
		j.up = append(j.up, k)
	}
	return j
}

func (j *joiner) function(k int32) int32 { return j.functions + k }
func (j *joiner) flow(k int32) int32     { return j.flows + k }

func (j *joiner) find(k int32) int32 {
	for j.up[k] != k {
		j.up[k] = j.up[j.up[k]]
		k = j.up[k]
	}
	return k
}

func (j *joiner) join(a, b int32) {
	a, b = j.find(a), j.find(b)
	j.up[max(a, b)] = min(a, b)
}

// state joins those that share a bucket or slots.
func (j *joiner) state(me int32, what any) {
	at, ok := j.places[what]
	if !ok {
		at = int32(len(j.up))
		j.up = append(j.up, at)
		j.places[what] = at
	}
	j.join(me, at)
}

func (j *joiner) bucket(me int32, b *Bucket) {
	if b != nil {
		j.state(me, b)
	}
}

func (j *joiner) engine(me int32, e *Engine) {
	j.bucket(me, e.Starts)
	j.bucket(me, e.States)
	if e.Concurrent != nil {
		j.state(me, e.Concurrent)
	}
	if e.Slots != nil {
		j.state(me, e.Slots)
	}
	if e.Polls != nil {
		j.state(me, e.Polls)
	}
}

// service joins with who else calls a service where that has a limit, and with who is
// called behind it. Services may ask each other in a ring: each is looked at once.
func (j *joiner) service(g *Graph, me, k int32) {
	if j.asked[asked{me, k}] {
		return
	}
	j.asked[asked{me, k}] = true
	s := &g.Services[k]
	for i := range s.Ops {
		j.bucket(me, s.Ops[i].Limit)
		j.bucket(me, s.Ops[i].Partition)
	}
	if s.Behind != None {
		j.service(g, me, s.Behind)
	}
	j.uses(g, me, s.Before)
	j.send(g, me, s.Feeds)
}

func (j *joiner) use(g *Graph, me int32, u *Use) {
	if u.Service != None {
		j.service(g, me, u.Service)
	}
	if u.Function != None {
		j.join(me, j.function(u.Function))
	}
	if u.Flow != None {
		j.join(me, j.flow(u.Flow))
	}
	j.send(g, me, u.Send)
}

func (j *joiner) uses(g *Graph, me int32, all []Use) {
	for k := range all {
		j.use(g, me, &all[k])
	}
}

func (j *joiner) send(g *Graph, me int32, s *Send) {
	if s == nil {
		return
	}
	if s.Trigger != None {
		j.join(me, j.triggers+s.Trigger)
	}
	if s.Service != None {
		j.service(g, me, s.Service)
	}
}

func (j *joiner) step(g *Graph, s *Step) {
	me := j.flow(s.Flow)
	switch s.Kind {
	case CallStep:
		if s.Function != None {
			j.join(me, j.function(s.Function))
		} else {
			j.join(me, j.flow(s.SubFlow))
		}
	case RouteStep:
		for _, f := range s.Route.To {
			j.join(me, j.function(f))
		}
		if s.Route.Lookup != nil {
			j.use(g, me, s.Route.Lookup)
		}
	case MapStep:
		if s.Map.Read != nil {
			j.use(g, me, s.Map.Read)
		}
		if s.Map.Child != nil {
			j.engine(me, s.Map.Child)
		}
	case SendStep:
		j.send(g, me, s.Send)
	case UseStep:
		j.uses(g, me, s.Uses)
	}
}

func (j *joiner) trigger(g *Graph, k int32) {
	t := &g.Triggers[k]
	me := j.triggers + k
	j.uses(g, me, t.Beside)
	if t.Start.Flow != None {
		j.join(me, j.flow(t.Start.Flow))
	} else if t.Start.Function != None {
		j.join(me, j.function(t.Start.Function))
	}
	if h := t.HTTP; h != nil {
		if h.Service != None {
			j.service(g, me, h.Service)
		}
		for _, u := range []*Use{h.DNS, h.Authorizer} {
			if u != nil {
				j.use(g, me, u)
			}
		}
	}
	if q := t.Queue; q != nil {
		if q.Service != None {
			j.service(g, me, q.Service)
		}
		j.send(g, me, q.Dead)
	}
	if s := t.Stream; s != nil { // whose limits each of its shards has by itself
		if s.Service != None {
			j.service(g, me, s.Service)
		}
		j.send(g, me, s.Dead)
	}
	if b := t.Bus; b != nil {
		if b.Service != None {
			j.service(g, me, b.Service)
		}
		j.send(g, me, b.Dead)
	}
	if t.Async != nil {
		j.send(g, me, t.Async.Dead)
	}
	if t.Write != nil {
		j.use(g, me, t.Write)
	}
}

// sets lists the workload's functions that are joined, in the order of the first of each set.
func (j *joiner) sets(g *Graph) [][]uint32 {
	at := map[int32]int{}
	var sets [][]uint32
	add := func(node int32, function uint32) {
		root := j.find(node)
		k, ok := at[root]
		if !ok {
			k = len(sets)
			at[root] = k
			sets = append(sets, nil)
		}
		sets[k] = append(sets[k], function)
	}
	for k := range g.Functions {
		add(j.function(int32(k)), uint32(k))
	}
	for k := range g.Triggers {
		add(j.triggers+int32(k), uint32(g.Triggers[k].Function))
	}
	return sets
}
