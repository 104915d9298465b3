package sim

import (
	"math/big"
	"slices"
)

// twinTask is a service that shares the cores of its node, the slow way: what is left of it
// is known as a fraction, and its end is sought again whenever something changes there.
type twinTask struct {
	twinService
	r    *twinRequest
	d    *twinDep
	left *big.Rat // ns
	gone bool     // its client
	good Status   // once it is served
}

func (t *twin) sharesCPU() bool {
	c := t.c.Platforms[0].Cluster
	return c != nil && c.SharedCPU
}

// serveShared serves a request on shared cores. It returns false where that times out
// before anything of it is served.
func (t *twin) serveShared(d *twinDep, in *twinInstance, r *twinRequest, s twinService, fails bool) bool {
	limit := Never
	if to := t.timeout(r); to > 0 {
		limit = s.start + to
		if t.c.Platforms[0].TimeoutClock == RequestClock {
			limit = r.arrival + to
		}
	}
	if limit <= s.start || s.service == 0 {
		return false
	}
	s.in = in
	k := &twinTask{good: Completed, twinService: s, r: r, d: d, left: big.NewRat(s.service, 1)}
	if fails {
		k.good = Failed
	}
	r.task = k
	in.inUse++
	in.served++
	d.flying++
	t.flying++
	t.touch(in)
	in.serving = append(in.serving, &twinServing{r, s.start, twinForever, s.init, Failed, s.flags, s.own})
	if limit < Never {
		t.at(limit, twinLeave, r.fn, r.place(), func() {
			if r.done {
				return
			}
			t.compute(in.node)
			status := TimedOut
			if k.begun && t.done(k) {
				status = k.good
			}
			t.finishShared(k, status)
		})
	}
	if given := t.patience(r); given < Never {
		t.at(given, twinGiveUp, r.fn, r.place(), func() {
			switch {
			case r.done || k.gone:
			case t.c.Platforms[0].Abandoned == ServeOn:
				k.gone = true
				t.parts(r, s.start, Abandoned, s.init, s.flags)
			case k.begun:
				t.finishShared(k, Abandoned)
			default:
				t.unbind(d, in, r, s.init, s.flags)
			}
		})
	}
	begin := func() {
		if r.done {
			return
		}
		t.compute(in.node)
		k.begun = true
		t.tasks = append(t.tasks, k)
		t.seekEnds(in.node)
	}
	if s.start == t.now {
		begin()
	} else {
		t.at(s.start, twinBegin, r.fn, r.place(), begin)
	}
	return true
}

// done reports whether as good as nothing is left of a service.
func (t *twin) done(k *twinTask) bool { return k.left.Cmp(big.NewRat(1, 1<<20)) <= 0 }

// paceOf returns how fast services on a node go on.
func (t *twin) paceOf(node int) *big.Rat {
	p := &t.c.Platforms[0]
	busy, demand := map[*twinInstance]bool{}, int64(0)
	for _, k := range t.tasks {
		if k.in.node == node && !busy[k.in] {
			busy[k.in] = true
			vcpu := p.MilliCPU
			if p.MemoryPerCPU > 0 {
				x := new(big.Rat).Add(big.NewRat(1000*k.d.memory, p.MemoryPerCPU), big.NewRat(1, 2))
				vcpu = max(1, new(big.Int).Quo(x.Num(), x.Denom()).Int64())
			}
			demand += vcpu
		}
	}
	if cores := p.Cluster.Nodes[node].MilliCPU; demand > cores {
		return big.NewRat(cores, demand)
	}
	return big.NewRat(1, 1)
}

// compute lets the services on a node go on until now.
func (t *twin) compute(node int) {
	done := new(big.Rat).Mul(t.paceOf(node), big.NewRat(t.now-t.computed[node], 1))
	for _, k := range t.tasks {
		if k.in.node == node {
			k.left.Sub(k.left, done)
		}
	}
	t.computed[node] = t.now
}

// seekEnds makes events of when the services on a node will end if nothing changes.
func (t *twin) seekEnds(node int) {
	if t.version == nil {
		t.version = map[int]int{}
	}
	t.version[node]++
	version := t.version[node]
	for _, k := range t.tasks {
		if k.in.node != node {
			continue
		}
		need := new(big.Rat).Sub(k.left, big.NewRat(1, 1<<20))
		need.Quo(need, t.paceOf(node))
		at := t.now
		if need.Sign() > 0 { // rounded up
			up := new(big.Int).Add(need.Num(), new(big.Int).Sub(need.Denom(), big.NewInt(1)))
			at += new(big.Int).Quo(up, need.Denom()).Int64()
		}
		t.at(at, twinLeave, k.r.fn, k.r.place(), func() {
			if !k.r.done && t.version[node] == version {
				t.compute(node)
				t.finishShared(k, k.good)
			}
		})
	}
}

// stopTask takes a service that ends from its node.
func (t *twin) stopTask(k *twinTask) {
	if !slices.Contains(t.tasks, k) {
		return
	}
	t.compute(k.in.node)
	t.tasks = slices.DeleteFunc(t.tasks, func(x *twinTask) bool { return x == k })
	t.seekEnds(k.in.node)
}

func (t *twin) finishShared(k *twinTask, status Status) {
	if k.gone {
		status = Abandoned
	}
	o := t.emit(k.r, k.start, t.now, k.init, status, k.flags, true)
	if k.init > 0 {
		t.waited(o, k.in, k.own)
	}
	t.complete(k.in)
}
