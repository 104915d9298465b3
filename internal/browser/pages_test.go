package browser

import (
	_ "embed"
	"fmt"
	"os"
	"testing"

	"github.com/chromedp/chromedp"
)

//go:embed testdata/contrast.js
var contrast string

//go:embed testdata/beyond.js
var beyond string

// TestPages: each page, at three widths and in two schemes, opens without the network and
// without a word on the console; nothing is beyond the edge but what a table scrolls;
// texts have their contrast; and axe's rules pass.
func TestPages(t *testing.T) {
	if shared == nil {
		t.Skip("no Chromium")
	}
	axe := axeScript(t)
	for _, c := range commands {
		if c[0] == "later" {
			continue // it is as report
		}
		t.Run(c[0], func(t *testing.T) {
			b := open(t, c[0], 390, 1400, "light")
			is(b, "navigator.onLine", false)
			for _, width := range []int64{390, 820, 1440} {
				b.do(chromedp.EmulateViewport(width, 1400))
				for _, scheme := range []string{"light", "dark"} {
					if width == 820 && os.Getenv("COLDCURVE_SHOTS") == "" {
						continue // colours do not depend on it
					}
					b.media("screen", scheme)
					for _, low := range ask[[]string](b, contrast) {
						t.Errorf("%d, %s: contrast below 4.5: %s", width, scheme, low)
					}
					b.shoot(fmt.Sprintf("%s-%d-%s", c[0], width, scheme))
				}
				for _, out := range ask[[]string](b, beyond) {
					t.Errorf("%d: beyond the edge: %s", width, out)
				}
			}
			if axe != "" {
				for _, broken := range runAxe(b, axe) {
					t.Errorf("axe: %s", broken)
				}
			}
			for _, line := range b.console() {
				t.Errorf("console: %s", line)
			}
		})
	}
}

// axeScript is axe-core; "" where COLDCURVE_AXE names none.
func axeScript(t *testing.T) string {
	t.Helper()
	file := os.Getenv("COLDCURVE_AXE")
	if file == "" {
		t.Log("COLDCURVE_AXE names no axe.min.js: its rules are not run")
		return ""
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// runAxe runs all of axe's rules but for contrast, which is computed above, and what is within drawings, and says which are broken and by what. The first
// of folded parts are opened before.
func runAxe(b *tab, axe string) []string {
	b.Helper()
	ask[bool](b, "document.querySelectorAll('details:first-of-type, figure details').forEach(d => { d.open = true; }); true")
	ask[bool](b, axe+";true")
	const run = `axe.run({include: ["html"], exclude: [".drawn svg > *", ".chart svg > *"]}, {resultTypes: ["violations"], rules: {"color-contrast": {enabled: false}}}).then(r => r.violations.map(v => v.id + ": " + v.help + ": " + v.nodes.length + " times, first " + v.nodes[0].html.slice(0, 200)))`
	broken, err := chromedp.Run(b.ctx, chromedp.Evaluate[[]string](run, chromedp.EvalAwaitPromise))
	if err != nil {
		b.Fatal(err)
	}
	return broken
}
