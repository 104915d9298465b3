package sim

import (
	"cmp"
	"slices"
)

// twinServing is a request that an instance has.
type twinServing struct {
	r          *twinRequest
	start, end Time
	init       Time
	status     Status
	flags      Flags
	own        bool
}

func (t *twin) fail(node int) {
	t.nodeFails = true
	list := t.on(node)
	var all []*twinServing
	by := map[*twinServing]*twinInstance{}
	for _, in := range list {
		for _, v := range in.serving {
			all = append(all, v)
			by[v] = in
		}
	}
	slices.SortFunc(all, func(a, b *twinServing) int {
		return cmp.Or(cmp.Compare(a.r.fn, b.r.fn), cmp.Compare(a.r.place(), b.r.place()))
	})
	for _, v := range all {
		in := by[v]
		status, begun := Failed, v.start <= v.end && v.start < t.now
		switch {
		case begun:
			if t.patience(v.r) < t.now {
				status = Abandoned
			}
			o := t.emit(v.r, v.start, t.now, v.init, status, v.flags, true)
			if v.init > 0 {
				t.waited(o, in, v.own)
			}
		case v.end < v.start && v.end < t.now: // it had timed out before
			t.emit(v.r, v.end, v.end, v.init, v.status, v.flags, false)
		default:
			if t.patience(v.r) < t.now {
				status = Abandoned
			}
			t.emit(v.r, t.now, t.now, v.init, status, v.flags, false)
			in.served--
		}
		in.inUse--
		in.dep.flying--
		t.flying--
		t.out.lost++
	}
	t.failLine(node)
	t.nodeFails = false
	for _, in := range list {
		t.die(in, NodeFailed)
	}
	t.afterLoss(list)
}

func (t *twin) drain(node int) {
	list := t.on(node)
	for _, in := range list {
		switch {
		case in.inUse == 0:
			t.die(in, NodeDrained)
		case in.flags&Draining == 0:
			if in.flags&Provisioned != 0 {
				in.dep.have--
			}
			in.flags |= Draining
			in.leaving = NodeDrained
			in.dep.loses(NodeDrained)
		}
	}
	t.sendOn(node)
	t.afterLoss(list)
}

// die ends an instance that has no requests any more.
func (t *twin) die(in *twinInstance, why StopCause) {
	d := in.dep
	if in.flags&(Provisioned|Draining) == Provisioned {
		d.have--
	}
	if in.idleSince < 0 {
		if in.ready > t.now {
			left := t.now - in.began
			for p := range in.phases {
				in.phases[p] = min(in.phases[p], left)
				left -= in.phases[p]
			}
			in.ready = t.now
		}
		in.idleSince = t.now
		if !in.dep.shared && (in.served > in.before || t.now > in.active) {
			t.stretch(in)
		}
	}
	t.stop(in, why)
}

// afterLoss lets those try again whose instances are gone.
func (t *twin) afterLoss(gone []*twinInstance) {
	var list []*twinDep
	for _, in := range gone {
		if !slices.Contains(list, in.dep) {
			list = append(list, in.dep)
		}
	}
	if t.c.Platforms[0].Limit.Account > 0 {
		t.fromTheLine()
	}
	t.tryAgain(list, func(*twinDep) bool { return true })
}

// counted lists the instances that an autoscaler counts.
func (d *twinDep) counted() (list []*twinInstance) {
	for _, in := range d.instances {
		if in.flags&Draining == 0 {
			list = append(list, in)
		}
	}
	return list
}
