package experiments

import (
	"context"
	"fmt"

	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/sim"
)

// An Onlooker is an observer of one unit that is simulated once more to be looked into.
// Begin comes before anything is told, and again where a run whose limit binds is made
// again: what was told before is then void.
type Onlooker interface {
	sim.Observer
	Begin()
}

// CellNames are the names of the plan's cells, in their order: swept values and the
// platform, or the application.
func (p *Plan) CellNames() (names []string) {
	for _, c := range p.cells {
		name := c.name
		for i := len(c.point.values) - 1; i >= 0; i-- {
			if v := &c.point.values[i]; v.Label != "" {
				name = fmt.Sprintf("%s=%s, %s", v.Path, v.Label, name)
			}
		}
		names = append(names, name)
	}
	return names
}

// Changed says what of that which determines results is not what it was for the folder that
// a manifest is of, in a few words each: none where it does not tell.
func (p *Plan) Changed(since *results.Manifest) []string {
	now := p.manifest()
	return since.Changed(&now)
}

// Explainer returns one of a cell, which looks at a function of that name; "": at none.
// A function that is not there is an error.
func (p *Plan) Explainer(cell int, function string) (*results.Explainer, error) {
	u := p.cells[cell].units[0]
	e := &results.Explainer{Window: u.window, Functions: u.workload.Functions(), Look: -1}
	if function == "" {
		return e, nil
	}
	i, err := lookedAt(e.Functions, function)
	if err != nil {
		return nil, err
	}
	e.Look = i
	return e, nil
}

// LookAt simulates a cell's replication once more, to the same results, on one core and
// with somebody who looks on.
func (p *Plan) LookAt(ctx context.Context, cell, replication int, by Onlooker) (*results.Replication, error) {
	by.Begin()
	return p.cells[cell].units[replication].attempt(ctx, sim.NewPool(1), by)
}

// Events returns an observer of the events of a cell's replication, in the window that is
// measured, of a function of that name; "": of all.
func (p *Plan) Events(cell, replication int, function string) (*results.Events, error) {
	by, err := p.Explainer(cell, function)
	if err != nil {
		return nil, err
	}
	u := p.cells[cell].units[replication]
	return &results.Events{From: u.window.Warmup, To: u.window.Horizon, Epoch: u.epoch, Functions: by.Functions, Only: by.Look,
		Title: p.Title, Version: Version, Cell: p.CellNames()[cell], Seed: p.Seed, Number: replication}, nil
}
