package estimate

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/policies"
	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/sim"
)

func provisionedFloor(n int) (sim.PrewarmFactory, error) {
	return policies.Prewarm(spec.FromValue("estimate", 0, map[string]any{"name": "provisioned", "count": n}))
}

// cpuMeter sums the CPU time of requests in a window: a share of each service
// time, in thousandths, rounded down to a nanosecond.
type cpuMeter struct {
	window sim.Window
	share  int64
	total  sim.Time
}

// Requests adds those of the window.
func (m *cpuMeter) Requests(batch []sim.Outcome) {
	for i := range batch {
		o := &batch[i]
		if o.Started && o.Status != sim.Rejected && m.window.Contains(o.Arrival) {
			m.total += (o.End - o.Start) / 1000 * m.share
		}
	}
}

// watch is what one worker sees: the recorder, and a meter for the whole window
// and for each of its parts.
type watch struct {
	recorder *results.Recorder
	meters   []costmodel.Meter
	cpu      []*cpuMeter
}

func (s *subject) watch(windows []sim.Window, key sim.RunKey) (*watch, error) {
	w := new(watch)
	var err error
	if w.recorder, err = results.NewRecorder(results.Config{
		Window: s.load.window, Functions: s.workload.functions, Concurrency: s.platform.Sim.Concurrency,
	}); err != nil {
		return nil, err
	}
	for _, window := range windows {
		m, err := s.tariff.NewMeter(costmodel.MeterConfig{
			Functions: s.workload.functions, Window: window, Platform: s.platform.Sim, VCPU: s.platform.MilliCPU,
		})
		if err != nil {
			return nil, inputError("%w", err)
		}
		w.meters = append(w.meters, m)
		w.cpu = append(w.cpu, &cpuMeter{window: window, share: s.share})
	}
	return w, nil
}

func (w *watch) observers(cpu bool) []sim.Observer {
	list := []sim.Observer{w.recorder.Observer()}
	for i := range w.meters {
		list = append(list, w.meters[i])
		if cpu {
			list = append(list, w.cpu[i])
		}
	}
	return list
}

// outcome is one simulation, priced.
type outcome struct {
	*results.Replication                   // with its one bill
	parts                []costmodel.Usage // of the days of a log
}

func (o *outcome) bill() *costmodel.Bill { return &o.Bills[0] }

// run simulates the subject once and prices it; with parts it also counts the
// usage of each day of a log by itself.
func (s *subject) run(ctx context.Context, key sim.RunKey, parts bool) (*outcome, error) {
	if unmet := s.tariff.Check(s.platform.Sim); len(unmet) > 0 {
		return nil, inputError("%s: its tariff %s does not fit: it %s", s.choice.Name, s.tariff.Name, strings.Join(unmet, "; it "))
	}
	windows := []sim.Window{s.load.window}
	if parts && !s.choice.SnapStart { // restores are counted over the whole window only
		windows = append(windows, s.load.days...)
	}
	var seen []*watch
	var failed error
	sum, err := sim.Run(ctx, sim.Config{
		Workload: s.workload, Platforms: []sim.Platform{s.platform.Sim}, Window: s.load.window, Key: key,
		Observers: func() []sim.Observer {
			w, err := s.watch(windows, key)
			if err != nil {
				failed = err
				return nil
			}
			seen = append(seen, w)
			return w.observers(s.choice.CPUTime)
		},
	})
	if err := errors.Join(failed, err); err != nil {
		return nil, err
	}
	return s.price(seen[len(seen)-len(sum.Observers):], windows)
}

// price merges what the workers saw and makes the bill.
func (s *subject) price(seen []*watch, windows []sim.Window) (*outcome, error) {
	all := seen[0]
	for _, w := range seen[1:] {
		if err := all.recorder.Merge(w.recorder); err != nil {
			return nil, err
		}
		for i := range all.meters {
			all.meters[i].Merge(w.meters[i])
			all.cpu[i].total += w.cpu[i].total
		}
	}
	r, err := all.recorder.Finish()
	if err != nil {
		return nil, err
	}
	if all.meters[0].Usage().Get("provisioned_idle_memory").Sign() > 0 {
		windows = windows[:1] // a life says its idle time in the whole window only
	}
	out := &outcome{Replication: r}
	for i, window := range windows {
		usage := s.supplied(all.meters[i].Usage(), all.cpu[i].total, r, window)
		if i > 0 {
			out.parts = append(out.parts, usage)
			continue
		}
		bill, err := s.tariff.Bill(usage, costmodel.SpanMonth, window.Length())
		if err != nil {
			return nil, inputError("%s: %w", s.choice.Name, err)
		}
		r.Bills = []costmodel.Bill{*bill}
	}
	return out, nil
}

// supplied adds the quantities that follow from the run and no meter counts:
// CPU time, and what SnapStart caches and restores.
func (s *subject) supplied(u costmodel.Usage, cpu sim.Time, r *results.Replication, w sim.Window) costmodel.Usage {
	if s.choice.CPUTime {
		u = u.With("cpu_time", "ns", cpu)
	}
	if !s.choice.SnapStart {
		return u
	}
	var cached, restored int64
	for _, f := range s.workload.functions {
		cached += f.Memory * (w.Length() / sim.Millisecond)
	}
	for _, f := range r.Functions {
		restored += s.workload.functions[f.Function].Memory << 20 * int64(f.ColdStarts)
	}
	return u.With("snapstart_cached", "MiB-ms", cached).With("snapstart_restored", "byte", restored)
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
