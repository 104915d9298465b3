package draw

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/applications"
	"github.com/coldcurve/coldcurve/internal/spec"
)

// readApplication reads an application's text.
func readApplication(t *testing.T, name, text string) *applications.Application {
	t.Helper()
	root, err := spec.Parse(name, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	a, err := applications.Read(root)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// The example of the language, as one reads it: each line is a box or an arrow.
func TestOfTheExample(t *testing.T) {
	text, err := os.ReadFile("../testdata/alerts.app.toml")
	if err != nil {
		t.Fatal(err)
	}
	d := Of(readApplication(t, "alerts.app.toml", string(text)))
	var got []string
	for _, n := range d.Nodes {
		got = append(got, strings.Join([]string{kindStyles()[n.Kind].class, n.Group, n.Label, n.Sub}, "|"))
	}
	for _, g := range d.Groups {
		got = append(got, "group|"+g.Parent+"|"+g.Label+"|"+g.Sub)
	}
	for _, e := range d.Edges {
		got = append(got, e.From+" -"+edgeStyles()[e.Kind].class+"-> "+e.To+" "+e.Label)
	}
	for _, want := range []string{
		"stream||readings|Kinesis Data Streams · 600/s · 4 shards · pipe · batches of 100",
		"group||alerting|Step Functions, Express",
		"group|alerting|both|parallel",
		"fn|alerting|prepare|lambda · 256 MB",
		"route|alerting/both|infer|route by health",
		"fn|alerting/both|classify-gcp|run · 2 GB",
		"choice|alerting|rate|",
		"send|alerting|park|200 KB",
		"end|alerting|end|",
		"fn||notify|lambda",
		"readings -call-> alerting ",
		"readings -dead-> parked after 4 tries",
		"alerts -call-> notify ",
		"alerts -dead-> parked after 5",
		"alerting/prepare -again-> alerting/prepare 3×",
		"alerting/prepare -next-> alerting/both ",
		"alerting/prepare -catch-> alerting/park any",
		"alerting/infer -call-> alerting/infer/classify-aws ",
		"alerting/keep -use-> profiles write per record",
		"alerting/both -next-> alerting/rate ",
		"alerting/rate -next-> alerting/page 2 %",
		"alerting/page -sends-> alerts ",
	} {
		if !slices.Contains(got, want) {
			t.Errorf("want %q", want)
		}
	}
	if !slices.ContainsFunc(got, func(s string) bool {
		return strings.HasPrefix(s, "alerting/rate -next-> alerting/#end") && strings.HasSuffix(s, " 98 %")
	}) {
		t.Error("want the way past the page to the end, with the 98 % that are left")
	}
	if slices.ContainsFunc(d.Nodes, func(n Node) bool { return n.ID == "classify-aws" || n.ID == "keep" }) {
		t.Error("a function that only steps call is drawn a second time")
	}
	if t.Failed() {
		t.Log(strings.Join(got, "\n"))
	}
	for _, f := range faults(d) {
		t.Error(f)
	}
}

// What is still to be filled in is drawn as far as it is known.
func TestOfWhatIsUnfilled(t *testing.T) {
	root, err := spec.Parse("x.app.toml", []byte(`
title = "half"
trigger = [{ name = "in", start = "f", http = {}, arrivals = { process = "poisson", rate = "1/s" } }]
function = [{ name = "g", platform = "p", service = "?" }]
[[flow]]
name = "f"
steps = [
  { name = "one", call = "g" },
  { name = "two", call = "?" },
  { name = "three", choice = [{ probability = "?", next = "four" }, { next = "end" }] },
  { name = "four", succeed = true },
]
`))
	if err != nil {
		t.Fatal(err)
	}
	a, err := applications.Read(root)
	var unfilled *applications.Unfilled
	if !errors.As(err, &unfilled) || a == nil {
		t.Fatalf("read as %v, %v; want what is unfilled", a, err)
	}
	d := Of(a)
	for _, f := range faults(d) {
		t.Error(f)
	}
	svg := string(SVG(d))
	for _, want := range []string{"three → four (next, ?)", "three → end (next, else)", "two → three (next)"} {
		if !strings.Contains(svg, want) {
			t.Errorf("want %q", want)
		}
	}
	if i := slices.IndexFunc(d.Nodes, func(n Node) bool { return n.ID == "f/two" }); i < 0 || d.Nodes[i].Sub != "?" || d.Nodes[i].Kind != Function {
		t.Errorf("want the step whose function is unknown as a function of the name ?, found %+v", d.Nodes)
	}
}

func TestAnnotate(t *testing.T) {
	d := &Diagram{Nodes: []Node{{ID: "f/a"}, {ID: "b"}}, Groups: []Group{{ID: "f"}}}
	d.Annotate("time", map[string]Mark{"f/a": {"p50 3 ms", 0.5, true}, "f": {Critical: true}, "nobody": {}})
	if n := d.Nodes[0]; n.Value != "p50 3 ms" || n.Weight != 0.5 || !n.Critical || !d.Groups[0].Critical || d.Nodes[1].Value != "" || d.Shade != "time" {
		t.Errorf("found %+v", d)
	}
}
