package hardware

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"

	"github.com/coldcurve/coldcurve/sim/servers"
	"github.com/coldcurve/coldcurve/workloads/hardware/tables"
)

// measuredChunks is attention that was measured of whole passes: the tokens
// that prefill, what was computed before them, the requests that decode and
// their context. The grid is full: where a point was not measured, it is on
// the lines between those that were.
type measuredChunks struct {
	chunk, before, n, kv axis
	mixed                []float64 // by chunk, before, n, kv
	alone                []float64 // without decodes, by chunk, before
}

// measureAttention reads the attention block of a model that was measured.
func (p *Profile) measureAttention(f *tables.File, layers float64) error {
	b := f.Find("attention")
	if b == nil {
		return fmt.Errorf("the tables have no block \"attention\"")
	}
	all := newTree()
	for _, r := range b.Rows {
		var keys [3]float64
		for i := range keys {
			v, err := strconv.ParseFloat(r.Keys[i], 64)
			if err != nil {
				return fmt.Errorf("attention: found %s %q, want a number", b.Keys[i], r.Keys[i])
			}
			keys[i] = v
		}
		for j, y := range r.Y {
			if !math.IsNaN(y) {
				all.put(y*layers*nsPerMicrosecond, keys[0], keys[1], keys[2], b.X[j])
			}
		}
	}
	p.decode = all.child(0).child(0).surface()
	p.chunks = newMeasured(all)
	return nil
}

// newMeasured makes the grid full, one variable after the other. What is
// straight between the points of a grid that was measured stays so on a finer
// one.
func newMeasured(t *tree) *measuredChunks {
	var chunks, before, decodes, contexts []float64
	t.each(func(keys []float64) {
		if keys[0] == 0 {
			return
		}
		chunks, before = append(chunks, keys[0]), append(before, keys[1])
		if keys[2] > 0 {
			decodes, contexts = append(decodes, keys[2]), append(contexts, keys[3])
		}
	})
	m := &measuredChunks{chunk: newAxis(chunks), before: newAxis(before), n: newAxis(decodes), kv: newAxis(contexts)}
	for _, c := range m.chunk.knots {
		of := t.child(c)
		alone := func(b float64) bool { return of.child(b).by[0] != nil }
		m.alone = append(m.alone, spread(of.keysWhere(alone), &m.before, 1, func(b float64) []float64 {
			return []float64{of.child(b).child(0).child(0).value}
		})...)
		mixed := func(b float64) bool { return len(of.child(b).keysWhere(positive)) > 0 }
		m.mixed = append(m.mixed, spread(of.keysWhere(mixed), &m.before, len(m.n.knots)*len(m.kv.knots), func(b float64) []float64 {
			at := of.child(b)
			return spread(at.keysWhere(positive), &m.n, len(m.kv.knots), func(n float64) []float64 {
				l := at.child(n).line()
				row := make([]float64, len(m.kv.knots))
				for i, x := range m.kv.knots {
					row[i] = l.at(x)
				}
				return row
			})
		})...)
	}
	for _, a := range []*axis{&m.chunk, &m.before, &m.n, &m.kv} {
		a.index()
	}
	return m
}

func positive(x float64) bool { return x > 0 }

// spread returns the values at each of the points wanted, width of them a
// point, from those at the points that there are.
func spread(have []float64, want *axis, width int, values func(x float64) []float64) []float64 {
	rows := make([][]float64, len(have))
	for i, x := range have {
		rows[i] = values(x)
	}
	there := newAxis(have)
	all := make([]float64, 0, len(want.knots)*width)
	for _, x := range want.knots {
		i, w := there.weight(x)
		for j := range width {
			v := rows[i][j]
			if w != 0 {
				v = mix(v, rows[i+1][j], w)
			}
			all = append(all, v)
		}
	}
	return all
}

// time returns the attention of a pass with chunks. What was computed before
// them counts by their tokens; decodes by their mean context, and some of the
// way to the longest.
func (m *measuredChunks) time(p *Profile, s *servers.Step) float64 {
	chunk := float64(s.Prefill)
	i, wi := m.chunk.weight(chunk)
	j, wj := m.before.weight(float64(s.Context) / chunk)
	four := func(at func(i, j int) float64) float64 {
		return mix(mix(at(i, j), at(i, j+1), wj), mix(at(i+1, j), at(i+1, j+1), wj), wi)
	}
	if s.Decodes == 0 {
		return four(func(i, j int) float64 { return m.alone[i*len(m.before.knots)+j] })
	}
	n, mean, longest := float64(s.Decodes), float64(s.KV)/float64(s.Decodes), float64(s.MaxKV)
	most := m.n.last()
	k, wk := m.n.weight(math.Min(n, most))
	at := func(kv float64) float64 {
		l, wl := m.kv.weight(kv)
		return four(func(i, j int) float64 {
			here := m.mixed[((i*len(m.before.knots)+j)*len(m.n.knots)+k)*len(m.kv.knots)+l:]
			more := here[len(m.kv.knots):]
			return mix(mix(here[0], here[1], wl), mix(more[0], more[1], wl), wk)
		})
	}
	t := p.skewed(at(mean), at(longest))
	if n > most { // so many were measured without chunks only
		t += p.decodeTime(s) - p.skewed(p.decode.two(most, mean, longest))
	}
	return t
}

// beyond tells whether a pass is outside of the grid.
func (m *measuredChunks) beyond(s *servers.Step) bool {
	chunk := float64(s.Prefill)
	return chunk > m.chunk.last() || float64(s.Context)/chunk > m.before.last() ||
		float64(s.Decodes) > m.n.last() || float64(s.MaxKV) > m.kv.last()
}

// tree holds measurements by several keys, one level a key, of a grid that
// need not be full.
type tree struct {
	by    map[float64]*tree
	value float64
}

func newTree() *tree { return &tree{by: map[float64]*tree{}} }

// put sets the value at some keys.
func (t *tree) put(value float64, keys ...float64) {
	for _, k := range keys {
		next := t.by[k]
		if next == nil {
			next = newTree()
			t.by[k] = next
		}
		t = next
	}
	t.value = value
}

// child returns what is under a key, an empty tree where there is nothing.
func (t *tree) child(key float64) *tree {
	if c := t.by[key]; c != nil {
		return c
	}
	return newTree()
}

// each calls f with the keys of each value.
func (t *tree) each(f func(keys []float64), path ...float64) {
	if len(t.by) == 0 {
		f(path)
	}
	for k, c := range t.by {
		c.each(f, append(slices.Clone(path), k)...)
	}
}

// keysWhere returns the keys of this level that are so, ascending.
func (t *tree) keysWhere(so func(float64) bool) []float64 {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(t.by)), func(k float64) bool { return !so(k) })
}

// line returns the last level as a line, without what is at 0.
func (t *tree) line() line {
	var x, y []float64
	for _, k := range t.keysWhere(positive) {
		x, y = append(x, k), append(y, t.by[k].value)
	}
	return through(x, y)
}

// surface returns the last two levels as a surface, for keys above 0.
func (t *tree) surface() *surface {
	n := t.keysWhere(positive)
	rows := make([]line, len(n))
	for i, k := range n {
		rows[i] = t.by[k].line()
	}
	return newSurface(n, rows)
}
