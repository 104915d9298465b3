// makeSortable turns the headers of a table into buttons; arrange puts its rows into an
// order anew, by a column, up or down.
function makeSortable(table, arrange) {
  const heads = [...table.tHead.rows[0].cells].filter(head => !head.classList.contains("pick"));
  for (const head of heads) {
    if (!head.textContent.trim()) continue;
    head.replaceChildren(make("button", { type: "button", click: () => sort(head) }, ...head.childNodes));
  }
  function sort(head) {
    const down = head.getAttribute("aria-sort") === "ascending";
    heads.forEach(other => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    arrange(head.cellIndex, down);
  }
}

// makePlainTablesSortable does so for the tables that have no controls of their own.
function makePlainTablesSortable() {
  for (const table of document.querySelectorAll("table.sortable:not(#cells)")) {
    const body = table.tBodies[0];
    makeSortable(table, (column, down) => body.append(...sortedRows([...body.rows], column, down)));
  }
}

