package policies

import (
	"slices"
	"testing"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/simtest"
)

// replicas are servers whose gauges and caches stand in a table, one an instance, and
// which serve each request for its own time.
type replicas struct {
	gauges []sim.Gauge
	cached []int64 // of 100 tokens
	served []int   // by each
}

func (r *replicas) New(sim.Group) sim.Server {
	r.served = append(r.served, 0)
	return &replica{all: r, number: len(r.served) - 1}
}

type replica struct {
	all    *replicas
	number int
	ends   []ending
}

type ending struct {
	at sim.Time
	id uint32
}

func (r *replica) Offer(now sim.Time, q sim.ServerRequest) bool {
	r.all.served[r.number]++
	r.ends = append(r.ends, ending{now + q.Service, q.ID})
	return true
}

func (r *replica) Next() sim.Time {
	next := sim.Never
	for _, e := range r.ends {
		next = min(next, e.at)
	}
	return next
}

func (r *replica) Advance(now sim.Time, ended []sim.ServerEnd) []sim.ServerEnd {
	r.ends = slices.DeleteFunc(r.ends, func(e ending) bool {
		if e.at > now {
			return false
		}
		ended = append(ended, sim.ServerEnd{ID: e.id})
		return true
	})
	return ended
}

func (r *replica) Withdraw(sim.Time, uint32) sim.Serving { return sim.Serving{} }

func (r *replica) Gauge(sim.Time) sim.Gauge { return r.all.gauges[r.number] }

func (r *replica) Cached(sim.Time, sim.ServerRequest) (cached, prompt int64) {
	return r.all.cached[r.number], 100
}

// routed routes requests, 1 s apart and of the given services, over replicas of a
// provisioned floor, and returns how many each of them served.
func routed(t *testing.T, table string, r replicas, services ...sim.Time) []int {
	t.Helper()
	doc, err := spec.Parse("x.toml", []byte("routing = "+table))
	if err != nil {
		t.Fatal(err)
	}
	routing, err := Routing(doc.Get("routing"))
	if err != nil {
		t.Fatal(err)
	}
	var calls []sim.Invocation
	for i, s := range services {
		calls = append(calls, sim.Invocation{Arrival: sim.Time(i+1) * sim.Second, Service: s * sim.Second})
	}
	load := &simtest.Load{}
	load.Add(sim.Function{Name: "f"}, calls)
	n := len(r.gauges)
	run(t, sim.Config{Workload: load, Window: sim.Window{Horizon: sim.Hour}, Platforms: []sim.Platform{{
		Concurrency: 100, Dispatch: sim.QueueDispatch, Limit: sim.Limit{Instances: n, Over: sim.QueueOver},
		KeepAlive: Forever{}, Prewarm: Provisioned{Count: n}, Routing: routing, Server: &r,
	}}})
	return r.served
}

// Four requests of 10 s at 1 … 4 s, one of 1 s at 5 s: what the table says of each
// replica is all that tells them apart, beside the requests that they have.
func TestRouting(t *testing.T) {
	empty := sim.Gauge{Blocks: 100}
	for _, c := range []struct {
		what, table string
		r           replicas
		want        []int
	}{
		{"in turn, and the first again", `{ name = "round-robin" }`, replicas{gauges: make([]sim.Gauge, 3), cached: make([]int64, 3)}, []int{2, 2, 1}},
		{"0, 1, 2, and with one each the oldest", `{ name = "least-loaded" }`, replicas{gauges: make([]sim.Gauge, 3), cached: make([]int64, 3)}, []int{2, 2, 1}},
		{"60 of 100 are enough, 90 more: all to the last", `{ name = "prefix-aware" }`, replicas{gauges: make([]sim.Gauge, 3), cached: []int64{0, 60, 90}}, []int{0, 0, 5}},
		{"40 are not enough: the fewest requests", `{ name = "prefix-aware" }`, replicas{gauges: make([]sim.Gauge, 3), cached: []int64{0, 40, 30}}, []int{2, 2, 1}},
		{"40 are, where the file says so", `{ name = "prefix-aware", match = 0.4 }`, replicas{gauges: make([]sim.Gauge, 3), cached: []int64{0, 40, 30}}, []int{0, 5, 0}},
		// Two go to the last; 2 to 0 is uneven by more than 1 and a factor, so the third goes to 0; 2, 0, 1: the fourth
		// to 1; then the fullest exceeds the emptiest by 1 only, and the fifth goes to the last again.
		{"uneven by more than 1", `{ name = "prefix-aware", imbalance = 1 }`, replicas{gauges: make([]sim.Gauge, 3), cached: []int64{0, 0, 90}}, []int{1, 1, 3}},
		// Of 2 × (1 − used) + 2 × (share of the line) + 3 × cached: 0 has 2·0.2 + 2·1 = 2.4, 1 has 2·0.9 + 2·0.5 = 2.8, 2
		// has 2·0.5 + 0 + 3·0.5 = 2.5.
		{"the highest score", `{ name = "kv-aware" }`, replicas{gauges: []sim.Gauge{{Held: 80, Blocks: 100}, {Held: 10, Blocks: 100, Waiting: 5}, {Held: 50, Blocks: 100, Waiting: 10}}, cached: []int64{0, 0, 50}}, []int{0, 5, 0}},
		// With 4 × cached the last has 3.0.
		{"another weight, another one", `{ name = "kv-aware", prefix = 4 }`, replicas{gauges: []sim.Gauge{{Held: 80, Blocks: 100}, {Held: 10, Blocks: 100, Waiting: 5}, {Held: 50, Blocks: 100, Waiting: 10}}, cached: []int64{0, 0, 50}}, []int{0, 0, 5}},
		{"all alike: the fewest requests", `{ name = "kv-aware" }`, replicas{gauges: []sim.Gauge{empty, empty, empty}, cached: make([]int64, 3)}, []int{2, 2, 1}},
	} {
		if got := routed(t, c.table, c.r, 10, 10, 10, 10, 1); !slices.Equal(got, c.want) {
			t.Errorf("%s: served %v, want %v", c.what, got, c.want)
		}
	}
}

// Whose request has ended first has the fewest; round robin does not look.
func TestRoutingByWhatIsInFlight(t *testing.T) {
	two := func() replicas { return replicas{gauges: make([]sim.Gauge, 2), cached: make([]int64, 2)} }
	if got := routed(t, `{ name = "least-loaded" }`, two(), 10, 1, 1, 1); !slices.Equal(got, []int{1, 3}) {
		t.Errorf("served %v", got)
	}
	if got := routed(t, `{ name = "round-robin" }`, two(), 10, 1, 1, 1); !slices.Equal(got, []int{2, 2}) {
		t.Errorf("served %v", got)
	}
}
