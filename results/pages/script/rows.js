// valueOf is what a cell is sorted by: a number, null where it has none, or a text.
function valueOf(cell) {
  if (cell.dataset.v !== undefined) return cell.dataset.v === "" ? null : parseFloat(cell.dataset.v);
  const text = cell.textContent.trim();
  if (!cell.classList.contains("num")) return text;
  const x = parseFloat(text.replace(/,/g, "").replace("−", "-").replace(/^[^\d.+-]+/, ""));
  return Number.isNaN(x) ? null : x;
}

// compared puts numbers before texts, and what there is before what there is not.
function compared(a, b) {
  if (a === null || b === null) return 0;
  if (typeof a === "number" && typeof b === "number") return a - b;
  return String(a).localeCompare(String(b), "en", { numeric: true });
}

// sortedRows are rows by one of their columns; those without a value are last both ways.
function sortedRows(rows, column, down) {
  const keys = new Map(rows.map(row => [row, valueOf(row.cells[column])]));
  return rows.slice().sort((a, b) => {
    const x = keys.get(a), y = keys.get(b);
    if (x === null || y === null) return (x === null) - (y === null);
    return down ? compared(y, x) : compared(x, y);
  });
}

