package costmodel

import (
	"context"
	"math/big"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/simtest"
)

// keepFor is a fixed keep-alive window.
type keepFor sim.Time

func (keepFor) Scope() sim.Scope              { return sim.ScopeDeployment }
func (k keepFor) New(sim.Group) sim.KeepAlive { return k }
func (k keepFor) Idle(_ sim.View, _ sim.Instance, now sim.Time) sim.Decision {
	return sim.Decision{Until: now + sim.Time(k)}
}

// oneEach starts an instance for each request that waits.
type oneEach struct{}

func (oneEach) New(sim.Group) sim.Scaling { return oneEach{} }
func (oneEach) Start(v sim.View, _ sim.Time) int {
	return max(0, v.Waiting()-v.Initialising())
}

// floorOf provisions so many instances from a time on, and pings once.
type floorOf struct {
	n  int
	at sim.Time
}

func (p floorOf) New(sim.Group) sim.Prewarm { return p }
func (p floorOf) Tick(_ sim.View, now sim.Time) sim.Action {
	if now < p.at {
		return sim.Action{Next: p.at}
	}
	return sim.Action{Provisioned: p.n, Pings: 3, PingService: 7 * sim.Millisecond, Next: sim.Never}
}

// replay runs three functions of random arrivals and random phases and gives
// what was observed and what each tariff's meter counted.
func replay(t *testing.T, dispatch sim.Dispatch) (MeterConfig, *simtest.Tape, map[string]Usage) {
	t.Helper()
	w := &simtest.Load{}
	for f := range 3 {
		s := sim.NewStream(sim.RunKey{Seed: 5}, sim.PurposeArrival, uint64(f))
		var list []sim.Invocation
		now := sim.Time(0)
		for i := uint64(0); now < sim.Hour; i++ {
			list = append(list, sim.Invocation{Arrival: now, Service: sim.Time(s.Uniform(2*i+1) * float64(3*sim.Second)), Function: uint32(f)})
			now += sim.Time(s.Uniform(2*i) * float64(20*sim.Second))
		}
		w.Add(sim.Function{Name: string(rune('a' + f)), Memory: []int64{128, 1000, 1536}[f]}, list)
	}
	c := MeterConfig{
		Functions: w.Functions(),
		Window:    sim.Window{Warmup: 10 * sim.Minute, Horizon: 55 * sim.Minute},
		Platform: sim.Platform{
			Dispatch: dispatch, Concurrency: 1, KeepAlive: keepFor(8 * sim.Second), Scaling: oneEach{}, Prewarm: floorOf{n: 1, at: 30 * sim.Minute},
			Init: sim.Init{
				{Phase: sim.PhaseSandbox, Duration: stretchOf(sim.Second)},
				{Phase: sim.PhaseImage, Duration: stretchOf(100 * sim.Millisecond)},
				{Phase: sim.PhaseRuntime, Duration: stretchOf(2 * sim.Second)},
			},
		},
	}
	o := &simtest.FullObserver{}
	list := []sim.Observer{o}
	meters := map[string]Meter{}
	for _, x := range metered(t) {
		m := mustMeter(t, x, c)
		meters[x.Name] = m
		list = append(list, m)
	}
	if _, err := sim.Run(context.Background(), sim.Config{
		Workload: w, Platforms: []sim.Platform{c.Platform}, Window: c.Window, Key: sim.RunKey{Seed: 9, Replication: 2},
		Observers: func() []sim.Observer { return list },
	}); err != nil {
		t.Fatal(err)
	}
	usages := map[string]Usage{}
	for name, m := range meters {
		usages[name] = m.Usage()
	}
	return c, &o.Tape, usages
}

// TestInitOfARun: what aws-lambda bills for a cold request of a real run is
// its duration and the phases, from runtime on, that its own instance went
// through. The phases are taken here from the instance's Life, where the meter
// is told of them with the request.
func TestInitOfARun(t *testing.T) {
	c, told, usages := replay(t, sim.BoundDispatch)
	y := tally{}
	cold, pings := 0, 0
	for i := range told.Requests {
		o := &told.Requests[i]
		if !c.Window.Contains(o.Arrival) || o.Flags&sim.Provisioned != 0 {
			continue
		}
		d := o.End - o.Start
		if o.Init > 0 {
			d += phasesOf(t, told.Lives, o)
			cold++
			if o.Flags&sim.Ping != 0 {
				pings++
			}
		}
		y.add("duration", c.memoryOf(int(o.Function)), (d+999_999)/1_000_000)
	}
	if cold < 50 || pings == 0 {
		t.Fatalf("%d cold requests, %d of them pings: too few to tell", cold, pings)
	}
	if got := usages["aws-lambda"].Get("duration"); got.Cmp(y["duration"]) != 0 {
		t.Errorf("duration = %s MiB-ms, from the instances' lives %s", got, y["duration"])
	}
}

// phasesOf returns how long the billed phases of a cold request's own instance took.
func phasesOf(t *testing.T, lives []sim.Life, o *sim.Outcome) sim.Time {
	t.Helper()
	for i := range lives {
		if l := &lives[i]; l.Deployment == o.Function && l.Ready == o.Start && l.Ready-l.Created == o.Init {
			return l.Phases[sim.PhaseRuntime]
		}
	}
	t.Fatalf("no instance became ready for request %d of function %d", o.Ordinal, o.Function)
	return 0
}

// TestReplayEqualsTwins: on a real run, bound and queued, each meter counts
// what its slow twin does.
func TestReplayEqualsTwins(t *testing.T) {
	for _, dispatch := range []sim.Dispatch{sim.BoundDispatch, sim.QueueDispatch} {
		c, told, usages := replay(t, dispatch)
		for name, u := range usages {
			twin, _ := familyOf(slowTwins, name)
			want := twin(&c, (*happening)(told))
			for _, e := range u {
				x, _ := findUnit(e.Unit)
				w := want[e.Meter]
				if w == nil {
					w = new(big.Int)
				}
				if n := new(big.Int).Mul(e.Quantity, x.big()); n.Cmp(w) != 0 {
					t.Errorf("%s, dispatch %s: %s = %s, the twin says %s", name, dispatch, e.Meter, n, w)
				}
			}
		}
	}
}

// TestCloudRunIdle: on a real run, a provisioned instance is billed as active
// or as idle at each moment of its life, up to the rounding of each stretch.
func TestCloudRunIdle(t *testing.T) {
	c, told, usages := replay(t, sim.QueueDispatch)
	u := usages["gcp-cloud-run-request"]
	both := new(big.Int).Add(u.Get("provisioned_active_memory"), u.Get("provisioned_idle_memory"))
	slack := tally{}
	for i := range told.Activities {
		if a := &told.Activities[i]; a.Flags&sim.Provisioned != 0 {
			slack.add("memory", a.Memory, 100*sim.Millisecond)
		}
	}
	whole := u.Get("provisioned_standing")
	if whole.Sign() == 0 || slack["memory"] == nil {
		t.Fatalf("nothing was provisioned in %v", c.Window)
	}
	if both.Cmp(whole) < 0 || both.Cmp(new(big.Int).Add(whole, slack["memory"])) >= 0 {
		t.Errorf("active and idle %s MiB-ns, life %s, rounding at most %s", both, whole, slack["memory"])
	}
}

// TestServingOfARun: where an instance serves one request at a time, what it is
// billed for serving is the time of the requests within the window, to the
// nanosecond, whatever the rule rounds; and for starting, the phases of its life.
func TestServingOfARun(t *testing.T) {
	c, told, usages := replay(t, sim.QueueDispatch)
	var serving, starting sim.Time
	for i := range told.Requests {
		if o := &told.Requests[i]; o.Started {
			serving += c.Window.Clip(o.Start, o.End)
		}
	}
	for i := range told.Lives {
		l := &told.Lives[i]
		starting += c.Window.Clip(l.Created, l.Ready)
	}
	u := usages["gcp-cloud-run-instance"]
	for part, want := range map[string]sim.Time{Serving: serving, Starting: starting} {
		if got := u.Get(PartMeter("instance_time", part)); want == 0 || got.Int64() != want {
			t.Errorf("%s %s ns, the run has %d", part, got, want)
		}
	}
}
