package applications

import (
	"errors"
	"maps"
	"slices"

	"github.com/coldcurve/coldcurve/applications/catalog"
	"github.com/coldcurve/coldcurve/internal/spec"
)

// mostCapacity is the most that a store may have provisioned: what it comes to in a second
// is counted in an integer, as so many nanoseconds.
const mostCapacity = 4_000_000_000

// checkStore checks a service that is called.
func (c *checker) checkStore(s *storeSpec, at *spec.Node) {
	var known *catalog.Service
	if s.Service == custom {
		if len(s.Latency)+len(s.Meters) == 0 {
			c.failf(at, "found a custom service without ops, want latency = { op = … }, or meters = { op = … }")
		}
		if len(s.Meters) > 0 && (s.Tariff == "" || s.Tariff == "none") {
			c.failf(below(at, "meters"), "found meters without a tariff, want tariff = …")
		}
	} else {
		known = c.service(s.Service, below(at, "service"), "service", func(*catalog.Service) bool { return true })
	}
	c.storeRegion(s, known, below(at, "region"))
	if known == nil && s.Service != custom && s.Service != hole {
		return
	}
	ops := c.opsOf(s)
	for _, table := range []struct {
		key  string
		keys []string
	}{{"latency", slices.Sorted(maps.Keys(s.Latency))}, {"limits", slices.Sorted(maps.Keys(s.Limits))}, {"meters", slices.Sorted(maps.Keys(s.Meters))}} {
		for _, op := range table.keys {
			if s.Service != hole && !slices.Contains(ops, op) {
				c.fail(below(at, table.key, op), errors.New(spec.Unknown("op", op, ops)))
			}
		}
	}
	for op, l := range s.Latency {
		where := below(at, "latency", op)
		c.fail(below(where, "error_rate"), part("error_rate", l.Error))
		if l.Bandwidth != nil && *l.Bandwidth <= 0 {
			c.failf(below(where, "bandwidth"), "found %v, want it above 0", *l.Bandwidth)
		}
	}
	for op, rate := range s.Limits {
		if rate <= 0 {
			c.failf(below(at, "limits", op), "found %v, want it above 0", rate)
		}
	}
	for meter, v := range s.Capacity {
		if !(v >= 0 && v <= mostCapacity) { // NaN too
			c.failf(below(at, "capacity", meter), "found %v, want 0 … %d", v, mostCapacity)
		}
	}
	if r := s.Retry; r != nil {
		if r.Attempts < 1 || r.Attempts > 100 {
			c.failf(below(at, "retry", "attempts"), "found %d, want 1 … 100 in all", r.Attempts)
		}
	}
	c.checkCache(s, at, known)
	c.checkFeeds(s, below(at, "feeds"))
	c.checkEncrypt(s.Name, s.Service, s.Encrypt, s.KeyReuse, at)
}

// storeRegion checks where a store is: as others, or in the internet if it is no provider's.
func (c *checker) storeRegion(s *storeSpec, known *catalog.Service, at *spec.Node) {
	switch {
	case s.Region != catalog.Internet:
		c.region(s.Region, at)
	case known != nil && known.Provider != "none":
		c.failf(at, "found %q, want a region or a place of a [[network]]: %s is of %s", s.Region, known.Name, known.Provider)
	}
}

// asks reports whether a call of a store leads to one of another, over keys and what is
// behind caches.
func (a *Application) asks(from, to string) bool {
	seen := map[string]bool{}
	for queue := []string{from}; len(queue) > 0; queue = queue[1:] {
		x, ok := a.names[queue[0]]
		if !ok || x.class != storeClass || seen[queue[0]] {
			continue
		}
		seen[queue[0]] = true
		s := &a.file.Stores[x.index]
		if s.Encrypt == to || s.Behind == to {
			return true
		}
		queue = append(queue, s.Encrypt, s.Behind)
	}
	return false
}

// checkCache checks what a store says of hits.
func (c *checker) checkCache(s *storeSpec, at *spec.Node, known *catalog.Service) {
	if s.HitRate != nil {
		c.fail(below(at, "hit_rate"), part("hit_rate", *s.HitRate))
		if known != nil && !known.Cache {
			c.failf(below(at, "hit_rate"), "found a hit_rate of %s, which is no cache, want none", known.Name)
		}
	}
	if s.Behind == "" {
		return
	}
	if s.HitRate == nil && at.Get("hit_rate") == nil {
		c.failf(below(at, "behind"), "found a store behind it and no hit_rate, want both or neither")
	}
	seen := map[string]bool{s.Name: true}
	for next, where := s.Behind, below(at, "behind"); next != ""; {
		x, ok := c.resolve(next, where, storeClass)
		if !ok {
			return
		}
		if seen[next] {
			c.failf(below(at, "behind"), "found %q, behind which the store itself stands, want one that ends", s.Behind)
			return
		}
		seen[next] = true
		next, where = c.file.Stores[x.index].Behind, c.at("store", x.index, "behind")
	}
}

// opsOf lists the ops of a store: its service's, or those that a custom one names.
func (a *Application) opsOf(s *storeSpec) []string {
	if s.Service == custom {
		names := map[string]bool{}
		for op := range s.Latency {
			names[op] = true
		}
		for op := range s.Meters {
			names[op] = true
		}
		return slices.Sorted(maps.Keys(names))
	}
	known, err := a.catalog.Service(s.Service)
	if err != nil {
		return nil
	}
	return known.OpNames()
}

// opOf returns the op that a call of a store asks: the one that is named, else its first.
func (a *Application) opOf(s *storeSpec, op string) string {
	if ops := a.opsOf(s); op == "" && len(ops) > 0 {
		return ops[0]
	}
	return op
}

// sendOps are the ops by which messages come into a store, in order of preference.
var sendOps = []string{"send", "publish", "put", "write"}

// sendOp returns the op by which a message is sent to a store; "": by none.
func (a *Application) sendOp(s *storeSpec) string {
	ops := a.opsOf(s)
	if known, err := a.catalog.Service(s.Service); err == nil {
		switch {
		case known.Queue != nil:
			return known.Queue.Send
		case known.Bus != nil:
			return known.Bus.Put
		case known.Stream != nil:
			return known.Stream.Put
		}
	}
	for _, op := range sendOps {
		if slices.Contains(ops, op) {
			return op
		}
	}
	return ""
}

// checkSend checks what a message is sent to, and how large it is.
func (c *checker) checkSend(to string, size *Bytes, at, sizeAt *spec.Node) {
	x, ok := c.resolve(to, at, triggerClass, storeClass)
	if !ok {
		return
	}
	if x.class == storeClass {
		s := &c.file.Stores[x.index]
		op := c.sendOp(s)
		if op == "" {
			c.failf(at, "found %q, to which no message can be sent: its service %s has no op of %q", to, s.Service, sendOps)
			return
		}
		if known, err := c.catalog.Service(s.Service); err == nil {
			c.checkPayload(known, op, size, sizeAt)
		}
		return
	}
	t := &c.file.Triggers[x.index]
	if t.HTTP != nil || t.Schedule != nil || t.Object != nil {
		c.failf(at, "found %q, which takes no messages, want a trigger with a queue, stream, bus or async, or a store", to)
		return
	}
	if known, op := c.takes(t); known != nil {
		c.checkPayload(known, op, size, sizeAt)
	}
}

// takes returns the service and op by which messages come to a trigger; nil: none.
func (a *Application) takes(t *triggerSpec) (*catalog.Service, string) {
	name := ""
	switch {
	case t.Queue != nil:
		name = t.Queue.Service
	case t.Stream != nil:
		name = t.Stream.Service
	case t.Bus != nil:
		name = t.Bus.Service
	case t.Async != nil && !t.calledFor():
		name = t.Async.Service
	}
	known, err := a.catalog.Service(name)
	if err != nil {
		return nil, ""
	}
	switch {
	case t.Queue != nil && known.Queue != nil:
		return known, known.Queue.Send
	case t.Stream != nil && known.Stream != nil:
		return known, known.Stream.Put
	case t.Bus != nil && known.Bus != nil:
		return known, known.Bus.Put
	}
	if len(known.Ops) > 0 {
		return known, known.Ops[0].Name
	}
	return nil, ""
}

// checkPayload checks that what is always larger than an op takes is not sent to it.
func (c *checker) checkPayload(s *catalog.Service, op string, size *Bytes, at *spec.Node) {
	i := s.Op(op)
	if i < 0 || size == nil || size.Sizer == nil || !s.Ops[i].Most.Known || s.Ops[i].MostOf != "" {
		return // or it depends on the platform behind it: see front
	}
	if most := s.Ops[i].Most.Value; size.Least() > int64(most) {
		c.failf(at, "found %v, want at most the %v of %s", spec.Size(size.Least()), most, s.Name)
	}
}

// checkUse checks a call that somebody waits for; by is who makes it.
func (c *checker) checkUse(u *useSpec, at *spec.Node) {
	given := 0
	for _, s := range []string{u.Store, u.Call, u.Send} {
		if s != "" {
			given++
		}
	}
	switch {
	case given != 1:
		c.failf(at, "found %d of store, call and send, want one", given)
	case u.Store != "":
		c.checkOp(u.Store, u.Op, below(at, "store"), below(at, "op"), u.Size, below(at, "size"))
	case u.Call != "":
		c.resolve(u.Call, below(at, "call"), functionClass, flowClass)
	default:
		c.checkSend(u.Send, u.Size, below(at, "send"), below(at, "size"))
	}
	if u.Op != "" && u.Store == "" {
		c.failf(below(at, "op"), "found an op and no store, want both or neither")
	}
	if !slices.Contains([]string{"invocation", "record"}, u.Per) {
		c.fail(below(at, "per"), errors.New(spec.Unknown("per", u.Per, []string{"invocation", "record"})))
	}
	c.fail(below(at, "count"), amount("count", u.Count, 1e6))
	c.fail(below(at, "probability"), part("probability", u.Probability))
	if u.Skip != "" {
		if x, ok := c.resolve(u.Skip, below(at, "skip_on_hit"), storeClass); ok && c.file.Stores[x.index].HitRate == nil {
			c.failf(below(at, "skip_on_hit"), "found %q, which has no hit_rate, want a cache", u.Skip)
		}
	}
}

// checkOp checks a call of a store.
func (c *checker) checkOp(store, op string, at, opAt *spec.Node, size *Bytes, sizeAt *spec.Node) {
	x, ok := c.resolve(store, at, storeClass)
	if !ok {
		return
	}
	s := &c.file.Stores[x.index]
	ops := c.opsOf(s)
	switch {
	case s.Service == hole || op == hole || len(ops) == 0 && !c.known(s):
	case len(ops) == 0:
		c.failf(at, "found %q, whose service %s has no ops, want one that can be called", store, s.Service)
	case op != "" && !slices.Contains(ops, op):
		c.fail(opAt, errors.New(spec.Unknown("op", op, ops)))
	default:
		if known, err := c.catalog.Service(s.Service); err == nil {
			c.checkPayload(known, c.opOf(s, op), size, sizeAt)
		}
	}
}

// known reports whether it is known what a store is.
func (a *Application) known(s *storeSpec) bool {
	_, err := a.catalog.Service(s.Service)
	return err == nil || s.Service == custom
}
