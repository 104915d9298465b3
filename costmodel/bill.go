package costmodel

import (
	"errors"
	"fmt"
	"math/big"
	"slices"

	"github.com/cockroachdb/apd/v3"

	"github.com/coldcurve/coldcurve/sim"
)

// Span is the time that a bill is for.
type Span uint8

// The spans.
const (
	// SpanMonth scales the usage to a month of 30 days, and then applies tiers
	// and monthly free grants.
	SpanMonth Span = iota
	// SpanRun prices the usage as it is, from the first tier on. Free grants,
	// credits and fees are monthly and are not applied.
	SpanRun
)

var spanNames = []string{"month", "run"}

// String returns the span as an experiment file has it.
func (s Span) String() string { return spanNames[s] }

// UnmarshalText reads "month" or "run".
func (s *Span) UnmarshalText(b []byte) error {
	i := slices.Index(spanNames, string(b))
	if i < 0 {
		return fmt.Errorf("found %q, want one of %q", b, spanNames)
	}
	*s = Span(i)
	return nil
}

// MarshalText writes what String returns.
func (s Span) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Month is the length of a month in bills.
const Month = 30 * sim.Day

// Line is one line of a bill.
type Line struct {
	Name      string
	Meter     string // the first that it bills; empty: a fee, a credit
	Part      string // of the time of instances, where it bills that: see Parts
	Unit      string
	Quantity  apd.Decimal
	UnitPrice apd.Decimal
	Amount    apd.Decimal // Quantity × UnitPrice, to the last digit
	Grade     string      // of the price

	// Of a bill over several tariffs, see Together:
	Tariff  string `json:",omitempty"` // that it is by
	Service string `json:",omitempty"` // the tariff's title
}

// Bill is what a usage costs. Its lines sum to its total to the last digit.
type Bill struct {
	Tariff   string
	Currency string
	Span     Span
	// Counterfactual is for the caller to set, where the run was not of the
	// behaviour that the tariff needs.
	Counterfactual bool
	Lines          []Line
	Total          apd.Decimal
}

// Bill prices a usage. window is the length of time that the usage is of, > 0;
// SpanRun does not look at it. Each tier that is reached is a line, and so is a
// free grant: a line of price 0, or for a credit one of negative amount. An
// error says that a meter has no price here: it never counts as 0.
func (t *Tariff) Bill(u Usage, span Span, window sim.Time) (*Bill, error) {
	b := &Bill{Tariff: t.Name, Currency: t.Currency, Span: span}
	num, den := big.NewInt(1), big.NewInt(1)
	if span == SpanMonth {
		if window <= 0 {
			return nil, fmt.Errorf("billing by tariff %q: a window of %d ns cannot be scaled to a month, want more than 0", t.Name, window)
		}
		num, den = big.NewInt(Month), big.NewInt(window)
	}
	if err := t.checkUsage(u); err != nil {
		return nil, fmt.Errorf("billing by tariff %q: %w", t.Name, err)
	}
	for i := range t.Prices {
		p := &t.Prices[i]
		if p.Fixed {
			b.Lines = append(b.Lines, p.fee(span)...)
			continue
		}
		total, metered := p.sum(u)
		if !metered {
			continue
		}
		q := quotient(new(big.Int).Mul(total, num), new(big.Int).Mul(den, p.unit.big()))
		if err := t.verified(p, q); err != nil {
			return nil, fmt.Errorf("billing by tariff %q: %w", t.Name, err)
		}
		lines := p.lines(q, span == SpanMonth, p.shares(u, total))
		for k := range lines {
			lines[k].Meter = p.Meters[0]
		}
		b.Lines = append(b.Lines, lines...)
	}
	for i := range b.Lines {
		b.Total = *add(&b.Total, &b.Lines[i].Amount)
	}
	if span == SpanMonth && !t.Credit.IsZero() {
		b.credit(&t.Credit)
	}
	return b, nil
}

// credit sets a plan's money of a month against the whole bill.
func (b *Bill) credit(c *Amount) {
	worth := smaller(&b.Total, &c.Decimal)
	l := Line{Name: "plan credit", Unit: b.Currency, UnitPrice: *apd.New(1, 0)}
	l.Quantity.Neg(worth)
	l.Amount.Neg(worth)
	b.Lines = append(b.Lines, l)
	b.Total = *sub(&b.Total, worth)
}

// fee is a month's fee; a run pays none.
func (p *Price) fee(span Span) []Line {
	if span != SpanMonth || len(p.Tiers) == 0 {
		return nil
	}
	return p.lines(apd.New(1, 0), false, nil)
}

// verified says why there is no price for a quantity, where there is none.
func (t *Tariff) verified(p *Price, q *apd.Decimal) error {
	switch {
	case q.IsZero():
		return nil
	case len(p.Tiers) == 0:
		return fmt.Errorf("the price of %q is not verified (grade U), and %s %s were used; %s", p.Name, q.Text('f'), p.Unit, t.Ask(p))
	}
	if end := p.Tiers[len(p.Tiers)-1].UpTo; end != nil && q.Cmp(&end.Decimal) > 0 {
		return fmt.Errorf("the price of %q is known up to %s %s, and %s were used: %s", p.Name, end.Text('f'), p.Unit, q.Text('f'), p.Beyond)
	}
	return nil
}

// checkUsage sees that each meter has a price or is said to be free, stands
// once, and counts what its price is for, and that what the user must give is
// there.
func (t *Tariff) checkUsage(u Usage) error {
	if t.Rule == "supplied" && len(u) == 0 {
		return errors.New("all quantities of this tariff are given by the user, found none")
	}
	for i := range t.Prices {
		p := &t.Prices[i]
		if _, metered := p.sum(u); p.Required && !metered {
			return fmt.Errorf("%q is billed, and no simulation counts it: want a quantity of meter %q", p.Name, p.Meters[0])
		}
	}
	for i, e := range u {
		if u.index(e.Meter) != i {
			return fmt.Errorf("meter %q stands twice in the usage", e.Meter)
		}
		if e.Quantity.Sign() < 0 {
			return fmt.Errorf("meter %q: found %s, want a quantity that is not negative", e.Meter, e.Quantity)
		}
		if _, part := cutPart(e.Meter); part != "" {
			if err := u.checkPart(e); err != nil {
				return err
			}
			continue // its whole has the price
		}
		p, ok := t.priceOf(e.Meter)
		if !ok {
			if err := t.unpriced(e); err != nil {
				return err
			}
			continue
		}
		if x, known := findUnit(e.Unit); !known || x.dimension != p.unit.dimension {
			return fmt.Errorf("meter %q is counted in %q, its price is for %q", e.Meter, e.Unit, p.Unit)
		}
	}
	return nil
}

// unpriced says whether a meter without a price may have been used.
func (t *Tariff) unpriced(e Entry) error {
	switch {
	case slices.Contains(t.NotBilled, e.Meter):
		return nil
	case !slices.Contains(t.NotOffered, e.Meter):
		return fmt.Errorf("meter %q has no price", e.Meter)
	case e.Quantity.Sign() > 0:
		return fmt.Errorf("meter %q counts what %s does not offer, and %s %s were used", e.Meter, t.Title, e.Quantity, e.Unit)
	}
	return nil
}

// sum adds the meters of the price, in the smallest unit of its dimension.
func (p *Price) sum(u Usage) (total *big.Int, metered bool) {
	total = new(big.Int)
	for _, m := range p.Meters {
		i := u.index(m)
		if i < 0 {
			continue
		}
		metered = true
		x, _ := findUnit(u[i].Unit)
		total.Add(total, new(big.Int).Mul(u[i].Quantity, x.big()))
	}
	return total, metered
}

// lines prices a quantity. Tiers count all of it, so that free units fill the
// first tier like any others. The lines of a tier are as many as it has shares;
// those of grants and credits are of all of them.
func (p *Price) lines(q *apd.Decimal, grants bool, shares []share) []Line {
	var lines []Line
	line := func(name string, quantity, price *apd.Decimal, grade string) {
		lines = append(lines, Line{
			Name: name, Unit: p.Unit, Grade: grade,
			Quantity: *quantity, UnitPrice: *price, Amount: *mul(quantity, price),
		})
	}
	begin := new(apd.Decimal)
	if credit := !p.Credit.IsZero(); grants && !credit && !p.Free.IsZero() && !q.IsZero() {
		begin = smaller(q, &p.Free.Decimal)
		line(p.Name+", free", begin, new(apd.Decimal), p.Grade)
	}
	tiers := len(lines)
	for i := range p.Tiers {
		t := &p.Tiers[i]
		end := q
		if t.UpTo != nil {
			end = smaller(q, &t.UpTo.Decimal)
		}
		if end.Cmp(begin) <= 0 && !(i == 0 && begin.IsZero()) {
			continue
		}
		line(p.tierName(i), sub(end, begin), &t.UnitPrice.Decimal, t.Grade)
		begin = end
	}
	granted := len(lines)
	if grants && !p.Credit.IsZero() {
		lines = p.credit(lines)
	}
	if len(shares) == 0 {
		return lines
	}
	var split []Line
	for _, l := range lines[tiers:granted] {
		split = append(split, l.split(shares)...)
	}
	return slices.Concat(lines[:tiers], split, lines[granted:])
}

func (p *Price) tierName(i int) string {
	if len(p.Tiers) == 1 {
		return p.Name
	}
	return fmt.Sprintf("%s, tier %d", p.Name, i+1)
}

// credit sets the free grant's worth, at most what is there to pay, against
// the lines.
func (p *Price) credit(lines []Line) []Line {
	gross := new(apd.Decimal)
	for i := range lines {
		gross = add(gross, &lines[i].Amount)
	}
	worth := mul(&p.Free.Decimal, &p.Credit.Decimal)
	if gross.Cmp(worth) > 0 {
		quantity := new(apd.Decimal).Neg(&p.Free.Decimal)
		return append(lines, Line{Name: p.Name + ", credit", Unit: p.Unit, Grade: p.Grade,
			Quantity: *quantity, UnitPrice: p.Credit.Decimal, Amount: *new(apd.Decimal).Neg(worth)})
	}
	for _, l := range slices.Clone(lines) {
		if l.Amount.IsZero() {
			continue
		}
		l.Name, l.Grade = l.Name+", credit", p.Grade
		l.Quantity.Neg(&l.Quantity)
		l.Amount.Neg(&l.Amount)
		lines = append(lines, l)
	}
	return lines
}
