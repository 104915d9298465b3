package sim

import (
	"fmt"
	"strings"
	"testing"
)

// whyOnNodes is onNodes that returns "function arrival: why it was cold", of cold
// requests, and then "function created: why it stopped", of instances.
func whyOnNodes(t *testing.T, p Platform, functions ...[][2]Time) (cold, stops string) {
	t.Helper()
	l := &list{}
	for f, requests := range functions {
		var calls []Invocation
		for _, r := range requests {
			calls = append(calls, Invocation{Arrival: r[0], Service: r[1], Function: uint32(f)})
		}
		l.functions = append(l.functions, Function{Name: string(rune('a' + f)), Memory: 100})
		l.invocations = append(l.invocations, calls)
	}
	p.Scaling = perRequest{}
	got, _ := replay(t, Config{Workload: l, Window: Window{Horizon: 10_000}, Platforms: []Platform{p}})
	var lines, ends []string
	for _, o := range got.outcomes {
		if o.Flags&Cold != 0 {
			lines = append(lines, fmt.Sprintf("%c %d: %v", 'a'+o.Function, o.Arrival, o.Cause))
		}
	}
	for _, v := range got.lives {
		ends = append(ends, fmt.Sprintf("%c %d: %v", 'a'+v.Deployment, v.Created, v.Cause))
	}
	return strings.Join(lines, "; "), strings.Join(ends, "; ")
}

// A node for two instances; all requests take 10, a start takes 5.
//
// a's first request, at 0, is the first use; its second, at 2, finds the one instance
// busy: a burst. Both idle from 15 and 17 on. b's first, at 50, evicts the one idle for
// longest, a's of 0; b's idles from 65 on. At 100 a has one instance, which serves its first request; the
// second needs another, of which there were two until the eviction. It evicts b's, which
// has idled since 65. So b's of 200 is after an eviction, and makes one of a's leave, the
// one that became idle at 110. The node fails at 300 with one of each; a's of 400 is
// after that, and so is b's of 500. The window of 1,000 is over in both cases before 3,000, when a is
// after an expiry.
func TestWhyColdAndWhyStopped(t *testing.T) {
	p := Platform{KeepAlive: window(1000), Limit: Limit{Over: QueueOver}, Init: Init{{Phase: PhaseSandbox, Duration: Constant(5)}},
		Cluster: &Cluster{Nodes: []Node{{Memory: 200}}, Placement: firstNode{}, Eviction: leastRecent{}, Failures: Failures{Schedule: []Outage{{At: 300, For: 50}}}}}
	cold, stops := whyOnNodes(t, p, [][2]Time{{0, 10}, {2, 10}, {100, 10}, {100, 10}, {400, 10}, {3000, 10}}, [][2]Time{{50, 10}, {200, 10}, {500, 10}})
	if want := "a 0: first use; a 2: burst; a 100: eviction; a 400: outage; a 3000: expiry; b 50: first use; b 200: eviction; b 500: outage"; cold != want {
		t.Errorf("cold:\n%s\nwant\n%s", cold, want)
	}
	if want := "a 0: evicted; a 2: evicted; a 100: node failed; a 400: expired; a 3000: expired; b 50: evicted; b 200: node failed; b 500: expired"; stops != want {
		t.Errorf("stops:\n%s\nwant\n%s", stops, want)
	}
}

// A floor of one that is there from 0 to 100 and not after: it stops as scaled in, and a request
// of 200 is cold for that reason. One that is paused 5 after its first request is woken
// for the next, which waits 3 for its resume and ends at 213.
func TestWhyColdAfterScaleInAndPause(t *testing.T) {
	floor := Platform{KeepAlive: window(10), Prewarm: floorUntil(100), Init: Init{{Phase: PhaseSandbox, Duration: Constant(5)}}}
	cold, stops := whyOnNodes(t, floor, [][2]Time{{20, 10}, {200, 10}})
	if cold != "a 200: scale-in" || stops != "a 0: scaled in; a 200: expired" {
		t.Errorf("a floor: cold %q, stops %q", cold, stops)
	}
	paused := Platform{KeepAlive: pausesSoon{}, Resume: Constant(3), Init: Init{{Phase: PhaseSandbox, Duration: Constant(5)}}}
	cold, stops = whyOnNodes(t, paused, [][2]Time{{20, 10}, {200, 10}})
	if cold != "a 20: first use; a 200: pause" || stops != "a 20: not stopped; a 40: not stopped; a 200: not stopped; a 218: not stopped" {
		t.Errorf("paused: cold %q, stops %q", cold, stops)
	}
}

// floorUntil is a floor of one until a time.
type floorUntil Time

func (f floorUntil) New(Group) Prewarm { return f }

func (f floorUntil) Tick(_ View, now Time) Action {
	if now < Time(f) {
		return Action{Provisioned: 1, Next: Time(f)}
	}
	return Action{Next: Never}
}

// pausesSoon pauses what has idled for 5, for ever.
type pausesSoon struct{}

func (pausesSoon) Scope() Scope          { return ScopeDeployment }
func (p pausesSoon) New(Group) KeepAlive { return p }

func (pausesSoon) Idle(_ View, in Instance, now Time) Decision {
	if in.Stage() == Whole {
		return Decision{Until: now + 5, Then: Pause}
	}
	return Decision{Until: Never}
}
