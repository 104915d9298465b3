package pricetable

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/sim"
)

// table is a table of the form of genai-prices, of our own making.
const table = `[
 {"id": "deepseek", "name": "DeepSeek", "models": [
  {"id": "night owl", "name": "Night \"Owl\"", "prices": [
   {"prices": {"input_mtok": 1, "cache_read_mtok": 0.1, "output_mtok": "2.50"}},
   {"constraint": {"start_date": "2026-03-01"}, "prices": {"input_mtok": 3, "output_mtok": 4}},
   {"constraint": {"start_time": "22:00:00+02:00", "end_time": "02:30:00Z"}, "prices": {"input_mtok": 5e-1, "output_mtok": 1}}
  ]},
  {"id": "long", "prices": {
   "input_mtok": {"base": "1", "tiers": [{"start": 1000, "price": "2"}, {"start": 5000, "price": "3"}]},
   "cache_write_mtok": 1.25,
   "cache_write_1h_mtok": {"base": 2, "tiers": [{"start": 2000, "price": 2.5}]},
   "output_mtok": {"base": "10", "tiers": [{"start": 1000, "price": "20"}]},
   "requests_kcount": 7, "web_searches_kcount": "10", "input_audio_mtok": 40, "shoe_size": 43}},
  {"id": "nothing", "prices": {}}
 ]}
]`

// catalogOf reads a text and returns its tariffs.
func catalogOf(t *testing.T, text string, o Options) *costmodel.Catalog {
	t.Helper()
	x, err := Read("some/prices.json", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	files, err := x.Files(o)
	if err != nil {
		t.Fatal(err)
	}
	c, err := costmodel.Parse(files)
	if err != nil {
		t.Fatalf("%v in\n%s", err, files[0].Data)
	}
	return c
}

// costOf is what a request costs on a day at a time.
func costOf(t *testing.T, c *costmodel.Catalog, name, day, at string, r costmodel.TokenRequest) string {
	t.Helper()
	x, err := c.At(name, costmodel.Date(day))
	if err != nil {
		t.Fatal(err)
	}
	moment, err := time.Parse("15:04", at)
	if err != nil {
		t.Fatal(err)
	}
	u, err := x.Tokens(r, sim.Time(moment.Hour())*sim.Hour+sim.Time(moment.Minute())*sim.Minute)
	if err != nil {
		t.Fatal(err)
	}
	b, err := x.Bill(u, costmodel.SpanRun, 0)
	if err != nil {
		return err.Error()
	}
	return b.Total.Text('f')
}

// TestGenai bills requests by the tariffs of a table, worked out by hand. Of a
// million tokens each price is the number in the table.
func TestGenai(t *testing.T) {
	c := catalogOf(t, table, Options{})
	const m = 1_000_000
	for _, x := range []struct {
		model, day, at string
		r              costmodel.TokenRequest
		want           string
	}{
		{"deepseek-night-owl", "2026-02-28", "12:00", costmodel.TokenRequest{Input: m, Output: m}, "3.5"},
		{"deepseek-night-owl", "2026-02-28", "12:00", costmodel.TokenRequest{Input: m, Cached: m}, "0.1"},
		{"deepseek-night-owl", "2026-03-01", "12:00", costmodel.TokenRequest{Input: m, Output: m}, "7"},
		// 22:00 in a zone two hours ahead is 20:00 UTC; the range goes on over midnight
		{"deepseek-night-owl", "2026-03-01", "20:00", costmodel.TokenRequest{Input: m, Output: m}, "1.5"},
		{"deepseek-night-owl", "2026-03-01", "19:59", costmodel.TokenRequest{Input: m, Output: m}, "7"},
		{"deepseek-night-owl", "2026-02-28", "02:29", costmodel.TokenRequest{Input: m, Output: m}, "1.5"},
		{"deepseek-night-owl", "2026-02-28", "02:30", costmodel.TokenRequest{Input: m, Output: m}, "3.5"},
		// what the table has no price for from that day on is not 0
		{"deepseek-night-owl", "2026-03-01", "12:00", costmodel.TokenRequest{Input: m, Cached: m}, `billing by tariff "deepseek-night-owl": meter "cached_input_tokens" has no price`},
		// a request costs 0.007 beside its tokens; a tier begins beyond its start
		{"deepseek-long", "2026-01-01", "00:00", costmodel.TokenRequest{Input: 1000, Output: 100}, "0.009"},
		{"deepseek-long", "2026-01-01", "00:00", costmodel.TokenRequest{Input: 1001, Output: 100}, "0.011002"},
		{"deepseek-long", "2026-01-01", "00:00", costmodel.TokenRequest{Input: 5000, Output: 100}, "0.019"},
		{"deepseek-long", "2026-01-01", "00:00", costmodel.TokenRequest{Input: 5001, Output: 100}, "0.024003"},
		// 2,000 written for an hour: at 2 up to 2,000 tokens of input, at 2.5 beyond; 1.25 whatever the length
		{"deepseek-long", "2026-01-01", "00:00", costmodel.TokenRequest{Input: 2000, Written1h: 2000}, "0.011"},
		{"deepseek-long", "2026-01-01", "00:00", costmodel.TokenRequest{Input: 4000, Written1h: 2000, Written: 2000}, "0.0145"},
	} {
		if got := costOf(t, c, x.model, x.day, x.at, x.r); got != x.want {
			t.Errorf("%s on %s at %s, %+v: %s, want %s", x.model, x.day, x.at, x.r, got, x.want)
		}
	}
	owl, err := c.Tariff("deepseek-night-owl")
	if err != nil {
		t.Fatal(err)
	}
	if owl.Title != `DeepSeek Night "Owl"` || owl.Hours[0].String() != "offpeak 20:00-02:30 UTC" || owl.Prices[0].Grade != "B" || owl.Prices[0].AsOf != costmodel.Undated || owl.Prices[0].Source != "pydantic/genai-prices, prices.json" {
		t.Errorf("%+v, %v, %+v", owl.Title, owl.Hours, owl.Prices[0])
	}
	long, _ := c.Tariff("deepseek-long")
	if notes := strings.Join(long.Notes, "\n"); !strings.Contains(notes, "not here: shoe_size.") {
		t.Errorf("the notes do not tell what was not read: %s", notes)
	}
	u := costmodel.Usage(nil).With("input_audio_tokens", "1M", 2).With("web_searches", "1", 300)
	if b, err := long.Bill(u, costmodel.SpanRun, 0); err != nil || b.Total.Text('f') != "83" {
		t.Errorf("2 million audio tokens and 300 searches: %v, %v, want 80 + 3", b, err)
	}
	if _, err := c.Tariff("deepseek-nothing"); err == nil {
		t.Error("a model without prices has a tariff")
	}
}

// TestAsOf: the model's own name is the tariff of the day that is asked for.
func TestAsOf(t *testing.T) {
	for asOf, want := range map[costmodel.Date]string{"": "3", "2026-02-28": "1", "2026-03-01": "3", "2026": "3"} {
		c := catalogOf(t, table, Options{AsOf: asOf})
		x, err := c.Tariff("deepseek-night-owl")
		if err != nil {
			t.Fatal(err)
		}
		if got := x.Prices[0].Tiers[0].UnitPrice.Text('f'); got != want {
			t.Errorf("as of %q: the input costs %s, want %s", asOf, got, want)
		}
		for day, want := range map[string]string{"2026-02-28": "1", "2026-03-01": "3"} {
			if x, err = c.At("deepseek-night-owl", costmodel.Date(day)); err != nil || x.Prices[0].Tiers[0].UnitPrice.Text('f') != want {
				t.Errorf("as of %q, on %s: %v, %v, want %s", asOf, day, x, err, want)
			}
		}
	}
}

// plainModel is a model as encoding/json reads it.
type plainModel struct {
	ID     string
	Prices json.RawMessage
}

// charge works out a price in another way than the package does: by the rule
// of the table, at one moment, for one kind of token, as a fraction. It is nil
// where there is none.
func (m *plainModel) charge(t *testing.T, field string, moment time.Time, input int64) *big.Rat {
	t.Helper()
	type conditional struct {
		Constraint *struct {
			Date  string `json:"start_date"`
			Start string `json:"start_time"`
			End   string `json:"end_time"`
		}
		Prices map[string]json.RawMessage
	}
	var list []conditional
	if json.Unmarshal(m.Prices, &list) != nil {
		list = make([]conditional, 1)
		if err := json.Unmarshal(m.Prices, &list[0].Prices); err != nil {
			t.Fatal(err)
		}
	}
	at := 0
	for i, c := range list {
		if k := c.Constraint; k != nil {
			clock := moment.Format("15:04:05")
			if k.Date != "" && moment.Format(time.DateOnly) < k.Date || k.Start != "" && (clock < k.Start[:8] || clock >= k.End[:8]) {
				continue
			}
		}
		at = i
	}
	raw, ok := list[at].Prices[field]
	if !ok {
		return nil
	}
	var tiered struct {
		Base  json.RawMessage
		Tiers []struct {
			Start int64
			Price json.RawMessage
		}
	}
	if json.Unmarshal(raw, &tiered) == nil && tiered.Base != nil {
		raw = tiered.Base
		for _, x := range tiered.Tiers {
			if input > x.Start {
				raw = x.Price
			}
		}
	}
	r, ok := new(big.Rat).SetString(strings.Trim(string(raw), `"`))
	if !ok {
		t.Fatalf("%s of %s is %s", field, m.ID, raw)
	}
	return r
}

// TestRealTables bills each model of the real tables at many moments and
// lengths, and holds it to the table read in another way.
func TestRealTables(t *testing.T) {
	data := os.Getenv("COLDCURVE_DATA")
	for _, file := range []string{"genai-prices-0.2.3.json.gz", "genai-prices-data_slim.json.gz"} {
		path := filepath.Join(data, "prices", file)
		if _, err := os.Stat(path); data == "" || err != nil {
			t.Skip("COLDCURVE_DATA does not say where the tables are")
		}
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		x, err := Read(path, f)
		if err != nil {
			t.Fatal(err)
		}
		files, err := x.Files(Options{AsOf: "2026-11-25"})
		if err != nil {
			t.Fatal(err)
		}
		c, err := costmodel.Parse(files)
		if err != nil {
			t.Fatal(err)
		}
		compared := compareTable(t, c, path, x)
		if len(x.Models) < 1000 || compared < 2*len(x.Models) {
			t.Errorf("%s: %d models, %d prices compared", file, len(x.Models), compared)
		}
	}
}

func compareTable(t *testing.T, c *costmodel.Catalog, path string, x *Table) (compared int) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	var providers []struct {
		ID     string
		Models []plainModel
	}
	if err := json.Unmarshal(text, &providers); err != nil {
		t.Fatal(err)
	}
	names := map[string]string{}
	byProvider := map[string][]string{}
	for _, m := range x.Models {
		byProvider[m.Provider.prefix] = append(byProvider[m.Provider.prefix], m.ID)
	}
	for prefix, ids := range byProvider {
		for i, name := range distinct(prefix, ids) {
			names[prefix+" "+ids[i]] = name
		}
	}
	eras := map[string][]*costmodel.Tariff{}
	for _, tariff := range c.Tariffs() {
		name := tariff.EraOf
		if name == "" {
			name = tariff.Name
		}
		eras[name] = append(eras[name], tariff)
	}
	for _, p := range providers {
		for i := range p.Models {
			m := &p.Models[i]
			name, ok := names[providerOf(p.ID, "").prefix+" "+m.ID]
			if !ok {
				continue
			}
			compared += compareModel(t, eras[name], m)
		}
	}
	return compared
}

// compareModel compares a model at several days, hours and lengths of input,
// where its text has any that differ.
func compareModel(t *testing.T, eras []*costmodel.Tariff, m *plainModel) (compared int) {
	t.Helper()
	days, clocks, inputs := []string{"2026-11-25"}, []string{"12:00:00"}, []int64{1000}
	if strings.Contains(string(m.Prices), "start_date") {
		days = append(days, "2025-01-01", "2026-03-13", "2026-08-20", "2027-06-01")
	}
	if strings.Contains(string(m.Prices), "start_time") {
		clocks = append(clocks, "00:00:00", "00:30:00", "02:59:59", "04:00:00", "09:00:00", "16:30:00", "23:00:00")
	}
	if strings.Contains(string(m.Prices), "tiers") {
		inputs = append(inputs, 32_001, 200_000, 200_001, 272_000, 272_001, 1_000_000)
	}
	for _, day := range days {
		var tariff *costmodel.Tariff
		for _, e := range eras {
			if e.InForce(costmodel.Date(day)) {
				tariff = e
			}
		}
		if tariff == nil {
			t.Fatalf("%s has no tariff on %s", m.ID, day)
		}
		for _, clock := range clocks {
			moment, err := time.Parse(time.DateTime, day+" "+clock)
			if err != nil {
				t.Fatal(err)
			}
			for _, input := range inputs {
				compared += compareRequest(t, tariff, m, moment, input)
			}
		}
	}
	return compared
}

// compareRequest bills a request by each kind of token alone.
func compareRequest(t *testing.T, tariff *costmodel.Tariff, m *plainModel, moment time.Time, input int64) (compared int) {
	t.Helper()
	at := sim.Time(moment.Sub(moment.Truncate(24 * time.Hour)))
	u, err := tariff.Tokens(costmodel.TokenRequest{Input: input}, at)
	if err != nil {
		t.Fatal(err)
	}
	prefix := strings.TrimSuffix(u[0].Meter, "input_tokens") // the class of the request
	if !strings.HasSuffix(u[0].Meter, "input_tokens") {
		return 0 // a model without a price of input
	}
	for field, meter := range map[string]string{"input_mtok": "input_tokens", "cache_read_mtok": "cached_input_tokens", "output_mtok": "output_tokens", "cache_write_mtok": "cache_write_tokens", "cache_write_1h_mtok": "cache_write_1h_tokens"} {
		want := m.charge(t, field, moment, input)
		b, err := tariff.Bill(costmodel.Usage(nil).With(prefix+meter, "1M", 1), costmodel.SpanRun, 0)
		switch {
		case want == nil && err == nil:
			t.Errorf("%s %s at %s: %s of nothing", tariff.Name, meter, moment, b.Total.Text('f'))
		case want != nil && err != nil:
			t.Errorf("%s at %s: %v, want %s", tariff.Name, moment, err, want)
		case want != nil:
			compared++
			if got, _ := new(big.Rat).SetString(b.Total.Text('f')); got.Cmp(want) != 0 {
				t.Errorf("%s %s%s at %s with %d tokens: %s, want %s", tariff.Name, prefix, meter, moment, input, got, want)
			}
		}
	}
	return compared
}

// TestShipped: the shipped models are what the table and the list give.
func TestShipped(t *testing.T) {
	data := os.Getenv("COLDCURVE_DATA")
	path := filepath.Join(data, "prices", "genai-prices-0.2.3.json.gz")
	if _, err := os.Stat(path); data == "" || err != nil {
		t.Skip("COLDCURVE_DATA does not say where the tables are")
	}
	list, err := os.ReadFile("../shipped-models.toml")
	if err != nil {
		t.Fatal(err)
	}
	s, err := ParseSelection("shipped-models.toml", list)
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	x, err := Read(path, f)
	if err != nil {
		t.Fatal(err)
	}
	left, err := x.Select(s)
	if err != nil || len(left.Unknown) > 0 {
		t.Fatalf("the list names %q, which the table does not have; %v", left.Unknown, err)
	}
	files, err := x.Files(Options{Source: "pydantic/genai-prices 0.2.3 (MIT)", AsOf: "2026-11-25", Notes: s.Notes, Batches: s.Batches})
	if err != nil {
		t.Fatal(err)
	}
	shipped, err := os.ReadDir("../catalog/models")
	if err != nil || len(shipped) != len(files) {
		t.Fatalf("%d files are shipped, want %d; %v", len(shipped), len(files), err)
	}
	for i, want := range files {
		got, err := os.ReadFile(filepath.Join("../catalog/models", shipped[i].Name()))
		if err != nil || shipped[i].Name() != want.Name || string(got) != string(want.Data) {
			t.Errorf("%s is not what make prices writes as %s (%v)", shipped[i].Name(), want.Name, err)
		}
	}
	for _, m := range x.Models {
		if m.Retired != "" {
			t.Errorf("%s %s is shipped, and %s", m.Provider.title, m.ID, m.Retired)
		}
	}
}

// TestSelect leaves out by provider, by what is priced, and what is retired.
func TestSelect(t *testing.T) {
	const text = `[
	 {"id": "aws", "name": "AWS", "models": [
	  {"id": "a", "prices": {"input_mtok": 1, "output_mtok": 2}},
	  {"id": "embed", "prices": {"input_mtok": 1}},
	  {"id": "sound", "prices": {"input_mtok": 1, "output_mtok": 2, "input_audio_mtok": 3}},
	  {"id": "film", "prices": {"input_mtok": 1, "output_mtok": 2, "video_frames": 3}},
	  {"id": "old", "deprecated": true, "prices": {"input_mtok": 1, "output_mtok": 2}}]},
	 {"id": "b", "name": "B", "models": [{"id": "a", "prices": {"input_mtok": 1, "output_mtok": 2}}]}]`
	for _, x := range []struct{ name, list, want, err string }{
		{"all", ``, "bedrock a, bedrock embed, bedrock sound, bedrock film, bedrock old, b a {0 0 0 []}", ""},
		{"by the table's name", `providers = ["aws"]`, "bedrock a, bedrock embed, bedrock sound, bedrock film, bedrock old {1 0 0 []}", ""},
		{"by the tariffs' name", `providers = ["bedrock", "b"]`, "bedrock a, bedrock embed, bedrock sound, bedrock film, bedrock old, b a {0 0 0 []}", ""},
		{"text", `text_only = true`, "bedrock a, bedrock old, b a {0 3 0 []}", ""},
		{"retired", "[[retired]]\nprovider = \"aws\"\nmodels = [\"old\", \"gone\"]\nsource = \"x\"\nas_of = \"2026\"", "bedrock a, bedrock embed, bedrock sound, bedrock film, b a {0 0 1 [aws gone]}", ""},
		{"no such provider", `providers = ["bedrok"]`, "", `unknown provider "bedrok"; did you mean "bedrock"?`},
		{"no source", "[[retired]]\nprovider = \"aws\"\nmodels = [\"old\"]\nas_of = \"2026\"", "", `list.toml:1: retired[0]: missing key "source"`},
	} {
		tab, err := Read("prices.json", strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		s, err := ParseSelection("list.toml", []byte(x.list))
		var left Left
		if err == nil {
			left, err = tab.Select(s)
		}
		if x.err != "" {
			if err == nil || err.Error() != x.err {
				t.Errorf("%s: got %v, want %s", x.name, err, x.err)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		var models []string
		for _, m := range tab.Models {
			models = append(models, m.Provider.prefix+" "+m.ID)
		}
		if got := strings.Join(models, ", ") + " " + fmt.Sprint(left); got != x.want {
			t.Errorf("%s: %s, want %s", x.name, got, x.want)
		}
	}
}
