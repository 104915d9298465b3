package results

import (
	"bytes"
	"context"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// written writes a set to a folder of its own, without plots: they take most of
// the time, and nothing reads them back.
func written(t *testing.T, set *Set) string {
	t.Helper()
	dir := t.TempDir()
	set.Plots = []string{}
	if err := set.Write(context.Background(), dir); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestCompareOfTheSameIsNothing(t *testing.T) {
	dir := written(t, smallSet(t))
	c, err := Compare(dir, dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Inputs) != 0 || len(c.OnlyA)+len(c.OnlyB) != 0 || len(c.Rows) != 3 {
		t.Errorf("got %+v", c)
	}
	tolerances, err := ParseTolerances("latency_p99_s=0%,cost=0")
	if err != nil {
		t.Fatal(err)
	}
	if j, err := c.Check(tolerances); err != nil || len(j.Excesses) != 0 || j.Err() != nil {
		t.Errorf("got %v, %v", j, err)
	}
}

// compared compares the small set with one whose first cell costs 2.75 twice
// rather than 2.50 and 2.75, whose second cell has another label, and whose
// seed and trace differ as told.
func compared(t *testing.T, seed uint64) *Comparison {
	t.Helper()
	after := smallSet(t)
	after.Cells[0].Replications[0].Bills[0].Total = decimal(t, "2.75")
	after.Cells[1].Values[0].Label = "2h"
	after.Manifest.Seed = seed
	after.Manifest.Traces[0].Digest = "sha256:22"
	c, err := Compare(written(t, smallSet(t)), written(t, after))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// change is how a metric of a row moved, which the comparison must have.
func (c *Comparison) change(t *testing.T, row int, metric string) Change {
	t.Helper()
	for _, ch := range c.Rows[row].Changes {
		if ch.Metric == metric {
			return ch
		}
	}
	t.Fatalf("row %d has no %s", row, metric)
	return Change{}
}

func TestComparePairsRowsAndReplications(t *testing.T) {
	c := compared(t, 1)
	if len(c.Inputs) != 1 || c.Inputs[0] != (InputChange{"trace small", "sha256:11", "sha256:22"}) {
		t.Errorf("inputs: got %v", c.Inputs)
	}
	if len(c.OnlyA) != 1 || len(c.OnlyB) != 1 || !strings.Contains(c.OnlyA[0], "keepalive=1h") || !strings.Contains(c.OnlyB[0], "keepalive=2h") {
		t.Errorf("only before %q, only after %q", c.OnlyA, c.OnlyB)
	}
	// Paired differences 0.25 and 0: mean 0.125, sd 0.17678, t(1) = 12.706:
	// ± 12.706 · 0.125 = 1.588.
	ch := c.change(t, 0, "cost")
	if ch.A != 2.625 || ch.B != 2.75 || ch.Difference != 0.125 || differ(ch.Half, 1.588, 0.001) || differ(ch.Relative, 0.125/2.625, 1e-12) {
		t.Errorf("cost: got %+v", ch)
	}
	if !c.Paired || compared(t, 2).Paired {
		t.Error("folders of the same seed are paired, of different seeds not")
	}
}

// TestChanges: two rows metric by metric. Student's sleep data as pairs and as
// independent samples (R's t.test): 1.58 ± 0.8798858 and ± 1.7854832.
func TestChanges(t *testing.T) {
	sleep := [2][]float64{{0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0}, {1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4}}
	sum := tenth + 2*tenth // not 0.3
	a := &readRow{values: map[string][]float64{"latency_mean_s": sleep[0], "latency_max_s": {2, 3}, "cost": {1, 3}, "cold_ratio": {0, 0},
		"busy_mean": {0.3, 0.3}, "idle_mean": {nan, nan}, "error_ratio": {nan, nan}, "wait_mean_s": {nan, 1}, "init_mean_s": {1, 2, 3, nan}}}
	b := &readRow{values: map[string][]float64{"latency_mean_s": sleep[1], "latency_max_s": {5, 4}, "cost": {nan, nan}, "cold_ratio": {0.5, 0.5},
		"busy_mean": {sum, sum}, "idle_mean": {1, 3}, "error_ratio": {nan, nan}, "wait_mean_s": {2, nan}, "init_mean_s": {11, 12, nan, 13}}}
	for _, paired := range []bool{true, false} {
		half := map[bool]float64{true: 0.8798858, false: 1.7854832}[paired]
		rows := ComparedRow{Changes: (&Comparison{Paired: paired}).changes(a, b)}
		var names []string
		for _, ch := range rows.Changes {
			names = append(names, ch.Metric)
		}
		if got, want := strings.Join(names, " "), "cold_ratio latency_mean_s latency_max_s wait_mean_s init_mean_s busy_mean idle_mean cost"; got != want {
			t.Errorf("paired %v: got %s, want %s", paired, got, want)
		}
		for _, want := range []Change{
			{"cold_ratio", 0, 0.5, 0.5, 0, nan, nan},
			{"latency_mean_s", 0.75, 2.33, 1.58, half, 1.58 / 0.75, map[bool]float64{true: 0.7901, false: nan}[paired]}, // 1 − 1.51289 ÷ (3.20056 + 4.009)
			{"latency_max_s", 3, 5, 2, nan, 2.0 / 3, nan},
			{"wait_mean_s", 1, 2, 1, nan, 1, nan},
			// Pairs of which one is undefined have no interval; independent samples, 1 to 3
			// and 11 to 13, have Welch's: t(4, 0.975) = 2.776445 × √(⅓ + ⅓).
			{"init_mean_s", 2, 12, 10, map[bool]float64{true: nan, false: 2.2669580}[paired], 5, nan},
			{"busy_mean", 0.3, 0.3, 0, 0, 0, nan},
			{"idle_mean", nan, 2, nan, nan, nan, nan},
			{"cost", 2, nan, nan, nan, nan, nan},
		} {
			got := (&Comparison{Rows: []ComparedRow{rows}}).change(t, 0, want.Metric)
			for _, x := range []struct {
				name      string
				got, want float64
			}{{"before", got.A, want.A}, {"after", got.B, want.B}, {"difference", got.Difference, want.Difference}, {"half", got.Half, want.Half}, {"relative", got.Relative, want.Relative}} {
				if math.IsNaN(x.got) != math.IsNaN(x.want) || !math.IsNaN(x.want) && differ(x.got, x.want, 1e-7) {
					t.Errorf("paired %v, %s: %s is %v, want %v", paired, want.Metric, x.name, x.got, x.want)
				}
			}
			if want.Metric == "latency_mean_s" && (math.IsNaN(got.Saved) != math.IsNaN(want.Saved) || math.Abs(got.Saved-want.Saved) > 2e-4) {
				t.Errorf("paired %v: pairing saved %v, want %v", paired, got.Saved, want.Saved)
			}
			if want.Difference == 0 && got.Difference != 0 {
				t.Errorf("paired %v, %s: a rounding of %v is left", paired, want.Metric, got.Difference)
			}
		}
	}
}

// TestInputsThatDiffer: whatever two folders were made from is compared.
func TestInputsThatDiffer(t *testing.T) {
	a := Manifest{Version: "1", ModelVersion: "2", Title: "before", Experiment: "x.toml", Hash: "h", Seed: 3, Replications: 4, Units: 5, GOARCH: "amd64", Command: "before",
		Traces:    []Input{{"same", "s"}, {"other", "o"}, {"gone", "g"}},
		Platforms: []Input{{"p", "1"}}, Tariffs: []Input{{"t", "1"}}}
	b := Manifest{Version: "1b", ModelVersion: "2b", Title: "after", Experiment: "y.toml", Hash: "hb", Seed: 13, Replications: 14, Units: 15, GOARCH: "arm64", Command: "after",
		Traces:    []Input{{"new", "n"}, {"other", "ob"}, {"same", "s"}},
		Platforms: []Input{{"p", "2"}}, Tariffs: []Input{{"u", "1"}}}
	want := []InputChange{{"version", "1", "1b"}, {"model version", "2", "2b"}, {"experiment", "x.toml", "y.toml"}, {"seed", "3", "13"},
		{"replications", "4", "14"}, {"GOARCH", "amd64", "arm64"}, {"experiment hash", "h", "hb"}, {"trace other", "o", "ob"}, {"trace gone", "g", ""}, {"trace new", "", "n"},
		{"tariff t", "1", ""}, {"tariff u", "", "1"}, {"platform p", "1", "2"}}
	if got := inputChanges(&a, &b, kept{}, kept{}); !slices.Equal(got, want) {
		t.Errorf("got %v\nwant %v", got, want)
	}
	if got := inputChanges(&a, &a, kept{}, kept{}); len(got) != 0 {
		t.Errorf("of the same: got %v", got)
	}
	// Whatever made two hashes of what is the same by all else.
	other, empty := a, kept{experiment: tree(t, "")}
	other.Hash = "z"
	if got := inputChanges(&a, &other, empty, empty); !slices.Equal(got, []InputChange{{"experiment hash", "h", "z"}}) {
		t.Errorf("of another hash: got %v", got)
	}
}

// TestLinesWithoutPaths: an experiment that sweeps nothing has rows by platform
// and tariff alone; a file that lacks one of the columns is none.
func TestLinesWithoutPaths(t *testing.T) {
	text := func(s string) parquetCell { return parquetCell{text: s, isText: true} }
	whole := func(x float64) parquetCell { return parquetCell{number: x} }
	table := &parquetTable{names: []string{"platform", "tariff", "counterfactual", "currency", "replication", "arrivals"}, lines: [][]parquetCell{
		{text("p"), text("x"), text("no"), text("EUR"), whole(0), whole(7)}, {text("p"), text("x"), text("no"), text("EUR"), whole(1), whole(8)}, {text("p"), text(""), text("no"), text(""), whole(0), whole(9)}}}
	rows, err := table.rowsByLabel()
	if err != nil || len(rows) != 2 || rows[0].label != "p, x" || rows[1].label != "p" || rows[0].currency != "EUR" || !slices.Equal(rows[0].values["arrivals"], []float64{7, 8}) {
		t.Errorf("got %+v, %v", rows, err)
	}
	for i := range 5 {
		less := &parquetTable{names: slices.Delete(slices.Clone(table.names), i, i+1)}
		if _, err := less.rowsByLabel(); err == nil || err.Error() != "it lacks the column platform, tariff, counterfactual, currency or replication" {
			t.Errorf("without %s: got %v", table.names[i], err)
		}
	}
}

// smallComparison has a key metric that moved, one that did not, and another
// metric that moved.
func smallComparison() *Comparison {
	return &Comparison{A: Manifest{Seed: 1, Replications: 2}, B: Manifest{Seed: 2, Replications: 2}, Rows: []ComparedRow{
		{Label: "a|b", Currency: "USD", Changes: []Change{{"arrivals", 10, 12, 2, 0.5, 0.2, nan}, {"cold_ratio", 0.25, 0.5, 0.25, nan, 1, nan}, {"cost", 2, 2, 0, 0, 0, nan}}},
		{Label: "c", Currency: "USD", Changes: []Change{{"arrivals", 10, 10, 0, 0, 0, nan}, {"cost", 2, 3, 1, 0.125, 0.5, nan}}},
	}}
}

func TestComparisonInWords(t *testing.T) {
	judged := &Judgement{Tolerances: []Tolerance{{"arrivals", 0, false, false}, {"cost", 1, true, false}}, Excesses: []Excess{
		{Row: "c", Currency: "USD", Change: Change{Metric: "arrivals", A: 10, B: 10, Relative: 0}, Tolerance: Tolerance{"arrivals", 0, false, false}}, {Row: "gone", Gone: true}}}
	within := &Judgement{Tolerances: []Tolerance{{"arrivals", 1, true, false}, {"cost", 2, false, false}}}
	chosen := smallComparison()
	chosen.Metrics = []string{"error_ratio", "cost"}
	two := Manifest{Replications: 2}
	undefined := &Comparison{A: two, B: Manifest{Replications: 3}, OnlyA: []string{"gone"}, Rows: []ComparedRow{
		{Label: "a", Currency: "USD", Changes: []Change{{"latency_p99_s", 1, nan, nan, nan, nan, nan}, {"cost", nan, 2, nan, nan, nan, nan}}},
		{Label: "b", Currency: "USD", Changes: []Change{{"latency_p99_s", 1, 1, 0, 0, 0, nan}, {"cost", nan, 2, nan, nan, nan, nan}}},
	}}
	for _, c := range []struct {
		name, format string
		c            *Comparison
		judged       *Judgement
		want         string
	}{
		{"what moved", "text", smallComparison(), nil, `2 rows in both, 3 of 5 numbers moved (independent samples, as the seeds differ).
What changed: the seed.
The bill of c goes from $2.00 to $3.00 a month (+$1.00, +50.0 %).

row  metric      before   after   change  difference (95 %)
───  ──────────  ──────  ──────  ───────  ─────────────────
a|b  cold_ratio  25.0 %  50.0 %   +100 %           +25.0 pp
c    cost         $2.00   $3.00  +50.0 %     +$1.00 ± $0.13
`},
		{"and what is beyond a tolerance", "text", smallComparison(), judged, `Beyond tolerance: 1 number, 1 row that is gone. 2 rows in both, 3 of 5 numbers moved (independent samples, as the seeds differ).
What changed: the seed.
The bill of c goes from $2.00 to $3.00 a month (+$1.00, +50.0 %).

row  metric      before   after   change      difference (95 %)
───  ──────────  ──────  ──────  ───────  ─────────────────────  ────────────────
a|b  arrivals     10.00   12.00  +20.0 %  +2.00 ± 0.50 requests
a|b  cold_ratio  25.0 %  50.0 %   +100 %               +25.0 pp
c    arrivals     10.00   10.00     same         0 ± 0 requests  beyond tolerance
c    cost         $2.00   $3.00  +50.0 %         +$1.00 ± $0.13

beyond tolerance: c: arrivals went from 10.00 to 10.00 (0 requests, same), allowed is arrivals=0
beyond tolerance: gone: the row is gone
`},
		{"all within", "text", smallComparison(), within, `Within tolerance: arrivals=100%, cost=2. 2 rows in both, 3 of 5 numbers moved (independent samples, as the seeds differ).
What changed: the seed.
The bill of c goes from $2.00 to $3.00 a month (+$1.00, +50.0 %).

row  metric      before   after   change      difference (95 %)
───  ──────────  ──────  ──────  ───────  ─────────────────────
a|b  arrivals     10.00   12.00  +20.0 %  +2.00 ± 0.50 requests
a|b  cold_ratio  25.0 %  50.0 %   +100 %               +25.0 pp
c    cost         $2.00   $3.00  +50.0 %         +$1.00 ± $0.13
`},
		{"of chosen metrics, of which one has no value", "text", chosen, nil, `2 rows in both, 1 of 2 numbers moved (independent samples, as the seeds differ).
What changed: the seed.
The bill of c goes from $2.00 to $3.00 a month (+$1.00, +50.0 %).

row  metric  before  after   change  difference (95 %)
───  ──────  ──────  ─────  ───────  ─────────────────
a|b  cost     $2.00  $2.00     same      $0.00 ± $0.00
c    cost     $2.00  $3.00  +50.0 %     +$1.00 ± $0.13

not compared: error_ratio has no value before and after in any row
`},
		{"nothing moved", "text", &Comparison{A: two, B: two, Paired: true, Rows: []ComparedRow{{Label: "c", Currency: "USD", Changes: []Change{{"cost", 2, 2, 0, 0, 0, nan}}}}, OnlyB: []string{"d", "e"}}, nil,
			`1 row in both, 0 of 1 number moved (paired by replication); 2 rows only after.
Nothing changed in what is compared, with the same inputs.

only after: d
only after: e
`},
		{"undefined on a side", "text", undefined, nil, `2 rows in both, 3 of 4 numbers moved (independent samples, as the numbers of replications differ); 1 row only before.
What changed: the number of replications.

row  metric         before  after  change  difference (95 %)
───  ─────────────  ──────  ─────  ──────  ─────────────────
a    latency_p99_s  1.00 s      –       –                  –
a    cost                –  $2.00       –                  –
b    cost                –  $2.00       –                  –

not compared: latency_p99_s has no value after in a
not compared: cost has no value before in any row
only before: gone
`},
		{"what moved", "markdown", smallComparison(), nil, `2 rows in both, 3 of 5 numbers moved (independent samples, as the seeds differ). What changed: the seed.

The bill of c goes from $2.00 to $3.00 a month (+$1.00, +50.0 %).

| row | metric | before | after | change | difference (95 %) |
| --- | --- | ---: | ---: | ---: | ---: |
| a\|b | cold_ratio | 25.0 % | 50.0 % | +100 % | +25.0 pp |
| c | cost | $2.00 | $3.00 | +50.0 % | +$1.00 ± $0.13 |
`},
		{"nothing at all", "markdown", &Comparison{Paired: true}, nil, "0 rows in both, 0 of 0 numbers moved (paired by replication; one replication has no interval). Nothing changed in what is compared, with the same inputs.\n"},
	} {
		var b bytes.Buffer
		if err := c.c.Render(&b, c.format, c.judged); err != nil || b.String() != c.want {
			t.Errorf("%s, as %s: %v\ngot\n%s\nwant\n%s", c.name, c.format, err, b.String(), c.want)
		}
	}
}

func TestTolerancesAreOneSided(t *testing.T) {
	c := compared(t, 1)
	for _, x := range []struct {
		list string
		want int
	}{
		{"cost=5%", 0}, // it went up by 4.76 %
		{"cost=4.7%", 1},
		{"cost=0.125", 0}, // just as much as allowed
		{"cost=0.124", 1},
		{"latency_p99_s=0", 0},
	} {
		tolerances, err := ParseTolerances(x.list)
		if err != nil {
			t.Fatal(err)
		}
		j, err := c.Check(tolerances)
		if err != nil || len(j.Excesses) != x.want+1 || !j.Excesses[x.want].Gone { // a row is gone, whatever else
			t.Errorf("%s: got %v, %v", x.list, j, err)
		}
	}
	// The other way round everything is cheaper: no excess however small the tolerance.
	c.OnlyA = nil
	for i := range c.Rows {
		for j := range c.Rows[i].Changes {
			ch := &c.Rows[i].Changes[j]
			ch.A, ch.B, ch.Difference = ch.B, ch.A, -ch.Difference
		}
	}
	if j, err := c.Check([]Tolerance{{"cost", 0, false, false}}); err != nil || len(j.Excesses) != 0 {
		t.Errorf("cheaper is no excess: got %v, %v", j, err)
	}
	// Fewer completed requests are worse.
	fewer := &Comparison{Rows: []ComparedRow{{Label: "r", Currency: "USD", Changes: []Change{{Metric: "completed", A: 10, B: 9, Difference: -1, Relative: -0.1}}}}}
	if j, err := fewer.Check([]Tolerance{{"completed", 0.05, true, false}}); err != nil || len(j.Excesses) != 1 {
		t.Errorf("fewer completed: got %v, %v", j, err)
	}
	// A metric that is gone is worse by any measure; from 0, any rise is beyond a percentage.
	gone := &Comparison{Rows: []ComparedRow{{Label: "r", Currency: "USD", Changes: []Change{{Metric: "latency_p99_s", A: 1, B: nan, Difference: nan}, {Metric: "cold_ratio", A: 0, B: 0.1, Difference: 0.1, Relative: nan}}}}}
	if j, err := gone.Check([]Tolerance{{"latency_p99_s", 9, true, false}, {"cold_ratio", 0.5, true, false}}); err != nil || len(j.Excesses) != 2 {
		t.Errorf("gone and risen from 0: got %v, %v", j, err)
	}
	// Just as much as allowed, from 0, is allowed.
	just := &Comparison{Rows: []ComparedRow{{Label: "r", Currency: "USD", Changes: []Change{{Metric: "cold_ratio", A: 0, B: 0.5, Difference: 0.5, Relative: nan}, {Metric: "arrivals", A: 1, B: 2, Difference: 1}}}}}
	if j, err := just.Check([]Tolerance{{"cold_ratio", 0.5, false, false}, {"arrivals", 1, false, false}}); err != nil || len(j.Excesses) != 0 {
		t.Errorf("as much as allowed: got %v, %v", j, err)
	}
	if _, err := (&Comparison{}).Check(nil); err == nil {
		t.Error("no row at all was taken for no excess")
	}
}

func TestToleranceErrors(t *testing.T) {
	for _, c := range []struct{ list, want string }{
		{"", `tolerance: found "", want METRIC=AMOUNT such as latency_p99_s=2%`},
		{"cost", `tolerance: found "cost", want METRIC=AMOUNT such as latency_p99_s=2%`},
		{"price=1%", `tolerance: "price" is no metric; these are: `},
		{"cost=", `tolerance: cost: found "", want an amount ≥ 0 such as 2% or 0.5`},
		{"cost=-1%", `tolerance: cost: found "-1%", want an amount ≥ 0 such as 2% or 0.5`},
		{"cost=NaN", `tolerance: cost: found "NaN", want an amount ≥ 0 such as 2% or 0.5`},
		{"cost=1pp", `tolerance: cost: found "1pp", want an amount such as 2% or 0.5: pp, percentage points, are of ratios such as cold_ratio`},
		{"cold_ratio=1pp%", `tolerance: cold_ratio: found "1pp%", want an amount ≥ 0`},
		{"cold_ratio=pp", `tolerance: cold_ratio: found "pp", want an amount ≥ 0`},
		{"cost=1%,cost=2%", `tolerance: cost is given twice`},
	} {
		if _, err := ParseTolerances(c.list); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%q: got %v, want %s", c.list, err, c.want)
		}
	}
	// 0.1 percentage points of a ratio are 0.001.
	for _, text := range []string{"cold_ratio=0.1pp", "cold_ratio = 0.1 pp"} {
		if points, err := ParseTolerances(text); err != nil || points[0] != (Tolerance{"cold_ratio", 0.001, false, false}) {
			t.Errorf("%s: got %v, %v", text, points, err)
		}
	}
	if first, err := ParseTolerances("arrivals=1"); err != nil || first[0] != (Tolerance{"arrivals", 1, false, false}) {
		t.Errorf("the first column: %v, %v", first, err)
	}
	got, err := ParseTolerances(" latency_p99_s = 2% , cost=0.5")
	if err != nil || len(got) != 2 || got[0].String() != "latency_p99_s=2%" || got[1].String() != "cost=0.5" {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestGoldenComparison(t *testing.T) {
	c := compared(t, 1)
	excesses, err := c.Check([]Tolerance{{"cost", 0.01, true, false}})
	if err != nil {
		t.Fatal(err)
	}
	for _, format := range CompareFormats() {
		var b bytes.Buffer
		if err := c.Render(&b, format, excesses); err != nil {
			t.Fatal(err)
		}
		golden(t, "compare."+format, b.Bytes())
	}
	if err := c.Render(&bytes.Buffer{}, "xml", nil); err == nil {
		t.Error("xml was taken for a format")
	}
}

func TestCompareOfWhatIsNoResult(t *testing.T) {
	good := written(t, smallSet(t))
	if _, err := Compare(t.TempDir(), good); err == nil || !strings.Contains(err.Error(), "is no result folder: it has no manifest.json") {
		t.Errorf("an empty folder: got %v", err)
	}
	for name, data := range map[string]string{ManifestFile: "{", replicationsFile: "PAR1 is not enough PAR1"} {
		dir := written(t, smallSet(t))
		if err := os.WriteFile(filepath.Join(dir, name), []byte(data), 0o666); err != nil {
			t.Fatal(err)
		}
		if _, err := Compare(good, dir); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("a damaged %s: got %v", name, err)
		}
	}
	dir := written(t, smallSet(t))
	if err := os.Remove(filepath.Join(dir, replicationsFile)); err != nil {
		t.Fatal(err)
	}
	if _, err := Compare(dir, good); !os.IsNotExist(unwrapAll(err)) {
		t.Errorf("a missing file: got %v", err)
	}
}

func unwrapAll(err error) error {
	for {
		u, ok := err.(interface{ Unwrap() error })
		if !ok {
			return err
		}
		if _, ok := err.(*os.PathError); ok {
			return err
		}
		err = u.Unwrap()
	}
}

func FuzzReadParquet(f *testing.F) {
	dir := f.TempDir()
	set := smallSet(f)
	set.Plots = []string{}
	if err := set.Write(context.Background(), dir); err != nil {
		f.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(dir, replicationsFile))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Fuzz(func(t *testing.T, data []byte) {
		table, err := readParquet(bytes.NewReader(data), int64(len(data))) // an error, or a table; never a panic
		if err == nil && table == nil {
			t.Fatal("neither a table nor an error")
		}
	})
}

// TestLosingRows: what every row of a workload loses alike and rarely is its own;
// what one loses besides is not, nor what has not ended. A bound excuses nothing.
func TestLosingRows(t *testing.T) {
	row := func(key, kind string, timedOut, inFlight float64) *readRow {
		return &readRow{key: key, counterfactual: kind, values: map[string][]float64{"arrivals": {1e6}, "timed_out": {timedOut}, "failed": {0},
			"in_flight": {inFlight}, "error_ratio": {timedOut / 1e6}}}
	}
	got := losing([]*readRow{row("alike", "no", 10, 0), row("one more", "no", 11, 0), row("unending", "yes", 10, 1), row("bound", "bound", 0, 0)})
	if got["alike"] || !got["one more"] || !got["unending"] || got["bound"] {
		t.Errorf("got %v", got)
	}
}

// The name of a row that one side alone has is shortened where it is long.
func TestRemarksAreShort(t *testing.T) {
	c := &Comparison{OnlyA: []string{"a=" + strings.Repeat("long_name_", 1000)}, OnlyB: []string{"b"}}
	got := c.remarks(nil)
	if len(got) != 2 || len(got[0]) > 200 || !strings.HasPrefix(got[0], "only before: a=long_name_") || !strings.HasSuffix(got[0], "… (10002 characters)") || got[1] != "only after: b" {
		t.Errorf("found %.300q", got)
	}
}
