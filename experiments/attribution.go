package experiments

import (
	"cmp"
	"math/big"
	"slices"

	"github.com/cockroachdb/apd/v3"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/flows"
)

// The bill of an application is shared out among what used it. A line of a service is
// divided in proportion to what the tally says was used of its meters. A line of a
// platform is divided among the calls of the functions on it: what is counted by their
// number, time by the time that they were served, memory × time by that and their
// memory. So the time in which instances start and idle is of whom they serve, in
// proportion; its cause is that it stands.

// serviceUsage is what was used of each service tariff, by meter.
type serviceUsage struct {
	meters  []flows.Meter
	sums    []*big.Int // by meter; nil: nothing
	tariffs []string   // of those of which something was used, in order
}

func newServiceUsage(meters []flows.Meter, used []flows.Used) *serviceUsage {
	s := &serviceUsage{meters: meters, sums: make([]*big.Int, len(meters))}
	for _, u := range used {
		if s.sums[u.Meter] == nil {
			s.sums[u.Meter] = new(big.Int)
		}
		s.sums[u.Meter].Add(s.sums[u.Meter], u.N.Big())
	}
	for i, m := range meters {
		if s.sums[i] != nil && !slices.Contains(s.tariffs, m.Tariff) {
			s.tariffs = append(s.tariffs, m.Tariff)
		}
	}
	slices.Sort(s.tariffs)
	return s
}

// usage is what was used of a tariff.
func (s *serviceUsage) usage(tariff string) (u costmodel.Usage) {
	for i, m := range s.meters {
		if m.Tariff == tariff && s.sums[i] != nil {
			u = append(u, costmodel.Entry{Meter: m.Name, Unit: m.Unit, Quantity: s.sums[i]})
		}
	}
	return u
}

// share is who has a part of a line, and how much of it.
type share struct {
	trigger  int32
	owner    flows.Owner
	function int32
	cause    flows.Cause
	weight   *big.Int
}

// nobody is the share of what nothing in the application accounts for, such as a fee.
var nobody = share{trigger: flows.None, owner: flows.None, function: flows.None, cause: flows.Held}

// costs shares out the lines of a bill, which are those of bills, in their order: first
// the platforms', then the services'.
func (u *unit) costs(all *costmodel.Bill, bills []*costmodel.Bill, tariffs []*costmodel.Tariff, tally *flows.Tally) (costs []results.Cost) {
	a := &attribution{unit: u, tally: tally, graph: u.app.compiled.Graph}
	line := 0
	for i, b := range bills {
		for k := range b.Lines {
			l := &all.Lines[line]
			shares := a.ofService
			if i < len(u.prices) {
				shares = a.ofPlatform(sim.PlatformID(i))
			}
			costs = append(costs, a.apportion(line, &l.Amount, shares(&b.Lines[k], tariffs[i]))...)
			line++
		}
	}
	return costs
}

// apportion divides a line among shares, of which those of the same are one, and lists what
// each has in the order of the file.
func (a *attribution) apportion(line int, amount *apd.Decimal, shares []share) (costs []results.Cost) {
	if amount.IsZero() {
		return nil
	}
	shares = a.merged(shares)
	weights := make([]*big.Int, len(shares))
	for i := range shares {
		weights[i] = shares[i].weight
	}
	var parts []apd.Decimal
	if len(shares) > 0 {
		parts = costmodel.Apportion(amount, weights)
	}
	if parts == nil {
		shares, parts = []share{nobody}, []apd.Decimal{*amount}
	}
	for i, s := range shares {
		if !parts[i].IsZero() {
			costs = append(costs, results.Cost{Trigger: s.trigger, Owner: s.owner, Function: s.function, Cause: s.cause, Line: line, Amount: parts[i]})
		}
	}
	slices.SortStableFunc(costs, func(x, y results.Cost) int {
		return cmp.Or(cmp.Compare(x.Trigger, y.Trigger), cmp.Compare(x.Owner, y.Owner), cmp.Compare(x.Function, y.Function), cmp.Compare(x.Cause, y.Cause))
	})
	return costs
}

// compare orders shares by the names of whose they are: what a division leaves over goes to
// one of them, which must not be another one where the file has them in another order.
func (a *attribution) compare(x, y share) int {
	return cmp.Or(
		cmp.Compare(elementOf(a.graph.Triggers, x.trigger).Name, elementOf(a.graph.Triggers, y.trigger).Name),
		cmp.Compare(*elementOf(a.graph.Owners, x.owner), *elementOf(a.graph.Owners, y.owner)),
		cmp.Compare(elementOf(a.graph.Functions, x.function).Name, elementOf(a.graph.Functions, y.function).Name),
		cmp.Compare(x.cause, y.cause))
}

// elementOf is an element of a list; an empty one of none.
func elementOf[T any, I ~int32](list []T, i I) *T {
	if i < 0 {
		return new(T)
	}
	return &list[i]
}

// merged sorts shares and adds those up that are of the same.
func (a *attribution) merged(shares []share) (out []share) {
	shares = slices.Clone(shares)
	slices.SortStableFunc(shares, a.compare)
	for _, s := range shares {
		if n := len(out); n > 0 && a.compare(out[n-1], s) == 0 {
			out[n-1].weight = new(big.Int).Add(out[n-1].weight, s.weight)
			continue
		}
		out = append(out, s)
	}
	return out
}

// attribution finds the shares of lines.
type attribution struct {
	unit  *unit
	tally *flows.Tally
	graph *flows.Graph
}

// ofPlatform finds those of a line of a platform.
func (a *attribution) ofPlatform(k sim.PlatformID) func(*costmodel.Line, *costmodel.Tariff) []share {
	return func(l *costmodel.Line, _ *costmodel.Tariff) (list []share) {
		if l.Meter == "" { // a fee, a plan's credit
			return nil
		}
		dimension := costmodel.Dimension(l.Unit)
		stands := l.Part == costmodel.Idle || l.Meter == "provisioned_standing"
		for _, c := range a.tally.Calls {
			if a.unit.on[c.Function] != k {
				continue
			}
			s := share{c.Trigger, c.Owner, c.Function, c.Cause, new(big.Int).SetUint64(c.N)}
			switch dimension {
			case "count":
			case "memory × time":
				s.weight = new(big.Int).Mul(c.Busy.Big(), big.NewInt(max(1, a.unit.workload.functions[c.Function].Memory)))
			default:
				s.weight = c.Busy.Big()
			}
			if stands {
				s.cause = flows.Held
			}
			list = append(list, s)
		}
		return list
	}
}

// ofService finds those of a line of a service. What a function used is its callers', in
// proportion to their calls.
func (a *attribution) ofService(l *costmodel.Line, t *costmodel.Tariff) (list []share) {
	meters := t.PricedWith(l.Meter)
	for _, u := range a.tally.Used {
		m := &a.graph.Meters[u.Meter]
		if m.Tariff != t.Name || !slices.Contains(meters, m.Name) {
			continue
		}
		of := share{u.Trigger, u.Owner, flows.None, u.Cause, u.N.Big()}
		if f := a.functionOf(u.Owner); f != flows.None {
			of.function = f
			list = append(list, a.callers(of)...)
			continue
		}
		list = append(list, of)
	}
	return list
}

// functionOf is the function that is an owner; flows.None: it is no function.
func (a *attribution) functionOf(o flows.Owner) int32 {
	for i := range a.graph.Functions[:len(a.graph.Functions)-len(a.graph.Triggers)] {
		if a.graph.Functions[i].Owner == o {
			return int32(i)
		}
	}
	return flows.None
}

// callers divides what a function used among those that called it for the same trigger;
// where nobody did, it is the function's own.
func (a *attribution) callers(of share) (list []share) {
	all := new(big.Int)
	for _, c := range a.tally.Calls {
		if c.Function == of.function && c.Trigger == of.trigger {
			all.Add(all, new(big.Int).SetUint64(c.N))
			list = append(list, share{of.trigger, c.Owner, of.function, of.cause, new(big.Int).SetUint64(c.N)})
		}
	}
	if all.Sign() == 0 {
		return []share{of}
	}
	list = a.merged(list)
	rest := new(big.Int).Set(of.weight)
	for i := range list {
		w := list[i].weight
		list[i].weight = w.Quo(w.Mul(w, of.weight), all)
		rest.Sub(rest, list[i].weight)
	}
	list[0].weight.Add(list[0].weight, rest)
	return list
}
