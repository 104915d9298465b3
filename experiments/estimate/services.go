package estimate

import (
	"fmt"
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
	Name   string
	Title  string // of its tariff
	Bill   costmodel.Bill
	Grants Amount   // what free grants have taken off the bill
	Notes  []string // of its tariff
}

// services prices what the user said of services, and sums the bills of each
// currency.
func (r *runner) services() (list []Service, sums []Amount, err error) {
	seen := map[string]string{}
	for i := range r.in.Services {
		s := &r.in.Services[i]
		if first, twice := seen[s.Tariff]; twice {
			return nil, nil, inputError("%s: tariff %s stands twice, first at %s; give one usage, since tiers and free grants are those of one account", s.where, s.Tariff, first)
		}
		seen[s.Tariff] = s.where
		x, err := s.price(r.catalog, r.options.Regions, r.in.FreeTier)
		if err != nil {
			return nil, nil, err
		}
		list = append(list, *x)
		total, currency := r.in.Rates.In(&x.Bill.Total, x.Bill.Currency)
		if sums, err = addTo(sums, total, currency); err != nil {
			return nil, nil, fmt.Errorf("adding the services: %w", err)
		}
	}
	return list, sums, nil
}

// plus adds without rounding: no bill comes near so many digits.
func plus(a, b *apd.Decimal) (sum apd.Decimal, err error) {
	c := apd.BaseContext.WithPrecision(1000)
	c.Traps |= apd.Inexact
	_, err = c.Add(&sum, a, b)
	return sum, err
}

func (s *ServiceSettings) price(catalog *costmodel.Catalog, regions []string, free costmodel.FreeTier) (*Service, error) {
	t, _, err := catalog.InRegion(s.Tariff, regions)
	if err != nil {
		return nil, inputError("%s: %w", s.where, err)
	}
	if t.Rule != "supplied" {
		return nil, inputError("%s: tariff %s is not supplied: its usage is counted by a simulation (rule %s); want that of a service, see coldcurve list tariffs", s.where, t.Name, t.Rule)
	}
	var usage costmodel.Usage
	for _, u := range s.Usage {
		entries, err := u.entries(t)
		if err != nil {
			return nil, inputError("%s: tariff %s: %w", u.where, t.Name, err)
		}
		usage = append(usage, entries...)
	}
	t = free.Of(t)
	bill, err := t.Bill(usage, costmodel.SpanMonth, costmodel.Month)
	if err != nil {
		return nil, inputError("%s: %w", s.where, err)
	}
	worth, err := t.GrantsWorth(usage, costmodel.SpanMonth, costmodel.Month)
	if err != nil {
		return nil, inputError("%s: %w", s.where, err)
	}
	x := &Service{Name: s.Name, Title: t.Title, Bill: *bill, Grants: Amount{t.Currency, *worth}, Notes: t.Notes}
	if x.Name == "" {
		x.Name = t.Name
	}
	return x, nil
}

// scope says what the totals of plans hold.
func (e *Estimate) scope() string {
	var plans []*alternative
	for i := range e.Plans {
		plans = append(plans, e.Plans[i].source)
	}
	return scopeOf(e.Span, e.FreeTier, e.in(), e.ServicesSum) + elsewhereText(plans)
}

func scopeOf(span costmodel.Span, free costmodel.FreeTier, in string, services []Amount) string {
	of := "A month of 30 days"
	if span == costmodel.SpanRun {
		of = "The log as it is, from the first tier on and without monthly grants"
	} else if free == costmodel.FreeTierNone {
		of += " without free grants"
	}
	if len(services) == 0 {
		return fmt.Sprintf("%s, in %s; taxes, gateways and egress are not in it.", of, in)
	}
	return fmt.Sprintf("%s, in %s; taxes are not in it. Each plan's total is without the services below, which are %s a month under every plan.",
		of, in, amounts(services))
}

// in says which currency the plans' amounts are in.
func (e *Estimate) in() string {
	if all := e.currencies(); len(all) == 1 {
		return all[0]
	}
	return "the currency that stands with each plan"
}

func writeServices(b *strings.Builder, list []Service, sums []Amount) {
	if len(list) == 0 {
		return
	}
	b.WriteString("\nServices, the same under every plan:\n")
	for i := range list {
		s := &list[i]
		fmt.Fprintf(b, "\n%s: %s\n", s.Name, s.Title)
		writeBill(b, &s.Bill, s.Grants)
		for _, n := range s.Notes {
			fmt.Fprintf(b, "  note: %s\n", n)
		}
	}
	fmt.Fprintf(b, "\nAll services: %s, in no plan's total.\n", amounts(sums))
}

// serviceRows are the rows of the CSV: each service's bill, and the sum.
func serviceRows(list []Service, sums []Amount) (rows [][]string) {
	for i := range list {
		s := &list[i]
		rows = append(rows, billRows(s.Name, "service", &s.Bill)...)
	}
	for _, a := range sums {
		rows = append(rows, billRows("all services", "service", &costmodel.Bill{Currency: a.Currency, Total: a.Sum})...)
	}
	return rows
}

type jsonAmount struct {
	Amount   string `json:"amount"`
	Currency string `json:"currency"`
}

type jsonService struct {
	Name   string   `json:"name"`
	Title  string   `json:"title"`
	Bill   jsonBill `json:"bill"`
	Grants string   `json:"free_grants"`
	Notes  []string `json:"notes,omitempty"`
}

// jsonServices are in no plan's total.
type jsonServices struct {
	Bills []jsonService `json:"bills"`
	Total []jsonAmount  `json:"total"` // one a currency
	In    bool          `json:"in_totals_of_plans"`
}

func newJSONServices(list []Service, sums []Amount) *jsonServices {
	if len(list) == 0 {
		return nil
	}
	out := &jsonServices{}
	for _, a := range sums {
		out.Total = append(out.Total, jsonAmount{a.Sum.Text('f'), a.Currency})
	}
	for i := range list {
		s := &list[i]
		out.Bills = append(out.Bills, jsonService{s.Name, s.Title, newJSONBill(&s.Bill), s.Grants.Sum.Text('f'), s.Notes})
	}
	return out
}

type pageService struct {
	Name, Title string
	Bill        pageBill
	Notes       []string
}

// pageServices are the bills on the page.
func pageServices(list []Service) (out []pageService) {
	for i := range list {
		s := &list[i]
		out = append(out, pageService{s.Name, s.Title, newPageBill(&s.Bill, s.Grants), s.Notes})
	}
	return out
}
