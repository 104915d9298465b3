package costmodel

import (
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/sim"
)

// modelKind is the kind of tariff that bills tokens.
const modelKind = "model"

// modelMeter counts the tokens of a run's requests to a language model, as their
// servers tell them: those of a request that was served to its end, or that its
// timeout cut off, by the hour at which it arrived. What was rejected or failed is
// not billed. Tokens of a reasoning are tokens of output. What was read from the
// cache, or written to it, is counted as that where the tariff has a price for it,
// and else as any other input; of a tariff with one price for writing, it is that of
// what is kept for an hour, too.
type modelMeter struct {
	*TokenMeter
	window                sim.Window
	cached, written, hour bool // which of the three there is a price for
}

var (
	_ Meter              = (*modelMeter)(nil)
	_ sim.ServedObserver = (*modelMeter)(nil)
)

func (t *Tariff) newModelMeter(c MeterConfig) *modelMeter {
	prices := func(meter string) bool {
		return slices.ContainsFunc(t.Prices, func(p Price) bool {
			return slices.ContainsFunc(p.Meters, func(m string) bool { return m == meter || strings.HasSuffix(m, "_"+meter) })
		})
	}
	return &modelMeter{t.NewTokenMeter(c.Epoch), c.Window, prices("cached_input_tokens"), prices("cache_write_tokens"), prices("cache_write_1h_tokens")}
}

// Requests and Warm count nothing: tokens come with Served.
func (m *modelMeter) Requests([]sim.Outcome) {}

// Warm counts nothing.
func (m *modelMeter) Warm([]sim.Invocation) {}

// Served counts the requests of the window.
func (m *modelMeter) Served(batch []sim.Served) {
	for i := range batch {
		v := &batch[i]
		if v.Within(m.window) && v.Flags&sim.Ping == 0 && (v.Status == sim.Completed || v.Status == sim.TimedOut || v.Status == sim.Abandoned) {
			m.Add(v.Arrival, m.request(&v.Serving))
		}
	}
}

// request is what a request is billed by.
func (m *modelMeter) request(v *sim.Serving) TokenRequest {
	r := TokenRequest{Input: int64(v.Input), Output: int64(v.Output) + int64(v.Reasoning), Batch: v.Batch}
	if m.cached {
		r.Cached = int64(v.Cached)
	}
	switch {
	case v.Hour && m.hour:
		r.Written1h = int64(v.Written)
	case m.written:
		r.Written = int64(v.Written)
	}
	return r
}

// Merge adds what another one counted.
func (m *modelMeter) Merge(other Meter) { m.TokenMeter.Merge(other.(*modelMeter).TokenMeter) }
