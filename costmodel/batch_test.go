package costmodel

import (
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// batched is the tariff of hourly with half the price in batches, and one of its
// own for the output.
func batched(t *testing.T, batch, output string) *Tariff {
	t.Helper()
	text := strings.Replace(hourly, "tokens = { ", "tokens = { batch = "+batch+", ", 1)
	c, err := parse(t, strings.Replace(text, "price  = [", "price  = [\n"+output, 1))
	if err != nil {
		t.Fatal(err)
	}
	x, err := c.Tariff("hourly")
	if err != nil {
		t.Fatal(err)
	}
	return x
}

const half = `{ factor = "0.5", grade = "C", source = "a blog", as_of = "2025" }`

// Half of every price of a token, by the hour and the length of the input, and the
// whole of a fee: by hand, of the prices of hourly.
func TestBatchPrices(t *testing.T) {
	plain, own := batched(t, half, ""), batched(t, half, `{ name = "out, batch", meters = ["batch_output_tokens"], supplied = true, unit = "1", price = "0.25" },`)
	for _, c := range []struct {
		name  string
		t     *Tariff
		r     TokenRequest
		at    sim.Time
		total string
	}{
		// 30 × 0.5 + 40 × 0.05 + 20 × 0.625 + 10 × 1 + 7 × 1.5 + 10000
		{"all meters", plain, TokenRequest{Input: 100, Cached: 40, Written: 20, Written1h: 10, Output: 7, Batch: true}, 12 * sim.Hour, "10050"},
		{"no batch", plain, TokenRequest{Input: 100, Output: 7}, 12 * sim.Hour, "10121"},
		{"its own price", own, TokenRequest{Input: 100, Output: 8, Batch: true}, 12 * sim.Hour, "10052"},
		{"long", plain, TokenRequest{Input: 5001, Batch: true}, 12 * sim.Hour, "17503.5"},
		{"peak", plain, TokenRequest{Input: 100, Output: 7, Batch: true}, 2 * sim.Hour, "121"},
		{"long at peak", plain, TokenRequest{Input: 1001, Batch: true}, 2 * sim.Hour, "5505.5"},
	} {
		u, err := c.t.Tokens(c.r, c.at)
		if err != nil {
			t.Fatal(err)
		}
		m := c.t.NewTokenMeter(0)
		m.Add(c.at, c.r)
		for _, u := range []Usage{u, m.Usage()} {
			b, err := c.t.Bill(u, SpanRun, 0)
			if err != nil {
				t.Fatal(err)
			}
			if got := b.Total.Text('f'); got != c.total {
				t.Errorf("%s: %s, want %s (%v)", c.name, got, c.total, u)
			}
		}
	}
	for _, p := range plain.Prices {
		want := Evidence{"B", "the page", "2026"}
		if strings.HasSuffix(p.Name, ", batch") && !strings.HasPrefix(p.Name, "fee") {
			want = Evidence{"C", "the page; in batches: a blog", "2026"}
		}
		if p.Evidence != want || p.Tiers[0].Evidence != want {
			t.Errorf("%s is attested by %+v and %+v, want %+v", p.Name, p.Evidence, p.Tiers[0].Evidence, want)
		}
	}
	if n, m := len(plain.Prices), len(own.Prices); n != 30 || m != 30 {
		t.Errorf("%d and %d prices, want 15 and as many of batches", n, m)
	}
}

// A free quantity a month is there once: it is of the price that the file has.
func TestBatchHasNoGrantOfItsOwn(t *testing.T) {
	text := strings.Replace(hourly, `unit = "1", price = "3" }`, `unit = "1", price = "3", free = "100" }`, 1)
	c, err := parse(t, strings.Replace(text, "tokens = { ", "tokens = { batch = "+half+", ", 1))
	if err != nil {
		t.Fatal(err)
	}
	x, err := c.Tariff("hourly")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range []struct {
		TokenRequest
		total string
	}{{TokenRequest{Output: 150}, "10150"}, {TokenRequest{Output: 150, Batch: true}, "10225"}} { // 50 × 3 and 150 × 1.5, and the fee
		u, err := x.Tokens(r.TokenRequest, 12*sim.Hour)
		if err != nil {
			t.Fatal(err)
		}
		if b, err := x.Bill(u, SpanMonth, Month); err != nil || b.Total.Text('f') != r.total {
			t.Errorf("%+v costs %v, %v, want %s", r.TokenRequest, b, err, r.total)
		}
	}
}

// What is not known of batches is an error, and never a price of 0.
func TestNoBatchPrice(t *testing.T) {
	const own = `; in a tariff of your own that extends this one, tokens = { batch = { factor = "0.5", grade = "A", source = "…", as_of = "…" } } says it`
	for _, c := range []struct {
		t          *Tariff
		able, bill string
	}{
		{hourlyTariff(t), "it has no prices of batches" + own, `billing by tariff "hourly": meter "batch_input_tokens" has no price`},
		{batched(t, `{ grade = "U", source = "nobody" }`, ""), "its prices of batches are not verified (grade U)" + own,
			`billing by tariff "hourly": the price of "input, batch" is not verified (grade U), and 1 1 were used; give it in a tariff of your own that extends this one`},
		{batched(t, half, ""), "", ""},
	} {
		u, err := c.t.Tokens(TokenRequest{Input: 1, Batch: true}, sim.Hour/2)
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.t.Bill(u, SpanRun, 0)
		if !strings.HasPrefix(text(err), c.bill) || (c.bill == "") != (err == nil) || text(c.t.AbleBatch()) != c.able {
			t.Errorf("got %v\n and %v\nwant %s\n and %s", c.t.AbleBatch(), err, c.able, c.bill)
		}
	}
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// A tariff that extends another keeps what it does not say of tokens.
func TestBatchOfAnExtension(t *testing.T) {
	c, err := parse(t, hourly+`
[[tariff]]
name    = "ours"
extends = "hourly"
tokens  = { batch = `+half+` }
`)
	if err != nil {
		t.Fatal(err)
	}
	x, err := c.Tariff("ours")
	if err != nil {
		t.Fatal(err)
	}
	if len(x.Hours) != 2 || len(x.LongContext) != 2 || x.AbleBatch() != nil {
		t.Errorf("it has hours %v, lengths %v and of batches %v", x.Hours, x.LongContext, x.AbleBatch())
	}
}

// TestMalformedBatch: each slip is named.
func TestMalformedBatch(t *testing.T) {
	const line = `own.toml:16: tariff[0].tokens.batch`
	for _, c := range []struct{ batch, err string }{
		{`{ factor = "0.5" }`, line + `: missing key "grade"`},
		{`{ grade = "C", source = "x", as_of = "2025" }`, line + `: missing key "factor"; one that is not verified has grade = "U"`},
		{`{ factor = "0.5", grade = "U", source = "x" }`, line + `.factor: found 0.5 beside grade = "U", want none: what is not verified has no number`},
		{`{ factor = "-1", grade = "C", source = "x", as_of = "2025" }`, line + `.factor: `},
	} {
		_, err := parse(t, strings.Replace(hourly, "tokens = { ", "tokens = { batch = "+c.batch+", ", 1))
		if !strings.HasPrefix(text(err), c.err) || err == nil {
			t.Errorf("got %v\nwant %s", err, c.err)
		}
	}
	_, err := parse(t, strings.Replace(hourly, `name = "night"`, `name = "batch"`, 1))
	if want := `own.toml:16: tariff[0].tokens.hours[1].name: found "batch", want lower-case letters and digits that begin no other meter, such as "peak"`; text(err) != want {
		t.Errorf("got %v\nwant %s", err, want)
	}
	_, err = parse(t, strings.Replace(hourly, "price  = [", `price  = [{ name = "b", meters = ["batch_input_tokens"], supplied = true, unit = "1", price = "1" },`, 1))
	if want := `own.toml:16: tariff[0].tokens: found no price of a meter that begins with "batch_long_", want those of its requests`; text(err) != want {
		t.Errorf("got %v\nwant %s", err, want)
	}
}

// What servers tell becomes what is billed: reasoning is output, and what is written
// has the price of its lifetime where there is one, that of all writing where there
// is one alone, and that of any input where there is none.
func TestModelMeterOfServing(t *testing.T) {
	one := strings.Replace(hourly, `  { name = "write 1h", meters = ["cache_write_1h_tokens"], supplied = true, unit = "1", price = "2" },
`, "", 1)
	none := strings.Replace(one, `  { name = "write", meters = ["cache_write_tokens"], supplied = true, unit = "1", price = "1.25" },
`, "", 1)
	for _, c := range []struct {
		name, tariff string
		v            sim.Serving
		want         TokenRequest
	}{
		{"for the shortest time", hourly, sim.Serving{Input: 100, Cached: 30, Written: 20, Output: 5, Reasoning: 8}, TokenRequest{Input: 100, Cached: 30, Written: 20, Output: 13}},
		{"for an hour", hourly, sim.Serving{Input: 100, Written: 20, Output: 5, Hour: true}, TokenRequest{Input: 100, Written1h: 20, Output: 5}},
		{"one price", one, sim.Serving{Input: 100, Written: 20, Output: 5, Hour: true}, TokenRequest{Input: 100, Written: 20, Output: 5}},
		{"no price", none, sim.Serving{Input: 100, Cached: 30, Written: 20, Output: 5, Hour: true}, TokenRequest{Input: 100, Cached: 30, Output: 5}},
		{"a batch", hourly, sim.Serving{Input: 100, Output: 5, Batch: true}, TokenRequest{Input: 100, Output: 5, Batch: true}},
	} {
		cat, err := parse(t, c.tariff)
		if err != nil {
			t.Fatal(err)
		}
		x, err := cat.Tariff("hourly")
		if err != nil {
			t.Fatal(err)
		}
		if got := x.newModelMeter(MeterConfig{}).request(&c.v); got != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}
