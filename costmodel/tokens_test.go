package costmodel

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/coldcurve/coldcurve/sim"
)

// clocked is a model whose prices depend on the time of day, the length of the
// input, and both.
const hourly = `
[default]
kind      = "model"
provider  = "Us"
region    = "here"
currency  = "USD"
invariant = "as given"
grade     = "B"
source    = "the page"
as_of     = "2026"
rule      = { name = "supplied" }

[[tariff]]
name   = "hourly"
title  = "Hourly"
tokens = { long_context = [1000, 5000], hours = [{ name = "peak", times = ["01:00-04:00", "06:00-10:00"] }, { name = "night", times = ["22:00-00:30"] }] }
price  = [
  { name = "input", meters = ["input_tokens"], supplied = true, unit = "1", price = "1" },
  { name = "read", meters = ["cached_input_tokens"], supplied = true, unit = "1", price = "0.1" },
  { name = "write", meters = ["cache_write_tokens"], supplied = true, unit = "1", price = "1.25" },
  { name = "write 1h", meters = ["cache_write_1h_tokens"], supplied = true, unit = "1", price = "2" },
  { name = "output", meters = ["output_tokens"], supplied = true, unit = "1", price = "3" },
  { name = "fee", meters = ["request_fees"], supplied = true, unit = "1", price = "10000" },
  { name = "input, long", meters = ["long_input_tokens"], supplied = true, unit = "1", price = "5" },
  { name = "input, longer", meters = ["long2_input_tokens"], supplied = true, unit = "1", price = "7" },
  { name = "input, peak", meters = ["peak_input_tokens"], supplied = true, unit = "1", price = "2" },
  { name = "output, peak", meters = ["peak_output_tokens"], supplied = true, unit = "1", price = "6" },
  { name = "input, peak, long", meters = ["peak_long_input_tokens"], supplied = true, unit = "1", price = "11" },
  { name = "input, peak, longer", meters = ["peak_long2_input_tokens"], supplied = true, unit = "1", price = "13" },
  { name = "input, night", meters = ["night_input_tokens"], supplied = true, unit = "1", price = "0.5" },
  { name = "input, night, long", meters = ["night_long_input_tokens"], supplied = true, unit = "1", price = "17" },
  { name = "input, night, longer", meters = ["night_long2_input_tokens"], supplied = true, unit = "1", price = "19" },
]
`

func hourlyTariff(t *testing.T) *Tariff {
	t.Helper()
	c, err := parse(t, hourly)
	if err != nil {
		t.Fatal(err)
	}
	x, err := c.Tariff("hourly")
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// TestTokenHours: a request has the price of the hour at which it arrives; a
// range of the day begins with its first moment and ends before its last, and
// may go on over midnight.
func TestTokenHours(t *testing.T) {
	x := hourlyTariff(t)
	for _, c := range []struct {
		at    string // HH:MM:SS
		input int64
		total string
	}{
		{"01:00:00", 100, "200"}, {"00:59:59", 100, "10100"}, {"03:59:59", 100, "200"}, {"04:00:00", 100, "10100"},
		{"06:00:00", 100, "200"}, {"09:59:59", 100, "200"}, {"10:00:00", 100, "10100"}, {"05:00:00", 100, "10100"},
		{"22:00:00", 100, "50"}, {"23:59:59", 100, "50"}, {"00:00:00", 100, "50"}, {"00:29:59", 100, "50"}, {"00:30:00", 100, "10100"}, {"21:59:59", 100, "10100"},
		// the cliffs: at their start it is not long yet
		{"12:00:00", 1000, "11000"}, {"12:00:00", 1001, "5005"}, {"12:00:00", 5000, "25000"}, {"12:00:00", 5001, "35007"},
		{"02:00:00", 1000, "2000"}, {"02:00:00", 1001, "11011"}, {"02:00:00", 5001, "65013"}, {"23:00:00", 5001, "95019"},
	} {
		moment, err := time.Parse(time.TimeOnly, c.at)
		if err != nil {
			t.Fatal(err)
		}
		at := sim.Time(moment.Sub(moment.Truncate(24 * time.Hour)))
		u, err := x.Tokens(TokenRequest{Input: c.input}, at+3*sim.Day)
		if err != nil {
			t.Fatal(err)
		}
		b, err := x.Bill(u, SpanRun, 0)
		if err != nil {
			t.Fatal(err)
		}
		if got := b.Total.Text('f'); got != c.total {
			t.Errorf("%d tokens at %s cost %s, want %s", c.input, c.at, got, c.total)
		}
	}
	// 100 − 40 − 20 − 10 = 30 × 1, 40 × 0.1, 20 × 1.25, 10 × 2, 7 × 3, and the fee
	u, err := x.Tokens(TokenRequest{Input: 100, Cached: 40, Written: 20, Written1h: 10, Output: 7}, 12*sim.Hour)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := x.Bill(u, SpanRun, 0); err != nil || b.Total.Text('f') != "10100" {
		t.Errorf("got %v, %v, want 30 + 4 + 25 + 20 + 21 + 10000", b, err)
	}
	// what these hours have no price for is no 0
	u, err = x.Tokens(TokenRequest{Input: 10, Output: 1}, 23*sim.Hour)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := x.Bill(u, SpanRun, 0); err == nil || err.Error() != `billing by tariff "hourly": meter "night_output_tokens" has no price` {
		t.Errorf("output at night: %v", err)
	}
	if _, err := x.Tokens(TokenRequest{Input: 1}, AnyTime); err == nil ||
		err.Error() != `counting tokens of tariff "hourly": its prices depend on the time of day (peak 01:00-04:00, 06:00-10:00 UTC; night 22:00-00:30 UTC), and no time is given` {
		t.Errorf("no time: %v", err)
	}
	for _, r := range []TokenRequest{{Input: 5, Cached: 3, Written: 3}, {Output: -1}, {Input: -1}, {Written: -1}, {Cached: math.MaxInt64, Written: math.MaxInt64}} {
		if _, err := x.Tokens(r, 0); err == nil {
			t.Errorf("%+v is taken for a request", r)
		}
	}
}

// TestTokenMeter: arrivals are simulated times, and the epoch says what time of
// day they are. A run that begins at 23:30 UTC on one clock is one that begins
// at 05:30 on another, six hours ahead.
func TestTokenMeter(t *testing.T) {
	x := hourlyTariff(t)
	for _, epoch := range []time.Time{
		time.Date(2026, 3, 1, 23, 30, 0, 0, time.UTC),
		time.Date(2026, 3, 2, 5, 30, 0, 0, time.FixedZone("ahead", 6*3600)),
		time.Date(1969, 12, 31, 23, 30, 0, 0, time.UTC), // half an hour before the epoch of Unix
	} {
		one, other := x.NewTokenMeter(epoch.UnixNano()), x.NewTokenMeter(epoch.UnixNano())
		one.Add(0, TokenRequest{Input: 100})                                 // 23:30, night: 50
		one.Add(30*sim.Minute, TokenRequest{Input: 100})                     // 00:00, night: 50
		other.Add(sim.Hour, TokenRequest{Input: 100, Output: 1})             // 00:30: 100 + 3 + 10000
		other.Add(90*sim.Minute-1, TokenRequest{Input: 100})                 // before 01:00: 100 + 10000
		one.Add(90*sim.Minute, TokenRequest{Input: 100, Output: 1})          // 01:00, peak: 200 + 6
		other.Add(2*sim.Day+90*sim.Minute, TokenRequest{Input: 5001})        // 01:00, peak and long: 5001 × 13
		one.Add(4*sim.Hour+30*sim.Minute, TokenRequest{Input: 2, Cached: 1}) // 04:00: 1 + 0.1 + 10000
		one.Merge(other)
		b, err := x.Bill(one.Usage(), SpanRun, 0)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := b.Total.Text('f'), "95523.1"; got != want { // 50+50+10103+10100+206+65013+10001.1
			t.Errorf("the run costs %s, want %s", got, want)
		}
	}
}

// TestTokenMeterIsTokens: a meter of one request counts what Tokens says.
func TestTokenMeterIsTokens(t *testing.T) {
	x := hourlyTariff(t)
	for hour := sim.Time(0); hour < 24; hour++ {
		r := TokenRequest{Input: 900 + 200*int64(hour), Output: int64(hour)}
		u, err := x.Tokens(r, hour*sim.Hour)
		if err != nil {
			t.Fatal(err)
		}
		m := x.NewTokenMeter(-3 * sim.Day)
		m.Add(hour*sim.Hour, r)
		metered := m.Usage()
		for _, e := range u {
			if metered.Get(e.Meter).Cmp(e.Quantity) != 0 {
				t.Errorf("at %d h: %s %s, metered %s", hour, e.Meter, e.Quantity, metered.Get(e.Meter))
			}
		}
	}
	m := x.NewTokenMeter(0)
	if n := testing.AllocsPerRun(100, func() { m.Add(sim.Hour, TokenRequest{Input: 1}) }); n != 0 {
		t.Errorf("adding a request allocates %v times", n)
	}
}

// TestMalformedTokens: each slip is named.
func TestMalformedTokens(t *testing.T) {
	const line = `own.toml:16: tariff[0].tokens`
	for _, x := range []struct{ name, old, new, err string }{
		{"one context", `[1000, 5000]`, `1000`, ""},
		{"contexts descend", `[1000, 5000]`, `[5000, 1000]`, line + `.long_context: found 1000, want numbers of tokens above 0, ascending`},
		{"a context of nothing", `[1000, 5000]`, `0`, line + `.long_context: found 0, want numbers of tokens above 0, ascending`},
		{"no context", `[1000, 5000]`, `"many"`, line + `.long_context: found the string "many", want an integer`},
		{"no range", `"22:00-00:30"`, `"22-00:30"`, line + `.hours[1].times[0]: found "22-00:30", want a range of the day such as "22:00-00:30"`},
		{"beyond the day", `"22:00-00:30"`, `"22:00-24:01"`, line + `.hours[1].times[0]: found "22:00-24:01", want a range of the day such as "22:00-00:30"`},
		{"of no length", `"22:00-00:30"`, `"22:00-22:00"`, line + `.hours[1].times[0]: found "22:00-22:00", want a range of the day such as "22:00-00:30"`},
		{"overlap", `"22:00-00:30"`, `"22:00-01:01"`, line + `.hours[1].times[0]: 22:00-01:01 overlaps with 01:00-04:00, which is taken`},
		{"a name that begins a meter", `name = "night"`, `name = "cached"`, line + `.hours[1].name: found "cached", want lower-case letters and digits that begin no other meter, such as "peak"`},
		{"a name twice", `name = "night"`, `name = "peak"`, line + `.hours[1].name: hours "peak" stand twice`},
		{"a long price is missing", `"long2_input_tokens"`, `"long_other"`, line + `: found no price of a meter that begins with "long2_", want those of its requests`},
	} {
		_, err := parse(t, strings.Replace(hourly, x.old, x.new, 1))
		if x.err == "" && err == nil {
			continue
		}
		if err == nil || err.Error() != x.err {
			t.Errorf("%s:\n got %v\nwant %s", x.name, err, x.err)
		}
	}
}

// TestADayAtDeepSeek: a request an hour, from 22:15 UTC on for a day, each of
// 1,000 tokens in and 100 out. DeepSeek's peak is from 01:00 to 04:00 and from
// 06:00 to 10:00: seven of the requests fall into it, at twice the price of the
// other seventeen. Off peak one costs (1,000 × 0.15 + 100 × 0.60) ÷ 10⁶.
func TestADayAtDeepSeek(t *testing.T) {
	x := mustTariff(t, "deepseek-v4-flash")
	m := x.NewTokenMeter(time.Date(2026, 11, 25, 22, 15, 0, 0, time.UTC).UnixNano())
	for hour := range sim.Time(24) {
		m.Add(hour*sim.Hour, TokenRequest{Input: 1000, Output: 100})
	}
	b, err := x.Bill(m.Usage(), SpanRun, 0)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := b.Total.Text('f'), "0.00651"; got != want { // 17 × 0.00021 + 7 × 0.00042
		t.Errorf("the day costs %s, want %s", got, want)
	}
	for _, l := range b.Lines {
		want := map[string]string{"input": "0.017", "output": "0.0017", "input, peak": "0.007", "output, peak": "0.0007"}[l.Name]
		if got := l.Quantity.Text('f'); want != "" && got != want {
			t.Errorf("%s: %s million, want %s", l.Name, got, want)
		}
	}
}
