package experiments

import (
	"fmt"
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/sim"
)

// A sweep, or a --set, of what something else overrides gives rows that are equal to
// the digit, and a reader would take that for a result. So the plan warns of it.

// noteUnchanged warns of paths that change nothing.
func (p *Plan) noteUnchanged() {
	paths := slices.Clone(p.Paths)
	for _, s := range p.sets {
		path, _, _ := strings.Cut(s, "=")
		paths = append(paths, strings.TrimSpace(path))
	}
	cells, names := map[string][]cell{}, []string(nil) // of each platform
	for _, c := range p.cells {
		for _, pl := range c.platforms {
			if cells[pl.name] == nil {
				names = append(names, pl.name)
			}
			cells[pl.name] = append(cells[pl.name], c)
		}
	}
	for _, name := range names {
		for _, path := range paths {
			if why := overridden(cells[name], name, platformKeys(path, name)); why != "" {
				p.warn("platform %s: %s changes nothing: %s", name, path, why)
			}
		}
		p.noteEqual(name, cells[name])
	}
}

// platformKeys returns the keys below a platform that a path leads to; nil where it
// leads elsewhere.
func platformKeys(path, platform string) []string {
	keys, err := splitPath(path)
	if err != nil || len(keys) < 3 || keys[0] != "platform" || keys[1] != platform && keys[1] != "*" {
		return nil
	}
	return keys[2:]
}

// overridden says what makes a key of a platform idle in all of its cells; "" where
// nothing does.
func overridden(cells []cell, name string, keys []string) (why string) {
	if len(keys) == 0 {
		return ""
	}
	for _, c := range cells {
		k := slices.IndexFunc(c.platforms, func(pl *platform) bool { return pl.name == name })
		if why = c.overrides(k, keys); why == "" {
			return ""
		}
	}
	return why
}

// overrides says what makes a key of one of the cell's platforms idle; "" where nothing
// does.
func (c *cell) overrides(k int, keys []string) string {
	switch pl := c.platforms[k]; keys[0] {
	case "memory":
		return c.stated(k, "memory", "memory_scale is a factor on it", func(f *sim.Function) bool { return f.Memory > 0 })
	case "timeout":
		return c.stated(k, "timeout", "", func(f *sim.Function) bool { return f.Timeout > 0 })
	case "init":
		return c.stated(k, "initialisation", "", func(f *sim.Function) bool { return f.Init != nil || f.Cold != nil })
	case "scaling", "reuse":
		if pl.bound {
			return "its keep-alive is an offline bound, which starts on demand and reuses the most recent"
		}
	case "tariffs":
		if pl.bound {
			return "its keep-alive is an offline bound, which has no price"
		}
	case "queue":
		if pl.sim.Limit.Over == sim.RejectOver && pl.sim.Dispatch == sim.BoundDispatch {
			return `nobody waits where limit.over is "reject"`
		}
	case "limit":
		if len(keys) == 2 && keys[1] == "queue" && pl.sim.Limit.Over == sim.RejectOver {
			return `nobody waits where limit.over is "reject"`
		}
	}
	return ""
}

// stated says that each function on a platform has a value of its own, and what changes
// these; "" where one has not.
func (c *cell) stated(k int, what, instead string, has func(*sim.Function) bool) string {
	u := c.units[0]
	functions := u.among(u.workload.Workload.Functions(), k)
	for i := range functions {
		if !has(&functions[i]) {
			return ""
		}
	}
	why := fmt.Sprintf("every function of the workload states its own %s", what)
	if len(functions) == 1 {
		why = fmt.Sprintf("the only function of the workload, %s, states its own %s", functions[0].ID(), what)
	}
	if instead != "" {
		why += "; " + instead
	}
	return why
}

// noteEqual warns of cells of a platform with other values of what concerns it, that
// are one simulation all the same.
func (p *Plan) noteEqual(name string, cells []cell) {
	first := map[*unit]cell{}
	noted := map[string]bool{}
	for _, c := range cells {
		before, ok := first[c.units[0]]
		if !ok {
			first[c.units[0]] = c
			continue
		}
		var was, is, paths []string
		for i, v := range c.point.values {
			if other := before.point.values[i]; other.Label != v.Label && concerns(v.Path, name) {
				paths = append(paths, v.Path)
				was, is = append(was, shownValue(v.Path, other.Label)), append(is, shownValue(v.Path, v.Label))
			}
		}
		if key := strings.Join(paths, "\x00"); len(paths) > 0 && !noted[key] {
			noted[key] = true
			p.warn("%s: the cells with %s and with %s are one simulation and one bill: these values mean the same",
				c.units[0].of(), strings.Join(was, ", "), strings.Join(is, ", "))
		}
	}
}

// shownValue writes a value of a cell.
func shownValue(path, label string) string {
	if label == "" {
		return "no " + path
	}
	return path + " = " + label
}

// concerns reports whether a path leads to a platform, or to the load.
func concerns(path, platform string) bool {
	keys, err := splitPath(path)
	return err == nil && (keys[0] == "workload" || keys[0] == applicationWord || platformKeys(path, platform) != nil)
}
