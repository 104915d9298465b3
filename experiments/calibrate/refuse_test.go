package calibrate

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/workloads/hardware"
)

// still is an engine as its profile says.
func still(*hardware.Spec) {}

// What a log does not tell is refused, each for its own reason, and the rest is
// fitted all the same.
func TestRefuses(t *testing.T) {
	for _, c := range []struct {
		name string
		truth
		change   func(*Log) // of the log
		key, why string
		stays    func(*Calibration) bool
	}{
		{
			"a constant crowd does not tell what each request adds",
			truth{given: []string{"host", "front", "blocks"}, gpu: "h100", rate: 1000, n: 300, input: 200, output: 100, sequences: 8, change: func(s *hardware.Spec) { s.DecodeScale = 1.2 }},
			func(*Log) {}, "host_per_request", "7 to 8 requests are in service",
			func(c *Calibration) bool { return *c.After.PerRequest == 0 },
		},
		{
			"one token each has no time a token",
			truth{given: []string{"host", "host_per_request", "blocks"}, gpu: "h100", rate: 2, n: 100, input: 2000, output: 200, change: func(s *hardware.Spec) { s.PrefillScale = 1.4 }},
			func(l *Log) {
				for i := range l.Requests {
					l.Requests[i].Asked.Output, l.Requests[i].Last = 1, l.Requests[i].First
				}
			}, "decode_scale", "0 of the fitted requests made more than one token",
			func(c *Calibration) bool { return c.After.DecodeScale == 1 },
		},
		{
			"another clock hides what passes before the line",
			truth{given: []string{"host", "host_per_request", "blocks"}, gpu: "h100", rate: 2, n: 100, input: 500, output: 100, change: func(s *hardware.Spec) { s.DecodeScale = 1.2 }},
			func(l *Log) { l.OtherClock = true }, "front", "arrivals are on another clock than tokens",
			func(c *Calibration) bool { return *c.After.Front == 0 },
		},
		{
			"memory to spare bounds the blocks from below",
			truth{given: []string{"host", "host_per_request", "front"}, gpu: "h100", rate: 2, n: 100, input: 500, output: 100, change: func(s *hardware.Spec) { s.DecodeScale = 1.2 }},
			func(*Log) {}, "blocks", "the engine was never short of memory: at least ",
			func(c *Calibration) bool { return c.After.Blocks == c.Profile.Fit.Blocks },
		},
		{
			"a host that the profile has already",
			truth{given: []string{"host_per_request", "front", "blocks"}, gpu: "h100", rate: 2, n: 100, input: 500, output: 100, change: func(s *hardware.Spec) { s.DecodeScale = 1.2 }},
			func(*Log) {}, "host", "",
			func(c *Calibration) bool {
				return *c.After.Host == 0 && c.After.DecodeScale > 1.18 && c.After.DecodeScale < 1.22
			},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := c.log(t)
			c.change(l)
			got, err := c.calibrate(t, l)
			if err != nil {
				t.Fatal(err)
			}
			if why := got.why(c.key); !strings.HasPrefix(why, c.why) || why == "" {
				t.Errorf("%s: %q, want %q", c.key, why, c.why)
			}
			if !math.IsNaN(got.fitted(c.key)) || !c.stays(got) {
				t.Errorf("%s was fitted: %+v", c.key, got.Values)
			}
			if len(got.Values)+len(got.Refused) != len(parameters()) {
				t.Errorf("%d values and %d refused of %d", len(got.Values), len(got.Refused), len(parameters()))
			}
		})
	}
}

// A log that tells nothing, or not one thing, is refused as a whole.
func TestRefusesAll(t *testing.T) {
	load := truth{given: []string{"host", "host_per_request", "front", "blocks"}, gpu: "h100", rate: 2, n: 100, input: 500, output: 100, change: still}
	for _, c := range []struct {
		name   string
		change func(*Log)
		want   string
	}{
		{"few", func(l *Log) { l.Requests = l.Requests[:39] }, "log.jsonl: found 39 requests, want 40 or more: half of them are fitted, half tell how well"},
		{"of two engines, one after the other", func(l *Log) {
			other := load
			other.change = func(s *hardware.Spec) { s.DecodeScale, s.PrefillScale = 1.3, 1.3 }
			later := l.Requests[:50]
			l.Requests = slices.Clone(other.log(t).Requests[:50])
			for _, r := range later {
				r.Arrival, r.First, r.Last = r.Arrival+100*sim.Second, r.First+100*sim.Second, r.Last+100*sim.Second
				l.Requests = append(l.Requests, r)
			}
		}, "values fitted to the first 50 requests are worse on the other 50"},
		{"of other hardware", func(l *Log) {
			other := load
			other.change = func(s *hardware.Spec) { s.DecodeScale, s.PrefillScale = 6, 6 }
			*l = *other.log(t)
		}, "; nothing is written. One of these does not hold: the times are in seconds; the tokens in and out are those that the engine computed and made; the engine is llama-3.1-8b bf16 on 1 × h100 by vllm-0.19 and served these requests alone"},
		{"in milliseconds", func(l *Log) {
			for i := range l.Requests {
				r := &l.Requests[i]
				r.First, r.Last = r.Arrival+1000*(r.First-r.Arrival), r.Arrival+1000*(r.Last-r.Arrival)
			}
		}, "the median TTFT is 1000 times the profile's, the median TPOT is 1000 times the profile's; nothing is written. One of these does not hold: the times are in seconds;"},
		{"of more tokens than it says", func(l *Log) {
			other := load
			other.input, other.output = 5000, 200
			all := other.log(t)
			for i := range all.Requests {
				all.Requests[i].Asked.Input, all.Requests[i].Asked.Output = 100, 1
				all.Requests[i].Last = all.Requests[i].First
			}
			*l = *all
		}, "; all that it did is in the log, where each request made one token"},
		{"of a request that memory does not hold", func(l *Log) {
			l.Requests[7].Line, l.Requests[7].Asked.Input = 8, 900_000
		}, "log.jsonl:8: found a request of 900"},
	} {
		l := load.log(t)
		c.change(l)
		got, err := load.calibrate(t, l)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
			if got != nil {
				t.Logf("%+v %+v", got.Values, got.OnTested)
			}
		}
	}
}

// What is given stays as it is.
func TestGiven(t *testing.T) {
	load := truth{gpu: "h100", rate: 2, n: 100, input: 500, output: 100, change: func(s *hardware.Spec) { s.Front = nanos(50e6) }}
	s := load.spec(t)
	s.Front, s.Blocks = nanos(10e6), 20_000
	c, err := Run(t.Context(), load.log(t), Options{Spec: s, Given: []string{"front", "blocks"}})
	if err != nil {
		t.Fatal(err)
	}
	if *c.After.Front != 10e6 || c.After.Blocks != 20_000 || c.why("front") != "given" || c.why("blocks") != "given" {
		t.Errorf("front %s, %d blocks: %+v", c.After.Front, c.After.Blocks, c.Refused)
	}
}

// Any number of workers gives the same bytes.
func TestWorkers(t *testing.T) {
	load := truth{gpu: "rtx-4090", rate: 1, n: 80, input: 500, output: 100, change: func(s *hardware.Spec) { s.DecodeScale = 1.1 }}
	var first string
	for _, workers := range []int{1, 5} {
		c, err := Run(t.Context(), load.log(t), Options{Spec: load.spec(t), Workers: workers})
		if err != nil {
			t.Fatal(err)
		}
		text := c.text() + c.Document(model("llama-3.1-8b"))
		if first != "" && text != first {
			t.Errorf("%d workers give\n%s\n1 gives\n%s", workers, text, first)
		}
		first = text
	}
}

// The times of the tested part are not seen by the fit.
func TestUnseen(t *testing.T) {
	load := truth{given: []string{"host", "host_per_request"}, gpu: "rtx-4090", rate: 1, n: 80, input: 500, output: 100, change: func(s *hardware.Spec) { s.DecodeScale = 1.1 }}
	values := func(change func(*Request)) []Value {
		l := load.log(t)
		for i := range l.Requests[40:] {
			change(&l.Requests[40+i])
		}
		c, err := load.calibrate(t, l)
		if err != nil {
			t.Fatal(err)
		}
		return c.Values
	}
	one := values(func(*Request) {})
	other := values(func(r *Request) { r.Last += (r.Last - r.First) / 100 })
	if !slices.Equal(one, other) {
		t.Errorf("%+v\n%+v", one, other)
	}
}

// A fit that is interrupted ends.
func TestInterrupted(t *testing.T) {
	load := truth{gpu: "rtx-4090", rate: 1, n: 80, input: 500, output: 100, change: still}
	ctx, cancel := contextOf(t)
	cancel()
	if _, err := Run(ctx, load.log(t), Options{Spec: load.spec(t)}); err == nil {
		t.Error("an interrupted fit has an answer")
	}
}

// Deciles of requests in service, by hand: one for 1 s, then two for 8 s, three
// for 1 s.
func TestInService(t *testing.T) {
	l := &Log{Requests: make([]Request, 3)}
	second := func(first, last float64) times { return times{first, 0, last} }
	r := &replay{times: []times{second(0, 10), second(1, 10), second(9, 10)}}
	if low, high := r.inService(l); low != 2 || high != 3 {
		t.Errorf("%v to %v", low, high)
	}
	l.Requests[2].Arrival = sim.Second
	r.times[2] = second(9, 9.5) // from 10 s to 10.5 s: alone
	if low, high := r.inService(l); low != 1 || high != 2 {
		t.Errorf("%v to %v", low, high)
	}
}
