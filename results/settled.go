package results

import (
	"fmt"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// Settled is the warm-up that a run has found by itself, one for all cells.
type Settled struct {
	Rule         string `json:"rule"` // mser-5
	Nanoseconds  int64  `json:"warmup_ns"`
	Of           string `json:"latest_of"` // the cell and replication that settles last
	Cells        int    `json:"cells"`     // over which it is the latest
	Replications int    `json:"replications"`
}

// From is the time from which on it is measured, ns.
func (s *Settled) From() sim.Time { return sim.Time(s.Nanoseconds) }

// note says what is left out of every cell, and why as much.
func (s *Settled) note() string {
	if s == nil {
		return ""
	}
	over := plural(s.Cells, "cell", "cells") + " and " + plural(s.Replications, "replication", "replications")
	if s.Nanoseconds == 0 {
		return fmt.Sprintf("warm-up: none; by %s on latencies in the order of arrival, none of %s has a start to leave out", s.Rule, over)
	}
	return fmt.Sprintf("warm-up: what arrives in the first %s is left out of every cell: the largest point of %s on latencies in the order of arrival, of %s (%s)",
		spec.Duration(s.Nanoseconds), s.Rule, over, oneLine(s.Of))
}

// found is the warm-up in words; "" where none was found.
func (s *Settled) found() string {
	if s == nil {
		return ""
	}
	return spec.Duration(s.Nanoseconds).String()
}
