package applications

import (
	"github.com/coldcurve/coldcurve/internal/spec"
)

// checkFunction checks a function.
func (c *checker) checkFunction(f *functionSpec, at *spec.Node) {
	if memory, exact := f.Memory.MiB(); !exact || at.Get("memory") != nil && memory == 0 && !hasHole(at.Get("memory")) {
		c.failf(below(at, "memory"), "found %v, want a whole number of MiB above 0", f.Memory)
	}
	if f.Platform == "" {
		c.failf(below(at, "platform"), "found no platform, want one of the experiment's")
	}
	if !f.Service.given && f.Tokens == nil && at.Get("service") == nil && at.Get("tokens") == nil {
		c.failf(at, "missing key %q, or tokens", "service")
	}
	c.checkUnreadOfFunction(f, at)
	if f.Tokens != nil && f.Tokens.Turns.Counter != nil {
		c.failf(below(at, "tokens", "turns"), "found turns, want none: what a function of an application is asked is one request each time")
	}
	if f.Init.Init != nil && f.ColdService.Sampler != nil {
		c.failf(below(at, "cold_service"), "given beside init, want only one of them: cold_service holds the whole time of a cold request")
	}
	c.fail(below(at, "error_rate"), part("error_rate", f.Error))
	for i := range f.Uses {
		c.checkUse(&f.Uses[i], item(at, "use", i))
	}
	if f.ByMemory != nil {
		c.checkByMemory(f, below(at, "by_memory"))
	}
	if s := f.State; s != nil {
		c.checkState(s, below(at, "state"))
	}
	if f.State != nil && f.ColdService.Sampler != nil {
		c.failf(below(at, "cold_service"), "given beside state, want init: what is rebuilt is beside it")
	}
}

// checkState checks what a function keeps in its instance.
func (c *checker) checkState(s *stateSpec, at *spec.Node) {
	c.fail(below(at, "save"), part("save", s.Save))
	switch {
	case s.Store == "" && s.Save > 0:
		c.failf(below(at, "save"), "found a save and no store, want both or neither")
	case s.Store == "" && s.Rebuild.Sampler == nil && !hasHole(at):
		c.failf(at, "found state that is rebuilt from nothing, want store, rebuild or both")
	case s.Store != "":
		x, ok := c.resolve(s.Store, below(at, "store"), storeClass)
		if !ok {
			return
		}
		store := &c.file.Stores[x.index]
		for _, op := range []struct {
			name string
			need bool
		}{{"read", true}, {"write", s.Save > 0}} {
			if op.need && store.Service != hole && c.stateOp(store, op.name) == "" {
				c.failf(below(at, "store"), "found %q, whose service %s has no op %q, want one that has", s.Store, store.Service, op.name)
			}
		}
	}
}

// stateOp returns the op by which state is read or written; "": there is none.
func (a *Application) stateOp(s *storeSpec, op string) string {
	for _, name := range a.opsOf(s) {
		if name == op {
			return name
		}
	}
	return ""
}
