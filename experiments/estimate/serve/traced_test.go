package serve

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/experiments"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/tokens"
)

// traceOf writes a trace with requests at these seconds, of 100, 200, … tokens in and 10 out.
func traceOf(t *testing.T, at ...float64) string {
	t.Helper()
	var text strings.Builder
	for i, s := range at {
		fmt.Fprintf(&text, "{\"arrival_s\": %v, \"service_s\": 0, \"function\": \"f\", \"input_tokens\": %d, \"output_tokens\": 10}\n", s, 100*(i+1))
	}
	path := filepath.Join(t.TempDir(), "trace.jsonl")
	if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return "jsonl:" + path
}

func replays(spec, requests string) *Settings {
	return chats(func(s *Settings) {
		s.Trace, s.Requests, s.TokensIn, s.TokensOut, s.Within = spec, requests, "", "", []string{"my-api"}
	})
}

// A trace that is thinned or repeated has the load that was said and the tokens of the
// trace: three requests of 200 tokens in and 10 out on average at 2 and 8 USD a million
// are 0.00048 USD each, whatever the load.
func TestTraceBillsTheLoadThatWasSaid(t *testing.T) {
	spec := traceOf(t, 0, 4, 10)
	for _, r := range []struct {
		requests string
		month    float64
	}{{"10/month", 10}, {"100/h", 72000}, {"1000/h", 720000}, {"1M/month", 1e6}, {"20M/month", 2e7}} {
		e := run(t, replays(spec, r.requests), false)
		want := r.month * 0.00048
		got, _ := e.Plans[0].Total.Float64()
		if slack := 0.005 + 0.002*want; r.month > 100 && math.Abs(got-want) > slack || !(got > 0) {
			t.Errorf("%s: %v USD, want %v", r.requests, got, want)
		}
	}
}

// Of every request as many copies are played as of every other, to within one, in the
// order of time, and together those that were asked for.
func TestTraceReplayed(t *testing.T) {
	spec := traceOf(t, 0, 1, 2, 3, 4, 5, 6)
	for _, rate := range []float64{0.01, 0.3, 1, 1.17, 5} {
		r := open(t, replays(spec, "1/s"))
		l, err := r.q.traced.load(context.Background(), rate)
		if err != nil {
			t.Fatal(err)
		}
		w := l.workload
		source, err := w.Open(sim.RunKey{Seed: 3}, []uint32{0})
		if err != nil {
			t.Fatal(err)
		}
		counts, n, before := map[int32]int{}, 0, sim.Time(0)
		columns := w.(tokens.Source).Tokens()
		buf := make([]sim.Invocation, 5)
		for {
			got, err := source.Next(buf)
			for _, v := range buf[:got] {
				if v.Arrival < before || v.Arrival >= l.window.Horizon {
					t.Fatalf("rate %v: arrival at %v after %v, before %v", rate, v.Arrival, before, l.window.Horizon)
				}
				before = v.Arrival
				counts[columns.Tokens(v.Function, v.Attr, 0).Input]++
				n++
			}
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := closeSource(source); err != nil {
			t.Fatal(err)
		}
		want := rate * float64(l.window.Horizon) / float64(sim.Second)
		least, most := math.MaxInt, 0
		for _, c := range counts {
			least, most = min(least, c), max(most, c)
		}
		copies := w.(*replayed).copies
		if math.Abs(float64(n)-want) > 1.001 || n < leastReplayed-1 || len(counts) != 7 || most-least > copies {
			t.Errorf("rate %v: %d requests, want %.1f; %v", rate, n, want, counts)
		}
	}
}

// A trace whose requests come at one time has tokens, and no rate.
func TestTraceOfOneInstant(t *testing.T) {
	for _, at := range [][]float64{{0}, {7}, {5, 5}} {
		_, err := Run(context.Background(), replays(traceOf(t, at...), ""), false)
		var input *experiments.InputError
		if !errors.As(err, &input) || !strings.Contains(err.Error(), "want --requests") {
			t.Errorf("%v: %v", at, err)
		}
	}
	// 72,000 requests of 100 tokens in and 10 out at 2 and 8 USD a million.
	e := run(t, replays(traceOf(t, 7), "100/h"), false)
	if got, _ := e.Plans[0].Total.Float64(); math.Abs(got-20.16) > 0.05 {
		t.Errorf("%v USD, want 20.16", got)
	}
}

func TestTraceWithoutRequests(t *testing.T) {
	_, err := Run(context.Background(), replays(traceOf(t), ""), false)
	if err == nil || !strings.Contains(err.Error(), "it has no requests") {
		t.Error(err)
	}
}

// A trace that changes under the reader is an error, and not a shorter trace.
func TestTraceThatCannotBeRead(t *testing.T) {
	r := open(t, replays(traceOf(t, 0, 1, 2), "1/s"))
	l, err := r.q.traced.load(context.Background(), 1)
	if err != nil {
		t.Fatal(err)
	}
	failed := errors.New("no longer there")
	p := &playing{replayed: l.workload.(*replayed), source: failing{failed}}
	if _, err := p.Next(make([]sim.Invocation, 4)); !errors.Is(err, failed) {
		t.Error(err)
	}
}

type failing struct{ err error }

func (f failing) Next([]sim.Invocation) (int, error) { return 0, f.err }
