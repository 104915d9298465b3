package results

import (
	"fmt"
	"strings"
)

// references returns the rows that are their own reference.
func (s *Set) references(rows []Row) (out []int) {
	if s.Reference == nil {
		return nil
	}
	index := s.index(rows)
	for i := range rows {
		if index.referenceOf(i) == i {
			out = append(out, i)
		}
	}
	return out
}

// rowIndex finds rows by what they are.
type rowIndex struct {
	set   *Set
	rows  []Row
	first map[string]int // the first row by all it is, and by all but its tariff
}

func (s *Set) index(rows []Row) *rowIndex {
	x := &rowIndex{s, rows, make(map[string]int, 2*len(rows))}
	own := func(_, v string) string { return v }
	for i := range rows {
		for _, tariff := range []bool{true, false} {
			if key := x.key(&rows[i], tariff, own); !hasKey(x.first, key) {
				x.first[key] = i
			}
		}
	}
	return x
}

func hasKey(m map[string]int, key string) bool { _, ok := m[key]; return ok }

// key writes what a row is, as want changes it: by its paths, its platform and,
// where asked, its tariff.
func (x *rowIndex) key(r *Row, tariff bool, want func(key, own string) string) string {
	var b strings.Builder
	part := func(text string) { fmt.Fprintf(&b, "%d:%s", len(text), text) }
	part(want("platform", r.Platform))
	for k := range r.Values {
		part(want(r.Values[k].Path, r.Values[k].Label))
	}
	if tariff {
		b.WriteByte('/')
		part(want("tariff", r.Tariff))
	}
	return b.String()
}

// referenceOf returns the index of the row that has the reference's values,
// and the i-th row's own on every other path; −1 where there is none. A row
// without a tariff takes the first that fits but for its tariff.
func (x *rowIndex) referenceOf(i int) int {
	r := &x.rows[i]
	key := x.key(r, r.Tariff != "", func(key, own string) string {
		if v, ok := x.set.Reference[key]; ok {
			return v
		}
		return own
	})
	if j, ok := x.first[key]; ok {
		return j
	}
	return -1
}
