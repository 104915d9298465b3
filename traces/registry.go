package traces

import (
	"bytes"
	"fmt"

	"github.com/coldcurve/coldcurve/internal/decimal"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/tokens"
)

// row is one invocation of a trace of rows, as its reader found it. Slices are valid
// until the next row.
type row struct {
	arrival, service                sim.Time
	name, app, owner                []byte
	trigger, memory, timeout        []byte // as written; empty: not stated
	hasTrigger, hasMemory, hasLimit bool
	tokens                          tokens.Request // of no input: none is stated
	left                            bool           // the row is left out, by a rule that was counted
}

// registry numbers the functions of a trace of rows in the order of their first rows,
// and holds what rows said of them.
type registry struct {
	index map[string]uint32
	key   []byte
	said  []stated
	all   census
	add   func(sim.Function) uint32
}

// stated is what the first row that said it said of a function.
type stated struct{ trigger, memory, timeout string }

func newRegistry(add func(sim.Function) uint32) *registry {
	return &registry{index: map[string]uint32{}, add: add}
}

// lookup returns the function of a row, adding it where it is new.
func (r *registry) lookup(v *row) (uint32, string) {
	key := v.name
	if len(v.app)+len(v.owner) > 0 {
		// No name holds NUL, so it separates.
		r.key = append(append(append(append(append(r.key[:0], v.name...), 0), v.app...), 0), v.owner...)
		key = r.key
	} else if bytes.IndexByte(key, 0) >= 0 {
		return r.register("", v) // refuses it: it could be taken for another's name and app
	}
	f, ok := r.index[string(key)]
	if !ok {
		return r.register(string(key), v)
	}
	if v.hasTrigger || v.hasMemory || v.hasLimit {
		return f, r.compare(f, v)
	}
	return f, ""
}

// register adds the function of a row.
func (r *registry) register(key string, v *row) (uint32, string) {
	if len(v.name) == 0 {
		return 0, "the function's name is empty, expected a name"
	}
	for _, n := range []struct {
		what string
		text []byte
	}{{"function", v.name}, {"app", v.app}, {"owner", v.owner}, {"trigger", v.trigger}} {
		if problem := badName(n.what, n.text); problem != "" {
			return 0, problem
		}
	}
	f := sim.Function{Name: string(v.name), App: string(v.app), Owner: string(v.owner), Trigger: string(v.trigger)}
	var problem string
	if f.Memory, problem = memoryMiB(v.memory); problem != "" {
		return 0, problem
	}
	if f.Timeout, problem = timeoutSeconds(v.timeout); problem != "" {
		return 0, problem
	}
	if problem := r.all.add(2*len(key), len(v.name), len(v.app), len(v.owner), 2*len(v.trigger), len(v.memory), len(v.timeout)); problem != "" {
		return 0, problem
	}
	i := r.add(f)
	r.index[key] = i
	r.said = append(r.said, stated{f.Trigger, string(v.memory), string(v.timeout)})
	return i, ""
}

// compare holds a later row of a function against what was said first.
func (r *registry) compare(f uint32, v *row) string {
	s := &r.said[f]
	if len(v.trigger) > 0 && string(v.trigger) != s.trigger {
		return differs("trigger", v.trigger, s.trigger)
	}
	if len(v.memory) > 0 && string(v.memory) != s.memory {
		return differs("memory_mb", v.memory, s.memory)
	}
	if len(v.timeout) > 0 && string(v.timeout) != s.timeout {
		return differs("timeout_s", v.timeout, s.timeout)
	}
	return ""
}

func differs(what string, found []byte, first string) string {
	return fmt.Sprintf("%s: found %s, expected %s as in the function's first row", what, excerpt(found), excerpt(first))
}

func memoryMiB(b []byte) (int64, string) {
	if len(b) == 0 {
		return 0, ""
	}
	n, ok := decimal.Count(b)
	if !ok || n == 0 || n > 1<<40 {
		return 0, fmt.Sprintf("memory_mb: found %s, expected a whole number of MiB ≥ 1", excerpt(b))
	}
	return n, ""
}

func timeoutSeconds(b []byte) (sim.Time, string) {
	if len(b) == 0 {
		return 0, ""
	}
	t, ok := decimal.Scaled(b, secondPlaces)
	if !ok || t == 0 || t > sim.Longest {
		return 0, fmt.Sprintf("timeout_s: found %s, expected seconds > 0 and at most ten years (%s)", excerpt(b), seconds(sim.Longest))
	}
	return t, ""
}
