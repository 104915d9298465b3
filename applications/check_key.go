package applications

import (
	"slices"

	"github.com/coldcurve/coldcurve/applications/catalog"
	"github.com/coldcurve/coldcurve/internal/spec"
)

// keyOps are the ops of which a key service has one.
var keyOps = []string{"encrypt", "decrypt"}

// checkEncrypt checks the key service that a store, or what carries messages, asks for
// keys, and how long it uses one again.
func (c *checker) checkEncrypt(name, service, keys string, reuse *spec.Duration, at *spec.Node) {
	c.checkReuse(service, reuse, below(at, "key_reuse"))
	if keys == "" {
		switch {
		case at.Get("encrypt") != nil:
			c.failf(below(at, "encrypt"), "found \"\", want a store of a key service, or no encrypt")
		case reuse != nil:
			c.failf(below(at, "key_reuse"), "found how long a key is used again and no encrypt, want both or neither")
		}
		return
	}
	x, ok := c.resolve(keys, below(at, "encrypt"), storeClass)
	if !ok {
		return
	}
	s := &c.file.Stores[x.index]
	switch {
	case s.Name == name:
		c.failf(below(at, "encrypt"), "found the store itself, want another one")
	case c.asks(keys, name):
		c.failf(below(at, "encrypt"), "found %q, which asks %q in its turn by encrypt or behind, want one that does not", keys, name)
	case s.Service != hole && !slices.ContainsFunc(c.opsOf(s), func(op string) bool { return slices.Contains(keyOps, op) }) && c.known(s):
		c.failf(below(at, "encrypt"), "found %q, a store of %s, which has no op encrypt or decrypt, want one of a key service (kms), or a custom one with latency = { encrypt = … }", keys, s.Service)
	}
}

// checkReuse checks how long a key is used again, which some services leave to their users.
func (c *checker) checkReuse(service string, reuse *spec.Duration, at *spec.Node) {
	if reuse == nil {
		return
	}
	known, err := c.catalog.Service(service)
	if err != nil || known.DataKey == nil {
		return // its own, or one of which no rule is known
	}
	k := known.DataKey
	if !k.Own {
		c.failf(at, "found %v of %s, whose own rule says how long a key is used again, want no key_reuse", *reuse, known.Name)
		return
	}
	c.atLeast(at, *reuse, &k.Least, known.Name)
	c.longest(at, true, *reuse, &k.Most, known.Name)
}

// checkConcurrency checks how many batches of a queue may be under way.
func (c *checker) checkConcurrency(q *queueSpec, known *catalog.Service, at *spec.Node) {
	k := known.Queue
	switch least := k.LeastConcurrency.Value; {
	case q.Concurrency == 0:
	case k.Provisioned != "":
		c.failf(at, "found %d beside the provisioned pollers of %s, which it excludes, want pollers = { most = … }", q.Concurrency, known.Name)
	case q.Concurrency < least:
		c.failf(at, "found %d, want at least the %d batches at a time of %s", q.Concurrency, least, known.Name)
	default:
		c.atMost(at, "batches at a time", q.Concurrency, k.MostConcurrency.Value, known.Name)
	}
}
