package applications

import (
	"errors"
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/applications/catalog"
	"github.com/coldcurve/coldcurve/internal/spec"
)

// checkNetworks checks the ways between places.
func (c *checker) checkNetworks() {
	seen := map[[2]string]*spec.Node{}
	for i := range c.file.Networks {
		n, at := &c.file.Networks[i], c.at("network", i)
		if len(n.Between) != 2 {
			c.failf(below(at, "between"), "found %d regions, want two", len(n.Between))
			continue
		}
		if n.Between[0] == n.Between[1] {
			c.failf(below(at, "between"), "found %q twice, want two regions", n.Between[0])
		}
		if n.RTT == nil && n.Bandwidth == nil && n.Tariff == "" && !hasHole(at) {
			c.failf(at, "found nothing about the way, want rtt, bandwidth or tariff")
		}
		if n.Bandwidth != nil && *n.Bandwidth <= 0 {
			c.failf(below(at, "bandwidth"), "found %v, want it above 0", *n.Bandwidth)
		}
		pair := [2]string{n.Between[0], n.Between[1]}
		slices.Sort(pair[:])
		if first := seen[pair]; first != nil {
			c.failf(below(at, "between"), "a second network between %q and %q, want one; the first is at %s", pair[0], pair[1], first.Place())
		}
		seen[pair] = at
	}
}

// checkOutages checks when something does not answer. What it is of may be a platform
// of the experiment, so that Compile resolves it.
func (c *checker) checkOutages() {
	for i := range c.file.Outages {
		o, at := &c.file.Outages[i], c.at("outage", i)
		c.fail(below(at, "part"), part("part", o.Part))
		if o.Lasts == 0 && !hasHole(at) {
			c.failf(below(at, "lasts"), "found 0s, want it above 0")
		}
		if x, ok := c.names[o.Of]; ok && x.class != functionClass && x.class != storeClass {
			c.failf(below(at, "of"), "found %q, which is a %s, want a region, a platform, a function or a store", o.Of, classNames[x.class])
		} else if !ok && o.Of != hole && !slices.Contains(c.outable(), o.Of) {
			c.fail(below(at, "of"), errors.New(spec.Unknown("region, platform, function or store", o.Of, c.outable())))
		}
	}
}

// outable is what can have an outage.
func (a *Application) outable() []string {
	list := append(a.names.of(functionClass, storeClass), append(a.sites(), catalog.Internet)...)
	list = append(list, a.Platforms()...)
	for i := range a.catalog.Regions {
		list = append(list, a.catalog.Regions[i].Name)
	}
	return list
}

// checkOverheads checks what privacy and security cost.
func (c *checker) checkOverheads() {
	for i := range c.file.Overheads {
		o, at := &c.file.Overheads[i], c.at("overhead", i)
		if o.Name == "" {
			c.failf(below(at, "name"), "found \"\", want a name")
			continue
		}
		known, err := c.catalog.Overhead(o.Name)
		own := o.Factor != nil || o.Add != nil || o.ColdAdd != nil || o.Use != nil || o.Bandwidth != nil || hasHole(at)
		if err != nil && !own {
			c.failf(below(at, "name"), "%w; or what it costs: factor, add, cold_add, bandwidth or use", err)
			continue
		}
		if o.Factor != nil && !(*o.Factor > 0 && *o.Factor <= mostFactor) {
			c.failf(below(at, "factor"), "found %v, want it above 0, at most 1000000", *o.Factor)
		}
		if o.Bandwidth != nil && !(*o.Bandwidth > 0 && *o.Bandwidth <= 1e6) {
			c.failf(below(at, "bandwidth"), "found %v, want it above 0, at most 1000000", *o.Bandwidth)
		}
		c.fail(below(at, "rate"), part("rate", o.Rate))
		if ways := err == nil && known.Trips.Known; at.Get("rate") != nil && o.Rate < 1 && !ways && (o.Factor != nil || o.Bandwidth != nil || err == nil && (known.Factor.Known || known.Bandwidth.Known)) {
			c.failf(below(at, "rate"), "found %v beside a factor, which is of all calls, want rate = 1, or the mean as the factor", o.Rate)
		}
		if err == nil && known.Trips.Known && o.On != nil {
			c.failf(below(at, "on"), "found on, and %s is of each call between two places, want none: rate says of which part", known.Name)
			continue
		}
		c.checkActs(o, at, known)
		if o.Use != nil {
			c.checkUse(o.Use, below(at, "use"))
		}
		for k, name := range o.On {
			where := item(at, "on", k)
			x, ok := c.resolve(name, where, functionClass, storeClass, flowClass, triggerClass)
			if ok && err == nil && !own && !slices.Contains(known.Of, classNames[x.class]) {
				c.failf(where, "found %q, which is a %s; %s can be of %q", name, classNames[x.class], known.Name, known.Of)
			}
		}
	}
}

// acts are what each value of an overhead acts on; the others act on all.
var acts = []struct {
	key string
	on  []class
}{{"factor", []class{functionClass, storeClass, flowClass}}, {"cold_add", []class{functionClass}}, {"bandwidth", []class{storeClass}}}

// checkActs refuses values of an overhead that do not act on what it is of: they would
// seem to cost nothing.
func (c *checker) checkActs(o *overheadSpec, at *spec.Node, known *catalog.Overhead) {
	for _, v := range acts {
		if at.Get(v.key) == nil {
			continue
		}
		var can []string
		for _, x := range v.on {
			can = append(can, classNames[x])
		}
		of := []string{classNames[functionClass]} // where neither the file nor the catalogue says what
		if known != nil {
			of = known.Of
		}
		if o.On == nil && !slices.ContainsFunc(of, func(name string) bool { return slices.Contains(can, name) }) {
			c.failf(below(at, v.key), "found %s of an overhead of each %s, on which it does not act: want on = names of what it does, a %s", v.key, strings.Join(of, ", "), strings.Join(can, " or "))
		}
		for _, name := range o.On {
			if n, ok := c.names[name]; ok && !slices.Contains(can, classNames[n.class]) {
				c.failf(below(at, v.key), "found %s on the %s %q, on which it does not act: want it on a %s", v.key, classNames[n.class], name, strings.Join(can, " or "))
			}
		}
	}
}

// checkLeaving checks what it costs to leave a provider.
func (c *checker) checkLeaving() {
	l := c.file.Leaving
	if l == nil {
		return
	}
	at := c.at("leaving")
	var providers []string
	for i := range c.catalog.Services {
		if p := c.catalog.Services[i].Provider; !slices.Contains(providers, p) {
			providers = append(providers, p)
		}
	}
	if !slices.Contains(providers, l.From) && l.From != hole {
		c.fail(below(at, "from"), errors.New(spec.Unknown("provider", l.From, providers)))
	}
	c.checkUnreadOfLeaving(l, at)
	if l.Day < 0 {
		c.failf(below(at, "day"), "found %v, want 0 or more", l.Day)
	}
	for name, days := range l.Rewrite {
		if days < 0 || days > 1e6 {
			c.failf(below(at, "rewrite", name), "found %v, want 0 … 1000000 days", days)
		}
	}
}

// checkUsed warns of what nothing uses.
func (c *checker) checkUsed() {
	used := c.used()
	for i := range c.file.Functions {
		if n := (named{functionClass, i}); !used[n] {
			c.warnf(c.lineOf(n), "no trigger, step or function calls %q", c.nameOf(n))
		}
	}
	for i := range c.file.Flows {
		if n := (named{flowClass, i}); !used[n] {
			c.warnf(c.lineOf(n), "no trigger, step or function starts %q", c.nameOf(n))
		}
	}
	for i := range c.file.Stores {
		if n := (named{storeClass, i}); !used[n] && c.file.Stores[i].Stored == 0 && len(c.file.Stores[i].Capacity) == 0 {
			c.warnf(c.lineOf(n), "nothing uses %q", c.nameOf(n))
		}
	}
	for i := range c.file.Triggers {
		t := &c.file.Triggers[i]
		if n := (named{triggerClass, i}); t.Arrivals.Process == nil && t.Schedule == nil && !used[n] && !hasHole(c.nodeOf(n)) {
			c.failf(c.lineOf(n), "nothing arrives at %q: it has no arrivals, and nothing sends to it; want one of both", t.Name)
		}
	}
}

// used is all that something names.
func (c *checker) used() map[named]bool {
	used := map[named]bool{}
	mark := func(names ...string) {
		for _, name := range names {
			if n, ok := c.names[name]; ok {
				used[n] = true
			}
		}
	}
	use := func(u *useSpec) {
		if u != nil {
			mark(u.Store, u.Call, u.Send, u.Skip)
		}
	}
	for i := range c.file.Triggers {
		t := &c.file.Triggers[i]
		mark(t.Start)
		switch {
		case t.HTTP != nil:
			use(t.HTTP.DNS)
			if t.HTTP.Auth != nil {
				mark(t.HTTP.Auth.Call)
			}
		case t.Queue != nil:
			mark(t.Queue.Dead, t.Queue.Encrypt)
		case t.Stream != nil:
			mark(t.Stream.Dead, t.Stream.Encrypt)
		case t.Object != nil:
			mark(t.Object.Store)
		case t.Bus != nil:
			mark(t.Bus.Dead, t.Bus.Encrypt)
		}
		if t.Async != nil {
			mark(t.Async.Dead)
		}
	}
	for i := range c.file.Stores {
		mark(c.file.Stores[i].Behind, c.file.Stores[i].Encrypt, c.file.Stores[i].Feeds)
	}
	for i := range c.file.Functions {
		f := &c.file.Functions[i]
		for k := range f.Uses {
			use(&f.Uses[k])
		}
		if f.State != nil {
			mark(f.State.Store)
		}
	}
	for i := range c.file.Overheads {
		use(c.file.Overheads[i].Use)
	}
	for i := range c.file.Flows {
		for k := range c.file.Flows[i].Steps {
			x := &c.file.Flows[i].Steps[k]
			mark(x.Call)
			if x.Route != nil {
				mark(x.Route.To...)
				if x.Route.Cache != nil {
					use(x.Route.Cache.Lookup)
				}
			}
			if x.Map != nil {
				use(x.Map.Items.Read)
			}
			if x.Send != nil {
				mark(x.Send.To)
			}
			for u := range x.Use {
				use(&x.Use[u])
			}
		}
	}
	return used
}
