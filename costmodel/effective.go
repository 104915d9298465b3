package costmodel

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/coldcurve/coldcurve/internal/spec"
)

// Date is a day, a month or a year: 2026-09-28, 2026-09 or 2026. As the date
// of a source it may be Undated too.
type Date string

// Undated is the date of a source that gives none.
const Undated Date = "undated"

// UnmarshalText reads a Date.
func (d *Date) UnmarshalText(b []byte) error {
	if *d = Date(b); *d == Undated || d.valid() {
		return nil
	}
	return fmt.Errorf(`found %q, want a date such as "2026-09-28", "2026-09" or "2026"`, b)
}

func (d Date) valid() bool {
	for _, layout := range []string{time.DateOnly, "2006-01", "2006"} {
		if _, err := time.Parse(layout, string(d)); err == nil {
			return true
		}
	}
	return false
}

// day returns the first day of d, in an order that strings have too.
func (d Date) day() string {
	const first = "0000-01-01"
	return string(d) + first[min(len(d), len(first)):]
}

// effective is the time that a tariff is in force.
type effective struct {
	From  Date `toml:"from" help:"first day in force"`
	Until Date `toml:"until" help:"first day no longer in force"`
}

func (e effective) check(n *spec.Node) error {
	switch {
	case e.From == Undated:
		return n.Get("from").Errorf("found %q, want a date, or no key", e.From)
	case e.Until == Undated:
		return n.Get("until").Errorf("found %q, want a date, or no key", e.Until)
	case e.From != "" && e.Until != "" && e.Until.day() <= e.From.day():
		return n.Get("until").Errorf("found %s, want a date after from = %s", e.Until, e.From)
	}
	return nil
}

// InForce tells whether the tariff's rules are those of a day, of which a month
// or a year is the first one. A tariff that does not say since when it is in
// force always was.
func (t *Tariff) InForce(on Date) bool {
	return (t.From == "" || Date(t.From).day() <= on.day()) && (t.Until == "" || on.day() < Date(t.Until).day())
}

// series is the name that all eras of a tariff share.
func (t *Tariff) series() string {
	if t.EraOf != "" {
		return t.EraOf
	}
	return t.Name
}

// At returns the era of a tariff that was in force on a day; a month or a year
// is its first day. The name is that of any of the eras. Where it is not known
// whether its prices held so early, its first note says so; see Doubt.
func (c *Catalog) At(name string, on Date) (*Tariff, error) {
	if !on.valid() {
		return nil, fmt.Errorf(`finding tariff %q: found %q, want a date such as "2026-09-28", "2026-09" or "2026"`, name, on)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	head, err := c.tariff(name)
	if err != nil {
		return nil, err
	}
	var eras []string
	for _, t := range c.loaded() { // eras of a shipped tariff stand in its file
		if t.series() != head.series() {
			continue
		}
		if t.InForce(on) {
			return t.doubted(on), nil
		}
		eras = append(eras, t.Name+t.validity())
	}
	return nil, fmt.Errorf("tariff %q is not known as of %s; known: %s", name, on, strings.Join(eras, ", "))
}

// checkEras sees that an era is of a tariff that there is, and that no two
// eras of one are in force on the same day.
func (c *Catalog) checkEras() error {
	for _, t := range c.loaded() {
		if t.EraOf == "" {
			continue
		}
		head, err := c.tariff(t.EraOf)
		switch {
		case err != nil:
			return t.node.Get("era_of").Errorf("%w", err)
		case head.EraOf != "":
			return t.node.Get("era_of").Errorf("tariff %q is an era of %q itself", head.Name, head.EraOf)
		}
	}
	series := map[string][]*Tariff{}
	for _, t := range c.loaded() {
		for _, o := range series[t.series()] {
			if overlap(t, o) {
				return t.node.Errorf("the days of tariff %q%s and of %q%s overlap, and both are eras of %q", t.Name, t.validity(), o.Name, o.validity(), t.series())
			}
		}
		series[t.series()] = append(series[t.series()], t)
	}
	return nil
}

// overlap tells whether there is a day on which two tariffs are in force.
func overlap(t, o *Tariff) bool {
	return (o.Until == "" || t.From == "" || Date(t.From).day() < Date(o.Until).day()) &&
		(t.Until == "" || o.From == "" || Date(o.From).day() < Date(t.Until).day())
}

// dropEras drops the eras of before whose days a directory has taken over with
// the tariff that they are eras of.
func (c *Catalog) dropEras(seen map[string]first) {
	series := map[string][]*Tariff{} // of the directory
	for _, t := range c.loaded() {
		if _, ok := seen[t.Name]; ok {
			series[t.series()] = append(series[t.series()], t)
		}
	}
	c.entries = slices.DeleteFunc(c.entries, func(e entry) bool {
		if _, ok := seen[e.name]; ok || e.tariff == nil || e.tariff.EraOf == "" {
			return false
		}
		if _, ok := seen[e.tariff.EraOf]; !ok {
			return false
		}
		return slices.ContainsFunc(series[e.tariff.EraOf], func(t *Tariff) bool { return overlap(t, e.tariff) })
	})
}

// validity is what a message says of the days on which a tariff is in force.
func (t *Tariff) validity() string {
	var s string
	if t.From != "" {
		s += " from " + t.From
	}
	if t.Until != "" {
		s += " until " + t.Until
	}
	return s
}
