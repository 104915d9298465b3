package hardware

import (
	"testing"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/servers"
	"github.com/coldcurve/coldcurve/sim/tokens"
)

// asked are requests as side columns: row by row.
type asked []tokens.Request

func (a asked) Tokens(_, attr uint32, _ uint64) tokens.Request { return a[attr] }

// served is what became of a request.
type served struct{ sent, first, end sim.Time }

// serve gives an engine requests at their arrivals, no more than cap of them at
// a time (0: any), and returns what became of each.
func serve(t testing.TB, llm servers.LLM, arrivals []sim.Time, limit int) []served {
	t.Helper()
	if err := llm.Check(); err != nil {
		t.Fatal(err)
	}
	s := llm.New(sim.Group{})
	list := make([]served, len(arrivals))
	var ended []sim.ServerEnd
	next, flying, now := 0, 0, sim.Time(0)
	for {
		for next < len(arrivals) && arrivals[next] <= now && (limit == 0 || flying < limit) {
			list[next].sent = now
			if !s.Offer(now, sim.ServerRequest{ID: uint32(next), Attr: uint32(next), Key: uint64(next)}) {
				t.Fatalf("request %d was refused", next)
			}
			next++
			flying++
		}
		at := s.Next()
		if next < len(arrivals) && (limit == 0 || flying < limit) && arrivals[next] < at {
			now = max(now, arrivals[next])
			continue
		}
		if at == sim.Never {
			if next < len(arrivals) || flying > 0 {
				t.Fatalf("the engine stopped with %d in flight and %d to come", flying, len(arrivals)-next)
			}
			return list
		}
		now = at
		ended = s.Advance(now, ended[:0])
		for _, e := range ended {
			if e.Status != sim.Completed {
				t.Fatalf("request %d: %v", e.ID, e.Status)
			}
			list[e.ID].first, list[e.ID].end = e.Serving.First, now
			flying--
		}
	}
}

// TestEngines serves the measured runs' requests with the engine of the servers and
// with the reference above: two engines written apart agree on each request to
// the nanosecond.
func TestEngines(t *testing.T) {
	for _, run := range vllmRuns {
		requests, _ := vllmRun(t, run.name, run.workload)
		p := mustNew(t, shape(t, run.gpu, 1, run.model))
		columns := make(asked, len(requests))
		arrivals := make([]sim.Time, len(requests))
		for i, r := range requests {
			arrivals[i] = r.arrival
			columns[i] = tokens.Request{Input: int32(r.input), Output: int32(r.output), Extent: 16}
			for _, id := range r.ids {
				columns[i].Blocks = append(columns[i].Blocks, uint32(id))
			}
		}
		list := serve(t, servers.LLM{Timer: p, Columns: columns, MaxTokens: 2048, MaxSequences: int64(run.seqs), Blocks: int64(run.blocks)}, arrivals, 0)
		e := newEngine(p, run.blocks, 2048, run.seqs)
		e.run(requests)
		apart := 0
		for i, r := range requests {
			if list[i].first != r.first || list[i].end != r.last {
				if apart++; apart < 4 {
					t.Errorf("%s, request %d: first and last token at %d and %d, by the reference at %d and %d", run.name, i, list[i].first, list[i].end, r.first, r.last)
				}
			}
		}
		if apart > 0 {
			t.Errorf("%s: %d of %d requests differ", run.name, apart, len(requests))
		}
	}
}
