package policies

import (
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// StemCells are OpenWhisk's prewarmed containers: of each runtime and memory some stand
// ready, with the runtime started and no function's code. A start takes one of just its
// runtime and memory, the one that expires first, and another is begun at once. At a
// check every ten minutes those whose time is over are gone, and as many are started as
// cold starts since the last check ask for:
//
//	desired = min(max(min, cold ÷ threshold × increment), max), in whole numbers
//
// or min where there was none. One whose time is over serves until the check. On a
// cluster the counts are of all nodes together; OpenWhisk's are of each invoker, which
// removes a hundred in one check at most.
type StemCells struct {
	Cells  []StemCell    `toml:"cells" required:"true" help:"tables of runtime and memory, and where they differ count, min, max, ttl, threshold, increment, reactive"`
	Every  spec.Duration `toml:"every" default:"10m" help:"from one check to the next [V]"`
	Jitter spec.Duration `toml:"jitter" default:"10s" help:"what is drawn once, uniformly, and added to every [V]"`
	Delay  spec.Duration `toml:"delay" default:"10m" help:"until the first check [V]"`
	Layer  string        `toml:"layer" default:"dependencies" help:"the first phase that is left for who takes one; dependencies or a phase before"`
}

// StemCell is one kind of them.
type StemCell struct {
	Runtime   string        `toml:"runtime" help:"that it has started: functions of this runtime take it; absent: those that state none"`
	Memory    spec.Size     `toml:"memory" default:"256MB" help:"functions of this memory take it"`
	Count     int           `toml:"count" default:"2" help:"how many stand at the start, ≥ 0"`
	Reactive  bool          `toml:"reactive" default:"true" help:"they expire, and their number follows cold starts; false: as many as count are kept"`
	Min       int           `toml:"min" default:"1" help:"the fewest after a check, ≥ 0"`
	Max       int           `toml:"max" default:"4" help:"the most that a check asks for, ≥ min"`
	TTL       spec.Duration `toml:"ttl" default:"2m" help:"after which a check removes one, from when it is ready"`
	Threshold int           `toml:"threshold" default:"1" help:"cold starts since the last check for each increment, ≥ 1"`
	Increment int           `toml:"increment" default:"1" help:"how many more for each of them, ≥ 0"`
}

// About describes the policy.
func (StemCells) About() Entry {
	return Entry{
		Name: "stem-cells", Help: "instances of a runtime that belong to no function, ready to take one's code (OpenWhisk's prewarmed containers)", Control: Operator,
		Example: `cells = [{ memory = "2GB" }]`,
		Source:  "ContainerPool.scala and runtimes.json of apache/openwhisk at 1fae641a [V]; that the jitter is drawn once [M]",
	}
}

// Check refuses what makes no sense.
func (p StemCells) Check(n *spec.Node) error {
	if len(p.Cells) == 0 {
		return at(n, "cells").Errorf(`found no cell, want tables such as { runtime = "python:3.12", memory = "256MB" }`)
	}
	if p.Every < shortestPeriod {
		return at(n, "every").Errorf("found %s, want 1ms or more", p.Every)
	}
	if layer, ok := phaseNamed(p.Layer); !ok || layer == 0 || layer > sim.PhaseDependencies {
		return at(n, "layer").Errorf("found %q, want %s", p.Layer, sharedLayers())
	}
	for i, c := range p.Cells {
		entry := n.Get("cells").Items()[i]
		if mib, whole := c.Memory.MiB(); !whole || mib < 1 {
			return at(entry, "memory").Errorf("found %s, want whole MB, 1 or more", c.Memory)
		}
		if err := checkCounts(entry, 0, named[int]{"count", c.Count}, named[int]{"min", c.Min}, named[int]{"increment", c.Increment}); err != nil {
			return err
		}
		if err := checkCounts(entry, 1, named[int]{"threshold", c.Threshold}); err != nil {
			return err
		}
		if err := checkCounts(entry, c.Min, named[int]{"max", c.Max}); err != nil {
			return err
		}
		for _, other := range p.Cells[:i] {
			if other.Runtime == c.Runtime && other.Memory == c.Memory {
				return at(entry, "memory").Errorf("found a second cell of runtime %q and %s, want one", c.Runtime, c.Memory)
			}
		}
	}
	return nil
}

// phaseNamed returns the phase of a name.
func phaseNamed(name string) (sim.Phase, bool) {
	for _, p := range sim.Phases() {
		if p.String() == name {
			return p, true
		}
	}
	return 0, false
}

// New returns the pool of a platform.
func (p StemCells) New(g sim.Group) sim.SharedPool {
	u := sim.NewStream(g.Key, sim.PurposePolicy, 0).Uniform(0)
	s := &stemCells{every: sim.Time(p.Every) + sim.Time(u*float64(p.Jitter)), delay: sim.Time(p.Delay)}
	layer, _ := phaseNamed(p.Layer)
	for _, c := range p.Cells {
		mib, _ := c.Memory.MiB()
		runtime := c.Runtime
		if layer <= sim.PhaseRuntime {
			runtime = ""
		}
		s.cells = append(s.cells, stemCell{StemCell: c, cell: sim.Cell{Layer: layer, Runtime: runtime, Memory: mib}})
	}
	return s
}

type stemCells struct {
	cells        []stemCell
	every, delay sim.Time
	start        []sim.Cell // the last answer
}

type stemCell struct {
	StemCell
	cell sim.Cell
	cold int // starts since the last check that found none
}

var _ sim.SharedPool = (*stemCells)(nil)

// Tick starts what is missing.
func (s *stemCells) Tick(v sim.PoolView, now sim.Time) sim.PoolAction {
	s.start = s.start[:0]
	for i := range s.cells {
		c := &s.cells[i]
		for n := v.Count(c.cell); n < c.desired(now == 0); n++ {
			s.start = append(s.start, c.cell)
		}
		c.cold = 0
	}
	return sim.PoolAction{Start: s.start, Next: s.check(now + 1)}
}

// desired is how many there should be after a check.
func (c *stemCell) desired(first bool) int {
	if first || !c.Reactive {
		return c.Count
	}
	return min(max(c.Min, c.cold/c.Threshold*c.Increment), c.Max)
}

// check returns the first check at a time or after.
func (s *stemCells) check(at sim.Time) sim.Time {
	if at <= s.delay {
		return s.delay
	}
	return after(s.delay, (at-s.delay+s.every-1)/s.every*s.every)
}

// Started replaces what was taken, and counts what was cold.
func (s *stemCells) Started(_ sim.PoolView, e sim.Started, _ sim.Time) []sim.Cell {
	s.start = s.start[:0]
	if e.Taken {
		return append(s.start, e.Cell)
	}
	for i := range s.cells {
		if c := &s.cells[i]; c.Runtime == e.Runtime && c.cell.Memory == e.Memory {
			c.cold++
		}
	}
	return nil
}

// Idle lets one stay until the first check after its time.
func (s *stemCells) Idle(v sim.View, in sim.Instance, now sim.Time) sim.Decision {
	for i := range s.cells {
		if c := &s.cells[i]; c.Reactive && c.cell.Memory == in.Memory() && c.cell.Runtime == v.Runtime() {
			return sim.Decision{Until: s.check(after(now, sim.Time(c.TTL)))}
		}
	}
	return sim.Decision{Until: sim.Never}
}

// Largest is the memory of the largest cell, MiB: an experiment asks.
func (p StemCells) Largest() (most int64) {
	for _, c := range p.Cells {
		mib, _ := c.Memory.MiB()
		most = max(most, mib)
	}
	return most
}

// Runtimes lists those that its cells have started: an experiment asks.
func (p StemCells) Runtimes() (list []string) {
	for _, c := range p.Cells {
		list = append(list, c.Runtime)
	}
	return list
}
