package costmodel

import "github.com/coldcurve/coldcurve/sim"

// modelKind is the kind of tariff that bills tokens.
const modelKind = "model"

// modelMeter counts the tokens of a run's requests to a language model, as their
// servers tell them: those of a request that was served to its end, or that its
// timeout cut off, by the hour at which it arrived. What was in the prefix cache
// is counted as that where the tariff has a price for it.
type modelMeter struct {
	*TokenMeter
	window sim.Window
	cached bool
}

var (
	_ Meter              = (*modelMeter)(nil)
	_ sim.ServedObserver = (*modelMeter)(nil)
)

func (t *Tariff) newModelMeter(c MeterConfig) *modelMeter {
	_, cached := t.priceOf("cached_input_tokens")
	return &modelMeter{t.NewTokenMeter(c.Epoch), c.Window, cached}
}

// Requests and Warm count nothing: tokens come with Served.
func (m *modelMeter) Requests([]sim.Outcome) {}

// Warm counts nothing.
func (m *modelMeter) Warm([]sim.Invocation) {}

// Served counts the requests of the window.
func (m *modelMeter) Served(batch []sim.Served) {
	for i := range batch {
		v := &batch[i]
		if !m.window.Contains(v.Arrival) || v.Flags&sim.Ping != 0 || v.Status != sim.Completed && v.Status != sim.TimedOut && v.Status != sim.Abandoned {
			continue
		}
		r := TokenRequest{Input: int64(v.Input), Output: int64(v.Output)}
		if m.cached {
			r.Cached = int64(v.Cached)
		}
		m.Add(v.Arrival, r)
	}
}

// Merge adds what another one counted.
func (m *modelMeter) Merge(other Meter) { m.TokenMeter.Merge(other.(*modelMeter).TokenMeter) }
