package sim

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// planning is a keep-alive policy that stops an instance after a while and
// wants one back later.
type planning struct{ stay, away, again Time }

func (p planning) Scope() Scope        { return ScopeDeployment }
func (p planning) New(Group) KeepAlive { return p }

func (p planning) Idle(_ View, now Time) Decision {
	return Decision{Until: now + p.stay, PrewarmFrom: now + p.away, PrewarmUntil: now + p.away + p.again}
}

// ticking is a prewarm policy that changes its floor, starts and pings.
type ticking struct {
	every Time
	floor []int
	pings int
	start int
}

func (p ticking) New(Group) Prewarm { return p }

func (p ticking) Tick(_ View, now Time) Action {
	return Action{Provisioned: p.floor[int(now/p.every)%len(p.floor)], Pings: p.pings, PingService: 2, Start: p.start, Until: now + 4, Next: now + p.every}
}

// small draws a duration of few nanoseconds, so that equal times and zero
// durations are common.
func small(t *rapid.T, name string, most int) Time {
	return Time(rapid.IntRange(0, most).Draw(t, name))
}

func drawLoad(t *rapid.T, cold bool) *list {
	l := &list{}
	for f := range rapid.IntRange(1, 3).Draw(t, "functions") {
		fn := Function{Name: fmt.Sprint(f), App: rapid.SampledFrom([]string{"a", "b", ""}).Draw(t, "app"), Memory: int64(128 * (f + 1))}
		fn.Timeout = small(t, "timeout", 8)
		if cold && rapid.Bool().Draw(t, "cold") {
			fn.Cold = Constant(small(t, "cold service", 9))
		}
		var invs []Invocation
		var at Time
		for range rapid.IntRange(0, 25).Draw(t, "invocations") {
			at += small(t, "gap", 6)
			invs = append(invs, Invocation{Arrival: at, Service: small(t, "service", 7), Function: uint32(f)})
		}
		l.functions = append(l.functions, fn)
		l.invocations = append(l.invocations, invs)
	}
	return l
}

func drawPlatform(t *rapid.T) Platform {
	p := Platform{
		Unit:         rapid.SampledFrom([]Unit{PerFunction, PerApp}).Draw(t, "unit"),
		Dispatch:     rapid.SampledFrom([]Dispatch{BoundDispatch, QueueDispatch}).Draw(t, "dispatch"),
		Reuse:        rapid.SampledFrom([]Reuse{MostRecent, Newest, Oldest, LeastRecent}).Draw(t, "reuse"),
		Concurrency:  rapid.IntRange(1, 3).Draw(t, "concurrency"),
		TimeoutClock: rapid.SampledFrom([]TimeoutClock{HandlerClock, RequestClock}).Draw(t, "clock"),
		Timeout:      small(t, "platform timeout", 12),
		MaxLifetime:  small(t, "lifetime", 20),
		Scaling:      perRequest{},
	}
	p.KeepAlive = rapid.SampledFrom([]KeepAliveFactory{window(-1), window(0), window(3), window(10), window(Never), planning{0, 3, 4}, planning{2, 5, 0}}).Draw(t, "keepalive")
	if rapid.Bool().Draw(t, "init") {
		p.Init = Init{{PhaseSandbox, Constant(small(t, "sandbox", 4))}, {PhaseRuntime, uniformTo(small(t, "runtime", 5))}}
	}
	if rapid.Bool().Draw(t, "limited") {
		l := &p.Limit
		l.Over = rapid.SampledFrom([]Over{RejectOver, QueueOver}).Draw(t, "over")
		l.Account = rapid.IntRange(0, 4).Draw(t, "account")
		l.Function = rapid.IntRange(0, 3).Draw(t, "function")
		l.Instances = rapid.IntRange(0, 3).Draw(t, "instances")
		l.Queue = rapid.IntRange(0, 3).Draw(t, "queue")
		l.QueueWait = small(t, "queue wait", 9)
		if b := rapid.IntRange(0, 3).Draw(t, "burst"); b > 0 {
			l.Ramp = Ramp{Burst: b, Period: Time(b) * Time(rapid.IntRange(1, 6).Draw(t, "token"))}
		}
	}
	if rapid.Bool().Draw(t, "prewarm") {
		p.Prewarm = ticking{every: Time(rapid.IntRange(1, 12).Draw(t, "every")), floor: rapid.SliceOfN(rapid.IntRange(0, 2), 1, 3).Draw(t, "floor"),
			pings: rapid.IntRange(0, 2).Draw(t, "pings"), start: rapid.IntRange(0, 1).Draw(t, "start")}
	}
	return p
}

// uniformTo is a Sampler of whole nanoseconds up to itself.
type uniformTo Time

func (u uniformTo) Sample(x float64) Time { return Time(x * float64(u+1)) }

// level cuts what lies after the horizon, which no observer counts.
func (t *tape) level(horizon Time) *tape {
	t.lives = slices.Clone(t.lives)
	for i := range t.lives {
		if t.lives[i].Stopped >= horizon {
			t.lives[i].Stopped = horizon
			t.lives[i].Flags &^= Live
		}
	}
	t.lives = slices.DeleteFunc(t.lives, func(l Life) bool { return l.Created >= horizon })
	t.sort()
	return t
}

// Lazy equals eager: the kernel against its twin.
func TestKernelEqualsTwin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := drawLoad(t, true)
		c := Config{Workload: l, Platform: drawPlatform(t), Window: Window{Warmup: small(t, "warmup", 20), Horizon: 21 + small(t, "horizon", 100)}, Key: RunKey{Seed: 7}}
		want := runTwin(c, l).level(c.Window.Horizon)
		got, _ := replay(t, c)
		got.level(c.Window.Horizon)
		if d := cmp.Diff(want.outcomes, got.outcomes); d != "" {
			t.Fatalf("outcomes, twin − kernel +:\n%s", d)
		}
		if d := cmp.Diff(want.lives, got.lives); d != "" {
			t.Fatalf("lives, twin − kernel +:\n%s", d)
		}
		if d := cmp.Diff(want.activities, got.activities); d != "" {
			t.Fatalf("activities, twin − kernel +:\n%s", d)
		}
	})
}
