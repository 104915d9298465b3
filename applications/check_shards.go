package applications

import (
	"strings"

	"github.com/coldcurve/coldcurve/applications/catalog"
	"github.com/coldcurve/coldcurve/internal/spec"
)

// checkOnDemand refuses shards by need where a service is billed by shard, and fixed ones
// where it is not: which it is, its rule and its prices are the service's.
func (c *checker) checkOnDemand(s *streamSpec, k *catalog.Stream, service string, at *spec.Node) {
	v := at.Get("on_demand")
	switch {
	case v == nil || k.OnDemand.Known == s.OnDemand:
	case s.OnDemand:
		c.failf(v, "found shards as the load needs of %s, which has no rule for that, want a service that has one: %s", service, strings.Join(c.growing(), ", "))
	default:
		c.failf(v, "found false of %s, whose shards grow with the load, want a service with fixed ones", service)
	}
}

// growing are the streams of the catalogue whose shards grow with their load.
func (c *checker) growing() (names []string) {
	for i := range c.catalog.Services {
		if s := &c.catalog.Services[i]; s.Stream != nil && s.Stream.OnDemand.Known {
			names = append(names, s.Name)
		}
	}
	return names
}
