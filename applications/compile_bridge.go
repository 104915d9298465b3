package applications

import (
	"fmt"
	"slices"

	"github.com/coldcurve/coldcurve/applications/catalog"
	"github.com/coldcurve/coldcurve/sim/flows"
)

// noteBridge notes a service that does not start by itself what its trigger starts: a poller
// of one's own must stand between. What pushes, over HTTP, reaches whoever has an address.
func (c *compiler) noteBridge(t *triggerSpec, start flows.Target) {
	if c.drawn {
		return
	}
	known := c.deliverer(t)
	if known == nil || known.Provider == "none" {
		return
	}
	what := ""
	if start.Flow != flows.None {
		s := &c.file.Flows[start.Flow]
		e, err := c.catalog.Engine(s.Engine.Preset)
		if err != nil || e.Provider == "none" || e.Provider == known.Provider {
			return
		}
		what = fmt.Sprintf("the flow %q of %s", s.Name, e.Name)
	} else {
		if start.Function == flows.None || c.on[start.Function] < 0 {
			return
		}
		p := &c.o.Platforms[c.on[start.Function]]
		theirs := c.provider(placeOf(p)) == known.Provider
		if theirs && (p.Preset == "" || len(known.Starts) == 0 || slices.Contains(known.Starts, p.Preset)) {
			return
		}
		what = fmt.Sprintf("the function %q on the platform %q", c.file.Functions[start.Function].Name, p.Name)
	}
	c.notes.add("trigger "+t.Name, "bridge", "a poller of one's own, whose price and time are not here",
		catalog.Basis{Grade: "U", Source: fmt.Sprintf("%s does not start %s by itself", known.Title, what)})
}

// deliverer is the service that hands over what arrives at a trigger, where it is polled or
// calls what its provider has; nil: callers and pushes.
func (c *compiler) deliverer(t *triggerSpec) *catalog.Service {
	name := ""
	switch {
	case t.Queue != nil:
		name = t.Queue.Service
	case t.Stream != nil:
		name = t.Stream.Service
	case t.Schedule != nil:
		name = t.Schedule.Service
	case t.Object != nil:
		if n := c.names[t.Object.Store]; n.class == storeClass {
			name = c.file.Stores[n.index].Service
		}
	}
	known, err := c.catalog.Service(name)
	if err != nil || known.Queue != nil && known.Queue.Pushed {
		return nil
	}
	return known
}
