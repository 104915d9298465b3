package costmodel

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/cockroachdb/apd/v3"

	"github.com/coldcurve/coldcurve/sim"
)

// The parts of the time of an instance that a provider bills. A rule that bills
// such time counts the whole of it, which has the price, and its parts beside it
// as meters of their own: of "instance_time" they are "instance_time.starting",
// "instance_time.serving" and "instance_time.idle". They sum to the whole.
//
// What rounding and a minimum add belongs to what the stretch ended with: to the
// idle time of a life, which ends idle, and of a stretch in which an instance is
// active to serving, or to starting where no request followed.
const (
	Starting = "starting" // the billed phases of the initialisation
	Serving  = "serving"  // at least one request is in service
	Idle     = "idle"     // ready, and without a request: between requests, kept warm, and until it is stopped
)

var partNames = []string{Starting, Serving, Idle}

// Parts returns the parts, in the order of a bill's lines.
func Parts() []string { return slices.Clone(partNames) }

// PartMeter is the meter of a part of what another one counts.
func PartMeter(whole, part string) string { return whole + "." + part }

// cutPart returns the meter that another one is a part of, and which part; of a
// meter that is none, itself and "".
func cutPart(meter string) (whole, part string) {
	whole, part, _ = strings.Cut(meter, ".")
	return whole, part
}

// partedTime is time × size of instances, and what of it was starting and idle;
// the rest was serving.
type partedTime struct {
	all, starting, idle instanceTime
}

func (t *partedTime) add(milli, mib int64, all, starting, idle sim.Time) {
	t.all.add(milli, mib, all)
	if starting > 0 {
		t.starting.add(milli, mib, starting)
	}
	if idle > 0 {
		t.idle.add(milli, mib, idle)
	}
}

// addLife adds a life that is billed from a time on, from ≤ l.Ready.
func (t *partedTime) addLife(milli, mib int64, s stretch, w sim.Window, l *sim.Life, from sim.Time) {
	all := s.clip(w, from, l.Stopped)
	if all == 0 {
		return
	}
	ready := min(l.Ready, l.Stopped)
	rest := w.Clip(l.Stopped, from+s.round(l.Stopped-from))
	t.add(milli, mib, all, w.Clip(from, ready), min(l.Idle, w.Clip(ready, l.Stopped))+rest)
}

// activeParts are those of a stretch in which an instance is active.
var activeParts = []string{Starting, Serving}

// addActivity adds a stretch that is billed from a time on, from ≤ its Init's end.
func (t *partedTime) addActivity(milli, mib int64, s stretch, w sim.Window, a *sim.Activity, from sim.Time) {
	all := s.clip(w, from, a.To)
	if all == 0 {
		return
	}
	starting := all
	if ready := a.From + a.Init; ready < a.To {
		starting = w.Clip(from, ready)
	}
	t.add(milli, mib, all, starting, 0)
}

func (t *partedTime) merge(o partedTime) {
	t.all.merge(o.all)
	t.starting.merge(o.starting)
	t.idle.merge(o.idle)
}

// withParts returns the entry of a meter and those of its parts: all that there
// can be under the rule, which may be none of a kind in a run.
func withParts(meter, unit string, all, starting, idle sim.Wide, parts []string) Usage {
	whole := all.Big()
	u := Usage{{meter, unit, whole}}
	for _, part := range parts {
		q := starting.Big()
		switch part {
		case Serving:
			q.Sub(whole, q).Sub(q, idle.Big())
		case Idle:
			q = idle.Big()
		}
		u = append(u, Entry{PartMeter(meter, part), unit, q})
	}
	return u
}

// checkPart sees that a meter that is a part is one of a meter that is there, and
// in its unit, and that the parts of that one sum to it.
func (u Usage) checkPart(e Entry) error {
	whole, part := cutPart(e.Meter)
	i := u.index(whole)
	switch {
	case !slices.Contains(partNames, part):
		return fmt.Errorf("meter %q: found part %q, want one of %q", e.Meter, part, partNames)
	case i < 0:
		return fmt.Errorf("meter %q is a part of %q, which is not there", e.Meter, whole)
	case u[i].Unit != e.Unit:
		return fmt.Errorf("meter %q is counted in %q, and %q in %q", e.Meter, e.Unit, whole, u[i].Unit)
	}
	sum := new(big.Int)
	for _, p := range partNames {
		sum.Add(sum, u.Get(PartMeter(whole, p)))
	}
	if sum.Cmp(u[i].Quantity) != 0 {
		return fmt.Errorf("the parts of meter %q sum to %s, want all of it, %s", whole, sum, u[i].Quantity)
	}
	return nil
}

// share is a part of what a price is for, in the smallest unit of its dimension;
// part is empty of meters that have none.
type share struct {
	part     string
	quantity *big.Int
}

// shares returns the parts of what the meters of the price counted; none where it
// has no parts.
func (p *Price) shares(u Usage, total *big.Int) (list []share) {
	rest := new(big.Int).Set(total)
	for _, part := range partNames {
		s := share{part, new(big.Int)}
		var there bool
		for _, m := range p.Meters {
			i := u.index(PartMeter(m, part))
			if i < 0 {
				continue
			}
			there = true
			x, _ := findUnit(u[i].Unit)
			s.quantity.Add(s.quantity, new(big.Int).Mul(u[i].Quantity, x.big()))
		}
		if there {
			list = append(list, s)
			rest.Sub(rest, s.quantity)
		}
	}
	if len(list) > 0 && rest.Sign() > 0 {
		list = append(list, share{"", rest})
	}
	return list
}

// split returns a line as one line a share: each has its part of the quantity,
// rounded as quotient does, and they sum to it to the last digit. Of several
// tiers each is split in the proportion of the whole. Where all is of one part
// the line keeps its name.
func (l *Line) split(shares []share) []Line {
	total := new(big.Int)
	for _, s := range shares {
		total.Add(total, s.quantity)
	}
	var lines []Line
	sum, before := new(big.Int), new(apd.Decimal)
	for _, s := range shares {
		sum.Add(sum, s.quantity)
		upto := &l.Quantity
		if sum.Cmp(total) != 0 {
			upto = fraction(&l.Quantity, sum, total)
		}
		part := *l
		part.Part = s.part
		if len(shares) > 1 && s.part != "" {
			part.Name += ", " + s.part
		}
		part.Quantity = *sub(upto, before)
		part.Amount = *mul(&part.Quantity, &l.UnitPrice)
		lines, before = append(lines, part), upto
	}
	return lines
}

// fraction returns d × n ÷ of.
func fraction(d *apd.Decimal, n, of *big.Int) *apd.Decimal {
	num := new(big.Int).Mul(d.Coeff.MathBigInt(), n)
	den := new(big.Int).Set(of)
	power := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(d.Exponent, -d.Exponent))), nil)
	if d.Exponent < 0 {
		den.Mul(den, power)
	} else {
		num.Mul(num, power)
	}
	return quotient(num, den)
}
