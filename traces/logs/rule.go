package logs

import (
	"math/big"
	"strings"

	"github.com/coldcurve/coldcurve/sim"
)

// Rule is a set of rules by which Lambda billed an invocation's duration.
type Rule uint8

// The rules, in the order of their eras.
const (
	// Ceil100 rounds the duration up to 100 ms: before December 2020.
	Ceil100 Rule = 1 << iota
	// Ceil100Init rounds the sum of duration and init up to 100 ms: custom
	// runtimes, containers and provisioned concurrency before December 2020.
	Ceil100Init
	// Ceil1 rounds the duration up to 1 ms: from December 2020 to July 2025.
	Ceil1
	// Ceil1Init rounds the sum of duration and init up to 1 ms: all since
	// 2025-08-01; before, those of Ceil100Init.
	Ceil1Init
	// SnapStart rounds the duration up to 1 ms and adds the billed restore.
	SnapStart
	// TimeLimit bills the function's timeout, whole seconds, where the duration
	// printed is longer: invocations that timed out before 2024.
	TimeLimit
	// Printed says that the rules fit only if the printed durations, which are
	// rounded to 0.01 ms, were up to 0.005 ms longer.
	Printed

	allRules = Printed - 1
)

var ruleNames = [...]struct {
	rule Rule
	name string
}{
	{Ceil100, "ceil100(duration)"},
	{Ceil100Init, "ceil100(duration+init)"},
	{Ceil1, "ceil1(duration)"},
	{Ceil1Init, "ceil1(duration+init)"},
	{SnapStart, "ceil1(duration)+billed_restore"},
	{TimeLimit, "timeout"},
}

// String joins the names of the set's rules with |; the empty set is "none".
func (r Rule) String() string {
	var names []string
	for _, n := range ruleNames {
		if r&n.rule != 0 {
			names = append(names, n.name)
		}
	}
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, "|")
}

// Rules lists the single rules in the order of their eras.
func Rules() []Rule { return []Rule{Ceil100, Ceil100Init, Ceil1, Ceil1Init, SnapStart, TimeLimit} }

// ceil returns a duration in ms, rounded up to a multiple of step ms, and at
// least one step: an invocation that prints 0.00 ms ran.
func ceil(d sim.Time, step int64) int64 {
	unit := step * sim.Millisecond
	return max(1, (d+unit-1)/unit) * step
}

// halfPrinted is the rounding of a printed duration.
const halfPrinted = 5 * sim.Microsecond

// explain returns the rules that give what was billed.
func explain(e *entry) Rule {
	if r := explainExactly(e, 0); r != 0 {
		return r
	}
	if r := explainExactly(e, halfPrinted); r != 0 {
		return r | Printed
	}
	if overran(e) {
		return TimeLimit
	}
	return 0
}

// The timeouts that a function can have, ms, and how much longer than it an
// invocation was printed to have run: until the sandbox was stopped.
const (
	timeoutStep = 1_000
	timeoutMost = 900_000
	overrunMost = sim.Second
)

// overran reports whether a timeout is what was billed: a whole number of
// seconds, just below the duration. Before 2024 reports had no Status, and the
// duration was that at which the invocation was stopped; an initialisation that
// was billed is billed besides.
func overran(e *entry) bool {
	if e.outcome == failed || e.has&hasRestore != 0 {
		return false
	}
	limit := e.billed
	if e.has&hasInit != 0 && limit%timeoutStep != 0 {
		limit -= ceil(e.init, 1)
	}
	over := e.duration - limit*sim.Millisecond
	return limit > 0 && limit%timeoutStep == 0 && limit <= timeoutMost && over > 0 && over < overrunMost
}

// explainExactly applies the rules to durations longer by slack each. All of a
// warm line's rules with init give the same as those without.
func explainExactly(e *entry, slack sim.Time) (r Rule) {
	d := e.duration + slack
	if e.has&hasRestore != 0 {
		return explainRestore(e, ceil(d, 1))
	}
	sum := d + e.init
	if e.has&hasInit != 0 {
		sum += slack
	}
	for _, c := range [...]struct {
		rule   Rule
		billed int64
	}{{Ceil100, ceil(d, 100)}, {Ceil100Init, ceil(sum, 100)}, {Ceil1, ceil(d, 1)}, {Ceil1Init, ceil(sum, 1)}} {
		if c.billed == e.billed {
			r |= c.rule
		}
	}
	return r
}

// explainRestore: where the log does not print the billed restore, any up to
// the restore itself is taken.
func explainRestore(e *entry, duration int64) Rule {
	rest := e.billed - duration
	if e.has&hasBilledRestore != 0 && rest == e.billedRestore ||
		e.has&hasBilledRestore == 0 && rest >= 0 && rest <= ceil(e.restore, 1) {
		return SnapStart
	}
	return 0
}

// Usage is what was billed of a function at one memory size, for the lines
// that the same rules explain. Sums are exact.
type Usage struct {
	MemoryMB int64 // MiB configured
	Rules    Rule  // those that explain each of the lines; 0: none does
	Requests int64
	BilledMS int64 // sum of billed durations as logged, ms
	Unplaced Unplaced
}

// Unplaced counts those of billed requests that cannot be replayed: nobody knows
// when they came, or how long they took.
type Unplaced struct {
	Untimed, Unmeasured     int64 // requests without a time, and with one without a duration
	UntimedMS, UnmeasuredMS int64 // their billed durations
}

func (u *Unplaced) add(o Unplaced) {
	u.Untimed, u.UntimedMS = u.Untimed+o.Untimed, u.UntimedMS+o.UntimedMS
	u.Unmeasured, u.UnmeasuredMS = u.Unmeasured+o.Unmeasured, u.UnmeasuredMS+o.UnmeasuredMS
}

// MBms is memory × billed duration, summed: MiB·ms.
func (u *Usage) MBms() *big.Int {
	return new(big.Int).Mul(big.NewInt(u.MemoryMB), big.NewInt(u.BilledMS))
}

// Billing is the check of billed durations over all lines that have one.
type Billing struct {
	Lines       int64      // with a billed duration
	Explained   []RuleFits // one a rule, in the order of Rules
	Unexplained int64      // lines that no rule explains
	Places      []string   // where the first of them stand, at most 8
	Printed     int64      // explained only within the rounding of printed durations
}

// RuleFits says how many lines a rule explains.
type RuleFits struct {
	Rule  Rule
	Lines int64 // that it explains
	Alone int64 // that no other rule explains
}

// billing sums the check over the functions.
func billing(functions []Function, places []string) Billing {
	b := Billing{Places: places}
	for _, r := range Rules() {
		b.Explained = append(b.Explained, RuleFits{Rule: r})
	}
	for i := range functions {
		for _, u := range functions[i].Billed {
			b.Lines += u.Requests
			if u.Rules == 0 {
				b.Unexplained += u.Requests
			}
			if u.Rules&Printed != 0 {
				b.Printed += u.Requests
			}
			for k := range b.Explained {
				fit := &b.Explained[k]
				if u.Rules&fit.Rule != 0 {
					fit.Lines += u.Requests
				}
				if u.Rules&allRules == fit.Rule {
					fit.Alone += u.Requests
				}
			}
		}
	}
	return b
}
