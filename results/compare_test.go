package results

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// written writes a set to a folder of its own, without plots: they take most of
// the time, and nothing reads them back.
func written(t *testing.T, set *Set) string {
	t.Helper()
	dir := t.TempDir()
	set.Plots = []string{}
	if err := set.Write(dir); err != nil {
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
	tolerances, err := ParseTolerances("latency_p99_s=0%,cost_usd=0")
	if err != nil {
		t.Fatal(err)
	}
	if excesses, err := c.Check(tolerances); err != nil || len(excesses) != 0 {
		t.Errorf("got %v, %v", excesses, err)
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

func (c *Comparison) change(row int, metric string) Change {
	for _, ch := range c.Rows[row].Changes {
		if ch.Metric == metric {
			return ch
		}
	}
	return Change{A: nan, B: nan}
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
	ch := c.change(0, "cost_usd")
	if ch.A != 2.625 || ch.B != 2.75 || ch.Difference != 0.125 || math.Abs(ch.Half-1.588) > 0.001 || math.Abs(ch.Relative-0.125/2.625) > 1e-12 {
		t.Errorf("cost: got %+v", ch)
	}
	if !c.Paired || compared(t, 2).Paired {
		t.Error("folders of the same seed are paired, of different seeds not")
	}
}

func TestTolerancesAreOneSided(t *testing.T) {
	c := compared(t, 1)
	for _, x := range []struct {
		list string
		want int
	}{
		{"cost_usd=5%", 0}, // it went up by 4.76 %
		{"cost_usd=4.7%", 1},
		{"cost_usd=0.125", 0}, // just as much as allowed
		{"cost_usd=0.124", 1},
		{"latency_p99_s=0", 0},
	} {
		tolerances, err := ParseTolerances(x.list)
		if err != nil {
			t.Fatal(err)
		}
		excesses, err := c.Check(tolerances)
		if err != nil || len(excesses) != x.want {
			t.Errorf("%s: got %v, %v", x.list, excesses, err)
		}
	}
	// The other way round everything is cheaper: no excess however small the tolerance.
	for i := range c.Rows {
		for j := range c.Rows[i].Changes {
			ch := &c.Rows[i].Changes[j]
			ch.A, ch.B, ch.Difference = ch.B, ch.A, -ch.Difference
		}
	}
	if e, _ := c.Check([]Tolerance{{"cost_usd", 0, false}}); len(e) != 0 {
		t.Errorf("cheaper is no excess: got %v", e)
	}
	// Fewer completed requests are worse.
	fewer := &Comparison{Rows: []ComparedRow{{"r", []Change{{Metric: "completed", A: 10, B: 9, Difference: -1, Relative: -0.1}}}}}
	if e, _ := fewer.Check([]Tolerance{{"completed", 0.05, true}}); len(e) != 1 {
		t.Errorf("fewer completed: got %v", e)
	}
	// A metric that is gone is worse by any measure; from 0, any rise is beyond a percentage.
	gone := &Comparison{Rows: []ComparedRow{{"r", []Change{{Metric: "latency_p99_s", A: 1, B: nan, Difference: nan}, {Metric: "cold_ratio", A: 0, B: 0.1, Difference: 0.1, Relative: nan}}}}}
	if e, _ := gone.Check([]Tolerance{{"latency_p99_s", 9, true}, {"cold_ratio", 0.5, true}}); len(e) != 2 {
		t.Errorf("gone and risen from 0: got %v", e)
	}
	if _, err := (&Comparison{}).Check(nil); err == nil {
		t.Error("nothing in common was taken for no excess")
	}
}

func TestToleranceErrors(t *testing.T) {
	for _, c := range []struct{ list, want string }{
		{"", `tolerance: found "", want METRIC=AMOUNT such as latency_p99_s=2%`},
		{"cost_usd", `tolerance: found "cost_usd", want METRIC=AMOUNT such as latency_p99_s=2%`},
		{"cost=1%", `tolerance: "cost" is no metric; these are: `},
		{"cost_usd=", `tolerance: cost_usd: found "", want an amount ≥ 0 such as 2% or 0.5`},
		{"cost_usd=-1%", `tolerance: cost_usd: found "-1%", want an amount ≥ 0 such as 2% or 0.5`},
		{"cost_usd=NaN", `tolerance: cost_usd: found "NaN", want an amount ≥ 0 such as 2% or 0.5`},
		{"cost_usd=1%,cost_usd=2%", `tolerance: cost_usd is given twice`},
	} {
		if _, err := ParseTolerances(c.list); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%q: got %v, want %s", c.list, err, c.want)
		}
	}
	got, err := ParseTolerances(" latency_p99_s = 2% , cost_usd=0.5")
	if err != nil || len(got) != 2 || got[0].String() != "latency_p99_s=2%" || got[1].String() != "cost_usd=0.5" {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestGoldenComparison(t *testing.T) {
	c := compared(t, 1)
	excesses, err := c.Check([]Tolerance{{"cost_usd", 0.01, true}})
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
	if err := set.Write(dir); err != nil {
		f.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(dir, replicationsFile))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(t.TempDir(), "x.parquet")
		if err := os.WriteFile(path, data, 0o666); err != nil {
			t.Fatal(err)
		}
		table, err := readParquet(path) // an error, or a table; never a panic
		if err == nil && table == nil {
			t.Fatal("neither a table nor an error")
		}
	})
}
