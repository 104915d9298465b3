package sim

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// ends keeps which limit each request has met, and how it ended.
type ends struct{ of *[]metEnd }

type metEnd struct {
	At     Time
	Status Status
	Limit  LimitKind
}

func (ends) Joined() [][]uint32 { return nil }
func (f ends) New() Follower    { *f.of = nil; return f } // the run of each configuration that replay tries
func (ends) Ran([]Follower)     {}

func (f ends) Ended(e End, _ *Next) { *f.of = append(*f.of, metEnd{e.Arrival, e.Status, e.Limit}) }

// A function that serves two at a time, of three on its account, has instances that take 5
// to start. Of four requests that come at 0, 1, 2 and 3 and take 10 the third and the fourth
// meet the function's limit; the first two wait for their own initialisations alone.
func TestLimitMet(t *testing.T) {
	l := &list{functions: []Function{{Name: "f"}}, invocations: [][]Invocation{{{Arrival: 0, Service: 10}, {Arrival: 1, Service: 10}, {Arrival: 2, Service: 10}, {Arrival: 3, Service: 10}}}}
	for _, c := range []struct {
		limit Limit
		want  []metEnd
	}{
		{Limit{Function: 2, Account: 3}, []metEnd{{2, Rejected, FunctionLimit}, {3, Rejected, FunctionLimit}, {0, Completed, NoLimit}, {1, Completed, NoLimit}}},
		{Limit{Function: 3, Account: 2}, []metEnd{{2, Rejected, AccountLimit}, {3, Rejected, AccountLimit}, {0, Completed, NoLimit}, {1, Completed, NoLimit}}},
		{Limit{Instances: 2, Over: QueueOver}, []metEnd{{0, Completed, NoLimit}, {1, Completed, NoLimit}, {2, Completed, InstanceLimit}, {3, Completed, InstanceLimit}}},
		{Limit{Ramp: Ramp{Burst: 3, Period: 1000}}, []metEnd{{3, Rejected, RampLimit}, {0, Completed, NoLimit}, {1, Completed, NoLimit}, {2, Completed, NoLimit}}},
	} {
		var got []metEnd
		replay(t, Config{Workload: l, Window: Window{Horizon: 100}, Follow: ends{&got},
			Platforms: []Platform{{KeepAlive: window(Never), Limit: c.limit, Init: Init{{Phase: PhaseSandbox, Duration: Constant(5)}}}}})
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%+v: by hand −, kernel +:\n%s", c.limit, d)
		}
	}
}
