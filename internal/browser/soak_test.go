package browser

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestSoakThousandCells: the report of 1,000 cells under two tariffs is less than 5 MB.
// How long it takes to load is logged, since nothing here measures time (docs/report.md
// has it); and it is sorted, filtered and set side by side as any other.
func TestSoakThousandCells(t *testing.T) {
	if os.Getenv("COLDCURVE_SOAK") == "" {
		t.Skip("COLDCURVE_SOAK is not set")
	}
	if shared == nil {
		t.Skip("no Chromium")
	}
	var text strings.Builder
	text.WriteString("title = \"A thousand cells\"\nreplications = 2\n[workload]\nhorizon = \"1h\"\n[[workload.function]]\nname = \"f\"\nmemory = \"512MB\"\narrivals = { process = \"poisson\", rate = \"0.1/s\" }\nservice = { dist = \"exponential\", mean = \"1s\" }\n" +
		"[[platform]]\nname = \"lambda\"\npreset = \"aws-lambda\"\ntariffs = [\"aws-lambda\", \"aws-lambda-arm\"]\n[sweep.grid]\n\"platform.lambda.keepalive\" = [\n")
	for i := range 100 {
		fmt.Fprintf(&text, "{ label = \"%ds\", name = \"fixed\", window = \"%ds\" },\n", 10+5*i, 10+5*i)
	}
	text.WriteString("]\n\"workload.function.f.arrivals.rate\" = [")
	for i := range 10 {
		fmt.Fprintf(&text, "\"%g/s\", ", 0.01*float64(i+1))
	}
	text.WriteString("]\n[compare]\nreference = { \"platform.lambda.keepalive\" = \"60s\" }\n")
	file := filepath.Join(shared.folder, "thousand.toml")
	if err := os.WriteFile(file, []byte(text.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(shared.folder, "thousand")
	if out, err := exec.Command(filepath.Join(shared.folder, "coldcurve"), "run", file, "--quiet", "-o", dir).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	info, err := os.Stat(filepath.Join(dir, "report.html"))
	if err != nil {
		t.Fatal(err)
	}
	if info.Size() > 5_000_000 {
		t.Errorf("%d bytes, want at most 5 MB", info.Size())
	}
	pageOf["thousand"] = "report.html"
	b := open(t, "thousand", 1440, 1000, "light")
	for range 3 {
		b.do(chromedp.Navigate("about:blank"), chromedp.Navigate(b.url))
		t.Logf("%d bytes, loaded in %.0f ms", info.Size(), ask[float64](b, `performance.getEntriesByType("navigation")[0].loadEventEnd`))
	}
	is(b, `[...document.querySelectorAll("#cells tbody tr")].filter(r => r.checkVisibility()).length`, 200)
	holds(b, `document.querySelector(".count").textContent`, "Showing 200 of 2,000 rows")
	ask[any](b, `document.querySelector(".count + button").click()`)
	is(b, `[...document.querySelectorAll("#cells tbody tr")].filter(r => r.checkVisibility()).length`, 2000)
	ask[any](b, header("USD a month"))
	is(b, `(() => { const v = [...document.querySelectorAll("#cells tbody tr")].map(r => parseFloat(r.cells[5].dataset.v)); return v.every((x, i) => i === 0 || v[i - 1] <= x); })()`, true)
	ask[any](b, `document.querySelectorAll("#cells input")[0].click(); document.querySelectorAll("#cells input")[1999].click()`)
	is(b, `document.getElementById("pair").hidden`, false)
	b.shoot("thousand")
	for _, line := range b.console() {
		t.Errorf("console: %s", line)
	}
}
