package results

import (
	"bytes"
	"encoding/xml"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/coldcurve/coldcurve/results/stat"
)

// baselineOf is a set's baseline, with the texts that a run would give it.
func baselineOf(t *testing.T, set *Set, experiment string) *Baseline {
	t.Helper()
	set.Experiment, set.Source = []byte(experiment), []byte("source of "+experiment)
	b, err := set.Baseline()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// A baseline that is written and read again says of a folder what another folder does:
// each number of each row, to the last bit, undefined ones too.
func TestBaselineEqualsFolder(t *testing.T) {
	after := smallSet(t)
	after.Cells[0].Replications[0].Bills[0].Total = decimal(t, "2.75")
	want, err := Compare(written(t, smallSet(t)), written(t, after))
	if err != nil {
		t.Fatal(err)
	}
	same := func(x, y float64) bool { return x == y || math.IsNaN(x) && math.IsNaN(y) }
	written := baselineOf(t, smallSet(t), "seed = 1\n")
	written.read.rows[1].steps = &StepTimes{"B", 0.1, 0.2, nan, 0.3, nan}
	text, err := written.Text()
	if err != nil {
		t.Fatal(err)
	}
	before, err := ParseBaseline(text)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range written.read.rows { // what has no value in any replication is not kept
		maps.DeleteFunc(r.values, func(_ string, v []float64) bool { return len(stat.Defined(v)) == 0 })
	}
	if d := cmp.Diff(written.read.rows, before.read.rows, cmp.AllowUnexported(readRow{}), cmp.Comparer(same)); d != "" {
		t.Errorf("written −, read +:\n%s", d)
	}
	before.read.rows[1].steps = nil
	got := CompareBaselines(before, baselineOf(t, after, "seed = 1\n"))
	if d := cmp.Diff(want.Rows, got.Rows, cmp.Comparer(same)); d != "" {
		t.Errorf("folders −, baselines +:\n%s", d)
	}
	again, err := written.Text()
	if err != nil || !bytes.Equal(again, text) {
		t.Errorf("read and written again it is another file, %v", err)
	}
	crlf := bytes.ReplaceAll(text, []byte("\n"), []byte("\r\n"))
	if _, err := ParseBaseline(crlf); err != nil {
		t.Errorf("with the line ends of Windows: %v", err)
	}
}

// Every byte of it counts.
func TestBaselineDamaged(t *testing.T) {
	text, err := baselineOf(t, smallSet(t), "seed = 1\n").Text()
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(text); i += 7 {
		harmed := slices.Clone(text)
		if harmed[i]++; harmed[i] == '\n'+1 {
			continue // a line end that became a vertical tab is refused as JSON; see below
		}
		if _, err := ParseBaseline(harmed); err == nil {
			t.Fatalf("byte %d, %q, may be another", i, text[i])
		}
	}
	for _, cut := range []int{0, 1, len(text) / 2, len(text) - 1} {
		if _, err := ParseBaseline(text[:cut]); err == nil {
			t.Errorf("cut at %d of %d it is read", cut, len(text))
		}
	}
}

// What is kept is what is held and what people look at first; what a gate holds that is
// not kept has no change.
func TestBaselineKeeps(t *testing.T) {
	b := baselineOf(t, smallSet(t), "seed = 1\n")
	b.Keep([]string{"instances_peak"})
	if !slices.Contains(b.Metrics, "instances_peak") || !slices.Contains(b.Metrics, "cost") || slices.Contains(b.Metrics, "idle_mean") {
		t.Errorf("it keeps %v", b.Metrics)
	}
	text, err := b.Text()
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), `"idle_mean"`) || !strings.Contains(string(text), `"instances_peak": [`) {
		t.Errorf("got\n%s", text)
	}
	read, err := ParseBaseline(text)
	if err != nil {
		t.Fatal(err)
	}
	c := CompareBaselines(read, baselineOf(t, smallSet(t), "seed = 1\n"))
	if c.has("idle_mean") || !c.has("instances_peak") {
		t.Errorf("got %+v", c.Rows[0].Changes)
	}
}

// Each kind of what can differ is the cause, alone, and is named.
func TestCauses(t *testing.T) {
	for _, c := range []struct {
		name string
		make func(m *Manifest)
		text string // of the experiment after
		want string
	}{
		{"nothing", func(*Manifest) {}, "", "Nothing changed: the same inputs, and the same results to the byte."},
		{"the code, in what is not compared", func(m *Manifest) { m.Files[0].Digest = "sha256:x" }, "", "Nothing changed in what is compared, with the same inputs."},
		{"the code", func(m *Manifest) { m.Files[0].Digest = "sha256:x" }, "", "What changed is the code: experiment, prices, traces and version are the same, and the results are not."},
		{"the code, and a title", func(m *Manifest) { m.Hash, m.Files[0].Digest = "x", "sha256:x" }, "seed = 1\ntitle = \"x\"\n", "What changed is the code: experiment, prices, traces and version are the same but for what moves no number (title), and the results are not."},
		{"a title", func(m *Manifest) { m.Hash = "x" }, "seed = 1\ntitle = \"x\"\n", "Nothing changed but what moves no number (title). The results are the same to the byte."},
		{"a title, and the code, in what is not compared", func(m *Manifest) { m.Hash, m.Files[0].Digest = "x", "sha256:x" }, "seed = 1\ntitle = \"x\"\n", "Nothing changed but what moves no number (title). Nothing moved in what is compared."},
		{"words alone", func(m *Manifest) { m.Hash, m.Experiment = "x", "y.toml" }, "seed = 1\ntitle = \"x\"\ndescription = \"y\"\noutput.plots = []\n",
			"Nothing changed but what moves no number (the name of the experiment's file, title, description, 1 more). The results are the same to the byte."},
		{"a trace's name", func(m *Manifest) { m.Traces[0].Name = "other" }, "", "What changed: the name and not the content of a trace (small → other). The results are the same to the byte."},
		{"another trace", func(m *Manifest) { m.Traces[0], m.Files[0].Digest = Input{"other", "sha256:x"}, "sha256:x" }, "", "What changed: 1 trace was added (other); 1 trace is gone (small)."},
		{"a script", func(m *Manifest) { m.Scripts, m.Files[0].Digest = []Input{{"s", "sha256:1"}}, "sha256:x" }, "", "What changed: 1 script was added (s)."},
		{"tariffs that are added", func(m *Manifest) {
			m.Tariffs, m.Files[0].Digest = append(m.Tariffs, Input{"u", "sha256:4"}, Input{"v", "sha256:5"}), "sha256:x"
		}, "", "What changed: 2 tariffs were added (u, v)."},
		{"a tariff that is gone", func(m *Manifest) { m.Tariffs, m.Files[0].Digest = nil, "sha256:x" }, "", "What changed: 1 tariff is gone (t)."},
		{"the model", func(m *Manifest) { m.ModelVersion, m.Files[0].Digest = "9", "sha256:x" }, "", "What changed: the model (version 2, now 9)."},
		{"the program", func(m *Manifest) { m.Version, m.Files[0].Digest = "9", "sha256:x" }, "", "What changed: the program (version 1, now 9)."},
		{"a key", func(m *Manifest) { m.Hash, m.Files[0].Digest, m.Files[1].Digest = "x", "sha256:x", "sha256:y" }, "seed = 1\nworkload.scale = 2\n", "What changed: the experiment (workload: absent → { scale = 2 })."},
		{"a preset", func(m *Manifest) { m.Hash, m.Files[0].Digest = "x", "sha256:x" }, "seed = 1\nworkload.scale = 2\n", "What changed: what the program's presets and catalogues say (workload: absent → { scale = 2 })."},
		{"the price", func(m *Manifest) { m.Tariffs[0].Digest, m.Files[0].Digest = "sha256:x", "sha256:x" }, "", "What changed: the price (t)."},
		{"a price that changes nothing", func(m *Manifest) { m.Tariffs[0].Digest = "sha256:x" }, "", "What changed: the price (t). The results are the same to the byte."},
		{"the trace and the seed", func(m *Manifest) { m.Traces[0].Digest, m.Seed, m.Files[0].Digest = "sha256:x", 7, "sha256:x" }, "", "What changed: the seed; the trace (small)."},
		{"the code, and so how many it takes", func(m *Manifest) { m.Hash, m.Replications, m.Files[0].Digest = "x", 9, "sha256:x" }, "seed = 1\nprecision = { cost = \"1%\" }\n", "What changed is the code: experiment, prices, traces and version are the same, and the results are not."},
		{"the number of replications", func(m *Manifest) { m.Hash, m.Replications, m.Files[0].Digest = "x", 9, "sha256:x" }, "", "What changed: the number of replications."},
		{"the processor", func(m *Manifest) { m.GOARCH, m.Files[0].Digest = "riscv64", "sha256:x" }, "",
			"What changed: the processor (amd64, now riscv64). Random numbers round otherwise there, so what is worse counts where the interval of the difference is beyond the tolerance too."},
	} {
		set := func() *Set {
			s := smallSet(t)
			s.Manifest.Tariffs, s.Manifest.GOARCH, s.Manifest.Version, s.Manifest.ModelVersion = []Input{{"t", "sha256:33"}}, "amd64", "1", "2"
			return s
		}
		text := "seed = 1\n"
		if strings.Contains(c.text, "precision") {
			text = c.text
		}
		before, after := baselineOf(t, set(), text), baselineOf(t, set(), text)
		if c.text != "" {
			after.experiment = c.text
		}
		c.make(&after.Manifest)
		if strings.HasPrefix(c.want, "What changed is the code") {
			after.read.rows[0].values["cost"][0]++
		}
		if err := after.complete(); err != nil {
			t.Fatal(err)
		}
		if got := CompareBaselines(before, after).CauseSentence(); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

// From a processor that rounds otherwise, what is worse counts where the interval is
// beyond the tolerance: of 1.0 ± 0.3 worse, where 0.8 is allowed, nothing is certain.
func TestHeldByStatistics(t *testing.T) {
	change := Change{Metric: "cost", A: 10, B: 11, Difference: 1, Half: 0.3}
	for _, c := range []struct {
		limit    float64
		byChance bool
		both     bool
		worse    float64
		beyond   bool
	}{
		{0.8, false, false, 1, true}, {0.8, true, false, 1, false}, {0.6, true, false, 1, true}, {1.1, false, false, 1, false},
		{0.8, false, false, -1, false}, {0.8, false, true, -1, true}, {0.8, true, true, -1, false},
	} {
		ch := change
		ch.Difference, ch.B = c.worse, 10+c.worse
		if got := (Tolerance{"cost", c.limit, false, c.both}).exceeded(&ch, c.byChance); got != c.beyond {
			t.Errorf("%+v: beyond is %v", c, got)
		}
	}
	before, after := smallSet(t), smallSet(t)
	before.Manifest.GOARCH, after.Manifest.GOARCH = "arm64", "amd64"
	after.Cells[0].Replications[0].Bills[0].Total = decimal(t, "2.6") // of 2.50, and 2.75 beside it: +0.05 ± 0.635
	held := []Tolerance{{Metric: "cost", Relative: true}}
	for _, same := range []bool{false, true} {
		if same {
			before.Manifest.GOARCH = "amd64"
		}
		j, err := CompareBaselines(baselineOf(t, before, "seed = 1\n"), baselineOf(t, after, "seed = 1\n")).Check(held)
		if err != nil || (len(j.Excesses) == 1) != same {
			t.Errorf("the same processor %v: %+v, %v", same, j.Excesses, err)
		}
	}
}

// JUnit's XML has a case for each number that is held and a failure for each that is
// beyond; annotations are one line each, whatever a row is called.
func TestCheckFormats(t *testing.T) {
	after := smallSet(t)
	after.Cells[0].Replications[0].Bills[0].Total = decimal(t, "2.75")
	before := smallSet(t)
	for _, s := range []*Set{before, after} {
		s.Cells[0].Platform = "a,b:\n%<&\"::error::"
	}
	c := CompareBaselines(baselineOf(t, before, "seed = 1\n"), baselineOf(t, after, "seed = 1\n"))
	j, err := c.Check([]Tolerance{{Metric: "cost", Relative: true}, {Metric: "latency_p99_s"}})
	if err != nil || len(j.Excesses) != 1 {
		t.Fatal(j, err)
	}
	out := func(format string) string {
		var b bytes.Buffer
		if err := c.RenderCheck(&b, format, "x,y.toml", j); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	var suites struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Suite    struct {
			Cases []struct {
				Name    string    `xml:"name,attr"`
				Failure *struct{} `xml:"failure"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	if err := xml.Unmarshal([]byte(out("junit")), &suites); err != nil {
		t.Fatal(err)
	}
	failed, held := 0, 0
	for _, x := range suites.Suite.Cases {
		if x.Failure != nil {
			failed++
		}
	}
	for _, r := range c.Rows {
		for _, m := range []string{"cost", "latency_p99_s"} {
			if r.change(m) != nil {
				held++
			}
		}
	}
	if failed != 1 || suites.Failures != 1 || len(suites.Suite.Cases) != held || suites.Tests != held {
		t.Errorf("%d cases of %d that are held, %d failures: %+v", len(suites.Suite.Cases), held, failed, suites)
	}
	lines := strings.Split(strings.TrimSuffix(out("github"), "\n"), "\n")
	if len(lines) != 3 || !strings.HasPrefix(lines[0], "::error file=x%2Cy.toml,title=Beyond tolerance::") || !strings.Contains(lines[0], "%25") {
		t.Errorf("got %q", lines)
	}
	for _, l := range lines {
		if !strings.HasPrefix(l, "::error file=") && !strings.HasPrefix(l, "::notice file=") {
			t.Errorf("a line that is no annotation: %q", l)
		}
	}
	md := out("markdown")
	if !strings.Contains(md, "```mermaid\nxychart-beta\n    title \"cost, USD") || strings.Count(md, "```") != 2 {
		t.Errorf("got\n%s", md)
	}
}

// The bill that moved most is told in its own money, and how many moved.
func TestBills(t *testing.T) {
	cost := func(a, b float64) Change { return Change{"cost", a, b, b - a, nan, (b - a) / a, nan} }
	c := &Comparison{Rows: []ComparedRow{
		{Label: "a", Currency: "USD", Changes: []Change{cost(100, 101)}}, {Label: "b", Currency: "USD", Changes: []Change{cost(50, 38)}},
		{Label: "c", Currency: "EUR", Changes: []Change{cost(5, 5)}}, {Label: "d", Currency: "USD", Changes: []Change{cost(7, 7)}}}}
	want := []string{"The bill of b goes from $50.00 to $38.00 a month (−$12.00, −24.0 %), the most of 2 bills of 3 that move."}
	if got := c.bills(nil); !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	c.CostsApart = []string{"x"}
	if got := c.bills(nil); got != nil {
		t.Errorf("got %q", got)
	}
}
