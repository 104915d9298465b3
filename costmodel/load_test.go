package costmodel

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// good is a small tariff that is right; the malformed ones differ from it in
// one place.
const good = `[[tariff]]
name       = "own"
title      = "Own cloud"
provider   = "Us"
region     = "here"
currency   = "EUR"
effective  = { from = "2026-01-01", until = "2027-01-01" }
kind       = "machine"
invariant  = "used ≤ billed"
needs      = { dispatch = "bound", max_concurrency = 1 }
rule       = { name = "lifetime", quantum = "1s", vcpu = { count = "0.5" }, memory = { min = "128MB", step = "64MB" } }
not_billed = ["instance_time", "instance_cpu"]
[[tariff.price]]
name   = "requests"
unit   = "1M"
price  = "0.50"
free   = "2"
grade  = "A"
source = "the page"
as_of  = "2026-02"
[[tariff.price]]
name   = "memory"
meters = ["instance_memory"]
unit   = "GB-s"
free   = "10"
grade  = "B"
source = "the page"
as_of  = "2026-02-03"
tiers  = [
  { upto = "100", price = "3" },
  { upto = "200", price = "2" },
  { price = "1" },
]
`

// parse reads a catalog of one file on top of the shipped one.
func parse(t testing.TB, data string) (*Catalog, error) {
	c := shippedCatalog(t)
	err := c.add("own.toml", []byte(data), map[string]first{})
	return c, err
}

func TestGoodTariff(t *testing.T) {
	c, err := parse(t, good)
	if err != nil {
		t.Fatal(err)
	}
	x, err := c.Tariff("own")
	if err != nil {
		t.Fatal(err)
	}
	if x.Currency != "EUR" || x.Rule != "lifetime" || len(x.Prices) != 2 || x.Prices[1].Tiers[1].Grade != "B" {
		t.Errorf("read %+v", x)
	}
	if got := x.Check(sim.Platform{Dispatch: sim.QueueDispatch, Concurrency: 2}); !slices.Equal(got, []string{
		`needs dispatch = "bound", the platform has "queue"`, "needs concurrency ≤ 1, the platform has 2",
	}) {
		t.Errorf("Check says %q", got)
	}
}

// TestMalformedTariffs: each slip is named with file, line, what was found and
// what was expected.
func TestMalformedTariffs(t *testing.T) {
	for _, x := range []struct {
		name, old, new, err string
	}{
		{"unknown key", "region     =", "regoin     =", `own.toml:5: unknown key "regoin"; did you mean "region"?`},
		{"unknown key of a price", "free   = \"2\"", "fre   = \"2\"", `own.toml:17: unknown key "fre"; did you mean "free"?`},
		{"unknown key of a rule", `quantum = "1s"`, `quantm = "1s"`, `own.toml:11: unknown key "quantm"; did you mean "quantum"?`},
		{"no name", `name       = "own"`, ``, `own.toml:1: tariff[0]: missing key "name"`},
		{"bad name", `"own"`, `"Own Cloud"`, `own.toml:2: tariff[0].name: found "Own Cloud", want lower-case letters, digits and - . + _`},
		{"bad currency", `"EUR"`, `"euro"`, `own.toml:6: tariff[0].currency: found "euro", want an ISO 4217 code such as USD`},
		{"bad date", `"2026-01-01"`, `"1 Jan 2026"`, `own.toml:7: tariff[0].effective.from: found "1 Jan 2026", want a date such as "2026-09-28", "2026-09" or "2026"`},
		{"no such day", `"2026-02-03"`, `"2026-02-30"`, `own.toml:28: tariff[0].price[1].as_of: found "2026-02-30", want a date such as "2026-09-28", "2026-09" or "2026"`},
		{"dates reversed", `"2027-01-01"`, `"2025-12-31"`, `own.toml:7: tariff[0].effective.until: found 2025-12-31, want a date after from = 2026-01-01`},
		{"unknown dispatch", `"bound"`, `"bond"`, `own.toml:10: tariff[0].needs.dispatch: found "bond", want one of ["bound" "queue"]`},
		{"unknown rule", `"lifetime"`, `"lifetme"`, `own.toml:11: tariff[0].rule.name: unknown rule "lifetme"; did you mean "lifetime"?`},
		{"rule is no table", `{ name = "lifetime", quantum = "1s", vcpu = { count = "0.5" }, memory = { min = "128MB", step = "64MB" } }`, `"lifetime"`, `own.toml:11: tariff[0].rule: found "lifetime", want a table`},
		{"no quantum", `quantum = "1s", `, ``, `own.toml:11: tariff[0].rule: missing key "quantum"`},
		{"quantum of 0", `"1s"`, `"0s"`, `own.toml:11: tariff[0].rule.quantum: found 0s, want more than 0`},
		{"a vCPU of ten digits", `"0.5"`, `"1234567.891"`, `own.toml:11: tariff[0].rule.vcpu.count: found 1234567.891, want thousandths of a vCPU at the finest`},
		{"vCPUs in part of a MB", `count = "0.5"`, `per = "100KB"`, `own.toml:11: tariff[0].rule.vcpu.per: found 100KB, want whole MB`},
		{"vCPUs twice", `count = "0.5"`, `count = "0.5", per = "1GB"`, `own.toml:11: tariff[0].rule.vcpu: want either count or per, above 0`},
		{"no vCPU", `count = "0.5"`, ``, `own.toml:11: tariff[0].rule.vcpu: want either count or per, above 0`},
		{"too many vCPU digits", `"0.5"`, `"0.0005"`, `own.toml:11: tariff[0].rule.vcpu.count: found 0.0005, want thousandths of a vCPU at the finest`},
		{"memory step of 0", `step = "64MB"`, `step = "0MB"`, `own.toml:11: tariff[0].rule.memory.step: found 0, want at least 1MB`},
		{"memory in part of a MB", `min = "128MB"`, `min = "100KB"`, `own.toml:11: tariff[0].rule.memory.min: found 100KB, want whole MB`},
		{"cap without max", `min = "128MB"`, `cap = true`, `own.toml:11: tariff[0].rule.memory.cap: found cap = true without max`},
		{"max below min", `step = "64MB"`, `max = "64MB"`, `own.toml:11: tariff[0].rule.memory.max: found 64MB, which is below min = 128MB`},
		{"sizes beside min", `step = "64MB"`, `sizes = ["1GB"]`, `own.toml:11: tariff[0].rule.memory.sizes: found sizes beside min or max, want one of them`},
		{"sizes that descend", `min = "128MB", step = "64MB"`, `sizes = ["2GB", "1GB"]`, `own.toml:11: tariff[0].rule.memory.sizes: found 1GB, want ascending sizes in whole MB`},
		{"sizes that stay", `min = "128MB", step = "64MB"`, `sizes = ["1GB", "1GB"]`, `own.toml:11: tariff[0].rule.memory.sizes: found 1GB, want ascending sizes in whole MB`},
		{"a size of nothing", `min = "128MB", step = "64MB"`, `sizes = ["0MB", "1GB"]`, `own.toml:11: tariff[0].rule.memory.sizes: found 0B, want ascending sizes in whole MB`},
		{"a size in part of a MB", `min = "128MB", step = "64MB"`, `sizes = ["100KB", "1GB"]`, `own.toml:11: tariff[0].rule.memory.sizes: found 100KB, want ascending sizes in whole MB`},
		{"over on the day it begins", `until = "2027-01-01"`, `until = "2026-01-01"`, `own.toml:7: tariff[0].effective.until: found 2026-01-01, want a date after from = 2026-01-01`},
		{"meter not priced", `not_billed = ["instance_time", "instance_cpu"]`, ``, `own.toml:1: tariff[0]: meter "instance_time" has no price; one that costs nothing stands in not_billed`},
		{"free meter unknown", `"instance_cpu"]`, `"instance_cp"]`, `own.toml:12: tariff[0].not_billed: unknown meter "instance_cp"; did you mean "instance_cpu"?`},
		{"free meter priced", `"instance_cpu"]`, `"instance_cpu", "requests"]`, `own.toml:12: tariff[0].not_billed: meter "requests" has price "requests"`},
		{"unknown meter", `["instance_memory"]`, `["instance_memry"]`, `own.toml:21: tariff[0].price[1]: unknown meter "instance_memry"; did you mean "instance_memory"?; a quantity that the user gives needs supplied = true`},
		{"meter priced twice", `["instance_memory"]`, `["requests"]`, `own.toml:21: tariff[0].price[1]: meter "requests" has price "requests" already; a second one needs surcharge = true`},
		{"price twice", `name   = "memory"`, `name   = "requests"`, `own.toml:21: tariff[0].price[1]: price "requests" stands twice`},
		{"counted, not supplied", "free   = \"2\"", "supplied = true", `own.toml:13: tariff[0].price[0]: meter "requests" is counted by the rule, found supplied = true`},
		{"unknown unit", `"GB-s"`, `"GB-sec"`, `own.toml:24: tariff[0].price[1].unit: unknown unit "GB-sec"; did you mean "GB-s"?`},
		{"unit of another dimension", `"GB-s"`, `"vCPU-s"`, `own.toml:21: tariff[0].price[1]: unit "vCPU-s" measures vCPU × time, meter "instance_memory" counts memory × time`},
		{"unit of another dimension, first meter", `unit   = "1M"`, `unit   = "GB-s"`, `own.toml:13: tariff[0].price[0]: unit "GB-s" measures memory × time, meter "requests" counts count`},
		{"price as a number", `"0.50"`, `0.50`, `own.toml:16: tariff[0].price[0].price: found the number 0.5, want a string`},
		{"negative price", `"0.50"`, `"-0.50"`, `own.toml:16: tariff[0].price[0].price: found "-0.50", want a number that is not negative`},
		{"not a number", `"0.50"`, `"NaN"`, `own.toml:16: tariff[0].price[0].price: found "NaN", want digits with at most one point, such as "0.0000166667"`},
		{"infinite", `"0.50"`, `"Inf"`, `own.toml:16: tariff[0].price[0].price: found "Inf", want digits with at most one point, such as "0.0000166667"`},
		{"exponent", `"0.50"`, `"5e-1"`, `own.toml:16: tariff[0].price[0].price: found "5e-1", want digits with at most one point, such as "0.0000166667"`},
		{"too many digits", `"0.50"`, `"` + strings.Repeat("1", 41) + `"`, `own.toml:16: tariff[0].price[0].price: found a number of 41 characters, want at most 40`},
		{"no price", `price  = "0.50"`, ``, `own.toml:13: tariff[0].price[0]: missing key "price"; a price that is not verified has grade = "U"`},
		{"price and tiers", `unit   = "GB-s"`, "unit = \"GB-s\"\nprice = \"1\"", `own.toml:21: tariff[0].price[1]: found both price and tiers, want one of them`},
		{"no tier", "tiers  = [\n  { upto = \"100\", price = \"3\" },\n  { upto = \"200\", price = \"2\" },\n  { price = \"1\" },\n]", `tiers = []`, `own.toml:29: tariff[0].price[1].tiers: found no tier, want at least one`},
		{"tiers that overlap", `upto = "200"`, `upto = "99.5"`, `own.toml:31: tariff[0].price[1].tiers[1]: upto = 99.5 is not above 100, where the tier begins`},
		{"a tier of nothing", `upto = "200"`, `upto = "100"`, `own.toml:31: tariff[0].price[1].tiers[1]: upto = 100 is not above 100, where the tier begins`},
		{"an end too many", `{ price = "1" }`, `{ upto = "300", price = "1" }`, `own.toml:32: tariff[0].price[1].tiers[2]: the last tier has upto = 300, want none; where the price beyond it is not verified, beyond says so`},
		{"an end too few", `upto = "100", `, ``, `own.toml:30: tariff[0].price[1].tiers[0]: missing key "upto" in a tier that is not the last`},
		{"free beyond the first tier", `free   = "10"`, `free   = "101"`, `own.toml:25: tariff[0].price[1].free: found 101, want at most the first tier's upto = 100`},
		{"credit without free", `free   = "2"`, `credit = "2"`, `own.toml:17: tariff[0].price[0].credit: found a credit without a free quantity`},
		{"no grade", `grade  = "A"`, ``, `own.toml:13: tariff[0].price[0]: missing key "grade"`},
		{"unknown grade", `grade  = "A"`, `grade  = "D"`, `own.toml:18: tariff[0].price[0].grade: found "D", want A, B, C or U`},
		{"no source", "grade  = \"A\"\nsource = \"the page\"", `grade  = "A"`, `own.toml:13: tariff[0].price[0]: missing key "source"`},
		{"no as_of", `as_of  = "2026-02"` + "\n", "\n", `own.toml:13: tariff[0].price[0]: missing key "as_of"`},
		{"unknown kind", `"machine"`, `"machin"`, `own.toml:8: tariff[0].kind: found "machin", want one of ["platform" "machine" "gpu" "model" "service"]`},
		{"in force since nobody knows", `"2026-01-01"`, `"undated"`, `own.toml:7: tariff[0].effective.from: found "undated", want a date, or no key`},
		{"until nobody knows", `"2027-01-01"`, `"undated"`, `own.toml:7: tariff[0].effective.until: found "undated", want a date, or no key`},
		{"unknown key of effective", `until = `, `untl = `, `own.toml:7: unknown key "untl"; did you mean "until"?`},
		{"ignored beside min", `step = "64MB"`, `ignored = true`, `own.toml:11: tariff[0].rule.memory.ignored: found ignored = true beside sizes, want one of them`},
		{"beyond without an end", `unit   = "GB-s"`, "unit = \"GB-s\"\nbeyond = \"not known\"", `own.toml:33: tariff[0].price[1].tiers[2]: missing key "upto" in the last tier, as beyond says that it ends`},
		{"beyond without tiers", `price  = "0.50"`, "price = \"0.50\"\nbeyond = \"not known\"", `own.toml:17: tariff[0].price[0].beyond: found what is beyond the last tier, without tiers`},
		{"required of a simulation", `free   = "2"`, `required = true`, `own.toml:17: tariff[0].price[0].required: found required = true without supplied = true`},
		{"a fee with a grant", `unit   = "1M"`, "unit = \"month\"\nfixed = true", `own.toml:16: tariff[0].price[0].fixed: found meters, quantities or tiers beside fixed = true, want the price alone`},
		{"a fee with meters", "unit   = \"1M\"\nprice  = \"0.50\"\nfree   = \"2\"", "unit = \"month\"\nprice = \"1\"\nfixed = true\nmeters = [\"requests\"]", `own.toml:17: tariff[0].price[0].fixed: found meters, quantities or tiers beside fixed = true, want the price alone`},
		{"a fee that is supplied", "unit   = \"1M\"\nprice  = \"0.50\"\nfree   = \"2\"", "unit = \"month\"\nprice = \"1\"\nfixed = true\nsupplied = true", `own.toml:17: tariff[0].price[0].fixed: found meters, quantities or tiers beside fixed = true, want the price alone`},
		{"a fee that is a surcharge", "unit   = \"1M\"\nprice  = \"0.50\"\nfree   = \"2\"", "unit = \"month\"\nprice = \"1\"\nfixed = true\nsurcharge = true", `own.toml:17: tariff[0].price[0].fixed: found meters, quantities or tiers beside fixed = true, want the price alone`},
		{"a fee of tiers", `unit   = "GB-s"`, "unit = \"month\"\nfixed = true", `own.toml:25: tariff[0].price[1].fixed: found meters, quantities or tiers beside fixed = true, want the price alone`},
		{"a fee in steps", "unit   = \"1M\"\nprice  = \"0.50\"\nfree   = \"2\"", "unit = \"month\"\nprice = \"1\"\nfixed = true\nchunk = { time = \"1s\" }", `own.toml:17: tariff[0].price[0].fixed: found meters, quantities or tiers beside fixed = true, want the price alone`},
		{"a price that is no table", "[[tariff.price]]\nname   = \"requests\"\nunit   = \"1M\"\nprice  = \"0.50\"\nfree   = \"2\"\ngrade  = \"A\"\nsource = \"the page\"\nas_of  = \"2026-02\"\n[[tariff.price]]\nname   = \"memory\"\nmeters = [\"instance_memory\"]\nunit   = \"GB-s\"\nfree   = \"10\"\ngrade  = \"B\"\nsource = \"the page\"\nas_of  = \"2026-02-03\"\ntiers  = [\n  { upto = \"100\", price = \"3\" },\n  { upto = \"200\", price = \"2\" },\n  { price = \"1\" },\n]\n", "grade = \"A\"\nprice = [3]\n", `own.toml:14: tariff[0].price[0]: found the integer 3, want a table`},
		{"bytes in steps", `unit   = "1M"`, "unit = \"GB\"\nsupplied = true\nmeters = [\"bytes\"]\nchunk = { size = \"64KB\" }", `own.toml:18: tariff[0].price[0].chunk.size: found units of 64KB for a price per GB, want one that counts`},
		{"a fee by the million", "price  = \"0.50\"\nfree   = \"2\"", "price = \"0.50\"\nfixed = true", `own.toml:15: tariff[0].price[0].unit: found "1M", want "month", as the price is fixed`},
		{"an empty chunk", `free   = "2"`, `chunk = {}`, `own.toml:17: tariff[0].price[0].chunk: want size, time or memory`},
		{"bytes of memory × time", `free   = "10"`, `chunk = { size = "64KB" }`, `own.toml:25: tariff[0].price[1].chunk.size: found units of 64KB for a price per GB-s, want one that counts`},
		{"time of requests", `free   = "2"`, `chunk = { time = "1s" }`, `own.toml:17: tariff[0].price[0].chunk.time: found 1s for a price per 1M, want a price for time`},
		{"memory of requests", `free   = "2"`, `chunk = { memory = "1MB" }`, `own.toml:17: tariff[0].price[0].chunk.memory: found 1MB for a price per 1M, want whole MB of a price for memory × time`},
		{"a first unit of less", `free   = "2"`, `chunk = { size = "64KB", first = "1KB" }`, `own.toml:17: tariff[0].price[0].chunk.first: found 1KB, want at least size = 64KB`},
		{"less than a unit at most", `free   = "2"`, `chunk = { size = "64KB", most = "1KB" }`, `own.toml:17: tariff[0].price[0].chunk.most: found 1KB, which is less than a unit holds`},
		{"most of nothing", `free   = "10"`, `chunk = { memory = "1MB", most = "1KB" }`, `own.toml:25: tariff[0].price[1].chunk: found first or most without size`},
		{"a chunk of no source", `free   = "2"`, `chunk = { size = "64KB", source = " " }`, `own.toml:17: tariff[0].price[0].chunk: missing key "source"`},
		{"an era of nothing", `title      = "Own cloud"`, `era_of = 3`, `own.toml:3: tariff[0].era_of: found the integer 3, want a string`},
		{"unverified names no list", `title      = "Own cloud"`, "extends = \"aws-sqs\"\nunverified = \"requests\"", `own.toml:4: tariff[0].unverified: found "requests", want a list of names of prices`},
		{"unverified of no base", `title      = "Own cloud"`, `unverified = ["memory"]`, `own.toml:3: tariff[0].unverified: found prices to leave out, and no tariff that this one extends`},
		{"unknown base", `title      = "Own cloud"`, `extends = "aws-lamda"`, `own.toml:3: tariff[0].extends: unknown tariff "aws-lamda"; did you mean "aws-lambda"?`},
		{"no tariff", good, "", `own.toml:1: missing key "tariff"`},
		{"twice in a folder", good, good + good, `own.toml:34: tariff[1]: tariff "own" stands in own.toml:1 too`},
	} {
		t.Run(x.name, func(t *testing.T) {
			if strings.Count(good, x.old) == 0 {
				t.Fatalf("%q is not in the tariff", x.old)
			}
			_, err := parse(t, strings.Replace(good, x.old, x.new, 1))
			if err == nil || err.Error() != x.err {
				t.Errorf("\n got %v\nwant %s", err, x.err)
			}
		})
	}
}

// TestMalformedRules: rules whose numbers cannot be.
func TestMalformedRules(t *testing.T) {
	active := func(rule string) string {
		s := strings.Replace(good, `name = "lifetime", quantum = "1s", vcpu = { count = "0.5" }`, `name = "active", init = true, `+rule, 1)
		return strings.Replace(s, `not_billed = ["instance_time", "instance_cpu"]`, `not_billed = []`, 1)
	}
	clock := func(mhz string) string {
		return clockedText("mhz = " + mhz)
	}
	quantum := func(q string) string { return strings.Replace(clockedText(""), `quantum = "100ms"`, q, 1) }
	for _, x := range []struct{ name, data, err string }{
		{"active by no quantum", active(`quantum = "0s"`), `own.toml:11: tariff[0].rule.quantum: found 0s, want more than 0`},
		{"active vCPUs", active(`quantum = "1s", vcpu = { count = "0.0005" }`), `own.toml:11: tariff[0].rule.vcpu.count: found 0.0005, want thousandths of a vCPU at the finest`},
		{"by no quantum", quantum(`quantum = "0s"`), `own.toml:8: tariff[0].rule.quantum: found 0s, want whole milliseconds above 0`},
		{"by part of a ms", quantum(`quantum = "1500us"`), `own.toml:8: tariff[0].rule.quantum: found 1.5ms, want whole milliseconds above 0`},
		{"a minimum between", quantum(`quantum = "100ms", minimum = "150ms"`), `own.toml:8: tariff[0].rule.minimum: found 150ms, want a multiple of quantum = 100ms`},
		{"a clock too few", clock(`[400]`), `own.toml:8: tariff[0].rule.mhz: found 1 clocks, want one for each of 2 memory.sizes`},
		{"a clock that stands", clock(`[400, 0]`), `own.toml:8: tariff[0].rule.mhz: found [400 0], want MHz from 1 to 1000000`},
		{"a clock of more than a THz", clock(`[400, 1000001]`), `own.toml:8: tariff[0].rule.mhz: found [400 1000001], want MHz from 1 to 1000000`},
	} {
		if _, err := parse(t, x.data); err == nil || err.Error() != x.err {
			t.Errorf("%s:\n got %v\nwant %s", x.name, err, x.err)
		}
	}
}

// TestJustAllowed: the last value on the right side of each limit is taken.
func TestJustAllowed(t *testing.T) {
	for _, x := range []struct{ name, data string }{
		{"max that is min", strings.Replace(good, `step = "64MB"`, `max = "128MB"`, 1)},
		{"a vCPU of nine digits", strings.Replace(good, `"0.5"`, `"123456.789"`, 1)},
		{"a first unit that is one", strings.Replace(good, `free   = "2"`, `chunk = { size = "64KB", first = "64KB" }`, 1)},
		{"at most one unit", strings.Replace(good, `free   = "2"`, `chunk = { size = "64KB", most = "64KB" }`, 1)},
		{"bytes by the byte", strings.Replace(good, "name   = \"requests\"\nunit   = \"1M\"", "name = \"bytes\"\nunit = \"GB\"\nsupplied = true\nchunk = { size = \"1B\", least = \"1KB\" }", 1) + requestsPrice},
		{"all of the first tier is free", strings.Replace(good, `free   = "10"`, `free   = "100"`, 1)},
		{"some of it is free, and the price is not verified", strings.Replace(good, "price  = \"0.50\"\nfree   = \"2\"\ngrade  = \"A\"", "free   = \"2\"\ngrade  = \"U\"", 1)},
		{"a price of forty characters", strings.Replace(good, `"0.50"`, `"0.`+strings.Repeat("1", 38)+`"`, 1)},
		{"a day", strings.Replace(good, `until = "2027-01-01"`, `until = "2026-01-02"`, 1)},
		{"clocks of 1 MHz and of 1 THz", clockedText(`mhz = [1, 1000000]`)},
		{"sizes without clocks", clockedText("")},
	} {
		if _, err := parse(t, x.data); err != nil {
			t.Errorf("%s: %v", x.name, err)
		}
	}
}

// requestsPrice is a price of requests, for a tariff whose own is another's.
const requestsPrice = `[[tariff.price]]
name   = "requests"
unit   = "1M"
price  = "0.50"
grade  = "A"
source = "the page"
as_of  = "2026-02"
`

// TestWhereAnExtensionIsWrong: what is wrong with a tariff is said of the place
// where it stands, not of the one that it extends.
func TestWhereAnExtensionIsWrong(t *testing.T) {
	_, err := parse(t, good+"\n[[tariff]]\nname       = \"less\"\nextends    = \"own\"\nnot_billed = []\n")
	if want := `own.toml:35: tariff[1]: meter "instance_time" has no price; one that costs nothing stands in not_billed`; err == nil || err.Error() != want {
		t.Errorf("\n got %v\nwant %s", err, want)
	}
}

// TestExtendedStaysAsItIs: a tariff is the same before and after others extend
// it and replace its prices, or call them unverified.
func TestExtendedStaysAsItIs(t *testing.T) {
	alone, err := parse(t, good)
	if err != nil {
		t.Fatal(err)
	}
	_, err = parse(t, good+"\n[[tariff]]\nname = \"less\"\nextends = \"own\"\nunverified = [\"requests\"]\n"+
		strings.Replace(requestsPrice, `"requests"`, `"memory"`+"\nmeters = [\"instance_memory\"]", 1))
	if err == nil || !strings.Contains(err.Error(), `unit "1M" measures count, meter "instance_memory" counts memory × time`) {
		t.Errorf("memory by the million: %v", err)
	}
	more, err := parse(t, good+"\n[[tariff]]\nname = \"less\"\nextends = \"own\"\nunverified = [\"requests\"]\n"+
		strings.NewReplacer(`"requests"`, `"memory"`+"\nmeters = [\"instance_memory\"]", `"1M"`, `"GB-s"`).Replace(requestsPrice))
	if err != nil {
		t.Fatal(err)
	}
	a, _ := alone.Tariff("own")
	b, _ := more.Tariff("own")
	less, err := more.Tariff("less")
	if err != nil {
		t.Fatal(err)
	}
	if a.Text() != b.Text() || len(b.Prices[1].Tiers) != 3 || len(less.Prices[0].Tiers) != 0 || len(less.Prices[1].Tiers) != 1 {
		t.Errorf("own is\n%s\nand beside one that extends it\n%s\nwhich is\n%s", a.Text(), b.Text(), less.Text())
	}
}

// TestOwnTariffs: a folder adds tariffs and replaces those of the same name;
// one that extends another takes over what it does not say.
func TestOwnTariffs(t *testing.T) {
	dir := t.TempDir()
	write := func(name, data string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(data), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("a.toml", good)
	write("b.toml", `
[[tariff]]
name    = "aws-lambda"
extends = "aws-lambda"
title   = "AWS Lambda with a Savings Plan"
[[tariff.price]]
name   = "provisioned concurrency, standing"
meters = ["provisioned_standing"]
unit   = "GB-s"
price  = "0.00000367"
grade  = "B"
source = "Compute Savings Plan"
as_of  = "2026-09-25"
`)
	write("c.toml", strings.Replace(good, `"own"`, `"finer"`, 1))
	write("ignored.txt", "not a tariff")
	c, err := Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	if n, shipped := len(c.Names()), len(shippedCatalog(t).Names()); n != shipped+2 {
		t.Errorf("%d tariffs, want two more than the %d shipped", n, shipped)
	}
	x, err := c.Tariff("aws-lambda")
	if err != nil {
		t.Fatal(err)
	}
	b, err := x.Bill(Usage(nil).With("provisioned_standing", "GB-s", 1_000_000).With("requests", "1M", 1), SpanRun, 0)
	if err != nil {
		t.Fatal(err)
	}
	if got := b.Total.Text('f'); got != "3.87" || x.Title != "AWS Lambda with a Savings Plan" { // 3.67 + 0.20
		t.Errorf("%s costs %s", x.Title, got)
	}
	own, _ := c.Tariff("own")
	finer, _ := c.Tariff("finer")
	if got := strings.Replace(finer.Text(), "finer", "own", 1); got != own.Text() || !strings.Contains(got, `quantum = "1s"`) {
		t.Errorf("texts differ in more than the name:\n%s\n%s", got, own.Text())
	}
	// where none is near there are too many to name
	if _, err := c.Tariff("something-else-entirely"); err == nil || !regexp.MustCompile(`^unknown tariff "something-else-entirely"; coldcurve list tariffs prints the [0-9]{3} that there are$`).MatchString(err.Error()) {
		t.Errorf("got %v", err)
	}
	if _, err := c.Tariff("aws-lamda"); err == nil || err.Error() != `unknown tariff "aws-lamda"; did you mean "aws-lambda"?` {
		t.Errorf("got %v", err)
	}
	if _, err := Load(filepath.Join(dir, "none")); err == nil {
		t.Error("a folder that is not there was read")
	}
	write("d.toml", good)
	if _, err := Load(dir); err == nil || !strings.HasSuffix(err.Error(), `tariff "own" stands in `+filepath.Join(dir, "a.toml")+`:1 too`) {
		t.Errorf("the same tariff in two files: %v", err)
	}
}

// FuzzLoad: no file makes the loader panic, and a tariff that it takes can
// bill nothing at all and a unit of everything.
func FuzzLoad(f *testing.F) {
	f.Add(good)
	for _, file := range shippedFiles(f) {
		data, err := shipped.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(data))
	}
	f.Add(hourly)
	f.Add("[[tariff]]\nextends = 3\n")
	f.Add("tariff = [1]")
	f.Fuzz(func(t *testing.T, data string) {
		c := &Catalog{}
		if err := c.add("fuzz.toml", []byte(data), map[string]first{}); err != nil {
			if !strings.HasPrefix(err.Error(), "fuzz.toml:") {
				t.Errorf("no position: %v", err)
			}
			return
		}
		for _, x := range c.Tariffs() {
			var nothing, u Usage
			for _, p := range x.Prices {
				for _, m := range p.Meters {
					if u.index(m) < 0 {
						nothing = nothing.With(m, p.Unit, 0)
						u = u.With(m, p.Unit, int64(min(1, len(p.Tiers))))
					}
					if n := len(p.Tiers); n > 0 && p.Tiers[n-1].UpTo != nil {
						return // 1 may be more than is known
					}
				}
				if p.Chunk != nil {
					if n, err := p.Units(1); err == nil && n < 1 {
						t.Errorf("%s: a byte is %d units", p.Name, n)
					}
				}
			}
			if len(u) == 0 {
				continue
			}
			for _, usage := range []Usage{nothing, u} {
				if _, err := x.Bill(usage, SpanMonth, sim.Day); err != nil {
					t.Errorf("%s: %v", x.Name, err)
				}
			}
		}
	})
}
