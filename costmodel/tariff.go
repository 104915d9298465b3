package costmodel

import (
	"fmt"
	"strconv"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// Tariff is what a provider charges: how usage is metered, and a price for
// each meter. It is read from a catalog and not changed afterwards.
type Tariff struct {
	Name       string
	Title      string
	Kind       Kind
	Provider   string
	Region     string
	Currency   string // ISO 4217
	From       string // first day in force, as Date; empty: not known
	Until      string // first day after it; empty: still in force
	EraOf      string // the tariff whose rules of other days these are; empty: of its own
	RegionOf   string // the tariff that is the same in another region; empty: of its own
	Invariant  string // how billed time compares with used time
	Notes      []string
	Needs      Needs
	GPU        GPU
	Rule       string   // how it is metered: invocation, active, lifetime or supplied
	NotBilled  []string // meters of the rule that cost nothing here
	NotOffered []string // meters of the rule for what the provider does not have
	Prices     []Price  // in the order of the bill's lines
	// Credit is the money a month that a plan sets against the whole bill.
	Credit Amount
	// LongContext are the inputs of a request, in tokens, beyond which all of
	// its tokens are priced as long ones, ascending; see Tokens.
	LongContext []int64
	// Hours are the parts of the day in which requests have other prices.
	Hours []Hours

	rule rule
	node *spec.Node // as read, for tariffs that extend this one
	// ungranted is true of what withoutGrants returns.
	ungranted bool
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
	Beyond    string // why there is no price beyond the last tier, where that one ends
	Supplied  bool   // the quantity is given by the user; no simulation counts it
	Required  bool   // a bill without this quantity would be wrong, and is refused
	Fixed     bool   // a fee a month, whatever is used
	Surcharge bool   // charged on top of another price of the same meters
	Chunk     *Chunk // how the quantity follows from sizes and times; nil: as it is
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
	// Grade is A, B, C or U; Grades says what each means.
	Grade  string `toml:"grade" help:"A, B, C or U"`
	Source string `toml:"source" help:"where the value was read"`
	AsOf   Date   `toml:"as_of" help:"the date that the source gives for itself, or undated"`
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
		unmet = append(unmet, fmt.Sprintf("needs concurrency ≤ %d, the platform has %s", n.MaxConcurrency, concurrencyText(p.Concurrency)))
	}
	if m := sim.Time(n.MaxTimeout); m > 0 && p.Timeout > m {
		unmet = append(unmet, fmt.Sprintf("needs a timeout ≤ %s, the platform has %s", n.MaxTimeout, spec.Duration(p.Timeout)))
	}
	if keeps := standingFloor(&p); keeps > 0 && t.hasNoFloor() {
		unmet = append(unmet, fmt.Sprintf("has no provisioned instances, the platform keeps up to %d", keeps))
	}
	return unmet
}

// Words returns what is needed, a phrase each.
func (n Needs) Words() []string {
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
	if t.Kind == modelKind {
		return t.newModelMeter(c), nil
	}
	m, err := t.rule.newMeter(c)
	if err != nil {
		return nil, fmt.Errorf("metering for tariff %q: %w", t.Name, err)
	}
	return m, nil
}

// BilledFrom returns the phase of an initialisation from which on the time of an
// instance is billed; "" of a rule that bills no such time, or none before a request.
func (t *Tariff) BilledFrom() string {
	switch r := t.rule.(type) {
	case *lifetimeRule:
		return r.From.String()
	case *activeRule:
		if r.Init {
			return sim.PhaseSandbox.String()
		}
	}
	return ""
}

// ruleText returns the rule on one line.
func (t *Tariff) ruleText() string { return t.node.Get("rule").Canonical() }

// Text returns the whole tariff on one line, with its rule and what it took
// over from others: two tariffs of equal text meter and charge the same.
func (t *Tariff) Text() string {
	text := t.node.Without("extends").Canonical()
	if t.ungranted {
		text += " free_tier = none"
	}
	return text
}

// concurrencyText says how many requests an instance takes: servers that are not
// told take more than anybody sends.
func concurrencyText(n int) string {
	if n >= 1<<20 {
		return "none: its server takes all requests that come"
	}
	return strconv.Itoa(n)
}
