package costmodel

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/internal/spec"
)

//go:embed catalog/*.toml catalog/models/*.toml
var shipped embed.FS

// Load returns the shipped catalog with the tariffs of every *.toml file in
// the directories added. A later file replaces a tariff of an earlier
// directory by giving its name; two of one name in one directory are an error.
func Load(dirs ...string) (*Catalog, error) {
	c := &Catalog{}
	for _, dir := range []string{"catalog", "catalog/models"} {
		sub, err := fs.Sub(shipped, dir)
		if err == nil {
			err = c.shelve(sub, dir)
		}
		if err != nil {
			return nil, fmt.Errorf("reading the shipped tariffs: %w", err)
		}
	}
	for _, dir := range dirs {
		if err := c.addDir(os.DirFS(dir), dir); err != nil {
			return nil, fmt.Errorf("reading tariffs: %w", err)
		}
	}
	return c, nil
}

// File is a file of tariffs.
type File struct {
	Name string
	Data []byte
}

// Parse returns the tariffs of some files of one directory alone.
func Parse(files []File) (*Catalog, error) {
	c, seen := &Catalog{}, map[string]first{}
	for _, f := range files {
		if err := c.add(f.Name, f.Data, seen); err != nil {
			return nil, err
		}
	}
	return c, c.check()
}

// check sees that what tariffs say of each other holds.
func (c *Catalog) check() error {
	if err := c.checkEras(); err != nil {
		return err
	}
	return c.checkRegions()
}

// addDir adds the files of a directory in the order of their names.
func (c *Catalog) addDir(dir fs.FS, name string) error {
	seen := map[string]first{}
	if err := eachFile(dir, name, func(file string, data []byte) error { return c.add(file, data, seen) }); err != nil {
		return err
	}
	c.dropEras(seen)
	return c.check()
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
		Default *spec.Node   `toml:"default"`
		Tariffs []*spec.Node `toml:"tariff" required:"true"`
	}
	if err := root.Decode(&f); err != nil {
		return err
	}
	for _, n := range f.Tariffs {
		if n, err = fill(n, f.Default); err != nil {
			return err
		}
		t, err := c.decode(n)
		if err != nil {
			return err
		}
		if before, ok := seen[t.Name]; ok {
			return n.Errorf("tariff %q stands in %s:%d too", t.Name, before.file, before.line)
		}
		seen[t.Name] = first{n.File, n.Line}
		if err := c.put(t); err != nil {
			return err
		}
	}
	return nil
}

// evidence are the keys of an Evidence.
var evidence = []string{"grade", "source", "as_of"}

// fill gives a tariff what it leaves open and its file's [default] says, and
// each of its prices the evidence that the tariff gives for all. A tariff that
// extends another takes over what that one says, and evidence only from here.
func fill(n, defaults *spec.Node) (*spec.Node, error) {
	n = n.Without()
	for _, k := range defaults.Keys() {
		if n.Get(k) != nil || n.Get("extends") != nil && !slices.Contains(evidence, k) {
			continue
		}
		if err := n.Set([]string{k}, defaults.Get(k)); err != nil {
			return nil, err
		}
	}
	for _, p := range n.Get("price").Items() {
		if !p.IsTable() {
			continue // the decoder will say so
		}
		for _, k := range evidence {
			if v := n.Get(k); v != nil && p.Get(k) == nil {
				if err := p.Set([]string{k}, v); err != nil {
					return nil, err
				}
			}
		}
	}
	return n.Without(evidence...), nil
}

// decode reads one [[tariff]] table, over the one that it extends.
func (c *Catalog) decode(n *spec.Node) (*Tariff, error) {
	if base := n.Get("extends"); base != nil {
		name, _ := base.Value().(string)
		t, err := c.base(name)
		if err != nil {
			return nil, base.Errorf("%w", err)
		}
		if n, err = over(t.node, n); err != nil {
			return nil, err
		}
	} else if u := n.Get("unverified"); u != nil {
		return nil, u.Errorf("found prices to leave out, and no tariff that this one extends")
	}
	var s tariffSpec
	if err := n.Decode(&s); err != nil {
		return nil, err
	}
	return s.tariff(n)
}

// over returns the tariff n on top of the one that it extends: its keys
// replace the base's, those of the table tokens one by one, and its prices those
// of the same name; others are added.
// Prices of the base that n calls unverified lose their numbers. Whose era the
// base is, or whose region, does not pass on.
func over(base, n *spec.Node) (*spec.Node, error) {
	out := base.Without("era_of", "region_of")
	out.File, out.Line, out.Path = n.File, n.Line, n.Path
	for _, k := range n.Keys() {
		if k == "extends" || k == "price" || k == "unverified" {
			continue
		}
		value := n.Get(k)
		if before := out.Get(k); k == "tokens" && value.IsTable() && before.IsTable() {
			both := before.Without()
			for _, sub := range value.Keys() {
				if err := both.Set([]string{sub}, value.Get(sub)); err != nil {
					return nil, err
				}
			}
			both.File, both.Line = value.File, value.Line
			value = both
		}
		if err := out.Set([]string{k}, value); err != nil {
			return nil, err
		}
	}
	prices, err := unverify(out.Get("price").Items(), n.Get("unverified"))
	if err != nil {
		return nil, err
	}
	for _, p := range n.Get("price").Items() {
		name := p.Get("name").Value()
		i := slices.IndexFunc(prices, func(q *spec.Node) bool { return q.Get("name").Value() == name })
		if i < 0 {
			prices = append(prices, p)
			continue
		}
		prices[i] = p
	}
	list := make([]any, len(prices))
	for i, p := range prices {
		list[i] = p
	}
	return out, out.Set([]string{"price"}, spec.FromValue(n.File, n.Line, list))
}

// unverify takes the numbers from the prices of those names.
func unverify(prices []*spec.Node, names *spec.Node) ([]*spec.Node, error) {
	if names != nil && !names.IsArray() {
		return nil, names.Errorf("found %s, want a list of names of prices", names)
	}
	for _, name := range names.Items() {
		i := slices.IndexFunc(prices, func(q *spec.Node) bool { return q.Get("name").Value() == name.Value() })
		if i < 0 {
			return nil, name.Errorf("found %s, want the name of a price of the tariff that this one extends", name)
		}
		p := prices[i].Without("price", "tiers", "free", "credit", "beyond", "as_of")
		for _, e := range [][2]string{{"grade", "U"}, {"source", "not verified for this tariff"}} {
			if err := p.Set([]string{e[0]}, spec.FromValue(name.File, name.Line, e[1])); err != nil {
				return nil, err
			}
		}
		prices[i] = p
	}
	return prices, nil
}

// tariffSpec is a [[tariff]] table as it is written.
type tariffSpec struct {
	Name       string       `toml:"name" required:"true"`
	Title      string       `toml:"title" required:"true"`
	Kind       Kind         `toml:"kind" default:"platform"`
	Provider   string       `toml:"provider" required:"true"`
	Region     string       `toml:"region" required:"true"`
	Currency   string       `toml:"currency" required:"true"`
	Effective  effective    `toml:"effective"`
	EraOf      string       `toml:"era_of"`
	RegionOf   string       `toml:"region_of"`
	Credit     *Amount      `toml:"credit"`
	Tokens     tokenSpec    `toml:"tokens"`
	Invariant  string       `toml:"invariant" required:"true"`
	Notes      []string     `toml:"notes"`
	Needs      Needs        `toml:"needs"`
	GPU        GPU          `toml:"gpu"`
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
	}
	if err := s.Effective.check(n.Get("effective")); err != nil {
		return nil, err
	}
	if err := s.Tokens.check(n); err != nil {
		return nil, err
	}
	if err := s.GPU.check(n.Get("gpu")); err != nil {
		return nil, err
	}
	t := &Tariff{
		Name: s.Name, Title: s.Title, Kind: s.Kind, Provider: s.Provider, Region: s.Region, Currency: s.Currency,
		From: string(s.Effective.From), Until: string(s.Effective.Until), EraOf: s.EraOf, RegionOf: s.RegionOf, Invariant: s.Invariant, Notes: s.Notes,
		Needs: s.Needs, GPU: s.GPU, NotBilled: s.NotBilled, NotOffered: s.NotOffered, LongContext: s.Tokens.LongContext, Hours: s.Tokens.Hours, node: n,
	}
	if s.Credit != nil {
		t.Credit = *s.Credit
	}
	var err error
	if t.Rule, t.rule, err = readRule(s.Rule); err != nil {
		return nil, err
	}
	if err := t.readPrices(s.Prices); err != nil {
		return nil, err
	}
	t.addBatch(s.Tokens.Batch)
	if err := t.checkClasses(n); err != nil {
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
		case m == energyMeter && p.Supplied:
			return n.Errorf("meter %q is counted where a platform's server tells of it, found supplied = true", m)
		case m == energyMeter && p.unit.dimension != "energy":
			return n.Errorf("unit %q measures %s, meter %q counts energy", p.Unit, p.unit.dimension, m)
		case m == energyMeter:
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
	Beyond    string     `toml:"beyond"`
	Supplied  bool       `toml:"supplied"`
	Required  bool       `toml:"required"`
	Fixed     bool       `toml:"fixed"`
	Surcharge bool       `toml:"surcharge"`
	Chunk     *Chunk     `toml:"chunk"`
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
	p := &Price{
		Name: s.Name, Meters: s.Meters, Unit: s.Unit, Beyond: s.Beyond, Chunk: s.Chunk,
		Supplied: s.Supplied, Required: s.Required, Fixed: s.Fixed, Surcharge: s.Surcharge, Evidence: s.Evidence,
	}
	if err := s.checkKind(n); err != nil {
		return nil, err
	}
	if len(p.Meters) == 0 && !p.Fixed {
		p.Meters = []string{s.Name}
	}
	var ok bool
	if p.unit, ok = findUnit(s.Unit); !ok {
		return nil, n.Get("unit").Errorf("%s", spec.Unknown("unit", s.Unit, unitNames()))
	}
	if p.Chunk != nil {
		if err := p.Chunk.check(n.Get("chunk"), p); err != nil {
			return nil, err
		}
	}
	if err := s.readTiers(n, p); err != nil {
		return nil, err
	}
	return p, s.readFree(n, p)
}

// checkKind sees that what kind of price it is makes sense.
func (s *priceSpec) checkKind(n *spec.Node) error {
	switch {
	case s.Fixed && (len(s.Meters) > 0 || s.Supplied || s.Required || s.Surcharge || s.Free != nil || s.Tiers != nil || s.Chunk != nil):
		return n.Get("fixed").Errorf("found meters, quantities or tiers beside fixed = true, want the price alone")
	case s.Fixed && s.Unit != "month":
		return n.Get("unit").Errorf("found %q, want \"month\", as the price is fixed", s.Unit)
	case s.Required && !s.Supplied:
		return n.Get("required").Errorf("found required = true without supplied = true")
	}
	return nil
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
		if err := checkTier(at, i, s.Tiers, s.Beyond); err != nil {
			return err
		}
		e := t.or(s.Evidence)
		if err := checkEvidence(at, e); err != nil {
			return err
		}
		p.Tiers = append(p.Tiers, Tier{UpTo: t.UpTo, UnitPrice: *t.Price, Evidence: e})
	}
	if s.Beyond != "" && s.Tiers == nil {
		return n.Get("beyond").Errorf("found what is beyond the last tier, without tiers")
	}
	if s.Tiers != nil && len(s.Tiers) == 0 {
		return n.Get("tiers").Errorf("found no tier, want at least one")
	}
	if len(s.Tiers) == 0 {
		return checkEvidence(n, p.Evidence)
	}
	return nil
}

// checkTier sees that tiers ascend and that just the last one has no end,
// unless it is said why there is no price beyond it.
func checkTier(n *spec.Node, i int, tiers []tierSpec, beyond string) error {
	t, last := tiers[i], i == len(tiers)-1
	switch {
	case last && t.UpTo != nil && beyond == "":
		return n.Errorf("the last tier has upto = %s, want none; where the price beyond it is not verified, beyond says so", t.UpTo.Text('f'))
	case last && t.UpTo == nil && beyond != "":
		return n.Errorf("missing key %q in the last tier, as beyond says that it ends", "upto")
	case !last && t.UpTo == nil:
		return n.Errorf("missing key %q in a tier that is not the last", "upto")
	case last && beyond == "":
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
	if len(p.Tiers) > 0 && p.Tiers[0].UpTo != nil && p.Free.Cmp(&p.Tiers[0].UpTo.Decimal) > 0 {
		return n.Get("free").Errorf("found %s, want at most the first tier's upto = %s", p.Free.Text('f'), p.Tiers[0].UpTo.Text('f'))
	}
	return nil
}
