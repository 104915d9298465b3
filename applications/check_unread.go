package applications

import (
	"github.com/coldcurve/coldcurve/applications/catalog"
	"github.com/coldcurve/coldcurve/internal/spec"
)

// unread refuses a key that nothing reads beside others: its value would seem to be used.
func (c *checker) unread(at *spec.Node, key string, is bool, why string) {
	if n := at.Get(key); is && n != nil && !hasHole(n) {
		c.failf(n, "found %s, which nothing reads: %s; want none", key, why)
	}
}

// checkUnreadOfFunction refuses what a model's time does not follow.
func (c *checker) checkUnreadOfFunction(f *functionSpec, at *spec.Node) {
	const served = "with tokens the platform's server says how long a call takes"
	c.unread(at, "service", f.Tokens != nil, served)
	c.unread(at, "cold_service", f.Tokens != nil, served)
}

// checkUnreadOfQueue refuses pollers of a queue that delivers by itself.
func (c *checker) checkUnreadOfQueue(known *catalog.Service, at *spec.Node) {
	c.unread(at, "pollers", known.Queue.Pushed, known.Name+" delivers by itself")
}

// checkUnreadOfEngine refuses what an engine that is not billed by memory has of memory, and
// the definition where the memory is given as a whole.
func (c *checker) checkUnreadOfEngine(s *engineSpec, e *catalog.Engine, at *spec.Node) {
	why := e.Name + " is not billed by memory"
	c.unread(at, "memory", e.Duration == "", why)
	c.unread(at, "definition", e.Duration == "", why)
	c.unread(at, "definition", s.Memory > 0, "memory says all of it")
}

// checkUnreadOfLeaving refuses the price of a day of work where there is none.
func (c *checker) checkUnreadOfLeaving(l *leavingSpec, at *spec.Node) {
	c.unread(at, "day", len(l.Rewrite) == 0 && at.Get("rewrite") == nil, "no rewrite says how many days there are")
}
