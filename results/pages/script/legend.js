// The legend chooses series, the buttons zoom, and the data stand as a table for who asks.
function addLegend(chart) {
  const series = new Map();
  for (const panel of chart.panels) for (const s of panel.series) if (s.name && !series.has(s.name)) series.set(s.name, s);
  const several = [...series.values()].filter(readable).length > 1;
  const buttons = [...series.values()].map(s => {
    if (!readable(s) || !several) return make("li", {}, swatch(s), s.name);
    const strong = is => () => { chart.strong = is ? new Set([s.name]) : new Set(); emphasise(chart); };
    const button = make("button", { type: "button", "aria-pressed": "true", mouseenter: strong(true), focus: strong(true), mouseleave: strong(false), blur: strong(false), click: toggle, title: "Show or hide; with Shift: alone" }, swatch(s), s.name);
    function toggle(event) {
      if (event.shiftKey) chart.hidden = new Set([...series.values()].filter(other => readable(other) && other !== s).map(other => other.name));
      else if (!chart.hidden.delete(s.name)) chart.hidden.add(s.name);
      chart.cursor = null;
      tell();
      chart.paint();
    }
    button.tell = () => button.setAttribute("aria-pressed", String(!chart.hidden.has(s.name)));
    return make("li", {}, button);
  });
  function tell() {
    for (const item of buttons) item.firstChild.tell?.();
    all.hidden = !chart.hidden.size;
  }
  const tool = (text, label, click) => make("button", { type: "button", class: "tool", "aria-label": label, click }, text);
  const all = tool("Show all", "Show all series", () => { chart.hidden.clear(); tell(); chart.paint(); });
  all.hidden = true;
  const zooms = chart.things ? [] : [tool("+", "Zoom in", () => zoomBy(chart, .5)), tool("−", "Zoom out", () => zoomBy(chart, 2)), tool("Reset", "Whole chart", () => { chart.zoom = null; chart.paint(); })];
  const help = "Arrow keys read values; up and down change the series" + (chart.panels.length > 1 ? ", Page Up and Page Down the panel" : "") +
    (chart.things ? "." : "; + and − zoom, 0 shows all. Drag over a part to zoom into it.");
  const legend = make("ul", { class: "legend interactive", "aria-label": "Series" }, ...buttons);
  const tools = make("div", { class: "bar-tools interactive" }, ...zooms, all, make("span", { class: chart.id === "chart-1" ? "small" : "hidden", id: chart.id + "-help" }, help));
  const data = make("details", { class: "interactive", toggle: () => { if (data.open && data.children.length === 1) data.append(dataTable(chart)); } }, make("summary", {}, "Data of this plot"));
  chart.region.after(legend);
  legend.after(tools);
  chart.figure.append(data);
}

// mostListed is how many points the table of a plot lists.
const mostListed = 2000;

function dataTable(chart) {
  const rows = [], panels = chart.panels.length > 1, axis = chart.panels[0];
  let left = 0;
  for (const panel of chart.panels) for (const s of panel.series.filter(readable)) s.x.forEach((x, i) => {
    if (!finite(x) || !finite(s.y[i])) return;
    if (rows.length === mostListed) { left++; return; }
    const things = panel.y.names?.length, name = s.labels?.[i] && s.labels[i] !== s.name ? s.name + ", " + s.labels[i] : s.name;
    const value = s.kind === "bar" ? x - s.from[i] : x;
    rows.push([...(panels ? [panel.title || panel.y.title || panel.x.title] : []), things ? panel.y.names[s.y[i]] + ", " + name : name, short(value, 5) + (s.xHalf?.[i] > 0 ? " ± " + short(s.xHalf[i], 2) : ""),
      ...(things ? [] : [short(s.y[i], 5) + (s.yHalf?.[i] > 0 ? " ± " + short(s.yHalf[i], 2) : "")])]);
  });
  const heads = [...(panels ? ["panel"] : []), "series", axis.x.title, ...(axis.y.names?.length ? [] : [axis.y.title])], texts = panels ? 2 : 1;
  const cell = (tag, text, i, extra = {}) => make(tag, { class: i >= texts ? "num" : "long", ...extra }, text);
  return make("div", {}, make("div", { class: "scroll tall", tabindex: "0", role: "group", "aria-label": "Data of " + chart.name }, make("table", { class: "data" },
    make("thead", {}, make("tr", {}, ...heads.map((text, i) => cell("th", text, i, { scope: "col" })))),
    make("tbody", {}, ...rows.map(row => make("tr", {}, ...row.map((text, i) => cell("td", text, i))))))),
    ...(left ? [make("p", { class: "small" }, thousands(left) + " more points are not listed.")] : []));
}

