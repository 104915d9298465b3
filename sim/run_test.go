package sim

import (
	"context"
	"errors"
	"strings"
	"testing"
)

// faulty is a workload whose sources do what they must not.
type faulty struct {
	list
	source Source
}

func (f *faulty) Open(RunKey, []uint32) (Source, error) { return f.source, nil }

type sourceFunc func([]Invocation) (int, error)

func (f sourceFunc) Next(b []Invocation) (int, error) { return f(b) }

func TestRunRefuses(t *testing.T) {
	broken := errors.New("disk on fire")
	once := func(invs ...Invocation) Source { return &listSource{invs} }
	for _, c := range []struct {
		name   string
		change func(*Config)
		source Source
		want   string
	}{
		{"time going backwards", nil, once(Invocation{Arrival: 5}, Invocation{Arrival: 4}), "invocation of f arrives at 4 ns, after one at 5 ns was read: arrivals must not go backwards"},
		{"a negative service", nil, once(Invocation{Service: -1}), "invocation of f has a service time of -1 ns, want 0 to 315619200000000000"},
		{"a service beyond ten years", nil, once(Invocation{Service: Longest + 1}), "invocation of f has a service time of 315619200000000001 ns, want 0 to 315619200000000000"},
		{"a horizon beyond ten years", func(c *Config) { c.Window.Horizon = Longest + 1 }, nil, "simulating: the window [0, 315619200000000001) ns is empty or out of range"},
		{"a source that fails", nil, sourceFunc(func([]Invocation) (int, error) { return 0, broken }), "reading invocations: disk on fire"},
		{"a source that panics", nil, sourceFunc(func([]Invocation) (int, error) { panic("unripe") }), "simulating f: panic: unripe"},
		{"no window", func(c *Config) { c.Window = Window{5, 5} }, nil, "simulating: the window [5, 5) ns is empty or out of range"},
		{"no keep-alive", func(c *Config) { c.Platforms[0].KeepAlive = nil }, nil, "simulating: platform 0: it has no keep-alive policy"},
		{"queue without scaling", func(c *Config) { c.Platforms[0].Dispatch = QueueDispatch }, nil, "simulating: platform 0: it has queue dispatch and no scaling policy"},
		{"a limit beyond any count", func(c *Config) { c.Platforms[0].Limit.Account = 1 << 40 }, nil, "simulating: platform 0: the account limit is 1099511627776, want 0 to 2147483647"},
		{"a negative concurrency", func(c *Config) { c.Platforms[0].Concurrency = -1 }, nil, "simulating: platform 0: the concurrency is -1, want 0 to 2147483647"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := &faulty{list: list{functions: []Function{{Name: "f"}}}, source: c.source}
			config := Config{Workload: w, Window: Window{Horizon: 10}, Platforms: []Platform{{KeepAlive: window(1)}}, Observers: func() []Observer { return nil }}
			if c.change != nil {
				c.change(&config)
			}
			_, err := Run(context.Background(), config)
			if err == nil || !strings.HasPrefix(err.Error(), c.want) {
				t.Errorf("error %v, want %s", err, c.want)
			}
		})
	}
}

func TestRunIsCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	l := &list{functions: []Function{{Name: "f"}}, invocations: [][]Invocation{{{}}}}
	_, err := Run(ctx, Config{Workload: l, Window: Window{Horizon: 10}, Platforms: []Platform{{KeepAlive: window(1)}}, Observers: func() []Observer { return nil }})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want that of the context", err)
	}
}
