package applications

import (
	"errors"
	"fmt"
	"slices"

	"github.com/coldcurve/coldcurve/applications/catalog"
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/flows"
	"github.com/coldcurve/coldcurve/workloads"
)

// Platform is what an application needs to know of a platform of an experiment.
type Platform struct {
	Name     string
	Region   string // "": a place of its own, by its name
	Provider string // aws, azure, gcp, or as tariffs name it; "": the region's
	Preset   string // by which the catalogue knows its limits; "": none
	// Limit is how many instances it has at most, and Concurrency how many requests each
	// takes: together they say when a function is full, for routing by overflow. 0: no
	// limit; 0 counts as 1.
	Limit       int
	Concurrency int
	Rejects     bool     // over its limit it rejects rather than lets wait
	Served      bool     // it has a server, which says how long requests with tokens take
	Shares      bool     // the requests of an instance share its processor, so that a function's own time depends on them
	CPUShare    float64  // where they do: how much of that time, as it is on one vCPU, is computing
	Timed       bool     // its server alone says how long any request takes, whatever a function's own time
	Unslowed    error    // why no factor can act on the times of that server; nil: one can
	Timeout     sim.Time // of a request, where a function states none; 0: none
	Init        sim.Init // of an instance, where a function states none
	// Price returns about what a call costs in USD, for routing by price; nil: nothing.
	Price func(Asked) float64
	// Memory returns the MiB of an instance of a function that asks for so many, 0 of one
	// that says none; nil: as many as it asks for. VCPU returns how many vCPUs an instance
	// of so many MiB has; nil: that is not known.
	Memory func(mib int64) int64
	VCPU   func(mib int64) float64
}

// Asked is a call in the mean.
type Asked struct {
	Memory        int64   // MiB; 0: the platform's default
	Busy          float64 // ns
	Input, Output float64 // tokens
}

// Options are what an application is compiled for.
type Options struct {
	// Platforms are those of the experiment; nil: one is assumed for each name that the
	// application asks for, in no region, as for a drawing.
	Platforms []Platform
	Window    sim.Window
	Epoch     sim.Time
	Scale     float64 // factor on what arrives from outside, but for schedules; 0: 1
	// Regional finds the tariff that has the prices of one in a region of its provider; of
	// is the region whose prices stand in where those are not known, "" where they are, or
	// the tariff is of no region in particular. nil: each tariff holds everywhere.
	Regional func(tariff, region string) (there, of string)
}

// Compiled is an application on the platforms of an experiment.
type Compiled struct {
	Graph    *flows.Graph
	Workload sim.Workload // its functions, then one that is Outside for each trigger; a tokens.Source
	On       []int        // platform of each function, by its place in Options.Platforms; −1 of a trigger
	Notes    []Note       // what is assumed, in the order in which it is used
	Untimed  []Way        // that are taken, and take no time: no round trip of them was measured
	Missed   []string     // of engines that flows run on: by how much predictions of their latency were off
	Leaving  *Leaving     // nil: nothing is said of it
}

// Note is a value that was taken from the catalogue, or assumed.
type Note struct {
	Subject string // service sqs, engine step-functions-express, network us-east-1
	Text    string // queue.visibility = "30s"
	Grade   string // see catalog.Grades
	Source  string
	AsOf    string
}

// Leaving is what it costs to leave a provider, once.
type Leaving struct {
	From   string
	Bytes  int64 // that move
	Tariff string
	Meter  string // of the tariff, by bytes
	Days   float64
	Day    float64 // USD of one
}

// compiler compiles one application.
type compiler struct {
	*Application
	o         Options
	g         *flows.Graph
	notes     notes
	missed    []string // of Compiled
	problems  []problem
	on        []int // platform of each function
	places    map[string]int32
	providers map[string]string // by place
	owners    map[string]flows.Owner
	meters    map[flows.Meter]int32
	services  map[string]int32 // by the name of a store, and of what overheads ask
	buckets   map[limitKey]*flows.Bucket
	slots     map[string]*flows.Slots   // workers of engines, as polls
	rooms     map[limitKey]*flows.Slots // executions at a time
	polls     map[string]*flows.Polls
	firstOf   []int32 // first step of each flow in Graph.Steps
	coldAdds  []coldAdd
	steps     []int32      // how many steps lie before those of each flow
	drawn     bool         // no experiment has said what its platforms are
	timeless  map[Way]bool // ways of which no round trip is known
}

// Compile puts the functions on their platforms. Its errors name file and line.
func (a *Application) Compile(o Options) (*Compiled, error) {
	assumed := o.Platforms == nil
	if assumed {
		for _, name := range a.Platforms() {
			o.Platforms = append(o.Platforms, Platform{Name: name, Served: true})
		}
	} else if len(a.holes) > 0 {
		return nil, &Unfilled{a.holes}
	}
	c := &compiler{
		Application: a, o: o, drawn: assumed, g: &flows.Graph{Horizon: o.Window.Horizon, Warmup: o.Window.Warmup, Epoch: o.Epoch},
		places: map[string]int32{}, providers: map[string]string{}, owners: map[string]flows.Owner{}, meters: map[flows.Meter]int32{},
		timeless: map[Way]bool{}, services: map[string]int32{}, buckets: map[limitKey]*flows.Bucket{}, slots: map[string]*flows.Slots{}, rooms: map[limitKey]*flows.Slots{}, polls: map[string]*flows.Polls{},
	}
	c.putFunctions()
	c.putPlaces()
	if len(c.problems) > 0 {
		return nil, together(c.problems)
	}
	for i := range a.file.Stores {
		c.declareStore(i)
	}
	for i := range a.file.Stores {
		c.store(i)
	}
	for i := range a.file.Functions {
		c.function(i)
	}
	c.countSteps()
	for i := range a.file.Flows {
		c.flow(i)
	}
	for i := range a.file.Triggers {
		c.trigger(i)
	}
	c.checkCalls()
	c.overheads()
	c.rings()
	c.hops()
	c.outages()
	c.g.Drain = c.drain()
	out := &Compiled{Graph: c.g, On: c.on, Leaving: c.leaving()}
	if len(c.problems) > 0 {
		return nil, together(c.problems)
	}
	for range a.file.Triggers {
		out.On = append(out.On, -1)
	}
	var err error
	if out.Workload, err = c.workload(); err != nil {
		return nil, err
	}
	out.Notes, out.Untimed, out.Missed = c.notes.list, c.unmeasured(), c.missed
	return out, nil
}

// fail notes what is wrong at a node: all of it is told at once.
func (c *compiler) fail(at *spec.Node, format string, a ...any) {
	c.problems = append(c.problems, problem{at, fmt.Errorf(format, a...)})
}

// putFunctions finds the platform of each function.
func (c *compiler) putFunctions() {
	var names []string
	for _, p := range c.o.Platforms {
		names = append(names, p.Name)
	}
	for i := range c.file.Functions {
		f := &c.file.Functions[i]
		at := c.at("function", i)
		k := slices.Index(names, f.Platform)
		c.on = append(c.on, k)
		switch {
		case k < 0 && f.Platform == hole:
		case k < 0:
			c.fail(below(at, "platform"), "%w", errors.New(spec.Unknown("platform", f.Platform, names)))
		case f.Tokens != nil && !c.o.Platforms[k].Served:
			c.fail(below(at, "tokens"), "found tokens, and the platform %q has no server that they could be asked of", f.Platform)
		case f.Tokens == nil && !f.Service.given && len(c.holes) == 0:
			c.fail(at, "missing key %q", "service")
		}
	}
}

// owner returns the owner of a name.
func (c *compiler) owner(name string) flows.Owner {
	if o, ok := c.owners[name]; ok {
		return o
	}
	o := flows.Owner(len(c.g.Owners))
	c.g.Owners = append(c.g.Owners, name)
	c.owners[name] = o
	return o
}

// meter returns the index of a meter; None of no name, or of no tariff.
func (c *compiler) meter(tariff, name, unit string) int32 {
	if name == "" || tariff == "" || tariff == unbilled {
		return flows.None
	}
	m := flows.Meter{Tariff: tariff, Name: name, Unit: unit}
	i, ok := c.meters[m]
	if !ok {
		i = int32(len(c.g.Meters))
		c.g.Meters, c.meters[m] = append(c.g.Meters, m), i
	}
	return i
}

// unbilled is the tariff of what is not billed.
const unbilled = "none"

// Units of meters, as costmodel names them.
const (
	perCall   = "1"
	perByte   = "byte"
	perTime   = "ns"
	perMemory = "MiB-ns"
	perStored = "byte-s"
)

// notes are what was taken from the catalogue, each once.
type notes struct {
	list []Note
	seen map[[2]string]bool
}

func (n *notes) add(subject, key, text string, b catalog.Basis) {
	id := [2]string{subject, key}
	if n.seen[id] {
		return
	}
	if n.seen == nil {
		n.seen = map[[2]string]bool{}
	}
	n.seen[id] = true
	if text == "" {
		text = "not measured: 0"
	}
	n.list = append(n.list, Note{subject, fmt.Sprintf("%s = %s", key, text), b.Grade, b.Source, b.AsOf})
}

// take returns a value of the catalogue, and notes that it was taken.
func take[T any](c *compiler, subject, key string, f *catalog.Fact[T]) T {
	if f.Stated {
		c.notes.add(subject, key, f.Text(), f.Basis)
	}
	return f.Value
}

// either returns the file's value where it is given, else the catalogue's.
func either[T any](c *compiler, given bool, mine T, subject, key string, f *catalog.Fact[T]) T {
	if given {
		return mine
	}
	return take(c, subject, key, f)
}

// delayOf is a distribution as the simulator takes it; nil: none.
func delayOf(d workloads.Distribution) flows.Delay {
	switch s := d.Sampler.(type) {
	case nil:
		return nil
	case workloads.Constant:
		if s.Sample(0.5) == 0 {
			return nil
		}
	}
	return d.Sampler
}

// bytesOf is a distribution of sizes as the simulator takes it; nil: none.
func bytesOf(b *Bytes) flows.Bytes {
	if b == nil || b.Sizer == nil {
		return nil
	}
	return b.Sizer
}

// latency returns the file's latency where it is given, else the catalogue's.
func (c *compiler) latency(mine *workloads.Distribution, subject, key string, f *catalog.Fact[workloads.Distribution]) flows.Delay {
	if mine != nil {
		return delayOf(*mine)
	}
	return delayOf(take(c, subject, key, f))
}

// times is durations as the simulator has them.
func times(list []spec.Duration) (out []sim.Time) {
	for _, d := range list {
		out = append(out, sim.Time(d))
	}
	return out
}
