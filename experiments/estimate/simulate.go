package estimate

import (
	"context"
	"fmt"
	"strings"

	"github.com/cockroachdb/apd/v3"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/experiments"
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/policies"
	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/sim"
)

func provisionedFloor(n int) (sim.PrewarmFactory, error) {
	return policies.Prewarm(spec.FromValue("estimate", 0, map[string]any{"name": "provisioned", "count": n}))
}

// outcome is what is kept of one simulation: a few numbers, since there are as
// many as plans × replications.
type outcome struct {
	columns []float64         // in the order of results.Metrics
	total   apd.Decimal       // of the bill, in the currency that plans are compared in
	usage   costmodel.Usage   // that the bill is of
	parts   []costmodel.Usage // of the days of a log
}

// simulation says what a run is to see besides sums and quantiles.
type simulation struct {
	parts bool // the usage of each day of a log by itself
	peak  bool // the peak of instances, which takes memory for the length of the window
	also  sim.Observer
}

// run simulates the subject once and prices it.
func (s *subject) run(ctx context.Context, key sim.RunKey, also simulation) (*outcome, error) {
	if unmet := s.tariff.Check(s.platform.Sim); len(unmet) > 0 {
		return nil, inputError("%s: its tariff %s does not fit: it %s", s.choice.Name, s.tariff.Name, strings.Join(unmet, "; it "))
	}
	windows := []sim.Window{s.load.window}
	if also.parts && !s.choice.SnapStart { // restores are counted over the whole window only
		windows = append(windows, s.load.days...)
	}
	unit := experiments.Unit{
		Workload: s.workload, Platforms: []sim.Platform{s.platform.Sim}, Window: s.load.window, Key: key, Sums: !also.peak,
		Meters: func() ([]costmodel.Meter, error) { return s.meters(windows) },
	}
	var observers []sim.Observer
	if also.also != nil {
		observers = append(observers, also.also)
	}
	if s.progress != nil {
		p := s.progress.Start(int64(s.load.simulated()))
		defer p.Finish()
		observers = append(observers, p)
	}
	r, meters, err := unit.Run(ctx, nil, observers...)
	if err != nil {
		return nil, err
	}
	return s.price(r, meters, windows)
}

// meters returns the tariff's meter for each window, and behind these, where
// CPU time is billed, what sums it for each.
func (s *subject) meters(windows []sim.Window) (list []costmodel.Meter, err error) {
	for _, w := range windows {
		m, err := s.tariff.NewMeter(costmodel.MeterConfig{
			Functions: s.functions, Window: w, Platform: s.platform.Sim, VCPU: s.platform.MilliCPU,
		})
		if err != nil {
			return nil, inputError("%w", err)
		}
		list = append(list, m)
	}
	if s.choice.CPUTime {
		for _, w := range windows {
			list = append(list, &cpuMeter{window: w, share: s.share})
		}
	}
	return list, nil
}

// price makes the bill of what the meters counted in the first window, and
// keeps the usage of the others.
func (s *subject) price(r *results.Replication, meters []costmodel.Meter, windows []sim.Window) (*outcome, error) {
	usages := make([]costmodel.Usage, len(windows))
	for i, m := range meters {
		w := i % len(windows)
		var err error
		if usages[w], err = usages[w].Merge(m.Usage()); err != nil {
			return nil, err
		}
	}
	if s.choice.SnapStart {
		usages[0] = s.snapshots(usages[0], r)
	}
	out := &outcome{usage: usages[0], parts: usages[1:]}
	if usages[0].Get("provisioned_idle_memory").Sign() > 0 {
		out.parts = nil // a life says its idle time in the whole window only
	}
	bill, err := s.bill(out)
	if err != nil {
		return nil, err
	}
	total, _ := s.rates.In(&bill.Total, bill.Currency)
	out.columns, out.total = results.Exchange(r.Values(bill), s.rates, bill.Currency), *total
	return out, nil
}

// bill makes the bill of an outcome: all its lines, of which the total is kept.
func (s *subject) bill(o *outcome) (*costmodel.Bill, error) {
	bill, err := s.tariff.Bill(o.usage, s.span, s.load.window.Length())
	if err != nil {
		return nil, inputError("%s: %w", s.choice.Name, err)
	}
	return bill, nil
}

// name says what the choice is, with what was set on it.
func (c *choice) name() string {
	name := c.Name
	if c.memory > 0 {
		name += fmt.Sprintf(", %d MB", c.memory)
	}
	if c.concurrency > 0 {
		name += fmt.Sprintf(", %d at a time", c.concurrency)
	}
	if c.provisioned > 0 {
		name += fmt.Sprintf(", %d always ready", c.provisioned)
	}
	return name
}
