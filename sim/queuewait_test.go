package sim

import "testing"

// One instance at most, and who waits does so for 2 × the mean start, at least 5. The
// first instance takes 10 to start, for a request that takes 1,000.
//
//	0    the first arrives, and begins to wait for the start of an instance, which takes
//	     10 and stands for the mean: it may wait for 20, and is served from 10 to 1010
//	20   the second waits: the mean start is 10, so for 20, to 40
//	30   the third waits to 50
//
// With a client that gives up after 20, too, it is the platform that has the word.
func TestQueueWaitByStarts(t *testing.T) {
	for _, patience := range []Time{0, 20} {
		l := &list{functions: []Function{{Name: "f", Patience: patience}}, invocations: [][]Invocation{{{Arrival: 0, Service: 1000}, {Arrival: 20, Service: 1000}, {Arrival: 30, Service: 1000}}}}
		got, _ := replay(t, Config{Workload: l, Window: Window{Horizon: 100}, Platforms: []Platform{{
			KeepAlive: window(Never), Dispatch: QueueDispatch, Scaling: perRequest{}, Init: Init{{Phase: PhaseSandbox, Duration: Constant(10)}},
			Limit: Limit{Instances: 1, Over: QueueOver, QueueWait: 5, QueueStarts: 2}}}})
		for i, want := range []struct {
			status Status
			end    Time
		}{{Completed, 1010}, {Rejected, 40}, {Rejected, 50}} {
			if o := got.outcomes[i]; i > 0 && o.Status != want.status || o.End != want.end { // the first, with a client, is abandoned at 20, and served to its end
				t.Errorf("patience %d: request %d ends with status %d at %d, want %d at %d", patience, i, o.Status, o.End, want.status, want.end)
			}
		}
	}
}

// The mean is of all starts that are over: of 10 and 30 it is 20, and who comes then
// waits for 40; or for 45, where that is the least.
func TestQueueWaitByMeanStart(t *testing.T) {
	starts := Init{{Phase: PhaseSandbox, Duration: inTurn{10, 30}}}
	for least, end := range map[Time]Time{35: 100, 45: 105} {
		l := &list{functions: []Function{{Name: "f"}}, invocations: [][]Invocation{{{Arrival: 0, Service: 1000}, {Arrival: 1, Service: 1000}, {Arrival: 60, Service: 1}}}}
		got, _ := replay(t, Config{Workload: l, Window: Window{Horizon: 200}, Pool: NewPool(1), Platforms: []Platform{{
			KeepAlive: window(Never), Dispatch: QueueDispatch, Scaling: perRequest{}, Init: starts,
			Limit: Limit{Instances: 2, Over: QueueOver, QueueWait: least, QueueStarts: 2}}}})
		if o := got.outcomes[2]; o.Status != Rejected || o.End != end {
			t.Errorf("the third ends with status %d at %d, want %d at %d", o.Status, o.End, Rejected, end)
		}
	}
}

// inTurn is a Sampler that takes the first of two below the median of the draws here.
type inTurn [2]Time

func (d inTurn) Sample(u float64) Time {
	if u < 0.5 {
		return d[0]
	}
	return d[1]
}

// Requests that are bound to instances of their own wait for no start but theirs.
func TestQueueWaitByStartsNeedsAQueue(t *testing.T) {
	p := Platform{KeepAlive: window(0), Limit: Limit{QueueStarts: 3.5}}
	if p.validate() == nil {
		t.Error("a wait by starts is taken without queue dispatch")
	}
}
