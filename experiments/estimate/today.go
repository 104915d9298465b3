package estimate

import (
	"fmt"
	"math/big"
	"strings"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/traces/logs"
)

// Today is the bill of what a log says was billed.
type Today struct {
	Bill      *costmodel.Bill
	Grants    Amount // what free grants have taken off the bill
	Billing   logs.Billing
	Requests  int64
	Statement string // how well the log's billed durations are explained
	Tariff    string // that billed them, without a day
	Profile   *logs.Profile
}

// newToday prices the billed durations of a log as they stand in it, under the
// tariff of its day. Where the log has no times it is the bill of the log, else
// of a month of such days, of the requests that can be replayed: what cannot is
// in no plan either. memory, MiB, is taken where the log does not say it. nil: it
// has no billed durations, or nobody knows of what size.
func newToday(p *logs.Profile, catalog *costmodel.Catalog, tariff string, memory int64, free costmodel.FreeTier, log *Log) (*Today, error) {
	if p.Billing.Lines == 0 {
		return nil, nil
	}
	var usage costmodel.Usage
	requests, duration := new(big.Int), new(big.Int)
	var untimed, unmeasured int64
	for i := range p.Functions {
		f := &p.Functions[i]
		for _, u := range f.Billed {
			if log != nil { // those that are replayed: a month is made of their times
				u.Requests, u.BilledMS = u.Requests-u.Unplaced.Untimed, u.BilledMS-u.Unplaced.UntimedMS
				untimed += u.Unplaced.Untimed
				if !f.Unmeasured {
					u.Requests, u.BilledMS = u.Requests-u.Unplaced.Unmeasured, u.BilledMS-u.Unplaced.UnmeasuredMS
					unmeasured += u.Unplaced.Unmeasured
				}
			}
			if u.MemoryMB == 0 { // the log does not say it
				u.MemoryMB = memory
			}
			if u.MemoryMB == 0 {
				return nil, nil // billed by the memory, which nobody knows
			}
			requests.Add(requests, big.NewInt(u.Requests))
			duration.Add(duration, u.MBms())
		}
		failed := f.FailedInits.MiBMS.Big()
		if f.Memory == 0 { // as that of the requests
			failed.Mul(big.NewInt(memory), big.NewInt(f.FailedInits.BilledMS))
		}
		duration.Add(duration, failed)
	}
	usage = costmodel.Usage{{Meter: "requests", Unit: "1", Quantity: requests}, {Meter: "duration", Unit: "MiB-ms", Quantity: duration}}
	t, err := catalog.Tariff(tariff)
	if err != nil {
		return nil, inputError("%w", err)
	}
	span, length := costmodel.SpanRun, sim.Time(0)
	if log != nil {
		span, length = log.Span(), log.Length
		if t, err = catalog.At(tariff, costmodel.Date(p.Last.Format("2006-01-02"))); err != nil {
			return nil, inputError("%w", err)
		}
	}
	t = free.Of(t)
	bill, err := t.Bill(usage, span, length)
	if err != nil {
		return nil, inputError("%w", err)
	}
	worth, err := t.GrantsWorth(usage, span, length)
	if err != nil {
		return nil, inputError("%w", err)
	}
	base, _, _ := strings.Cut(tariff, "@")
	return &Today{bill, Amount{t.Currency, *worth}, p.Billing, requests.Int64(), statement(p) + leftOut(untimed, unmeasured), base, p}, nil
}

// leftOut says which billed requests are in no bill, neither here nor in plans.
func leftOut(untimed, unmeasured int64) string {
	var why []string
	if untimed > 0 {
		why = append(why, fmt.Sprintf("%d have no time", untimed))
	}
	if unmeasured > 0 {
		why = append(why, fmt.Sprintf("%d have no duration", unmeasured))
	}
	if len(why) == 0 {
		return ""
	}
	return fmt.Sprintf("; %d billed requests are left out of this bill as of the plans: %s", untimed+unmeasured, strings.Join(why, ", "))
}

// statement says how many billed durations the provider's rules reproduce.
func statement(p *logs.Profile) string {
	b := &p.Billing
	var rules []string
	for _, f := range b.Explained {
		if f.Lines > 0 {
			rules = append(rules, fmt.Sprintf("%s: %d", f.Rule, f.Lines))
		}
	}
	s := fmt.Sprintf("%d of %d billed durations are reproduced to the millisecond from duration and initialisation", b.Lines-b.Unexplained, b.Lines)
	if len(rules) > 0 {
		s += " (" + strings.Join(rules, ", ") + ")"
	}
	if b.Printed > 0 {
		s += fmt.Sprintf("; %d of them only within the rounding of the printed duration", b.Printed)
	}
	if b.Unexplained > 0 {
		s += "; unexplained: " + strings.Join(b.Places, ", ")
	}
	return s
}

func (t *Today) write(b *strings.Builder) {
	if t == nil {
		return
	}
	of := "the log as it is, from the first tier on and without monthly grants"
	if t.Bill.Span == costmodel.SpanMonth {
		of = "a month of 30 days like the log"
	}
	fmt.Fprintf(b, "Today, as logged (%s): %s\n", t.Bill.Tariff, of)
	writeBill(b, t.Bill, t.Grants)
	fmt.Fprintf(b, "  %s.\n\n", t.Statement)
}
