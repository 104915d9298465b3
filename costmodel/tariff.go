package costmodel

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// Tariff is what a provider charges: how usage is metered, and a price for
// each meter. It is read from a catalog and not changed afterwards.
type Tariff struct {
	Name       string
	Title      string
	Provider   string
	Region     string
	Currency   string // ISO 4217
	From       string // first day of validity, as Date; empty: not known
	Until      string // first day after it; empty: still valid
	Invariant  string // how billed time compares with used time
	Notes      []string
	Needs      Needs
	Rule       string   // how it is metered: invocation, active, lifetime or supplied
	NotBilled  []string // meters of the rule that cost nothing here
	NotOffered []string // meters of the rule for what the provider does not have
	Prices     []Price  // in the order of the bill's lines

	rule rule
	node *spec.Node // as read, for tariffs that extend this one
}

// Price is the price of one or several meters, whose sum it applies to.
type Price struct {
	Name   string
	Meters []string
	Unit   string // what UnitPrice, Free and UpTo count in, such as "GB-s"
	Free   Amount // quantity a month without charge
	// Credit, where it is not 0, makes the free grant a sum of money: Free ×
	// Credit, set against what the usage costs at this tariff's own prices.
	Credit    Amount
	Tiers     []Tier // ascending; empty where the price is not verified
	Supplied  bool   // the quantity is given by the user; no simulation counts it
	Surcharge bool   // charged on top of another price of the same meters
	Evidence

	unit unit
}

// Tier is a price and how far it reaches.
type Tier struct {
	UpTo      *Amount // quantity a month at which the next tier begins; nil: no end
	UnitPrice Amount
	Evidence
}

// Evidence says where a number is from.
type Evidence struct {
	// Grade is A (the provider's own text), B (its price API, by a third
	// party), C (a secondary source) or U (not verified).
	Grade  string `toml:"grade" help:"A, B, C or U"`
	Source string `toml:"source" help:"where the value was read"`
	AsOf   Date   `toml:"as_of" help:"the date that the source gives for itself"`
}

// or fills what e leaves open from d.
func (e Evidence) or(d Evidence) Evidence {
	if e.Grade == "" {
		e.Grade = d.Grade
	}
	if e.Source == "" {
		e.Source = d.Source
	}
	if e.AsOf == "" {
		e.AsOf = d.AsOf
	}
	return e
}

// Date is a day, a month or a year: 2026-09-28, 2026-09 or 2026.
type Date string

// UnmarshalText reads a Date.
func (d *Date) UnmarshalText(b []byte) error {
	for _, layout := range []string{time.DateOnly, "2006-01", "2006"} {
		if _, err := time.Parse(layout, string(b)); err == nil {
			*d = Date(b)
			return nil
		}
	}
	return fmt.Errorf(`found %q, want a date such as "2026-09-28", "2026-09" or "2026"`, b)
}

// Needs is the behaviour of a platform that a tariff's rules were made for.
// What is absent is not needed.
type Needs struct {
	Dispatch       *sim.Dispatch `toml:"dispatch" help:"bound or queue"`
	Unit           *sim.Unit     `toml:"unit" help:"function or app"`
	MaxConcurrency int           `toml:"max_concurrency" help:"requests an instance serves at a time, at most"`
	MaxTimeout     spec.Duration `toml:"max_timeout" unit:"duration" help:"the platform's timeout, where it has one, at most"`
}

// Check returns what the tariff needs and the platform does not have, one
// sentence each; none where its rules fit the platform's behaviour.
func (t *Tariff) Check(p sim.Platform) []string {
	n, unmet := &t.Needs, []string(nil)
	if n.Dispatch != nil && *n.Dispatch != p.Dispatch {
		unmet = append(unmet, fmt.Sprintf("needs dispatch = %q, the platform has %q", *n.Dispatch, p.Dispatch))
	}
	if n.Unit != nil && *n.Unit != p.Unit {
		unmet = append(unmet, fmt.Sprintf("needs deployments by %s, the platform has them by %s", *n.Unit, p.Unit))
	}
	if n.MaxConcurrency > 0 && p.Concurrency > n.MaxConcurrency {
		unmet = append(unmet, fmt.Sprintf("needs concurrency ≤ %d, the platform has %d", n.MaxConcurrency, p.Concurrency))
	}
	if m := sim.Time(n.MaxTimeout); m > 0 && p.Timeout > m {
		unmet = append(unmet, fmt.Sprintf("needs a timeout ≤ %s, the platform has %s", n.MaxTimeout, spec.Duration(p.Timeout)))
	}
	return unmet
}

func (n Needs) words() []string {
	var w []string
	if n.Dispatch != nil {
		w = append(w, "dispatch = "+n.Dispatch.String())
	}
	if n.Unit != nil {
		w = append(w, "unit = "+n.Unit.String())
	}
	if n.MaxConcurrency > 0 {
		w = append(w, fmt.Sprintf("concurrency ≤ %d", n.MaxConcurrency))
	}
	if n.MaxTimeout > 0 {
		w = append(w, "timeout ≤ "+n.MaxTimeout.String())
	}
	return w
}

// NewMeter returns a meter that counts what the tariff bills. Its error names
// the function that the tariff cannot bill: one without a memory size, or one
// larger than the provider offers.
func (t *Tariff) NewMeter(c MeterConfig) (Meter, error) {
	m, err := t.rule.newMeter(c)
	if err != nil {
		return nil, fmt.Errorf("metering for tariff %q: %w", t.Name, err)
	}
	return m, nil
}

// Text returns the whole tariff on one line, with its rule and what it took
// over from others: two tariffs of equal text meter and charge the same.
func (t *Tariff) Text() string { return t.node.Without("extends").Canonical() }

// Catalog is a set of tariffs by name.
type Catalog struct{ tariffs []*Tariff } // sorted by name

// Names returns the names of all tariffs, sorted.
func (c *Catalog) Names() []string {
	names := make([]string, len(c.tariffs))
	for i, t := range c.tariffs {
		names[i] = t.Name
	}
	return names
}

// Tariffs returns all tariffs, sorted by name.
func (c *Catalog) Tariffs() []*Tariff { return slices.Clone(c.tariffs) }

// Tariff returns the tariff of that name; the error of an unknown one names the nearest.
func (c *Catalog) Tariff(name string) (*Tariff, error) {
	if i, ok := c.find(name); ok {
		return c.tariffs[i], nil
	}
	return nil, fmt.Errorf("%s", spec.Unknown("tariff", name, c.Names()))
}

func (c *Catalog) find(name string) (int, bool) {
	return slices.BinarySearchFunc(c.tariffs, name, func(t *Tariff, n string) int { return strings.Compare(t.Name, n) })
}

// put adds a tariff, in place of one of the same name.
func (c *Catalog) put(t *Tariff) {
	i, ok := c.find(t.Name)
	if ok {
		c.tariffs[i] = t
		return
	}
	c.tariffs = slices.Insert(c.tariffs, i, t)
}
