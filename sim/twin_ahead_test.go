package sim

// twinGroup is the scope of a policy that plans.
type twinGroup struct {
	policy PlanningKeepAlive
	first  uint32
	next   Time
	serial int // of the event in which it is asked
}

// newGroups makes the policies that plan, each for all functions of its scope.
func (t *twin) newGroups() {
	factory := t.c.Platforms[0].KeepAlive
	if _, ok := factory.New(Group{All: t.fns}).(PlanningKeepAlive); !ok {
		return
	}
	members := map[uint32][]uint32{}
	of := func(f uint32) uint32 {
		if factory.Scope() == ScopeAccount {
			return 0
		}
		return t.depOf[f]
	}
	for f := range uint32(len(t.fns)) {
		if !t.fns[f].Outside {
			members[of(f)] = append(members[of(f)], f)
		}
	}
	groups := map[uint32]*twinGroup{}
	for f := range uint32(len(t.fns)) {
		d := t.deps[f]
		if d == nil {
			continue
		}
		if groups[of(f)] == nil {
			groups[of(f)] = &twinGroup{policy: factory.New(Group{Functions: members[of(f)], All: t.fns}).(PlanningKeepAlive), first: f, next: -1}
			t.replan(groups[of(f)])
		}
		d.group = groups[of(f)]
		d.keep = d.group.policy
	}
}

// arrivesBefore tells a policy that plans of an arrival.
func (t *twin) arrivesBefore(d *twinDep) {
	if d.group != nil {
		d.group.policy.Arrived(t.viewOf(d, nil), t.now)
		t.replan(d.group)
	}
}

// replan notes when a policy is to be asked.
func (t *twin) replan(g *twinGroup) {
	if g == nil || g.policy.Next() == g.next {
		return
	}
	g.next = g.policy.Next()
	t.serial++
	serial := t.serial
	g.serial = serial
	if at := max(g.next, t.now); at < t.c.Window.Horizon {
		t.at(at, twinPlanned, g.first, 0, func() {
			if g.serial == serial {
				for _, w := range g.policy.StandBy(t.viewOf(t.deps[t.depOf[g.first]], nil), t.now, nil) {
					t.ready(t.deps[t.depOf[w.Function]], w)
				}
				g.next = -1
				t.replan(g)
			}
		})
	}
}

// ready lets as many stay as are wanted, and starts those that are missing.
func (t *twin) ready(d *twinDep, w Standby) {
	stays := func(in *twinInstance) Time {
		if in.warming && (in.flags&Prewarmed == 0 || in.until == AsKeepAlive) {
			return Never
		}
		return in.until
	}
	var free []*twinInstance
	hold := w.Instances
	for _, in := range d.instances {
		switch idle := in.idleSince >= 0 && in.stage == Whole; {
		case in.inUse > 0 || idle && in.flags&Provisioned != 0:
			hold--
		case idle || in.warming:
			free = append(free, in)
		}
	}
	for ; hold > 0; hold-- {
		var last *twinInstance
		for _, in := range free {
			if in != nil && (last == nil || stays(in) > stays(last) || stays(in) == stays(last) && in.ordinal < last.ordinal) {
				last = in
			}
		}
		if last == nil {
			t.prewarm(d, w.Until)
			continue
		}
		for i := range free {
			if free[i] == last {
				free[i] = nil
			}
		}
		until := w.Until
		if life := t.c.Platforms[0].MaxLifetime; life > 0 {
			until = min(until, last.created+life)
		}
		if stays(last) < until && !last.passing {
			last.until = until
			if !last.warming && until < Never {
				t.untilThen(last, Decision{})
			}
		}
	}
}
