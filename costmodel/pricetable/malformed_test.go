package pricetable

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/costmodel"
)

// TestMalformed: each slip is named with file, line, column and place.
func TestMalformed(t *testing.T) {
	model := func(prices string) string {
		return "[{\"id\": \"p\", \"models\": [\n {\"id\": \"m\", \"prices\":\n" + prices + "}]}]"
	}
	ranges := func(a, b string) string { // of input, by two ranges
		return `{"m": {"tiered_pricing": [{"range": ` + a + `, "input_cost_per_token": 1}, {"range": ` + b + `, "input_cost_per_token": 2}]}}`
	}
	const at = "prices.json:3:"
	for _, x := range []struct{ name, text, err string }{
		{"nothing", ``, `prices.json:1:1: unexpected end of JSON input, want JSON`},
		{"no JSON", `<html>`, `prices.json:1:1: invalid character '<' looking for beginning of value, want JSON`},
		{"cut off", "[\n{\"id\"", `prices.json:2:5: unexpected end of JSON input, want JSON`},
		{"more behind", `[] []`, `prices.json:1:4: invalid character '[' after top-level value, want JSON`},
		{"a text", `"a"`, `prices.json:1:1: found the text "a", want a list of providers, or an object of models`},
		{"no provider", `[]`, `prices.json:1:1: found no model with a price, want a table of prices`},
		{"no object", `[1]`, `prices.json:1:2: [0]: found 1, want an object`},
		{"no id", `[{"models": []}]`, `prices.json:1:2: [0]: missing key "id"`},
		{"a number as id", `[{"id": 3, "models": []}]`, `prices.json:1:9: [0].id: found 3, want a text`},
		{"no models", `[{"id": "p"}]`, `prices.json:1:2: [0]: missing key "models"`},
		{"a key twice", `[{"id": "p", "id": "q"}]`, `prices.json:1:14: [0].id: the key stands twice`},
		{"a provider twice", `[{"id": "p", "models": []}, {"id": "p", "models": []}]`, `prices.json:1:36: [1].id: provider "p" stands twice`},
		{"a model twice", `[{"id": "p", "models": [{"id": "m", "prices": {}}, {"id": "m", "prices": {}}]}]`, `prices.json:1:59: [0].models[1].id: model "m" stands twice`},
		{"no prices", `[{"id": "p", "models": [{"id": "m"}]}]`, `prices.json:1:25: [0].models[0]: missing key "prices"`},
		{"a negative price", model(`{"input_mtok": -1}`), at + `16: [0].models[0].prices.input_mtok: found "-1", want a price of 0 or more, such as 2.5 or 3e-06`},
		{"no price", model(`{"input_mtok": "free"}`), at + `16: [0].models[0].prices.input_mtok: found "free", want a price of 0 or more, such as 2.5 or 3e-06`},
		{"no number", model(`{"input_mtok": "NaN"}`), at + `16: [0].models[0].prices.input_mtok: found "NaN", want a price of 0 or more, such as 2.5 or 3e-06`},
		{"a price of a list", model(`{"input_mtok": [1]}`), at + `16: [0].models[0].prices.input_mtok: found an array, want a price`},
		{"too large", model(`{"input_mtok": 1e400}`), at + `16: [0].models[0].prices.input_mtok: found "1e400", want a price of fewer than 40 digits`},
		{"too small", model(`{"input_mtok": 1e-9999}`), at + `16: [0].models[0].prices.input_mtok: found "1e-9999", want a price of 0 or more, such as 2.5 or 3e-06`},
		{"an empty list", model(`[]`), at + `1: [0].models[0].prices: found no prices, want at least one`},
		{"no base", model(`{"input_mtok": {"tiers": []}}`), at + `16: [0].models[0].prices.input_mtok: missing key "base"`},
		{"no tiers", model(`{"input_mtok": {"base": 1}}`), at + `16: [0].models[0].prices.input_mtok: missing key "tiers"`},
		{"a tier without a price", model(`{"input_mtok": {"base": 1, "tiers": [{"start": 1}]}}`), at + `38: [0].models[0].prices.input_mtok.tiers[0]: missing key "price"`},
		{"half a token", model(`{"input_mtok": {"base": 1, "tiers": [{"start": 1.5, "price": 2}]}}`), at + `48: [0].models[0].prices.input_mtok.tiers[0].start: found 1.5, want a whole number of tokens above 0`},
		{"tiers descend", model(`{"input_mtok": {"base": 1, "tiers": [{"start": 2, "price": 2}, {"start": 2, "price": 3}]}}`), at + `74: [0].models[0].prices.input_mtok.tiers[1].start: found 2, want more than 2, where the tier before begins`},
		{"no such date", model(`[{"constraint": {"start_date": "2026-02-30"}, "prices": {}}]`), at + `32: [0].models[0].prices[0].constraint.start_date: found "2026-02-30", want a date such as 2026-09-28`},
		{"no such time", model(`[{"constraint": {"start_time": "25:00:00Z", "end_time": "01:00:00Z"}, "prices": {}}]`), at + `32: [0].models[0].prices[0].constraint.start_time: found "25:00:00Z", want a time of the day such as 16:30:00Z`},
		{"half a range", model(`[{"constraint": {"start_time": "05:00:00Z"}, "prices": {}}]`), at + `17: [0].models[0].prices[0].constraint: want both start_time and end_time, or neither`},
		{"no range", model(`[{"constraint": {"start_time": "05:00:00Z", "end_time": "07:00:00+02:00"}, "prices": {}}]`), at + `57: [0].models[0].prices[0].constraint.end_time: found "07:00:00+02:00", which is start_time too`},
		{"an unknown condition", model(`[{"constraint": {"weekday": "Sunday"}, "prices": {}}]`), at + `29: [0].models[0].prices[0].constraint.weekday: found a condition that is not known, want start_date, start_time or end_time`},
		{"LiteLLM, no object", `{"m": 3}`, `prices.json:1:7: m: found 3, want an object of prices`},
		{"LiteLLM, no price", `{"m.1": {"input_cost_per_token": true}}`, `prices.json:1:34: "m.1".input_cost_per_token: found true, want a price`},
		{"LiteLLM, long only", `{"m": {"input_cost_per_token_above_128k_tokens": 1}}`, `prices.json:1:7: m: found prices of input for long requests, and none for others`},
		{"LiteLLM, one bound", `{"m": {"tiered_pricing": [{"range": [0]}]}}`, `prices.json:1:37: m.tiered_pricing[0].range: found 1 bounds, want two`},
		{"LiteLLM, ranges overlap", ranges(`[0, 32000]`, `[16000, 128000]`), `prices.json:1:87: m.tiered_pricing[1].range: found a range from 16000 tokens, and the one before it ends with 32000: they overlap`},
		{"LiteLLM, ranges overlap, in another order", ranges(`[16000, 128000]`, `[0, 32000]`), `prices.json:1:37: m.tiered_pricing[0].range: found a range from 16000 tokens, and the one before it ends with 32000: they overlap`},
		{"LiteLLM, a gap", ranges(`[0, 32000]`, `[64000, 128000]`), `prices.json:1:87: m.tiered_pricing[1].range: found a range from 64000 tokens, want it from 32000, so that there is a price for each length of input`},
		{"LiteLLM, a gap before the first", ranges(`[1000, 32000]`, `[32000, 128000]`), `prices.json:1:37: m.tiered_pricing[0].range: found a range from 1000 tokens, want it from 0, so that there is a price for each length of input`},
		{"LiteLLM, no end within", ranges(`[0, null]`, `[32000, 128000]`), `prices.json:1:86: m.tiered_pricing[1].range: found a range from 32000 tokens, and the one before it, from 0, has no end`},
		{"LiteLLM, two of one start", ranges(`[0, 32000]`, `[0, 128000]`), `prices.json:1:87: m.tiered_pricing[1].range: found two ranges that begin with 0 tokens`},
		{"LiteLLM, an end before the start", ranges(`[0, 32000]`, `[32000, 16000]`), `prices.json:1:95: m.tiered_pricing[1].range[1]: found 16000, want more than 32000, where the range begins`},
		{"LiteLLM, an end in words", ranges(`[0, "many"]`, `[32000, 64000]`), `prices.json:1:41: m.tiered_pricing[0].range[1]: found the text "many", want a number of tokens, or null`},
		{"LiteLLM, a range without a price that others have", `{"m": {"input_cost_per_token": 1, "tiered_pricing": [{"range": [0, 9], "input_cost_per_token": 1, "output_cost_per_token": 1}, {"range": [9, 99], "output_cost_per_token": 1}]}}`,
			`prices.json:1:128: m.tiered_pricing[1]: found no price of input, which other ranges have; want it in each, or in none`},
		{"LiteLLM, ranges beside long fields", `{"m": {"input_cost_per_token": 1, "input_cost_per_token_above_5k_tokens": 2, "tiered_pricing": [{"range": [0, 9], "input_cost_per_token": 1}]}}`,
			`prices.json:1:97: m.tiered_pricing[0]: found a price of input, which the model has by fields of its own for more than 5000 input tokens, too; want one of them`},
		{"LiteLLM, a condition", `{"m": {"input_cost_per_token": 1, "off_peak_pricing": {"hours_utc": "01:00-02:00", "days": "Sunday"}}}`, `prices.json:1:92: m.off_peak_pricing.days: found a condition that is not known, want hours_utc and prices`},
		{"LiteLLM, no hours", `{"m": {"input_cost_per_token": 1, "off_peak_pricing": {"hours_utc": "at night"}}}`, `prices.json:1:69: m.off_peak_pricing.hours_utc: found "at night", want a range of the day such as "22:00-00:30"`},
	} {
		_, err := Read("prices.json", strings.NewReader(x.text))
		if err == nil || err.Error() != x.err || !isFormat(err) {
			t.Errorf("%s:\n got %v\nwant %s", x.name, err, x.err)
		}
	}
}

// TestBounds: what is too large is refused before it is unfolded.
func TestBounds(t *testing.T) {
	packed := func(size int, of byte) []byte {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		block := bytes.Repeat([]byte{of}, 1<<20)
		for range size {
			_, _ = z.Write(block)
		}
		_ = z.Close()
		return b.Bytes()
	}
	whole := packed(1, ' ')
	for name, x := range map[string]struct {
		data []byte
		err  string
	}{
		"unfolds into more": {packed(64, ' '), "found more than 16 MB"},
		"large as it is":    {bytes.Repeat([]byte{' '}, 17<<20), "found more than 16 MB"},
		"deep in objects":   {[]byte(strings.Repeat(`{"`+strings.Repeat("k", 1000)+`":`, 9000) + "1" + strings.Repeat("}", 9000)), "found no model with a price"},
		"many models":       {manyOf("[{\"id\": \"p\", \"models\": [", 20_001, `{"id": "%d", "prices": {"input_mtok": 1}}`, "]}]"), "found 20001 models, want at most 20000"},
		"many days":         {manyOf(`[{"id": "p", "models": [{"id": "m", "prices": [`, 101, `{"constraint": {"start_date": "2026-01-01"}, "prices": {"a%d_kcount": 1}}`, `]}]}]`), "found 101 prices of other days and hours, want at most 100"},
		"many fields":       {manyOf(`[{"id": "p", "models": [{"id": "m", "prices": {`, 501, `"a%d_kcount": 1`, `}}]}]`), "found 501 prices, want at most 500"},
		"many LiteLLM":      {manyOf(`{"m": {`, 501, `"a%d_cost": 1`, `}}`), "found 501 fields, want at most 500"},
		"many hours":        {[]byte(`{"m": {"input_cost_per_token": 1, "off_peak_pricing": {"hours_utc": "` + strings.Repeat("01:00-02:00,", 100) + `03:00-04:00"}}}`), "found more than 100 ranges"},
		"many values":       {[]byte("[" + strings.Repeat("0,", 1_100_000) + "0]"), "found more than 1000000 values"},
		"deep":              {bytes.Repeat([]byte{'['}, 1<<20), "exceeded max depth"},
		"cut off":           {whole[:len(whole)-9], "reading gzip: unexpected EOF"},
		"not what it was":   {append(bytes.Clone(whole[:len(whole)-8]), 1, 2, 3, 4, 0, 0, 16, 0), "reading gzip: gzip: invalid checksum"},
		"no text":           {[]byte{'[', 0xff, ']'}, "no UTF-8"},
		"gzip of something": {packed(1, 'x'), "invalid character 'x'"},
		"the head of gzip":  {[]byte{0x1f, 0x8b}, "reading gzip: unexpected EOF"},
	} {
		_, err := Read("prices.json.gz", bytes.NewReader(x.data))
		if err == nil || !strings.Contains(err.Error(), x.err) || !strings.HasPrefix(err.Error(), "prices.json.gz:") || !isFormat(err) {
			t.Errorf("%s: got %v, want %s", name, err, x.err)
		}
	}
	// many prices only after they are multiplied: 50 kinds, each by another length
	many := manyOf(`[{"id": "p", "models": [{"id": "m", "prices": {`, 50, `"a%[1]d_kcount": {"base": 1, "tiers": [{"start": 1%[1]d, "price": 2}]}`, `}}]}]`)
	x, err := Read("prices.json", bytes.NewReader(many))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := x.Files(Options{}); err == nil || !strings.Contains(err.Error(), "found 2550 prices of one day") {
		t.Errorf("50 prices of 50 lengths: %v", err)
	}
	total := 0
	if _, err := Read("x", readerFunc(func(b []byte) (int, error) {
		for i := range b {
			b[i] = ' '
		}
		total += len(b)
		return len(b), nil
	})); !isFormat(err) || total > 17<<20 {
		t.Errorf("of a file without end %d bytes were read: %v", total, err)
	}
	broken := errors.New("the disk is gone")
	if _, err := Read("x", readerFunc(func([]byte) (int, error) { return 0, broken })); !errors.Is(err, broken) || isFormat(err) {
		t.Errorf("an error of the disk is %v", err)
	}
}

// manyOf repeats a text with numbers in it, between a head and a tail.
func manyOf(head string, n int, item, tail string) []byte {
	items := make([]string, n)
	for i := range items {
		items[i] = fmt.Sprintf(item, i)
	}
	return []byte(head + strings.Join(items, ",") + tail)
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(b []byte) (int, error) { return f(b) }

// TestPlain moves points: the digits of a price are those that were written.
func TestPlain(t *testing.T) {
	for _, x := range []struct {
		text  string
		shift int
		want  string
	}{
		{"3e-06", 0, "0.000003"}, {"3e-06", 6, "3"}, {"1.50", 0, "1.5"}, {"0.00", 0, "0"}, {"120", 0, "120"}, {"1.5E+2", 0, "150"}, {"0.1", 6, "100000"},
		{"0.30000000000000004", 6, "300000.00000000004"}, {"9.5e-08", 6, "0.095"}, {"007", 0, "7"}, {"1e2", -3, "0.1"}, {"12345", -3, "12.345"}, {"1000", -3, "1"},
	} {
		if got, err := plain(x.text, x.shift); err != nil || got != x.want {
			t.Errorf("%s × 10^%d is %q, %v, want %s", x.text, x.shift, got, err, x.want)
		}
	}
	for _, text := range []string{"", ".", "1.", ".5", "-1", "+1", "0x10", "1_000", "1e", "e5", "1e+", "Inf", "1 ", "1,5", "٣", strings.Repeat("9", 41)} {
		if got, err := plain(text, 0); err == nil {
			t.Errorf("%q is taken for %s", text, got)
		}
	}
}

// TestNames: any text becomes a name, and no two the same, in whatever order.
func TestNames(t *testing.T) {
	long := strings.Repeat("long/", 60)
	texts := []string{"gpt-5.4", "meta-llama/Llama-3", "meta-llama/llama-3", "meta-llama-llama-3", "../../etc/passwd", "..", "", "CON", "a b", "a/b", "a-b", "P-chat", "p-chat", "chat", "名", "号", long + "x", long + "y", "x:free", "-", "a\nb", `a"b`, `a\b`}
	names := distinct("p", texts)
	for i, want := range map[int]string{0: "p-gpt-5.4", 3: "p-meta-llama-llama-3", 10: "p-a-b", 13: "p-chat", 18: "p-x-free"} {
		if names[i] != want {
			t.Errorf("%q is called %s, want %s", texts[i], names[i], want)
		}
	}
	seen := map[string]string{}
	for i, n := range names {
		if other, twice := seen[n]; twice {
			t.Errorf("%q and %q are both called %s", other, texts[i], n)
		}
		seen[n] = texts[i]
		if strings.Trim(n, "abcdefghijklmnopqrstuvwxyz0123456789.+_-") != "" || len(n) > 2+maxName+9 || strings.Contains(n, "..") {
			t.Errorf("%q is called %s", texts[i], n)
		}
	}
	reversed := slices.Clone(texts)
	slices.Reverse(reversed)
	for i, n := range distinct("p", reversed) {
		if want := names[len(names)-1-i]; n != want {
			t.Errorf("%q is called %s in another order, %s before", reversed[i], n, want)
		}
	}
}

// TestHostileTexts: what a table calls a model stands in a tariff as one line,
// quoted, and the file is read back to the same.
func TestHostileTexts(t *testing.T) {
	name := "a\\\"\\n]] \\u0000\\u001b[31m \\\\ " + strings.Repeat("z", 500)
	c := catalogOf(t, fmt.Sprintf(`[{"id": "../x", "name": "%[1]s", "models": [{"id": "%[1]s", "name": "%[1]s", "prices": {"input_mtok": 1, "%[1]s": 2}}]}]`, name), Options{})
	x := c.Tariffs()[0]
	if !strings.HasPrefix(x.Title, `a" ]] [31m \ zzz`) || len(x.Title) > 4*maxTitle || strings.ContainsAny(x.Title+x.Provider+strings.Join(x.Notes, ""), "\n\x00\x1b") {
		t.Errorf("the title is %q of %q", x.Title, x.Provider)
	}
}

// TestDeterminism: the order of a file's keys does not matter, nor when.
func TestDeterminism(t *testing.T) {
	write := func(text string) string {
		x, err := Read("prices.json", strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		files, err := x.Files(Options{})
		if err != nil {
			t.Fatal(err)
		}
		var all strings.Builder
		for _, f := range files {
			all.WriteString(f.Name + "\n" + string(f.Data))
		}
		return all.String()
	}
	a := write(`[{"id": "q", "models": [{"id": "m", "prices": {"output_mtok": 2, "input_mtok": 1}}, {"id": "A", "prices": {"input_mtok": 1}}, {"id": "a", "prices": {"input_mtok": 3}}]}, {"id": "p", "models": [{"id": "m", "prices": {"input_mtok": 1}}]}]`)
	b := write(`[{"models": [{"prices": {"input_mtok": 1}, "id": "m"}], "id": "p"}, {"id": "q", "models": [{"id": "a", "prices": {"input_mtok": 3}}, {"id": "A", "prices": {"input_mtok": 1}}, {"id": "m", "prices": {"input_mtok": 1.0, "output_mtok": "2.00"}}]}]`)
	if a != b {
		t.Errorf("the same table gives\n%s\nand\n%s", a, b)
	}
	first := write(liteTable)
	for range 20 {
		if write(liteTable) != first {
			t.Fatal("the same file gives other bytes")
		}
	}
}

// TestSameName: two models that cannot be told apart are an error.
func TestSameName(t *testing.T) {
	x, err := Read("prices.json", strings.NewReader(`[{"id": "p", "models": [
	 {"id": "m", "prices": [{"prices": {"input_mtok": 1}}, {"constraint": {"start_date": "2026-01-01"}, "prices": {"input_mtok": 2}}]},
	 {"id": "m-until-2026-01-01", "prices": {"input_mtok": 3}}]}]`))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := x.Files(Options{}); err == nil || err.Error() != `prices.json:3:3: [0].models[1]: models "m" and "m-until-2026-01-01" of p both become tariff p-m-until-2026-01-01` {
		t.Errorf("got %v", err)
	}
}

// TestCompare tells what was added, removed, and what moved from where.
func TestCompare(t *testing.T) {
	before := catalogOf(t, `[{"id": "p", "models": [
	 {"id": "gone", "prices": {"input_mtok": 1, "output_mtok": 2}},
	 {"id": "same", "prices": {"input_mtok": 1}},
	 {"id": "moves", "prices": {"input_mtok": 1, "output_mtok": 8, "cache_read_mtok": 0.5}},
	 {"id": "hours", "prices": {"input_mtok": 1}}]},
	 {"id": "q", "models": [{"id": "other", "prices": {"input_mtok": 1}}]}]`, Options{}).Tariffs()
	after := catalogOf(t, `[{"id": "p", "models": [
	 {"id": "new", "prices": {"input_mtok": 1, "output_mtok": 2, "cache_read_mtok": 3, "cache_write_mtok": 4}},
	 {"id": "same", "prices": {"input_mtok": "1.00"}},
	 {"id": "moves", "prices": {"input_mtok": 1, "output_mtok": 2.2, "cache_write_mtok": 4}},
	 {"id": "hours", "prices": [{"prices": {"input_mtok": 1}}, {"constraint": {"start_time": "01:00:00Z", "end_time": "02:00:00Z"}, "prices": {"input_mtok": 2}}]}]}]`, Options{}).Tariffs()
	var b strings.Builder
	if err := Compare(before, after, func(x *costmodel.Tariff) bool { return x.Provider == "p" }).Write(&b); err != nil {
		t.Fatal(err)
	}
	const want = `removed  p-gone: input 1; output 2
changed  p-hours: input, peak is new, 2 USD per 1M
changed  p-hours: priced peak 01:00-02:00 UTC, before always alike
changed  p-moves: no price of input, cached any more, which was 0.5 USD per 1M
moved    p-moves: output from 8 USD per 1M to 2.2 USD per 1M
changed  p-moves: cache write is new, 4 USD per 1M
added    p-new: input 1; input, cached 3; cache write 4; …
1 added, 1 removed, 2 changed, 1 as before
`
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
}

// FuzzRead: no file makes the reader panic, and what it takes is written as
// tariffs that are read back, each with a price.
func FuzzRead(f *testing.F) {
	f.Add([]byte(table))
	f.Add([]byte(liteTable))
	f.Add([]byte(`[{"id": "p", "models": [{"id": "m", "prices": [{"constraint": {"start_time": "00:00:00Z", "end_time": "23:59:59Z"}, "prices": {"input_mtok": 1}}]}]}]`))
	f.Fuzz(func(t *testing.T, data []byte) {
		x, err := Read("fuzz.json", bytes.NewReader(data))
		if err != nil {
			if !strings.HasPrefix(err.Error(), "fuzz.json:") {
				t.Errorf("no place: %v", err)
			}
			return
		}
		files, err := x.Files(Options{})
		if err != nil {
			if !strings.HasPrefix(err.Error(), "fuzz.json:") {
				t.Errorf("no place: %v", err)
			}
			return
		}
		c, err := costmodel.Parse(files)
		if err != nil {
			t.Fatalf("%v in %s", err, files[0].Data)
		}
		if len(c.Names()) < len(x.Models) {
			t.Errorf("%d tariffs of %d models", len(c.Names()), len(x.Models))
		}
	})
}

// isFormat tells whether an error is one of what is in the file.
func isFormat(err error) bool {
	var f *FormatError
	return errors.As(err, &f)
}
