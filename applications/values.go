package applications

import (
	"fmt"
	"math"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/workloads"
)

// Bytes is a size or a distribution of sizes.
type Bytes = workloads.Bytes

// ServiceTime is how long a function takes on a warm instance, without what it waits
// for: a duration, a distribution, or { base = …, per_record = …, per_mb = … }.
type ServiceTime struct {
	Base      workloads.Distribution // of a call
	PerRecord workloads.Distribution // of each record of its batch
	PerByte   float64                // ns for each byte of its input
	given     bool
}

type serviceParts struct {
	Base      workloads.Distribution `toml:"base" help:"of a call"`
	PerRecord workloads.Distribution `toml:"per_record" help:"of each record of its batch, beside it"`
	PerMB     spec.Duration          `toml:"per_mb" help:"of each MB of its input, beside both"`
}

// DecodeSpec reads a service time.
func (s *ServiceTime) DecodeSpec(n *spec.Node) error {
	s.given = true
	if !n.IsTable() || n.Get("dist") != nil {
		return n.Decode(&s.Base)
	}
	if len(n.Keys()) == 0 {
		return n.Errorf(`found an empty table, want { base = …, per_record = …, per_mb = … }, or one of them`)
	}
	var p serviceParts
	if err := n.Decode(&p); err != nil {
		return err
	}
	s.Base, s.PerRecord, s.PerByte = p.Base, p.PerRecord, float64(p.PerMB)/(1<<20)
	return nil
}

// mean is the expected time of a call of so many records and bytes, in ns.
func (s *ServiceTime) mean(records, bytes float64) float64 {
	mean := s.PerByte * bytes
	if s.Base.Sampler != nil {
		mean += s.Base.Mean()
	}
	if s.PerRecord.Sampler != nil {
		mean += s.PerRecord.Mean() * records
	}
	return mean
}

// ItemCount is how many items a map has, and what lists them first.
type ItemCount struct {
	workloads.Count
	Read *useSpec // nil: they stand in the input
}

type itemsRead struct {
	Store       string          `toml:"store" required:"true" help:"that lists them"`
	Op          string          `toml:"op" help:"absent: the first that its service has"`
	Count       workloads.Count `toml:"count" required:"true" help:"how many items it lists"`
	Size        *Bytes          `toml:"size" help:"of the list"`
	Calls       float64         `toml:"calls" default:"1" help:"that list them, one after the other"`
	Probability float64         `toml:"probability" default:"1" help:"that they are listed; else they stand in the input"`
}

// DecodeSpec reads a number of items.
func (c *ItemCount) DecodeSpec(n *spec.Node) error {
	if n.Get("store") == nil {
		if n.Value() == int64(0) {
			c.Counter = noItems{}
			return nil
		}
		return n.Decode(&c.Count)
	}
	var r itemsRead
	if err := n.Decode(&r); err != nil {
		return err
	}
	c.Count = r.Count
	c.Read = &useSpec{Store: r.Store, Op: r.Op, Per: "invocation", Count: r.Calls, Size: r.Size, Probability: r.Probability}
	return nil
}

// Sample implements flows.Map's items.
func (c ItemCount) Sample(u float64) int64 { return int64(c.Count.Count(u)) }

// noItems is the number 0, which no workloads.Counter is.
type noItems struct{}

func (noItems) Count(float64) int32        { return 0 }
func (noItems) Mean() float64              { return 0 }
func (noItems) Range() (least, most int32) { return 0, 0 }

// DecodeSpec reads a latency: a distribution, or { first = …, bandwidth = … }.
func (l *latencySpec) DecodeSpec(n *spec.Node) error {
	if !n.IsTable() || n.Get("dist") != nil {
		return n.Decode(&l.First)
	}
	type plain latencySpec
	return n.Decode((*plain)(l))
}

// part is the check of a part or a probability.
func part(name string, v float64) error {
	if v >= 0 && v <= 1 {
		return nil
	}
	return fmt.Errorf("%s is %v, want 0 … 1", name, v)
}

// amount is the check of a number that is counted, from 0.
func amount(name string, v, most float64) error {
	if v >= 0 && v <= most && !math.IsNaN(v) {
		return nil
	}
	return fmt.Errorf("%s is %v, want 0 … %v", name, v, most)
}
