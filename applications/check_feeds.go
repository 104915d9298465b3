package applications

import (
	"cmp"

	"github.com/coldcurve/coldcurve/internal/spec"
)

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

// leadsTo is what a name stands for where it is called, sent to or, of a store, asked: a store
// that feeds a stream leads to its trigger by each op that writes. An op of "" is the one by
// which messages come.
func (a *Application) leadsTo(name, op string) named {
	n := a.names[name]
	if n.class != storeClass {
		return n
	}
	s := &a.file.Stores[n.index]
	if s.Feeds == "" || !a.opWrites(s, cmp.Or(op, a.sendOp(s))) {
		return n
	}
	return a.names[s.Feeds]
}

// opWrites reports whether the bytes of an op go to its store.
func (a *Application) opWrites(s *storeSpec, op string) bool {
	known, err := a.catalog.Service(s.Service)
	if err != nil || s.Service == custom {
		to, _ := s.writes(op)
		return to
	}
	i := known.Op(op)
	return i >= 0 && known.Ops[i].Writes
}

// usedBy is what a use leads to.
func (a *Application) usedBy(u *useSpec) named {
	if u.Store == "" {
		return a.leadsTo(u.Call+u.Send, "")
	}
	n := a.names[u.Store]
	if n.class != storeClass {
		return n
	}
	return a.leadsTo(u.Store, a.opOf(&a.file.Stores[n.index], u.Op))
}

// deads names where what a trigger gives up goes: what its service does, and what the platform
// of the function does that the service calls.
func (t *triggerSpec) deads() (list []string) {
	add := func(name string) {
		if name != "" {
			list = append(list, name)
		}
	}
	switch {
	case t.Queue != nil:
		add(t.Queue.Dead)
	case t.Stream != nil:
		add(t.Stream.Dead)
	case t.Bus != nil:
		add(t.Bus.Dead)
	}
	if t.Async != nil {
		add(t.Async.Dead)
	}
	return list
}

// failures is where the failures of the function itself go that a trigger starts, and after
// how many tries, at the most; 0: any number, or the file does not say. Behind a bus, an
// object and a schedule they are its platform's, where that is asked without a wait.
func (c *checker) failures(t *triggerSpec) (dead string, tries int) {
	switch {
	case t.Queue != nil:
		return t.Queue.Dead, t.Queue.Receives
	case t.Stream != nil:
		return t.Stream.Dead, t.Stream.Retries + 1
	case t.Async != nil && t.Bus != nil:
		return cmp.Or(t.Async.Dead, t.Bus.Dead), t.Async.Retries + 1
	case t.Async != nil:
		return t.Async.Dead, t.Async.Retries + 1
	case t.Bus != nil && !c.handsOn(t.Bus):
		return t.Bus.Dead, t.Bus.Retries + 1
	case t.Bus != nil:
		return t.Bus.Dead, 0
	}
	return "", 1
}

// handsOn reports whether a bus calls functions of its provider without a wait, by the rules
// of another service.
func (c *checker) handsOn(b *busSpec) bool {
	known, err := c.catalog.Service(b.Service)
	return err == nil && known.Bus != nil && known.Bus.Async != ""
}

// givesUp reports whether a trigger gives up what fails each time, sooner or later.
func (t *triggerSpec) givesUp() bool {
	switch {
	case t.Queue != nil:
		return t.Queue.Receives > 0
	case t.Stream != nil:
		return t.Stream.Retries >= 0
	}
	return t.Bus != nil || t.Async != nil
}

// surelyDead is where all goes that comes to a trigger, since what it starts always fails.
func (c *checker) surelyDead(t *triggerSpec) (list []named) {
	n := c.names[t.Start]
	if n.class != functionClass || max(c.file.Functions[n.index].Error, t.Record.Poison) < 1 || !t.givesUp() {
		return nil
	}
	if dead, _ := c.failures(t); dead != "" {
		list = append(list, c.leadsTo(dead, ""))
	}
	return list
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
	return c.leadsTo(f.State.Store, c.stateOp(&c.file.Stores[x.index], "write")), f.State.Save
}
