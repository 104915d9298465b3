package results

import "github.com/coldcurve/coldcurve/sim"

// NewSumsRecorder returns an empty recorder of sums and quantiles, for who asks
// for nothing over time: its size depends on the number of functions alone, not
// on the length of the window. What it finishes has no Series, and its
// Instances.Peak is undefined.
func NewSumsRecorder(c Config) (*Recorder, error) {
	r, err := NewRecorder(Config{Window: instant(c.Window), Functions: c.Functions, Concurrency: c.Concurrency, Clients: c.Clients})
	if err != nil {
		return nil, err
	}
	// The curve of seconds stays that of an instant, to which it cuts what it is
	// told. The coarse one has few buckets, and requests are counted by it.
	r.config = c
	r.serving = newServingRecorder(c.Window, c.Goodput)
	if r.users != nil {
		r.users.Traffic = nil
	}
	s := &r.series
	s.grid = newGrid(c.Window, SeriesStep(c.Window.Length()))
	s.arrivals, s.cold = make([]uint64, s.grid.n), make([]uint64, s.grid.n)
	s.instances, s.initialising, s.busy = newCurve(&s.grid), newCurve(&s.grid), newCurve(&s.grid)
	return r, nil
}

// instant is the first nanosecond of a window, or an empty one's nothing.
func instant(w sim.Window) sim.Window {
	return sim.Window{Warmup: w.Warmup, Horizon: min(w.Horizon, w.Warmup+1)}
}

// sums reports whether the recorder is one of sums alone.
func (r *Recorder) sums() bool { return r.second.grid.window != r.config.Window }
