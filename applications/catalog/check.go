package catalog

import (
	"errors"
	"fmt"
	"slices"

	"github.com/coldcurve/coldcurve/internal/spec"
)

// providers are those that regions, services and engines belong to; none is that of
// what runs anywhere.
var providers = []string{"aws", "azure", "gcp", "none"}

// targets are what an overhead can be of.
var targets = []string{"function", "store", "flow", "trigger"}

// check sees that names differ and that what is named is there.
func (c *Catalog) check() error {
	var errs []error
	fail := func(what, name, format string, a ...any) {
		errs = append(errs, fmt.Errorf("the catalogue's %s %q: "+format, append([]any{what, name}, a...)...))
	}
	for i := range c.Services {
		s := &c.Services[i]
		if i > 0 && c.Services[i-1].Name == s.Name {
			fail("service", s.Name, "there are two of it")
		}
		if !slices.Contains(providers, s.Provider) {
			fail("service", s.Name, "%s", spec.Unknown("provider", s.Provider, providers))
		}
		for _, problem := range s.problems(c) {
			fail("service", s.Name, "%s", problem)
		}
	}
	for i := range c.Engines {
		e := &c.Engines[i]
		if i > 0 && c.Engines[i-1].Name == e.Name {
			fail("engine", e.Name, "there are two of it")
		}
		if !slices.Contains(providers, e.Provider) {
			fail("engine", e.Name, "%s", spec.Unknown("provider", e.Provider, providers))
		}
		for _, problem := range e.problems(c) {
			fail("engine", e.Name, "%s", problem)
		}
	}
	for i := range c.Overheads {
		o := &c.Overheads[i]
		if i > 0 && c.Overheads[i-1].Name == o.Name {
			fail("overhead", o.Name, "there are two of it")
		}
		for _, of := range o.Of {
			if !slices.Contains(targets, of) {
				fail("overhead", o.Name, "%s", spec.Unknown("target", of, targets))
			}
		}
		if o.Service != "" {
			s, err := c.Service(o.Service)
			if err != nil {
				fail("overhead", o.Name, "%w", err)
			} else if o.Op != "" && s.Op(o.Op) < 0 {
				fail("overhead", o.Name, "%s", spec.Unknown("op", o.Op, s.OpNames()))
			}
		}
	}
	errs = append(errs, c.checkNetwork()...)
	return errors.Join(errs...)
}

func (s *Service) problems(c *Catalog) (list []string) {
	for i := range s.Ops {
		o := &s.Ops[i]
		if slices.Index(s.OpNames(), o.Name) < i {
			list = append(list, fmt.Sprintf("there are two ops %q", o.Name))
		}
		if o.PerKey.Known && o.KeyCalls.Known {
			list = append(list, fmt.Sprintf("op %q has per_key beside calls_per_key", o.Name))
		}
		if o.MostOf != "" && (!o.Most.Known || c.Invocation(o.MostOf) == nil) {
			list = append(list, fmt.Sprintf("op %q has most_of %q, and no most, or nothing is known of such a platform", o.Name, o.MostOf))
		}
		if o.Meter != "" && s.Tariff == "" {
			list = append(list, fmt.Sprintf("op %q has a meter, and there is no tariff", o.Name))
		}
	}
	for i := range s.Held {
		h := &s.Held[i]
		if !slices.Contains([]string{"byte-s", "ns", "MiB-ns"}, h.Counts()) {
			list = append(list, spec.Unknown("unit", h.Unit, []string{"byte-s", "ns", "MiB-ns"}))
		}
		if s.Tariff == "" {
			list = append(list, fmt.Sprintf("held %q has a meter, and there is no tariff", h.What))
		}
	}
	op := func(name string) {
		if s.Op(name) < 0 {
			list = append(list, spec.Unknown("op", name, s.OpNames()))
		}
	}
	if q := s.Queue; q != nil {
		op(q.Send)
		op(q.Receive)
		op(q.Delete)
	}
	if t := s.Stream; t != nil {
		op(t.Put)
		op(t.Get)
		if t.Pipe != "" {
			if p, err := c.Service(t.Pipe); err != nil {
				list = append(list, err.Error())
			} else if len(p.Ops) == 0 {
				list = append(list, fmt.Sprintf("its pipe %q has no op", t.Pipe))
			}
		}
	}
	handed := func(name string) {
		if name == "" {
			return
		}
		if a, err := c.Service(name); err != nil {
			list = append(list, err.Error())
		} else if a.Async == nil {
			list = append(list, fmt.Sprintf("its async %q is no asynchronous call", name))
		}
	}
	if s.Bus != nil {
		op(s.Bus.Put)
		handed(s.Bus.Async)
	}
	if s.Object != nil {
		op(s.Object.Op)
		handed(s.Object.Async)
	}
	if s.Schedule != nil {
		handed(s.Schedule.Async)
	}
	if s.Gateway != nil && len(s.Ops) == 0 {
		list = append(list, "a gateway has an op that each request asks")
	}
	return list
}

func (e *Engine) problems(c *Catalog) (list []string) {
	for i := range e.Gap {
		if i > 0 && e.Gap[i].Payload <= e.Gap[i-1].Payload {
			list = append(list, "gaps do not rise by payload")
		}
	}
	for i := range e.FanOut {
		if i > 0 && e.FanOut[i].Tasks <= e.FanOut[i-1].Tasks {
			list = append(list, "fan_out does not rise by tasks")
		}
	}
	for _, child := range []string{e.Standard, e.Express} {
		if child == "" {
			continue
		}
		if _, err := c.Engine(child); err != nil {
			list = append(list, err.Error())
		}
	}
	if e.Elsewhere != nil {
		for _, name := range e.Elsewhere.Large {
			if _, err := c.Region(name); err != nil {
				list = append(list, err.Error())
			}
		}
	}
	if e.Tariff == "" && (e.Transitions != "" || e.External != "" || e.Requests != "" || e.Duration != "") {
		list = append(list, "it has a meter, and there is no tariff")
	}
	return list
}

func (c *Catalog) checkNetwork() (errs []error) {
	for i := range c.Regions {
		r := &c.Regions[i]
		if i > 0 && c.Regions[i-1].Name == r.Name {
			errs = append(errs, fmt.Errorf("the catalogue's region %q: there are two of it", r.Name))
		}
		if !slices.Contains(providers, r.Provider) {
			errs = append(errs, fmt.Errorf("the catalogue's region %q: %s", r.Name, spec.Unknown("provider", r.Provider, providers)))
		}
		if r.Near.Known {
			if _, err := c.Region(r.Near.Value); err != nil {
				errs = append(errs, fmt.Errorf("the catalogue's region %q: %w", r.Name, err))
			}
		}
	}
	for i := range c.Trips {
		t := &c.Trips[i]
		if i > 0 && c.Trips[i-1].From == t.From {
			errs = append(errs, fmt.Errorf("the catalogue's trips from %q: there are two of them", t.From))
		}
		if _, err := c.Region(t.From); err != nil {
			errs = append(errs, fmt.Errorf("the catalogue's trips: %w", err))
		}
		for to := range t.To {
			if _, err := c.Region(to); err != nil {
				errs = append(errs, fmt.Errorf("the catalogue's trips from %q: %w", t.From, err))
			}
		}
	}
	for _, e := range c.Egress {
		if !slices.Contains(providers, e.Provider) {
			errs = append(errs, fmt.Errorf("the catalogue's egress: %s", spec.Unknown("provider", e.Provider, providers)))
		}
		if e.To != Same && e.To != Internet {
			if _, err := c.Region(e.To); err != nil {
				errs = append(errs, fmt.Errorf("the catalogue's egress of %s: %w", e.Provider, err))
			}
		}
		if err := e.check(); err != nil {
			errs = append(errs, fmt.Errorf("the catalogue's egress of %s: %w", e.Provider, err))
		}
	}
	return errs
}
