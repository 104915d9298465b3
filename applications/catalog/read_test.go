package catalog

import (
	"strings"
	"testing"
	"testing/fstest"
)

// good is a catalogue with one of each, to be made worse.
const good = `grade = "A"
source = "a page"
as_of = "2026-11"

[[service]]
name = "queue"
title = "a queue"
provider = "aws"
tariff = "t"
notes = ["kept"]
op = [
  { name = "send", first = { is = "5ms", grade = "B", source = "a measurement", as_of = "2025" }, meter = "calls", unit = "64KB" },
  { name = "receive", first = { grade = "U", source = "not found" } },
  { name = "delete", grade = "C", source = "a blog", first = "1ms" },
]
queue = { batch = 10, latency = { dist = "quantiles", p50 = "1ms", p90 = "2ms" }, backoff = ["1s", "2s"] }

[[engine]]
name = "one"
title = "an engine"
provider = "none"
gap = [{ payload = "1B", takes = "1ms" }, { payload = "1KB", takes = "2ms" }]

[[overhead]]
name = "over"
title = "an overhead"
of = ["store"]
service = "queue"
op = "send"
rate = 0.5

[[region]]
name = "here"
provider = "aws"

[[region]]
name = "there"
provider = "gcp"
near = { is = "here", grade = "U", source = "an assumption" }

[[trips]]
from = "here"
to = { here = "1ms" }

[[egress]]
provider = "aws"
to = "internet"
tariff = "t"
meter = "out"
`

func readGood(text string) (*Catalog, error) {
	return Read(fstest.MapFS{"x.toml": &fstest.MapFile{Data: []byte(text)}, "ignored.txt": &fstest.MapFile{}})
}

// TestBases: a value has its own basis, or else that of the nearest table around it.
func TestBases(t *testing.T) {
	c, err := readGood(good)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, v := range Values(&c.Services[0]) {
		got = append(got, strings.Join([]string{v.Path, v.Text, v.Grade, v.Source, v.AsOf}, " | "))
	}
	want := []string{
		`op.send.first | "5ms" | B | a measurement | 2025`,
		`op.send.unit | "64KB" | A | a page | 2026-11`,
		`op.receive.first |  | U | not found | 2026-11`,
		`op.delete.first | "1ms" | C | a blog | 2026-11`,
		`queue.batch | 10 | A | a page | 2026-11`,
		`queue.latency | { dist = "quantiles", p50 = "1ms", p90 = "2ms" } | A | a page | 2026-11`,
		`queue.backoff | ["1s", "2s"] | A | a page | 2026-11`,
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("the values are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	s := &c.Services[0]
	if f := &s.Ops[1].First; f.Known || !f.Stated || f.Value.Sampler != nil {
		t.Errorf("what was not measured is %+v", f)
	}
	if s.Queue.Window.Stated || s.Queue.Batch.Or(3) != 10 || s.Queue.Receives.Or(3) != 3 {
		t.Errorf("the queue is %+v", s.Queue)
	}
	if s.Op("delete") != 2 || s.Op("drop") != -1 {
		t.Error("ops are not found by name")
	}
	if v := Values(&c.Trips[0]); len(v) != 1 || v[0].Path != "to.here" || v[0].Grade != "A" {
		t.Errorf("trips are %+v", v)
	}
}

// TestReadErrors: a slip of the catalogue is told.
func TestReadErrors(t *testing.T) {
	for _, c := range []struct{ old, new, want string }{
		{`grade = "A"`, ``, `applications/catalog/x.toml:12: service[0].op[0].unit: found grade "", want A, B, C or U`},
		{`grade = "A"`, `grade = "D"`, `applications/catalog/x.toml:12: service[0].op[0].unit: found grade "D", want A, B, C or U`},
		{`source = "a page"`, ``, `applications/catalog/x.toml:12: service[0].op[0].unit: missing key "source"`},
		{`as_of = "2026-11"`, ``, `applications/catalog/x.toml:12: service[0].op[0].unit: missing key "as_of"`},
		{`{ grade = "U", source = "not found" }`, `{ grade = "B", source = "not found" }`, `applications/catalog/x.toml:13: service[0].op[1].first: found no value, want one, as is = …, or grade U`},
		{`batch = 10`, `batch = "ten"`, `applications/catalog/x.toml:16: service[0].queue.batch: found the string "ten", want an integer`},
		{`batch = 10`, `batch = { is = "ten", grade = "A", source = "s", as_of = "2026" }`, `applications/catalog/x.toml:16: service[0].queue.batch.is: found the string "ten", want an integer`},
		{`batch = 10`, `bach = 10`, `applications/catalog/x.toml:16: unknown key "bach"; did you mean "batch"?`},
		{`tariff = "t"`, ``, `the catalogue's service "queue": op "send" has a meter, and there is no tariff`},
		{`notes = ["kept"]`, `held = [{ what = "stored", meter = "m", unit = "bytes" }]`, `the catalogue's service "queue": unknown unit "bytes"; did you mean "byte-s"?`},
		{`name = "receive"`, `name = "send"`, "the catalogue's service \"queue\": there are two ops \"send\"\nthe catalogue's service \"queue\": unknown op \"receive\"; known: delete, send, send"},
		{`provider = "none"`, `provider = "nobody"`, `the catalogue's engine "one": unknown provider "nobody"; known: aws, azure, gcp, none`},
		{`{ payload = "1KB"`, `{ payload = "1B"`, `the catalogue's engine "one": gaps do not rise by payload`},
		{`of = ["store"]`, `of = ["stores"]`, `the catalogue's overhead "over": unknown target "stores"; did you mean "store"?`},
		{`service = "queue"`, `service = "queu"`, `the catalogue's overhead "over": unknown service "queu"; did you mean "queue"?`},
		{`op = "send"`, `op = "sen"`, `the catalogue's overhead "over": unknown op "sen"; did you mean "send"?`},
		{`is = "here"`, `is = "her"`, `the catalogue's region "there": unknown region "her"; did you mean "here"?`},
		{`name = "there"`, `name = "here"`, `the catalogue's region "here": there are two of it`},
		{`to = { here`, `to = { were`, `the catalogue's trips from "here": unknown region "were"; did you mean "here"?`},
		{`to = "internet"`, `to = "internets"`, `the catalogue's egress of aws: unknown region "internets"; known: here, there`},
	} {
		text := strings.Replace(good, c.old, c.new, 1)
		if text == good {
			t.Fatalf("the catalogue has no %q", c.old)
		}
		if _, err := readGood(text); err == nil || err.Error() != c.want {
			t.Errorf("%s: %v, want\n%s", c.new, err, c.want)
		}
	}
}

// TestFind: what is not there is told with the nearest name.
func TestFind(t *testing.T) {
	c, err := readGood(good)
	if err != nil {
		t.Fatal(err)
	}
	if s, err := c.Service("queue"); err != nil || s.Title != "a queue" {
		t.Errorf("%v, %v", s, err)
	}
	if _, err := c.Engine("on"); err == nil || err.Error() != `unknown engine "on"; did you mean "one"?` {
		t.Errorf("%v", err)
	}
	if _, err := c.Overhead("other"); err == nil || err.Error() != `unknown overhead "other"; known: over` {
		t.Errorf("%v", err)
	}
	if _, err := c.Region("hree"); err == nil || err.Error() != `unknown region "hree"; did you mean "here"?` {
		t.Errorf("%v", err)
	}
	shipped, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := shipped.Service("mainframe"); err == nil || !strings.Contains(err.Error(), "coldcurve list services prints the") {
		t.Errorf("%v", err)
	}
}
