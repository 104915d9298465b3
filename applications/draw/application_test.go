package draw

import (
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
		"fn|alerting|prepare|lambda · 256MB",
		"route|alerting/both|infer|route by health",
		"fn|alerting/both|classify-gcp|run · 2GB",
		"choice|alerting|rate|",
		"send|alerting|park|200KB",
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
		"alerting/keep -use-> profiles write a record",
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
