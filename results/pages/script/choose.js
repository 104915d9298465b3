// mostAtOnce is how many rows are shown until all are asked for: a browser lays out so many
// without a pause. The style hides the others until this script has run.
const mostAtOnce = 200;

// The table of results: which of its rows are shown, in which order and in which groups.
function makeChooser(table) {
  const body = table.tBodies[0], all = [...body.rows], heads = [...table.tHead.rows[0].cells];
  const state = { words: [], keys: new Map(), group: null, column: null, down: false, all: false };
  const count = make("p", { class: "count interactive", "aria-live": "polite" });
  const more = make("button", { type: "button", class: "tool interactive", click: () => { state.all = true; arrange(); } }, "Show all");

  // The swept keys, and what else names a row, where the rows differ in it.
  const keys = heads.filter(head => head.dataset.key !== undefined).map(head => {
    const column = head.cellIndex, values = new Set(all.map(row => row.cells[column].textContent));
    return { column, name: head.textContent, values: [...values] };
  }).filter(key => key.values.length > 1);

  function shown(row) {
    for (const [column, value] of state.keys) if (row.cells[column].textContent !== value) return false;
    if (!state.words.length) return true;
    const text = row.textContent.toLowerCase();
    return state.words.every(word => text.includes(word));
  }

  let moved = false; // out of the order of the page
  function arrange() {
    body.querySelectorAll("tr.group").forEach(row => row.remove());
    const rows = state.column === null ? all : sortedRows(all, state.column, state.down);
    const visible = rows.filter(shown), within = new Set(visible);
    rows.forEach(row => { row.hidden = true; });
    const ordered = [];
    if (state.group) {
      const { column, name, values } = state.group, parts = [];
      for (const value of values) {
        const members = visible.filter(row => row.cells[column].textContent === value);
        if (!members.length) continue;
        const text = name + " = " + value + " · " + thousands(members.length) + (members.length === 1 ? " row" : " rows");
        parts.push(make("tr", { class: "group" }, make("th", { scope: "rowgroup", colspan: heads.length }, text)), ...members);
        ordered.push(...members);
      }
      body.append(...parts, ...rows.filter(row => !within.has(row)));
    } else {
      ordered.push(...visible);
      if (moved || state.column !== null) body.append(...rows);
    }
    moved = state.group !== null || state.column !== null;
    ordered.forEach((row, i) => {
      row.hidden = false;
      row.classList.toggle("more", i >= mostAtOnce && !state.all);
      if (i < mostAtOnce || state.all) addBox(row);
    });
    const shownRows = state.all ? visible.length : Math.min(visible.length, mostAtOnce);
    more.hidden = shownRows === visible.length;
    count.textContent = shownRows === all.length ? "" : "Showing " + thousands(shownRows) + " of " + thousands(all.length) + " rows" + (more.hidden ? "." : "; " + thousands(visible.length) + " match.");
  }

  const controls = make("div", { class: "controls interactive", role: "group", "aria-label": "Which rows are shown" });
  controls.append(make("label", {}, "Rows with", make("input", {
    type: "search", id: "filter", autocomplete: "off", spellcheck: "false",
    input: event => { state.words = event.target.value.toLowerCase().split(/\s+/).filter(word => word); arrange(); },
  })));
  const select = (label, options, change) => make("label", {}, label, make("select", { change: event => { change(event.target.selectedIndex); arrange(); } },
    ...options.map(text => make("option", {}, text.length > 60 ? text.slice(0, 59) + "…" : text))));
  for (const key of keys) {
    controls.append(select(key.name, ["all", ...key.values], i => {
      if (i) state.keys.set(key.column, key.values[i - 1]); else state.keys.delete(key.column);
    }));
  }
  if (keys.length) controls.append(select("Group by", ["nothing", ...keys.map(key => key.name)], i => { state.group = keys[i - 1] ?? null; }));
  const scroll = table.closest(".scroll");
  scroll.before(controls);
  scroll.after(count, more);
  arrange();
  table.classList.remove("folded");
  makeSortable(table, (column, down) => { state.column = column; state.down = down; arrange(); });
  return { all };
}

