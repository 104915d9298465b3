package calibrate

import (
	"errors"
	"math"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/servers"
)

// replay is what became of a log's requests in a simulation.
type replay struct {
	times     []times
	cached    []uint32 // tokens of each prompt that were in the prefix cache
	preempted int
}

// errUnfit says that a request can never have the memory that it needs.
var errUnfit = errors.New("a request needs more memory than there is")

// replayed serves the requests of a log by an engine, each as it arrived.
func (l *Log) replayed(engine servers.LLM) (*replay, error) {
	server := engine.New(sim.Group{})
	r := &replay{times: make([]times, len(l.Requests)), cached: make([]uint32, len(l.Requests))}
	var ended []sim.ServerEnd
	next, now := 0, sim.Time(0)
	for {
		for ; next < len(l.Requests) && l.Requests[next].Arrival <= now; next++ {
			server.Offer(now, sim.ServerRequest{ID: uint32(next), Attr: uint32(next), Key: uint64(next)})
		}
		at := server.Next()
		if next < len(l.Requests) && l.Requests[next].Arrival < at {
			now = l.Requests[next].Arrival
			continue
		}
		if at == sim.Never {
			return r, nil
		}
		now = at
		ended = server.Advance(now, ended[:0])
		for _, e := range ended {
			if e.Status != sim.Completed {
				return nil, errUnfit
			}
			q := &l.Requests[e.ID]
			r.times[e.ID] = timesOf(q.Arrival, e.Serving.First, now, q.Asked.Output)
			r.cached[e.ID] = e.Serving.Cached
			r.preempted += int(e.Serving.Preempted)
		}
	}
}

func timesOf(arrival, first, last sim.Time, output int32) times {
	t := times{float64(first-arrival) / 1e9, math.NaN(), float64(last-arrival) / 1e9}
	if output > 1 {
		t[tpot] = float64(last-first) / 1e9 / float64(output-1)
	}
	return t
}
