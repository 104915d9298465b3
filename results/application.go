package results

import (
	"fmt"
	"math"
	"slices"

	"github.com/cockroachdb/apd/v3"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/flows"
)

// ApplicationGraph is the application of a cell: the names of what its units tell of.
type ApplicationGraph struct {
	Title string
	Event string // what one start of it is: an order, a picture; "": an execution
	*flows.Graph
	// Tags are what costs are counted under, of each trigger and of each owner; "": none.
	TriggerTags, OwnerTags []string
	// Draw draws it as SVG, with what is said of each owner; nil: it cannot be drawn.
	Draw func(map[string]NodeValue) []byte
}

// Application is what an application did in one unit, and what each part of it costs.
type Application struct {
	Flows    []FlowRecord // in the order of the graph, as all below
	Steps    []StepRecord
	Events   []EventRecord   // by trigger
	Services []ServiceRecord // by service
	Callees  []CalleeRecord  // by function
	Causes   [flows.NumCauses]apd.Decimal
	Tags     []TagRecord   // in the order of their names; what has no tag is the first
	Bill     []ServiceBill // in the order of the bill
	Costs    []Cost
	// Latencies are those of each trigger, of what came from outside and succeeded; nil in a Summary.
	Latencies []*Histogram `json:",omitempty"`
	// Limits are those that it could meet; nil: nobody watched.
	Limits []LimitRecord `json:",omitempty"`
	// Wholes are those of Latencies with what nobody waited for; nil in a Summary, and where
	// there is nothing of that kind.
	Wholes []*Histogram `json:",omitempty"`
	// Inner are those of what steps sent to each trigger; nil in a Summary.
	Inner []*Histogram `json:",omitempty"`
	// Courses are what came to each trigger from outside over time; nil in a Summary.
	Courses []Course `json:",omitempty"`
	Asks    bool     `json:",omitempty"` // callers of some trigger ask again
	// Refused are the limits that have refused something.
	Refused []RefusedRecord `json:",omitempty"`
	// Met are the limits that something met; those of platforms are for who knows these to add.
	Met []MetLimit `json:",omitempty"`
}

// Cost is a part of a line of the unit's bill. All of a line sum to its amount.
type Cost struct {
	Trigger  int32       // whose arrivals it came from; flows.None: of nobody's
	Owner    flows.Owner // for whom: a step, function, trigger, service; flows.None: nobody
	Function int32       // that it was of; flows.None: of none
	Cause    flows.Cause
	Line     int // of the unit's only bill
	Amount   apd.Decimal
}

// Times is a distribution of durations in numbers, s. All are 0 where N is.
type Times struct {
	N                        uint64
	Mean, P50, P90, P99, Max float64
}

// FlowRecord is the executions of a flow that count.
type FlowRecord struct {
	Started, Succeeded, Failed, TimedOut, Throttled, Unfinished uint64

	Quarters Quarters    // by when they were asked for
	Latency  Times       // of those that succeeded
	Cost     apd.Decimal // of executions themselves, in no step: their starts and ends, and their time where that is billed
}

// StepRecord is a step over all executions that count.
type StepRecord struct {
	Entered, Attempts, Succeeded, Failed, Caught, Retries uint64
	Throttled, TimedOut, Cancelled, OnPath                uint64
	Time                                                  Times   // from entering it to leaving it
	Gap, Waiting, Init, Service, Stores, Critical         float64 // s, over all times it was entered
	Cost                                                  apd.Decimal
}

// EventRecord is what became of what arrived at a trigger.
type EventRecord struct {
	Outside                                                                    flows.Ends // of Arrived, which they sum to
	Arrived, Sent, Started, Succeeded, Failed, TimedOut, Throttled, Unfinished uint64
	Received, Again, Duplicated, Deleted, Dead, Filtered, InFlight             uint64
	Polls, EmptyPolls, Rejected                                                uint64
	Untaken, Lost                                                              uint64 // what no service took: of what was sent, and of Arrived
	Attempts                                                                   uint64 // at Arrived, callers' retries too
	Late                                                                       uint64 // of Outside.Done: answered at the end of the window or later
	Behind                                                                     flows.Behind
	Outages, SentOutages                                                       []flows.Beside `json:",omitempty"` // by the graph's: of what came from outside, and of messages that were sent
	Whole                                                                      *flows.Ends    `json:",omitempty"` // of Arrived, with what nobody waited for; nil: there is nothing of that kind
	Done                                                                       Times          `json:",omitzero"`  // of Whole.Done, from the arrival to the end of all of it
	Quarters                                                                   Quarters
	Latency, Inner, Age                                                        Times // of what came from outside and succeeded, and of what steps sent
	Cost                                                                       apd.Decimal
	Causes                                                                     [flows.NumCauses]apd.Decimal // that sum to Cost
}

// ServiceRecord is a service over all calls that count.
type ServiceRecord struct {
	Calls, Throttled, Retries, Failed, Hits, Misses uint64
	Bytes                                           float64
	Latency                                         Times
	Cost                                            apd.Decimal // of what was used for it by itself, or by whoever called it
}

// CalleeRecord is a function over all calls that count.
type CalleeRecord struct {
	Calls, Cold uint64
	Rejected    uint64  // in none of Calls
	Busy        float64 // s
	Cost        apd.Decimal
}

// TagRecord is what is counted under a tag.
type TagRecord struct {
	Name string
	Cost apd.Decimal
}

// ServiceBill is what one of the tariffs of the bill comes to.
type ServiceBill struct {
	Service string // the tariff's title
	Grade   string // the worst of the prices that count; "": none does
	Cost    apd.Decimal
}

// billOf sums the lines of a bill by service.
func billOf(b *costmodel.Bill) (list []ServiceBill) {
	for i := range b.Lines {
		l := &b.Lines[i]
		k := slices.IndexFunc(list, func(s ServiceBill) bool { return s.Service == l.Service })
		if k < 0 {
			k = len(list)
			list = append(list, ServiceBill{Service: l.Service})
		}
		put(&list[k].Cost, &l.Amount)
		if !l.Quantity.IsZero() {
			list[k].Grade = max(list[k].Grade, l.Grade) // A before B before C before U
		}
	}
	return list
}

// NewApplication gathers what a unit told of an application, and its costs.
func NewApplication(g *ApplicationGraph, t *flows.Tally, costs []Cost) *Application {
	a := &Application{Costs: costs, Refused: refusedOf(t), Met: metOf(g.Graph, t),
		Flows: make([]FlowRecord, len(g.Flows)), Steps: make([]StepRecord, len(g.Steps)), Events: make([]EventRecord, len(g.Triggers)),
		Services: make([]ServiceRecord, len(g.Services)), Callees: make([]CalleeRecord, len(g.Functions)),
	}
	for i := range t.Flows {
		f := &t.Flows[i]
		a.Flows[i] = FlowRecord{Started: f.Started, Succeeded: f.Succeeded, Failed: f.Failed, TimedOut: f.TimedOut, Throttled: f.Throttled,
			Unfinished: f.Unfinished, Latency: timesOf(f.Latency), Quarters: quartersOf(&f.Quarters)}
	}
	for i := range t.Steps {
		a.Steps[i] = newStepRecord(&t.Steps[i])
	}
	for i := range t.Triggers {
		a.Events[i] = newEventRecord(&t.Triggers[i])
		a.Latencies = append(a.Latencies, HistogramOf(t.Triggers[i].Latency))
		a.Inner = append(a.Inner, HistogramOf(t.Triggers[i].Inner))
		if w := t.Triggers[i].Whole; w != nil {
			a.Wholes = append(a.Wholes, HistogramOf(w.Time))
		}
		a.Courses = append(a.Courses, newCourse(t.Triggers[i].Course))
		if h := g.Triggers[i].HTTP; h != nil && h.Client != nil {
			a.Asks = true
		}
	}
	for i := range t.Services {
		s := &t.Services[i]
		a.Services[i] = ServiceRecord{Calls: s.Calls, Throttled: s.Throttled, Retries: s.Retries, Failed: s.Failed, Hits: s.Hits, Misses: s.Misses,
			Bytes: s.Bytes.Float(), Latency: timesOf(s.Latency)}
	}
	for _, c := range t.Calls {
		f := &a.Callees[c.Function]
		f.Calls += c.N
		f.Cold += c.Cold
		f.Busy += c.Busy.Float() / second
	}
	for f, n := range t.Turned {
		a.Callees[f].Rejected = n
	}
	a.share(g)
	return a
}

// share adds up the costs by what they are of.
func (a *Application) share(g *ApplicationGraph) {
	ofFlows, steps, services := map[flows.Owner]int{}, map[flows.Owner]int{}, map[flows.Owner]int{}
	for i := range g.Flows {
		ofFlows[g.Flows[i].Owner] = i
	}
	for i := range g.Steps {
		steps[g.Steps[i].Owner] = i
	}
	for i := range g.Services {
		services[g.Services[i].Owner] = i
	}
	tags := map[string]*apd.Decimal{}
	for i := range a.Costs {
		c := &a.Costs[i]
		put(&a.Causes[c.Cause], &c.Amount)
		if c.Trigger != flows.None {
			e := &a.Events[c.Trigger]
			put(&e.Cost, &c.Amount)
			put(&e.Causes[c.Cause], &c.Amount)
		}
		if k, ok := ofFlows[c.Owner]; ok {
			put(&a.Flows[k].Cost, &c.Amount)
		}
		if k, ok := steps[c.Owner]; ok {
			put(&a.Steps[k].Cost, &c.Amount)
		}
		if k, ok := services[c.Owner]; ok {
			put(&a.Services[k].Cost, &c.Amount)
		}
		if c.Function != flows.None {
			put(&a.Callees[c.Function].Cost, &c.Amount)
		}
		tag := g.tagOf(c)
		if tags[tag] == nil {
			tags[tag] = new(apd.Decimal)
		}
		put(tags[tag], &c.Amount)
	}
	for _, name := range sortedKeys(tags) {
		a.Tags = append(a.Tags, TagRecord{name, *tags[name]})
	}
}

func put(sum, amount *apd.Decimal) { *sum = *costmodel.Sum(sum, amount) }

// tagOf is what a cost is counted under: the tag of the trigger that it came from, or
// else that of whom it was for, or else that of the function; "": none.
func (g *ApplicationGraph) tagOf(c *Cost) string {
	if c.Trigger != flows.None && g.TriggerTags[c.Trigger] != "" {
		return g.TriggerTags[c.Trigger]
	}
	if c.Owner != flows.None && g.OwnerTags[c.Owner] != "" {
		return g.OwnerTags[c.Owner]
	}
	if c.Function != flows.None {
		return g.OwnerTags[g.Functions[c.Function].Owner]
	}
	return ""
}

func newStepRecord(s *flows.StepTally) StepRecord {
	in := func(w sim.Wide) float64 { return w.Float() / second }
	return StepRecord{
		Entered: s.Entered, Attempts: s.Attempts, Succeeded: s.Succeeded, Failed: s.Failed, Caught: s.Caught, Retries: s.Retries,
		Throttled: s.Throttled, TimedOut: s.TimedOut, Cancelled: s.Cancelled, OnPath: s.OnPath, Time: timesOf(s.Time),
		Gap: in(s.Gap), Waiting: in(s.Waiting), Init: in(s.Init), Service: in(s.Service), Stores: in(s.Stores), Critical: in(s.Critical),
	}
}

func newEventRecord(t *flows.TriggerTally) EventRecord {
	e := EventRecord{
		Outside:  t.Outside,
		Rejected: t.Rejected,
		Untaken:  t.Untaken, Lost: t.Lost,
		Arrived: t.Arrived, Sent: t.Sent, Started: t.Started, Succeeded: t.Succeeded, Failed: t.Failed, TimedOut: t.TimedOut, Throttled: t.Throttled,
		Unfinished: t.Unfinished, Received: t.Received, Again: t.Again, Duplicated: t.Duplicated, Deleted: t.Deleted, Dead: t.Dead,
		Filtered: t.Filtered, InFlight: t.InFlight, Polls: t.Polls, EmptyPolls: t.EmptyPolls, Latency: timesOf(t.Latency), Inner: timesOf(t.Inner), Age: timesOf(t.Age),
		Late: t.Late, Attempts: t.Attempts, Behind: t.Behind, Outages: t.Outages, SentOutages: t.SentOutages, Quarters: quartersOf(&t.Quarters),
	}
	if w := t.Whole; w != nil {
		e.Whole, e.Done = &w.Ends, timesOf(w.Time)
	}
	return e
}

// HistogramOf returns durations as a histogram, whose buckets are theirs; of nil an
// empty one.
func HistogramOf(d *flows.Durations) *Histogram {
	h := new(Histogram)
	if d == nil || d.N == 0 {
		return h
	}
	copy(h.counts[:], d.Buckets)
	h.total, h.sum, h.min, h.max = d.N, d.Sum, d.Min, d.Max
	return h
}

func timesOf(d *flows.Durations) Times {
	h := HistogramOf(d)
	if h.total == 0 {
		return Times{}
	}
	at := func(q float64) float64 { return float64(h.Quantile(q)) / second }
	return Times{h.total, h.Mean() / second, at(0.5), at(0.9), at(0.99), float64(h.Max()) / second}
}

// messages reports whether the trigger tells what became of messages, of which each is
// deleted, dead or in flight, rather than of executions.
func (e *EventRecord) messages() bool { return e.Deleted+e.Dead+e.InFlight > 0 }

// Outcomes are what became of what arrived at the trigger from outside, by sim.Status. What
// was not let through is no request, and in none of them: with Outside.Filtered they sum to
// Arrived.
func (e *EventRecord) Outcomes() (ended [statuses]uint64) {
	o := &e.Outside
	ended[sim.Completed], ended[sim.Failed], ended[sim.TimedOut], ended[sim.Rejected], ended[sim.Unfinished] = o.Done, o.Failed, o.TimedOut, o.Throttled, o.Unfinished
	return ended
}

// OfApplication makes of a record of requests at functions, with its bill, the record of
// an application: arrivals, their ends and latency are of what came to its triggers from
// outside.
func (r *Replication) OfApplication(a *Application) {
	r.Application, r.Ended, r.Latency = a, [statuses]uint64{}, new(Histogram)
	for i := range a.Events {
		for s, n := range a.Events[i].Outcomes() {
			r.Ended[s] += n
		}
		if a.Events[i].Arrived > 0 {
			r.Latency.Merge(a.Latencies[i])
		}
	}
	if len(r.Bills) > 0 {
		a.Bill = billOf(&r.Bills[0])
	}
	r.Attempts = 0
	for i := range a.Events {
		r.Attempts += a.Events[i].Attempts - a.Events[i].Outside.Filtered // which is no request
	}
	if r.Users = nil; a.Asks {
		r.Users = &Users{Requests: r.Arrivals(), Attempts: r.Attempts, Answered: r.Ended[sim.Completed], Latency: r.Latency,
			Failed: r.Ended[sim.Failed], GaveUp: r.Ended[sim.TimedOut] + r.Ended[sim.Rejected]}
	}
}

// events is how many events came from outside.
func (a *Application) events() (n uint64) {
	for i := range a.Events {
		n += a.Events[i].Arrived
	}
	return n
}

// well is how many of these ended well, with all that they began.
func (a *Application) well() (n uint64) {
	for i := range a.Events {
		n += a.Events[i].whole().Done
	}
	return n
}

// summary is the application without what makes it large.
func (a *Application) summary() *Application {
	if a == nil {
		return nil
	}
	s := *a
	s.Costs, s.Latencies, s.Wholes, s.Inner, s.Courses = nil, nil, nil, nil, nil
	return &s
}

// check refuses a record that does not hang together.
func (a *Application) check() error {
	switch {
	case a == nil:
		return nil
	case len(a.Latencies) != len(a.Events) || len(a.Inner) != len(a.Events) || len(a.Courses) != len(a.Events) || a.Wholes != nil && len(a.Wholes) != len(a.Events):
		return fmt.Errorf("reading a unit: its application has %d triggers and the latencies of %d", len(a.Events), len(a.Latencies))
	}
	for i := range a.Costs {
		if c := &a.Costs[i]; int(c.Cause) >= flows.NumCauses {
			return fmt.Errorf("reading a unit: its application has a cost of cause %d, want less than %d", c.Cause, flows.NumCauses)
		}
	}
	return nil
}

// perEvent is an amount over the events that it covers; NaN where there are none.
func perEvent(amount *apd.Decimal, events uint64, scale float64) float64 {
	if events == 0 {
		return math.NaN()
	}
	return costmodel.Float(amount) / (float64(events) * scale)
}

func floatOf(d *apd.Decimal) float64 { return costmodel.Float(d) }

// Times are those of what came to the trigger from outside; where nothing did, of what
// steps sent to it.
func (e *EventRecord) Times() *Times {
	if e.Arrived == 0 {
		return &e.Inner
	}
	return &e.Latency
}
