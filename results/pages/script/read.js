// What the pointer is at, or the keys have gone to, is read out: beside it, and in a line
// below the chart, which screen readers speak.
const readable = series => !["rule", "shade", "note"].includes(series.kind) && series.x.length > 0;

function addReading(chart) {
  const { region } = chart;
  chart.said = make("p", { class: "said interactive", role: "status", "aria-live": "polite" });
  region.append(chart.tip);
  region.after(chart.said);
  for (const [number, view] of chart.views.entries()) {
    const point = event => { const box = view.svg.getBoundingClientRect(); return [(event.clientX - box.left) * view.width / box.width, (event.clientY - box.top) * view.height / box.height]; };
    let from = null;
    view.svg.addEventListener("pointermove", event => {
      const at = point(event);
      if (from && Math.abs(at[0] - from[0]) > 4) { showDrag(chart, view, from, at); return; }
      chart.cursor = nearest(chart, number, at);
      showCursor(chart);
    });
    view.svg.addEventListener("pointerleave", () => { if (!from && document.activeElement !== region) { chart.cursor = null; showCursor(chart); } });
    view.svg.addEventListener("pointerdown", event => {
      if (event.pointerType === "touch") { chart.cursor = nearest(chart, number, point(event)); showCursor(chart); return; }
      from = point(event);
      view.svg.setPointerCapture(event.pointerId);
    });
    view.svg.addEventListener("pointerup", event => {
      const at = point(event), moved = from && Math.abs(at[0] - from[0]) > 8;
      if (moved) zoomTo(chart, view, from, at);
      from = null;
    });
    view.svg.addEventListener("dblclick", () => { chart.zoom = null; chart.paint(); });
  }
  region.addEventListener("keydown", event => { if (moveBy(chart, event)) event.preventDefault(); });
  region.addEventListener("blur", () => { chart.cursor = null; chart.strong.clear(); emphasise(chart); showCursor(chart); });
}

// valueAt is where a point is drawn: areas are stacked, and a bar is read at its end.
function placeOf(chart, { panel, series, i }) {
  const view = chart.views[panel], s = view.panel.series[series];
  let y = s.y[i], x = s.x[i];
  if (s.kind === "area") for (const below of view.panel.series.slice(0, series)) if (below.kind === "area" && !chart.hidden.has(below.name)) y += Math.max(below.y[i] ?? 0, 0);
  if (s.kind === "bar") x = (s.from[i] + s.x[i]) / 2;
  return [view.sx.at(x), view.sy.at(y)];
}

function nearest(chart, panel, [px, py]) {
  const view = chart.views[panel];
  let best = null, least = Infinity, stacked = view.panel.series.some(series => series.kind === "area");
  view.panel.series.forEach((series, number) => {
    if (!readable(series) || chart.hidden.has(series.name)) return;
    for (let i = 0; i < series.x.length; i++) {
      if (series.kind === "bar") {
        const inside = px >= view.sx.at(series.from[i]) && px <= view.sx.at(series.x[i]) && Math.abs(py - view.sy.at(series.y[i]) - 3) < 16;
        if (inside && least > 0) { least = 0; best = { panel, series: number, i }; }
        continue;
      }
      const [x, y] = placeOf(chart, { panel, series: number, i });
      if (!finite(x) || !finite(y)) continue;
      const far = stacked ? Math.abs(x - px) * 1000 + (y <= py ? py - y : 500 + y - py) * 1 : Math.hypot(x - px, y - py);
      if (far < least) { least = far; best = { panel, series: number, i }; }
    }
  });
  if (stacked && best) { // the area that the pointer is in is the lowest whose top is above it
    const at = view.panel.series.map((series, number) => ({ series, number })).filter(({ series }) => series.kind === "area" && !chart.hidden.has(series.name));
    const inside = at.find(({ number }) => placeOf(chart, { panel, series: number, i: best.i })[1] <= py);
    best.series = (inside ?? at[at.length - 1]).number;
  }
  return best;
}

// unitOf cuts a title into what it names and its unit, which comes last.
function unitOf(title) {
  const at = title.lastIndexOf(", ");
  return at < 0 ? [title, ""] : [title.slice(0, at), title.slice(at + 2)];
}
const withUnit = (x, unit, half) => !finite(x) ? dash : short(x) + (half > 0 ? " ± " + short(half, 2) : "") + (!unit ? "" : unit.startsWith("1/") ? unit.slice(1) : " " + unit);

// reading is what is said of a point: whose it is, and lines of values.
function reading(chart, { panel, series, i }) {
  const p = chart.views[panel].panel, s = p.series[series], [xName, xUnit] = unitOf(p.x.title), [yName, yUnit] = unitOf(p.y.title);
  const head = s.labels?.[i] ?? s.name;
  if (s.kind === "bar") {
    const whole = p.series.filter(other => other.kind === "bar").flatMap(other => other.x.filter((_, k) => other.y[k] === s.y[i]));
    const size = s.x[i] - s.from[i], all = Math.max(...whole);
    return { head: p.y.names[s.y[i]], lines: [s.name + ": " + withUnit(size, xUnit) + (all > 0 ? ", " + percent(size / all) + " of " + withUnit(all, xUnit) : "")] };
  }
  if (p.y.names?.length) return { head: p.y.names[s.y[i]], lines: [s.name + ": " + withUnit(s.x[i], xUnit, s.xHalf?.[i])] };
  if (s.kind === "area") {
    return { head: (p.title ? p.title + ", " : "") + xName + " " + withUnit(s.x[i], xUnit), current: s.name,
      lines: p.series.filter(other => other.kind === "area").map(other => other.name + ": " + withUnit(other.y[i], yUnit)).reverse() };
  }
  const lines = [xName + ": " + withUnit(s.x[i], xUnit, s.xHalf?.[i]), yName + ": " + withUnit(s.y[i], yUnit, s.yHalf?.[i])];
  return { head: (s.labels && s.labels[i] !== s.name ? head + (s.kind === "point" ? "" : ", " + s.name) : head), kind: s.kind === "point" ? s.name : "", lines };
}

function showCursor(chart) {
  const { cursor, tip } = chart;
  chart.views.forEach(view => view.over?.replaceChildren());
  tip.hidden = !cursor;
  if (!cursor) return;
  const view = chart.views[cursor.panel], s = view.panel.series[cursor.series], [x, y] = placeOf(chart, cursor);
  if (!finite(x) || !finite(y) || !view.over) { tip.hidden = true; return; }
  for (const other of chart.views) {
    if (other.panel.x.title !== view.panel.x.title || chart.things || !other.over) continue;
    const at = other.sx.at(s.x[cursor.i]);
    other.over.append(draw("line", { class: "cursor", x1: at, x2: at, y1: other.margin.top, y2: other.height - other.margin.bottom }));
  }
  view.over.append(draw("circle", { class: "at", cx: x, cy: y + (s.kind === "bar" ? 3 : 0), r: 4.5 }));
  const said = reading(chart, cursor);
  tip.replaceChildren(make("b", {}, said.head), ...[said.kind, ...said.lines].filter(line => line).map(line => make("div", {}, line)));
  const box = view.svg.getBoundingClientRect(), around = chart.region.getBoundingClientRect();
  const left = box.left - around.left + x * box.width / view.width, top = box.top - around.top + y * box.height / view.height;
  const right = left + 14 + tip.offsetWidth > chart.region.clientWidth;
  tip.style.left = Math.max(0, Math.min(right ? left - 14 - tip.offsetWidth : left + 14, chart.region.clientWidth - tip.offsetWidth)) + "px";
  tip.style.top = Math.max(0, top - tip.offsetHeight - 10) + "px";
}

// say reads the cursor out, for who goes by the keys.
function say(chart) {
  const said = reading(chart, chart.cursor), view = chart.views[chart.cursor.panel], s = view.panel.series[chart.cursor.series];
  const title = view.panel.title && !said.head.startsWith(view.panel.title) ? view.panel.title + ": " : "";
  chart.said.textContent = title + said.head + (said.kind ? " (" + said.kind + ")" : "") + " — " + (said.current ? said.current + "; " : "") + said.lines.join("; ") + ". Point " + (chart.cursor.i + 1) + " of " + s.x.length + ".";
}

// moveBy carries a key out, and reports whether it was one of the chart's.
function moveBy(chart, event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const all = chart.views.flatMap((view, panel) => view.panel.series.map((series, number) => ({ panel, series: number, of: series })))
    .filter(one => readable(one.of) && !chart.hidden.has(one.of.name));
  if (!all.length) return false;
  const zoomed = { "+": .5, "=": .5, "-": 2 }[event.key];
  if (zoomed) { zoomBy(chart, zoomed); return true; }
  if (event.key === "0" || event.key === "Escape") { chart.zoom = null; chart.strong.clear(); chart.paint(); return true; }
  const now = chart.cursor, at = now ? all.findIndex(one => one.panel === now.panel && one.series === now.series) : -1;
  const one = all[Math.max(at, 0)], last = one.of.x.length - 1, step = event.shiftKey ? 10 : 1;
  const go = (to, i) => { chart.cursor = { panel: to.panel, series: to.series, i: Math.min(Math.max(i, 0), to.of.x.length - 1) }; };
  const beside = (to, other) => go(to, to.panel === one.panel && other ? closest(to.of, one.of.x[other.i]) : Math.min(other?.i ?? 0, to.of.x.length - 1));
  const nextPanel = d => all.find(o => o.panel === (one.panel + d + chart.views.length) % chart.views.length) ?? one;
  switch (event.key) {
    case "ArrowRight": now ? go(one, along(one.of, now.i, step)) : go(one, 0); break;
    case "ArrowLeft": now ? go(one, along(one.of, now.i, -step)) : go(one, last); break;
    case "Home": go(one, along(one.of, -1, 0)); break;
    case "End": go(one, along(one.of, last + 1, 0)); break;
    case "ArrowDown": beside(all[(at + 1) % all.length], now); break;
    case "ArrowUp": beside(all[(Math.max(at, 0) + all.length - 1) % all.length], now); break;
    case "PageDown": beside(nextPanel(1), now); break;
    case "PageUp": beside(nextPanel(-1), now); break;
    case "Enter": case " ": {
      const name = one.of.name, had = chart.strong.has(name);
      chart.strong.clear();
      if (!had) chart.strong.add(name);
      emphasise(chart);
      if (!now) return true;
      break;
    }
    default: return false;
  }
  showCursor(chart);
  say(chart);
  return true;
}

// along is the point that comes so many steps after another by x: points stand in any
// order. Before the first stands −1, behind the last one more.
function along(series, i, step) {
  const order = series.x.map((_, k) => k).filter(k => finite(series.x[k]) && finite(series.y[k])).sort((a, b) => series.kind === "bar" ? series.y[a] - series.y[b] : series.x[a] - series.x[b]);
  if (i < 0) return order[0] ?? 0;
  if (i >= series.x.length) return order[order.length - 1] ?? 0;
  return order[Math.min(Math.max(order.indexOf(i) + step, 0), order.length - 1)] ?? 0;
}

// closest is the point of a series that is nearest to a place on the axis across, of those
// that are drawn; the first, where none is.
function closest(series, x) {
  let best = -1;
  series.x.forEach((other, i) => {
    if (finite(other) && finite(series.y[i]) && (best < 0 || Math.abs(other - x) < Math.abs(series.x[best] - x))) best = i;
  });
  return Math.max(best, 0);
}

function showDrag(chart, view, a, b) {
  const { margin, height } = view, [x, y] = [Math.min(a[0], b[0]), chart.box ? Math.min(a[1], b[1]) : margin.top];
  if (chart.things) return;
  chart.tip.hidden = true;
  view.over.replaceChildren(draw("rect", { class: "drag", x, y, width: Math.abs(a[0] - b[0]), height: chart.box ? Math.abs(a[1] - b[1]) : height - margin.bottom - margin.top }));
}

function zoomTo(chart, view, a, b) {
  if (chart.things) return;
  const between = (scale, p, q) => [scale.value(p), scale.value(q)].sort((m, n) => m - n);
  chart.zoom = { title: view.panel.x.title, x: between(view.sx, a[0], b[0]), y: chart.box && Math.abs(a[1] - b[1]) > 8 ? between(view.sy, a[1], b[1]) : null };
  chart.cursor = null;
  chart.paint();
}

// zoomBy shows so much of what is shown, around the cursor.
function zoomBy(chart, factor) {
  const view = chart.views[chart.cursor?.panel ?? 0], { margin, width, height } = view;
  if (chart.things) return;
  const [cx, cy] = chart.cursor ? placeOf(chart, chart.cursor) : [(margin.left + width - margin.right) / 2, (margin.top + height - margin.bottom) / 2];
  const part = (from, to, c) => [c + (from - c) * factor, c + (to - c) * factor];
  const [left, right] = part(margin.left, width - margin.right, cx), [low, high] = part(height - margin.bottom, margin.top, cy);
  const whole = view.panel, x = [view.sx.value(left), view.sx.value(right)], y = [view.sy.value(low), view.sy.value(high)];
  if (x[0] <= whole.x.min && x[1] >= whole.x.max) chart.zoom = null;
  else chart.zoom = { title: whole.x.title, x: [Math.max(x[0], whole.x.min), Math.min(x[1], whole.x.max)], y: chart.box ? [Math.max(y[0], whole.y.min), Math.min(y[1], whole.y.max)] : null };
  chart.paint();
}

