package estimate

import (
	"fmt"
	"math/big"
	"slices"
	"strings"
)

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
	unit string
	is   *measure
	bare int64
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
	factor, known := factorOf(m, strings.TrimSpace(amount[len(number):]), unit, measures[i].bare)
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
func factorOf(m *measure, name, unit string, bare int64) (int64, bool) {
	find := func(words []word) int64 {
		for _, w := range words {
			if w.name == name {
				return w.factor
			}
		}
		return 0
	}
	if name == "" || name == unit {
		return bare, true
	}
	if f := find(m.words); f > 0 {
		return f, true
	}
	switch f := find(counts.words); {
	case m == &held:
		f = find(sizes.words)
		return f * monthSeconds, f > 0
	case (m == &gbs || m == &vcpu) && f > 0 && bare <= (1<<63-1)/f:
		return f * bare, true
	}
	return 0, false
}

// isDecimal reports whether a text is digits with at most one point between.
func isDecimal(s string) bool {
	whole, part, has := strings.Cut(s, ".")
	numeric := func(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
	return numeric(whole) && (!has || numeric(part))
}
