package costmodel

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/internal/spec"
)

//go:embed catalog/*.toml
var shipped embed.FS

// Load returns the shipped catalog with the tariffs of every *.toml file in
// the directories added. A later file replaces a tariff of an earlier
// directory by giving its name; two of one name in one directory are an error.
func Load(dirs ...string) (*Catalog, error) {
	c := &Catalog{}
	sub, err := fs.Sub(shipped, "catalog")
	if err != nil {
		return nil, fmt.Errorf("reading the shipped tariffs: %w", err)
	}
	if err := c.addDir(sub, "catalog"); err != nil {
		return nil, fmt.Errorf("reading the shipped tariffs: %w", err)
	}
	for _, dir := range dirs {
		if err := c.addDir(os.DirFS(dir), dir); err != nil {
			return nil, fmt.Errorf("reading tariffs: %w", err)
		}
	}
	return c, nil
}

// addDir adds the files of a directory in the order of their names.
func (c *Catalog) addDir(dir fs.FS, name string) error {
	entries, err := fs.ReadDir(dir, ".")
	if err != nil {
		return fmt.Errorf("listing %s: %w", name, err)
	}
	seen := map[string]first{}
	for _, e := range entries {
		if e.IsDir() || !strings.HasSuffix(e.Name(), ".toml") {
			continue
		}
		data, err := fs.ReadFile(dir, e.Name())
		if err != nil {
			return fmt.Errorf("reading %s: %w", filepath.Join(name, e.Name()), err)
		}
		if err := c.add(filepath.Join(name, e.Name()), data, seen); err != nil {
			return err
		}
	}
	return nil
}

// first is where a tariff of a directory stands.
type first struct {
	file string
	line int
}

// add adds the tariffs of one file. seen holds those of the same directory.
func (c *Catalog) add(file string, data []byte, seen map[string]first) error {
	root, err := spec.Parse(file, data)
	if err != nil {
		return err
	}
	var f struct {
		Tariffs []*spec.Node `toml:"tariff" required:"true"`
	}
	if err := root.Decode(&f); err != nil {
		return err
	}
	for _, n := range f.Tariffs {
		t, err := c.read(n)
		if err != nil {
			return err
		}
		if before, ok := seen[t.Name]; ok {
			return n.Errorf("tariff %q stands in %s:%d too", t.Name, before.file, before.line)
		}
		seen[t.Name] = first{n.File, n.Line}
		c.put(t)
	}
	return nil
}

// read reads one [[tariff]] table, over the one that it extends.
func (c *Catalog) read(n *spec.Node) (*Tariff, error) {
	if base := n.Get("extends"); base != nil {
		name, _ := base.Value().(string)
		t, err := c.Tariff(name)
		if err != nil {
			return nil, base.Errorf("%w", err)
		}
		if n, err = over(t.node, n); err != nil {
			return nil, err
		}
	}
	var s tariffSpec
	if err := n.Decode(&s); err != nil {
		return nil, err
	}
	return s.tariff(n)
}

// over returns the tariff n on top of the one that it extends: its keys
// replace the base's, and its prices those of the same name; others are added.
func over(base, n *spec.Node) (*spec.Node, error) {
	out := base.Clone()
	out.File, out.Line, out.Path = n.File, n.Line, n.Path
	for _, k := range n.Keys() {
		if k == "extends" || k == "price" {
			continue
		}
		if err := out.Set([]string{k}, n.Get(k)); err != nil {
			return nil, err
		}
	}
	prices := out.Get("price").Items()
	for _, p := range n.Get("price").Items() {
		name := p.Get("name").Value()
		i := slices.IndexFunc(prices, func(q *spec.Node) bool { return q.Get("name").Value() == name })
		if i < 0 {
			prices = append(prices, p)
			continue
		}
		prices = slices.Clone(prices)
		prices[i] = p
	}
	list := make([]any, len(prices))
	for i, p := range prices {
		list[i] = p
	}
	return out, out.Set([]string{"price"}, spec.FromValue(n.File, n.Line, list))
}

// tariffSpec is a [[tariff]] table as it is written.
type tariffSpec struct {
	Name       string       `toml:"name" required:"true"`
	Title      string       `toml:"title" required:"true"`
	Provider   string       `toml:"provider" required:"true"`
	Region     string       `toml:"region" required:"true"`
	Currency   string       `toml:"currency" required:"true"`
	From       Date         `toml:"from"`
	Until      Date         `toml:"until"`
	Invariant  string       `toml:"invariant" required:"true"`
	Notes      []string     `toml:"notes"`
	Needs      Needs        `toml:"needs"`
	Rule       *spec.Node   `toml:"rule" required:"true"`
	NotBilled  []string     `toml:"not_billed"`
	NotOffered []string     `toml:"not_offered"`
	Prices     []*spec.Node `toml:"price" required:"true"`
}

var (
	validName     = regexp.MustCompile(`^[a-z0-9][a-z0-9.+_-]*$`)
	validCurrency = regexp.MustCompile(`^[A-Z]{3}$`)
)

func (s *tariffSpec) tariff(n *spec.Node) (*Tariff, error) {
	switch {
	case !validName.MatchString(s.Name):
		return nil, n.Get("name").Errorf("found %q, want lower-case letters, digits and - . + _", s.Name)
	case !validCurrency.MatchString(s.Currency):
		return nil, n.Get("currency").Errorf("found %q, want an ISO 4217 code such as USD", s.Currency)
	case s.From != "" && s.Until != "" && s.Until <= s.From:
		return nil, n.Get("until").Errorf("found %s, want a date after from = %s", s.Until, s.From)
	}
	t := &Tariff{
		Name: s.Name, Title: s.Title, Provider: s.Provider, Region: s.Region, Currency: s.Currency,
		From: string(s.From), Until: string(s.Until), Invariant: s.Invariant, Notes: s.Notes,
		Needs: s.Needs, NotBilled: s.NotBilled, NotOffered: s.NotOffered, node: n,
	}
	var err error
	if t.Rule, t.rule, err = readRule(s.Rule); err != nil {
		return nil, err
	}
	if err := t.readPrices(s.Prices); err != nil {
		return nil, err
	}
	return t, t.complete(n)
}

// readRule reads a rule table, whose keys depend on its name.
func readRule(n *spec.Node) (string, rule, error) {
	if !n.IsTable() {
		return "", nil, n.Errorf("found %s, want a table", n)
	}
	name := n.Get("name")
	if name == nil {
		return "", nil, n.Errorf("missing key %q", "name")
	}
	word, _ := name.Value().(string)
	for _, r := range rules {
		if r.name != word {
			continue
		}
		v := r.blank()
		if err := n.Without("name").Decode(v); err != nil {
			return "", nil, err
		}
		return word, v, v.check(n)
	}
	return "", nil, name.Errorf("%s", spec.Unknown("rule", word, ruleNames()))
}

func (t *Tariff) readPrices(nodes []*spec.Node) error {
	for _, n := range nodes {
		p, err := readPrice(n)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(t.Prices, func(q Price) bool { return q.Name == p.Name }) {
			return n.Errorf("price %q stands twice", p.Name)
		}
		if err := t.checkMeters(n, p); err != nil {
			return err
		}
		t.Prices = append(t.Prices, *p)
	}
	return nil
}

// checkMeters sees that each meter of a price is counted by the rule, or given
// by the user, in the dimension that the price is in, and has no other price
// unless this one is a surcharge.
func (t *Tariff) checkMeters(n *spec.Node, p *Price) error {
	known := t.rule.meters()
	for _, m := range p.Meters {
		for _, q := range t.Prices {
			if slices.Contains(q.Meters, m) && !p.Surcharge {
				return n.Errorf("meter %q has price %q already; a second one needs surcharge = true", m, q.Name)
			}
		}
		i := slices.IndexFunc(known, func(k meterInfo) bool { return k.name == m })
		switch {
		case i < 0 && !p.Supplied:
			return n.Errorf("%s; a quantity that the user gives needs supplied = true", spec.Unknown("meter", m, meterNames(known)))
		case i >= 0 && p.Supplied:
			return n.Errorf("meter %q is counted by the rule, found supplied = true", m)
		case i >= 0 && known[i].dimension() != p.unit.dimension:
			return n.Errorf("unit %q measures %s, meter %q counts %s", p.Unit, p.unit.dimension, m, known[i].dimension())
		}
	}
	return nil
}

// complete sees that each meter of the rule is priced, or said to be free or
// not offered: a price that is missing must never look like a price of 0.
func (t *Tariff) complete(n *spec.Node) error {
	for _, list := range []struct {
		key    string
		meters []string
	}{{"not_billed", t.NotBilled}, {"not_offered", t.NotOffered}} {
		for _, m := range list.meters {
			if err := t.checkUnpriced(m); err != nil {
				return n.Get(list.key).Errorf("%w", err)
			}
		}
	}
	for _, k := range t.rule.meters() {
		_, priced := t.priceOf(k.name)
		if !priced && !slices.Contains(t.NotBilled, k.name) && !slices.Contains(t.NotOffered, k.name) {
			return n.Errorf("meter %q has no price; one that costs nothing stands in not_billed", k.name)
		}
	}
	return nil
}

func (t *Tariff) checkUnpriced(meter string) error {
	known := meterNames(t.rule.meters())
	if !slices.Contains(known, meter) {
		return errors.New(spec.Unknown("meter", meter, known))
	}
	if p, ok := t.priceOf(meter); ok {
		return fmt.Errorf("meter %q has price %q", meter, p.Name)
	}
	return nil
}

func (t *Tariff) priceOf(meter string) (*Price, bool) {
	for i := range t.Prices {
		if slices.Contains(t.Prices[i].Meters, meter) {
			return &t.Prices[i], true
		}
	}
	return nil, false
}

// priceSpec is a [[tariff.price]] table as it is written.
type priceSpec struct {
	Name      string     `toml:"name" required:"true"`
	Meters    []string   `toml:"meters"`
	Unit      string     `toml:"unit" required:"true"`
	Price     *Amount    `toml:"price"`
	Free      *Amount    `toml:"free"`
	Credit    *Amount    `toml:"credit"`
	Tiers     []tierSpec `toml:"tiers"`
	Supplied  bool       `toml:"supplied"`
	Surcharge bool       `toml:"surcharge"`
	Evidence
}

type tierSpec struct {
	UpTo  *Amount `toml:"upto"`
	Price *Amount `toml:"price" required:"true"`
	Evidence
}

func readPrice(n *spec.Node) (*Price, error) {
	var s priceSpec
	if err := n.Decode(&s); err != nil {
		return nil, err
	}
	p := &Price{Name: s.Name, Meters: s.Meters, Unit: s.Unit, Supplied: s.Supplied, Surcharge: s.Surcharge, Evidence: s.Evidence}
	if len(p.Meters) == 0 {
		p.Meters = []string{s.Name}
	}
	var ok bool
	if p.unit, ok = findUnit(s.Unit); !ok {
		return nil, n.Get("unit").Errorf("%s", spec.Unknown("unit", s.Unit, unitNames()))
	}
	if err := s.readTiers(n, p); err != nil {
		return nil, err
	}
	return p, s.readFree(n, p)
}

func (s *priceSpec) readTiers(n *spec.Node, p *Price) error {
	switch {
	case s.Price != nil && s.Tiers != nil:
		return n.Errorf("found both price and tiers, want one of them")
	case s.Price != nil:
		p.Tiers = []Tier{{UnitPrice: *s.Price, Evidence: s.Evidence}}
	case s.Tiers == nil && s.Grade != "U":
		return n.Errorf(`missing key "price"; a price that is not verified has grade = "U"`)
	}
	for i, t := range s.Tiers {
		at := n.Get("tiers", fmt.Sprint(i))
		if err := checkTier(at, i, s.Tiers); err != nil {
			return err
		}
		e := t.or(s.Evidence)
		if err := checkEvidence(at, e); err != nil {
			return err
		}
		p.Tiers = append(p.Tiers, Tier{UpTo: t.UpTo, UnitPrice: *t.Price, Evidence: e})
	}
	if s.Tiers != nil && len(s.Tiers) == 0 {
		return n.Get("tiers").Errorf("found no tier, want at least one")
	}
	if len(s.Tiers) == 0 {
		return checkEvidence(n, p.Evidence)
	}
	return nil
}

// checkTier sees that tiers ascend and that just the last one has no end.
func checkTier(n *spec.Node, i int, tiers []tierSpec) error {
	t, last := tiers[i], i == len(tiers)-1
	switch {
	case last && t.UpTo != nil:
		return n.Errorf("the last tier has upto = %s, want none", t.UpTo.Text('f'))
	case !last && t.UpTo == nil:
		return n.Errorf("missing key %q in a tier that is not the last", "upto")
	case last:
		return nil
	}
	before := new(Amount)
	if i > 0 {
		before = tiers[i-1].UpTo
	}
	if t.UpTo.Cmp(&before.Decimal) <= 0 {
		return n.Errorf("upto = %s is not above %s, where the tier begins", t.UpTo.Text('f'), before.Text('f'))
	}
	return nil
}

func checkEvidence(n *spec.Node, e Evidence) error {
	switch {
	case e.Grade == "":
		return n.Errorf("missing key %q", "grade")
	case !strings.Contains("ABCU", e.Grade) || len(e.Grade) != 1:
		if g := n.Get("grade"); g != nil {
			n = g
		}
		return n.Errorf("found %q, want A, B, C or U", e.Grade)
	case strings.TrimSpace(e.Source) == "":
		return n.Errorf("missing key %q", "source")
	case e.AsOf == "" && e.Grade != "U":
		return n.Errorf("missing key %q", "as_of")
	}
	return nil
}

func (s *priceSpec) readFree(n *spec.Node, p *Price) error {
	if s.Credit != nil {
		if s.Free == nil {
			return n.Get("credit").Errorf("found a credit without a free quantity")
		}
		p.Credit = *s.Credit
	}
	if s.Free == nil {
		return nil
	}
	p.Free = *s.Free
	if len(p.Tiers) > 1 && p.Free.Cmp(&p.Tiers[0].UpTo.Decimal) > 0 {
		return n.Get("free").Errorf("found %s, want at most the first tier's upto = %s", p.Free.Text('f'), p.Tiers[0].UpTo.Text('f'))
	}
	return nil
}
