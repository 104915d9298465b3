package sim

import (
	"cmp"
	"math"
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

// planOutages makes events of all outages.
func (t *twin) planOutages() {
	c := t.c.Platforms[0].Cluster
	if c == nil {
		return
	}
	t.blocked = make([]int, len(c.Nodes))
	for _, o := range c.Failures.Schedule {
		if o.At < t.c.Window.Horizon {
			t.outage(o.Node, o.At, o.For, o.Drain)
		}
	}
	if c.Failures.MeanUp == 0 {
		return
	}
	for i := range c.Nodes {
		stream := NewStream(t.c.Key, PurposeNode, Mixed(uint64(i)))
		draw := func(n int, mean Time) Time { return Time(-float64(mean) * math.Log(stream.Uniform(uint64(n)))) }
		at := Time(0)
		for n := 1; ; n += 2 {
			if at += draw(n, c.Failures.MeanUp); at >= t.c.Window.Horizon {
				break
			}
			down := draw(n+1, c.Failures.MeanDown)
			t.outageUntil(i, at, at+down, false)
			at += down
		}
	}
}

func (t *twin) outage(node int, at, long Time, drain bool) {
	until := Time(Never)
	if long > 0 {
		until = at + long
	}
	t.outageUntil(node, at, until, drain)
}

func (t *twin) outageUntil(node int, at, until Time, drain bool) {
	what := uint64(2)
	if drain {
		what = 1
	}
	t.at(at, twinNode, 0, uint64(node)<<2|what, func() {
		t.blocked[node]++
		if drain {
			t.drain(node)
		} else {
			t.fail(node)
		}
		if until < Never {
			t.at(until, twinNode, 0, uint64(node)<<2, func() {
				if t.blocked[node]--; t.blocked[node] == 0 {
					if t.balancer != nil {
						t.sendOn(len(t.lines) - 1)
					}
					t.roomAt(t.now)
				}
			})
		}
	})
}

func (t *twin) fail(node int) {
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
	for _, in := range list {
		t.die(in)
	}
	t.afterLoss(list)
}

func (t *twin) drain(node int) {
	list := t.on(node)
	for _, in := range list {
		switch {
		case in.inUse == 0:
			t.die(in)
		case in.flags&Draining == 0:
			if in.flags&Provisioned != 0 {
				in.dep.have--
			}
			in.flags |= Draining
		}
	}
	t.sendOn(node)
	t.afterLoss(list)
}

// die ends an instance that has no requests any more.
func (t *twin) die(in *twinInstance) {
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
		if in.served > in.before || t.now > in.active {
			t.stretch(in)
		}
	}
	t.stop(in)
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
	t.tryAgain(list)
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
