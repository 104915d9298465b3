// A chart is the data of a figure, drawn where its drawing stood: as wide as there is room,
// in letters that can be read there.
let charts = 0;

function makeChart(figure, data) {
  const drawn = figure.querySelector(".drawn"), id = "chart-" + ++charts;
  const chart = { figure, id, panels: data.panels, hidden: new Set(), strong: new Set(), pinned: new Set(), zoom: null, cursor: null };
  chart.things = data.panels.some(panel => panel.y.names?.length);
  chart.box = data.panels.length === 1 && data.panels[0].series.some(series => series.kind === "point");
  chart.region = make("div", {
    class: "chart region interactive", id, tabindex: "0", role: "application", "aria-roledescription": "chart",
    "aria-label": figure.querySelector("h3").textContent, "aria-describedby": id + "-help",
  });
  chart.region.style.setProperty("--least", data.panels.length > 4 ? "15rem" : data.panels.length > 1 ? "20rem" : "100%");
  chart.tip = make("div", { class: "tip", hidden: true });
  chart.views = chart.panels.map(panel => {
    const svg = draw("svg", { role: "presentation" });
    chart.region.append(make("div", { class: "panel" }, ...(panel.title ? [make("h4", {}, panel.title)] : []), svg));
    return { panel, svg };
  });
  drawn.after(chart.region);
  drawn.hidden = true;
  chart.paint = () => chart.views.forEach((view, i) => paintPanel(chart, view, i));
  chart.name = figure.querySelector("h3").textContent;
  addReading(chart);
  addLegend(chart);
  document.addEventListener("chosen", event => { chart.pinned = new Set(event.detail); emphasise(chart); });
  let width = 0;
  new ResizeObserver(() => {
    if (Math.abs(chart.region.clientWidth - width) < 1 || !chart.region.clientWidth) return;
    width = chart.region.clientWidth;
    chart.paint();
  }).observe(chart.region);
}

// sizeOf is the size of a panel and the margins around its area.
function sizeOf(chart, view) {
  const width = Math.max(view.svg.parentElement.clientWidth, 160), panel = view.panel;
  const margin = { left: 12, right: 14, top: 24, bottom: 40 };
  let height = chart.panels.length > 4 ? 190 : chart.panels.length > 1 ? Math.min(Math.max(width * .62, 220), 330) : Math.min(Math.max(width * .5, 270), 470);
  if (panel.y.names?.length) { margin.top = 6; height = panel.y.names.length * 38 + margin.top + margin.bottom; }
  return { width, height, margin };
}

// axesOf are the axes of a panel as they are zoomed.
function axesOf(chart, panel) {
  const zoom = chart.zoom;
  return {
    x: zoom?.x && zoom.title === panel.x.title ? { ...panel.x, min: zoom.x[0], max: zoom.x[1] } : panel.x,
    y: zoom?.y ? { ...panel.y, min: zoom.y[0], max: zoom.y[1] } : panel.y,
  };
}

function paintPanel(chart, view, number) {
  const { panel, svg } = view, { width, height, margin } = sizeOf(chart, view), { x, y } = axesOf(chart, panel);
  const things = panel.y.names?.length > 0;
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.setAttribute("width", width);
  svg.setAttribute("height", height);
  const sy = scaleOf(things ? { min: panel.y.names.length - .5, max: -.5 } : y, height - margin.bottom, margin.top);
  const yTicks = things ? [] : ticksOf(y, sy, height - margin.top - margin.bottom, false);
  margin.left += Math.max(0, ...yTicks.map(tick => tick.text.length)) * 6.7;
  const sx = scaleOf(x, margin.left, width - margin.right);
  Object.assign(view, { sx, sy, width, height, margin, axes: { x, y } });
  const frame = draw("g"), clip = `${chart.id}-clip-${number}`;
  svg.replaceChildren(draw("clipPath", { id: clip }, draw("rect", { x: margin.left - 5, y: margin.top - 5, width: Math.max(width - margin.left - margin.right + 10, 1), height: height - margin.top - margin.bottom + 10 })), frame);
  for (const tick of ticksOf(x, sx, width - margin.left - margin.right, true)) {
    const at = sx.at(tick.x);
    frame.append(draw("line", { class: tick.text ? "grid" : "edge", x1: at, x2: at, y1: tick.text ? margin.top : height - margin.bottom, y2: height - margin.bottom + (tick.text ? 0 : 3) }));
    if (tick.text) frame.append(draw("g", { class: "tick" }, draw("text", { x: at, y: height - margin.bottom + 15, "text-anchor": "middle" }, tick.text)));
  }
  for (const tick of yTicks) {
    const at = sy.at(tick.x);
    if (tick.text) frame.append(draw("line", { class: "grid", x1: margin.left, x2: width - margin.right, y1: at, y2: at }), draw("g", { class: "tick" }, draw("text", { x: margin.left - 6, y: at + 4, "text-anchor": "end" }, tick.text)));
  }
  frame.append(draw("line", { class: "edge", x1: margin.left, x2: width - margin.right, y1: height - margin.bottom, y2: height - margin.bottom }));
  titleAt(svg, x.title, (margin.left + width - margin.right) / 2, height - 6, "middle", width - 8);
  if (!things) titleAt(svg, y.title, 2, 12, "start", width - 8);
  panel.y.names?.forEach((name, i) => titleAt(svg, name, margin.left, sy.at(i) - 9, "start", width - margin.left));
  const area = draw("g", { "clip-path": `url(#${clip})` });
  svg.append(area);
  const below = [];
  view.layers = panel.series.map((series, i) => {
    const layer = draw("g", { class: "series" });
    if (!chart.hidden.has(series.name)) paintSeries(chart, view, series, layer, below);
    if (series.colour === -2) area.prepend(layer); else area.append(layer); // bounds are below what they bound
    return { series, layer, i };
  });
  svg.append(draw("g", { class: "labels" }, ...placedLabels(chart, view)), view.over = draw("g", { "pointer-events": "none" }));
  emphasise(chart);
  showCursor(chart);
}

const cut = (text, most) => text.length > most ? text.slice(0, Math.max(most - 1, 1)) + "…" : text;

// titleAt is a text that is cut where it has no room; its end can be read by the pointer.
function titleAt(svg, text, x, y, anchor, room) {
  const shown = cut(text, Math.floor(room / 6.5));
  const node = draw("text", { x, y, "text-anchor": anchor }, shown);
  if (shown !== text) node.append(draw("title", {}, text));
  svg.append(node);
}

function paintSeries(chart, view, series, layer, below) {
  const { sx, sy, margin, height } = view, colour = colourOf(series.colour), n = series.x.length;
  const bottom = height - margin.bottom;
  if (series.band) layer.append(draw("path", { d: bandOf(series.band, view), fill: colour, "fill-opacity": .16 }));
  const place = i => [sx.at(series.x[i]), sy.at(series.y[i])];
  if (series.kind === "shade") {
    for (let i = 0; i < n; i++) layer.append(draw("rect", { x: sx.at(series.from[i]), width: Math.max(sx.at(series.x[i]) - sx.at(series.from[i]), 1), y: margin.top, height: bottom - margin.top, fill: "var(--grid)" }));
    return;
  }
  if (series.kind === "note") return;
  if (series.kind === "bar") {
    for (let i = 0; i < n; i++) layer.append(draw("rect", { x: sx.at(series.from[i]), width: Math.max(sx.at(series.x[i]) - sx.at(series.from[i]), .5), y: sy.at(series.y[i]) - 4, height: 15, fill: colour }));
    return;
  }
  if (series.kind === "area") {
    const base = i => below[i] ?? 0, upper = [], lower = [];
    for (let i = 0; i < n; i++) {
      lower.unshift([sx.at(series.x[i]), sy.at(base(i))]);
      below[i] = base(i) + Math.max(series.y[i] ?? 0, 0);
      upper.push([sx.at(series.x[i]), sy.at(below[i])]);
    }
    layer.append(draw("path", { d: pathOf([...upper, ...lower]) + "Z", fill: colour }));
    return;
  }
  if (series.kind !== "point") {
    layer.append(draw("path", { d: pathOf(series.x.map((_, i) => place(i)), series.kind === "step"), fill: "none", stroke: colour, "stroke-width": series.kind === "rule" ? 1.2 : 1.8, "stroke-dasharray": dashes[series.dash ?? 0], "stroke-linejoin": "round" }));
  }
  const r = series.kind === "point" && n > 300 ? 2 : 3.6;
  for (let i = 0; i < n; i++) {
    const [px, py] = place(i);
    if (!finite(px) || !finite(py)) continue;
    const bar = (a, b, c, d) => layer.append(draw("line", { x1: a, y1: b, x2: c, y2: d, stroke: colour, "stroke-width": 1 }));
    const ends = (scale, axis, v, half) => [scale.at(Math.max(v - half, axis.log ? axis.min : v >= 0 ? 0 : -Infinity)), scale.at(v + half)];
    if (series.xHalf?.[i] > 0 && n <= 300) { const [a, b] = ends(sx, view.axes.x, series.x[i], series.xHalf[i]); bar(a, py, b, py); }
    if (series.yHalf?.[i] > 0 && n <= 300) { const [a, b] = ends(sy, view.axes.y, series.y[i], series.yHalf[i]); bar(px, a, px, b); }
    if (series.mark && (series.kind === "point" || n <= 60)) layer.append(markAt(series.mark, px, py, colour, r));
  }
}

// bandOf is the outline of a band around a line: one for each run of places that have both ends.
function bandOf(band, { sx, sy, axes }) {
  const least = axes.y.log ? axes.y.min : -Infinity, there = i => finite(band.x[i]) && finite(band.low[i]) && finite(band.high[i]);
  const place = (i, y) => [sx.at(band.x[i]), sy.at(Math.max(y, least))];
  let d = "", upper = [], lower = [];
  for (let i = 0; i <= band.x.length; i++) {
    if (i < band.x.length && there(i)) { upper.push(place(i, band.high[i])); lower.unshift(place(i, band.low[i])); continue; }
    if (upper.length > 1) d += pathOf([...upper, ...lower]) + "Z";
    upper = [], lower = [];
  }
  return d;
}

// sides are where a label may stand: how far from its point, and which of its ends is there.
const sides = [[8, 4, "start"], [0, -9, "middle"], [0, 17, "middle"], [-8, 4, "end"], [7, -7, "start"], [7, 15, "start"], [-7, -7, "end"], [-7, 15, "end"]];

// placedLabels are the names of points that have room beside them.
function placedLabels(chart, view) {
  const taken = [], bars = [], out = [], { sx, sy, margin, width, height } = view;
  const meets = (box, t) => box[0] < t[2] && box[2] > t[0] && box[1] < t[3] && box[3] > t[1];
  const crosses = box => box[0] < margin.left || box[2] > width || box[1] < 14 || box[3] > height - margin.bottom || taken.some(t => meets(box, t));
  const points = [];
  for (const series of view.panel.series) {
    if (series.kind === "rule") rules(series);
    if (chart.hidden.has(series.name) || !series.labels) continue;
    series.x.forEach((x, i) => {
      const at = [sx.at(x), sy.at(series.y[i])];
      if (!finite(at[0]) || !finite(at[1]) || series.kind === "bar") return;
      taken.push([at[0] - 4, at[1] - 4, at[0] + 4, at[1] + 4]);
      if (series.xHalf?.[i] > 0) bars.push([sx.at(Math.max(x - series.xHalf[i], view.axes.x.min)), at[1] - 1, sx.at(x + series.xHalf[i]), at[1] + 1]);
      if (series.named?.includes(i)) points.push({ at, text: cut(series.labels[i], 32) });
    });
  }
  // Lines are in the way as boxes along them.
  function rules(series) {
    for (let i = 1; i < series.x.length; i++) {
      const [ax, ay, bx, by] = [sx.at(series.x[i - 1]), sy.at(series.y[i - 1]), sx.at(series.x[i]), sy.at(series.y[i])];
      const pieces = Math.ceil(Math.min(Math.abs(ax - bx), Math.abs(ay - by)) / 8) || 1;
      for (let k = 0; k < pieces; k++) {
        const at = (a, b, n) => a + (b - a) * n / pieces, xs = [at(ax, bx, k), at(ax, bx, k + 1)], ys = [at(ay, by, k), at(ay, by, k + 1)];
        if (finite(xs[0] + xs[1] + ys[0] + ys[1])) taken.push([Math.min(...xs) - 1, Math.min(...ys) - 1, Math.max(...xs) + 1, Math.max(...ys) + 1]);
      }
    }
  }
  for (const { at: [x, y], text } of points) {
    if (x < margin.left || x > width || y < margin.top || y > height - margin.bottom) continue;
    const w = text.length * 6.7;
    for (const [dx, dy, anchor, over] of [...sides, ...sides.map(side => [...side, true])]) {
      const left = x + dx - (anchor === "middle" ? w / 2 : anchor === "end" ? w : 0), box = [left, y + dy - 10, left + w, y + dy + 2];
      if (crosses(box) || !over && bars.some(bar => meets(box, bar))) continue;
      taken.push(box);
      out.push(draw("text", { x: x + dx, y: y + dy, "text-anchor": anchor }, text));
      break;
    }
  }
  return out;
}

// emphasise lets those that are pointed at, or chosen in the table, stand out.
function emphasise(chart) {
  const strong = chart.strong.size ? chart.strong : new Set([...chart.pinned].filter(name => chart.panels.some(panel => panel.series.some(series => series.name === name))));
  for (const view of chart.views) {
    for (const { series, layer } of view.layers ?? []) layer.classList.toggle("dim", strong.size > 0 && !strong.has(series.name) && series.kind !== "shade");
  }
}

