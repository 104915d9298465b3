package browser

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

const (
	visible = `[...document.querySelectorAll("#cells tbody tr")].filter(r => !r.hidden)`
	costs   = `[...document.querySelectorAll("#cells tbody tr")].map(r => r.cells[4].dataset.v).join(" ")`
)

// header clicks the header of a column.
func header(name string) string {
	return fmt.Sprintf(`[...document.querySelectorAll("#cells thead button")].find(b => b.textContent === %q).click()`, name)
}

// TestTable: the table of results is sorted by its headers, filtered by words and by
// swept keys, and grouped by one. The quickstart has 6 policies under 2 tariffs and a
// bound without any, 13 rows.
func TestTable(t *testing.T) {
	b := open(t, "report", 1440, 1000, "light")
	is(b, visible+".length", 13)
	before := ask[string](b, costs)
	ask[any](b, header("USD a month"))
	is(b, `document.querySelector("#cells th[aria-sort]").textContent + document.querySelector("#cells th[aria-sort]").getAttribute("aria-sort")`, "USD a monthascending")
	up := ask[[]float64](b, `[...document.querySelectorAll("#cells tbody tr")].slice(0, 12).map(r => parseFloat(r.cells[4].dataset.v))`)
	if before == ask[string](b, costs) {
		t.Error("nothing was sorted")
	}
	for i := 1; i < len(up); i++ {
		if up[i] < up[i-1] {
			t.Errorf("ascending: %v", up)
		}
	}
	is(b, `document.querySelector("#cells tbody tr:last-child").cells[1].textContent`, "offline 10m") // without a cost
	ask[any](b, header("USD a month"))
	down := ask[[]float64](b, `[...document.querySelectorAll("#cells tbody tr")].slice(0, 12).map(r => parseFloat(r.cells[4].dataset.v))`)
	if len(down) != 12 || down[0] != up[11] || down[11] != up[0] {
		t.Errorf("descending: %v after %v", down, up)
	}
	is(b, `document.querySelector("#cells tbody tr:last-child").cells[1].textContent`, "offline 10m")

	b.do(chromedp.SendKeys(chromedp.ID("filter"), "lambda-arm 10m"))
	is(b, visible+`.map(r => r.cells[1].textContent).join(" ")`, "10m")
	holds(b, `document.querySelector(".count").textContent`, "Showing 1 of 13 rows.")
	ask[any](b, `(() => { const f = document.getElementById("filter"); f.value = ""; f.dispatchEvent(new Event("input")); })()`)
	choose := func(label, option string) {
		ask[any](b, fmt.Sprintf(`(() => { const s = [...document.querySelectorAll(".controls label")].find(l => l.firstChild.data === %q).querySelector("select"); s.selectedIndex = [...s.options].findIndex(o => o.text === %q); s.dispatchEvent(new Event("change")); })()`, label, option))
	}
	choose("keepalive", "hybrid")
	is(b, visible+".length", 2)
	choose("keepalive", "all")
	choose("Group by", "tariff")
	is(b, `[...document.querySelectorAll("#cells tr.group")].map(r => r.textContent).join("; ")`, "tariff = aws-lambda · 6 rows; tariff = aws-lambda-arm · 6 rows; tariff = (estimate of a bound) · 1 row")
	is(b, `[...document.querySelectorAll("#cells tbody tr")].map((r, i, all) => r.className === "group" ? "/" : r.cells[3].textContent === "aws-lambda" ? "x" : r.cells[3].textContent === "aws-lambda-arm" ? "a" : "b").join("")`, "/xxxxxx/aaaaaa/b")
	b.shoot("grouped")
}

// TestPair: two rows that are ticked stand side by side with their differences, and so
// they do where the URL is opened that says so.
func TestPair(t *testing.T) {
	b := open(t, "report", 1440, 1000, "light")
	is(b, `document.getElementById("pair").hidden`, true)
	ask[any](b, `document.querySelectorAll("#cells input")[0].click(); document.querySelectorAll("#cells input")[2].click()`)
	is(b, `document.getElementById("pair").hidden`, false)
	is(b, "location.hash", "#compare=0,2")
	is(b, `document.querySelector("#pair h2").textContent`, "none, aws-lambda and 1m, aws-lambda")
	// The relative difference of the costs is that of the table's own values.
	relative := ask[float64](b, `(() => { const r = document.querySelectorAll("#cells tbody tr"), [x, y] = [r[0], r[2]].map(row => parseFloat(row.cells[4].dataset.v)); return (y - x) / x * 100; })()`)
	line := ask[string](b, `[...document.querySelectorAll("#pair tr")].find(r => r.cells[0].textContent.startsWith("cost, USD")).textContent`)
	if want := strings.Replace(fmt.Sprintf("%.3g %%", relative), "-", "−", 1); !strings.Contains(line, want) || !strings.HasSuffix(line, "better") && !strings.HasSuffix(line, "not told apart") {
		t.Errorf("costs: got %q, want %s", line, want)
	}
	is(b, `document.querySelectorAll("#pair table.stack").length > 1`, true)
	ask[any](b, `document.getElementById("pair").scrollIntoView()`)
	b.shoot("pair")
	is(b, `document.querySelectorAll("#plot-latency-cdf .series.dim").length > 0`, true) // the plots let both stand out
	b.do(chromedp.Navigate("about:blank"), chromedp.Navigate(b.url+"#compare=0,2"))
	is(b, `document.querySelector("#pair h2").textContent`, "none, aws-lambda and 1m, aws-lambda")
	is(b, `[...document.querySelectorAll("#cells input:checked")].length`, 2)
}

// TestChart: a plot answers the pointer and the keys, and its legend chooses series.
func TestChart(t *testing.T) {
	b := open(t, "report", 1440, 1000, "light")
	ask[any](b, `document.getElementById("plot-waste-vs-cold").scrollIntoView(); 1`)
	at := ask[[]float64](b, `(() => { const c = document.querySelector("#plot-waste-vs-cold .series circle").getBoundingClientRect(); return [c.left + c.width / 2, c.top + c.height / 2]; })()`)
	b.do(chromedp.MouseEvent(chromedp.MouseMoved, at[0], at[1]))
	is(b, `document.querySelector("#plot-waste-vs-cold .tip").hidden`, false)
	first := ask[string](b, `document.querySelector("#plot-waste-vs-cold .tip").textContent`)
	for _, part := range []string{"none", "75th percentile over applications of the cold ratio: ", " %", "wasted memory × time: "} {
		if !strings.Contains(first, part) {
			t.Errorf("the pointer reads %q, which has no %q", first, part)
		}
	}
	b.shoot("tip")

	// The keys read the same values as the table of the plot has, point by point.
	b.do(chromedp.Focus(chromedp.CSS("#plot-latency-cdf .chart")), chromedp.KeyEvent(kb.ArrowRight))
	said := `document.querySelector("#plot-latency-cdf .said").textContent`
	holds(b, said, "none — latency: ")
	one := ask[string](b, said)
	b.do(chromedp.KeyEvent(kb.ArrowRight))
	if two := ask[string](b, said); two == one || !strings.Contains(two, "Point 2 of ") {
		t.Errorf("right of %q is %q", one, two)
	}
	b.do(chromedp.KeyEvent(kb.ArrowDown))
	holds(b, said, "1m — latency: ")
	b.do(chromedp.KeyEvent(kb.PageDown))
	holds(b, said, "fraction that is slower")
	b.do(chromedp.KeyEvent(kb.End))
	ticks := `[...document.querySelectorAll("#plot-latency-cdf .panel:first-child .tick text")].map(t => t.textContent).join(" ")`
	whole := ask[string](b, ticks)
	b.do(chromedp.KeyEvent("+"))
	if ask[string](b, ticks) == whole {
		t.Error("+ does not zoom")
	}
	b.do(chromedp.KeyEvent(kb.Escape))
	is(b, ticks, whole)

	ask[any](b, `document.querySelector("#plot-latency-cdf .legend button").click()`)
	is(b, `document.querySelector("#plot-latency-cdf .legend button").getAttribute("aria-pressed")`, "false")
	is(b, `[...document.querySelectorAll("#plot-latency-cdf .panel:first-child .series")].filter(s => !s.childElementCount).length`, 1)
	ask[any](b, `document.querySelector("#plot-latency-cdf details").open = true`)
	b.do(chromedp.WaitReady(chromedp.CSS("#plot-latency-cdf table.data tbody tr:nth-child(100)")))
	for _, line := range b.console() {
		t.Errorf("console: %s", line)
	}
}

// TestZoom: dragging over a part of a plot shows that part, and a double click all of it.
func TestZoom(t *testing.T) {
	b := open(t, "report", 1440, 1000, "light")
	ask[any](b, `document.getElementById("plot-latency-cdf").scrollIntoView(); 1`)
	box := ask[[]float64](b, `(() => { const r = document.querySelector("#plot-latency-cdf .chart svg").getBoundingClientRect(); return [r.left, r.top, r.width, r.height]; })()`)
	ticks := `[...document.querySelectorAll("#plot-latency-cdf .panel:nth-child(2) .tick text")].map(t => t.textContent).join(" ")`
	whole := ask[string](b, ticks)
	x, y := box[0]+box[2]*0.3, box[1]+box[3]*0.5
	b.do(chromedp.MouseEvent(chromedp.MousePressed, x, y, chromedp.ButtonLeft), chromedp.MouseEvent(chromedp.MouseMoved, x+80, y, chromedp.ButtonLeft), chromedp.MouseEvent(chromedp.MouseMoved, x+160, y, chromedp.ButtonLeft),
		chromedp.MouseEvent(chromedp.MouseReleased, x+160, y, chromedp.ButtonLeft))
	if ask[string](b, ticks) == whole {
		t.Error("the other panel of the same axis is not zoomed")
	}
	ask[any](b, `document.querySelector("#plot-latency-cdf .chart svg").dispatchEvent(new MouseEvent("dblclick"))`)
	is(b, ticks, whole)
}

// TestScheme: the page follows the system, and its button decides otherwise.
func TestScheme(t *testing.T) {
	b := open(t, "report", 820, 1000, "light")
	paper := `getComputedStyle(document.body).backgroundColor`
	is(b, paper, "rgb(255, 255, 255)")
	b.media("screen", "dark")
	is(b, paper, "rgb(22, 24, 27)")
	ask[any](b, `document.querySelector(".theme").click()`)
	is(b, paper, "rgb(255, 255, 255)")
	ask[any](b, `document.querySelector(".theme").click()`)
	is(b, paper, "rgb(22, 24, 27)")
}

// TestPrint: on paper the page is white, whole tables and the drawings are there, and no
// controls.
func TestPrint(t *testing.T) {
	b := open(t, "report", 820, 1400, "dark")
	b.media("print", "dark")
	is(b, `getComputedStyle(document.body).backgroundColor`, "rgb(255, 255, 255)")
	is(b, `[...document.querySelectorAll(".controls, .theme, .chart, td.pick, nav.contents")].filter(n => n.checkVisibility()).length`, 0)
	is(b, `[...document.querySelectorAll(".drawn svg")].every(s => s.checkVisibility())`, true)
	is(b, `[...document.querySelectorAll(".scroll")].every(s => getComputedStyle(s).overflowX === "visible")`, true)
	is(b, `[...document.querySelectorAll("#bills details table")].every(t => t.checkVisibility({contentVisibilityAuto: true}) && t.getBoundingClientRect().height > 0)`, true)
	b.shoot("print")
}

// TestWithoutScript: mail programs and the like run none; all tables and drawings are there.
func TestWithoutScript(t *testing.T) {
	b := open(t, "report", 820, 1400, "light")
	if _, err := chromedp.Call(b.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		t.Fatal(err)
	}
	b.do(chromedp.Navigate("about:blank"), chromedp.Navigate(b.url))
	is(b, `document.querySelectorAll(".chart, .controls").length`, 0)
	is(b, `document.querySelectorAll("#cells tbody tr").length`, 13)
	is(b, `document.querySelectorAll(".drawn svg").length === document.querySelectorAll("figure").length && [...document.querySelectorAll(".drawn svg")].every(s => s.checkVisibility())`, true)
	b.shoot("without-script")
}

// TestHostile: names that are markup, formulas, directions or very long stand on the page
// as text, and nothing of them is run.
func TestHostile(t *testing.T) {
	b := open(t, "hostile", 390, 1000, "light")
	ask[any](b, `document.querySelectorAll("#cells input")[0].click(); document.querySelectorAll("#cells input")[1].click(); document.querySelectorAll("details").forEach(d => { d.open = true; })`)
	is(b, `String(window.ran)`, "undefined")
	is(b, `document.querySelectorAll("img, main b").length`, 0)
	holds(b, `document.querySelector("h1").textContent`, `</script><img src=x onerror="window.ran=1">What is <b>this</b>?`)
	holds(b, `document.querySelector("#worst").textContent`, `=cmd()|'<svg onload=window.ran=1>`)
	holds(b, `document.querySelector("#pair").textContent`, `"><img src=x onerror=window.ran=1>`)
	for _, out := range ask[[]string](b, beyond) {
		t.Errorf("beyond the edge: %s", out)
	}
	for _, line := range b.console() {
		t.Errorf("console: %s", line)
	}
	b.shoot("hostile-pair")
}

// TestNumbers: the script writes numbers as the tables have them.
func TestNumbers(t *testing.T) {
	b := open(t, "report", 820, 1000, "light")
	format := scriptFile(t, "format.js")
	for _, c := range []struct{ expression, want string }{
		{"seconds(0)", "0 s"}, {"seconds(0.0000123)", "12.3 µs"}, {"seconds(0.434)", "434 ms"}, {"seconds(1.0049)", "1.00 s"}, {"seconds(3.3549)", "3.35 s"}, {"seconds(660)", "11.0 min"}, {"seconds(-0.134)", "−134 ms"},
		{"money(0)", "0.00"}, {"money(0.0026)", "0.0026"}, {"money(6.875)", "6.88"}, {"money(1234567.891)", "1,234,567.89"}, {"money(-3.5)", "−3.50"},
		{"percent(0)", "0 %"}, {"percent(0.00866)", "0.866 %"}, {"percent(1)", "100 %"}, {"written(null, \"s\")", "–"}, {"written(285003, \"number\")", "285,003"}, {"short(0.5)", "0.5"}, {"short(12.3400)", "12.34"},
	} {
		is(b, "(() => {"+format+"return "+c.expression+";})()", c.want)
	}
}

// TestBeforeAndAfter: each line of the comparison's plot goes from a ring to the dot of its
// row, and nowhere else, however wide the page is.
func TestBeforeAndAfter(t *testing.T) {
	b := open(t, "compare", 1440, 1400, "light")
	const plot = `#plot-before-and-after `
	for _, width := range []int64{390, 1440} {
		b.do(chromedp.EmulateViewport(width, 1400))
		painted := `new Promise(done => {
  const look = () => [...document.querySelectorAll("` + plot + `.chart svg")].every(svg => Math.abs(svg.getAttribute("width") - svg.parentElement.clientWidth) < 1) ? done(true) : setTimeout(look, 10);
  look();
})`
		if _, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](painted, chromedp.EvalAwaitPromise)); err != nil {
			t.Fatal(err)
		}
		joined := ask[float64](b, `(() => {
  const near = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1]) < .2;
  let joined = 0;
  for (const svg of document.querySelectorAll("`+plot+`.chart svg")) {
    const ends = [...svg.querySelectorAll(".series > circle")].map(c => [Number(c.getAttribute("cx")), Number(c.getAttribute("cy"))]);
    for (const path of svg.querySelectorAll(".series > path")) {
      for (const line of path.getAttribute("d").split("M").slice(1)) {
        const places = line.split("L").map(text => text.split(" ").map(Number));
        if (places.length !== 2 || places[0][1] !== places[1][1] || !places.every(place => ends.some(end => near(end, place)))) return -1;
        joined++;
      }
    }
  }
  return joined;
})()`)
		if rings := ask[float64](b, `document.querySelectorAll("`+plot+`.chart .series > circle[fill=none]").length`); joined < 1 || joined != rings {
			t.Errorf("%d: %v lines join a ring to its dot, want %v (-1: one goes elsewhere)", width, joined, rings)
		}
	}
	is(b, `[...document.querySelectorAll("h2, h3")].filter(h => h.textContent === "Before and after").length`, 1)
	b.shoot("before-and-after")
}

// TestGaps: what is null in a plot's data is a gap, and never the value 0.
func TestGaps(t *testing.T) {
	b := open(t, "compare", 820, 1000, "light")
	script := ""
	for _, name := range []string{"shape.js", "scale.js", "chart.js", "read.js"} {
		script += scriptFile(t, name)
	}
	const axes = `const a = {min: 0, max: 10}, sx = scaleOf(a, 0, 100), sy = scaleOf(a, 100, 0);`
	for _, c := range []struct{ expression, want string }{
		{`String(sx.at(null))`, "NaN"},
		{`String(scaleOf({min: 1, max: 10, log: true, zero: 0.5}, 0, 100).at(null))`, "NaN"},
		{`pathOf([[1, 2], [3, null], [null, null]].map(([x, y]) => [sx.at(x), sy.at(y)]))`, "M10.0 80.0"},
		{`bandOf({x: [0, 1, 2, 3, 4, 5], low: [1, 1, null, 2, 2, 1], high: [3, 3, 3, 4, 4, null]}, {sx, sy, axes: {y: a}})`,
			"M0.0 70.0L10.0 70.0L10.0 90.0L0.0 90.0ZM30.0 60.0L40.0 60.0L40.0 80.0L30.0 80.0Z"},
		{`String(closest({x: [null, 5, 0.2, 9], y: [1, 1, null, 1]}, 0.1))`, "1"},
	} {
		is(b, "(() => {"+script+axes+"return "+c.expression+";})()", c.want)
	}
}
