package results

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/coldcurve/coldcurve/internal/loglinear"
	"github.com/coldcurve/coldcurve/sim"
)

// errLate is a kernel that breaks the contract of sim.ShardObserver.
var errLate = errors.New("recorder: a function went on after its shard was done, or was recorded by two workers")

// Merge adds what another worker's recorder holds, which must not be used
// afterwards. The two must be of the same run: of the same configuration, and
// each function recorded by one of them.
func (r *Recorder) Merge(o *Recorder) error {
	if r.config.Window != o.config.Window || r.sums() != o.sums() || len(r.tally) != len(o.tally) || r.config.Clients != o.config.Clients {
		return fmt.Errorf("recorder: cannot merge window %v and %d functions into window %v and %d functions",
			o.config.Window, len(o.tally), r.config.Window, len(r.tally))
	}
	r.totals.merge(&o.totals)
	r.serving.merge(&o.serving)
	r.users.merge(o.users)
	r.nodes = r.nodes.merge(o.nodes)
	r.series.merge(&o.series)
	r.second.instances.Merge(&o.second.instances)
	r.all.Merge(&o.all)
	r.late = r.late || o.late
	for i := range r.tally {
		if err := r.tally[i].merge(&o.tally[i], &r.pool); err != nil {
			return err
		}
		r.lives[i].merge(&o.lives[i])
	}
	return nil
}

func (t *totals) merge(o *totals) {
	t.Wait.AddWide(o.Wait)
	t.Init.AddWide(o.Init)
	t.Pings += o.Pings
	t.Instance.AddWide(o.Instance)
	t.Before.AddWide(o.Before)
	t.Initialising.AddWide(o.Initialising)
	t.Idle.AddWide(o.Idle)
	t.Wasted.AddWide(o.Wasted)
	t.Lifespan.AddWide(o.Lifespan)
	t.Stopped += o.Stopped
	t.Created += o.Created
	t.Prewarmed += o.Prewarmed
	t.Ahead += o.Ahead
	for c := range t.Stops {
		t.Stops[c] += o.Stops[c]
	}
	for c := range t.Cold {
		t.Cold[c] += o.Cold[c]
	}
	for c := range t.Failures {
		t.Failures[c] += o.Failures[c]
	}
	for p := range t.Phases {
		t.Phases[p].AddWide(o.Phases[p])
	}
	t.Loads.merge(&o.Loads)
	t.FromLayer += o.FromLayer
	t.Pool.merge(o.Pool)
}

func (s *seriesRecorder) merge(o *seriesRecorder) {
	for b := range s.arrivals {
		s.arrivals[b] += o.arrivals[b]
		s.cold[b] += o.cold[b]
	}
	s.instances.merge(&o.instances)
	s.initialising.merge(&o.initialising)
	s.busy.merge(&o.busy)
}

func (d *deploymentTally) merge(o *deploymentTally) {
	d.created += o.created
	d.busy.AddWide(o.busy)
	d.idle.AddWide(o.idle)
	d.wasted.AddWide(o.wasted)
}

func (t *tally) merge(o *tally, pool *pagePool) error {
	t.count(pool)
	o.count(pool)
	if (t.done != nil && (o.done != nil || o.hist != nil)) || (t.hist != nil && o.done != nil) {
		return errLate
	}
	for s := range t.status {
		t.status[s] += o.status[s]
	}
	t.started += o.started
	t.cold += o.cold
	t.latency.AddWide(o.latency)
	if o.done == nil && o.hist == nil {
		return nil
	}
	if t.done == nil && t.hist == nil {
		t.hist, t.done, t.min, t.max = o.hist, o.done, o.min, o.max
		return nil
	}
	t.min, t.max = min(t.min, o.min), max(t.max, o.max)
	o.hist.each(func(b int, n uint64) { t.hist.addTo(b, n, pool) })
	return nil
}

// addTo adds n to a bucket.
func (d *paged) addTo(b int, n uint64, pool *pagePool) {
	g := d.octave[b>>loglinear.SubBits]
	if g == nil {
		g = d.add(b>>loglinear.SubBits, pool)
	}
	c := &g[b&(loglinear.Sub-1)]
	sum := uint64(*c) + n
	*c = uint16(sum & math.MaxUint16)
	if carry := sum >> 16; carry != 0 {
		if d.carry == nil {
			d.carry = make(map[int]uint64)
		}
		d.carry[b] += carry
	}
}

// Finish ends the recording and returns the unit's record. The recorder must
// not be used afterwards.
func (r *Recorder) Finish() (*Replication, error) {
	for i := range r.tally {
		r.fold(&r.tally[i])
	}
	if r.late {
		return nil, errLate
	}
	rep := &Replication{
		Schema:  replicationSchema,
		Window:  r.config.Window,
		Epoch:   r.config.Epoch,
		Wait:    r.totals.Wait,
		Init:    r.totals.Init,
		Pings:   r.totals.Pings,
		Latency: &r.all,
		Instances: InstanceTime{
			Total: r.totals.Instance, Before: r.totals.Before, Initialising: r.totals.Initialising, Idle: r.totals.Idle,
			Wasted: r.totals.Wasted,
		},
		Lives: Lives{
			Created: r.totals.Created, Prewarmed: r.totals.Prewarmed, Ahead: r.totals.Ahead,
			Stopped: r.totals.Stopped, Lifespan: r.totals.Lifespan, Phases: r.totals.Phases, FromLayer: r.totals.FromLayer, Stops: r.totals.Stops,
		},
		Serving:  r.serving.all,
		Users:    r.users,
		Cold:     r.totals.Cold,
		Failures: r.totals.Failures,
		Nodes:    r.nodes,
		Loads:    r.totals.Loads.finish(r.config.Stores),
		Pool:     r.totals.Pool.finish(r.config.Functions),
	}
	rep.BreakingInits = slices.ContainsFunc(r.config.Functions, func(f sim.Function) bool { return f.InitError > 0 })
	if !r.sums() {
		rep.Instances.Peak, rep.Series = r.second.peak(), r.series.finish()
	}
	for i := range r.tally {
		r.addFunction(rep, uint32(i))
	}
	if rep.Attempts = rep.Arrivals(); rep.Users != nil {
		rep.Attempts = rep.Users.Attempts
	}
	rep.AppColdP75 = appColdQuantile(r.config.Functions, r.tally, 0.75)
	return rep, nil
}

// addFunction adds a function's sums to the unit's, and its row where it has
// anything to say.
func (r *Recorder) addFunction(rep *Replication, i uint32) {
	t, d := &r.tally[i], &r.lives[i]
	for s := range t.status {
		rep.Ended[s] += t.status[s]
	}
	rep.Invocations += t.started
	rep.ColdStarts += t.cold
	rep.Latency.sum.AddWide(t.latency)
	row := FunctionRecord{
		Function: i, Ended: t.status, Invocations: t.started, ColdStarts: t.cold,
		Latency: t.latency, Created: d.created, Busy: d.busy, Idle: d.idle, Wasted: d.wasted,
	}
	if t.done != nil {
		row.P50, row.P90, row.P95, row.P99, row.Max = t.done.p50, t.done.p90, t.done.p95, t.done.p99, t.max
	}
	if !row.empty() {
		rep.Functions = append(rep.Functions, row)
	}
}

// finish turns the curves into areas. See Series for what is what.
func (s *seriesRecorder) finish() Series {
	return Series{
		Step: s.grid.width, Arrivals: s.arrivals, ColdStarts: s.cold,
		Instances:    s.instances.areas(&s.grid),
		Initialising: s.initialising.areas(&s.grid),
		Busy:         s.busy.areas(&s.grid),
	}
}

// appColdQuantile returns the q-quantile, by nearest rank, of the cold ratios
// of the applications that had an invocation. A function without an app is one
// by itself.
func appColdQuantile(functions []sim.Function, tally []tally, q float64) Ratio {
	type key struct{ owner, app string }
	index := make(map[key]int)
	var apps []Ratio
	for i := range tally {
		t := &tally[i]
		if t.started == 0 {
			continue
		}
		f := &functions[i]
		k := key{f.Owner, f.App}
		at, known := index[k]
		if !known || f.App == "" {
			at = len(apps)
			apps = append(apps, Ratio{})
			index[k] = at
		}
		apps[at].Num += t.cold
		apps[at].Den += t.started
	}
	if len(apps) == 0 {
		return Ratio{}
	}
	sortRatios(apps)
	return apps[loglinear.Rank(q, uint64(len(apps)))-1]
}
