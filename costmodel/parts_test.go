package costmodel

import (
	"math/big"
	"strings"
	"testing"

	"github.com/cockroachdb/apd/v3"
	"pgregory.net/rapid"

	"github.com/coldcurve/coldcurve/sim"
)

// parted is a usage of seconds by part, whole and parts.
func parted(meter string, starting, serving, idle int64) Usage {
	return Usage(nil).With(meter, "s", starting+serving+idle).
		With(PartMeter(meter, Starting), "s", starting).With(PartMeter(meter, Serving), "s", serving).With(PartMeter(meter, Idle), "s", idle)
}

// partLines returns a bill as text: name, part, quantity and amount of each line.
func partLines(b *Bill) string {
	var lines []string
	for i := range b.Lines {
		l := &b.Lines[i]
		lines = append(lines, strings.Join([]string{l.Name, l.Part, l.Quantity.Text('f'), l.Amount.Text('f')}, " | "))
	}
	return strings.Join(append(lines, "total "+b.Total.Text('f')), "\n")
}

// TestBillsParts: one price makes a line a part; tiers are split in proportion,
// and grants and credits are of all parts.
func TestBillsParts(t *testing.T) {
	for _, c := range []struct {
		name, edit string
		span       Span
		want       string
	}{
		{"one price", `price = "2"`, SpanRun, `
GPU, starting | starting | 30 | 60
GPU, serving | serving | 60 | 120
GPU, idle | idle | 210 | 420
total 600`},
		// 100 at 2 and 200 at 1, each of them 1/10 starting, 2/10 serving, 7/10 idle
		{"tiers", `tiers = [{ upto = "100", price = "2" }, { price = "1" }]`, SpanRun, `
GPU, tier 1, starting | starting | 10 | 20
GPU, tier 1, serving | serving | 20 | 40
GPU, tier 1, idle | idle | 70 | 140
GPU, tier 2, starting | starting | 20 | 20
GPU, tier 2, serving | serving | 40 | 40
GPU, tier 2, idle | idle | 140 | 140
total 400`},
		// 200 are free, of the 100 that are left 1/10 was starting
		{"a grant", `price = "2"` + "\nfree = \"200\"", SpanMonth, `
GPU, free |  | 200 | 0
GPU, starting | starting | 10 | 20
GPU, serving | serving | 20 | 40
GPU, idle | idle | 70 | 140
total 200`},
		{"a credit", `price = "2"` + "\nfree = \"50\"\ncredit = \"1\"", SpanMonth, `
GPU, starting | starting | 30 | 60
GPU, serving | serving | 60 | 120
GPU, idle | idle | 210 | 420
GPU, credit |  | -50 | -50
total 550`},
	} {
		x := gpuTariff(t, c.edit)
		b, err := x.Bill(parted("instance_time", 30, 60, 210), c.span, Month)
		if err != nil {
			t.Fatal(err)
		}
		if got := "\n" + partLines(b); got != c.want {
			t.Errorf("%s: got%s\nwant%s", c.name, got, c.want)
		}
	}
}

// minimalTariff is a tariff of GPU time but for its price.
const minimalTariff = `
[[tariff]]
name       = "own"
kind       = "gpu"
title      = "Own"
gpu        = { name = "h100" }
provider   = "own"
region     = "here"
currency   = "USD"
invariant  = "none"
rule       = { name = "lifetime", quantum = "1s", memory = { ignored = true } }
not_billed = ["requests", "instance_cpu", "instance_memory"]
[[tariff.price]]
name   = "GPU"
meters = ["instance_time"]
unit   = "s"
grade  = "A"
source = "the page"
as_of  = "2026-11"
`

// gpuTariff is a tariff of GPU time with a price that the lines give.
func gpuTariff(t *testing.T, lines string) *Tariff {
	t.Helper()
	c, err := Parse([]File{{"own.toml", []byte(minimalTariff + lines)}})
	if err != nil {
		t.Fatal(err)
	}
	x, err := c.Tariff("own")
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// TestPartsSumExactly: whatever the parts, the window and the tiers, the lines of
// parts sum to those of the whole, quantities and amounts, to the last digit.
func TestPartsSumExactly(t *testing.T) {
	x := gpuTariff(t, `tiers = [{ upto = "70000", price = "0.000333" }, { upto = "900000", price = "0.0007" }, { price = "0.0001" }]`+"\nfree = \"33\"")
	rapid.Check(t, func(rt *rapid.T) {
		n := func(name string) *big.Int { return big.NewInt(rapid.Int64Range(0, 1<<50).Draw(rt, name)) }
		var u Usage
		whole := new(big.Int)
		for _, part := range Parts() {
			q := n(part)
			whole.Add(whole, q)
			u = append(u, Entry{PartMeter("instance_time", part), "ns", q})
		}
		u = append(u, Entry{"instance_time", "ns", whole})
		window := sim.Time(rapid.Int64Range(1, int64(Month)).Draw(rt, "window"))
		parts, err := x.Bill(u, SpanMonth, window)
		if err != nil {
			rt.Fatal(err)
		}
		plain, err := x.Bill(Usage{{"instance_time", "ns", whole}}, SpanMonth, window)
		if err != nil {
			rt.Fatal(err)
		}
		var sum, quantity, all apd.Decimal
		for i := range parts.Lines {
			sum, quantity = *add(&sum, &parts.Lines[i].Amount), *add(&quantity, &parts.Lines[i].Quantity)
			if parts.Lines[i].Quantity.Negative {
				rt.Fatalf("a negative line:\n%s", partLines(parts))
			}
		}
		for i := range plain.Lines {
			all = *add(&all, &plain.Lines[i].Quantity)
		}
		if sum.Cmp(&plain.Total) != 0 || parts.Total.Cmp(&plain.Total) != 0 || quantity.Cmp(&all) != 0 {
			rt.Fatalf("in parts\n%s\nwhole\n%s", partLines(parts), partLines(plain))
		}
	})
}

// TestPartsThatDoNotSum: parts that are not those of their whole are refused.
func TestPartsThatDoNotSum(t *testing.T) {
	x := gpuTariff(t, `price = "2"`)
	for _, c := range []struct {
		usage Usage
		err   string
	}{
		{Usage(nil).With("instance_time", "s", 7).With("instance_time.serving", "s", 6), `the parts of meter "instance_time" sum to 6, want all of it, 7`},
		{Usage(nil).With("instance_time.serving", "s", 6), `meter "instance_time.serving" is a part of "instance_time", which is not there`},
		{Usage(nil).With("instance_time", "s", 7).With("instance_time.resting", "s", 7), `meter "instance_time.resting": found part "resting", want one of ["starting" "serving" "idle"]`},
		{Usage(nil).With("instance_time", "s", 7).With("instance_time.serving", "ns", 7), `meter "instance_time.serving" is counted in "ns", and "instance_time" in "s"`},
	} {
		if _, err := x.Bill(c.usage, SpanRun, 0); err == nil || err.Error() != `billing by tariff "own": `+c.err {
			t.Errorf("got %v, want %s", err, c.err)
		}
	}
}
