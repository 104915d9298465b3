package applications

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/applications/catalog"
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim/flows"
	"github.com/coldcurve/coldcurve/workloads"
)

// place returns the index of a place.
func (c *compiler) place(name string) int32 {
	i, ok := c.places[name]
	if !ok {
		i = int32(len(c.g.Places))
		c.g.Places, c.places[name] = append(c.g.Places, name), i
	}
	return i
}

// putPlaces finds where the platforms are. A region that is nearly one of the
// catalogue is a slip; any other is a place of its own.
func (c *compiler) putPlaces() {
	var regions []string
	for i := range c.catalog.Regions {
		regions = append(regions, c.catalog.Regions[i].Name)
	}
	for _, k := range c.on {
		if k < 0 {
			continue
		}
		p := &c.o.Platforms[k]
		if p.Region != "" && !slices.Contains(regions, p.Region) && !slices.Contains(c.sites(), p.Region) {
			if near, ok := spec.Nearest(p.Region, regions); ok {
				c.fail(c.at("function", slices.Index(c.on, k), "platform"), "platform %q: %w", p.Name, errors.New(spec.Unknown("region", p.Region, []string{near})))
			}
		}
		name := placeOf(p)
		c.place(name)
		if c.providers[name] == "" {
			c.providers[name] = c.providerOf(p)
		}
	}
	if len(c.g.Places) == 0 {
		c.place("here")
	}
}

// placeOf is the name of a platform's place.
func placeOf(p *Platform) string {
	if p.Region != "" {
		return p.Region
	}
	return p.Name
}

// known providers by the words that name them in tariffs.
var providerWords = []struct{ word, provider string }{{"amazon", "aws"}, {"aws", "aws"}, {"google", "gcp"}, {"gcp", "gcp"}, {"azure", "azure"}, {"microsoft", "azure"}}

// providerOf is the provider of a platform: its region's, else by the tariff's name of it.
func (c *compiler) providerOf(p *Platform) string {
	if r, err := c.catalog.Region(p.Region); err == nil {
		return r.Provider
	}
	for _, w := range providerWords {
		if strings.Contains(strings.ToLower(p.Provider), w.word) {
			return w.provider
		}
	}
	return ""
}

// provider is the provider of a place; "": none that bills what leaves it.
func (c *compiler) provider(place string) string {
	if r, err := c.catalog.Region(place); err == nil {
		return r.Provider
	}
	return c.providers[place]
}

// home is where something of a provider is that says no region: beside the first
// function on that provider, else beside the first function.
func (c *compiler) home(provider string) int32 {
	for _, k := range c.on {
		if k >= 0 && provider != "" && c.provider(placeOf(&c.o.Platforms[k])) == provider {
			return c.place(placeOf(&c.o.Platforms[k]))
		}
	}
	return 0
}

// placeOr is the place of a region, else another one.
func (c *compiler) placeOr(region string, other func() int32) int32 {
	if region != "" && region != hole {
		return c.place(region)
	}
	return other()
}

// functionPlace is where a function is.
func (c *compiler) functionPlace(i int) int32 {
	if k := c.on[i]; k >= 0 {
		return c.place(placeOf(&c.o.Platforms[k]))
	}
	return 0
}

// flowPlace is where a flow's orchestrator is: in its region, else beside the first
// function that it calls.
func (c *compiler) flowPlace(i int) int32 { return c.flowPlaceBelow(i, nil) }

func (c *compiler) flowPlaceBelow(i int, above []int) int32 {
	f := &c.file.Flows[i]
	return c.placeOr(f.Engine.Region, func() int32 {
		provider := ""
		if e, err := c.catalog.Engine(f.Engine.Preset); err == nil && e.Provider != "none" {
			provider = e.Provider
		}
		for k := range f.Steps {
			call := f.Steps[k].Call
			if r := f.Steps[k].Route; r != nil && len(r.To) > 0 {
				call = r.To[0]
			}
			switch n := c.names[call]; {
			case n.class == functionClass:
				return c.functionPlace(n.index)
			case n.class == flowClass && n.index != i && !slices.Contains(above, n.index):
				return c.flowPlaceBelow(n.index, append(above, i))
			}
		}
		return c.home(provider)
	})
}

// targetPlace is where something that a trigger starts is.
func (c *compiler) targetPlace(n named) int32 {
	switch n.class {
	case functionClass:
		return c.functionPlace(n.index)
	case flowClass:
		return c.flowPlace(n.index)
	}
	return 0
}

// hops fills in the ways between all places.
func (c *compiler) hops() {
	n := len(c.g.Places)
	trips, bandwidth := c.handshakes()
	c.g.Hops = make([]flows.Hop, n*n)
	for i := range c.g.Places {
		for j := range c.g.Places {
			h := flows.Hop{Egress: flows.None}
			if i != j {
				h = c.hop(c.g.Places[i], c.g.Places[j])
				h.Trips, h.PerByte = trips, h.PerByte*bandwidth
			}
			c.g.Hops[i*n+j] = h
		}
	}
}

// hop is the way from one place to another: the file's network, else the catalogue's.
func (c *compiler) hop(from, to string) flows.Hop {
	h := flows.Hop{Egress: flows.None}
	subject := fmt.Sprintf("network %s to %s", from, to)
	own, forward := c.network(from, to)
	if own != nil && own.Bandwidth != nil {
		h.PerByte = 1e9 / float64(*own.Bandwidth)
	}
	if own != nil && own.RTT != nil {
		h.RTT = delayOf(*own.RTT)
	} else {
		h.RTT = c.trip(subject, from, to)
	}
	if own != nil && own.Tariff != "" && forward {
		h.Egress = c.meter(own.Tariff, c.egressMeter(own.Tariff), perByte)
		return h
	}
	if e := c.egress(from, to); e != nil {
		c.notes.add(subject, "egress", e.Tariff+"/"+e.Meter, e.Basis)
		h.Egress = c.meter(e.Tariff, e.Meter, perByte)
	} else if c.provider(from) != "" {
		c.notes.add(subject, "egress", "none is known: not billed", catalog.Basis{Grade: "U", Source: "no rule of the catalogue fits"})
	}
	return h
}

// network returns the file's network between two places, and whether it is written in
// this direction.
func (c *compiler) network(from, to string) (n *networkSpec, forward bool) {
	for i := range c.file.Networks {
		b := c.file.Networks[i].Between
		if len(b) == 2 && (b[0] == from && b[1] == to || b[0] == to && b[1] == from) {
			return &c.file.Networks[i], b[0] == from
		}
	}
	return nil, false
}

// trip is the round trip between two places as the catalogue has it: measured, or that
// of regions near by, or else none.
func (c *compiler) trip(subject, from, to string) flows.Delay {
	if from == catalog.Internet || to == catalog.Internet {
		c.notes.add(subject, "round trip", "within what a call of the store takes", catalog.Basis{Grade: "A", Source: "by definition", AsOf: "undated"})
		return nil
	}
	if f := c.measured(from, to); f != nil {
		return delayOf(take(c, subject, "round trip", f))
	}
	nearFrom, nearTo := c.near(subject, from), c.near(subject, to)
	if nearFrom == nearTo && (nearFrom != from || nearTo != to) {
		c.timeless[Way{from, to}] = true
		c.notes.add(subject, "round trip", `"0s"`, catalog.Basis{Grade: "U", Source: "no measurement: both are taken to be at " + nearFrom})
		return nil
	}
	if f := c.measured(nearFrom, nearTo); f != nil {
		d := take(c, fmt.Sprintf("network %s to %s", nearFrom, nearTo), "round trip", f)
		c.notes.add(subject, "round trip", f.Text(), catalog.Basis{Grade: "U", Source: fmt.Sprintf("taken to be that of %s to %s", nearFrom, nearTo)})
		return delayOf(d)
	}
	c.timeless[Way{from, to}] = true
	c.notes.add(subject, "round trip", `"0s"`, catalog.Basis{Grade: "U", Source: "no measurement: a [[network]] of the file says it"})
	return nil
}

// near is the region whose round trips are taken for those of a place.
func (c *compiler) near(subject, place string) string {
	r, err := c.catalog.Region(place)
	if err != nil || !r.Near.Known {
		return place
	}
	return take(c, subject, place+" near", &r.Near)
}

// measured is the round trip between two regions, in either direction; nil: none.
func (c *compiler) measured(from, to string) *catalog.Fact[workloads.Distribution] {
	for _, pair := range [][2]string{{from, to}, {to, from}} {
		for i := range c.catalog.Trips {
			if t := &c.catalog.Trips[i]; t.From == pair[0] {
				if f, ok := t.To[pair[1]]; ok {
					return &f
				}
			}
		}
	}
	return nil
}

// egress is the rule of the catalogue for what leaves a place for another; nil: none.
func (c *compiler) egress(from, to string) *catalog.Egress {
	provider := c.provider(from)
	for i := range c.catalog.Egress {
		e := &c.catalog.Egress[i]
		if e.Provider != provider || e.From != "" && e.From != from {
			continue
		}
		switch e.To {
		case to, catalog.Internet:
			return e
		case catalog.Same:
			if c.provider(to) == provider {
				return e
			}
		}
	}
	return nil
}

// egressMeter is the meter of a tariff by which what leaves is counted.
func (c *compiler) egressMeter(tariff string) string {
	for i := range c.catalog.Egress {
		if e := &c.catalog.Egress[i]; e.Tariff == tariff && e.To == catalog.Internet {
			return e.Meter
		}
	}
	return "egress"
}

// outages fills in when something does not answer.
func (c *compiler) outages() {
	for i := range c.file.Outages {
		o := &c.file.Outages[i]
		out := flows.Outage{Of: o.Of, From: int64(o.From), To: int64(o.From + o.Lasts), Part: o.Part, After: int64(o.After)}
		place, isPlace := c.places[o.Of]
		for f := range c.file.Functions {
			if c.file.Functions[f].Name == o.Of || c.file.Functions[f].Platform == o.Of || isPlace && c.g.Functions[f].Place == place {
				out.Functions = append(out.Functions, int32(f))
			}
		}
		for s := range c.g.Services {
			if x := &c.g.Services[s]; x.Name == o.Of || isPlace && x.Place == place {
				out.Services = append(out.Services, int32(s))
			}
		}
		if len(out.Functions)+len(out.Services) == 0 {
			c.fail(c.at("outage", i, "of"), "found %q, where no function or store is", o.Of)
		}
		c.g.Outages = append(c.g.Outages, out)
	}
}
