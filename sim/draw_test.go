package sim

import (
	"fmt"

	"pgregory.net/rapid"
)

// drawer draws loads and platforms in multiples of a unit of time, small ones,
// so that equal times and zero durations are common.
type drawer struct {
	*rapid.T
	unit Time
}

func (t drawer) int(name string, least, most int) int {
	return rapid.IntRange(least, most).Draw(t.T, name)
}
func (t drawer) time(name string, most int) Time { return Time(t.int(name, 0, most)) * t.unit }
func (t drawer) bool(name string) bool           { return rapid.Bool().Draw(t.T, name) }

func (t drawer) load() *list {
	l := &list{}
	for f := range t.int("functions", 1, 3) {
		fn := Function{Name: fmt.Sprint(f), App: rapid.SampledFrom([]string{"a", "b", ""}).Draw(t.T, "app"), Memory: int64(128 * (f + 1))}
		fn.Timeout = t.time("timeout", 8)
		fn.Patience = t.time("patience", 12) * Time(t.int("impatient", 0, 1))
		fn.Runtime = rapid.SampledFrom([]string{"x", "y", ""}[:1+2*min(f, 1)]).Draw(t.T, "runtime of")
		if t.bool("cold") {
			fn.Cold = Constant(t.time("cold service", 9))
		}
		if t.bool("fails") {
			fn.Error = float64(t.int("tenths", 1, 10)) / 10
			if t.bool("by itself") {
				fn.ErrorTime = Constant(t.time("error time", 9))
			}
		}
		var invs []Invocation
		var at Time
		for range t.int("invocations", 0, 25) {
			at += t.time("gap", 6)
			invs = append(invs, Invocation{Arrival: at, Service: t.time("service", 7), Function: uint32(f), Attr: uint32(len(invs))})
		}
		l.functions = append(l.functions, fn)
		l.invocations = append(l.invocations, invs)
	}
	return l
}

// crowd adds more requests at a time than the plain path keeps in order.
func (t drawer) crowd(l *list) {
	for k := range l.invocations[0] {
		l.invocations[0][k].Service += 60 * t.unit
	}
	for range t.int("crowd size", 1, 200) {
		at := t.time("crowd gap", 2)
		if n := len(l.invocations[0]); n > 0 {
			at += l.invocations[0][n-1].Arrival
		}
		l.invocations[0] = append(l.invocations[0], Invocation{Arrival: at, Service: t.time("crowd service", 90)})
	}
}

// throng adds functions that are called often at times, so that many are under way and
// few, and takes patience away.
func (t drawer) throng(l *list) {
	if t.bool("crowded") {
		t.crowd(l)
	}
	for range t.int("more functions", 0, 6) {
		f := len(l.functions)
		var invs []Invocation
		at := t.time("first", 60)
		for range t.int("bursts", 0, 4) {
			gap := t.unit / Time(t.int("rate", 1, 20))
			for range t.int("burst size", 1, 120) {
				at += gap
				invs = append(invs, Invocation{Arrival: at, Service: gap * Time(t.int("service of gaps", 0, 300)), Function: uint32(f)})
			}
			at += t.time("pause", 60)
		}
		l.functions = append(l.functions, Function{Name: "more " + fmt.Sprint(f), Memory: 128})
		l.invocations = append(l.invocations, invs)
	}
	for f := range l.functions {
		l.functions[f].Patience = 0
	}
}

func (t drawer) window() Window {
	return Window{Warmup: t.time("warmup", 20), Horizon: 21*t.unit + t.time("horizon", 130)}
}

func (t drawer) keepAlive() KeepAliveFactory {
	u := t.unit
	return rapid.SampledFrom([]KeepAliveFactory{window(-1), window(0), window(3 * u), window(10 * u), window(Never),
		fixed{window(0)}, fixed{window(3 * u)}, fixed{window(10 * u)}, fixed{window(Never)},
		planning{0, 3 * u, 4 * u}, planning{2 * u, 5 * u, 0}, sometimes{u}, stages{u}}).Draw(t.T, "keepalive")
}

func (t drawer) init() Init {
	if !t.bool("init") {
		return nil
	}
	init := Init{{Phase: PhaseSandbox, Duration: Constant(t.time("sandbox", 4))}}
	if t.int("restore", 0, 7) == 0 {
		init = append(init, PhaseSampler{Phase: PhaseRestore, Duration: Constant(t.time("restoring", 3))})
	}
	init = append(init, PhaseSampler{Phase: PhaseRuntime, Duration: uniformTo(t.time("runtime", 5))})
	if t.bool("dependencies") {
		init = append(init, PhaseSampler{Phase: PhaseDependencies, Duration: uniformTo(t.time("dependent", 5))})
	}
	return init
}

func (t drawer) ramp() Ramp {
	if b := t.int("burst", 0, 3); b > 0 {
		return Ramp{Burst: b, Period: Time(t.int("period", 1, 15)) * t.unit}
	}
	return Ramp{}
}

// platform draws any platform that the twin knows.
func (t drawer) platform() Platform {
	p := Platform{
		Unit:         rapid.SampledFrom([]Unit{PerFunction, PerApp}).Draw(t.T, "unit"),
		Dispatch:     rapid.SampledFrom([]Dispatch{BoundDispatch, QueueDispatch}).Draw(t.T, "dispatch"),
		Reuse:        rapid.SampledFrom([]Reuse{MostRecent, Newest, Oldest, LeastRecent, LeastLoaded}).Draw(t.T, "reuse"),
		Order:        Order(max(0, t.int("order", -2, numOrders-1))),
		Concurrency:  t.int("concurrency", 1, 3),
		TimeoutClock: rapid.SampledFrom([]TimeoutClock{HandlerClock, RequestClock}).Draw(t.T, "clock"),
		Timeout:      t.time("platform timeout", 12),
		Abandoned:    rapid.SampledFrom([]AfterClient{ServeOn, Cancel}).Draw(t.T, "abandoned"),
		MaxLifetime:  t.time("lifetime", 20),
		Scaling:      t.scaling(),
		KeepAlive:    t.keepAlive(),
		Init:         t.init(),
		Resume:       Constant(t.time("resume", 2)),
	}
	if t.bool("stores") {
		p.Stores = lastOnHosts{t.unit}
		p.Init = append(p.Init, PhaseSampler{Phase: PhaseWeights, Duration: Constant(t.time("weights", 2)),
			Content: Content{Name: rapid.SampledFrom([]string{"", "model"}).Draw(t.T, "content"), Bytes: 1}})
	}
	if t.bool("limited") {
		l := &p.Limit
		l.Over = rapid.SampledFrom([]Over{RejectOver, QueueOver}).Draw(t.T, "over")
		l.Account = rapid.SampledFrom([]int{0, 1, 2, 3, 4, 8, 12}).Draw(t.T, "account")
		l.Function = t.int("function", 0, 3)
		l.Instances = t.int("instances", 0, 3)
		l.Fleet = t.int("fleet", 0, 4) * t.int("fleeting", 0, 1)
		l.Queue = t.int("queue", 0, 3)
		l.QueueWait = t.time("queue wait", 9)
		if p.Dispatch == QueueDispatch && t.bool("by starts") {
			l.QueueStarts = float64(t.int("starts", 1, 4)) / 2
		}
		if t.bool("rated") {
			l.Requests = Ramp{Burst: t.int("requests", 1, 3), Period: Time(t.int("in", 1, 20)) * t.unit}
		}
		l.Ramp = t.ramp()
	}
	if t.int("bounded", 0, 2) == 0 {
		t.cluster(&p)
	}
	t.pool(&p)
	if t.bool("prewarm") {
		p.Prewarm = ticking{every: Time(t.int("every", 1, 12)) * t.unit, floor: rapid.SliceOfN(rapid.IntRange(0, 2), 1, 3).Draw(t.T, "floor"),
			pings: t.int("pings", 0, 2), start: t.int("start", 0, 1), unit: t.unit}
	}
	return p
}

// lastOnHosts makes stores of three hosts that keep what each loaded last, from
// where it takes one unit of time; else it takes three and what others have
// loaded there so far.
type lastOnHosts struct{ unit Time }

func (l lastOnHosts) New() Stores { return &lastOn{unit: l.unit, last: map[uint32]string{}} }

type lastOn struct {
	unit  Time
	last  map[uint32]string
	loads Time
}

func (l *lastOn) Place(_ Time, _ Init, uniform float64) uint32 { return uint32(3 * uniform) }

func (l *lastOn) Load(_ Time, host uint32, _ Phase, c *Content) (Time, int) {
	if l.last[host] == c.Name {
		return l.unit, 0
	}
	l.last[host] = c.Name
	l.loads++
	return l.unit * (3 + l.loads%5), 1
}

// plain draws a platform that the plain path can begin on.
func (t drawer) plain() Platform {
	return Platform{
		TimeoutClock: rapid.SampledFrom([]TimeoutClock{HandlerClock, RequestClock}).Draw(t.T, "clock"),
		Timeout:      t.time("platform timeout", 12),
		MaxLifetime:  t.time("lifetime", 20) * Time(t.int("mortal", 0, 1)),
		Scaling:      perRequest{},
		Reuse:        rapid.SampledFrom([]Reuse{MostRecent, Newest, Oldest}).Draw(t.T, "reuse"),
		KeepAlive:    t.keepAlive(),
		Init:         t.init(),
		Limit:        Limit{Ramp: t.ramp()},
	}
}

// scaling draws a policy that ticks, or one that does not.
func (t drawer) scaling() ScalingFactory {
	every := t.time("scale every", 9)
	switch {
	case every == 0:
		return perRequest{}
	case every == t.unit:
		return hopeful{}
	}
	stay := t.time("scale until", 9)
	if t.int("until", 0, 2) == 0 {
		stay = AsKeepAlive
	}
	return averagingOf{every, stay, t.int("per instance", 1, 3), t.int("wanted at once", 0, 2)}
}

// averagingOf wants an instance for so many requests, on average since it was
// asked last, and sleeps where there are none.
type averagingOf struct {
	every, stay Time // stay: an instance that starts, or AsKeepAlive
	each        int
	first       int // wanted at time 0
}

func (a averagingOf) New(Group) Scaling { return &averaging{averagingOf: a} }

type averaging struct {
	averagingOf
	perRequest
	at   Time
	load uint64
}

func (*averaging) New(Group) Scaling { panic("it is made already") }

func (a *averaging) Tick(v View, now Time) Scale {
	load, elapsed := v.RequestTime(now)-a.load, now-a.at
	a.load, a.at = v.RequestTime(now), now
	until := after(now, a.stay)
	if a.stay == AsKeepAlive {
		until = AsKeepAlive
	}
	if now == 0 && a.first > 0 {
		return Scale{Wanted: a.first, Until: until, Next: now + a.every}
	}
	if elapsed == 0 || load == 0 && elapsed == a.every {
		return Scale{Wanted: 0, Next: Never}
	}
	each := uint64(elapsed) * uint64(a.each)
	return Scale{Wanted: int((load + each - 1) / each), Until: until, Next: now + a.every}
}

// fixed is a window that says so.
type fixed struct{ window }

func (f fixed) New(Group) KeepAlive { return f }
func (f fixed) Fixed() Time         { return Time(f.window) }

// planning is a keep-alive policy that stops an instance after a while and
// wants one back later.
type planning struct{ stay, away, again Time }

func (p planning) Scope() Scope        { return ScopeDeployment }
func (p planning) New(Group) KeepAlive { return p }

func (p planning) Idle(_ View, _ Instance, now Time) Decision {
	return Decision{Until: now + p.stay, PrewarmFrom: now + p.away, PrewarmUntil: now + p.away + p.again}
}

// sometimes plans a start after some requests only, by the time and by what it
// sees, so that the plain path is left late and with a state.
type sometimes struct{ unit Time }

func (s sometimes) Scope() Scope        { return ScopeDeployment }
func (s sometimes) New(Group) KeepAlive { return s }

func (s sometimes) Idle(v View, in Instance, now Time) Decision {
	stay := Time(v.Idle()+2*v.Busy()+v.InFlight()+in.Served()%3)*s.unit + (now-in.Created())/7
	if now/s.unit%17 == 5 {
		return Decision{Until: StopNow, PrewarmFrom: now + 2*s.unit, PrewarmUntil: now + 9*s.unit}
	}
	return Decision{Until: now + stay}
}

// stages pauses an instance after a while, takes its last phases from it after
// another, and more of them after a third; by the number of requests it has
// served, it leaves out one or the other.
type stages struct{ unit Time }

func (s stages) Scope() Scope        { return ScopeDeployment }
func (s stages) New(Group) KeepAlive { return s }

func (s stages) Idle(v View, in Instance, now Time) Decision {
	d := Decision{Until: now + Time(2+v.Held())*s.unit}
	switch in.Stage() {
	case Whole:
		switch in.Served() % 3 {
		case 0:
			d.Then, d.Memory = Pause, 64
		case 1:
			d.Then, d.Layer, d.Memory = Demote, PhaseRuntime, 32
		}
	case Paused:
		d.Then, d.Layer = Demote, PhaseRuntime
	case Demoted:
		if in.Layer() == PhaseRuntime {
			d.Then, d.Layer, d.Memory = Demote, PhaseImage, 8
		}
	}
	return d
}

// ticking is a prewarm policy that changes its floor, starts and pings.
type ticking struct {
	every Time
	floor []int
	pings int
	start int
	unit  Time
}

func (p ticking) New(Group) Prewarm { return p }

func (p ticking) Tick(_ View, now Time) Action {
	return Action{Provisioned: p.floor[int(now/p.every)%len(p.floor)], Pings: p.pings, PingService: 2 * p.unit, Start: p.start, Until: now + 4*p.unit, Next: now + p.every}
}

// uniformTo is a Sampler of whole nanoseconds up to itself.
type uniformTo Time

func (u uniformTo) Sample(x float64) Time { return Time(x * float64(u+1)) }
