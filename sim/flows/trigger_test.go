package flows

import "github.com/coldcurve/coldcurve/sim"

// service makes a service whose ops take no time and have a meter each.
func (b *builder) service(name string, ops ...Op) int32 {
	s := Service{Name: name, Owner: b.owner("service " + name), Behind: None}
	for _, o := range ops {
		if o.Meter == 0 {
			o.Meter = b.meter(name + " " + o.Name)
		}
		s.Ops = append(s.Ops, o)
	}
	b.g.Services = append(b.g.Services, s)
	return int32(len(b.g.Services) - 1)
}

// calls makes a trigger of a function.
func (b *builder) calls(name string, function int32) *Trigger {
	b.g.Triggers = append(b.g.Triggers, Trigger{
		Name: name, Start: Target{Function: function, Flow: None}, Owner: b.owner("trigger " + name), Meter: None, Record: fixed(1000),
	})
	return &b.g.Triggers[len(b.g.Triggers)-1]
}

// sqs makes a trigger a queue whose requests are metered by 64 KB, with one poller for
// each delivery and 20 s a poll.
func (b *builder) sqs(t *Trigger, q Queue) *Trigger {
	const unit = 64 << 10
	b.meter("none") // index 0 stands for a meter that is to be made
	q.Service = b.service(t.Name, Op{Name: "send", Unit: unit}, Op{Name: "receive", Unit: unit}, Op{Name: "delete", Unit: unit})
	q.Send, q.Receive, q.Delete = 0, 1, 2
	q.PerReceive, q.PerDelete, q.Bytes = 10, 10, 6<<20
	if q.Pollers.Most == 0 {
		q.Pollers = Pollers{Start: 5, Grow: 300, Most: 1250}
	}
	q.Pollers.Poll, q.Pollers.Each, q.Pollers.Provisioned = 20*second, max(1, q.Pollers.Each), None
	t.Queue = &q
	return t
}

// used is how much of a meter was used in all, for a cause.
func used(g *Graph, tally *Tally, meter string, cause Cause) (n uint64) {
	for _, u := range tally.Used {
		if g.Meters[u.Meter].Name == meter && u.Cause == cause {
			n += u.N.Lo
		}
	}
	return n
}

// checkMessages checks that each message is deleted, dead, filtered or in flight, and
// that each start has ended or is under way.
func checkMessages(t tester, g *Graph, tally *Tally) {
	t.Helper()
	for k := range tally.Triggers {
		n := &tally.Triggers[k]
		name := g.Triggers[k].Name
		if n.Started != n.Succeeded+n.Failed+n.TimedOut+n.Unfinished && g.Triggers[k].HTTP == nil {
			t.Errorf("trigger %s: of %d starts %d succeeded, %d failed, %d timed out, %d did not end", name, n.Started, n.Succeeded, n.Failed, n.TimedOut, n.Unfinished)
		}
		if of := n.Latency.N + n.Inner.N; g.Triggers[k].Stream == nil && g.Triggers[k].HTTP == nil && of > n.Deleted || n.Latency.N != n.Outside.Done {
			t.Errorf("trigger %s: %d times of %d from outside, %d of what steps sent", name, n.Latency.N, n.Outside.Done, n.Inner.N)
		}
		o := &n.Outside
		if sum := o.Done + o.Failed + o.TimedOut + o.Throttled + o.Filtered + o.Unfinished; sum != n.Arrived {
			t.Errorf("trigger %s: %d arrived from outside, %d of these are accounted for: %+v", name, n.Arrived, sum, *o)
		}
		if w := n.Whole; w != nil {
			if sum := w.Done + w.Failed + w.TimedOut + w.Throttled + w.Filtered + w.Unfinished; sum != n.Arrived || w.Done > o.Done || w.Time.N != w.Done {
				t.Errorf("trigger %s: of %d that arrived from outside and %+v the whole is %+v, with %d times", name, n.Arrived, *o, w.Ends, w.Time.N)
			}
		}
		in, out := n.Arrived+n.Sent, n.Throttled+n.Lost+n.Deleted+n.Dead+n.Filtered+n.InFlight
		if g.Triggers[k].HTTP != nil {
			out = n.Succeeded + n.Failed + n.TimedOut + n.Throttled + n.Unfinished
		} else if g.Triggers[k].Async == nil && g.Triggers[k].Bus == nil && g.Triggers[k].Queue == nil && g.Triggers[k].Stream == nil {
			if in != out {
				t.Errorf("trigger %s: %d came in, %d are accounted for: %+v", name, in, out, n)
			}
			continue
		}
		if in != out {
			t.Errorf("trigger %s: %d arrived, %d were sent; %d turned away, %d lost, %d done, %d dead, %d filtered, %d in flight", name, n.Arrived, n.Sent, n.Throttled, n.Lost, n.Deleted, n.Dead, n.Filtered, n.InFlight)
		}
	}
}

// runAll runs a graph of which each trigger has arrivals.
func (b *builder) runAll(t tester, c config) (*Tally, []sim.Outcome) {
	t.Helper()
	for len(c.arrivals) < len(b.g.Triggers) {
		c.arrivals = append(c.arrivals, nil)
	}
	tally, outcomes := b.run(t, c)
	checkMessages(t, &b.g, tally)
	return tally, outcomes
}
