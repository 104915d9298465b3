package costmodel

import (
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/cockroachdb/apd/v3"
	"pgregory.net/rapid"

	"github.com/coldcurve/coldcurve/sim"
)

func shippedCatalog(t testing.TB) *Catalog {
	t.Helper()
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// drawUsage draws a usage of every meter that the tariff can bill, from
// nothing to far beyond its last tier.
func drawUsage(rt *rapid.T, t *Tariff) Usage {
	var u Usage
	for _, p := range t.Prices {
		for _, m := range p.Meters {
			if u.index(m) >= 0 || len(p.Tiers) == 0 {
				continue
			}
			n := new(big.Int)
			if p.Beyond == "" { // else there is no price for much of it
				digits := rapid.IntRange(0, 38).Draw(rt, "digits of "+m)
				n.Exp(big.NewInt(10), big.NewInt(int64(digits)), nil)
				n.Mul(n, big.NewInt(int64(rapid.IntRange(0, 99).Draw(rt, m))))
			}
			u = append(u, Entry{m, smallest(p.unit.dimension).name, n})
		}
	}
	return u
}

func drawTariff(rt *rapid.T, c *Catalog) *Tariff {
	x, err := c.Tariff(rapid.SampledFrom(c.Names()).Filter(func(n string) bool { return n != "aws-ec2-m6i.large" }).Draw(rt, "tariff"))
	if err != nil {
		rt.Fatal(err)
	}
	return x
}

func rat(d *apd.Decimal) *big.Rat {
	r, ok := new(big.Rat).SetString(d.Text('f'))
	if !ok {
		panic(d.Text('f'))
	}
	return r
}

// TestMoneyIsExact: lines sum to the total, and each amount is its quantity
// times its price, both to the last digit. The oracle is big.Rat.
func TestMoneyIsExact(t *testing.T) {
	c := shippedCatalog(t)
	rapid.Check(t, func(rt *rapid.T) {
		x := drawTariff(rt, c)
		span := Span(rapid.IntRange(0, 1).Draw(rt, "span"))
		window := sim.Time(rapid.Int64Range(1, int64(400*sim.Day)).Draw(rt, "window"))
		b, err := x.Bill(drawUsage(rt, x), span, window)
		if err != nil {
			rt.Fatal(err)
		}
		addsUp(rt, b)
	})
}

// addsUp sees that each amount of a bill is its quantity times its price, that
// they sum to the total, and that nobody is paid for what was used.
func addsUp(t interface {
	Helper()
	Fatalf(string, ...any)
}, b *Bill) {
	t.Helper()
	sum := new(big.Rat)
	for i := range b.Lines {
		l := &b.Lines[i]
		amount := new(big.Rat).Mul(rat(&l.Quantity), rat(&l.UnitPrice))
		if amount.Cmp(rat(&l.Amount)) != 0 {
			t.Fatalf("%s, %s: %s × %s ≠ %s", b.Tariff, l.Name, l.Quantity.Text('f'), l.UnitPrice.Text('f'), l.Amount.Text('f'))
		}
		sum.Add(sum, rat(&l.Amount))
	}
	if sum.Cmp(rat(&b.Total)) != 0 {
		t.Fatalf("%s: lines sum to %s, total %s", b.Tariff, sum, b.Total.Text('f'))
	}
	if b.Total.Sign() < 0 {
		t.Fatalf("%s: total %s", b.Tariff, b.Total.Text('f'))
	}
}

// slowCost prices one quantity unit by unit of what a tier still holds, in
// rationals, as a provider's page explains it.
func slowCost(p *Price, q *big.Rat, grants bool) *big.Rat {
	cost, from := new(big.Rat), new(big.Rat)
	free := new(big.Rat)
	if grants {
		free = rat(&p.Free.Decimal)
	}
	if p.Credit.IsZero() {
		from = free
	}
	for _, t := range p.Tiers {
		to := q
		if t.UpTo != nil && q.Cmp(rat(&t.UpTo.Decimal)) > 0 {
			to = rat(&t.UpTo.Decimal)
		}
		if part := new(big.Rat).Sub(to, from); part.Sign() > 0 {
			cost.Add(cost, part.Mul(part, rat(&t.UnitPrice.Decimal)))
			from = to
		}
	}
	cost.Sub(cost, new(big.Rat).Mul(free, rat(&p.Credit.Decimal)))
	if cost.Sign() < 0 {
		return new(big.Rat)
	}
	return cost
}

// TestTierBoundaries prices 1 unit below, at, and above each boundary of each
// price of each tariff: the end of a tier, of the free grant, and of what is
// known, beyond which there is no bill.
func TestTierBoundaries(t *testing.T) {
	checked := map[string]bool{}
	defer func() {
		for _, x := range shippedCatalog(t).Tariffs() {
			priced := slices.ContainsFunc(x.Prices, func(p Price) bool { return len(p.Tiers) > 0 })
			if priced && !checked[x.Name] {
				t.Errorf("no boundary of %s was looked at", x.Name)
			}
		}
	}()
	for _, x := range shippedCatalog(t).Tariffs() {
		for i := range x.Prices {
			p := &x.Prices[i]
			edges := []*apd.Decimal{&p.Free.Decimal}
			for _, tier := range p.Tiers {
				if tier.UpTo != nil {
					edges = append(edges, &tier.UpTo.Decimal)
				}
			}
			for _, edge := range edges {
				for _, step := range []int64{-1, 0, 1} {
					if checkBoundary(t, x, p, edge, step) {
						checked[x.Name] = true
					}
				}
			}
		}
	}
}

// checkBoundary prices edge + step, where a step is the smallest unit that a
// meter counts.
func checkBoundary(t *testing.T, x *Tariff, p *Price, edge *apd.Decimal, step int64) bool {
	t.Helper()
	if len(p.Tiers) == 0 || p.Fixed {
		return false
	}
	small := new(big.Rat).Mul(rat(edge), new(big.Rat).SetInt(p.unit.big()))
	n := new(big.Int).Add(small.Num(), big.NewInt(step))
	if n.Sign() < 0 {
		return false
	}
	if !small.IsInt() { // nothing can be counted so finely
		t.Errorf("%s, %s: %s %s are no whole number of %s", x.Name, p.Name, edge.Text('f'), p.Unit, smallest(p.unit.dimension).name)
	}
	u := Usage{{p.Meters[0], smallest(p.unit.dimension).name, n}}
	for _, q := range x.Prices {
		if q.Required && u.index(q.Meters[0]) < 0 {
			u = u.With(q.Meters[0], q.Unit, 0)
		}
	}
	for _, span := range []Span{SpanMonth, SpanRun} {
		b, err := x.Bill(u, span, Month)
		if end := p.Tiers[len(p.Tiers)-1].UpTo; end != nil && end.Cmp(edge) == 0 && step > 0 {
			if err == nil || !strings.HasSuffix(err.Error(), p.Beyond) {
				t.Errorf("%s, %s: beyond what is known: %v", x.Name, p.Name, err)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		addsUp(t, b)
		got := rat(amountOf(b, p.Name))
		// hours and months divide by 3, TiB by 2^40: there the quantity itself is rounded
		want := slowCost(p, new(big.Rat).SetFrac(n, p.unit.big()), span == SpanMonth)
		if d := new(big.Rat).Sub(got, want); d.Abs(d).Cmp(big.NewRat(1, 1_000_000_000_000_000_000)) > 0 || p.unit.factor%3 != 0 && p.unit.name != "TiB" && d.Sign() != 0 {
			t.Errorf("%s, %s, %s: %s units cost %s, want %s", x.Name, p.Name, span, n, got.FloatString(30), want.FloatString(30))
		}
	}
	return true
}

// TestCostGrowsWithUsage: more of any meter never costs less.
func TestCostGrowsWithUsage(t *testing.T) {
	c := shippedCatalog(t)
	rapid.Check(t, func(rt *rapid.T) {
		x := drawTariff(rt, c)
		span := Span(rapid.IntRange(0, 1).Draw(rt, "span"))
		window := sim.Time(rapid.Int64Range(1, int64(400*sim.Day)).Draw(rt, "window"))
		u := drawUsage(rt, x)
		more, err := u.Merge(drawUsage(rt, x))
		if err != nil {
			rt.Fatal(err)
		}
		a, err := x.Bill(u, span, window)
		if err != nil {
			rt.Fatal(err)
		}
		b, err := x.Bill(more, span, window)
		if err != nil {
			rt.Fatal(err)
		}
		if a.Total.Cmp(&b.Total) > 0 {
			rt.Fatalf("%s costs %s, with more usage %s", x.Name, a.Total.Text('f'), b.Total.Text('f'))
		}
	})
}

// TestMonth scales by hand-worked windows.
func TestMonth(t *testing.T) {
	x := mustTariff(t, "aws-lambda")
	for _, c := range []struct {
		window   sim.Time
		requests int64
		lines    string
	}{
		// a day of 100,000 requests is a month of 3M, 1M of them free
		{sim.Day, 100_000, "requests, free 1 × 0 = 0; requests 2 × 0.2 = 0.4"},
		// a week: × 30 ÷ 7 does not end; 30 digits are kept
		{7 * sim.Day, 1_000_000, "requests, free 1 × 0 = 0; requests 3.285714285714285714285714285714 × 0.2 = 0.6571428571428571428571428571428"},
		// all within the free grant
		{30 * sim.Day, 999_999, "requests, free 0.999999 × 0 = 0"},
		// nothing used: one line says so
		{30 * sim.Day, 0, "requests 0 × 0.2 = 0"},
	} {
		b, err := x.Bill(Usage(nil).With("requests", "1", c.requests), SpanMonth, c.window)
		if err != nil {
			t.Fatal(err)
		}
		if got := linesOf(b); got != c.lines {
			t.Errorf("%d requests in %d h:\n got %s\nwant %s", c.requests, c.window/sim.Hour, got, c.lines)
		}
	}
}

// linesOf writes the lines of a bill as one text.
func linesOf(b *Bill) string {
	var lines []string
	for i := range b.Lines {
		l := &b.Lines[i]
		lines = append(lines, fmt.Sprintf("%s %s × %s = %s", l.Name, l.Quantity.Text('f'), l.UnitPrice.Text('f'), l.Amount.Text('f')))
	}
	return strings.Join(lines, "; ")
}

// TestCredit: a Tier 2 region gets the free grant as money at Tier 1 prices:
// 240,000 vCPU-s × 0.000018 = 4.32, which pays for 200,000 vCPU-s at 0.0000216.
// Where less is used, no more than that is credited.
func TestCredit(t *testing.T) {
	x := mustTariff(t, "gcp-cloud-run-instance-tier2")
	for _, c := range []struct {
		seconds      int64
		total, lines string
	}{
		{0, "0", "CPU 0 × 0.0000216 = 0"},
		{199_999, "0", "CPU 199999 × 0.0000216 = 4.3199784; CPU, credit -199999 × 0.0000216 = -4.3199784"},
		{200_000, "0", "CPU 200000 × 0.0000216 = 4.32; CPU, credit -200000 × 0.0000216 = -4.32"},
		{200_001, "0.0000216", "CPU 200001 × 0.0000216 = 4.3200216; CPU, credit -240000 × 0.000018 = -4.32"},
		{1_000_000, "17.28", "CPU 1000000 × 0.0000216 = 21.6; CPU, credit -240000 × 0.000018 = -4.32"},
	} {
		b, err := x.Bill(Usage(nil).With("instance_cpu", "vCPU-s", c.seconds), SpanMonth, Month)
		if err != nil {
			t.Fatal(err)
		}
		addsUp(t, b)
		if got, lines := b.Total.Text('f'), linesOf(b); got != c.total || lines != c.lines {
			t.Errorf("%d vCPU-s cost %s, want %s:\n got %s\nwant %s", c.seconds, got, c.total, lines, c.lines)
		}
	}
}

// TestPlanCredit: Modal's plan has 30 USD a month against the whole bill, and
// no more than the bill; a run is priced without it.
func TestPlanCredit(t *testing.T) {
	x := mustTariff(t, "modal-t4")
	for _, c := range []struct {
		hours int64
		span  Span
		lines string
	}{
		// a T4 for 0.59 an hour, as on the page's own plan
		{10, SpanMonth, "GPU 36000 × 0.000164 = 5.904; plan credit -5.904 × 1 = -5.904"},
		{100, SpanMonth, "GPU 360000 × 0.000164 = 59.04; plan credit -30 × 1 = -30"},
		{100, SpanRun, "GPU 360000 × 0.000164 = 59.04"},
	} {
		b, err := x.Bill(Usage(nil).With("instance_time", "h", c.hours), c.span, Month)
		if err != nil {
			t.Fatal(err)
		}
		addsUp(t, b)
		if got := linesOf(b); got != c.lines {
			t.Errorf("%d hours, %s:\n got %s\nwant %s", c.hours, c.span, got, c.lines)
		}
	}
}

// TestMissingPrice: what has no price is an error, never 0.
func TestMissingPrice(t *testing.T) {
	c := shippedCatalog(t)
	for _, x := range []struct {
		name, tariff string
		usage        Usage
		window       sim.Time
		err          string
	}{
		{"not verified", "aws-lambda-100ms", Usage(nil).With("provisioned_standing", "GB-s", 3), Month,
			`billing by tariff "aws-lambda-100ms": the price of "provisioned concurrency, standing" is not verified (grade U), and 3 GB-s were used; give it in a tariff of your own that extends this one: in own/prices.toml, with --tariffs own, and an amount in USD in place of each ?: tariff = [{ name = "aws-lambda-100ms", extends = "aws-lambda-100ms", price = [{ name = "provisioned concurrency, duration", meters = ["provisioned_duration"], unit = "GB-s", price = "?", grade = "A", source = "my bill", as_of = "undated" }, { name = "provisioned concurrency, standing", meters = ["provisioned_standing"], unit = "GB-s", price = "?", grade = "A", source = "my bill", as_of = "undated" }] }]`},
		{"not offered", "azure-consumption", Usage(nil).With("provisioned_duration", "MiB-ms", 5), Month,
			`billing by tariff "azure-consumption": meter "provisioned_duration" counts what Azure Functions, Consumption does not offer, and 5 MiB-ms were used`},
		{"unknown", "aws-lambda", Usage(nil).With("gpu", "s", 0), Month,
			`billing by tariff "aws-lambda": meter "gpu" has no price`},
		{"wrong dimension", "aws-lambda", Usage(nil).With("duration", "s", 1), Month,
			`billing by tariff "aws-lambda": meter "duration" is counted in "s", its price is for "GB-s"`},
		{"twice", "aws-lambda", Usage(nil).With("requests", "1", 1).With("requests", "1", 1), Month,
			`billing by tariff "aws-lambda": meter "requests" stands twice in the usage`},
		{"beyond what is known", "aws-s3", Usage(nil).With("storage", "GB-month", 51_201), Month,
			`billing by tariff "aws-s3": the price of "storage" is known up to 51200 GB-month, and 51201 were used: the prices beyond 50 TB are not verified`},
		{"nothing given", "aws-sqs", nil, Month,
			`billing by tariff "aws-sqs": all quantities of this tariff are given by the user, found none`},
		{"not given", "cloudflare-workers", Usage(nil).With("requests", "1M", 1), Month,
			`billing by tariff "cloudflare-workers": "CPU time" is billed, and no simulation counts it: want a quantity of meter "cpu_time"`},
		{"unverified in a region", "aws-lambda-af-south-1", Usage(nil).With("snapstart_restored", "GiB", 1), Month,
			`billing by tariff "aws-lambda-af-south-1": the price of "SnapStart restore" is not verified (grade U), and 1 GiB were used; give it in a tariff of your own that extends this one: in own/prices.toml, with --tariffs own, and an amount in USD in place of each ?: tariff = [{ name = "aws-lambda-af-south-1", extends = "aws-lambda-af-south-1", price = [{ name = "SnapStart restore", meters = ["snapstart_restored"], supplied = true, unit = "GiB", price = "?", grade = "A", source = "my bill", as_of = "undated" }] }]`},
		{"negative", "aws-lambda", Usage(nil).With("requests", "1", -1), Month,
			`billing by tariff "aws-lambda": meter "requests": found -1, want a quantity that is not negative`},
		{"no window", "aws-lambda", nil, 0,
			`billing by tariff "aws-lambda": a window of 0 ns cannot be scaled to a month, want more than 0`},
	} {
		tariff, err := c.Tariff(x.tariff)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tariff.Bill(x.usage, SpanMonth, x.window); err == nil || err.Error() != x.err {
			t.Errorf("%s:\n got %v\nwant %s", x.name, err, x.err)
		}
	}
	free, _ := c.Tariff("aws-lambda-100ms")
	if _, err := free.Bill(Usage(nil).With("provisioned_standing", "GB-s", 0), SpanMonth, Month); err != nil {
		t.Errorf("nothing of a price that is not verified: %v", err)
	}
}

// TestUsageJSON: a usage survives JSON to the last digit.
func TestUsageJSON(t *testing.T) {
	n, _ := new(big.Int).SetString("340282366920938463463374607431768211455", 10) // 2^128 − 1
	u := Usage{{"duration", "MiB-ms", n}, {"requests", "1", big.NewInt(0)}}
	b, err := json.Marshal(u)
	if err != nil {
		t.Fatal(err)
	}
	const want = `[{"meter":"duration","unit":"MiB-ms","quantity":"340282366920938463463374607431768211455"},{"meter":"requests","unit":"1","quantity":"0"}]`
	if string(b) != want {
		t.Errorf("got %s", b)
	}
	var back Usage
	if err := json.Unmarshal(b, &back); err != nil {
		t.Fatal(err)
	}
	if len(back) != 2 || back[0].Quantity.Cmp(n) != 0 || back[1].Quantity.Sign() != 0 ||
		back[0].Meter != "duration" || back[0].Unit != "MiB-ms" || back[1].Meter != "requests" || back[1].Unit != "1" {
		t.Errorf("read back %v", back)
	}
	if err := json.Unmarshal([]byte(`[{"meter":"m","unit":"1","quantity":"1.5"}]`), &back); err == nil {
		t.Error("a fraction was read as a quantity")
	}
}

// TestUsageMerge: the sum does not touch its parts, and units must agree.
func TestUsageMerge(t *testing.T) {
	a := Usage(nil).With("requests", "1", 1)
	b := Usage(nil).With("requests", "1", 2).With("streamed", "GiB", 3)
	sum, err := a.Merge(b)
	if err != nil {
		t.Fatal(err)
	}
	if sum.Get("requests").Int64() != 3 || sum.Get("streamed").Int64() != 3 || a.Get("requests").Int64() != 1 || sum.Get("none").Sign() != 0 {
		t.Errorf("%v + %v = %v", a, b, sum)
	}
	if _, err := b.Merge(Usage(nil).With("streamed", "byte", 1)); err == nil || err.Error() != `adding usage: meter "streamed" is counted in "GiB" and in "byte"` {
		t.Errorf("got %v", err)
	}
}

func TestQuotient(t *testing.T) {
	for _, c := range []struct{ n, d, want string }{
		{"0", "7", "0"},
		{"1", "1024000", "0.0000009765625"},                                          // exact: 2^13 × 5^3
		{"1", "1024000000000", "0.0000000000009765625"},                              // MiB-ns to GB-s, 19 digits
		{"1", "3", "0.333333333333333333333333333333"},                               // down
		{"2", "3", "0.666666666666666666666666666667"},                               // up
		{"1", "2000000000000000000000000000000", "0"},                                // half, to even
		{"3", "2000000000000000000000000000000", "0.000000000000000000000000000002"}, // half, to even
		{"5000000", "1", "5000000"},
	} {
		n, _ := new(big.Int).SetString(c.n, 10)
		d, _ := new(big.Int).SetString(c.d, 10)
		if got := quotient(n, d).Text('f'); got != c.want {
			t.Errorf("%s ÷ %s = %s, want %s", c.n, c.d, got, c.want)
		}
	}
}

func TestCents(t *testing.T) {
	for in, want := range map[string]string{
		"0": "0.00", "1": "1.00", "0.005": "0.01", "0.0049": "0.00", "2.675": "2.68", "-4.32": "-4.32",
		"854203.296000": "854203.30", "12345678901234567890.125": "12345678901234567890.13",
		"1.23E12": "1230000000000.00", "4E2": "400.00", // without digits after a point of their own
	} {
		d, _, err := apd.NewFromString(in)
		if err != nil {
			t.Fatal(err)
		}
		if got := Cents(d); got != want {
			t.Errorf("Cents(%s) = %s, want %s", in, got, want)
		}
	}
}

// smallest returns the smallest unit of a dimension.
func smallest(dimension string) unit {
	return units[slices.IndexFunc(units, func(u unit) bool { return u.dimension == dimension })]
}
