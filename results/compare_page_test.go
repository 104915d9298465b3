package results

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/internal/folder"
)

// TestFolderOfAComparison: what stands in it, listed with digests; what may replace it.
func TestFolderOfAComparison(t *testing.T) {
	c := compared(t, 1)
	judged, err := c.Check([]Tolerance{{"cost", 0.01, true, false}})
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "out")
	write := func(c *Comparison, force bool) error {
		f, err := OpenSummaryFolder(dir, force, Comparisons())
		if err != nil {
			return err
		}
		return errors.Join(c.Write(context.Background(), f, judged, []string{"cost"}, ScreenSize), f.Close())
	}
	if err := write(c, false); err != nil {
		t.Fatal(err)
	}
	text := func(name string) string {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	var want bytes.Buffer
	if err := c.Render(&want, "csv", judged); err != nil || text("differences.csv") != want.String() {
		t.Errorf("differences.csv is not what csv prints: %v", err)
	}
	page, manifest := text("compare.html"), text(folder.Manifest)
	answer := strings.Index(page, `<p class="answer">Beyond tolerance: 1 number, 1 row that is gone. 2 rows in both`)
	for _, part := range []string{`<li>keepalive=1h, memory_scale=2, lambda, t: the row is gone</li>`, `<span class="no">beyond: &#43;4.76 %</span>`, `&#43;$0.13 ± $1.59`,
		`<svg role="img" aria-label="Before and after"`, `<td>trace small</td><td class="wrap">sha256:11</td><td class="wrap">sha256:22</td>`, "only after: keepalive=2h, memory_scale=2, lambda, t"} {
		if at := strings.Index(page, part); at < answer || answer < 0 {
			t.Errorf("the page lacks %q after its sentence:\n%s", part, page)
		}
	}
	for _, name := range []string{"compare.html", "differences.csv", "comparison.json", "plots/before-and-after.svg", "plots/before-and-after.png"} {
		if !strings.Contains(manifest, `"`+name+`"`) {
			t.Errorf("the manifest lacks %s:\n%s", name, manifest)
		}
	}
	if err := write(c, false); err != nil {
		t.Errorf("the same again: %v", err)
	}
	other := *c
	other.OnlyB = nil
	var refused *folder.Refused
	if err := write(&other, false); !errors.As(err, &refused) || !strings.Contains(err.Error(), "holds another comparison; choose another with -o, or replace it with --force") {
		t.Errorf("another one: got %v", err)
	}
	if strings.Contains(text("compare.html"), "only after") == false {
		t.Error("what was refused was written")
	}
	if err := write(&other, true); err != nil || strings.Contains(text("compare.html"), "only after") {
		t.Errorf("another one by force: %v", err)
	}
	result := written(t, smallSet(t))
	if _, err := OpenSummaryFolder(result, true, Comparisons()); !errors.As(err, &refused) || !strings.Contains(err.Error(), "is not one of a comparison") {
		t.Errorf("a result folder: got %v", err)
	}
}

// TestPageOfComparison: the remark on ≈ stands below the differences, not among what is not
// compared, the plot has one headline, and colours no difference that is not told.
func TestPageOfComparison(t *testing.T) {
	c := smallComparison()
	c.A.Title, c.B.Title = "Which is cheaper?", "Which is cheaper?"
	cost := c.Rows[1].change("cost")
	figure := func() string {
		var b bytes.Buffer
		if err := c.page(&b, nil, c.Figure(nil)); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	if told := figure(); !strings.Contains(told, "after, worse") || strings.Contains(told, "≈:") || strings.Contains(told, "after, ≈") {
		t.Errorf("what is told: got\n%s", told)
	}
	c.Rows[0].Changes = c.Rows[0].Changes[:1]
	cost.Half = 1
	page := figure()
	for part, want := range map[string]int{"<h1>Compared: Which is cheaper?</h1>": 1, "Before and after</h": 1, "What is not compared": 0, "<br>≈: by less than its 95 % interval, not told from none.</p>": 1,
		`"name":"after, ≈ not told from before"`: 1, "after, worse": 0, "after, better": 0} {
		if got := strings.Count(page, part); got != want {
			t.Errorf("%q: %d times, want %d, in\n%s", part, got, want, page)
		}
	}
}

// TestPageOfNothing: of two that are the same there is a page, and it says so.
func TestPageOfNothing(t *testing.T) {
	dir := written(t, smallSet(t))
	c, err := Compare(dir, dir)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := c.page(&b, nil, c.Figure(nil)); err != nil || !strings.Contains(b.String(), "0 of 91 numbers moved") ||
		!strings.Contains(b.String(), "<p>None of the main metrics.</p>") || !strings.Contains(b.String(), "<p>Nothing: the same experiment") {
		t.Errorf("%v\n%s", err, &b)
	}
}
