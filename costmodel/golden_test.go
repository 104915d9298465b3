package costmodel

import (
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cockroachdb/apd/v3"

	"github.com/coldcurve/coldcurve/sim"
)

// TestWorkedExamples holds the bills to the examples that AWS works out on its
// pricing page (L1–L10), and to the price feed's tier totals (L11, L12), at
// the rates that each example prints.
//
// The page rounds each line to cents before it adds, so lines and totals are
// compared within a cent; L6 and L7 round in between and get two.
func TestWorkedExamples(t *testing.T) {
	type want = map[string]string // price name → amount of all its lines
	examples := []struct {
		name   string
		tariff string
		own    string // a tariff file, for rates that only the example prints
		span   Span   // SpanMonth: with the free tier; SpanRun: without
		usage  func(m *run)
		want   want
		total  string
		cents  int64 // tolerance
	}{
		{
			// 3M × 120 ms × 1.5 GB = 540,000 GB-s, less 400,000 free
			name: "L1 on demand, free tier", tariff: "aws-lambda", span: SpanMonth,
			usage: func(m *run) { m.invoke(3_000_000, 120, 1536) },
			want:  want{"duration": "2.33", "requests": "0.40"}, total: "2.73", cents: 0,
		},
		{
			name: "L2 on demand, no free tier", tariff: "aws-lambda", span: SpanRun,
			usage: func(m *run) { m.invoke(7_440_000, 2_000, 1024) },
			want:  want{"duration": "248.00", "requests": "1.49"}, total: "249.49", cents: 0,
		},
		{
			// ephemeral: 6M × 0.28 s × 1.5 GB = 2,520,000 GB-s
			name: "L3 ephemeral storage", tariff: "aws-lambda", span: SpanMonth,
			usage: func(m *run) { m.config.Ephemeral = 2048; m.invoke(6_000_000, 280, 4096) },
			want:  want{"duration": "105.33", "requests": "1.00", "ephemeral storage above 512 MB": "0.08"}, total: "106.41", cents: 1,
		},
		{
			// The free grant goes to the 2.5M requests beyond the provisioned
			// ones, and to requests of either kind.
			name: "L4 provisioned concurrency with a spill", tariff: "aws-lambda", span: SpanMonth,
			usage: func(m *run) {
				m.provision(100, 8*sim.Hour, 1536)
				m.invokeProvisioned(500_000, 100, 1536)
				m.invoke(2_500_000, 120, 1536)
			},
			want: want{
				"provisioned concurrency, standing": "18.00", "provisioned concurrency, duration": "0.73",
				"duration": "0.83", "requests": "0.40",
			}, total: "19.96", cents: 0,
		},
		{
			name: "L5 provisioned concurrency for a day", tariff: "aws-lambda", span: SpanRun,
			usage: func(m *run) {
				m.provision(7, 24*sim.Hour, 4096)
				m.invokeProvisioned(2_000_000, 280, 4096)
			},
			want:  want{"provisioned concurrency, standing": "10.08", "provisioned concurrency, duration": "21.78", "requests": "0.40"},
			total: "32.26", cents: 0,
		},
		{
			// one version of 1 GB for 31 days; 74,400 restores of 1 GB
			name: "L6 SnapStart", tariff: "aws-lambda", span: SpanRun,
			usage: func(m *run) {
				m.invoke(7_440_000, 2_000, 1024)
				m.supply("snapstart_cached", "GB-s", 31*86_400)
				m.supply("snapstart_restored", "GiB", 74_400)
			},
			want:  want{"duration": "248.00", "requests": "1.49", "SnapStart cache": "4.03", "SnapStart restore": "10.40"},
			total: "263.92", cents: 2,
		},
		{
			// 1M responses of 7 MB, 6 MB of each free; the 100 GB free a month
			// are used up by others: they are given here on top
			name: "L7 response streaming", tariff: "aws-lambda", span: SpanMonth,
			usage: func(m *run) {
				m.invoke(3_000_000, 500, 1536)
				m.supply("streamed", "byte", 1_000_000<<20+100<<30)
			},
			want:  want{"duration": "30.83", "requests": "0.40", "response streaming beyond 6 MB a request": "7.81"},
			total: "39.04", cents: 2,
		},
		{
			// The request charge of 0.20 needs 2 million requests, which the
			// example does not state. 104 GB (decimal) for 21 days.
			name: "L8 durable functions", tariff: "aws-lambda-arm", span: SpanMonth,
			usage: func(m *run) {
				m.invoke(2_000_000, 16_000, 1024)
				m.supply("durable_operations", "1M", 4)
				m.supply("durable_written", "GB", 104)
				m.supply("durable_retained", "byte-s", 104_000_000_000*21*86_400)
			},
			want: want{
				"duration": "421.34", "requests": "0.20", "durable operations": "32.00",
				"durable data written": "26.00", "durable data retained": "10.92",
			}, total: "490.46", cents: 0,
		},
		{
			// 200,000 environments of 1 GB at the rate that the example rounds
			name: "L9 tenant isolation", tariff: "page", span: SpanRun,
			own: `
[[tariff]]
name    = "page"
extends = "aws-lambda"
[[tariff.price]]
name     = "tenant isolation, new environments"
meters   = ["tenant_environments"]
supplied = true
unit     = "GiB"
price    = "0.000167"
grade    = "A"
source   = "worked example"
as_of    = "2026"`,
			usage: func(m *run) {
				m.invoke(10_000_000, 2_000, 1024)
				m.supply("tenant_environments", "GiB", 200_000)
			},
			want:  want{"requests": "2.00", "duration": "333.34", "tenant isolation, new environments": "33.40"},
			total: "368.74", cents: 1,
		},
		{
			// 2,000 instance-hours at the Savings Plan's rate; the fee is 15 %
			// of the on-demand rate all the same
			name: "L10 Managed Instances", tariff: "page", span: SpanRun,
			own: `
[[tariff]]
name    = "page"
extends = "aws-lambda-managed-m7g.xlarge"
[[tariff.price]]
name     = "EC2 instance"
meters   = ["instance_time"]
supplied = true
unit     = "h"
price    = "0.0457"
grade    = "A"
source   = "worked example"
as_of    = "2026"`,
			usage: func(m *run) {
				m.supply("requests", "1M", 100)
				m.supply("instance_time", "h", 2_000)
			},
			want:  want{"requests": "20.00", "EC2 instance": "91.40", "management fee": "48.96"},
			total: "160.36", cents: 0,
		},
		{
			// 61.44 billion GB-s: 6 + 9 + the rest
			name: "L11 x86 tiers", tariff: "aws-lambda", span: SpanRun,
			usage: func(m *run) { m.supply("duration", "GB-s", 61_440_000_000) },
			want:  want{"duration, tier 1": "100000.20", "duration, tier 2": "135000.00", "duration, tier 3": "619203.10"},
			total: "854203.30", cents: 0,
		},
		{
			// 74.752 billion GB-s: 7.5 + 11.25 + the rest
			name: "L12 arm tiers", tariff: "aws-lambda-arm", span: SpanRun,
			usage: func(m *run) { m.supply("duration", "GB-s", 74_752_000_000) },
			want:  want{"duration, tier 1": "100000.50", "duration, tier 2": "135001.13", "duration, tier 3": "597356.53"},
			total: "832358.16", cents: 0,
		},
	}
	for _, x := range examples {
		t.Run(x.name, func(t *testing.T) {
			m := newRun(t, x.own, x.tariff)
			x.usage(m)
			bill, err := m.tariff.Bill(m.usage, x.span, Month)
			if err != nil {
				t.Fatal(err)
			}
			for name, amount := range x.want {
				near(t, name, amountOf(bill, name), amount, max(x.cents, 1))
			}
			near(t, "total", &bill.Total, x.total, x.cents)
			var zero apd.Decimal
			for _, l := range bill.Lines {
				if _, known := x.want[priceName(l.Name)]; !known && x.want[l.Name] == "" && l.Amount.Cmp(&zero) != 0 {
					t.Errorf("line %q of %s is not in the example", l.Name, l.Amount.Text('f'))
				}
			}
		})
	}
}

// priceName strips what a line adds to the name of its price.
func priceName(line string) string {
	for _, end := range []string{", tier 1", ", free"} {
		line = strings.TrimSuffix(line, end)
	}
	return line
}

// amountOf sums the lines of a price, or gives the line of that name.
func amountOf(b *Bill, name string) *apd.Decimal {
	sum := new(apd.Decimal)
	for i := range b.Lines {
		if n := b.Lines[i].Name; n == name || strings.HasPrefix(n, name+", ") {
			sum = add(sum, &b.Lines[i].Amount)
		}
	}
	return sum
}

// near compares with a printed amount: within so many cents, 0 for the same
// once rounded.
func near(t *testing.T, what string, got *apd.Decimal, want string, cents int64) {
	t.Helper()
	w, _, err := apd.NewFromString(want)
	if err != nil {
		t.Fatal(err)
	}
	if cents == 0 {
		if Cents(got) != Cents(w) {
			t.Errorf("%s = %s, want %s", what, got.Text('f'), want)
		}
		return
	}
	difference := sub(got, w)
	difference.Negative = false
	if difference.Cmp(apd.New(cents, -2)) > 0 {
		t.Errorf("%s = %s, want %s within %d cents", what, got.Text('f'), want, cents)
	}
}

// run collects the usage of an example: through the tariff's meter what a
// simulation counts, by hand what it does not.
type run struct {
	t      *testing.T
	tariff *Tariff
	config MeterConfig
	usage  Usage
}

func newRun(t *testing.T, own, tariff string) *run {
	t.Helper()
	var dirs []string
	if own != "" {
		dirs = append(dirs, t.TempDir())
		if err := os.WriteFile(filepath.Join(dirs[0], "own.toml"), []byte(own), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	c, err := Load(dirs...)
	if err != nil {
		t.Fatal(err)
	}
	x, err := c.Tariff(tariff)
	if err != nil {
		t.Fatal(err)
	}
	return &run{t: t, tariff: x, config: MeterConfig{Window: sim.Window{Horizon: Month}}}
}

func (r *run) supply(meter, unit string, n int64) { r.usage = r.usage.With(meter, unit, n) }

// invoke meters n invocations of that many milliseconds and MB.
func (r *run) invoke(n int, ms, mib int64) { r.requests(n, ms, mib, 0) }

func (r *run) invokeProvisioned(n int, ms, mib int64) { r.requests(n, ms, mib, sim.Provisioned) }

func (r *run) requests(n int, ms, mib int64, flags sim.Flags) {
	m := r.meter(mib)
	batch := make([]sim.Outcome, 1000)
	for i := range batch {
		batch[i] = sim.Outcome{End: ms * sim.Millisecond, Started: true, Flags: flags}
	}
	for ; n > 0; n -= len(batch) {
		m.Requests(batch[:min(n, len(batch))])
	}
	r.merge(m)
}

// provision meters n provisioned instances for that time.
func (r *run) provision(n int, d sim.Time, mib int64) {
	m := r.meter(mib)
	for range n {
		m.(sim.LifeObserver).Lives([]sim.Life{{Stopped: d, Idle: d, Memory: mib, Flags: sim.Provisioned}})
	}
	r.merge(m)
}

func (r *run) meter(mib int64) Meter {
	r.t.Helper()
	c := r.config
	c.Functions = []sim.Function{{Name: "f", Memory: mib}}
	m, err := r.tariff.NewMeter(c)
	if err != nil {
		r.t.Fatal(err)
	}
	return m
}

func (r *run) merge(m Meter) {
	r.t.Helper()
	u, err := r.usage.Merge(m.Usage())
	if err != nil {
		r.t.Fatal(err)
	}
	r.usage = u
}

// TestExampleQuantities checks the GB-s that the examples state on the way.
func TestExampleQuantities(t *testing.T) {
	m := newRun(t, "", "aws-lambda")
	m.config.Ephemeral = 2048
	m.invoke(6_000_000, 280, 4096)
	for meter, gbs := range map[string]int64{"duration": 6_720_000, "ephemeral": 2_520_000} { // 6M × 0.28 s × 4 GB, × 1.5 GB
		want := big.NewInt(gbs * 1_024_000)
		if got := m.usage.Get(meter); got.Cmp(want) != 0 {
			t.Errorf("%s = %s MiB-ms, want %s", meter, got, want)
		}
	}
}
