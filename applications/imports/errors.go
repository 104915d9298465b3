package imports

import (
	"slices"
	"strconv"
)

// failures asks for the part of attempts that fail where a definition says what happens
// then: a retry, a catch, letters of what is given up. What these cost follows from that
// part alone, and it stands in no definition. Where nothing is said, nothing is asked.
func (d *Draft) failures() {
	for _, f := range d.flows {
		for _, s := range f.written() {
			if what := s.handles(); what != "" {
				d.mayFail(s, "its step "+s.name+" has a "+what)
			}
		}
	}
	for _, t := range d.triggers {
		for _, way := range []string{"queue", "stream", "async"} {
			v := t.get(way)
			if v == nil {
				continue
			}
			for _, key := range []string{"dead", "retries", "bisect"} {
				if v.field(key) != nil {
					d.functionFails(t.start, "its trigger "+t.name+" says what becomes of what fails ("+key+")")
				}
			}
		}
	}
}

// handles says what a step has for errors of what it calls; empty: nothing. Timeouts and
// throttles come of the simulation itself.
func (s *step) handles() string {
	for i := range s.fields {
		if s.fields[i].key != "retry" {
			continue
		}
		for _, r := range s.fields[i].v.items {
			if on := r.field("on"); on != nil && slices.ContainsFunc(on.items, ofFailures) {
				return "retry"
			}
		}
	}
	for _, c := range s.catch {
		if slices.Contains(c.on, "any") || slices.Contains(c.on, "failed") {
			return "catch"
		}
	}
	return ""
}

func ofFailures(v value) bool { return v.raw == str("any").raw || v.raw == str("failed").raw }

// mayFail asks it of what a step calls, and of what the steps within it call.
func (d *Draft) mayFail(s *step, why string) {
	for i := range s.fields {
		switch f := &s.fields[i]; f.key {
		case "call":
			if name, err := strconv.Unquote(f.v.raw); err == nil {
				d.functionFails(name, why)
			}
		case "use":
			for _, u := range f.v.items {
				d.opFails(&u, why)
			}
		}
	}
	for _, branch := range s.branches {
		for _, inner := range branch {
			d.mayFail(inner, why)
		}
	}
}

func (d *Draft) functionFails(name, why string) {
	for _, f := range d.functions {
		if f.name == name && f.get("error_rate") == nil {
			f.set("error_rate", ask("part of its attempts that fail: "+why), "")
		}
	}
}

// opFails asks it of a service that is no one's of the catalogue: of those the catalogue
// says what it knows.
func (d *Draft) opFails(use *value, why string) {
	store, op := use.field("store"), use.field("op")
	if store == nil || op == nil {
		return
	}
	for _, s := range d.stores {
		latency := s.get("latency")
		if latency == nil || str(s.name).raw != store.raw {
			continue
		}
		name, err := strconv.Unquote(op.raw)
		if l := latency.field(name); err == nil && l != nil && l.field("error_rate") == nil {
			l.add("error_rate", ask("part of its calls that fail: "+why))
		}
	}
}

// field is the value of a key; nil: it has none.
func (v *value) field(key string) *value {
	for i := range v.fields {
		if v.fields[i].key == key {
			return &v.fields[i].v
		}
	}
	return nil
}
