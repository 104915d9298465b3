package estimate

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/cockroachdb/apd/v3"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/internal/spec"
)

// ServiceSettings is what a user says of a service that the application calls:
// how much of it a month of 30 days uses.
type ServiceSettings struct {
	Name   string // empty: the tariff's
	Tariff string // one of rule supplied
	Usage  []UsageSettings

	where string // file:line, or the flag
}

// UsageSettings is the quantity of one meter, as text.
type UsageSettings struct {
	Meter, Quantity string

	where string
}

// DecodeSpec reads a table [[service]].
func (s *ServiceSettings) DecodeSpec(n *spec.Node) error {
	var t struct {
		Name   string     `toml:"name" help:"its name"`
		Tariff string     `toml:"tariff" required:"true" help:"of a service"`
		Usage  *spec.Node `toml:"usage" required:"true" help:"a quantity a month for each meter"`
	}
	if err := n.Decode(&t); err != nil {
		return err
	}
	if !t.Usage.IsTable() || len(t.Usage.Keys()) == 0 {
		return t.Usage.Errorf(`want a table of meters and quantities, such as { requests = "3M/month" }`)
	}
	*s = ServiceSettings{Name: t.Name, Tariff: t.Tariff, where: place(n.Get("tariff"))}
	for _, meter := range t.Usage.Keys() {
		q := t.Usage.Get(meter)
		text := ""
		switch v := q.Value().(type) {
		case string:
			text = v
		case int64:
			text = fmt.Sprint(v)
		case float64: // it may not be the number that was written
			return q.Errorf(`want a whole number, or one with a point as a text such as "0.5"`)
		default:
			return q.Errorf(`want a quantity such as 25 or "3M/month"`)
		}
		s.Usage = append(s.Usage, UsageSettings{meter, text, place(q)})
	}
	return nil
}

func place(n *spec.Node) string { return fmt.Sprintf("%s:%d", n.File, n.Line) }

// ParseService reads TARIFF:METER=QUANTITY[,METER=QUANTITY…], as a flag has it.
func ParseService(text string) (*ServiceSettings, error) {
	where := "--service " + text
	tariff, usage, ok := strings.Cut(text, ":")
	if !ok || tariff == "" || usage == "" {
		return nil, inputError("%s: want TARIFF:METER=QUANTITY[,METER=QUANTITY…]", where)
	}
	s := &ServiceSettings{Tariff: tariff, where: where}
	for part := range strings.SplitSeq(usage, ",") {
		meter, quantity, ok := strings.Cut(part, "=")
		if !ok || meter == "" {
			return nil, inputError("%s: found %q, want METER=QUANTITY", where, part)
		}
		s.Usage = append(s.Usage, UsageSettings{strings.TrimSpace(meter), strings.TrimSpace(quantity), where})
	}
	return s, nil
}

// Service is the bill of a service. It is the same under every plan.
type Service struct {
	Name  string
	Title string // of its tariff
	Bill  costmodel.Bill
	Notes []string // of its tariff
}

// services prices what the user said of services, and sums the bills.
func (r *runner) services() (list []Service, total apd.Decimal, err error) {
	seen := map[string]string{}
	for i := range r.in.Services {
		s := &r.in.Services[i]
		if first, twice := seen[s.Tariff]; twice {
			return nil, total, inputError("%s: tariff %s stands twice, first at %s; give one usage, since tiers and free grants are those of one account", s.where, s.Tariff, first)
		}
		seen[s.Tariff] = s.where
		x, err := s.price(r.catalog)
		if err != nil {
			return nil, total, err
		}
		list = append(list, *x)
		if total, err = plus(&total, &x.Bill.Total); err != nil {
			return nil, total, fmt.Errorf("adding the services: %w", err)
		}
	}
	return list, total, nil
}

// plus adds without rounding: no bill comes near so many digits.
func plus(a, b *apd.Decimal) (sum apd.Decimal, err error) {
	c := apd.BaseContext.WithPrecision(1000)
	c.Traps |= apd.Inexact
	_, err = c.Add(&sum, a, b)
	return sum, err
}

func (s *ServiceSettings) price(catalog *costmodel.Catalog) (*Service, error) {
	t, err := catalog.Tariff(s.Tariff)
	if err != nil {
		return nil, inputError("%s: %w", s.where, err)
	}
	switch {
	case t.Rule != "supplied":
		return nil, inputError("%s: tariff %s is not supplied: its usage is counted by a simulation (rule %s); want that of a service, see coldcurve list tariffs", s.where, t.Name, t.Rule)
	case t.Currency != "USD":
		return nil, inputError("%s: tariff %s is in %s, want one in USD, as the plans are", s.where, t.Name, t.Currency)
	}
	var usage costmodel.Usage
	for _, u := range s.Usage {
		e, err := u.entry(t)
		if err != nil {
			return nil, inputError("%s: tariff %s: %w", u.where, t.Name, err)
		}
		usage = append(usage, *e)
	}
	bill, err := t.Bill(usage, costmodel.SpanMonth, costmodel.Month)
	if err != nil {
		return nil, inputError("%s: %w", s.where, err)
	}
	x := &Service{Name: s.Name, Title: t.Title, Bill: *bill, Notes: t.Notes}
	if x.Name == "" {
		x.Name = t.Name
	}
	return x, nil
}

// entry reads a quantity in the unit of its meter.
func (u *UsageSettings) entry(t *costmodel.Tariff) (*costmodel.Entry, error) {
	var meters []string
	for i := range t.Prices {
		p := &t.Prices[i]
		if p.Fixed {
			continue
		}
		if !slices.Contains(p.Meters, u.Meter) {
			meters = append(meters, p.Meters...)
			continue
		}
		q, unit, err := perMonth(u.Quantity, p.Unit)
		if err != nil {
			return nil, fmt.Errorf("meter %s: %w", u.Meter, err)
		}
		return &costmodel.Entry{Meter: u.Meter, Unit: unit, Quantity: q}, nil
	}
	return nil, fmt.Errorf("%s", spec.Unknown("meter", u.Meter, meters))
}

// measure is how quantities of a dimension are written: the unit in which they
// are counted, the words that may follow a number, and what a number by itself
// is of.
type measure struct {
	smallest string
	words    []word
	example  string
}

type word struct {
	name   string
	factor int64 // in the smallest unit
}

const monthSeconds = 30 * 86_400

var (
	counts = measure{"1", []word{{"", 1}, {"k", 1e3}, {"M", 1e6}, {"G", 1e9}}, `25 or "3M/month"`}
	sizes  = measure{"byte", []word{
		{"B", 1}, {"KB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"TB", 1e12},
		{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"TiB", 1 << 40},
	}, `25 or "200GB/month"`}
	// A size that is held is held all the month.
	held  = measure{"byte-s", nil, `25 or "200GB"`}
	times = measure{"ns", []word{{"s", 1e9}, {"min", 60e9}, {"h", 3600e9}, {"month", monthSeconds * 1e9}}, `25 or "720h"`}
	// Products of time have no word but their unit's.
	gbs  = measure{"MiB-ns", []word{{"GB-s", 1024e9}, {"GB-h", 1024 * 3600e9}}, `25 or "400k/month"`}
	vcpu = measure{"mvCPU-ns", []word{{"vCPU-s", 1e12}, {"vCPU-h", 3600e12}}, `25 or "400k/month"`}
)

// measures are the units of supplied prices, each with what a number by itself
// is worth in the measure's smallest unit: a count is of ones, whatever number
// the price is for.
var measures = []struct {
	unit  string
	is    *measure
	plain int64
}{
	{"1", &counts, 1}, {"1k", &counts, 1}, {"10k", &counts, 1}, {"100k", &counts, 1}, {"1M", &counts, 1},
	{"byte", &sizes, 1}, {"GB", &sizes, 1e9}, {"GiB", &sizes, 1 << 30}, {"TiB", &sizes, 1 << 40},
	{"byte-s", &held, 1}, {"GB-month", &held, 1e9 * monthSeconds}, {"GiB-month", &held, (1 << 30) * monthSeconds},
	{"ns", &times, 1}, {"s", &times, 1e9}, {"min", &times, 60e9}, {"h", &times, 3600e9}, {"month", &times, monthSeconds * 1e9},
	{"GB-s", &gbs, 1024e9}, {"GiB-s", &gbs, 1024e9}, {"GB-h", &gbs, 1024 * 3600e9}, {"GiB-h", &gbs, 1024 * 3600e9},
	{"128MB-s", &gbs, 128e9}, {"MiB-ms", &gbs, 1e6}, {"MiB-ns", &gbs, 1},
	{"vCPU-s", &vcpu, 1e12}, {"vCPU-h", &vcpu, 3600e12}, {"mvCPU-ns", &vcpu, 1},
}

// periods are how often a month has what a quantity is per.
var periods = []word{{"month", 1}, {"day", 30}, {"d", 30}, {"h", 30 * 24}, {"s", monthSeconds}}

// longestQuantity is the most characters of a quantity; longer ones are slips.
const longestQuantity = 60

// perMonth reads how much a month of 30 days uses, exactly, for a price in a
// unit: a number, a word of the unit's measure, and what it is per.
func perMonth(text, unit string) (*big.Int, string, error) {
	i := 0
	for i < len(measures) && measures[i].unit != unit {
		i++
	}
	if i == len(measures) {
		return nil, "", fmt.Errorf("quantities in %s cannot be given here", unit)
	}
	m := measures[i].is
	bad := func() (*big.Int, string, error) {
		return nil, "", fmt.Errorf("found %q, want a quantity a month of 30 days, such as %s (unit: %s)", text, m.example, unit)
	}
	amount, per, has := strings.Cut(text, "/")
	number := strings.TrimRight(amount, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ- ")
	if len(text) > longestQuantity || !isDecimal(number) {
		return bad()
	}
	value, _ := new(big.Rat).SetString(number)
	factor, known := factorOf(m, strings.TrimSpace(amount[len(number):]), unit, measures[i].plain)
	if !known {
		return bad()
	}
	value.Mul(value, new(big.Rat).SetInt64(factor))
	if has {
		n := slices.IndexFunc(periods, func(p word) bool { return p.name == per })
		if n < 0 || m == &held && per != "month" {
			return bad()
		}
		value.Mul(value, new(big.Rat).SetInt64(periods[n].factor))
	}
	if !value.IsInt() {
		return nil, "", fmt.Errorf("found %q, want a whole number a month (counted in units of %s)", text, m.smallest)
	}
	return value.Num(), m.smallest, nil
}

// factorOf returns what a word behind a number is worth.
func factorOf(m *measure, name, unit string, plain int64) (int64, bool) {
	find := func(words []word) int64 {
		for _, w := range words {
			if w.name == name {
				return w.factor
			}
		}
		return 0
	}
	if name == "" || name == unit {
		return plain, true
	}
	if f := find(m.words); f > 0 {
		return f, true
	}
	switch f := find(counts.words); {
	case m == &held:
		f = find(sizes.words)
		return f * monthSeconds, f > 0
	case (m == &gbs || m == &vcpu) && f > 0 && plain <= (1<<63-1)/f:
		return f * plain, true
	}
	return 0, false
}

// isDecimal reports whether a text is digits with at most one point between.
func isDecimal(s string) bool {
	whole, part, has := strings.Cut(s, ".")
	digits := func(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
	return digits(whole) && (!has || digits(part))
}

// scope says what the totals of plans hold.
func (e *Estimate) scope() string {
	if len(e.Services) == 0 {
		return "A month of 30 days, in USD; taxes, gateways and egress are not in it."
	}
	return fmt.Sprintf("A month of 30 days, in USD; taxes are not in it. Each plan's total is without the services below, which are %s USD under every plan.",
		costmodel.Cents(&e.ServicesSum))
}

func (e *Estimate) writeServices(b *strings.Builder) {
	if len(e.Services) == 0 {
		return
	}
	b.WriteString("\nServices, the same under every plan:\n")
	for i := range e.Services {
		s := &e.Services[i]
		fmt.Fprintf(b, "\n%s: %s\n", s.Name, s.Title)
		writeBill(b, &s.Bill)
		for _, n := range s.Notes {
			fmt.Fprintf(b, "  note: %s\n", n)
		}
	}
	fmt.Fprintf(b, "\nAll services: %s USD, in no plan's total.\n", costmodel.Cents(&e.ServicesSum))
}

// serviceRows are the rows of the CSV: each service's bill, and the sum.
func (e *Estimate) serviceRows() (rows [][]string) {
	for i := range e.Services {
		s := &e.Services[i]
		rows = append(rows, billRows(s.Name, "service", &s.Bill)...)
	}
	if len(rows) > 0 {
		sum := costmodel.Bill{Currency: "USD", Total: e.ServicesSum}
		rows = append(rows, billRows("all services", "service", &sum)...)
	}
	return rows
}

type jsonService struct {
	Name  string   `json:"name"`
	Title string   `json:"title"`
	Bill  jsonBill `json:"bill"`
	Notes []string `json:"notes,omitempty"`
}

// jsonServices are in no plan's total.
type jsonServices struct {
	Bills []jsonService `json:"bills"`
	Total string        `json:"total"`
	In    bool          `json:"in_totals_of_plans"`
}

func (e *Estimate) jsonServices() *jsonServices {
	if len(e.Services) == 0 {
		return nil
	}
	out := &jsonServices{Total: e.ServicesSum.Text('f')}
	for i := range e.Services {
		s := &e.Services[i]
		out.Bills = append(out.Bills, jsonService{s.Name, s.Title, newJSONBill(&s.Bill), s.Notes})
	}
	return out
}

// pageServices are the bills on the page.
func (e *Estimate) pageServices() (out []jsonService) {
	for i := range e.Services {
		s := &e.Services[i]
		out = append(out, jsonService{s.Name, s.Title, displayBill(&s.Bill), s.Notes})
	}
	return out
}
