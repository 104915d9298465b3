package sim

import (
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// drawPlain draws a platform that the plain path can begin on.
func drawPlain(t *rapid.T) Platform {
	p := Platform{
		TimeoutClock: rapid.SampledFrom([]TimeoutClock{HandlerClock, RequestClock}).Draw(t, "clock"),
		Timeout:      small(t, "platform timeout", 12),
		MaxLifetime:  small(t, "lifetime", 20),
		Scaling:      perRequest{},
		Reuse:        rapid.SampledFrom([]Reuse{MostRecent, Newest, Oldest}).Draw(t, "reuse"),
	}
	p.KeepAlive = rapid.SampledFrom([]KeepAliveFactory{window(-1), window(0), window(3), window(10), window(Never), planning{0, 3, 4}, planning{2, 5, 0}, sometimes{}}).Draw(t, "keepalive")
	if rapid.Bool().Draw(t, "init") {
		p.Init = Init{{PhaseSandbox, Constant(small(t, "sandbox", 4))}, {PhaseRuntime, uniformTo(small(t, "runtime", 5))}}
	}
	p.Limit.Account = 1000 // certified: peaks are recorded
	if b := rapid.IntRange(0, 3).Draw(t, "burst"); b > 0 {
		p.Limit.Ramp = Ramp{Burst: b, Period: Time(b) * Time(rapid.IntRange(1, 6).Draw(t, "token"))}
	}
	return p
}

// sometimes plans a start after some requests only, by the time and by what it
// sees, so that the plain path is left late and with a state.
type sometimes struct{}

func (sometimes) Scope() Scope        { return ScopeDeployment }
func (sometimes) New(Group) KeepAlive { return sometimes{} }

func (sometimes) Idle(v View, now Time) Decision {
	stay := Time(v.Idle() + 2*v.Busy() + v.InFlight())
	if now%17 == 5 {
		return Decision{Until: StopNow, PrewarmFrom: now + 2, PrewarmUntil: now + 9}
	}
	return Decision{Until: now + stay}
}

// Lazy equals eager: the plain path against the general one.
func TestPlainEqualsGeneral(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := drawLoad(t, true)
		if rapid.Bool().Draw(t, "crowd") { // more at a time than the plain path serves
			for k := range l.invocations[0] {
				l.invocations[0][k].Service += 60
			}
			for range rapid.IntRange(1, 200).Draw(t, "crowd size") {
				at := small(t, "crowd gap", 2)
				if n := len(l.invocations[0]); n > 0 {
					at += l.invocations[0][n-1].Arrival
				}
				l.invocations[0] = append(l.invocations[0], Invocation{Arrival: at, Service: small(t, "crowd service", 90)})
			}
		}
		c := Config{Workload: l, Platform: drawPlain(t), Window: Window{Warmup: small(t, "warmup", 20), Horizon: 21 + small(t, "horizon", 150)}, Key: RunKey{Seed: 7}}
		got, _ := replay(t, c)
		c.general = true
		want, _ := replay(t, c)
		if d := cmp.Diff(want.outcomes, got.outcomes); d != "" {
			t.Fatalf("outcomes, general − plain +:\n%s", d)
		}
		if d := cmp.Diff(want.lives, got.lives); d != "" {
			t.Fatalf("lives, general − plain +:\n%s", d)
		}
	})
}

// Decoupled equals coupled where the account limit does not bind, on any
// number of workers.
func TestCertifiedEqualsCoupled(t *testing.T) {
	var certified atomic.Bool
	rapid.Check(t, func(t *rapid.T) {
		l := drawLoad(t, true)
		c := Config{Workload: l, Platform: drawPlatform(t), Window: Window{Horizon: 21 + small(t, "horizon", 100)}, Key: RunKey{Seed: 7}, Pool: NewPool(3)}
		c.Platform.Limit.Account = rapid.IntRange(1, 12).Draw(t, "account limit")
		got, sum := replay(t, c)
		if !sum.Coupled && len(l.functions) > 1 {
			certified.Store(true)
		}
		want := runTwin(c, l)
		if d := cmp.Diff(want.level(c.Window.Horizon).outcomes, got.level(c.Window.Horizon).outcomes); d != "" {
			t.Fatalf("coupled %v: outcomes, twin − kernel +:\n%s", sum.Coupled, d)
		}
	})
	if !certified.Load() {
		t.Error("no run was certified: the test tests nothing")
	}
}
