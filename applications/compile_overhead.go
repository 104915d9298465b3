package applications

import (
	"slices"

	"github.com/coldcurve/coldcurve/applications/catalog"
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/flows"
)

// overhead is one that is enabled: the file's values where they are given, else the
// catalogue's.
type overhead struct {
	spec      *overheadSpec
	at        *spec.Node
	known     *catalog.Overhead // nil: the file's own
	factor    float64           // 0: none
	add       flows.Delay
	coldAdd   flows.Delay
	bandwidth float64 // 0: none
	trips     float64
	rate      float64
	use       bool
}

// enabled lists the overheads that are not taken out.
func (c *compiler) enabled() (list []overhead) {
	for i := range c.file.Overheads {
		s, at := &c.file.Overheads[i], c.at("overhead", i)
		if s.Enabled != nil && !*s.Enabled {
			continue
		}
		o := overhead{spec: s, at: at, rate: s.Rate, use: s.Use != nil}
		known, err := c.catalog.Overhead(s.Name)
		if err != nil {
			known = &catalog.Overhead{Of: []string{"function"}}
		} else {
			o.known = known
		}
		subject := "overhead " + s.Name
		o.factor = either(c, s.Factor != nil, deref(s.Factor), subject, "factor", &known.Factor)
		o.bandwidth = either(c, s.Bandwidth != nil, deref(s.Bandwidth), subject, "bandwidth", &known.Bandwidth)
		o.add, o.coldAdd = c.latency(s.Add, subject, "add", &known.Add), c.latency(s.ColdAdd, subject, "cold_add", &known.ColdAdd)
		if o.trips = take(c, subject, "trips", &known.Trips); o.trips > 0 {
			c.notes.add(subject, "within a place", "no round trip is simulated, so a handshake takes no time there", known.Trips.Basis)
		}
		if at.Get("rate") == nil && known.Rate.Known {
			o.rate = take(c, subject, "rate", &known.Rate)
		}
		if o.rate < 1 {
			o.add, o.coldAdd = sometimes(o.add, o.rate), sometimes(o.coldAdd, o.rate)
		}
		o.use = o.use || known.Service != ""
		list = append(list, o)
	}
	return list
}

func deref(f *float64) float64 {
	if f == nil {
		return 0
	}
	return *f
}

// of lists what an overhead is of: what it names, else all that it can be of.
func (c *compiler) of(o *overhead) (list []named) {
	if o.spec.On != nil {
		for _, name := range o.spec.On {
			if n, ok := c.names[name]; ok {
				list = append(list, n)
			}
		}
		return list
	}
	can := []string{"function"}
	if o.known != nil {
		can = o.known.Of
	}
	for _, s := range []struct {
		class class
		n     int
	}{{functionClass, len(c.file.Functions)}, {storeClass, len(c.file.Stores)}, {flowClass, len(c.file.Flows)}, {triggerClass, len(c.file.Triggers)}} {
		for i := range s.n {
			if slices.Contains(can, classNames[s.class]) {
				list = append(list, named{s.class, i})
			}
		}
	}
	return list
}

// overheads puts what privacy, security and observability cost where it is paid.
func (c *compiler) overheads() {
	for _, o := range c.enabled() {
		for _, n := range c.of(&o) {
			switch n.class {
			case functionClass:
				c.onFunction(&o, n.index)
			case storeClass:
				c.onStore(&o, n.index)
			case flowClass:
				c.onFlow(&o, n.index)
			case triggerClass:
				c.onTrigger(&o, n.index)
			}
		}
	}
}

func (c *compiler) onFunction(o *overhead, i int) {
	f := &c.g.Functions[i]
	c.actsThere(o, i)
	f.Add, f.Factor = plus(f.Add, o.add), c.product(o, f.Name, f.Factor)
	if o.coldAdd != nil {
		c.coldAdds = append(c.coldAdds, coldAdd{i, o.coldAdd})
	}
	if u := c.overheadUse(o, f.Owner, f.Place); u != nil {
		f.Uses = append(f.Uses, *u)
	}
}

func (c *compiler) onStore(o *overhead, i int) {
	name := c.file.Stores[i].Name
	u := c.overheadUse(o, c.owner(name), c.g.Services[c.services[name]].Place)
	s := &c.g.Services[c.services[name]]
	s.Add, s.Factor = plus(s.Add, o.add), c.product(o, name, s.Factor)
	if o.bandwidth > 0 {
		for k := range s.Ops {
			s.Ops[k].PerByte *= o.bandwidth
		}
	}
	if u != nil && (u.Service == flows.None || u.Service != c.services[name]) { // no service asks itself
		s.Before = append(s.Before, *u)
	}
}

func (c *compiler) onFlow(o *overhead, i int) {
	e := &c.g.Flows[i].Engine
	if o.add != nil && len(e.Gap) == 0 {
		e.Gap = []flows.Gap{{Delay: sim.Constant(0)}}
	}
	gaps := slices.Clone(e.Gap)
	for k := range gaps {
		if o.factor > 0 {
			gaps[k].Delay = scaled{gaps[k].Delay, o.factor}
		}
		gaps[k].Delay = plus(gaps[k].Delay, o.add)
	}
	e.Gap = gaps
	if u := c.overheadUse(o, c.g.Flows[i].Owner, e.Place); u != nil {
		c.g.Flows[i].Beside = append(c.g.Flows[i].Beside, *u)
	}
}

func (c *compiler) onTrigger(o *overhead, i int) {
	t := &c.g.Triggers[i]
	if t.HTTP != nil && t.HTTP.Service != flows.None {
		s := &c.g.Services[t.HTTP.Service]
		s.Add = plus(s.Add, o.add)
	} else {
		t.Latency = plus(t.Latency, o.add)
	}
	u := c.overheadUse(o, t.Owner, t.Place)
	if u == nil {
		return
	}
	if t = &c.g.Triggers[i]; t.HTTP == nil || t.HTTP.Service == flows.None {
		t.Beside = append(t.Beside, *u)
		return
	}
	s := &c.g.Services[t.HTTP.Service]
	s.Before = append(s.Before, *u)
}

// overheadUse is what an overhead calls beside each call; nil: nothing.
func (c *compiler) overheadUse(o *overhead, owner flows.Owner, place int32) *flows.Use {
	if !o.use {
		return nil
	}
	var u flows.Use
	if o.spec.Use != nil {
		u = c.use(o.spec.Use, owner)
	} else {
		u = noUse(owner)
		u.Service, u.Size = c.asked(o.known, place), fixed(0)
		if o.known.Op != "" {
			for k := range c.g.Services[u.Service].Ops {
				if c.g.Services[u.Service].Ops[k].Name == o.known.Op {
					u.Op = int32(k)
				}
			}
		}
	}
	u.Probability *= o.rate
	u.Overhead = true
	return &u
}

// asked is the service that an overhead of the catalogue asks: a store of the file of
// that service, else one of its own, in the place of the first who asks.
func (c *compiler) asked(o *catalog.Overhead, place int32) int32 {
	for i := range c.file.Stores {
		if c.file.Stores[i].Service == o.Service {
			return c.services[c.file.Stores[i].Name]
		}
	}
	name := o.Service
	if _, taken := c.names[name]; taken {
		name = "overhead " + name
	}
	if i, ok := c.services[name]; ok {
		return i
	}
	known, err := c.catalog.Service(o.Service)
	if err != nil {
		c.fail(c.root, "overhead %q: %w", o.Name, err)
		return 0
	}
	i := c.service(name, known, c.owner(name), place) // with what stands of it
	c.services[name] = i
	return i
}

// actsThere refuses what does not act on a function whose time its server says: a time
// beside it would cost nothing. A factor slows that server, if one can.
func (c *compiler) actsThere(o *overhead, i int) {
	if !c.timed(i) {
		return
	}
	name, p := c.file.Functions[i].Name, &c.o.Platforms[c.on[i]]
	switch {
	case o.add != nil:
		c.fail(o.at, "overhead %q: the server of the platform %q says how long the function %q takes, so no time beside it acts there: want on = the others that it is of, or a factor",
			o.spec.Name, p.Name, name)
	case p.Unslowed != nil && o.factor > 0 && o.factor != 1:
		c.fail(o.at, "overhead %q: its factor does not act on the function %q, whose time the server of the platform %q says: %w; want on = the others that it is of", o.spec.Name, name, p.Name, p.Unslowed)
	}
}

// slower is the factor on all that the server of each function does, where that says how
// long requests take; nil: none anywhere.
func (c *compiler) slower() (list []float64) {
	for i := range c.file.Functions {
		if f := c.g.Functions[i].Factor; f > 0 && f != 1 && c.timed(i) {
			if list == nil {
				list = make([]float64, len(c.file.Functions)+len(c.file.Triggers))
			}
			list[i] = f
		}
	}
	return list
}

// timed is whether a function's own time says nothing: its platform's server does.
func (c *compiler) timed(function int) bool {
	k := c.on[function]
	return k >= 0 && c.o.Platforms[k].Timed
}

// rings refuses services that ask each other for ever, by what overheads add.
func (c *compiler) rings() {
	s := c.g.Services
	const unseen, open, done = 0, 1, 2
	state := make([]int, len(s))
	var walk func(i int32) bool
	walk = func(i int32) bool {
		if i == flows.None || state[i] == done {
			return false
		}
		if state[i] == open {
			c.fail(c.at("overhead"), "the service %q asks itself over what overheads and stores ask before each call, want one that ends", s[i].Name)
			return true
		}
		state[i] = open
		for k := range s[i].Before {
			if walk(s[i].Before[k].Service) {
				return true
			}
		}
		if walk(s[i].Behind) {
			return true
		}
		state[i] = done
		return false
	}
	for i := range s {
		if state[i] == unseen && walk(int32(i)) {
			return
		}
	}
}

// handshakes is how many round trips overheads add to a call between two places in the
// mean, and the factor on the time of the bytes on the way.
func (c *compiler) handshakes() (trips, bandwidth float64) {
	bandwidth = 1
	for _, o := range c.enabled() {
		trips += o.trips * o.rate
		if o.ways() && o.bandwidth > 0 {
			bandwidth *= o.bandwidth
		}
	}
	return trips, bandwidth
}

// ways is whether an overhead is of all ways between two places.
func (o *overhead) ways() bool { return o.known != nil && o.known.Trips.Known }

// mostFactor is the largest factor, and the largest product of several, of an overhead.
const mostFactor = 1e6

// product is a factor on what something takes together with that of one more overhead, each 0
// where there is none. What no duration can be multiplied by is refused.
func (c *compiler) product(o *overhead, name string, factor float64) float64 {
	switch {
	case factor == 0:
		return o.factor
	case o.factor == 0:
		return factor
	}
	factor *= o.factor
	if factor > mostFactor {
		c.fail(o.at, "overhead %q: found factors on %q that make %.6g, want at most %d together", o.spec.Name, name, factor, int(mostFactor))
	}
	return factor
}

// plus is the sum of two delays, drawn by one uniform: the longer of one comes with the
// longer of the other.
func plus(a, b flows.Delay) flows.Delay {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	}
	return sum{a, b}
}

type sum struct{ a, b flows.Delay }

// Sample implements sim.Sampler.
func (s sum) Sample(u float64) sim.Time { return min(s.a.Sample(u)+s.b.Sample(u), sim.Longest) }

// sometimes is a delay that a part of calls has.
func sometimes(d flows.Delay, rate float64) flows.Delay {
	if d == nil {
		return nil
	}
	return partly{d, rate}
}

// partly is a delay where the uniform is below a rate, of which the rest draws it; else none.
type partly struct {
	d    flows.Delay
	rate float64
}

// Sample implements sim.Sampler.
func (p partly) Sample(u float64) sim.Time {
	if u >= p.rate {
		return 0
	}
	return p.d.Sample(u / p.rate)
}

// scaled is a delay by a factor.
type scaled struct {
	d      flows.Delay
	factor float64
}

// Sample implements sim.Sampler.
func (s scaled) Sample(u float64) sim.Time {
	return sim.Time(min(float64(s.d.Sample(u))*s.factor+0.5, float64(sim.Longest)))
}

// coldAdd is what an overhead adds to the initialisations of a function.
type coldAdd struct {
	function int
	delay    flows.Delay
}

// leftRegion is the region of the first store at a provider; "": none says one.
func (c *compiler) leftRegion(provider string) string {
	for i := range c.file.Stores {
		if region := c.file.Stores[i].Region; region != "" && c.provider(region) == provider {
			return region
		}
	}
	return ""
}

// leaving is what it costs to leave a provider.
func (c *compiler) leaving() *Leaving {
	l := c.file.Leaving
	if l == nil {
		return nil
	}
	out := &Leaving{From: l.From, Bytes: int64(l.Stored), Tariff: l.Tariff, Day: l.Day}
	for _, days := range l.Rewrite {
		out.Days += days
	}
	if c.at("leaving").Get("stored") == nil {
		for i := range c.file.Stores {
			if known, err := c.catalog.Service(c.file.Stores[i].Service); err == nil && known.Provider == l.From {
				out.Bytes += int64(c.file.Stores[i].Stored)
			}
		}
	}
	region := c.leftRegion(l.From)
	for i := range c.catalog.Egress {
		e := &c.catalog.Egress[i]
		here := l.Tariff == "" && e.Provider == l.From && (e.From == "" || e.From == region)
		if e.To == catalog.Internet && (l.Tariff == e.Tariff || here) {
			out.Tariff, out.Meter = e.Tariff, e.Meter
			c.notes.add("leaving "+l.From, "egress", e.Tariff+"/"+e.Meter, e.Basis)
			break
		}
	}
	if out.Meter == "" && out.Tariff != "" {
		out.Meter = "egress"
	}
	return out
}
