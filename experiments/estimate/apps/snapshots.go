package apps

import (
	"fmt"
	"strings"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// snapshot is the change of a platform that sells snapshots: its instances start from one,
// which takes as long as the question says in place of all that comes behind the image.
func (r *runner) snapshot(app, platform *spec.Node, tariffName string) ([]change, error) {
	tariff, err := r.prices.Tariff(tariffName)
	if err != nil {
		return nil, inputError("snapshots of the platform %s: %w", text(platform, "name"), err)
	}
	if !tariff.PricesSnapshots() {
		return nil, nil
	}
	name := text(platform, "name")
	c := change{
		name: fmt.Sprintf("platform %s: instances start from a snapshot", name),
		note: fmt.Sprintf("a restore takes %s, as you say; one version of each function is kept, and each start restores its memory: on Java's managed runtimes both are free", r.q.Restore),
	}
	restored := func(init *spec.Node) (string, bool) {
		table, ok := withRestore(init, r.q.Restore)
		if !ok {
			c.reason = "a measured start names no phases that a restore could stand for: give the initialisation by phase"
		}
		return table, ok
	}
	if table, ok := restored(platform.Get("init")); ok {
		c.sets = append(c.sets, fmt.Sprintf("platform.%s.init=%s", key(name), table))
	}
	for _, f := range app.Get("function").Items() {
		switch {
		case text(f, "platform") != name:
		case f.Get("cold_service") != nil:
			c.reason = fmt.Sprintf("the cold_service of %s is all of a cold request, and does not say what of it is initialisation", text(f, "name"))
		case f.Get("init") != nil:
			if table, ok := restored(f.Get("init")); ok {
				c.sets = append(c.sets, fmt.Sprintf("app.function.%s.init=%s", key(text(f, "name")), table))
			}
		}
	}
	switch {
	case r.q.Restore == 0:
		c.reason = "how long a restore takes is not known, want --restore"
	case text(platform, "prewarm", "name") == "provisioned":
		c.reason = "a snapshot is not sold with provisioned concurrency"
	}
	return []change{c}, nil
}

// withRestore is a table of phases in which a restore stands in place of all phases behind
// it: the machine, the sandbox and the image come before it. ok is false where a phase is
// not known by its name, as of a measured start.
func withRestore(init *spec.Node, restore spec.Duration) (table string, ok bool) {
	var phases []string
	for _, name := range init.Keys() {
		phase, known := phaseOf(name)
		if !known {
			return "", false
		}
		if phase < sim.PhaseRestore {
			phases = append(phases, spec.TOMLKey(name)+" = "+init.Get(name).String())
		}
	}
	phases = append(phases, fmt.Sprintf("%s = %q", sim.PhaseRestore, restore))
	return "{ " + strings.Join(phases, ", ") + " }", true
}

// phaseOf is a phase by its name.
func phaseOf(name string) (sim.Phase, bool) {
	for _, p := range sim.Phases() {
		if p.String() == name {
			return p, true
		}
	}
	return 0, false
}
