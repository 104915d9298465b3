package applications

import "github.com/coldcurve/coldcurve/internal/spec"

// checkFeeds checks the trigger at which what is written to a store arrives.
func (c *checker) checkFeeds(s *storeSpec, where *spec.Node) {
	if s.Feeds == "" {
		return
	}
	x, ok := c.resolve(s.Feeds, where, triggerClass)
	if !ok {
		return
	}
	switch t := &c.file.Triggers[x.index]; {
	case t.Stream != nil:
	case t.Object != nil && (t.Object.Store == s.Name || t.Object.Store == hole):
	case t.Object != nil:
		c.failf(where, "found %q, which is of the objects of %q, want a trigger of this store's objects", s.Feeds, t.Object.Store)
	default:
		c.failf(where, "found %q, which has no stream and is of no objects, want a trigger with a stream, or of this store's objects", s.Feeds)
	}
}

// isFed reports whether what is written to a store arrives at a trigger.
func (c *checker) isFed(trigger string) bool {
	for i := range c.file.Stores {
		if c.file.Stores[i].Feeds == trigger {
			return true
		}
	}
	return false
}

// fed is the trigger at which what an op of a store writes arrives; the zero value: none.
func (c *checker) fed(store, op string) named {
	x := c.names[store]
	if x.class != storeClass {
		return named{}
	}
	s := &c.file.Stores[x.index]
	if s.Feeds == "" || !c.writesBy(s, c.opOf(s, op)) {
		return named{}
	}
	return c.names[s.Feeds]
}

// writesBy reports whether an op of a store writes to it.
func (a *Application) writesBy(s *storeSpec, op string) bool {
	known, err := a.catalog.Service(s.Service)
	if err != nil || s.Service == custom {
		return writes(op)
	}
	i := known.Op(op)
	return i >= 0 && known.Ops[i].Writes
}

// sentTo is what starts where something is sent: the trigger, or that which the store feeds.
func (c *checker) sentTo(name string) named {
	x := c.names[name]
	if x.class == storeClass {
		return c.fed(name, c.sendOp(&c.file.Stores[x.index]))
	}
	return x
}

// usedBy is what a use starts: what it calls or sends to, or what its write feeds.
func (c *checker) usedBy(u *useSpec) named {
	switch {
	case u.Store != "":
		return c.fed(u.Store, u.Op)
	case u.Send != "":
		return c.sentTo(u.Send)
	}
	return c.names[u.Call]
}

// savedTo is what starts where a function's state is saved, and at which part of its calls.
func (c *checker) savedTo(f *functionSpec) (named, float64) {
	if f.State == nil || f.State.Store == "" || f.State.Save == 0 {
		return named{}, 0
	}
	x := c.names[f.State.Store]
	if x.class != storeClass {
		return named{}, 0
	}
	return c.fed(f.State.Store, c.stateOp(&c.file.Stores[x.index], "write")), f.State.Save
}
