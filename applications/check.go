package applications

import (
	"errors"
	"slices"

	"github.com/coldcurve/coldcurve/applications/catalog"
	"github.com/coldcurve/coldcurve/internal/spec"
)

// custom is the service of a store that the file describes itself.
const custom = "custom"

// The answers of an HTTP trigger.
const (
	answerEnd   = "end"
	answerStart = "start"
)

// direct is the service of an HTTP trigger without a gateway.
const direct = "none"

// all checks everything. What needs names comes after they are found.
func (c *checker) all() {
	c.enterNames()
	for i := range c.file.Flows {
		c.flows = append(c.flows, c.resolveFlow(i))
	}
	if len(c.file.Triggers) == 0 {
		c.failf(c.at("trigger"), "found no triggers, want one or more")
	}
	for i := range c.file.Stores {
		c.checkStore(&c.file.Stores[i], c.at("store", i))
	}
	for i := range c.file.Functions {
		c.checkFunction(&c.file.Functions[i], c.at("function", i))
	}
	for i := range c.file.Triggers {
		c.checkTrigger(i, c.at("trigger", i))
	}
	for i := range c.file.Flows {
		c.checkFlow(i)
	}
	c.checkNetworks()
	c.checkOutages()
	c.checkOverheads()
	c.checkLeaving()
	if len(c.problems) == 0 {
		if c.checkEnds(); len(c.problems) == 0 {
			c.checkMeans()
		}
		c.checkUsed()
	}
}

// service returns a service of the catalogue that can be what is wanted of it.
func (c *checker) service(name string, at *spec.Node, what string, can func(*catalog.Service) bool) *catalog.Service {
	if name == hole {
		return nil
	}
	s, err := c.catalog.Service(name)
	if err == nil && can(s) {
		return s
	}
	var names []string
	for i := range c.catalog.Services {
		if can(&c.catalog.Services[i]) {
			names = append(names, c.catalog.Services[i].Name)
		}
	}
	if err == nil {
		c.failf(at, "found %q, which is no %s: %s", name, what, spec.Unknown(what, name, names))
		return nil
	}
	c.fail(at, errors.New(spec.Unknown("service", name, names)))
	return nil
}

// region checks that a region is one of the catalogue, or named by a network of the file.
func (c *checker) region(name string, at *spec.Node) {
	if name == "" || name == hole || slices.Contains(c.sites(), name) {
		return
	}
	if name == catalog.Internet {
		c.failf(at, "found %q, want a region or a place of a [[network]]: only a store of no provider stands there", name)
		return
	}
	if _, err := c.catalog.Region(name); err != nil {
		c.failf(at, "%w; a place of your own stands in a [[network]]", err)
	}
}

// sites are the places that the networks of the file name.
func (a *Application) sites() (list []string) {
	for i := range a.file.Networks {
		list = append(list, a.file.Networks[i].Between...)
	}
	return list
}

// atMost checks a number against a limit of a service; 0: it has none.
func (c *checker) atMost(at *spec.Node, what string, found, most int, of string) {
	if most > 0 && found > most {
		c.failf(at, "found %d, want at most the %d %s of %s", found, most, what, of)
	}
}
