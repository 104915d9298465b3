package applications

import (
	"slices"

	"github.com/coldcurve/coldcurve/applications/catalog"
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/backoff"
	"github.com/coldcurve/coldcurve/sim/flows"
)

// countSteps finds where the steps of each flow begin in the graph: they stand in the
// order of the file.
func (c *compiler) countSteps() {
	n := int32(0)
	for i := range c.flows {
		first := n
		if steps := c.flows[i].lists[0].steps; len(steps) > 0 {
			first += int32(steps[0])
		}
		c.steps, c.firstOf = append(c.steps, n), append(c.firstOf, first)
		n += int32(len(c.flows[i].steps))
	}
}

// flow fills in a flow.
func (c *compiler) flow(i int) {
	s := &c.file.Flows[i]
	out := flows.Flow{Name: s.Name, Line: c.at("flow", i, "name").Place(), First: c.firstOf[i], Timeout: sim.Time(s.Timeout), Input: bytesOf(s.Input), Owner: c.owner(s.Name)}
	preset := s.Engine.Preset
	if preset == hole {
		preset = direct
	}
	known, err := c.catalog.Engine(preset)
	if err != nil {
		c.fail(c.at("flow", i, "engine", "preset"), "%w", err)
		return
	}
	if text := known.Title + ": " + known.Missed; known.Missed != "" && !slices.Contains(c.missed, text) {
		c.missed = append(c.missed, text)
	}
	out.Engine = c.engine(known, &s.Engine, c.at("flow", i, "engine"), c.flowPlace(i), s.Name)
	if out.Timeout == 0 {
		out.Timeout = out.Engine.Timeout
	}
	c.g.Flows = append(c.g.Flows, out)
	for k := range s.Steps {
		c.g.Steps = append(c.g.Steps, c.step(i, k))
	}
}

// engine is an orchestrator: its preset, and what the file changes of it. What it limits is
// shared by all flows of the preset in a place, unless the file gives the flow its own.
func (c *compiler) engine(e *catalog.Engine, own *engineSpec, at *spec.Node, place int32, flow string) flows.Engine {
	subject := "engine " + e.Name
	tariff := c.priced(e.Tariff, place)
	if own.Tariff != "" {
		tariff = own.Tariff
	}
	given := func(key string) bool { return at.Get(key) != nil }
	out := flows.Engine{
		Preset: e.Name, Place: place, Start: c.latency(own.Start, subject, "start", &e.Start), State: c.latency(own.State, subject, "state", &e.State),
		Timeout: sim.Time(take(c, subject, "timeout", &e.Timeout)), Transitions: c.meter(tariff, e.Transitions, perCall), External: c.meter(tariff, e.External, perCall),
		Requests: c.meter(tariff, e.Requests, perCall), Duration: c.meter(tariff, e.Duration, perMemory), Messages: c.meterNamed(e.Messages, place, perCall),
		Counts: c.counts(subject, &e.Counts), Memory: int64(own.Memory),
		MemoryBase: int64(take(c, subject, "memory_base", &e.MemoryBase)) + int64(own.Definition), Chunk: int64(take(c, subject, "chunk", &e.Chunk)),
		Round: sim.Time(take(c, subject, "round", &e.Round)), Concurrency: take(c, subject, "concurrency", &e.Concurrency),
		Events: take(c, subject, "events", &e.Events), MostSteps: take(c, subject, "most_steps", &e.MostSteps), PerCall: take(c, subject, "per_call", &e.PerCall),
		Detached: e.Detached, StartsAsync: e.StartsAsync && own.Limits["starts"] == 0,
		Partitions: take(c, subject, "partitions", &e.Partitions), Tick: sim.Time(take(c, subject, "tick", &e.Tick)),
	}
	if own.Start == nil {
		out.StartSync = delayOf(take(c, subject, "start_sync", &e.StartSync))
	}
	if own.Gap != nil {
		out.Gap = []flows.Gap{{Delay: orZero(delayOf(*own.Gap))}}
	} else {
		for k := range e.Gap {
			g := &e.Gap[k]
			out.Gap = append(out.Gap, flows.Gap{Payload: int64(g.Payload), Delay: orZero(delayOf(take(c, subject, "gap at "+g.Payload.String(), &g.Takes)))})
		}
	}
	for k := range e.FanOut {
		f := &e.FanOut[k]
		out.FanOut = append(out.FanOut, flows.FanOut{Tasks: f.Tasks, Delay: orZero(delayOf(take(c, subject, "fan-out of "+itoa(f.Tasks), &f.Takes)))})
	}
	id := e.Name + " in " + itoa(int(place))
	whose := c.ofEngine(e, place)
	limits := c.limitsAt(e, place)
	out.Starts = c.rate(own.Limits, "starts", "starts", flow, whose, subject, limits.starts)
	out.States = c.rate(own.Limits, "states", "transitions", flow, whose, subject, limits.states)
	if e.Payload.Known {
		out.Payload = &flows.Most{Bytes: int64(take(c, subject, "payload", &e.Payload))}
	}
	out.Concurrent = c.room(own.Concurrent, given("concurrent"), flow, whose, subject, &e.Concurrent)
	if out.Slots = c.slots[id]; given("workers") {
		out.Slots = &flows.Slots{N: own.Workers}
	} else if out.Slots == nil && e.Workers.Known {
		out.Slots = &flows.Slots{N: take(c, subject, "workers", &e.Workers)}
		c.slots[id] = out.Slots
	}
	out.Polls = c.pollsOf(e, id, subject, place)
	return out
}

// orZero is a delay where there must be one.
func orZero(d flows.Delay) flows.Delay {
	if d == nil {
		return sim.Constant(0)
	}
	return d
}

// pollsOf is the queues that an orchestrator polls; nil: none.
func (c *compiler) pollsOf(e *catalog.Engine, id, subject string, place int32) *flows.Polls {
	if known := c.polls[id]; known != nil || e.Polls == nil {
		return known
	}
	p := e.Polls
	c.polls[id] = &flows.Polls{
		Queues: max(1, take(c, subject, "polls.queues", &p.Queues)), First: sim.Time(take(c, subject, "polls.first", &p.First)), Most: sim.Time(take(c, subject, "polls.most", &p.Most)),
		Waits: p.Waits, Meter: c.meterNamed(p.Meter, place, perCall), Owner: c.owner(e.Name),
	}
	return c.polls[id]
}

// ofEngine says whose the limits of an engine are: of each account in a place, where it is
// a provider's.
func (c *compiler) ofEngine(e *catalog.Engine, place int32) flows.Quota {
	q := c.accountQuota(e.Title, place, "")
	if e.Provider == "none" {
		q.Each = ""
	}
	return q
}

// rateFact is a rate of the catalogue with its burst; path is what stands before their keys.
type rateFact struct {
	path  string
	rate  *catalog.Fact[spec.Rate]
	burst *catalog.Fact[float64]
}

// engineLimits are the rates of an engine.
type engineLimits struct{ starts, states rateFact }

// limitsAt are the rates of an engine in a place: those of its large regions, too, where it is
// not known in which region of its provider that is.
func (c *compiler) limitsAt(e *catalog.Engine, place int32) engineLimits {
	region, err := c.catalog.Region(c.g.Places[place])
	if o := e.Elsewhere; o != nil && err == nil && region.Provider == e.Provider && !slices.Contains(o.Large, region.Name) {
		return engineLimits{rateFact{"elsewhere.", &o.Starts, &o.StartsBurst}, rateFact{"elsewhere.", &o.States, &o.StatesBurst}}
	}
	return engineLimits{rateFact{"", &e.Starts, &e.StartsBurst}, rateFact{"", &e.States, &e.StatesBurst}}
}

// rate is a limit of an engine: the file's, of the flow alone, else the catalogue's, of
// all flows of an engine in a place; nil: none.
func (c *compiler) rate(own map[string]spec.Rate, key, what, flow string, whose flows.Quota, subject string, known rateFact) *flows.Bucket {
	whose.What = what
	if r, ok := own[key]; ok {
		return c.bucket(limitKey{of: flow, name: key}, float64(r), 0, flows.Quota{Of: flow, What: what})
	}
	if !known.rate.Known {
		return nil
	}
	return c.bucket(limitKey{of: whose.Of, name: key}, float64(take(c, subject, known.path+key, known.rate)), take(c, subject, known.path+key+"_burst", known.burst), whose)
}

// room is how many executions there may be at a time: as the file says, of the flow alone,
// else by the catalogue, of all flows of an engine in a place; nil: any number.
func (c *compiler) room(own int, given bool, flow string, whose flows.Quota, subject string, f *catalog.Fact[int]) *flows.Slots {
	whose.What = "executions"
	key, n := limitKey{of: whose.Of, name: whose.What}, own
	if given {
		key.of, whose = flow, flows.Quota{Of: flow, What: whose.What}
	} else {
		n = take(c, subject, "concurrent", f)
	}
	if n == 0 {
		return nil
	}
	if c.rooms[key] == nil {
		c.rooms[key] = &flows.Slots{N: n, Quota: whose}
	}
	return c.rooms[key]
}

// counts is how many transitions a step counts as.
func (c *compiler) counts(subject string, k *catalog.Counts) flows.Counts {
	n := func(key string, f *catalog.Fact[int]) int8 { return int8(take(c, subject, "counts."+key, f)) }
	return flows.Counts{
		Call: n("call", &k.Call), Choice: n("choice", &k.Choice), Parallel: n("parallel", &k.Parallel), Map: n("map", &k.Map), Item: n("item", &k.Item), Wait: n("wait", &k.Wait),
		Send: n("send", &k.Send), Pass: n("pass", &k.Pass), Succeed: n("succeed", &k.Succeed), Fail: n("fail", &k.Fail), Retry: n("retry", &k.Retry), End: n("end", &k.End),
	}
}

// step is one step of a flow.
func (c *compiler) step(i, k int) flows.Step {
	s, f := &c.file.Flows[i], &c.flows[i]
	x, r, at := &s.Steps[k], &f.steps[k], f.stepAt(k)
	out := flows.Step{
		Name: x.Name, Line: at.Place(), Flow: int32(i), Kind: stepKinds[r.kind], Next: c.stepIndex(i, r.next), Owner: c.owner(s.Name + "/" + x.Name), States: -1,
		Input: bytesOf(x.Input), Output: bytesOf(x.Output), Timeout: sim.Time(x.Timeout), Function: flows.None, SubFlow: flows.None, Async: x.Async,
	}
	if at.Get("states") != nil {
		out.States = int16(x.States)
	}
	for _, t := range x.Retry {
		out.Retry = append(out.Retry, flows.Retry{On: errorsOf(t.On), Attempts: t.Attempts, Backoff: backoff.Backoff{First: sim.Time(t.Interval), Factor: t.Rate, Cap: sim.Time(t.Cap), Jitter: jitterOf(t.Jitter)}})
	}
	for n, t := range x.Catch {
		out.Catch = append(out.Catch, flows.Catch{On: errorsOf(t.On), Next: c.stepIndex(i, r.catches[n])})
	}
	if b := x.Callback; b != nil {
		out.Callback = &flows.Callback{After: delayOf(b.After), Failed: b.Failed, Never: b.Never, Heartbeat: sim.Time(b.Beat)}
	}
	switch r.kind {
	case callKind:
		switch n := c.names[x.Call]; n.class {
		case functionClass:
			out.Function = int32(n.index)
		case flowClass:
			out.SubFlow = int32(n.index)
		}
		out.External = c.external(i, x.Call)
	case routeKind:
		out.Route = c.route(x.Route, out.Owner)
		out.External = slices.ContainsFunc(x.Route.To, func(name string) bool { return c.external(i, name) })
	case parallelKind:
		for _, l := range r.branches {
			out.Branches = append(out.Branches, c.firstStep(i, l))
		}
	case mapKind:
		out.Map = c.mapOf(i, k, out.Owner)
	case choiceKind:
		for n := range x.Choice {
			o := &x.Choice[n]
			out.Choice = append(out.Choice, flows.Case{
				Probability: o.Probability, SizeAbove: int64(o.SizeAbove), EnteredMore: o.Attempt, Next: c.stepIndex(i, r.cases[n]),
				Otherwise: o.Probability == 0 && o.SizeAbove == 0 && o.Attempt == 0,
			})
		}
	case waitKind:
		if x.Wait != nil {
			out.Wait = delayOf(*x.Wait)
		}
	case sendKind:
		out.Send = c.send(x.Send.To, x.Send.Size, x.Send.Count)
		out.External = c.external(i, x.Send.To)
	case useKind:
		for n := range x.Use {
			out.Uses = append(out.Uses, c.use(&x.Use[n], out.Owner))
			out.External = out.External || c.external(i, x.Use[n].Store+x.Use[n].Call+x.Use[n].Send)
		}
	}
	return out
}

// external reports whether what a step asks, a function, a store or what takes messages,
// is with another provider than the engine of a flow. What is of no provider is not.
func (c *compiler) external(i int, asked string) bool {
	e, err := c.catalog.Engine(c.file.Flows[i].Engine.Preset)
	if err != nil || e.Provider == "none" {
		return false
	}
	service := ""
	switch n := c.names[asked]; n.class {
	case functionClass:
		return c.provider(c.g.Places[c.functionPlace(n.index)]) != e.Provider
	case storeClass:
		if c.file.Stores[n.index].Region == catalog.Internet {
			return true
		}
		service = c.file.Stores[n.index].Service
	case triggerClass:
		service = c.file.Triggers[n.index].service()
	}
	known, err := c.catalog.Service(service)
	return err == nil && known.Provider != "none" && known.Provider != e.Provider
}

// service names what takes the messages of a trigger; "": nothing of the catalogue.
func (t *triggerSpec) service() string {
	switch {
	case t.HTTP != nil:
		return t.HTTP.Service
	case t.Queue != nil:
		return t.Queue.Service
	case t.Stream != nil:
		return t.Stream.Service
	case t.Bus != nil:
		return t.Bus.Service
	case t.Async != nil:
		return t.Async.Service
	}
	return ""
}

// stepKinds are the kinds as the simulator names them.
var stepKinds = [...]flows.Kind{
	noKind: flows.PassStep, callKind: flows.CallStep, routeKind: flows.RouteStep, parallelKind: flows.ParallelStep, mapKind: flows.MapStep, choiceKind: flows.ChoiceStep,
	waitKind: flows.WaitStep, sendKind: flows.SendStep, useKind: flows.UseStep, passKind: flows.PassStep, succeedKind: flows.SucceedStep, failKind: flows.FailStep,
}

// stepIndex is the place of a step in the graph; None of the end.
func (c *compiler) stepIndex(i, k int) int32 {
	if k == none {
		return flows.None
	}
	return c.steps[i] + int32(k)
}

// firstStep is the first step of a list.
func (c *compiler) firstStep(i, l int) int32 {
	if steps := c.flows[i].lists[l].steps; len(steps) > 0 {
		return c.stepIndex(i, steps[0])
	}
	return flows.None
}

func errorsOf(on []string) (e flows.Errors) {
	for _, word := range on {
		switch word {
		case "failed":
			e |= flows.OnFailed
		case "throttled":
			e |= flows.OnThrottled
		case "timeout":
			e |= flows.OnTimeout
		default:
			e |= flows.OnAny
		}
	}
	return e
}

// route is one of several functions.
func (c *compiler) route(r *routeSpec, owner flows.Owner) *flows.Route {
	out := &flows.Route{Probe: sim.Time(r.Probe), Failures: r.Failures, Full: r.Full, Fallback: r.Fallback, Budgets: r.Budgets, By: map[string]flows.By{
		"weight": flows.ByWeight, "price": flows.ByPrice, "latency": flows.ByLatency, "health": flows.ByHealth, "overflow": flows.Overflow,
	}[r.By]}
	total := 0.0
	for k, name := range r.To {
		out.To = append(out.To, int32(c.names[name].index))
		w := 1.0
		if r.Weights != nil {
			w = r.Weights[k]
		}
		total += w
		out.Weights = append(out.Weights, total)
	}
	for k := range out.Weights {
		out.Weights[k] /= total
	}
	if s := r.Cache; s != nil {
		out.HitRate = s.HitRate
		if s.Lookup != nil {
			u := c.use(s.Lookup, owner)
			out.Lookup = &u
		}
	}
	return out
}

// mapOf is a list of steps for each item.
func (c *compiler) mapOf(i, k int, owner flows.Owner) *flows.Map {
	m, at := c.file.Flows[i].Steps[k].Map, c.flows[i].stepAt(k)
	out := &flows.Map{
		Items: m.Items, First: c.firstStep(i, c.flows[i].steps[k].branches[0]), Concurrency: m.Concurrency, Distributed: m.Mode == "distributed", Batch: m.Batch,
		Tolerate: m.Tolerate, Size: bytesOf(m.Size),
	}
	if m.Items.Read != nil {
		u := c.use(m.Items.Read, owner)
		out.Read = &u
	}
	if !out.Distributed {
		return out
	}
	e, err := c.catalog.Engine(c.file.Flows[i].Engine.Preset)
	if err != nil {
		return out // a hole
	}
	if out.Concurrency == 0 {
		out.Concurrency = take(c, "engine "+e.Name, "distributed", &e.Distributed)
	}
	child := map[string]string{"standard": e.Standard, "express": e.Express, "": ""}[m.Engine]
	if child == "" {
		return out
	}
	if e, err = c.catalog.Engine(child); err != nil {
		c.fail(below(at, "map", "engine"), "%w", err)
		return out
	}
	engine := c.engine(e, &engineSpec{}, nil, c.flowPlace(i), "")
	out.Child = &engine
	return out
}

// jitterOf is a jitter that has been checked; a hole is none.
func jitterOf(word string) (j backoff.Jitter) {
	if err := j.UnmarshalText([]byte(word)); err != nil {
		return backoff.None
	}
	return j
}
