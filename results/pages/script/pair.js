// Two rows side by side: they are chosen by the boxes before them, and stand in the URL.
function addPicks(table) {
  table.tHead.rows[0].prepend(make("th", { scope: "col", class: "pick interactive" }, make("span", { class: "hidden" }, "compare")));
  for (const row of table.tBodies[0].rows) row.prepend(make("td", { class: "pick interactive" }));
}

// addBox gives a row its box, when it is shown for the first time.
function addBox(row) {
  if (!row.cells[0].firstChild) row.cells[0].append(make("input", { type: "checkbox", "aria-label": "compare " + row.dataset.name }));
  return row.cells[0].firstChild;
}

function makePair(table, all) {
  const chosen = [], panel = make("div", { id: "pair", class: "interactive", role: "region", "aria-live": "polite", "aria-label": "Two rows side by side", hidden: true });
  const hint = make("p", { class: "small interactive" }, "Tick two rows to set them side by side.");
  table.closest(".scroll").after(hint);
  hint.after(panel);
  const byIndex = new Map(all.map(row => [Number(row.dataset.row), row]));

  function choose(row, is) {
    const index = Number(row.dataset.row), at = chosen.indexOf(index);
    if (is && at < 0) chosen.push(index);
    if (!is && at >= 0) chosen.splice(at, 1);
    if (chosen.length > 2) chosen.shift();
    show();
    const hash = chosen.length ? "#compare=" + chosen.join(",") : " ";
    try { history.replaceState(null, "", hash.trim() || location.pathname + location.search); } catch { /* some viewers have no history */ }
  }

  function show() {
    for (const row of table.querySelectorAll("tr.chosen")) mark(row, false);
    for (const index of chosen) mark(byIndex.get(index), true);
    panel.hidden = chosen.length !== 2;
    hint.textContent = chosen.length === 1 ? "Tick one more row to set it beside “" + byIndex.get(chosen[0]).dataset.name + "”." : "Tick two rows to set them side by side.";
    hint.hidden = chosen.length === 2;
    panel.replaceChildren(...(chosen.length === 2 ? compared(byIndex.get(chosen[0]), byIndex.get(chosen[1])) : []));
    document.dispatchEvent(new CustomEvent("chosen", { detail: chosen.flatMap(i => [byIndex.get(i).dataset.name, byIndex.get(i).dataset.cellName]) }));
  }

  function mark(row, is) {
    row.classList.toggle("chosen", is);
    addBox(row).checked = is;
  }

  function compared(a, b) {
    const close = make("button", { type: "button", class: "tool", click: () => { chosen.length = 0; show(); try { history.replaceState(null, "", location.pathname + location.search); } catch { /* as above */ } } }, "Close");
    return [make("h2", {}, a.dataset.name + " and " + b.dataset.name), ...pairTables(a, b), ...pairParts(a, b), close];
  }

  function read() {
    const found = /^#compare=([\d,]+)$/.exec(location.hash);
    if (!found) return;
    chosen.length = 0;
    for (const index of found[1].split(",").map(Number)) if (byIndex.has(index) && !chosen.includes(index) && chosen.length < 2) chosen.push(index);
    show();
  }

  table.tBodies[0].addEventListener("change", event => choose(event.target.closest("tr"), event.target.checked));
  window.addEventListener("hashchange", read);
  read();
}

// metricsOf are the columns of the results, read when they are first asked for.
let metrics;
function metricsOf() {
  metrics ??= JSON.parse(document.getElementById("metrics")?.textContent ?? '{"columns":[]}');
  return metrics;
}

// pairTables set the columns of two rows beside each other: first those that people look
// at first.
function pairTables(a, b) {
  const i = Number(a.dataset.row), j = Number(b.dataset.row), lines = { key: [], other: [] };
  const at = (list, row) => list === undefined ? null : list.length === 1 ? list[0] : list[row];
  for (const column of metricsOf().columns) {
    const x = at(column.values, i), y = at(column.values, j);
    if (x === null && y === null) continue;
    if (column.kind === "money" && a.dataset.currency !== b.dataset.currency && x !== null && y !== null) continue;
    lines[column.key ? "key" : "other"].push(pairLine(column, x, y, at(column.half, i), at(column.half, j)));
  }
  const table = list => make("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "Columns of both rows" }, make("table", {},
    make("thead", {}, make("tr", {}, make("th", { scope: "col" }, "column"), ...[a.dataset.name, b.dataset.name, "difference", "relative"].map(text => make("th", { scope: "col", class: "num long" }, text)))),
    make("tbody", {}, ...list)));
  const out = [];
  if (lines.key.length) out.push(table(lines.key));
  if (lines.other.length) out.push(make("details", {}, make("summary", {}, "All other columns"), table(lines.other)));
  out.push(make("p", { class: "small" }, "Differences are the second less the first; ± is the half-width of each one's 95 % interval. “Not told apart”: the intervals of both overlap. Both rows saw the same random numbers, so the paired differences, where the page has them, may tell more."));
  return out;
}

function pairLine(column, x, y, halfX, halfY) {
  const value = (v, half) => written(v, column.kind) + (half ? " ± " + written(half, column.kind) : "");
  const cells = [value(x, halfX), value(y, halfY), dash, dash];
  const last = make("td", { class: "num" });
  if (x !== null && y !== null) {
    const d = y - x;
    cells[2] = column.kind === "ratio" ? signed(d, digits(d * 100, 3)) + " pp" : signed(d, written(d, column.kind));
    if (x !== 0) {
      cells[3] = signed(d, percent(d / Math.abs(x)));
      const told = Math.abs(d) > (halfX ?? 0) + (halfY ?? 0), better = column.better * d;
      if (d !== 0 && column.better) last.append(make("span", { class: told ? (better > 0 ? "yes" : "no") : "small" }, cells[3] + (told ? (better > 0 ? " better" : " worse") : " not told apart")));
    }
  }
  if (!last.hasChildNodes()) last.append(cells[3]);
  return make("tr", {}, make("td", { class: "wrap" }, column.title), ...cells.slice(0, 3).map(text => make("td", { class: "num" }, text)), last);
}

// pairParts are what the sections of the page have of both rows: bills, cold starts.
function pairParts(a, b) {
  const out = [];
  for (const section of document.querySelectorAll("section[data-pair]")) {
    const of = (row, parts) => [...parts].find(part => part.dataset.of === (section.dataset.pair === "cell" ? row.dataset.cell : row.dataset.row));
    const both = parts => { const two = [of(a, parts), of(b, parts)]; return two[0] && two[1] && two[0] !== two[1] ? two : null; };
    const found = [];
    for (const table of section.querySelectorAll("table.stack")) {
      const two = both(table.tBodies[0].rows);
      if (!two) continue;
      found.push(make("p", { class: "small" }, table.tHead.rows[0].cells[1].textContent), table.closest(".scroll").previousElementSibling.cloneNode(true),
        make("table", { class: "stack" }, make("tbody", {}, ...two.map(copied))));
    }
    const two = both(section.querySelectorAll("details[data-of]"));
    if (two) found.push(make("div", { class: "two" }, ...two.map(part => make("div", {}, copied(part)))));
    if (found.length) out.push(make("h3", {}, section.querySelector("h2").textContent), ...found);
  }
  return out;
}

function copied(part) {
  const copy = part.cloneNode(true);
  copy.removeAttribute("data-of");
  return copy;
}

