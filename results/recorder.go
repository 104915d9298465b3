package results

import (
	"fmt"
	"math"

	"github.com/coldcurve/coldcurve/internal/loglinear"
	"github.com/coldcurve/coldcurve/sim"
)

// Config is what a Recorder must know beforehand.
type Config struct {
	// Window is the measured part of the run, longer than 0.
	Window sim.Window
	// Epoch is when time 0 is, in ns since 1970-01-01T00:00:00Z.
	Epoch sim.Time
	// Functions are the workload's functions; the slice is kept.
	Functions []sim.Function
	// Concurrency is the number of requests that an instance serves at a
	// time. Where it is > 1, the time in which an instance is busy is not the
	// sum of its requests' service, and comes from its active stretches.
	Concurrency int
	// Goodput is what a request to a language model must meet to count as good.
	Goodput Goodput
	// Clients says that clients give up or ask again: requests of users are then
	// counted beside their attempts.
	Clients bool
	// Stores are the names of the platform's stores, nearest first.
	Stores []string
}

// Recorder gathers what happened in one unit, as a sim.Observer: one a
// worker, merged afterwards. All of it is integer sums, so that merging in any
// order gives the same bits, and its size depends on the number of functions
// and of the seconds in which an instance starts or stops, not on the number of
// invocations nor on the length of the window.
type Recorder struct {
	config  Config
	totals  totals
	series  seriesRecorder
	second  seconds
	tally   []tally
	lives   []deploymentTally
	serving servingRecorder
	users   *Users // nil: each request is a user's
	nodes   *Nodes // nil: there are none
	pool    pagePool
	all     Histogram // of the functions that are done; its sum is set by Finish
	late    bool      // a function went on after its shard was done

	touched uint8 // keeps the loads of touch
}

// totals are the sums that belong to no function.
type totals struct {
	Wait, Init   sim.Wide // ns, over started and over cold invocations
	Pings        uint64   // that arrived in the window
	Instance     sim.Wide // ns × instances, within the window
	Before       sim.Wide // of these, before their sandboxes
	Initialising sim.Wide
	Idle         sim.Wide
	Wasted       sim.Wide // MiB × ns idle
	Lifespan     sim.Wide // ns, of the instances that stopped in the window
	Stopped      uint64
	Created      uint64 // instances created in the window
	Prewarmed    uint64 // of these, those that no request waited for
	Ahead        uint64 // lives of such instances that were there in the window, whenever created
	Phases       [sim.NumPhases]sim.Wide
	Loads        loadCounts                // of initialisations that began in the window
	FromLayer    uint64                    // starts that went on from a layer
	Pool         poolSums                  // of what belongs to no function
	Stops        [sim.NumStopCauses]uint64 // of the stopped ones
	Cold         [sim.NumColdCauses]uint64 // of the cold invocations
	Failures     [sim.NumFailCauses]uint64 // of the requests that failed
}

// tally is what is known of a function while it runs. Its first cache line is
// what a warm request touches: with many functions called in turn, each line
// more is a wait for the memory. So the buckets of some requests are noted there
// before they are counted, these and the requests themselves, all at once.
type tally struct {
	latency  sim.Wide // of the completed ones, like min and max
	min, max int64
	hist     *paged
	pending  [pendingRequests]uint16 // buckets of completed requests that are not counted yet
	waiting  uint8                   // how many
	status   [statuses]uint64
	started  uint64
	cold     uint64
	done     *quantiles // once its shard is done
}

const pendingRequests = 11

// deploymentTally is the same of a deployment, at its first function.
type deploymentTally struct {
	created uint64
	busy    sim.Wide // ns × instances, within the window
	idle    sim.Wide
	wasted  sim.Wide // MiB × ns
}

// quantiles are taken from a function's histogram when its shard is done.
type quantiles struct{ p50, p90, p95, p99 int64 }

// seriesRecorder is the coarse time series.
type seriesRecorder struct {
	grid         grid
	arrivals     []uint64
	cold         []uint64
	instances    curve
	initialising curve // all initialisations
	busy         curve // requests in service, or active stretches; see Config.Concurrency
}

var (
	_ sim.WarmObserver     = (*Recorder)(nil)
	_ sim.LifeObserver     = (*Recorder)(nil)
	_ sim.ShardObserver    = (*Recorder)(nil)
	_ sim.ActivityObserver = (*activeRecorder)(nil)
)

// NewRecorder returns an empty recorder.
func NewRecorder(c Config) (*Recorder, error) {
	if c.Window.Warmup < 0 || c.Window.Length() <= 0 {
		return nil, fmt.Errorf("recorder: the window from %d ns to %d ns has no length", c.Window.Warmup, c.Window.Horizon)
	}
	r := &Recorder{
		config:  c,
		tally:   make([]tally, len(c.Functions)),
		lives:   make([]deploymentTally, len(c.Functions)),
		serving: newServingRecorder(c.Window, c.Goodput),
		second:  newSeconds(c.Window),
		series:  seriesRecorder{grid: newGrid(c.Window, SeriesStep(c.Window.Length()))},
	}
	if c.Clients {
		r.users = newUsers()
		r.users.Traffic = newTraffic(r.series.grid.n)
	}
	for i := range r.tally {
		r.tally[i].min = math.MaxInt64
	}
	g := &r.series.grid
	r.series.arrivals, r.series.cold = make([]uint64, g.n), make([]uint64, g.n)
	r.series.instances, r.series.initialising = newCurve(g), newCurve(g)
	r.series.busy = newCurve(g)
	return r, nil
}

// Observer returns what to hand to the kernel: the recorder itself, or, where
// instances serve several requests at a time, the recorder with an ear for
// active stretches.
func (r *Recorder) Observer() sim.Observer {
	if r.config.Concurrency > 1 {
		return &activeRecorder{r}
	}
	return r
}

// activeRecorder is a Recorder that listens to active stretches.
type activeRecorder struct{ *Recorder }

// Activities adds the stretches, less the initialisation that they begin
// with, to the curve of busy instances.
func (a *activeRecorder) Activities(batch []sim.Activity) {
	g, c := &a.series.grid, &a.series.busy
	for i := range batch {
		c.add(g, batch[i].From+batch[i].Init, batch[i].To)
	}
}

// Requests counts a batch of requests.
func (r *Recorder) Requests(batch []sim.Outcome) {
	if batch[0].Function != batch[len(batch)-1].Function {
		r.touch(batch)
	}
	if r.users != nil {
		r.users.add(r.config.Window, batch)
		if t := r.users.Traffic; t != nil {
			t.add(&r.series.grid, batch)
		}
	}
	c := cursor{to: -1}
	for i := range batch {
		o := &batch[i]
		if o.Arrival < c.from || o.Arrival >= c.to {
			r.move(&c, o.Arrival)
		}
		r.one(o, &c)
	}
}

// touch reads what a batch of requests to many functions will need: these loads
// do not depend on each other, so that their waits for the memory overlap.
func (r *Recorder) touch(batch []sim.Outcome) {
	var n uint8
	for i := range batch {
		n += r.tally[batch[i].Function].waiting
	}
	r.touched = n
}

// Warm counts a run of warm requests. Those that end in the bucket of the time
// series in which they arrive, most of them, are summed up in registers; each
// other takes one.
func (r *Recorder) Warm(run []sim.Invocation) {
	if r.users != nil {
		r.users.warm(r.config.Window, run)
		if t := r.users.Traffic; t != nil {
			t.warm(&r.series.grid, run)
		}
	}
	t := &r.tally[run[0].Function]
	c := cursor{to: -1}
	for len(run) > 0 {
		if v := &run[0]; v.Arrival < c.from || v.Arrival >= c.to {
			r.move(&c, v.Arrival)
		}
		n := r.stretch(t, run, &c)
		if n == 0 {
			v := &run[0]
			r.one(&sim.Outcome{Arrival: v.Arrival, Start: v.Arrival, End: v.Arrival + v.Service, Function: v.Function, Started: true}, &c)
			n = 1
		}
		run = run[n:]
	}
}

// stretch counts the requests at the start of a run that lie within the
// cursor's bucket, and returns how many there are. It must do exactly what one
// does with each of them.
func (r *Recorder) stretch(t *tally, run []sim.Invocation, c *cursor) (n int) {
	if v := &run[0]; v.Arrival < c.from || v.Arrival+v.Service > c.to {
		return 0
	}
	hist := t.pages(&r.pool)
	low, high := t.min, t.max
	var busy sim.Time // at most the run's length × the bucket's width
	for n < len(run) {
		v := &run[n]
		if v.Arrival+v.Service > c.to {
			break
		}
		busy += v.Service
		low, high = min(low, v.Service), max(high, v.Service)
		hist.record(loglinear.Of(v.Service), &r.pool)
		n++
	}
	t.min, t.max = low, high
	t.latency.Add(busy)
	t.status[sim.Completed] += uint64(n)
	t.started += uint64(n)
	r.series.arrivals[c.bucket] += uint64(n)
	if r.config.Concurrency <= 1 {
		r.series.busy.part[c.bucket] += busy
	}
	return n
}

// cursor is the bucket of the time series that the last request arrived in:
// most often the next one does too. It is empty where that is outside the window.
type cursor struct {
	bucket   int
	from, to sim.Time
}

// move sets the cursor to the bucket of a time.
func (r *Recorder) move(c *cursor, at sim.Time) {
	if !r.config.Window.Contains(at) {
		c.from, c.to = 0, -1
		return
	}
	g := &r.series.grid
	c.bucket = g.of(at)
	c.from = g.from(c.bucket)
	c.to = c.from + g.length(c.bucket)
}

// one counts a request of any kind; the cursor is at its arrival.
func (r *Recorder) one(o *sim.Outcome, c *cursor) {
	s := &r.series
	if o.Started && r.config.Concurrency <= 1 {
		if o.Start >= c.from && o.End <= c.to {
			s.busy.part[c.bucket] += o.End - o.Start
		} else {
			s.busy.add(&s.grid, o.Start, o.End)
		}
	}
	if !o.Within(r.config.Window) {
		return
	}
	if o.Flags&sim.Ping != 0 {
		r.totals.Pings++
		return
	}
	in := c.to > c.from // the series has a bucket for it
	if in {
		s.arrivals[c.bucket]++
	}
	t := &r.tally[o.Function]
	if o.Started {
		r.totals.Wait.Add(o.Start - o.Arrival)
		if o.Flags&sim.Cold != 0 {
			t.cold++
			r.totals.Cold[o.Cause]++
			if in {
				s.cold[c.bucket]++
			}
			r.totals.Init.Add(o.Init)
		}
	}
	if o.Status != sim.Completed {
		t.status[o.Status]++
		if o.Status == sim.Failed {
			r.totals.Failures[o.Failure]++
		}
		if o.Started {
			t.started++
		}
		return
	}
	latency := o.End - o.Arrival
	t.latency.Add(latency)
	t.min, t.max = min(t.min, latency), max(t.max, latency)
	t.pending[t.waiting] = uint16(loglinear.Of(latency))
	if t.waiting++; t.waiting == pendingRequests {
		t.count(&r.pool)
	}
}

// count counts the completed requests that are pending.
func (t *tally) count(pool *pagePool) {
	if t.waiting == 0 {
		return
	}
	hist := t.pages(pool)
	for _, b := range t.pending[:t.waiting] {
		hist.record(int(b), pool)
	}
	t.status[sim.Completed] += uint64(t.waiting)
	t.started += uint64(t.waiting)
	t.waiting = 0
}

// pages returns the function's histogram, and gives it one where it has none.
func (t *tally) pages(pool *pagePool) *paged {
	if t.hist == nil {
		t.hist = pool.newPaged()
	}
	return t.hist
}

// Lives adds the lives of instances, cut to the window.
func (r *Recorder) Lives(batch []sim.Life) {
	w, s := r.config.Window, &r.series
	for i := range batch {
		l := &batch[i]
		ready := min(l.Ready, l.Stopped)
		r.second.add(l.Created, l.Stopped)
		s.instances.add(&s.grid, l.Created, l.Stopped)
		s.initialising.add(&s.grid, l.Created, ready)
		r.addLife(l, w.Clip(l.Created, l.Stopped), w.Clip(l.Created, ready))
	}
}

// addLife adds to the sums an instance that was there for total, and
// initialising for init, of the window.
func (r *Recorder) addLife(l *sim.Life, total, init sim.Time) {
	t, d := &r.totals, &r.lives[l.Deployment]
	if l.Stage == sim.Shared {
		d = r.totals.Pool.of(l)
	}
	t.Instance.Add(total)
	t.Before.Add(r.config.Window.Clip(l.Created, min(l.Stopped, l.Created+beforeSandbox(l))))
	t.Initialising.Add(init)
	t.Idle.Add(l.Idle)
	t.Wasted.AddProduct(l.Memory, l.Idle)
	d.busy.Add(total - init - l.Idle)
	d.idle.Add(l.Idle)
	d.wasted.AddProduct(l.Memory, l.Idle)
	if l.Flags&(sim.Prewarmed|sim.Provisioned) != 0 && (total > 0 || r.config.Window.Contains(l.Created)) {
		t.Ahead++
	}
	if l.Flags&sim.Live == 0 && r.config.Window.Contains(l.Stopped) {
		t.Lifespan.Add(l.Stopped - l.Created)
		if l.Flags&sim.Passing == 0 {
			t.Stopped++
			t.Stops[l.Cause]++
		}
	}
	if !r.config.Window.Contains(l.Created) {
		return
	}
	if l.Sources != 0 {
		t.Loads.add(l.Sources)
	}
	if l.Flags&sim.Later != 0 {
		if l.Stage == sim.Whole && l.Layer > 0 {
			t.FromLayer++
		}
		return
	}
	t.Created++
	d.created++
	if l.Flags&(sim.Prewarmed|sim.Provisioned) != 0 {
		t.Prewarmed++
		return
	}
	for p, length := range l.Phases {
		t.Phases[p].Add(length)
	}
}

// ShardDone takes the quantiles of functions that are done, and gives the
// memory of their histograms to the functions that follow.
func (r *Recorder) ShardDone(functions []uint32) {
	for _, f := range functions {
		r.fold(&r.tally[f])
	}
}

// fold adds a function's histogram to the one of all, and keeps its quantiles.
func (r *Recorder) fold(t *tally) {
	t.count(&r.pool)
	if t.hist == nil {
		return
	}
	if t.done != nil {
		r.late = true
	}
	t.done = takeQuantiles(t.hist, t.status[sim.Completed], t.min, t.max)
	var total uint64
	t.hist.each(func(b int, n uint64) {
		r.all.counts[b] += n
		total += n
	})
	r.all.addSummary(total, sim.Wide{}, t.min, t.max)
	r.pool.release(t.hist)
	t.hist = nil
}

// takeQuantiles finds a function's quantiles in one pass.
func takeQuantiles(d *paged, n uint64, lo, hi int64) *quantiles {
	q := &quantiles{}
	want := [...]struct {
		rank uint64
		into *int64
	}{{loglinear.Rank(0.50, n), &q.p50}, {loglinear.Rank(0.90, n), &q.p90}, {loglinear.Rank(0.95, n), &q.p95}, {loglinear.Rank(0.99, n), &q.p99}}
	next := 0
	var seen uint64
	d.each(func(b int, c uint64) {
		seen += c
		for next < len(want) && seen >= want[next].rank {
			*want[next].into = min(max(loglinear.Middle(b), lo), hi)
			next++
		}
	})
	return q
}
